//! What it costs to replay a folder of 10,000 migrations, with and without its tables, beside reading its files and
//! beside squawk, the linter with whose parser replay reads what it must: all in one run, measured in turns, so that a
//! busy machine is busy for all of them.
//!
//! `cargo xtask bench-replay`, or `cargo bench -p pg-enum-benches --bench replay`. squawk is the program
//! of that name on `PATH`, or the one that `PG_ENUM_SQUAWK` names. `PG_ENUM_BENCH_ROUNDS` says how often
//! to measure each.
//!
//! Every figure is the median of the rounds, and every ratio the median of the rounds' own ratios.

#[path = "../figures.rs"]
mod figures;
mod generate;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use pg_enum_migrations::folder::Tool;
use pg_enum_migrations::{Folder, Options, Replay};

use crate::figures::{Failure, exit_code, median, rounds, verdict};

const FILES: usize = 10_000;
const ROUNDS: usize = 11;

/// What replay should stay below, in times that it takes to read the files.
const MOST_READS: f64 = 2.5;
/// What squawk should stay above, in times that it takes to replay.
const LEAST_REPLAYS: f64 = 8.0;
/// What replay with tables should stay below, in times that it takes to replay without.
const MOST_WITH_TABLES: f64 = 2.0;

fn main() -> ExitCode {
    exit_code(measure())
}

/// Seconds for one round of each.
struct Round {
    read: f64,
    replay: f64,
    with_tables: f64,
    squawk: f64,
}

type Figure = fn(&Round) -> f64;

fn measure() -> Result<(), Failure> {
    let program = env::var_os("PG_ENUM_SQUAWK").unwrap_or_else(|| OsString::from("squawk"));
    let version = squawk_version(&program)?;
    let rounds = rounds(ROUNDS)?;

    let root = tempfile::tempdir()?;
    let summary = generate::write(root.path(), FILES)?;
    // The same for all from here on: the files are in the system's cache.
    black_box(read(root.path())?);
    let enums = replay(root.path(), false)?.enums.len();

    let rounds: Vec<Round> = (0..rounds)
        .map(|_| {
            Ok(Round {
                read: time(|| read(root.path()))?,
                replay: time(|| replay(root.path(), false))?,
                with_tables: time(|| replay(root.path(), true))?,
                squawk: time(|| squawk(&program, root.path()))?,
            })
        })
        .collect::<Result<_, Failure>>()?;

    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let (files, kilobytes) = (summary.files, summary.bytes / 1000);
    println!(
        "{profile} profile, {version}; {files} files, {kilobytes} kB, {} of them touch the {enums} enums\n",
        summary.with_enums
    );
    println!("| what | ms | µs per file |");
    println!("|---|---|---|");
    let figures: [(&str, Figure); 4] = [
        ("read every file", |round| round.read),
        ("`Folder::open_as` and `Options::replay`", |round| round.replay),
        ("the same with `Options::tables`", |round| round.with_tables),
        ("squawk", |round| round.squawk),
    ];
    for (what, figure) in figures {
        let seconds = median(rounds.iter().map(figure).collect());
        #[expect(clippy::cast_precision_loss, reason = "some thousand files")]
        let each = seconds * 1e6 / files as f64;
        println!("| {what} | {:.1} | {each:.2} |", seconds * 1e3);
    }
    println!();
    let reads = median(rounds.iter().map(|round| round.replay / round.read).collect());
    let replays = median(rounds.iter().map(|round| round.squawk / round.replay).collect());
    let with_tables = median(rounds.iter().map(|round| round.with_tables / round.replay).collect());
    println!("replay / read: {reads:.2} (at most {MOST_READS}: {})", verdict(reads <= MOST_READS));
    println!(
        "squawk / replay: {replays:.1} (at least {LEAST_REPLAYS}: {})",
        verdict(replays >= LEAST_REPLAYS)
    );
    println!(
        "with tables / without: {with_tables:.2} (at most {MOST_WITH_TABLES}: {})",
        verdict(with_tables <= MOST_WITH_TABLES)
    );
    Ok(())
}

/// The seconds that something takes. What it returns is dropped after the clock has stopped.
fn time<T>(run: impl FnOnce() -> Result<T, Failure>) -> Result<f64, Failure> {
    let start = Instant::now();
    let result = run();
    let seconds = start.elapsed().as_secs_f64();
    black_box(result?);
    Ok(seconds)
}

/// The least that anybody can do with a folder: list it, and read what is there.
fn read(root: &Path) -> Result<Vec<String>, Failure> {
    let mut paths: Vec<_> =
        fs::read_dir(root)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
    paths.sort();
    paths.iter().map(|path| Ok(fs::read_to_string(path)?)).collect()
}

fn replay(root: &Path, with_tables: bool) -> Result<Replay, Failure> {
    let folder = Folder::open_as(root, Tool::Sqlx)?;
    let replay = Options::new().tables(with_tables).replay(&folder)?;
    // Replay that stops early, or does not understand what it reads, would be fast.
    match replay.findings.first() {
        None if replay.replayed == folder.migrations.len() => Ok(replay),
        None => Err("not all migrations were replayed".into()),
        Some(finding) => Err(format!("{}: {}", finding.at, finding.message).into()),
    }
}

/// Lints every file in one process, which takes the pattern for them. It finds a lot, and says so to
/// nobody: `--reporter gcc` says it in the fewest words.
fn squawk(program: &OsString, root: &Path) -> Result<(), Failure> {
    let status = Command::new(program)
        .args(["--reporter", "gcc"])
        .arg(root.join("*.sql"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    match status.code() {
        // Without and with findings.
        Some(0 | 1) => Ok(()),
        _ => Err(format!("squawk failed ({status})").into()),
    }
}

fn squawk_version(program: &OsString) -> Result<String, Failure> {
    let output = Command::new(program).arg("--version").output().map_err(|error| {
        format!(
            "cannot run `{}`: {error}; install it with `cargo install --locked squawk@2.68.0`, or name it \
             with PG_ENUM_SQUAWK",
            program.display()
        )
    })?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
