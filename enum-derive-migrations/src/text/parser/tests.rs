//! Trees and errors are those of `squawk-syntax`.

use std::path::Path;

use squawk_syntax::ast::AstNode;
use squawk_syntax::{SourceFile, ast};

use super::{plpgsql, sql};
use crate::text::script::{Piece, Sender, pieces};

/// Statements, and what is wrong with each in the tree alone.
const WRONG: [&str; 66] = [
    "SELECT 'a' 'b'",
    "SELECT 'a' -- b\n 'c' 'd'",
    "SELECT 'a'\n/* b */ 'c'",
    "SELECT E'a' 'b'",
    r"SELECT U&'\00zz'",
    r"SELECT U&'\d800'",
    r"SELECT U&'!0061' UESCAPE 'a'",
    r"SELECT U&'\0061'\n'\00'",
    r#"SELECT U&"\00zz""#,
    r#"SELECT U&"a" UESCAPE '+'"#,
    "SELECT DEFAULT",
    "SELECT (DEFAULT)",
    "VALUES (DEFAULT)",
    "CREATE TYPE a AS ENUM ('a') CREATE TYPE b AS ENUM ('b')",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1 END",
    "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1 SELECT 2)",
    "FROM t SELECT a",
    "FROM t",
    "SELECT DISTINCT",
    "SELECT DISTINCT ON () a FROM t",
    "SELECT (SELECT)",
    "SELECT (SELECT 1, 2, SELECT 3)",
    "SELECT a FROM (SELECT 1 INTO t) x",
    "SELECT 1 UNION SELECT 2 INTO t",
    "INSERT INTO t SELECT 1 INTO u",
    "UPDATE t SET (a).b = DEFAULT",
    "UPDATE t SET a[1] = DEFAULT",
    "SELECT * FROM a JOIN b",
    "SELECT * FROM a LEFT JOIN b",
    "SELECT * FROM a CROSS JOIN b USING (c)",
    "SELECT * FROM a NATURAL JOIN b USING (c)",
    "SELECT * FROM ONLY f(1)",
    "SELECT * FROM LATERAL t",
    "SELECT * FROM (t)",
    "SELECT * FROM ((t))",
    "CREATE TABLE t (a)",
    "CREATE TABLE t (a int, b)",
    "CREATE TABLE left (a int)",
    "SELECT left",
    "SELECT left.a",
    "SELECT any (ARRAY[1])",
    "SELECT any (ARRAY[1]) = 1",
    "SELECT nullif(1)",
    "SELECT coalesce()",
    "SELECT between(1)",
    "SELECT 1 IN 2",
    "SELECT 1 IN ()",
    "SELECT 1 IN ROW(1)",
    "SELECT a OVERLAPS b",
    "SELECT (1, 2, 3) OVERLAPS (1, 2)",
    "SELECT * 1",
    "SELECT [1]",
    "SELECT ARRAY(1)",
    "SELECT 1::app.number(a + 1)",
    "SELECT 1::varchar(a => 1)",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1' RETURN 1",
    "CREATE FUNCTION f(VARIADIC a int[], b int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE PROCEDURE f(VARIADIC a int[], OUT b int) LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION f(OUT a int) RETURNS TABLE (b int) LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql STABLE VOLATILE AS 'SELECT 1'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql LANGUAGE sql AS 'SELECT 1'",
    "DROP FUNCTION f(a int DEFAULT 1)",
    "CREATE AGGREGATE a(OUT int) (sfunc = f, stype = int)",
    "DO $$ BEGIN END $$ $$ BEGIN END $$",
    "DO LANGUAGE sql $$ SELECT 1 $$",
    "SELECT :a",
];

/// Statements in which the same things are right.
const RIGHT: [&str; 34] = [
    "SELECT 'a' -- b\n 'c'\n\t'd'",
    "SELECT E'a\\n'\n'b', N'a', B'1' , X'1F', $a$b$a$",
    r"SELECT U&'\0061\+01f600\d83d\de00' , U&'!0061!!' UESCAPE '!'",
    r#"SELECT U&"\0061", U&"!0061" UESCAPE '!'"#,
    "INSERT INTO t VALUES (DEFAULT, (DEFAULT))",
    "UPDATE t SET a = DEFAULT, (b, c) = (DEFAULT, 1)",
    "SELECT 1;; SELECT 2",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1",
    "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
    "SELECT",
    "SELECT FROM t",
    "SELECT DISTINCT ON (a) a FROM t",
    "SELECT 1 INTO t UNION SELECT 2",
    "EXPLAIN SELECT 1 INTO t",
    "SELECT * FROM a JOIN b ON true CROSS JOIN c NATURAL JOIN d JOIN e USING (f)",
    "SELECT * FROM ONLY (t), LATERAL f(1), (a JOIN b ON true), ((SELECT 1)) x",
    "CREATE TABLE t (a int, LIKE u)",
    "CREATE TABLE t PARTITION OF u (a DEFAULT 1) DEFAULT",
    "CREATE TABLE app.left (a int)",
    "SELECT t.left, left('a', 1), current_schema",
    "SELECT 1 = any (ARRAY[1]), 1 = ALL (SELECT 1)",
    "SELECT nullif(1, 2), coalesce(1), current_time(0)",
    "SELECT 1 IN (1), 1 NOT IN (1, 2), 1 IN (SELECT 1)",
    "SELECT (a, b) OVERLAPS (c, d)",
    "SELECT - 1, + 1, ~ 1, @ 1, !! 1",
    "SELECT ARRAY[[1], [2]], ARRAY(SELECT 1), ARRAY((SELECT 1))",
    "SELECT 1::numeric(10, -2), 1::app.number(a, 'b')",
    "CREATE FUNCTION f(a int, VARIADIC b int[], OUT c int) LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION f() RETURNS TABLE (a int) LANGUAGE sql STABLE STRICT SET a = b SET c = d AS 'SELECT 1'",
    "DROP FUNCTION f(a int)",
    "DO LANGUAGE plpgsql $$ BEGIN END $$",
    "SET search_path TO a, 'b'; SET search_path TO DEFAULT",
    "SELECT $1",
];

const WRONG_BLOCKS: [&str; 9] = [
    "BEGIN BEGIN END END",
    "BEGIN IF CASE WHEN a THEN b END THEN END IF; END",
    "BEGIN IF a THEN ELSIF CASE WHEN a THEN b END THEN END IF; END",
    "BEGIN FETCH ALL FROM a INTO b; END",
    "BEGIN FETCH FORWARD 2 FROM a INTO b; END",
    "BEGIN FETCH a INTO STRICT b; END",
    "BEGIN FOR a, b IN 1..2 LOOP END LOOP; END",
    "BEGIN FOR a IN REVERSE SELECT 1 LOOP END LOOP; END",
    "BEGIN PERFORM 'a' 'b'; END",
];

const RIGHT_BLOCKS: [&str; 5] = [
    "BEGIN BEGIN END; END",
    "BEGIN IF (CASE WHEN a THEN b END) THEN END IF; END",
    "BEGIN FETCH FORWARD FROM a INTO b; FETCH NEXT FROM a INTO b; END",
    "BEGIN FOR a IN REVERSE 2..1 LOOP END LOOP; FOR a, b IN SELECT 1, 2 LOOP END LOOP; END",
    "DECLARE a int := 1; BEGIN a := CASE WHEN true THEN 1 END; END",
];

#[track_caller]
fn is_the_same(text: &str) -> bool {
    let parse = SourceFile::parse(text);
    // What is wrong in the body of a function in SQL is found when that is read.
    let bodies = parse.tree().sql_body_errors();
    let errors: Vec<_> = parse.errors().into_iter().filter(|it| !bodies.contains(it)).collect();
    match sql(text) {
        Ok(tree) => {
            assert_eq!(errors, [], "{text}");
            assert_eq!(format!("{tree:#?}"), format!("{:#?}", parse.syntax_node()), "{text}");
            true
        }
        Err(error) => {
            assert!(!errors.is_empty(), "{text}: {error:?}");
            false
        }
    }
}

#[track_caller]
fn is_the_same_block(text: &str) -> bool {
    let statement = format!("DO $test${text}$test$");
    let parse = SourceFile::parse(&statement);
    let body = parse.syntax_node().first_child().and_then(ast::Do::cast);
    let body = body.and_then(|it| it.plpgsql()).expect("a block");
    match plpgsql(text) {
        Ok(tree) => {
            assert_eq!(body.errors(), [], "{text}");
            assert_eq!(format!("{tree:#?}"), format!("{:#?}", body.syntax()), "{text}");
            true
        }
        Err(error) => {
            assert!(!body.errors().is_empty(), "{text}: {error:?}");
            false
        }
    }
}

#[test]
fn what_squawk_refuses_in_a_tree_is_refused() {
    for text in WRONG {
        assert!(!is_the_same(text), "{text}");
    }
    for text in WRONG_BLOCKS {
        assert!(!is_the_same_block(text), "{text}");
    }
}

#[test]
fn what_is_right_is_read() {
    for text in RIGHT {
        assert!(is_the_same(text), "{text}");
    }
    for text in RIGHT_BLOCKS {
        assert!(is_the_same_block(text), "{text}");
    }
}

#[test]
fn the_first_error_counts() {
    let (message, range) = sql("SELECT 1;\nSELECT 'a' 'b', 'c' 'd'").expect_err("two errors");
    assert_eq!(message, "a line break or a comma is missing between two strings");
    assert_eq!(range, 20..21);
}

/// Every statement of the scripts that servers run as well.
#[test]
fn scripts_are_read_alike() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/replay");
    let mut count = 0;
    for entry in scripts.read_dir().expect("scripts") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a script");
        for piece in pieces(&text, Sender::Server, false).list {
            if let Piece::Statement { range, .. } = piece {
                is_the_same(&text[range]);
                count += 1;
            }
        }
    }
    assert!(count > 1000, "{count} statements");
}
