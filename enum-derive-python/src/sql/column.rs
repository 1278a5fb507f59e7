//! Columns (`sqlalchemy/sql/schema.py`, `Column`, and `sqlalchemy/dialects/postgresql/base.py`,
//! `PGDDLCompiler.get_column_specification`).

use std::rc::Rc;

use super::clause::{clause, sql_or_clause, string};
use super::constraint::check_sql;
use super::enums::{Creates, EnumType};
use super::naming::Owner;
use super::types::{Affinity, Type, type_of};
use super::{hole, ident};
use crate::run::{Run, Stop};
use crate::value::{Args, Made, Value};

/// A column.
pub(crate) struct Column {
    pub(crate) name: Value,
    pub(crate) of: Type,
    args: Args,
    /// What else it is made with: constraints, identity, a generator.
    pub(crate) items: Vec<Rc<Made>>,
    pub(crate) is_key: bool,
    /// What `nullable` says.
    nullable: Option<Value>,
}

/// What stands in a column beside its name and its type.
pub(crate) const ITEMS: [&str; 9] = [
    "CheckConstraint",
    "Computed",
    "DefaultClause",
    "FetchedValue",
    "ForeignKey",
    "Identity",
    "PrimaryKeyConstraint",
    "Sequence",
    "UniqueConstraint",
];

/// The column that a call of `Column` makes; nothing for another call.
pub(crate) fn column_of(
    run: &mut Run<'_>,
    value: &Value,
    table_schema: Option<&Value>,
) -> Result<Option<Column>, Stop> {
    let Value::Made(made) = value else { return Ok(None) };
    if !matches!(made.kind(), "Column" | "column") || !crate::imports::is_library(&made.of) {
        return Ok(None);
    }
    let args = made.args.borrow().clone();
    let mut positional = args.positional.clone().into_iter().peekable();
    let is_item = |value: &Value| match value {
        Value::Made(made) => ITEMS.contains(&made.kind()),
        _ => false,
    };
    let name = match (args.keyword("name"), positional.peek()) {
        (Some(name), _) => name.clone(),
        (None, Some(first)) if !is_item(first) => positional.next().unwrap_or(Value::Unknown),
        (None, _) => Value::Unknown,
    };
    let of = match (args.keyword("type_"), positional.peek()) {
        (Some(of), _) => Some(of.clone()),
        (None, Some(next)) if !is_item(next) => positional.next(),
        (None, _) => None,
    };
    let of = type_of(run, &of.unwrap_or(Value::Unknown), table_schema)?;
    let items = positional.filter_map(|item| match item {
        Value::Made(made) => Some(made),
        _ => None,
    });
    let items = items.collect();
    let is_key = matches!(args.keyword("primary_key"), Some(Value::Bool(true)));
    let nullable = args.keyword("nullable").cloned();
    Ok(Some(Column { name, of, args, items, is_key, nullable }))
}

/// The column as a table's definition has it; `serial` if it is the one that counts by itself.
pub(crate) fn column_sql(
    run: &mut Run<'_>,
    column: &Column,
    serial: bool,
    owner: Owner<'_>,
) -> Result<String, Stop> {
    let mut sql = ident(&column.name);
    let identity = column.item("Identity");
    if serial && identity.is_none() {
        sql.push_str(match column.of.affinity {
            Affinity::Big => " BIGSERIAL",
            Affinity::Small => " SMALLSERIAL",
            _ => " SERIAL",
        });
    } else {
        sql.extend([" ", &column.of.sql]);
        if let Some(default) = column.args.keyword("server_default")
            && let Some(default) = default_sql(run, default)?
        {
            sql.extend([" DEFAULT ", &default]);
        }
    }
    let computed = column.item("Computed").or_else(|| column.default_item("Computed"));
    if let Some(computed) = computed {
        let of = computed.args.borrow().positional.first().cloned();
        let of = match of {
            Some(of) => sql_or_clause(run, &of)?,
            None => hole(),
        };
        sql.extend([" GENERATED ALWAYS AS (", &of, ") STORED"]);
    }
    let identity = identity.or_else(|| column.default_item("Identity"));
    if let Some(identity) = &identity {
        let always = matches!(identity.keyword("always"), Some(Value::Bool(true)));
        let when = if always { "ALWAYS" } else { "BY DEFAULT" };
        sql.extend([" GENERATED ", when, " AS IDENTITY"]);
    } else if !column.is_nullable() {
        sql.push_str(" NOT NULL");
    }
    if let Some(of) = &column.of.of
        && let Some(check) = of.check(&column.name, owner)?
    {
        sql.extend([" ", &check]);
    }
    for item in &column.items {
        if item.kind() == "CheckConstraint" {
            sql.extend([" ", &check_sql(run, item, owner)?]);
        }
    }
    Ok(sql)
}

/// What `server_default` comes to; nothing where the column has no default in the database.
pub(crate) fn default_sql(run: &mut Run<'_>, value: &Value) -> Result<Option<String>, Stop> {
    Ok(match value {
        Value::None => None,
        Value::Made(made) => match made.kind() {
            "Computed" | "FetchedValue" | "Identity" => None,
            "DefaultClause" => {
                let of = made.args.borrow().positional.first().cloned();
                match of {
                    Some(of) => run.deeper(|run| default_sql(run, &of))?,
                    None => None,
                }
            }
            _ => Some(clause(run, value)?),
        },
        // `server_default=sa.func.now` is none that SQLAlchemy takes; a string is a literal, whatever it looks like.
        value => Some(match value.as_text() {
            Some(text) => string(text),
            None => hole(),
        }),
    })
}

impl Column {
    /// The enum that is to be made before the table of the column is, if that is one.
    pub(crate) fn makes_type(&self) -> Option<(EnumType, Creates)> {
        let of = self.of.of.as_ref()?;
        (of.creates != Creates::No).then(|| (of.clone(), of.creates))
    }

    /// The column as a part of a name: with its key, if it has one.
    pub(crate) fn in_name(&self) -> Value {
        match self.args.keyword("key").filter(|key| !key.is_none()) {
            None => self.name.clone(),
            Some(key) => {
                let keywords = vec![("key".into(), key.clone())];
                let args =
                    Args { positional: vec![self.name.clone()], keywords, ..Args::default() };
                Value::made("sqlalchemy.Column", args)
            }
        }
    }

    fn item(&self, kind: &str) -> Option<Rc<Made>> {
        self.items.iter().find(|item| item.kind() == kind).map(Rc::clone)
    }

    /// What is given as the default and is none.
    fn default_item(&self, kind: &str) -> Option<Rc<Made>> {
        let default = self.args.keyword("server_default")?.as_made()?;
        (default.kind() == kind).then(|| Rc::clone(default))
    }

    pub(crate) fn is_nullable(&self) -> bool {
        match &self.nullable {
            Some(Value::Bool(nullable)) => *nullable,
            _ => !self.is_key,
        }
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(self.args.keyword(name), Some(Value::Bool(true)))
    }

    pub(crate) fn comment(&self) -> Option<Value> {
        self.args.keyword("comment").filter(|comment| !comment.is_none()).cloned()
    }

    pub(crate) fn foreign_keys(&self) -> impl Iterator<Item = &Rc<Made>> {
        self.items.iter().filter(|item| item.kind() == "ForeignKey")
    }

    /// Whether it counts by itself, if the primary key has this many columns (`sqlalchemy/sql/schema.py`,
    /// `PrimaryKeyConstraint._autoincrement_column`).
    pub(crate) fn counts(&self, keys: usize) -> bool {
        let auto = self.args.keyword("autoincrement");
        let default = self.args.keyword("default").filter(|default| !default.is_none());
        if matches!(auto, Some(Value::Bool(true))) {
            return default.is_none();
        }
        let ignores_keys = auto.and_then(Value::as_str) == Some("ignore_fk");
        let is_auto =
            auto.is_none() || ignores_keys || auto.and_then(Value::as_str) == Some("auto");
        let is_number = matches!(
            self.of.affinity,
            Affinity::Small | Affinity::Integer | Affinity::Big | Affinity::Numeric
        );
        let has_default =
            self.args.keyword("server_default").is_some_and(|default| !default.is_none());
        let has_sequence = self.item("Sequence").is_some();
        keys == 1
            && is_auto
            && is_number
            && default.is_none()
            && !has_default
            && !has_sequence
            && (ignores_keys || self.foreign_keys().next().is_none())
    }
}
