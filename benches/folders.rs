//! What it costs to replay real folders of migrations, beside reading their files: by processor time, in one process
//! and in turns.
//!
//! `cargo xtask bench-folders DIR`, or `PG_ENUM_BENCH_FOLDERS=DIR cargo bench -p pg-enum-benches --bench folders`. Each
//! directory (or link to one) in `DIR` is a folder of migrations; one that no migration tool reads is left out, and
//! counted. `PG_ENUM_BENCH_ROUNDS` says how often to measure.
//!
//! Every figure is the median of the rounds, and the ratio the median of the rounds' own ratios. The folders that take
//! the most time are named.

mod figures;

use std::env;
use std::fs;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pg_enum_migrations::{Folder, Replay};
use rustix::time::{ClockId, clock_gettime};

use crate::figures::{Failure, exit_code, median, rounds, verdict};

const ROUNDS: usize = 5;
/// What replay should stay below, in times that it takes to read the files.
const MOST_READS: f64 = 8.0;
/// How many of the slowest folders are named.
const SLOWEST: usize = 5;

fn main() -> ExitCode {
    exit_code(measure())
}

/// Seconds of processor time for one round of each.
struct Round {
    read: f64,
    open: f64,
    replay: f64,
}

type Figure = fn(&Round) -> f64;

fn measure() -> Result<(), Failure> {
    let directory = env::var_os("PG_ENUM_BENCH_FOLDERS").map(PathBuf::from).ok_or(
        "PG_ENUM_BENCH_FOLDERS is not set; set it to a directory whose subdirectories are folders of migrations",
    )?;
    let rounds = rounds(ROUNDS)?;
    let all = subdirectories(&directory)?;
    let roots: Vec<_> = all.iter().filter(|root| Folder::open(root).is_ok()).collect();
    if roots.is_empty() {
        return Err(format!("no migration tool reads any folder in {}", directory.display()).into());
    }

    // The same for all from here on: the files are in the system's cache.
    let mut sizes = (0, 0);
    for root in &roots {
        let files = read(root)?;
        sizes.0 += files.len();
        sizes.1 += files.iter().map(Vec::len).sum::<usize>();
    }
    let mut slowest = Vec::new();
    for root in &roots {
        let (seconds, replay) = time(|| Ok(Replay::of(&Folder::open(root)?)))?;
        slowest.push((seconds, root, replay.total));
    }
    slowest.sort_by(|left, right| right.0.total_cmp(&left.0));

    let rounds: Vec<Round> = (0..rounds)
        .map(|_| {
            let mut round = Round { read: 0.0, open: 0.0, replay: 0.0 };
            for root in &roots {
                round.read += time(|| read(root))?.0;
                let (seconds, folder) = time(|| Ok(Folder::open(root)?))?;
                round.open += seconds;
                round.replay += seconds + time(|| Ok(Replay::of(&folder)))?.0;
            }
            Ok(round)
        })
        .collect::<Result<_, Failure>>()?;

    let (files, kilobytes) = (sizes.0, sizes.1 / 1000);
    println!(
        "{} folders of {} in {}; {files} files, {kilobytes} kB\n",
        roots.len(),
        all.len(),
        directory.display()
    );
    println!("| what | ms of processor time | µs per file |");
    println!("|---|---|---|");
    let figures: [(&str, Figure); 3] = [
        ("read every file", |round| round.read),
        ("`Folder::open`", |round| round.open),
        ("`Folder::open` and `Replay::of`", |round| round.replay),
    ];
    for (what, figure) in figures {
        let seconds = median(rounds.iter().map(figure).collect());
        #[expect(clippy::cast_precision_loss, reason = "some thousand files")]
        let each = seconds * 1e6 / files as f64;
        println!("| {what} | {:.1} | {each:.2} |", seconds * 1e3);
    }
    println!("\n| slowest, `Folder::open` and `Replay::of` | migrations | ms |");
    println!("|---|---|---|");
    for (seconds, root, count) in slowest.iter().take(SLOWEST) {
        println!("| {} | {count} | {:.1} |", root.display(), seconds * 1e3);
    }
    let reads = median(rounds.iter().map(|round| round.replay / round.read).collect());
    println!(
        "\nreplay / read: {reads:.2} (at most {MOST_READS}: {})",
        verdict(reads <= MOST_READS)
    );
    Ok(())
}

/// The seconds of this process's processor time that something takes, on all processors together.
fn time<T>(run: impl FnOnce() -> Result<T, Failure>) -> Result<(f64, T), Failure> {
    let start = processor_seconds();
    let result = run();
    let seconds = processor_seconds() - start;
    Ok((seconds, black_box(result?)))
}

fn processor_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "a bench does not run for years")]
    let seconds = time.tv_sec as f64 + time.tv_nsec as f64 / 1e9;
    seconds
}

fn subdirectories(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let told = |error: io::Error| format!("{}: {error}", directory.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The least that anybody can do with a folder: list it, and read what is there.
fn read(root: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && entry.path().extension().is_some_and(|it| it == "sql") {
                files.push(fs::read(entry.path())?);
            }
        }
    }
    Ok(files)
}
