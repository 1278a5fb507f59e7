// Traits in scope whose methods have the names of those the code calls.
trait Mine {
    fn label(&self) {}
    fn static_label(&self) {}
    fn from_label(&self) {}
    fn as_ref(&self) {}
    fn unwrap_or_default(&self) {}
    fn in_schema(&self) {}
    fn with_renamed(&self) {}
}

impl<T> Mine for T {}

#[derive(Debug, PartialEq, pg_enum::PgEnum)]
#[pg_enum(schema = "app", impl(Display, FromStr))]
enum Status {
    #[pg_enum(was = "new")]
    Draft,
    #[pg_enum(other)]
    Other(String),
}

pub(crate) fn main() {
    assert_eq!(<Status as pg_enum::PgEnum>::NAME_SQL, "app.status");
    assert_eq!(Status::Other("?".into()).to_string(), "?");
    assert_eq!("Draft".parse(), Ok(Status::Draft));
}
