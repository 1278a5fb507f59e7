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
    sorted.sort_by(|a, b| {
        let key = |object: &Object| (rank(object), number(object));
        key(a).cmp(&key(b)).then_with(|| a.described.cmp(&b.described))
    });
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
    // How many objects each one still waits for, and which ones wait for it.
    let mut missing: Vec<usize> = Vec::new();
    let mut needed_by: Vec<Vec<usize>> = alloc::vec![Vec::new(); sorted.len()];
    for (index, object) in sorted.iter().enumerate() {
        let needs = needs(object);
        missing.push(needs.len());
        for needed in needs {
            needed_by[needed].push(index);
        }
    }
    let mut ready: BTreeSet<usize> =
        (0..sorted.len()).filter(|&index| missing[index] == 0).collect();
    let mut order = Vec::new();
    while let Some(index) = ready.pop_first() {
        order.push(sorted[index]);
        for &waiting in &needed_by[index] {
            missing[waiting] -= 1;
            if missing[waiting] == 0 {
                ready.insert(waiting);
            }
        }
    }
    if let Some(circular) = missing.iter().position(|&missing| missing > 0) {
        return Err(trouble(&sorted[circular].described, Trouble::Circular));
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
