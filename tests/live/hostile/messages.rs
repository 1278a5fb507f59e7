//! What a message says, whatever is in it, and whatever happens meanwhile.

use std::time::Duration;

use pg_enum::live::{Ensure, Error, Policy, Verdict};
use pg_enum::{Definition, PgEnum, Registered, Set, set};
use pg_enum_test_server::Database;

use crate::harness::{run, tests, types};

tests![
    labels_that_move_the_cursor,
    names_that_move_the_cursor,
    a_servers_text,
    who_holds_a_lock,
    part_of_many_steps,
    part_of_many_steps_in_a_transaction,
    none_of_many_steps,
    a_type_that_has_just_gone,
    a_schema_that_has_just_gone,
];

#[derive(Debug, PgEnum)]
enum Mood {
    Sad,
}

/// One line of what can be seen.
#[track_caller]
fn is_visible(text: &str) {
    let is_odd =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
    assert!(!text.contains(is_odd), "{text:?}");
}

async fn labels_that_move_the_cursor(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for (label, shown) in [
        ("\u{1b}[2J\u{1b}[31mall is well", r"\u{1b}[2J\u{1b}[31mall is well"),
        ("a\nerror: b", r"a\nerror: b"),
        ("a\r\u{8}\u{7f}b", r"a\r\u{8}\u{7f}b"),
        ("\u{202e}abc\u{2066}", r"\u{202e}abc\u{2066}"),
        ("zero\u{200b}width\u{9b}", r"zero\u{200b}width\u{9b}"),
    ] {
        let literal = pg_enum_core::Literal(label);
        run(&mut connection, &format!("CREATE TYPE mood AS ENUM ('Sad', {literal})")).await;
        let said = set![Mood].verify(&mut connection).await.unwrap_err().to_string();
        is_visible(&said);
        assert!(said.contains(shown), "{said}");
        // In another place, where there is no statement to run either.
        let swapped = [label, "Sad"];
        let set: Set<'_> = [Registered::new(Definition::new("mood", &swapped), "Mood", false)]
            .into_iter()
            .collect();
        let said = set.verify(&mut connection).await.unwrap_err().to_string();
        is_visible(&said);
        let cut = "\u{1b}".to_owned() + label;
        let error = Mood::from_label(&cut).unwrap_err().to_string();
        is_visible(&error);
        run(&mut connection, "DROP TYPE mood").await;
    }
}

async fn names_that_move_the_cursor(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let schema = "a\u{1b}[0mb\nc\u{202e}";
    let ident = pg_enum_core::Ident(schema);
    run(
        &mut connection,
        &format!("CREATE SCHEMA {ident}; CREATE TYPE {ident}.mood AS ENUM ('Sad', 'x')"),
    )
    .await;
    let policy = Policy::new().schemas("a%");
    let report = set![Mood].report(&policy, &mut connection).await.unwrap();
    let drift = &report.disagreements()[0].drift;
    is_visible(&drift.to_string());
    assert!(drift.to_string().contains(r"a\u{1b}[0mb\nc\u{202e}.mood"), "{drift}");
    let error = set![Mood].verify_with(&Policy::new().schemas("\u{1b}[0m"), &mut connection).await;
    is_visible(&error.unwrap_err().to_string());
}

/// A function of an event trigger's says what it likes.
async fn a_servers_text(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(
        &mut connection,
        r"CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION E'no\x1b[2J\nerror: yes'; END $$;
        CREATE EVENT TRIGGER no ON ddl_command_start WHEN TAG IN ('CREATE TYPE') EXECUTE FUNCTION no()",
    )
    .await;
    let error = set![Mood].ensure(&mut connection).await.unwrap_err();
    is_visible(&error.to_string());
    assert!(error.to_string().contains(r"no\u{1b}[2J\nerror: yes"), "{error}");
    run(&mut connection, "DROP EVENT TRIGGER no").await;
}

async fn who_holds_a_lock(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let mut other = database.connect().await.unwrap();
    run(
        &mut other,
        "SET application_name = E'a\\nb\\x1b[2J'; BEGIN;
        SELECT pg_advisory_xact_lock(hashtextextended('pg_enum public.mood', 0))",
    )
    .await;
    let brief = Ensure::new().lock_timeout(Duration::from_millis(100));
    let error = set![Mood].ensure_with(&brief, &mut connection).await.unwrap_err().to_string();
    is_visible(&error);
    assert!(error.contains(": process ") && error.contains("holds it"), "{error}");
}

/// So many enums that they do not share a transaction.
fn many(names: &[String]) -> Set<'_> {
    names
        .iter()
        .map(|name| Registered::new(Definition::new(name, &["a"]), "shop::Many", false))
        .collect()
}

fn names() -> Vec<String> {
    (0..1100).map(|number| format!("e{number:05}")).collect()
}

/// Holds the lock of one type until its connection is closed.
const HOLD: &str =
    "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('pg_enum public.e01050', 0))";

async fn part_of_many_steps(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let mut other = database.connect().await.unwrap();
    run(&mut other, HOLD).await;
    let names = names();
    let brief = Ensure::new().lock_timeout(Duration::from_millis(300));
    let error = many(&names).ensure_with(&brief, &mut connection).await.unwrap_err();
    let Error::Partly { done, left, source } = &error else { panic!("{error:?}") };
    assert_eq!((done.len(), left.len()), (1000, 100));
    assert!(matches!(**source, Error::Locked { .. }), "{source:?}");
    assert_eq!(error.sqlstate(), Some("55P03"));
    let said = error.to_string();
    assert!(
        said.starts_with(
            "1000 of 1100 steps are committed (the last one: create type e00999), and 100 are not (the first one: \
             create type e01000): a lock on the enum types was not free within "
        ) && said.ends_with(" holds it; run ensure again to do the rest"),
        "{said}"
    );
    assert!(!said.contains("nothing was changed"), "{said}");
    assert_eq!(types(&mut other, "public", "e00999").await, 1);
    assert_eq!(types(&mut other, "public", "e01000").await, 0);
    run(&mut other, "ROLLBACK").await;
    let ensured = many(&names).ensure(&mut connection).await.unwrap();
    assert_eq!(ensured.steps.len(), 100);
}

/// The caller's transaction has all of it or nothing.
async fn part_of_many_steps_in_a_transaction(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let mut other = database.connect().await.unwrap();
    run(&mut other, HOLD).await;
    let names = names();
    let brief = Ensure::new().lock_timeout(Duration::from_millis(300));
    let mut transaction = sqlx::Connection::begin(&mut connection).await.unwrap();
    let error = many(&names).ensure_with(&brief, &mut *transaction).await.unwrap_err();
    assert!(matches!(error, Error::Locked { .. }), "{error:?}");
    assert!(error.to_string().contains("nothing was changed"), "{error}");
    transaction.commit().await.unwrap();
    assert_eq!(types(&mut other, "public", "e00000").await, 0);
}

async fn none_of_many_steps(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let mut other = database.connect().await.unwrap();
    run(&mut other, &HOLD.replace("e01050", "e00500")).await;
    let brief = Ensure::new().lock_timeout(Duration::from_millis(300));
    let names = names();
    let error = many(&names).ensure_with(&brief, &mut connection).await.unwrap_err();
    assert!(matches!(error, Error::Locked { .. }), "{error:?}");
    assert!(error.to_string().contains("nothing was changed"), "{error}");
    assert_eq!(types(&mut other, "public", "e00000").await, 0);
}

/// As of a snapshot, it is there; its privileges are not. That is no lack of a privilege. (A superuser has any
/// privilege on what is not there, from 16 on.)
async fn has_gone(database: Database, schema: &str, drop: &str) {
    let mut connection = database.connect().await.unwrap();
    let mut other = database.connect().await.unwrap();
    let role = format!("reader_of_{}", database.name());
    run(
        &mut other,
        &format!(
            "CREATE ROLE {role}; CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO {role};
            CREATE TYPE {schema}.mood AS ENUM ('Sad')"
        ),
    )
    .await;
    run(
        &mut connection,
        &format!("SET ROLE {role}; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1"),
    )
    .await;
    run(&mut other, drop).await;
    let definition = Definition::new("mood", &["Sad"]).in_schema(schema);
    let set: Set<'_> = [Registered::new(definition, "Mood", false)].into_iter().collect();
    let report = set.report(&Policy::new(), &mut connection).await.unwrap();
    let [found] = report.disagreements() else { panic!("{report}") };
    assert!(matches!(found.drift.verdict, Verdict::Missing { .. }), "{report}");
    run(&mut connection, "COMMIT").await;
    run(&mut other, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

async fn a_type_that_has_just_gone(database: Database) {
    has_gone(database, "public", "DROP TYPE mood").await;
}

async fn a_schema_that_has_just_gone(database: Database) {
    has_gone(database, "app", "DROP SCHEMA app CASCADE").await;
}
