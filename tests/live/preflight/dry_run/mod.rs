//! `cargo pg-enum dry-run`: the pending migrations on a server of their own.

mod attacks;
mod copy;
mod ends;
mod revisions;
mod runs;

use std::path::PathBuf;

use pg_enum_server::{SERVER, installed, version_of};
use pg_enum_test_server::{Database, find_binaries};
use sqlx::PgConnection;

pub(crate) use self::ends::worker;
use super::harness::{Folder, Said};
use crate::harness::Test;

pub(super) fn tests() -> Vec<Test> {
    [attacks::tests(), copy::tests(), ends::tests(), revisions::tests(), runs::tests()]
        .into_iter()
        .flatten()
        .collect()
}

const MOOD: (&str, &str) = ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");
const ADD: (&str, &str) = ("2_add.sql", "ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad';");

/// The directory to name with `--postgres-bin`, if the tests' server has its own `pg_dump`.
fn named() -> Option<PathBuf> {
    find_binaries().filter(|dir| dir.join("pg_dump").is_file())
}

/// Whether there is a server that a copy of this one can be made on. Small packages of servers have no `pg_dump`.
fn has_server(connection: &PgConnection) -> bool {
    let number = connection.server_version_num().expect("a version");
    let major = number / 10_000;
    let programs = [SERVER, &["pg_dump"]].concat();
    let dirs = named().map_or_else(|| installed(&programs), |dir| vec![dir]);
    let found =
        dirs.iter().any(|dir| version_of(dir, "postgres").is_some_and(|it| it.major >= major));
    if !found {
        eprintln!(
            "no PostgreSQL {major} with `pg_dump` is installed: no dry run has a server of its own"
        );
    }
    found
}

/// A folder whose migrations so far have been applied; none where the test cannot be made.
async fn begin(database: &Database, files: &[(&str, &str)]) -> Option<(PgConnection, Folder)> {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(files);
    folder.migrate(&mut connection).await.expect("to go up");
    has_server(&connection).then_some((connection, folder))
}

/// What `dry-run` says.
fn dry_run(folder: &Folder, database: &Database, words: &[&str]) -> Said {
    dry_run_at("sqlx", folder, database.url(), words).without(database.name(), "<database>")
}

fn dry_run_at(tool: &str, folder: &Folder, url: &str, words: &[&str]) -> Said {
    let named = named().map(|dir| dir.to_str().expect("a path").to_owned());
    let mut command = vec!["dry-run"];
    command.extend(words);
    if let Some(dir) = &named {
        command.extend(["--postgres-bin", dir]);
    }
    let mut said = folder.run_at(tool, url, &command);
    said.err = said.err.lines().map(|line| without_versions(line) + "\n").collect();
    said
}

/// Without what is another thing on each machine.
fn without_versions(line: &str) -> String {
    match line.split_once("PostgreSQL ").zip(line.split_once("; the target")) {
        Some(((before, _), _)) if line.starts_with("note: the migrations run") => {
            format!("{before}PostgreSQL N; the target is only read")
        }
        _ => line.to_owned(),
    }
}
