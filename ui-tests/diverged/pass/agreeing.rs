use pg_enum::PgEnum;

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
enum Status {
    Draft,
    Review,
    Done,
}

#[derive(PgEnum)]
#[pg_enum(schema = "public", rename_all = "lowercase")]
enum Mood {
    Sad,
    Ok,
    #[pg_enum(was = "glad", alias = "glad")]
    Happy,
    #[pg_enum(other)]
    Other(String),
}

#[derive(PgEnum)]
#[pg_enum(schema = "app", removed("Middle" => High))]
enum Priority {
    Low,
    High,
}

fn main() {
    assert_eq!(Status::from_label("Done"), Ok(Status::Done));
    assert_eq!(Mood::LABELS, ["sad", "ok", "happy"]);
    assert_eq!(Priority::High.label(), "High");
    assert!(matches!(Mood::from_label("x"), Ok(Mood::Other(_))));
    let _ = (Mood::Sad, Mood::Ok, Mood::Happy, Priority::Low, Status::Draft, Status::Review);
}
