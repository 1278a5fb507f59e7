//! What it costs to turn a column's value into an enum, beside `sqlx::Type` and strum's
//! `EnumString`: all in one run, measured in turns, so that a busy machine is busy for all of them.
//!
//! `cargo bench -p pg-enum-benches` for the release profile, with `--profile dev` for the other.
//! Every figure is nanoseconds per value: the least of the rounds. Every ratio is the median of the
//! rounds' own ratios.

mod turns;

use std::process::ExitCode;

use pg_enum::PgEnum;
use sqlx::postgres::{PgRow, PgValueRef};
use sqlx::{AssertSqlSafe, Decode, PgConnection, Postgres, Row, Type};

use crate::turns::{BATCH, Failure, measured, report, rows_sql, time};

mod enums {
    include!(concat!(env!("OUT_DIR"), "/enums.rs"));
}

fn main() -> ExitCode {
    measured(async |database| {
        let connection = &mut database.connect().await?;
        measure::<enums::of_5::Ours, enums::of_5::Sqlx, enums::of_5::Strum>(connection).await?;
        measure::<enums::of_50::Ours, enums::of_50::Sqlx, enums::of_50::Strum>(connection).await?;
        measure::<enums::of_500::Ours, enums::of_500::Sqlx, enums::of_500::Strum>(connection).await
    })
}

async fn measure<Ours, Sqlx, Strum>(connection: &mut PgConnection) -> Result<(), Failure>
where
    Ours: PgEnum + Type<Postgres> + for<'r> Decode<'r, Postgres>,
    Sqlx: Type<Postgres> + for<'r> Decode<'r, Postgres>,
    Strum: std::str::FromStr,
{
    let count = Ours::LABELS.len();
    sqlx::raw_sql(AssertSqlSafe(Ours::UP_SQL)).execute(&mut *connection).await?;
    sqlx::raw_sql(AssertSqlSafe(format!("ALTER TYPE {} ADD VALUE 'AmberAncho'", Ours::NAME_SQL)))
        .execute(&mut *connection)
        .await?;
    let hits = rows(connection, Ours::NAME_SQL, "<>").await?;
    let misses = rows(connection, Ours::NAME_SQL, "=").await?;

    for (what, rows) in [("hit", &hits), ("miss", &misses)] {
        let values: Vec<PgValueRef<'_>> =
            rows.iter().map(|row| row.try_get_raw(0)).collect::<Result<_, _>>()?;
        let texts: Vec<&str> = values.iter().map(PgValueRef::as_str).collect::<Result<_, _>>()?;
        report(
            &format!("`Decode`, {what}"),
            count,
            &|shuffle| time(&values, shuffle, |value| Ours::decode(value).is_ok()),
            "`sqlx::Type`",
            &|shuffle| time(&values, shuffle, |value| Sqlx::decode(value).is_ok()),
        );
        report(
            &format!("from a `str`, {what}"),
            count,
            &|shuffle| time(&texts, shuffle, |text| Ours::from_label(text).is_ok()),
            "strum's `EnumString`",
            &|shuffle| time(&texts, shuffle, |text| text.parse::<Strum>().is_ok()),
        );
    }
    let each_hit: Vec<&PgRow> = hits.iter().collect();
    report(
        "`row.try_get`, hit",
        count,
        &|shuffle| time(&each_hit, shuffle, |row| row.try_get::<Ours, _>(0).is_ok()),
        "`sqlx::Type`",
        &|shuffle| time(&each_hit, shuffle, |row| row.try_get::<Sqlx, _>(0).is_ok()),
    );
    Ok(())
}

/// Rows of one enum column, the labels in no particular order, each about as often.
async fn rows(
    connection: &mut PgConnection,
    name: &str,
    operator: &str,
) -> Result<Vec<PgRow>, sqlx::Error> {
    let sql = rows_sql(name, operator);
    let batch = i32::try_from(BATCH).expect("a small number");
    sqlx::query(AssertSqlSafe(sql)).bind(batch).fetch_all(connection).await
}
