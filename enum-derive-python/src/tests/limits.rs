//! What would take too long, or too much.

use expect_test::expect;

use super::{told, up};

#[test]
fn loops_without_an_end() {
    expect![[r#"
        1: ? this does too much to be followed
    "#]]
    .assert_eq(&up("while True:\n    pass"));
    expect![[r#"
        1: ? this does too much to be followed
    "#]]
    .assert_eq(&up("for a in range(99999):\n    for b in range(99999):\n        pass"));
    expect![[r#"
        1: ? this does too much to be followed
    "#]]
    .assert_eq(&up("x = 'a'\nwhile True:\n    x = x + x"));
}

#[test]
fn functions_that_call_themselves() {
    expect![[r#"
        1: ? this does too much to be followed
    "#]]
    .assert_eq(&told("def upgrade():\n    upgrade()\n"));
    expect![[r#"
        1: ? this does too much to be followed
    "#]]
    .assert_eq(&told("f = lambda x: f(x)\ndef upgrade():\n    f(1)\n"));
}

#[test]
fn functions_that_may_call_themselves() {
    expect![[r#"
        3: "UPDATE t SET a = 1"
    "#]].assert_eq(&told("from alembic import op\ndef f(x):\n    op.execute('UPDATE t SET a = 1')\n    for y in x:\n        f(y)\ndef upgrade():\n    f(g())\n"));
    expect![[r#"
        3: DROP TYPE t1
        4: DO $alembic$ BEGIN IF … THEN DROP TYPE t2 ; END IF; END $alembic$
        7: ? how often this function calls itself is not known
    "#]].assert_eq(&told("from alembic import op\ndef f(n):\n    op.execute(f'DROP TYPE t{n}')\n    if g():\n        f(n + 1)\ndef upgrade():\n    f(1)\n"));
}

#[test]
fn what_is_too_deep_is_not_read() {
    let deep = format!("x = {}\n", "(".repeat(5000));
    let source =
        std::sync::Arc::new(pg_enum_migrations::folder::Source { path: "a.py".into(), text: deep });
    assert!(crate::read(std::path::Path::new("."), &source).is_none());
}
