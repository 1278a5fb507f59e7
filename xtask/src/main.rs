//! The project's own tasks: `cargo xtask --help`.

mod alembic;
mod bench_lint;
mod build_time;
mod compile_time;
mod diesel;
mod fuzz;
mod install;
mod matrix;
mod minimal_versions;
mod npm;
mod paths;
mod python;
mod run;
mod rust_versions;
mod suite;
mod times;
mod wheel;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::paths::workspace_root;

/// The project's own tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every test, after installing a PostgreSQL server where there is none
    Test {
        /// Passed on to `cargo test`
        #[arg(last = true)]
        extra: Vec<String>,
    },
    /// Run the integration tests on several major versions of PostgreSQL
    Matrix {
        /// The versions to run on
        #[arg(long, value_delimiter = ',', default_values_t = matrix::SUPPORTED)]
        versions: Vec<u32>,
    },
    /// Build the wheel, install it into a new virtual environment, and run it there, through pre-commit and as the action does
    Wheel,
    /// Run the situations of `tests/situations` by Alembic on several versions of `SQLAlchemy`, against a server
    Alembic,
    /// Run the Diesel tests on the older versions of Diesel that the derive promises
    Diesel,
    /// Measure decoding and encoding, beside each driver's own derive and strum
    Bench {
        /// Without optimisation: whether they run, not how fast
        #[arg(long)]
        dev: bool,
    },
    /// Measure what replaying a folder costs, beside reading its files and beside squawk
    BenchReplay {
        /// How often to measure each
        #[arg(long, default_value_t = 11)]
        rounds: usize,
        /// The program squawk, if it is not on `PATH`
        #[arg(long)]
        squawk: Option<PathBuf>,
    },
    /// Measure what `lint` costs on 10,000 files, beside squawk and `ruff check`, by processor time
    BenchLint {
        /// How often to measure each
        #[arg(long, default_value_t = 5)]
        rounds: usize,
    },
    /// Measure what replaying real folders costs, beside reading their files
    BenchFolders {
        /// The directory with the folders
        folders: PathBuf,
        /// How often to measure each
        #[arg(long, default_value_t = 5)]
        rounds: usize,
    },
    /// Measure what reading the dependents of the types of 10,000 schemas costs
    BenchDependents {
        /// How often to measure
        #[arg(long, default_value_t = 3)]
        rounds: usize,
    },
    /// Measure what verifying 1,000 enums costs, and five in each of 10,000 schemas
    BenchVerify {
        /// How often to measure each
        #[arg(long, default_value_t = 11)]
        rounds: usize,
    },
    /// Measure what replacing a type costs, beside a bare rewrite and beside the plans of other tools, and how long the
    /// online change locks the table
    BenchSwap {
        /// How often to measure each
        #[arg(long, default_value_t = 5)]
        rounds: usize,
    },
    /// Start sixteen processes at once that ensure fifty types, directly and behind `PgBouncer` if it is
    /// installed
    Stress {
        /// How often
        #[arg(long, default_value_t = 100)]
        rounds: usize,
    },
    /// Look for migrations that break what must hold, with cargo-fuzz and a nightly compiler
    Fuzz {
        /// For how long, all targets together
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Run this target alone
        #[arg(long)]
        target: Option<String>,
    },
    /// Check what applications depend on with the oldest compilers that it promises, which rustup installs
    RustVersions,
    /// Check what applications depend on with the oldest versions of its dependencies that it promises
    MinimalVersions,
    /// Measure what the derive costs to compile, beside each driver's own derive
    CompileTime {
        /// How often to measure each [default: 15, or 3 with --build-script]
        #[arg(long)]
        rounds: Option<usize>,
        /// Measure clean builds with a build script that checks the migrations, beside those without it
        #[arg(long)]
        build_script: bool,
        /// Measure `PgModel` on structs, beside `sqlx::FromRow`
        #[arg(long, conflicts_with = "build_script")]
        models: bool,
    },
}

fn main() -> ExitCode {
    let Arguments { task } = Arguments::parse();
    let done = run::in_directory(workspace_root()).and_then(|()| match task {
        Task::Test { extra } => suite::test(&extra),
        Task::Matrix { versions } => matrix::matrix(&versions),
        Task::Wheel => wheel::wheel(),
        Task::Alembic => alembic::alembic(),
        Task::Diesel => diesel::diesel(),
        Task::Bench { dev } => suite::bench(dev),
        Task::BenchReplay { rounds, squawk } => suite::bench_replay(rounds, squawk.as_deref()),
        Task::BenchLint { rounds } => bench_lint::bench_lint(rounds),
        Task::BenchFolders { folders, rounds } => suite::bench_folders(&folders, rounds),
        Task::BenchDependents { rounds } => suite::bench_dependents(rounds),
        Task::BenchVerify { rounds } => suite::bench_verify(rounds),
        Task::BenchSwap { rounds } => suite::bench_swap(rounds),
        Task::Stress { rounds } => suite::stress(rounds),
        Task::Fuzz { seconds, target } => fuzz::fuzz(seconds, target.as_deref()),
        Task::MinimalVersions => minimal_versions::minimal_versions(),
        Task::RustVersions => rust_versions::rust_versions(),
        Task::CompileTime { rounds, build_script: true, .. } => {
            build_time::build_time(rounds.unwrap_or(3))
        }
        Task::CompileTime { rounds, models: true, .. } => {
            compile_time::models::compile_time(rounds.unwrap_or(15))
        }
        Task::CompileTime { rounds, .. } => compile_time::compile_time(rounds.unwrap_or(15)),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit_code()
        }
    }
}
