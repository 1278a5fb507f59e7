//! What fuzz targets make of their bytes, and what must hold whatever these are.

mod linting;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pg_enum_migrations::folder::{Migration, Part, Script, Source, Step, Tool, Transaction};
use pg_enum_migrations::{Finding, Folder, Location, Options, Replay};

pub use self::linting::check_lint;

/// PostgreSQL's limit for a label, in bytes.
const MAX_LABEL: usize = 63;

const TRANSACTIONS: [Transaction; 3] =
    [Transaction::PerStatement, Transaction::Implicit, Transaction::Explicit];

/// Begins the next migration, in the input of the target `replay`: a line of its own.
const NEXT_MIGRATION: &str = "--//";

/// Begins the name of the next file, in the input of the target `folder`.
const NEXT_FILE: &[u8] = b"--//";

/// The file of the revision, in the target `python`.
const REVISION: &str = "a1.py";

/// The versions of SQLAlchemy that differ.
const SQLALCHEMY: [(u32, u32); 3] = [(1, 4), (2, 0), (2, 1)];

/// The migrations that an input stands for. The first byte picks the tool and the transaction; after
/// it stand the migrations, with a line `--//` between two of them. Seeds begin with a digit or a
/// letter and a line break, so that they read like SQL.
#[must_use]
pub fn migrations(input: &[u8]) -> Option<Folder> {
    let (&mode, text) = input.split_first()?;
    let mode = usize::from(mode);
    let tool = Tool::ALL[mode % Tool::ALL.len()];
    let transaction = TRANSACTIONS[mode / Tool::ALL.len() % TRANSACTIONS.len()];
    let text = String::from_utf8_lossy(text);
    let mut texts = vec![String::new()];
    for line in text.split_inclusive('\n') {
        match texts.last_mut() {
            Some(text) if line.trim_end() != NEXT_MIGRATION => text.push_str(line),
            _ => texts.push(String::new()),
        }
    }
    let migrations = texts
        .into_iter()
        .enumerate()
        .map(|(index, text)| {
            let name = format!("{}_x.sql", index + 1);
            let range = 0..text.len();
            let source = Arc::new(Source { path: PathBuf::from(&name), text });
            Migration {
                version: (index + 1).to_string(),
                name,
                up: Part::Sql(Script { source, range }),
                down: None,
                transaction,
            }
        })
        .collect();
    Some(Folder::new("migrations", tool, migrations))
}

/// The files that an input stands for, each with its path below the root: what follows `--//` at the
/// beginning of a line is the path, the lines after it are what is in the file.
#[must_use]
pub fn files(input: &[u8]) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match (line.strip_prefix(NEXT_FILE), files.last_mut()) {
            (Some(name), _) => files.push((below(name), Vec::new())),
            (None, Some((_, bytes))) => bytes.extend_from_slice(line),
            (None, None) => {}
        }
    }
    files
}

/// Writes files below a directory.
pub fn write_files(root: &Path, files: Vec<(PathBuf, Vec<u8>)>) {
    for (path, bytes) in files {
        let path = root.join(path);
        // A file may stand where another wants a directory: then the other is not there.
        let parent = path.parent().unwrap_or(root);
        if fs::create_dir_all(parent).is_ok() {
            let _ = fs::write(path, bytes);
        }
    }
}

/// The files of a revision: the input up to the first line that begins with `--//` is the revision, and the rest are
/// files as [`files`] has them.
#[must_use]
pub fn modules(input: &[u8]) -> Vec<(PathBuf, Vec<u8>)> {
    files(&[NEXT_FILE, REVISION.as_bytes(), b"\n", input].concat())
}

/// A path that leads nowhere but down, however it was meant.
fn below(name: &[u8]) -> PathBuf {
    let name = String::from_utf8_lossy(name);
    let parts = name.trim().split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    parts.take(3).map(|part| part.replace('\0', "").chars().take(60).collect::<String>()).collect()
}

/// Replays a folder to its end, and looks at what comes out.
///
/// # Panics
///
/// When that is not as it must be.
pub fn check_replay(folder: &Folder) {
    for tables in [false, true] {
        check_replay_with(folder, &Options::new().keep_going(true).tables(tables));
    }
}

fn check_replay_with(folder: &Folder, options: &Options) {
    let replay = || options.replay(folder).expect("no version is asked for");
    let first = replay();
    check_enums(folder, &first);
    check_tables(&first);
    check_findings(&first.findings);
    for event in &first.events {
        check_location(&event.at);
        assert!(event.migration < folder.migrations.len(), "{event:?}");
    }
    assert_eq!(first.replayed, folder.migrations.len(), "every migration is replayed");
    // What a hash table's order decides would differ sooner or later.
    let second = replay();
    assert_eq!(first.enums, second.enums, "the same enums when replayed again");
    assert_eq!(first.tables, second.tables, "the same tables when replayed again");
    assert_eq!(first.events, second.events, "the same events when replayed again");
    assert_eq!(first.findings, second.findings, "the same findings when replayed again");
}

fn check_tables(replay: &Replay) {
    for table in &replay.tables {
        check_location(&table.created);
        if let Some(unknown) = &table.unknown {
            check_location(&unknown.at);
            continue;
        }
        let mut seen = HashSet::new();
        for column in &table.columns {
            check_location(&column.at);
            assert!(seen.insert(&column.name), "{} has a column twice: {column:?}", table.name);
        }
    }
    let mut sql = String::new();
    write!(sql, "{}", replay.tables_sql()).expect("a String takes everything");
}

fn check_enums(folder: &Folder, replay: &Replay) {
    let mut before = None;
    for state in &replay.enums {
        let name = (&state.schema, &state.name);
        // What a placeholder stands for is not known: two of them may be shown alike.
        let in_order = before < Some(name)
            || (before == Some(name) && state.name.contains(['?', '{', '}', ':', '$']))
            || (before == Some(name) && state.schema.contains(['?', '{', '}', ':', '$']));
        assert!(in_order, "{before:?} comes before {name:?}");
        before = Some(name);
        check_location(&state.created);
        assert!(state.migration < folder.migrations.len(), "{state:?}");
        let mut seen = HashSet::new();
        for label in &state.labels {
            assert!(label.text.len() <= MAX_LABEL, "label of {name:?} is too long: {label:?}");
            assert!(seen.insert(&label.text), "{name:?} has a label twice: {label:?}");
            assert!(label.migration < folder.migrations.len(), "{label:?}");
            check_location(&label.at);
        }
        assert!(state.create_sql().to_string().contains("CREATE TYPE"), "{state:?}");
    }
    let mut sql = String::new();
    write!(sql, "{}", replay.create_sql()).expect("a String takes everything");
}

/// Reads a revision, replays it, takes it back and applies it again.
///
/// # Panics
///
/// When what comes out is not as it must be.
pub fn check_revision(root: &Path) {
    let path = PathBuf::from(REVISION);
    let migration = Migration {
        version: "a1".to_owned(),
        name: REVISION.to_owned(),
        up: Part::Code(path.clone()),
        down: Some(Part::Code(path)),
        transaction: Transaction::Explicit,
    };
    let folder = Folder::new(root, Tool::Alembic, vec![migration]);
    for sqlalchemy in SQLALCHEMY {
        let python = pg_enum_python::Options { sqlalchemy, ..pg_enum_python::Options::default() };
        let down = python.clone();
        // Replay gives the thread that reads a stack for deep source.
        let options = Options::new()
            .keep_going(true)
            .tables(true)
            .read_code(move |root, source| told(python.read(root, source)))
            .read_code_down(move |root, source| told(down.read_down(root, source)));
        check_replay_with(&folder, &options);
        for trip in options.round_trips(&folder).expect("no version is asked for") {
            check_findings(&trip.down);
            check_findings(&trip.again);
        }
    }
}

/// Checks the places of what a revision does.
fn told(steps: Option<Vec<Step>>) -> Option<Vec<Step>> {
    for step in steps.iter().flatten() {
        match step {
            Step::Sql(script) => assert!(script.source.text.get(script.range.clone()).is_some()),
            Step::Made { at, .. } | Step::Unknown { at, .. } | Step::Tables { at } => {
                check_location(at);
            }
        }
    }
    steps
}

/// Checks what is said about a folder.
///
/// # Panics
///
/// When a place in it is not in its file.
pub fn check_findings(findings: &[Finding]) {
    for finding in findings {
        check_location(&finding.at);
        assert!(!finding.message.is_empty(), "{finding:?}");
        for (at, _) in &finding.related {
            check_location(at);
        }
    }
}

fn check_location(at: &Location) {
    assert!(
        at.source.text.get(at.range.clone()).is_some(),
        "{:?} is not in the file, or not between characters: {:?}",
        at.range,
        at.source
    );
    // Counting lines takes as long as the text is, which is too long for every place in a long one.
    if at.source.text.len() < 10_000 {
        assert!(at.line() >= 1, "{at:?}");
    }
}

/// Reads a folder, as the tool that it looks made for and as every other, and replays the former.
///
/// # Panics
///
/// When what comes out is not as it must be.
pub fn check_folder(root: &Path) {
    if let Ok(folder) = Folder::open(root) {
        check_parts(&folder);
        check_replay(&folder);
    }
    for &tool in Tool::ALL {
        match Folder::open_as(root, tool) {
            Ok(folder) => {
                assert_eq!(folder.tool, tool);
                check_parts(&folder);
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

fn check_parts(folder: &Folder) {
    check_findings(&folder.findings);
    for migration in &folder.migrations {
        for part in [Some(&migration.up), migration.down.as_ref()].into_iter().flatten() {
            if let Part::Sql(script) = part {
                let text = script.source.text.get(script.range.clone());
                assert!(text.is_some(), "{:?} of {:?}", script.range, script.source);
            }
        }
    }
}
