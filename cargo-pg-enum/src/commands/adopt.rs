//! `cargo pg-enum adopt`: rewrites enums under other derives.

use std::path::PathBuf;

use super::ask;
use crate::adopt::{Adoption, Choice, Left, Policy, plan};
use crate::failure::Failure;
use crate::project::{Overrides, Selection};
use crate::text::{count, visible};
use crate::{Status, Streams, print};

/// Rewrite enums to derive `PgEnum`
///
/// The enums are those with `sqlx::Type`, `DbEnum`, `ToSql`, `FromSql` or `DeriveActiveEnum`, and those with
/// hand-written impls for Diesel. Names, labels, comments and formatting stay as they are, and without --reorder the order
/// of the variants. The dependency is added with the feature for the driver. The changes are shown first. What is left
/// alone is listed with the reason.
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Arguments {
    /// Only the enums in these files and directories
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Only this enum, with or without its modules; repeat the option for several
    #[arg(long = "enum", value_name = "NAME")]
    enums: Vec<String>,
    #[command(flatten)]
    project: Selection,
    #[command(flatten)]
    overrides: Overrides,
    /// Put variants in the order of the type's labels, except where something depends on their order
    #[arg(long)]
    reorder: bool,
    /// Print the changes, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Make all changes without asking
    #[arg(long, short, conflicts_with = "dry_run")]
    yes: bool,
    /// Change files even if the repository has uncommitted changes
    #[arg(long)]
    allow_dirty: bool,
    /// Change files even if there is no repository
    #[arg(long)]
    allow_no_vcs: bool,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let project = arguments.project.project_and_outside(streams)?;
    let choice = Choice {
        paths: arguments.paths.clone(),
        names: arguments.enums.clone(),
        reorders: arguments.reorder,
    };
    let adoption = plan(&project, &arguments.overrides, &choice, streams)?;
    say(&adoption, streams);
    if adoption.changes.is_empty() {
        print(streams, |out| writeln!(out, "nothing to do: {}", summary(&adoption)))?;
        return Ok(Status::Clean);
    }
    if !arguments.yes {
        print(streams, |out| {
            adoption.changes.iter().try_for_each(|change| write!(out, "{}", change.diff()))
        })?;
    }
    if arguments.dry_run {
        streams.note(&format!("nothing was written: {}", summary(&adoption)));
        return Ok(Status::Clean);
    }
    let policy =
        Policy { allow_dirty: arguments.allow_dirty, allow_no_vcs: arguments.allow_no_vcs };
    policy.check(&project)?;
    if !arguments.yes {
        if streams.input.is_none() {
            return Err(Failure::new("adopt cannot ask without a terminal")
                .with_help("add --yes to make all changes, or --dry-run to only see them"));
        }
        if !ask(&format!("change {}", count(adoption.changes.len(), "file")), streams)? {
            return Ok(Status::Clean);
        }
    }
    adoption.write()?;
    print(streams, |out| {
        for change in &adoption.changes {
            writeln!(out, "{}", visible(&change.path.to_string_lossy()))?;
        }
        writeln!(out, "{}", summary(&adoption))
    })?;
    Ok(Status::Clean)
}

/// Says what is left alone, and what is not compared from now on.
fn say(adoption: &Adoption, streams: &mut Streams<'_>) {
    for (index, left) in adoption.left.iter().enumerate() {
        let same = |other: &&Left| other.why == left.why;
        if adoption.left[..index].iter().any(|earlier| same(&earlier)) {
            continue;
        }
        let same: Vec<&str> = adoption.left.iter().filter(same).map(|other| &*other.name).collect();
        match &same[..] {
            [name] => streams.note(&format!("{name} is left alone: {}", left.why)),
            names => {
                let enums = count(names.len(), "enum");
                streams.note(&format!("{enums} are left alone, for the same reason: {}", left.why));
                for name in names {
                    streams.line(name);
                }
            }
        }
    }
    for adopted in adoption.adopted.iter().filter(|adopted| adopted.is_external) {
        streams.note(&format!(
            "{} gets `external`: no migration makes its type, so that it is not compared",
            adopted.name
        ));
    }
    for adopted in adoption.adopted.iter().filter(|adopted| adopted.is_reordered) {
        streams.note(&format!("{} gets its variants in the order of the type", adopted.name));
    }
}

fn summary(adoption: &Adoption) -> String {
    let adopted = count(adoption.adopted.len(), "enum");
    match adoption.left.len() {
        0 => format!("{adopted} adopted"),
        left => format!("{adopted} adopted, {left} left alone"),
    }
}
