//! The record of the migrations for build scripts (`pg_enum_build::check_record`): writes it, and reports if it is stale.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pg_enum_build::record_file::{RecordFile, Setup};
use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;

use crate::Streams;
use crate::accept::Accepted;
use crate::assumption::Assumption;
use crate::failure::Failure;
use crate::files::{below, write_whole};
use crate::migrations::{Replayed, Request};
use crate::problem::{Place, Problem};
use crate::project::Group;
use crate::text::visible;

/// What mends a record, whatever is wrong with it.
const HELP: &str = "run `cargo pg-enum record`";

/// What a file is to say of migrations in which nothing is refused.
fn record(
    path: &Path,
    request: &Request,
    replayed: &Replayed,
    accepted: &Accepted,
) -> Result<RecordFile, Failure> {
    let Replayed { folder, replay, .. } = replayed;
    let setup = Setup {
        migrations: below(path.parent().unwrap_or(Path::new("")), &folder.root),
        tool: folder.tool.to_string(),
        transaction: request.transaction.map(|around| around.to_string()),
        search_path: request.search_path().map(str::to_owned).collect(),
        schemas: request.schemas().map(|schemas| schemas.map(str::to_owned).collect()),
        assume: request
            .assume
            .iter()
            .filter(|assumption| assumption.is_of(&folder.migrations))
            .map(Assumption::recorded)
            .collect(),
    };
    let mut file = RecordFile::new(setup, folder, replay, request.default_schema())?;
    accepted.mark(&mut file.record);
    Ok(file)
}

/// Writes a record, unless that is what the file says. Returns what was written.
pub(crate) fn write(
    path: &Path,
    request: &Request,
    replayed: &Replayed,
    accepted: &Accepted,
) -> Result<Option<String>, Failure> {
    let record = record(path, request, replayed, accepted)?;
    if read(path)?.is_some_and(|there| RecordFile::parse(&there).as_ref() == Ok(&record)) {
        return Ok(None);
    }
    let text = record.to_string();
    // Where the file is a link, what it leads to is written.
    let to = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    write_whole(&to, &text, false)
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))?;
    Ok(Some(text))
}

/// Writes the records that are there already, after a change of the migrations. Returns the files written, with
/// their texts.
pub(crate) fn refresh(
    group: &Group,
    request: &Request,
    accepted: &Accepted,
    streams: &mut Streams<'_>,
) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut written = Vec::new();
    if !group.records.iter().any(|path| path.exists()) {
        return Ok(written);
    }
    let replayed = request.replay(None, streams)?;
    for path in group.records.iter().filter(|path| path.exists()) {
        if let Some(text) = write(path, request, &replayed, accepted)? {
            written.push((path.clone(), text));
        }
    }
    Ok(written)
}

/// The records that are there and do not say what the migrations do.
pub(crate) fn problems(
    group: &Group,
    request: &Request,
    replayed: &Replayed,
    accepted: &Accepted,
) -> Result<Vec<Problem>, Failure> {
    // What is refused is reported, and no record can be right before that is settled.
    if !replayed.is_whole() {
        return Ok(Vec::new());
    }
    let mut problems = Vec::new();
    for path in &group.records {
        let Some(text) = read(path)? else { continue };
        let name = visible(&path.to_string_lossy());
        let message = match (RecordFile::parse(&text), record(path, request, replayed, accepted)) {
            (Err(damage), _) => format!("{name} {damage}"),
            (Ok(_), Err(failure)) => format!("{name} cannot be compared: {failure}"),
            (Ok(there), Ok(now)) => {
                let differences = there.differences(&now);
                let Some(first) = differences.first() else { continue };
                match differences.len() - 1 {
                    0 => format!("{name} is stale: {first}"),
                    more => format!("{name} is stale: {first}, and {more} more"),
                }
            }
        };
        let source = Arc::new(Source { path: path.clone(), text });
        let line = source.text.lines().next().map_or(0, str::len);
        let place = Place::new(Path::new(""), &Location::new(&source, 0..line), "");
        let mut problem = Problem::new("stale-record", message, place);
        problem.help = Some(HELP.to_owned());
        problems.push(problem);
    }
    Ok(problems)
}

/// A file's text; none if it is not there. What is not UTF-8 is not what was written, which its checksum
/// tells.
fn read(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!("cannot read {}: {error}", path.display()))),
    }
}
