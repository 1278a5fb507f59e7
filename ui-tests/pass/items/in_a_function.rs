pub(crate) fn main() {
    use pg_enum::PgEnum;

    #[derive(Debug, PartialEq, PgEnum)]
    #[pg_enum(impl(Display, FromStr, Serialize, Deserialize), removed("open" => Draft))]
    enum Status {
        Draft,
        #[pg_enum(other)]
        Other(String),
    }

    assert_eq!(Status::LABELS, ["Draft"]);
    assert_eq!("Draft".parse(), Ok(Status::Draft));
    assert_eq!(Status::Other("?".to_owned()).label(), "?");

    let closure = || {
        #[derive(PgEnum)]
        enum Status {
            Done,
        }
        Status::Done.label().to_owned()
    };
    assert_eq!(closure(), "Done");
}
