//! What an object of the database is known by.

use std::collections::HashSet;
use std::sync::Arc;

use super::sort;

/// Schema and name.
pub(crate) type Key = (Arc<str>, Arc<str>);

/// The keys of a set, by schema and name.
pub(crate) fn in_order(keys: HashSet<Key>) -> Vec<Key> {
    let mut keys: Vec<_> = keys.into_iter().collect();
    sort(&mut keys, &mut Key::cmp);
    keys
}
