//! Scripts of our own, each for something seen in migrations: `tests/replay/*.sql`. A paragraph is a
//! statement.
//!
//! The server runs each, statement by statement and on after an error, as psql does, if it is as new as the
//! script's first line asks for; replay must say the same, and report nothing as unknown.

use std::fs;
use std::path::Path;

use pg_enum_migrations::folder::{Tool, Transaction};
use pg_enum_test_server::Database;

use super::{Outcome, catalog, code_of, folder, options, replayed};
use crate::harness::{run, tests};

tests![
    every_script_is_replayed_as_the_server_runs_it,
    a_message_of_several_statements_is_a_transaction_to_its_blocks,
    a_commit_in_a_file_of_sqlx_ends_no_message
];

async fn every_script_is_replayed_as_the_server_runs_it(database: Database) {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay");
    let mut paths: Vec<_> =
        fs::read_dir(&scripts).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 20, "{} scripts in {}", paths.len(), scripts.display());
    let version = database.connect().await.unwrap().server_version_num().unwrap();
    let mut failures = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let script = fs::read_to_string(&path).unwrap();
        if version / 10_000 < first_version(&script) {
            continue;
        }
        if let Err(failure) = check(&database, &script).await {
            failures.push(format!("{name}: {failure}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Files that Prisma and golang-migrate send as one string each: a `COMMIT` in a block is accepted only where that is all.
const MESSAGES: &[&str] = &[
    "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); COMMIT; END $$;",
    "/* alone */ DO $$ BEGIN ALTER TYPE mood ADD VALUE 'b'; COMMIT; RAISE EXCEPTION 'no'; END $$; -- still\n;",
    "ALTER TYPE mood ADD VALUE 'c'; DO $$ BEGIN COMMIT; END $$;",
    "DO $$ BEGIN COMMIT; END $$; ALTER TYPE mood ADD VALUE 'd';",
    "ALTER TYPE mood ADD VALUE 'e'; COMMIT; DO $$ BEGIN COMMIT; END $$;",
];

async fn a_message_of_several_statements_is_a_transaction_to_its_blocks(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let mut refused = Vec::new();
    for (index, message) in MESSAGES.iter().enumerate() {
        if let Some(code) = code_of(&mut connection, message).await.unwrap() {
            refused.push((index, code));
        }
    }
    let enums = catalog(&mut connection).await.unwrap();
    let scripts: Vec<_> = MESSAGES.iter().map(ToString::to_string).collect();
    let folder = folder(Tool::Prisma, &scripts, Transaction::Implicit);
    let place = |finding: &pg_enum_migrations::Finding| {
        let name = finding.at.path().with_extension("");
        name.to_str().unwrap().parse().unwrap()
    };
    let (replay, _) = replayed(&folder, &options(true), place).unwrap();
    assert_eq!(Outcome { enums, refused }, replay);
}

/// Files that sqlx sends as one string each, in a transaction of its own: what comes after a `COMMIT` is in a transaction again.
const FILES: &[&str] = &[
    "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (m mood);",
    "ALTER TYPE mood ADD VALUE 'b'; COMMIT; CREATE INDEX CONCURRENTLY t_m ON t (m);",
    "ALTER TYPE mood ADD VALUE 'c'; CREATE INDEX CONCURRENTLY t_m ON t (m);",
    "ALTER TYPE mood ADD VALUE 'd'; COMMIT; ALTER TYPE mood ADD VALUE 'e';",
];

async fn a_commit_in_a_file_of_sqlx_ends_no_message(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let mut refused = Vec::new();
    for (index, file) in FILES.iter().enumerate() {
        run(&mut connection, "BEGIN").await;
        let code = code_of(&mut connection, file).await.unwrap();
        run(&mut connection, if code.is_some() { "ROLLBACK" } else { "COMMIT" }).await;
        refused.extend(code.map(|code| (index, code)));
    }
    let enums = catalog(&mut connection).await.unwrap();
    let scripts: Vec<_> = FILES.iter().map(ToString::to_string).collect();
    let folder = folder(Tool::Sqlx, &scripts, Transaction::Explicit);
    let place = |finding: &pg_enum_migrations::Finding| {
        let name = finding.at.path().with_extension("");
        name.to_str().unwrap().parse().unwrap()
    };
    let (replay, _) = replayed(&folder, &options(true), place).unwrap();
    assert_eq!(Outcome { enums, refused }, replay);
}

/// What a script says of itself: `-- From PostgreSQL 14: …`
fn first_version(script: &str) -> u32 {
    let version = script.strip_prefix("-- From PostgreSQL ").and_then(|rest| rest.split_once(':'));
    version.map_or(0, |(version, _)| version.parse().unwrap())
}

async fn check(database: &Database, script: &str) -> Result<(), String> {
    let mut connection = database.connect().await.map_err(|error| error.to_string())?;
    let connection = &mut connection;
    run(connection, WIPE).await;
    let mut refused = Vec::new();
    let mut line = 1;
    for statement in script.split("\n\n") {
        let lines = statement.matches('\n').count() + 2;
        match code_of(connection, statement).await?.as_deref() {
            None | Some("25P02") => {}
            Some(code) => refused.push((line, line + lines, code.to_owned())),
        }
        line += lines;
    }
    let _ = code_of(connection, "ROLLBACK").await?;
    let enums = catalog(connection).await.map_err(|error| error.to_string())?;

    let folder = folder(Tool::Plain, &[script.to_owned()], Transaction::PerStatement);
    // A statement is known by its first line.
    let place = |finding: &pg_enum_migrations::Finding| {
        let at = finding.at.line();
        refused
            .iter()
            .find(|(start, end, _)| (*start..*end).contains(&at))
            .map_or(at, |(start, ..)| *start)
    };
    let (outcome, replay) = replayed(&folder, &options(true).tables(true), place)?;
    let refused = refused.iter().map(|(start, _, code)| (*start, code.clone())).collect();
    let server = Outcome { enums, refused };
    if server != outcome {
        return Err(format!("server: {server:#?}\nreplay: {outcome:#?}"));
    }

    // The SQL for the state builds it where there is nothing.
    run(connection, "RESET ALL").await;
    run(connection, WIPE).await;
    run(connection, &replay.create_sql().to_string()).await;
    let built = catalog(connection).await.map_err(|error| error.to_string())?;
    if built == server.enums {
        Ok(())
    } else {
        Err(format!("wanted: {:#?}\nbuilt: {built:#?}", server.enums))
    }
}

const WIPE: &str = "SET client_min_messages = error;
    DO $$ DECLARE s text; BEGIN
        FOR s IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$' LOOP
            EXECUTE format('DROP SCHEMA %I CASCADE', s);
        END LOOP;
    END $$;
    CREATE SCHEMA public";
