//! What depends on something.

use expect_test::expect;

use super::{told, up};

#[test]
fn what_is_known() {
    expect![[r#"
        12: "DROP TYPE a"
        16: "DROP TYPE b"
        17: "DROP TYPE c"
    "#]]
    .assert_eq(&told(
        r#"
from typing import TYPE_CHECKING
from alembic import op, context
import sqlalchemy as sa

if TYPE_CHECKING:
    op.execute("never")

def upgrade():
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute("DROP TYPE a")
    elif bind.dialect.name == "sqlite":
        op.execute("never")
    if not context.is_offline_mode() and "x" in ("x", "y"):
        op.execute("DROP TYPE b")
    op.execute("DROP TYPE c" if bind.engine.name == "postgresql" else "never")
    if op.get_context().dialect.name != "postgresql" or bind.dialect.name in {"mysql"}:
        op.execute("never")
    if op.get_context().dialect.name == "postgresql":
        return
    op.execute("never")
"#,
    ));
}

#[test]
fn a_table_with_an_enum_that_may_be_there() {
    expect![[r#"
        8: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 't')) THEN CREATE TYPE mood AS ENUM ('x') ; END IF; END $alembic$ (once: .mood)
        8: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 't')) THEN CREATE TYPE mood AS ENUM ('x') ; END IF; END $alembic$ (once: .mood)
        7: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 't')) THEN CREATE TABLE t (a mood, b mood) ; END IF; END $alembic$
    "#]].assert_eq(&up(
        r#"
if not sa.inspect(op.get_bind()).has_table("t"):
    op.create_table("t", sa.Column("a", sa.Enum("x", name="mood")), sa.Column("b", sa.Enum("x", name="mood")))
    op.create_index("ix", "t", ["a"])
"#,
    ));
}

#[test]
fn what_the_database_tells() {
    expect![[r#"
        9: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 't')) THEN CREATE TABLE t (a int) ; END IF; END $alembic$
        11: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = 's' AND tablename = 'u') THEN DROP TABLE s.u ; END IF; END $alembic$
        13: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 't' AND column_name = 'c')) THEN ALTER TABLE t ADD COLUMN c INTEGER ; END IF; END $alembic$
        15: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'mood' AND n.nspname = current_schema()) THEN DROP TYPE mood ; END IF; END $alembic$
        17: SELECT 1 FROM pg_type WHERE typname = 'mood'
        17: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood')) THEN CREATE TYPE mood AS ENUM () ; ELSE ALTER TYPE mood ADD VALUE 'x' ; END IF; END $alembic$
        21: "SELECT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'a')"
        21: DO $alembic$ BEGIN IF (SELECT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'a')) THEN DROP TYPE a ; END IF; END $alembic$
    "#]].assert_eq(&up(r#"
bind = op.get_bind()
inspector = sa.inspect(bind)
if "t" not in inspector.get_table_names():
    op.execute("CREATE TABLE t (a int)")
if inspector.has_table("u", schema="s"):
    op.drop_table("u", schema="s")
if "c" not in [column["name"] for column in inspector.get_columns("t")]:
    op.add_column("t", sa.Column("c", sa.Integer))
if "mood" in [e["name"] for e in inspector.get_enums()]:
    op.execute("DROP TYPE mood")
if not bind.execute(sa.text("SELECT 1 FROM pg_type WHERE typname = :n"), {"n": "mood"}).fetchone():
    op.execute("CREATE TYPE mood AS ENUM ()")
else:
    op.execute("ALTER TYPE mood ADD VALUE 'x'")
if bind.execute(sa.text("SELECT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'a')")).scalar():
    op.execute("DROP TYPE a")
"#));
}

#[test]
fn a_function_that_returns_early() {
    expect![[r#"
        6: SELECT 1 FROM pg_type WHERE typname = 'mood'
        6: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN ELSE CREATE TYPE mood AS ENUM ('x') ; END IF; END $alembic$
        13: "DROP TYPE mood"
    "#]].assert_eq(&told(r#"
from alembic import op
from sqlalchemy import text

def make(name):
    if op.get_bind().execute(text("SELECT 1 FROM pg_type WHERE typname = :n"), {"n": name}).scalar():
        return False
    op.execute(f"CREATE TYPE {name} AS ENUM ('x')")
    return True

def upgrade():
    make("mood")
    op.execute("DROP TYPE mood")
"#));
}

#[test]
fn what_nobody_tells() {
    expect![[r#"
        8: DO $alembic$ BEGIN IF … THEN DROP TYPE a ; END IF; END $alembic$
        13: "SELECT id FROM t"
        15: "SELECT name FROM s"
        15: DO $alembic$ BEGIN IF … THEN CREATE TYPE … AS ENUM () ; END IF; END $alembic$
        19: ? whether this is run is not known
        23: DROP TYPE …
        24: DO $alembic$ BEGIN IF … THEN ELSE DROP TYPE c ; END IF; END $alembic$
    "#]]
    .assert_eq(&up(r#"
import os
if os.environ.get("X"):
    op.execute("DROP TYPE a")
if os.environ.get("X"):
    op.execute("UPDATE t SET a = 1")
    print("done")
for row in op.get_bind().execute(sa.text("SELECT id FROM t")):
    op.execute(f"UPDATE t SET a = 1 WHERE id = {row.id}")
for row in op.get_bind().execute(sa.text("SELECT name FROM s")):
    op.execute(f"CREATE TYPE {row.name} AS ENUM ()")
if os.environ.get("X"):
    raise Exception("not here")
if os.environ.get("X"):
    op.execute("COMMIT")
    op.execute("DROP TYPE a")
name = "a" if os.environ.get("X") else "b"
op.execute(f"DROP TYPE {name}")
if os.environ.get("X"):
    return
op.execute("DROP TYPE c")
"#));
}

#[test]
fn cases_that_are_not_known() {
    expect![[r#"
        12: DROP TYPE …
        13: DO $alembic$ BEGIN IF … THEN DROP TYPE one ; ELSE IF … THEN DROP TYPE two ; ELSE DROP TYPE other ; END IF; END IF; END $alembic$
        22: DROP TYPE x
        23: "SELECT count(*) FROM t"
        23: DO $alembic$ BEGIN IF (SELECT count(*) FROM t) = 0 THEN DROP TYPE none ; END IF; END $alembic$
        26: DO $alembic$ BEGIN IF … THEN ELSE DROP TYPE b ; END IF; END $alembic$
    "#]]
    .assert_eq(&up(r#"
import os
name = "a"
match os.environ.get("X"):
    case {"n": name}:
        pass
op.execute(f"DROP TYPE {name}")
match os.environ.get("X"):
    case "one":
        op.execute("DROP TYPE one")
    case "two" | None:
        op.execute("DROP TYPE two")
    case _:
        op.execute("DROP TYPE other")
match "x":
    case "y" | "x" as found if found == "x":
        op.execute(f"DROP TYPE {found}")
match op.get_bind().execute(sa.text("SELECT count(*) FROM t")).scalar():
    case 0:
        op.execute("DROP TYPE none")
match os.environ.get("X"):
    case ["a"]:
        return
op.execute("DROP TYPE b")
"#));
}

#[test]
fn loops_that_may_return() {
    expect![[r#"
        12: DO $alembic$ BEGIN IF … THEN CREATE TYPE a AS ENUM ('x') ; END IF; END $alembic$
        14: DO $alembic$ BEGIN IF … THEN DROP TYPE b ; END IF; END $alembic$
        21: "DROP TYPE c"
        22: DO $alembic$ BEGIN IF … THEN DROP TYPE d ; END IF; END $alembic$
    "#]]
    .assert_eq(&told(
        r#"
from alembic import op
import sqlalchemy as sa

def has(name):
    for it in sa.inspect(op.get_bind()).get_enums():
        if it["name"] == name:
            return True
    return False

def upgrade():
    if not has("a"):
        op.execute("CREATE TYPE a AS ENUM ('x')")
    for it in what():
        break
    else:
        op.execute("DROP TYPE b")
    for it in what():
        pass
    else:
        op.execute("DROP TYPE c")
    while what():
        return
    op.execute("DROP TYPE d")
"#,
    ));
}

#[test]
fn queries_without_a_table() {
    expect![[r#"
        8: "SELECT to_regtype('a') IS NOT NULL"
        8: DO $alembic$ BEGIN IF NOT ((SELECT to_regtype('a') IS NOT NULL)) THEN CREATE TYPE a AS ENUM ('x') ; END IF; END $alembic$
        10: "SELECT pg_catalog.to_regclass('t')::text IS NULL AS gone"
        10: DO $alembic$ BEGIN IF (SELECT pg_catalog.to_regclass('t')::text IS NULL AS gone) THEN CREATE TABLE t (a int) ; END IF; END $alembic$
        12: "SELECT to_regtype('b')"
        13: DO $alembic$ BEGIN IF NOT ((SELECT to_regtype('b')) IS NOT NULL) THEN CREATE TYPE b AS ENUM ('x') ; END IF; END $alembic$
        15: "SELECT oid IS NOT NULL FROM pg_type"
        15: DO $alembic$ BEGIN IF … THEN DROP TYPE c ; END IF; END $alembic$
        17: "SELECT f() OR to_regtype('d') IS NULL"
        17: DO $alembic$ BEGIN IF … THEN DROP TYPE d ; END IF; END $alembic$
    "#]]
    .assert_eq(&up(r#"
bind = op.get_bind()
if not bind.execute(sa.text("SELECT to_regtype('a') IS NOT NULL")).scalar():
    op.execute("CREATE TYPE a AS ENUM ('x')")
if bind.scalar(sa.text("SELECT pg_catalog.to_regclass('t')::text IS NULL AS gone")):
    op.execute("CREATE TABLE t (a int)")
found = bind.execute(sa.text("SELECT to_regtype('b')")).scalar()
if not found:
    op.execute("CREATE TYPE b AS ENUM ('x')")
if bind.execute(sa.text("SELECT oid IS NOT NULL FROM pg_type")).scalar():
    op.execute("DROP TYPE c")
if bind.execute(sa.text("SELECT f() OR to_regtype('d') IS NULL")).scalar():
    op.execute("DROP TYPE d")
"#));
}
