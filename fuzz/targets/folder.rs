//! Any files as a folder of migrations.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pg_enum_fuzz::{check_folder, files, write_files};

fuzz_target!(|input: &[u8]| {
    let root = tempfile::tempdir().expect("a temporary directory");
    write_files(root.path(), files(input));
    check_folder(root.path());
});
