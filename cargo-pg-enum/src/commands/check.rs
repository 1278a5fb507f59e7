//! `cargo pg-enum check`: where the enums and the migrations disagree.

use crate::compare::{Comparison, Standing, agreement, compare};
use crate::failure::Failure;
use crate::foreign::{self, Folders};
use crate::memory::{Inputs, Memory};
use crate::output::Format;
use crate::problem::Problem;
use crate::project::{Everything, Overrides, Project, Selection};
use crate::text::count;
use crate::{Status, Streams, print};

/// Check that the migrations make the types that the enums say
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    project: Selection,
    #[command(flatten)]
    overrides: Overrides,
    /// Print the problems in this form
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let project = arguments.project.project(streams)?;
    let memory = Memory::new("check", &project, &format!("{arguments:?}"), streams);
    memory.recall_or(streams, |streams| check(&project, arguments, streams))
}

fn check(
    project: &Project,
    arguments: &Arguments,
    streams: &mut Streams<'_>,
) -> Result<(Status, Inputs), Failure> {
    let Everything { groups, mut others, sources } =
        project.everything(&arguments.overrides, streams)?;
    let mut folders = Folders::default();
    let mut problems: Vec<Problem> = Vec::new();
    let (mut enums, mut migrations) = (0, 0);
    for group in &groups {
        let request = group.request()?;
        let replayed = request.replay(None, streams)?;
        let Comparison { standings, problems: found } = compare(&group.enums, &replayed, request);
        for (derived, standing) in group.enums.iter().zip(standings) {
            if let Standing::NotChecked(reason) = standing {
                let name = derived.type_name();
                streams.note(&format!("{name} is not checked: {reason}"));
            }
        }
        problems.extend(replayed.problems());
        problems.extend(found);
        enums += group.enums.len();
        migrations += replayed.replay.total;
        folders.add(request, replayed);
    }
    let foreign = foreign::compare(&mut others, &mut folders, streams);
    for enum_ in foreign.not_compared.iter().filter(|enum_| enum_.reason.is_worth_a_line()) {
        streams.note(&enum_.to_string());
    }
    problems.extend(foreign.problems);
    enums += foreign.enums;
    migrations += foreign.migrations;
    let inputs = Inputs { sources, folders: folders.into_read() };
    arguments.format.print(&problems, streams)?;
    let is_text = arguments.format == Format::Text;
    if problems.is_empty() {
        if is_text {
            let agreement = agreement(enums, migrations);
            print(streams, |out| writeln!(out, "{agreement}"))?;
        }
        return Ok((Status::Clean, inputs));
    }
    if is_text {
        let problems = count(problems.len(), "problem");
        let enums = count(enums, "enum");
        let migrations = count(migrations, "migration");
        // Nobody misses this line.
        let _ = writeln!(streams.err, "{problems} in {enums} and {migrations}");
    }
    Ok((Status::Findings, inputs))
}
