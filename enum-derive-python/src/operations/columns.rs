//! `op.alter_column` (`alembic/ddl/postgresql.py`, `PostgresqlImpl.alter_column`): first the type, then whether the column may
//! be null, its default, its comment, and at last its name. It never makes a type.

use std::ops::Range;
use std::rc::Rc;

use super::Given;
use super::tables::needs_type;
use crate::effects::Effect;
use crate::facts::What;
use crate::run::{Run, Stop};
use crate::sql::clause::sql_or_clause;
use crate::sql::column::default_sql;
use crate::sql::enums::EnumType;
use crate::sql::naming::{Owner, raised};
use crate::sql::table::comment_sql;
use crate::sql::types::type_of;
use crate::sql::{ident, qualified};
use crate::value::{Args, Batch, Value};

pub(super) fn alter(
    run: &mut Run<'_>,
    args: &Args,
    at: &Range<usize>,
    batch: Option<&Rc<Batch>>,
) -> Result<(), Stop> {
    let given = Given::new(args, &["table_name", "column_name"], "table_name", batch);
    let schema = given.schema("schema");
    let name = given.value("column_name");
    let table = qualified(schema.as_ref(), &given.table("table_name"));
    let column = format!("ALTER TABLE {table} ALTER COLUMN {}", ident(&name));
    let (of_table, convention) = (given.table("table_name"), &run.options.convention);
    let owner = Owner { table: &of_table, schema: schema.as_ref(), convention };
    if args.is_open() {
        run.unknown(at.clone(), "what this changes is not known");
        return Ok(());
    }
    let set = |name: &str| given.get(name).filter(|value| !value.is_none());
    if let Some(to) = set("type_") {
        if let Some(from) = set("existing_type") {
            let from = type_of(run, &from, schema.as_ref())?;
            drop_check(run, from.of.as_ref(), &name, owner, at)?;
        }
        let of = type_of(run, &to, schema.as_ref())?;
        let mut sql = format!("{column} TYPE {}", of.sql);
        if let Some(using) = set("postgresql_using") {
            let using = match &using {
                Value::Text(text) => text.text.clone(),
                using => sql_or_clause(run, using)?,
            };
            sql.extend([" USING ", &using]);
        }
        if let Some(named) =
            of.of.as_ref().filter(|of| of.native).and_then(|of| of.named(schema.as_ref()))
        {
            run.fact(run.place_at_home(at.clone()), What::Mentioned { of: named });
        }
        needs_type(run, of.of.as_ref(), schema.as_ref(), at);
        run.send(at.clone(), sql);
    }
    match given.get("nullable") {
        Some(Value::Bool(true)) => run.send(at.clone(), format!("{column} DROP NOT NULL")),
        Some(Value::Bool(false)) => run.send(at.clone(), format!("{column} SET NOT NULL")),
        None | Some(Value::None) => {}
        Some(_) => {
            let at = run.at(at.clone());
            run.effect(Effect::Tables { at });
        }
    }
    match given.get("server_default") {
        None | Some(Value::Bool(false)) => {}
        Some(Value::None) => run.send(at.clone(), format!("{column} DROP DEFAULT")),
        Some(default) => match default_sql(run, &default)? {
            Some(default) => run.send(at.clone(), format!("{column} SET DEFAULT {default}")),
            // `Identity` and `Computed` change the column in ways that bear on no enum.
            None => {
                let at = run.at(at.clone());
                run.effect(Effect::Tables { at });
            }
        },
    }
    if let Some(to) = set("type_") {
        let of = type_of(run, &to, schema.as_ref())?;
        let check = of.of.as_ref().map(|of| of.check(&name, owner)).transpose()?;
        if let Some(check) = check.flatten() {
            run.send(at.clone(), format!("ALTER TABLE {table} ADD {check}"));
        }
    }
    match given.get("comment") {
        None | Some(Value::Bool(false)) => {}
        Some(comment) => {
            let comment = comment_sql(&comment);
            run.send(
                at.clone(),
                format!("COMMENT ON COLUMN {table}.{} IS {comment}", ident(&name)),
            );
        }
    }
    if let Some(new) = set("new_column_name").or_else(|| set("name")) {
        run.send(
            at.clone(),
            format!("ALTER TABLE {table} RENAME {} TO {}", ident(&name), ident(&new)),
        );
    }
    Ok(())
}

/// The constraint that holds a text to the labels of an enum goes with its type (`alembic/operations/toimpl.py`,
/// `alter_column`).
fn drop_check(
    run: &mut Run<'_>,
    of: Option<&EnumType>,
    column: &Value,
    owner: Owner<'_>,
    at: &Range<usize>,
) -> Result<(), Stop> {
    let Some(of) = of.filter(|of| !of.native && of.constraint) else { return Ok(()) };
    let Some(name) = of.name_of_check(column, owner)? else {
        return Err(raised("a constraint that has no name cannot be dropped"));
    };
    let table = qualified(owner.schema, owner.table);
    run.send(at.clone(), format!("ALTER TABLE {table} DROP CONSTRAINT {name}"));
    Ok(())
}
