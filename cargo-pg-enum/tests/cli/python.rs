//! Models of `SQLAlchemy` and `SQLModel` beside migrations, in projects with and without a `Cargo.toml`.

use std::process::{Command, Stdio};

use cargo_pg_enum::Status;
use expect_test::{Expect, expect};

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

#[test]
fn a_model_that_agrees() {
    let crates = shop(JOB, &jobs("'NEW', 'OLD'"));
    check(
        &crates,
        &["check"],
        &expect![[r#"
        Clean
        --- out
        1 enum and 1 Python model agree with 1 migration in alembic (named at alembic.ini:2)
    "#]],
    );
    check(
        &crates,
        &["list"],
        &expect![[r#"
        Clean
        --- out
        shop.models.Job.kind  sqlalchemy.Enum  job_kind  agrees  shop/models.py:15
          'NEW', 'OLD'
    "#]],
    );
    check(
        &crates,
        &["list", "--models"],
        &expect![[r#"
        Clean
        --- out
        shop.models.Job  sqlalchemy  jobs  2 columns  agrees  shop/models.py:12
    "#]],
    );
}

#[test]
fn values_where_names_are_stored() {
    check(
        &shop(JOB, &jobs("'new', 'old'")),
        &["check"],
        &expect![[r#"
        Findings
        --- err
        error[model-case-only]: `shop.models.Job.kind` disagrees with the type public.job_kind: it stores 'NEW', 'OLD', and the type has 'new', 'old', which differ only by case
          --> shop/models.py:15:5
           |
         8 |     NEW = "new"
           |     ----------- stored as 'NEW'
         9 |     OLD = "old"
           |     ----------- stored as 'OLD'
        ...
        15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="job_kind"))
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
          ::: alembic/versions/a1.py:9:47
           |
         9 |     op.execute("CREATE TYPE job_kind AS ENUM ('new', 'old')")
           |                                               -----  ----- the migrations spell it like this
           |                                               |
           |                                               the migrations spell it like this
           |
           = note: the names of the members of `Kind` are stored, and the type has their values
           = help: add `values_callable=lambda e: [member.value for member in e]` to the `Enum`

        1 error: 1 enum and 1 Python model compared with 1 migration in alembic (named at alembic.ini:2)
    "#]],
    );
    let models = JOB.replace("\"new\"", "\"brand_new\"");
    check(
        &shop(&models, &jobs("'brand_new', 'old'")),
        &["check"],
        &expect![[r#"
            Findings
            --- err
            error[model-label-mismatch]: `shop.models.Job.kind` disagrees with the type public.job_kind: it stores 'OLD', and the type has 'old', which differ only by case; the type lacks 'NEW'; the model lacks 'brand_new'
              --> shop/models.py:15:5
               |
             8 |     NEW = "brand_new"
               |     ----------------- stored as 'NEW'
             9 |     OLD = "old"
               |     ----------- stored as 'OLD'
            ...
            15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="job_kind"))
               |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
              ::: alembic/versions/a1.py:9:17
               |
             9 |     op.execute("CREATE TYPE job_kind AS ENUM ('brand_new', 'old')")
               |                 -------------------------------------------------
               |                 |                             |            |
               |                 |                             |            the migrations spell it like this
               |                 |                             the model lacks this label
               |                 the type is created here
               |
               = note: the names of the members of `Kind` are stored, and the type has their values
               = help: add `values_callable=lambda e: [member.value for member in e]` to the `Enum`

            1 error: 1 enum and 1 Python model compared with 1 migration in alembic (named at alembic.ini:2)
        "#]],
    );
}

#[test]
fn labels_that_differ() {
    check(
        &shop(JOB, &jobs("'NEW', 'USED'")),
        &["check"],
        &expect![[r#"
            Findings
            --- err
            error[model-label-mismatch]: `shop.models.Job.kind` disagrees with the type public.job_kind: the type lacks 'OLD'; the model lacks 'USED'
              --> shop/models.py:15:5
               |
             9 |     OLD = "old"
               |     ----------- stored as 'OLD'
            ...
            15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="job_kind"))
               |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
              ::: alembic/versions/a1.py:9:17
               |
             9 |     op.execute("CREATE TYPE job_kind AS ENUM ('NEW', 'USED')")
               |                 --------------------------------------------
               |                 |                                    |
               |                 |                                    the model lacks this label
               |                 the type is created here
               |
               = help: add the labels to the type in a revision, or change the model

            1 error: 1 enum and 1 Python model compared with 1 migration in alembic (named at alembic.ini:2)
        "#]],
    );
    check(
        &shop(JOB, &jobs("'NEW', 'OLD', 'USED'")),
        &["check"],
        &expect![[r#"
            Clean
            --- err
            warning[model-label-mismatch]: `shop.models.Job.kind` disagrees with the type public.job_kind: the model lacks 'USED'
              --> shop/models.py:15:5
               |
            15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="job_kind"))
               |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
              ::: alembic/versions/a1.py:9:61
               |
             9 |     op.execute("CREATE TYPE job_kind AS ENUM ('NEW', 'OLD', 'USED')")
               |                                                             ------ the model lacks this label
               |
               = help: add the labels to the model, or remove them from the type in a revision

            1 warning: 1 enum and 1 Python model compared with 1 migration in alembic (named at alembic.ini:2)
        "#]],
    );
    check(
        &shop(JOB, &jobs("'OLD', 'NEW'")),
        &["check"],
        &expect![[r#"
        Clean
        --- err
        note[model-label-order]: 'OLD' stands elsewhere in the type public.job_kind than `shop.models.Job.kind` has it
          --> shop/models.py:15:5
           |
         9 |     OLD = "old"
           |     ----------- stored as 'OLD'
        ...
        15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="job_kind"))
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
          ::: alembic/versions/a1.py:9:47
           |
         9 |     op.execute("CREATE TYPE job_kind AS ENUM ('OLD', 'NEW')")
           |                                               ----- it is created here
           |
           = note: PostgreSQL sorts and compares by the order in the type

        1 enum and 1 Python model agree with 1 migration in alembic (named at alembic.ini:2)
    "#]],
    );
}

#[test]
fn a_type_that_nothing_creates() {
    let models = JOB.replace(", name=\"job_kind\"", "");
    check(
        &shop(&models, &jobs("'NEW', 'OLD'")),
        &["check"],
        &expect![[r#"
            Clean
            --- err
            warning[model-type-missing]: no revision creates the type public.kind of `shop.models.Job.kind`; the column is public.job_kind
              --> shop/models.py:15:5
               |
            15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind))
               |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = note: asyncpg and psycopg 3 cast parameters to the type of the model, and this fails; psycopg2 casts none
               = help: write `name="job_kind"` in the `Enum`, or rename the type in a revision

            1 warning: 1 enum and 1 Python model compared with 1 migration in alembic (named at alembic.ini:2)
        "#]],
    );
    let text = "op.create_table(\"jobs\", sa.Column(\"id\", sa.Integer, primary_key=True), sa.Column(\"kind\", sa.String(9), nullable=False))";
    let crates = shop(JOB, text);
    crates.write("requirements.txt", "sqlalchemy\nasyncpg\n");
    check(
        &crates,
        &["check"],
        &expect![[r#"
            Findings
            --- err
            error[model-type-missing]: no revision creates the type public.job_kind of `shop.models.Job.kind`; the column is character varying(9)
              --> shop/models.py:15:5
               |
            15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="job_kind"))
               |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = note: asyncpg casts parameters to the type of the model, and this fails
               = help: create the type in a revision, or write `native_enum=False` in the `Enum`

            1 error: 1 enum and 1 Python model compared with 1 migration in alembic (named at alembic.ini:2)
        "#]],
    );
    let dropped = format!(
        "{}\nop.execute(\"ALTER TABLE jobs ALTER kind TYPE text\")\nop.execute(\"DROP TYPE job_kind\")",
        jobs("'NEW', 'OLD'")
    );
    check(
        &shop(JOB, &dropped),
        &["check"],
        &expect![[r#"
            Clean
            --- err
            warning[model-type-missing]: a revision drops the type public.job_kind, which `shop.models.Job.kind` uses; the column is text
              --> shop/models.py:15:5
               |
            15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="job_kind"))
               |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
              ::: alembic/versions/a1.py:12:17
               |
            12 |     op.execute("DROP TYPE job_kind")
               |                 ------------------ it is dropped here
               |
               = note: asyncpg and psycopg 3 cast parameters to the type of the model, and this fails; psycopg2 casts none
               = help: create the type in a revision, or write `native_enum=False` in the `Enum`

            1 warning: 1 enum and 1 Python model compared with 1 migration in alembic (named at alembic.ini:2)
        "#]],
    );
}

#[test]
fn a_stub_of_a_table() {
    let text = "op.create_table(\"jobs\", sa.Column(\"id\", sa.Integer, primary_key=True))";
    let models = JOB.replace(
        "    kind:",
        "    title: Mapped[str]\n    note: Mapped[str | None] = mapped_column(sa.Text)\n    paid = sa.Column(sa.Numeric(9, 2))\n    kind:",
    );
    check(
        &shop(&models, text),
        &["check"],
        &expect![[r#"
        Clean
        --- err
        warning[stub-table]: table public.jobs has 1 column in the migrations and 5 in `shop.models.Job`; 4 columns are created by no revision
          --> alembic/versions/a1.py:9:5
           |
         9 |     op.create_table("jobs", sa.Column("id", sa.Integer, primary_key=True))
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
          ::: shop/models.py:12:7
           |
        12 | class Job(Base):
           |       --- the model is here
           |
           = note: created by no revision: title VARCHAR, note TEXT, paid NUMERIC(9, 2), kind job_kind
           = help: add the columns in a revision

        1 warning: 1 enum and 1 Python model compared with 1 migration in alembic (named at alembic.ini:2)
    "#]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "the outputs are long")]
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
    check(
        &shop(models, text),
        &["check"],
        &expect![[r#"
        Findings
        --- err
        error[no-column]: public.jobs has no column "titel" (created at alembic/versions/a1.py:9)
          --> shop/models.py:10:5
           |
        10 |     titel: Mapped[str]
           |     ^^^^^^^^^^^^^^^^^^
           |
          ::: alembic/versions/a1.py:9:5
           |
         9 |     op.create_table(
           |     ---------------- the table is created here
           |
           = note: it is `shop.models.Job.titel`
           = help: add the column in a revision

        error[column-type]: column public.jobs.done is timestamp without time zone, but `shop.models.Job.done` is BOOLEAN
          --> shop/models.py:11:5
           |
        11 |     done: Mapped[bool]
           |     ^^^^^^^^^^^^^^^^^^
           |
          ::: alembic/versions/a1.py:9:5
           |
         9 |     op.create_table(
           |     ---------------- the column has its type here
           |
           = help: change the type in the model, or that of the column in a revision

        warning[column-null]: column note of public.jobs can be NULL, but is NOT NULL in `shop.models.Job`
          --> shop/models.py:12:5
           |
        12 |     note: Mapped[str]
           |     ^^^^^^^^^^^^^^^^^
           |
          ::: alembic/versions/a1.py:9:5
           |
         9 |     op.create_table(
           |     ---------------- the column is here
           |
           = help: add NOT NULL in a revision, or say in the model that it can be NULL

        warning[column-not-null]: column paid of public.jobs is NOT NULL, but can be NULL in `shop.models.Job`
          --> shop/models.py:13:5
           |
        13 |     paid: Mapped[int | None]
           |     ^^^^^^^^^^^^^^^^^^^^^^^^
           |
          ::: alembic/versions/a1.py:9:5
           |
         9 |     op.create_table(
           |     ---------------- the column is here
           |
           = help: say `nullable=False` in the model, or drop NOT NULL in a revision

        warning[model-table-missing]: no revision creates the table parts of `shop.models.Part`
          --> shop/models.py:17:7
           |
        17 | class Part(Base):
           |       ^^^^
           |
           = help: create it in a revision, or remove the model

        error[server-default-not-a-label]: the `server_default` of `shop.models.Job.state` is 'OPEN', which is not a label of the type public.state
          --> shop/models.py:14:5
           |
        14 |     state: Mapped[str] = mapped_column(sa.Enum("open", "shut", name="state"), server_default="OPEN")
           |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = note: the labels of public.state are 'open', 'shut'
           = help: write one of the labels

        3 errors and 3 warnings: 1 enum and 2 Python models compared with 1 migration in alembic (named at alembic.ini:2); 2 Python models not compared: 1 created outside the migrations, 1 not understood
    "#]],
    );
}

#[test]
fn nothing_is_said_of_what_is_not_certain() {
    let computed = "op.execute(make_types())";
    check(
        &shop(JOB, computed),
        &["check"],
        &expect![[r#"
            Clean
            --- out
            no enum and no Python model is compared; 1 enum not compared: 1 uncertain; 1 Python model not compared: 1 with a table that is unknown; also read: alembic (named at alembic.ini:2)
            --- err
            note: shop/models.py:15: shop.models.Job.kind is not compared: what this sends is not known (alembic/versions/a1.py:9)
            note: shop/models.py:12: shop.models.Job is not compared: the columns of jobs cannot be told: what this sends is not known (alembic/versions/a1.py:9)
        "#]],
    );
    // The tables are filtered, so that others may create them.
    let crates = shop(JOB, "op.execute(\"CREATE TABLE x (id int)\")");
    crates.write("alembic/env.py", &format!("{ENV}context.configure(include_object=f)\n"));
    check(
        &crates,
        &["check"],
        &expect![[r#"
            Findings
            --- err
            error[nothing-compared]: nothing is compared: 1 enum found, and no migration creates a type of that name
              --> shop/models.py:15:5
               |
            15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="job_kind"))
               |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = note: `shop.models.Job.kind`: no migration creates the type job_kind
               = note: read: alembic (named at alembic.ini:2)
               = help: name the folder with --migrations DIR, or with `migrations` in pg-enum.toml or in `[tool.pg-enum]` of pyproject.toml; if no migrations create these types, set `nothing-compared = "allow"` there

            1 error: no enum and no Python model is compared; 1 enum not compared: 1 without a type of that name; 1 Python model not compared: 1 without a table of that name; also read: alembic (named at alembic.ini:2)
        "#]],
    );
    // Another base.
    crates.write(
        "alembic/env.py",
        "from alembic import context\nfrom shop.other import target_metadata\n",
    );
    crates.write("shop/other.py", "import sqlalchemy\ntarget_metadata = sqlalchemy.MetaData()\n");
    check(
        &crates,
        &["check"],
        &expect![[r#"
            Findings
            --- err
            error[nothing-compared]: nothing is compared: 1 enum found, and no migration creates a type of that name
              --> shop/models.py:15:5
               |
            15 |     kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="job_kind"))
               |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = note: `shop.models.Job.kind`: no folder of migrations is found
               = note: read: alembic (named at alembic.ini:2)
               = help: name the folder with --migrations DIR, or with `migrations` in pg-enum.toml or in `[tool.pg-enum]` of pyproject.toml; if no migrations create these types, set `nothing-compared = "allow"` there

            1 error: no enum and no Python model is compared; 1 enum not compared: 1 without a folder of migrations; 1 Python model not compared: 1 without a table of that name; also read: alembic (named at alembic.ini:2)
        "#]],
    );
}

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
#[expect(clippy::too_many_lines, reason = "the outputs are long")]
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
    crates.run(&["check"]).check(&expect![[r#"
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
    crates.run(&["check"]).check(&expect![[r#"
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
    crates.write(
        "py/shop/models.py",
        &format!(
            "{IMPORTS}{}",
            models.replace("\"kind\"", "\"k\"").replace("OLD", "NEWER").trim_start()
        ),
    );
    crates.run(&["check"]).check(&expect![[r#"
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

        error[model-label-mismatch]: `py.shop.models.Job.kind` disagrees with the type public.kind: the type lacks 'NEWER'
          --> py/shop/models.py:15:5
           |
         9 |     NEWER = "old"
           |     ------------- stored as 'NEWER'
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
}
