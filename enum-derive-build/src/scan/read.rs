//! Reading source.

use std::path::Path;
use std::{fs, io};

/// Bytes of a file. What is longer was not written by anybody, and not to be compiled either.
const LONGEST: u64 = 64 << 20;

/// A file's text, if it is one.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    // Reading a pipe would wait for ever.
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if metadata.len() > LONGEST {
        return Err(io::Error::other("it is too long to be source"));
    }
    let bytes = fs::read(path)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.split(|byte| *byte == b'\n').count();
        io::Error::other(format!("it is not UTF-8 (line {line})"))
    })
}
