//! The project's own tasks: `cargo xtask --help`.

mod compile_time;
mod install;
mod matrix;
mod npm;
mod paths;
mod run;
mod suite;

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
    /// Run the benches
    Bench {
        /// Without optimisation: whether they run, not how fast
        #[arg(long)]
        dev: bool,
    },
    /// Measure what the derive costs to compile, beside what it replaces
    CompileTime {
        /// How often to measure each
        #[arg(long, default_value_t = 15)]
        rounds: usize,
    },
}

fn main() -> ExitCode {
    let Arguments { task } = Arguments::parse();
    let done = run::in_directory(workspace_root()).and_then(|()| match task {
        Task::Test { extra } => suite::test(&extra),
        Task::Matrix { versions } => matrix::matrix(&versions),
        Task::Bench { dev } => suite::bench(dev),
        Task::CompileTime { rounds } => compile_time::compile_time(rounds),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            failure.exit_code()
        }
    }
}
