//! Starts a server.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::SERVER;
use crate::running::{Process, Running, wait_if_ending};
use crate::user::{self, User, command};

/// The maximum length of a socket path in bytes, on the system with the lowest limit (`sun_path` on macOS).
const SOCKET_PATH: usize = 103;

/// The port in the socket's name, for a server without a TCP port.
const PORT: u16 = 5432;

/// The time limit for a server to accept connections. Normally it takes a tenth of a second.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often to check whether it accepts connections.
const POLL: Duration = Duration::from_millis(10);

/// The number of log lines to show if a server does not start.
const LOG_LINES: usize = 10;

/// Options for a server.
#[derive(Clone)]
pub struct Options {
    programs: PathBuf,
    user: String,
    password: String,
    port: Option<u16>,
    settings: Vec<(String, String)>,
}

impl Options {
    /// A server from the programs in this directory, with a superuser with this name and password, on a socket only.
    #[must_use]
    pub fn new(programs: &Path, user: &str, password: &str) -> Self {
        let [user, password] = [user, password].map(str::to_owned);
        Self { programs: programs.to_owned(), user, password, port: None, settings: Vec::new() }
    }

    /// Also listens on this port of 127.0.0.1.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Adds a setting to `postgresql.conf`.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Leaves out the password.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Options");
        f.field("programs", &self.programs).field("user", &self.user).field("port", &self.port);
        f.field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// A running server, which is stopped when this value is dropped.
///
/// It is also stopped when a signal ends the process (Ctrl-C, `SIGTERM`, `SIGHUP`), but not by [`std::process::exit`]
/// or `SIGKILL`.
#[derive(Debug)]
pub struct Server {
    socket_dir: PathBuf,
    port: u16,
    _running: Running,
}

impl Server {
    /// Starts a server and waits until it accepts connections. This takes about a second.
    ///
    /// Its files and its socket are in a temporary directory that only its user can enter. It is not durable: nothing
    /// is flushed to disk, and autovacuum is off.
    ///
    /// # Errors
    ///
    /// If a program is missing or fails. The error contains the end of the program's output.
    pub fn start(options: &Options) -> Result<Self, Error> {
        let user = user::other().map_err(|()| {
            Error::new(
                "PostgreSQL refuses to run as root, and no user `nobody` or `postgres` exists to \
                 run it as",
            )
        })?;
        if let Some(user) = user {
            check(options, user)?;
        }
        let mut paths = None;
        let started = Running::start(
            || {
                let process = start(options, user)?;
                paths = Some(process.dir.path().to_owned());
                Ok(process)
            },
            |error| Error::new(format!("cannot watch for signals: {error}")),
        );
        if started.is_err() {
            wait_if_ending();
        }
        Ok(Self {
            _running: started?,
            socket_dir: paths.unwrap_or_default(),
            port: options.port.unwrap_or(PORT),
        })
    }

    /// The directory of its socket.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The port of its socket, and of 127.0.0.1 if it listens there.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// A random password.
///
/// # Errors
///
/// If the system provides no random numbers.
pub fn secret() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::new(format!("the system provides no random numbers: {error}")))?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// The reason why a server did not start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    message: String,
    /// The output of the failed program.
    detail: String,
}

impl Error {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), detail: String::new() }
    }

    /// The output of the failed program, on its own lines; empty if no program failed.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Checks that the other user can run the programs, and can write to the directory for temporary files.
fn check(options: &Options, user: User) -> Result<(), Error> {
    // Check each program too, because it may be a link to a program in another directory.
    let programs = SERVER.iter().map(|name| options.programs.join(name));
    for path in programs.chain([std::env::temp_dir()]) {
        if let Some(closed) = user.first_closed(&path) {
            return Err(Error::new(format!(
                "PostgreSQL runs as the user `{}` when root starts it, and that user cannot use \
                 {} because it has no access to {}: run `chmod o+x {2}`, or use another \
                 directory",
                user.name,
                path.display(),
                closed.display(),
            )));
        }
    }
    Ok(())
}

fn start(options: &Options, user: Option<User>) -> Result<Process, Error> {
    let files = |error: io::Error| Error::new(format!("cannot make the server's files: {error}"));
    // `tempfile` creates a directory that no other user can enter.
    let dir = tempfile::Builder::new().prefix("pg-enum-").tempdir().map_err(files)?;
    let socket = dir.path().join(format!(".s.PGSQL.{}", options.port.unwrap_or(PORT)));
    if socket.as_os_str().len() > SOCKET_PATH {
        return Err(Error::new(format!(
            "the path {} is too long for a socket: set TMPDIR to a shorter directory",
            dir.path().display()
        )));
    }
    let password = dir.path().join("password");
    fs::write(&password, &options.password).map_err(files)?;
    if let Some(User { uid, gid, .. }) = user {
        for path in [dir.path(), &password] {
            chown(path, Some(uid), Some(gid)).map_err(files)?;
        }
    }
    let data = dir.path().join("data");
    let mut initdb = command(&options.programs.join("initdb"), user);
    // The same locale on every machine.
    initdb
        .args(["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"])
        // Small WAL files, because each is written in full.
        .args(["--wal-segsize", "1"])
        .args(["--username", &options.user])
        .arg("--pwfile")
        .arg(&password)
        .arg("--pgdata")
        .arg(&data);
    let output = initdb.output().map_err(|error| unrunnable(options, "initdb", &error))?;
    if !output.status.success() {
        let message = format!("{} fails", options.programs.join("initdb").display());
        return Err(Error {
            message,
            detail: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    fs::remove_file(&password).map_err(files)?;
    configure(options, &dir, &data).map_err(files)?;

    let log = dir.path().join("log");
    let output = File::create(&log).map_err(files)?;
    let mut postgres = command(&options.programs.join("postgres"), user);
    // In its own process group, so that a Ctrl-C does not reach it: this process stops it.
    postgres.arg("-D").arg(&data).process_group(0).stdin(Stdio::null());
    postgres.stdout(output.try_clone().map_err(files)?).stderr(output);
    let postgres = postgres.spawn().map_err(|error| unrunnable(options, "postgres", &error))?;
    let mut process = Process { programs: options.programs.clone(), user, data, dir, postgres };
    match wait_until_ready(&mut process) {
        Ok(()) => Ok(process),
        Err(message) => {
            let detail = end_of(&log);
            process.stop();
            Err(Error { message, detail })
        }
    }
}

/// Waits until the server accepts connections. It writes its status to `postmaster.pid`, which `pg_ctl` reads too.
fn wait_until_ready(process: &mut Process) -> Result<(), String> {
    let start = Instant::now();
    let pid_file = process.data.join("postmaster.pid");
    loop {
        let text = fs::read_to_string(&pid_file).unwrap_or_default();
        if text.lines().nth(7).is_some_and(|status| status.trim_end() == "ready") {
            return Ok(());
        }
        match process.postgres.try_wait() {
            Ok(Some(status)) => return Err(format!("the server stopped immediately: {status}")),
            Err(error) => return Err(format!("cannot wait for the server: {error}")),
            Ok(None) if start.elapsed() > PATIENCE => {
                let seconds = PATIENCE.as_secs();
                return Err(format!(
                    "the server does not accept connections within {seconds} seconds"
                ));
            }
            Ok(None) => thread::sleep(POLL),
        }
    }
}

fn configure(options: &Options, dir: &TempDir, data: &Path) -> io::Result<()> {
    let address = if options.port.is_some() { "127.0.0.1" } else { "" };
    let port = options.port.unwrap_or(PORT).to_string();
    let dir = dir.path().to_string_lossy();
    let settings = [
        ("listen_addresses", address),
        ("port", &port),
        ("unix_socket_directories", &dir),
        // PostgreSQL manual, 14.5, non-durable settings.
        ("fsync", "off"),
        ("synchronous_commit", "off"),
        ("full_page_writes", "off"),
        ("autovacuum", "off"),
        ("timezone", "UTC"),
    ];
    let given = options.settings.iter().map(|(name, value)| (&**name, &**value));
    // If a setting occurs twice, the last line counts.
    let mut file = OpenOptions::new().append(true).open(data.join("postgresql.conf"))?;
    for (name, value) in settings.into_iter().chain(given) {
        writeln!(file, "{name} = '{}'", value.replace('\\', "\\\\").replace('\'', "''"))?;
    }
    Ok(())
}

fn unrunnable(options: &Options, name: &str, error: &io::Error) -> Error {
    Error::new(format!("cannot run {}: {error}", options.programs.join(name).display()))
}

/// The end of the server's log, which contains the reason.
fn end_of(log: &Path) -> String {
    let log = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}
