#![allow(non_camel_case_types, reason = "these are the names in question")]

use pg_enum::PgEnum;

#[derive(Debug, PartialEq, PgEnum)]
#[pg_enum(schema = "app", impl(Display, FromStr, Serialize, Deserialize))]
#[pg_enum(removed("struct" => r#type, "union" => r#gen))]
enum r#type {
    #[pg_enum(was = "kind", alias = "sort")]
    r#type,
    r#gen,
    #[pg_enum(other)]
    r#try(String),
}

pub(crate) fn main() {
    assert_eq!(r#type::NAME_SQL, "app.type");
    assert_eq!(r#type::LABELS, ["type", "gen"]);
    assert_eq!(r#type::DEFINITION.removed[0].replacement, Some("type"));
    assert_eq!(r#type::r#type.label(), "type");
    assert_eq!("sort".parse(), Ok(r#type::r#type));
    assert_eq!("loop".parse(), Ok(r#type::r#try("loop".to_owned())));
}
