//! Definitions beside what the migrations say: where they disagree, and what to do about it.

use std::collections::HashMap;
use std::path::Path;

use pg_enum_build::record::record;
use pg_enum_core::divergence::{Disagreement, Divergence, divergences, exchanged};
use pg_enum_core::record::Record;
use pg_enum_core::retire::{UnsureTable, holders};
use pg_enum_core::{Definition, Renamed};
use pg_enum_migrations::{Change, EnumState, Event, Finding, Location, Replay};

use crate::accept::Accepted;
use crate::enums::Derived;
use crate::migrations::{Replayed, Request};
use crate::not_compared::Reason;
use crate::problem::{Place, Problem, Severity};
use crate::settings;
use crate::text::{count, label, visible};

/// The result of comparing an enum with the migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing<R = Reason> {
    Agrees,
    /// With this number of problems.
    Differs(usize),
    NotCompared(R),
}

/// Enums that go by the same migrations, compared with them.
pub(crate) struct Comparison {
    /// Of each enum, in their order.
    pub(crate) standings: Vec<Standing>,
    pub(crate) problems: Vec<Problem>,
}

/// What the migrations say, as definitions are compared with it.
pub(crate) fn record_of(replayed: &Replayed, default_schema: &str, accepted: &Accepted) -> Record {
    let root = &replayed.folder.root;
    let mut record = record(&replayed.replay, default_schema, &|at| shown(root, at));
    accepted.mark(&mut record);
    record
}

pub(crate) fn compare(
    enums: &[&Derived],
    replayed: &Replayed,
    request: &Request,
    accepted: &mut Accepted,
) -> Comparison {
    let record = record_of(replayed, request.default_schema(), accepted);
    let mut comparison = Comparison { standings: Vec::new(), problems: Vec::new() };
    for derived in enums {
        let standing = if derived.model.external {
            Standing::NotCompared(Reason::External)
        } else if derived.is_valid() {
            match doubt(derived, &record, &replayed.replay) {
                Some(reason) => Standing::NotCompared(Reason::Uncertain(reason)),
                None => {
                    derived.definition(|definition| {
                        if let Some(there) = record.find_for(definition) {
                            accepted.compared(there, definition.labels);
                        }
                    });
                    let found = derived.definition(|definition| divergences(definition, &record));
                    let problem = |found| problem(derived, found, replayed);
                    comparison.problems.extend(found.iter().map(problem));
                    comparison.problems.extend(exchange_notes(derived, &record));
                    comparison.problems.extend(retired_notes(derived, &record));
                    if found.is_empty() { Standing::Agrees } else { Standing::Differs(found.len()) }
                }
            }
        } else {
            comparison.problems.extend(derived.mistakes());
            Standing::NotCompared(Reason::Invalid)
        };
        comparison.standings.push(standing);
    }
    comparison.problems.extend(twins(enums, &record));
    comparison
}

/// A note at a place of an enum.
fn note(
    derived: &Derived,
    code: &'static str,
    place: pg_enum_core::Place,
    message: String,
    help: &str,
) -> Problem {
    let mut note = Problem::new(code, message, derived.place(place, ""));
    note.severity = Severity::Note;
    note.type_name = Some(derived.type_name());
    note.help = Some(help.to_owned());
    note
}

/// Notes about labels that are taken to have exchanged their names.
fn exchange_notes(derived: &Derived, record: &Record) -> Vec<Problem> {
    derived.definition(|definition| {
        let Some(there) = record.find_for(definition) else { return Vec::new() };
        let of_cycle = |cycle: &Vec<usize>| {
            let is_first = |renamed: &Renamed<'_>| renamed.label == definition.labels[cycle[0]];
            let index = definition.renamed.iter().position(is_first).unwrap_or_default();
            let message = exchange_taken_as_done(definition, cycle, &derived.type_name());
            note(
                derived,
                "exchanged-already",
                pg_enum_core::Place::Renamed(index),
                message,
                REMOVE_WAS,
            )
        };
        exchanged(definition, there).iter().map(of_cycle).collect()
    })
}

/// What is assumed of labels whose order says that they have exchanged their names.
pub(crate) fn exchange_taken_as_done(
    definition: Definition<'_>,
    cycle: &[usize],
    type_name: &str,
) -> String {
    let labels: Vec<String> = cycle.iter().map(|&index| label(definition.labels[index])).collect();
    format!(
        "the labels {} of {type_name} are taken to have exchanged their names, because they have the order of the enum",
        labels.join(", ")
    )
}

/// What to do then.
pub(crate) const REMOVE_WAS: &str = "remove these `was` when all databases have the migration; if the labels have not \
     exchanged their names, reorder the variants in a later migration";

/// Notes about retired labels: those that the type does not have, and the tables of which it is not known whether they may
/// hold one.
fn retired_notes(derived: &Derived, record: &Record) -> Vec<Problem> {
    derived.definition(|definition| {
        let mut notes = Vec::new();
        let Some(there) = record.find_for(definition) else { return notes };
        let mut first = None;
        for (index, retired) in definition.retired.iter().enumerate() {
            if there.labels.iter().any(|label| label.text == retired.label) {
                first = first.or(Some(index));
                continue;
            }
            let (name, label) = (derived.type_name(), label(retired.label));
            let message = format!("after the migrations, {name} has no label {label}");
            let (at, help) = (pg_enum_core::Place::Retired(index), "remove it from `retired`");
            notes.push(note(derived, "retired-unused", at, message, help));
        }
        let Some(first) = first else { return notes };
        let (_, unsure) = holders(record, there);
        if let Some(UnsureTable { table, at, reason }) = unsure.first() {
            let table = table.as_deref().unwrap_or("any other table");
            let at = at.as_ref().map(|at| format!("{at}: ")).unwrap_or_default();
            let others = match unsure.len() {
                1 => String::new(),
                more => format!(", and of {}", count(more - 1, "more table")),
            };
            let message = format!(
                "it is not known whether {table} may hold a retired label ({at}{reason}){others}"
            );
            let help = "run `cargo pg-enum verify`, which looks into a database";
            notes.push(note(
                derived,
                "retired-unsure",
                pg_enum_core::Place::Retired(first),
                message,
                help,
            ));
        }
        notes
    })
}

/// Why nothing can be said of an enum, and nothing held against it.
pub(crate) fn doubt(derived: &Derived, record: &Record, replay: &Replay) -> Option<String> {
    // What is there then is the state in the middle of something.
    if replay.findings.iter().any(Finding::stops) {
        return Some("a migration is refused".to_owned());
    }
    let found = derived.definition(|definition| {
        let there = record.find_for(definition)?;
        Some(there.known)
    });
    // What may touch any enum may create this one.
    let uncertain = found.map_or(record.vague, |known| !known);
    uncertain.then(|| "the effect of a migration on it is unknown".to_owned())
}

/// Says of errors what to do where the type is in a schema beside the migrations, for which no migration is generated.
pub(crate) fn explain_beside(problems: &mut [Problem], request: &Request) {
    let is_error = |problem: &&mut Problem| problem.severity == Severity::Error;
    for problem in problems.iter_mut().filter(is_error) {
        problem.notes.push(format!(
            "the schema in {} is assumed to be what the migrations begin with",
            visible(&request.dir.to_string_lossy())
        ));
        problem.help = Some(
            "change the type in that schema and in the database; `cargo pg-enum generate` does not change it"
                .to_owned(),
        );
    }
}

/// Says of errors what to do where the type is in scripts that a program runs, for which no migration is generated.
pub(crate) fn explain_scripts(problems: &mut [Problem]) {
    for problem in problems.iter_mut().filter(|problem| problem.severity == Severity::Error) {
        problem.help = Some(
            "change the type in that script and in the database; `cargo pg-enum generate` writes no script".to_owned(),
        );
    }
}

/// Two enums that give one type two definitions: no migrations satisfy both.
fn twins(enums: &[&Derived], record: &Record) -> Vec<Problem> {
    let mut first: HashMap<(String, String), &Derived> = HashMap::new();
    let mut problems = Vec::new();
    let ours = |derived: &&Derived| derived.is_compared();
    for derived in enums.iter().copied().filter(ours) {
        let key = derived.definition(|definition| {
            let schema = definition.schema.unwrap_or(&record.default_schema);
            (schema.to_owned(), definition.name.to_owned())
        });
        let labels = |derived: &Derived| {
            derived.definition(|definition| {
                definition.labels.iter().map(|label| (*label).to_owned()).collect::<Vec<_>>()
            })
        };
        let other = *first.entry(key).or_insert(derived);
        if labels(other) != labels(derived) {
            let name = derived.type_name();
            let at = derived.place(pg_enum_core::Place::Name, "");
            let mut problem = Problem::new(
                "two-definitions",
                format!("`{}` and `{}` define {name} differently", other.path, derived.path),
                at,
            );
            problem.places.push(other.place(pg_enum_core::Place::Name, "the other one"));
            problem.help = Some("rename one of the two, or move it to another schema".to_owned());
            problem.type_name = Some(name);
            problems.push(problem);
        }
    }
    problems
}

fn problem(derived: &Derived, found: &Divergence, replayed: &Replayed) -> Problem {
    let code = found.disagreement.code();
    let mut problem = Problem::new(code, found.to_string(), derived.place(found.place, ""));
    problem.type_name = Some(found.type_name.clone());
    let root = &replayed.folder.root;
    problem.places.extend(places(&derived.model.name.value, found, &replayed.replay, root));
    problem.help = Some(found.help().to_string());
    as_warning(&mut problem, found);
    problem
}

/// Makes a label that only the migrations have a warning, and says how to accept it: reading it fails, but there may
/// be no row with it.
pub(crate) fn as_warning(problem: &mut Problem, found: &Divergence) {
    let entries = found.acceptable();
    if !entries.is_empty() {
        problem.severity = Severity::Warning;
        let note = format!("to accept it, write `accept = {entries:?}` in {}", settings::place());
        problem.notes.push(note);
    }
}

/// The places in the migrations that a divergence is about, and what to say there.
pub(crate) fn places(name: &str, found: &Divergence, replay: &Replay, root: &Path) -> Vec<Place> {
    let in_schema = |schema: &str| {
        replay.enums.iter().find(|state| state.schema == schema && state.name == name)
    };
    let schema = found.type_name.strip_suffix(name).and_then(|schema| schema.strip_suffix('.'));
    let schema = schema.unwrap_or_default();
    let state = in_schema(schema);
    let created = |state: &EnumState, label: &str| vec![Place::new(root, &state.created, label)];
    let label = |text: &str, label: &str| -> Vec<Place> {
        let there = state.and_then(|state| state.labels.iter().find(|there| there.text == *text));
        there.map(|there| Place::new(root, &there.at, label)).into_iter().collect()
    };
    match &found.disagreement {
        Disagreement::NeverCreated { elsewhere: Some(elsewhere) } => {
            let state = in_schema(elsewhere);
            state.map(|state| created(state, "this one is in another schema")).unwrap_or_default()
        }
        Disagreement::Dropped => {
            let is_it = |event: &&Event| {
                let at = &event.at;
                event.change == Change::Dropped
                    && found.at.as_ref().is_some_and(|found| {
                        found.line == at.line() && found.file == shown(root, at)
                    })
            };
            let drop = replay.events.iter().rfind(is_it);
            drop.map(|drop| Place::new(root, &drop.at, "it is dropped here")).into_iter().collect()
        }
        Disagreement::Missing { .. } => {
            state.map(|state| created(state, "the type is created here")).unwrap_or_default()
        }
        Disagreement::CaseOnly { theirs, .. } => label(theirs, "the migrations spell it like this"),
        Disagreement::NotRenamed { was, .. } => label(was, "it still has this name"),
        Disagreement::Extra { labels } => labels
            .iter()
            .flat_map(|there| label(&there.text, "no variant has this label"))
            .collect(),
        Disagreement::Order { label: moved, .. } => label(moved, "it is created here"),
        _ => Vec::new(),
    }
}

/// A migration's file, as messages show it.
fn shown(root: &Path, at: &Location) -> String {
    root.join(at.path()).to_string_lossy().into_owned()
}
