//! Random sequences of statements about enums and what is around them. `PROPTEST_CASES` says how many
//! to try.

use std::cell::RefCell;
use std::hash::{BuildHasher, Hasher, RandomState};

use pg_enum_core::Definition;
use pg_enum_migrations::folder::{Tool, Transaction};
use pg_enum_migrations::{Finding, Folder};
use pg_enum_test_server::Database;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use sqlx::PgConnection;
use tokio::runtime::Builder;

use super::{Outcome, catalog, code_of, folder, options, replayed};
use crate::harness::{run, tests};

tests![statement_by_statement, migration_by_migration, migrations_in_a_transaction];

// --- what statements are made of: few names, so that they meet ---

fn schema() -> impl Strategy<Value = String> {
    select(&["a", "b", "\"C\"", "A", "public"][..]).prop_map(str::to_owned)
}

fn bare() -> impl Strategy<Value = String> {
    let names = [
        "t",
        "t",
        "t",
        "u",
        "u",
        "T",
        "\"T\"",
        "_t",
        "__t",
        "\"x y\"",
        "U&\"\\0074\"",
        "_u",
        "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg",
    ];
    select(names.to_vec()).prop_map(str::to_owned)
}

fn qualified() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => bare(),
        2 => (schema(), bare()).prop_map(|(schema, name)| format!("{schema}.{name}")),
    ]
}

fn label() -> impl Strategy<Value = String> {
    let labels = [
        "'a'",
        "'a'",
        "'b'",
        "'b'",
        "'c'",
        "'A'",
        "''",
        "'it''s'",
        "E'b'",
        "U&'\\0063'",
        "$$d$$",
        "E'\\x61'",
        "'a b'",
        "'0123456789012345678901234567890123456789012345678901234567890123'",
        "'é'",
    ];
    select(labels.to_vec()).prop_map(str::to_owned)
}

fn labels() -> impl Strategy<Value = String> {
    vec(label(), 0..4).prop_map(|labels| labels.join(", "))
}

/// A statement about a type.
pub(super) fn type_statement() -> BoxedStrategy<String> {
    let position = prop_oneof![
        2 => Just(String::new()),
        1 => label().prop_map(|anchor| format!(" BEFORE {anchor}")),
        1 => label().prop_map(|anchor| format!(" AFTER {anchor}")),
    ];
    prop_oneof![
        6 => (qualified(), labels()).prop_map(|(name, labels)| format!("CREATE TYPE {name} AS ENUM ({labels})")),
        6 => (qualified(), any::<bool>(), label(), position).prop_map(|(name, guard, label, position)| {
            let guard = if guard { "IF NOT EXISTS " } else { "" };
            format!("ALTER TYPE {name} ADD VALUE {guard}{label}{position}")
        }),
        3 => (qualified(), label(), label())
            .prop_map(|(name, from, to)| format!("ALTER TYPE {name} RENAME VALUE {from} TO {to}")),
        3 => (qualified(), bare()).prop_map(|(name, to)| format!("ALTER TYPE {name} RENAME TO {to}")),
        2 => (qualified(), prop_oneof![4 => schema(), 1 => Just("missing".to_owned())])
            .prop_map(|(name, to)| format!("ALTER TYPE {name} SET SCHEMA {to}")),
        1 => (bare(), select(&["", " CASCADE"][..]))
            .prop_map(|(name, behavior)| format!("DROP TYPE IF EXISTS missing.{name}{behavior}")),
        3 => (vec(qualified(), 1..3), any::<bool>(), select(&["", " CASCADE", " RESTRICT"][..])).prop_map(
            |(names, guard, behavior)| {
                let guard = if guard { "IF EXISTS " } else { "" };
                format!("DROP TYPE {guard}{}{behavior}", names.join(", "))
            }
        ),
        1 => qualified().prop_map(|name| format!("CREATE TYPE {name} AS (x integer)")),
        1 => (qualified(), qualified()).prop_map(|(name, over)| format!("CREATE TYPE {name} AS (x {over})")),
    ]
    .boxed()
}

/// A statement about a schema or the path.
fn schema_statement() -> impl Strategy<Value = String> {
    let path = vec(
        select(
            &[
                "a",
                "b",
                "\"C\"",
                "public",
                "'a'",
                "'C'",
                "missing",
                "\"$user\"",
                "C",
                "'a, b'",
                "''",
            ][..],
        ),
        1..4,
    )
    .prop_map(|names| names.join(", "));
    let text = select(&["a", "b, public", "\"C\",a", "A", "", "public", " \"a\" , pg_temp"][..]);
    prop_oneof![
        4 => (schema(), any::<bool>()).prop_map(|(name, guard)| {
            let guard = if guard { "IF NOT EXISTS " } else { "" };
            format!("CREATE SCHEMA {guard}{name}")
        }),
        2 => (schema(), any::<bool>(), any::<bool>()).prop_map(|(name, guard, cascade)| {
            let guard = if guard { "IF EXISTS " } else { "" };
            let cascade = if cascade { " CASCADE" } else { "" };
            format!("DROP SCHEMA {guard}{name}{cascade}")
        }),
        1 => (schema(), schema()).prop_map(|(from, to)| format!("ALTER SCHEMA {from} RENAME TO {to}")),
        3 => (select(&["", "LOCAL ", "SESSION "][..]), select(&["TO", "="][..]), path)
            .prop_map(|(scope, to, path)| format!("SET {scope}search_path {to} {path}")),
        1 => Just("RESET search_path".to_owned()),
        1 => Just("SET search_path TO DEFAULT".to_owned()),
        1 => select(&["a", "A", "C", "missing", "a, b", "$user", ""][..]).prop_map(|name| format!("SET SCHEMA '{name}'")),
        1 => (text, any::<bool>())
            .prop_map(|(text, local)| format!("SELECT pg_catalog.set_config('search_path', '{text}', {local})")),
    ]
}

/// A statement about a table whose column has a type.
pub(super) fn table_statement() -> impl Strategy<Value = String> {
    let table = select(&["t", "u", "w", "public.w", "_t"][..]);
    prop_oneof![
        3 => (table.clone(), any::<bool>(), qualified(), any::<bool>()).prop_map(|(table, guard, ty, array)| {
            let guard = if guard { "IF NOT EXISTS " } else { "" };
            let array = if array { "[]" } else { "" };
            format!("CREATE TABLE {guard}{table} (c {ty}{array}, n integer)")
        }),
        1 => table.clone().prop_map(|table| format!("CREATE TABLE {table} (n integer)")),
        2 => table.clone().prop_map(|table| format!("DROP TABLE IF EXISTS {table}")),
        1 => table.clone().prop_map(|table| format!("ALTER TABLE IF EXISTS {table} DROP COLUMN IF EXISTS c")),
        1 => (select(&["t", "u", "_t"][..]), select(&["t", "_t", "__t"][..]))
            .prop_map(|(table, to)| format!("ALTER TABLE IF EXISTS {table} RENAME TO {to}")),
        // Not to a table whose row type the column could have.
        1 => (select(&["w", "public.w"][..]), 0..1_000_000, qualified())
            .prop_map(|(table, column, ty)| format!("ALTER TABLE IF EXISTS {table} ADD COLUMN c{column} {ty}")),
    ]
}

fn transaction_statement() -> impl Strategy<Value = String> {
    let name = select(&["s", "s", "S", "\"S\"", "r"][..]);
    prop_oneof![
        4 => select(&["BEGIN", "START TRANSACTION"][..]).prop_map(str::to_owned),
        3 => select(&["COMMIT", "END"][..]).prop_map(str::to_owned),
        3 => select(&["ROLLBACK", "ABORT"][..]).prop_map(str::to_owned),
        1 => select(&["COMMIT AND CHAIN", "ROLLBACK AND CHAIN"][..]).prop_map(str::to_owned),
        4 => name.clone().prop_map(|name| format!("SAVEPOINT {name}")),
        1 => name.clone().prop_map(|name| format!("RELEASE {name}")),
        4 => name.prop_map(|name| format!("ROLLBACK TO SAVEPOINT {name}")),
    ]
}

/// A name as a text has it that is compared with one in the catalog.
fn plain(name: &str) -> String {
    name.replace("U&\"\\0074\"", "t").replace("ggggggg", "")
}

/// A block around statements about types.
fn block() -> impl Strategy<Value = String> {
    let inner = || prop_oneof![5 => type_statement(), 1 => schema_statement().prop_filter("changes nothing", |s| !s.starts_with("SELECT"))];
    let condition = select(
        &[
            "duplicate_object",
            "undefined_object",
            "OTHERS",
            "SQLSTATE '42710'",
            "unique_violation",
            "duplicate_object OR undefined_object",
            "invalid_parameter_value",
            "raise_exception",
            "dependent_objects_still_exist",
            "syntax_error_or_access_rule_violation",
        ][..],
    );
    let unquoted = |name: &str| plain(name).trim_matches('"').to_owned();
    let block = prop_oneof![
        3 => (bare(), inner(), any::<bool>()).prop_map(move |(name, inner, not)| {
            let not = if not { "NOT " } else { "" };
            format!("IF {not}EXISTS (SELECT 1 FROM pg_type WHERE typname = '{}') THEN {inner}; END IF;", unquoted(&name))
        }),
        2 => (bare(), inner(), inner()).prop_map(|(name, inner, other)| format!(
            "IF NOT EXISTS (SELECT FROM pg_catalog.pg_type AS t JOIN pg_namespace n ON n.oid = t.typnamespace \
             WHERE t.typname = '{}' AND n.nspname = current_schema() AND t.typtype = 'e') \
             THEN {inner}; ELSE {other}; END IF;", plain(&name).trim_matches('"'))),
        2 => (qualified(), label(), inner()).prop_map(|(name, label, inner)| format!(
            "IF EXISTS (SELECT 1 FROM pg_enum e WHERE e.enumlabel = {label} AND e.enumtypid = to_regtype('{}')) THEN {inner}; END IF;", plain(&name))),
        1 => (qualified(), inner()).prop_map(|(name, inner)| format!("IF to_regtype('{}') IS NULL THEN {inner}; END IF;", plain(&name))),
        1 => (qualified(), label(), inner()).prop_map(|(name, label, inner)| format!(
            "IF {label} <> ALL (enum_range(NULL::{name})::text[]) THEN {inner}; END IF;")),
        3 => (inner(), condition.clone(), inner())
            .prop_map(|(inner, condition, handler)| format!("{inner}; EXCEPTION WHEN {condition} THEN {handler};")),
        3 => (inner(), inner(), condition.clone()).prop_map(|(one, two, condition)| format!("{one}; {two}; EXCEPTION WHEN {condition} THEN NULL;")),
        1 => (inner(), inner(), condition.clone()).prop_map(|(one, two, condition)| format!(
            "{one}; BEGIN {two}; RAISE EXCEPTION 'no'; EXCEPTION WHEN {condition} THEN RAISE NOTICE 'caught %', SQLERRM; END;")),
        2 => (qualified(), vec(label(), 1..4), any::<bool>()).prop_map(|(name, labels, each)| {
            let array = labels.join(", ");
            let name = name.replace('\'', "''");
            let head = if each {
                format!("FOREACH l IN ARRAY ARRAY[{array}]::text[] LOOP")
            } else {
                format!("FOR l IN SELECT unnest(ARRAY[{array}]::text[]) LOOP")
            };
            format!("{head} EXECUTE format('ALTER TYPE {name} ADD VALUE IF NOT EXISTS %L', l); END LOOP;")
        }),
        1 => (inner(), any::<bool>()).prop_map(|(inner, dollar)| {
            if dollar { format!("EXECUTE $q${inner}$q$;") } else { format!("EXECUTE '{}';", inner.replace('\'', "''").replace('\\', "\\\\")).replace("EXECUTE '", "EXECUTE E'") }
        }),
        1 => (bare(), inner()).prop_map(|(name, inner)| format!(
            "SELECT count(*) INTO k FROM pg_type WHERE typname = '{}'; IF k = 0 THEN {inner}; END IF;", plain(&name).trim_matches('"'))),
        1 => (bare(), inner()).prop_map(|(name, inner)| format!(
            "PERFORM 1 FROM pg_type WHERE typname = '{}'; IF NOT FOUND THEN {inner}; END IF;", plain(&name).trim_matches('"'))),
        1 => inner().prop_map(|inner| format!(
            "PERFORM 1 FROM (WITH values AS (SELECT 1 AS n) SELECT n FROM values) q; {inner};")),
        2 => (inner(), condition, inner(), inner()).prop_map(|(inner, condition, one, two)| format!(
            "{inner}; EXCEPTION WHEN {condition} THEN GET STACKED DIAGNOSTICS l = RETURNED_SQLSTATE; \
             IF l = '42710' THEN {one}; ELSE {two}; END IF;")),
        1 => (bare(), label()).prop_map(|(name, label)| format!(
            "FOR r IN SELECT n.nspname AS s, t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace \
             WHERE t.typname = '{}' AND t.typtype = 'e' AND n.nspname IN ('a', 'public') ORDER BY n.nspname \
             LOOP EXECUTE format('ALTER TYPE %I.%I ADD VALUE %L', r.s, r.typname, {label}); END LOOP;", plain(&name).trim_matches('"'))),
    ];
    block.prop_filter("dollar quotes in dollar quotes", |block| !block.contains("$$")).prop_map(
        |block| format!("DO $$ DECLARE l text; DECLARE k bigint; r record; BEGIN {block} END $$"),
    )
}

/// What pg-enum itself writes into migrations.
fn fragment() -> impl Strategy<Value = String> {
    let names = select(&["t", "u", "T"][..]);
    let labels = vec(select(&["a", "b", "A", "it's"][..]), 0..3);
    (proptest::option::of(select(&["a", "public"][..])), names, labels, any::<bool>()).prop_map(
        |(schema, name, labels, create)| {
            let mut labels = labels;
            let mut seen = std::collections::HashSet::new();
            labels.retain(|label| seen.insert(*label));
            let definition = Definition::new(name, &labels);
            let definition = match schema {
                Some(schema) => definition.in_schema(schema),
                None => definition,
            };
            let sql = if create {
                definition.create_sql().to_string()
            } else {
                definition.drop_sql().to_string()
            };
            sql.trim_end().trim_end_matches(';').to_owned()
        },
    )
}

pub(super) fn statement() -> BoxedStrategy<String> {
    prop_oneof![
        8 => type_statement(),
        3 => schema_statement(),
        2 => table_statement(),
        4 => block(),
        1 => fragment(),
        4 => transaction_statement(),
    ]
    .boxed()
}

// --- the comparison ---

/// Proptest is not asynchronous, so it works on a thread of its own. A failure says which seed gives the same cases again.
pub(super) async fn compare<C: std::fmt::Debug + Clone + Send + 'static, S: Strategy<Value = C>>(
    database: Database,
    cases: impl FnOnce() -> S + Send + 'static,
    check: impl AsyncFn(&mut PgConnection, &C) -> Result<(), String> + Send + 'static,
) {
    let found = tokio::task::spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let connection = RefCell::new(runtime.block_on(database.connect()).unwrap());
        runtime.block_on(run(&mut connection.borrow_mut(), "SET client_min_messages = error"));
        let default = Config::default();
        let seed = match default.rng_seed {
            RngSeed::Fixed(seed) => seed,
            RngSeed::Random => RandomState::new().build_hasher().finish(),
        };
        let config = Config {
            failure_persistence: None,
            max_shrink_iters: 2000,
            rng_seed: RngSeed::Fixed(seed),
            ..default
        };
        TestRunner::new(config)
            .run(&cases(), |case| {
                let mut connection = connection.borrow_mut();
                let connection = &mut *connection;
                let outcome = runtime.block_on(async {
                    run(connection, "ROLLBACK").await;
                    run(connection, CLEAN).await;
                    check(connection, &case).await
                });
                outcome.map_err(TestCaseError::fail)
            })
            .map_err(|error| match error {
                TestError::Fail(reason, case) => {
                    format!("{reason}\n{case:#?}\nwith PROPTEST_RNG_SEED={seed}")
                }
                TestError::Abort(reason) => reason.to_string(),
            })
    });
    if let Err(failure) = found.await.unwrap() {
        panic!("{failure}");
    }
}

pub(super) const CLEAN: &str = "SET client_min_messages = error; DISCARD TEMP; RESET search_path; DROP SCHEMA IF EXISTS a, b, \"C\", public CASCADE; \
    CREATE SCHEMA public";

/// Does nothing, but every name is one that the folder gives to an enum; others may be an extension's
/// as far as replay knows, and nothing is held against them.
pub(super) const ALL_NAMES: &str = "DO $$ BEGIN CREATE TYPE t AS ENUM (); CREATE TYPE u AS ENUM (); \
    CREATE TYPE \"T\" AS ENUM (); CREATE TYPE _t AS ENUM (); CREATE TYPE __t AS ENUM (); \
    CREATE TYPE \"x y\" AS ENUM (); CREATE TYPE _u AS ENUM (); CREATE TYPE \
    aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg AS ENUM (); \
    RAISE EXCEPTION 'enough'; EXCEPTION WHEN OTHERS THEN NULL; END $$";

fn differ(server: &Outcome, replay: &Outcome) -> Result<(), String> {
    // Of a list with a label twice and another that is too long, PostgreSQL 16 and later report the latter.
    let same = |((at, server), (place, replay)): (&(usize, String), &(usize, String))| {
        at == place && (server == replay || (server == "42602" && replay == "23505"))
    };
    let as_many = server.refused.len() == replay.refused.len();
    if server.enums == replay.enums
        && as_many
        && server.refused.iter().zip(&replay.refused).all(same)
    {
        return Ok(());
    }
    Err(format!("server: {server:#?}\nreplay: {replay:#?}"))
}

/// Runs statements as psql sends them, and returns which of them fail, with the code.
pub(super) async fn run_each(
    connection: &mut PgConnection,
    statements: &[String],
) -> Result<Vec<(usize, String)>, String> {
    let mut refused = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        match code_of(connection, statement).await?.as_deref() {
            None | Some("25P02") => {}
            Some(code) => refused.push((index, code.to_owned())),
        }
    }
    run(connection, "ROLLBACK").await;
    Ok(refused)
}

/// The same statements as one script, and which of them a finding is in.
pub(super) fn one_script(statements: &[String]) -> (Folder, impl Fn(&Finding) -> usize) {
    let mut script = String::new();
    let mut ends = Vec::new();
    for statement in statements {
        script.push_str(statement);
        ends.push(script.len());
        script.push_str(";\n");
    }
    let folder = folder(Tool::Plain, &[script], Transaction::PerStatement);
    (folder, move |finding| ends.partition_point(|end| *end <= finding.at.range.start))
}

/// As psql sends a file: each statement by itself, and on after an error.
async fn statement_by_statement(database: Database) {
    compare(
        database,
        || vec(statement(), 1..25),
        async |connection, statements: &Vec<String>| {
            let statements: Vec<_> =
                [ALL_NAMES.to_owned()].iter().chain(statements).cloned().collect();
            let refused = run_each(connection, &statements).await?;
            let enums = catalog(connection).await.map_err(|error| error.to_string())?;
            let (folder, place) = one_script(&statements);
            let (replay, _) = replayed(&folder, &options(true), place)?;
            differ(&Outcome { enums, refused }, &replay)
        },
    )
    .await;
}

fn migrations() -> impl Strategy<Value = Vec<String>> {
    let script = vec(statement(), 1..6).prop_map(|statements| statements.join(";\n"));
    vec(script, 1..5)
}

fn migration(finding: &Finding) -> usize {
    let path = finding.at.path().with_extension("");
    path.to_str().and_then(|name| name.parse().ok()).unwrap_or(usize::MAX)
}

/// As Prisma and golang-migrate send a file: as one string. The first that fails is the last.
async fn migration_by_migration(database: Database) {
    compare(database, migrations, async |connection, scripts: &Vec<String>| {
        let mut refused = Vec::new();
        let scripts: Vec<_> = [ALL_NAMES.to_owned()].iter().chain(scripts).cloned().collect();
        for (index, script) in scripts.iter().enumerate() {
            if let Some(code) = code_of(connection, script).await? {
                refused.push((index, code));
                break;
            }
        }
        run(connection, "ROLLBACK").await;
        let enums = catalog(connection).await.map_err(|error| error.to_string())?;
        let folder = folder(Tool::Prisma, &scripts, Transaction::Implicit);
        let (replay, _) = replayed(&folder, &options(false), migration)?;
        differ(&Outcome { enums, refused }, &replay)
    })
    .await;
}

/// As sqlx and Diesel send a file: as one string, inside a transaction. Here, the next is sent even
/// if one fails.
async fn migrations_in_a_transaction(database: Database) {
    compare(database, migrations, async |connection, scripts: &Vec<String>| {
        let mut refused = Vec::new();
        let scripts: Vec<_> = [ALL_NAMES.to_owned()].iter().chain(scripts).cloned().collect();
        for (index, script) in scripts.iter().enumerate() {
            run(connection, "BEGIN").await;
            match code_of(connection, script).await? {
                None => run(connection, "COMMIT").await,
                Some(code) => {
                    refused.push((index, code));
                    run(connection, "ROLLBACK").await;
                }
            }
        }
        let enums = catalog(connection).await.map_err(|error| error.to_string())?;
        let folder = folder(Tool::Sqlx, &scripts, Transaction::Explicit);
        let (replay, _) = replayed(&folder, &options(true), migration)?;
        differ(&Outcome { enums, refused }, &replay)
    })
    .await;
}
