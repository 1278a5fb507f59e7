//! Files of SQL that source includes, and that make what is in the database (`raw_sql(include_str!("schema.sql"))`).

use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_build::scan::{NamedFolder, NamedPath, Namer};
use pg_enum_migrations::folder::Tool;

use super::{Candidate, Found, LONGEST};
use crate::paths::{nearby, tidy};
use crate::text::visible;

/// What makes a schema, by its first words. Other files have queries.
const MAKES: [[&str; 2]; 4] =
    [["create", "type"], ["create", "table"], ["create", "domain"], ["alter", "type"]];

/// Other databases, by the names of files for them.
const OTHERS: [&str; 3] = ["sqlite", "mysql", "mariadb"];

/// The scripts that each file of a package's source includes, in their order. That it runs them in this order is assumed.
pub(crate) fn included<'a>(
    calls: impl IntoIterator<Item = &'a NamedFolder>,
    package: &Path,
) -> Found {
    let mut found = Found::default();
    let mut of_file: Vec<(&NamedFolder, Vec<PathBuf>)> = Vec::new();
    for call in calls.into_iter().filter(|call| call.by == Namer::IncludeStr) {
        let path = match &call.path {
            NamedPath::FromFile(path) => call.file.parent().unwrap_or(Path::new("")).join(path),
            NamedPath::Literal(path) => package.join(path),
            NamedPath::Default | NamedPath::Computed | NamedPath::Beside => continue,
        };
        let path = nearby(&tidy(&path));
        match makes_schema(&path) {
            Ok(false) => continue,
            Ok(true) => {}
            Err(why) => {
                let (file, path) = (call.file.to_string_lossy(), visible(&path.to_string_lossy()));
                let at = format!("{}:{}", visible(&file), call.line);
                found
                    .notes
                    .push(format!("{at}: {path}, which include_str! names, is not read: {why}"));
                continue;
            }
        }
        match of_file.iter_mut().find(|(first, _)| first.file == call.file) {
            Some((_, files)) if files.contains(&path) => {}
            Some((_, files)) => files.push(path),
            None => of_file.push((call, vec![path])),
        }
    }
    for (call, files) in of_file {
        let Some(dir) = common(&files) else { continue };
        let at = format!("{}:{}", visible(&call.file.to_string_lossy()), call.line);
        let origin =
            format!("included at {at}, assumed to be run and to be the schema of the database");
        let tool = Some(Tool::Plain);
        found.candidates.push(Candidate { dir, files, tool, origin, is_usual: false });
    }
    found
}

/// The file, or the directory that all of the files are in.
fn common(files: &[PathBuf]) -> Option<PathBuf> {
    let [first, others @ ..] = files else { return None };
    if others.is_empty() {
        return Some(first.clone());
    }
    let above = |dir: &&Path| others.iter().all(|file| file.starts_with(dir));
    first.ancestors().skip(1).find(above).map(Path::to_owned)
}

/// Whether a file is a way back by its name, or by that of its directory.
fn is_way_back(path: &Path) -> bool {
    let lower =
        |name: Option<&std::ffi::OsStr>| name.unwrap_or_default().to_string_lossy().to_lowercase();
    if lower(path.parent().and_then(Path::file_name)) == "down" {
        return true;
    }
    let stem = lower(path.file_stem());
    let words = stem.split(|char: char| !char.is_alphanumeric());
    let words: Vec<&str> =
        words.filter(|word| !word.chars().all(|char| char.is_ascii_digit())).collect();
    // At the beginning, `drop` and `undo` are what a way up may do or make: `drop_old_columns`, `undo_log`.
    words.first().is_some_and(|word| ["down", "rollback", "revert"].contains(word))
        || words
            .last()
            .is_some_and(|word| ["down", "rollback", "revert", "undo", "drop"].contains(word))
}

/// Whether a file has a statement that makes a part of a schema, and is not a way back.
fn makes_schema(path: &Path) -> Result<bool, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if OTHERS.iter().any(|other| name.contains(other)) {
        return Ok(false);
    }
    if is_way_back(path) {
        return Ok(false);
    }
    let length = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if length > LONGEST {
        return Err("it is too long".to_owned());
    }
    let text = fs::read(path).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&text).to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(words.windows(2).any(|two| MAKES.iter().any(|makes| two == makes)))
}
