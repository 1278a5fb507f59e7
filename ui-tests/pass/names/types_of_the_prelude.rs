#![allow(dead_code, non_camel_case_types, reason = "names in the way")]

enum Option {}
enum Result {}
struct String;
struct Box;
struct Vec;
trait From {}
trait Into {}
trait AsRef {}
trait Default {}
trait Iterator {}
trait Clone {}
trait Display {}
trait FromStr {}
trait Serialize {}
trait Deserialize {}
trait Type {}
trait Encode {}
trait Decode {}
struct str;
struct bool;
struct u8;
struct Definition;
struct Removed;
struct Renamed;
struct UnknownLabel;
struct Postgres;

#[derive(pg_enum::PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
#[pg_enum(removed("open" => Draft, "lost" => NULL))]
enum Status {
    #[pg_enum(was = "new")]
    Draft,
    Done,
    #[pg_enum(other)]
    Other(std::string::String),
}

pub(crate) fn main() {
    assert_eq!(pg_enum::PgEnum::label(&"Done".parse::<Status>().unwrap()), "Done");
    assert_eq!(Status::Draft.to_string(), "Draft");
    assert_eq!(serde_json::to_string(&Status::Done).unwrap(), "\"Done\"");
}
