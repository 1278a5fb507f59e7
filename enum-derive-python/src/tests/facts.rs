//! What only the source shows.

use std::fmt::Write;
use std::fs;
use std::sync::Arc;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;

use super::{revision, told_of};
use crate::{Options, Way, What};

/// The facts of the first file, a line for each.
fn shown(files: &[(&str, &str)]) -> String {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join(".git")).unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let (name, text) = files[0];
    let source = Arc::new(Source { path: name.into(), text: text.to_owned() });
    let followed = Options::default().follow(root.path(), &source, Way::Up).unwrap();
    let mut told = String::new();
    for fact in followed.facts {
        let at = |at: &Location| at.to_string();
        let what = match &fact.what {
            What::GenericCreateTypeFalse { of, by } => format!("ignored {} by {}", of.name, at(by)),
            What::Mentioned { of } => format!("mentioned {} {:?}", of.name, of.labels),
            What::Sent { sql } => format!("sent {sql}"),
            What::MissingBind { name, escape } => format!("bind {name} {escape:?}"),
            What::Percent => "percent".to_owned(),
            What::UnstableKey { by, lock } => format!("key of {by} at {}", at(lock)),
            What::UnresolvedImport { module, binds, not_python } => {
                let not_python = not_python.as_ref().map(|at| format!(", not Python at {at}"));
                format!("import {module} as {binds}{}", not_python.unwrap_or_default())
            }
            What::Todo => "todo".to_owned(),
            What::Stub => "stub".to_owned(),
        };
        writeln!(told, "{}: {what}", fact.at).unwrap();
    }
    told
}

fn of(body: &str) -> String {
    shown(&[("a1.py", &revision(body))])
}

#[test]
fn what_calls_do_to_types() {
    let told = of(r#"
mood = sa.Enum("sad", name="mood", create_type=False)
op.create_table("day", sa.Column("mood", mood))
op.add_column("day", sa.Column("b", mood))
op.alter_column("day", "b", type_=postgresql.ENUM("x", name="other"))
op.create_table("night", sa.Column("c", postgresql.ENUM("x", name="third", create_type=False)))
op.create_table("week", sa.Column("c", sa.Enum("x", name="text", native_enum=False, create_type=False)))
"#);
    assert_eq!(
        told,
        "a1.py:7: ignored mood by a1.py:8\n\
         a1.py:9: mentioned mood Some([\"sad\"])\n\
         a1.py:10: mentioned other Some([\"x\"])\n\
         a1.py:11: mentioned third Some([\"x\"])\n"
    );
}

#[test]
fn sql_that_is_not_sent_as_it_stands() {
    let told = of(r#"
op.execute("SELECT ' 12:30', x::text")
op.execute("SELECT " + "1")
op.get_bind().exec_driver_sql("SELECT 5 %% 3")
op.get_bind().exec_driver_sql("SELECT %s", (1,))
op.get_bind().exec_driver_sql("SELECT 5 % 3")
op.execute(r"SELECT ':half'")
"#);
    assert_eq!(
        told,
        "a1.py:8: sent SELECT 1\na1.py:11: percent\na1.py:12: bind half Some(\"\\\\\")\n"
    );
}

#[test]
fn places_are_in_the_module_that_does_it() {
    let helper = "from alembic import op\nfrom sqlalchemy import text\n\n\n\
        def lock(name):\n    key = hash(name) % 100\n    \
        op.get_bind().execute(text('SELECT pg_advisory_lock(:k)'), {'k': key})\n";
    let told = shown(&[
        ("versions/a1.py", "from tools import lock\n\ndef upgrade():\n    lock('x')\n"),
        ("tools.py", helper),
    ]);
    assert!(told.starts_with("tools.py:6: key of hash at tools.py:7\ntools.py:7: sent "), "{told}");
}

#[test]
fn what_is_left_to_do() {
    let told = shown(&[(
        "a1.py",
        "# TODO: all of it\ntext = '# TODO'\n# a to-do-list, TODOs\ndef upgrade():\n    ...\n",
    )]);
    assert_eq!(told, "a1.py:1: todo\na1.py:4: stub\n");
}

#[test]
fn imports_that_lead_nowhere() {
    let told = shown(&[
        (
            "versions/a1.py",
            "import sqlalchemy, os\nfrom app.models import Mood, Day as D\nfrom app.gone import x\ndef upgrade(): pass\n",
        ),
        ("app/models.py", "class Mood: pass\n"),
    ]);
    assert_eq!(
        told,
        "versions/a1.py:2: import app.models as D\nversions/a1.py:3: import app.gone as x\n"
    );
}

#[test]
fn imports_of_what_is_not_python() {
    let broken = "def f(:\n";
    let text = "from helpers import f\nfrom app import names\nimport helpers as h\n\
        from .beside import x\nfrom . import beside\nfrom app.good import y\ndef upgrade(): pass\n";
    let told = shown(&[
        ("versions/a1.py", text),
        ("helpers.py", broken),
        ("app/names.py", broken),
        ("versions/beside.py", broken),
        ("app/good.py", "from helpers import y\n"),
    ]);
    assert_eq!(
        told,
        "versions/a1.py:1: import helpers as f, not Python at helpers.py:1\n\
         versions/a1.py:2: import app as names, not Python at app/names.py:1\n\
         versions/a1.py:3: import helpers as h, not Python at helpers.py:1\n\
         versions/a1.py:4: import .beside as x, not Python at versions/beside.py:1\n\
         versions/a1.py:5: import . as beside, not Python at versions/beside.py:1\n\
         versions/a1.py:6: import app.good as y\n"
    );
}

/// The first line of `downgrade()` if that does nothing.
fn empty(text: &str) -> Option<String> {
    let source = Arc::new(Source { path: "a1.py".into(), text: text.to_owned() });
    let followed = Options::default().follow(std::path::Path::new("."), &source, Way::Down)?;
    followed.empty.map(|at| format!("{}: {}", at.line(), &text[at.range]))
}

#[test]
fn a_function_that_does_nothing() {
    for body in ["pass", "...", "return", "return None", "'no way back'; pass", "print('no')"] {
        let told =
            empty(&format!("def downgrade_rows(c):\n    f(c)\n\ndef downgrade():\n    {body}\n"));
        assert_eq!(told.as_deref(), Some("4: def downgrade():"), "{body}");
    }
    let indented = "if True:\n    def downgrade() -> None:  # no\n        pass\n";
    assert_eq!(empty(indented).as_deref(), Some("2: def downgrade() -> None:  # no"));
    assert_eq!(
        empty("async def downgrade(): pass").as_deref(),
        Some("1: async def downgrade(): pass")
    );
    for body in [
        "assert False, 'no way back'",
        "sys.exit(1)",
        "Session(bind=op.get_bind()).query(A).delete()",
        "subprocess.run(['x'])",
        "print(f())",
        "return f()",
        "raise NotImplementedError",
        "x = 1",
    ] {
        assert_eq!(empty(&format!("def downgrade():\n    {body}\n")), None, "{body}");
    }
    assert_eq!(empty("@f\ndef downgrade():\n    pass\n"), None);
    assert_eq!(empty("def upgrade():\n    pass\n"), None);
    assert_eq!(empty("def downgrade(:\n    pass\n"), None);
}

#[test]
fn what_a_driver_makes_of_two_percent_signs() {
    let sent = |requirements: &str, sql: &str| {
        let text = revision(&format!("op.get_bind().exec_driver_sql({sql})"));
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("requirements.txt"), requirements).unwrap();
        let options = Options::of_pins(root.path());
        told_of(&options, &[("a1.py", &text), ("requirements.txt", requirements)], false)
    };
    let sql = "\"CREATE TYPE t AS ENUM ('a%%b')\"";
    let one = "7: CREATE TYPE t AS ENUM ('a%b')\n";
    let two = "7: CREATE TYPE t AS ENUM ('a%%b')\n";
    assert_eq!(sent("psycopg2", sql), one);
    assert_eq!(sent("psycopg", sql), one);
    assert_eq!(sent("asyncpg", sql), two);
    assert_eq!(sent("pg8000", sql), two);
    assert_eq!(sent("", sql), "7: CREATE TYPE t AS ENUM ('a…b')\n");
    // SQLAlchemy 1.4 formats what asyncpg is given, with the parameters.
    let unknown = "7: ? what the driver makes of `%` in this is not known\n";
    assert_eq!(sent("asyncpg\nsqlalchemy==1.4.54", sql), unknown);
    assert_eq!(sent("psycopg2", "\"CREATE TYPE t AS ENUM ('a%b')\""), unknown);
    assert_eq!(
        sent("asyncpg", "\"CREATE TYPE t AS ENUM ('a%b')\""),
        "7: CREATE TYPE t AS ENUM ('a%b')\n"
    );
    // Whatever the driver makes of it, it bears on no type.
    assert_eq!(sent("psycopg2", "\"SELECT %s || '%%'\", ('a',)"), "");
}
