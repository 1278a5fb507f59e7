//! The tables of classes: their names and schemas (`sqlalchemy/orm/decl_base.py`, `_ClassScanMapperConfig`).

use std::rc::Rc;

use super::TableName;
use super::lineage::{Root, RootKind, own};
use super::reader::{Reader, schema_of};
use crate::run::{DECLARED, Stop};
use crate::sql::{has_hole, name_text};
use crate::value::{Class, Value};

/// What `__table_args__` says.
#[derive(Default)]
pub(super) struct TableArgs {
    /// Nothing if it is not known.
    pub(super) schema: Option<Value>,
    /// The columns of a key that is a constraint of its own; nothing if there may be others.
    pub(super) keys: Option<Vec<String>>,
    /// Whether something else than migrations cares for the table.
    pub(super) is_external: bool,
}

impl Reader<'_> {
    /// What an attribute with two underscores comes to for a class: `declared_attr` is called.
    pub(super) fn special(
        &mut self,
        class: &Rc<Class>,
        lineage: &[Rc<Class>],
        name: &str,
        takes: impl Fn(&Rc<Class>, bool) -> bool,
    ) -> Result<Option<Value>, Stop> {
        for owner in lineage {
            let Some(value) = own(owner, name) else { continue };
            let function = match &value {
                Value::Made(made) if *made.of == *DECLARED => {
                    made.args.borrow().positional.first().cloned()
                }
                _ => None,
            };
            if !takes(owner, function.is_some()) {
                continue;
            }
            return Ok(Some(match function {
                Some(function) => self.of_class(function, class)?,
                None => value,
            }));
        }
        Ok(None)
    }

    /// The name of the table of a class; `None` if it has none of its own. `parent` is the mapped class that it inherits from.
    pub(super) fn table_name(
        &mut self,
        class: &Rc<Class>,
        lineage: &[Rc<Class>],
        root: &Root,
        parent: Option<&Rc<Class>>,
    ) -> Result<Option<Result<String, String>>, Stop> {
        let mapped: Vec<Rc<Class>> = match parent {
            Some(_) => {
                lineage.iter().skip(1).filter(|it| self.is_mapped(it, root)).cloned().collect()
            }
            None => Vec::new(),
        };
        // A name that a mapped class has is its own (`_produce_column_copies` and the scan above it).
        let takes = |owner: &Rc<Class>, is_declared: bool| {
            is_declared || !mapped.iter().any(|it| Rc::ptr_eq(it, owner))
        };
        let found = self.special(class, lineage, "__tablename__", takes)?;
        let unknown = || Err("what its table is called is not known".to_owned());
        match found {
            Some(Value::None) => return Ok(None),
            Some(value) => {
                let name = name_text(&value).filter(|name| !has_hole(name));
                return Ok(Some(name.map_or_else(unknown, Ok)));
            }
            None => {}
        }
        Ok(match root.kind {
            RootKind::SqlModel => Some(Ok(class.name.to_lowercase())),
            RootKind::Flask => Some(Ok(snake_case(&class.name))),
            RootKind::SqlAlchemy if parent.is_none() => Some(unknown()),
            RootKind::SqlAlchemy | RootKind::Elsewhere => None,
        })
    }

    /// What `__table_args__` of a class says.
    pub(super) fn table_args(
        &mut self,
        class: &Rc<Class>,
        lineage: &[Rc<Class>],
        root: &Root,
    ) -> Result<TableArgs, Stop> {
        let found = self.special(class, lineage, "__table_args__", |_, _| true)?;
        let default = schema_of(&root.metadata);
        let mut args = TableArgs { schema: default, keys: Some(Vec::new()), is_external: false };
        let last = match found {
            None | Some(Value::None) => return Ok(args),
            Some(Value::Dict(entries)) => Value::Dict(entries),
            Some(Value::Tuple(items)) => {
                for item in items.iter() {
                    let Value::Made(made) = item else { continue };
                    if made.kind() == "PrimaryKeyConstraint" {
                        let names = made.args.borrow().positional.clone();
                        let names = names.iter().map(|name| name.as_str().map(str::to_owned));
                        args.keys = names.collect();
                    }
                }
                match items.last() {
                    Some(last @ (Value::Dict(_) | Value::Unknown)) => last.clone(),
                    _ => return Ok(args),
                }
            }
            Some(_) => Value::Unknown,
        };
        args.keyed(&last);
        Ok(args)
    }
}

impl TableArgs {
    /// The keywords of a table.
    pub(super) fn keyed(&mut self, keywords: &Value) {
        let Value::Dict(entries) = keywords else {
            self.schema = None;
            return;
        };
        let entries = entries.borrow();
        let Some(entries) = &*entries else {
            self.schema = None;
            return;
        };
        for (key, value) in entries {
            match key.as_str() {
                Some("schema") => self.schema = Some(value.clone()),
                Some("info" | "autoload_with" | "autoload") => self.is_external = true,
                Some(_) => {}
                None => self.schema = None,
            }
        }
    }

    /// The schema; or why it is not known.
    pub(super) fn schema_name(&self) -> Result<Option<String>, String> {
        match &self.schema {
            Some(Value::None) => Ok(None),
            Some(schema) => match name_text(schema).filter(|schema| !has_hole(schema)) {
                Some(schema) => Ok(Some(schema)),
                None => Err(UNKNOWN_SCHEMA.to_owned()),
            },
            None => Err(UNKNOWN_SCHEMA.to_owned()),
        }
    }

    /// The table of a name in the schema.
    pub(super) fn table(&self, name: String) -> Result<TableName, String> {
        Ok(TableName { schema: self.schema_name()?, name })
    }
}

const UNKNOWN_SCHEMA: &str = "the schema of its table is not known";

/// As Flask-SQLAlchemy names a table (`flask_sqlalchemy/model.py`, `camel_to_snake_case`).
fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let after_small = before.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let before_small = at > 0 && chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && (after_small || before_small) {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake.trim_start_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_of_flask() {
        for (class, table) in [
            ("User", "user"),
            ("UserRole", "user_role"),
            ("HTTPServer", "http_server"),
            ("APIKey2Use", "api_key2_use"),
            ("_Private", "private"),
        ] {
            assert_eq!(snake_case(class), table);
        }
    }
}
