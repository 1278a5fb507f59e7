//! What cannot be replaced while the application runs, found before any statement runs.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::swap::{dropped_views, trouble};
use super::super::{Obstacle, Trouble};
use super::columns::{Table, Trigger};
use super::constraints::Source;
use super::indexes::is_key;
use super::state::{State, fires_in_replication};
use super::switch::{is_built, is_dropped};
use super::{Options, names};
use crate::dependent::{Held, Kind, Object};
use crate::sql::online::renamed::References;

/// All obstacles.
pub(super) fn obstacles(
    source: Source<'_>,
    state: &State,
    held: &[Held],
    options: Options,
) -> Vec<Obstacle> {
    let Source { target, dependents, tables, superfluous } = source;
    let views = dropped_views(dependents);
    let dropped: BTreeMap<&str, &str> = dependents
        .objects
        .iter()
        .filter(|object| is_dropped(object, &views))
        .map(|object| (&*object.key, &*object.described))
        .collect();
    let constrained: BTreeSet<&str> = dependents
        .objects
        .iter()
        .filter_map(|object| match &object.kind {
            Kind::DomainConstraint { domain, .. } => Some(&**domain),
            Kind::Domain { not_null: true, .. } => Some(&*object.name),
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    for object in &dependents.objects {
        if matches!(object.kind, Kind::Domain { .. }) && !constrained.contains(&*object.name) {
            found.push(online(&object.described, "columns of a domain are not supported"));
            continue;
        }
        found.extend(of_kind(object).map(|why| online(&object.described, why)));
        found.extend(of_foreign_key(object, state).map(|why| online(&object.described, why)));
        if is_built(object) && !superfluous.has(object) {
            if object.relation.as_ref().is_some_and(|table| tables.get(table).is_none()) {
                found.push(online(&object.described, "its table has no column of the type"));
            }
            if matches!(object.kind, Kind::Index { is_valid: false, .. }) {
                found.push(trouble(&object.described, Trouble::Invalid));
            }
            let used = object.needs.iter().filter_map(|key| dropped.get(&**key));
            found.extend(used.map(|used| {
                let why = format!("it uses {used}, which the last phase drops and creates again");
                online(&object.described, &why)
            }));
        }
    }
    let in_tablespace = dependents.objects.iter().filter(|object| {
        let table = object.relation.as_ref().and_then(|table| state.table(table));
        let key = table.and_then(|table| table.keys.get(&object.name));
        is_key(object) && key.is_some_and(|key| key.has_tablespace)
    });
    found.extend(in_tablespace.map(|object| online(&object.described, TABLESPACE)));
    let trigger = names::trigger(target.name);
    for (sql, table) in &state.tables {
        let what = format!("table {sql}");
        if !table.refused.is_empty() {
            found.push(online(&what, &table.refused));
        }
        let later = table.changing.iter().filter(|it| **it > trigger && !names::is_new(it));
        found.extend(later.map(|later| {
            online(&what, &format!("its trigger {later} can change rows and fires after the trigger of the change (triggers fire in the order of their names)"))
        }));
        let rules = table
            .rules
            .iter()
            .filter(|(_, enabled)| !options.in_replication || fires_in_replication(enabled));
        found.extend(rules.map(|(rule, _)| {
            online(
                &what,
                &format!("the backfill, which updates each row, would fire its rule {rule}"),
            )
        }));
        let fired = table.fired.iter().filter(|(name, enabled)| {
            let fires = !options.in_replication || fires_in_replication(enabled);
            fires && !options.fire_triggers && !names::is_new(name)
        });
        found.extend(
            fired.map(|(name, _)| trouble(&what, Trouble::Fired { trigger: name.clone() })),
        );
        for (name, column) in &table.columns {
            if column.grants.iter().any(|grant| grant.by_another) {
                found.push(trouble(&format!("column {name} of {what}"), Trouble::Grantor));
            }
        }
    }
    found.extend(unfillable(source, held));
    found.extend(begun(source, state));
    found
}

fn online(what: &str, why: &str) -> Obstacle {
    trouble(what, Trouble::Online { why: why.to_string() })
}

const TABLESPACE: &str = "its index has a tablespace of its own";

/// Why an object of this kind is not supported.
fn of_kind(object: &Object) -> Option<&'static str> {
    Some(match &object.kind {
        Kind::Column { generated: Some(_), .. } => {
            "the server rewrites the table under ACCESS EXCLUSIVE to add a generated column"
        }
        Kind::Domain { .. } | Kind::DomainConstraint { .. } => {
            "the server validates a new domain by reading the tables under a lock that blocks writers"
        }
        Kind::Index { tablespace: Some(_), .. } if is_built(object) => TABLESPACE,
        Kind::Constraint { of_type, .. } if of_type == "x" => {
            "the server builds the index of an exclusion constraint under ACCESS EXCLUSIVE"
        }
        Kind::Other => "its kind is not supported",
        _ => return None,
    })
}

/// Why a foreign key cannot be built beside another.
fn of_foreign_key(object: &Object, state: &State) -> Option<&'static str> {
    let is_foreign_key = matches!(&object.kind, Kind::Constraint { of_type, .. } if of_type == "f");
    if !is_foreign_key {
        return None;
    }
    let References { table, after, .. } = References::parse(&object.definition)?;
    if state.table(table).is_some_and(|table| table.is_partitioned) {
        return Some(
            "it references a partitioned table, whose new key exists only after the last phase",
        );
    }
    // The new column has no default that the trigger does not change back, so the server would find the old value.
    let sets_default =
        ["ON DELETE SET DEFAULT", "ON UPDATE SET DEFAULT"].iter().any(|it| after.contains(it));
    sets_default.then_some("its action is SET DEFAULT")
}

/// The checks that existing rows violate, so that the server refuses to update them.
fn unfillable(source: Source<'_>, held: &[Held]) -> Vec<Obstacle> {
    let Source { tables, superfluous, .. } = source;
    let mut in_rows: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for held in held.iter().filter(|held| matches!(held.rows, Ok(1_u64..))) {
        in_rows.entry(&held.column).or_default().push(&held.label);
    }
    let violation = |(check, labels): (&Object, &[String])| {
        let holds = |object: &&&Object| {
            let held = in_rows.get(&*object.described);
            held.is_some_and(|held| held.iter().any(|label| labels.contains(label)))
        };
        let column = tables.get(check.relation.as_ref()?)?.objects.iter().find(holds)?;
        let why =
            format!("rows of {} violate it, so the backfill cannot update them", column.described);
        Some(online(&check.described, &why))
    };
    superfluous.not_validated().filter_map(violation).collect()
}

/// Whether a table has another trigger with the name of its own.
fn is_foreign(table: &Table<'_>, trigger: &Trigger) -> bool {
    !trigger.is_there && table.more.is_some_and(|it| it.triggers.contains_key(&trigger.name))
}

/// What an earlier change has left that is not a part of this one.
fn begun(source: Source<'_>, state: &State) -> Vec<Obstacle> {
    let Source { target, tables, .. } = source;
    let mut found = Vec::new();
    if state.new_type.as_ref().is_some_and(|labels| labels.iter().ne(target.labels)) {
        found.push(trouble(&format!("type {}", target.new_sql), Trouble::Begun));
    }
    let new_columns = state
        .tables
        .iter()
        .flat_map(|(sql, table)| table.new_columns.keys().map(move |new| (sql, new)));
    for (sql, new) in new_columns {
        let table = tables.get(sql);
        let column = table.and_then(|table| table.columns.iter().find(|it| it.new == *new));
        // An inherited column comes with that of another table, and the trigger later; one of a partition that has been
        // detached has lost its trigger. Whether its values are right, its check proves.
        let is_of_change = table.zip(column).is_some_and(|(table, column)| {
            column.is_inherited || !table.trigger.as_ref().is_some_and(|it| is_foreign(table, it))
        });
        if !is_of_change {
            let what = format!("column {new} of table {sql}");
            found.push(trouble(&what, Trouble::Begun));
        }
    }
    for table in tables.iter() {
        let foreign = table.trigger.as_ref().filter(|trigger| is_foreign(table, trigger));
        found.extend(foreign.map(|trigger| {
            trouble(&format!("trigger {} on table {}", trigger.name, table.sql), Trouble::Begun)
        }));
    }
    found
}
