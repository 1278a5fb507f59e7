//! Plans of the same migration, which change types that others depend on as well.

use std::collections::{BTreeSet, HashMap};

use pg_enum_core::dependents::Dependents;
use pg_enum_core::plan::{Obstacle, Reason, Trouble, Unplannable};
use pg_enum_core::{Definition, Place};

use crate::enums::Derived;
use crate::text;

/// A type that an earlier plan of the same migration changes: what depends on it is planned as it is afterwards.
pub(crate) struct Earlier<'a> {
    pub(crate) derived: &'a Derived,
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) labels: Vec<String>,
}

/// All of them, in order.
#[derive(Default)]
pub(crate) struct EarlierPlans<'a> {
    all: Vec<Earlier<'a>>,
    /// The types that an object depends on, by its key. What depends on another type contains this one only if it depends on
    /// both.
    by_object: HashMap<String, Vec<usize>>,
    /// The types of which it is not known what depends on them.
    unknown: Vec<usize>,
}

impl<'a> EarlierPlans<'a> {
    /// Adds a type, with the keys of the objects that depend on it; `None` if they are not known.
    pub(crate) fn add(&mut self, earlier: Earlier<'a>, objects: Option<BTreeSet<String>>) {
        let index = self.all.len();
        self.all.push(earlier);
        match objects {
            Some(keys) => {
                for key in keys {
                    self.by_object.entry(key).or_default().push(index);
                }
            }
            None => self.unknown.push(index),
        }
    }

    /// The types, in order.
    pub(crate) fn all(&self) -> &[Earlier<'a>] {
        &self.all
    }

    /// Changes what depends on a type to what does after these plans.
    pub(crate) fn go_on(
        &self,
        dependents: &mut Dependents,
        definition: Definition<'_>,
    ) -> Result<(), Unplannable> {
        let keys = dependents.objects.iter().filter_map(|object| self.by_object.get(&object.key));
        let shared: BTreeSet<usize> = keys.flatten().chain(&self.unknown).copied().collect();
        for Earlier { derived, schema, name, labels } in shared.iter().map(|&it| &self.all[it]) {
            let done = derived.definition(|other| dependents.after((schema, name), labels, other));
            done.map_err(|found| {
                let other = text::type_name(schema, name);
                let obstacle = |what| Obstacle {
                    place: Place::Name,
                    reason: Reason::Dependent {
                        what,
                        trouble: Trouble::RenamedToo { type_name: other.clone() },
                    },
                };
                let obstacles = found.into_iter().map(obstacle).collect();
                Unplannable { type_name: definition.name_sql().to_string(), obstacles }
            })?;
        }
        Ok(())
    }
}
