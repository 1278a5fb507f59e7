//! Names of constraints and indexes under a naming convention. What is expected is what Alembic sends: 1.20 with `SQLAlchemy` 2.0.58
//! and 2.1.9, and 1.19 with 1.4.54.

use std::fs;

use expect_test::{Expect, expect};

use super::{revision, told_of};
use crate::Options;

const CONVENTION: &str = r#"{
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}"#;

/// A project whose `env.py` passes `target`, which is of a module with this text.
fn project(base: &str, target: &str) -> (tempfile::TempDir, Options) {
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("alembic.ini", "[alembic]\nscript_location = alembic\n");
    write("shop/__init__.py", "");
    write("shop/base.py", base);
    write(
        "alembic/env.py",
        &format!(
            "from alembic import context\nfrom shop import base\n\n\
             def run():\n    context.configure(url='', target_metadata={target})\n"
        ),
    );
    fs::create_dir_all(root.path().join("alembic/versions")).unwrap();
    let options = Options::of_project(&root.path().join("alembic/versions"));
    (root, options)
}

fn with(convention: &str) -> Options {
    let base = format!(
        "import sqlalchemy as sa\nmetadata = sa.MetaData(naming_convention={convention})\n"
    );
    let (_root, options) = project(&base, "base.metadata");
    // It is looked for while the files are there.
    let _ = options.convention.get();
    options
}

#[track_caller]
fn check(options: &Options, body: &str, expected: &Expect) {
    expected.assert_eq(&told_of(options, &[("versions/a1.py", &revision(body))], false));
}

#[test]
fn a_table() {
    check(
        &with(CONVENTION),
        r#"
op.create_table(
    "day",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mood", sa.Enum("sad", "happy", name="mood", native_enum=False, create_constraint=True)),
    sa.Column("user", sa.ForeignKey("users.id"), index=True),
    sa.Column("code", sa.Text, sa.CheckConstraint("code <> ''", name="code"), unique=True),
    sa.CheckConstraint("id > 0", name="positive"),
    sa.CheckConstraint("id > 1", name=op.f("ck_final")),
    sa.UniqueConstraint("mood", "user"),
    sa.UniqueConstraint("id", "user", name="given"),
    schema="app",
)
"#,
        &expect![[r#"
            7: CREATE TABLE app.day (id SERIAL NOT NULL, mood VARCHAR(5) CONSTRAINT ck_day_mood CHECK (mood IN ('sad', 'happy')), "user" …, code TEXT CONSTRAINT ck_day_code CHECK (code <> ''), CONSTRAINT pk_day PRIMARY KEY (id), CONSTRAINT ck_day_positive CHECK (id > 0), CONSTRAINT ck_final CHECK (id > 1), CONSTRAINT uq_day_mood_user UNIQUE (mood, "user"), CONSTRAINT given UNIQUE (id, "user"), CONSTRAINT fk_day_user_users FOREIGN KEY("user") REFERENCES users (id), CONSTRAINT uq_day_code UNIQUE (code))
            7: CREATE INDEX ix_app_day_user ON app.day ("user")
        "#]],
    );
}

#[test]
fn operations() {
    check(
        &with(CONVENTION),
        r#"
op.create_check_constraint("positive", "day", "id > 0")
op.create_check_constraint(op.f("ck_day_other"), "day", "id > 0")
op.create_unique_constraint(None, "day", ["a", "b"])
op.create_primary_key(None, "day", ["a"])
op.create_foreign_key(None, "day", "users", ["user"], ["id"])
op.create_index(None, "day", ["mood"])
op.create_index(op.f("ix_day_x"), "day", [sa.text("lower(x)")])
op.create_index(None, "day", [sa.text("lower(x)"), "y"])
op.drop_constraint("positive", "day", type_="check")
op.drop_constraint("ck_day_positive", "day")
op.drop_constraint(op.f("ck_day_other"), "day", type_="check")
op.drop_constraint("given", "day", type_="unique")
op.drop_constraint(None, "day", type_="primary")
op.drop_index("ix_day_mood", "day")
op.drop_index(None, "day")
op.drop_index(None)
op.execute(f"DROP INDEX {op.f('ix_day_x')}")
with op.batch_alter_table("day") as batch:
    batch.create_check_constraint("small", "id < 9")
    batch.drop_constraint("small", type_="check")
    batch.create_index(batch.f("ix_y"), ["y"])
op.add_column("day", sa.Column("kind", sa.Enum("a", name="kind", native_enum=False, create_constraint=True), unique=True))
op.alter_column("day", "kind", existing_type=sa.Enum("a", name="kind", native_enum=False, create_constraint=True),
                type_=sa.Enum("a", "b", name="kind", native_enum=False, create_constraint=True))
"#,
        &expect![[r#"
            7: ALTER TABLE day ADD CONSTRAINT ck_day_positive CHECK (id > 0)
            8: ALTER TABLE day ADD CONSTRAINT ck_day_other CHECK (id > 0)
            9: ALTER TABLE day ADD CONSTRAINT uq_day_a_b UNIQUE (a, b)
            10: ALTER TABLE day ADD CONSTRAINT pk_day PRIMARY KEY (a)
            11: ALTER TABLE day ADD CONSTRAINT fk_day_user_users FOREIGN KEY("user") REFERENCES users (id)
            12: CREATE INDEX ix_day_mood ON day (mood)
            13: CREATE INDEX ix_day_x ON day (lower(x))
            14: CREATE INDEX "ix_day_lower(x)" ON day (lower(x), y)
            15: ALTER TABLE day DROP CONSTRAINT ck_day_positive
            16: ALTER TABLE day DROP CONSTRAINT ck_day_positive
            17: ALTER TABLE day DROP CONSTRAINT ck_day_other
            18: ALTER TABLE day DROP CONSTRAINT given
            19: ALTER TABLE day DROP CONSTRAINT pk_day
            20: DROP INDEX ix_day_mood
            21: DROP INDEX ix_day_x
            22: DROP INDEX ix_no_table_x
            23: DROP INDEX ix_day_x
            25: ALTER TABLE day ADD CONSTRAINT ck_day_small CHECK (id < 9)
            26: ALTER TABLE day DROP CONSTRAINT ck_day_small
            27: CREATE INDEX ix_y ON day (y)
            28: ALTER TABLE day ADD COLUMN kind VARCHAR(1) CONSTRAINT ck_day_kind CHECK (kind IN ('a'))
            28: ALTER TABLE day ADD CONSTRAINT uq_day_kind UNIQUE (kind)
            29: ALTER TABLE day DROP CONSTRAINT ck_day_kind
            29: ALTER TABLE day ALTER COLUMN kind TYPE VARCHAR(1)
            29: ALTER TABLE day ADD CONSTRAINT ck_day_kind CHECK (kind IN ('a', 'b'))
        "#]],
    );
}

#[test]
fn long_names() {
    let long = "a_very_long_name_of_a_constraint_that_does_not_fit_into_a_name";
    check(
        &with(CONVENTION),
        &format!(
            "op.create_check_constraint(\"{long}\", \"day\", \"id > 0\")\nop.create_index(op.f(\"{long}_{long}\"), \"day\", [\"a\"])"
        ),
        &expect![[r#"
            7: ALTER TABLE day ADD CONSTRAINT ck_day_a_very_long_name_of_a_constraint_that_does_not_f_1373 CHECK (id > 0)
            8: CREATE INDEX a_very_long_name_of_a_constraint_that_does_not_fit_into_f049 ON day (a)
        "#]],
    );
    check(
        &Options::default(),
        &format!(
            "op.create_check_constraint(\"{long}_x\", \"day\", \"id > 0\")\nop.execute(\"SELECT 1\")"
        ),
        &expect![[r#"
            7: DO $alembic$ BEGIN RAISE EXCEPTION USING MESSAGE = 'the name `a_very_long_name_of_a_constraint_that_does_not_fit_into_a_name_x` is longer than 63 characters, which SQLAlchemy refuses'; END $alembic$
        "#]],
    );
}

#[test]
fn names_that_would_be_too_long() {
    let columns = "*[f'column_{i}' for i in range(5000)]";
    for convention in [
        format!("{{'uq': 'u' * {}}}", 5000),
        "{'uq': '%(column_0N_name)s' * 14000}".to_owned(),
        "{'uq': '%(column_0_N_label)s'}".to_owned(),
    ] {
        let body = format!("op.create_unique_constraint(None, 'day', [{columns}])");
        let told = told_of(&with(&convention), &[("versions/a1.py", &revision(&body))], false);
        assert!(told.starts_with("7: ALTER TABLE day ADD CONSTRAINT … UNIQUE ("), "{convention}");
    }
}

/// A key of two letters counts, and not a class; of a class from which others inherit, it is not known.
#[test]
fn keys_before_classes() {
    for (convention, expected) in [
        ("{sa.CheckConstraint: 'class_%(constraint_name)s'}", "class_x"),
        (
            "{sa.CheckConstraint: 'class_%(constraint_name)s', 'ck': 'key_%(constraint_name)s'}",
            "key_x",
        ),
        ("{sa.CheckConstraint: 'class_%(constraint_name)s', 'ck': None}", "x"),
        ("{'CheckConstraint': 'text_%(constraint_name)s'}", "x"),
        ("{sa.Constraint: 'any_%(constraint_name)s'}", "…"),
    ] {
        let base = format!(
            "import sqlalchemy as sa\nmetadata = sa.MetaData(naming_convention={convention})\n"
        );
        assert_eq!(check_of(&base, "base.metadata"), expected, "{convention}");
    }
}

#[test]
fn what_needs_a_name() {
    check(
        &with(CONVENTION),
        "op.create_table(\"day\", sa.Column(\"a\", sa.Enum(\"x\", native_enum=False, create_constraint=True)))",
        &expect![[r#"
            7: DO $alembic$ BEGIN RAISE EXCEPTION USING MESSAGE = 'the naming convention needs a name of this constraint, which has none'; END $alembic$
        "#]],
    );
    check(
        &with("{\"ck\": \"ck_%(table_name)s_%(column_0_name)s\"}"),
        "op.create_table(\"day\", sa.Column(\"a\", sa.Enum(\"x\", native_enum=False, create_constraint=True)), sa.Column(\"b\", sa.Integer))\n\
         op.create_check_constraint(None, \"day\", \"b > 0\")\n\
         op.create_check_constraint(None, \"day\", sa.column(\"b\") > 0)\n\
         op.create_index(None, \"day\", [\"b\"])",
        &expect![[r#"
            7: CREATE TABLE day (a VARCHAR(1) CONSTRAINT ck_day_a CHECK (a IN ('x')), b INTEGER)
            8: ALTER TABLE day ADD CONSTRAINT ck_day_ CHECK (b > 0)
            9: ALTER TABLE day ADD CONSTRAINT "ck_day_…" CHECK (…)
            10: DO $alembic$ BEGIN RAISE EXCEPTION USING MESSAGE = 'an index requires a name'; END $alembic$
        "#]],
    );
    check(
        &with("{\"uq\": \"uq_%(column_0_name)s_%(column_0_key)s_%(column_0N_label)s\"}"),
        "op.create_table(\"day\", sa.Column(\"a\", sa.Integer, key=\"k\", unique=True), schema=\"my.app\")",
        &expect![[r#"
            7: CREATE TABLE my.app.day (a INTEGER, CONSTRAINT uq_a_k_my_app_day_a UNIQUE (a))
        "#]],
    );
    check(
        &with("{\"ck\": \"ck_%(table)s\"}"),
        "op.create_check_constraint(None, \"day\", \"b > 0\")",
        &expect![[r#"
            7: DO $alembic$ BEGIN RAISE EXCEPTION USING MESSAGE = 'the naming convention has the unknown token `table`'; END $alembic$
        "#]],
    );
}

/// The check of a column under the convention of a project.
fn check_of(base: &str, target: &str) -> String {
    let (_root, options) = project(base, target);
    let body = "op.create_check_constraint(\"x\", \"t\", \"a > 0\")";
    told_of(&options, &[("versions/a1.py", &revision(body))], false)
        .split("CONSTRAINT ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn far_below_the_project() {
    let root = tempfile::tempdir().unwrap();
    let models = root.path().join("src/ai/backend/manager/models");
    let versions = models.join("alembic/versions");
    fs::create_dir_all(&versions).unwrap();
    fs::write(root.path().join("pyproject.toml"), "[project]\nname = 'shop'\n").unwrap();
    let base = format!(
        "import sqlalchemy as sa\nmetadata = sa.MetaData(naming_convention={CONVENTION})\n"
    );
    fs::write(models.join("base.py"), base).unwrap();
    let env = "from alembic import context\nfrom ai.backend.manager.models.base import metadata\n\
               def run():\n    context.configure(url='', target_metadata=metadata)\n";
    fs::write(models.join("alembic/env.py"), env).unwrap();
    let options = Options::of_project(&versions);
    assert_eq!(options.convention.get(), with(CONVENTION).convention.get());
}

#[test]
fn where_the_convention_is() {
    let named = "import sqlalchemy as sa\nfrom sqlalchemy.orm import DeclarativeBase, declarative_base, registry\n\
                 NAMES = {\"ck\": \"ck_%(table_name)s_%(constraint_name)s\"}\n";
    for (base, target) in [
        (
            "class Base(DeclarativeBase):\n    metadata = sa.MetaData(naming_convention=NAMES)\n",
            "base.Base.metadata",
        ),
        (
            "metadata = sa.MetaData(naming_convention=NAMES)\nBase = declarative_base(metadata=metadata)\n",
            "base.Base.metadata",
        ),
        (
            "metadata = sa.MetaData(schema=\"app\")\nmetadata.naming_convention = NAMES\n",
            "base.metadata",
        ),
        (
            "class Base(DeclarativeBase):\n    pass\n\nBase.metadata.naming_convention = NAMES\n",
            "base.Base.metadata",
        ),
        (
            "from sqlmodel import SQLModel\nSQLModel.metadata.naming_convention = NAMES\n",
            "base.SQLModel.metadata",
        ),
        (
            "import flask_sqlalchemy\ndb = flask_sqlalchemy.SQLAlchemy(metadata=sa.MetaData(naming_convention=NAMES))\n",
            "base.db.metadata",
        ),
    ] {
        assert_eq!(check_of(&format!("{named}{base}"), target), "ck_t_x", "{base}");
    }
    for (base, target) in [
        ("class Base(DeclarativeBase):\n    pass\n", "base.Base.metadata"),
        ("metadata = sa.MetaData()\n", "base.metadata"),
        ("metadata = sa.MetaData()\n", "None"),
        ("metadata = sa.MetaData(naming_convention=NAMES)\n", "[base.metadata]"),
        (
            "metadata = sa.MetaData(naming_convention={\"ck\": \"ck_%(column_0_name)s\"})\n",
            "base.metadata",
        ),
    ] {
        assert_eq!(check_of(&format!("{named}{base}"), target), "x", "{base}");
    }
    for (base, target) in [
        (
            "options = {\"naming_convention\": names()}\nmetadata = sa.MetaData(**options)\n",
            "base.metadata",
        ),
        ("metadata = sa.MetaData(naming_convention=names())\n", "base.metadata"),
        (
            "Base = registry(metadata=sa.MetaData(naming_convention=NAMES)).generate_base()\n",
            "base.Base.metadata",
        ),
        ("metadata = make(naming_convention=NAMES)\n", "base.metadata"),
        ("metadata = sa.MetaData()\nmetadata.naming_convention.update(NAMES)\n", "base.metadata"),
        ("from advanced_alchemy.base import UUIDBase as Base\n", "base.Base.metadata"),
        (
            "metadata = sa.MetaData(naming_convention={\"ck\": \"ck_%(mine)s_%(constraint_name)s\", \"mine\": f})\n",
            "base.metadata",
        ),
    ] {
        assert_eq!(check_of(&format!("{named}{base}"), target), "…", "{base}");
    }
    // Nothing says that there is a convention.
    assert_eq!(check_of("metadata = make()\n", "base.metadata"), "x");
}

/// Whether the convention is known of a project whose `base.py` names no constraints, with a file of these bytes.
fn is_known_beside(name: &str, bytes: &[u8]) -> bool {
    let (root, _) = project("metadata = make()\n", "base.metadata");
    fs::write(root.path().join(name), bytes).unwrap();
    let options = Options::of_project(&root.path().join("alembic/versions"));
    !options.convention.get().is_unknown()
}

#[test]
fn files_that_are_not_read() {
    let latin = b"# -*- coding: latin-1 -*-\nNAME = '\xe9'\n";
    assert!(is_known_beside("shop/old.py", latin));
    let naming = [&latin[..], b"metadata.naming_convention = {}\n"].concat();
    assert!(!is_known_beside("shop/old.py", &naming));
    let long = vec![b'#'; (4 << 20) + 1];
    assert!(!is_known_beside("shop/long.py", &long));
}

#[cfg(unix)]
#[test]
fn folders_that_cannot_be_entered() {
    use std::os::unix::fs::PermissionsExt;

    let (root, _) = project("metadata = make()\n", "base.metadata");
    let folder = root.path().join("pgdata");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o000)).unwrap();
    let options = Options::of_project(&root.path().join("alembic/versions"));
    let models = Options::default().models(root.path());
    let is_closed = fs::read_dir(&folder).is_err();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(!options.convention.get().is_unknown());
    // The superuser enters each folder.
    assert_eq!(models.not_read.iter().any(|(path, _)| path.ends_with("pgdata")), is_closed);
}
