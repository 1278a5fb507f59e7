//! What cannot be replaced while the application runs, found before any statement runs.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::swap::trouble;
use super::super::{Obstacle, Trouble};
use super::constraints::Source;
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
    let Source { target, dependents, superfluous, .. } = source;
    let dropped: BTreeMap<&str, &str> = dependents
        .objects
        .iter()
        .filter(|object| is_dropped(dependents, object))
        .map(|object| (&*object.key, &*object.described))
        .collect();
    let mut found = Vec::new();
    for object in &dependents.objects {
        found.extend(of_kind(object).map(|why| online(&object.described, why)));
        found.extend(of_foreign_key(object, state).map(|why| online(&object.described, why)));
        if is_built(object) && !superfluous.has(object) {
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
    let in_tablespace = state.keys.iter().filter(|key| {
        let is_it = |object: &&Object| {
            let is_key = matches!(object.kind, Kind::Constraint { .. });
            is_key && object.relation.as_ref() == Some(&key.table) && object.name == key.name
        };
        key.has_tablespace && dependents.objects.iter().any(|object| is_it(&object))
    });
    found.extend(
        in_tablespace.map(|key| {
            online(&format!("constraint {} on table {}", key.name, key.table), TABLESPACE)
        }),
    );
    let trigger = names::trigger(target.name);
    for table in &state.tables {
        let what = format!("table {}", table.sql);
        if !table.refused.is_empty() {
            found.push(online(&what, &table.refused));
        }
        let later = table.changing.iter().filter(|it| **it > trigger && !names::is_new(it));
        found.extend(later.map(|later| {
            online(&what, &format!("its trigger {later} changes rows and fires after the trigger of the change, because its name is greater"))
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
    }
    for column in &state.columns {
        let what = format!("column {} of table {}", column.name, column.table);
        if column.grants.iter().any(|grant| grant.by_another) {
            found.push(trouble(&what, Trouble::Grantor));
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
    let Source { dependents, superfluous, .. } = source;
    let violation = |(check, labels): (&Object, &[String])| {
        let holds = |object: &&Object| {
            let is_it =
                |it: &&Held| it.column == object.described && matches!(it.rows, Ok(1_u64..));
            object.relation == check.relation
                && held.iter().filter(is_it).any(|it| labels.contains(&it.label))
        };
        let column = dependents.objects.iter().find(holds)?;
        let why =
            format!("rows of {} violate it, so the backfill cannot update them", column.described);
        Some(online(&check.described, &why))
    };
    superfluous.not_validated().filter_map(violation).collect()
}

/// What an earlier change has left that is not a part of this one.
fn begun(source: Source<'_>, state: &State) -> Vec<Obstacle> {
    let Source { target, tables, .. } = source;
    let mut found = Vec::new();
    if state.new_type.as_ref().is_some_and(|labels| labels.iter().ne(target.labels)) {
        found.push(trouble(&format!("type {}", target.new_sql), Trouble::Begun));
    }
    for new in &state.new_columns {
        let table = tables.iter().find(|table| table.sql == new.table);
        let column = table.and_then(|table| table.columns.iter().find(|it| it.new == new.name));
        // An inherited column comes with that of another table, and the trigger later.
        let is_of_change = table.zip(column).is_some_and(|(table, column)| {
            column.is_inherited || table.trigger.as_ref().is_none_or(|trigger| trigger.is_there)
        });
        if !is_of_change {
            let what = format!("column {} of table {}", new.name, new.table);
            found.push(trouble(&what, Trouble::Begun));
        }
    }
    let foreign = state.triggers.iter().filter(|trigger| {
        let table = tables.iter().find(|table| table.sql == trigger.table);
        let of_table = table.and_then(|table| table.trigger.as_ref());
        of_table.is_some_and(|it| it.name == trigger.name && !it.is_there)
    });
    found.extend(foreign.map(|trigger| {
        trouble(&format!("trigger {} on table {}", trigger.name, trigger.table), Trouble::Begun)
    }));
    found
}
