//! The program itself: what a function cannot show.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use crate::harness::{Crates, Project};

fn program(project: &Project, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-pg-enum"));
    command.args(args).current_dir(project.dir.path()).stdin(Stdio::null());
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

#[test]
fn cargo_passes_its_own_word_first() {
    let project = Project::new(&[("1_a.sql", "CREATE TYPE a AS ENUM ('x');")]);
    for args in [&["pg-enum", "state"][..], &["state"]] {
        let output = program(&project, args).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(out.starts_with("public.a  1  migrations"), "{out}");
    }
}

#[test]
fn the_exit_code_says_how_it_went() {
    let project = Project::new(&[("1_a.sql", "CREATE TYPE a AS ENUM ('x', 'x');")]);
    let code = |args: &[&str]| program(&project, args).output().unwrap().status.code();
    assert_eq!(code(&["--help"]), Some(0));
    assert_eq!(code(&["state"]), Some(1));
    assert_eq!(code(&["state", "--migrations", "nowhere"]), Some(2));
    assert_eq!(code(&["state", "--colour"]), Some(2));
}

#[test]
fn no_colours_and_no_progress_without_a_terminal() {
    let project = Project::new(&[("1_a.sql", "CREATE TYPE a AS ENUM ('x', 'x');")]);
    let output = program(&project, &["state"]).output().unwrap();
    assert!(!output.stderr.contains(&0x1b));
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let project = Project::new(&[]);
    let labels: Vec<_> = (0..20_000).map(|i| format!("'label {i}'")).collect();
    project.write("1_a.sql", &format!("CREATE TYPE a AS ENUM ({});", labels.join(",\n")));
    let mut child = program(&project, &["state"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("public.a"), "{line}");
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(err, "");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn paths_are_those_from_here() {
    let rust = "#[derive(PgEnum)]\nenum Mood { Sad }\n";
    let crates = Crates::one(rust, &[("migrations/1_a.sql", "SELECT 1;\n")]);
    let run = |directory: &str, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-pg-enum"));
        command.args(args).current_dir(crates.path(directory)).stdin(Stdio::null());
        let output = command.env_remove("GITHUB_WORKSPACE").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let line = "::error file=src/lib.rs,line=2,";
    assert!(run(".", &["check", "--format", "github"]).starts_with(line));
    assert_eq!(run(".", &["generate"]), "migrations/2_create_type_mood.sql\n");
    // From below, the manifest is found above.
    let out = run("src", &["check"]);
    assert!(out.starts_with("1 enum agrees with 2 migrations in "), "{out}");
}
