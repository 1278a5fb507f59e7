//! Labels of enums in models beside those of types.

use expect_test::expect;

use super::{JOB, check, jobs, shop};

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
