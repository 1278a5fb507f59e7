//! The servers that run, and what stops them: being dropped, or a signal to end the process.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use pgtemp::PgTempDB;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

static RUNNING: Mutex<Table> =
    Mutex::new(Table { next: 0, watching: false, servers: BTreeMap::new() });

/// Set once a signal has come to end the process.
static ENDING: AtomicBool = AtomicBool::new(false);

struct Table {
    next: u32,
    watching: bool,
    servers: BTreeMap<u32, PgTempDB>,
}

fn table() -> MutexGuard<'static, Table> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stops its server, and waits until that is gone, when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    number: u32,
    data_dir: PathBuf,
}

impl Running {
    pub(crate) fn start(start: impl FnOnce() -> Result<PgTempDB, String>) -> Result<Self, String> {
        // Held while the server starts, so that a signal which arrives meanwhile waits, finds it
        // here, and stops it too.
        let mut table = table();
        if !table.watching {
            watch_signals().map_err(|error| format!("cannot watch for signals: {error}"))?;
            table.watching = true;
        }
        let server = start()?;
        let data_dir = server.data_dir();
        let number = table.next;
        table.next += 1;
        table.servers.insert(number, server);
        Ok(Self { number, data_dir })
    }

    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let server = table().servers.remove(&self.number);
        if let Some(server) = server {
            stop(server);
        }
    }
}

/// Waits for the end of the process if a signal has come. The same Ctrl-C ends the programs that
/// start a server, and nobody who pressed it wants to read that they failed.
pub(crate) fn wait_if_ending() {
    while ENDING.load(Ordering::Acquire) {
        thread::park();
    }
}

/// Stops one server on a thread of its own: pgtemp panics when that fails, and where the test that
/// used the server has panicked already, a second panic would abort the process.
fn stop(server: PgTempDB) {
    let base = server.data_dir().parent().map(Path::to_owned);
    let stopped = thread::spawn(move || drop(server)).join();
    if let (Err(_), Some(base)) = (stopped, base) {
        // What can't be removed now either is in the system's directory for such files.
        let _ = fs::remove_dir_all(base);
    }
}

/// A signal ends a process without dropping anything, which would leave the data directory behind,
/// and the server too where the signal does not reach it. So a thread waits for the signals people
/// and CI systems send, cleans up and ends the process as the shell expects it.
fn watch_signals() -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut interrupt, mut terminate, mut hang_up) = {
        // Signals are caught from here on, and not only once the thread runs.
        let _context = runtime.enter();
        (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        )
    };
    thread::Builder::new().name("stop servers on a signal".to_owned()).spawn(move || {
        let received = runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => SignalKind::interrupt(),
                _ = terminate.recv() => SignalKind::terminate(),
                _ = hang_up.recv() => SignalKind::hangup(),
            }
        });
        ENDING.store(true, Ordering::Release);
        // Not released again: `main` must not start another server before the process ends.
        let mut table = table();
        while let Some((_, server)) = table.servers.pop_first() {
            stop(server);
        }
        process::exit(128 + received.as_raw_value());
    })?;
    Ok(())
}
