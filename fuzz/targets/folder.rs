//! Any files as a folder of migrations.

#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use pg_enum_fuzz::{check_folder, files};

fuzz_target!(|input: &[u8]| {
    let root = tempfile::tempdir().expect("a temporary directory");
    for (path, bytes) in files(input) {
        let path = root.path().join(path);
        // A file may stand where another wants a directory: then the other is not there.
        let parent = path.parent().unwrap_or(root.path());
        if fs::create_dir_all(parent).is_ok() {
            let _ = fs::write(path, bytes);
        }
    }
    check_folder(root.path());
});
