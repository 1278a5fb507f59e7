//! What benches that measure in rounds have in common.

use std::env;
use std::error::Error;
use std::fs;
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

/// The most memory that a process has had, in kB (`proc(5)`); nothing where there is no such file.
pub(crate) fn peak(process: &str) -> Result<f64, Failure> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.map_or(Ok(0.0), |line| line.trim().trim_end_matches(" kB").parse())?)
}

pub(crate) fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}
