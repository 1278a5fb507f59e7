//! The subcommands, one file each.

mod state;

use clap::Subcommand;

use crate::failure::Failure;
use crate::{Status, Streams};

#[derive(Subcommand)]
pub(crate) enum Command {
    State(state::Arguments),
}

impl Command {
    pub(crate) fn run(&self, streams: &mut Streams<'_>) -> Result<Status, Failure> {
        match self {
            Self::State(arguments) => state::run(arguments, streams),
        }
    }
}
