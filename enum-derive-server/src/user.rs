//! The user that a server runs as: `PostgreSQL` refuses to run as root, and in most containers everything runs as
//! root.

use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `nobody` comes first, because `postgres` may own the files of another server on this machine.
const USERS: [&str; 2] = ["nobody", "postgres"];

/// A user other than the current one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User {
    pub(crate) name: &'static str,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// The user to run a server as; `None` means the current user. It is an error if there is no suitable user.
pub(crate) fn other() -> Result<Option<User>, ()> {
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    let user = |name| Some(User { name, uid: id(&["-u", name])?, gid: id(&["-g", name])? });
    USERS.into_iter().find_map(user).map(Some).ok_or(())
}

impl User {
    /// The first directory of `path`, or the program itself, that the user has no access to.
    pub(crate) fn first_closed(self, path: &Path) -> Option<PathBuf> {
        let path = path.canonicalize().ok()?;
        let mut directories: Vec<_> = path.ancestors().collect();
        directories.reverse();
        directories
            .into_iter()
            .find(|directory| {
                directory.metadata().is_ok_and(|it| {
                    let pass = if it.uid() == self.uid {
                        0o100
                    } else if it.gid() == self.gid {
                        0o010
                    } else {
                        0o001
                    };
                    it.mode() & pass == 0
                })
            })
            .map(Path::to_owned)
    }
}

/// A command that runs as this user, with only the necessary variables of this process's environment, because the
/// server must not be able to read the others.
pub(crate) fn command(program: &Path, user: Option<User>) -> Command {
    let mut command = Command::new(program);
    let kept = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZ", "TMPDIR"];
    let kept =
        kept.into_iter().filter_map(|name| Some((OsStr::new(name), std::env::var_os(name)?)));
    // From the root directory, because the user may have no access to the current one.
    command.env_clear().envs(kept).current_dir("/");
    if let Some(User { uid, gid, .. }) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// Runs `id`, which knows all sources of users, and needs no unsafe code.
fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::{env, fs};

    use super::*;

    #[test]
    fn the_outermost_closed_place_is_named() {
        let outer = env::temp_dir().join(format!("pg-enum-user-{}", std::process::id()));
        let inner = outer.join("closed").join("bin");
        fs::create_dir_all(&inner).unwrap();
        let outer = outer.canonicalize().unwrap();
        let closed = outer.join("closed");
        let owner = outer.metadata().unwrap();
        let owner = User { name: "owner", uid: owner.uid(), gid: owner.gid() };
        let somebody = User { name: "somebody", uid: owner.uid + 1, gid: owner.gid + 1 };

        fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
        let open = somebody.first_closed(&inner);
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        let shut = somebody.first_closed(&inner);
        let own = owner.first_closed(&inner);
        fs::remove_dir_all(&outer).unwrap();

        assert_eq!(open, None);
        assert_eq!(shut, Some(closed));
        assert_eq!(own, None);
    }
}
