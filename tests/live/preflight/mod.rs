//! `cargo pg-enum preflight`, `stamp` and `dry-run` on databases in all sorts of states.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod dry_run;
mod enums;
mod failures;
mod harness;
mod history;
mod more_tools;
mod on_target;
mod privileges;
mod random;
mod sessions;
mod stamp;
mod tables;
mod taken_back;
mod tools;
mod transactions;

pub(crate) use self::dry_run::worker;
pub(crate) use self::harness::Folder;
use crate::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    let tests = [
        dry_run::tests(),
        enums::tests(),
        failures::tests(),
        history::tests(),
        more_tools::tests(),
        on_target::tests(),
        privileges::tests(),
        random::tests(),
        sessions::tests(),
        stamp::tests(),
        tables::tests(),
        taken_back::tests(),
        tools::tests(),
        transactions::tests(),
    ];
    tests.into_iter().flatten().collect()
}
