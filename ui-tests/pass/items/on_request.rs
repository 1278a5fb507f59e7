//! What the traits of `impl(…)` do.

use pg_enum::{PgEnum, UnknownLabel};

#[derive(Debug, PartialEq, PgEnum)]
#[pg_enum(rename_all = "snake_case", impl(Display, FromStr, Serialize, Deserialize))]
enum Stage {
    InReview,
    #[pg_enum(alias = "finished")]
    Done,
}

#[derive(Debug, PartialEq, PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
enum Open {
    Known,
    #[pg_enum(other)]
    Other(Box<str>),
}

pub(crate) fn main() {
    assert_eq!(Stage::InReview.to_string(), "in_review");
    assert_eq!(format!("[{:>12}|{:<6.4}]", Stage::InReview, Stage::Done), "[   in_review|done  ]");
    assert_eq!("finished".parse(), Ok(Stage::Done));
    let unknown: Result<Stage, UnknownLabel> = "In_review".parse();
    assert_eq!(unknown.unwrap_err().nearest(), Some("in_review"));

    let json = serde_json::to_string(&[Stage::InReview, Stage::Done]).unwrap();
    assert_eq!(json, r#"["in_review","done"]"#);
    assert_eq!(
        serde_json::from_str::<Vec<Stage>>(r#"["in\u005freview","finished"]"#).unwrap(),
        [Stage::InReview, Stage::Done]
    );
    assert_eq!(serde_json::from_slice::<Stage>(br#""done""#).unwrap(), Stage::Done);
    let error = serde_json::from_str::<Stage>(r#""doen""#).unwrap_err().to_string();
    assert!(error.contains(r#"the nearest known label is "done""#), "{error}");
    let error = serde_json::from_str::<Stage>("1").unwrap_err().to_string();
    assert!(error.contains("expected a label of"), "{error}");

    let other = Open::Other("later".into());
    assert_eq!(other.to_string(), "later");
    assert_eq!("later".parse(), Ok(Open::Other("later".into())));
    assert_eq!(serde_json::to_string(&other).unwrap(), r#""later""#);
    assert_eq!(serde_json::from_str::<Open>(r#""later""#).unwrap(), other);
}
