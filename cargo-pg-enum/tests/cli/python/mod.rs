//! Models of `SQLAlchemy` and `SQLModel` beside migrations, in projects with and without a `Cargo.toml`.

mod beside;
mod folders;
mod labels;
mod tables;
mod which;

use std::process::{Command, Stdio};

use cargo_pg_enum::Status;
use expect_test::Expect;

use crate::harness::{Crates, Run};

const INI: &str = "[alembic]\nscript_location = alembic\n";
const ENV: &str =
    "from alembic import context\nfrom shop.base import Base\n\ntarget_metadata = Base.metadata\n";
const BASE: &str =
    "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n";
const IMPORTS: &str = "import enum\nimport sqlalchemy as sa\nfrom sqlalchemy.orm import Mapped, mapped_column\nfrom shop.base import Base\n\n\n";

fn revision(id: &str, down: &str, upgrade: &str) -> String {
    let upgrade: String = upgrade.trim().lines().flat_map(|line| ["    ", line, "\n"]).collect();
    format!(
        "from alembic import op\nimport sqlalchemy as sa\n\nrevision = \"{id}\"\ndown_revision = {down}\n\n\n\
         def upgrade():\n{upgrade}\n\ndef downgrade():\n    pass\n"
    )
}

/// A project of these models, whose one revision does this.
fn shop(models: &str, upgrade: &str) -> Crates {
    let crates =
        Crates::new(&[("alembic.ini", INI), ("alembic/env.py", ENV), ("shop/base.py", BASE)]);
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
    Run { status, out: text(output.stdout), err: text(output.stderr) }
        .relative_to(crates.dir.path())
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
