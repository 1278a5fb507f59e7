//! The tables and columns that are replaced.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::super::swap::Fates;
use super::state::{self, State};
use super::{Fill, Kind};
use crate::dependent::{Dependents, Holds, Object};
use crate::sql::online::mapping::Mapping;
use crate::sql::online::{self, names};
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
    /// Whether it is `NOT NULL`, and not only because it is so in a table that its table inherits from.
    pub(super) sets_not_null: bool,
    /// Whether its table inherits it.
    pub(super) is_inherited: bool,
    /// Whether a statement for its table adds and drops it: an inherited column comes and goes with that of the parent.
    pub(super) is_own: bool,
    pub(super) storage: Option<&'a str>,
    pub(super) compression: Option<&'a str>,
    /// What else it has; `None` if it has been dropped between the two queries.
    pub(super) more: Option<&'a state::Column>,
}

/// A table with such columns.
pub(super) struct Table<'a> {
    /// Its name, as SQL.
    pub(super) sql: &'a str,
    pub(super) is_partitioned: bool,
    /// The tables that it inherits from or is a partition of, as SQL.
    pub(super) parents: &'a [String],
    /// Whether it is a part of a hierarchy, so that a statement may be about others as well.
    pub(super) has_relatives: bool,
    pub(super) columns: Vec<Column<'a>>,
    /// The trigger that it needs. From version 13 on, that of a partitioned table is fired for its partitions.
    pub(super) trigger: Option<Trigger>,
    /// What depends on the type and is on the table.
    pub(super) objects: Vec<&'a Object>,
    /// What else it has; `None` if it has been dropped between the two queries.
    pub(super) more: Option<&'a state::Table>,
}

/// The tables with columns of the type: those that inherit before those that they inherit from, and otherwise by name.
pub(super) struct Tables<'a> {
    in_order: Vec<Table<'a>>,
    /// The place of each, by its name as SQL.
    places: BTreeMap<&'a str, usize>,
}

/// The trigger of a table that fills its new columns.
pub(super) struct Trigger {
    /// The trigger and its function, as SQL.
    pub(super) name: String,
    pub(super) function: String,
    /// The body of the function.
    body: String,
    pub(super) is_there: bool,
}

impl<'a> Tables<'a> {
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Table<'a>> {
        self.in_order.iter()
    }

    /// The table with this name as SQL.
    pub(super) fn get(&self, sql: &str) -> Option<&Table<'a>> {
        Some(&self.in_order[*self.places.get(sql)?])
    }

    /// Those that inherit from no other.
    pub(super) fn roots(&self) -> impl Iterator<Item = &Table<'a>> {
        self.iter().filter(|table| table.parents.is_empty())
    }

    /// A table and all that it inherits from, the highest last.
    pub(super) fn with_parents(&self, table: &Table<'a>) -> Vec<&Table<'a>> {
        let mut found = BTreeSet::new();
        let mut waiting = Vec::from([table.sql]);
        while let Some(name) = waiting.pop() {
            if let Some(&place) = self.places.get(name)
                && found.insert(place)
            {
                waiting.extend(self.in_order[place].parents.iter().map(String::as_str));
            }
        }
        found.into_iter().map(|place| &self.in_order[place]).collect()
    }
}

/// The tables with columns of the type.
pub(super) fn tables<'a>(
    target: &Target<'a>,
    dependents: &'a Dependents,
    state: &'a State,
) -> Tables<'a> {
    let mut on: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    for object in &dependents.objects {
        if let Some(relation) = &object.relation {
            on.entry(relation).or_default().push(object);
        }
    }
    let columns = || {
        dependents.objects.iter().filter_map(|object| match (&object.kind, &object.relation) {
            (Kind::Column { .. }, Some(table)) => Some((object, &**table)),
            _ => None,
        })
    };
    let not_null: BTreeSet<(&str, &str)> = columns()
        .filter(|(object, _)| matches!(object.kind, Kind::Column { not_null: true, .. }))
        .map(|(object, table)| (table, &*object.name))
        .collect();
    let mut all: BTreeMap<&str, Vec<Column<'_>>> = BTreeMap::new();
    for (object, table) in columns() {
        let Kind::Column { holds, inherited, storage, compression, .. } = &object.kind else {
            continue;
        };
        let more = state.table(table).and_then(|table| table.columns.get(&object.name));
        let old = &*object.name;
        let from_parent = parents(state, table).iter().any(|it| not_null.contains(&(it, old)));
        all.entry(table).or_default().push(Column {
            old,
            new: names::new_sql(old),
            holds: *holds,
            sets_not_null: not_null.contains(&(table, old)) && !from_parent,
            is_inherited: *inherited,
            is_own: !inherited || more.is_some_and(|more| more.is_local),
            storage: storage.as_deref(),
            compression: compression.as_deref(),
            more,
        });
    }
    let with_children: BTreeSet<&str> =
        all.keys().flat_map(|table| parents(state, table)).map(String::as_str).collect();
    let mut tables: Vec<Table<'a>> = all
        .into_iter()
        .map(|(sql, columns)| {
            let mut table = Table::new(sql, columns, target, state);
            table.has_relatives |= with_children.contains(sql);
            table.objects = on.remove(sql).unwrap_or_default();
            table
        })
        .collect();
    tables.sort_by_cached_key(|table| Reverse(depth(state, table.sql)));
    let places = tables.iter().enumerate().map(|(place, table)| (table.sql, place)).collect();
    Tables { in_order: tables, places }
}

/// The tables that a table inherits from.
fn parents<'a>(state: &'a State, table: &str) -> &'a [String] {
    state.table(table).map_or(&[], |table| &table.parents)
}

/// How many tables a table inherits from, one after another.
pub(super) fn depth(state: &State, table: &str) -> usize {
    parents(state, table).iter().map(|parent| 1 + depth(state, parent)).max().unwrap_or_default()
}

impl<'a> Table<'a> {
    fn new(sql: &'a str, columns: Vec<Column<'a>>, target: &Target<'a>, state: &'a State) -> Self {
        let found = state.table(sql);
        let (schema, name) = found.map_or(("", ""), |table| (&*table.schema, &*table.name));
        let function = names::new_name(&format!("{name}_{}", target.name));
        let values: Vec<_> = columns
            .iter()
            .map(|column| {
                let old = format!("NEW.{}", column.old);
                (&*column.new, target.mapping.value(&old, column.holds))
            })
            .collect();
        let body = online::body(&values);
        let name = Ident(&names::trigger(target.name)).to_string();
        let function = qualified(Name { schema: Some(schema), name: &function }, Ident).to_string();
        let there = found.and_then(|table| table.triggers.get(&name));
        let there = there.filter(|trigger| trigger.body == body);
        // The function has the name of the table as it was when the change was begun.
        let function = there.map_or(function, |trigger| trigger.function.clone());
        let is_there = there.is_some();
        let is_partitioned = found.is_some_and(|table| table.is_partitioned);
        let is_partition = found.is_some_and(|table| table.is_partition);
        let parents = parents(state, sql);
        let needs_trigger = if state.version < 13 { !is_partitioned } else { !is_partition };
        let has_relatives = is_partitioned || !parents.is_empty();
        let trigger = needs_trigger.then_some(Trigger { name, function, body, is_there });
        Self {
            sql,
            is_partitioned,
            parents,
            has_relatives,
            columns,
            trigger,
            objects: Vec::new(),
            more: found,
        }
    }

    /// `ONLY`, where a statement would change children as well.
    pub(super) const fn only(&self) -> &'static str {
        if self.has_relatives { "ONLY " } else { "" }
    }

    /// Whether its trigger can be created with its columns.
    fn has_own_columns(&self) -> bool {
        self.columns.iter().all(|column| column.is_own)
    }

    /// Whether a new column is there.
    fn has_column(&self, name: &str) -> bool {
        self.more.is_some_and(|table| table.new_columns.contains_key(name))
    }

    /// What adds its own columns, with the trigger if it has no others: a title and statements; `None` if they are there.
    pub(super) fn add_columns(&self, target: &Target<'_>) -> Option<(String, String)> {
        let missing = |column: &&Column<'_>| column.is_own && !self.has_column(&column.new);
        let columns: Vec<_> = self
            .columns
            .iter()
            .filter(missing)
            .map(|column| {
                let array = if column.holds == Holds::Array { "[]" } else { "" };
                format!("ADD COLUMN {} {}{array}", column.new, target.new_sql)
            })
            .collect();
        if columns.is_empty() {
            return None;
        }
        let what = if columns.len() == 1 { "a column" } else { "columns" };
        let trigger = self.missing_trigger().filter(|_| self.has_own_columns());
        let (function, trigger, and_trigger) = match trigger {
            Some([function, trigger]) => (function, trigger, " and a trigger"),
            None => (String::new(), String::new(), ""),
        };
        let title = format!("add {what}{and_trigger} to table {}", self.sql);
        let columns = columns.join(",\n  ");
        let sql = format!("{function}ALTER TABLE {}\n  {columns};\n{trigger}", self.sql);
        Some((title, sql))
    }

    /// What creates its trigger, if it does not come with the columns: a title and statements; `None` if it is there.
    pub(super) fn add_trigger(&self) -> Option<(String, String)> {
        let is_added = |column: &Column<'_>| !self.has_column(&column.new);
        let comes_with_columns = self.has_own_columns() && self.columns.iter().any(is_added);
        let sql = self.missing_trigger().filter(|_| !comes_with_columns)?;
        Some((format!("add a trigger to table {}", self.sql), sql.concat()))
    }

    /// The statements that create the function and the trigger, if they are missing.
    fn missing_trigger(&self) -> Option<[String; 2]> {
        let Trigger { name, function, body, .. } =
            self.trigger.as_ref().filter(|trigger| !trigger.is_there)?;
        Some([online::function(function, body), online::trigger(name, self.sql, function)])
    }

    /// The updates of its rows; `None` if it has none of its own, or if all are known to be filled.
    pub(super) fn fill(&self, target: &Target<'_>, state: &State) -> Option<Fill> {
        let is_filled =
            |column: &Column<'_>| state.constraint(self.sql, &complete(column)) == Some(true);
        if self.is_partitioned || self.columns.iter().all(is_filled) {
            return None;
        }
        let unfilled: Vec<_> = self
            .columns
            .iter()
            .map(|column| target.mapping.is_unfilled(column.old, &column.new, column.holds))
            .collect();
        Some(Fill {
            table: self.sql.to_owned(),
            columns: self.columns.iter().map(|column| column.new.clone()).collect(),
            unfilled: unfilled.join(" OR "),
        })
    }

    /// The statements that collect the statistics of the new columns, with the targets and options of the old ones. For a
    /// partition only these are set, because the `ANALYZE` of its parent is recursive; so it may be empty.
    pub(super) fn analyze(&self, is_partition: bool) -> String {
        let mut sql = String::new();
        for column in &self.columns {
            let Some(more) = column.more else { continue };
            let change = format!("ALTER TABLE ONLY {} ALTER COLUMN {}", self.sql, column.new);
            if let Some(number) = &more.target {
                sql.extend([format!("{change} SET STATISTICS {number};\n")]);
            }
            if let Some(options) = &more.options {
                sql.extend([format!("{change} SET ({options});\n")]);
            }
        }
        if !is_partition {
            let columns: Vec<_> = self.columns.iter().map(|column| &*column.new).collect();
            sql.extend([format!("ANALYZE {} ({});\n", self.sql, columns.join(", "))]);
        }
        sql
    }
}

/// The check that proves that the new column is right.
pub(super) fn complete(column: &Column<'_>) -> String {
    Ident(&names::constraint(&unquoted(column.old), "complete")).to_string()
}
