//! Tables and indexes (`sqlalchemy/sql/compiler.py`, `DDLCompiler.visit_create_table`, and
//! `sqlalchemy/dialects/postgresql/base.py`, `PGDDLCompiler.visit_create_index`).

use std::rc::Rc;

use super::clause::clause;
use super::column::{Column, column_of, column_sql};
use super::constraint::{columns, condition_sql, constraint_sql, foreign_key_sql, preamble};
use super::naming::{Owner, Parts, name_of, raised};
use super::{hole, ident, literal, qualified};
use crate::convention::{Conventions, Kind};
use crate::run::{Run, Stop};
use crate::value::{Args, Made, Value};

/// How many pairs of columns are compared in a step.
const COLUMNS_PER_STEP: usize = 64;

/// A table to be made.
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    /// What makes it, and the indexes and comments that come with it.
    pub(crate) statements: Vec<String>,
}

/// The table of a call: its name, then columns and constraints. Nothing where some of those are not known.
pub(crate) fn table_of(
    run: &mut Run<'_>,
    name: &Value,
    items: &[Value],
    args: &Args,
    convention: &Conventions,
) -> Result<Option<Table>, Stop> {
    if args.is_open() {
        return Ok(None);
    }
    let schema = args.named("schema").filter(|schema| !schema.is_none());
    let owner = Owner { table: name, schema: schema.as_ref(), convention };
    let mut all = Vec::new();
    let mut others: Vec<Rc<Made>> = Vec::new();
    for item in items {
        // In Alembic, a column whose table is made already is copied.
        match column_of(run, item, schema.as_ref())? {
            Some(column) => all.push(column),
            None => match item {
                Value::Made(made) => others.push(Rc::clone(made)),
                Value::None => {}
                _ => return Ok(None),
            },
        }
    }
    if !refuses_twice(run, name, &all)? {
        return Ok(None);
    }
    let key = others.iter().find(|made| {
        made.kind() == "PrimaryKeyConstraint" && !made.args.borrow().positional.is_empty()
    });
    if let Some(key) = key {
        let names: Vec<Value> = key.args.borrow().positional.clone();
        for column in &mut all {
            column.is_key |= names.iter().any(|name| crate::value::same(name, &column.name));
        }
    }
    let keys = all.iter().filter(|column| column.is_key).count();
    let full = qualified(schema.as_ref(), name);
    let mut parts = Vec::new();
    for column in &all {
        let serial = column.is_key && column.counts(keys);
        parts.push(column_sql(run, column, serial, owner)?);
    }
    if key.is_none() && keys > 0 {
        let names: Vec<Value> =
            all.iter().filter(|it| it.is_key).map(|it| it.name.clone()).collect();
        // A constraint without columns gives those of the columns its name.
        let holder = others.iter().find(|made| made.kind() == "PrimaryKeyConstraint");
        let name = holder.and_then(|made| made.keyword("name"));
        let keys: Vec<Value> = all.iter().filter(|it| it.is_key).map(Column::in_name).collect();
        let name = preamble(owner, Kind::PrimaryKey, name.as_ref(), Parts::of(&keys))?;
        parts.push(format!("{name}PRIMARY KEY ({})", columns(&names)));
    }
    for made in &others {
        parts.extend(constraint_sql(run, made, owner)?);
    }
    for column in &all {
        for key in column.foreign_keys() {
            parts.extend(foreign_key_sql(&column.name, &column.in_name(), key, owner)?);
        }
        parts.extend(column_unique(column, owner)?);
    }
    let mut create = String::from("CREATE ");
    if let Some(prefixes) = args.keyword("prefixes") {
        for prefix in run.items(prefixes)?.unwrap_or_default() {
            create.extend([prefix.as_str().unwrap_or_default(), " "]);
        }
    }
    create.push_str("TABLE ");
    if matches!(args.keyword("if_not_exists"), Some(Value::Bool(true))) {
        create.push_str("IF NOT EXISTS ");
    }
    create.extend([&*full, " (", &parts.join(", "), ")"]);
    if let Some(of) = args.keyword("postgresql_inherits") {
        let names = match of {
            Value::Text(_) => ident(of),
            of => columns(&run.items(of)?.unwrap_or_else(|| vec![Value::Unknown])),
        };
        create.extend([" INHERITS (", &names, ")"]);
    }
    if let Some(by) = args.keyword("postgresql_partition_by").filter(|by| !by.is_none()) {
        create.extend([" PARTITION BY ", by.as_str().unwrap_or("\u{7ff}")]);
    }
    let mut statements = vec![create];
    for column in &all {
        statements.extend(column_index(column, owner)?);
    }
    for made in others.iter().filter(|made| made.kind() == "Index") {
        let args = made.args.borrow().clone();
        let named = args.positional.first().cloned().unwrap_or(Value::Unknown);
        let of = args.positional.get(1..).unwrap_or_default().to_vec();
        let named = index_name(&named, &of, owner)?;
        statements.push(index_sql(run, &named, &of, &args, owner)?);
    }
    if let Some(comment) = args.keyword("comment").filter(|comment| !comment.is_none()) {
        statements.push(format!("COMMENT ON TABLE {full} IS {}", comment_sql(comment)));
    }
    for column in &all {
        statements.extend(column_comment(name, schema.as_ref(), column));
    }
    Ok(Some(Table { columns: all, statements }))
}

pub(crate) fn index_sql(
    run: &mut Run<'_>,
    name: &str,
    of: &[Value],
    args: &Args,
    owner: Owner<'_>,
) -> Result<String, Stop> {
    let is = |name: &str| matches!(args.named(name), Some(Value::Bool(true)));
    let mut sql = String::from(if is("unique") { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " });
    if is("postgresql_concurrently") {
        sql.push_str("CONCURRENTLY ");
    }
    if is("if_not_exists") {
        sql.push_str("IF NOT EXISTS ");
    }
    // The operator class of a column, by its name.
    let classes = match args.named("postgresql_ops") {
        Some(Value::Dict(entries)) => entries.borrow().clone().unwrap_or_default(),
        _ => Vec::new(),
    };
    let mut parts = Vec::new();
    for part in of {
        let mut sql = match part {
            Value::Text(_) => ident(part),
            // A function and a text stand as they are.
            part => match clause(run, part)? {
                sql if sql == hole() => format!("({sql})"),
                sql => sql,
            },
        };
        let class = classes.iter().find(|(column, _)| crate::value::same(column, part));
        if let Some(class) = class.and_then(|(_, class)| class.as_str()) {
            sql.extend([" ", class]);
        }
        parts.push(sql);
    }
    sql.extend([name, " ON ", &qualified(owner.schema, owner.table), " "]);
    match args.named("postgresql_using") {
        None | Some(Value::None) => {}
        Some(using) => sql.extend(["USING ", using.as_str().unwrap_or("\u{7ff}"), " "]),
    }
    sql.extend(["(", &parts.join(", "), ")"]);
    if let Some(condition) = args.named("postgresql_where").filter(|it| !it.is_none()) {
        sql.extend([" WHERE ", &condition_sql(run, &condition)?]);
    }
    Ok(sql)
}

/// The name of an index, which has to have one (`DDLCompiler.visit_create_index`). A text in it is no column.
pub(crate) fn index_name(name: &Value, of: &[Value], owner: Owner<'_>) -> Result<String, Stop> {
    let is_column = |part: &&Value| match part {
        Value::Made(made) => matches!(made.kind(), "column" | "Column"),
        _ => true,
    };
    let columns: Vec<Value> = of.iter().filter(is_column).cloned().collect();
    let is_known = of.iter().all(|part| match part {
        Value::Made(made) => matches!(made.kind(), "column" | "Column" | "text"),
        Value::Text(_) => true,
        _ => false,
    });
    let parts = if is_known { Parts::of(&columns) } else { Parts::unknown() };
    let name = name_of(owner, Kind::Index, Some(name), parts)?;
    name.ok_or_else(|| raised("an index requires a name"))
}

/// The index of a column that is made with `index=True`.
pub(crate) fn column_index(column: &Column, owner: Owner<'_>) -> Result<Option<String>, Stop> {
    if !column.flag("index") {
        return Ok(None);
    }
    let unique = if column.flag("unique") { "UNIQUE " } else { "" };
    let name = index_name(&Value::None, &[column.in_name()], owner)?;
    let table = qualified(owner.schema, owner.table);
    Ok(Some(format!("CREATE {unique}INDEX {name} ON {table} ({})", ident(&column.name))))
}

/// The constraint of a column that is made with `unique=True`.
pub(crate) fn column_unique(column: &Column, owner: Owner<'_>) -> Result<Option<String>, Stop> {
    if !column.flag("unique") || column.flag("index") {
        return Ok(None);
    }
    let columns = [column.in_name()];
    let name = preamble(owner, Kind::Unique, None, Parts::of(&columns))?;
    Ok(Some(format!("{name}UNIQUE ({})", ident(&column.name))))
}

pub(crate) fn column_comment(
    table: &Value,
    schema: Option<&Value>,
    column: &Column,
) -> Option<String> {
    let comment = comment_sql(&column.comment()?);
    Some(format!(
        "COMMENT ON COLUMN {}.{} IS {comment}",
        qualified(schema, table),
        ident(&column.name)
    ))
}

pub(crate) fn comment_sql(comment: &Value) -> String {
    match comment {
        Value::None => "NULL".to_owned(),
        comment => comment.as_text().map_or_else(hole, |text| literal(&text.text)),
    }
}

/// Refuses a column that is there twice, as `SQLAlchemy` does from 2.0 on; 1.4 warns, and takes the later one instead, so that the
/// columns are not known (`sqlalchemy/sql/schema.py`, `Table.append_column`), as they are where a project does not tell its version.
fn refuses_twice(run: &mut Run<'_>, table: &Value, all: &[Column]) -> Result<bool, Stop> {
    run.charge(all.len() * all.len() / COLUMNS_PER_STEP)?;
    let is_twice = |(at, column): &(usize, &Column)| {
        all[..*at].iter().any(|before| crate::value::same(&before.name, &column.name))
    };
    let Some((_, column)) = all.iter().enumerate().find(is_twice) else { return Ok(true) };
    if run.options.sqlalchemy < (2, 0) || !run.options.is_pinned {
        return Ok(false);
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let message = format!(
        "SQLAlchemy refuses this before it sends anything (from 2.0): column {:?} is in the table {:?} twice",
        text(&column.name),
        text(table)
    );
    Err(Stop::Raised { at: 0..0, message })
}
