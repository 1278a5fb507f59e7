//! PostgreSQL refuses to run as root. Where we are root, as in most containers, pgtemp runs it with
//! `sudo -u postgres`: this is that `sudo`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::Unavailable;
use crate::server::given_url;
use crate::user::{is_root, user_and_group};

/// The user pgtemp runs the server as.
const USER: &str = "postgres";

/// The directory of our `sudo`, for the process that was started again to have it on its `PATH`.
const MARKER: &str = "PG_ENUM_TEST_SUDO";

/// Lets a process of root's start throwaway servers. The first thing a `main` does:
/// `if let Some(code) = with_sudo() { return code; }`.
///
/// To start a server as another user, pgtemp takes the `sudo` it finds on the `PATH` of this
/// process. Most containers have none. And where there is one the server never stops: pgtemp sends
/// `sudo` the signal to stop and waits, while `sudo` passes on no signal that comes from its own
/// process group. `runuser`, which takes the same arguments, passes on none either.
///
/// So this brings its own. A process may change its own `PATH` only with unsafe code, but may choose
/// that of another: this makes a link named `sudo` to the current executable, in a directory beside
/// it, and replaces the process by a new run of itself, with the same arguments and that directory
/// first on its `PATH`. The process stays the same one to whoever started it, for signals and exit
/// code too. Run by the name of `sudo`, this function becomes the user and then, with nothing in
/// between, the program.
///
/// Returns the exit code to end with, or nothing where the process is to go on: at once for
/// everybody but root, and where `DATABASE_URL` is set.
#[must_use]
pub fn with_sudo() -> Option<ExitCode> {
    let arguments: Vec<_> = env::args_os().collect();
    if let [name, option, user, program, rest @ ..] = arguments.as_slice()
        && Path::new(name).file_name().is_some_and(|name| name == "sudo")
        && option == "-u"
        && user == USER
    {
        let error = match user_and_group(USER) {
            // Started from the root directory, since the user may not be able to see this one.
            Some((uid, gid)) => Command::new(program)
                .args(rest)
                .uid(uid)
                .gid(gid)
                .current_dir("/")
                .exec()
                .to_string(),
            None => format!("no user {USER}"),
        };
        eprintln!("{}: {error}", program.display());
        return Some(ExitCode::from(127));
    }

    if given_url().is_none() && is_root() && !has_our_sudo() {
        // Where this fails, so does starting a server, with a message that says what is missing.
        let _ = run_again(&arguments);
    }
    None
}

/// Returns only when it fails.
fn run_again(arguments: &[OsString]) -> io::Result<()> {
    let executable = env::current_exe()?;
    let (Some(parent), Some(name)) = (executable.parent(), executable.file_name()) else {
        return Err(io::ErrorKind::NotFound.into());
    };
    // Beside the executable and one for each, so that it belongs to the build and is removed with
    // it: as there is no later moment at which this process could remove it, whatever ends it.
    let dir = parent.join("sudo-for-tests").join(name);
    fs::create_dir_all(&dir)?;
    let link = dir.join("sudo");
    if let Err(error) = symlink(&executable, &link)
        && fs::read_link(&link).ok().as_deref() != Some(&*executable)
    {
        return Err(error);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([dir.clone()].into_iter().chain(env::split_paths(&path)))
        .map_err(io::Error::other)?;
    let mut again = Command::new(&executable);
    if let Some((name, rest)) = arguments.split_first() {
        again.arg0(name).args(rest);
    }
    Err(again.env("PATH", path).env(MARKER, dir).exec())
}

/// Checks what pgtemp would panic about, or a server would fail with in words that don't help.
pub(crate) fn check(bin: &Path) -> Result<(), Unavailable> {
    if !has_our_sudo() {
        return Err(Unavailable::new(
            "PostgreSQL refuses to run as root, and this program cannot start it as another user \
             (its `main` must begin with `with_sudo`, and the directory of its executable be writable): \
             run this as another user, or set DATABASE_URL",
        ));
    }
    let Some((uid, gid)) = user_and_group(USER) else {
        return Err(Unavailable::new(format!(
            "PostgreSQL refuses to run as root and there is no user `{USER}` to run it as: \
             `useradd --system {USER}`, or run this as another user, or set DATABASE_URL"
        )));
    };
    // The programs too, since those on `PATH` are often links to ones elsewhere.
    for path in [bin.join("initdb"), bin.join("postgres"), env::temp_dir()] {
        if let Some(closed) = first_closed(&path, uid, gid) {
            return Err(Unavailable::new(format!(
                "PostgreSQL runs as the user `{USER}` when started by root, and that user cannot \
                 use {} because {} is closed to it: `chmod o+x {1}`, or use a place elsewhere",
                path.display(),
                closed.display(),
            )));
        }
    }
    Ok(())
}

/// Whether the `sudo` that pgtemp would find is ours.
fn has_our_sudo() -> bool {
    let (Some(ours), Some(path)) = (env::var_os(MARKER), env::var_os("PATH")) else {
        return false;
    };
    let found = env::split_paths(&path).find(|dir| dir.join("sudo").is_file());
    found.is_some_and(|dir| dir == Path::new(&ours))
}

/// The outermost directory of `path`, or the program itself, that the user may not pass or run.
fn first_closed(path: &Path, uid: u32, gid: u32) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    let mut directories: Vec<_> = path.ancestors().collect();
    directories.reverse();
    directories
        .into_iter()
        .find(|directory| {
            directory.metadata().is_ok_and(|it| {
                let pass = if it.uid() == uid {
                    0o100
                } else if it.gid() == gid {
                    0o010
                } else {
                    0o001
                };
                it.mode() & pass == 0
            })
        })
        .map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_outermost_closed_place_is_named() {
        let outer = env::temp_dir().join(format!("pg-enum-root-{}", std::process::id()));
        let inner = outer.join("closed").join("bin");
        fs::create_dir_all(&inner).unwrap();
        let outer = outer.canonicalize().unwrap();
        let closed = outer.join("closed");
        let owner = outer.metadata().unwrap();
        let somebody = (owner.uid() + 1, owner.gid() + 1);
        let find = || first_closed(&inner, somebody.0, somebody.1);

        fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
        let open = find();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        let shut = find();
        let own = first_closed(&inner, owner.uid(), owner.gid());
        fs::remove_dir_all(&outer).unwrap();

        assert_eq!(open, None);
        assert_eq!(shut, Some(closed));
        assert_eq!(own, None);
    }
}
