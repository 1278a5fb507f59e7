#![allow(non_camel_case_types, non_upper_case_globals, reason = "names in the way")]

use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
enum Status {
    Draft,
    #[pg_enum(other)]
    Other(String),
}

const label: () = ();
const text: () = ();
const value: () = ();
const f: () = ();
const ty: () = ();
const buffer: () = ();
static serializer: () = ();
static deserializer: () = ();
struct bytes;

pub(crate) fn main() {
    let _ = (label, text, value, f, ty, buffer, serializer, deserializer, bytes);
    assert_eq!("Draft".parse::<Status>().unwrap().label(), "Draft");
    assert_eq!(Status::Other("?".to_owned()).to_string(), "?");
}
