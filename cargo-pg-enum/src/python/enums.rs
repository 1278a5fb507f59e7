//! Enum types of columns held against the types of the migrations.

use std::collections::HashMap;

use pg_enum_build::foreign::Why;
use pg_enum_core::Definition;
use pg_enum_core::divergence::{Disagreement, Divergence, divergences};
use pg_enum_core::record::RecordedEnum;
use pg_enum_python::{EnumType, Label};

use super::message::noun;
use super::sites::Sites;
use super::{Compared, There, Usage, column_place, shown_column};
use crate::accept::Accepted;
use crate::compare::{Standing, places};
use crate::folders::{Contents, Folders};
use crate::not_compared::Reason;
use crate::problem::{Place, Problem, Severity};
use crate::row::Row;
use crate::text::{self, list, type_name, visible};

/// Labels that one message names.
const LABELS: usize = 20;
/// Members that are shown.
const MEMBERS: usize = 5;

/// Compares the enum types of columns; columns of one type with the same labels together.
pub(super) fn compare(
    usages: &[Usage<'_>],
    sites: &Sites,
    folders: &mut Folders,
    accepted: &mut Accepted,
    compared: &mut Compared,
) {
    let mut order: Vec<Vec<&Usage<'_>>> = Vec::new();
    let mut known: HashMap<Key<'_>, usize> = HashMap::new();
    for usage in usages {
        let index = *known.entry(key(usage)).or_insert_with(|| {
            order.push(Vec::new());
            order.len() - 1
        });
        order[index].push(usage);
    }
    for same in &order {
        let outcome = one(same, sites, folders, accepted);
        let standing = match outcome {
            Ok((site, problems)) => {
                if let Some(site) = site {
                    folders.compared(sites.all[site].folder);
                }
                let standing = match problems.len() {
                    0 => Standing::Agrees,
                    some => Standing::Differs(some),
                };
                compared.problems.extend(problems);
                standing
            }
            Err(reason) => Standing::NotCompared(reason),
        };
        compared.enums.push(row(same[0], standing));
    }
}

/// What columns of one type have in common: the site, and the type with its labels.
type Key<'u> = (Option<usize>, Option<&'u str>, &'u str, Option<Vec<&'u str>>, &'u Option<String>);

fn key<'u>(usage: &'u Usage<'_>) -> Key<'u> {
    let of = usage.of;
    let labels = of.labels.as_ref();
    let labels = labels.map(|labels| labels.iter().map(|label| &*label.text).collect());
    (usage.site, of.schema.as_deref(), &of.name, labels, &of.class)
}

fn row(usage: &Usage<'_>, standing: Standing) -> Row {
    let of = usage.of;
    let labels = of.labels.iter().flatten();
    Row {
        path: format!("{}.{}", usage.model.name, usage.column.attribute),
        codec: "sqlalchemy.Enum".to_owned(),
        schema: of.schema.clone(),
        name: Some(of.name.clone()),
        labels: labels.map(|label| label.text.clone()).collect(),
        at: column_place(usage.column, ""),
        standing,
    }
}

/// The site that an enum was compared with, and all that is wrong with it; or why it is not compared.
fn one(
    same: &[&Usage<'_>],
    sites: &Sites,
    folders: &Folders,
    accepted: &mut Accepted,
) -> Result<(Option<usize>, Vec<Problem>), Reason> {
    let usage = same[0];
    let Some(labels) = &usage.of.labels else {
        return Err(Reason::NoEnumType(Why::Unclear("its labels are not known".to_owned())));
    };
    let candidates = match usage.site {
        Some(site) => vec![site],
        None => sites.of(usage.model).0,
    };
    let mut absent = None;
    for &site in &candidates {
        let Some(contents) = sites.contents(site, folders) else { continue };
        match find(usage.of, contents)? {
            Some(there) => {
                let texts: Vec<&str> = labels.iter().map(|label| &*label.text).collect();
                accepted.compared(there, &texts);
                let mut problems = differences(same, labels, there, contents);
                problems.extend(same.iter().filter_map(|it| other_type(it, there, contents)));
                problems.extend(same.iter().filter_map(|it| no_default(it, there)));
                return Ok((Some(site), problems));
            }
            None => absent = absent.or(Some((site, contents))),
        }
    }
    let Some((site, contents)) = absent else { return Err(Reason::NoFolder) };
    if let Some(vague) = &contents.vague {
        return Err(vague.clone());
    }
    // What is said of the table says it of the type as well.
    if same.iter().all(|usage| matches!(usage.there, There::Lacking)) {
        return Ok((Some(site), Vec::new()));
    }
    let of_column = same.iter().find(|usage| matches!(usage.there, There::Type { .. }));
    let Some(usage) = of_column else {
        return Err(Reason::NoType { schema: None, name: usage.of.name.clone(), nearest: None });
    };
    Ok((Some(site), vec![no_type(usage, contents)]))
}

/// The type of the migrations that an enum names; nothing if there is none.
fn find<'c>(of: &EnumType, contents: &'c Contents) -> Result<Option<&'c RecordedEnum>, Reason> {
    let record = contents.record();
    let named = record.enums.iter().filter(|there| there.name == of.name);
    let named: Vec<&RecordedEnum> = match &of.schema {
        Some(schema) => named.filter(|there| there.schema == *schema).collect(),
        None => named.collect(),
    };
    let own = named.iter().copied().find(|there| there.schema == record.default_schema);
    let there = match (own, &named[..]) {
        (Some(own), _) => own,
        (None, [only]) => only,
        (None, []) => return Ok(None),
        (None, _) => return Err(Reason::SeveralTypes { name: of.name.clone() }),
    };
    if contents.is_refused || !there.known {
        return Err(contents.doubt(there));
    }
    Ok(Some(there))
}

/// How the labels of columns of one type differ from those of the migrations: one finding, and one about their order.
fn differences(
    same: &[&Usage<'_>],
    labels: &[Label],
    there: &RecordedEnum,
    contents: &Contents,
) -> Vec<Problem> {
    let texts: Vec<&str> = labels.iter().map(|label| &*label.text).collect();
    let definition = Definition::new(&there.name, &texts).in_schema(&there.schema);
    let found = divergences(definition, contents.record());
    let is_order = |one: &&Divergence| matches!(one.disagreement, Disagreement::Order { .. });
    let (order, found): (Vec<&Divergence>, Vec<&Divergence>) = found.iter().partition(is_order);
    let (mut cases, mut missing, mut extra) = (Vec::new(), Vec::new(), Vec::new());
    for one in &found {
        match &one.disagreement {
            Disagreement::CaseOnly { label, theirs } => cases.push((&**label, &**theirs)),
            Disagreement::Missing { label, .. } => missing.push(&**label),
            Disagreement::Extra { labels } => extra.extend(labels.iter().map(|it| &*it.text)),
            _ => {}
        }
    }
    let noun = noun(contents);
    let name = type_name(&there.schema, &there.name);
    let column = shown_column(same[0].model, same[0].column);
    let shown = |labels: &mut dyn Iterator<Item = &str>| list(labels.map(text::label), LABELS);
    let mut problems = Vec::new();
    if !found.is_empty() {
        let is_case_only = missing.is_empty() && extra.is_empty();
        let code = if is_case_only { "model-case-only" } else { "model-label-mismatch" };
        let mut parts = Vec::new();
        if !cases.is_empty() {
            let ours = shown(&mut cases.iter().map(|(label, _)| *label));
            let theirs = shown(&mut cases.iter().map(|(_, theirs)| *theirs));
            parts.push(format!(
                "it stores {ours}, and the type has {theirs}, which differ only by case"
            ));
        }
        if !missing.is_empty() {
            parts.push(format!("the type lacks {}", shown(&mut missing.iter().copied())));
        }
        if !extra.is_empty() {
            parts.push(format!("the model lacks {}", shown(&mut extra.iter().copied())));
        }
        let message = format!("`{column}` disagrees with the type {name}: {}", parts.join("; "));
        let mut problem = Problem::new(code, message, column_place(same[0].column, ""));
        if cases.is_empty() && missing.is_empty() {
            problem.severity = Severity::Warning;
        }
        let stored: Vec<&str> =
            cases.iter().map(|(label, _)| *label).chain(missing.iter().copied()).collect();
        problem.places.extend(members(labels, &stored));
        problem.places.extend(in_migrations(&found, there, contents));
        let is_value = is_value_meant(labels, &stored, there);
        if let Some(class) = same[0].of.class.as_ref().filter(|_| is_value) {
            problem.notes.push(format!(
                "the names of the members of `{}` are stored, and the type has their values",
                visible(class)
            ));
        }
        problem.notes.extend(others(same));
        problem.help = Some(if is_value {
            "add `values_callable=lambda e: [member.value for member in e]` to the `Enum`"
                .to_owned()
        } else if is_case_only {
            format!(
                "use the same spelling in both: change the model, or rename the labels in a {noun}"
            )
        } else if missing.is_empty() {
            format!("add the labels to the model, or remove them from the type in a {noun}")
        } else {
            format!("add the labels to the type in a {noun}, or change the model")
        });
        problem.type_name = Some(name);
        problems.push(problem);
    } else if !order.is_empty() {
        problems.push(other_order(same, labels, &order, there, contents));
    }
    problems
}

/// The places in the migrations that these are about, each once: labels that are missing have the type in common.
fn in_migrations(found: &[&Divergence], there: &RecordedEnum, contents: &Contents) -> Vec<Place> {
    let (replay, root) = (&contents.replayed.replay, &contents.replayed.folder.root);
    let mut all: Vec<Place> = Vec::new();
    for one in found {
        for mut place in places(&there.name, one, replay, root) {
            if matches!(one.disagreement, Disagreement::Extra { .. }) {
                "the model lacks this label".clone_into(&mut place.label);
            }
            let is_known = |known: &Place| known.at == place.at && known.label == place.label;
            if !all.iter().any(is_known) {
                all.push(place);
            }
        }
    }
    all
}

/// A note about labels in another order, which matters to comparisons and to `ORDER BY`.
fn other_order(
    same: &[&Usage<'_>],
    labels: &[Label],
    order: &[&Divergence],
    there: &RecordedEnum,
    contents: &Contents,
) -> Problem {
    let name = &type_name(&there.schema, &there.name);
    let moved: Vec<&str> = order
        .iter()
        .filter_map(|one| match &one.disagreement {
            Disagreement::Order { label, .. } => Some(&**label),
            _ => None,
        })
        .collect();
    let shown = list(moved.iter().map(|label| text::label(label)), LABELS);
    let column = shown_column(same[0].model, same[0].column);
    let (stand, them) = if moved.len() == 1 { ("stands", "it") } else { ("stand", "them") };
    let message =
        format!("{shown} {stand} elsewhere in the type {name} than `{column}` has {them}");
    let at = column_place(same[0].column, "");
    let mut problem = Problem::new("model-label-order", message, at);
    problem.severity = Severity::Note;
    problem.places.extend(members(labels, &moved));
    problem.places.extend(in_migrations(order, there, contents));
    problem.notes.push("PostgreSQL sorts and compares by the order in the type".to_owned());
    problem.type_name = Some(name.clone());
    problem
}

/// Where the members of these labels are.
fn members(labels: &[Label], stored: &[&str]) -> Vec<Place> {
    let place = |label: &Label| {
        let shown = format!("stored as {}", text::label(&label.text));
        Some(Place::new(std::path::Path::new(""), label.at.as_ref()?, shown))
    };
    let of_these = labels.iter().filter(|label| stored.contains(&&*label.text));
    of_these.take(MEMBERS).filter_map(place).collect()
}

/// Whether the type has the value of each member whose name is stored and is none of its labels.
fn is_value_meant(labels: &[Label], stored: &[&str], there: &RecordedEnum) -> bool {
    let mut of_these = labels.iter().filter(|label| stored.contains(&&*label.text)).peekable();
    of_these.peek().is_some()
        && of_these.all(|label| {
            let is_it = |value: &String| there.labels.iter().any(|there| there.text == *value);
            label.value.as_ref().is_some_and(is_it)
        })
}

/// The other columns of the same type.
fn others(same: &[&Usage<'_>]) -> Option<String> {
    let rest = same.get(1..).filter(|rest| !rest.is_empty())?;
    let names = rest.iter().map(|usage| shown_column(usage.model, usage.column));
    Some(format!("the same applies to {}", list(names, LABELS)))
}

/// An enum whose type no migration creates.
fn no_type(usage: &Usage<'_>, contents: &Contents) -> Problem {
    let (noun, of) = (noun(contents), usage.of);
    let record = contents.record();
    let schema = of.schema.as_deref().unwrap_or(&record.default_schema);
    let found = divergences(Definition::new(&of.name, &[]).in_schema(schema), record);
    let name = type_name(schema, &of.name);
    let column = shown_column(usage.model, usage.column);
    let is_dropped = found.iter().any(|one| one.disagreement == Disagreement::Dropped);
    let mut message = if is_dropped {
        format!("a {noun} drops the type {name}, which `{column}` uses")
    } else {
        format!("no {noun} creates the type {name} of `{column}`")
    };
    if let There::Type { sql, .. } = &usage.there {
        message.extend(["; the column is ", &*visible(sql)]);
    }
    let mut problem = Problem::new("model-type-missing", message, column_place(usage.column, ""));
    problem.severity = of_other_type(contents, &mut problem.notes);
    let (replay, root) = (&contents.replayed.replay, &contents.replayed.folder.root);
    problem.places.extend(found.iter().flat_map(|one| places(&of.name, one, replay, root)));
    problem.help = Some(match &usage.there {
        There::Type { schema, name, .. }
            if record.enums.iter().any(|it| it.name == *name && it.schema == *schema) =>
        {
            format!(
                "write `name={}` in the `Enum`, or rename the type in a {noun}",
                text::quoted(name, '"')
            )
        }
        _ => format!("create the type in a {noun}, or write `native_enum=False` in the `Enum`"),
    });
    problem.type_name = Some(name);
    problem
}

/// What follows from a column whose type is not that of the model: it fails if the driver names the type of its parameters.
fn of_other_type(contents: &Contents, notes: &mut Vec<String>) -> Severity {
    let is_named = pg_enum_python::names_types(&contents.replayed.folder.root);
    notes.push(match is_named {
        Some(driver) => format!("{driver} casts parameters to the type of the model, and this fails"),
        None => "asyncpg and psycopg 3 cast parameters to the type of the model, and this fails; psycopg2 casts none"
            .to_owned(),
    });
    if is_named.is_some() { Severity::Error } else { Severity::Warning }
}

/// A column that has another type in the migrations.
fn other_type(usage: &Usage<'_>, there: &RecordedEnum, contents: &Contents) -> Option<Problem> {
    let There::Type { schema, name, sql } = &usage.there else { return None };
    if (schema, name) == (&there.schema, &there.name) {
        return None;
    }
    let column = shown_column(usage.model, usage.column);
    let type_ = type_name(&there.schema, &there.name);
    let array = if usage.is_array { "[]" } else { "" };
    let message = format!("`{column}` is {type_}{array}, but the column is {}", visible(sql));
    let mut problem = Problem::new("column-type", message, column_place(usage.column, ""));
    problem.severity = of_other_type(contents, &mut problem.notes);
    let noun = noun(contents);
    problem.help = Some(format!("change the type in the model, or that of the column in a {noun}"));
    Some(problem)
}

/// A default in the database that is none of the labels.
fn no_default(usage: &Usage<'_>, there: &RecordedEnum) -> Option<Problem> {
    let default = usage.column.server_default.as_ref().filter(|_| !usage.is_array)?;
    if there.labels.iter().any(|label| label.text == *default) {
        return None;
    }
    let name = type_name(&there.schema, &there.name);
    let message = format!(
        "the `server_default` of `{}` is {}, which is not a label of the type {name}",
        shown_column(usage.model, usage.column),
        text::label(default)
    );
    let at = column_place(usage.column, "");
    let mut problem = Problem::new("server-default-not-a-label", message, at);
    let labels = there.labels.iter().map(|label| text::label(&label.text));
    problem.notes.push(format!("the labels of {name} are {}", list(labels, LABELS)));
    problem.help =
        Some("use one of these labels, or add the label to the type in a migration".to_owned());
    problem.type_name = Some(name);
    Some(problem)
}
