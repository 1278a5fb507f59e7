//! The checks and foreign keys that are built beside others, and those that prove that the new columns are right.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::columns::{Column, Table, Tables, Target, complete};
use super::state::State;
use super::{Kind, Superfluous};
use crate::Ident;
use crate::dependent::{Dependents, Object};
use crate::sql::online::{
    names,
    renamed::{References, renamed},
};
use crate::sql::unquoted;

/// A constraint that is built beside another, or for the change. Its name is SQL.
pub(super) struct NewConstraint<'a> {
    pub(super) name: String,
    pub(super) definition: String,
    /// Whether it holds for all rows in the end.
    pub(super) validated: bool,
    pub(super) is_foreign_key: bool,
    /// Whether tables that inherit from its table have it, too.
    pub(super) is_inherited: bool,
    /// What it replaces.
    pub(super) old: Option<&'a Object>,
}

/// What the constraints of tables are made of.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) target: &'a Target<'a>,
    pub(super) dependents: &'a Dependents,
    pub(super) tables: &'a Tables<'a>,
    /// The checks that are not built again.
    pub(super) superfluous: &'a Superfluous<'a>,
}

impl<'a> Source<'a> {
    /// The constraints of a table that tables above it do not have. The first ones prove that the new columns are right.
    pub(super) fn constraints(self, table: &Table<'a>) -> Vec<NewConstraint<'a>> {
        let check = |name, condition: String| NewConstraint {
            name,
            definition: format!("CHECK ({condition})"),
            validated: true,
            is_foreign_key: false,
            is_inherited: true,
            old: None,
        };
        let mut constraints = Vec::new();
        for column in &table.columns {
            let (old, new, holds) = (column.old, &*column.new, column.holds);
            if !column.is_inherited {
                let Target { mapping, new_sql, .. } = self.target;
                let right = mapping.is_right(old, new, new_sql, holds);
                constraints.push(check(complete(column), right));
            }
            if column.sets_not_null {
                constraints.push(check(not_null(column), format!("{new} IS NOT NULL")));
            }
        }
        constraints.extend(table.objects.iter().filter_map(|object| self.beside(table, object)));
        constraints
    }

    /// The constraint that is built beside this one; `None` if none is.
    fn beside(self, table: &Table<'a>, object: &'a Object) -> Option<NewConstraint<'a>> {
        let Kind::Constraint { of_type, is_local, of_parent, .. } = &object.kind else {
            return None;
        };
        let is_foreign_key = match &**of_type {
            "c" if *is_local && !self.superfluous.has(object) => false,
            // The parts of one in partitions are built by themselves, and become parts when it is built.
            "f" if !of_parent || !table.parents.is_empty() => true,
            _ => return None,
        };
        let definition = object.definition.strip_suffix(" NOT VALID");
        let validated = definition.is_none() && !object.definition.ends_with(" NOT ENFORCED");
        let definition = definition.unwrap_or(&object.definition);
        let enforced = definition.strip_suffix(" NOT ENFORCED").unwrap_or(definition);
        let is_inherited = !is_foreign_key && !enforced.ends_with(" NO INHERIT");
        let definition = if is_foreign_key {
            self.foreign_key(table, definition)?
        } else {
            table.renamed(self.target, definition)
        };
        let name = names::new_sql(&object.name);
        let old = Some(object);
        Some(NewConstraint { name, definition, validated, is_foreign_key, is_inherited, old })
    }

    /// The definition of a foreign key for the new columns of both tables.
    fn foreign_key(self, table: &Table<'_>, definition: &str) -> Option<String> {
        let References { before, table: referenced, columns, after } =
            References::parse(definition)?;
        let columns = match self.tables.get(referenced) {
            Some(other) => other.renamed(self.target, columns),
            None => columns.to_owned(),
        };
        let [before, after] = [before, after].map(|part| table.renamed(self.target, part));
        Some(format!("{before}{referenced}{columns}{after}"))
    }

    /// The constraints of a table to validate: its own, and those that it inherits.
    pub(super) fn to_validate(self, table: &Table<'a>, state: &State) -> Vec<ToValidate<'a>> {
        let mut found: Vec<ToValidate<'_>> = Vec::new();
        // Its own come first.
        for owner in self.tables.with_parents(table) {
            let is_own = owner.sql == table.sql;
            for new in self.constraints(owner) {
                let applies = is_own || new.is_inherited;
                let is_done = state.constraint(table.sql, &new.name) == Some(true);
                let is_known = found.iter().any(|known| known.name == new.name);
                // That of a partitioned table is validated part by part.
                let is_whole = new.is_foreign_key && table.is_partitioned;
                if new.validated && applies && !is_done && !is_known && !is_whole {
                    found.push(ToValidate { name: new.name, owner: owner.sql });
                }
            }
        }
        found
    }
}

/// A constraint to validate in a table.
pub(super) struct ToValidate<'a> {
    /// Its name, as SQL.
    pub(super) name: String,
    /// The table that it is inherited from, or the table itself.
    pub(super) owner: &'a str,
}

impl Table<'_> {
    /// A definition for the new columns and the new type.
    pub(super) fn renamed(&self, target: &Target<'_>, sql: &str) -> String {
        let columns: Vec<_> =
            self.columns.iter().map(|column| (column.old, column.new.clone())).collect();
        renamed(&target.rewritten(sql), &columns, target.sql, &target.new_sql)
    }
}

/// The check that lets the server make the new column `NOT NULL` without reading the table.
pub(super) fn not_null(column: &Column<'_>) -> String {
    Ident(&names::constraint(&unquoted(column.old), "not_null")).to_string()
}
