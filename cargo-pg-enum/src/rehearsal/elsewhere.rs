//! Systems without Unix sockets, where no temporary server can be started.

use super::Outcome;
use crate::Streams;
use crate::failure::Failure;
use crate::target::{Limits, Migrations, Target};

/// There are no options.
#[derive(Debug, clap::Args)]
pub(crate) struct Wishes {}

/// Always fails.
pub(crate) fn rehearse(
    _: &Target,
    _: &Migrations,
    _: Option<&str>,
    _: Limits,
    _: &Wishes,
    _: &mut Streams<'_>,
) -> Result<Outcome, Failure> {
    Err(Failure::new("a temporary server requires a Unix system; nothing was run")
        .with_help("run this on a Unix system, for example in a container, or see --on-target"))
}
