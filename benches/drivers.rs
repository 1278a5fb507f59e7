//! What it costs to read and write an enum through each driver, beside the driver's own derive; for Diesel, which has
//! none, beside what its own examples write by hand. All in one run, measured in turns.
//!
//! `cargo bench -p pg-enum-benches --bench drivers`. Every figure is nanoseconds per value: the least of the rounds.
//! Every ratio is the median of the rounds' own ratios.

mod turns;

use std::process::ExitCode;

use diesel::deserialize::FromSql as DieselFromSql;
use diesel::pg::{Pg, PgMetadataLookup, PgTypeMetadata, PgValue};
use diesel::query_builder::BindCollector;
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use diesel::serialize::ToSql as DieselToSql;
use diesel::sql_types::HasSqlType;
use pg_enum::PgEnum;
use postgres_types::{FromSqlOwned, Kind, ToSql, Type};
use sea_orm::{ActiveEnum, QueryResult, TryGetable, Value};

use crate::turns::{BATCH, Failure, measured, report, rows_sql, time};

mod enums {
    include!(concat!(env!("OUT_DIR"), "/drivers.rs"));
}

/// The SQL type of the enums by hand.
#[derive(diesel::sql_types::SqlType)]
#[diesel(postgres_type(name = "by_hand"))]
pub(crate) struct By;

fn main() -> ExitCode {
    measured(async |database| {
        macro_rules! of {
            ($($module:ident)*) => {$({
                use enums::$module::{
                    Diesel, Ours, Postgres, SeaOrm, SeaOrmText, Sqlx08, Sqlx09,
                };
                let texts = sqlx_0_9::<Ours, Sqlx09>(database.url()).await?;
                sqlx_0_8::<Ours, Sqlx08>(database.url()).await?;
                postgres::<Ours, Postgres>(&texts)?;
                by_diesel::<Ours, Diesel>(&texts)?;
                let rows = sea_orm_rows::<Ours>(database.url()).await?;
                sea_orm::<Ours, SeaOrm>(&rows, "`rs_type = \"Enum\"`")?;
                sea_orm::<Ours, SeaOrmText>(&rows, "`rs_type = \"String\"`")?;
            })*};
        }
        of!(of_5 of_50 of_500);
        Ok(())
    })
}

/// The two versions differ in how SQL of one's own is marked.
macro_rules! with_sqlx {
    ($function:ident, $sqlx:ident, $peer:literal, $sql:expr, $created:expr) => {
        /// Measures, and returns the labels of the rows.
        async fn $function<Ours, Peer>(url: &str) -> Result<Vec<String>, Failure>
        where
            Ours: PgEnum + Clone + $sqlx::Type<$sqlx::Postgres>,
            Ours: for<'q> $sqlx::Encode<'q, $sqlx::Postgres>
                + for<'r> $sqlx::Decode<'r, $sqlx::Postgres>,
            Peer: Clone + $sqlx::Type<$sqlx::Postgres>,
            Peer: for<'q> $sqlx::Encode<'q, $sqlx::Postgres>
                + for<'r> $sqlx::Decode<'r, $sqlx::Postgres>,
        {
            use $sqlx::postgres::{PgArgumentBuffer, PgConnection, PgRow, PgValueRef};
            use $sqlx::{Connection, Row};

            let mut connection = PgConnection::connect(url).await?;
            if $created {
                $sqlx::raw_sql($sql(Ours::UP_SQL)).execute(&mut connection).await?;
            }
            let sql = rows_sql(Ours::NAME_SQL, "<>");
            let batch = i32::try_from(BATCH)?;
            let rows: Vec<PgRow> =
                $sqlx::query($sql(&*sql)).bind(batch).fetch_all(&mut connection).await?;
            let values: Vec<PgValueRef<'_>> =
                rows.iter().map(|row| row.try_get_raw(0)).collect::<Result<_, _>>()?;
            let each: Vec<&PgRow> = rows.iter().collect();
            let count = Ours::LABELS.len();
            report(
                concat!($peer, ", decode"),
                count,
                &|shuffle| time(&values, shuffle, |value| Ours::decode(value).is_ok()),
                "`sqlx::Type`",
                &|shuffle| time(&values, shuffle, |value| Peer::decode(value).is_ok()),
            );
            report(
                concat!($peer, ", `row.try_get`"),
                count,
                &|shuffle| time(&each, shuffle, |row| row.try_get::<Ours, _>(0).is_ok()),
                "`sqlx::Type`",
                &|shuffle| time(&each, shuffle, |row| row.try_get::<Peer, _>(0).is_ok()),
            );
            let ours: Vec<Ours> =
                rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
            let peers: Vec<Peer> =
                rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
            report(
                concat!($peer, ", encode"),
                count,
                &|shuffle| {
                    let mut buffer = PgArgumentBuffer::default();
                    time(&ours, shuffle, |value| value.encode_by_ref(&mut buffer).is_ok())
                },
                "`sqlx::Type`",
                &|shuffle| {
                    let mut buffer = PgArgumentBuffer::default();
                    time(&peers, shuffle, |value| value.encode_by_ref(&mut buffer).is_ok())
                },
            );
            let texts = values
                .iter()
                .map(|value| Ok(value.as_str().map_err(|error| error.to_string())?.to_owned()));
            let texts = texts.collect::<Result<_, Failure>>()?;
            connection.close().await?;
            Ok(texts)
        }
    };
}

fn unchanged(sql: &str) -> &str {
    sql
}

with_sqlx!(sqlx_0_9, sqlx, "sqlx 0.9", sqlx::AssertSqlSafe, true);
with_sqlx!(sqlx_0_8, sqlx_0_8, "sqlx 0.8", unchanged, false);

/// As `Row::try_get` and a parameter do it: with a look at the type, whose labels postgres-types' derive compares.
fn postgres<Ours, Peer>(texts: &[String]) -> Result<(), Failure>
where
    Ours: PgEnum + Clone + FromSqlOwned + ToSql,
    Peer: Clone + FromSqlOwned + ToSql,
{
    let labels = Ours::LABELS.iter().map(ToString::to_string).collect();
    let ty =
        &Type::new(Ours::DEFINITION.name.to_owned(), 1, Kind::Enum(labels), "public".to_owned());
    let count = Ours::LABELS.len();
    let raw: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    report(
        "postgres-types, `from_sql`",
        count,
        &|shuffle| time(&raw, shuffle, |raw| Ours::from_sql(ty, raw).is_ok()),
        "`FromSql`",
        &|shuffle| time(&raw, shuffle, |raw| Peer::from_sql(ty, raw).is_ok()),
    );
    report(
        "postgres-types, `accepts` and `from_sql`",
        count,
        &|shuffle| time(&raw, shuffle, |raw| gotten::<Ours>(ty, raw)),
        "`FromSql`",
        &|shuffle| time(&raw, shuffle, |raw| gotten::<Peer>(ty, raw)),
    );
    let ours: Vec<Ours> =
        raw.iter().map(|raw| Ours::from_sql(ty, raw)).collect::<Result<_, _>>()?;
    let peers: Vec<Peer> =
        raw.iter().map(|raw| Peer::from_sql(ty, raw)).collect::<Result<_, _>>()?;
    let buffer = || bytes::BytesMut::with_capacity(BATCH * 64);
    report(
        "postgres-types, `to_sql`",
        count,
        &|shuffle| {
            let mut buffer = buffer();
            time(&ours, shuffle, |value| value.to_sql(ty, &mut buffer).is_ok())
        },
        "`ToSql`",
        &|shuffle| {
            let mut buffer = buffer();
            time(&peers, shuffle, |value| value.to_sql(ty, &mut buffer).is_ok())
        },
    );
    report(
        "postgres-types, `to_sql_checked`",
        count,
        &|shuffle| {
            let mut buffer = buffer();
            time(&ours, shuffle, |value| value.to_sql_checked(ty, &mut buffer).is_ok())
        },
        "`ToSql`",
        &|shuffle| {
            let mut buffer = buffer();
            time(&peers, shuffle, |value| value.to_sql_checked(ty, &mut buffer).is_ok())
        },
    );
    Ok(())
}

fn gotten<T: FromSqlOwned>(ty: &Type, raw: &[u8]) -> bool {
    <T as postgres_types::FromSql>::accepts(ty) && T::from_sql(ty, raw).is_ok()
}

/// Which nothing asks for while a label is written.
struct NoLookup;

impl PgMetadataLookup for NoLookup {
    fn lookup_type(&mut self, _: &str, _: Option<&str>) -> PgTypeMetadata {
        PgTypeMetadata::new(0, 0)
    }
}

fn by_diesel<Ours, Peer>(texts: &[String]) -> Result<(), Failure>
where
    Ours: PgEnum + Clone + DieselFromSql<pg_enum::diesel::Sql<Ours>, Pg>,
    Ours: DieselToSql<pg_enum::diesel::Sql<Ours>, Pg>,
    Peer: Clone + DieselFromSql<By, Pg> + DieselToSql<By, Pg>,
{
    let count = Ours::LABELS.len();
    let oid = std::num::NonZeroU32::MIN;
    let raw: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    report(
        "Diesel, `from_sql`",
        count,
        &|shuffle| time(&raw, shuffle, |raw| Ours::from_sql(PgValue::new(raw, &oid)).is_ok()),
        "by hand",
        &|shuffle| time(&raw, shuffle, |raw| Peer::from_sql(PgValue::new(raw, &oid)).is_ok()),
    );
    let ours: Vec<Ours> =
        raw.iter().map(|raw| Ours::from_sql(PgValue::new(raw, &oid))).collect::<Result<_, _>>()?;
    let peers: Vec<Peer> =
        raw.iter().map(|raw| Peer::from_sql(PgValue::new(raw, &oid))).collect::<Result<_, _>>()?;
    report(
        "Diesel, a parameter",
        count,
        &|shuffle| bound::<_, pg_enum::diesel::Sql<Ours>>(&ours, shuffle),
        "by hand",
        &|shuffle| bound::<_, By>(&peers, shuffle),
    );
    Ok(())
}

/// As the parameter of a query, which is a buffer of its own.
fn bound<T: DieselToSql<S, Pg>, S>(values: &[T], shuffle: &mut turns::Shuffle) -> f64
where
    Pg: HasSqlType<S>,
{
    let values: Vec<&T> = values.iter().collect();
    let mut collector = RawBytesBindCollector::<Pg>::new();
    time(&values, shuffle, |value| collector.push_bound_value::<S, T>(value, &mut NoLookup).is_ok())
}

/// As the statements of an entity do it: a column comes as `text`.
async fn sea_orm_rows<Ours: PgEnum>(url: &str) -> Result<Vec<QueryResult>, Failure> {
    use sqlx::Connection;

    let mut connection = sqlx::PgConnection::connect(url).await?;
    let sql = format!("SELECT label::text FROM ({}) AS rows", rows_sql(Ours::NAME_SQL, "<>"));
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(i32::try_from(BATCH)?);
    let rows = rows.fetch_all(&mut connection).await?.into_iter().map(Into::into).collect();
    connection.close().await?;
    Ok(rows)
}

/// The derive's two ways: a value with the type's name, which is what we make, and one that is only the label.
fn sea_orm<Ours, Peer>(rows: &[QueryResult], peer: &str) -> Result<(), Failure>
where
    Ours: PgEnum + Clone + TryGetable + Into<Value>,
    Peer: Clone + ActiveEnum + TryGetable + Into<Value>,
{
    let each: Vec<&QueryResult> = rows.iter().collect();
    let count = Ours::LABELS.len();
    report(
        "SeaORM 2, `try_get`",
        count,
        &|shuffle| time(&each, shuffle, |row| Ours::try_get_by(row, 0).is_ok()),
        peer,
        &|shuffle| time(&each, shuffle, |row| Peer::try_get_by(row, 0).is_ok()),
    );
    let get = |error| Failure::from(format!("{error:?}"));
    let ours: Vec<Ours> =
        rows.iter().map(|row| Ours::try_get_by(row, 0).map_err(get)).collect::<Result<_, _>>()?;
    let peers: Vec<Peer> =
        rows.iter().map(|row| Peer::try_get_by(row, 0).map_err(get)).collect::<Result<_, _>>()?;
    report(
        "SeaORM 2, into a `Value`",
        count,
        &|shuffle| time(&ours, shuffle, |value| -> Value { value.into() }),
        peer,
        &|shuffle| time(&peers, shuffle, |value| -> Value { value.into() }),
    );
    Ok(())
}
