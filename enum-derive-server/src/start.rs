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

/// Bytes of the path of a socket, of which no system takes less (`sun_path`, on macOS).
const SOCKET_PATH: usize = 103;

/// The port of a server that has none: of its socket.
const PORT: u16 = 5432;

/// How long a server may take until it accepts connections; it takes a tenth of a second.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often to look whether it does.
const POLL: Duration = Duration::from_millis(10);

/// Lines of a log that say why a server does not start.
const LOG_LINES: usize = 10;

/// What kind of server.
#[derive(Clone)]
pub struct Options {
    programs: PathBuf,
    user: String,
    password: String,
    port: Option<u16>,
    settings: Vec<(String, String)>,
}

impl Options {
    /// A server from the programs of this directory, with a superuser of this name and this password, on a
    /// socket alone.
    #[must_use]
    pub fn new(programs: &Path, user: &str, password: &str) -> Self {
        let [user, password] = [user, password].map(str::to_owned);
        Self { programs: programs.to_owned(), user, password, port: None, settings: Vec::new() }
    }

    /// That it listens on this port of 127.0.0.1 as well.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// A setting of `postgresql.conf`.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Without the password.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Options");
        f.field("programs", &self.programs).field("user", &self.user).field("port", &self.port);
        f.field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// A server that runs until this is dropped.
///
/// It stops as well when a signal ends the process (Ctrl-C, `SIGTERM`, `SIGHUP`), but not when
/// [`std::process::exit`] or `SIGKILL` does.
#[derive(Debug)]
pub struct Server {
    socket_dir: PathBuf,
    port: u16,
    _running: Running,
}

impl Server {
    /// Starts one, which takes about a second, and waits until it accepts connections.
    ///
    /// Its files and its socket are in a directory of its own that only the user may enter who runs it. It is not
    /// made to last: nothing is flushed to the disk, and there is no autovacuum.
    ///
    /// # Errors
    ///
    /// If one of the programs is missing or fails; the error has the end of what it says.
    pub fn start(options: &Options) -> Result<Self, Error> {
        let user = user::other().map_err(|()| {
            Error::new(
                "PostgreSQL refuses to run as root, and there is neither a user `nobody` nor a user \
                 `postgres` to run it as",
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

/// A word that nobody can guess: for a password.
///
/// # Errors
///
/// If the system has no random numbers.
pub fn secret() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::new(format!("the system gives no random numbers: {error}")))?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// Why there is no server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    message: String,
    /// What the program that failed says.
    detail: String,
}

impl Error {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), detail: String::new() }
    }

    /// What the program that failed says, in its own lines; empty if there is no such program.
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

/// That another user can run the programs, and write where files like that are put.
fn check(options: &Options, user: User) -> Result<(), Error> {
    // The programs too, since those that somebody names may be links to ones elsewhere.
    let programs = SERVER.iter().map(|name| options.programs.join(name));
    for path in programs.chain([std::env::temp_dir()]) {
        if let Some(closed) = user.first_closed(&path) {
            return Err(Error::new(format!(
                "PostgreSQL runs as the user `{}` when started by root, and that user cannot use {} because \
                 {} is closed to it: `chmod o+x {2}`, or use a place elsewhere",
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
    // Nobody else may enter it: that is how `tempfile` makes one.
    let dir = tempfile::Builder::new().prefix("pg-enum-").tempdir().map_err(files)?;
    let socket = dir.path().join(format!(".s.PGSQL.{}", options.port.unwrap_or(PORT)));
    if socket.as_os_str().len() > SOCKET_PATH {
        return Err(Error::new(format!(
            "{} is too long a path for a socket: name a shorter one in TMPDIR",
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
    // The same everywhere, whatever the machine speaks.
    initdb
        .args(["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"])
        // Small files, as each is written in full.
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
    // In a group of its own, as a Ctrl-C is for whoever stops it.
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

/// A server writes into the file of its process that it accepts connections, as `pg_ctl` reads it there.
fn wait_until_ready(process: &mut Process) -> Result<(), String> {
    let start = Instant::now();
    let pid_file = process.data.join("postmaster.pid");
    loop {
        let text = fs::read_to_string(&pid_file).unwrap_or_default();
        if text.lines().nth(7).is_some_and(|status| status.trim_end() == "ready") {
            return Ok(());
        }
        match process.postgres.try_wait() {
            Ok(Some(status)) => return Err(format!("the server stops at once: {status}")),
            Err(error) => return Err(format!("the server cannot be waited for: {error}")),
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
    // The last line that sets a thing counts.
    let mut file = OpenOptions::new().append(true).open(data.join("postgresql.conf"))?;
    for (name, value) in settings.into_iter().chain(given) {
        writeln!(file, "{name} = '{}'", value.replace('\\', "\\\\").replace('\'', "''"))?;
    }
    Ok(())
}

fn unrunnable(options: &Options, name: &str, error: &io::Error) -> Error {
    Error::new(format!("cannot run {}: {error}", options.programs.join(name).display()))
}

/// The end of the server's log, which says why it stopped.
fn end_of(log: &Path) -> String {
    let log = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}
