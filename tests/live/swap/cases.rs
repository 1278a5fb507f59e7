//! Scripts of tests/swap. Each says what the labels of `app.mood` are before and after, and creates what depends on it:
//!
//! ```text
//! -- old: sad, ok, x
//! -- new: great, fine, sad
//! -- was: ok -> fine
//! -- removed: x -> fine
//! -- refused: column m of table app.t is NOT NULL
//! ```
//!
//! The script runs twice: with the old labels, after which the plan is carried out, and with the new ones in its literals
//! and without the lines that begin with `/* before */`.
//! `pg_dump` and the rows must say the same of both. With `refused`, there is no plan, and each line is part of the reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pg_enum_core::plan::{Plan, Step, Unplannable};
use pg_enum_core::{Definition, Former, Removed, Renamed};
use pg_enum_server::{installed, version_of};
use pg_enum_test_server::Database;
use sqlx::error::DatabaseError;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::{same, start};
use crate::harness::{run, tests, try_run};

tests![every_script_gives_what_a_new_database_has];

/// A part of the names of the scripts that run, if it is set. Empty, all of them run everywhere.
pub(crate) const SCRIPTS: &str = "PG_ENUM_SCRIPTS";

/// The start of a line of what is there before the change only.
const BEFORE: &str = "/* before */ ";

/// What a script says in its first lines.
#[derive(Default)]
pub(crate) struct Case<'a> {
    pub(crate) old: Vec<&'a str>,
    pub(crate) new: Vec<&'a str>,
    pub(crate) was: Vec<(&'a str, &'a str)>,
    pub(crate) removed: Vec<(&'a str, Option<&'a str>)>,
    /// The name of the type afterwards.
    pub(crate) renamed_to: Option<&'a str>,
    pub(crate) refused: Vec<&'a str>,
    pub(crate) first_version: u32,
    pub(crate) last_version: Option<u32>,
    pub(crate) sql: &'a str,
}

impl<'a> Case<'a> {
    pub(crate) fn read(script: &'a str) -> Self {
        let mut case = Self { sql: script, ..Self::default() };
        while let Some((line, sql)) = case.sql.split_once('\n')
            && let Some((word, rest)) = line.strip_prefix("-- ").and_then(|it| it.split_once(": "))
        {
            case.sql = sql;
            let list = || rest.split(", ").map(str::trim).filter(|it| !it.is_empty());
            let pairs = || list().map(|pair| pair.split_once(" -> ").expect("a pair"));
            match word {
                "old" => case.old = list().collect(),
                "new" => case.new = list().collect(),
                "was" => case.was = pairs().collect(),
                "removed" => {
                    let target = |to| Some(to).filter(|to| *to != "NULL");
                    case.removed = pairs().map(|(from, to)| (from, target(to))).collect();
                }
                "renamed to" => case.renamed_to = Some(rest),
                "refused" => case.refused.push(rest),
                "from PostgreSQL" => case.first_version = rest.parse().expect("a version"),
                "until PostgreSQL" => case.last_version = Some(rest.parse().expect("a version")),
                _ => panic!("{line}"),
            }
        }
        case
    }

    /// The script as somebody writes it who has only the new labels.
    pub(crate) fn afresh(&self) -> String {
        let mut labels: BTreeMap<&str, Option<&str>> = self.removed.iter().copied().collect();
        labels.extend(self.was.iter().map(|(from, to)| (*from, Some(*to))));
        let mut written = String::new();
        let lasting = self.sql.lines().filter(|line| !line.starts_with(BEFORE));
        let sql: String = lasting.flat_map(|line| [line, "\n"]).collect();
        for (index, part) in sql.split('\'').enumerate() {
            if index % 2 == 0 {
                written += part;
                continue;
            }
            let new = match labels.get(part) {
                Some(None) => "NULL".to_owned(),
                Some(Some(to)) => format!("'{to}'"),
                None if part.starts_with(['{', '[']) => {
                    let words = part.split_inclusive(['{', '}', ',']).map(|word| {
                        let (label, end) = word.split_at(word.len() - 1);
                        let new = labels.get(label).map_or(label, |to| to.unwrap_or("NULL"));
                        format!("{new}{end}")
                    });
                    format!("'{}'", words.collect::<String>())
                }
                None => format!("'{part}'"),
            };
            written.push_str(&new);
        }
        match self.renamed_to {
            Some(name) => written.replace("app.mood", &format!("app.{name}")),
            None => written,
        }
    }
}

/// The program, or a line that says what is not tested without it. It must not be older than the server.
pub(crate) async fn pg_dump(database: &Database) -> Option<PathBuf> {
    let server = database.connect().await.unwrap().server_version_num().unwrap() / 10_000;
    let is_new_enough =
        |dir: &PathBuf| version_of(dir, "pg_dump").is_some_and(|version| version.major >= server);
    let found = installed(&["pg_dump"]).into_iter().find(is_new_enough);
    if found.is_none() {
        eprintln!("pg_dump {server} or later is not installed: no type is replaced");
    }
    found.map(|dir| dir.join("pg_dump"))
}

/// The scripts for the version of a server, by name.
pub(crate) async fn scripts(database: &Database) -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("swap");
    let version = database.connect().await.unwrap().server_version_num().unwrap() / 10_000;
    let wanted = std::env::var(SCRIPTS).unwrap_or_default();
    let mut scripts = Vec::new();
    for entry in fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        let script = fs::read_to_string(&path).unwrap();
        let Case { first_version, last_version, .. } = Case::read(&script);
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_for_it = first_version <= version && last_version.is_none_or(|last| version <= last);
        if is_for_it && name.contains(&wanted) {
            scripts.push((name, script));
        }
    }
    scripts.sort();
    scripts
}

async fn every_script_gives_what_a_new_database_has(database: Database) {
    let Some(pg_dump) = pg_dump(&database).await else { return };
    let mut failures = Vec::new();
    let scripts = scripts(&database).await;
    for (name, script) in &scripts {
        let case = Case::read(script);
        let found = if case.refused.is_empty() {
            check(&database, &pg_dump, &case).await
        } else {
            check_refused(&database, &case).await
        };
        failures.extend(found.err().map(|failure| format!("{name}: {failure}")));
    }
    let (failed, tried) = (failures.len(), scripts.len());
    assert!(failures.is_empty(), "{failed} of {tried}:\n{}", failures.join("\n"));
}

async fn check(database: &Database, pg_dump: &PathBuf, case: &Case<'_>) -> Result<(), String> {
    let mut connection = database.connect().await.map_err(|error| error.to_string())?;
    let connection = &mut connection;
    try_run(connection, &start(&case.new, case.renamed_to.unwrap_or("mood")))
        .await
        .map_err(said)?;
    try_run(connection, &case.afresh()).await.map_err(said)?;
    let expected = (dump(pg_dump, database)?, contents(connection).await);

    try_run(connection, &start(&case.old, "mood")).await.map_err(said)?;
    try_run(connection, case.sql).await.map_err(said)?;
    let before = (dump(pg_dump, database)?, contents(connection).await);
    let plan = planned(connection, case).await.map_err(|refused| refused.to_string())?;
    for attempt in ["at first", "again"] {
        for step in &plan.steps {
            let sql = step.up_sql().to_string();
            // Whatever the path of the session is.
            run(connection, "SET search_path = nowhere").await;
            let done = try_run(connection, &sql).await;
            done.map_err(|error| format!("{attempt}: {error:?}"))?;
            run(connection, "RESET search_path").await;
        }
        let found = (dump(pg_dump, database)?, contents(connection).await);
        same(&expected.0, &found.0).map_err(|differs| format!("{attempt}: {differs}"))?;
        same(&expected.1, &found.1).map_err(|differs| format!("{attempt}: {differs}"))?;
    }
    check_back(connection, database, pg_dump, &plan, [&before, &expected]).await
}

/// The down statements give what there was before, or change nothing and say why.
async fn check_back(
    connection: &mut PgConnection,
    database: &Database,
    pg_dump: &PathBuf,
    plan: &Plan,
    [before, after]: [&(String, String); 2],
) -> Result<(), String> {
    let is_exact = plan.steps.iter().all(|step| match step {
        Step::ReplaceType(replacement) => matches!(replacement.back, Some(Ok(_))),
        // The label stays.
        Step::AddValue { .. } => false,
        _ => true,
    });
    for attempt in ["back", "back again"] {
        for step in plan.steps.iter().rev() {
            run(connection, "SET search_path = nowhere").await;
            let done = try_run(connection, &step.down_sql().to_string()).await;
            run(connection, "RESET search_path").await;
            if let (Step::ReplaceType(_), false, Err(error)) = (step, is_exact, &done) {
                let code = error.as_database_error().and_then(DatabaseError::code);
                assert_eq!(code.as_deref(), Some("0A000"), "{error:?}");
            } else {
                done.map_err(|error| format!("{attempt}: {error:?}"))?;
            }
        }
        // A step that renames the type is carried back even so.
        let expected = if is_exact { before } else { after };
        if is_exact || plan.steps.len() == 1 {
            let found = (dump(pg_dump, database)?, contents(connection).await);
            same(&expected.0, &found.0).map_err(|differs| format!("{attempt}: {differs}"))?;
            same(&expected.1, &found.1).map_err(|differs| format!("{attempt}: {differs}"))?;
        }
    }
    Ok(())
}

async fn check_refused(database: &Database, case: &Case<'_>) -> Result<(), String> {
    let mut connection = database.connect().await.map_err(|error| error.to_string())?;
    try_run(&mut connection, &start(&case.old, "mood")).await.map_err(said)?;
    try_run(&mut connection, case.sql).await.map_err(said)?;
    let Err(refused) = planned(&mut connection, case).await else {
        return Err("there is a plan".to_owned());
    };
    let found: Vec<_> = refused.obstacles.iter().map(ToString::to_string).collect();
    let is_expected = |text: &String| case.refused.iter().any(|expected| text.contains(expected));
    let is_found = |expected: &&str| found.iter().any(|text| text.contains(*expected));
    if found.iter().all(is_expected) && case.refused.iter().all(is_found) {
        Ok(())
    } else {
        Err(format!("refused: {found:#?}"))
    }
}

async fn planned(connection: &mut PgConnection, case: &Case<'_>) -> Result<Plan, Unplannable> {
    let renamed: Vec<_> = case.was.iter().map(|&(was, label)| Renamed { label, was }).collect();
    let removed: Vec<_> =
        case.removed.iter().map(|&(label, replacement)| Removed { label, replacement }).collect();
    let mut definition = Definition::new(case.renamed_to.unwrap_or("mood"), &case.new)
        .in_schema("app")
        .with_renamed(&renamed)
        .with_removed(&removed);
    if case.renamed_to.is_some() {
        definition = definition.with_was(Former { schema: None, name: "mood" });
    }
    super::planned(connection, definition).await
}

/// What `pg_dump` says of the database.
pub(crate) fn dump(pg_dump: &PathBuf, database: &Database) -> Result<String, String> {
    let output = Command::new(pg_dump)
        .args(["--schema-only", "--dbname", &database.plain_url()])
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // Newer versions write a random text.
    let lines = text.lines().filter(|line| !line.contains("restrict "));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// The rows of all tables and views, and what `pg_dump` leaves out.
pub(crate) async fn contents(connection: &mut PgConnection) -> String {
    let mut texts = Vec::new();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'app'::regnamespace
         AND (relkind IN ('r', 'v') OR relkind = 'm' AND relispopulated) ORDER BY relname",
    )
    .persistent(false)
    .fetch_all(&mut *connection)
    .await
    .expect("the catalog can be read");
    for table in tables {
        let sql = format!("SELECT x::text FROM {table} AS x ORDER BY 1");
        let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(&mut *connection).await;
        // A view of a materialized view without rows cannot be read.
        let rows: Vec<String> = rows.iter().flatten().map(|row| row.get(0)).collect();
        texts.push(format!("{table}: {rows:#?}"));
    }
    let valid: Vec<String> = sqlx::query_scalar(
        "SELECT concat(oid::regclass, ' ', relispopulated, ' ', pg_get_userbyid(relowner), relacl) FROM pg_class
         WHERE relnamespace = 'app'::regnamespace ORDER BY relname",
    )
    .persistent(false)
    .fetch_all(connection)
    .await
    .expect("the catalog can be read");
    texts.push(valid.join("\n"));
    texts.join("\n")
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn said(error: sqlx::Error) -> String {
    error.to_string()
}
