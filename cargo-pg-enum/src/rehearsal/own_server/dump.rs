//! The target's schema as SQL, from `pg_dump`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use pg_enum_migrations::Statement;
use pg_enum_migrations::folder::{Script, Source};

use crate::database::Database;
use crate::failure::Failure;

/// Options for `pg_dump`.
pub(super) struct Request<'a> {
    pub(super) pg_dump: &'a Path,
    /// The snapshot of the transaction that reads the rest, so that both read the same state.
    pub(super) snapshot: &'a str,
    /// How long to wait for a table lock.
    pub(super) lock_timeout: Duration,
    /// Whether to dump the content of the database, or only the database itself.
    pub(super) with_schema: bool,
}

/// Runs `pg_dump`. It reads in a read-only transaction with `row_security` off, qualifies all names
/// (`setup_connection` in its source), and takes an `ACCESS SHARE` lock on every table.
pub(super) fn dump(database: &Database, request: &Request<'_>) -> Result<Vec<Statement>, Failure> {
    let Request { pg_dump, snapshot, lock_timeout, with_schema } = request;
    let mut command = Command::new(pg_dump);
    command
        .args(["--schema-only", "--create", "--no-password", "--encoding=UTF8"])
        // These make no sense on another server: security labels need a module, and a subscription would connect to
        // its publisher.
        .args(["--no-security-labels", "--no-subscriptions", "--no-tablespaces"])
        .arg(format!("--lock-wait-timeout={}", lock_timeout.as_millis()))
        .arg(format!("--snapshot={snapshot}"));
    if !with_schema {
        command.arg("--exclude-schema=*");
    }
    // The password is in the environment, not in the command line, which other users can see.
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
                "connect as a user that may read the whole schema: the owner, or a member of \
                 pg_read_all_data",
            )
        } else if said.contains("LOCK TABLE") && said.contains("timeout") {
            failure.with_help(
                "another session has a lock on a table: run `cargo pg-enum preflight`, and try \
                 again",
            )
        } else {
            failure
        };
        return Err(failure.with_detail(said.trim()));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| {
        Failure::new("the target's schema contains names or texts that are not UTF-8")
            .with_help("run the migrations on a database with an encoding other than SQL_ASCII")
    })?;
    let range = 0..text.len();
    let source = Source { path: "the target's schema".into(), text };
    Ok(Script { source: source.into(), range }.statements())
}
