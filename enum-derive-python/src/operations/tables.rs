//! Operations on tables and their columns (`alembic/operations/ops.py` and `alembic/operations/toimpl.py`).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use super::{Given, types};
use crate::convention::Convention;
use crate::effects::{Effect, WHAT};
use crate::facts::What;
use crate::queries::{condition, table_exists};
use crate::run::{Evaluated, Run, Stop};
use crate::sql::column::{Column, column_of, column_sql};
use crate::sql::constraint::foreign_key_sql;
use crate::sql::enums::{Creates, EnumType};
use crate::sql::naming::{Owner, convention_of};
use crate::sql::table::{
    Table, column_comment, column_index, column_unique, comment_sql, table_of,
};
use crate::sql::{ident, qualified};
use crate::value::{Args, Batch, Made, Value};

/// What is said of a table whose columns are not all known: one of them may make a type.
const COLUMNS: &str = "the columns of this table are not all known";

pub(super) fn create(run: &mut Run<'_>, args: &Args, at: Range<usize>) -> Evaluated {
    let made = Value::made("sqlalchemy.Table", args.clone());
    let (name, items) = match &args.positional[..] {
        [name, items @ ..] => (name.clone(), items.to_vec()),
        [] => (args.get(0, "table_name").unwrap_or(Value::Unknown), Vec::new()),
    };
    let convention = &run.options.convention;
    let Some(table) = table_of(run, &name, &items, args, convention)? else {
        run.unknown(at, COLUMNS);
        return Ok(made);
    };
    let schema = args.named("schema").filter(|schema| !schema.is_none());
    for column in &table.columns {
        create_type(run, column, schema.as_ref(), &at, Looks::InMemory);
    }
    for statement in table.statements {
        run.send(at.clone(), statement);
    }
    Ok(made)
}

/// How it is known that a type is not made yet.
#[derive(Clone, Copy)]
enum Looks {
    /// `SQLAlchemy` remembers in a run what it has made (`sqlalchemy/dialects/postgresql/named_types.py`,
    /// `_check_for_name_in_memos`; Alembic's implementation lives as long as the run).
    InMemory,
    InDatabase,
    Never,
}

/// Makes the type of a column before its table is made (`named_types.py`, `_on_table_create`).
fn create_type(
    run: &mut Run<'_>,
    column: &Column,
    schema: Option<&Value>,
    at: &Range<usize>,
    looks: Looks,
) {
    mention(run, column, schema, at);
    let Some((of, creates)) = column.makes_type() else {
        needs_type(run, column.of.of.as_ref(), schema, at);
        return;
    };
    if creates == Creates::Unknown {
        run.unknown(at.clone(), "whether this makes the type of a column is not known");
        return;
    }
    if of.name.is_none() {
        run.fail(at.clone(), "a type of PostgreSQL requires a name");
        return;
    }
    let sql = of.create(schema);
    match looks {
        Looks::InMemory => {
            let (at, once) = (run.at(at.clone()), of.memo(schema));
            run.effect(Effect::Made { sql, at, once });
        }
        Looks::InDatabase => run.send(at.clone(), types::guarded(&of, &sql, true)),
        Looks::Never => run.send(at.clone(), sql),
    }
}

/// A column of an enum that nothing has made is refused.
pub(super) fn needs_type(
    run: &mut Run<'_>,
    of: Option<&EnumType>,
    schema: Option<&Value>,
    at: &Range<usize>,
) {
    if let Some(sql) = of.and_then(|of| of.must_exist(schema)) {
        run.send(at.clone(), sql);
    }
}

/// Takes note of the enum of a column that is made, where its source says more than SQL does.
fn mention(run: &mut Run<'_>, column: &Column, schema: Option<&Value>, by: &Range<usize>) {
    let Some(of) = column.of.of.as_ref().filter(|of| of.native) else { return };
    let Some(named) = of.named(schema) else { return };
    let by = run.place_at_home(by.clone());
    if of.asks_not_to_create
        && let Some(at) = &of.at
    {
        run.fact(at.clone(), What::GenericCreateTypeFalse { of: named, by });
    } else if of.creates == Creates::No {
        run.fact(by, What::Mentioned { of: named });
    }
}

/// `Table(…).create(bind)` and `.drop(bind)`: without `checkfirst`, a type is made without a look at the catalog until 2.0,
/// and with one from 2.1 (`sqlalchemy/sql/schema.py`, `Table.create`; `sqlalchemy/sql/ddl.py`, `CheckFirst`).
pub(super) fn in_orm(
    run: &mut Run<'_>,
    made: &Rc<Made>,
    method: &str,
    args: &Args,
    at: Range<usize>,
) -> Evaluated {
    let first = args.get(1, "checkfirst");
    let is_new = run.options.sqlalchemy >= (2, 1);
    let (looks, table_first) = match first {
        None => (if is_new { Looks::InDatabase } else { Looks::Never }, false),
        Some(Value::Bool(true)) => (Looks::InDatabase, true),
        Some(Value::Bool(false)) => (Looks::Never, false),
        Some(_) => {
            run.unknown(at, WHAT);
            return Ok(Value::None);
        }
    };
    if method == "drop" && (table_first || !is_new && !matches!(looks, Looks::Never)) {
        run.unknown(at, "what this finds in the database is not known");
        return Ok(Value::None);
    }
    let Some((name, schema, table)) = table_made(run, made)? else {
        run.unknown(at, COLUMNS);
        return Ok(Value::None);
    };
    if method == "drop" {
        run.send(at.clone(), format!("DROP TABLE {}", qualified(schema.as_ref(), &name)));
        for column in &table.columns {
            if let (false, Some((of, Creates::Yes))) = (is_new, column.makes_type()) {
                run.send(at.clone(), format!("DROP TYPE {}", of.sql_name(schema.as_ref())));
            }
        }
        return Ok(Value::None);
    }
    let send_all = |run: &mut Run<'_>| {
        for column in &table.columns {
            create_type(run, column, schema.as_ref(), &at, looks);
        }
        for statement in &table.statements {
            run.send(at.clone(), statement.clone());
        }
    };
    if table_first {
        if_missing(run, &name, schema.as_ref(), &at, send_all);
    } else {
        send_all(run);
    }
    Ok(Value::None)
}

/// Does something where a table is not there yet (`sqlalchemy/sql/ddl.py`, `SchemaGenerator.visit_table`).
fn if_missing(
    run: &mut Run<'_>,
    name: &Value,
    schema: Option<&Value>,
    at: &Range<usize>,
    make: impl FnOnce(&mut Run<'_>),
) {
    let now = run.now();
    let schema = schema.unwrap_or(&Value::None);
    let is_there = condition(table_exists(Some(name), Some(schema), now));
    let ((), then) = run.apart(make);
    let at = run.at(at.clone());
    let condition = is_there.map(|it| format!("NOT {}", it.sql));
    run.keep(Effect::Perhaps { at, condition, then, otherwise: Vec::new() });
}

/// The `MetaData` that a table is put into.
pub(super) fn metadata_of(table: &Made) -> Option<Rc<Made>> {
    match table.args.borrow().positional.get(1) {
        Some(Value::Made(made)) if made.kind() == "MetaData" => Some(Rc::clone(made)),
        _ => None,
    }
}

/// `metadata.create_all(bind)` and `.drop_all(bind)`: first the types, then the tables, those first that others refer to; or
/// the other way round. Both look first unless they are told not to (`sqlalchemy/sql/ddl.py`, `SchemaGenerator.visit_metadata`;
/// `named_types.py`, `_on_metadata_create`).
pub(super) fn of_metadata(
    run: &mut Run<'_>,
    metadata: &Rc<Made>,
    method: &str,
    args: &Args,
    at: Range<usize>,
) -> Evaluated {
    let looks = match args.get(2, "checkfirst") {
        None | Some(Value::Bool(true)) => true,
        Some(Value::Bool(false)) => false,
        Some(_) => {
            run.unknown(at, WHAT);
            return Ok(Value::None);
        }
    };
    run.charge(run.tables.len())?;
    let is_of = |table: &Rc<Made>| metadata_of(table).is_some_and(|it| Rc::ptr_eq(&it, metadata));
    let mut all: Vec<Rc<Made>> = run.tables.iter().filter(|it| is_of(it)).cloned().collect();
    if let Some(chosen) = args.get(1, "tables").filter(|it| !it.is_none()) {
        let chosen = run.items(&chosen)?.unwrap_or_else(|| vec![Value::Unknown]);
        let chosen: Option<Vec<Rc<Made>>> = chosen.iter().map(|it| it.as_made().cloned()).collect();
        all = chosen.unwrap_or_default();
    }
    // A class of the application that is mapped, a schema for all tables: what these make is not told here.
    let is_plain =
        metadata.args.borrow().positional.is_empty() && metadata.args.borrow().keywords.is_empty();
    if all.is_empty() || !is_plain {
        run.unknown(at, WHAT);
        return Ok(Value::None);
    }
    let mut tables = Vec::new();
    for made in &all {
        run.charge(made.args.borrow().positional.len())?;
        let Some(table) = table_made(run, made)? else {
            run.unknown(at, COLUMNS);
            return Ok(Value::None);
        };
        tables.push(table);
    }
    let mut order = referred_first(run, &tables)?;
    let types: Vec<(EnumType, Option<Value>)> = order
        .iter()
        .flat_map(|at| tables[*at].2.columns.iter().map(|column| (column, &tables[*at].1)))
        .filter_map(|(column, schema)| Some((column.of.of.clone()?, schema.clone())))
        .filter(|(of, _)| of.native && (of.creates == Creates::Yes || of.is_of_metadata))
        .collect();
    let type_sql = |of: &EnumType, schema: &Option<Value>, is_create: bool| {
        let sql = if is_create {
            of.create(schema.as_ref())
        } else {
            format!("DROP TYPE {}", of.sql_name(schema.as_ref()))
        };
        if looks { types::guarded(of, &sql, is_create) } else { sql }
    };
    if method == "create_all" {
        let mut made = HashSet::new();
        for (of, schema) in &types {
            if made.insert(of.sql_name(schema.as_ref())) {
                run.send(at.clone(), type_sql(of, schema, true));
            }
        }
        for index in order {
            let (name, schema, table) = &tables[index];
            let send_all = |run: &mut Run<'_>| {
                for statement in &table.statements {
                    run.send(at.clone(), statement.clone());
                }
            };
            if looks {
                if_missing(run, name, schema.as_ref(), &at, send_all);
            } else {
                send_all(run);
            }
        }
        return Ok(Value::None);
    }
    order.reverse();
    let guard = if looks { "IF EXISTS " } else { "" };
    for index in order {
        let (name, schema, _) = &tables[index];
        run.send(at.clone(), format!("DROP TABLE {guard}{}", qualified(schema.as_ref(), name)));
    }
    let mut dropped = HashSet::new();
    for (of, schema) in &types {
        if dropped.insert(of.sql_name(schema.as_ref())) {
            run.send(at.clone(), type_sql(of, schema, false));
        }
    }
    Ok(Value::None)
}

/// The order in which tables are made: those first that others refer to, as far as their columns tell.
fn referred_first(run: &mut Run<'_>, tables: &[Named]) -> Result<Vec<usize>, Stop> {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (name, ..)) in tables.iter().enumerate() {
        if let Some(name) = name.as_str() {
            by_name.entry(name).or_default().push(at);
        }
    }
    // How many others each one refers to, and which others refer to it.
    let mut refers = vec![0_usize; tables.len()];
    let mut referring = vec![Vec::new(); tables.len()];
    for (one, (.., table)) in tables.iter().enumerate() {
        let mut seen = HashSet::new();
        for key in table.columns.iter().flat_map(Column::foreign_keys) {
            let args = key.args.borrow();
            let to = args.positional.first().and_then(Value::as_str).unwrap_or_default();
            let table = to.rsplit_once('.').map_or("", |(table, _)| table);
            let named = table.rsplit('.').next().and_then(|name| by_name.get(name));
            for &other in named.into_iter().flatten() {
                run.charge(1)?;
                if other != one && seen.insert(other) {
                    refers[one] += 1;
                    referring[other].push(one);
                }
            }
        }
    }
    let mut left: BTreeSet<usize> = (0..tables.len()).collect();
    let mut free: BTreeSet<usize> = left.iter().copied().filter(|at| refers[*at] == 0).collect();
    let mut order = Vec::new();
    // Of a circle, the first one.
    while let Some(next) = free.pop_first().or_else(|| left.first().copied()) {
        left.remove(&next);
        order.push(next);
        for &one in &referring[next] {
            refers[one] -= 1;
            if refers[one] == 0 && left.contains(&one) {
                free.insert(one);
            }
        }
    }
    Ok(order)
}

/// A table with its name and its schema.
type Named = (Value, Option<Value>, Table);

/// What `Table(name, metadata, …)` has made, which `op.create_table` gives without metadata; `None` if not all of its columns are
/// known.
fn table_made(run: &mut Run<'_>, made: &Made) -> Result<Option<Named>, Stop> {
    let of = made.args.borrow().clone();
    let items: Vec<Value> =
        of.positional.iter().skip(1).filter(|item| is_part(item)).cloned().collect();
    let name = of.positional.first().cloned().unwrap_or(Value::Unknown);
    let table = table_of(run, &name, &items, &of, &own_convention(&of).into())?;
    let schema = of.named("schema").filter(|schema| !schema.is_none());
    Ok(table.map(|table| (name, schema, table)))
}

/// The naming convention of the `MetaData` that `Table` is given.
fn own_convention(of: &Args) -> Convention {
    match of.positional.get(1).or_else(|| of.keyword("metadata")) {
        Some(Value::Made(made)) if made.kind() == "MetaData" => convention_of(made),
        _ => Convention::unknown(),
    }
}

/// Whether it is a part of a table, and not the metadata.
fn is_part(item: &Value) -> bool {
    match item {
        Value::Made(made) => made.kind() != "MetaData",
        Value::Name(_) => false,
        _ => true,
    }
}

pub(super) fn drop(run: &mut Run<'_>, args: &Args, at: &Range<usize>) {
    let given = Given::new(args, &["table_name"], "", None);
    let guard = if given.is("if_exists") { "IF EXISTS " } else { "" };
    let table = qualified(given.schema("schema").as_ref(), &given.value("table_name"));
    run.send(at.clone(), format!("DROP TABLE {guard}{table}"));
}

pub(super) fn rename(run: &mut Run<'_>, args: &Args, at: &Range<usize>) {
    let given = Given::new(args, &["old_table_name", "new_table_name", "schema"], "", None);
    let table = qualified(given.schema("schema").as_ref(), &given.value("old_table_name"));
    run.send(
        at.clone(),
        format!("ALTER TABLE {table} RENAME TO {}", ident(&given.value("new_table_name"))),
    );
}

/// It never makes the type of the column.
pub(super) fn add_column(
    run: &mut Run<'_>,
    args: &Args,
    at: &Range<usize>,
    batch: Option<&Rc<Batch>>,
) -> Result<(), Stop> {
    let given = Given::new(args, &["table_name", "column"], "table_name", batch);
    let (table, schema) = (given.table("table_name"), given.schema("schema"));
    let full = qualified(schema.as_ref(), &table);
    let Some(column) = column_of(run, &given.value("column"), schema.as_ref())? else {
        let at = run.at(at.clone());
        run.effect(Effect::Tables { at });
        return Ok(());
    };
    let guard = if given.is("if_not_exists") { "IF NOT EXISTS " } else { "" };
    let serial = column.is_key && column.counts(1);
    let convention = &run.options.convention;
    let owner = Owner { table: &table, schema: schema.as_ref(), convention };
    let sql = column_sql(run, &column, serial, owner)?;
    if let Some(named) =
        column.of.of.as_ref().filter(|of| of.native).and_then(|of| of.named(schema.as_ref()))
    {
        run.fact(run.place_at_home(at.clone()), What::Mentioned { of: named });
    }
    needs_type(run, column.of.of.as_ref(), schema.as_ref(), at);
    run.send(at.clone(), format!("ALTER TABLE {full} ADD COLUMN {guard}{sql}"));
    let mut more = Vec::new();
    for key in column.foreign_keys() {
        let key = foreign_key_sql(&column.name, &column.in_name(), key, owner)?;
        more.extend(key.map(|key| format!("ALTER TABLE {full} ADD {key}")));
    }
    let unique = column_unique(&column, owner)?;
    more.extend(unique.map(|unique| format!("ALTER TABLE {full} ADD {unique}")));
    more.extend(column_index(&column, owner)?);
    more.extend(column_comment(&table, schema.as_ref(), &column));
    for statement in more {
        run.send(at.clone(), statement);
    }
    Ok(())
}

pub(super) fn drop_column(
    run: &mut Run<'_>,
    args: &Args,
    at: &Range<usize>,
    batch: Option<&Rc<Batch>>,
) {
    let given = Given::new(args, &["table_name", "column_name"], "table_name", batch);
    let guard = if given.is("if_exists") { "IF EXISTS " } else { "" };
    let table = qualified(given.schema("schema").as_ref(), &given.table("table_name"));
    run.send(
        at.clone(),
        format!("ALTER TABLE {table} DROP COLUMN {guard}{}", ident(&given.value("column_name"))),
    );
}

pub(super) fn comment(
    run: &mut Run<'_>,
    args: &Args,
    at: &Range<usize>,
    batch: Option<&Rc<Batch>>,
    name: &str,
) {
    let given = Given::new(args, &["table_name", "comment"], "table_name", batch);
    let comment = match name {
        "create_table_comment" => comment_sql(&given.value("comment")),
        _ => "NULL".to_owned(),
    };
    let table = qualified(given.schema("schema").as_ref(), &given.table("table_name"));
    run.send(at.clone(), format!("COMMENT ON TABLE {table} IS {comment}"));
}
