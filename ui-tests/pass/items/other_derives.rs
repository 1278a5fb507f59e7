use std::collections::HashSet;

use pg_enum::PgEnum;

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    PgEnum,
)]
#[serde(rename_all = "UPPERCASE")]
#[pg_enum(rename_all = "snake_case", impl(Display, FromStr))]
enum Status {
    #[default]
    #[serde(alias = "new")]
    InDraft,
    #[pg_enum(rename = "finished")]
    Done,
}

pub(crate) fn main() {
    assert_eq!(Status::LABELS, ["in_draft", "finished"]);
    assert_eq!(serde_json::to_string(&Status::Done).unwrap(), "\"DONE\"");
    assert_eq!(Status::default().clone().label(), "in_draft");
    assert_eq!("finished".parse(), Ok(Status::Done));
    assert!(Status::InDraft < Status::Done);
    assert_eq!(Status::VARIANTS.iter().collect::<HashSet<_>>().len(), 2);
}
