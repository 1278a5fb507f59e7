#![allow(non_camel_case_types, reason = "these are the names in question")]

use pg_enum::PgEnum;

#[derive(Debug, PartialEq, PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
#[pg_enum(removed("open" => LABELS, "lost" => None))]
enum Status {
    None,
    Some,
    Ok,
    Err,
    PgEnum,
    Label,
    #[pg_enum(was = "ALL")]
    VARIANTS,
    LABELS,
    DEFINITION,
    NAME_SQL,
    NULL,
    label,
    from_label,
    Status,
    Error,
    String,
    #[pg_enum(other)]
    Self_(String),
}

pub(crate) fn main() {
    assert_eq!(<Status as PgEnum>::VARIANTS.len(), <Status as PgEnum>::LABELS.len());
    for label in <Status as PgEnum>::LABELS {
        assert_eq!(<Status as PgEnum>::from_label(label).unwrap().label(), *label);
    }
    assert_eq!("LABELS".parse(), Ok(Status::LABELS));
    assert_eq!("?".parse(), Ok(Status::Self_("?".to_owned())));
}
