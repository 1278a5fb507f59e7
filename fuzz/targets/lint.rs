//! Any files as a folder of migrations in SQL or of Alembic's revisions: what `lint` reports, and what its fixes make of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pg_enum_fuzz::{check_lint, files, write_files};

fuzz_target!(|input: &[u8]| {
    let root = tempfile::tempdir().expect("a temporary directory");
    write_files(root.path(), files(input));
    check_lint(root.path());
});
