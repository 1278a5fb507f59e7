use pg_enum::PgEnum;

#[derive(Debug, PartialEq, PgEnum)]
#[cfg_attr(all(), pg_enum(name = "state", rename_all = "snake_case"))]
#[cfg_attr(any(), pg_enum(name = "never"))]
enum Status {
    InDraft,
    #[cfg(all(unix, not(unix)))]
    Never,
    #[cfg(any(unix, not(unix)))]
    #[cfg_attr(all(), pg_enum(alias = "ever"))]
    #[cfg_attr(any(), pg_enum(rename = "never"))]
    Always,
    #[cfg(all(unix, not(unix)))]
    #[pg_enum(other)]
    Other(String),
}

pub(crate) fn main() {
    assert_eq!(Status::NAME_SQL, "state");
    assert_eq!(Status::LABELS, ["in_draft", "always"]);
    assert_eq!(Status::from_label("ever"), Ok(Status::Always));
    assert!(Status::from_label("never").is_err());
    assert_eq!(Status::InDraft.label(), "in_draft");
}
