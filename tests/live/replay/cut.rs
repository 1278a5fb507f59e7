//! A script is cut where the server cuts it: each statement by itself is one to the server, which takes no more
//! than that in the extended protocol, and all of them do what the script does as one string.

use pg_enum_migrations::folder::{Part, Tool, Transaction};
use pg_enum_test_server::Database;
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::{catalog, folder};
use crate::harness::{run, tests};

tests![every_statement_is_one_to_the_server];

/// Statements with something in them that might pass for the end of one, or hide it.
const STATEMENTS: &[&str] = &[
    "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION public.end(begin int, \"case\" int) RETURNS int LANGUAGE sql AS 'SELECT 1;'",
    "CREATE PROCEDURE begin.begin() LANGUAGE sql SET search_path TO begin, atomic AS $a$ SELECT 1; $a$",
    "CREATE FUNCTION atomic(begin begin) RETURNS begin LANGUAGE sql AS $$ SELECT $1; $$",
    "CREATE FUNCTION \"begin atomic\"() RETURNS TABLE (begin int, atomic int) LANGUAGE sql AS 'SELECT 1, 2'",
    "CREATE TYPE other AS ENUM ('a;', E'\\';', E'b'\n  '\\';', 'c'\n'\\', 'begin atomic')",
    "CREATE RULE twice AS ON INSERT TO bounds DO ALSO (SELECT 1; SELECT 2;)",
    "DO $a$ BEGIN PERFORM '$$;', $$;$$; END; $a$",
    "SELECT 1 AS a$b$, 2 AS \"a;\"\"b\", 1.5e3, .5, 1., 1 -- it's;\n",
    "SELECT 1 /* /* ; */ ' ; */ + 5 */* $$ ; */ 2",
    "COMMENT ON TYPE begin IS U&'!0041\\;' UESCAPE '!'",
    "SELECT e'\\\\', e'\\''';', N'a;\\', B'1', X'1F', U&';\\005c'",
    "SELECT CASE WHEN true THEN 1 END AS begin, 2 AS atomic, 3 AS end",
    "SELECT E'a' -- b\n  -- c '\n\t'\\''",
    "PREPARE p (int) AS SELECT $1, $1+$1",
];

/// The same, from PostgreSQL 14 on.
const STATEMENTS_14: &[&str] = &[
    "CREATE FUNCTION ended() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1 AS end; SELECT CASE WHEN true THEN 2 END; END",
    "CREATE FUNCTION begun() RETURNS int BEGIN ATOMIC SELECT 1 AS begin; SELECT begin FROM bounds; END",
    "CREATE OR REPLACE PROCEDURE empty() BEGIN ATOMIC END",
    "CREATE FUNCTION cases() RETURNS begin BEGIN /* ; */ ATOMIC; SELECT (CASE WHEN true THEN 'a' END)::begin; END",
    "CREATE FUNCTION returned() RETURNS int RETURN CASE WHEN true THEN 1 END",
];

const BEFORE: &str =
    "CREATE TYPE begin AS ENUM ('a'); CREATE SCHEMA begin; CREATE TABLE bounds (begin int)";

const AFTER: &str = "CREATE TYPE after AS ENUM ('a')";

async fn every_statement_is_one_to_the_server(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let connection = &mut connection;
    let from_14 = connection.server_version_num().unwrap() >= 140_000;
    let newer = if from_14 { STATEMENTS_14 } else { &[] };
    let statements: Vec<&str> = STATEMENTS.iter().chain(newer).copied().collect();
    for first in &statements {
        for second in statements.iter().filter(|second| *second != first) {
            let script = format!("{first};{second} ; -- end;\n;{AFTER}");
            let whole = outcome(connection, &[&script]).await;
            let folder = folder(Tool::Sqlx, &[script.clone()], Transaction::Implicit);
            let Part::Sql(up) = &folder.migrations[0].up else { panic!("no SQL") };
            let statements = up.statements();
            let texts: Vec<&str> = statements.iter().map(|statement| statement.text()).collect();
            assert_eq!(texts.len(), 3, "{script}\n{texts:#?}");
            let one_by_one = outcome(connection, &texts).await;
            assert_eq!(whole, one_by_one, "{script}\n{texts:#?}");
            assert!(whole.enums.iter().any(|(_, name, _)| name == "after"), "{script}");
        }
    }
}

#[derive(Debug, PartialEq)]
struct Outcome {
    enums: Vec<super::Enum>,
    routines: Vec<String>,
}

/// What comes of texts, one of which may be many statements only where it is alone.
async fn outcome(connection: &mut PgConnection, texts: &[&str]) -> Outcome {
    run(connection, &format!("BEGIN; {BEFORE}")).await;
    match texts {
        [whole] => run(connection, whole).await,
        statements => {
            for statement in statements {
                // With arguments, even if there are none, it goes by the extended protocol.
                let query = sqlx::query(AssertSqlSafe(statement.to_string())).persistent(false);
                if let Err(error) = connection.execute(query).await {
                    panic!("{error}\n{statement}");
                }
            }
        }
    }
    let enums = catalog(connection).await.unwrap();
    let routines = sqlx::query_scalar(
        "SELECT pg_catalog.pg_get_functiondef(oid) FROM pg_catalog.pg_proc
         WHERE pronamespace NOT IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname ~ '^pg_|^information')
         ORDER BY 1",
    )
    .persistent(false)
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    run(connection, "ROLLBACK; DEALLOCATE ALL").await;
    Outcome { enums, routines }
}
