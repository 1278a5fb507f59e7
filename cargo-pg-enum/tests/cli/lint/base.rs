//! `lint --base`: migrations that come before those of a commit.

use std::process::Command;

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Project, Run, run};

/// A repository whose first commit has these migrations.
fn repository(files: &[(&str, &str)]) -> Project {
    let project = Project::new(files);
    git(&project, &["init", "--quiet"]);
    commit(&project);
    project
}

fn commit(project: &Project) {
    git(project, &["add", "."]);
    let author = ["-c", "user.name=x", "-c", "user.email=x@example.org"];
    git(project, &[&author[..], &["commit", "--quiet", "--allow-empty", "-m", "x"]].concat());
}

fn git(project: &Project, args: &[&str]) {
    let done = Command::new("git").args(args).current_dir(project.dir.path()).status();
    assert!(done.unwrap().success(), "git {args:?}");
}

fn lint(project: &Project, tool: &str, base: &str) -> Run {
    let root = project.root();
    let root = root.to_str().unwrap();
    let base = format!("--base={base}");
    let args =
        ["pg-enum", "lint", "--migrations", root, "--tool", tool, "--format", "github", &base];
    let mut done = run(&args, false).relative_to(project.dir.path());
    done.err = done
        .err
        .lines()
        .filter(|line| line.starts_with("note") || line.starts_with("error"))
        .collect();
    done
}

const MOOD: (&str, &str) = ("20250103000000_mood.sql", "CREATE TYPE mood AS ENUM ('sad');\n");

#[test]
fn a_new_migration_before_the_last_one() {
    let project = repository(&[("20250101000000_a.sql", "CREATE TYPE a AS ENUM ('x');\n"), MOOD]);
    project.write("20250102000000_add.sql", "ALTER TYPE a ADD VALUE 'y';\n");
    project.write("20250102000001_table.sql", "CREATE TABLE t (a a);\n");
    project.write("20250104000000_last.sql", "ALTER TYPE a ADD VALUE 'z';\n");
    lint(&project, "sqlx", "HEAD").check(&expect![[r#"
        Clean
        --- out
        ::warning file=migrations/20250102000000_add.sql,line=1,endLine=1,col=1,endColumn=28,title=pg-enum out-of-order::migration 20250102000000 is not in HEAD, and comes before 20250103000000, which is%0Anote: sqlx runs it after the later one where that is applied, but before it in a new database, so that the order of labels may differ%0Ahelp: give it a version after 20250103000000
    "#]]);
}

/// The commit has gone on since the branch was cut, with migrations that the folder does not have.
#[test]
fn a_commit_with_later_migrations() {
    let a = ("20250101000000_a.sql", "CREATE TYPE a AS ENUM ('x');\n");
    let project = repository(&[a]);
    project.write("20250105000000_x.sql", "ALTER TYPE a ADD VALUE 'z';\n");
    commit(&project);
    std::fs::remove_file(project.root().join("20250105000000_x.sql")).unwrap();
    project.write("20250104000000_y.sql", "ALTER TYPE a ADD VALUE 'y';\n");
    lint(&project, "sqlx", "HEAD").check(&expect![[r#"
        Clean
        --- out
        ::warning file=migrations/20250104000000_y.sql,line=1,endLine=1,col=1,endColumn=28,title=pg-enum out-of-order::migration 20250104000000 is not in HEAD, and comes before 20250105000000, which is%0Anote: sqlx runs it after the later one where that is applied, but before it in a new database, so that the order of labels may differ%0Ahelp: give it a version after 20250105000000
    "#]]);
    // The text tells what of a file is a migration.
    let up = |sql: &str| format!("-- migrate:up\n{sql}\n-- migrate:down\n");
    let project = repository(&[(a.0, &up(a.1))]);
    project.write("20250105000000_x.sql", &up("ALTER TYPE a ADD VALUE 'z';"));
    commit(&project);
    std::fs::remove_file(project.root().join("20250105000000_x.sql")).unwrap();
    project.write("20250104000000_y.sql", &up("ALTER TYPE a ADD VALUE 'y';"));
    lint(&project, "dbmate", "HEAD").check(&expect![[r#"
        Clean
        --- out
        ::warning file=migrations/20250104000000_y.sql,line=1,endLine=1,col=1,endColumn=14,title=pg-enum out-of-order::migration 20250104000000 is not in HEAD, and comes before 20250105000000, which is%0Anote: dbmate runs it after the later one where that is applied, but before it in a new database, so that the order of labels may differ%0Ahelp: give it a version after 20250105000000
        ::warning file=migrations/20250104000000_y.sql,line=3,endLine=3,col=1,endColumn=16,title=pg-enum labels-not-restored-on-down::the way down leaves 'y' in a, and adding it again fails without IF NOT EXISTS%0Amigrations/20250104000000_y.sql:2: applied again, the migration fails here: enum label "y" already exists%0Ahelp: add the label with IF NOT EXISTS: PostgreSQL cannot remove it again
        --- err
        note: most ways down in migrations are empty, so that `type-not-dropped-on-down` passes over 1 migration"#]]);
    // A directory that the folder does not have.
    let project = repository(&[("20250101000000_a/migration.sql", a.1)]);
    project.write("20250105000000_x/migration.sql", "ALTER TYPE a ADD VALUE 'z';\n");
    commit(&project);
    std::fs::remove_dir_all(project.root().join("20250105000000_x")).unwrap();
    project.write("20250104000000_y/migration.sql", "ALTER TYPE a ADD VALUE 'y';\n");
    lint(&project, "prisma", "HEAD").check(&expect![[r#"
        Clean
        --- out
        ::warning file=migrations/20250104000000_y/migration.sql,line=1,endLine=1,col=1,endColumn=28,title=pg-enum out-of-order::migration 20250104000000_y is not in HEAD, and comes before 20250105000000_x, which is%0Anote: prisma runs it after the later one where that is applied, but before it in a new database, so that the order of labels may differ%0Ahelp: give it a version after 20250105000000_x
    "#]]);
}

#[test]
fn a_file_with_another_name() {
    let project =
        repository(&[("20250102000000_typo.sql", "CREATE TYPE a AS ENUM ('x');\n"), MOOD]);
    std::fs::remove_file(project.root().join("20250102000000_typo.sql")).unwrap();
    project.write("20250102000000_fixed.sql", "CREATE TYPE a AS ENUM ('x');\n");
    lint(&project, "sqlx", "HEAD").check(&expect![[r#"
        Clean
    "#]]);
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
    lint(&project, "flyway", "HEAD").check(&expect![[r#"
        Findings
        --- out
        ::error file=migrations/V2__b.sql,line=1,endLine=1,col=1,endColumn=22,title=pg-enum out-of-order::migration 2 is not in HEAD, and comes before 3, which is%0Anote: by default, flyway refuses to run where the later one is applied%0Ahelp: give it a version after 3
    "#]]);
    lint(&project, "refinery", "HEAD").check(&expect![[r#"
        Findings
        --- out
        ::error file=migrations/V2__b.sql,line=1,endLine=1,col=1,endColumn=22,title=pg-enum out-of-order::migration 2 is not in HEAD, and comes before 3, which is%0Anote: by default, refinery refuses to run where the later one is applied%0Ahelp: give it a version after 3
        --- err
        note: refinery does not run 2 files of SQL in migrations, as it takes `V<version>__<name>.sql` and `U<version>__<name>.sql`: R__a.sql, R__b.sql"#]]);
}

/// Git tells its hooks which repository they are of, which may be another one.
#[test]
fn in_a_hook() {
    let project = repository(&[MOOD]);
    let other = Project::new(&[]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-pg-enum"));
    command.args(["pg-enum", "lint", "--tool", "sqlx", "--base", "HEAD", "--migrations"]);
    command.arg(project.root()).env("GIT_DIR", other.dir.path()).env("GIT_INDEX_FILE", "index");
    let done = command.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// What the configuration of a repository names does not run, though an object is missing.
#[cfg(unix)]
#[test]
fn nothing_is_fetched() {
    let project = repository(&[MOOD]);
    let marker = project.dir.path().join("ran");
    let url = format!("ext::sh -c touch% {}", marker.display());
    for (key, value) in [
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", &*url),
        ("protocol.ext.allow", "always"),
    ] {
        git(&project, &["config", key, value]);
    }
    let mut command = Command::new("git");
    let told = command.args(["rev-parse", "HEAD:migrations"]).current_dir(project.dir.path());
    let tree = String::from_utf8(told.output().unwrap().stdout).unwrap();
    let (directory, file) = tree.trim().split_at(2);
    let objects = project.dir.path().join(".git/objects");
    std::fs::remove_file(objects.join(directory).join(file)).unwrap();
    let done = lint(&project, "sqlx", "HEAD");
    assert!(done.err.starts_with("error: cannot list the files of HEAD: "), "{}", done.err);
    assert!(!marker.exists());
}

#[test]
fn what_is_not_compared() {
    let project = repository(&[MOOD]);
    for base in ["nowhere", "-x"] {
        let done = lint(&project, "sqlx", base);
        assert!(matches!(done.status, Status::Failed), "{}", done.err);
        assert!(
            done.err.starts_with(&format!("error: cannot list the files of {base}: ")),
            "{}",
            done.err
        );
    }
    // The folder is not in the commit.
    let project = repository(&[]);
    std::fs::write(project.dir.path().join("README.md"), "").unwrap();
    commit(&project);
    project.write(MOOD.0, MOOD.1);
    let done = lint(&project, "sqlx", "HEAD");
    assert_eq!(done.err, "note: HEAD has no migrations in migrations");
    // Alembic's order is that of the graph.
    let revision = "revision = \"a1\"\ndown_revision = None\n\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n";
    let project = repository(&[("a1.py", revision)]);
    let done = lint(&project, "alembic", "HEAD");
    assert!(done.err.contains("`down_revision` orders the migrations of alembic"), "{}", done.err);
    // There is no repository.
    let project = Project::new(&[MOOD]);
    let done = lint(&project, "sqlx", "HEAD");
    assert!(done.err.contains("cannot list the files of HEAD: "), "{}", done.err);
}
