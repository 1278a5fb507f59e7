//! The names of types and tables.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::Definition;
use crate::display::from_fn;
use crate::sql::Name;

/// A type or a table, by name. Its `Display` is for messages: `app.mood`, without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeName {
    /// The schema. `None` means that `search_path` decides, as in [`Definition::schema`].
    pub schema: Option<String>,
    /// The name.
    pub name: String,
}

impl TypeName {
    pub(super) fn new(schema: Option<&str>, name: &str) -> Self {
        Self { schema: schema.map(ToOwned::to_owned), name: name.to_owned() }
    }

    pub(super) fn sql(&self) -> Name<'_> {
        Name { schema: self.schema.as_deref(), name: &self.name }
    }

    /// `CREATE_SQL` for a type with this name.
    pub(super) fn create_sql(&self, labels: &[String], comment: Option<&str>) -> impl fmt::Display {
        from_fn(move |f| {
            let labels: Vec<&str> = labels.iter().map(|label| &**label).collect();
            let mut definition = Definition::new(&self.name, &labels);
            definition.schema = self.schema.as_deref();
            definition.comment = comment;
            write!(f, "{}", definition.create_sql())
        })
    }

    /// `DROP_SQL` for a type with this name.
    pub(super) fn drop_sql(&self) -> impl fmt::Display {
        let mut definition = Definition::new(&self.name, &[]);
        definition.schema = self.schema.as_deref();
        definition.drop_sql()
    }
}

impl From<Definition<'_>> for TypeName {
    fn from(definition: Definition<'_>) -> Self {
        Self::new(definition.schema, definition.name)
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}
