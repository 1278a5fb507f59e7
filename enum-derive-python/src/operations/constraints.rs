//! Operations on constraints and indexes (`alembic/operations/ops.py`).

use std::ops::Range;
use std::rc::Rc;

use super::Given;
use crate::convention::{Convention, Conventions, Kind};
use crate::run::{Run, Stop};
use crate::sql::constraint::{actions, columns, condition_sql, deferred, parts_of_check, preamble};
use crate::sql::naming::{Owner, Parts, name_of, raised};
use crate::sql::table::{index_name, index_sql};
use crate::sql::{hole, ident, qualified};
use crate::value::{Args, Batch, Value};

pub(super) fn index(
    run: &mut Run<'_>,
    name: &str,
    args: &Args,
    at: &Range<usize>,
    batch: Option<&Rc<Batch>>,
) -> Result<(), Stop> {
    let given = Given::new(args, &["index_name", "table_name", "columns"], "table_name", batch);
    let schema = given.schema("schema");
    let index = given.value("index_name");
    // `alembic/operations/schemaobj.py`, `SchemaObjects.index`
    let table = match (&given.batch, given.get("table_name")) {
        (None, None | Some(Value::None)) => Value::text("no_table"),
        _ => given.table("table_name"),
    };
    let convention = &run.options.convention;
    let owner = Owner { table: &table, schema: schema.as_ref(), convention };
    if name == "drop_index" {
        let concurrently = if given.is("postgresql_concurrently") { "CONCURRENTLY " } else { "" };
        let guard = if given.is("if_exists") { "IF EXISTS " } else { "" };
        // Where it is given no columns, it has one that is called `x` (`alembic/operations/ops.py`, `DropIndexOp.to_index`).
        let index = index_name(&index, &[Value::text("x")], owner)?;
        let schema = schema.as_ref().map(|schema| format!("{}.", ident(schema)));
        let schema = schema.unwrap_or_default();
        run.send(at.clone(), format!("DROP INDEX {concurrently}{guard}{schema}{index}"));
        return Ok(());
    }
    let of = run.items(&given.value("columns"))?.unwrap_or_else(|| vec![Value::Unknown]);
    let name = index_name(&index, &of.iter().map(in_name).collect::<Vec<_>>(), owner)?;
    let sql = index_sql(run, &name, &of, args, owner)?;
    run.send(at.clone(), sql);
    Ok(())
}

/// What of a part of an index goes into its name: a text is a column of that name (`alembic/util/sqla_compat.py`,
/// `_textual_index_column`).
fn in_name(part: &Value) -> Value {
    match part {
        Value::Made(made) if made.kind() == "text" => {
            made.args.borrow().positional.first().cloned().unwrap_or(Value::Unknown)
        }
        part => part.clone(),
    }
}

pub(super) fn constraint(
    run: &mut Run<'_>,
    name: &str,
    args: &Args,
    at: &Range<usize>,
    batch: Option<&Rc<Batch>>,
) -> Result<(), Stop> {
    let (names, table): (&[&'static str], _) = match name {
        "create_foreign_key" => (
            &["constraint_name", "source_table", "referent_table", "local_cols", "remote_cols"],
            "source_table",
        ),
        "create_check_constraint" => {
            (&["constraint_name", "table_name", "condition"], "table_name")
        }
        "drop_constraint" => (&["constraint_name", "table_name", "type_"], "table_name"),
        _ => (&["constraint_name", "table_name", "columns"], "table_name"),
    };
    let given = Given::new(args, names, table, batch);
    let schema =
        given.schema(if name == "create_foreign_key" { "source_schema" } else { "schema" });
    let table = given.table(table);
    let full = qualified(schema.as_ref(), &table);
    let owner =
        Owner { table: &table, schema: schema.as_ref(), convention: &run.options.convention };
    let label = given.value("constraint_name");
    if name == "drop_constraint" {
        let Some(label) = dropped(&label, given.get("type_").as_ref(), owner)? else {
            return Err(raised("a constraint that has no name cannot be dropped"));
        };
        let guard = if given.is("if_exists") { "IF EXISTS " } else { "" };
        run.send(at.clone(), format!("ALTER TABLE {full} DROP CONSTRAINT {guard}{label}"));
        return Ok(());
    }
    let of = |run: &mut Run<'_>, name: &str| run.items(&given.value(name));
    let shown = |names: &Option<Vec<Value>>| names.as_deref().map_or_else(hole, columns);
    let (body, preamble) = match name {
        "create_unique_constraint" | "create_primary_key" => {
            let names = of(run, "columns")?;
            let (kind, words) = match name {
                "create_primary_key" => (Kind::PrimaryKey, "PRIMARY KEY"),
                _ => (Kind::Unique, "UNIQUE"),
            };
            let parts = Parts { columns: names.as_deref(), referred: None };
            (format!("{words} ({})", shown(&names)), preamble(owner, kind, Some(&label), parts)?)
        }
        "create_check_constraint" => {
            let condition = given.value("condition");
            let parts = parts_of_check(&condition);
            let name = preamble(owner, Kind::Check, Some(&label), parts)?;
            (format!("CHECK ({})", condition_sql(run, &condition)?), name)
        }
        _ => {
            let (local, remote) = (of(run, "local_cols")?, of(run, "remote_cols")?);
            let table = given.value("referent_table");
            let referred = Some((&table, remote.as_deref()));
            let parts = Parts { columns: local.as_deref(), referred };
            let name = preamble(owner, Kind::ForeignKey, Some(&label), parts)?;
            let other = qualified(given_schema(&given).as_ref(), &table);
            let (local, remote) = (shown(&local), shown(&remote));
            let body =
                format!("FOREIGN KEY({local}) REFERENCES {other} ({remote}){}", actions(args));
            (body, name)
        }
    };
    let valid = if given.is("postgresql_not_valid") { " NOT VALID" } else { "" };
    let sql = format!("ALTER TABLE {full} ADD {preamble}{body}{}{valid}", deferred(args));
    run.send(at.clone(), sql);
    Ok(())
}

/// The name of a constraint that is dropped: the convention makes it as for one of that kind without columns
/// (`alembic/operations/schemaobj.py`, `generic_constraint`), and leaves one of no kind as it is given.
fn dropped(label: &Value, kind: Option<&Value>, owner: Owner<'_>) -> Result<Option<String>, Stop> {
    let kind = match kind {
        None | Some(Value::None) => {
            let none = Conventions::from(Convention::new(Vec::new()));
            let owner = Owner { convention: &none, ..owner };
            return name_of(owner, Kind::Check, Some(label), Parts::of(&[]));
        }
        Some(kind) => kind.as_str(),
    };
    let kind = match kind {
        Some("foreignkey") => Kind::ForeignKey,
        Some("primary") => Kind::PrimaryKey,
        Some("unique") => Kind::Unique,
        Some("check") => Kind::Check,
        Some(_) => {
            return Err(raised("a kind of constraint is foreignkey, primary, unique or check"));
        }
        None => return Ok(Some(hole())),
    };
    name_of(owner, kind, Some(label), Parts::of(&[]))
}

fn given_schema(given: &Given<'_>) -> Option<Value> {
    given.get("referent_schema").filter(|schema| !schema.is_none())
}
