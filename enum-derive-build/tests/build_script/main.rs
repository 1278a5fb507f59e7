//! A build script, as cargo runs it: when it does, what it says, and what it leaves.

mod accept;
mod harness;
mod record;
mod replay;
