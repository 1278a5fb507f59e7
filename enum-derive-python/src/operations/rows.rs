//! `op.bulk_insert` (`alembic/ddl/impl.py`, `DefaultImpl.bulk_insert`): the columns are those of the first row.

use std::ops::Range;

use crate::run::{Run, Stop};
use crate::sql::clause::clause;
use crate::sql::{ident, qualified};
use crate::value::{Args, Value};

/// How many rows are sent in one statement.
const ROWS: usize = 200;

pub(super) fn bulk_insert(run: &mut Run<'_>, args: &Args, at: &Range<usize>) -> Result<(), Stop> {
    let (Some(Value::Made(table)), Some(rows)) = (args.get(0, "table"), args.get(1, "rows")) else {
        run.rows(at.clone());
        return Ok(());
    };
    let table = table.args.borrow().clone();
    let name = table.positional.first().cloned().unwrap_or(Value::Unknown);
    let schema = table.named("schema").filter(|schema| !schema.is_none());
    // Rows change no type; those that are not known may be any.
    let Some(rows) = run.items(&rows)? else {
        run.rows(at.clone());
        return Ok(());
    };
    let entries = |row: &Value| match row {
        Value::Dict(entries) => entries.borrow().clone(),
        _ => None,
    };
    let Some(first) = rows.first().and_then(entries) else {
        if !rows.is_empty() {
            run.rows(at.clone());
        }
        return Ok(());
    };
    let keys: Vec<Value> = first.into_iter().map(|(key, _)| key).collect();
    let columns: Vec<String> = keys.iter().map(ident).collect();
    let begin = format!(
        "INSERT INTO {} ({}) VALUES ",
        qualified(schema.as_ref(), &name),
        columns.join(", ")
    );
    for some in rows.chunks(ROWS) {
        let mut all = Vec::new();
        for row in some {
            let row = entries(row).unwrap_or_default();
            let mut values = Vec::new();
            for key in &keys {
                let value = row.iter().find(|(known, _)| crate::value::same(known, key));
                values.push(match value {
                    Some((_, value)) => clause(run, value)?,
                    None => "NULL".to_owned(),
                });
            }
            all.push(format!("({})", values.join(", ")));
        }
        run.send(at.clone(), begin.clone() + &all.join(", "));
    }
    Ok(())
}
