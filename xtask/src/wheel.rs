//! `cargo xtask wheel`: the program as Python projects get it. The wheel is built and installed into a new virtual environment,
//! and runs there: by itself, through pre-commit on a sample repository, and by the script of `action.yml`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::compile_time::write;
use crate::paths::{target_dir, workspace_root};
use crate::python::new_environment;
use crate::run::{Failure, at, command, run};

/// What builds wheels, and what runs hooks.
const TOOLS: [&str; 2] = ["maturin>=1.9,<2", "pre-commit>=4,<5"];

pub(crate) fn wheel() -> Result<(), Failure> {
    let base = target_dir().join("wheel");
    // The wheel of an earlier run would be found as well.
    for old in ["wheels", "venv", "sample"] {
        let path = base.join(old);
        if path.exists() {
            fs::remove_dir_all(&path).map_err(at(&path))?;
        }
    }
    let tools = base.join("tools");
    if !tools.is_dir() {
        new_environment(&tools)?;
    }
    run(program(&tools, "pip", &["install", "--quiet"]).args(TOOLS))?;

    let wheels = base.join("wheels");
    let build = ["build", "--profile", "dev", "--compatibility", "linux", "--out"];
    run(program(&tools, "maturin", &build)
        .arg(&wheels)
        .arg("--manifest-path")
        .arg(workspace_root().join("cargo-pg-enum/Cargo.toml"))
        .env("CARGO_TARGET_DIR", target_dir()))?;
    let venv = base.join("venv");
    new_environment(&venv)?;
    let install = ["install", "--quiet", "--no-index", "--find-links"];
    run(program(&venv, "pip", &install).arg(&wheels).arg("pg-enum"))?;
    run(&mut program(&venv, "pg-enum", &["--version"]))?;

    let sample = base.join("sample");
    make_sample(&sample)?;
    expect(1, program(&venv, "pg-enum", &["lint"]).current_dir(&sample))?;
    // pre-commit ends with 1 as well if it cannot install the hook, so what is right comes first.
    for (expected, create) in [(0, RIGHT), (1, WRONG)] {
        write(&sample.join(REVISION), &revision(create))?;
        git(&sample, &["add", "--all"])?;
        let hook = ["try-repo", "--all-files", "--verbose"];
        expect(
            expected,
            program(&tools, "pre-commit", &hook)
                .arg(workspace_root())
                .arg("pg-enum-lint")
                .current_dir(&sample)
                // The wheel is not in the registry yet.
                .env("PIP_FIND_LINKS", &wheels),
        )?;
        expect(
            expected,
            command("bash", ["-c", &action()?])
                .current_dir(&sample)
                .env("RUNNER_TEMP", base.join("runner"))
                .env("PG_ENUM_ARGS", "lint --format github")
                .env("PG_ENUM_VERSION", env!("CARGO_PKG_VERSION"))
                .env("PIP_FIND_LINKS", &wheels),
        )?;
    }
    println!(
        "the wheel, the hook and the action find a mistake, and nothing in a folder without one"
    );
    Ok(())
}

/// A program of a virtual environment.
fn program(environment: &Path, name: &str, arguments: &[&str]) -> Command {
    let mut program = Command::new(environment.join("bin").join(name));
    program.args(arguments);
    program
}

fn expect(code: i32, command: &mut Command) -> Result<(), Failure> {
    let shown = command.get_program().display().to_string();
    eprintln!("$ {command:?}");
    let status =
        command.status().map_err(|error| Failure::new(format!("cannot run {shown}: {error}")))?;
    if status.code() == Some(code) {
        return Ok(());
    }
    Err(Failure::new(format!("{shown} ended with {status}, and not with {code}")))
}

fn git(dir: &Path, arguments: &[&str]) -> Result<(), Failure> {
    run(command("git", arguments).current_dir(dir))
}

const REVISION: &str = "alembic/versions/a1_mood.py";
const WRONG: &str = "CREATE TYPE mood AS ENUM ('sad'); DROP TYPE mood CASCADE";
const RIGHT: &str = "CREATE TYPE mood AS ENUM ('sad')";

fn revision(create: &str) -> String {
    format!(
        "\"\"\"Moods\"\"\"\nfrom alembic import op\n\nrevision = \"a1\"\ndown_revision = None\n\n\n\
         def upgrade():\n    op.execute(\"{create}\")\n\n\ndef downgrade():\n    op.execute(\"DROP TYPE mood\")\n"
    )
}

/// A repository with a folder of Alembic's.
fn make_sample(dir: &Path) -> Result<(), Failure> {
    let file = |name: &str| -> PathBuf { dir.join(name) };
    let versions = file("alembic/versions");
    fs::create_dir_all(&versions).map_err(at(&versions))?;
    write(&file("alembic.ini"), "[alembic]\nscript_location = %(here)s/alembic\n")?;
    let env = "from alembic import context\n\nwith context.begin_transaction():\n    context.run_migrations()\n";
    write(&file("alembic/env.py"), env)?;
    write(&file(REVISION), &revision(WRONG))?;
    git(dir, &["init", "--quiet"])
}

/// The script of the action.
fn action() -> Result<String, Failure> {
    let path = workspace_root().join("action.yml");
    let text = fs::read_to_string(&path).map_err(at(&path))?;
    let script = text.split_once("run: |\n").map(|(_, script)| script.to_owned());
    script.ok_or_else(|| Failure::new("action.yml has no script"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text after `before`, up to a quote.
    fn quoted<'a>(text: &'a str, before: &str) -> &'a str {
        let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before}"));
        rest.split('"').next().unwrap()
    }

    #[test]
    fn all_files_name_this_version() {
        let read = |name: &str| fs::read_to_string(workspace_root().join(name)).unwrap();
        let version = env!("CARGO_PKG_VERSION");
        let package = read("pyproject.toml");
        assert_eq!(quoted(&package, "\nversion = \""), version);
        assert_eq!(quoted(&package, "\"pg-enum=="), version);
        assert_eq!(quoted(&read("action.yml"), "default: \""), version);
    }
}
