//! The servers that run, and what stops them: being dropped, or a signal to end the process.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::process::{self, Child};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use tempfile::TempDir;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

use crate::user::{User, command};

static RUNNING: Mutex<Table> =
    Mutex::new(Table { next: 0, watching: false, servers: BTreeMap::new() });

/// Set once a signal has come to end the process.
static ENDING: AtomicBool = AtomicBool::new(false);

struct Table {
    next: u32,
    watching: bool,
    servers: BTreeMap<u32, Process>,
}

/// A server that runs. The directory goes with it.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) programs: PathBuf,
    pub(crate) user: Option<User>,
    pub(crate) data: PathBuf,
    pub(crate) dir: TempDir,
    pub(crate) postgres: Child,
}

impl Process {
    /// At once, as nothing of it is kept.
    pub(crate) fn stop(mut self) {
        let mut pg_ctl = command(&self.programs.join("pg_ctl"), self.user);
        pg_ctl.args(["stop", "--silent", "--mode", "immediate", "--pgdata"]).arg(&self.data);
        // One that does not run any more needs not be stopped.
        let stopped = pg_ctl.output().is_ok_and(|output| output.status.success());
        if !stopped {
            // Its processes end when they notice that it is gone.
            let _ = self.postgres.kill();
        }
        let _ = self.postgres.wait();
        // What cannot be removed is in the system's directory for such files.
        let _ = self.dir.close();
    }
}

fn table() -> MutexGuard<'static, Table> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stops its server, and waits until that is gone, when dropped.
#[derive(Debug)]
pub(crate) struct Running(u32);

impl Running {
    pub(crate) fn start<E>(
        start: impl FnOnce() -> Result<Process, E>,
        watchless: impl FnOnce(io::Error) -> E,
    ) -> Result<Self, E> {
        // Held while the server starts, so that a signal which arrives meanwhile waits, finds it
        // here, and stops it too.
        let mut table = table();
        if !table.watching {
            watch_signals().map_err(watchless)?;
            table.watching = true;
        }
        let process = start()?;
        let number = table.next;
        table.next += 1;
        table.servers.insert(number, process);
        Ok(Self(number))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let server = table().servers.remove(&self.0);
        if let Some(server) = server {
            server.stop();
        }
    }
}

/// Waits for the end of the process if a signal has come to end it. The same Ctrl-C ends the programs that were
/// started, and nobody who pressed it wants to read that they failed: call this before saying so.
pub fn wait_if_ending() {
    while ENDING.load(Ordering::Acquire) {
        thread::park();
    }
}

/// A signal ends a process without dropping anything, which would leave the server behind. So a thread waits for
/// the signals people and CI systems send, cleans up and ends the process as the shell expects it.
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
        // Not released again: nobody must start another server before the process ends.
        let mut table = table();
        while let Some((_, server)) = table.servers.pop_first() {
            server.stop();
        }
        process::exit(128 + received.as_raw_value());
    })?;
    Ok(())
}
