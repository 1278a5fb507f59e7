//! The running servers, and how they are stopped: by `Drop`, or by a signal that ends the process.

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

/// Set when a signal to end the process has arrived.
static ENDING: AtomicBool = AtomicBool::new(false);

struct Table {
    next: u32,
    watching: bool,
    servers: BTreeMap<u32, Process>,
}

/// A running server. Its directory is removed with it.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) programs: PathBuf,
    pub(crate) user: Option<User>,
    pub(crate) data: PathBuf,
    pub(crate) dir: TempDir,
    pub(crate) postgres: Child,
}

impl Process {
    /// An immediate shutdown, because its data is not kept.
    pub(crate) fn stop(mut self) {
        let mut pg_ctl = command(&self.programs.join("pg_ctl"), self.user);
        pg_ctl.args(["stop", "--silent", "--mode", "immediate", "--pgdata"]).arg(&self.data);
        // A server that is no longer running needs no stop.
        let stopped = pg_ctl.output().is_ok_and(|output| output.status.success());
        if !stopped {
            // Its processes end when they notice that the directory is gone.
            let _ = self.postgres.kill();
        }
        let _ = self.postgres.wait();
        // If the removal fails, the files remain in the system's directory for temporary files.
        let _ = self.dir.close();
    }
}

fn table() -> MutexGuard<'static, Table> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stops the server and waits for its end, when dropped.
#[derive(Debug)]
pub(crate) struct Running(u32);

impl Running {
    pub(crate) fn start<E>(
        start: impl FnOnce() -> Result<Process, E>,
        watchless: impl FnOnce(io::Error) -> E,
    ) -> Result<Self, E> {
        // The lock is held while the server starts. A signal that arrives during the start waits for the lock, and
        // then stops this server too.
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

/// Waits for the end of the process if a signal has arrived to end it. Call this before reporting that a child
/// program failed: a Ctrl-C also ends the child programs, and that is not an error to report.
pub fn wait_if_ending() {
    while ENDING.load(Ordering::Acquire) {
        thread::park();
    }
}

/// A signal ends a process without running `Drop`, which would leave the server running. So a thread waits for the
/// usual signals, stops the servers and ends the process with the status that a shell expects.
fn watch_signals() -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut interrupt, mut terminate, mut hang_up) = {
        // Register the signals here, so that they are caught before the thread runs.
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
        // The lock is not released, so that no other server can start before the process ends.
        let mut table = table();
        while let Some((_, server)) = table.servers.pop_first() {
            server.stop();
        }
        process::exit(128 + received.as_raw_value());
    })?;
    Ok(())
}
