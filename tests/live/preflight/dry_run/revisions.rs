//! Revisions of Alembic, whose statements are read from Python.

use expect_test::expect;
use pg_enum_test_server::Database;

use super::{begin, dry_run_at};
use crate::harness::{Test, run, tests};
use crate::preflight::harness::{Folder, Said};

tests![pending, one_transaction, unknown, one_type_twice, naming_convention];

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
op.alter_column("day", "mood", server_default="ok")
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
    dry_run(&folder(&[DAY, ADD]), &database, &[]).check(&expect![[r#""#]]);
    // The first one is applied.
    let sql = "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('a1'); \
               CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE day (id serial PRIMARY KEY, mood mood NOT NULL)";
    run(&mut connection, sql).await;
    dry_run(&folder(&[DAY, ADD]), &database, &[]).check(&expect![[r#""#]]);
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
    dry_run(&folder, &database, &at).check(&expect![[r#""#]]);
}

async fn unknown(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let folder = folder(&[r#"
op.execute(open("x.sql").read())
op.execute(f"CREATE TYPE {name()} AS ENUM ()")
op.create_exclude_constraint("x", "day", ("id", "="))
"#]);
    dry_run(&folder, &database, &[]).check(&expect![[r#""#]]);
    let folder = self::folder(&[DAY, "op.execute(sa.table(\"day\", sa.column(\"id\")).update().values(id=2))"]);
    dry_run(&folder, &database, &[]).check(&expect![[r#""#]]);
    dry_run(&folder, &database, &["--on-target"]).check(&expect![[r#""#]]);
}

/// SQLAlchemy makes it once in a run.
async fn one_type_twice(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let again = DAY.replace("\"day\"", "\"night\"").replace("INTO day", "INTO night");
    dry_run(&folder(&[DAY, &again]), &database, &[]).check(&expect![[r#""#]]);
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
    dry_run(&folder, &database, &[]).check(&expect![[r#""#]]);
}
