//! Values: strings and how they are put together, lists, loops, functions.

use expect_test::expect;

use super::{told, up};

#[test]
fn strings() {
    expect![[r#"
        9: "CREATE TYPE a AS ENUM ('x')"
        10: CREATE TYPE b AS ENUM ('x')
        11: CREATE TYPE c AS ENUM ("x")
        12: CREATE TYPE mood AS ENUM ('sad', 'happy')
        13: ALTER TYPE mood ADD VALUE 'calm'
        14: ALTER TYPE mood ADD VALUE 'a'
        15: ALTER TYPE mood ADD VALUE 'b'
        16: ALTER TYPE mood ADD VALUE 'c'
        17: ALTER TYPE mood ADD VALUE 'd'
        18: ALTER TYPE mood ADD VALUE 'e'
        19: ALTER TYPE mood ADD VALUE 'f'
        20: DROP TYPE a
    "#]]
    .assert_eq(&up(r#"
name = "mood"
labels = ("sad", "happy")
op.execute("CREATE TYPE a AS ENUM ('x')")
op.execute("CREATE TYPE b " "AS ENUM ('x')")
op.execute("CREATE TYPE c AS ENUM (\"x\")")
op.execute(f"CREATE TYPE {name} AS ENUM ({', '.join(repr(x) for x in labels)})")
op.execute("ALTER TYPE %s ADD VALUE '%s'" % (name, "calm"))
op.execute("ALTER TYPE %(t)s ADD VALUE 'a'" % {"t": name})
op.execute("ALTER TYPE {} ADD VALUE '{}'".format(name, "b"))
op.execute("ALTER TYPE {t} ADD VALUE 'c'".format(t=name))
op.execute("ALTER TYPE " + name + " ADD VALUE 'd'")
op.execute(f"ALTER TYPE {name!s} ADD VALUE {'e'!r}")
op.execute(sa.text(f"ALTER TYPE {name.upper().lower()} ADD VALUE 'f'"))
op.execute("""
    DROP TYPE a
""".strip())
"#));
}

#[test]
fn what_is_not_known_is_a_hole() {
    expect![[r#"
        9: ALTER TYPE ….mood ADD VALUE 'a'
        10: ALTER TYPE … ADD VALUE 'b'
        11: ALTER TYPE … ADD VALUE 'c'
        12: ALTER TYPE ….mood ADD VALUE 'd'
        13: ? what this sends is not known
        14: CREATE TYPE ….t AS ENUM ('x')
        14: CREATE TABLE ….t (a ….t)
        15: DO $alembic$ BEGIN IF … THEN ALTER TYPE mood ADD VALUE '…' ; END IF; END $alembic$
        18: ALTER TYPE mood ADD VALUE 'one'
        18: ALTER TYPE mood ADD VALUE 'two'
    "#]]
    .assert_eq(&up(r#"
import os
schema = os.environ["SCHEMA"]
op.execute(f"ALTER TYPE {schema}.mood ADD VALUE 'a'")
op.execute("ALTER TYPE {} ADD VALUE 'b'".format(schema))
op.execute("ALTER TYPE %s ADD VALUE 'c'" % schema)
op.execute("ALTER TYPE " + schema + ".mood ADD VALUE 'd'")
op.execute(schema)
op.create_table("t", sa.Column("a", sa.Enum("x", name="t", schema=schema)), schema=schema)
for label in {"one", "two"}:
    op.execute(f"ALTER TYPE mood ADD VALUE '{label}'")
for label in sorted({"two", "one"}):
    op.execute(f"ALTER TYPE mood ADD VALUE '{label}'")
"#));
}

#[test]
fn what_python_itself_gives_may_be_anything() {
    let body = "import pathlib\nop.execute(pathlib.Path('x.sql').read_text())\nop.execute(make_types())\n\
                op.execute(sa.text(pathlib.Path('x.sql').read_text()))\nop.execute(sa.update(t).values(a=1))";
    expect![[r#"
        8: ? what this sends is not known
        9: ? what this sends is not known
        10: ? what this sends is not known
    "#]]
    .assert_eq(&up(body));
}

#[test]
fn loops_over_what_is_known() {
    expect![[r#"
        9: DROP TABLE a
        9: DROP TABLE b
        14: ALTER TYPE x ADD VALUE '1'
        14: ALTER TYPE y ADD VALUE '3'
        16: ALTER TABLE a RENAME TO c
        16: ALTER TABLE b RENAME TO d
        18: DROP TABLE t0
        18: DROP TABLE t1
        21: DROP TABLE b, b, a
    "#]]
    .assert_eq(&told(
        r#"
from alembic import op

TABLES = ["a", "b"]
CHANGES = {"x": ["1", "2"], "y": ["3"]}

def upgrade():
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
    for name, labels in CHANGES.items():
        for at, label in enumerate(labels, 1):
            if at == 2:
                continue
            op.execute(f"ALTER TYPE {name} ADD VALUE '{label}'")
    for old, new in zip(TABLES, ["c", "d"]):
        op.rename_table(old, new)
    for number in range(2):
        op.execute("DROP TABLE t%d" % number)
    rest = [t for t in TABLES if t != "a"] + list(reversed(TABLES))
    first, *others = rest
    op.execute(f"DROP TABLE {first}, {', '.join(others)}")
    while rest[:1] == ["never"]:
        op.execute("DROP TABLE never")
"#,
    ));
}

#[test]
fn functions() {
    expect![[r#"
        7: ALTER TYPE mood ADD VALUE 'a' AFTER 'c'
        7: ALTER TYPE mood ADD VALUE 'b' AFTER 'c'
        18: DROP TYPE t2
        18: DROP TYPE t2
        24: DROP TYPE "Mood"
        25: ? what this call does is not known
    "#]]
    .assert_eq(&told(
        r#"
from alembic import op

def add(name, *labels, after=None, **more):
    for label in labels:
        place = f" AFTER '{after}'" if after else ""
        op.execute(f"ALTER TYPE {name} ADD VALUE '{label}'{place}")
    return len(labels)

def twice(f):
    def inner(*args):
        f(*args)
        f(*args)
    return inner

@twice
def drop(name):
    op.execute("DROP TYPE " + name)

def upgrade():
    count = add("mood", "a", "b", after="c")
    drop(f"t{count}")
    quoted = lambda x: f'"{x}"'
    op.execute("DROP TYPE " + quoted("Mood"))
    missing("mood")
"#,
    ));
}

#[test]
fn lists_that_change() {
    expect![[r#"
        15: CREATE TYPE mood AS ENUM ('a', 'c', 'x', 'y')
        18: CREATE TYPE other AS ENUM (…)
    "#]]
    .assert_eq(&told(
        r#"
from alembic import op
import sqlalchemy as sa

LABELS = ["a"]
LABELS.append("b")
LABELS += ["c"]
MORE = dict(x=1)
MORE["y"] = 2

def upgrade():
    labels = LABELS.copy()
    labels.extend(MORE)
    labels.remove("b")
    sa.Enum(*labels, name="mood").create(op.get_bind())
    if unknown:
        labels.append("d")
    sa.Enum(*labels, name="other").create(op.get_bind())
"#,
    ));
}

#[test]
fn parameters_of_text() {
    expect![[r#"
        8: INSERT INTO t VALUES ('x''y', 1)
        9: INSERT INTO t VALUES ('x')
        10: CREATE TYPE t AS ENUM (':a', 'b:c', 'd::e')
        11: "CREATE TYPE u AS ENUM (':a')"
        12: ? what the driver makes of `%` in this is not known
        13: DO $alembic$ BEGIN RAISE EXCEPTION USING MESSAGE = 'a value is required for bind parameter "one"'; END $alembic$
    "#]].assert_eq(&up(r#"
bind = op.get_bind()
bind.execute(sa.text("INSERT INTO t VALUES (:a, :b)"), {"a": "x'y", "b": 1})
bind.execute(sa.text("INSERT INTO t VALUES (:a)").bindparams(a="x"))
op.execute(r"CREATE TYPE t AS ENUM ('\:a', 'b:c', 'd::e')")
bind.exec_driver_sql("CREATE TYPE u AS ENUM (':a')")
bind.exec_driver_sql("CREATE TYPE u AS ENUM ('100%')")
op.execute("CREATE TYPE v AS ENUM (':one')")
op.execute("DROP TYPE v")
"#));
}

#[test]
fn formats_lists_and_matches() {
    expect![[r#"
        11: CREATE TYPE t0 AS ENUM ('v00', 'v01', 'a .')
        12: CREATE TYPE t1 AS ENUM ('b', 'a')
        13: CREATE TYPE t2 AS ENUM ('c', 'a', 'b', 'z')
        18: CREATE TYPE t3 AS ENUM ('q', 'r')
        21: "CREATE TYPE t4 AS ENUM ('x')"
        27: CREATE TYPE t5 AS ENUM ('l1', 'l2')
    "#]]
    .assert_eq(&up(r#"
from typing import Literal, get_args
Lit = Literal["l1", "l2"]
labels = [f"v{i:02d}" for i in range(2)] + [f"{'a':<3}."]
more = ["a", "b", "c"]
op.execute("CREATE TYPE t0 AS ENUM (" + ", ".join(f"'{x}'" for x in labels) + ")")
sa.Enum(*dict.fromkeys(["b", "a", "b"]), name="t1").create(op.get_bind())
sa.Enum(more.pop(), *[more.pop(0) for _ in range(2)], "z", name="t2").create(op.get_bind())
found = {}
found.setdefault("x", []).append("q")
found.update(y=["r"])
if len(found) == 2:
    sa.Enum(*found["x"], *found["y"], name="t3").create(op.get_bind())
match op.get_bind().dialect.name:
    case "postgresql" | "cockroachdb":
        op.execute("CREATE TYPE t4 AS ENUM ('x')")
    case _:
        op.execute("CREATE TYPE never AS ENUM ('x')")
match len(more):
    case 1:
        raise ValueError("one")
sa.Enum(*get_args(Lit), name="t5").create(op.get_bind())
"#));
}

#[test]
fn tuples_and_data_classes_have_their_fields() {
    expect![[r#"
        19: CREATE TYPE a AS ENUM ('x')
        19: CREATE TYPE b AS ENUM ('y')
        19: CREATE TYPE c AS ENUM ('z')
        19: CREATE TYPE d AS ENUM ('w')
    "#]]
    .assert_eq(&up(r#"
from collections import namedtuple
from dataclasses import dataclass
from typing import NamedTuple
One = namedtuple("One", ["name", "labels"])
class Two(NamedTuple):
    name: str
    labels: list
@dataclass(frozen=True)
class Three:
    name: str
    labels: tuple = ("z",)
for it in [One("a", ["x"]), Two("b", labels=["y"]), Three("c"), Three("d", ("w",))]:
    sa.Enum(*it.labels, name=it.name).create(op.get_bind())
"#));
}

#[test]
fn formats_and_fields_that_are_not_followed() {
    expect![[r#"
        10: CREATE TYPE t AS ENUM ('…', '…', '7 ', '007')
        27: DROP TYPE …
        27: DROP TYPE …
        27: DROP TYPE …
        27: DROP TYPE d
    "#]]
    .assert_eq(&up(r#"
import dataclasses
from dataclasses import dataclass, field
from typing import ClassVar
op.execute(f"CREATE TYPE t AS ENUM ('{7:<03}', '{7:>03}', '{7:<3}', '{7:03}')")
@dataclass
class One:
    count: ClassVar[int] = 0
    name: str
@dataclass
class Two:
    count: int = dataclasses.field(init=False)
    name: str = "two"
@dataclass
class Three:
    count: "ClassVar[int]" = 0
    name: "str" = "three"
@dataclass
class Four:
    name: "str"
for it in [One("a"), Two("b"), Three("c"), Four("d")]:
    op.execute(f"DROP TYPE {it.name}")
"#));
}

#[test]
fn methods_do_not_see_the_names_of_their_class() {
    expect![[r#"
        18: CREATE TYPE a AS ENUM ('sad', 'ok')
        19: CREATE TYPE mood AS ENUM ('sad', 'ok')
        28: CREATE TYPE b AS ENUM ('x')
    "#]]
    .assert_eq(&up(r#"
import enum
class Listed:
    @classmethod
    def list(cls):
        return list(map(lambda it: it.value, cls))
    @classmethod
    def values(cls, _=None):
        return [it.value for it in cls]
class Mood(str, Listed, enum.Enum):
    SAD = "sad"
    OK = "ok"
sa.Enum(*Mood.list(), name="a").create(op.get_bind())
sa.Enum(Mood, values_callable=Mood.values).create(op.get_bind())
def around():
    label = "x"
    class Inner:
        label = "y"
        @staticmethod
        def get():
            return label
    return Inner.get()
sa.Enum(around(), name="b").create(op.get_bind())
"#));
}
