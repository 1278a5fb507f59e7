mod core {}
mod std {}
mod alloc {}
mod pg_enum {}
mod sqlx {}
mod serde {}

use ::pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
enum Status {
    Draft,
    #[pg_enum(other)]
    Other(String),
}

pub(crate) fn main() {
    assert_eq!("Draft".parse::<Status>().unwrap().label(), "Draft");
    assert_eq!(Status::Other("?".to_owned()).to_string(), "?");
}
