//! Two ways to do the same, measured in turns.

use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use pg_enum_test_server::{Database, Server};

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Values in one go, and how often.
pub(crate) const BATCH: usize = 2_000;
const ROUNDS: usize = 201;

/// What a bench's `main` returns: it prints the head of a table, and measures on a database of its own.
pub(crate) fn measured(measure: impl AsyncFnOnce(&Database) -> Result<(), Failure>) -> ExitCode {
    let run = || {
        let server = Server::find_or_start()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
        println!("{profile} profile, {}\n", server.describe());
        println!("| what | labels | pg-enum | peer | ratio |");
        println!("|---|---|---|---|---|");
        runtime.block_on(async {
            let database = server.database().await?;
            measure(&database).await?;
            database.drop_database().await?;
            Ok::<_, Failure>(())
        })
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The query for rows of one enum column, the labels in no particular order, each about as often; `$1` is how many.
pub(crate) fn rows_sql(name: &str, operator: &str) -> String {
    format!(
        "WITH wanted AS (
             SELECT label FROM unnest(enum_range(NULL::{name})) AS label
             WHERE label::text {operator} 'AmberAncho'
         )
         SELECT label FROM wanted,
             generate_series(1, 1 + $1::int / (SELECT count(*) FROM wanted)) AS again
         ORDER BY md5(again::text || label::text) LIMIT $1"
    )
}

/// Nanoseconds per item. The items are copied in another order each time, before the clock starts:
/// in an order it has seen, a processor predicts every branch of a decoder.
#[expect(clippy::cast_precision_loss, reason = "a duration of less than a second")]
pub(crate) fn time<T: Clone, R>(
    items: &[T],
    shuffle: &mut Shuffle,
    mut each: impl FnMut(T) -> R,
) -> f64 {
    let items = shuffle.shuffled(items);
    let count = items.len();
    let start = Instant::now();
    for item in items {
        black_box(each(item));
    }
    start.elapsed().as_nanos() as f64 / count as f64
}

/// A xorshift generator: the same orders in every run.
pub(crate) struct Shuffle(u64);

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

pub(crate) type Measurement<'a> = &'a dyn Fn(&mut Shuffle) -> f64;

pub(crate) fn report(
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
