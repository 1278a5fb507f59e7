//! What it costs to turn a column's value into an enum, beside `sqlx::Type` and strum's
//! `EnumString`: all in one run, measured in turns, so that a busy machine is busy for all of them.
//!
//! `cargo bench -p pg-enum-benches` for the release profile, with `--profile dev` for the other.
//! Every figure is nanoseconds per value: the least of the rounds. Every ratio is the median of the
//! rounds' own ratios.

use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use pg_enum::PgEnum;
use pg_enum_test_server::Server;
use sqlx::postgres::{PgRow, PgValueRef};
use sqlx::{AssertSqlSafe, Connection, Decode, PgConnection, Postgres, Row, Type};

mod enums {
    include!(concat!(env!("OUT_DIR"), "/enums.rs"));
}

/// Values decoded in one go, and how often.
const BATCH: usize = 2_000;
const ROUNDS: usize = 201;

fn main() -> ExitCode {
    match measure_all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure_all() -> Result<(), Box<dyn Error + Send + Sync>> {
    let server = Server::find_or_start()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    println!("{profile} profile, {}\n", server.describe());
    println!("| what | labels | pg-enum | peer | ratio |");
    println!("|---|---|---|---|---|");
    runtime.block_on(async {
        let database = server.database().await?;
        let mut connection = database.connect().await?;
        measure::<enums::of_5::Ours, enums::of_5::Sqlx, enums::of_5::Strum>(&mut connection)
            .await?;
        measure::<enums::of_50::Ours, enums::of_50::Sqlx, enums::of_50::Strum>(&mut connection)
            .await?;
        measure::<enums::of_500::Ours, enums::of_500::Sqlx, enums::of_500::Strum>(&mut connection)
            .await?;
        connection.close().await?;
        database.drop_database().await?;
        Ok(())
    })
}

async fn measure<Ours, Sqlx, Strum>(
    connection: &mut PgConnection,
) -> Result<(), Box<dyn Error + Send + Sync>>
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
    let sql = format!(
        "WITH wanted AS (
             SELECT label FROM unnest(enum_range(NULL::{name})) AS label
             WHERE label {operator} 'AmberAncho'
         )
         SELECT label FROM wanted,
             generate_series(1, 1 + $1::int / (SELECT count(*) FROM wanted)) AS again
         ORDER BY md5(again::text || label::text) LIMIT $1"
    );
    let batch = i32::try_from(BATCH).expect("a small number");
    sqlx::query(AssertSqlSafe(sql)).bind(batch).fetch_all(connection).await
}

/// Nanoseconds per item. The items are copied in another order each time, before the clock starts:
/// in an order it has seen, a processor predicts every branch of a decoder.
#[expect(clippy::cast_precision_loss, reason = "a duration of less than a second")]
fn time<T: Clone>(items: &[T], shuffle: &mut Shuffle, mut each: impl FnMut(T) -> bool) -> f64 {
    let items = shuffle.shuffled(items);
    let count = items.len();
    let start = Instant::now();
    for item in items {
        black_box(each(item));
    }
    start.elapsed().as_nanos() as f64 / count as f64
}

/// A xorshift generator: the same orders in every run.
struct Shuffle(u64);

impl Shuffle {
    fn shuffled<T: Clone>(&mut self, items: &[T]) -> Vec<T> {
        let mut items = items.to_vec();
        for last in (1..items.len()).rev() {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            let other = self.0 % (last as u64 + 1);
            items.swap(last, usize::try_from(other).expect("less than a length"));
        }
        items
    }
}

type Measurement<'a> = &'a dyn Fn(&mut Shuffle) -> f64;

fn report(
    what: &str,
    labels: usize,
    ours: Measurement<'_>,
    peer_name: &str,
    peer: Measurement<'_>,
) {
    let shuffle = &mut Shuffle(0x2545_f491_4f6c_dd1d);
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (ours(shuffle), peer(shuffle))).collect();
    let least =
        |side: fn(&(f64, f64)) -> f64| rounds.iter().map(side).fold(f64::INFINITY, f64::min);
    let mut ratios: Vec<f64> = rounds.iter().map(|(ours, peer)| ours / peer).collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "| {what} | {labels} | {:.1} | {:.1} ({peer_name}) | {:.2} |",
        least(|round| round.0),
        least(|round| round.1),
        ratios[ROUNDS / 2]
    );
}
