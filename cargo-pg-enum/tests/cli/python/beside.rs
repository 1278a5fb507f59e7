//! Models beside `env.py`, revisions that are refused, and what messages say of the configuration.

use cargo_pg_enum::Status;

use super::{BASE, ENV, INI, JOB, jobs, revision, run, shop};
use crate::harness::{Crates, Run};

/// Everything that was printed.
fn all(run: &Run) -> String {
    format!("{}{}", run.out, run.err)
}

const IMPORTS: &str = "import enum\nimport sqlalchemy as sa\nfrom sqlalchemy.orm import Mapped, mapped_column\nfrom base import Base\n\n\n";

/// A project whose `env.py` is in this folder, and whose models are in that file.
fn project(folder: &str, models: &str, labels: &str) -> Crates {
    let crates = Crates::new(&[]);
    let location = if folder.is_empty() { "." } else { folder };
    let at =
        |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    crates.write("alembic.ini", &format!("[alembic]\nscript_location = {location}\n"));
    crates.write(&at("env.py"), &ENV.replace("shop.base", "base"));
    crates.write(&at("base.py"), BASE);
    crates.write(&at(models), &format!("{IMPORTS}{}", JOB.trim_start()));
    crates.write(&at("versions/a1.py"), &revision("a1", "None", &jobs(labels)));
    crates
}

#[test]
fn models_beside_env_py_are_compared() {
    for (folder, models) in [
        ("", "models.py"),
        ("", "app/models.py"),
        ("app/db", "models.py"),
        ("app/db", "models/job.py"),
    ] {
        let crates = project(folder, models, "'NEW', 'OLD'");
        let run = run(&crates, &["check"]);
        assert_eq!(run.status, Status::Clean, "{models}: {}", all(&run));
        assert!(
            run.out.contains("1 enum and 1 Python model agree with 1 migration"),
            "{models}: {}",
            all(&run)
        );
        let crates = project(folder, models, "'NEW'");
        let run = super::run(&crates, &["check"]);
        assert_eq!(run.status, Status::Findings, "{models}: {}", all(&run));
        assert!(run.err.contains("error[model-label-mismatch]"), "{models}: {}", all(&run));
    }
}

#[test]
fn what_is_beside_revisions_has_the_models_of_their_time() {
    let crates = project("", "models.py", "'NEW', 'OLD'");
    let old = format!("{IMPORTS}{}", JOB.trim_start().replace("OLD = \"old\"", "GONE = \"gone\""));
    crates.write("versions/old_models.py", &old);
    let within = revision("b2", "\"a1\"", "pass");
    crates.write("versions/b2.py", &format!("{within}\n\n{}", old.replace("Job(", "Older(")));
    let run = run(&crates, &["check"]);
    assert_eq!(run.status, Status::Clean, "{}", all(&run));
    assert!(run.out.contains("1 enum and 1 Python model agree with 2 migrations"), "{}", all(&run));
}

#[test]
fn a_refused_revision_is_a_finding() {
    let crates = shop(JOB, &jobs("'NEW', 'OLD'"));
    crates.write(
        "alembic/versions/b2.py",
        &revision("b2", "\"a1\"", "op.execute(\"ALTER TYPE nothing ADD VALUE 'x'\")"),
    );
    let run = run(&crates, &["check"]);
    assert_eq!(run.status, Status::Findings, "{}", all(&run));
    assert!(run.err.contains("error[refused]: type \"nothing\" does not exist"), "{}", all(&run));
    // It is one, and not one for each model.
    assert_eq!(run.err.matches("error[").count(), 1, "{}", all(&run));
}

#[test]
fn a_refused_migration_of_sql_is_a_finding_too() {
    let crates = shop(JOB, "pass");
    std::fs::remove_dir_all(crates.path("alembic")).unwrap();
    std::fs::remove_file(crates.path("alembic.ini")).unwrap();
    let up = "CREATE TYPE job_kind AS ENUM ('NEW', 'OLD');\nCREATE TABLE jobs (id serial PRIMARY KEY, kind job_kind NOT NULL);\n";
    crates.write(
        "db/migrations/20240101000000_a.sql",
        &format!("-- migrate:up\n{up}\n-- migrate:down\n"),
    );
    let clean = run(&crates, &["check"]);
    assert_eq!(clean.status, Status::Clean, "{}", all(&clean));
    crates.write(
        "db/migrations/20240102000000_b.sql",
        "-- migrate:up\nALTER TYPE nothing ADD VALUE 'x';\n-- migrate:down\n",
    );
    let run = run(&crates, &["check"]);
    assert_eq!(run.status, Status::Findings, "{}", all(&run));
    assert!(run.err.contains("error[refused]: type \"nothing\" does not exist"), "{}", all(&run));
}

/// A statement of which nothing is known.
const UNKNOWN: &str = "DO $$ BEGIN EXECUTE (SELECT string_agg(x, ';') FROM todo); END $$;\n";

#[test]
fn messages_name_the_configuration_that_there_is() {
    for (file, text, expected) in [
        ("pg-enum.toml", "postgres = 15\n", "in `assume` of pg-enum.toml"),
        (
            "pyproject.toml",
            "[project]\nname = \"x\"\n",
            "in `assume` of `[tool.pg-enum]` of pyproject.toml",
        ),
        (".git/HEAD", "", "in `assume` of pg-enum.toml or in `[tool.pg-enum]` of pyproject.toml"),
        (
            "Cargo.toml",
            "[package]\nname = \"x\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n",
            "in `assume` of `[package.metadata.pg-enum]`",
        ),
    ] {
        let crates = Crates::new(&[(file, text), ("lib.rs", ""), ("migrations/1_a.sql", UNKNOWN)]);
        for args in [&["state"][..], &["lint"], &["state", "--migrations", "migrations"]] {
            let run = run(&crates, args);
            assert!(all(&run).contains(expected), "{file} {args:?}: {}", all(&run));
            let is_cargo = file == "Cargo.toml";
            assert_eq!(all(&run).contains("package.metadata"), is_cargo, "{}", all(&run));
        }
    }
}

#[test]
fn a_configuration_far_above_is_not_of_the_project() {
    let deep = "a/b/c/d/e/f/g/h";
    let crates = Crates::new(&[("alembic.ini", INI)]);
    crates.write(
        &format!("{deep}/alembic/env.py"),
        "from alembic import context\ntarget_metadata = None\n",
    );
    crates.write(
        &format!("{deep}/alembic/versions/a1.py"),
        &revision("a1", "None", "op.execute(\"CREATE TYPE mood AS ENUM ('sad')\")"),
    );
    // A tree that nobody asked for, with a convention that is not of these revisions.
    crates.write("elsewhere/base.py", "naming_convention = {\"ix\": dynamic()}\n");
    let run = run(&crates, &["state", "--migrations", &format!("{deep}/alembic")]);
    assert_eq!(run.status, Status::Clean, "{}", all(&run));
    assert!(run.out.contains("mood"), "{}", all(&run));
}
