//! What of what is sent bears on what the database has told.

use expect_test::expect;

use super::up;

/// Whether what a body depends on is something that nobody can tell.
fn unknown(body: &str) -> bool {
    let told = up(&format!("bind = op.get_bind()\ninspector = sa.inspect(bind)\n{body}"));
    told.contains("IF … THEN")
}

const TABLES: &str = "tables = inspector.get_table_names()\n";
const MOOD: &str =
    "found = bind.execute(sa.text(\"SELECT 1 FROM pg_type WHERE typname = 'mood'\")).scalar()\n";
const LABELS: &str = "labels = bind.execute(sa.text(\"SELECT enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typname = 'mood'\")).scalars().all()\n";

#[test]
fn what_does_not_bear_on_an_answer() {
    for (asked, sent, test) in [
        (TABLES, "CREATE TABLE jobs (executed_at int, schema_version int)", "'t' in tables"),
        (TABLES, "CREATE INDEX ix ON t (id)", "'t' in tables"),
        (TABLES, "CREATE TABLE u (t int)", "'t' in tables"),
        (TABLES, "ALTER TABLE t ADD COLUMN c int", "'t' in tables"),
        (TABLES, "CREATE TRIGGER tr BEFORE INSERT ON u EXECUTE FUNCTION t()", "'t' in tables"),
        (TABLES, "CREATE SCHEMA IF NOT EXISTS app", "'t' in tables"),
        (TABLES, "COMMENT ON SCHEMA public IS 'x'", "'t' in tables"),
        (TABLES, "SELECT count(*) FROM t", "'t' in tables"),
        (TABLES, "DO $$ BEGIN PERFORM 'kind'::regtype; END $$", "'t' in tables"),
        (MOOD, "SELECT 1 FROM pg_type WHERE typname = 'mood'", "found"),
        (MOOD, "UPDATE mood SET id = 1", "found"),
        (MOOD, "CREATE TABLE z (k mood)", "found"),
        (LABELS, "ALTER TYPE mood ADD VALUE 'other'", "'c' in labels"),
    ] {
        let body =
            format!("{asked}op.execute(\"{sent}\")\nif {test}:\n    op.execute('DROP TYPE x')");
        assert!(!unknown(&body), "{body}");
    }
}

#[test]
fn what_bears_on_an_answer() {
    const LIKE: &str = "found = bind.execute(sa.text(\"SELECT 1 FROM pg_type WHERE typname LIKE 'mood%'\")).scalar()\n";
    const NAMED: &str =
        "found = bind.execute(sa.text(\"SELECT to_regtype('public.mood') IS NULL\")).scalar()\n";
    const COUNT: &str = "found = bind.execute(sa.text(\"SELECT count(*) FROM pg_tables WHERE schemaname = 'public'\")).scalar()\n";
    for (asked, sent, test) in [
        (TABLES, "SELECT f()", "'t' in tables"),
        (TABLES, "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 't'; END $$", "'t' in tables"),
        (TABLES, "ALTER TABLE t RENAME TO u", "'t' in tables"),
        (TABLES, "ALTER TABLE u RENAME TO t", "'t' in tables"),
        (TABLES, "DROP TABLE u CASCADE", "'t' in tables"),
        (TABLES, "DROP SCHEMA app", "'t' in tables"),
        (LIKE, "CREATE TYPE mood_a AS ENUM ('x')", "found"),
        (NAMED, "CREATE TYPE mood AS ENUM ('x')", "found"),
        (COUNT, "CREATE TABLE t (a int)", "found"),
        (LABELS, "ALTER TYPE mood RENAME TO mood_old", "'b' in labels"),
        (LABELS, "ALTER TYPE mood ADD VALUE 'c'", "'c' in labels"),
    ] {
        let body =
            format!("{asked}op.execute(\"{sent}\")\nif {test}:\n    op.execute('DROP TYPE x')");
        assert!(unknown(&body), "{body}");
    }
}

#[test]
fn what_a_comprehension_over_enums_tells() {
    // A list is not None, whatever is in it.
    let list = "[e for e in inspector.get_enums() if e['name'] == 'zz']";
    let told = up(&format!(
        "inspector = sa.inspect(op.get_bind())\nif {list} is None:\n    op.execute('DROP TYPE x')"
    ));
    assert_eq!(told, "");
    for (value, test) in [
        ("[e['name'] == 'zz' for e in inspector.get_enums()]", "x"),
        ("next((e['name'] == 'zz' for e in inspector.get_enums()), None)", "x is None"),
    ] {
        assert!(
            unknown(&format!("x = {value}\nif {test}:\n    op.execute('DROP TYPE x')")),
            "{value}"
        );
    }
    for change in ["del d['m']", "d['m'] = 1", "d.pop('m')"] {
        let body = format!(
            "d = {{e['name']: e for e in inspector.get_enums()}}\n{change}\nif 'm' in d:\n    op.execute('DROP TYPE x')"
        );
        assert!(unknown(&body), "{body}");
    }
}

#[test]
fn what_a_comprehension_goes_through_is_evaluated_once() {
    expect![[r#"
        8: "CREATE TYPE a AS ENUM ()"
    "#]]
    .assert_eq(&up("def made():\n    op.execute(\"CREATE TYPE a AS ENUM ()\")\n    return [1]\nx = [y for y in made() if y]"));
    expect![[r#"
        8: "CREATE TYPE a AS ENUM ()"
    "#]]
    .assert_eq(&up("def made():\n    op.execute(\"CREATE TYPE a AS ENUM ()\")\n    return [1]\nx = {y: y for y in made()}"));
}

#[test]
fn what_was_there_before() {
    let body = "op.create_table('Order', sa.Column('a', sa.Integer))\nif 'Order' not in tables:\n    op.execute('DROP TYPE was_not_there')";
    expect![[r#"
        10: CREATE TABLE "Order" (a INTEGER)
        12: "DROP TYPE was_not_there"
    "#]]
    .assert_eq(&up(&format!("inspector = sa.inspect(op.get_bind())\n\n{TABLES}{body}")));
    // It may have been a composite type.
    assert!(unknown(
        "names = [e['name'] for e in inspector.get_enums()]\nop.execute('DROP TYPE m')\nif 'm' in names:\n    op.execute('DROP TYPE x')"
    ));
    // What a savepoint undoes may have failed.
    assert!(unknown(&format!(
        "{TABLES}try:\n    with bind.begin_nested():\n        op.execute('CREATE TABLE t (a int)')\nexcept Exception:\n    pass\nif 't' in tables:\n    op.execute('DROP TYPE x')"
    )));
}

#[test]
fn what_is_sent_through_an_inspector() {
    expect![[r#"
        7: "CREATE TYPE m AS ENUM ()"
    "#]]
    .assert_eq(&up(
        "sa.inspect(op.get_bind()).bind.execute(sa.text(\"CREATE TYPE m AS ENUM ()\"))",
    ));
    expect![[r#"
        7: ? what this call does is not known
    "#]]
    .assert_eq(&up("sa.inspect(op.get_bind()).run(\"CREATE TYPE m AS ENUM ()\")"));
}

#[test]
fn a_condition_about_a_type_before_a_table_with_it() {
    expect![[r#"
        8: ? whether this is run is not known
    "#]]
    .assert_eq(&up(
        "i = sa.inspect(op.get_bind())\nif not i.has_table('t') and 'm' not in [e['name'] for e in i.get_enums()]:\n    op.create_table('t', sa.Column('a', sa.Enum('x', name='m')))"
    ));
}

#[test]
fn many_questions_of_one_moment() {
    let body = "tables = sa.inspect(op.get_bind()).get_table_names()\nfor i in range(3000):\n    op.execute(f'CREATE TABLE z{i} (a int)')\nfor i in range(3000):\n    if f'z{i}' in tables:\n        op.execute('DROP TYPE never')";
    let told = up(body);
    assert!(!told.contains("never") && !told.contains('?'), "{}", told.len());
}
