//! What would take too long, or too much.

use expect_test::expect;
use pg_enum_migrations::__syntax::with_deep_stack;

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
fn what_is_in_itself_or_grows() {
    for body in [
        "x = []\nx.append(x)\nprint(x, str(x), x == x, op.f(x))\nop.execute(f'{x}')",
        "x = [1]\nfor i in range(60):\n    x = [x, x]\ny = [1]\nfor i in range(60):\n    y = [y, y]\nif x == y:\n    print(repr(x))",
        "x = sa.func.f()\nfor i in range(60):\n    x = sa.func.f(x, x)\nop.alter_column('t', 'c', server_default=x)",
        "x = 'a'\nfor i in range(20):\n    x = x + x\ny = x.replace('a', x)",
        "x = 'a'\nfor i in range(20):\n    x = x + x\ny = f'{x}{x}{x}{x}' * 9\nz = '%s%s%s' % (x, x, x)",
        "class X:\n    pass\nfor i in range(60):\n    class X(X, X):\n        pass\nX.missing",
        "def f(*a):\n    for i in a:\n        f(*a, *a)\nf(1, 2)",
    ] {
        up(body);
    }
}

/// What stands below a condition is followed inside it: many in a row are as deep as many in one another.
#[test]
fn conditions_in_a_row() {
    let said = "1: ? this does too much to be followed\n";
    let clauses = (0..5000).map(|i| format!("elif b{i}:\n    f()\n")).collect::<Vec<_>>().concat();
    let leaving = "if op.get_bind().execute('SELECT 1').fetchone():\n    return\n".repeat(5000);
    for body in [format!("if a:\n    f()\n{clauses}"), leaving] {
        let told = with_deep_stack(|| up(body.trim_end()));
        assert!(told.ends_with(said), "{told}");
    }
    let known =
        (0..5000).map(|i| format!("elif {i} == 5001:\n    f()\n")).collect::<Vec<_>>().concat();
    let told = up(&format!("if False:\n    f()\n{known}else:\n    op.execute('DROP TYPE a')"));
    assert!(!told.contains('?'), "{told}");
}

#[test]
fn what_is_too_deep_is_not_read() {
    let deep = format!("x = {}\n", "(".repeat(5000));
    let source =
        std::sync::Arc::new(pg_enum_migrations::folder::Source { path: "a.py".into(), text: deep });
    assert!(crate::read(std::path::Path::new("."), &source).is_none());
}

/// Each table refers to the one before it, and stands before it.
#[test]
fn many_tables_that_refer_to_one_another() {
    let line =
        |i: u32| format!("sa.Table('t{}', m, sa.Column('a', sa.ForeignKey('t{i}.a')))\n", i + 1);
    let mut body = String::from("m = sa.MetaData()\n");
    body.extend((0..1500).rev().map(line));
    body.push_str("sa.Table('t0', m, sa.Column('a', sa.Integer))\nm.create_all(op.get_bind(), checkfirst=False)");
    let told = with_deep_stack(|| up(&body));
    assert_eq!(told.lines().count(), 1501);
    for (number, line) in told.lines().enumerate() {
        assert!(line.contains(&format!("CREATE TABLE t{number} ")), "{line}");
    }
}

#[test]
fn tables_that_refer_to_one_another_in_a_circle() {
    let table = |name: &str, to: &str| {
        format!("sa.Table('{name}', m, sa.Column('a', sa.ForeignKey('{to}.a')))\n")
    };
    let tables =
        [("free", "b"), ("a", "b"), ("b", "a"), ("own", "own")].map(|(name, to)| table(name, to));
    let body = format!("m = sa.MetaData()\n{}m.drop_all(op.get_bind())", tables.concat());
    expect![[r#"
        12: DROP TABLE IF EXISTS b
        12: DROP TABLE IF EXISTS a
        12: DROP TABLE IF EXISTS free
        12: DROP TABLE IF EXISTS own
    "#]]
    .assert_eq(&up(&body));
}

/// What is kept to go back to where one of two ways is taken is all that is bound.
#[test]
fn many_cases_that_bind_names() {
    let case = |i: u32| format!("    case {i}:\n        x{i} = 1\n");
    let many = (0..20_000).map(case).collect::<String>();
    let said = "1: ? this does too much to be followed\n";
    assert_eq!(with_deep_stack(|| up(&format!("match x.y:\n{many}"))), said);
    let known = format!("match 7:\n{many}op.execute(f'DROP TYPE t{{x7}}')");
    assert_eq!(up(&known), "40008: DROP TYPE t1\n");
    let names = (0..20_000).map(|i| format!("x{i} = 1\n")).collect::<Vec<_>>().concat();
    let loops = "for a in x.y:\n    pass\n".repeat(5000);
    assert_eq!(up(&format!("{names}{loops}")), said);
    let class = format!("class A:\n    {}", names.replace('\n', "\n    "));
    assert_eq!(
        up(&format!("{class}\nop.execute(f'DROP TYPE t{{A.x7}}')")),
        "20009: DROP TYPE t1\n"
    );
}

#[test]
fn values_that_are_compared_with_many() {
    let members = (0..20_000).map(|i| format!("    m{i} = {i}\n")).collect::<Vec<_>>().concat();
    for body in [
        "x = {}\nfor i in range(99999):\n    x[i] = 1".to_owned(),
        "x = list(range(99999))\nfor i in range(99999):\n    -1 in x".to_owned(),
        format!("class Mood(enum.Enum):\n{members}"),
    ] {
        assert_eq!(up(&body), "1: ? this does too much to be followed\n");
    }
}
