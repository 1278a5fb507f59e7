//! The written files, as they are printed.

use std::io::{self, Write};

use serde::Serialize;

use crate::text::{printable_json, visible};

/// The path of each file.
pub(super) fn write_paths(files: &[(String, &str)], out: &mut dyn Write) -> io::Result<()> {
    for (path, _) in files {
        writeln!(out, "{}", visible(path))?;
    }
    Ok(())
}

/// Each file with its path above it.
pub(super) fn write_texts(files: &[(String, &str)], out: &mut dyn Write) -> io::Result<()> {
    for (index, (path, text)) in files.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "==> {} <==", visible(path))?;
        write!(out, "{text}")?;
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonFile<'a> {
    file: &'a str,
    text: &'a str,
}

/// An array with a path and a text for each file.
pub(super) fn write_json(files: &[(String, &str)], out: &mut dyn Write) -> io::Result<()> {
    let files = files.iter().map(|(file, text)| JsonFile { file, text });
    let json = serde_json::to_string_pretty(&files.collect::<Vec<_>>())?;
    writeln!(out, "{}", printable_json(&json))
}
