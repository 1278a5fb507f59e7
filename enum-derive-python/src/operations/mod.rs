//! What Alembic and `SQLAlchemy` do: their functions, by name.
//!
//! A name that begins with `@` is something that leads to the database: `@bind` is what `op.get_bind()` gives.

mod columns;
mod connections;
mod constraints;
mod execute;
mod plugins;
mod rows;
mod tables;
mod types;

use std::ops::Range;
use std::rc::Rc;

use crate::effects::{Effect, WHAT};
use crate::queries::{change_names, of_result};
use crate::run::{Evaluated, Library, Run, Stop};
use crate::sql::enums::enum_of;
use crate::text::Text;
use crate::value::{Args, Batch, Made, Value, last};

/// Alembic, `SQLAlchemy`, and libraries that add operations.
pub(crate) struct Operations;

impl Library for Operations {
    fn attribute(&self, path: &Rc<str>, name: &str) -> Value {
        match (&**path, name) {
            ("@bind" | "@elsewhere" | "@session" | "@context" | "@engine", "dialect") => {
                Value::name("@dialect")
            }
            ("@dialect" | "@engine", "name") => Value::text("postgresql"),
            ("@bind", "engine") => Value::name("@engine"),
            ("@context", "bind" | "connection") | ("@session", "bind") => Value::name("@bind"),
            ("@context", "as_sql") => Value::Bool(false),
            ("@context" | "alembic.op", "impl") => Value::name("@impl"),
            // `sqlalchemy.dialects.postgresql`, `sa.func`
            _ => Value::Name(format!("{path}.{name}").into()),
        }
    }

    fn made_attribute(
        &self,
        run: &mut Run<'_>,
        made: &Rc<Made>,
        name: &str,
    ) -> Result<Option<Value>, Stop> {
        if let Some(of) = enum_of(run, made)? {
            return Ok(match name {
                "name" => Some(of.name),
                "schema" => Some(of.schema),
                "enums" => Some(match of.labels {
                    Some(labels) => Value::list(labels.into_iter().map(Value::Text).collect()),
                    None => Value::Unknown,
                }),
                _ => None,
            });
        }
        // What is given by its name, of objects that are only values: `sa.Column("a", …).name`.
        match (made.kind(), name) {
            ("Column" | "Table" | "table" | "column", "name") => {
                Ok(made.args.borrow().positional.first().cloned())
            }
            ("text", "text") => Ok(made.args.borrow().positional.first().cloned()),
            ("object", name) => {
                if let Some(value) = made.keyword(name) {
                    return Ok(Some(value));
                }
                let Some(Value::Class(class)) = made.keyword("@class") else {
                    return Ok(Some(Value::Unknown));
                };
                Ok(Some(match class.attribute(name) {
                    Some(function @ Value::Function(_)) => {
                        Value::Method(Rc::new((function, Value::Made(Rc::clone(made)))))
                    }
                    // It may be what the constructor was given.
                    Some(_) if is_given_more(made) && class.annotates(name) => Value::Unknown,
                    Some(value) => value,
                    None => Value::Unknown,
                }))
            }
            _ => Ok(None),
        }
    }

    fn call(&self, run: &mut Run<'_>, path: &Rc<str>, args: Args, at: Range<usize>) -> Evaluated {
        if let Some(name) =
            path.strip_prefix("alembic.op.").or_else(|| path.strip_prefix("alembic.operations.op."))
        {
            return operation(run, name, &args, at.clone(), None)
                .map_err(|stop| stop.placed(run.at(at)));
        }
        if let Some(handle) = path.strip_prefix('@') {
            return connections::handle(run, handle, &args, at);
        }
        let kind = last(path);
        Ok(match kind {
            "is_offline_mode" if path.starts_with("alembic.") => Value::Bool(false),
            "get_context" if path.starts_with("alembic.") => Value::name("@context"),
            "get_bind" if path.starts_with("alembic.") => Value::name("@bind"),
            // `sa.inspect(bind)`, `Inspector.from_engine(bind)`
            "Inspector" | "inspect" | "from_engine" if args.has_handle() => {
                Value::name(&run.inspector())
            }
            // `Session(bind=op.get_bind())`
            "Session" if args.has_handle() => Value::name("@session"),
            "sessionmaker" | "scoped_session" if args.has_handle() => Value::name("@sessionmaker"),
            "Operations" if args.has_handle() => Value::name("alembic.op"),
            "configure" if path.starts_with("alembic.") => Value::Unknown,
            "Enum" | "ENUM" => Value::made_at(path, args, run.place(at)),
            "Table" => {
                let made = Value::made(path, args);
                if let Value::Made(made) = &made
                    && tables::metadata_of(made).is_some()
                {
                    run.tables.push(Rc::clone(made));
                }
                made
            }
            _ => Value::made(path, args),
        })
    }

    fn method(
        &self,
        run: &mut Run<'_>,
        of: &Value,
        name: &str,
        args: Args,
        at: Range<usize>,
    ) -> Evaluated {
        match of {
            Value::Batch(batch) => {
                let done = in_batch(run, batch, name, &args, at.clone());
                return done.map_err(|stop| stop.placed(run.at(at)));
            }
            Value::Made(made) => {
                if made.of.starts_with('@') {
                    change_names(of, name);
                    return Ok(of_result(made, name));
                }
                let done = of_made(run, made, name, args, at.clone());
                return done.map_err(|stop| stop.placed(run.at(at)));
            }
            _ => {}
        }
        // `something.execute("…")` of what is not known may be a connection.
        if args.has_handle() || sends(name) && matches!(of, Value::Unknown | Value::Attribute(_)) {
            let is_harmless = args.positional.first().is_some_and(execute::is_about_rows);
            if args.has_handle() || !is_harmless {
                run.unknown(at, WHAT);
            }
        }
        Ok(Value::Unknown)
    }
}

/// Whether a method is one that sends SQL.
fn sends(name: &str) -> bool {
    matches!(name, "execute" | "exec" | "exec_driver_sql" | "executemany")
}

fn of_made(
    run: &mut Run<'_>,
    made: &Rc<Made>,
    name: &str,
    args: Args,
    at: Range<usize>,
) -> Evaluated {
    match (made.kind(), name) {
        ("Enum" | "ENUM", "create" | "drop") => {
            return types::created_or_dropped(run, made, name, &args, at);
        }
        ("Table", "create" | "drop") => return tables::in_orm(run, made, name, &args, at),
        ("MetaData", "create_all" | "drop_all") => {
            return tables::of_metadata(run, made, name, &args, at);
        }
        // It reads the catalog; what it finds is not known.
        ("MetaData", "reflect") => return Ok(Value::None),
        ("text", "bindparams" | "params") => {
            let mut bound = made.args.borrow().clone();
            bound.keywords.extend(args.keywords);
            for bind in args.positional {
                if let Value::Dict(entries) = &bind
                    && let Some(entries) = &*entries.borrow()
                {
                    for (key, value) in entries {
                        match key.as_str() {
                            Some(key) => bound.keywords.push((key.into(), value.clone())),
                            None => bound.open = true,
                        }
                    }
                    continue;
                }
                if let Value::Made(bind) = &bind {
                    let bind = bind.args.borrow();
                    let name = bind.get(0, "key");
                    if let Some(name) = name.as_ref().and_then(Value::as_str) {
                        let value = bind.get(1, "value").unwrap_or(Value::Unknown);
                        bound.keywords.push((name.into(), value));
                        continue;
                    }
                }
                bound.open = true;
            }
            return Ok(Value::made(&made.of, bound));
        }
        ("text", "columns" | "execution_options") => return Ok(Value::Made(Rc::clone(made))),
        (_, "with_variant") => {
            let mut all = args;
            all.positional.insert(0, Value::Made(Rc::clone(made)));
            return Ok(Value::made("sqlalchemy.with_variant", all));
        }
        ("Enum" | "ENUM", "copy") | ("Column", "copy" | "_copy") => {
            return Ok(Value::Made(Rc::clone(made)));
        }
        // `Session = sessionmaker()` outside of the function, `Session(bind=op.get_bind())` in it.
        ("sessionmaker" | "scoped_session", "") if args.has_handle() => {
            return Ok(Value::name("@session"));
        }
        _ => {}
    }
    if args.has_handle() {
        run.unknown(at, WHAT);
        return Ok(Value::Unknown);
    }
    if crate::imports::is_library(&made.of) {
        // A statement about rows, an expression.
        let mut args = args;
        args.keywords.push(("@self".into(), Value::Made(Rc::clone(made))));
        return Ok(Value::made(&format!("{}.{name}", made.of), args));
    }
    Ok(Value::Unknown)
}

/// An operation on the table of `batch_alter_table`, which is sent at the end of that, except for SQL.
fn in_batch(
    run: &mut Run<'_>,
    batch: &Rc<Batch>,
    name: &str,
    args: &Args,
    at: Range<usize>,
) -> Evaluated {
    if matches!(name, "execute" | "f" | "get_bind" | "get_context") {
        return operation(run, name, args, at, None);
    }
    let before = run.effects.len();
    let value = operation(run, name, args, at, Some(batch))?;
    if !run.is_doubtful()
        && let Some(held) = run.held.last_mut()
    {
        held.extend(run.effects.drain(before..));
    }
    Ok(value)
}

/// What an operation is told, by its names.
pub(crate) struct Given<'o> {
    args: &'o Args,
    names: Vec<&'static str>,
    batch: Option<&'o Batch>,
}

impl<'o> Given<'o> {
    /// `table` is the name of the argument that a batch knows.
    fn new(
        args: &'o Args,
        names: &[&'static str],
        table: &str,
        batch: Option<&'o Rc<Batch>>,
    ) -> Self {
        let names =
            names.iter().copied().filter(|name| batch.is_none() || *name != table).collect();
        Self { args, names, batch: batch.map(|batch| &**batch) }
    }

    fn get(&self, name: &str) -> Option<Value> {
        match self.names.iter().position(|known| *known == name) {
            Some(place) => self.args.get(place, name),
            None => self.args.named(name),
        }
    }

    fn value(&self, name: &str) -> Value {
        self.get(name).unwrap_or(Value::Unknown)
    }

    /// The table: the batch's, or the argument's.
    fn table(&self, name: &str) -> Value {
        self.batch.map_or_else(|| self.value(name), |batch| batch.table.clone())
    }

    fn schema(&self, name: &str) -> Option<Value> {
        let schema = match self.batch {
            Some(batch) => Some(batch.schema.clone()),
            None => self.get(name),
        };
        schema.filter(|schema| !schema.is_none())
    }

    fn is(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Bool(true)))
    }
}

/// An operation of `op` (`alembic/operations/ops.py`).
fn operation(
    run: &mut Run<'_>,
    name: &str,
    args: &Args,
    at: Range<usize>,
    batch: Option<&Rc<Batch>>,
) -> Evaluated {
    match name {
        "get_bind" => return Ok(Value::name("@bind")),
        "get_context" => return Ok(Value::name("@context")),
        "f" => {
            return Ok(match args.get(0, "name") {
                Some(Value::Text(text)) => Value::Text(Text { is_final: true, ..text }),
                name => name.unwrap_or(Value::Unknown),
            });
        }
        "inline_literal" => return Ok(Value::made("sqlalchemy.literal", args.clone())),
        "execute" => {
            let sql = args.get(0, "sqltext").unwrap_or(Value::Unknown);
            execute::send(run, &sql, None, at)?;
            return Ok(Value::None);
        }
        "batch_alter_table" => {
            let always = args.named("recreate").as_ref().and_then(Value::as_str) == Some("always");
            if always {
                run.unknown(at, "what this makes of the table is not known");
            }
            let table = args.get(0, "table_name").unwrap_or(Value::Unknown);
            let schema = args.get(1, "schema").unwrap_or(Value::None);
            return Ok(Value::Batch(Rc::new(Batch { table, schema })));
        }
        "create_table" => return tables::create(run, args, at),
        "drop_table" => tables::drop(run, args, &at),
        "rename_table" => tables::rename(run, args, &at),
        "add_column" => tables::add_column(run, args, &at, batch)?,
        "drop_column" => tables::drop_column(run, args, &at, batch),
        "create_table_comment" | "drop_table_comment" => {
            tables::comment(run, args, &at, batch, name);
        }
        "alter_column" => columns::alter(run, args, &at, batch)?,
        "bulk_insert" => rows::bulk_insert(run, args, &at)?,
        "create_index" | "drop_index" => constraints::index(run, name, args, &at, batch)?,
        "create_unique_constraint"
        | "create_primary_key"
        | "create_check_constraint"
        | "create_foreign_key"
        | "drop_constraint" => constraints::constraint(run, name, args, &at, batch)?,
        "create_exclude_constraint" => {
            let at = run.at(at);
            run.effect(Effect::Tables { at });
        }
        "sync_enum_values" => plugins::sync_enum_values(run, args, &at)?,
        "create_entity" | "replace_entity" | "drop_entity" | "revert_entity" => {
            plugins::entity(run, name, args, &at)?;
        }
        _ => run.unknown(at, format!("what `{name}` does is not known")),
    }
    Ok(Value::None)
}

/// Whether an object was given what no name is known of.
fn is_given_more(object: &Made) -> bool {
    let given = object.args.borrow();
    !given.positional.is_empty() || given.is_open()
}
