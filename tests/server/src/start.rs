//! Starts a throwaway server with `pgtemp`, which panics where this returns an error.

use std::any::Any;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use pgtemp::PgTempDB;

use crate::running::{Running, wait_if_ending};
use crate::server::connect_to;
use crate::user::is_root;
use crate::{BIN_VARIABLE, Unavailable, find_binaries, root};

/// How long a server may take until it accepts connections; it takes a tenth of a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long it may take until it has written its first file.
const STARTED: Duration = Duration::from_secs(5);

/// A port that is free when it is chosen may be taken when the server opens it.
const ATTEMPTS: u32 = 3;

/// A running server of our own.
#[derive(Debug)]
pub(crate) struct Throwaway {
    url: String,
    description: String,
    /// Stops the server when dropped.
    _running: Running,
}

impl Throwaway {
    pub(crate) fn start() -> Result<Self, Unavailable> {
        let bin = find_binaries().ok_or_else(|| {
            Unavailable::new(
                "install the PostgreSQL server (on Debian and Ubuntu the package `postgresql`; \
                 `cargo xtask test` does it), or set DATABASE_URL",
            )
        })?;
        let version = check_programs(&bin)?;
        if is_root() {
            root::check(&bin)?;
        }
        let mut attempt = 1;
        loop {
            let started = start_once(&bin);
            if started.is_err() {
                wait_if_ending();
            }
            match started {
                Ok((url, running)) => {
                    return Ok(Self {
                        url,
                        description: format!("{version} from {}", bin.display()),
                        _running: running,
                    });
                }
                Err(Failure::Died(_)) if attempt < ATTEMPTS => attempt += 1,
                Err(Failure::Died(reason) | Failure::Other(reason)) => {
                    return Err(Unavailable::new(reason));
                }
            }
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn description(&self) -> &str {
        &self.description
    }
}

enum Failure {
    /// The server started and stopped again, which a second attempt may mend.
    Died(String),
    Other(String),
}

/// Runs both programs for their version, which also tells whether they can run at all; returns the
/// server's as `PostgreSQL 15.18`.
fn check_programs(bin: &Path) -> Result<String, Unavailable> {
    let mut version = String::new();
    for program in ["initdb", "postgres"] {
        let path = bin.join(program);
        let output = Command::new(&path).arg("--version").output().map_err(|error| {
            let named = std::env::var_os(BIN_VARIABLE).is_some_and(|it| !it.is_empty());
            let why = if named {
                format!(" ({BIN_VARIABLE} names its directory)")
            } else {
                String::new()
            };
            Unavailable::new(format!("cannot run {}{why}: {error}", path.display()))
        })?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            return Err(Unavailable::new(format!("{} does not work: {stderr}", path.display())));
        }
        version = String::from_utf8_lossy(&output.stdout).into_owned();
    }
    // `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`
    let number = version.split_whitespace().nth(2).unwrap_or("(unknown version)");
    Ok(format!("PostgreSQL {number}"))
}

fn start_once(bin: &Path) -> Result<(String, Running), Failure> {
    let port = free_port().map_err(|error| Failure::Other(format!("no free port: {error}")))?;
    let running =
        Running::start(|| without_panic(|| start_pgtemp(bin, port))).map_err(Failure::Other)?;
    let url = format!("postgresql://postgres:password@127.0.0.1:{port}/postgres?sslmode=disable");
    wait_until_ready(&url, running.data_dir())?;
    Ok((url, running))
}

fn start_pgtemp(bin: &Path, port: u16) -> PgTempDB {
    PgTempDB::builder()
        .with_bin_path(bin)
        .with_port(port)
        .with_username("postgres")
        .with_password("password")
        // The name that makes pgtemp not run `createdb`, which the smaller packages lack.
        .with_dbname("postgres")
        // The same everywhere, whatever the machine speaks.
        .with_initdb_arg("encoding", "UTF8")
        .with_initdb_arg("locale", "C")
        .with_config_param("timezone", "UTC")
        .with_config_param("max_connections", "200")
        // TCP on one address: what `localhost` means varies, and a socket's path may grow too long.
        .with_config_param("listen_addresses", "127.0.0.1")
        .with_config_param("unix_socket_directories", "")
        // pgtemp never reads the pipe it makes the server's stderr: once that is full, the server
        // waits forever. The collector takes the log to a file of the data directory instead.
        .with_config_param("logging_collector", "on")
        .with_config_param("log_directory", LOG_DIRECTORY)
        .with_config_param("log_filename", LOG_FILE)
        .with_config_param("log_rotation_age", "0")
        .with_config_param("log_rotation_size", "0")
        .start()
}

const LOG_DIRECTORY: &str = "log";
const LOG_FILE: &str = "server.log";

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Turns a panic of `body` to its message, and keeps it from being printed.
fn without_panic<T>(body: impl FnOnce() -> T) -> Result<T, String> {
    let this_thread = thread::current().id();
    let others: Arc<dyn Fn(&panic::PanicHookInfo<'_>) + Send + Sync> =
        Arc::from(panic::take_hook());
    let previous = Arc::clone(&others);
    // Panics of other threads are none of our business and stay loud.
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() != this_thread {
            others(info);
        }
    }));
    let result = panic::catch_unwind(AssertUnwindSafe(body));
    panic::set_hook(Box::new(move |info| previous(info)));
    result.map_err(|payload| message(payload.as_ref()))
}

fn message(payload: &(dyn Any + Send)) -> String {
    let message = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("pgtemp panicked");
    // "initdb failed! stdout: (20 lines of progress) stderr: (what is wrong)"
    match (message.split_once(" stdout:"), message.rsplit_once("stderr:")) {
        (Some((what, _)), Some((_, stderr))) if !stderr.trim().is_empty() => {
            // Of a statement that failed the reason is enough; initdb's run to hundreds of lines.
            let reason = stderr.split_once("STATEMENT:").map_or(stderr, |(reason, _)| reason);
            format!("{what} {}", reason.trim())
        }
        _ => message.to_owned(),
    }
}

/// pgtemp returns as soon as the process is there, before it accepts connections.
fn wait_until_ready(url: &str, data_dir: &Path) -> Result<(), Failure> {
    let start = Instant::now();
    let pid_file = data_dir.join("postmaster.pid");
    let log_file: PathBuf = [data_dir, LOG_DIRECTORY.as_ref(), LOG_FILE.as_ref()].iter().collect();
    let mut seen_alive = false;
    loop {
        let Err(error) = connect_to(url, Duration::from_secs(5)) else {
            return Ok(());
        };
        // The server writes this file first thing and removes it as the last. One that stopped
        // before the first look may have left a log, or nothing at all.
        let alive = pid_file.exists();
        let was_alive = seen_alive || log_file.exists() || start.elapsed() > STARTED;
        if was_alive && !alive {
            return Err(Failure::Died(format!(
                "the server stopped at once: {}",
                end_of(&log_file)
            )));
        }
        seen_alive = alive;
        if start.elapsed() > PATIENCE {
            return Err(Failure::Other(format!(
                "the server does not accept connections after {} s: {error}; its log: {}",
                PATIENCE.as_secs(),
                end_of(&log_file)
            )));
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// The end of the server's log, which says why it stopped.
fn end_of(log_file: &Path) -> String {
    let log = fs::read_to_string(log_file).unwrap_or_default();
    let lines: Vec<_> = log.lines().collect();
    if lines.is_empty() {
        return "(it logged nothing)".to_owned();
    }
    lines[lines.len().saturating_sub(10)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(without_panic(|| 1), Ok(1));
        assert_eq!(without_panic(|| panic!("no {}", "way")), Err::<(), _>("no way".to_owned()));
    }

    #[test]
    fn of_a_failed_program_only_the_complaint_is_quoted() {
        let payload: Box<dyn Any + Send> = Box::new(
            "initdb failed! stdout: creating\nfixing\n\n\nstderr: FATAL: no space\nSTATEMENT: a\nb\n"
                .to_owned(),
        );
        assert_eq!(message(payload.as_ref()), "initdb failed! FATAL: no space");
    }
}
