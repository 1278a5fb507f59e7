//! What differs from tool to tool: the transaction around a migration, and which files are migrations at all.

use cargo_pg_enum::Status;

use crate::harness::{Project, Run};

const ADDED_AND_USED: [(&str, &str); 2] = [
    (
        "20240101000000_size.sql",
        "CREATE TYPE size AS ENUM ('s');\nCREATE TABLE shirt (size size);\n",
    ),
    (
        "20240102000000_large.sql",
        "ALTER TYPE size ADD VALUE 'l';\nALTER TABLE shirt ALTER COLUMN size SET DEFAULT 'l';\n",
    ),
];

fn is_refused(run: &Run) -> bool {
    run.status == Status::Findings && run.err.contains("SQLSTATE 55P04")
}

#[test]
fn a_tool_has_its_transaction() {
    let project = Project::new(&ADDED_AND_USED);
    for tool in ["supabase", "atlas", "node-pg-migrate", "sqlx", "sql-migrate"] {
        let run = project.state(&["--tool", tool]);
        // sql-migrate wants its annotations.
        assert_eq!(is_refused(&run), tool != "sql-migrate", "{tool}: {}", run.err);
    }
    assert_eq!(project.state(&[]).status, Status::Clean);
}

#[test]
fn a_transaction_is_chosen() {
    let project = Project::new(&ADDED_AND_USED);
    for (around, refused) in [("statement", false), ("file", true), ("all", true)] {
        let run = project.state(&["--transaction", around]);
        assert_eq!(is_refused(&run), refused, "{around}: {}", run.err);
    }
    assert!(!is_refused(&project.state(&["--tool", "atlas", "--transaction", "statement"])));
    let run = project.state(&["--tool", "dbmate", "--transaction", "all"]);
    assert_eq!(run.status, Status::Failed);
    assert!(run.err.contains("dbmate cannot have a transaction around all files"), "{}", run.err);
}

#[test]
fn one_transaction_for_all_that_is_pending() {
    let project = Project::new(&[
        ("0000_size.sql", "CREATE TYPE size AS ENUM ('s');\nCREATE TABLE shirt (size size);\n"),
        ("0001_large.sql", "ALTER TYPE size ADD VALUE 'l';\n"),
        ("0002_default.sql", "ALTER TABLE shirt ALTER COLUMN size SET DEFAULT 'l';\n"),
        (
            "meta/_journal.json",
            r#"{"entries": [{"tag": "0000_size"}, {"tag": "0001_large"}, {"tag": "0002_default"}]}"#,
        ),
    ]);
    let run = project.state(&[]);
    assert!(is_refused(&run), "{}", run.err);
    // What databases have that got them one by one.
    assert!(run.out.contains("'l'"), "{}", run.out);
    assert_eq!(project.state(&["--transaction", "file"]).status, Status::Clean);
    let plain = project.state(&["--tool", "plain", "--transaction", "all"]);
    assert!(is_refused(&plain), "{}", plain.err);
}

#[test]
fn files_that_are_not_run_are_named() {
    let project = Project::new(&[
        ("20240101000000_size.sql", "CREATE TYPE size AS ENUM ('s');"),
        ("reset/up.sql", "DROP TYPE size;"),
        ("reset/down.sql", ""),
    ]);
    for tool in [&["--tool", "sqlx"][..], &[]] {
        let run = project.state(tool);
        assert_eq!(run.status, Status::Clean, "{}", run.err);
        let note = "does not run 2 files of SQL in migrations, as it takes ";
        assert!(
            run.err.contains(note) && run.err.contains("reset/down.sql, reset/up.sql"),
            "{}",
            run.err
        );
    }
}

#[test]
fn a_folder_from_which_a_tool_runs_nothing_is_a_finding() {
    let project = Project::new(&[("V1__size.sql", "CREATE TYPE size AS ENUM ('s');")]);
    let run = project.state(&["--tool", "golang-migrate"]);
    assert_eq!(run.status, Status::Findings);
    assert!(run.err.contains("golang-migrate finds no migration in the folder"), "{}", run.err);
    assert_eq!(project.state(&[]).status, Status::Clean);
}
