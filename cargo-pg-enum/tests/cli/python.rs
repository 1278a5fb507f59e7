//! Models of SQLAlchemy and SQLModel beside migrations, in projects with and without a `Cargo.toml`.

use std::process::{Command, Stdio};

use cargo_pg_enum::Status;
use expect_test::{Expect, expect};

use crate::harness::{Crates, Run};

const INI: &str = "[alembic]\nscript_location = alembic\n";
const ENV: &str = "from alembic import context\nfrom shop.base import Base\n\ntarget_metadata = Base.metadata\n";
const BASE: &str = "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n";
const IMPORTS: &str = "import enum\nimport sqlalchemy as sa\nfrom sqlalchemy.orm import Mapped, mapped_column\nfrom shop.base import Base\n\n\n";

fn revision(id: &str, down: &str, upgrade: &str) -> String {
    let upgrade: String = upgrade.trim().lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "from alembic import op\nimport sqlalchemy as sa\n\nrevision = \"{id}\"\ndown_revision = {down}\n\n\n\
         def upgrade():\n{upgrade}\n\ndef downgrade():\n    pass\n"
    )
}

/// A project of these models, whose one revision does this.
fn shop(models: &str, upgrade: &str) -> Crates {
    let crates = Crates::new(&[("alembic.ini", INI), ("alembic/env.py", ENV), ("shop/base.py", BASE)]);
    crates.write("shop/__init__.py", "");
    crates.write("shop/models.py", &format!("{IMPORTS}{}", models.trim_start()));
    crates.write("alembic/versions/a1.py", &revision("a1", "None", upgrade));
    crates
}

/// A subcommand in the folder of a project.
fn run(crates: &Crates, args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-pg-enum"));
    command.arg("pg-enum").args(args).current_dir(crates.dir.path()).stdin(Stdio::null());
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env_remove("GITHUB_WORKSPACE");
    let output = command.output().unwrap();
    let status = match output.status.code() {
        Some(0) => Status::Clean,
        Some(1) => Status::Findings,
        _ => Status::Failed,
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { status, out: text(output.stdout), err: text(output.stderr) }.relative_to(crates.dir.path())
}

fn check(crates: &Crates, args: &[&str], expected: &Expect) {
    run(crates, args).check(expected);
}

const JOB: &str = r#"
class Kind(enum.Enum):
    NEW = "new"
    OLD = "old"


class Job(Base):
    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="job_kind"))
"#;

/// The table of `Job`, after a type with these labels.
fn jobs(labels: &str) -> String {
    format!(
        "op.execute(\"CREATE TYPE job_kind AS ENUM ({labels})\")\n\
         op.execute(\"CREATE TABLE jobs (id serial PRIMARY KEY, kind job_kind NOT NULL)\")"
    )
}

#[test]
fn a_model_that_agrees() {
    let crates = shop(JOB, &jobs("'NEW', 'OLD'"));
    check(&crates, &["check"], &expect![[""]]);
    check(&crates, &["list"], &expect![[""]]);
    check(&crates, &["list", "--models"], &expect![[""]]);
}

#[test]
fn values_where_names_are_stored() {
    check(&shop(JOB, &jobs("'new', 'old'")), &["check"], &expect![[""]]);
    let models = JOB.replace("\"new\"", "\"brand_new\"");
    check(&shop(&models, &jobs("'brand_new', 'old'")), &["check"], &expect![[""]]);
}

#[test]
fn labels_that_differ() {
    check(&shop(JOB, &jobs("'NEW', 'USED'")), &["check"], &expect![[""]]);
    check(&shop(JOB, &jobs("'NEW', 'OLD', 'USED'")), &["check"], &expect![[""]]);
    check(&shop(JOB, &jobs("'OLD', 'NEW'")), &["check"], &expect![[""]]);
}

#[test]
fn a_type_that_nothing_creates() {
    let models = JOB.replace(", name=\"job_kind\"", "");
    check(&shop(&models, &jobs("'NEW', 'OLD'")), &["check"], &expect![[""]]);
    let text = "op.create_table(\"jobs\", sa.Column(\"id\", sa.Integer, primary_key=True), sa.Column(\"kind\", sa.String(9), nullable=False))";
    let crates = shop(JOB, text);
    crates.write("requirements.txt", "sqlalchemy\nasyncpg\n");
    check(&crates, &["check"], &expect![[""]]);
    let dropped = format!("{}\nop.execute(\"ALTER TABLE jobs ALTER kind TYPE text\")\nop.execute(\"DROP TYPE job_kind\")", jobs("'NEW', 'OLD'"));
    check(&shop(JOB, &dropped), &["check"], &expect![[""]]);
}

#[test]
fn a_stub_of_a_table() {
    let text = "op.create_table(\"jobs\", sa.Column(\"id\", sa.Integer, primary_key=True))";
    let models = JOB.replace(
        "    kind:",
        "    title: Mapped[str]\n    note: Mapped[str | None] = mapped_column(sa.Text)\n    paid = sa.Column(sa.Numeric(9, 2))\n    kind:",
    );
    check(&shop(&models, text), &["check"], &expect![[""]]);
}

#[test]
fn tables_and_columns() {
    let models = r#"
class Job(Base):
    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    titel: Mapped[str]
    done: Mapped[bool]
    note: Mapped[str]
    paid: Mapped[int | None]
    state: Mapped[str] = mapped_column(sa.Enum("open", "shut", name="state"), server_default="OPEN")


class Part(Base):
    __tablename__ = "parts"
    id: Mapped[int] = mapped_column(primary_key=True)


class View(Base):
    __tablename__ = "a_view"
    __table_args__ = {"info": {"is_view": True}}
    id: Mapped[int] = mapped_column(primary_key=True)


class Open(Base):
    __tablename__ = name_of("open")
    id: Mapped[int] = mapped_column(primary_key=True)
"#;
    let text = r#"
op.create_table(
    "jobs",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("done", sa.DateTime, nullable=False),
    sa.Column("note", sa.String),
    sa.Column("paid", sa.Integer, nullable=False),
    sa.Column("state", sa.Enum("open", "shut", name="state"), nullable=False),
)
"#;
    check(&shop(models, text), &["check"], &expect![[""]]);
}

#[test]
fn nothing_is_said_of_what_is_not_certain() {
    let computed = "op.execute(make_types())";
    check(&shop(JOB, computed), &["check"], &expect![[""]]);
    // The tables are filtered, so that others may create them.
    let crates = shop(JOB, "op.execute(\"CREATE TABLE x (id int)\")");
    crates.write("alembic/env.py", &format!("{ENV}context.configure(include_object=f)\n"));
    check(&crates, &["check"], &expect![[""]]);
    // Another base.
    crates.write("alembic/env.py", "from alembic import context\nfrom shop.other import target_metadata\n");
    crates.write("shop/other.py", "import sqlalchemy\ntarget_metadata = sqlalchemy.MetaData()\n");
    check(&crates, &["check"], &expect![[""]]);
}

#[test]
fn revisions_without_a_configuration_are_found() {
    let crates = shop(JOB, &jobs("'NEW', 'OLD'"));
    for file in ["alembic.ini", "alembic/env.py"] {
        std::fs::remove_file(crates.path(file)).unwrap();
    }
    check(&crates, &["check"], &expect![[""]]);
    check(&crates, &["check", "--migrations", "alembic/versions"], &expect![[""]]);
}

#[test]
fn no_migrations() {
    let crates = shop(JOB, &jobs("'NEW', 'OLD'"));
    std::fs::remove_dir_all(crates.path("alembic")).unwrap();
    std::fs::remove_file(crates.path("alembic.ini")).unwrap();
    check(&crates, &["check"], &expect![[""]]);
    crates.write("pyproject.toml", "[tool.pg-enum]\nnothing-compared = \"allow\"\n");
    check(&crates, &["check"], &expect![[""]]);
}

#[test]
fn migrations_in_sql_beside_models_in_python_and_enums_in_rust() {
    let crates = Crates::one("#[derive(PgEnum)]\npub enum Kind { NEW }\n", &[
        ("migrations/1_jobs.sql", "CREATE TYPE kind AS ENUM ('NEW');\nCREATE TABLE jobs (id int PRIMARY KEY, kind kind);\n"),
        ("py/shop/__init__.py", ""),
        ("py/shop/base.py", BASE),
    ]);
    let models = JOB.replace(", name=\"job_kind\"", "");
    crates.write("py/shop/models.py", &format!("{IMPORTS}{}", models.trim_start()));
    crates.run(&["check"]).check(&expect![[""]]);
    // What is unchanged is not looked at again; what is changed is.
    crates.run(&["check"]).check(&expect![[""]]);
    crates.write("py/shop/models.py", &format!("{IMPORTS}{}", models.replace("\"kind\"", "\"k\"").replace("OLD", "NEWER").trim_start()));
    crates.run(&["check"]).check(&expect![[""]]);
}
