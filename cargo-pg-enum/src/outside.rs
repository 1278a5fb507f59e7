//! Enums that derive `PgEnum` in packages outside the workspace, beside what the migrations of the packages that depend on
//! them say.
//!
//! Such a package may have enums of other programs and of other databases. So the type is looked up as that of an enum with
//! another codec is, and an enum whose type no migration makes is not compared.

use std::collections::HashMap;

use pg_enum_core::divergence::{Disagreement, divergences};

use crate::compare::{Comparison as Compared, Standing, compare, explain_scripts};
use crate::enums::Derived;
use crate::folders::Contents;
use crate::foreign::Comparison;
use crate::not_compared::Reason;
use crate::problem::Problem;
use crate::project::{Nearness, Others};
use crate::row::Row;
use crate::text::{identifier, visible};

/// The command that helps refer to.
const GENERATE: &str = "cargo pg-enum generate";

/// What one folder has of the type of an enum.
enum Verdict {
    Agrees,
    Differs,
    /// No type of its name, but perhaps one of a similar name.
    Absent(Option<String>),
    Doubtful(Reason),
}

/// Compares all enums of the packages outside.
pub(crate) fn run<'p>(
    comparison: &mut Comparison<'_, 'p, '_>,
    others: &[Others<'p>],
    inside: &[Row],
) -> (Vec<Row>, Vec<Problem>) {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for package in others {
        let mut near = HashMap::new();
        for derived in &package.derived {
            let standing = if derived.model.external {
                Standing::NotCompared(Reason::External)
            } else if !derived.is_valid() {
                problems.extend(derived.mistakes());
                Standing::NotCompared(Reason::Invalid)
            } else {
                match folder_of(comparison, derived, package, &mut near) {
                    Ok(folder) => {
                        let (standing, found) = compare_with(comparison, derived, package, folder);
                        match (&standing, owner(inside, derived)) {
                            (Standing::Differs(_), Some(owner)) => {
                                let owner = owner.path.clone();
                                Standing::NotCompared(Reason::OfAnother { owner })
                            }
                            _ => {
                                problems.extend(found);
                                standing
                            }
                        }
                    }
                    Err(reason) => Standing::NotCompared(reason),
                }
            };
            rows.push(Row::of_derived(derived, standing));
        }
    }
    (rows, problems)
}

/// The enum of the workspace that agrees with the type of this name. Such a type is not that of an enum that differs.
fn owner<'r>(inside: &'r [Row], derived: &Derived) -> Option<&'r Row> {
    let model = &derived.model;
    let schema = model.schema.as_ref().map(|schema| &*schema.value);
    inside.iter().find(|row| {
        let is_same = |(one, other)| one == other;
        row.standing == Standing::Agrees
            && row.name.as_ref() == Some(&model.name.value)
            && row.schema.as_deref().zip(schema).is_none_or(is_same)
    })
}

/// The nearest folder that has the type of an enum.
fn folder_of<'p>(
    comparison: &mut Comparison<'_, 'p, '_>,
    derived: &Derived,
    package: &Others<'p>,
    near: &mut HashMap<Nearness, Vec<usize>>,
) -> Result<usize, Reason> {
    let mut seen: Vec<usize> = Vec::new();
    let mut nearest = None;
    for nearness in Nearness::FOLDERS.into_iter().chain([Nearness::Schema]) {
        let Some(new) = comparison.open_new(nearness, package, near, &mut seen) else { break };
        let (mut agreeing, mut differing, mut doubt) = (None, Vec::new(), None);
        for index in new {
            let Some(contents) = comparison.folders.get(index).and_then(|it| it.contents.as_ref())
            else {
                continue;
            };
            match verdict(contents, derived) {
                Verdict::Agrees => agreeing = agreeing.or(Some(index)),
                Verdict::Differs => differing.push(index),
                Verdict::Absent(theirs) => nearest = nearest.or(theirs),
                Verdict::Doubtful(reason) => doubt = doubt.or(Some(reason)),
            }
        }
        match (agreeing, doubt, &differing[..]) {
            (Some(index), ..) | (None, None, &[index]) => return Ok(index),
            (None, Some(reason), _) => return Err(reason),
            (None, None, []) => {}
            (None, None, several) => {
                let shown =
                    |index: &usize| Some(comparison.folders.get(*index)?.request.to_string());
                let folders = several.iter().filter_map(shown).collect();
                return Err(Reason::SeveralFolders { folders });
            }
        }
    }
    let contents = || {
        let folders = seen.iter().filter_map(|&index| comparison.folders.get(index));
        folders.filter_map(|folder| folder.contents.as_ref())
    };
    if contents().next().is_none() {
        return Err(Reason::NoFolder);
    }
    if let Some(doubt) = contents().find_map(|contents| contents.vague.clone()) {
        return Err(doubt);
    }
    let model = &derived.model;
    let schema = model.schema.as_ref().map(|schema| schema.value.clone());
    Err(Reason::NoType { schema, name: model.name.value.clone(), nearest })
}

fn verdict(contents: &Contents, derived: &Derived) -> Verdict {
    let record = contents.record();
    derived.definition(|definition| {
        if let Some(there) = record.find_for(definition)
            && (contents.is_refused || !there.known)
        {
            return Verdict::Doubtful(contents.doubt(there));
        }
        let found = divergences(definition, record);
        let absent = found.iter().find_map(|found| match &found.disagreement {
            Disagreement::NeverCreated { elsewhere: None } => Some(None),
            Disagreement::NamedOtherwise { theirs } => Some(Some(identifier(theirs))),
            _ => None,
        });
        match absent {
            Some(theirs) => Verdict::Absent(theirs),
            None if found.is_empty() => Verdict::Agrees,
            None => Verdict::Differs,
        }
    })
}

/// Compares an enum with the folder that has its type.
fn compare_with(
    comparison: &mut Comparison<'_, '_, '_>,
    derived: &Derived,
    package: &Others<'_>,
    index: usize,
) -> (Standing, Vec<Problem>) {
    let folder = comparison.folders.get(index);
    let Some((folder, contents)) = folder.and_then(|it| Some((it, it.contents.as_ref()?))) else {
        return (Standing::NotCompared(Reason::NoFolder), Vec::new());
    };
    let request = &folder.request;
    let Compared { standings, mut problems } =
        compare(&[derived], &contents.replayed, request, comparison.accepted);
    if !request.files.is_empty() {
        explain_scripts(&mut problems);
    }
    // The package that is checked has no enum of which a migration could be generated.
    let generate = format!(
        "{GENERATE} --manifest-path {} --migrations {}",
        visible(&package.package.manifest.to_string_lossy()),
        visible(&request.dir.to_string_lossy())
    );
    for help in problems.iter_mut().filter_map(|problem| problem.help.as_mut()) {
        *help = help.replace(GENERATE, &generate);
    }
    comparison.folders.compared(index);
    let standing = standings.into_iter().next();
    (standing.unwrap_or(Standing::NotCompared(Reason::NoFolder)), problems)
}
