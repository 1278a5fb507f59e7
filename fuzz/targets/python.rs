//! Any text as an Alembic revision, with any modules beside it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pg_enum_fuzz::{check_revision, modules, write_files};

fuzz_target!(|input: &[u8]| {
    let root = tempfile::tempdir().expect("a temporary directory");
    write_files(root.path(), modules(input));
    check_revision(root.path());
});
