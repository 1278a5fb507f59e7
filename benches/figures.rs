//! What benches that measure in rounds have in common.

use std::env;
use std::error::Error;
use std::num::ParseIntError;
use std::process::ExitCode;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// What a bench's `main` returns.
pub(crate) fn exit_code(measured: Result<(), Failure>) -> ExitCode {
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// How often to measure: what `PG_ENUM_BENCH_ROUNDS` says, or else so often; once at least.
pub(crate) fn rounds(otherwise: usize) -> Result<usize, ParseIntError> {
    let said = env::var("PG_ENUM_BENCH_ROUNDS");
    Ok(said.map_or(Ok(otherwise), |rounds| rounds.parse())?.max(1))
}

pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

pub(crate) fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}
