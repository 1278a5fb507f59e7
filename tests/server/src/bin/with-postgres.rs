//! Runs a command with the URL of a server in `DATABASE_URL`: the one that is there already, or that of a throwaway server.

use std::env;
use std::process::{Command, ExitCode};

use pg_enum_test_server::Server;

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: with-postgres COMMAND [ARGUMENT…]");
        return ExitCode::from(2);
    };
    let server = match Server::find_or_start() {
        Ok(server) => server,
        Err(unavailable) => {
            eprintln!("{unavailable}");
            return ExitCode::FAILURE;
        }
    };
    match Command::new(&program).args(arguments).env("DATABASE_URL", server.url()).status() {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1).into(),
        Err(error) => {
            eprintln!("cannot run {}: {error}", program.display());
            ExitCode::FAILURE
        }
    }
}
