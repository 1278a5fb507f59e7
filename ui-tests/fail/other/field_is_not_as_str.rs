use pg_enum::PgEnum;

struct Text;

impl From<&str> for Text {
    fn from(_: &str) -> Self {
        Self
    }
}

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(other)]
    Other(Text),
}

fn main() {}
