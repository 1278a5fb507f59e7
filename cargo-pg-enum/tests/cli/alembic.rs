//! Enums in Rust whose types Alembic's revisions make.

use cargo_pg_enum::Status;
use expect_test::{Expect, expect};

use crate::harness::{Crates, Project};

const MOOD: &str = "#[derive(PgEnum)]\n#[pg_enum(rename_all = \"snake_case\")]\npub enum Mood { Sad, Ok, Happy }\n";
const INI: &str = "[alembic]\nscript_location = %(here)s/alembic\n";
const ENV: &str = "from alembic import context\n\nwith context.begin_transaction():\n    context.run_migrations()\n";

/// A revision of these lines.
fn revision(id: &str, down: &str, upgrade: &str) -> String {
    format!(
        "\"\"\"{id}\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"{id}\"\ndown_revision = {down}\n\n\n\
         def upgrade() -> None:\n{upgrade}\n\ndef downgrade() -> None:\n    pass\n"
    )
}

fn project(revisions: &[(&str, &str)]) -> Crates {
    let mut files = vec![("alembic.ini", INI), ("alembic/env.py", ENV)];
    files.extend(revisions);
    Crates::one(MOOD, &files)
}

fn check(crates: &Crates, args: &[&str], expected: &Expect) {
    crates.run(args).check(expected);
}

#[test]
fn a_revision_is_compared_like_sql() {
    let create = "    op.create_table(\n        \"day\",\n        sa.Column(\"id\", sa.Integer, primary_key=True),\n        \
                  sa.Column(\"mood\", sa.Enum(\"sad\", \"Ok\", name=\"mood\"), nullable=False),\n    )\n";
    let crates = project(&[("alembic/versions/a1_day.py", &revision("a1", "None", create))]);
    check(
        &crates,
        &["check"],
        &expect![[r#"
        Findings
        --- err
        error[case-only]: the label 'ok' differs only by case from 'Ok' in the migrations (alembic/versions/a1_day.py:10)
          --> src/lib.rs:3:22
           |
         3 | pub enum Mood { Sad, Ok, Happy }
           |                      ^^
           |
          ::: alembic/versions/a1_day.py:10:5
           |
        10 |     op.create_table(
           |     ---------------- the migrations spell it like this
           |
           = help: use the spelling of the migrations (`rename` or `rename_all`), or rename the label in the database: add `#[pg_enum(was = "Ok")]` and run `cargo pg-enum generate`

        error[missing]: no migration adds the label 'happy' to public.mood (created at alembic/versions/a1_day.py:10)
          --> src/lib.rs:3:26
           |
         3 | pub enum Mood { Sad, Ok, Happy }
           |                          ^^^^^
           |
          ::: alembic/versions/a1_day.py:10:5
           |
        10 |     op.create_table(
           |     ---------------- the type is created here
           |
           = help: run `cargo pg-enum generate` to write the migration

        2 errors: 1 enum compared with 1 migration in alembic (named at alembic.ini:2)
    "#]],
    );
}

#[test]
fn a_revision_is_written() {
    let create = "    sa.Enum(\"sad\", \"happy\", name=\"mood\").create(op.get_bind())\n";
    let crates = project(&[("alembic/versions/a1_mood.py", &revision("a1", "None", create))]);
    let run = crates.run(&["generate"]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    let path = run.out.trim();
    let id = path.strip_prefix("alembic/versions/").and_then(|it| it.split('_').next());
    let id = id.expect("a revision").to_owned();
    expect![[r#"
        """add value ok to mood after sad

        Revision ID: ID
        Revises: a1
        Create Date: NOW

        """
        from typing import Sequence, Union

        from alembic import op


        # revision identifiers, used by Alembic.
        revision: str = 'ID'
        down_revision: Union[str, Sequence[str], None] = 'a1'
        branch_labels: Union[str, Sequence[str], None] = None
        depends_on: Union[str, Sequence[str], None] = None


        def upgrade() -> None:
            op.execute(
                """
        -- add value 'ok' to mood after 'sad'
        --   locks: EXCLUSIVE on type mood, and no table. Nothing is rewritten or lost
        --   clients: prepared statements go on, and programs that lack 'ok' cannot decode rows that hold it
        ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok' AFTER 'sad';
                """
            )


        def downgrade() -> None:
            # PostgreSQL cannot remove a label from a type: the added label stays.
            pass
    "#]]
    .assert_eq(&crates.read(path).replace(&id, "ID").replace(
        crates.read(path).lines().find(|line| line.starts_with("Create Date")).expect("a date"),
        "Create Date: NOW",
    ));
    check(
        &crates,
        &["check"],
        &expect![[r#"
        Clean
        --- out
        1 enum agrees with 2 migrations in alembic (named at alembic.ini:2)
    "#]],
    );
}

#[test]
fn a_type_that_one_run_creates_once() {
    let day = "    op.create_table(\"day\", sa.Column(\"mood\", sa.Enum(\"sad\", \"ok\", \"happy\", name=\"mood\")))\n";
    let night = day.replace("day", "night");
    let crates = project(&[
        ("alembic/versions/a1.py", &revision("a1", "None", day)),
        ("alembic/versions/a2.py", &revision("a2", "\"a1\"", &night)),
    ]);
    check(
        &crates,
        &["check"],
        &expect![[r#"
            Findings
            --- err
            note: src/lib.rs:3: shop::Mood is not compared: a migration is refused
            error[refused]: type "mood" already exists
              --> alembic/versions/a2.py:10:5
               |
            10 |     op.create_table("night", sa.Column("mood", sa.Enum("sad", "ok", "happy", name="mood")))
               |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
              ::: alembic/versions/a1.py:10:5
               |
            10 |     op.create_table("day", sa.Column("mood", sa.Enum("sad", "ok", "happy", name="mood")))
               |     ------------------------------------------------------------------------------------- the enum is created here
               |
               = note: SQLSTATE 42710
               = help: this passes where all migrations are applied in one run, because it creates a type once; it fails where it is deployed after the others: create the type in one migration only, with `create_type=False` of `postgresql.ENUM` in the others

            1 error: no enum is compared; 1 not compared: 1 uncertain; also read: alembic (named at alembic.ini:2)
        "#]],
    );
}

#[test]
fn what_alembic_refuses() {
    let create = "    op.execute(\"CREATE TYPE mood AS ENUM ('sad')\")\n";
    let add = "    op.execute(\"ALTER TYPE mood ADD VALUE 'ok'\")\n";
    let project = Project::new(&[
        ("env.py", ENV),
        ("versions/a1.py", &revision("a1", "None", create)),
        ("versions/a2.py", &revision("a2", "\"a1\"", add)),
        ("versions/a3.py", &revision("a3", "\"a0\"", "    pass\n")),
    ]);
    project.state(&[]).check(&expect![[r#"
        Findings
        --- out
        public.mood  a1  migrations/versions/a1.py:10
          'sad'      a1  migrations/versions/a1.py:10
          'ok'       a2  migrations/versions/a2.py:10
        --- err
        error[broken-graph]: no file has the revision `a0`, which this one comes after
         --> migrations/versions/a3.py:6:1
          |
        6 | down_revision = "a0"
          | ^^^^^^^^^^^^^
          |
          = help: add the file, or correct the name: Alembic refuses the folder

        1 problem in 3 migrations
    "#]]);
    project.state(&["--at", "a1", "--format", "json"]).check(&expect![[r#"
        Findings
        --- out
        [
          {
            "schema": "public",
            "name": "mood",
            "labels": [
              "sad"
            ],
            "known": true,
            "created": {
              "file": "versions/a1.py",
              "line": 10,
              "migration": "a1"
            },
            "label_origins": [
              {
                "label": "sad",
                "file": "versions/a1.py",
                "line": 10,
                "migration": "a1"
              }
            ]
          }
        ]
        --- err
        error[broken-graph]: no file has the revision `a0`, which this one comes after
         --> migrations/versions/a3.py:6:1
          |
        6 | down_revision = "a0"
          | ^^^^^^^^^^^^^
          |
          = help: add the file, or correct the name: Alembic refuses the folder

        1 problem in 2 migrations
    "#]]);
}
