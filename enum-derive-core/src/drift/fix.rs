//! SQL that fixes the differences between a database and a definition.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Found, LiveEnum, State, Verdict};
use crate::divergence::Disagreement;
use crate::divergence::compare::labels;
use crate::divergence::renames::after_renames;
use crate::plan::{Step, added, constraint_name};
use crate::retire::{Holder, HolderCheck, Holding, Standing};
use crate::sql::retire::{Column, Forbidding};
use crate::sql::{Name, bare, visible_names};
use crate::violation::Place;
use crate::{Definition, RetiredRows};

/// The former name of a definition's type, as SQL.
pub(super) fn former_sql(definition: Definition<'_>, found: &Found) -> String {
    former(definition, found).name_sql().to_string()
}

fn former<'a>(definition: Definition<'a>, found: &'a Found) -> Definition<'a> {
    let name = definition.was.map_or(definition.name, |was| was.name);
    let schema = found.schemas.first().map(String::as_str);
    Definition { schema, name, ..definition }
}

/// The statements that fix one difference, on one line; `None` if no statement fixes it. `missing` is the result of
/// [`missing`], computed once for all labels: computing it for each label would take cubic time.
pub(super) fn fix(
    definition: Definition<'_>,
    found: &Found,
    former_found: Option<&Found>,
    verdict: &Verdict,
    missing: &[Step],
) -> Option<String> {
    let role = &found.role;
    Some(match verdict {
        Verdict::Missing { schema_exists } => {
            let create = bare::create_type(definition.into(), definition.labels);
            match definition.schema {
                Some(schema) if !schema_exists => {
                    format!("{} {create}", bare::create_schema(schema))
                }
                _ => create.to_string(),
            }
        }
        Verdict::NotRenamed { .. } => {
            let was = former(definition, former_found?);
            let home = definition.schema.filter(|schema| was.schema != Some(schema));
            let moved = Definition { schema: definition.schema, ..was };
            let renames = was.name != definition.name;
            let steps = [
                home.map(|schema| bare::set_schema(was.into(), schema).to_string()),
                renames.then(|| bare::rename_type(moved.into(), definition.name).to_string()),
            ];
            steps.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        Verdict::WrongSchema { elsewhere } => {
            let [there] = &elsewhere[..] else { return None };
            let there = definition.in_schema(there);
            bare::set_schema(there.into(), definition.schema?).to_string()
        }
        Verdict::NotVisible => bare::grant_schema(definition.schema?, role).to_string(),
        Verdict::NoUsage => bare::grant_type(definition.into(), role).to_string(),
        Verdict::LabelMissing { label } => {
            let is_it =
                |step: &Step| matches!(step, Step::AddValue { label: it, .. } if it == label);
            missing.iter().find(|step| is_it(step))?.bare_sql()?.to_string()
        }
        Verdict::LabelNotRenamed { label, was } if is_exchanged(definition, label, was) => {
            return None;
        }
        Verdict::CaseOnly { label, theirs: was } | Verdict::LabelNotRenamed { label, was } => {
            bare::rename_value(definition.into(), was, label).to_string()
        }
        Verdict::InUse { label, columns, .. } => {
            let to = replacement(definition, label)?;
            let update = |super::Column { table, name, is_array }: &super::Column| {
                let (table, column) = (visible_names(table), visible_names(name));
                bare::replace_value(&table, &column, *is_array, label, to).to_string()
            };
            columns.iter().map(update).collect::<Vec<_>>().join(" ")
        }
        Verdict::NotForbidden { label, columns } | Verdict::NotValidated { label, columns } => {
            return forbid(definition, label, columns);
        }
        Verdict::WrongKind { .. }
        | Verdict::RowsUnseen { .. }
        | Verdict::Hidden { .. }
        | Verdict::LabelExtra { .. }
        | Verdict::Exchanged { .. }
        | Verdict::Order { .. } => return None,
    })
}

/// What replaces a label in rows; `None` if nothing says so.
#[expect(clippy::option_option, reason = "a replacement can be `NULL`")]
fn replacement<'a>(definition: Definition<'a>, label: &str) -> Option<Option<&'a str>> {
    let removed = definition.removed.iter().find(|removed| removed.label == label);
    let retired = definition.retired.iter().find(|retired| retired.label == label);
    match (removed, retired.map(|retired| retired.rows)) {
        (Some(removed), _) => Some(removed.replacement),
        (None, Some(RetiredRows::Label(to))) => Some(Some(to)),
        (None, Some(RetiredRows::Null)) => Some(None),
        (None, Some(RetiredRows::Unchanged) | None) => None,
    }
}

/// The statements that forbid a retired label in columns, and validate the checks.
fn forbid(definition: Definition<'_>, label: &str, columns: &[Holder]) -> Option<String> {
    let base = Name::from(definition);
    let mut statements = Vec::new();
    for holder in columns {
        let is_array = match holder.holds {
            Holding::Scalar => false,
            Holding::Array => true,
            Holding::Inside => continue,
        };
        let table = Name { schema: Some(&holder.schema), name: &holder.table };
        let constraint = match holder.standing(label) {
            Standing::NotValidated(HolderCheck { name: Some(name), .. }) => name.clone(),
            _ => {
                let taken: Vec<&str> =
                    holder.checks.iter().filter_map(|check| check.name.as_deref()).collect();
                let constraint = constraint_name(&holder.table, &holder.column, label, &taken);
                let base = holder.is_domain.then_some(base);
                let column = Column { name: &holder.column, is_array, base };
                let forbidding = Forbidding { constraint: &constraint, column, label };
                statements.push(bare::forbid(table, forbidding).to_string());
                constraint
            }
        };
        statements.push(bare::validate(table, &constraint).to_string());
    }
    (!statements.is_empty()).then(|| statements.join(" "))
}

/// The steps that add the missing labels, each next to a label that exists at that moment. A label that has its
/// former name, or that differs only by case, counts as existing.
pub(super) fn missing(definition: Definition<'_>, live: &LiveEnum) -> Vec<Step> {
    let there = live.recorded(definition);
    let mut now = after_renames(definition, &there);
    for (place, disagreement, _) in labels(definition, &there) {
        let Disagreement::CaseOnly { theirs: was, .. } = disagreement else { continue };
        let there = now.iter_mut().find(|there| **there == was);
        if let (Place::Label(index), Some(there)) = (place, there) {
            *there = definition.labels[index];
        }
    }
    added(definition.labels, now, &definition.into())
}

/// Whether a label exchanges its name with others, which takes more than one statement.
fn is_exchanged(definition: Definition<'_>, label: &str, was: &str) -> bool {
    definition.labels.contains(&was)
        || definition.renamed.iter().any(|renamed| renamed.was == label)
}

/// The steps that create a definition's type in the first of the schemas, or add the labels that it lacks there.
/// Empty if nothing is missing, or if the name belongs to another kind of object.
///
/// Each step is one statement that can run again ([`plan`](crate::plan)).
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
