//! `lint --base`: migrations that come before those of a commit.

use std::process::Command;

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Project, Run, run};

/// A repository whose first commit has these migrations.
fn repository(files: &[(&str, &str)]) -> Project {
    let project = Project::new(files);
    for args in [
        &["init", "--quiet"][..],
        &["add", "."],
        &["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "-m", "x"],
    ] {
        let done = Command::new("git").args(args).current_dir(project.dir.path()).status();
        assert!(done.unwrap().success(), "git {args:?}");
    }
    project
}

fn lint(project: &Project, tool: &str, base: &str) -> Run {
    let root = project.root();
    let root = root.to_str().unwrap();
    let args = [
        "pg-enum",
        "lint",
        "--migrations",
        root,
        "--tool",
        tool,
        "--format",
        "github",
        "--base",
        base,
    ];
    let mut done = run(&args, false).relative_to(project.dir.path());
    done.err = done
        .err
        .lines()
        .filter(|line| line.starts_with("note") || line.starts_with("error"))
        .collect();
    done
}

const MOOD: (&str, &str) = ("20250103000000_mood.sql", "CREATE TYPE mood AS ENUM ('sad');\n");
const ADD: (&str, &str) =
    ("20250102000000_add.sql", "-- more\nALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok';\n");

#[test]
fn a_new_migration_before_the_last_one() {
    let project = repository(&[("20250101000000_a.sql", "CREATE TYPE a AS ENUM ('x');\n"), MOOD]);
    project.write("20250102000000_add.sql", "ALTER TYPE a ADD VALUE 'y';\n");
    project.write("20250102000001_table.sql", "CREATE TABLE t (a a);\n");
    project.write("20250104000000_last.sql", "ALTER TYPE a ADD VALUE 'z';\n");
    lint(&project, "sqlx", "HEAD").check(&expect![[r#""#]]);
}

#[test]
fn what_the_tool_does_about_it() {
    let project = repository(&[
        ("V1__a.sql", "CREATE TYPE a AS ENUM ('x');\n"),
        ("V3__c.sql", "SELECT 1;\n"),
        ("R__b.sql", "SELECT 2;\n"),
    ]);
    project.write("V2__b.sql", "CREATE TABLE t (a a);\n");
    project.write("R__a.sql", "SELECT 3;\n");
    for tool in ["flyway", "refinery"] {
        lint(&project, tool, "HEAD").check(&expect![[r#""#]]);
    }
}

#[test]
fn what_is_not_compared() {
    let project = repository(&[MOOD]);
    for base in ["nowhere", "--help"] {
        let done = lint(&project, "sqlx", base);
        assert!(matches!(done.status, Status::Failed), "{}", done.err);
        assert!(
            done.err.starts_with(&format!("error: cannot list the files of {base}: ")),
            "{}",
            done.err
        );
    }
    let project = repository(&[]);
    let _ = project;
}
