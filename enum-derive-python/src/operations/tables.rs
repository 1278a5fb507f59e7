//! Operations on tables and their columns (`alembic/operations/ops.py` and `alembic/operations/toimpl.py`).

use std::ops::Range;
use std::rc::Rc;

use super::{Given, types};
use crate::convention::Convention;
use crate::effects::{Effect, WHAT};
use crate::facts::What;
use crate::run::{Evaluated, Run, Stop};
use crate::sql::column::{Column, column_of, column_sql};
use crate::sql::constraint::foreign_key_sql;
use crate::sql::enums::{Creates, EnumType};
use crate::sql::naming::{Owner, convention_of};
use crate::sql::table::{column_comment, column_index, column_unique, comment_sql, table_of};
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
    let of = made.args.borrow().clone();
    // `Table(name, metadata, …)`; what `op.create_table` gave has no metadata.
    let items: Vec<Value> =
        of.positional.iter().skip(1).filter(|item| is_part(item)).cloned().collect();
    let name = of.positional.first().cloned().unwrap_or(Value::Unknown);
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
    if method == "drop" && !is_new && !matches!(looks, Looks::Never) || table_first {
        run.unknown(at, "what this finds in the database is not known");
        return Ok(Value::None);
    }
    let metadata = of.positional.get(1).or_else(|| of.keyword("metadata"));
    let convention = match metadata {
        Some(Value::Made(made)) if made.kind() == "MetaData" => convention_of(made),
        _ => Convention::unknown(),
    };
    let Some(table) = table_of(run, &name, &items, &of, &convention)? else {
        run.unknown(at, COLUMNS);
        return Ok(Value::None);
    };
    let schema = of.named("schema").filter(|schema| !schema.is_none());
    if method == "drop" {
        run.send(at.clone(), format!("DROP TABLE {}", qualified(schema.as_ref(), &name)));
        for column in &table.columns {
            if let (false, Some((of, Creates::Yes))) = (is_new, column.makes_type()) {
                run.send(at.clone(), format!("DROP TYPE {}", of.sql_name(schema.as_ref())));
            }
        }
        return Ok(Value::None);
    }
    for column in &table.columns {
        create_type(run, column, schema.as_ref(), &at, looks);
    }
    for statement in table.statements {
        run.send(at.clone(), statement);
    }
    Ok(Value::None)
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
