//! What a replacement locks, rewrites and removes.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Effects, Fates, Loss, Rewrite};
use crate::dependent::{Dependents, Held, Kind, Object, Size};
use crate::plan::{Dropped, Lock, LockMode, Locked, Notice, TypeName};
use crate::sql::swap::literals::Fate;

/// The effects. All locks are `ACCESS EXCLUSIVE`, the one that `ALTER TABLE` and most kinds of `DROP` take; a weaker one of
/// another statement of the same block makes no difference.
pub(super) fn effects(
    dependents: &Dependents,
    restored: &[&Object],
    fates: &Fates,
    held: &[Held],
    drops: Vec<Dropped>,
) -> Effects {
    let rewrites = rewrites(&dependents.objects, restored);
    let roots = roots(&dependents.objects);
    let mut locked: Vec<String> = rewrites.values().map(locked).collect();
    // Other relations, of which something is dropped and created again.
    let others = restored.iter().filter_map(|object| {
        let relation = object.relation.as_deref()?;
        (!rewrites.contains_key(roots.get(relation).copied().unwrap_or(relation)))
            .then(|| named(relation, &object.relation_kind))
    });
    locked.extend(others);
    locked.sort();
    locked.dedup();
    locked.sort_by_key(|object| !object.starts_with("table "));
    let name = TypeName::new(Some(&dependents.schema), &dependents.name);
    let locked = locked.into_iter().map(Locked::Relation).chain([Locked::Type(name)]);
    let lock = |object| Lock { mode: LockMode::AccessExclusive, object };
    let loss = |label: &String| {
        let replacement = match fates.of(label) {
            Fate::Stays(_) => return None,
            Fate::Replaced(replacement) => Some(replacement),
            Fate::Gone => None,
        };
        let rows = held.iter().filter(|held| held.label == *label && held.rows != Ok(0));
        Some(Loss { label: label.clone(), replacement, rows: rows.cloned().collect() })
    };
    Effects {
        locks: locked.map(lock).collect(),
        lock_timeout: None,
        rewrites: rewrites.into_values().collect(),
        scans: Vec::new(),
        updates: Vec::new(),
        losses: dependents.labels.iter().filter_map(loss).collect(),
        drops,
        clients: [Notice::AnotherType].into(),
    }
}

/// The tables by name, those of partitions as one with their root, and the materialized views that are filled again.
fn rewrites<'a>(objects: &'a [Object], restored: &[&'a Object]) -> BTreeMap<&'a str, Rewrite> {
    let mut sizes: BTreeMap<&str, &Object> = BTreeMap::new();
    for object in objects {
        if let (Kind::Column { .. }, Some(relation)) = (&object.kind, &object.relation) {
            sizes.insert(relation, object);
        }
    }
    for object in restored {
        if let (Kind::View { materialized: true, populated: true, .. }, Some(relation)) =
            (&object.kind, &object.relation)
        {
            sizes.insert(relation, object);
        }
    }
    let mut rewrites: BTreeMap<&str, Rewrite> = BTreeMap::new();
    for (relation, object) in sizes {
        let (root, size) = match &object.kind {
            Kind::Column { root, size, .. } => (root.as_deref(), *size),
            Kind::View { size, .. } => (None, *size),
            _ => continue,
        };
        let name = root.unwrap_or(relation);
        let rewrite = rewrites.entry(name).or_insert_with(|| Rewrite {
            object: named(name, if root.is_some() { "p" } else { &object.relation_kind }),
            partitions: 0,
            size: Size { rows: Some(0), bytes: Some(0) },
        });
        rewrite.partitions += usize::from(object.relation_kind != "p" && root.is_some());
        rewrite.size = rewrite.size + size.unwrap_or(Size { rows: Some(0), bytes: Some(0) });
    }
    rewrites
}

/// The partitioned table that each partition is a part of: the key of its table in [`rewrites`].
fn roots(objects: &[Object]) -> BTreeMap<&str, &str> {
    let columns = objects.iter().filter_map(|column| match &column.kind {
        Kind::Column { root, .. } => Some((column.relation.as_deref()?, root.as_deref()?)),
        _ => None,
    });
    columns.collect()
}

fn locked(rewrite: &Rewrite) -> String {
    let with = if rewrite.partitions > 0 { " with its partitions" } else { "" };
    format!("{}{with}", rewrite.object)
}

/// A relation, as the server describes it, by `pg_class.relkind`.
fn named(relation: &str, kind: &str) -> String {
    let word = match kind {
        "v" => "view",
        "m" => "materialized view",
        "f" => "foreign table",
        "c" => "composite type",
        _ => "table",
    };
    format!("{word} {relation}")
}
