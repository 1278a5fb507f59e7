//! The transaction that puts the new columns in the place of the old ones.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::Obstacle;
use super::super::swap::{dropped_views, is_restored, order};
use super::columns::{Table, Tables, Target, Trigger, complete};
use super::comment;
use super::constraints::{Source, not_null};
use super::indexes::{NewIndex, is_key};
use super::state::Key;
use crate::Ident;
use crate::dependent::{Dependents, Kind, Object};
use crate::sql::swap::{convert, restore};
use crate::sql::{DollarTag, online};

/// Whether a new object is built before the switch, beside this one: an index or a constraint of a table.
pub(super) fn is_built(object: &Object) -> bool {
    let is_on_table = !matches!(&*object.relation_kind, "v" | "m");
    match &object.kind {
        Kind::Index { .. } => is_on_table,
        Kind::Constraint { of_type, .. } => matches!(&**of_type, "c" | "f" | "p" | "u"),
        _ => false,
    }
}

/// Whether an object is dropped and created again in the switch; with the views that are.
pub(super) fn is_dropped(object: &Object, views: &BTreeSet<&str>) -> bool {
    !is_built(object) && is_restored(object, views)
}

/// What is dropped and created again in the switch, in the order in which it is created.
pub(super) fn restored(dependents: &Dependents) -> Result<Vec<&Object>, Obstacle> {
    let views = dropped_views(dependents);
    let dropped = dependents.objects.iter().filter(|object| is_dropped(object, &views));
    order::in_order(dropped.collect())
}

/// The statements. The transaction holds a lock of the tables that keeps other changes of them away.
pub(super) fn switch(source: Source<'_>, restored: &[&Object]) -> String {
    let Source { target, dependents, tables, .. } = source;
    let mut sql = String::new();
    let locked: Vec<&str> = tables.roots().map(|table| table.sql).collect();
    if !locked.is_empty() {
        sql += &online::lock_tables(&locked, "ACCESS EXCLUSIVE");
    }
    let defaults = defaults(target, dependents, tables);
    for (alter, default) in &defaults {
        if default.is_on_other {
            sql.extend([format!("{alter} DROP DEFAULT;\n")]);
        }
    }
    let views = dropped_views(dependents);
    let statement = |sql: String| sql + "\n";
    for object in restored.iter().rev() {
        let of_view = object.relation.as_deref().is_some_and(|relation| views.contains(relation));
        if !of_view || matches!(object.kind, Kind::View { .. }) {
            sql.extend(restore::drop(object).map(statement));
        }
    }
    let is_foreign_key = |object: &&Object| matches!(&object.kind, Kind::Constraint { of_type, .. } if of_type == "f");
    let foreign_keys = dependents.objects.iter().filter(is_foreign_key);
    sql.extend(foreign_keys.filter_map(restore::drop).map(statement));
    for table in tables.iter().rev() {
        if let Some(Trigger { name, function, .. }) = &table.trigger {
            sql.extend([format!("DROP TRIGGER {name} ON {};\n", table.sql)]);
            sql.extend([format!("DROP FUNCTION {function}();\n")]);
        }
        let mut drops = Vec::new();
        for column in table.columns.iter().filter(|column| column.is_own) {
            if !column.is_inherited {
                drops.push(format!("DROP CONSTRAINT {}", complete(column)));
            }
            drops.push(format!("DROP COLUMN {}", column.old));
        }
        if !drops.is_empty() {
            sql.extend([format!("ALTER TABLE {}\n  {};\n", table.sql, drops.join(",\n  "))]);
        }
    }
    for object in &dependents.objects {
        if let (Kind::Attribute { .. }, Some(composite)) = (&object.kind, &object.relation) {
            let end = object.definition.strip_prefix(target.sql).unwrap_or_default();
            let type_sql = format!("{}{end}", target.new_sql);
            sql += &statement(convert::alter_attribute(composite, &object.name, &type_sql));
        }
    }
    sql.extend([format!("DROP TYPE {};\n", target.sql)]);
    sql.extend([format!("ALTER TYPE {} RENAME TO {};\n", target.new_sql, Ident(target.name))]);
    sql += &renamed(source);
    let new = |text: &str| target.rewritten(text);
    for statement in restored.iter().flat_map(|object| restore::restore(object, new)) {
        sql += &outside_block(statement);
        sql += "\n";
    }
    for (alter, default) in &defaults {
        sql.extend([format!("{alter} SET DEFAULT {};\n", default.text)]);
    }
    sql.extend(restore::restore(&dependents.target, new).into_iter().map(statement));
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

/// The statements that give the new columns of tables, their indexes and constraints the names of the old ones. Statements
/// for a table that others inherit from change these as well.
fn renamed(source: Source<'_>) -> String {
    let Source { target, tables, .. } = source;
    let mut sql = String::new();
    let mut add = |statement: String| sql.extend([statement, ";\n".to_owned()]);
    let alter = |table: &Table<'_>| format!("ALTER TABLE {}", table.sql);
    for table in tables.iter() {
        for column in table.columns.iter().filter(|column| !column.is_inherited) {
            add(format!("{} RENAME COLUMN {} TO {}", alter(table), column.new, column.old));
        }
    }
    for table in tables.iter() {
        for column in &table.columns {
            let constraint = not_null_constraint(table, column.old);
            // The parent's constraint is merged with one that is there, and otherwise has the same name here.
            let is_named = constraint.is_some_and(|constraint| {
                let of_parent = |parent: &String| {
                    let parent = tables.get(parent);
                    parent
                        .and_then(|parent| not_null_constraint(parent, column.old))
                        .is_some_and(|it| it.name == constraint.name)
                };
                !table.parents.iter().any(of_parent)
            });
            if !column.sets_not_null && !is_named {
                continue;
            }
            let set = match constraint {
                Some(object) => format!("ADD CONSTRAINT {} {}", object.name, object.definition),
                None => format!("ALTER COLUMN {} SET NOT NULL", column.old),
            };
            add(format!("{} {set}", alter(table)));
        }
    }
    for table in tables.iter().rev() {
        for column in table.columns.iter().rev().filter(|column| column.sets_not_null) {
            add(format!("{} DROP CONSTRAINT {}", alter(table), not_null(column)));
        }
    }
    for table in tables.iter() {
        for new in source.constraints(table) {
            let Some(old) = new.old else { continue };
            let is_inherited = matches!(old.kind, Kind::Constraint { inherited: true, .. });
            if new.is_foreign_key || !is_inherited {
                let alter = alter(table);
                add(format!("{alter} RENAME CONSTRAINT {} TO {}", new.name, old.name));
            }
        }
    }
    for table in tables.iter() {
        for index in table.indexes(target) {
            match index.key {
                Some(key) => key_restored(&index, key, table.sql).into_iter().for_each(&mut add),
                None => index_restored(&index).into_iter().for_each(&mut add),
            }
        }
        if table.is_partitioned {
            // Its parts are found in the partitions, and become parts of it.
            for key in table.objects.iter().filter(|object| is_key(object)) {
                let (name, definition) = (&key.name, &key.definition);
                add(format!("{} ADD CONSTRAINT {name} {definition}", alter(table)));
                if let Some(key) = table.more.and_then(|table| table.keys.get(name)) {
                    key_comment(name, key).into_iter().for_each(&mut add);
                }
            }
        }
    }
    for table in tables.iter() {
        let is_constraint = |object: &&&Object| {
            let is_there = is_built(object) || is_not_null(object);
            let is_constraint = matches!(object.kind, Kind::Constraint { .. });
            is_constraint && is_there && !source.superfluous.has(object)
        };
        for object in table.objects.iter().filter(is_constraint) {
            if let Some(text) = &object.comment {
                add(comment(&format!("CONSTRAINT {} ON {}", object.name, table.sql), text));
            }
        }
        let alter = format!("ALTER TABLE {}{}", table.only(), table.sql);
        for column in &table.columns {
            let name = column.old;
            if let Some(storage) = column.storage {
                add(format!("{alter} ALTER COLUMN {name} SET STORAGE {storage}"));
            }
            if let Some(compression) = column.compression {
                add(format!("{alter} ALTER COLUMN {name} SET COMPRESSION {compression}"));
            }
            let Some(more) = column.more else { continue };
            for grant in &more.grants {
                let grant = restore::grant(grant, "TABLE", table.sql, &format!(" ({name})"));
                add(grant.trim_end_matches(';').to_owned());
            }
            if let Some(text) = &more.comment {
                add(comment(&format!("COLUMN {}.{name}", table.sql), text));
            }
        }
    }
    sql
}

/// Whether it is a `NOT NULL`, which is a constraint with a name from version 18 on.
fn is_not_null(object: &Object) -> bool {
    matches!(&object.kind, Kind::Constraint { of_type, .. } if of_type == "n")
}

/// That of a column.
fn not_null_constraint<'a>(table: &Table<'a>, column: &str) -> Option<&'a Object> {
    let is_of_column = |definition: &str| {
        let after = definition.strip_prefix("NOT NULL ").and_then(|it| it.strip_prefix(column));
        after.is_some_and(|after| after.is_empty() || after.starts_with(' '))
    };
    let is_it = |object: &&Object| is_not_null(object) && is_of_column(&object.definition);
    table.objects.iter().copied().find(is_it)
}

/// The new index gets the name of the old one, and what else the old one had.
fn index_restored(index: &NewIndex<'_>) -> Vec<String> {
    let NewIndex { old, full_name: new_name, .. } = index;
    let renamed = format!("ALTER INDEX {new_name} RENAME TO {}", old.name);
    let state = restore::index_state(old).into_iter();
    [renamed].into_iter().chain(state.map(|it| it.trim_end_matches(';').to_owned())).collect()
}

/// A constraint gets the new index, which gets the name of the constraint.
fn key_restored(index: &NewIndex<'_>, key: &Key, table: &str) -> Vec<String> {
    let NewIndex { old, name: new, .. } = index;
    let what = if old.definition.starts_with("PRIMARY KEY") { "PRIMARY KEY" } else { "UNIQUE" };
    let ends = [" DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE"];
    let end = ends.iter().find(|end| old.definition.ends_with(**end)).copied().unwrap_or_default();
    let (name, alter) = (&old.name, format!("ALTER TABLE {table}"));
    let mut statements = Vec::new();
    statements.push(format!("{alter} ADD CONSTRAINT {name} {what} USING INDEX {new}{end}"));
    if key.is_clustered {
        statements.push(format!("{alter} CLUSTER ON {name}"));
    }
    if key.is_identity {
        statements.push(format!("{alter} REPLICA IDENTITY USING INDEX {name}"));
    }
    statements.extend(key_comment(name, key));
    statements
}

/// The comment of the index of a constraint.
fn key_comment(name: &str, key: &Key) -> Option<String> {
    let text = key.comment.as_ref()?;
    Some(comment(&format!("INDEX {}.{name}", key.schema), text))
}

/// A default that uses the type or the old type.
struct Default {
    text: String,
    /// Whether its column holds another type, and stays.
    is_on_other: bool,
}

/// The defaults of tables: the statement that changes one, without its end, and the default.
fn defaults(
    target: &Target<'_>,
    dependents: &Dependents,
    tables: &Tables<'_>,
) -> Vec<(String, Default)> {
    let default = |object: &Object| {
        let of_table =
            matches!(object.kind, Kind::Default) && !matches!(&*object.relation_kind, "v" | "m");
        let sql = object.relation.as_deref().filter(|_| of_table)?;
        let name = &object.name;
        let table = tables.get(sql);
        let is_replaced =
            table.is_some_and(|table| table.columns.iter().any(|column| column.old == name));
        // Each table has a default of its own.
        let only = table.map_or("ONLY ", Table::only);
        let alter = format!("ALTER TABLE {only}{sql} ALTER COLUMN {name}");
        let text = target.rewritten(&object.definition);
        Some((alter, Default { text, is_on_other: !is_replaced }))
    };
    dependents.objects.iter().filter_map(default).collect()
}
