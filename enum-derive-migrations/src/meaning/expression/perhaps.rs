//! What a catalog may have a row of or not, as something has been done that replay cannot be sure of.

use std::sync::Arc;

use super::evaluator::Evaluator;
use crate::catalog::Catalog;
use crate::ground::TypeId;
use crate::meaning::doubts::{Doubts, names_around};
use crate::meaning::value::Value;
use crate::text::name::Path;

/// A type or a relation that may be there or not.
pub(super) struct Perhaps {
    /// Not known if there is only a name.
    schema: Option<Arc<str>>,
    pub name: Arc<str>,
    /// An identity that no type has, the same each time.
    pub id: TypeId,
}

impl Perhaps {
    /// Whether this is the one of that name. Where only a name is in doubt, one of it that is known is another.
    pub(super) fn is(&self, schema: &str, name: &str) -> bool {
        *self.name == *name && self.schema.as_deref() == Some(schema)
    }

    pub(super) fn schema_oid(&self) -> Value {
        self.schema.clone().map_or(Value::Unknown, Value::Schema)
    }

    pub(super) fn schema_name(&self) -> Value {
        self.schema.clone().map_or(Value::Unknown, Value::Text)
    }
}

/// What may be there or not, of one name or of all. Relations that are not followed are among it.
fn all(doubts: &Doubts, catalog: &Catalog, wanted: Option<&str>) -> Vec<Perhaps> {
    let mut names = Vec::new();
    for (schema, name) in doubts.keys() {
        names.push((Some(schema), name));
    }
    for name in catalog.obscured() {
        names.push((None, name));
    }
    let mut perhaps = Vec::new();
    for (index, (schema, name)) in names.into_iter().enumerate() {
        for (offset, name) in names_around(name).into_iter().enumerate() {
            if wanted.is_none_or(|wanted| *wanted == *name) {
                let id = TypeId(usize::MAX - index * 3 - offset);
                perhaps.push(Perhaps { schema: schema.cloned(), name, id });
            }
        }
    }
    perhaps
}

/// Whether a type's name, or a relation's, may mean something else than it seems, or nothing.
pub(crate) fn is_in_doubt(doubts: &Doubts, catalog: &Catalog, path: &Path) -> bool {
    all(doubts, catalog, Some(&path.name)).iter().any(|perhaps| {
        match (&perhaps.schema, &path.schema) {
            (Some(there), Some(schema)) => there == schema,
            (Some(there), None) => catalog.search_schemas().contains(&there),
            (None, _) => true,
        }
    })
}

impl Evaluator<'_> {
    pub(super) fn perhaps(&self, wanted: Option<&str>) -> Vec<Perhaps> {
        all(self.host.doubts(), self.catalog(), wanted)
    }

    pub(super) fn is_in_doubt(&self, path: &Path) -> bool {
        is_in_doubt(self.host.doubts(), self.catalog(), path)
    }
}
