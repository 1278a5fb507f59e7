#![deny(deprecated)]

use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize), removed("lost" => Failed))]
enum Status {
    Draft,
    #[deprecated]
    #[pg_enum(was = "broken", alias = "error")]
    Failed,
    #[deprecated = "gone soon"]
    #[pg_enum(other)]
    Other(String),
}

#[deprecated]
#[derive(PgEnum)]
#[pg_enum(schema = "app", impl(Display, FromStr, Serialize, Deserialize))]
enum Kind {
    Tight,
    #[pg_enum(other)]
    Other(String),
}

pub(crate) fn main() {
    assert_eq!(Status::LABELS, ["Draft", "Failed"]);
    assert_eq!("error".parse::<Status>().unwrap().label(), "Failed");
    assert_eq!("?".parse::<Status>().unwrap().to_string(), "?");
}
