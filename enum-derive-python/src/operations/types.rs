//! `Enum.create` and `Enum.drop`.

use std::ops::Range;
use std::rc::Rc;

use crate::effects::{WHAT, block};
use crate::run::{Evaluated, Run};
use crate::sql::enums::{EnumType, enum_of};
use crate::value::{Args, Made, Value};

/// `enum.create(bind, checkfirst=…)`: without `checkfirst`, `postgresql.ENUM` looks first, and the generic type does not
/// (`sqlalchemy/dialects/postgresql/named_types.py`, `NamedType.create`; `sqlalchemy/sql/sqltypes.py`,
/// `SchemaType.create`; the same in 1.4, 2.0 and 2.1). `create_type` does not matter here.
pub(super) fn created_or_dropped(
    run: &mut Run<'_>,
    made: &Rc<Made>,
    name: &str,
    args: &Args,
    at: Range<usize>,
) -> Evaluated {
    let Some(of) = enum_of(run, made)? else {
        run.unknown(at, WHAT);
        return Ok(Value::None);
    };
    if !of.native {
        return Ok(Value::None);
    }
    if of.name.is_none() {
        run.fail(at, "a type of PostgreSQL requires a name");
        return Ok(Value::None);
    }
    let first = match args.get(1, "checkfirst") {
        None => Some(of.is_postgres),
        Some(Value::Bool(first)) => Some(first),
        Some(Value::None) => Some(false),
        Some(_) => None,
    };
    let statement =
        if name == "create" { of.create(None) } else { format!("DROP TYPE {}", of.sql_name(None)) };
    match first {
        Some(true) => run.send(at, guarded(&of, &statement, name == "create")),
        Some(false) => run.send(at, statement),
        None => run.unknown(at, "whether this looks first is not known"),
    }
    Ok(Value::None)
}

/// A statement that is sent only if there is no such type, or if there is one.
pub(super) fn guarded(of: &EnumType, statement: &str, is_create: bool) -> String {
    let not = if is_create { "NOT " } else { "" };
    block(&format!("IF {not}EXISTS ({}) THEN {statement}; END IF; ", of.is_there()))
}
