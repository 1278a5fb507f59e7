//! Tables and columns of models beside those of migrations.

use expect_test::expect;

use super::{ENV, JOB, check, run, shop};

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
           = help: use one of these labels, or add the label to the type in a migration

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
    let filtered = run(&crates, &["check"]);
    filtered.check(&expect![[r#"
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
        "#]]);
    // Another base.
    crates.write(
        "alembic/env.py",
        "from alembic import context\nfrom shop.other import target_metadata\n",
    );
    crates.write("shop/other.py", "import sqlalchemy\ntarget_metadata = sqlalchemy.MetaData()\n");
    let other = run(&crates, &["check"]);
    let expected = filtered
        .err
        .replace("no migration creates the type job_kind", "no folder of migrations is found")
        .replace("1 without a type of that name", "1 without a folder of migrations");
    assert_eq!((other.status, other.out, other.err), (filtered.status, filtered.out, expected));
}
