//! The indexes that are built beside others.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::columns::{Table, Tables, Target};
use super::state::{Index, Key};
use super::{Kind, Phase, Work};
use crate::dependent::Object;
use crate::sql::online::names;

/// An index that is built beside another. Names are SQL.
pub(super) struct NewIndex<'a> {
    /// What it replaces: an index, or the constraint of one.
    pub(super) old: &'a Object,
    /// The index of that constraint.
    pub(super) key: Option<&'a Key>,
    pub(super) name: String,
    /// Its name with its schema.
    pub(super) full_name: String,
    /// The old index with its schema.
    old_full_name: String,
    /// The old index of a partitioned table that the old one is a part of.
    parent: Option<&'a str>,
    /// The statement that builds it.
    create: String,
}

impl<'a> Table<'a> {
    /// The indexes to build. That of a constraint of a partitioned table is none: the server makes it of those of the
    /// partitions when the constraint is added.
    pub(super) fn indexes(&self, target: &Target<'_>) -> Vec<NewIndex<'a>> {
        self.objects.iter().filter_map(|object| self.index(object, target)).collect()
    }

    fn index(&self, old: &'a Object, target: &Target<'_>) -> Option<NewIndex<'a>> {
        let (schema, definition, key, parent) = match &old.kind {
            Kind::Index { full_name, parent, .. } => {
                let schema = full_name.strip_suffix(&format!(".{}", old.name))?;
                (schema, &old.definition, None, parent.as_deref())
            }
            Kind::Constraint { .. } if is_key(old) && !self.is_partitioned => {
                let key = self.more?.keys.get(&old.name)?;
                (&*key.schema, &key.definition, Some(key), None)
            }
            _ => return None,
        };
        let default = format!("{schema}.{}", names::new_sql(&old.name));
        // The server has chosen another name for the index of a partition that is younger than the new index above it.
        let full_name = parent.and_then(|parent| {
            let parent = new_full_name(parent)?;
            let is_it = |(_, index): &(&String, &Index)| index.parent.as_ref() == Some(&parent);
            self.more?.indexes.iter().find(is_it).map(|(full_name, _)| full_name.clone())
        });
        let full_name = full_name.unwrap_or(default);
        let new = full_name.strip_prefix(&format!("{schema}."))?.to_owned();
        let (create, rest) =
            ["CREATE INDEX ", "CREATE UNIQUE INDEX "].iter().find_map(|create| {
                let rest = definition.strip_prefix(create)?.strip_prefix(&*old.name)?;
                Some((create, rest))
            })?;
        let rest = self.renamed(target, rest);
        // The definition of one of a partitioned table says `ONLY`.
        let how = if self.is_partitioned { "" } else { "CONCURRENTLY " };
        Some(NewIndex {
            old,
            key,
            full_name,
            old_full_name: format!("{schema}.{}", old.name),
            parent,
            create: format!("{create}{how}{new}{rest};\n"),
            name: new,
        })
    }
}

/// The index that replaces one with this name, both with their schema.
fn new_full_name(old: &str) -> Option<String> {
    let at = if old.ends_with('"') {
        let (quotes, _) = old.rmatch_indices(".\"").next()?;
        quotes
    } else {
        old.rfind('.')?
    };
    let (schema, name) = old.split_at(at);
    Some(format!("{schema}.{}", names::new_sql(&name[1..])))
}

/// Whether it is a primary key or a unique constraint.
pub(super) fn is_key(object: &Object) -> bool {
    matches!(&object.kind, Kind::Constraint { of_type, .. } if of_type == "p" || of_type == "u")
}

/// The phases that build the indexes of tables, those of partitions before those that they become parts of.
pub(super) fn phases(target: &Target<'_>, tables: &Tables<'_>) -> Vec<Phase> {
    let mut phases = Vec::new();
    let indexes: Vec<_> = tables.iter().map(|table| (table, table.indexes(target))).collect();
    let mut parts: BTreeMap<&str, Vec<&NewIndex<'_>>> = BTreeMap::new();
    for part in indexes.iter().flat_map(|(_, of_table)| of_table) {
        if let Some(parent) = part.parent {
            parts.entry(parent).or_default().push(part);
        }
    }
    for (table, of_table) in &indexes {
        for index in of_table {
            let found = table.more.and_then(|table| table.indexes.get(&index.full_name));
            let is_there = match found {
                Some(Index { is_valid: true, .. }) => continue,
                Some(_) => true,
                None => false,
            };
            let what = if index.key.is_some() { "the index of " } else { "" };
            let title = format!("build {what}{}", index.old.described);
            let work = if table.is_partitioned {
                // It becomes complete when all of its parts are attached.
                let create = if is_there { "" } else { &*index.create };
                let parts = parts.get(&*index.old_full_name).into_iter().flatten();
                let attach = |part: &&NewIndex<'_>| {
                    format!(
                        "ALTER INDEX {} ATTACH PARTITION {};\n",
                        index.full_name, part.full_name
                    )
                };
                let attached: String = parts.map(attach).collect();
                Work::Transaction(format!("{create}{attached}"))
            } else {
                let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {};\n", index.full_name);
                let again = is_there.then(|| drop.clone());
                let statements = again.into_iter().chain([index.create.clone()]).collect();
                Work::Alone { statements, undo: [drop].into() }
            };
            phases.push(Phase { title, work });
        }
    }
    phases
}

#[cfg(test)]
mod tests {
    use super::new_full_name;

    #[test]
    fn names_with_a_schema() {
        for (old, new) in [
            ("app.i", "app.i_pg_enum_new"),
            ("app.\"I i\"", "app.\"I i_pg_enum_new\""),
            ("\"a.b\".i", "\"a.b\".i_pg_enum_new"),
            ("\"A\".\"i.j\"", "\"A\".\"i.j_pg_enum_new\""),
        ] {
            assert_eq!(new_full_name(old).as_deref(), Some(new));
        }
        assert_eq!(new_full_name("i"), None);
    }
}
