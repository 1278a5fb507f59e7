//! What cannot be replaced while the application runs, found before any statement runs.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::super::swap::trouble;
use super::super::{Obstacle, Trouble};
use super::columns::{Table, Target};
use super::state::{State, fires_in_replication};
use super::switch::{is_built, is_dropped};
use super::{Options, names};
use crate::dependent::{Dependents, Kind, Object};

/// All obstacles.
pub(super) fn obstacles(
    target: &Target<'_>,
    dependents: &Dependents,
    tables: &[Table<'_>],
    state: &State,
    options: Options,
) -> Vec<Obstacle> {
    let dropped: BTreeMap<&str, &str> = dependents
        .objects
        .iter()
        .filter(|object| is_dropped(dependents, object))
        .map(|object| (&*object.key, &*object.described))
        .collect();
    let mut found = Vec::new();
    for object in &dependents.objects {
        found.extend(of_kind(object).map(|why| online(&object.described, why)));
        if is_built(object) {
            let used = object.needs.iter().filter_map(|key| dropped.get(&**key));
            found.extend(used.map(|used| online(&object.described, &format!("it uses {used}"))));
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
            online(&what, &format!("its trigger {later} is fired after that of the change"))
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
        if column.is_identity {
            found.push(online(&what, "the replica identity uses it"));
        }
        if column.grants.iter().any(|grant| grant.by_another) {
            found.push(trouble(&what, Trouble::Grantor));
        }
    }
    found.extend(begun(target, tables, state));
    found
}

fn online(what: &str, why: &str) -> Obstacle {
    trouble(what, Trouble::Online { why: why.to_string() })
}

const TABLESPACE: &str = "its index has a tablespace of its own";

/// Why an object of this kind is not supported.
fn of_kind(object: &Object) -> Option<&'static str> {
    Some(match &object.kind {
        Kind::Column { inherited: true, .. } => "its table inherits it",
        Kind::Column { generated: Some(_), .. } => "its values are generated from the type",
        Kind::Domain { .. } | Kind::DomainConstraint { .. } => "it is a domain",
        Kind::Index { parent: Some(_), .. } => "it is a part of another index",
        Kind::Index { tablespace: Some(_), .. } if is_built(object) => TABLESPACE,
        Kind::Constraint { of_type, .. } if of_type == "f" => "it is a foreign key",
        Kind::Constraint { of_type, .. } if of_type == "x" => "it is an exclusion constraint",
        Kind::Constraint { is_local: false, .. } | Kind::Constraint { inherited: true, .. } => {
            "its table inherits it"
        }
        Kind::Constraint { is_marked: true, .. } => {
            "CLUSTER or the replica identity uses its index"
        }
        Kind::Publication { .. } => "the publication has a list of columns",
        Kind::Attribute { .. } => "it is a part of a composite type",
        Kind::Other => "it is of a kind that is not supported",
        _ => return None,
    })
}

/// What an earlier change has left that is not a part of this one.
fn begun(target: &Target<'_>, tables: &[Table<'_>], state: &State) -> Vec<Obstacle> {
    let mut found = Vec::new();
    if state.new_type.as_ref().is_some_and(|labels| labels.iter().ne(target.labels)) {
        found.push(trouble(&format!("type {}", target.new_sql), Trouble::Begun));
    }
    let is_of_change = |sql: &str, name: &str| {
        let table = tables.iter().find(|table| table.sql == sql && table.is_begun);
        table.is_some_and(|table| table.columns.iter().any(|column| column.new == name))
    };
    let foreign = state.new_columns.iter().filter(|(table, name)| !is_of_change(table, name));
    found.extend(
        foreign.map(|(table, name)| {
            trouble(&format!("column {name} of table {table}"), Trouble::Begun)
        }),
    );
    let foreign = state.triggers.iter().filter(|trigger| {
        let table = tables.iter().find(|table| table.sql == trigger.table);
        table.is_some_and(|table| table.trigger == trigger.name && !table.is_begun)
    });
    found.extend(foreign.map(|trigger| {
        trouble(&format!("trigger {} on table {}", trigger.name, trigger.table), Trouble::Begun)
    }));
    found
}
