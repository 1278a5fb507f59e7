#![allow(dead_code, non_snake_case, non_upper_case_globals, reason = "names in the way")]

use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize), removed("lost" => NULL))]
enum Status {
    Draft,
    #[pg_enum(other)]
    Other(String),
}

fn Some() {}
fn Ok() {}
const Err: () = ();
const None: () = ();

pub(crate) fn main() {
    assert_eq!("Draft".parse::<Status>().unwrap().label(), "Draft");
    assert_eq!("?".parse::<Status>().unwrap().to_string(), "?");
    assert!(Status::DEFINITION.removed[0].replacement.is_none());
}
