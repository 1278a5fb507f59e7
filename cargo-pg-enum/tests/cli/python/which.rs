//! Which classes of Python are compared with which migrations.

use cargo_pg_enum::Status;

use super::{revision, run};
use crate::harness::Crates;

const BASE: &str =
    "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n";

/// A class for the table `jobs`, with this column besides its key.
fn job(from: &str, column: &str) -> String {
    format!(
        "from sqlalchemy.orm import Mapped, mapped_column\nfrom {from} import Base\n\n\nclass Job(Base):\n    \
         __tablename__ = \"jobs\"\n    id: Mapped[int] = mapped_column(primary_key=True)\n    {column}: Mapped[int]\n"
    )
}

fn jobs(column: &str) -> String {
    revision(
        "a1",
        "None",
        &format!(
            "op.execute(\"CREATE TABLE jobs (id serial PRIMARY KEY, {column} int NOT NULL)\")"
        ),
    )
}

/// The codes that `lint` reports for a folder of revisions.
#[track_caller]
fn codes(crates: &Crates, migrations: &str) -> Vec<String> {
    let run = run(crates, &["lint", "--migrations", migrations, "--format", "json"]);
    assert_ne!(run.status, Status::Failed, "{}", run.err);
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let findings = json["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_application_beside_another_has_its_own_models() {
    let env = "from alembic import context\ntarget_metadata = None\n";
    let crates = Crates::new(&[("one/alembic/env.py", env), ("two/alembic/env.py", env)]);
    for (app, column) in [("one", "a"), ("two", "b")] {
        crates.write(&format!("{app}/{app}/__init__.py"), "");
        crates.write(&format!("{app}/{app}/base.py"), BASE);
        crates.write(&format!("{app}/{app}/models.py"), &job(&format!("{app}.base"), column));
        crates.write(&format!("{app}/alembic/versions/a1.py"), &jobs(column));
    }
    assert_eq!(codes(&crates, "one/alembic"), [""; 0]);
    crates.write("one/one/models.py", &job("one.base", "c"));
    assert_eq!(codes(&crates, "one/alembic"), ["no-column"]);
}

#[test]
fn of_two_files_with_one_table_one_is_not_in_use() {
    let env = "from alembic import context\nfrom shop.base import Base\ntarget_metadata = Base.metadata\n";
    let crates = Crates::new(&[("alembic/env.py", env), ("shop/base.py", BASE)]);
    crates.write("shop/__init__.py", "");
    let gone = "\n\nclass Gone(Base):\n    __tablename__ = \"gone\"\n    id: Mapped[int] = mapped_column(primary_key=True)\n";
    crates.write("shop/models_old.py", &format!("{}{gone}", job("shop.base", "b")));
    crates.write("alembic/versions/a1.py", &jobs("a"));
    assert_eq!(codes(&crates, "alembic"), ["no-column", "model-table-missing"]);
    crates.write("shop/models.py", &job("shop.base", "a"));
    assert_eq!(codes(&crates, "alembic"), [""; 0]);
}

#[test]
fn tables_may_be_older_than_the_revisions_or_in_one_that_is_missing() {
    let env = "from alembic import context\nfrom shop.base import Base\ntarget_metadata = Base.metadata\n";
    let crates = Crates::new(&[("alembic/env.py", env), ("shop/base.py", BASE)]);
    crates.write("shop/__init__.py", "");
    crates.write("shop/models.py", &job("shop.base", "a"));
    let write = |down: &str, upgrade: &str| {
        crates.write("alembic/versions/a1.py", &revision("a1", down, upgrade));
    };
    write("None", "op.execute(\"CREATE TABLE t (id int)\")");
    assert_eq!(codes(&crates, "alembic"), ["model-table-missing"]);
    write("None", "op.add_column(\"t\", sa.Column(\"a\", sa.Integer()))");
    assert_eq!(codes(&crates, "alembic"), [""; 0]);
    write("\"a0\"", "op.execute(\"CREATE TABLE t (id int)\")");
    assert_eq!(codes(&crates, "alembic"), ["broken-graph"]);
}
