//! `cargo pg-enum stamp`: what it records, and what it does not.

mod proof;
mod records;
mod tools;

use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::harness::Folder;
use crate::harness::Test;

pub(super) fn tests() -> Vec<Test> {
    [proof::tests(), records::tests(), tools::tests()].into_iter().flatten().collect()
}

const MOOD: (&str, &str) = ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");
const ADD: (&str, &str) =
    ("2_add_some_labels.sql", "-- one more\nALTER TYPE mood ADD VALUE 'ok' AFTER 'sad';");

async fn begin(database: &Database, files: &[(&str, &str)]) -> (PgConnection, Folder) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(files);
    folder.migrate(&mut connection).await.expect("to go up");
    (connection, folder)
}

async fn recorded(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations")
        .fetch_one(connection)
        .await
        .expect("a number")
}
