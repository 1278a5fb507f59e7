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

const CASCADE: &str = "CREATE TYPE a AS ENUM ('x');\nCREATE TABLE t (a a);\nDROP TYPE a CASCADE;";

/// Runs `lint` in the project's directory, with this configuration, and returns the exit code and both outputs.
fn lint_with(configuration: (&str, &str), args: &[&str]) -> (Option<i32>, String) {
    let project = Project::new(&[("1_a.sql", CASCADE)]);
    let (name, text) = configuration;
    project.write(&format!("../{name}"), text);
    let args: Vec<&str> = ["lint"].iter().chain(args).copied().collect();
    let output = program(&project, &args).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text.into_owned())
}

#[test]
fn projects_without_a_manifest_are_configured() {
    for (file, table) in [("pg-enum.toml", "lint"), ("pyproject.toml", "tool.pg-enum.lint")] {
        let rules = format!("[{table}.rules]\ndrop-type-cascade = \"warning\"\n");
        let (code, text) = lint_with((file, &rules), &[]);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("warning[drop-type-cascade]"), "{text}");
        // The command line comes first.
        let (code, text) = lint_with((file, &rules), &["--deny", "drop-type-cascade"]);
        assert_eq!(code, Some(1), "{text}");
    }
    let (code, text) = lint_with(("pyproject.toml", "[tool.poetry\n"), &[]);
    assert_eq!(code, Some(1), "{text}");
}

#[test]
fn an_exception_ends() {
    let exception = |until: &str| {
        format!(
            "lint.exceptions = [{{ code = \"drop-type-cascade\", file = \"1_a.sql\", until = \"{until}\", \
             reason = \"no rows\" }}]\n"
        )
    };
    let (code, text) = lint_with(("pg-enum.toml", &exception("9000-01-31")), &["--suppressed"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("drop-type-cascade is accepted until 9000-01-31: no rows"), "{text}");
    let (code, text) = lint_with(("pg-enum.toml", &exception("2020-01-31")), &[]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("note: the exception for it ended on 2020-01-31"), "{text}");
}

#[test]
fn mistakes_in_the_configuration_of_lint() {
    for (text, message) in [
        ("lint = 1", "`lint` of pg-enum.toml is not a table"),
        ("lint.rule = {}", "`lint` of pg-enum.toml is wrong: it has the unknown key `rule`"),
        ("lint.rules.x = 'off'", "`lint` of pg-enum.toml is wrong: there is no code `x`"),
        (
            "lint.rules.refused = 'on'",
            "`lint` of pg-enum.toml is wrong: the level of `refused` is not \"off\", \"note\", \"warning\" or \"error\"",
        ),
        (
            "lint.exceptions = [{ code = 'refused', file = 'a', until = 'soon', reason = 'x' }]",
            "`lint` of pg-enum.toml is wrong: `soon` is not a day such as 2030-12-31",
        ),
        (
            "lint.exceptions = [{ code = 'refused', file = 'a', until = '2030-01-01' }]",
            "`lint` of pg-enum.toml is wrong: an exception has no `reason`",
        ),
        ("lint = ", "cannot read pg-enum.toml"),
    ] {
        let (code, error) = lint_with(("pg-enum.toml", text), &[]);
        assert_eq!(code, Some(2), "{error}");
        assert!(error.contains(message), "{text}: {error}");
    }
}

/// A project in Python, in whose revision a type is made like this.
fn python(project: &Project, upgrade: &str) {
    project.write("../alembic.ini", "[alembic]\nscript_location = %(here)s/alembic\n");
    let env = "from alembic import context\n\nwith context.begin_transaction():\n    context.run_migrations()\n";
    project.write("../alembic/env.py", env);
    let template = "def upgrade() -> None:\n    ${upgrades}\n\n\ndef downgrade() -> None:\n    ${downgrades}\n";
    project.write("../alembic/script.py.mako", template);
    let head = "\"\"\"Days\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n\n\
                revision = \"a1\"\ndown_revision = None\n\n\n";
    let down = "\n\ndef downgrade() -> None:\n    op.drop_table(\"day\")\n    op.execute(\"DROP TYPE mood\")\n";
    project.write(
        "../alembic/versions/a1.py",
        &format!("{head}def upgrade() -> None:\n{upgrade}{down}"),
    );
    std::fs::remove_dir(project.root()).unwrap();
}

#[test]
fn a_project_in_python_is_set_up() {
    let project = Project::new(&[]);
    python(&project, "    pass\n");
    let output = program(&project, &["init", "--yes"]).output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(out, "alembic/script.py.mako\n.pre-commit-config.yaml\n");
    let output = program(&project, &["init", "--yes"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "nothing to do: the project is set up\n");

    // What the template advises has no findings.
    let template = std::fs::read_to_string(project.dir.path().join("alembic/script.py.mako"));
    let template = template.unwrap();
    let code = template.lines().filter_map(|line| line.strip_prefix("    #     "));
    let code: Vec<String> = code.map(|line| format!("    {line}\n")).collect();
    assert_eq!(code.len(), 5, "{template}");
    let project = Project::new(&[]);
    python(&project, &code.concat());
    let output = program(&project, &["lint", "--deny", "warnings"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains("no findings in 1 migration in alembic (named at alembic.ini:2)"),
        "{text}"
    );
    // It is read as any folder is.
    let output = program(&project, &["state"]).output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(out.contains("'calm'     a1  alembic/versions/a1.py:15"), "{out}");
}

#[test]
fn comments_accept_findings_of_models_as_well() {
    let project = Project::new(&[]);
    let table = "    # pg-enum: allow stub-table: the rest comes later\n    \
                 op.create_table(\"day\", sa.Column(\"id\", sa.Integer(), primary_key=True))\n    \
                 op.execute(\"CREATE TYPE mood AS ENUM ('sad')\")\n";
    python(&project, table);
    let model = "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\nclass Base(DeclarativeBase):\n    pass\n\n\n\
                 class Day(Base):\n    __tablename__ = \"day\"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    \
                 a: Mapped[int]\n    b: Mapped[int]\n    c: Mapped[int]\n    d: Mapped[int]\n    e: Mapped[int]\n";
    project.write("../shop/models.py", model);
    let output = program(&project, &["lint", "--suppressed"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("stub-table is accepted: the rest comes later"), "{text}");
    assert!(!text.contains("unused-suppression"), "{text}");
}

#[test]
fn what_the_baseline_has_is_not_changed() {
    let lost = "DO $$ BEGIN\n  CREATE TYPE a AS ENUM ('x');\nEXCEPTION WHEN duplicate_object THEN NULL; END $$;\n";
    let project = Project::new(&[("1_a.sql", lost)]);
    let baseline = ["lint", "--baseline", "base.json", "--warn", "guard-misses-race"];
    let run = |more: &[&str]| {
        let args: Vec<&str> = baseline.iter().chain(more).copied().collect();
        let output = program(&project, &args).output().unwrap();
        (String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr))
            .into_owned()
    };
    let read = || std::fs::read_to_string(project.root().join("1_a.sql")).unwrap();
    run(&["--update-baseline"]);
    let text = run(&["--fix"]);
    assert_eq!(read(), lost, "{text}");
    std::fs::remove_file(project.dir.path().join("base.json")).unwrap();
    let output = program(&project, &["lint", "--fix"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(read().contains("duplicate_object OR unique_violation"), "{text}");
    assert!(text.contains("1 problem is fixed in migrations/1_a.sql"), "{text}");
}
