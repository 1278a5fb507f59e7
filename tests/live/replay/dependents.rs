//! Random sequences of statements about what hangs on columns: replay refuses what the server refuses.
//! `PROPTEST_CASES` says how many to try.

use pg_enum_test_server::Database;
use proptest::collection::vec;
use proptest::prelude::*;

use super::random::compare;
use super::tables::{check, pick};
use crate::harness::tests;

tests![what_hangs_on_columns_is_that_of_the_server];

/// What all of them stand on. The column `m` is always there, of one type or another.
const BEFORE: &[&str] = &[
    "CREATE TYPE one AS ENUM ('a', 'b')",
    "CREATE TYPE two AS ENUM ('b', 'a', 'c')",
    "CREATE TABLE h (id int, m one, x text, v varchar(9), ms one[])",
    "CREATE TABLE k () INHERITS (h)",
    "CREATE TABLE l (m one)",
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
];

/// A condition over the columns of `h`.
fn condition() -> impl Strategy<Value = String> {
    pick(&[
        "m = 'a'",
        "m <> 'b'",
        "'a' < m",
        "m IN ('a', 'b')",
        "m NOT IN ('a')",
        "m BETWEEN 'a' AND 'b'",
        "m IS DISTINCT FROM 'a'",
        "CASE m WHEN 'a' THEN true ELSE id > 1 END",
        "m = m",
        "m IS NOT NULL",
        "id > 0",
        "id > 0 AND (m = 'a' OR x = 'b')",
        "m = 'nope'",
        "m = 'z'",
        "x = 'a'",
        "x IN ('a', 'nope')",
        "v = 'a'",
        "v IN ('a', 'b')",
        "ms = '{a}'",
        "'a' = ANY (ms)",
    ])
}

/// `#` stands for the place of the statement in the sequence.
fn create() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => condition().prop_map(|it| format!("CREATE INDEX i# ON h (id) WHERE {it}")),
        1 => condition().prop_map(|it| format!("CREATE INDEX i# ON h (({it}))")),
        1 => pick(&["CREATE INDEX i# ON h (m)", "CREATE UNIQUE INDEX i# ON h (m, x)", "CREATE INDEX i# ON k (id) WHERE m = 'a'"]),
        4 => condition().prop_map(|it| format!("ALTER TABLE h ADD CONSTRAINT c# CHECK ({it})")),
        1 => pick(&["ALTER TABLE k ADD CONSTRAINT c# CHECK (m = 'a')"]),
        2 => condition().prop_map(|it| format!("CREATE POLICY p# ON h USING ({it})")),
        1 => condition().prop_map(|it| format!("CREATE POLICY p# ON h WITH CHECK ({it})")),
        2 => pick(&[
            "CREATE TRIGGER g# BEFORE UPDATE ON h FOR EACH ROW WHEN (NEW.m = 'a') EXECUTE FUNCTION touch()",
            "CREATE TRIGGER g# BEFORE UPDATE ON h FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch()",
            "CREATE TRIGGER g# BEFORE UPDATE OF m ON h FOR EACH ROW EXECUTE FUNCTION touch()",
            "CREATE TRIGGER g# BEFORE UPDATE ON h FOR EACH ROW EXECUTE FUNCTION touch()",
        ]),
        1 => pick(&[
            "CREATE RULE r# AS ON DELETE TO h WHERE OLD.m = 'a' DO INSTEAD NOTHING",
            "CREATE RULE r# AS ON DELETE TO h WHERE OLD.id = 1 DO INSTEAD NOTHING",
        ]),
        1 => (pick(&["*", "id", "m", "h.m AS n, x"]), condition())
            .prop_map(|(list, it)| format!("CREATE VIEW v# AS SELECT {list} FROM h WHERE {it}")),
        1 => pick(&["CREATE STATISTICS s# ON id, m FROM h"]),
    ]
}

fn change() -> impl Strategy<Value = String> {
    let ty = || pick(&["one", "two", "two", "text"]);
    prop_oneof![
        8 => ty().prop_map(|ty| format!("ALTER TABLE h ALTER m TYPE {ty} USING m::text::{ty}")),
        2 => (ty(), pick(&["one", "text"]))
            .prop_map(|(ty, other)| format!("ALTER TABLE h ALTER m TYPE {ty} USING m::text::{ty}, ALTER x TYPE {other} USING x::text::{other}")),
        1 => pick(&["one", "text", "varchar(9)"])
            .prop_map(|ty| format!("ALTER TABLE h ALTER v TYPE {ty} USING v::text::{ty}")),
        1 => pick(&["one[]", "two[]"])
            .prop_map(|ty| format!("ALTER TABLE h ALTER ms TYPE {ty} USING ms::text[]::{ty}")),
        1 => pick(&["one", "two"]).prop_map(|ty| format!("ALTER TABLE h ALTER m TYPE {ty}")),
        2 => pick(&[
            "ALTER TABLE h DROP COLUMN m, ADD COLUMN m one",
            "ALTER TABLE h DROP COLUMN m CASCADE, ADD COLUMN m one",
            "ALTER TABLE k ALTER m TYPE two USING m::text::two",
        ]),
    ]
}

fn drop() -> impl Strategy<Value = String> {
    let what = pick(&[
        "DROP INDEX IF EXISTS i@",
        "ALTER TABLE h DROP CONSTRAINT IF EXISTS c@",
        "DROP POLICY IF EXISTS p@ ON h",
        "DROP TRIGGER IF EXISTS g@ ON h",
        "DROP RULE IF EXISTS r@ ON h",
        "DROP VIEW IF EXISTS v@",
        "DROP STATISTICS IF EXISTS s@",
        "ALTER INDEX IF EXISTS i@ RENAME TO j#",
    ]);
    (what, 1..12_usize).prop_map(|(what, number)| what.replace('@', &number.to_string()))
}

fn other() -> impl Strategy<Value = String> {
    let label = || pick(&["a", "b", "c", "z", "nope"]);
    prop_oneof![
        2 => label().prop_map(|label| format!("UPDATE h SET m = '{label}' WHERE m IS NULL")),
        1 => label().prop_map(|label| format!("INSERT INTO h (m) SELECT '{label}' FROM h WHERE false")),
        1 => label().prop_map(|label| format!("SELECT '{label}'::one")),
        1 => condition().prop_map(|it| format!("SELECT * FROM h WHERE {it}")),
        2 => pick(&["ALTER TYPE one ADD VALUE IF NOT EXISTS 'z'", "ALTER TYPE two ADD VALUE IF NOT EXISTS 'z'"]),
        1 => pick(&["DROP TYPE two", "CREATE TYPE two AS ENUM ('b', 'a', 'c')", "DROP TYPE one", "DROP TABLE h"]),
        4 => pick(&["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT s", "ROLLBACK TO s"]),
    ]
}

async fn what_hangs_on_columns_is_that_of_the_server(database: Database) {
    let statement = || prop_oneof![4 => create(), 3 => change(), 2 => drop(), 2 => other()].boxed();
    compare(
        database,
        move || vec(statement(), 1..16),
        async |connection, statements: &Vec<String>| {
            let mut all = vec![BEFORE.join("; ")];
            for (place, statement) in statements.iter().enumerate() {
                all.push(statement.replace('#', &place.to_string()));
            }
            check(connection, &all).await
        },
    )
    .await;
}
