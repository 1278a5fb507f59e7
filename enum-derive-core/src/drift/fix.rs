//! SQL that puts right what a database and a definition disagree about.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;

use super::{Found, LiveEnum, State, Verdict};
use crate::divergence::{Disagreement, labels};
use crate::plan::{Step, added};
use crate::violation::Place;
use crate::{Definition, Former, Ident, Literal};

/// The former name of a definition's type, as SQL spells it.
pub(super) fn former_sql(definition: Definition<'_>, found: &Found) -> String {
    let name = definition.was.map_or(definition.name, |was| was.name);
    match found.schemas.first() {
        Some(schema) => format!("{}.{}", Ident(schema), Ident(name)),
        None => Ident(name).to_string(),
    }
}

/// The statements for one disagreement, on a line; none, where there is no such statement.
pub(super) fn fix(
    definition: Definition<'_>,
    found: &Found,
    former: Option<&Found>,
    verdict: &Verdict,
) -> Option<String> {
    let (name, role) = (definition.name_sql(), Ident(&found.role));
    let in_schema = |schema: &str| definition.in_schema(schema).name_sql().to_string();
    Some(match verdict {
        Verdict::Missing { schema_exists } => {
            let mut sql = String::new();
            if let (false, Some(schema)) = (schema_exists, definition.schema) {
                // Writing to a string does not fail.
                let _ = write!(sql, "CREATE SCHEMA {}; ", Ident(schema));
            }
            sql + &format!("CREATE TYPE {name} AS ENUM ({});", definition.labels_sql())
        }
        Verdict::NotRenamed { was } => {
            let there = former?.schemas.first()?;
            let mut sql = String::new();
            if let Some(schema) = definition.schema.filter(|schema| *schema != there.as_str()) {
                // Writing to a string does not fail.
                let _ = write!(sql, "ALTER TYPE {was} SET SCHEMA {}; ", Ident(schema));
            }
            let Former { name: old, .. } = definition.was?;
            if old != definition.name {
                let moved = Definition { name: old, ..definition }.name_sql();
                // Nor here.
                let _ = write!(sql, "ALTER TYPE {moved} RENAME TO {};", Ident(definition.name));
            }
            sql.trim_end().to_string()
        }
        Verdict::WrongSchema { elsewhere } => match &elsewhere[..] {
            [there] => {
                let there = in_schema(there);
                format!("ALTER TYPE {there} SET SCHEMA {};", Ident(definition.schema?))
            }
            _ => return None,
        },
        Verdict::NotVisible => {
            format!("GRANT USAGE ON SCHEMA {} TO {role};", Ident(definition.schema?))
        }
        Verdict::NoUsage => format!("GRANT USAGE ON TYPE {name} TO {role};"),
        Verdict::LabelMissing { label } => {
            let State::Enum(live) = &found.state else { return None };
            let is_it =
                |step: &Step| matches!(step, Step::AddValue { label: it, .. } if it == label);
            let step = missing(definition, live).into_iter().find(is_it)?;
            step.added_value()?.to_string()
        }
        Verdict::CaseOnly { label, theirs: was } | Verdict::LabelNotRenamed { label, was } => {
            let (was, label) = (Literal(was), Literal(label));
            format!("ALTER TYPE {name} RENAME VALUE {was} TO {label};")
        }
        Verdict::RetiredInUse { label, columns } => {
            let removed = definition.removed.iter().find(|removed| removed.label == label)?;
            let mut sql = String::new();
            for column in columns {
                let (table, column) = split(column)?;
                let (space, to) = (if sql.is_empty() { "" } else { " " }, removed.replacement);
                let to = to.map_or_else(|| "NULL".to_string(), |to| Literal(to).to_string());
                let label = Literal(label);
                // Writing to a string does not fail.
                let _ = match column.strip_suffix("[]") {
                    Some(array) => write!(
                        sql,
                        "{space}UPDATE {table} SET {array} = array_replace({array}, {label}, {to}) \
                         WHERE {label} = ANY ({array});"
                    ),
                    None => write!(
                        sql,
                        "{space}UPDATE {table} SET {column} = {to} WHERE {column}::text = {label};"
                    ),
                };
            }
            sql
        }
        Verdict::WrongKind { .. }
        | Verdict::Hidden { .. }
        | Verdict::LabelExtra { .. }
        | Verdict::Order { .. } => return None,
    })
}

/// A column as SQL spells it: its table, and its own name.
fn split(column: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut last = None;
    for (index, c) in column.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => last = Some(index),
            _ => {}
        }
    }
    last.map(|at| (&column[..at], &column[at + 1..]))
}

/// The steps that add the labels that are missing, each beside one that is there by then. Labels under
/// a former name, or in other letters, count as there.
fn missing(definition: Definition<'_>, live: &LiveEnum) -> Vec<Step> {
    let mut now: Vec<&str> = live.labels.iter().map(|label| &**label).collect();
    for (place, disagreement, _) in labels(definition, &live.recorded(definition)) {
        if let (
            Place::Label(index),
            Disagreement::CaseOnly { theirs: was, .. } | Disagreement::NotRenamed { was, .. },
        ) = (place, disagreement)
            && let Some(there) = now.iter_mut().find(|there| **there == was)
        {
            *there = definition.labels[index];
        }
    }
    added(definition.labels, now, &definition.into())
}

/// What creates a definition's type in the first of the schemas, or adds the labels that it lacks there;
/// nothing, if it needs more than that, or nothing.
///
/// Each step is one statement that may run again ([`plan`](crate::plan)).
///
/// ```
/// use pg_enum_core::Definition;
/// use pg_enum_core::drift::{Found, LiveEnum, State, additions};
///
/// let mood = Definition::new("mood", &["sad", "ok"]).in_schema("app");
/// let found = Found {
///     number: 0,
///     schemas: vec!["app".to_owned()],
///     state: State::Missing { schema_exists: true, elsewhere: vec![] },
///     role: "web".to_owned(),
/// };
/// let steps = additions(mood, &found.state);
/// assert_eq!(steps[0].summary().to_string(), "create type app.mood");
/// ```
#[must_use]
pub fn additions(definition: Definition<'_>, state: &State) -> Vec<Step> {
    match state {
        State::Missing { .. } => [Step::create(definition)].into(),
        State::Enum(live) => missing(definition, live),
        State::Other { .. } => Vec::new(),
    }
}
