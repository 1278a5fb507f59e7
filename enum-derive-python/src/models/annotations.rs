//! What an annotation says of a column (`sqlalchemy/orm/properties.py`, `MappedColumn._init_column_for_annotation`;
//! `sqlalchemy/orm/decl_api.py`, `registry._resolve_type`; `tiangolo/sqlmodel`, `sqlmodel/main.py`, `get_sqlalchemy_type`).

use std::rc::Rc;

use ruff_python_ast::Expr;
use ruff_python_parser::parse_expression;

use super::lineage::{Root, RootKind};
use crate::run::{BRACKETS, Run, Stop};
use crate::value::{Args, Class, Frame, Kind, Value, last};

/// An annotation without what is around the type.
#[derive(Default)]
pub(super) struct Annotation {
    /// Whether it is `Mapped[…]`.
    pub(super) is_mapped: bool,
    /// Whether it says that the attribute is not a column: `ClassVar[…]`, `DynamicMapped[…]`.
    pub(super) is_other: bool,
    /// Whether it holds `None`; nothing if that is not known.
    pub(super) is_optional: Option<bool>,
    /// The type in Python.
    pub(super) of: Option<Value>,
    /// The `Annotated[…]` around it, which a map of types may name.
    pub(super) annotated: Option<Value>,
    /// What stands beside the type in `Annotated[…]`.
    pub(super) extras: Vec<Value>,
}

/// How many brackets may be inside one another.
const MAX_INSIDE: usize = 12;

/// No longer string is read as an annotation.
const LONGEST: usize = 500;

/// What an annotation in the body of a class says.
pub(super) fn annotation(
    run: &mut Run<'_>,
    frame: &Rc<Frame>,
    expression: &Expr,
) -> Result<Annotation, Stop> {
    let mut found = Annotation { is_optional: Some(false), ..Annotation::default() };
    let value = evaluated(run, frame, expression)?;
    unwrap(run, frame, value, MAX_INSIDE, &mut found)?;
    // Whether a type that is not known holds `None` is not known either.
    if matches!(found.of, None | Some(Value::Unknown)) && found.is_optional == Some(false) {
        found.is_optional = None;
    }
    Ok(found)
}

/// An annotation that raises an exception is not known.
fn evaluated(run: &mut Run<'_>, frame: &Rc<Frame>, expression: &Expr) -> Result<Value, Stop> {
    match run.expression(frame, expression) {
        Err(Stop::Raised { .. }) => Ok(Value::Unknown),
        value => value,
    }
}

fn unwrap(
    run: &mut Run<'_>,
    frame: &Rc<Frame>,
    value: Value,
    inside: usize,
    found: &mut Annotation,
) -> Result<(), Stop> {
    let Some(inside) = inside.checked_sub(1) else { return Ok(()) };
    match &value {
        Value::Text(text) => {
            let parsed = text.known().filter(|text| text.len() <= LONGEST).map(parse_expression);
            if let Some(Ok(parsed)) = parsed {
                let value = evaluated(run, frame, parsed.expr())?;
                return unwrap(run, frame, value, inside, found);
            }
            found.of = Some(Value::Unknown);
        }
        Value::Made(made) if made.of.ends_with(BRACKETS) => {
            let items = made.args.borrow().positional.clone();
            let first = items.first().cloned().unwrap_or(Value::Unknown);
            match last(&made.of).trim_end_matches(BRACKETS) {
                "Mapped" => {
                    found.is_mapped = true;
                    return unwrap(run, frame, first, inside, found);
                }
                "ClassVar" | "DynamicMapped" | "WriteOnlyMapped" => found.is_other = true,
                "Final" => return unwrap(run, frame, first, inside, found),
                "Optional" => {
                    found.is_optional = Some(true);
                    return unwrap(run, frame, first, inside, found);
                }
                "Union" => return union(run, frame, items, inside, found),
                "Annotated" => {
                    found.extras.extend(items.into_iter().skip(1));
                    found.annotated.get_or_insert_with(|| value.clone());
                    return unwrap(run, frame, first, inside, found);
                }
                _ => found.of = Some(value),
            }
        }
        _ => found.of = Some(value),
    }
    Ok(())
}

fn union(
    run: &mut Run<'_>,
    frame: &Rc<Frame>,
    items: Vec<Value>,
    inside: usize,
    found: &mut Annotation,
) -> Result<(), Stop> {
    let mut types = Vec::new();
    for item in items {
        match &item {
            Value::None => found.is_optional = Some(true),
            Value::Name(name) if last(name) == "NoneType" => found.is_optional = Some(true),
            _ => types.push(item),
        }
    }
    let only = types.pop();
    if let (Some(only), true) = (only, types.is_empty()) {
        return unwrap(run, frame, only, inside, found);
    }
    found.of = Some(Value::Unknown);
    if found.is_optional != Some(true) {
        found.is_optional = None;
    }
    Ok(())
}

/// The type of `SQLAlchemy` that stands for a type of Python; unknown if there is none. `takes_enums` is whether `SQLModel` takes an
/// enum which is a string for a string.
pub(super) fn sql_type(found: &Annotation, root: &Root, takes_enums: Option<bool>) -> Value {
    let Some(of) = &found.of else { return Value::Unknown };
    if root.kind == RootKind::SqlModel {
        return of_sqlmodel(of, takes_enums);
    }
    let map = match &root.types {
        Value::None => Vec::new(),
        Value::Dict(entries) => match &*entries.borrow() {
            Some(entries) => entries.clone(),
            None => return Value::Unknown,
        },
        _ => return Value::Unknown,
    };
    let entry = |key: &Value| {
        map.iter().rev().find(|(known, _)| alike(known, key, 5)).map(|(_, value)| value.clone())
    };
    if let Some(value) = found.annotated.as_ref().and_then(entry) {
        return value;
    }
    match of {
        Value::Class(class) if class.kind.is_some() => {
            if let Some(value) = entry(of) {
                return template(&value, class).unwrap_or(value);
            }
            let base = map.iter().rev().find(|(key, _)| is_enum_base(key));
            match base {
                // A type other than `Enum` is not used for classes that only inherit from the class it is for.
                Some((_, value)) => template(value, class).unwrap_or(Value::Unknown),
                None => enum_of_class(class),
            }
        }
        of => entry(of).unwrap_or_else(|| plain(of)),
    }
}

/// `enum.Enum`, `enum.StrEnum`
fn is_enum_base(key: &Value) -> bool {
    matches!(key, Value::Name(name) if name.starts_with("enum."))
}

/// `sqlalchemy.Enum(enum.Enum, …)` in a map of types is a template for each enum (`Enum._resolve_for_python_type`).
fn template(value: &Value, class: &Rc<Class>) -> Option<Value> {
    let made = match value {
        Value::Name(name) if last(name) == "Enum" => return Some(enum_of_class(class)),
        value => value.as_made()?,
    };
    let is_generic = made.args.borrow().positional.first().is_some_and(is_enum_base);
    if made.kind() != "Enum" || !is_generic {
        return None;
    }
    let mut args = made.args.borrow().clone();
    args.positional = vec![Value::Class(Rc::clone(class))];
    Some(Value::made(&made.of, args))
}

fn enum_of_class(class: &Rc<Class>) -> Value {
    let positional = vec![Value::Class(Rc::clone(class))];
    Value::made("sqlalchemy.Enum", Args { positional, ..Args::default() })
}

/// The types that need no map (`sqlalchemy/sql/sqltypes.py`, `_type_map`).
fn plain(of: &Value) -> Value {
    let Value::Name(name) = of else { return Value::Unknown };
    Value::name(match &**name {
        "builtins.int" => "sqlalchemy.Integer",
        "builtins.float" => "sqlalchemy.Float",
        "builtins.bool" => "sqlalchemy.Boolean",
        "builtins.str" => "sqlalchemy.String",
        "builtins.bytes" => "sqlalchemy.LargeBinary",
        "uuid.UUID" => "sqlalchemy.Uuid",
        "decimal.Decimal" => "sqlalchemy.Numeric",
        "datetime.date" => "sqlalchemy.Date",
        "datetime.datetime" => "sqlalchemy.DateTime",
        "datetime.time" => "sqlalchemy.Time",
        "datetime.timedelta" => "sqlalchemy.Interval",
        _ => return Value::Unknown,
    })
}

/// The same of `SQLModel`, which takes enums by their members' names, and strings of any class.
fn of_sqlmodel(of: &Value, takes_enums: Option<bool>) -> Value {
    match of {
        Value::Class(class) if matches!(class.kind, Some(Kind::Text | Kind::StrEnum)) => {
            match takes_enums {
                Some(false) => enum_of_class(class),
                Some(true) => Value::name("sqlalchemy.String"),
                None => Value::Unknown,
            }
        }
        Value::Class(class) if class.kind.is_some() => enum_of_class(class),
        Value::Name(name) => match &**name {
            "pydantic.EmailStr" | "pathlib.Path" => Value::name("sqlalchemy.String"),
            _ => plain(of),
        },
        _ => Value::Unknown,
    }
}

/// Whether two types are the same.
fn alike(one: &Value, other: &Value, inside: usize) -> bool {
    match (one, other) {
        (Value::None, Value::None) => true,
        (Value::Name(one), Value::Name(other)) => one == other,
        (Value::Class(one), Value::Class(other)) => Rc::ptr_eq(one, other),
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Text(one), Value::Text(other)) => one.text == other.text,
        (Value::Made(one), Value::Made(other)) => {
            let is_same = Rc::ptr_eq(one, other);
            let (one, other) = ((&one.of, one.args.borrow()), (&other.of, other.args.borrow()));
            let (items, others) = (&one.1.positional, &other.1.positional);
            is_same
                || inside > 0
                    && one.0 == other.0
                    && one.0.ends_with(BRACKETS)
                    && items.len() == others.len()
                    && items.iter().zip(others).all(|(a, b)| alike(a, b, inside - 1))
        }
        _ => false,
    }
}
