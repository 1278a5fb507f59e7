//! The tables and columns that are replaced, and what is built beside them.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::swap::Fates;
use super::state::{self, State};
use super::{Fill, Kind};
use crate::dependent::{Dependents, Holds, Object};
use crate::sql::online::mapping::Mapping;
use crate::sql::online::{self, names, renamed::renamed};
use crate::sql::swap::literals::{Fate, rewrite};
use crate::sql::{Name, qualified, unquoted};
use crate::{Definition, Ident};

/// The type and what becomes of it.
pub(super) struct Target<'a> {
    /// The type, as SQL.
    pub(super) sql: &'a str,
    pub(super) name: &'a str,
    /// The name of the new type until the switch.
    pub(super) new_name: String,
    /// That name with its schema, as SQL.
    pub(super) new_sql: String,
    /// The labels of the new type.
    pub(super) labels: &'a [&'a str],
    pub(super) fates: Fates,
    pub(super) mapping: Mapping,
}

impl<'a> Target<'a> {
    pub(super) fn new(dependents: &'a Dependents, definition: Definition<'a>) -> Self {
        let new_name = names::new_name(&dependents.name);
        let name = Name { schema: Some(&dependents.schema), name: &new_name };
        let new_sql = qualified(name, Ident).to_string();
        let fates = Fates::new(&dependents.labels, definition);
        let mut mapping = Mapping::default();
        for (label, fate) in fates.all() {
            match fate {
                Fate::Stays(to) if to == label => {}
                Fate::Stays(to) => mapping.changed.push((label.clone(), Some(to.clone()))),
                Fate::Replaced(to) => mapping.changed.push((label.clone(), to.clone())),
                Fate::Gone => mapping.gone.push(label.clone()),
            }
        }
        Self {
            sql: &dependents.target.name,
            name: &dependents.name,
            new_name,
            new_sql,
            labels: definition.labels,
            fates,
            mapping,
        }
    }

    /// A definition in which each label has its new name.
    pub(super) fn rewritten(&self, sql: &str) -> String {
        rewrite(sql, self.sql, |label| self.fates.of(label)).sql
    }
}

/// A column that is replaced. Names are SQL.
pub(super) struct Column<'a> {
    pub(super) old: &'a str,
    pub(super) new: String,
    pub(super) holds: Holds,
    pub(super) not_null: bool,
    storage: Option<&'a str>,
    compression: Option<&'a str>,
    /// What else it has; `None` if it has been dropped between the two queries.
    pub(super) more: Option<&'a state::Column>,
}

/// A table with such columns.
pub(super) struct Table<'a> {
    /// Its name, as SQL.
    pub(super) sql: &'a str,
    pub(super) columns: Vec<Column<'a>>,
    /// The trigger and its function, as SQL.
    pub(super) trigger: String,
    pub(super) function: String,
    /// The body of the function.
    pub(super) body: String,
    /// Whether it has its new columns and its trigger.
    pub(super) is_begun: bool,
}

/// An index that is built beside another. Names are SQL.
pub(super) struct NewIndex<'a> {
    /// What it replaces: an index, or the constraint of one.
    pub(super) old: &'a Object,
    /// The index of that constraint.
    pub(super) key: Option<&'a state::Key>,
    pub(super) name: String,
    /// Its name with its schema.
    pub(super) full_name: String,
    /// The statement that builds it.
    pub(super) create: String,
}

/// A check that is built beside another, or for the change. Its name is SQL.
pub(super) struct NewConstraint<'a> {
    pub(super) name: String,
    pub(super) definition: String,
    pub(super) validated: bool,
    /// What it replaces.
    pub(super) old: Option<&'a Object>,
}

/// The tables with columns of the type, by name.
pub(super) fn tables<'a>(
    target: &Target<'a>,
    dependents: &'a Dependents,
    state: &'a State,
) -> Vec<Table<'a>> {
    let mut all: BTreeMap<&str, Vec<Column<'_>>> = BTreeMap::new();
    for object in &dependents.objects {
        let (Kind::Column { holds, not_null, storage, compression, .. }, Some(table)) =
            (&object.kind, &object.relation)
        else {
            continue;
        };
        let more = state.columns.iter().find(|it| it.table == *table && it.name == object.name);
        all.entry(table).or_default().push(Column {
            old: &object.name,
            new: names::new_sql(&object.name),
            holds: *holds,
            not_null: *not_null,
            storage: storage.as_deref(),
            compression: compression.as_deref(),
            more,
        });
    }
    let table = |(sql, columns): (&'a str, Vec<Column<'a>>)| {
        let (schema, name) = match state.table(sql) {
            Some(table) => (&*table.schema, &*table.name),
            None => ("", ""),
        };
        let function = names::new_name(&format!("{name}_{}", target.name));
        let values: Vec<_> = columns
            .iter()
            .map(|column| {
                let old = format!("NEW.{}", column.old);
                (&*column.new, target.mapping.value(&old, column.holds))
            })
            .collect();
        let body = online::body(&values);
        let trigger = Ident(&names::trigger(target.name)).to_string();
        let function = qualified(Name { schema: Some(schema), name: &function }, Ident).to_string();
        let has_trigger = state.triggers.iter().any(|found| {
            found.table == sql
                && found.name == trigger
                && found.body == body
                && found.function == function
        });
        let has_columns = columns.iter().all(|column| {
            state.new_columns.iter().any(|(table, name)| table == sql && *name == column.new)
        });
        let is_begun = has_trigger && has_columns;
        Table { sql, columns, trigger, function, body, is_begun }
    };
    all.into_iter().map(table).collect()
}

impl Table<'_> {
    /// The statements that add the new columns and the trigger.
    pub(super) fn begin(&self, target: &Target<'_>) -> String {
        let table = self.sql;
        let mut sql = online::function(&self.function, &self.body);
        let columns: Vec<_> = self
            .columns
            .iter()
            .map(|column| {
                let array = if column.holds == Holds::Array { "[]" } else { "" };
                format!("ADD COLUMN {} {}{array}", column.new, target.new_sql)
            })
            .collect();
        sql.extend([format!("ALTER TABLE {table}\n  {};\n", columns.join(",\n  "))]);
        for column in &self.columns {
            let change = format!("ALTER TABLE {table} ALTER COLUMN {}", column.new);
            if let Some(storage) = column.storage {
                sql.extend([format!("{change} SET STORAGE {storage};\n")]);
            }
            if let Some(compression) = column.compression {
                sql.extend([format!("{change} SET COMPRESSION {compression};\n")]);
            }
            let Some(more) = column.more else { continue };
            if let Some(number) = &more.target {
                sql.extend([format!("{change} SET STATISTICS {number};\n")]);
            }
            if let Some(options) = &more.options {
                sql.extend([format!("{change} SET ({options});\n")]);
            }
        }
        sql + &online::trigger(&self.trigger, table, &self.function)
    }

    pub(super) fn fill(&self, target: &Target<'_>) -> Fill {
        let unfilled: Vec<_> = self
            .columns
            .iter()
            .map(|column| target.mapping.is_unfilled(column.old, &column.new, column.holds))
            .collect();
        Fill {
            table: self.sql.to_owned(),
            columns: self.columns.iter().map(|column| column.new.clone()).collect(),
            unfilled: unfilled.join(" OR "),
        }
    }

    /// Whether all rows are known to be filled.
    pub(super) fn is_filled(&self, state: &State) -> bool {
        self.columns
            .iter()
            .all(|column| state.constraint(self.sql, &complete(column)) == Some(true))
    }

    /// The indexes to build.
    pub(super) fn indexes<'a>(
        &self,
        target: &Target<'_>,
        dependents: &'a Dependents,
        state: &'a State,
    ) -> Vec<NewIndex<'a>> {
        let on_it =
            dependents.objects.iter().filter(|object| object.relation.as_deref() == Some(self.sql));
        let index = |old: &'a Object| {
            let (schema, definition, key) = match &old.kind {
                Kind::Index { full_name, .. } => {
                    (full_name.strip_suffix(&format!(".{}", old.name))?, &old.definition, None)
                }
                Kind::Constraint { of_type, .. } if of_type == "p" || of_type == "u" => {
                    let is_it = |key: &&state::Key| key.table == self.sql && key.name == old.name;
                    let key = state.keys.iter().find(is_it)?;
                    (&*key.schema, &key.definition, Some(key))
                }
                _ => return None,
            };
            let new = names::new_sql(&old.name);
            let (create, rest) =
                ["CREATE INDEX ", "CREATE UNIQUE INDEX "].iter().find_map(|create| {
                    let rest = definition.strip_prefix(create)?.strip_prefix(&*old.name)?;
                    Some((create, rest))
                })?;
            let rest = self.renamed(target, rest);
            let create = format!("{create}CONCURRENTLY {new}{rest};\n");
            Some(NewIndex { old, key, full_name: format!("{schema}.{new}"), name: new, create })
        };
        on_it.filter_map(index).collect()
    }

    /// The checks to build. The first ones prove that the new columns are right.
    pub(super) fn constraints<'a>(
        &self,
        target: &Target<'_>,
        dependents: &'a Dependents,
    ) -> Vec<NewConstraint<'a>> {
        let mut constraints = Vec::new();
        for column in &self.columns {
            let (old, new, holds) = (column.old, &*column.new, column.holds);
            let right = target.mapping.is_right(old, new, &target.new_sql, holds);
            constraints.push(NewConstraint {
                name: complete(column),
                definition: format!("CHECK ({right})"),
                validated: true,
                old: None,
            });
            if column.not_null {
                constraints.push(NewConstraint {
                    name: not_null(column),
                    definition: format!("CHECK ({new} IS NOT NULL)"),
                    validated: true,
                    old: None,
                });
            }
        }
        let on_it =
            dependents.objects.iter().filter(|object| object.relation.as_deref() == Some(self.sql));
        constraints.extend(on_it.filter_map(|object| {
            let is_check =
                matches!(&object.kind, Kind::Constraint { of_type, .. } if of_type == "c");
            let definition = object.definition.strip_suffix(" NOT VALID");
            is_check.then(|| NewConstraint {
                name: names::new_sql(&object.name),
                definition: self.renamed(target, definition.unwrap_or(&object.definition)),
                validated: definition.is_none(),
                old: Some(object),
            })
        }));
        constraints
    }

    /// A definition for the new columns and the new type.
    fn renamed(&self, target: &Target<'_>, sql: &str) -> String {
        let columns: Vec<_> =
            self.columns.iter().map(|column| (column.old, column.new.clone())).collect();
        renamed(&target.rewritten(sql), &columns, target.sql, &target.new_sql)
    }
}

/// The check that proves that the new column is right.
pub(super) fn complete(column: &Column<'_>) -> String {
    Ident(&names::constraint(&unquoted(column.old), "complete")).to_string()
}

/// The check that lets the server make the new column `NOT NULL` without reading the table.
pub(super) fn not_null(column: &Column<'_>) -> String {
    Ident(&names::constraint(&unquoted(column.old), "not_null")).to_string()
}
