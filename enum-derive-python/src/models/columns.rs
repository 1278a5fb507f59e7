//! Attributes that are columns.

use std::rc::Rc;

use pg_enum_migrations::Location;

use super::annotations::{Annotation, annotation, sql_type};
use super::attributes::Attribute;
use super::lineage::{Root, RootKind};
use super::reader::Reader;
use super::{Column, Type};
use crate::imports::is_library;
use crate::run::{DECLARED, Stop};
use crate::sql::column::{column_of, default_sql};
use crate::sql::{has_hole, name_text};
use crate::value::{Args, Class, Code, Made, Value};

/// What declares a column: the call, and what the annotation adds.
struct Declared {
    args: Args,
    annotation: Option<Annotation>,
}

impl Reader<'_> {
    /// The column that an attribute of `owner`, as `class` has it, is; nothing if it is none.
    pub(super) fn column(
        &mut self,
        class: &Rc<Class>,
        owner: &Class,
        attribute: &Attribute<'_>,
        root: &Root,
        schema: Option<&Value>,
    ) -> Result<Option<Column>, Stop> {
        let frame = owner.definition.as_ref().map(|definition| Rc::clone(&definition.frame));
        let mut annotated = None;
        if let (Some(expression), Some(frame)) = (attribute.annotation, &frame) {
            annotated = Some(annotation(&mut self.run, frame, expression)?);
        }
        let mut value = attribute.value.clone();
        if let Some(Value::Made(made)) = &value
            && *made.of == *DECLARED
        {
            let function = made.args.borrow().positional.first().cloned();
            let Some(function) = function else { return Ok(None) };
            // `def owner_id(cls) -> Mapped[int]`
            if let (Value::Function(it), Some(frame)) = (&function, &frame)
                && let Code::Def(def) = &it.code
                && let Some(returns) = &def.returns
            {
                annotated = Some(annotation(&mut self.run, frame, returns)?);
            }
            value = Some(self.of_class(function, class)?);
        }
        let declared = match root.kind {
            RootKind::SqlModel => Self::of_sqlmodel(value.as_ref(), annotated),
            _ => Self::of_sqlalchemy(value, annotated),
        };
        let Some(declared) = declared else { return Ok(None) };
        let at = self.sources.location(&attribute.file, attribute.at.clone());
        self.declared(&attribute.name, declared, root, schema, at)
    }

    /// What a function of a class gives, called with it.
    pub(super) fn of_class(&mut self, function: Value, class: &Rc<Class>) -> Result<Value, Stop> {
        let positional = vec![Value::Class(Rc::clone(class))];
        match self.run.call(function, Args { positional, ..Args::default() }, 0..0, false) {
            Err(Stop::Raised { .. }) => Ok(Value::Unknown),
            value => value,
        }
    }

    fn of_sqlalchemy(value: Option<Value>, annotation: Option<Annotation>) -> Option<Declared> {
        let is_other = annotation.as_ref().is_some_and(|it| it.is_other);
        let Some(value) = value else {
            // `mood: Mapped[Mood]`
            let annotation = annotation.filter(|it| it.is_mapped && !it.is_other)?;
            return Some(Declared { args: Args::default(), annotation: Some(annotation) });
        };
        let made = value.as_made().filter(|made| is_library(&made.of) && !is_other)?;
        let args = made.args.borrow().clone();
        match made.kind() {
            "Column" => Some(Declared { args, annotation: None }),
            "mapped_column" => {
                let annotation = annotation.filter(|it| it.is_mapped);
                Some(Declared { args, annotation })
            }
            "deferred" | "column_property" => {
                Self::of_sqlalchemy(args.positional.first().cloned(), annotation)
            }
            _ => None,
        }
    }

    /// A field of `SQLModel` (`sqlmodel/main.py`, `get_column_from_field`).
    fn of_sqlmodel(value: Option<&Value>, annotation: Option<Annotation>) -> Option<Declared> {
        let annotation = annotation.filter(|it| !it.is_other)?;
        let field = match value {
            Some(Value::Made(made)) if made.kind() == "Field" => Some(Rc::clone(made)),
            // `Relationship(…)`, `PrivateAttr(…)`
            Some(Value::Made(made)) if made.kind().starts_with(char::is_uppercase) => return None,
            Some(Value::Function(_) | Value::Unknown) => return None,
            _ => annotation.extras.iter().find_map(of_kind("Field")),
        };
        let Some(field) = field else {
            return Some(Declared { args: Args::default(), annotation: Some(annotation) });
        };
        let given = field.args.borrow().clone();
        if given.is_open() {
            return None;
        }
        if let Some(column) = given.keyword("sa_column").filter(|column| !column.is_none()) {
            let column = column.as_made().filter(|made| made.kind() == "Column")?;
            return Some(Declared { args: column.args.borrow().clone(), annotation: None });
        }
        let mut args = Args::default();
        if let Some(of) = given.keyword("sa_type") {
            args.keywords.push(("type_".into(), of.clone()));
        }
        for name in ["primary_key", "nullable"] {
            args.keywords.extend(given.keyword(name).map(|value| (name.into(), value.clone())));
        }
        match given.keyword("sa_column_kwargs") {
            None | Some(Value::None) => {}
            Some(Value::Dict(entries)) => match &*entries.borrow() {
                Some(entries) => args.keywords.extend(
                    entries
                        .iter()
                        .filter_map(|(key, value)| Some((key.as_str()?.into(), value.clone()))),
                ),
                None => args.open = true,
            },
            Some(_) => args.open = true,
        }
        Some(Declared { args, annotation: Some(annotation) })
    }

    /// The column of a declaration.
    fn declared(
        &mut self,
        attribute: &str,
        declared: Declared,
        root: &Root,
        schema: Option<&Value>,
        at: Location,
    ) -> Result<Option<Column>, Stop> {
        let Declared { args, annotation } = declared;
        let mut args = normal(attribute, args);
        if let Some(annotation) = &annotation {
            // `Annotated[int, mapped_column(primary_key=True)]`
            if let Some(more) = annotation.extras.iter().find_map(of_kind("mapped_column")) {
                merge(&mut args, normal(attribute, more.args.borrow().clone()));
            }
            let has_key = args.positional.iter().any(|item| of_kind("ForeignKey")(item).is_some());
            if args.keyword("type_").is_none() && !has_key {
                let takes_enums = match root.kind {
                    // Where nothing tells, it is one of those since 2023.
                    RootKind::SqlModel => Some(self.takes_enums_for_strings().unwrap_or(false)),
                    _ => None,
                };
                args.keywords.push(("type_".into(), sql_type(annotation, root, takes_enums)));
            }
        }
        // The column of another class of the same table may be meant.
        let is_shared = args.keyword("use_existing_column").is_some();
        let nullable = nullable(&args, annotation.as_ref()).filter(|_| !is_shared);
        let default = args.keyword("server_default").cloned();
        let is_open = args.is_open();
        let made = Value::made("sqlalchemy.Column", args);
        let Some(column) = column_of(&mut self.run, &made, schema)? else { return Ok(None) };
        let Some(name) = name_text(&column.name).filter(|name| !has_hole(name)) else {
            return Ok(None);
        };
        let server_default = match default {
            Some(default) => default_sql(&mut self.run, &default)?,
            None => None,
        };
        let ty = match &column.of.of {
            _ if is_shared => Type::Unknown,
            Some(of) if of.native => match self.enum_type(of, schema, root) {
                Some(of) => Type::Enum { of, is_array: column.of.sql.ends_with("[]") },
                None => Type::Unknown,
            },
            _ if has_hole(&column.of.sql) || is_open => Type::Unknown,
            _ => Type::Sql(column.of.sql.clone()),
        };
        let server_default = server_default.filter(|sql| !has_hole(sql)).and_then(|sql| text(&sql));
        let attribute = attribute.to_owned();
        Ok(Some(Column { attribute, name, at, nullable, ty, server_default }))
    }

    /// A column of a `Table`.
    pub(super) fn table_column(
        &mut self,
        made: &Rc<Made>,
        root: &Root,
        schema: Option<&Value>,
        at: Location,
    ) -> Result<Option<Column>, Stop> {
        let args = made.args.borrow().clone();
        self.declared("", Declared { args, annotation: None }, root, schema, at)
    }
}

/// What a call of a name makes, if a value is that.
fn of_kind(kind: &'static str) -> impl Fn(&Value) -> Option<Rc<Made>> {
    move |value| value.as_made().filter(|made| made.kind() == kind).map(Rc::clone)
}

/// The arguments of a column with the name and the type as keywords: the first that is a string is the name, and the next that
/// is not a constraint is the type (`sqlalchemy/sql/schema.py`, `Column.__init__`).
fn normal(attribute: &str, mut args: Args) -> Args {
    let has_name = matches!(args.positional.first(), Some(first) if first.as_text().is_some());
    let name = if has_name {
        Some(args.positional.remove(0))
    } else {
        args.keyword("name").cloned().filter(|name| !name.is_none())
    };
    args.keywords.retain(|(key, _)| &**key != "name");
    args.keywords.push(("name".into(), name.unwrap_or_else(|| Value::text(attribute))));
    let is_item = |value: &Value| match value {
        Value::Made(made) => crate::sql::column::ITEMS.contains(&made.kind()),
        _ => false,
    };
    if args.keyword("type_").is_none()
        && let Some(first) = args.positional.first()
        && !is_item(first)
        && !first.is_none()
    {
        let of = args.positional.remove(0);
        args.keywords.push(("type_".into(), of));
    }
    args
}

/// Adds what a column of `Annotated[…]` has and the own one does not say.
fn merge(args: &mut Args, more: Args) {
    for (name, value) in more.keywords {
        if &*name != "name" && args.keyword(&name).is_none() {
            args.keywords.push((name, value));
        }
    }
    args.positional.extend(more.positional);
    args.more |= more.more;
    args.open |= more.open;
}

/// Whether a column can be NULL: `nullable` says it, or the annotation, or whether it is a key.
fn nullable(args: &Args, annotation: Option<&Annotation>) -> Option<bool> {
    if args.is_open() {
        return None;
    }
    match args.keyword("nullable") {
        Some(Value::Bool(nullable)) => return Some(*nullable),
        Some(_) => return None,
        None => {}
    }
    // An identity is NOT NULL, unless something says otherwise.
    let is_special = |value: &Value| match value {
        Value::Made(made) => matches!(made.kind(), "Identity" | "Computed" | "FetchedValue"),
        _ => false,
    };
    if args.positional.iter().any(is_special) {
        return None;
    }
    match (args.keyword("primary_key"), annotation) {
        (Some(Value::Bool(true)), _) => Some(false),
        (None | Some(Value::Bool(false)), Some(annotation)) => annotation.is_optional,
        (None | Some(Value::Bool(false)), None) => Some(true),
        (Some(_), _) => None,
    }
}

/// The string of a literal, with a cast or without one: `'sad'::mood`.
fn text(sql: &str) -> Option<String> {
    let rest = sql.trim().strip_prefix('\'')?;
    let (mut text, mut chars) = (String::new(), rest.char_indices().peekable());
    while let Some((at, c)) = chars.next() {
        if c != '\'' {
            text.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == '\'') {
            text.push('\'');
            chars.next();
        } else {
            let behind = rest.get(at + 1..)?.trim();
            return (behind.is_empty() || behind.starts_with("::")).then_some(text);
        }
    }
    None
}
