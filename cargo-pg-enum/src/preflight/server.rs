//! Properties of the server that stop all migrations.

use super::finding::Finding;
use crate::failure::Failure;
use crate::server::Server;

/// Checks that the server can be changed. If transactions are read-only by default, that may be intended, so it is
/// never overridden.
pub(crate) fn check_writable(server: &Server) -> Result<(), Failure> {
    match findings(server).into_iter().find(|found| found.problem.code != "server-version") {
        Some(Finding { problem, .. }) => {
            let failure = Failure::new(problem.message);
            Err(failure.with_help(problem.help.unwrap_or_default()))
        }
        None => Ok(()),
    }
}

pub(super) fn findings(server: &Server) -> Vec<Finding> {
    let mut findings = Vec::new();
    if server.number < 120_000 {
        let message = format!(
            "the server is PostgreSQL {}, which cannot add a label inside a transaction",
            server.version
        );
        findings.push(
            Finding::error("server-version", message)
                .with_note(
                    "before PostgreSQL 12, ALTER TYPE … ADD VALUE fails in a transaction with \
                     SQLSTATE 25001",
                )
                .with_help("upgrade the server to 12 or later"),
        );
    }
    if server.is_standby {
        let message = "the server is a standby, which is read-only";
        let finding = Finding::error("standby", message);
        findings.push(finding.with_help("use the URL of the primary"));
    } else if server.is_read_only {
        let message =
            format!("transactions of {} in {} are read-only", server.user, server.database);
        findings.push(
            Finding::error("read-only", message)
                .with_note("default_transaction_read_only is on")
                .with_help("connect as the user that migrates, or turn it off for this user"),
        );
    }
    findings
}
