//! Processor time, user and system, of commands and all that they run.

use std::process::Command;

use crate::run::{Failure, command, output};

/// What a command takes. It must succeed.
///
/// `times` is the shell's own, so that this needs no program (POSIX, "Special Built-In Utilities").
pub(crate) fn processor_seconds(measured: &Command) -> Result<f64, Failure> {
    let mut shell = command("sh", ["-c", "\"$@\" >&2 && times", "sh"]);
    shell.arg(measured.get_program()).args(measured.get_args());
    for (name, value) in measured.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    if let Some(dir) = measured.get_current_dir() {
        shell.current_dir(dir);
    }
    Ok(of_children(&output(&mut shell)?))
}

/// The sum of what `times` has printed about children, user and system: every second line, as in
/// `0m1.520000s 0m0.130000s`.
pub(crate) fn of_children(times: &str) -> f64 {
    let seconds = |time: &str| {
        let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
    };
    let lines = times.lines().skip(1).step_by(2);
    lines.flat_map(str::split_whitespace).filter_map(seconds).sum()
}

pub(crate) fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}
