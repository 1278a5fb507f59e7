//! Operations on constraints and indexes (`alembic/operations/ops.py`).

use std::ops::Range;
use std::rc::Rc;

use super::Given;
use crate::effects::Effect;
use crate::run::{Run, Stop};
use crate::sql::constraint::{actions, columns, condition_sql, deferred, preamble};
use crate::sql::table::index_sql;
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
    if name == "drop_index" {
        let concurrently = if given.is("postgresql_concurrently") { "CONCURRENTLY " } else { "" };
        let guard = if given.is("if_exists") { "IF EXISTS " } else { "" };
        let index = qualified(schema.as_ref(), &index);
        run.send(at.clone(), format!("DROP INDEX {concurrently}{guard}{index}"));
        return Ok(());
    }
    let of = run.items(&given.value("columns"))?.unwrap_or_else(|| vec![Value::Unknown]);
    let sql = index_sql(run, &index, &given.table("table_name"), schema.as_ref(), &of, args)?;
    run.send(at.clone(), sql);
    Ok(())
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
    let full = qualified(schema.as_ref(), &given.table(table));
    let label = given.value("constraint_name");
    if name == "drop_constraint" {
        // `sqlalchemy/sql/compiler.py`, `DDLCompiler.visit_drop_constraint`. A naming convention gives a name to no other
        // constraint than a key, of which it needs no columns.
        if label.is_none() {
            let kind = given.get("type_");
            if kind.as_ref().and_then(Value::as_str) == Some("primary") {
                let at = run.at(at.clone());
                run.effect(Effect::Tables { at });
            } else {
                run.fail(at.clone(), "a constraint that has no name cannot be dropped");
            }
            return Ok(());
        }
        let guard = if given.is("if_exists") { "IF EXISTS " } else { "" };
        run.send(
            at.clone(),
            format!("ALTER TABLE {full} DROP CONSTRAINT {guard}{}", ident(&label)),
        );
        return Ok(());
    }
    let of = |run: &mut Run<'_>, name: &str| match run.items(&given.value(name)) {
        Ok(Some(names)) => Ok(columns(&names)),
        Ok(None) => Ok(hole()),
        Err(stop) => Err(stop),
    };
    let body = match name {
        "create_unique_constraint" => format!("UNIQUE ({})", of(run, "columns")?),
        "create_primary_key" => format!("PRIMARY KEY ({})", of(run, "columns")?),
        "create_check_constraint" => {
            format!("CHECK ({})", condition_sql(run, &given.value("condition"))?)
        }
        _ => {
            let (local, remote) = (of(run, "local_cols")?, of(run, "remote_cols")?);
            let other = qualified(given_schema(&given).as_ref(), &given.value("referent_table"));
            format!("FOREIGN KEY({local}) REFERENCES {other} ({remote}){}", actions(args))
        }
    };
    let valid = if given.is("postgresql_not_valid") { " NOT VALID" } else { "" };
    let sql =
        format!("ALTER TABLE {full} ADD {}{body}{}{valid}", preamble(Some(&label)), deferred(args));
    run.send(at.clone(), sql);
    Ok(())
}

fn given_schema(given: &Given<'_>) -> Option<Value> {
    given.get("referent_schema").filter(|schema| !schema.is_none())
}
