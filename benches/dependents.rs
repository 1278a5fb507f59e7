//! What it takes to read what depends on the types of 10,000 schemas, with one type and one table each: page by page, beside
//! type by type, of which a few are read.
//!
//! `cargo xtask bench-dependents`, or `cargo bench -p pg-enum-benches --bench dependents`. `PG_ENUM_BENCH_ROUNDS` says how
//! often to measure.

mod figures;
mod memory;

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use pg_enum_core::dependents::{PAGE, Page, query};
use pg_enum_test_server::Server;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use crate::figures::{Failure, exit_code, median, rounds, verdict};
use crate::memory::peak;

const SCHEMAS: usize = 10_000;
/// How many types are read one by one.
const ONE_BY_ONE: usize = 100;
const ROUNDS: usize = 3;

/// How much faster a page should be than its types one by one.
const LEAST_TIMES: f64 = 10.0;
/// What the peak of memory should stay below, in MB more than before.
const MOST_MEMORY: f64 = 10.0;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(Failure::from).and_then(|runtime| {
        let server = Server::find_or_start()?;
        println!("{}, {SCHEMAS} schemas with one type and one table each\n", server.describe());
        runtime.block_on(async {
            let database = server.database().await?;
            let mut connection = database.connect().await?;
            let done = measure(&mut connection, async || Ok(database.connect().await?)).await;
            database.drop_database().await?;
            done
        })
    });
    exit_code(done)
}

async fn measure(
    connection: &mut PgConnection,
    connect: impl AsyncFn() -> Result<PgConnection, Failure>,
) -> Result<(), Failure> {
    let schemas: Vec<String> = (0..SCHEMAS).map(|n| format!("tenant_{n:05}")).collect();
    for schemas in schemas.chunks(50) {
        let mut sql = String::new();
        for schema in schemas {
            writeln!(
                sql,
                "CREATE SCHEMA {schema}; CREATE TYPE {schema}.mood AS ENUM ('sad', 'ok', 'x');
                 CREATE TABLE {schema}.t (id bigint PRIMARY KEY, m {schema}.mood NOT NULL DEFAULT 'ok');"
            )?;
        }
        run(connection, &sql).await?;
    }
    run(connection, "VACUUM ANALYZE").await?;
    let names: Vec<(&str, &str)> = schemas.iter().map(|schema| (&**schema, "mood")).collect();
    let before = peak("self")?;
    let [mut pages, mut singles, mut servers] = [const { Vec::new() }; 3];
    for _ in 0..rounds(ROUNDS)? {
        // Each time in a new session, as for a command.
        let mut session = connect().await?;
        pages.push(read(&mut session, &names, PAGE).await?);
        let pid: i32 =
            sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut session).await?;
        servers.push(peak(&pid.to_string())? / 1e3);
        session.close().await?;
        let mut session = connect().await?;
        singles.push(read(&mut session, &names[..ONE_BY_ONE], 1).await?);
        session.close().await?;
    }
    let memory = (peak("self")? - before) / 1e3;
    let (all, few) = (median(pages), median(singles));
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let (each, alone) = (all / SCHEMAS as f64, few / ONE_BY_ONE as f64);
    println!("| what | queries | s | ms for each type |\n|---|---|---|---|");
    println!("| pages of {PAGE} | {} | {all:.2} | {:.2} |", SCHEMAS.div_ceil(PAGE), each * 1e3);
    println!("| one by one | {ONE_BY_ONE} | {few:.2} | {:.2} |", alone * 1e3);
    println!(
        "\none by one / pages: {:.0} (at least {LEAST_TIMES}: {})",
        alone / each,
        verdict(alone / each >= LEAST_TIMES)
    );
    println!(
        "more memory at the peak: {memory:.1} MB (at most {MOST_MEMORY}: {}); the server's process had {:.0} MB",
        verdict(memory <= MOST_MEMORY),
        median(servers)
    );
    Ok(())
}

/// Seconds to read what depends on these types, with so many in a query.
async fn read(
    connection: &mut PgConnection,
    names: &[(&str, &str)],
    page: usize,
) -> Result<f64, Failure> {
    let start = Instant::now();
    for names in names.chunks(page) {
        let sql = query(names).to_string();
        let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(&mut *connection).await?;
        let rows = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        let page = Page::parse(rows).ok_or("unexpected rows")?;
        for (schema, name) in names {
            let dependents = page.dependents(schema, name).ok_or("no type")?;
            // The column and its default.
            assert_eq!(dependents.objects.len(), 2);
        }
    }
    Ok(start.elapsed().as_secs_f64())
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), Failure> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}
