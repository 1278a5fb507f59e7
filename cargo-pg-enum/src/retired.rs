//! Retired labels in a database: the steps that forbid them, and what removing them would cost instead.

use std::collections::HashMap;

use pg_enum_core::drift::{self, Found, LiveEnum, Scope, State};
use pg_enum_core::plan::{
    Effects, Obstacle, Plan, Reason, Rewrite, Step, Unplannable, Unretirable, retire,
};
use pg_enum_core::record::{Record, RecordedEnum, RecordedLabel};
use pg_enum_core::retire::{Holder, holders};
use pg_enum_core::{Definition, Place, Removed, Retired, RetiredRows};
use sqlx::PgConnection;

use crate::dependents::{Reader, unlocked};
use crate::enums::Derived;
use crate::failure::Failure;
use crate::text::{self, list, visible};

/// Tables that one line names.
const TABLES: usize = 10;

/// The types of definitions with retired labels, with their columns as far as they bear on these; by schema and name. Where
/// something is left to do, rows are searched for the labels.
pub(crate) async fn look_up(
    connection: &mut PgConnection,
    types: &[(Definition<'_>, (&str, &str))],
) -> Result<HashMap<(String, String), LiveEnum>, Failure> {
    let retiring = types.iter().filter(|(definition, _)| !definition.retired.is_empty());
    let retiring: Vec<_> = retiring.copied().collect();
    let mut all = search(connection, &retiring, false).await?;
    let is_left = |(definition, of): &(Definition<'_>, (&str, &str))| {
        let live = all.get(&owned(*of));
        live.is_some_and(|live| steps(*definition, *of, live).is_ok_and(|it| !it.is_empty()))
    };
    let left: Vec<_> = retiring.iter().copied().filter(is_left).collect();
    all.extend(search(connection, &left, true).await?);
    Ok(all)
}

/// The same, with the rows or without.
async fn search(
    connection: &mut PgConnection,
    types: &[(Definition<'_>, (&str, &str))],
    rows: bool,
) -> Result<HashMap<(String, String), LiveEnum>, Failure> {
    if types.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted = types.iter().map(|(definition, (schema, name))| {
        Definition::new(name, &[]).in_schema(schema).with_retired(definition.retired)
    });
    let wanted: Vec<Definition<'_>> = wanted.collect();
    let query = drift::query(&wanted, Scope::Own, rows);
    let doing = "read the columns of the type";
    let found: Vec<Found> =
        unlocked(connection, &query, doing, |row| Found::parse(&row, &wanted)).await?;
    let live = |found: Found| match found.state {
        State::Enum(live) => Some((owned(types[found.number / 2].1), live)),
        _ => None,
    };
    Ok(found.into_iter().filter_map(live).collect())
}

fn owned((schema, name): (&str, &str)) -> (String, String) {
    (schema.to_owned(), name.to_owned())
}

/// The steps that forbid the retired labels.
fn steps(
    definition: Definition<'_>,
    (schema, name): (&str, &str),
    live: &LiveEnum,
) -> Result<Vec<Step>, Vec<Obstacle>> {
    retire(definition, &RecordedEnum::in_database(schema, name, &live.labels), &live.holders)
}

/// Adds the steps that forbid retired labels to a plan for a type in a database, which has been [looked up](look_up). Returns
/// whether there are any.
pub(crate) fn add_steps(
    definition: Definition<'_>,
    of: (&str, &str),
    planned: &mut Result<Plan, Unplannable>,
    live: Option<&LiveEnum>,
) -> bool {
    let (Ok(plan), Some(live)) = (&mut *planned, live) else { return false };
    let mut steps = steps(definition, of, live);
    if steps.as_ref().is_ok_and(|steps| !steps.is_empty()) {
        let held = held(definition, live);
        if !held.is_empty() {
            steps = Err(held);
        }
    }
    match steps {
        Err(obstacles) => {
            let type_name = definition.name_sql().to_string();
            *planned = Err(Unplannable { type_name, obstacles });
            false
        }
        Ok(steps) => {
            let retires = !steps.is_empty();
            plan.steps.extend(steps);
            retires
        }
    }
}

/// What a reader should know of the other way to get rid of labels than that of a plan, which retires some or not.
pub(crate) async fn instead(
    connection: &mut PgConnection,
    definition: Definition<'_>,
    of: (&str, &str),
    (planned, retires): (&Result<Plan, Unplannable>, bool),
    reader: &mut Reader,
) -> Result<Option<String>, Failure> {
    let Ok(plan) = planned else { return Ok(None) };
    let note = instead_of_removing(connection, of, plan).await?;
    if note.is_some() || !retires {
        return Ok(note);
    }
    instead_of_retiring(connection, definition, of, reader).await
}

/// The columns whose rows hold a label that nothing replaces, for which validation would fail.
fn held(definition: Definition<'_>, live: &LiveEnum) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    for (index, retired) in definition.retired.iter().enumerate() {
        if retired.rows != RetiredRows::Unchanged {
            continue;
        }
        for (label, column) in live.in_use.iter().filter(|(label, _)| label == retired.label) {
            let (column, label) = (column.to_string(), label.clone());
            let reason = Reason::Retired { why: Unretirable::Held { column, label } };
            obstacles.push(Obstacle { place: Place::Retired(index), reason });
        }
    }
    obstacles
}

/// What it would cost to retire the labels that a plan removes.
async fn instead_of_removing(
    connection: &mut PgConnection,
    (schema, name): (&str, &str),
    plan: &Plan,
) -> Result<Option<String>, Failure> {
    let Some(effects) = removing(plan) else { return Ok(None) };
    let labels: Vec<&str> = effects.losses.iter().map(|loss| &*loss.label).collect();
    let retired = undeclared(&labels);
    let kept = Definition::new(name, &[]).with_retired(&retired);
    let found = search(connection, &[(kept, (schema, name))], false).await?;
    let Some(live) = found.into_values().next() else { return Ok(None) };
    let recorded = RecordedEnum::in_database(schema, name, &live.labels);
    Ok(Some(both_costs(&effects, &recorded, &live.holders)))
}

/// The same, in the columns that migrations say.
pub(crate) fn instead_in_migrations(
    record: &Record,
    recorded: &RecordedEnum,
    plan: &Plan,
) -> Option<String> {
    let (holders, _) = holders(record, recorded);
    Some(both_costs(&removing(plan)?, recorded, &holders))
}

/// The effects of a replacement that removes labels.
fn removing(plan: &Plan) -> Option<Effects> {
    let effects = plan.steps.iter().find_map(|step| match step {
        Step::ReplaceType(_) => Some(step.effects()),
        _ => None,
    });
    effects.filter(|effects| !effects.losses.is_empty())
}

/// What removing labels costs, and what it would cost to retire them.
fn both_costs(effects: &Effects, recorded: &RecordedEnum, holders: &[Holder]) -> String {
    let labels: Vec<&str> = effects.losses.iter().map(|loss| &*loss.label).collect();
    let retired = undeclared(&labels);
    let RecordedEnum { schema, name, .. } = recorded;
    let kept = Definition::new(name, &[]).in_schema(schema).with_retired(&retired);
    let (labels, rewrites) = (quoted(&labels), rewritten(&effects.rewrites));
    let instead = match retire(kept, recorded, holders) {
        Ok(steps) => {
            format!("`retired(…)` instead {}, and prepared statements go on", forbidden(&steps))
        }
        Err(obstacles) => {
            let first = obstacles.first().map(ToString::to_string).unwrap_or_default();
            format!("`retired(…)` instead is not possible: {first}")
        }
    };
    format!("removing {labels} {rewrites}, and prepared statements fail; {instead}")
}

/// What it would cost to remove the labels that a definition retires.
async fn instead_of_retiring(
    connection: &mut PgConnection,
    definition: Definition<'_>,
    (schema, name): (&str, &str),
    reader: &mut Reader,
) -> Result<Option<String>, Failure> {
    let Some(dependents) = reader.read(connection, schema, name).await? else { return Ok(None) };
    let live = &dependents.labels;
    let there = |retired: &&Retired<'_>| live.iter().any(|label| label == retired.label);
    let retired: Vec<&Retired<'_>> = definition.retired.iter().filter(there).collect();
    let mut removed = definition.removed.to_vec();
    removed.extend(retired.iter().map(|retired| Removed {
        label: retired.label,
        replacement: match retired.rows {
            RetiredRows::Label(to) => Some(to),
            // Columns that cannot be NULL would be an obstacle, and the cost does not depend on the replacement.
            _ => definition.labels.first().copied(),
        },
    }));
    let without = definition.with_removed(&removed).with_retired(&[]);
    let labels: Vec<&str> = retired.iter().map(|retired| retired.label).collect();
    let labels = quoted(&labels);
    let instead = match reader.swap(connection, without, &dependents).await? {
        Ok(plan) => {
            let steps = plan.steps.iter();
            let effects = steps.map(Step::effects).find(|effects| !effects.losses.is_empty());
            let rewrites = effects.map(|effects| rewritten(&effects.rewrites)).unwrap_or_default();
            format!("`removed(…)` instead {rewrites}, and prepared statements fail")
        }
        Err(refused) => {
            let first = refused.obstacles.first().map(ToString::to_string).unwrap_or_default();
            format!("`removed(…)` instead is not possible: {first}")
        }
    };
    Ok(Some(format!("retiring {labels} rewrites nothing; {instead}")))
}

/// `adds a CHECK to app.t under a short ACCESS EXCLUSIVE lock, and reads its rows under SHARE UPDATE EXCLUSIVE`
fn forbidden(steps: &[Step]) -> String {
    let tables = steps.iter().filter_map(|step| match step {
        Step::Validate { table, .. } => Some(table.to_string()),
        _ => None,
    });
    let tables: Vec<String> = tables.collect();
    if tables.is_empty() {
        return "changes no table".to_owned();
    }
    let rows = if tables.len() == 1 { "its rows" } else { "their rows" };
    format!(
        "adds a CHECK to {} under a short ACCESS EXCLUSIVE lock, reads {rows} under SHARE UPDATE EXCLUSIVE, rewrites nothing",
        visible(&list(tables, TABLES))
    )
}

/// `rewrites table app.t (8 kB, about 3 rows) under ACCESS EXCLUSIVE`
fn rewritten(rewrites: &[Rewrite]) -> String {
    if rewrites.is_empty() {
        return "rewrites nothing".to_owned();
    }
    let rewrites = list(rewrites.iter().map(ToString::to_string), TABLES);
    format!("rewrites {} under ACCESS EXCLUSIVE", visible(&rewrites))
}

fn quoted(labels: &[&str]) -> String {
    labels.iter().map(|label| text::label(label)).collect::<Vec<_>>().join(", ")
}

fn undeclared<'a>(labels: &[&'a str]) -> Vec<Retired<'a>> {
    let retired = |&label: &&'a str| Retired { label, rows: RetiredRows::Unchanged };
    labels.iter().map(retired).collect()
}

/// The labels of a type that its enum lacks and says nothing about, as retired ones.
pub(crate) fn to_retire<'a>(
    definition: Definition<'_>,
    recorded: &'a RecordedEnum,
) -> Vec<Retired<'a>> {
    let is_undeclared = |label: &&RecordedLabel| {
        let label = &*label.text;
        let is_claimed = definition.labels.contains(&label)
            || definition.renamed.iter().any(|renamed| renamed.was == label)
            || definition.removed.iter().any(|removed| removed.label == label)
            || definition.has_retired(label);
        !is_claimed
    };
    let labels: Vec<&str> =
        recorded.labels.iter().filter(is_undeclared).map(|label| &*label.text).collect();
    undeclared(&labels)
}

/// What to write into an enum whose labels are retired by the command line.
pub(crate) fn attribute(derived: &Derived, retired: &[Retired<'_>]) -> Option<String> {
    if retired.is_empty() {
        return None;
    }
    let labels: Vec<String> =
        retired.iter().map(|retired| format!("{:?}", retired.label)).collect();
    let place = derived.ident_place();
    let (path, line) = (place.path(), place.at.line());
    Some(format!(
        "{}:{line}: add #[pg_enum(retired({}))] to `{}`",
        visible(&path.to_string_lossy()),
        visible(&labels.join(", ")),
        visible(&derived.path)
    ))
}
