use std::borrow::Cow;
use std::sync::Arc;

use pg_enum::model::{ColumnType, Holds, PgType};
use pg_enum::{PgEnum, PgModel};
use sqlx::FromRow;

#[derive(Debug, Clone, PartialEq, PgEnum)]
enum Status {
    Draft,
    Review,
    Done,
}

#[derive(Debug, Clone, PartialEq, PgEnum)]
#[pg_enum(schema = "public", rename_all = "lowercase")]
enum Mood {
    Sad,
    Ok,
    Happy,
}

#[derive(PgEnum)]
#[pg_enum(schema = "app")]
enum Priority {
    Low,
    High,
}

/// Of which nothing is known.
struct Place;

type Maybe<T> = Option<Box<T>>;

struct Email(String);

impl ColumnType for Email {
    const HOLDS: Holds = Holds::one_of(&[PgType::in_default_schema("email")]);
}

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order<'a, T> {
    id: i64,
    status: Status,
    mood: Maybe<Mood>,
    moods: Vec<Option<Mood>>,
    note: Option<Cow<'a, str>>,
    total: T,
    created_at: Place,
    data: Place,
    email: Email,
    place: Place,
    xmin: u32,
    #[pg_model(skip)]
    cache: Vec<Vec<u8>>,
}

#[derive(FromRow, PgModel)]
#[pg_model(table = "orders", strict_null)]
#[sqlx(rename_all = "lowercase")]
struct Read {
    #[sqlx(rename = "id")]
    number: i64,
    #[sqlx(rename = "note", try_from = "Maybe<String>")]
    text: Text,
    #[sqlx(json(nullable))]
    data: Option<Vec<i32>>,
    #[sqlx(skip)]
    nothing: bool,
    #[sqlx(default)]
    other: String,
    #[sqlx(flatten)]
    more: More,
    email: Arc<str>,
}

#[derive(Default)]
struct Text;

impl From<Maybe<String>> for Text {
    fn from(_: Maybe<String>) -> Self {
        Self
    }
}

#[derive(FromRow, PgModel)]
#[pg_model(table = "orders")]
struct More {
    status: Status,
}

#[derive(PgModel)]
#[pg_model(table = "jobs", schema = "app", complete)]
struct Job {
    id: i32,
    priority: Priority,
    // A domain over the enum.
    urgent: Priority,
}

#[derive(PgModel)]
struct Line {
    #[pg_model(from = "orders.id")]
    order: i64,
    #[pg_model(from = "app.jobs.priority", nullable)]
    priority: Option<Priority>,
    #[pg_model(computed)]
    count: i64,
    #[pg_model(skip)]
    cache: bool,
}

#[derive(PgModel)]
#[pg_model(table = "open_orders")]
struct OpenOrder {
    id: i64,
    // Whether a column of a view can be NULL is not known.
    mood: Mood,
}

#[derive(PgModel)]
#[pg_model(table = "made_by_hand", external, crate = pg_enum)]
struct ByHand {
    id: i64,
}

fn main() {
    type Any = Order<'static, Place>;
    assert_eq!(Any::TABLE, "orders");
    assert_eq!(
        Any::COLUMNS_SQL,
        "id, status, mood, moods, note, total, created_at, data, email, place, xmin"
    );
    assert_eq!(Any::INSERT_COLUMNS_SQL, "status, mood, moods, note, total, data, email, place");
    assert_eq!(Read::COLUMNS, ["id", "note", "data", "email"]);
    assert_eq!(Read::INSERT_COLUMNS, ["note", "data", "email"]);
    assert_eq!((Job::TABLE, Job::INSERT_COLUMNS), ("app.jobs", ["priority", "urgent"].as_slice()));
    assert_eq!(OpenOrder::COLUMNS, ["id", "mood"]);
    assert_eq!(ByHand::COLUMNS, ["id"]);
    let _ = (Mood::Sad, Mood::Ok, Mood::Happy, Priority::Low, Priority::High);
    let _ = (Status::Draft, Status::Review, Status::Done);
}
