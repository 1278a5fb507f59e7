//! Any text as migrations.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pg_enum_fuzz::{check_replay, migrations};

fuzz_target!(|input: &[u8]| {
    if let Some(folder) = migrations(input) {
        check_replay(&folder);
    }
});
