//! Models of `SQLModel` and `Flask-SQLAlchemy`.

use expect_test::expect;

use super::models::told_of;
use crate::Options;

#[test]
fn sqlmodel() {
    let text = r#"
import enum
from datetime import datetime
from typing import ClassVar, List, Optional
from sqlalchemy import Column, Enum, String
from sqlmodel import Field, Relationship, SQLModel

class Mood(enum.Enum):
    SAD = "sad"

class Base(SQLModel):
    created_at: datetime = Field(default_factory=datetime.utcnow)

class DayOff(Base, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    mood: Mood
    last: Mood | None = None
    kind: Mood = Field(sa_column=Column(Enum(Mood, name="kind", values_callable=lambda e: [m.value for m in e])))
    note: str | None = Field(sa_column_kwargs={"server_default": "x", "nullable": False})
    big: str = Field(sa_type=String(9), nullable=True)
    friends: List["DayOff"] = Relationship(back_populates="x")
    LIMIT: ClassVar[int] = 3

class Read(Base):
    id: int
"#;
    let lock = ("requirements.txt", "sqlmodel==0.0.22\n");
    let told = told_of(&Options::default(), &[("models.py", text), lock]);
    expect![[r#"
        models.DayOff:14 dayoff
          15 id: INTEGER NOT NULL
          16 mood: mood (SAD) NOT NULL
          17 last: mood (SAD)
          18 kind: kind (sad)
          19 note: VARCHAR NOT NULL DEFAULT x
          20 big: VARCHAR(9)
          12 created_at: TIMESTAMP WITHOUT TIME ZONE NOT NULL
    "#]]
    .assert_eq(&told);
}

#[test]
fn an_enum_that_is_a_string_depends_on_the_version_of_sqlmodel() {
    let text = "from enum import Enum\nfrom sqlmodel import Field, SQLModel\n\nclass Mood(str, Enum):\n    SAD = \"sad\"\n\n\
                class Day(SQLModel, table=True):\n    mood: Mood = Field(primary_key=True)\n";
    let mut told = String::new();
    for required in ["sqlmodel==0.0.8\n", "sqlmodel>=0.0.14\n", ""] {
        told += required;
        let files = [("models.py", text), ("requirements.txt", required)];
        told += &told_of(&Options::default(), &files);
    }
    expect![[r#"
        sqlmodel==0.0.8
        models.Day:7 day
          8 mood: VARCHAR NOT NULL
        sqlmodel>=0.0.14
        models.Day:7 day
          8 mood: mood (SAD) NOT NULL
        models.Day:7 day
          8 mood: mood (SAD) NOT NULL
    "#]]
    .assert_eq(&told);
}

#[test]
fn flask_sqlalchemy() {
    let db = "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n";
    let models = r#"
from enum import Enum
from app import db

class Mood(Enum):
    SAD = 1

tags = db.Table("tags", db.Column("a", db.Integer, primary_key=True))

class UserGroup(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    mood = db.Column(db.Enum(Mood), nullable=False)

class Elsewhere(db.Model):
    __bind_key__ = "other"
    id = db.Column(db.Integer, primary_key=True)
"#;
    let told = told_of(&Options::default(), &[("app/__init__.py", db), ("app/models.py", models)]);
    expect![[r#"
        app.models.tags:8 tags
          8 a: INTEGER NOT NULL
        app.models.UserGroup:10 user_group
          11 id: INTEGER NOT NULL
          12 mood: mood (SAD) NOT NULL
        app.models.Elsewhere:14 elsewhere, external
          16 id: INTEGER NOT NULL
    "#]]
    .assert_eq(&told);
}
