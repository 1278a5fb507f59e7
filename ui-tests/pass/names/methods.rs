use pg_enum::PgEnum;

#[derive(Debug, PartialEq, PgEnum)]
#[pg_enum(schema = "app", impl(Display, FromStr, Serialize, Deserialize))]
enum Status {
    Draft,
    #[pg_enum(other)]
    Other(String),
}

#[allow(dead_code, reason = "names in the way")]
impl Status {
    const DEFINITION: () = ();
    const VARIANTS: () = ();
    const LABELS: () = ();
    const NAME_SQL: () = ();

    fn label(&self) {}
    fn static_label(&self) {}
    fn from_label(_: &str) {}
    fn from_label_bytes(_: &[u8]) {}
    fn fmt(&self) {}
    fn from_str(_: &str) {}
    fn serialize(&self) {}
    fn deserialize() {}
    fn type_info() {}
    fn compatible() {}
    fn encode_by_ref(&self) {}
    fn decode() {}
}

pub(crate) fn main() {
    assert_eq!(<Status as PgEnum>::DEFINITION.labels, ["Draft"]);
    assert_eq!(PgEnum::label(&Status::Draft), "Draft");
    assert_eq!(PgEnum::label(&Status::Other("?".to_owned())), "?");
    assert_eq!(<Status as PgEnum>::from_label("Draft"), Ok(Status::Draft));
    assert_eq!(Status::Draft.to_string(), "Draft");
    assert_eq!("Draft".parse(), Ok(Status::Draft));
    assert_eq!(serde_json::to_string(&Status::Draft).unwrap(), "\"Draft\"");
    let info = <Status as sqlx::Type<sqlx::Postgres>>::type_info();
    assert_eq!(sqlx::TypeInfo::name(&info), r#""app"."status""#);
}
