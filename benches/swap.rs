//! What it takes to replace a type that two columns of a million rows use, beside a bare rewrite of the table and beside
//! the plans of other tools; and how long the online change locks the table. All on one server, measured in turns.
//!
//! `cargo xtask bench-swap`, or `cargo bench -p pg-enum-benches --bench swap`. `PG_ENUM_BENCH_ROUNDS` says how often to
//! measure each.

mod figures;

use std::process::ExitCode;
use std::time::Instant;

use pg_enum_core::Definition;
use pg_enum_core::dependents::{self, Dependents, Page};
use pg_enum_core::drift::Query;
use pg_enum_core::plan::online::{self, Options, State, Work, plan_online};
use pg_enum_core::plan::plan_swap;
use pg_enum_test_server::Server;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::figures::{Failure, exit_code, median, rounds, verdict};

const ROWS: u32 = 1_000_000;
const ROUNDS: usize = 5;
const BATCH_PAGES: u64 = 200;

/// What the swap should stay below, in times that a bare rewrite takes.
const MOST_REWRITES: f64 = 1.1;
/// What the longest lock of the online change should stay below, as a part of that of the swap.
const MOST_LOCK: f64 = 1.0 / 50.0;

/// The label `x` goes, which no row holds, because not all of these plans can replace a label in rows.
const NEW: &[&str] = &["sad", "ok", "great"];

/// The least that changes the columns: a new type, and one `ALTER TABLE` with both casts.
const BARE: &str = "ALTER TYPE app.mood RENAME TO mood_old;
CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'great');
ALTER TABLE app.t ALTER COLUMN m TYPE app.mood USING m::text::app.mood, ALTER COLUMN n TYPE app.mood USING n::text::app.mood;
DROP TYPE app.mood_old;";

/// What other tools emit for this change, in our words. Each tool runs it in a transaction.
const PEERS: [(&str, &str); 4] = [
    // drizzle-team/drizzle-orm, drizzle-kit/src/sqlgenerator.ts, `PgAlterTypeDropValueConvertor`: to `text` and back.
    (
        "drizzle-kit",
        "ALTER TABLE app.t ALTER COLUMN m SET DATA TYPE text;
ALTER TABLE app.t ALTER COLUMN n SET DATA TYPE text;
DROP TYPE app.mood;
CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'great');
ALTER TABLE app.t ALTER COLUMN m SET DATA TYPE app.mood USING m::app.mood;
ALTER TABLE app.t ALTER COLUMN n SET DATA TYPE app.mood USING n::app.mood;",
    ),
    // prisma/prisma-engines, schema-engine/connectors/sql-schema-connector/src/sql_renderer/postgres_renderer.rs,
    // `render_postgres_alter_enum`: one `ALTER TABLE` for each column.
    (
        "Prisma",
        "CREATE TYPE app.mood_new AS ENUM ('sad', 'ok', 'great');
ALTER TABLE app.t ALTER COLUMN m TYPE app.mood_new USING (m::text::app.mood_new);
ALTER TABLE app.t ALTER COLUMN n TYPE app.mood_new USING (n::text::app.mood_new);
ALTER TYPE app.mood RENAME TO mood_old;
ALTER TYPE app.mood_new RENAME TO mood;
DROP TYPE app.mood_old;",
    ),
    // Pogchamp-company/alembic-postgresql-enum, alembic_postgresql_enum/operations/sync_enum_values.py and
    // sql_commands/{enum_type,comparison_operators}.py: with operators between the two types while it converts.
    (
        "alembic-postgresql-enum",
        "ALTER TYPE app.mood RENAME TO mood_old;
CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'great');
CREATE FUNCTION public.differ(new app.mood, old app.mood_old) RETURNS boolean LANGUAGE sql IMMUTABLE
  AS $$ SELECT new::text <> old::text $$;
CREATE OPERATOR public.<> (leftarg = app.mood, rightarg = app.mood_old, procedure = public.differ);
CREATE FUNCTION public.equal(new app.mood, old app.mood_old) RETURNS boolean LANGUAGE sql IMMUTABLE
  AS $$ SELECT new::text = old::text $$;
CREATE OPERATOR public.= (leftarg = app.mood, rightarg = app.mood_old, procedure = public.equal);
ALTER TABLE app.t ALTER COLUMN m TYPE app.mood USING m::text::app.mood;
ALTER TABLE app.t ALTER COLUMN n TYPE app.mood USING n::text::app.mood;
DROP FUNCTION public.differ(app.mood, app.mood_old) CASCADE;
DROP FUNCTION public.equal(app.mood, app.mood_old) CASCADE;
DROP TYPE app.mood_old;",
    ),
    // diesel-rs/diesel, diesel_cli/src/migrations/diff_schema/enum_type_query_fragments.rs, `MigrateEnumData`: a new
    // column, which an `UPDATE` fills.
    (
        "diesel",
        "ALTER TYPE app.mood RENAME TO mood_tmp;
CREATE TYPE app.mood AS enum('sad', 'ok', 'great');
ALTER TABLE app.t RENAME COLUMN m TO m_tmp;
ALTER TABLE app.t ADD COLUMN m app.mood;
UPDATE app.t SET m = m_tmp::text::app.mood;
ALTER TABLE app.t ALTER COLUMN m SET NOT NULL;
ALTER TABLE app.t DROP COLUMN m_tmp;
ALTER TABLE app.t RENAME COLUMN n TO n_tmp;
ALTER TABLE app.t ADD COLUMN n app.mood;
UPDATE app.t SET n = n_tmp::text::app.mood;
ALTER TABLE app.t ALTER COLUMN n SET NOT NULL;
ALTER TABLE app.t DROP COLUMN n_tmp;
DROP TYPE app.mood_tmp;",
    ),
];

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(Failure::from).and_then(|runtime| {
        let server = Server::find_or_start()?;
        println!("{}, {ROWS} rows, two columns\n", server.describe());
        runtime.block_on(async {
            let database = server.database().await?;
            let mut connection = database.connect().await?;
            let done = measure(&mut connection).await;
            database.drop_database().await?;
            done
        })
    });
    exit_code(done)
}

/// Seconds of each change in each round, and of the longest lock and the whole of the online change.
async fn measure(connection: &mut PgConnection) -> Result<(), Failure> {
    let rounds = rounds(ROUNDS)?;
    let mut names = vec!["a bare rewrite", "the swap of pg-enum"];
    names.extend(PEERS.iter().map(|(name, _)| *name));
    let mut times: Vec<Vec<f64>> = names.iter().map(|_| Vec::new()).collect();
    let (mut locks, mut wholes) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        // In another order each time, so that none always comes after the same.
        for index in 0..names.len() {
            let index = (index + round) % names.len();
            start(connection).await?;
            let sql = match index {
                0 => BARE.to_owned(),
                1 => swap(connection).await?,
                peer => PEERS[peer - 2].1.to_owned(),
            };
            let begun = Instant::now();
            run(connection, &format!("BEGIN;\n{sql}\nCOMMIT")).await?;
            times[index].push(begun.elapsed().as_secs_f64());
        }
        start(connection).await?;
        let (lock, whole) = online(connection).await?;
        locks.push(lock);
        wholes.push(whole);
    }
    println!("| change | s | times the bare rewrite |\n|---|---|---|");
    let ratio =
        |one: &[f64], two: &[f64]| median(one.iter().zip(two).map(|(a, b)| a / b).collect());
    for (name, times_of) in names.iter().zip(&times) {
        println!(
            "| {name} | {:.2} | {:.2} |",
            median(times_of.clone()),
            ratio(times_of, &times[0])
        );
    }
    println!(
        "| `online`, all phases | {:.2} | {:.2} |",
        median(wholes.clone()),
        ratio(&wholes, &times[0])
    );
    let swap = &times[1];
    let of_rewrite = ratio(swap, &times[0]);
    let fastest = times[2..].iter().map(|peer| median(peer.clone())).fold(f64::INFINITY, f64::min);
    let (of_peer, of_lock) = (median(swap.clone()) / fastest, ratio(&locks, swap));
    println!(
        "\nswap / bare rewrite: {of_rewrite:.2} (at most {MOST_REWRITES}: {})",
        verdict(of_rewrite <= MOST_REWRITES)
    );
    println!(
        "swap / fastest of the other tools: {of_peer:.2} (at most 1: {})",
        verdict(of_peer <= 1.0)
    );
    println!(
        "longest lock of `online`: {:.1} ms, 1/{:.0} of the swap's (at most 1/50: {})",
        median(locks) * 1e3,
        1.0 / of_lock,
        verdict(of_lock <= MOST_LOCK)
    );
    Ok(())
}

/// The table before the change.
async fn start(connection: &mut PgConnection) -> Result<(), Failure> {
    let sql = format!(
        "SET client_min_messages = error; DROP SCHEMA IF EXISTS app CASCADE; CREATE SCHEMA app;
         CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'x', 'great');
         CREATE TABLE app.t (id int NOT NULL, m app.mood NOT NULL, n app.mood NOT NULL);
         INSERT INTO app.t SELECT g, (ARRAY['sad', 'ok', 'great'])[1 + g % 3]::app.mood,
           (ARRAY['ok', 'sad'])[1 + g % 2]::app.mood FROM generate_series(1, {ROWS}) AS g"
    );
    run(connection, &sql).await?;
    run(connection, "VACUUM ANALYZE app.t").await?;
    run(connection, "CHECKPOINT").await
}

fn definition() -> Definition<'static> {
    Definition::new("mood", NEW).in_schema("app")
}

async fn dependents(connection: &mut PgConnection) -> Result<Dependents, Failure> {
    let rows = rows(connection, &dependents::query(&[("app", "mood")])).await?;
    let page = Page::parse(rows).ok_or("unexpected rows")?;
    Ok(page.dependents("app", "mood").ok_or("no type")?)
}

/// The migration that `generate --database-url` writes.
async fn swap(connection: &mut PgConnection) -> Result<String, Failure> {
    let plan = plan_swap(&dependents(connection).await?, definition(), &[])?;
    Ok(plan.steps.iter().map(|step| step.up_sql().to_string()).collect())
}

/// Carries out the phases as `cargo pg-enum online` does. Returns the seconds of the longest transaction that locks the
/// table exclusively, and of the whole.
async fn online(connection: &mut PgConnection) -> Result<(f64, f64), Failure> {
    let begun = Instant::now();
    let dependents = dependents(connection).await?;
    let state = State::parse(&rows(connection, &online::query("app", "mood")).await?);
    let options = Options { in_replication: true, fire_triggers: false };
    let plan =
        plan_online(&dependents, &state.ok_or("unexpected rows")?, definition(), &[], options)?;
    let plan = plan.ok_or("nothing to do")?;
    let opening = plan.begin(2000).to_string();
    let mut longest = 0_f64;
    for phase in &plan.phases {
        let started = Instant::now();
        match &phase.work {
            Work::Transaction(sql) => {
                run(connection, &format!("{opening}{sql}COMMIT")).await?;
                longest = longest.max(started.elapsed().as_secs_f64());
            }
            Work::Alone { statements, .. } => {
                for sql in statements {
                    run(connection, sql).await?;
                }
            }
            Work::Fill(fill) => {
                let pages = rows(connection, &fill.pages()).await?;
                let pages: u64 =
                    pages.first().and_then(|it| it.split(' ').next()).ok_or("no pages")?.parse()?;
                for from in (0..pages).step_by(usize::try_from(BATCH_PAGES)?) {
                    let batch = fill.batch((from, from + BATCH_PAGES), true);
                    run(connection, &format!("{opening}{batch}COMMIT")).await?;
                }
            }
            Work::Analyze(sql) => run(connection, sql).await?,
            Work::Switch(sql) => {
                run(connection, &format!("{opening}{}", plan.lock().unwrap_or_default())).await?;
                let started = Instant::now();
                run(connection, &format!("{sql}COMMIT")).await?;
                longest = longest.max(started.elapsed().as_secs_f64());
            }
            _ => return Err("a phase of an unknown kind".into()),
        }
    }
    Ok((longest, begun.elapsed().as_secs_f64()))
}

async fn rows(connection: &mut PgConnection, query: &Query) -> Result<Vec<String>, Failure> {
    let rows = sqlx::raw_sql(AssertSqlSafe(query.to_string())).fetch_all(connection).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), Failure> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}
