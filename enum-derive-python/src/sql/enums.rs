//! Enum types of `SQLAlchemy`.

use std::rc::Rc;

use pg_enum_migrations::Location;

use super::naming::{Owner, Parts, name_of};
use super::{has_hole, hole, ident, literal, name_text, qualified};
use crate::convention::Kind;
use crate::effects::block;
use crate::facts::Named;
use crate::run::{Run, Stop};
use crate::text::Text;
use crate::value::{Args, Class, Made, Member, Value};

/// `sa.Enum(…)` or `postgresql.ENUM(…)`.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is an argument of a call")]
pub(crate) struct EnumType {
    pub(crate) name: Value,
    /// Whether an argument gives the name.
    pub(crate) is_named: bool,
    pub(crate) schema: Value,
    /// The class whose members are its values, if it is given one.
    pub(crate) class: Option<Rc<Class>>,
    /// Nothing where they are not known.
    pub(crate) labels: Option<Vec<Text>>,
    /// Whether it is a type of its own, and no text.
    pub(crate) native: bool,
    /// Whether it is `postgresql.ENUM`.
    pub(crate) is_postgres: bool,
    /// Whether `create_table` makes the type.
    pub(crate) creates: Creates,
    pub(crate) length: Option<Value>,
    /// Whether a constraint holds a text to the labels.
    pub(crate) constraint: bool,
    /// Whether it is in the schema of its table.
    pub(crate) inherits_schema: bool,
    /// Whether it is a generic type with `create_type=False`.
    pub(crate) asks_not_to_create: bool,
    /// Whether it belongs to a `MetaData`, which makes it with its tables.
    pub(crate) is_of_metadata: bool,
    /// The call.
    pub(crate) at: Option<Location>,
}

/// Whether something is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Creates {
    Yes,
    No,
    Unknown,
}

impl EnumType {
    /// The name as SQL has it.
    pub(crate) fn sql_name(&self, table_schema: Option<&Value>) -> String {
        qualified(Some(self.schema_in(table_schema)), &self.name)
    }

    pub(crate) fn schema_in<'v>(&'v self, table_schema: Option<&'v Value>) -> &'v Value {
        match table_schema {
            // `sqlalchemy/sql/sqltypes.py`, `SchemaType._set_table`
            Some(schema) if self.inherits_schema => schema,
            _ => &self.schema,
        }
    }

    /// Under what `SQLAlchemy` remembers that it has made the type; nothing where that is not known.
    pub(crate) fn memo(&self, table_schema: Option<&Value>) -> Option<String> {
        let name = self.name.as_str()?;
        match self.schema_in(table_schema) {
            Value::None => Some(format!(".{name}")),
            schema => Some(format!("{}.{name}", schema.as_str()?)),
        }
    }

    /// The same with plain strings, for a [`Fact`](crate::Fact); nothing where it has no name that is known.
    pub(crate) fn named(&self, table_schema: Option<&Value>) -> Option<Named> {
        let schema = match self.schema_in(table_schema) {
            Value::None => None,
            schema => Some(schema.as_str()?.to_owned()),
        };
        let label = |label: &Text| label.known().map(str::to_owned);
        let labels = self.labels.as_ref().and_then(|labels| labels.iter().map(label).collect());
        Some(Named { schema, name: self.name.as_str()?.to_owned(), labels })
    }

    /// `CREATE TYPE`; labels that are not known are one hole.
    pub(crate) fn create(&self, table_schema: Option<&Value>) -> String {
        let name = self.sql_name(table_schema);
        match &self.labels {
            Some(labels) => {
                let labels: Vec<String> = labels.iter().map(|label| literal(&label.text)).collect();
                format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", "))
            }
            None => format!("CREATE TYPE {name} AS ENUM ({})", hole()),
        }
    }

    /// A statement that fails where there is no such type; nothing where its name is not known. Other types of columns
    /// may be made by an extension; this one is known to be an enum.
    pub(crate) fn must_exist(&self, table_schema: Option<&Value>) -> Option<String> {
        let name = self.sql_name(table_schema);
        let is_certain = self.native && !self.name.is_none() && !has_hole(&name);
        is_certain.then(|| block(&format!("{ASKS}{}{FOR_TYPE}", literal(&name))))
    }

    /// A query that finds the type (`sqlalchemy/dialects/postgresql/base.py`, `PGDialect.has_type`).
    pub(crate) fn is_there(&self) -> String {
        let name = match name_text(&self.name) {
            Some(name) => literal(&name),
            None => hole(),
        };
        let begin = "SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace";
        match &self.schema {
            Value::None => format!(
                "{begin} WHERE t.typname = {name} AND pg_catalog.pg_type_is_visible(t.oid) AND n.nspname <> 'pg_catalog'"
            ),
            schema => {
                let schema = name_text(schema).map_or_else(hole, |schema| literal(&schema));
                format!("{begin} WHERE t.typname = {name} AND n.nspname = {schema}")
            }
        }
    }

    /// What a column of it holds its values to, where it is a text.
    pub(crate) fn check(&self, column: &Value, owner: Owner<'_>) -> Result<Option<String>, Stop> {
        if self.native || !self.constraint {
            return Ok(None);
        }
        let labels = match &self.labels {
            Some(labels) => {
                labels.iter().map(|label| literal(&label.text)).collect::<Vec<_>>().join(", ")
            }
            None => hole(),
        };
        let name = self.name_of_check(column, owner)?;
        let name = name.map(|name| format!("CONSTRAINT {name} ")).unwrap_or_default();
        Ok(Some(format!("{name}CHECK ({} IN ({labels}))", ident(column))))
    }

    /// The name of that constraint (`sqlalchemy/sql/sqltypes.py`, `Enum._set_table`).
    pub(crate) fn name_of_check(
        &self,
        column: &Value,
        owner: Owner<'_>,
    ) -> Result<Option<String>, Stop> {
        name_of(owner, Kind::Check, Some(&self.name), Parts::of(std::slice::from_ref(column)))
    }
}

const ASKS: &str = "PERFORM ";
const FOR_TYPE: &str = "::regtype; ";

/// Whether SQL is one of those steps that Alembic does not send: they fail where a type is missing that the next step needs,
/// whatever else that does. The server says the same of the next step.
///
/// ```
/// let asks = "DO $alembic$ BEGIN PERFORM 'mood'::regtype; END $alembic$";
/// assert!(pg_enum_python::asks_for_type(asks));
/// assert!(!pg_enum_python::asks_for_type("ALTER TABLE day ADD COLUMN mood mood"));
/// ```
#[must_use]
pub fn asks_for_type(sql: &str) -> bool {
    let ends = block(&format!("{ASKS}{FOR_TYPE}"));
    let (begin, end) = ends.split_once(FOR_TYPE).unwrap_or_default();
    let inside = sql.strip_prefix(begin).and_then(|sql| sql.strip_suffix(end));
    inside.is_some_and(|inside| inside.ends_with(FOR_TYPE))
}

/// What a call of `Enum` makes; nothing for another call.
pub(crate) fn enum_of(run: &mut Run<'_>, made: &Made) -> Result<Option<EnumType>, Stop> {
    let is_postgres = made.kind() == "ENUM" && made.of.contains("postgresql");
    if !matches!(made.kind(), "Enum" | "ENUM") || !crate::imports::is_library(&made.of) {
        return Ok(None);
    }
    let args = made.args.borrow().clone();
    let class = match &args.positional[..] {
        [Value::Class(class)] if class.kind.is_some() => Some(Rc::clone(class)),
        _ => None,
    };
    let labels = labels_of(run, &args, class.as_ref())?;
    let named = |name: &str| args.named(name);
    // `sqlalchemy/sql/sqltypes.py`, `Enum._enum_init`: the name of the class in lower case.
    let name = match (named("name"), &class) {
        (Some(name), _) => name,
        (None, Some(class)) => Value::text(class.name.to_lowercase()),
        (None, None) if args.positional.len() == 1 && args.positional[0].as_text().is_none() => {
            Value::Unknown
        }
        (None, None) => Value::None,
    };
    let native = is_postgres || !matches!(named("native_enum"), Some(Value::Bool(false)));
    let metadata = named("metadata");
    let creates = match (native, metadata.clone(), named("create_type")) {
        (false, ..) => Creates::No,
        (_, Some(Value::Unknown), _) => Creates::Unknown,
        // A type of a `MetaData` is made with all of it (`named_types.py`, `_on_table_create`, until 2.0).
        (_, Some(metadata), _) if !metadata.is_none() && run.options.sqlalchemy < (2, 1) => {
            Creates::No
        }
        // The generic type ignores it until 2.0 (`sqlalchemy/sql/sqltypes.py`, `Enum`).
        (_, _, Some(flag)) if is_postgres || run.options.sqlalchemy >= (2, 1) => match flag {
            Value::Bool(true) => Creates::Yes,
            Value::Bool(false) => Creates::No,
            _ => Creates::Unknown,
        },
        _ => Creates::Yes,
    };
    Ok(Some(EnumType {
        name,
        is_named: named("name").is_some(),
        schema: named("schema").unwrap_or(Value::None),
        class,
        labels,
        native,
        is_postgres,
        creates,
        length: named("length").filter(|length| !length.is_none()),
        constraint: matches!(named("create_constraint"), Some(Value::Bool(true))),
        inherits_schema: matches!(named("inherit_schema"), Some(Value::Bool(true))),
        asks_not_to_create: !is_postgres
            && matches!(named("create_type"), Some(Value::Bool(false))),
        is_of_metadata: matches!(&metadata, Some(metadata) if !metadata.is_none()),
        at: made.at.clone(),
    }))
}

/// The labels of a call (`sqlalchemy/sql/sqltypes.py`, `Enum._parse_into_values`): the names of a class's members, or what
/// `values_callable` makes of it, or the strings that are given.
fn labels_of(
    run: &mut Run<'_>,
    args: &Args,
    class: Option<&Rc<Class>>,
) -> Result<Option<Vec<Text>>, Stop> {
    if args.more {
        return Ok(None);
    }
    let values = match (class, args.keyword("values_callable")) {
        (Some(class), Some(callable)) if !callable.is_none() => {
            let of = Args { positional: vec![Value::Class(Rc::clone(class))], ..Args::default() };
            let values = run.call(callable.clone(), of, 0..0, false)?;
            match run.items(&values)? {
                Some(values) => values,
                None => return Ok(None),
            }
        }
        (Some(class), _) => {
            // Before 2.0, aliases are labels too, unless an argument says otherwise.
            let omits_aliases = match args.keyword("omit_aliases") {
                None => run.options.sqlalchemy >= (2, 0),
                Some(Value::Bool(omits)) => *omits,
                Some(_) => return Ok(None),
            };
            let Some(members) = run.named_members(class)? else { return Ok(None) };
            let is_label =
                |(name, member): &(&str, Rc<Member>)| !omits_aliases || *member.name == **name;
            let labels = members.iter().filter(|it| is_label(it));
            labels.map(|(name, _)| Value::text((*name).to_owned())).collect()
        }
        (None, _) => args.positional.clone(),
    };
    let text = |value: &Value| value.as_text().cloned().filter(|text| *text != Text::hole());
    Ok(values.iter().map(text).collect())
}
