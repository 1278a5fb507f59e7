//! Operations that other libraries add to `op`.

use std::ops::Range;

use super::execute;
use crate::effects::{Effect, WHAT};
use crate::run::{Run, Stop};
use crate::sql::hole;
use crate::value::{Args, Made, Value};

/// `op.sync_enum_values` (`Pogchamp-company/alembic-postgresql-enum`,
/// `alembic_postgresql_enum/operations/sync_enum_values.py`, 1.11): a new type takes the place of the old one, column by column.
pub(super) fn sync_enum_values(
    run: &mut Run<'_>,
    args: &Args,
    at: &Range<usize>,
) -> Result<(), Stop> {
    let part = |value: Option<Value>| match value {
        Some(value) => value.as_text().map_or_else(hole, |text| text.text.clone()),
        None => hole(),
    };
    if is_of_autogenerate_enums(run, args)? {
        return add_labels(run, args, at);
    }
    let (schema, name) = (part(args.get(0, "enum_schema")), part(args.get(1, "enum_name")));
    let texts = |run: &mut Run<'_>, value: Option<Value>| -> Result<Option<Vec<Value>>, Stop> {
        match value {
            Some(value) => run.items(&value),
            None => Ok(Some(Vec::new())),
        }
    };
    let labels = texts(run, args.get(2, "new_values"))?;
    let columns = texts(run, args.get(3, "affected_columns"))?;
    let renames = texts(run, args.get(4, "enum_values_to_rename"))?;
    let indexes = texts(run, args.get(5, "indexes_to_recreate").filter(|it| !it.is_none()))?;
    let (Some(labels), Some(columns), Some(renames), Some(indexes)) =
        (labels, columns, renames, indexes)
    else {
        run.unknown(at.clone(), "what this makes of the type is not known");
        return Ok(());
    };
    let mut pairs = Vec::new();
    for pair in renames {
        match run.items(&pair)?.as_deref() {
            Some([old, new]) => pairs.push((part(Some(old.clone())), part(Some(new.clone())))),
            _ => {
                run.unknown(at.clone(), "what this makes of the type is not known");
                return Ok(());
            }
        }
    }
    let new = format!("\"{schema}\".\"{name}\"");
    let old = format!("\"{schema}\".\"{name}_old\"");
    let labels: Vec<String> =
        labels.into_iter().map(|label| format!("'{}'", part(Some(label)))).collect();
    run.send(at.clone(), format!("ALTER TYPE {new} RENAME TO \"{name}_old\""));
    run.send(at.clone(), format!("CREATE TYPE {new} AS ENUM({})", labels.join(", ")));
    for index in &indexes {
        if let Some(name) = index.as_made().and_then(|index| index.args.borrow().get(0, "name"))
            && let Some(name) = name.as_str()
        {
            let path: Vec<String> =
                name.split('.').map(|part| format!("\"{}\"", part.trim_matches('"'))).collect();
            run.send(at.clone(), format!("DROP INDEX IF EXISTS {}", path.join(".")));
        }
    }
    for column in columns {
        let Some(column) = column_of(run, &column, &schema)? else {
            run.unknown(at.clone(), "which column this changes is not known");
            continue;
        };
        let alter = format!("ALTER TABLE {} ALTER COLUMN {}", column.table, column.name);
        if let Some(default) = &column.default {
            run.send(at.clone(), format!("{alter} DROP DEFAULT"));
            run.send(at.clone(), format!("{alter} TYPE {}", column.cast(&new, &pairs)));
            let default = default_of(default, &schema, &name, &pairs);
            run.send(at.clone(), format!("{alter} SET DEFAULT {default}"));
        } else {
            run.send(at.clone(), format!("{alter} TYPE {}", column.cast(&new, &pairs)));
        }
    }
    run.send(at.clone(), format!("DROP TYPE {old}"));
    Ok(())
}

/// Whether a call is of the older library of that name: its fourth argument has labels, and not columns.
fn is_of_autogenerate_enums(run: &mut Run<'_>, args: &Args) -> Result<bool, Stop> {
    if args.get(usize::MAX, "old_values").is_some() {
        return Ok(true);
    }
    let Some(fourth) = args.get(3, "affected_columns") else { return Ok(false) };
    let items = run.items(&fourth)?;
    Ok(items.is_some_and(|items| items.first().is_some_and(|item| item.as_text().is_some())))
}

/// `op.sync_enum_values` of `dw/alembic-autogenerate-enums` (`alembic_autogenerate_enums/__init__.py`): it commits, and adds the
/// labels of its fourth argument that its third one does not have. Its down direction may replace the type.
fn add_labels(run: &mut Run<'_>, args: &Args, at: &Range<usize>) -> Result<(), Stop> {
    let texts = |run: &mut Run<'_>, value: Option<Value>| -> Result<Option<Vec<String>>, Stop> {
        let Some(value) = value else { return Ok(None) };
        let Some(items) = run.items(&value)? else { return Ok(None) };
        Ok(items.iter().map(|item| item.as_str().map(str::to_owned)).collect())
    };
    let part = |value: Option<Value>| {
        value.and_then(|value| value.as_text().map(|text| text.text.clone())).unwrap_or_else(hole)
    };
    let (schema, name) = (part(args.get(0, "schema")), part(args.get(1, "name")));
    let (old, new) =
        (texts(run, args.get(2, "old_values"))?, texts(run, args.get(3, "new_values"))?);
    let is_replaced =
        args.get(5, "should_reverse").is_some_and(|it| !matches!(it, Value::Bool(false)));
    let (Some(old), Some(mut new), false) = (old, new, is_replaced) else {
        run.unknown(at.clone(), "what this makes of the type is not known");
        return Ok(());
    };
    new.sort_unstable();
    new.dedup();
    new.retain(|label| !old.contains(label));
    run.send(at.clone(), "COMMIT".to_owned());
    for label in &new {
        // The library goes through a set, whose order differs from run to run.
        let label = if new.len() == 1 { label.clone() } else { hole() };
        run.send(at.clone(), format!("ALTER TYPE {schema}.{name} ADD VALUE '{label}'"));
    }
    Ok(())
}

/// A column that has the type.
struct Affected {
    table: String,
    name: String,
    is_array: bool,
    /// Its default, where it is dropped and set again.
    default: Option<String>,
}

impl Affected {
    fn cast(&self, new: &str, pairs: &[(String, String)]) -> String {
        let column = &self.name;
        if self.is_array {
            let mut from = format!("{column}::text[]");
            for (old, new) in pairs {
                from = format!("array_replace({from}, '{old}', '{new}')");
            }
            return format!("{new}[] USING {from}::{new}[]");
        }
        if pairs.is_empty() {
            return format!("{new} USING {column}::text::{new}");
        }
        let case = |(old, to): &(String, String)| {
            format!("WHEN {column}::text = '{old}' THEN '{to}'::{new}")
        };
        let cases: Vec<String> = pairs.iter().map(case).collect();
        format!("{new} USING CASE {} ELSE {column}::text::{new} END", cases.join(" "))
    }
}

/// The column of a `TableReference`, or of a tuple of the table, the column and its type, whose default the library reads from the
/// database.
fn column_of(
    run: &mut Run<'_>,
    value: &Value,
    enum_schema: &str,
) -> Result<Option<Affected>, Stop> {
    let quoted =
        |value: &Value| value.as_text().map_or_else(hole, |text| format!("\"{}\"", text.text));
    let is_array = |value: Option<&Value>| match value {
        Some(Value::Name(name)) => name.ends_with(".ARRAY"),
        _ => false,
    };
    if let Value::Made(made) = value
        && made.kind() == "TableReference"
    {
        let args = made.args.borrow().clone();
        let get = |place, name: &str| args.get(place, name);
        let table = quoted(&get(0, "table_name").unwrap_or(Value::Unknown));
        let table = match get(2, "table_schema") {
            None => format!("\"{enum_schema}\".{table}"),
            Some(Value::None) => table,
            Some(schema) => format!("{}.{table}", quoted(&schema)),
        };
        let default = match get(4, "existing_server_default") {
            None | Some(Value::None) => None,
            Some(default) => Some(default.as_text().map_or_else(hole, |text| text.text.clone())),
        };
        return Ok(Some(Affected {
            table,
            name: quoted(&get(1, "column_name").unwrap_or(Value::Unknown)),
            is_array: is_array(get(3, "column_type").as_ref()),
            default,
        }));
    }
    let Some(items) = run.items(value)? else { return Ok(None) };
    let [table, column, more @ ..] = &items[..] else { return Ok(None) };
    Ok(Some(Affected {
        table: format!("\"{enum_schema}\".{}", quoted(table)),
        name: quoted(column),
        is_array: is_array(more.first()),
        // The library asks the database for it.
        default: Some(hole()),
    }))
}

/// The default under the new type (`alembic_postgresql_enum/sql_commands/column_default.py`, `rename_default_if_required`).
fn default_of(default: &str, schema: &str, name: &str, pairs: &[(String, String)]) -> String {
    if default == hole() {
        return default.to_owned();
    }
    let new = if schema.is_empty() { name.to_owned() } else { format!("{schema}.{name}") };
    let mut value = match default.find("::") {
        Some(at) if !default.starts_with("ARRAY[") => default[..at].to_owned(),
        _ => default.to_owned(),
    };
    for (old, to) in pairs {
        value = value.replace(&format!("'{old}'"), &format!("'{to}'"));
        value = value.replace(&format!("\"{old}\""), &format!("\"{to}\""));
    }
    if default.starts_with("ARRAY[") {
        return hole();
    }
    let brackets = if default.ends_with("[]") { "[]" } else { "" };
    format!("{value}::{new}{brackets}")
}

/// `op.create_entity(function)` and the like (`olirice/alembic_utils`, `src/alembic_utils/pg_function.py`, `pg_view.py`).
pub(super) fn entity(
    run: &mut Run<'_>,
    operation: &str,
    args: &Args,
    at: &Range<usize>,
) -> Result<(), Stop> {
    let Some(Value::Made(made)) = args.positional.first() else {
        run.unknown(at.clone(), WHAT);
        return Ok(());
    };
    match made.kind() {
        "PGFunction" | "PGView" | "PGMaterializedView" => {
            let sql = replaceable(made, operation);
            match sql {
                Some(sql) => {
                    execute::send(run, &Value::text(sql), None, at.clone())?;
                }
                None => run.unknown(at.clone(), WHAT),
            }
        }
        "PGExtension" => {
            let of = made.args.borrow().clone();
            let quoted = |value: Option<Value>| match value.as_ref().and_then(Value::as_text) {
                Some(text) => format!("\"{}\"", text.text),
                None => hole(),
            };
            let (schema, name) = (quoted(of.get(0, "schema")), quoted(of.get(1, "signature")));
            let sql = match operation {
                "drop_entity" => format!("DROP EXTENSION {name}"),
                _ => format!("CREATE EXTENSION {name} WITH SCHEMA {schema}"),
            };
            run.send(at.clone(), sql);
        }
        "PGTrigger" | "PGPolicy" => match on_table(made, operation) {
            Some(sql) => run.send(at.clone(), sql),
            None => {
                let at = run.at(at.clone());
                run.effect(Effect::Tables { at });
            }
        },
        // A grant has nothing to do with types.
        "PGGrantTable" => {
            let at = run.at(at.clone());
            run.effect(Effect::Tables { at });
        }
        _ => run.unknown(at.clone(), WHAT),
    }
    Ok(())
}

/// A trigger or a policy that is created or dropped (`alembic_utils/pg_trigger.py` and `pg_policy.py`); nothing where it is
/// replaced.
fn on_table(made: &Made, operation: &str) -> Option<String> {
    let args = made.args.borrow().clone();
    let text = |place, name: &str| Some(args.get(place, name)?.as_text()?.text.clone());
    let (signature, definition) = (text(1, "signature")?, text(2, "definition")?);
    let table =
        args.named("on_entity").as_ref().and_then(Value::as_text).map(|it| it.text.clone())?;
    let what = if made.kind() == "PGTrigger" { "TRIGGER" } else { "POLICY" };
    let constraint = match args.named("is_constraint") {
        Some(Value::Bool(true)) => "CONSTRAINT ",
        _ => "",
    };
    match (operation, what) {
        ("create_entity", "TRIGGER") => {
            Some(format!("CREATE {constraint}TRIGGER \"{signature}\" {definition}"))
        }
        ("create_entity", _) => {
            Some(format!("CREATE POLICY \"{signature}\" ON {table} {definition}"))
        }
        ("drop_entity", what) => Some(format!("DROP {what} \"{signature}\" ON {table}")),
        _ => None,
    }
}

fn replaceable(made: &Made, operation: &str) -> Option<String> {
    let args = made.args.borrow().clone();
    let text = |place, name: &str| Some(args.get(place, name)?.as_text()?.text.clone());
    let (schema, signature) = (text(0, "schema")?, text(1, "signature")?);
    let definition = text(2, "definition")?;
    Some(match (made.kind(), operation) {
        ("PGFunction", "drop_entity") => {
            let name = signature.split('(').next()?.trim_matches('"').trim();
            // A function that nothing else has the name of needs no parameters here.
            format!("DROP FUNCTION \"{schema}\".\"{name}\"")
        }
        ("PGFunction", "create_entity") => {
            format!("CREATE FUNCTION \"{schema}\".{signature} {definition}")
        }
        ("PGFunction", _) => {
            format!("CREATE OR REPLACE FUNCTION \"{schema}\".{signature} {definition}")
        }
        ("PGView", "drop_entity") => format!("DROP VIEW \"{schema}\".\"{signature}\""),
        ("PGView", "create_entity") => {
            format!("CREATE VIEW \"{schema}\".\"{signature}\" AS {definition}")
        }
        ("PGView", _) => {
            format!("CREATE OR REPLACE VIEW \"{schema}\".\"{signature}\" AS {definition}")
        }
        (_, "drop_entity") => format!("DROP MATERIALIZED VIEW \"{schema}\".\"{signature}\""),
        (_, "create_entity") => format!(
            "CREATE MATERIALIZED VIEW \"{schema}\".\"{signature}\" AS {}",
            definition.trim_end().trim_end_matches(';')
        ),
        _ => return None,
    })
}
