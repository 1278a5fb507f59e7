//! Revisions of Alembic, whose statements are read from Python.

use expect_test::expect;
use pg_enum_test_server::Database;

use super::{begin, dry_run_at};
use crate::harness::{run, tests};
use crate::preflight::harness::{Folder, Said};

tests![
    pending,
    one_transaction,
    one_message,
    unknown,
    unknown_rows,
    under_a_condition,
    no_type,
    one_type_twice,
    naming_convention,
    connection
];

/// A revision that does this.
fn revision(id: &str, down: &str, upgrade: &str) -> String {
    let upgrade: String = upgrade.trim().lines().flat_map(|line| ["    ", line, "\n"]).collect();
    format!(
        "from alembic import op\nimport sqlalchemy as sa\n\nrevision = \"{id}\"\ndown_revision = {down}\n\n\n\
         def upgrade():\n{upgrade}"
    )
}

const DAY: &str = r#"
op.create_table(
    "day",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mood", sa.Enum("sad", "happy", name="mood"), nullable=False),
)
op.execute("INSERT INTO day (mood) VALUES ('sad')")
"#;

const ADD: &str = r#"
with op.get_context().autocommit_block():
    op.execute("ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad'")
op.add_column("day", sa.Column("note", sa.Text))
"#;

/// A folder of revisions, each after the one before.
fn folder(upgrades: &[&str]) -> Folder {
    let folder = Folder::new(&[]);
    for (index, upgrade) in upgrades.iter().enumerate() {
        let down = if index == 0 { "None".to_owned() } else { format!("\"a{index}\"") };
        let id = format!("a{}", index + 1);
        folder.write(&format!("{id}.py"), &revision(&id, &down, upgrade));
    }
    folder
}

fn dry_run(folder: &Folder, database: &Database, words: &[&str]) -> Said {
    dry_run_at("alembic", folder, database.url(), words).without(database.name(), "<database>")
}

async fn pending(database: Database) {
    let Some((mut connection, _)) = begin(&database, &[]).await else { return };
    let folder = folder(&[DAY, ADD]);
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Clean
        2 migrations ran, the enums match the migrations, and the temporary server is removed
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
    "#]]);
    // The first one is applied.
    let sql = "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('a1'); \
               CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE day (id serial PRIMARY KEY, mood mood NOT NULL)";
    run(&mut connection, sql).await;
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Clean
        1 migration ran, the enums match the migrations, and the temporary server is removed
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
    "#]]);
}

/// A label that one revision adds cannot be used in the next.
async fn one_transaction(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let add = "op.execute(\"ALTER TYPE mood ADD VALUE 'ok'\")";
    let folder = folder(&[DAY, add, "op.alter_column(\"day\", \"mood\", server_default=\"ok\")"]);
    let at = ["--at", "a1"];
    let Some((mut connection, _)) = begin(&database, &[]).await else { return };
    let sql = "CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE day (id serial PRIMARY KEY, mood mood NOT NULL)";
    run(&mut connection, sql).await;
    dry_run(&folder, &database, &at).check(&expect![[r#"
        Findings
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        error[failed]: migration a3 fails: unsafe use of new value "ok" of enum type mood
         --> migrations/a3.py:9:5
          |
        9 |     op.alter_column("day", "mood", server_default="ok")
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 55P04
          = note: it sends: ALTER TABLE day ALTER COLUMN mood SET DEFAULT 'ok'
          = note: hint: New enum values must be committed before they can be used.
          = help: alembic runs all pending migrations in one transaction: deploy the migration that adds the label before the one that uses it
    "#]]);
}

/// A string of several statements is one transaction.
async fn one_message(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let use_it = "op.execute(\"COMMIT\")\nop.execute(\"ALTER TYPE mood ADD VALUE 'ok'; UPDATE day SET mood = 'ok'\")";
    dry_run(&folder(&[DAY, use_it]), &database, &[]).check(&expect![[r#"
        Findings
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        error[failed]: migration a2 fails: unsafe use of new value "ok" of enum type mood
          --> migrations/a2.py:10:71
           |
        10 |     op.execute("ALTER TYPE mood ADD VALUE 'ok'; UPDATE day SET mood = 'ok'")
           |                                                                       ^
           |
           = note: SQLSTATE 55P04
           = note: hint: New enum values must be committed before they can be used.
           = help: alembic runs all pending migrations in one transaction: deploy the migration that adds the label before the one that uses it
    "#]]);
}

/// A value that only Python knows.
async fn unknown_rows(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let rows = "op.bulk_insert(sa.table(\"day\", sa.column(\"id\"), sa.column(\"mood\")), [{\"id\": number(), \"mood\": \"sad\"}])\n\
                op.execute(f\"INSERT INTO day (id, mood) VALUES ({number()}, 'sad')\")";
    dry_run(&folder(&[DAY, rows]), &database, &[]).check(&expect![[r#"
        Clean
        2 migrations ran, the enums match the migrations, and the temporary server is removed
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        note: what these revisions do to rows is not run at 2 places: migrations/a2.py:9, migrations/a2.py:10
    "#]]);
}

async fn under_a_condition(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let index = "if unknown():\n    op.create_index(\"ix\", \"day\", [\"mood\"])";
    let drop = "op.drop_index(\"ix\", table_name=\"day\")";
    dry_run(&folder(&[DAY, index, drop]), &database, &[]).check(&expect![[r#"
        Findings
        error[not-rehearsed]: this cannot run in a dry run: the condition under which it is sent is not evaluated
          --> migrations/a2.py:10:9
           |
        10 |         op.create_index("ix", "day", ["mood"])
           |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        nothing was run
    "#]]);
    let rows = "for row in rows():\n    op.execute(\"UPDATE day SET mood = 'sad'\")\n    op.get_bind().commit()";
    dry_run(&folder(&[DAY, rows]), &database, &[]).check(&expect![[r#"
        Clean
        2 migrations ran, the enums match the migrations, and the temporary server is removed
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        note: what these revisions do to rows is not run at 1 place: migrations/a2.py:9
        note: a COMMIT of these revisions, under a condition, is not run at 1 place: migrations/a2.py:11
    "#]]);
}

/// The server's error is about what Alembic sends.
async fn no_type(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let add = "op.add_column(\"day\", sa.Column(\"size\", sa.Enum(\"s\", name=\"size\")))";
    dry_run(&folder(&[DAY, add]), &database, &[]).check(&expect![[r#"
        Findings
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        error[failed]: migration a2 fails: type "size" does not exist
         --> migrations/a2.py:9:5
          |
        9 |     op.add_column("day", sa.Column("size", sa.Enum("s", name="size")))
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 42704
          = note: it sends: ALTER TABLE day ADD COLUMN size size
    "#]]);
}

async fn connection(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let folder = folder(&[DAY]);
    folder.write("../env.py", "connection.execute(text(\"Set Role owner\"))\n");
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Clean
        1 migration ran, the enums match the migrations, and the temporary server is removed
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        note: env.py contains `search_path` or `SET ROLE`: what it does to the connection is not done here
    "#]]);
}

async fn unknown(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let folder = folder(&[r#"
op.execute(open("x.sql").read())
op.execute(f"CREATE TYPE {name()} AS ENUM ()")
op.create_exclude_constraint("x", "day", ("id", "="))
"#]);
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Findings
        error[not-rehearsed]: this cannot run in a dry run: what this sends is not known
         --> migrations/a1.py:9:5
          |
        9 |     op.execute(open("x.sql").read())
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        error[not-rehearsed]: this cannot run in a dry run: a part of the SQL that it sends is not known
          --> migrations/a1.py:10:5
           |
        10 |     op.execute(f"CREATE TYPE {name()} AS ENUM ()")
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        error[not-rehearsed]: this cannot run in a dry run: the SQL that it sends is not known
          --> migrations/a1.py:11:5
           |
        11 |     op.create_exclude_constraint("x", "day", ("id", "="))
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        nothing was run
    "#]]);
    let folder = self::folder(&[
        DAY,
        "op.execute(sa.table(\"day\", sa.column(\"id\")).update().values(id=2))",
    ]);
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Clean
        2 migrations ran, the enums match the migrations, and the temporary server is removed
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        note: what these revisions do to rows is not run at 1 place: migrations/a2.py:9
    "#]]);
    let on_target = folder.run_as("alembic", &database, &["dry-run", "--on-target"]);
    on_target.check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[not-rehearsed]: a1.py is not SQL, so it cannot run here
         |
         = help: run without --on-target: it then runs on a temporary server
        error[not-rehearsed]: a2.py is not SQL, so it cannot run here
         |
         = help: run without --on-target: it then runs on a temporary server
        nothing was run
    "#]]);
}

/// `SQLAlchemy` makes it once in a run.
async fn one_type_twice(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let again = DAY.replace("\"day\"", "\"night\"").replace("INTO day", "INTO night");
    dry_run(&folder(&[DAY, &again]), &database, &[]).check(&expect![[r#"
        Clean
        2 migrations ran, the enums match the migrations, and the temporary server is removed
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
    "#]]);
}

/// The names of constraints are those that the convention makes.
async fn naming_convention(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let folder = folder(&[
        DAY,
        "op.create_check_constraint(\"positive\", \"day\", \"id > 0\")\nop.execute(\"ALTER TABLE day DROP CONSTRAINT ck_day_positive\")",
    ]);
    folder.write(
        "../env.py",
        "from alembic import context\nimport sqlalchemy as sa\n\n\
         metadata = sa.MetaData(naming_convention={\"ck\": \"ck_%(table_name)s_%(constraint_name)s\"})\n\
         context.configure(url=\"\", target_metadata=metadata)\n",
    );
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Clean
        2 migrations ran, the enums match the migrations, and the temporary server is removed
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
    "#]]);
}
