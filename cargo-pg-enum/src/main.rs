//! `cargo pg-enum`. See the library.

use std::env;
use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use cargo_pg_enum::{Streams, run};

fn main() -> ExitCode {
    let color = |choice| choice != ColorChoice::Never;
    // Standard output may contain data, which must not be changed.
    let mut out = io::stdout().lock();
    let mut err = anstream::stderr();
    let mut input = io::stdin().is_terminal().then(|| io::stdin().lock());
    let mut streams = Streams {
        out_color: color(AutoStream::choice(&out)),
        err_color: color(err.current_choice()),
        progress: io::stderr().is_terminal(),
        out: &mut out,
        err: &mut err,
        input: input.as_mut().map(|input| input as &mut dyn BufRead),
    };
    run(env::args_os(), &mut streams).into()
}
