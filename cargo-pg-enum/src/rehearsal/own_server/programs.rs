//! Chooses the installed server for the copy, and the `pg_dump` that reads the target.

use std::path::{Path, PathBuf};

use pg_enum_server::{SERVER, Version, installed, version_of};

use crate::failure::Failure;

const DUMP: &str = "pg_dump";

/// The chosen programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Programs {
    /// The directory of the server's programs.
    pub(super) dir: PathBuf,
    pub(super) version: Version,
    pub(super) pg_dump: PathBuf,
}

/// The version of some programs, and their directory.
type Found = (Version, PathBuf);

/// The programs for a target with this major version: in the directory `named` if it is given, otherwise in the usual
/// places.
pub(super) fn find(target: u32, named: Option<&Path>) -> Result<Programs, Failure> {
    let of = |dirs: Vec<PathBuf>, name: &str| -> Vec<Found> {
        dirs.into_iter().filter_map(|dir| Some((version_of(&dir, name)?, dir))).collect()
    };
    let dirs = |programs: &[&str]| match named {
        // The server is started in the root directory, where a relative path would be wrong.
        Some(dir) => dir.canonicalize().into_iter().collect(),
        None => installed(programs),
    };
    let servers = of(dirs(SERVER), "postgres");
    let dumps = of(dirs(&[DUMP]), DUMP);
    choose(target, &servers, &dumps).ok_or_else(|| missing(target, named, &servers, &dumps))
}

/// The lowest version that is not lower than the target's. The output of `pg_dump` is for servers of its own version
/// or newer, and it cannot read a server newer than itself (PostgreSQL manual, `pg_dump`, notes).
fn choose(target: u32, servers: &[Found], dumps: &[Found]) -> Option<Programs> {
    let mut servers: Vec<&Found> = servers.iter().filter(|(it, _)| it.major >= target).collect();
    servers.sort_by_key(|(version, _)| version.major);
    servers.into_iter().find_map(|(version, dir)| {
        let fits = |(it, _): &&Found| (target..=version.major).contains(&it.major);
        // `max_by_key` returns the last of several.
        let (_, dump) = dumps.iter().rev().filter(fits).max_by_key(|(it, _)| it.major)?;
        Some(Programs { dir: dir.clone(), version: version.clone(), pg_dump: dump.join(DUMP) })
    })
}

fn missing(target: u32, named: Option<&Path>, servers: &[Found], dumps: &[Found]) -> Failure {
    let has = |found: &[Found]| found.iter().any(|(version, _)| version.major >= target);
    let what = match (has(servers), has(dumps)) {
        (true, false) => "`pg_dump`",
        (false, true) => "server",
        _ => "server with `pg_dump`",
    };
    let place = match named {
        Some(dir) => format!("{} has", dir.display()),
        None => "this machine has".to_owned(),
    };
    let failure = Failure::new(format!(
        "the target is PostgreSQL {target}, and {place} no {what} of version {target} or newer: \
         nothing was run"
    ));
    failure.with_help(match named {
        Some(_) => "give a directory with `initdb`, `pg_ctl`, `postgres` and `pg_dump`".to_owned(),
        None => format!(
            "install PostgreSQL {target} or newer (the package `postgresql-{target}` on Debian \
             and Ubuntu, `postgresql{target}-server` on Red Hat, `postgresql@{target}` of \
             Homebrew), or give the directory of its programs with --postgres-bin"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(majors: &[u32]) -> Vec<Found> {
        let of = |major: &u32| {
            let version = Version { major: *major, text: format!("{major}.1") };
            (version, PathBuf::from(format!("/{major}")))
        };
        majors.iter().map(of).collect()
    }

    fn chosen(target: u32, servers: &[u32], dumps: &[u32]) -> Option<(u32, String)> {
        let programs = choose(target, &found(servers), &found(dumps))?;
        Some((programs.version.major, programs.pg_dump.display().to_string()))
    }

    #[test]
    fn the_nearest_version_that_is_not_older_is_chosen() {
        let pick = |major: u32, dump: &str| Some((major, dump.to_owned()));
        assert_eq!(chosen(15, &[18, 15, 13], &[13, 15, 18]), pick(15, "/15/pg_dump"));
        assert_eq!(chosen(14, &[18, 15, 13], &[13, 15, 18]), pick(15, "/15/pg_dump"));
        assert_eq!(chosen(16, &[15], &[15]), None);
        // A dump for the newer server is of no use to the older one.
        assert_eq!(chosen(15, &[15], &[16]), None);
        assert_eq!(chosen(15, &[15, 17], &[16]), pick(17, "/16/pg_dump"));
        assert_eq!(chosen(15, &[15], &[14]), None);
    }

    #[test]
    fn what_is_missing_is_said() {
        let said = |servers: &[u32], dumps: &[u32]| {
            missing(17, None, &found(servers), &found(dumps)).to_string()
        };
        let message = "the target is PostgreSQL 17, and this machine has no";
        assert_eq!(
            said(&[17], &[15]),
            format!("{message} `pg_dump` of version 17 or newer: nothing was run")
        );
        assert_eq!(
            said(&[15], &[18]),
            format!("{message} server of version 17 or newer: nothing was run")
        );
        assert_eq!(
            said(&[], &[]),
            format!("{message} server with `pg_dump` of version 17 or newer: nothing was run")
        );
    }
}
