//! Which migrations models go by.

use cargo_pg_enum::Status;
use expect_test::expect;

use super::{BASE, IMPORTS, INI, JOB, check, jobs, run, shop};
use crate::harness::{Crates, Run, manifest};

#[test]
fn revisions_without_a_configuration_are_found() {
    let crates = shop(JOB, &jobs("'NEW', 'OLD'"));
    for file in ["alembic.ini", "alembic/env.py"] {
        std::fs::remove_file(crates.path(file)).unwrap();
    }
    check(
        &crates,
        &["check"],
        &expect![[r#"
        Clean
        --- out
        1 enum and 1 Python model agree with 1 migration in alembic/versions (it has revisions of Alembic)
    "#]],
    );
    check(
        &crates,
        &["check", "--migrations", "alembic/versions"],
        &expect![[r#"
        Clean
        --- out
        1 enum and 1 Python model agree with 1 migration in alembic/versions (named by --migrations)
    "#]],
    );
}

#[test]
fn no_migrations() {
    let crates = shop(JOB, &jobs("'NEW', 'OLD'"));
    std::fs::remove_dir_all(crates.path("alembic")).unwrap();
    std::fs::remove_file(crates.path("alembic.ini")).unwrap();
    check(
        &crates,
        &["check"],
        &expect![[r#"
            Findings
            --- err
            error[nothing-compared]: nothing is compared: 1 enum found, and no folder of migrations is found
              --> shop/models.py:15:5
               |
            15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="job_kind"))
               |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = note: `shop.models.Job.kind`: no folder of migrations is found
               = help: name the folder with --migrations DIR, or with `migrations` in pg-enum.toml or in `[tool.pg-enum]` of pyproject.toml; if no migrations create these types, set `nothing-compared = "allow"` there

            1 error: no enum and no Python model is compared; 1 enum not compared: 1 without a folder of migrations; 1 Python model not compared: 1 without a folder of migrations
        "#]],
    );
    crates.write("pyproject.toml", "[tool.pg-enum]\nnothing-compared = \"allow\"\n");
    check(
        &crates,
        &["check"],
        &expect![[r#"
        Clean
        --- out
        no enum and no Python model is compared; 1 enum not compared: 1 without a folder of migrations; 1 Python model not compared: 1 without a folder of migrations
    "#]],
    );
}

#[test]
fn migrations_in_sql_beside_models_in_python_and_enums_in_rust() {
    let crates = Crates::one(
        "#[derive(PgEnum)]\npub enum Kind { NEW }\n",
        &[
            (
                "migrations/1_jobs.sql",
                "CREATE TYPE kind AS ENUM ('NEW');\nCREATE TABLE jobs (id int PRIMARY KEY, kind kind);\n",
            ),
            ("py/shop/__init__.py", ""),
            ("py/shop/base.py", BASE),
        ],
    );
    let models = JOB.replace(", name=\"job_kind\"", "");
    crates.write("py/shop/models.py", &format!("{IMPORTS}{}", models.trim_start()));
    let first = crates.run(&["check"]);
    first.check(&expect![[r#"
        Findings
        --- err
        warning[column-null]: column kind of public.jobs can be NULL, but is NOT NULL in `py.shop.models.Job`
          --> py/shop/models.py:15:5
           |
        15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind))
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
          ::: migrations/1_jobs.sql:2:40
           |
         2 | CREATE TABLE jobs (id int PRIMARY KEY, kind kind);
           |                                        --------- the column is here
           |
           = help: add NOT NULL in a migration, or say in the model that it can be NULL

        error[model-label-mismatch]: `py.shop.models.Job.kind` disagrees with the type public.kind: the type lacks 'OLD'
          --> py/shop/models.py:15:5
           |
         9 |     OLD = "old"
           |     ----------- stored as 'OLD'
        ...
        15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind))
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
          ::: migrations/1_jobs.sql:1:1
           |
         1 | CREATE TYPE kind AS ENUM ('NEW');
           | -------------------------------- the type is created here
           |
           = help: add the labels to the type in a migration, or change the model

        1 error and 1 warning: 2 enums and 1 Python model compared with 1 migration in migrations (a usual place)
    "#]]);
    // What is unchanged is not looked at again; what is changed is.
    let again = crates.run(&["check"]);
    assert_eq!((again.status, &again.out, &again.err), (first.status, &first.out, &first.err));
    let changed = models.replace("\"kind\"", "\"k\"").replace("OLD", "ODD");
    crates.write("py/shop/models.py", &format!("{IMPORTS}{}", changed.trim_start()));
    let after = crates.run(&["check"]);
    let expected = again.err.replace("OLD", "ODD");
    assert_eq!((after.status, after.out, after.err), (again.status, again.out, expected));
}

#[test]
fn lint_compares_models_in_a_package_of_cargos_as_well() {
    let crates = shop(JOB, &jobs("'NEW'"));
    let alone = run(&crates, &["lint", "--format", "github"]);
    crates.write("Cargo.toml", &manifest("shop", "[workspace]\n"));
    crates.write("src/lib.rs", "");
    let in_package = run(&crates, &["lint", "--format", "github"]);
    let finding = |run: &Run| {
        run.out.lines().find(|line| line.contains("model-label-mismatch")).map(str::to_owned)
    };
    assert!(finding(&alone).is_some(), "{}{}", alone.out, alone.err);
    assert_eq!(finding(&alone), finding(&in_package));
}

#[test]
fn what_is_not_looked_at_is_said() {
    let crates = shop(JOB, &jobs("'NEW', 'OLD'"));
    for name in ["one", "two"] {
        crates.write(&format!("shop/{name}.py"), "class Broken(Base:\n    id = Column(\n");
    }
    let deep = (0..35).map(|level| format!("d{level}/")).collect::<Vec<_>>().concat();
    crates.write(&format!("{deep}models.py"), JOB);
    check(
        &crates,
        &["check"],
        &expect![[r#"
        Clean
        --- out
        1 enum and 1 Python model agree with 1 migration in alembic (named at alembic.ini:2)
        --- err
        note: shop/one.py, shop/two.py are not read: it cannot be parsed as Python
        note: d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30 is not read: only 30 folders inside one another are looked into
    "#]],
    );
}

#[test]
fn places_that_rules_do_not_look_at_are_counted() {
    let calls = (0..2_003)
        .map(|number| format!("op.get_bind().exec_driver_sql(\"SELECT '%x{number}'\")\n"))
        .collect::<Vec<_>>()
        .concat();
    let crates = shop("", &calls);
    let done = run(&crates, &["lint", "--format", "github"]);
    let notes: Vec<&str> = done.err.lines().filter(|line| line.starts_with("note")).collect();
    assert_eq!(
        notes,
        [
            "note: rules do not look at 3 places in alembic/versions/a1.py: of one revision, they look at no more than 2000"
        ]
    );
}

/// Alembic reads every revision before it runs one.
#[test]
fn a_revision_that_is_not_python() {
    let crates = shop(JOB, &jobs("'NEW', 'OLD'"));
    let wrong = "revision = \"b2\"\ndown_revision = \"a1\"\n\n\ndef upgrade():\n    op.execute(\"SELECT 1)\n";
    crates.write("alembic/versions/b2.py", wrong);
    let said = run(&crates, &["lint"]);
    assert_eq!(said.status, Status::Findings);
    let error = "error[unreadable]: this is not Python: missing closing quote in string literal\n --> alembic/versions/b2.py:6:";
    assert!(said.err.contains(error), "{}", said.err);
    // Nothing agrees with a folder whose migrations do not run.
    let said = run(&crates, &["check"]);
    assert_eq!(said.status, Status::Findings);
    assert_eq!(said.err.matches(error).count(), 1, "{}", said.err);
    assert!(
        said.err.contains("shop.models.Job.kind is not compared: this is not Python"),
        "{}",
        said.err
    );
    // A string that is not SQL makes that statement alone uncertain.
    let wrong = "revision = \"b2\"\ndown_revision = \"a1\"\n\n\ndef upgrade():\n    op.execute(\"CREATE TABEL t ()\")\n";
    crates.write("alembic/versions/b2.py", wrong);
    let said = run(&crates, &["check"]);
    assert_eq!(said.status, Status::Clean, "{}", said.err);
}

#[test]
fn a_project_without_models_and_without_cargo() {
    let crates = Crates::new(&[("alembic.ini", INI), ("alembic/env.py", "")]);
    let said = run(&crates, &["check"]);
    assert_eq!(said.status, Status::Failed);
    assert!(said.err.contains("`check` where there are models of SQLAlchemy"), "{}", said.err);
}
