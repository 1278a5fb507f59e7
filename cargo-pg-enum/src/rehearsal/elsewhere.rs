//! Systems without Unix sockets, on which no server of its own is started.

use super::Outcome;
use crate::Streams;
use crate::failure::Failure;
use crate::target::{Limits, Migrations, Target};

/// There is nothing to wish for.
#[derive(Debug, clap::Args)]
pub(crate) struct Wishes {}

/// Says so.
pub(crate) fn rehearse(
    _: &Target,
    _: &Migrations,
    _: Option<&str>,
    _: Limits,
    _: &Wishes,
    _: &mut Streams<'_>,
) -> Result<Outcome, Failure> {
    Err(Failure::new("a server of its own is started on Unix systems only; nothing is run")
        .with_help("run this there, in a container for instance, or see --on-target"))
}
