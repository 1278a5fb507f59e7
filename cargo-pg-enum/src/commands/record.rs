//! `cargo pg-enum record`: what the migrations say, in a file that a build script can go by.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::output;
use crate::problem::Problem;
use crate::project::{Group, Scope};
use crate::text::{count, visible};
use crate::{Status, Streams, print, record};

/// Write a record for build scripts
///
/// The file `pg-enum.record` has what the migrations say, for build scripts that do not replay them.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    scope: Scope,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let project = arguments.scope.project(streams)?;
    let groups = project.groups_with_models(&arguments.scope.overrides, streams)?;
    let accepted = project.accepted();
    one_folder_each(&groups)?;
    let (mut replays, mut problems) = (Vec::new(), Vec::<Problem>::new());
    for group in &groups {
        let request = group.folder()?;
        let replayed = request.replay(None, streams)?;
        if !replayed.is_whole() {
            problems.extend(replayed.problems());
        }
        replays.push((group, request, replayed));
    }
    if !problems.is_empty() {
        output::Format::Text.print(&problems, streams)?;
        let _ = writeln!(streams.err, "nothing was written");
        return Ok(Status::Findings);
    }
    if groups.is_empty() {
        print(streams, |out| {
            writeln!(
                out,
                "nothing to do: no enum derives `PgEnum` without `external`, and no struct derives `PgModel`"
            )
        })?;
    }
    for (group, request, replayed) in replays {
        let uncertain = replayed.replay.findings.len();
        for path in &group.records {
            let name = visible(&path.to_string_lossy());
            if record::write(path, request, &replayed, &accepted)?.is_some() {
                print(streams, |out| writeln!(out, "{name}"))?;
            } else {
                print(streams, |out| writeln!(out, "nothing to do: {name} is up to date"))?;
            }
        }
        if uncertain > 0 {
            let statements = count(uncertain, "statement");
            streams.note(&format!(
                "what {statements} may do is unknown; `cargo pg-enum check` shows each"
            ));
        }
    }
    Ok(Status::Clean)
}

/// A file has the record of one folder.
fn one_folder_each(groups: &[Group]) -> Result<(), Failure> {
    let mut folders: HashMap<&PathBuf, &PathBuf> = HashMap::new();
    for group in groups {
        let dir = &group.folder()?.dir;
        for path in &group.records {
            if let Some(other) = folders.insert(path, dir) {
                return Err(Failure::new(format!(
                    "{} cannot hold the records of both {} and {}",
                    path.display(),
                    other.display(),
                    dir.display()
                ))
                .with_help("give each package a file of its own, with `record` in `[package.metadata.pg-enum]`"));
            }
        }
    }
    Ok(())
}
