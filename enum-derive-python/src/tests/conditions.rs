//! What depends on something.

use expect_test::expect;

use super::{revision, told, told_of, up};
use crate::Options;

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
        8: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = current_schema() AND matviewname = 't')) THEN CREATE TYPE mood AS ENUM ('x') ; END IF; END $alembic$ (once: .mood)
        8: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = current_schema() AND matviewname = 't')) THEN CREATE TYPE mood AS ENUM ('x') ; END IF; END $alembic$ (once: .mood)
        7: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = current_schema() AND matviewname = 't')) THEN CREATE TABLE t (a mood, b mood) ; END IF; END $alembic$
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
        11: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 's' AND table_name = 'u') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = 's' AND matviewname = 'u') THEN DROP TABLE s.u ; END IF; END $alembic$
        13: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 't' AND column_name = 'c')) THEN ALTER TABLE t ADD COLUMN c INTEGER ; END IF; END $alembic$
        15: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND t.typname = 'mood' AND n.nspname = current_schema()) THEN DROP TYPE mood ; END IF; END $alembic$
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

const ASKED: &str = "
bind = op.get_bind()
inspector = sa.inspect(bind)
";

/// What a body sends behind an inspector, without what leads to it.
fn asked(version: Option<(u32, u32)>, body: &str) -> String {
    let mut options = Options::default();
    if let Some(version) = version {
        (options.sqlalchemy, options.is_pinned) = (version, true);
    }
    let text = revision(&format!("{ASKED}{body}"));
    told_of(&options, &[("versions/a1.py", &text)], false)
}

#[test]
fn the_answer_is_that_of_the_moment() {
    // Nothing bears on it in between, or what does tells what the answer was.
    expect![[r#"
        11: CREATE TABLE t (a INTEGER)
        13: "CREATE TYPE was_not_there AS ENUM ('x')"
        14: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'other')) THEN CREATE TYPE asked_now AS ENUM ('x') ; END IF; END $alembic$
        17: "DROP TABLE other"
        19: "CREATE TYPE was_there AS ENUM ('x')"
        21: "CREATE TYPE mood AS ENUM ('x')"
        25: ALTER TABLE u ADD COLUMN c INTEGER
        28: "SELECT 1 FROM pg_type WHERE typname = 'm'"
        29: "CREATE TYPE other AS ENUM ('x')"
        30: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_type WHERE typname = 'm')) THEN CREATE TYPE m AS ENUM ('x') ; END IF; END $alembic$
        32: DO $alembic$ BEGIN IF … THEN DROP TYPE nobody_knows ; END IF; END $alembic$
    "#]].assert_eq(&asked(
        None,
        r#"
tables = inspector.get_table_names()
op.create_table("t", sa.Column("a", sa.Integer))
if "t" not in tables:
    op.execute("CREATE TYPE was_not_there AS ENUM ('x')")
if "other" not in tables:
    op.execute("CREATE TYPE asked_now AS ENUM ('x')")
had = "t" in tables
op.execute("DROP TABLE other")
if "other" in tables and not had:
    op.execute("CREATE TYPE was_there AS ENUM ('x')")
types = {e["name"] for e in inspector.get_enums()}
op.execute("CREATE TYPE mood AS ENUM ('x')")
if "mood" in types:
    op.execute("never")
columns = [c["name"] for c in inspector.get_columns("u")]
op.add_column("u", sa.Column("c", sa.Integer))
if "c" in columns:
    op.execute("never")
found = bind.execute(sa.text("SELECT 1 FROM pg_type WHERE typname = 'm'")).scalar()
op.execute("CREATE TYPE other AS ENUM ('x')")
if not found:
    op.execute("CREATE TYPE m AS ENUM ('x')")
if not found:
    op.execute("DROP TYPE nobody_knows")
"#,
    ));
}

#[test]
fn an_answer_that_a_branch_may_change_is_not_known() {
    expect![[r#"
        11: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 't')) THEN CREATE TABLE t (a INTEGER) ; ELSE IF NOT (EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'u')) THEN CREATE TABLE u (a INTEGER) ; END IF; END IF; END $alembic$
        15: DO $alembic$ BEGIN IF … THEN DROP TYPE nobody_knows ; END IF; END $alembic$
        18: DO $alembic$ BEGIN IF … THEN DROP TYPE nobody_knows ; END IF; END $alembic$
    "#]].assert_eq(&asked(
        None,
        r#"
tables = set(inspector.get_table_names())
if "t" not in tables:
    op.create_table("t", sa.Column("a", sa.Integer))
elif "u" not in tables:
    op.create_table("u", sa.Column("a", sa.Integer))
if "t" not in tables:
    op.execute("DROP TYPE nobody_knows")
tables.add("v")
if "v" in tables:
    op.execute("DROP TYPE nobody_knows")
"#,
    ));
}

#[test]
fn an_inspector_keeps_its_answers() {
    let body = r#"
if not inspector.has_table("t"):
    op.execute("CREATE TABLE t (a int)")
if inspector.has_table("t"):
    op.execute("DROP TYPE a")
if sa.inspect(bind).has_table("t"):
    op.execute("DROP TYPE b")
inspector.get_enums()
op.execute("CREATE TYPE m AS ENUM ('x')")
if "m" in [e["name"] for e in inspector.get_enums()]:
    op.execute("DROP TYPE c")
inspector.clear_cache()
if "m" in [e["name"] for e in inspector.get_enums()]:
    op.execute("DROP TYPE d")
"#;
    expect![[r#"
        10: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = current_schema() AND matviewname = 't')) THEN CREATE TABLE t (a int) ; END IF; END $alembic$
        12: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = current_schema() AND matviewname = 't') THEN DROP TYPE a ; END IF; END $alembic$
        14: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = current_schema() AND matviewname = 't') THEN DROP TYPE b ; END IF; END $alembic$
        17: "CREATE TYPE m AS ENUM ('x')"
        18: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND t.typname = 'm' AND n.nspname = current_schema()) THEN DROP TYPE c ; END IF; END $alembic$
        21: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND t.typname = 'm' AND n.nspname = current_schema()) THEN DROP TYPE d ; END IF; END $alembic$
    "#]].assert_eq(&asked(Some((1, 4)), body));
    expect![[r#"
        10: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = current_schema() AND matviewname = 't')) THEN CREATE TABLE t (a int) ; END IF; END $alembic$
        12: DO $alembic$ BEGIN IF … THEN DROP TYPE a ; END IF; END $alembic$
        14: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = current_schema() AND matviewname = 't') THEN DROP TYPE b ; END IF; END $alembic$
        17: "CREATE TYPE m AS ENUM ('x')"
        21: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND t.typname = 'm' AND n.nspname = current_schema()) THEN DROP TYPE d ; END IF; END $alembic$
    "#]].assert_eq(&asked(Some((2, 0)), body));
    expect![[r#"
        10: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = current_schema() AND matviewname = 't')) THEN CREATE TABLE t (a int) ; END IF; END $alembic$
        12: DO $alembic$ BEGIN IF … THEN DROP TYPE a ; END IF; END $alembic$
        14: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = current_schema() AND matviewname = 't') THEN DROP TYPE b ; END IF; END $alembic$
        17: "CREATE TYPE m AS ENUM ('x')"
        18: DO $alembic$ BEGIN IF … THEN DROP TYPE c ; END IF; END $alembic$
        21: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND t.typname = 'm' AND n.nspname = current_schema()) THEN DROP TYPE d ; END IF; END $alembic$
    "#]].assert_eq(&asked(None, body));
}

#[test]
fn names_in_other_forms() {
    expect![[r#"
        10: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND t.typname = 'a' AND n.nspname = 'public') THEN DROP TYPE a ; END IF; END $alembic$
        12: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND t.typname = 'b' AND n.nspname = current_schema()) THEN DROP TYPE b ; END IF; END $alembic$
        14: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND t.typname = 'c' AND n.nspname = current_schema())) THEN DROP TYPE c ; END IF; END $alembic$
        16: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND t.typname = 'd' AND n.nspname = current_schema())) THEN DROP TYPE d ; END IF; END $alembic$
        18: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND t.typname = 'e' AND n.nspname = current_schema()) THEN DROP TYPE e ; END IF; END $alembic$
        20: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'f')) THEN DROP TYPE f ; END IF; END $alembic$
    "#]].assert_eq(&asked(
        None,
        r#"
if "a" in {e["name"] for e in inspector.get_enums(schema="public")}:
    op.execute("DROP TYPE a")
if any(e["name"] == "b" for e in inspector.get_enums()):
    op.execute("DROP TYPE b")
if not [e for e in inspector.get_enums() if e.get("name") == "c"]:
    op.execute("DROP TYPE c")
if next((e for e in inspector.get_enums() if "d" == e["name"]), None) is None:
    op.execute("DROP TYPE d")
if "e" in {e["name"]: e["labels"] for e in inspector.get_enums()}:
    op.execute("DROP TYPE e")
if "f" not in sorted(t for t in inspector.get_table_names()):
    op.execute("DROP TYPE f")
"#,
    ));
}

#[test]
fn what_a_file_asks_as_it_is_loaded() {
    expect![[r#"
        8: DO $alembic$ BEGIN IF … THEN CREATE TYPE a AS ENUM ('x') ; END IF; END $alembic$
    "#]]
    .assert_eq(&told(
        r#"
from alembic import op
import sqlalchemy as sa

TABLES = sa.inspect(op.get_bind()).get_table_names()

def upgrade():
    if "t" not in TABLES:
        op.execute("CREATE TYPE a AS ENUM ('x')")
"#,
    ));
}

#[test]
fn a_column_twice() {
    let body = r#"op.create_table("t", sa.Column("a", sa.Integer), sa.Column("a", sa.Enum("x", name="m")))"#;
    expect![[r#"
        9: DO $alembic$ BEGIN RAISE EXCEPTION USING MESSAGE = 'SQLAlchemy refuses this before it sends anything (from 2.0): column "a" is in the table "t" twice'; END $alembic$
    "#]].assert_eq(&asked(Some((2, 0)), body));
    for version in [None, Some((1, 4))] {
        expect![[r#"
            9: ? the columns of this table are not all known
        "#]]
        .assert_eq(&asked(version, body));
    }
}

#[test]
fn an_early_return_before_what_changes_the_answer() {
    expect![[r#"
        10: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 't') OR EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = current_schema() AND matviewname = 't') THEN ELSE CREATE TABLE t (a INTEGER) ; END IF; END $alembic$
    "#]].assert_eq(&asked(
        Some((2, 0)),
        r#"
if inspector.has_table("t"):
    return
op.create_table("t", sa.Column("a", sa.Integer))
if inspector.has_table("t"):
    op.execute("never")
"#,
    ));
}

#[test]
fn a_table_with_an_enum_behind_an_early_return() {
    expect![[r#"
        12: DO $alembic$ BEGIN IF NOT (EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 't')) THEN CREATE TYPE mood AS ENUM ('x') ; END IF; END $alembic$ (once: .mood)
        10: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 't') THEN ELSE CREATE TABLE t (a mood) ; ALTER TYPE mood ADD VALUE 'y' ; END IF; END $alembic$
    "#]].assert_eq(&asked(
        None,
        r#"
if "t" in inspector.get_table_names():
    return
op.create_table("t", sa.Column("a", sa.Enum("x", name="mood")))
op.execute("ALTER TYPE mood ADD VALUE 'y'")
"#,
    ));
}
