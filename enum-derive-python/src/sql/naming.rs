//! Names of constraints and indexes (`sqlalchemy/sql/naming.py`, and `IdentifierPreparer.format_constraint` in
//! `sqlalchemy/sql/compiler.py`; the same in 1.4, 2.0 and 2.1).
//!
//! A convention gives a name to what has none, and changes a name that is given if its template contains `constraint_name`; not
//! one of `op.f`, which is final. A final name, or one of a convention, is shortened to 63 characters; a longer one that is
//! given raises an exception.

use md5::{Digest, Md5};

use super::{has_hole, hole, ident, name_text};
use crate::convention::{Convention, Conventions, Kind, Rule};
use crate::run::Stop;
use crate::text::{Piece, conversions};
use crate::value::{Made, Value};

/// The longest name in characters (`sqlalchemy/dialects/postgresql/base.py`, `PGDialect.max_identifier_length`).
const LONGEST: usize = 63;

/// How many bytes of a template, and of a name before it is shortened, are worked out.
const MOST: usize = 4096;

/// The table of a constraint or an index.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) table: &'a Value,
    pub(crate) schema: Option<&'a Value>,
    /// That of the table's `MetaData`.
    pub(crate) convention: &'a Conventions,
}

/// What a name may be put together from.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    /// The columns; nothing where they are not known.
    pub(crate) columns: Option<&'a [Value]>,
    /// The table that a foreign key refers to, and its columns; nothing where they are not known.
    pub(crate) referred: Option<(&'a Value, Option<&'a [Value]>)>,
}

impl<'a> Parts<'a> {
    pub(crate) fn of(columns: &'a [Value]) -> Self {
        Self { columns: Some(columns), referred: None }
    }

    /// Those of an expression that is not looked into.
    pub(crate) fn unknown() -> Self {
        Self { columns: None, referred: None }
    }
}

/// The name of a constraint or an index as it stands in SQL; a hole where it is not known, and nothing where it has none.
pub(crate) fn name_of(
    owner: Owner<'_>,
    kind: Kind,
    given: Option<&Value>,
    parts: Parts<'_>,
) -> Result<Option<String>, Stop> {
    let given = given.filter(|given| !given.is_none());
    if given.is_some_and(is_final) {
        return given.map(|given| finish(given, true)).transpose();
    }
    match (owner.convention.get().rule(kind), given) {
        (Rule::None, None) => Ok(None),
        (Rule::None, Some(given)) => finish(given, false).map(Some),
        (Rule::Unknown, _) => Ok(Some(hole())),
        (Rule::Template(template), Some(given)) if !template.contains("constraint_name") => {
            finish(given, false).map(Some)
        }
        (Rule::Template(template), _) if template.len() > MOST => Ok(Some(hole())),
        (Rule::Template(template), given) => {
            let Some(pieces) = conversions(template) else { return Ok(Some(hole())) };
            let mut name = String::new();
            for piece in pieces {
                match piece {
                    Piece::Literal(text) => name.push_str(text),
                    Piece::Field(token) => name.push_str(&part(owner, token, given, parts)?),
                    Piece::Odd => return Ok(Some(hole())),
                }
                if name.len() > MOST {
                    return Ok(Some(hole()));
                }
            }
            finish(&Value::text(name), true).map(Some)
        }
    }
}

/// The convention of a `MetaData`.
pub(crate) fn convention_of(metadata: &Made) -> Convention {
    let args = metadata.args.borrow();
    match args.named("naming_convention") {
        None if args.more => Convention::unknown(),
        None | Some(Value::None) => Convention::default(),
        Some(convention) => convention_in(&convention),
    }
}

/// A convention that is given as a dictionary.
pub(crate) fn convention_in(entries: &Value) -> Convention {
    let Value::Dict(entries) = entries else { return Convention::unknown() };
    let entries = entries.borrow();
    let Some(entries) = &*entries else { return Convention::unknown() };
    if entries.is_empty() {
        return Convention::default();
    }
    let (mut by_key, mut by_class, mut own) = (Vec::new(), Vec::new(), Vec::new());
    for (key, value) in entries {
        match key {
            Value::Name(class) => match Kind::of_class(crate::value::last(class)) {
                Some(kind) => by_class.push((kind, value)),
                // A class from which several kinds inherit.
                None => return Convention::unknown(),
            },
            key => match key.as_str() {
                None => return Convention::unknown(),
                Some(key) => match Kind::of_key(key) {
                    Some(kind) => by_key.push((kind, value)),
                    // A token of its own, which a function gives.
                    None => own.push(format!("%({key})")),
                },
            },
        }
    }
    // A key of two letters comes before a class, wherever they stand and even if it is `None` (`_get_convention`).
    by_class.retain(|(kind, _)| !by_key.iter().any(|(known, _)| known == kind));
    let templates = by_key.into_iter().chain(by_class).filter(|(_, value)| !value.is_none());
    let template = |value: &Value| {
        let template = value.as_str()?;
        let is_known = !own.iter().any(|token| template.contains(token));
        is_known.then(|| template.to_owned())
    };
    Convention::new(templates.map(|(kind, value)| (kind, template(value))).collect())
}

/// Whether a name is one of `op.f` or `conv`.
fn is_final(name: &Value) -> bool {
    match name {
        Value::Text(text) => text.is_final,
        Value::Made(made) => made.kind() == "conv",
        _ => false,
    }
}

/// A name with its length looked at.
fn finish(name: &Value, may_be_shortened: bool) -> Result<String, Stop> {
    let Some(text) = name_text(name) else { return Ok(hole()) };
    if text.chars().count() <= LONGEST {
        return Ok(ident(name));
    }
    if has_hole(&text) {
        return Ok(hole());
    }
    if !may_be_shortened {
        return Err(raised(format!(
            "the name `{text}` is longer than {LONGEST} characters, which SQLAlchemy refuses"
        )));
    }
    let head: String = text.chars().take(LONGEST - 8).collect();
    // The last four digits.
    let digest = Md5::digest(text.as_bytes());
    let end = u16::from_be_bytes([digest[14], digest[15]]);
    Ok(ident(&Value::text(format!("{head}_{end:04x}"))))
}

/// What stands for a token (`ConventionDict`); of many columns, no more than makes the name too long.
fn part(
    owner: Owner<'_>,
    token: &str,
    given: Option<&Value>,
    parts: Parts<'_>,
) -> Result<String, Stop> {
    let known = |value: &Value| name_text(value).unwrap_or_else(hole);
    match token {
        "table_name" => return Ok(known(owner.table)),
        "constraint_name" => {
            return given.map(known).ok_or_else(|| {
                raised("the naming convention needs a name of this constraint, which has none")
            });
        }
        "referred_table_name" => return Ok(parts.referred.map_or_else(hole, |it| known(it.0))),
        _ => {}
    }
    let wrong = || raised(format!("the naming convention has the unknown token `{token}`"));
    let at = token.rfind("column_").ok_or_else(wrong)?;
    let (before, behind) = (&token[..at], &token[at + "column_".len()..]);
    let end = behind.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let index: usize = behind[..end].parse().map_err(|_| wrong())?;
    let rest = &behind[end..];
    let (separator, attribute) = match (rest.strip_prefix("_N_"), rest.strip_prefix("N_")) {
        (Some(attribute), _) => (Some("_"), attribute),
        (None, Some(attribute)) => (Some(""), attribute),
        (None, None) => (None, rest.strip_prefix('_').ok_or_else(wrong)?),
    };
    let columns = match (before, attribute) {
        ("", "name" | "key" | "label") => parts.columns,
        ("referred_", "name") => parts.referred.and_then(|it| it.1),
        _ => return Err(wrong()),
    };
    let Some(columns) = columns else { return Ok(hole()) };
    let one = |column: &Value| {
        let name = column_part(column, attribute == "key");
        if attribute != "label" {
            return name;
        }
        let schema = owner.schema.map(|schema| known(schema).replace('.', "_") + "_");
        format!("{}{}_{name}", schema.unwrap_or_default(), known(owner.table))
    };
    Ok(match separator {
        Some(separator) => {
            let mut joined = String::new();
            for (index, column) in columns.iter().enumerate() {
                if index > 0 {
                    joined.push_str(separator);
                }
                joined.push_str(&one(column));
                if joined.len() > MOST {
                    break;
                }
            }
            joined
        }
        None => columns.get(index).map(one).unwrap_or_default(),
    })
}

/// The name of a column, which may be an object, or its key.
fn column_part(column: &Value, is_key: bool) -> String {
    let name = match column {
        Value::Made(made) if matches!(made.kind(), "column" | "Column") => {
            let args = made.args.borrow();
            let key = args.keyword("key").filter(|key| is_key && !key.is_none());
            key.or(args.positional.first()).and_then(name_text)
        }
        column => name_text(column),
    };
    name.unwrap_or_else(hole)
}

/// An exception; the operation says where.
pub(crate) fn raised(message: impl Into<String>) -> Stop {
    Stop::Raised { at: 0..0, message: message.into() }
}
