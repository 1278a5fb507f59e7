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

/// Checks forbid the retired label in each column.
mod retired {
    use pg_enum::PgEnum;

    #[derive(Debug, PartialEq, PgEnum)]
    #[pg_enum(rename_all = "lowercase", retired("sad", "never" => Ok, "lost" => NULL))]
    pub(crate) enum Mood {
        Ok,
        Happy,
    }
}

fn main() {
    assert_eq!(retired::Mood::from_label("ok"), Ok(retired::Mood::Ok));
    let _ = retired::Mood::Happy;
    assert_eq!(Status::from_label("Done"), Ok(Status::Done));
    assert_eq!(Mood::LABELS, ["sad", "ok", "happy"]);
    assert_eq!(Priority::High.label(), "High");
    assert!(matches!(Mood::from_label("x"), Ok(Mood::Other(_))));
    let _ = (Mood::Sad, Mood::Ok, Mood::Happy, Priority::Low, Status::Draft, Status::Review);
}
