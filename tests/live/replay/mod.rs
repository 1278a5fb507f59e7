//! Replay says what the server does: the same enums in the end, the same statements refused.

mod cases;
mod cut;
mod dependents;
mod doubtful;
mod random;
mod read_only;
mod tables;
mod unknown;

use std::path::PathBuf;
use std::sync::Arc;

use pg_enum_migrations::folder::{Migration, Part, Script, Source, Tool, Transaction};
use pg_enum_migrations::{Folder, Kind, Options, Replay};
use sqlx::{PgConnection, Row};

use crate::harness::{Test, try_run};

pub(crate) fn tests() -> Vec<Test> {
    [
        cases::tests(),
        cut::tests(),
        dependents::tests(),
        doubtful::tests(),
        random::tests(),
        read_only::tests(),
        tables::tests(),
        unknown::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// No schema is there but those of an empty database.
const NONE: [&str; 0] = [];

/// An enum, as either of the two has it.
type Enum = (String, String, Vec<String>);

/// What came of a run: the enums, and which statements failed with which code.
#[derive(Debug, PartialEq)]
struct Outcome {
    enums: Vec<Enum>,
    refused: Vec<(usize, String)>,
}

/// A folder in memory, of one script per migration.
pub(crate) fn folder(tool: Tool, scripts: &[String], transaction: Transaction) -> Folder {
    let migration = |(index, text): (usize, &String)| {
        let path = PathBuf::from(format!("{index}.sql"));
        let source = Arc::new(Source { path, text: text.clone() });
        Migration {
            version: index.to_string(),
            name: format!("{index}.sql"),
            up: Part::Sql(Script { range: 0..source.text.len(), source }),
            down: None,
            transaction,
        }
    };
    let migrations = scripts.iter().enumerate().map(migration).collect();
    Folder::new("", tool, migrations)
}

/// Nothing is there before, and replay goes on after a refusal if asked to.
fn options(keep_going: bool) -> Options {
    Options::new().schemas(NONE).keep_going(keep_going)
}

/// What replay says of a folder. `place` makes a number of where a refused statement stands.
fn replayed(
    folder: &Folder,
    options: &Options,
    place: impl Fn(&pg_enum_migrations::Finding) -> usize,
) -> Result<(Outcome, Replay), String> {
    let replay = options.replay(folder).map_err(|e| e.to_string())?;
    let mut refused = Vec::new();
    for finding in &replay.findings {
        match &finding.kind {
            Kind::Refused { sqlstate } => refused.push((place(finding), sqlstate.clone())),
            _ => return Err(format!("reported: {finding:#?}")),
        }
    }
    let enums = replay
        .enums
        .iter()
        .map(|state| {
            let labels = state.labels.iter().map(|label| label.text.clone()).collect();
            (state.schema.clone(), state.name.clone(), labels)
        })
        .collect();
    Ok((Outcome { enums, refused }, replay))
}

/// Every enum of the database, by schema and name.
async fn catalog(connection: &mut PgConnection) -> Result<Vec<Enum>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT n.nspname::text, t.typname::text,
            ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder)
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype = 'e' AND n.nspname !~ '^pg_'
        ORDER BY n.nspname COLLATE \"C\", t.typname COLLATE \"C\"",
    )
    .persistent(false)
    .fetch_all(connection)
    .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
}

/// Runs a string, and returns the code of the error if there is one.
async fn code_of(connection: &mut PgConnection, sql: &str) -> Result<Option<String>, String> {
    match try_run(connection, sql).await {
        Ok(()) => Ok(None),
        Err(sqlx::Error::Database(error)) => {
            Ok(Some(error.code().unwrap_or_default().into_owned()))
        }
        Err(error) => Err(format!("{error}\n{sql}")),
    }
}
