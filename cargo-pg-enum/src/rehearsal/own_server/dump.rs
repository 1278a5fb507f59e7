//! The target's schema as SQL, from `pg_dump`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use pg_enum_migrations::Statement;
use pg_enum_migrations::folder::{Script, Source};

use crate::database::Database;
use crate::failure::Failure;

/// What `pg_dump` is asked for.
pub(super) struct Request<'a> {
    pub(super) pg_dump: &'a Path,
    /// The transaction that reads the rest, so that both read the same.
    pub(super) snapshot: &'a str,
    /// How long to wait for a lock that somebody holds on a table.
    pub(super) lock_timeout: Duration,
    /// Whether what is in the database is wanted as well, or the database alone.
    pub(super) with_schema: bool,
}

/// Runs it. It reads in a read-only transaction, names everything with its schema, and with `row_security` off
/// (`setup_connection` in its source); it takes `ACCESS SHARE` on every table.
pub(super) fn dump(database: &Database, request: &Request<'_>) -> Result<Vec<Statement>, Failure> {
    let Request { pg_dump, snapshot, lock_timeout, with_schema } = request;
    let mut command = Command::new(pg_dump);
    command
        .args(["--schema-only", "--create", "--no-password", "--encoding=UTF8"])
        // Of what they are for there is nothing on another server: labels are of modules, and a subscription
        // would connect to its publisher.
        .args(["--no-security-labels", "--no-subscriptions", "--no-tablespaces"])
        .arg(format!("--lock-wait-timeout={}", lock_timeout.as_millis()))
        .arg(format!("--snapshot={snapshot}"));
    if !with_schema {
        command.arg("--exclude-schema=*");
    }
    // The password is there as well, and so not in the command line, which others see.
    database.set_environment(&mut command)?;
    let output = command
        .output()
        .map_err(|error| Failure::new(format!("cannot run {}: {error}", pg_dump.display())))?;
    pg_enum_server::wait_if_ending();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let failure = Failure::new("`pg_dump` cannot read the target's schema");
        let failure = if said.contains("permission denied") {
            failure.with_help(
                "connect as a user that may read all of it: the owner, or a member of pg_read_all_data",
            )
        } else if said.contains("LOCK TABLE") && said.contains("timeout") {
            failure.with_help(
                "somebody has a lock on a table: see `cargo pg-enum preflight`, and try again",
            )
        } else {
            failure
        };
        return Err(failure.with_detail(said.trim()));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| {
        Failure::new("the target's schema has names or texts that are not UTF-8")
            .with_help("run the migrations on a database with an encoding")
    })?;
    let range = 0..text.len();
    let source = Source { path: "the target's schema".into(), text };
    Ok(Script { source: source.into(), range }.statements())
}
