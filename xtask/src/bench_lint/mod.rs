//! `cargo xtask bench-lint`: what `pg-enum lint` costs on 10,000 files, by processor time: in SQL beside squawk, and as Alembic's
//! revisions beside `ruff check`. All in one run and in turns, so that a busy machine is busy for all of them.
//!
//! Every figure is the median of the rounds, and every ratio the median of the rounds' own ratios.

mod history;
mod revisions;
mod sql;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use self::history::history;
use crate::paths::target_dir;
use crate::run::{Failure, at, command, has, read, run};
use crate::times::{median, processor_seconds};

const FILES: usize = 10_000;

/// What squawk should stay above, in times that `lint` takes for the same files.
const LEAST_SQUAWK: f64 = 3.0;
/// What `lint` should stay below, in times that `ruff check` takes for the same files.
const MOST_RUFF: f64 = 3.0;

/// A folder, and who else reads it.
struct Folder {
    what: &'static str,
    dir: PathBuf,
    peer: Peer,
}

enum Peer {
    Squawk,
    Ruff,
}

pub(crate) fn bench_lint(rounds: usize) -> Result<(), Failure> {
    for (program, install) in
        [("squawk", "cargo install --locked squawk@2.68.0"), ("ruff", "pip install ruff")]
    {
        if !has(program) {
            return Err(Failure::new(format!("{program} is not on PATH: `{install}`")));
        }
    }
    let own = target_dir().join("release/pg-enum");
    let base = target_dir().join("bench-lint");
    let folders = write(&base)?;
    run(&mut command(
        "cargo",
        ["build", "--release", "--package", "cargo-pg-enum", "--bin", "pg-enum"],
    ))?;
    let versions =
        [read(&mut command("squawk", ["--version"]))?, read(&mut command("ruff", ["--version"]))?];
    println!(
        "{}; {FILES} files in each folder, processor time\n",
        versions.map(|it| it.trim().to_owned()).join(", ")
    );
    println!("| folder | pg-enum lint, s | peer, s | ratio |");
    println!("|---|---|---|---|");
    for Folder { what, dir, peer } in &folders {
        let mut times = Vec::new();
        for _ in 0..rounds.max(1) {
            let mut lint = Command::new(&own);
            lint.args(["lint", "--migrations"]).arg(dir);
            let peer = match peer {
                Peer::Squawk => {
                    let mut squawk = command("squawk", ["--reporter", "gcc"]);
                    squawk.arg(dir.join("*.sql"));
                    squawk
                }
                Peer::Ruff => {
                    let mut ruff = command("ruff", ["check", "--no-cache", "--isolated"]);
                    ruff.arg(dir);
                    ruff
                }
            };
            times.push((seconds(&lint, &base)?, seconds(&peer, &base)?));
        }
        let of = |figure: fn(&(f64, f64)) -> f64| median(times.iter().map(figure).collect());
        let (own, other) = (of(|it| it.0), of(|it| it.1));
        let (ratio, goal, is_met) = match peer {
            Peer::Squawk => {
                let ratio = of(|it| it.1 / it.0);
                (ratio, format!("squawk / lint, at least {LEAST_SQUAWK}"), ratio >= LEAST_SQUAWK)
            }
            Peer::Ruff => {
                let ratio = of(|it| it.0 / it.1);
                (ratio, format!("lint / ruff, at most {MOST_RUFF}"), ratio <= MOST_RUFF)
            }
        };
        let verdict = if is_met { "met" } else { "missed" };
        println!("| {what} | {own:.2} | {other:.2} | {ratio:.2} ({goal}: {verdict}) |");
    }
    Ok(())
}

/// Writes the folders anew.
fn write(base: &Path) -> Result<[Folder; 3], Failure> {
    if base.exists() {
        fs::remove_dir_all(base).map_err(at(base))?;
    }
    // The configuration of a project is looked for no further up.
    let (root, all) = (base.join("pg-enum.toml"), history(FILES));
    let dir = |name: &str| base.join(name);
    for name in ["sql", "sql_with_down", "alembic"] {
        fs::create_dir_all(dir(name)).map_err(at(base))?;
    }
    fs::write(&root, "").map_err(at(&root))?;
    sql::write(&dir("sql"), &all, false)?;
    sql::write(&dir("sql_with_down"), &all[..FILES / 2], true)?;
    revisions::write(&dir("alembic"), &all)?;
    Ok([
        Folder { what: "SQL, up alone", dir: dir("sql"), peer: Peer::Squawk },
        Folder { what: "SQL, up and down", dir: dir("sql_with_down"), peer: Peer::Squawk },
        Folder { what: "Alembic", dir: dir("alembic"), peer: Peer::Ruff },
    ])
}

/// The processor time of a program that ends with 1 if it finds something. What it says is not kept.
fn seconds(program: &Command, dir: &Path) -> Result<f64, Failure> {
    let mut shell = command("sh", ["-c", "\"$@\" >/dev/null 2>&1; test $? -le 1", "sh"]);
    shell.arg(program.get_program()).args(program.get_args()).current_dir(dir);
    processor_seconds(&shell)
}
