use pg_enum::PgEnum;

macro_rules! documented {
    ($doc:expr) => {
        #[doc = $doc]
        #[derive(PgEnum)]
        #[pg_enum(comment)]
        enum Status {
            Draft,
        }
    };
}

documented!("A status.");

pub(crate) fn main() {
    assert_eq!(Status::DEFINITION.comment, Some("A status."));
    assert_eq!(Status::Draft.label(), "Draft");
}
