//! What it costs to verify 1,000 enums of 50 labels, beside the bare query of the catalog and beside doing either
//! enum by enum; and five enums in each of 10,000 schemas. All in one run, measured in turns.
//!
//! `cargo xtask bench-verify`, or `cargo bench -p pg-enum-benches --bench verify`. `PG_ENUM_BENCH_ROUNDS` says how
//! often to measure each.

mod figures;
mod memory;

use std::fmt::Write as _;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use pg_enum::live::Policy;
use pg_enum::{Definition, Registered, Set};
use pg_enum_test_server::Server;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::figures::{Failure, exit_code, median, rounds, verdict};
use crate::memory::peak;

const ENUMS: usize = 1000;
const LABELS: usize = 50;
const ROUNDS: usize = 11;

const SCHEMAS: usize = 10_000;
const TENANT_ENUMS: usize = 5;
const TENANT_LABELS: usize = 8;

/// What verifying should stay below, in times that the bare query takes.
const MOST_QUERIES: f64 = 2.0;
/// What verifying each by itself should stay above, in times that verifying takes.
const LEAST_VERIFIES: f64 = 20.0;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(Failure::from).and_then(|runtime| {
        let server = Server::find_or_start()?;
        runtime.block_on(async {
            let database = server.database().await?;
            let mut connection = database.connect().await?;
            let done = async {
                many_enums(&mut connection).await?;
                many_schemas(&mut connection).await
            };
            let done = done.await;
            database.drop_database().await?;
            done
        })
    });
    exit_code(done)
}

/// Names and labels, for definitions to borrow.
struct Texts {
    names: Vec<String>,
    labels: Vec<String>,
}

impl Texts {
    fn new(enums: usize, labels: usize) -> Self {
        let numbered = |what: &str, count| (0..count).map(|n| format!("{what}_{n}")).collect();
        Self { names: numbered("an_enum_type", enums), labels: numbered("a_label", labels) }
    }
}

async fn many_enums(connection: &mut PgConnection) -> Result<(), Failure> {
    let texts = Texts::new(ENUMS, LABELS);
    let labels: Vec<&str> = texts.labels.iter().map(|label| &**label).collect();
    let definition = |name| Definition::new(name, &labels).in_schema("app");
    let registered = |name| Registered::new(definition(name), name, false);
    let set: Set<'_> = texts.names.iter().map(|name| registered(name)).collect();
    run(connection, "CREATE SCHEMA app").await?;
    for chunk in texts.names.chunks(200) {
        let mut sql = String::new();
        for name in chunk {
            let definition = definition(name);
            writeln!(
                sql,
                "CREATE TYPE {} AS ENUM ({});",
                definition.name_sql(),
                definition.labels_sql()
            )?;
        }
        run(connection, &sql).await?;
    }
    run(connection, "VACUUM ANALYZE").await?;

    let rounds = rounds(ROUNDS)?;
    let [mut bares, mut verifies, mut bare_eaches, mut eaches] = [const { Vec::new() }; 4];
    for _ in 0..rounds {
        bares.push(time(bare(connection, &texts.names)).await?);
        verifies.push(time(async { Ok(set.verify(&mut *connection).await?) }).await?);
        let each = async {
            for name in &texts.names {
                bare(connection, std::slice::from_ref(name)).await?;
            }
            Ok(())
        };
        bare_eaches.push(time(each).await?);
        let each = async {
            for it in set.iter() {
                Set::new([*it]).verify(&mut *connection).await?;
            }
            Ok(())
        };
        eaches.push(time(each).await?);
    }
    println!("{ENUMS} enums of {LABELS} labels\n\n| what | ms |\n|---|---|");
    for (what, figures) in [
        ("the bare query", &bares),
        ("`Set::verify`", &verifies),
        ("the bare query for each enum", &bare_eaches),
        ("`Set::verify` for each enum", &eaches),
    ] {
        println!("| {what} | {:.1} |", median(figures.clone()) * 1e3);
    }
    let ratio =
        |one: &[f64], two: &[f64]| median(one.iter().zip(two).map(|(a, b)| a / b).collect());
    let (queries, each_by_itself) = (ratio(&verifies, &bares), ratio(&eaches, &verifies));
    let bare_by_itself = ratio(&bare_eaches, &verifies);
    println!(
        "\nverify / bare query: {queries:.2} (at most {MOST_QUERIES}: {})",
        verdict(queries <= MOST_QUERIES)
    );
    println!(
        "verify for each / verify: {each_by_itself:.1} (at least {LEAST_VERIFIES}: {})",
        verdict(each_by_itself >= LEAST_VERIFIES)
    );
    println!("bare query for each / verify: {bare_by_itself:.1}\n");
    run(connection, "DROP SCHEMA app CASCADE").await.or(Ok(()))
}

/// What nobody could do without who wants to know the labels.
async fn bare(connection: &mut PgConnection, names: &[String]) -> Result<(), Failure> {
    let mut sql = String::from(
        "SELECT t.typname::text, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels \
         FROM pg_catalog.pg_type AS t \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace \
         JOIN pg_catalog.pg_enum AS e ON e.enumtypid = t.oid \
         WHERE n.nspname = 'app' AND t.typname IN (",
    );
    for (index, name) in names.iter().enumerate() {
        write!(sql, "{}'{name}'", if index == 0 { "" } else { ", " })?;
    }
    sql += ") GROUP BY t.typname";
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await?;
    assert_eq!(rows.len(), names.len());
    for row in rows {
        black_box(row.try_get::<Vec<String>, _>("labels")?);
    }
    Ok(())
}

async fn many_schemas(connection: &mut PgConnection) -> Result<(), Failure> {
    let texts = Texts::new(TENANT_ENUMS, TENANT_LABELS);
    let labels: Vec<&str> = texts.labels.iter().map(|label| &**label).collect();
    let definitions: Vec<_> =
        texts.names.iter().map(|name| Definition::new(name, &labels)).collect();
    let set: Set<'_> = definitions.iter().map(|it| Registered::new(*it, it.name, false)).collect();
    for first in (0..SCHEMAS).step_by(100) {
        let mut sql = String::new();
        for schema in (first..first + 100).map(|n| format!("tenant_{n:05}")) {
            writeln!(sql, "CREATE SCHEMA {schema};")?;
            for it in &definitions {
                let name = it.in_schema(&schema).name_sql().to_string();
                writeln!(sql, "CREATE TYPE {name} AS ENUM ({});", it.labels_sql())?;
            }
        }
        run(connection, &sql).await?;
    }
    run(connection, "VACUUM ANALYZE").await?;
    let policy = Policy::new().schemas(r"tenant\_%");
    let before = peak("self")?;
    let mut figures = Vec::new();
    for _ in 0..rounds(ROUNDS)?.min(5) {
        figures.push(time(async { Ok(set.verify_with(&policy, &mut *connection).await?) }).await?);
    }
    println!(
        "{TENANT_ENUMS} enums of {TENANT_LABELS} labels in each of {SCHEMAS} schemas: {:.0} ms, {:.1} MB more \
         memory at the peak",
        median(figures) * 1e3,
        (peak("self")? - before) / 1e3
    );
    Ok(())
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), Failure> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

async fn time(work: impl Future<Output = Result<(), Failure>>) -> Result<f64, Failure> {
    let start = Instant::now();
    work.await?;
    Ok(start.elapsed().as_secs_f64())
}
