use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(other)]
    Other {
        label: String,
    },
}

fn main() {}
