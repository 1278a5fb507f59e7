use pg_enum::PgEnum;

struct Text;

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        ""
    }
}

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(other)]
    Other(Text),
}

fn main() {}
