use pg_enum::PgEnum;

macro_rules! status {
    ($name:ident, $($variant:ident),*) => {
        #[derive(PgEnum)]
        enum $name {
            $($variant,)*
            Failed,
        }
    };
}

status!(Status, Draft, Review, Done, Approved);

fn main() {}
