//! The order in which objects are created again.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::{Obstacle, Trouble, trouble};
use crate::dependent::{Kind, Object};

/// The objects, each after those that it needs; the reverse is the order in which they are dropped.
///
/// # Errors
///
/// Views can need one another, because `CREATE OR REPLACE VIEW` allows it.
pub(in crate::plan) fn in_order(objects: Vec<&Object>) -> Result<Vec<&Object>, Obstacle> {
    // Columns and the object itself have one key.
    let mut by_key: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let mut sorted = objects;
    sorted.sort_by_key(|object| (rank(object), number(object), object.described.clone()));
    for (index, object) in sorted.iter().enumerate() {
        by_key.entry(&object.key).or_default().insert(index);
    }
    let needs = |object: &Object| -> BTreeSet<usize> {
        // What a view's column has, needs the view.
        let own = matches!(object.kind, Kind::ViewColumn { .. }).then_some(&object.key);
        let keys: Vec<&String> = object.needs.iter().chain(own).collect();
        let of_key = keys.into_iter().filter_map(|key| by_key.get(&**key)).flatten().copied();
        let whole = of_key.filter(|&index| !matches!(sorted[index].kind, Kind::ViewColumn { .. }));
        // The columns of a table are added in their order.
        let of_table = by_key.get(&*object.key).into_iter().flatten().copied();
        let before = of_table.filter(|&index| number(sorted[index]) < number(object));
        whole.chain(before).collect()
    };
    let mut waiting: Vec<(usize, BTreeSet<usize>)> =
        sorted.iter().map(|object| needs(object)).enumerate().collect();
    let mut done = BTreeSet::new();
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|(_, needs)| needs.is_subset(&done));
        let Some(ready) = ready else {
            return Err(trouble(&sorted[waiting[0].0].described, Trouble::Circular));
        };
        let (index, _) = waiting.remove(ready);
        done.insert(index);
        order.push(sorted[index]);
    }
    Ok(order)
}

/// The kinds, in the order in which they are created as far as nothing else decides.
fn rank(object: &Object) -> u8 {
    match &object.kind {
        Kind::Domain { .. } | Kind::DomainConstraint { .. } | Kind::Function { .. } => 0,
        Kind::Column { .. } => 1,
        // A child's own constraint is merged with the one that it inherits if it is there first.
        Kind::Constraint { of_type, inherited: true, .. } if of_type != "f" => 2,
        Kind::Constraint { of_type, .. } if of_type != "f" => 3,
        // That of a partitioned table is there before those of its partitions are attached.
        Kind::Index { parent: None, .. } => 4,
        Kind::Index { .. } => 5,
        Kind::Constraint { .. } => 6,
        Kind::Statistics { .. } => 7,
        Kind::View { .. } | Kind::Statements { .. } => 8,
        Kind::ViewColumn { .. } => 9,
        Kind::Default => 10,
        Kind::Rule { .. } => 11,
        Kind::Trigger { .. } => 12,
        _ => 13,
    }
}

/// The number of a column, or of what is created by statements; 0 for anything else.
fn number(object: &Object) -> i32 {
    match object.kind {
        Kind::Column { number, .. } | Kind::Statements { number, .. } => number,
        _ => 0,
    }
}
