//! Who runs this, and who else there is: asked of `id`, which knows users from wherever the system
//! takes them, and needs no unsafe code.

use std::process::Command;

/// Whether this process is root's. Never on systems without `id`.
pub(crate) fn is_root() -> bool {
    id(&["-u"]) == Some(0)
}

/// The ids of a user and of its group.
pub(crate) fn user_and_group(user: &str) -> Option<(u32, u32)> {
    Some((id(&["-u", user])?, id(&["-g", user])?))
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    let id = String::from_utf8(output.stdout).ok()?;
    id.trim().parse().ok()
}
