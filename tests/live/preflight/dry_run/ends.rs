//! No server is left, and no file, however a run ends.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use pg_enum_server::{Options, Server};
use pg_enum_test_server::{Database, find_binaries};
use tempfile::TempDir;

use super::{ADD, MOOD, begin, named};
use crate::harness::{command, tests};
use crate::preflight::harness::Folder;

tests![success, failure, a_server_that_does_not_start, terminated, a_panic];

/// Has a process run the command line, rather than tests.
const WORKER: &str = "PG_ENUM_TEST_COMMAND";

/// What this program does as one of those.
pub(crate) fn worker() -> Option<ExitCode> {
    env::var_os(WORKER)?;
    let said = command(env::args_os().collect());
    print!("{}", said.out);
    eprint!("{}", said.err);
    Some(said.status.into())
}

/// A dry run in a process of its own, whose temporary files are in a directory of their own.
struct Process {
    temporary: TempDir,
    child: Child,
}

impl Process {
    fn start(folder: &Folder, url: &str, more: &[&Path]) -> Self {
        let temporary = tempfile::Builder::new().prefix("t").tempdir().expect("a directory");
        // A server that root starts runs as somebody else.
        fs::set_permissions(temporary.path(), Permissions::from_mode(0o777)).expect("permissions");
        let mut command = Command::new(env::current_exe().expect("a path"));
        command.args(["dry-run", "--tool", "sqlx", "--database-url", url, "--migrations"]);
        command.arg(folder.path()).env(WORKER, "1").env("TMPDIR", temporary.path());
        let named: Vec<PathBuf> = named().into_iter().collect();
        let named = named.iter().map(PathBuf::as_path).chain(more.iter().copied()).last();
        if let Some(dir) = named {
            command.arg("--postgres-bin").arg(dir);
        }
        let child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
        Self { temporary, child }
    }

    /// The directory of the server, once it runs.
    fn server(&self) -> Postmaster {
        for _ in 0..600 {
            let dirs = fs::read_dir(self.temporary.path()).expect("a directory");
            let found = dirs.flatten().find_map(|dir| Postmaster::in_dir(&dir.path()));
            if let Some(found) = found {
                return found;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("no server is started");
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().expect("kill").success());
    }

    /// The exit code and what it says; nothing of it is left.
    fn ended(self) -> (Option<i32>, String) {
        let output = self.child.wait_with_output().expect("an end");
        let left: Vec<_> = fs::read_dir(self.temporary.path()).expect("a directory").collect();
        assert!(left.is_empty(), "{left:?}");
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).expect("text"))
    }
}

/// A server by its process.
struct Postmaster(String);

impl Postmaster {
    fn in_dir(dir: &Path) -> Option<Self> {
        let text = fs::read_to_string(dir.join("data").join("postmaster.pid")).ok()?;
        // The last line is written once connections are accepted.
        text.contains("ready").then(|| Self(text.lines().next().unwrap_or_default().to_owned()))
    }

    fn runs(&self) -> bool {
        let mut kill = Command::new("kill");
        kill.args(["-0", &self.0]).stderr(Stdio::null()).status().expect("kill").success()
    }
}

async fn success(database: Database) {
    let Some((_, folder)) = begin(&database, &[MOOD]).await else { return };
    folder.write(ADD.0, ADD.1);
    let (code, said) = Process::start(&folder, database.url(), &[]).ended();
    assert_eq!(code, Some(0), "{said}");
}

async fn failure(database: Database) {
    let Some((_, folder)) = begin(&database, &[MOOD]).await else { return };
    // Which the server does not survive, as far as the session is concerned.
    folder.write("2_x.sql", "SELECT pg_terminate_backend(pg_backend_pid());");
    let (code, said) = Process::start(&folder, database.url(), &[]).ended();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("terminating connection"), "{said}");
}

async fn a_server_that_does_not_start(database: Database) {
    let Some((_, folder)) = begin(&database, &[MOOD]).await else { return };
    folder.write(ADD.0, ADD.1);
    // Everything but a server that does what it says.
    let programs = tempfile::tempdir().expect("a directory");
    fs::set_permissions(programs.path(), Permissions::from_mode(0o755)).expect("permissions");
    for name in ["initdb", "pg_ctl", "postgres", "pg_dump"] {
        let path = programs.path().join(name);
        let text = "#!/bin/sh\n[ \"$1\" = --version ] && echo \"x (PostgreSQL) 99.1\" && exit\n\
             echo 'no space left' >&2\nexit 1\n";
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("permissions");
    }
    let (code, said) = Process::start(&folder, database.url(), &[programs.path()]).ended();
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("initdb fails\n  no space left"), "{said}");
}

async fn terminated(database: Database) {
    let Some((_, folder)) = begin(&database, &[MOOD]).await else { return };
    folder.write("2_wait.sql", "SELECT pg_sleep(60);");
    let process = Process::start(&folder, database.url(), &[]);
    let server = process.server();
    assert!(server.runs());
    process.signal("TERM");
    let (ended, said) = process.ended();
    assert_eq!(ended, Some(143), "{said}");
    assert!(!server.runs());
}

/// Of whoever has started one.
async fn a_panic(_database: Database) {
    let programs = find_binaries();
    let Some(programs) = programs.filter(|dir| dir.join("postgres").is_file()) else { return };
    let (send, receive) = mpsc::channel();
    let thread = thread::spawn(move || {
        let server = Server::start(&Options::new(&programs, "me", "secret")).expect("a server");
        let dir = server.socket_dir().to_owned();
        send.send((Postmaster::in_dir(&dir).expect("a process"), dir)).expect("somebody");
        std::panic::resume_unwind(Box::new("panics"));
    });
    assert!(thread.join().is_err());
    let (server, dir) = receive.recv().expect("a server");
    assert!(!server.runs());
    assert!(!dir.exists());
}
