//! Enum types, and when they are made.

use expect_test::expect;

use super::{revision, told, told_of, up};
use crate::Options;

#[test]
fn a_table_makes_the_types_of_its_columns() {
    expect![[r#"
        7: CREATE TYPE generic AS ENUM ('x', 'it''s') (once: .generic)
        7: CREATE TYPE own AS ENUM ('x') (once: .own)
        7: DO $alembic$ BEGIN PERFORM 'not_made'::regtype; END $alembic$
        7: CREATE TYPE ignored AS ENUM ('x') (once: .ignored)
        7: CREATE TYPE item AS ENUM ('x') (once: .item)
        7: CREATE TYPE app.in_app AS ENUM ('x') (once: app.in_app)
        7: CREATE TYPE s.inherits AS ENUM ('x') (once: s.inherits)
        7: DO $alembic$ BEGIN PERFORM 'of_metadata'::regtype; END $alembic$
        7: CREATE TABLE s.t (a generic, b own, c not_made, d ignored, e VARCHAR(4), f VARCHAR(1) CONSTRAINT checked CHECK (f IN ('x')), g item[], h app.in_app, i s.inherits, j of_metadata)
        20: DO $alembic$ BEGIN PERFORM 'never_made'::regtype; END $alembic$
        20: ALTER TABLE t ADD COLUMN z never_made
        21: DO $alembic$ BEGIN PERFORM 'never_made_either'::regtype; END $alembic$
        21: ALTER TABLE t ALTER COLUMN z TYPE never_made_either USING z::text::x
        22: DROP TABLE t
    "#]].assert_eq(&up(r#"
op.create_table("t",
    sa.Column("a", sa.Enum("x", "it's", name="generic")),
    sa.Column("b", postgresql.ENUM("x", name="own")),
    sa.Column("c", postgresql.ENUM("x", name="not_made", create_type=False)),
    sa.Column("d", sa.Enum("x", name="ignored", create_type=False)),
    sa.Column("e", sa.Enum("x", "long", name="text", native_enum=False)),
    sa.Column("f", sa.Enum("x", name="checked", native_enum=False, create_constraint=True)),
    sa.Column("g", postgresql.ARRAY(sa.Enum("x", name="item"))),
    sa.Column("h", sa.Enum("x", name="in_app", schema="app")),
    sa.Column("i", sa.Enum("x", name="inherits", inherit_schema=True)),
    sa.Column("j", sa.Enum("x", name="of_metadata", metadata=sa.MetaData())),
    schema="s",
)
op.add_column("t", sa.Column("z", sa.Enum("x", name="never_made")))
op.alter_column("t", "z", type_=sa.Enum("y", name="never_made_either"), postgresql_using="z::text::x")
op.drop_table("t")
"#));
}

#[test]
fn create_type_of_the_generic_enum_counts_from_2_1() {
    let text = revision(
        r#"op.create_table("t", sa.Column("d", sa.Enum("x", name="mood", create_type=False)))"#,
    );
    let told = |sqlalchemy| {
        told_of(&Options { sqlalchemy, ..Options::default() }, &[("versions/a1.py", &text)], false)
    };
    expect![[r#"
        7: CREATE TYPE mood AS ENUM ('x') (once: .mood)
        7: CREATE TABLE t (d mood)
    "#]]
    .assert_eq(&told((1, 4)));
    expect![[r#"
        7: DO $alembic$ BEGIN PERFORM 'mood'::regtype; END $alembic$
        7: CREATE TABLE t (d mood)
    "#]]
    .assert_eq(&told((2, 1)));
}

#[test]
fn a_table_of_the_orm() {
    let text = revision(
        r#"
t = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Enum("x", name="mood")))
t.create(op.get_bind())
"#,
    );
    let told = |sqlalchemy| {
        told_of(&Options { sqlalchemy, ..Options::default() }, &[("versions/a1.py", &text)], false)
    };
    expect![[r#"
        8: CREATE TYPE mood AS ENUM ('x')
        8: CREATE TABLE t (a mood)
    "#]]
    .assert_eq(&told((2, 0)));
    expect![[r#"
        8: DO $alembic$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'mood' AND pg_catalog.pg_type_is_visible(t.oid) AND n.nspname <> 'pg_catalog') THEN CREATE TYPE mood AS ENUM ('x'); END IF; END $alembic$
        8: CREATE TABLE t (a mood)
    "#]].assert_eq(&told((2, 1)));
}

#[test]
fn created_and_dropped_by_themselves() {
    expect![[r#"
        9: CREATE TYPE generic AS ENUM ('x')
        10: DO $alembic$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'generic' AND pg_catalog.pg_type_is_visible(t.oid) AND n.nspname <> 'pg_catalog') THEN CREATE TYPE generic AS ENUM ('x'); END IF; END $alembic$
        12: DO $alembic$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'own' AND n.nspname = 'app') THEN CREATE TYPE app.own AS ENUM ('x'); END IF; END $alembic$
        13: CREATE TYPE app.own AS ENUM ('x')
        14: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'own' AND n.nspname = 'app') THEN DROP TYPE app.own; END IF; END $alembic$
        15: DROP TYPE generic
    "#]].assert_eq(&up(r#"
bind = op.get_bind()
generic = sa.Enum("x", name="generic")
generic.create(bind)
generic.create(bind, checkfirst=True)
own = postgresql.ENUM("x", name="own", create_type=False, schema="app")
own.create(bind)
own.create(bind, checkfirst=False)
own.drop(bind)
sa.Enum(name="generic").drop(bind)
sa.Enum("x", name="text", native_enum=False).create(bind)
"#));
}

#[test]
fn labels_of_classes() {
    expect![[r#"
        31: CREATE TYPE mood AS ENUM ('SAD', 'HAPPY')
        32: CREATE TYPE by_value AS ENUM ('sad', 'happy')
        33: CREATE TYPE "values" AS ENUM ('sad', 'happy')
        34: CREATE TYPE names AS ENUM ('SAD', 'HAPPY', 'BLUE')
        35: CREATE TYPE names AS ENUM ('SAD', 'HAPPY')
        36: CREATE TYPE members AS ENUM ('sad', 'happy')
        37: CREATE TYPE size AS ENUM ('BIG')
        38: CREATE TYPE named AS ENUM ('one')
        39: CREATE TYPE heir AS ENUM ('A')
        40: CREATE TYPE made AS ENUM ('X', 'Y')
        41: ALTER TYPE mood ADD VALUE 'sad'
        42: ALTER TYPE mood ADD VALUE 'HAPPY'
        43: ALTER TYPE mood ADD VALUE 'big'
        44: ALTER TYPE mood ADD VALUE '…'
        45: ALTER TABLE t ALTER COLUMN mood SET DEFAULT 'happy'
        46: ALTER TABLE t ALTER COLUMN mood SET DEFAULT 'happy'
    "#]]
    .assert_eq(&told(
        r#"
import enum
from enum import Enum, StrEnum, auto
from alembic import op
import sqlalchemy as sa

class Mood(str, enum.Enum):
    SAD = "sad"
    HAPPY = "happy"
    BLUE = "sad"

class Size(StrEnum):
    BIG = auto()

class Named(Enum):
    def _generate_next_value_(name, start, count, last):
        return name.lower()
    ONE = auto()

class Base(str, Enum):
    def __str__(self):
        return self.value

class Heir(Base):
    A = "a"

Made = Enum("Made", ["X", "Y"])

def upgrade():
    bind = op.get_bind()
    sa.Enum(Mood).create(bind)
    sa.Enum(Mood, name="by_value", values_callable=lambda c: [m.value for m in c]).create(bind)
    sa.Enum(*[m.value for m in Mood], name="values").create(bind)
    sa.Enum(*Mood.__members__, name="names").create(bind)
    sa.Enum(*[m.name for m in Mood], name="names").create(bind)
    sa.Enum(*(m for m in Mood), name="members").create(bind)
    sa.Enum(Size).create(bind)
    sa.Enum(Named, values_callable=lambda c: [m.value for m in c]).create(bind)
    sa.Enum(Heir).create(bind)
    sa.Enum(Made).create(bind)
    op.execute(f"ALTER TYPE mood ADD VALUE '{Mood.SAD.value}'")
    op.execute(f"ALTER TYPE mood ADD VALUE '{Mood['HAPPY'].name}'")
    op.execute(f"ALTER TYPE mood ADD VALUE '{Size.BIG}'")
    op.execute(f"ALTER TYPE mood ADD VALUE '{Mood.SAD}'")
    op.alter_column("t", "mood", server_default=Mood.HAPPY)
    op.alter_column("t", "mood", server_default=Mood.HAPPY.value)
"#,
    ));
}

#[test]
fn labels_that_are_not_known() {
    expect![[r#"
        7: CREATE TYPE mood AS ENUM (…)
        8: CREATE TYPE other AS ENUM (…) (once: .other)
        8: CREATE TABLE t (a other)
    "#]]
    .assert_eq(&told(
        r#"
from alembic import op
import sqlalchemy as sa
from app.models import Mood

def upgrade():
    sa.Enum(Mood, name="mood").create(op.get_bind())
    op.create_table("t", sa.Column("a", sa.Enum(*labels(), name="other")))
"#,
    ));
}

#[test]
fn a_type_without_a_name_fails() {
    expect![[r#"
        7: DO $alembic$ BEGIN RAISE EXCEPTION USING MESSAGE = 'a type of PostgreSQL requires a name'; END $alembic$
        7: CREATE TABLE t (a …)
    "#]].assert_eq(&up(r#"op.create_table("t", sa.Column("a", sa.Enum("x", "y")))"#));
}

#[test]
fn types_that_decorate() {
    expect![[r#"
        17: CREATE TYPE mood AS ENUM ('sad') (once: .mood)
        17: CREATE TABLE t (a VARCHAR(50), b mood, c …, d VARCHAR(9), e JSONB)
    "#]]
    .assert_eq(&told(
        r#"
from alembic import op
import sqlalchemy as sa
import sqlmodel
from sqlalchemy.types import TypeDecorator

class Mail(TypeDecorator):
    impl = sa.String

class Mood(TypeDecorator):
    impl = sa.Enum("sad", name="mood")

class Odd(sa.types.UserDefinedType):
    pass

def upgrade():
    op.create_table("t",
        sa.Column("a", Mail(50)),
        sa.Column("b", Mood()),
        sa.Column("c", Odd()),
        sa.Column("d", sqlmodel.sql.sqltypes.AutoString(length=9)),
        sa.Column("e", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")),
    )
"#,
    ));
}

#[test]
fn a_variant_is_a_copy_that_loses_create_type() {
    let text = revision(
        "op.create_table('t', sa.Column('a', sa.Enum('x', name='mood', create_type=False).with_variant(sa.Text(), 'sqlite')))",
    );
    let told = told_of(
        &Options { sqlalchemy: (2, 1), ..Options::default() },
        &[("versions/a1.py", &text)],
        false,
    );
    assert!(told.contains("CREATE TYPE mood"), "{told}");
}

/// `omit_aliases` is true from 2.0 on.
#[test]
fn aliases_by_version() {
    let text = "from alembic import op\nimport enum\nimport sqlalchemy as sa\n\nclass Mood(enum.Enum):\n    SAD = 1\n    OK = 2\n    \
        BLUE = 1\n\ndef upgrade():\n    sa.Enum(Mood).create(op.get_bind())\n    \
        sa.Enum(Mood, name='other', omit_aliases=False).create(op.get_bind())\n";
    let labels = |sqlalchemy| {
        let options = Options { sqlalchemy, ..Options::default() };
        told_of(&options, &[("versions/a1.py", text)], false)
    };
    let other = "12: CREATE TYPE other AS ENUM ('SAD', 'OK', 'BLUE')\n";
    let (all, few) = ("('SAD', 'OK', 'BLUE')", "('SAD', 'OK')");
    assert_eq!(labels((1, 4)), format!("11: CREATE TYPE mood AS ENUM {all}\n{other}"));
    assert_eq!(labels((2, 0)), format!("11: CREATE TYPE mood AS ENUM {few}\n{other}"));
}

/// `auto()` has its value from when it is first assigned (`Lib/enum.py`, `EnumDict.__setitem__`).
#[test]
fn aliases_of_auto() {
    let text = "from alembic import op\nimport sqlalchemy as sa\nfrom enum import Enum, StrEnum, auto\n\
        same = auto()\n\
        class Mood(Enum):\n    new = auto()\n    old = auto()\n    former = old\n    last = auto()\n\
        class Text(StrEnum):\n    a = auto()\n    b = a\n    c = same\n    d = same\n\
        def upgrade():\n    sa.Enum(Mood).create(op.get_bind())\n    sa.Enum(Text).create(op.get_bind())\n    \
        sa.Enum(*Mood.__members__, name='all').create(op.get_bind())\n    \
        op.execute('SELECT ' + repr(Mood.former.name) + repr(Text.d.value))\n";
    expect![[r#"
        16: CREATE TYPE mood AS ENUM ('new', 'old', 'last')
        17: CREATE TYPE text AS ENUM ('a', 'c')
        18: CREATE TYPE "all" AS ENUM ('new', 'old', 'former', 'last')
        19: SELECT 'old''c'
    "#]]
    .assert_eq(&told(text));
}

/// `Lib/enum.py`: `_is_sunder`, `_is_dunder`, `_is_private`.
#[test]
fn members_that_begin_with_an_underscore() {
    let text = "from alembic import op\nimport sqlalchemy as sa\nfrom enum import Enum\n\
        class Mood(Enum):\n    _order_ = 'sad'\n    __doc__ = 'x'\n    __own = 1\n    __own_ = 2\n    \
        _kept = 5\n    sad_ = 6\n    _ = 7\n    __ = 8\n\
        def upgrade():\n    sa.Enum(Mood).create(op.get_bind())\n    \
        sa.Enum(*Mood.__members__, name='all').create(op.get_bind())\n";
    expect![[r#"
        14: CREATE TYPE mood AS ENUM ('_kept', 'sad_', '_', '__')
        15: CREATE TYPE "all" AS ENUM ('_kept', 'sad_', '_', '__')
    "#]]
    .assert_eq(&told(text));
}
