//! Constraints (`sqlalchemy/sql/compiler.py`, `DDLCompiler.visit_…_constraint`).

use super::clause::{clause, raw};
use super::{hole, ident, qualified};
use crate::run::{Run, Stop};
use crate::value::{Args, Made, Value};

/// A constraint of a table, as it stands in the table's definition; nothing where it is none, or is left to a later statement.
pub(crate) fn constraint_sql(run: &mut Run<'_>, made: &Made) -> Result<Option<String>, Stop> {
    let args = made.args.borrow().clone();
    let sql = match made.kind() {
        "PrimaryKeyConstraint" | "UniqueConstraint" if args.positional.is_empty() => {
            return Ok(None);
        }
        "PrimaryKeyConstraint" => format!("PRIMARY KEY ({})", columns(&args.positional)),
        "UniqueConstraint" => format!("UNIQUE ({})", columns(&args.positional)),
        "CheckConstraint" => return check_sql(run, made).map(Some),
        "ForeignKeyConstraint" => {
            if matches!(args.named("use_alter"), Some(Value::Bool(true))) {
                return Ok(None);
            }
            let local = args.get(0, "columns").unwrap_or(Value::Unknown);
            let remote = args.get(1, "refcolumns").unwrap_or(Value::Unknown);
            let (local, remote) = (run.items(&local)?, run.items(&remote)?);
            let (Some(local), Some(remote)) = (local, remote) else { return Ok(None) };
            let Some((table, remote)) = targets(&remote) else { return Ok(None) };
            format!(
                "FOREIGN KEY ({}) REFERENCES {table} ({remote}){}",
                columns(&local),
                actions(&args)
            )
        }
        _ => return Ok(None),
    };
    Ok(Some(preamble(args.named("name").as_ref()) + &sql + &deferred(&args)))
}

pub(crate) fn check_sql(run: &mut Run<'_>, made: &Made) -> Result<String, Stop> {
    let args = made.args.borrow().clone();
    let condition = match args.get(0, "sqltext") {
        Some(condition) => condition_sql(run, &condition)?,
        None => hole(),
    };
    Ok(format!("{}CHECK ({condition})", preamble(args.named("name").as_ref())))
}

/// A condition: text, or an expression.
pub(crate) fn condition_sql(run: &mut Run<'_>, condition: &Value) -> Result<String, Stop> {
    match condition {
        Value::Text(_) => Ok(raw(condition)),
        condition => clause(run, condition),
    }
}

/// `ForeignKey("other.id")` of a column; nothing where what it refers to is not known.
pub(crate) fn foreign_key_sql(column: &Value, made: &Made) -> Option<String> {
    let args = made.args.borrow().clone();
    if matches!(args.named("use_alter"), Some(Value::Bool(true))) {
        return None;
    }
    let (table, remote) = targets(&[args.get(0, "column")?])?;
    let name = preamble(args.named("name").as_ref());
    let actions = actions(&args) + &deferred(&args);
    Some(format!("{name}FOREIGN KEY({}) REFERENCES {table} ({remote}){actions}", ident(column)))
}

/// `CONSTRAINT name `, if there is a name.
pub(crate) fn preamble(name: Option<&Value>) -> String {
    match name {
        None | Some(Value::None) => String::new(),
        Some(name) => format!("CONSTRAINT {} ", ident(name)),
    }
}

/// Names of columns.
pub(crate) fn columns(names: &[Value]) -> String {
    let names: Vec<String> = names.iter().map(column).collect();
    names.join(", ")
}

fn column(name: &Value) -> String {
    match name {
        Value::Made(made) if matches!(made.kind(), "column" | "Column") => {
            made.args.borrow().positional.first().map_or_else(hole, ident)
        }
        name => ident(name),
    }
}

/// The table and the columns that a foreign key refers to: `schema.table.column`.
fn targets(columns: &[Value]) -> Option<(String, String)> {
    let mut table = None;
    let mut names = Vec::new();
    for target in columns {
        let text = target.as_text()?;
        let (path, name) = text.text.rsplit_once('.')?;
        names.push(ident(&Value::text(name)));
        table.get_or_insert_with(|| match path.rsplit_once('.') {
            Some((schema, name)) => qualified(Some(&Value::text(schema)), &Value::text(name)),
            None => ident(&Value::text(path)),
        });
    }
    Some((table?, names.join(", ")))
}

/// What a foreign key does where the other row changes.
pub(crate) fn actions(args: &Args) -> String {
    let mut sql = String::new();
    for (name, word) in [("ondelete", " ON DELETE "), ("onupdate", " ON UPDATE ")] {
        match args.named(name) {
            None | Some(Value::None) => {}
            Some(action) => {
                if let Some(action) = action.as_str() {
                    sql.extend([word, action]);
                }
            }
        }
    }
    sql
}

/// When a constraint is checked.
pub(crate) fn deferred(args: &Args) -> String {
    let mut sql = String::new();
    match args.named("deferrable") {
        Some(Value::Bool(true)) => sql.push_str(" DEFERRABLE"),
        Some(Value::Bool(false)) => sql.push_str(" NOT DEFERRABLE"),
        _ => {}
    }
    if let Some(initially) = args.named("initially").as_ref().and_then(Value::as_str) {
        sql.extend([" INITIALLY ", initially]);
    }
    sql
}
