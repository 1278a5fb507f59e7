//! What happens on a server.

use std::pin::Pin;

use futures_util::future::{join_all, try_join_all};
use pg_enum::PgEnum;
use pg_enum::live::Policy;
use pg_enum_test_server::{Database, Server};
use sqlx::postgres::{PgHasArrayType, Postgres};
use sqlx::{AssertSqlSafe, Decode, Encode, PgConnection, Type};

use crate::enums::{CampaignState, DraftStatus, Enum};
use crate::{cannot, page};

const CONNECTIONS: usize = 8;
const RUNS_EACH: usize = 2;

/// The counts of a run in which nothing failed.
pub(crate) struct Live {
    pub(crate) runs: usize,
    pub(crate) types: i64,
    pub(crate) rows: usize,
}

pub(crate) async fn run(server: &Server, enums: &[Enum]) -> Result<Live, String> {
    page::heading(&if server.is_throwaway() {
        format!("On {}, started for this run", server.describe())
    } else {
        format!("On the server at {}, in a database of its own", server.describe())
    });
    let live = in_own_database(server, async |database| {
        let mut connection = connect(database).await?;
        // A type belongs in a schema that is there; the types' own SQL creates none.
        execute(&mut connection, "CREATE SCHEMA app").await?;
        let types = create_at_once(database, &mut connection, enums).await?;
        let rows = write_and_read(&mut connection, enums).await?;
        meet_newer_labels(&mut connection).await?;
        drop_twice(&mut connection, enums).await?;
        Ok(Live { runs: CONNECTIONS * RUNS_EACH, types, rows })
    })
    .await?;

    page::heading("In a database whose labels differ only by case");
    in_own_database(server, async |database| mend(&mut connect(database).await?).await).await?;
    Ok(live)
}

/// Every connection runs all the fragments as one string, as a migration would hold them.
async fn create_at_once(
    database: &Database,
    connection: &mut PgConnection,
    enums: &[Enum],
) -> Result<i64, String> {
    let up: String = enums.iter().map(|it| it.up_sql).collect();
    let mut connections = try_join_all((0..CONNECTIONS).map(|_| connect(database))).await?;
    let outcomes = join_all(connections.iter_mut().map(async |connection| {
        for _ in 0..RUNS_EACH {
            execute(connection, &up).await?;
        }
        Ok::<_, String>(())
    }))
    .await;
    outcomes.into_iter().collect::<Result<(), _>>()?;

    let types = count_types(connection).await?;
    if usize::try_from(types) != Ok(enums.len()) {
        return Err(format!("{} enums made {types} types", enums.len()));
    }
    let runs = CONNECTIONS * RUNS_EACH;
    page::entry(
        "up, at once",
        &format!("{runs} runs from {CONNECTIONS} connections: none failed, {types} types created"),
    );
    Ok(types)
}

async fn write_and_read(connection: &mut PgConnection, enums: &[Enum]) -> Result<usize, String> {
    let mut rows = 0;
    for it in enums {
        rows += (it.round_trip)(connection)
            .await
            .map_err(cannot(format_args!("store {}", it.rust_name)))?;
    }
    page::entry(
        "write and read",
        &format!("{rows} rows of T, Option<T>, NULL and Vec<T>: equal, in the variants' order"),
    );
    Ok(rows)
}

/// An enum that sqlx can write and read, alone and in arrays: every one that derives `PgEnum`.
pub(crate) trait Stored:
    PgEnum
    + Clone
    + PartialEq
    + PgHasArrayType
    + Send
    + Sync
    + Type<Postgres>
    + Unpin
    + for<'q> Encode<'q, Postgres>
    + for<'r> Decode<'r, Postgres>
{
}

impl<E> Stored for E where
    E: PgEnum
        + Clone
        + PartialEq
        + PgHasArrayType
        + Send
        + Sync
        + Type<Postgres>
        + Unpin
        + for<'q> Encode<'q, Postgres>
        + for<'r> Decode<'r, Postgres>
{
}

/// [`round_trip`] of one enum, so that those of all enums fit in one list.
pub(crate) type RoundTrip =
    for<'c> fn(&'c mut PgConnection) -> Pin<Box<dyn Future<Output = Result<usize, String>> + 'c>>;

/// A value alone, where there may be none, where there is none, and in a list.
type Row<E> = (E, Option<E>, Option<E>, Vec<E>);

/// Writes a row for each label, reads them all and compares.
pub(crate) async fn round_trip<E: Stored>(connection: &mut PgConnection) -> Result<usize, String> {
    let (table, of) = (table_of(E::DEFINITION.name), E::NAME_SQL);
    let create = format!(
        "CREATE TABLE {table} (plain {of} NOT NULL, given {of}, missing {of}, list {of}[] NOT NULL)"
    );
    execute(connection, &create).await?;

    // The last one first: it is `ORDER BY` that brings them into the order of the variants.
    for (index, value) in E::VARIANTS.iter().enumerate().rev() {
        let insert = format!("INSERT INTO {table} VALUES ($1, $2, $3, $4)");
        sqlx::query(AssertSqlSafe(insert))
            .bind(value)
            .bind(Some(value))
            .bind(None::<E>)
            .bind(&E::VARIANTS[..=index])
            .execute(&mut *connection)
            .await
            .map_err(cannot(format_args!("write {:?}", value.label())))?;
    }

    let select = format!("SELECT plain, given, missing, list FROM {table} ORDER BY plain");
    let read: Vec<Row<E>> = sqlx::query_as(AssertSqlSafe(select))
        .fetch_all(connection)
        .await
        .map_err(cannot("read the rows"))?;
    let written: Vec<Row<E>> = E::VARIANTS
        .iter()
        .enumerate()
        .map(|(index, value)| {
            (value.clone(), Some(value.clone()), None, E::VARIANTS[..=index].to_vec())
        })
        .collect();
    if read != written {
        return Err(format!("{table} does not hold what was written to it"));
    }
    Ok(read.len())
}

/// Needs no quotes: the names of the types here are plain.
fn table_of(type_name: &str) -> String {
    format!("stored_{type_name}")
}

/// What a program sees that runs on while a newer one has migrated the database.
async fn meet_newer_labels(connection: &mut PgConnection) -> Result<(), String> {
    execute(connection, "ALTER TYPE draft_status ADD VALUE 'Completed'").await?;
    execute(connection, "ALTER TYPE campaign_state ADD VALUE 'archived'").await?;

    let read: Result<DraftStatus, _> =
        sqlx::query_scalar("SELECT 'Completed'::draft_status").fetch_one(&mut *connection).await;
    let error = match read {
        Ok(value) => return Err(format!("'Completed' was read as {value:?}")),
        Err(error) => error,
    };
    page::entry("a newer label", &format!("'Completed' is no DraftStatus: {error}"));

    let read: CampaignState = sqlx::query_scalar("SELECT 'archived'::campaign_state")
        .fetch_one(connection)
        .await
        .map_err(cannot("read 'archived'"))?;
    if read != CampaignState::Other("archived".to_owned()) {
        return Err(format!("'archived' was read as {read:?}"));
    }
    page::entry("held by `other`", &format!("'archived' as a CampaignState: {read:?}"));
    Ok(())
}

async fn drop_twice(connection: &mut PgConnection, enums: &[Enum]) -> Result<(), String> {
    for it in enums {
        let table = table_of(it.definition.name);
        execute(connection, &format!("DROP TABLE {table}")).await?;
    }
    let down: String = enums.iter().rev().map(|it| it.down_sql).collect();
    execute(connection, &down).await?;
    execute(connection, &down).await?;
    let left = count_types(connection).await?;
    if left != 0 {
        return Err(format!("{left} types are left after the down fragments"));
    }
    page::entry("down, twice", "2 runs, after the tables are gone: none failed, no type left");
    Ok(())
}

const BY_HAND: &str = "CREATE TYPE draft_status AS ENUM ('streaming', 'Partial', 'Complete')";

async fn mend(connection: &mut PgConnection) -> Result<(), String> {
    execute(connection, BY_HAND).await?;
    page::entry("by hand", BY_HAND);

    let message = match sqlx::raw_sql(DraftStatus::CREATE_SQL).execute(&mut *connection).await {
        Ok(_) => return Err("CREATE_SQL accepted labels of another case".to_owned()),
        Err(sqlx::Error::Database(error)) => error.message().to_owned(),
        Err(error) => return Err(cannot("run CREATE_SQL")(error)),
    };
    page::entry("CREATE_SQL", &format!("refused: {message}"));

    let report = pg_enum::set![DraftStatus]
        .report(&Policy::new(), &mut *connection)
        .await
        .map_err(|error| format!("cannot compare: {error}"))?;
    let fixes = report.disagreements().iter().filter_map(|found| found.drift.fix.clone());
    let remedy = fixes.collect::<Vec<_>>().join(" ");
    page::entry("verify", &report.to_string());
    execute(connection, &remedy).await?;
    page::entry("run just that", &remedy);
    execute(connection, DraftStatus::CREATE_SQL).await?;
    page::entry("CREATE_SQL", "accepted");
    Ok(())
}

/// Drops the database again whatever became of `body`.
async fn in_own_database<T>(
    server: &Server,
    body: impl AsyncFnOnce(&Database) -> Result<T, String>,
) -> Result<T, String> {
    let database = server.database().await.map_err(cannot("create a database"))?;
    let outcome = tokio::select! {
        outcome = body(&database) => outcome,
        // A throwaway server stops on Ctrl-C by itself, and its databases go with it.
        _ = tokio::signal::ctrl_c(), if !server.is_throwaway() => Err("interrupted".to_owned()),
    };
    let name = database.name().to_owned();
    let dropped =
        database.drop_database().await.map_err(cannot(format_args!("drop the database {name}")));
    // Of two failures the first is the cause.
    let value = outcome?;
    dropped?;
    Ok(value)
}

async fn connect(database: &Database) -> Result<PgConnection, String> {
    database.connect().await.map_err(cannot("connect"))
}

/// Runs SQL of one statement or many, as one string.
async fn execute(connection: &mut PgConnection, sql: &str) -> Result<(), String> {
    // Of fragments that go on for pages, the start tells which they are.
    let start = || sql.lines().find(|line| !line.starts_with("--")).unwrap_or_default();
    // Every string here is written above or generated by pg-enum; none comes from outside.
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
    done.map(drop).map_err(|error| cannot(format_args!("run `{}`", start()))(error))
}

async fn count_types(connection: &mut PgConnection) -> Result<i64, String> {
    // PostgreSQL has no enum types of its own.
    sqlx::query_scalar("SELECT count(*) FROM pg_catalog.pg_type WHERE typtype = 'e'")
        .fetch_one(connection)
        .await
        .map_err(cannot("count the types"))
}
