//! A PostgreSQL server where there is none.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;

use crate::run::{Failure, at, command, has, read, run};
use crate::{matrix, npm};

/// Makes sure that the tests find a server, installing one if need be.
pub(crate) fn ensure_server() -> Result<(), Failure> {
    let given = env::var_os("DATABASE_URL").is_some_and(|url| !url.is_empty());
    if given || finds_server() {
        return Ok(());
    }
    eprintln!("no PostgreSQL server found: installing one");
    // What the system offers first: its servers are maintained, and need no directory of ours.
    if let Err(failure) = from_system() {
        eprintln!("warning: {failure}");
    }
    if !finds_server() && npm::is_available() {
        npm::unpack(&npm::newest(matrix::NEWEST)?)?;
    }
    if finds_server() {
        return Ok(());
    }
    Err(Failure::new(
        "install the PostgreSQL server (`initdb` and `postgres`) or npm, or set DATABASE_URL to a server \
         on which tests may create databases",
    ))
}

/// Makes sure that programs link with libpq, through which Diesel is tested, installing it if need be.
pub(crate) fn ensure_libpq() -> Result<(), Failure> {
    if !has("cc") || links_with_libpq() {
        return Ok(());
    }
    eprintln!("no libpq found: installing it");
    let root = has("id") && read(&mut command("id", ["-u"]))?.trim() == "0";
    if root && has("apt-get") {
        run(&mut command("apt-get", ["update"]))?;
        let install = ["install", "--yes", "--no-install-recommends", "libpq-dev"];
        run(command("apt-get", install).env("DEBIAN_FRONTEND", "noninteractive"))?;
    } else if root && has("dnf") {
        run(&mut command("dnf", ["install", "--assumeyes", "libpq-devel"]))?;
    } else if root && has("apk") {
        run(&mut command("apk", ["add", "libpq-dev"]))?;
    }
    if links_with_libpq() {
        return Ok(());
    }
    Err(Failure::new("install the development files of libpq (on Debian and Ubuntu `libpq-dev`)"))
}

fn links_with_libpq() -> bool {
    let nothing = ["-x", "c", "/dev/null", "-shared", "-o", "/dev/null", "-lpq"];
    let linked = command("cc", nothing).stderr(Stdio::null()).status();
    linked.is_ok_and(|status| status.success())
}

/// Whether the test server finds the programs of a server. Without its default feature it is built
/// in a second.
fn finds_server() -> bool {
    let package = ["run", "--quiet", "--package", "pg-enum-test-server"];
    let found = command("cargo", package)
        .args(["--no-default-features", "--bin", "find-postgres"])
        .stdout(Stdio::null())
        .status();
    found.is_ok_and(|status| status.success())
}

fn from_system() -> Result<(), Failure> {
    let root = has("id") && read(&mut command("id", ["-u"]))?.trim() == "0";
    if root && has("apt-get") {
        apt()
    } else if root && has("dnf") {
        run(&mut command("dnf", ["install", "--assumeyes", "postgresql-server"]))
    } else if root && has("apk") {
        run(&mut command("apk", ["add", "postgresql"]))
    } else if !root && has("brew") {
        run(&mut command("brew", ["install", "postgresql@17"]))
    } else {
        Ok(())
    }
}

fn apt() -> Result<(), Failure> {
    let apt_get = |arguments: &[&str]| {
        run(command("apt-get", arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let install = ["install", "--yes", "--no-install-recommends"];
    apt_get(&["update"])?;
    // Installing the server also creates a database cluster and starts it, unless the settings of
    // this package, which thus comes first, say otherwise while that happens.
    apt_get(&[&install[..], &["postgresql-common"]].concat())?;
    let settings = Path::new("/etc/postgresql-common/createcluster.conf");
    let before = match fs::read_to_string(settings) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(at(settings)(error)),
    };
    // The last line that sets a thing counts.
    let with = format!("{}\ncreate_main_cluster = false\n", before.as_deref().unwrap_or_default());
    fs::write(settings, with).map_err(at(settings))?;
    let installed = apt_get(&[&install[..], &["postgresql"]].concat());
    match before {
        Some(before) => fs::write(settings, before),
        None => fs::remove_file(settings),
    }
    .map_err(at(settings))?;
    installed
}
