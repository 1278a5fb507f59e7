//! `check` says again what it said as long as nothing is different, without parsing anything.
//!
//! As a program, whose target directory is where these tests look for it.

use std::process::Command;

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, Run, manifest};

const MOOD: &str = "#[derive(PgEnum)]\npub enum Mood { Sad, Ok }\n";
const SQL: &str = "CREATE TYPE mood AS ENUM ('Sad', 'Ok');\n";

/// A package whose target directory is there.
fn package() -> Crates {
    let files = [("migrations/1_a.sql", SQL), ("src/more.rs", ""), ("target/.keep", "")];
    Crates::one(&format!("mod more;\n{MOOD}"), &files)
}

fn check(crates: &Crates, more: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-pg-enum"));
    command.arg("check").args(more).arg("--manifest-path").arg(crates.path("Cargo.toml"));
    let output = command.env_remove("CARGO_TARGET_DIR").output().unwrap();
    let status = match output.status.code() {
        Some(0) => Status::Clean,
        Some(1) => Status::Findings,
        _ => Status::Failed,
    };
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    Run { status, out, err }.relative_to(crates.dir.path())
}

/// The file of the only answer that is kept.
fn kept(crates: &Crates) -> String {
    let [file] = &crates.list("target/pg-enum")[..] else { panic!("one answer is kept") };
    format!("target/pg-enum/{file}")
}

/// Makes the kept answer one that no work would come to.
fn mark(crates: &Crates) {
    let file = kept(crates);
    let text = crates.read(&file);
    let marked = text.replace("1 enum", "kept: 1 enum");
    assert_ne!(text, marked);
    crates.write(&file, &marked);
}

fn is_kept(run: &Run) -> bool {
    run.out.starts_with("kept: ") || run.err.contains("kept: ")
}

#[test]
fn nothing_is_parsed_twice() {
    let crates = package();
    assert!(!is_kept(&check(&crates, &[])));
    mark(&crates);
    check(&crates, &[]).check(&expect![[r#"
        Clean
        --- out
        kept: 1 enum agrees with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn findings_are_kept_with_the_status() {
    let crates = package();
    crates.write("migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('Sad');\n");
    let first = check(&crates, &[]);
    mark(&crates);
    let second = check(&crates, &[]);
    assert!(is_kept(&second));
    assert_eq!((second.status, second.out), (Status::Findings, first.out));
    assert_eq!(second.err.replace("kept: ", ""), first.err);
}

#[test]
fn every_difference_counts() {
    type Change = fn(&Crates);
    let changes: [(&str, Change); 8] = [
        ("a variant", |crates| crates.write("src/lib.rs", &MOOD.replace("Ok", "Fine"))),
        ("another module", |crates| crates.write("src/more.rs", "// more")),
        ("a migration", |crates| crates.write("migrations/1_a.sql", &SQL.replace("Ok", "Fine"))),
        ("a new migration", |crates| crates.write("migrations/2_b.sql", "DROP TYPE mood;")),
        ("a renamed migration", |crates| {
            let path = |name| crates.path(name);
            std::fs::rename(path("migrations/1_a.sql"), path("migrations/1_b.sql")).unwrap();
        }),
        ("a new target", |crates| crates.write("src/main.rs", "fn main() {}")),
        ("another folder", |crates| crates.write("db/migrations/1_a.sql", SQL)),
        ("the configuration", |crates| {
            let more = "[workspace]\n[package.metadata.pg-enum]\nsearch-path = [\"app\"]\n";
            crates.write("Cargo.toml", &manifest("shop", more));
        }),
    ];
    for (what, change) in changes {
        let crates = package();
        check(&crates, &[]);
        mark(&crates);
        change(&crates);
        assert!(!is_kept(&check(&crates, &[])), "{what}");
    }
}

#[test]
fn other_arguments_are_another_question() {
    let crates = package();
    check(&crates, &[]);
    mark(&crates);
    assert!(!is_kept(&check(&crates, &["--schema", "app"])));
    assert!(!is_kept(&check(&crates, &["--format", "json"])));
    assert!(is_kept(&check(&crates, &[])), "they do not take its place");
}

#[test]
fn a_module_may_turn_up() {
    let crates = package();
    crates.write("src/lib.rs", &format!("mod missing;\n{MOOD}"));
    check(&crates, &[]);
    mark(&crates);
    assert!(!is_kept(&check(&crates, &[])));
}

#[test]
fn what_is_no_answer_is_passed_over() {
    let crates = package();
    let first = check(&crates, &[]);
    for garbage in ["", "{", "[]", "{\"question\": -1}"] {
        crates.write(&kept(&crates), garbage);
        assert_eq!(check(&crates, &[]).out, first.out);
    }
}

#[test]
fn no_target_directory_is_made() {
    let crates = Crates::one(MOOD, &[("migrations/1_a.sql", SQL)]);
    assert_eq!(check(&crates, &[]).status, Status::Clean);
    assert!(!crates.path("target").exists());
}
