//! Models as people write them, each with what it is mapped to.

use std::fmt::Write;
use std::fs;

use expect_test::{Expect, expect};

use crate::{Options, Type};

/// What these files have, a line for each model and for each column: the names, `?` for what is not known, and the type.
pub(super) fn told_of(options: &Options, files: &[(&str, &str)]) -> String {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join(".git")).unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let models = options.models(root.path());
    let mut told = String::new();
    for model in &models.models {
        let table = match &model.table {
            Ok(table) => match &table.schema {
                Some(schema) => format!("{schema}.{}", table.name),
                None => table.name.clone(),
            },
            Err(why) => format!("? {why}"),
        };
        let external = if model.is_external { ", external" } else { "" };
        writeln!(told, "{}:{} {table}{external}", model.name, model.at.line()).unwrap();
        for column in &model.columns {
            let null = match column.nullable {
                Some(true) => "",
                Some(false) => " NOT NULL",
                None => " NULL?",
            };
            let ty = match &column.ty {
                Type::Sql(sql) => sql.clone(),
                Type::Unknown => "?".to_owned(),
                Type::Enum { of, is_array } => {
                    let labels = of.labels.as_ref().map_or("?".to_owned(), |labels| {
                        let labels: Vec<&str> = labels.iter().map(|label| &*label.text).collect();
                        labels.join(" ")
                    });
                    let schema =
                        of.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
                    let array = if *is_array { "[]" } else { "" };
                    format!("{schema}{}{array} ({labels})", of.name)
                }
            };
            let default = column.server_default.as_ref().map(|it| format!(" DEFAULT {it}"));
            let default = default.unwrap_or_default();
            writeln!(told, "  {} {}: {ty}{null}{default}", column.at.line(), column.name).unwrap();
        }
    }
    for target in &models.targets {
        let filtered = if target.is_filtered { ", filtered" } else { "" };
        writeln!(told, "env.py: {:?}{filtered}", target.metadata).unwrap();
    }
    for (path, why) in &models.not_read {
        writeln!(told, "{}: {why}", path.file_name().unwrap().to_string_lossy()).unwrap();
    }
    told
}

#[track_caller]
fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&told_of(&Options::default(), &[("models.py", text)]));
}

const HEAD: &str = "import enum\nimport uuid\nfrom datetime import datetime\nfrom typing import Annotated, ClassVar, Literal, Optional\n\
    import sqlalchemy as sa\nfrom sqlalchemy import Enum\nfrom sqlalchemy.dialects import postgresql\n\
    from sqlalchemy.orm import (DeclarativeBase, Mapped, declarative_base, declared_attr, deferred, mapped_column, relationship)\n";

/// With imports, a base and an enum before it: 14 lines.
fn with_base(text: &str) -> String {
    format!(
        "{HEAD}\nclass Base(DeclarativeBase): ...\nclass Mood(str, enum.Enum):\n    SAD = \"sad\"\n    HAPPY = \"happy\"\n{text}"
    )
}

#[test]
fn columns_and_annotations() {
    let text = with_base(
        r#"
class Day(Base):
    __tablename__ = "days"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[uuid.UUID]
    mood: Mapped[Mood]
    last: Mapped[Optional[Mood]]
    next: Mapped["Mood | None"] = mapped_column("next_mood", server_default="SAD")
    note: Mapped[str | None] = mapped_column(sa.String(30), nullable=False)
    old = sa.Column(sa.Text)
    given = sa.Column("is_given", sa.Boolean, nullable=False)
    late = deferred(sa.Column(sa.Date))
    moods = sa.Column(postgresql.ARRAY(Enum(Mood, name="mood_kind")))
    kind: Mapped[Literal["a", "b"]]
    what: Mapped[Unheard]
    friends: Mapped[list["Day"]] = relationship()
    COUNT: ClassVar[int] = 3
    owner_id = sa.Column(sa.ForeignKey("users.id"))
"#,
    );
    check(
        &text,
        &expect![[r#"
        models.Day:15 days
          17 id: INTEGER NOT NULL
          18 key: UUID NOT NULL
          19 mood: mood (SAD HAPPY) NOT NULL
          20 last: mood (SAD HAPPY)
          21 next_mood: mood (SAD HAPPY) DEFAULT SAD
          22 note: VARCHAR(30) NOT NULL
          23 old: TEXT
          24 is_given: BOOLEAN NOT NULL
          25 late: DATE
          26 moods: mood_kind[] (SAD HAPPY)
          27 kind: ? NOT NULL
          28 what: ? NOT NULL
          31 owner_id: ?
    "#]],
    );
}

#[test]
fn enums() {
    let text = with_base(
        r#"
def values(cls):
    return [member.value for member in cls]

class Day(Base):
    __tablename__ = "days"
    id = sa.Column(sa.Integer, primary_key=True)
    a = sa.Column(Enum(Mood))
    b = sa.Column(Enum(Mood, name="b", values_callable=values))
    c = sa.Column(Enum(Mood, values_callable=lambda e: [m.value for m in e]), server_default=Mood.SAD.value)
    d = sa.Column(Enum("x", "y", name="d", schema="app"))
    e = sa.Column(postgresql.ENUM(Mood, name="e", create_type=False))
    f = sa.Column(Enum(Mood, native_enum=False))
    g = sa.Column(Enum(Mood, name="g", values_callable=unheard))
    h = sa.Column(Enum(*values(Mood), name="h"), server_default=sa.text("'sad'::h"))
    i = sa.Column(Enum("x", "y"))
"#,
    );
    check(
        &text,
        &expect![[r#"
        models.Day:18 days
          20 id: INTEGER NOT NULL
          21 a: mood (SAD HAPPY)
          22 b: b (sad happy)
          23 c: mood (sad happy) DEFAULT sad
          24 d: app.d (x y)
          25 e: e (SAD HAPPY)
          26 f: VARCHAR(5)
          27 g: g (?)
          28 h: h (sad happy) DEFAULT sad
          29 i: ?
    "#]],
    );
}

#[test]
fn mixins_and_bases() {
    let text = with_base(
        r#"
class Stamped:
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    note = sa.Column(sa.Text)

    @declared_attr
    def owner_id(cls) -> Mapped[int]:
        return mapped_column(sa.Integer, sa.ForeignKey("users.id"))

class Named(Base):
    __abstract__ = True
    name: Mapped[str]

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower() + "s"

class User(Stamped, Named):
    id: Mapped[int] = mapped_column(primary_key=True)
    note = None

class Animal(Base):
    __tablename__ = "animals"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind"}

class Cat(Animal):
    lives: Mapped[int]

class Dog(Animal):
    __tablename__ = "dogs"
    id: Mapped[int] = mapped_column(sa.ForeignKey("animals.id"), primary_key=True)
    tricks: Mapped[int]

class Fish(Animal):
    pass

class Plain:
    __tablename__ = "no_model"
    id = sa.Column(sa.Integer)
"#,
    );
    check(
        &text,
        &expect![[r#"
            models.User:31 users
              32 id: INTEGER NOT NULL
              16 created_at: TIMESTAMP WITH TIME ZONE NOT NULL
              20 owner_id: INTEGER NOT NULL
              25 name: VARCHAR NOT NULL
            models.Animal:35 animals
              37 id: INTEGER NOT NULL
              38 kind: VARCHAR NOT NULL
            models.Cat:41 animals
              42 lives: INTEGER NOT NULL
            models.Dog:44 dogs
              46 id: ? NOT NULL
              47 tricks: INTEGER NOT NULL
        "#]],
    );
}

#[test]
fn names_that_are_computed() {
    let text = with_base(
        r#"
import re

PATTERN = re.compile(r"(?<!^)(?=[A-Z])")

class Snake(Base):
    __abstract__ = True

    @declared_attr.directive
    def __tablename__(cls):
        return PATTERN.sub("_", cls.__name__).lower()

class TwoSteps(Base):
    __abstract__ = True

    @declared_attr
    def __tablename__(cls):
        name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", cls.__name__)
        return re.sub("([a-z0-9])([A-Z])", r"\1_\2", name).lower()

class Split(Base):
    __abstract__ = True

    @declared_attr
    def __tablename__(cls):
        return "_".join([part.lower() for part in re.split("(?=[A-Z])", cls.__name__) if part])

class UserGroup(Snake):
    id: Mapped[int] = mapped_column(primary_key=True)

class HTTPLog2(TwoSteps):
    id: Mapped[int] = mapped_column(primary_key=True)

class DayOff(Split):
    id: Mapped[int] = mapped_column(primary_key=True)
"#,
    );
    check(
        &text,
        &expect![[r#"
        models.UserGroup:41 user_group
          42 id: INTEGER NOT NULL
        models.HTTPLog2:44 http_log2
          45 id: INTEGER NOT NULL
        models.DayOff:47 day_off
          48 id: INTEGER NOT NULL
    "#]],
    );
}

#[test]
fn tables_and_schemas() {
    let text = format!(
        "{HEAD}{}",
        r#"
metadata = sa.MetaData(schema="app")
Base = declarative_base(metadata=metadata)

friends = sa.Table(
    "friends",
    metadata,
    sa.Column("a", sa.Integer, sa.ForeignKey("users.id")),
    sa.Column("b", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("a", "b"),
    schema="other",
)

class User(Base):
    __table_args__ = (sa.UniqueConstraint("name"), {"schema": "own"})
    __tablename__ = "users"
    name = sa.Column(sa.String, primary_key=True)

class Log(Base):
    __tablename__ = "logs"
    __table_args__ = {"info": {"skip_autogenerate": True}}
    at = sa.Column(sa.DateTime, primary_key=True)

class Unknown(Base):
    __tablename__ = "unknown"
    __table_args__ = args_of(friends)
    at = sa.Column(sa.DateTime, primary_key=True)

class Mapped_(Base):
    __table__ = sa.Table("mapped", metadata, sa.Column("x", sa.Integer, primary_key=True))
"#
    );
    check(
        &text,
        &expect![[r#"
            models.friends:13 other.friends
              13 a: INTEGER NULL?
              13 b: INTEGER NOT NULL
            models.User:22 own.users
              25 name: VARCHAR NOT NULL
            models.Log:27 app.logs, external
              30 at: TIMESTAMP WITHOUT TIME ZONE NOT NULL
            models.Unknown:32 ? the schema of its table is not known
              35 at: TIMESTAMP WITHOUT TIME ZONE NOT NULL
            models.Mapped_:37 app.mapped
              37 x: INTEGER NOT NULL
        "#]],
    );
}

#[test]
fn maps_of_types() {
    let text = format!(
        "{HEAD}{}",
        r#"
key = Annotated[int, mapped_column(primary_key=True)]
name = Annotated[str, 30]

class Mood(enum.Enum):
    SAD = "sad"

class Base(DeclarativeBase):
    type_annotation_map = {
        datetime: sa.DateTime(timezone=True),
        enum.Enum: Enum(enum.Enum, values_callable=lambda e: [m.value for m in e]),
        name: sa.String(30),
        dict[str, int]: postgresql.JSONB,
    }

class Day(Base):
    __tablename__ = "days"
    id: Mapped[key]
    at: Mapped[datetime]
    mood: Mapped[Mood | None]
    name: Mapped[name]
    more: Mapped[dict[str, int]]
"#
    );
    check(
        &text,
        &expect![[r#"
        models.Day:24 days
          26 id: INTEGER NOT NULL
          27 at: TIMESTAMP WITH TIME ZONE NOT NULL
          28 mood: mood (sad)
          29 name: VARCHAR(30) NOT NULL
          30 more: JSONB NOT NULL
    "#]],
    );
}

#[test]
fn what_env_py_compares() {
    let base = "from sqlalchemy.orm import DeclarativeBase\nfrom sqlalchemy import MetaData\n\
                class Base(DeclarativeBase): ...\nclass Other(DeclarativeBase):\n    metadata = MetaData()\n";
    let models = "from sqlalchemy.orm import Mapped, mapped_column\nfrom app.base import Base, Other\n\
                  class A(Base):\n    __tablename__ = 'a'\n    id: Mapped[int] = mapped_column(primary_key=True)\n\
                  class B(Other):\n    __tablename__ = 'b'\n    id: Mapped[int] = mapped_column(primary_key=True)\n";
    let env = "from alembic import context\nfrom app.base import Other\ntarget_metadata = Other.metadata\n\
               context.configure(include_object=skip)\n";
    let computed = "from alembic import context\ntarget_metadata = current_app.db.metadata\n";
    let revision =
        "down_revision = None\nclass C(Base):\n    __tablename__ = 'c'\ndef upgrade(): ...\n";
    let files = [
        ("app/__init__.py", ""),
        ("app/base.py", base),
        ("app/models.py", models),
        ("app/tests/models.py", models),
        ("alembic/env.py", env),
        ("alembic/versions/a1.py", revision),
        ("old/env.py", computed),
    ];
    expect![[r#"
        app.models.A:3 a
          5 id: INTEGER NOT NULL
        app.models.B:6 b
          8 id: INTEGER NOT NULL
        env.py: Some([1]), filtered
        env.py: None
    "#]]
    .assert_eq(&told_of(&Options::default(), &files));
}

#[test]
fn what_does_not_end() {
    let text = with_base(
        "\nclass A(Base):\n    __tablename__ = 'a'\n    id: Mapped[int] = mapped_column(primary_key=True)\n\
         while True:\n    x = 1\nclass B(B):\n    __tablename__ = 'b'\nclass C(Base):\n    __tablename__ = f()\n\
         def f():\n    return f()\n",
    );
    let told = told_of(&Options::default(), &[("models.py", &text), ("bad.py", "x = Column(\n")]);
    expect![[r#"
        models.A:15 a
          17 id: INTEGER NOT NULL
        bad.py: it cannot be parsed as Python
        models.py: C does too much to be followed
    "#]]
    .assert_eq(&told);
}
