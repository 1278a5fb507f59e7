//! The transaction that puts the new columns in the place of the old ones.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::Obstacle;
use super::super::swap::{dropped_views, is_restored, order};
use super::columns::{Column, NewIndex, Table, Target, complete, not_null};
use super::comment;
use super::state::{Key, State};
use crate::Ident;
use crate::dependent::{Dependents, Kind, Object};
use crate::sql::swap::restore;
use crate::sql::{DollarTag, online};

/// Whether a new object is built before the switch, beside this one: an index or a constraint of a table.
pub(super) fn is_built(object: &Object) -> bool {
    let is_on_table = !matches!(&*object.relation_kind, "v" | "m");
    match &object.kind {
        Kind::Index { .. } => is_on_table,
        Kind::Constraint { of_type, .. } => matches!(&**of_type, "c" | "p" | "u"),
        _ => false,
    }
}

/// Whether an object is dropped and created again in the switch.
pub(super) fn is_dropped(dependents: &Dependents, object: &Object) -> bool {
    !is_built(object) && is_restored(object, &dropped_views(dependents))
}

/// What is dropped and created again in the switch, in the order in which it is created.
pub(super) fn restored(dependents: &Dependents) -> Result<Vec<&Object>, Obstacle> {
    let dropped = dependents.objects.iter().filter(|object| is_dropped(dependents, object));
    order::in_order(dropped.collect())
}

/// The statements. The transaction holds a lock of the tables that keeps other changes of them away.
pub(super) fn switch(
    target: &Target<'_>,
    dependents: &Dependents,
    state: &State,
    tables: &[Table<'_>],
    restored: &[&Object],
) -> String {
    let mut sql = String::new();
    let locked: Vec<&str> = tables.iter().map(|table| table.sql).collect();
    if !locked.is_empty() {
        sql += &online::lock_tables(&locked, "ACCESS EXCLUSIVE");
    }
    let defaults = defaults(target, dependents, tables);
    for (table, column, default) in &defaults {
        if default.is_on_other {
            sql.extend([format!("ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT;\n")]);
        }
    }
    let views = dropped_views(dependents);
    for object in restored.iter().rev() {
        let of_view = object.relation.as_deref().is_some_and(|relation| views.contains(relation));
        if !of_view || matches!(object.kind, Kind::View { .. }) {
            sql.extend(restore::drop(object).map(|drop| drop + "\n"));
        }
    }
    for table in tables {
        sql.extend([format!("DROP TRIGGER {} ON {};\n", table.trigger, table.sql)]);
        sql.extend([format!("DROP FUNCTION {}();\n", table.function)]);
        let columns = table.columns.iter();
        let drops: Vec<_> = columns
            .flat_map(|column| {
                [
                    format!("DROP CONSTRAINT {}", complete(column)),
                    format!("DROP COLUMN {}", column.old),
                ]
            })
            .collect();
        sql.extend([format!("ALTER TABLE {}\n  {};\n", table.sql, drops.join(",\n  "))]);
    }
    sql.extend([format!("DROP TYPE {};\n", target.sql)]);
    sql.extend([format!("ALTER TYPE {} RENAME TO {};\n", target.new_sql, Ident(target.name))]);
    for table in tables {
        sql += &renamed(table, target, dependents, state);
    }
    let new = |text: &str| target.rewritten(text);
    for statement in restored.iter().flat_map(|object| restore::restore(object, new)) {
        sql += &outside_block(statement);
        sql += "\n";
    }
    for (table, column, default) in &defaults {
        let text = &default.text;
        sql.extend([format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {text};\n")]);
    }
    for statement in restore::restore(&dependents.target, new) {
        sql += &statement;
        sql += "\n";
    }
    sql
}

/// A statement for a block of PL/pgSQL, outside one.
fn outside_block(statement: String) -> String {
    if !statement.starts_with("EXECUTE ") {
        return statement;
    }
    let tag = DollarTag::for_texts([&*statement]);
    format!("DO {tag} BEGIN {statement} END {tag};")
}

/// The statements that give the new columns of a table, its indexes and its constraints the names of the old ones.
fn renamed(
    table: &Table<'_>,
    target: &Target<'_>,
    dependents: &Dependents,
    state: &State,
) -> String {
    let mut sql = String::new();
    let alter = format!("ALTER TABLE {}", table.sql);
    for column in &table.columns {
        sql.extend([format!("{alter} RENAME COLUMN {} TO {};\n", column.new, column.old)]);
    }
    for column in table.columns.iter().filter(|column| column.not_null) {
        sql.extend([format!("{alter} {};\n", set_not_null(table, column, dependents))]);
        sql.extend([format!("{alter} DROP CONSTRAINT {};\n", not_null(column))]);
    }
    for new in table.constraints(target, dependents) {
        let Some(old) = new.old else { continue };
        sql.extend([format!("{alter} RENAME CONSTRAINT {} TO {};\n", new.name, old.name)]);
        if let Some(text) = &old.comment {
            sql += &comment(&format!("CONSTRAINT {} ON {}", old.name, table.sql), text);
        }
    }
    for index in table.indexes(target, dependents, state) {
        sql += &match index.key {
            Some(key) => key_restored(&index, key, table.sql),
            None => index_restored(&index),
        };
    }
    for column in &table.columns {
        let Some(more) = column.more else { continue };
        let name = column.old;
        for grant in &more.grants {
            sql += &restore::grant(grant, "TABLE", table.sql, &format!(" ({name})"));
            sql += "\n";
        }
        if let Some(text) = &more.comment {
            sql += &comment(&format!("COLUMN {}.{name}", table.sql), text);
        }
    }
    sql
}

/// From version 18 on, `NOT NULL` is a constraint with a name.
fn set_not_null(table: &Table<'_>, column: &Column<'_>, dependents: &Dependents) -> String {
    let constraint = dependents.objects.iter().find(|object| {
        let is_not_null =
            matches!(&object.kind, Kind::Constraint { of_type, .. } if of_type == "n");
        is_not_null
            && object.relation.as_deref() == Some(table.sql)
            && object.definition.starts_with(&format!("NOT NULL {}", column.old))
    });
    match constraint {
        Some(object) => format!("ADD CONSTRAINT {} {}", object.name, object.definition),
        None => format!("ALTER COLUMN {} SET NOT NULL", column.old),
    }
}

/// The new index gets the name of the old one, and what else the old one had.
fn index_restored(index: &NewIndex<'_>) -> String {
    let NewIndex { old, full_name: new_name, .. } = index;
    let mut sql = format!("ALTER INDEX {new_name} RENAME TO {};\n", old.name);
    for statement in restore::index_state(old) {
        sql += &statement;
        sql += "\n";
    }
    sql
}

/// A constraint gets the new index, which gets the name of the constraint.
fn key_restored(index: &NewIndex<'_>, key: &Key, table: &str) -> String {
    let NewIndex { old, name: new, .. } = index;
    let what = if old.definition.starts_with("PRIMARY KEY") { "PRIMARY KEY" } else { "UNIQUE" };
    let ends = [" DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE"];
    let end = ends.iter().find(|end| old.definition.ends_with(**end)).copied().unwrap_or_default();
    let name = &old.name;
    let mut sql =
        format!("ALTER TABLE {table} ADD CONSTRAINT {name} {what} USING INDEX {new}{end};\n");
    if let Some(text) = &old.comment {
        sql += &comment(&format!("CONSTRAINT {name} ON {table}"), text);
    }
    if let Some(text) = &key.comment {
        sql += &comment(&format!("INDEX {}.{name}", key.schema), text);
    }
    sql
}

/// A default that uses the type or the old type.
struct Default {
    text: String,
    /// Whether its column holds another type, and stays.
    is_on_other: bool,
}

/// The defaults of tables: the table, the column and the default.
fn defaults<'a>(
    target: &Target<'_>,
    dependents: &'a Dependents,
    tables: &[Table<'_>],
) -> Vec<(&'a str, &'a str, Default)> {
    let replaced: BTreeSet<(&str, &str)> = tables
        .iter()
        .flat_map(|table| table.columns.iter().map(move |column| (table.sql, column.old)))
        .collect();
    let default = |object: &'a Object| {
        let of_table =
            matches!(object.kind, Kind::Default) && !matches!(&*object.relation_kind, "v" | "m");
        let (table, column) = (object.relation.as_deref().filter(|_| of_table)?, &*object.name);
        let is_on_other = !replaced.contains(&(table, column));
        Some((table, column, Default { text: target.rewritten(&object.definition), is_on_other }))
    };
    dependents.objects.iter().filter_map(default).collect()
}
