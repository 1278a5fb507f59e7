//! Constraints (`sqlalchemy/sql/compiler.py`, `DDLCompiler.visit_…_constraint`).

use super::clause::{clause, raw};
use super::naming::{Owner, Parts, name_of};
use super::{hole, ident, qualified};
use crate::convention::Kind;
use crate::run::{Run, Stop};
use crate::value::{Args, Made, Value};

/// A constraint of a table, as it stands in the table's definition; nothing where it is none, or is left to a later statement.
pub(crate) fn constraint_sql(
    run: &mut Run<'_>,
    made: &Made,
    owner: Owner<'_>,
) -> Result<Option<String>, Stop> {
    let args = made.args.borrow().clone();
    let name = args.named("name");
    let (sql, name) = match made.kind() {
        "PrimaryKeyConstraint" | "UniqueConstraint" if args.positional.is_empty() => {
            return Ok(None);
        }
        kind @ ("PrimaryKeyConstraint" | "UniqueConstraint") => {
            let (kind, words) = match kind {
                "UniqueConstraint" => (Kind::Unique, "UNIQUE"),
                _ => (Kind::PrimaryKey, "PRIMARY KEY"),
            };
            let name = preamble(owner, kind, name.as_ref(), Parts::of(&args.positional))?;
            (format!("{words} ({})", columns(&args.positional)), name)
        }
        "CheckConstraint" => return check_sql(run, made, owner).map(Some),
        "ForeignKeyConstraint" => {
            if matches!(args.named("use_alter"), Some(Value::Bool(true))) {
                return Ok(None);
            }
            let local = args.get(0, "columns").unwrap_or(Value::Unknown);
            let remote = args.get(1, "refcolumns").unwrap_or(Value::Unknown);
            let (local, remote) = (run.items(&local)?, run.items(&remote)?);
            let (Some(local), Some(remote)) = (local, remote) else { return Ok(None) };
            let Some(target) = Target::of(&remote) else { return Ok(None) };
            let parts = Parts { columns: Some(&local), referred: Some(target.referred()) };
            let name = preamble(owner, Kind::ForeignKey, name.as_ref(), parts)?;
            let (local, target) = (columns(&local), target.sql());
            (format!("FOREIGN KEY ({local}) REFERENCES {target}{}", actions(&args)), name)
        }
        _ => return Ok(None),
    };
    Ok(Some(name + &sql + &deferred(&args)))
}

pub(crate) fn check_sql(run: &mut Run<'_>, made: &Made, owner: Owner<'_>) -> Result<String, Stop> {
    let args = made.args.borrow().clone();
    let condition = args.get(0, "sqltext").unwrap_or(Value::Unknown);
    let sql = condition_sql(run, &condition)?;
    let name =
        preamble(owner, Kind::Check, args.named("name").as_ref(), parts_of_check(&condition))?;
    Ok(format!("{name}CHECK ({sql})"))
}

/// What a naming convention knows of a check: a text has no columns.
pub(crate) fn parts_of_check(condition: &Value) -> Parts<'static> {
    match condition {
        Value::Text(_) => Parts::of(&[]),
        Value::Made(made) if made.kind() == "text" => Parts::of(&[]),
        _ => Parts::unknown(),
    }
}

/// A condition: text, or an expression.
pub(crate) fn condition_sql(run: &mut Run<'_>, condition: &Value) -> Result<String, Stop> {
    match condition {
        Value::Text(_) => Ok(raw(condition)),
        condition => clause(run, condition),
    }
}

/// `ForeignKey("other.id")` of a column; nothing where what it refers to is not known.
pub(crate) fn foreign_key_sql(
    column: &Value,
    in_name: &Value,
    made: &Made,
    owner: Owner<'_>,
) -> Result<Option<String>, Stop> {
    let args = made.args.borrow().clone();
    if matches!(args.named("use_alter"), Some(Value::Bool(true))) {
        return Ok(None);
    }
    let target = args.get(0, "column").and_then(|column| Target::of(&[column]));
    let Some(target) = target else { return Ok(None) };
    let columns = std::slice::from_ref(in_name);
    let parts = Parts { columns: Some(columns), referred: Some(target.referred()) };
    let name = preamble(owner, Kind::ForeignKey, args.named("name").as_ref(), parts)?;
    let actions = actions(&args) + &deferred(&args);
    let (column, target) = (ident(column), target.sql());
    Ok(Some(format!("{name}FOREIGN KEY({column}) REFERENCES {target}{actions}")))
}

/// `CONSTRAINT name `, if there is a name.
pub(crate) fn preamble(
    owner: Owner<'_>,
    kind: Kind,
    given: Option<&Value>,
    parts: Parts<'_>,
) -> Result<String, Stop> {
    let name = name_of(owner, kind, given, parts)?;
    Ok(name.map(|name| format!("CONSTRAINT {name} ")).unwrap_or_default())
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
struct Target {
    schema: Option<Value>,
    table: Value,
    columns: Vec<Value>,
}

impl Target {
    fn of(targets: &[Value]) -> Option<Self> {
        let mut table = None;
        let mut columns = Vec::new();
        for target in targets {
            let text = target.as_text()?;
            let (path, name) = text.text.rsplit_once('.')?;
            columns.push(Value::text(name));
            table.get_or_insert_with(|| match path.rsplit_once('.') {
                Some((schema, name)) => (Some(Value::text(schema)), Value::text(name)),
                None => (None, Value::text(path)),
            });
        }
        let (schema, table) = table?;
        Some(Self { schema, table, columns })
    }

    /// `schema.table (column)`
    fn sql(&self) -> String {
        let table = qualified(self.schema.as_ref(), &self.table);
        format!("{table} ({})", columns(&self.columns))
    }

    /// What a naming convention knows of it: in the definition of a table, `SQLAlchemy` looks the columns up in a table that it
    /// need not have.
    fn referred(&self) -> (&Value, Option<&'static [Value]>) {
        (&self.table, None)
    }
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
