#![no_implicit_prelude]

#[derive(::pg_enum::PgEnum)]
#[pg_enum(schema = "app", comment, impl(Display, FromStr, Serialize, Deserialize))]
#[pg_enum(removed("open" => Draft, "lost" => NULL))]
/// Without a name in scope.
enum Status {
    #[pg_enum(was = "new", alias = "begun")]
    Draft,
    Done,
    #[pg_enum(other)]
    Other(::std::string::String),
}

pub(crate) fn main() {
    let done: Status = ::core::str::FromStr::from_str("Done").unwrap();
    ::std::assert_eq!(::pg_enum::PgEnum::label(&done), "Done");
    ::std::assert_eq!(::std::string::ToString::to_string(&Status::Draft), "Draft");
    let other: Status = ::serde_json::from_str("\"?\"").unwrap();
    ::std::assert_eq!(::serde_json::to_string(&other).unwrap(), "\"?\"");
}
