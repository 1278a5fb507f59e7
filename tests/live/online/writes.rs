//! Sessions that write while the change runs: in the end the rows are those that they have written.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use futures_util::future::join_all;
use pg_enum_test_server::Database;

use super::{ONLINE, source};
use crate::harness::{labels, run, tests, try_run, until_waiting};
use crate::runtime::Package;

tests![
    nothing_of_what_is_written_is_lost,
    nothing_of_what_is_written_to_partitions_is_lost,
    a_label_that_is_not_committed_is_not_lost,
];

const SESSIONS: u32 = 6;
const ROWS: u32 = 3000;

/// A row: its label and its labels, as the new type has them.
type Row = (Option<&'static str>, Option<Vec<Option<&'static str>>>);

/// The labels before and after.
const LABELS: &[(&str, &str)] = &[("sad", "sad"), ("ok", "fine"), ("x", "sad"), ("great", "great")];

async fn nothing_of_what_is_written_is_lost(database: Database) {
    let table = "CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[], n app.mood NOT NULL DEFAULT 'ok')";
    check(database, table).await;
}

async fn nothing_of_what_is_written_to_partitions_is_lost(database: Database) {
    let tables = "CREATE TABLE app.k (m app.mood PRIMARY KEY); INSERT INTO app.k VALUES ('ok'), ('great');
         CREATE TABLE app.t (id int PRIMARY KEY, m app.mood, ms app.mood[],
           n app.mood NOT NULL DEFAULT 'ok' REFERENCES app.k ON UPDATE CASCADE) PARTITION BY HASH (id);
         CREATE TABLE app.t0 PARTITION OF app.t FOR VALUES WITH (MODULUS 3, REMAINDER 0);
         CREATE TABLE app.t1 PARTITION OF app.t FOR VALUES WITH (MODULUS 3, REMAINDER 1);
         CREATE TABLE app.t2 PARTITION OF app.t FOR VALUES WITH (MODULUS 3, REMAINDER 2)";
    check(database, tables).await;
}

/// Changes a table that sessions write to.
async fn check(database: Database, tables: &str) {
    let mut connection = database.connect().await.unwrap();
    run(
        &mut connection,
        "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'x', 'great')",
    )
    .await;
    run(&mut connection, tables).await;
    run(
        &mut connection,
        "CREATE INDEX i ON app.t (m); CREATE INDEX p ON app.t (id) WHERE m = 'ok';
         CREATE VIEW app.v AS SELECT id, m FROM app.t WHERE n = 'ok'",
    )
    .await;
    let fill = format!(
        "INSERT INTO app.t SELECT g, 'ok', '{{x,NULL}}' FROM generate_series(1, {ROWS}) AS g"
    );
    run(&mut connection, &fill).await;
    let labels = ["great", "fine", "sad"];
    let package =
        Package::new(&source("mood", &labels, &[("ok", "fine")], &[("x", Some("sad"))], None));
    let change = {
        let database = database.clone();
        Arc::new(thread::spawn(move || {
            let mut command = ONLINE.to_vec();
            *command.last_mut().unwrap() = "20";
            package.said(Some(&database), &command)
        }))
    };
    let sessions = (0..SESSIONS).map(|session| write(&database, session, &change));
    let mut expected = BTreeMap::new();
    let mut writes = 0;
    for (rows, number) in join_all(sessions).await {
        expected.extend(rows);
        writes += number;
    }
    let said = Arc::into_inner(change).expect("the sessions are done").join().unwrap();
    assert!(said.starts_with("Clean\n"), "{said}");
    assert!(writes > 100, "{writes}");
    let found: Vec<(i32, Option<String>, Option<String>, String)> =
        sqlx::query_as("SELECT id, m::text, ms::text, n::text FROM app.t ORDER BY id")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let found: BTreeMap<u32, _> = found
        .into_iter()
        .map(|(id, m, ms, n)| {
            assert_eq!(n, "fine");
            (id.cast_unsigned(), (m, ms))
        })
        .collect();
    let expected: BTreeMap<u32, _> = expected
        .into_iter()
        .map(|(id, (m, ms))| (id, (m.map(ToOwned::to_owned), ms.map(|labels| array(&labels)))))
        .collect();
    assert_eq!(found, expected, "after {writes} writes");
}

fn array(labels: &[Option<&str>]) -> String {
    let labels: Vec<_> = labels.iter().map(|label| label.unwrap_or("NULL")).collect();
    format!("{{{}}}", labels.join(","))
}

/// Writes to its own rows until the change is done and a little longer. Returns what these rows are, and how often it has
/// written.
async fn write(
    database: &Database,
    session: u32,
    change: &thread::JoinHandle<String>,
) -> (BTreeMap<u32, Row>, u32) {
    let mut connection = database.connect().await.unwrap();
    let mut random = session.wrapping_mul(2_654_435_761).wrapping_add(12345);
    let mut next = |most: u32| {
        // Numerical Recipes' linear congruential generator; its low bits repeat soon.
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) % most
    };
    let is_own = |id: &u32| id % SESSIONS == session;
    let first: Row = (Some("fine"), Some(vec![Some("sad"), None]));
    let mut rows: BTreeMap<u32, Row> =
        (1..=ROWS).filter(is_own).map(|id| (id, first.clone())).collect();
    let (mut writes, mut left, mut is_new) = (0, 20, false);
    while left > 0 {
        left -= u32::from(change.is_finished());
        let id = next(ROWS * 2) / SESSIONS * SESSIONS + session;
        let mut label = || {
            let index = usize::try_from(next(5)).unwrap();
            LABELS.get(index).copied()
        };
        let (m, first, second) = (label(), label(), label());
        let sql = |is_new: bool| {
            let text = |label: Option<(&str, &str)>, quote: &str| {
                let name = label.map(|(old, new)| if is_new { new } else { old });
                name.map_or_else(|| "NULL".to_owned(), |name| format!("{quote}{name}{quote}"))
            };
            let ms = format!("'{{{},{}}}'", text(first, ""), text(second, ""));
            let m = text(m, "'");
            match id % 3 {
                0 => format!("DELETE FROM app.t WHERE id = {id}"),
                1 => format!(
                    "INSERT INTO app.t (id, m, ms) VALUES ({id}, {m}, {ms}) ON CONFLICT (id) DO UPDATE SET m = excluded.m, ms = excluded.ms"
                ),
                _ => format!("UPDATE app.t SET m = {m}, ms = {ms} WHERE id = {id}"),
            }
        };
        if let Err(error) = try_run(&mut connection, &sql(is_new)).await {
            let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
            // From the switch on, old labels are no labels.
            assert!(code.as_deref() == Some("22P02") && !is_new, "{error}");
            is_new = true;
            try_run(&mut connection, &sql(true)).await.unwrap();
        }
        writes += 1;
        let new = |label: Option<(&'static str, &'static str)>| label.map(|(_, new)| new);
        let row = (new(m), Some(vec![new(first), new(second)]));
        match id % 3 {
            0 => drop(rows.remove(&id)),
            1 => drop(rows.insert(id, row)),
            _ => {
                if let Some(there) = rows.get_mut(&id) {
                    *there = row;
                }
            }
        }
    }
    (rows, writes)
}

async fn a_label_that_is_not_committed_is_not_lost(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(
        &mut connection,
        "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok'); COMMENT ON TYPE app.mood IS 'm';
         CREATE TABLE app.t (m app.mood); INSERT INTO app.t VALUES ('ok')",
    )
    .await;
    let package = Package::new(&source("mood", &["ok", "sad"], &[], &[], None));
    run(&mut connection, "BEGIN; ALTER TYPE app.mood ADD VALUE 'new'").await;
    let change = {
        let database = database.clone();
        thread::spawn(move || package.said(Some(&database), ONLINE))
    };
    until_waiting(&database).await;
    run(&mut connection, "COMMIT").await;
    let said = change.join().unwrap();
    assert!(said.contains("another session has changed the labels of the type"), "{said}");
    assert_eq!(labels(&mut connection, "app", "mood").await, ["sad", "ok", "new"]);
    let comment = "SELECT obj_description('app.mood'::regtype, 'pg_type')";
    let comment: String =
        sqlx::query_scalar(comment).persistent(false).fetch_one(&mut connection).await.unwrap();
    assert_eq!(comment, "m");
}
