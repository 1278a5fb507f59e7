//! The rows of the server's catalogs.

use std::sync::Arc;

use super::columns::{Column, ColumnType, Shape};
use super::{KeyKind, RelationId, TableKey};
use crate::ground::{Key, Location, TypeId};

/// What a composite type is called, here and in messages.
pub(crate) const COMPOSITE: &str = "composite type";
/// Likewise, what `CREATE TYPE` makes without a definition.
pub(crate) const SHELL: &str = "shell type";

/// A row of `pg_type`.
#[derive(Clone)]
pub(crate) struct Type {
    pub key: Key,
    pub kind: TypeKind,
    /// The type that a domain is over.
    pub base: ColumnType,
    pub created: Location,
}

#[derive(Clone)]
pub(crate) enum TypeKind {
    Enum(Vec<Label>),
    /// The array type that comes with another type.
    Array(TypeId),
    /// The row type of a table or view.
    Row,
    /// A domain or a range, over these types as far as they are the folder's; or a composite type,
    /// whose attributes are the columns of its relation.
    Other(&'static str, Vec<TypeId>),
}

impl Type {
    /// Whether it is no more than a name that a type is to have.
    pub(crate) fn is_shell(&self) -> bool {
        matches!(self.kind, TypeKind::Other(SHELL, _))
    }
}

impl TypeKind {
    /// What messages call it.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Enum(_) => "enum",
            Self::Array(_) => "array type",
            Self::Row => "table's row type",
            Self::Other(noun, _) => noun,
        }
    }
}

/// A row of `pg_enum`.
#[derive(Clone)]
pub(crate) struct Label {
    pub text: Arc<str>,
    pub at: Location,
    pub migration: usize,
    /// The transaction that added it to a type that had been there before, and in which it cannot be
    /// used yet.
    pub unsafe_in: Option<usize>,
}

/// A row of `pg_class`.
#[derive(Clone)]
pub(crate) struct Relation {
    pub key: Key,
    pub kind: &'static str,
    /// All columns where tables are followed, or else those that use the folder's types.
    pub columns: Vec<Column>,
    pub created: Location,
    pub shape: Shape,
}

impl Relation {
    /// Whether its columns may be others by now than those that it has been made with, as far as they are known.
    pub(crate) fn may_have_changed(&self) -> bool {
        self.shape.unknown.as_ref().is_some_and(|why| {
            !Arc::ptr_eq(&why.at.source, &self.created.source) || why.at.range != self.created.range
        })
    }

    pub(crate) fn new(
        key: Key,
        kind: &'static str,
        columns: Vec<Column>,
        created: &Location,
    ) -> Self {
        Self { key, kind, columns, created: created.clone(), shape: Shape::default() }
    }

    /// The folder's types that its columns and defaults need.
    pub(super) fn needed_types(&self) -> impl Iterator<Item = TypeId> + '_ {
        self.columns.iter().flat_map(Column::needed_types)
    }

    /// Whether it is known to read a relation.
    pub(super) fn reads(&self, id: RelationId) -> bool {
        self.shape.reads.as_ref().is_some_and(|reads| reads.contains(&id))
    }

    /// The relations that it inherits from, reads and refers to.
    pub(super) fn refers_to(&self) -> Vec<RelationId> {
        let mut ids = self.shape.parents.clone();
        ids.extend(self.shape.reads.iter().flatten());
        ids.extend(self.shape.keys.iter().filter_map(TableKey::refers_to));
        ids
    }

    pub(crate) fn primary_key(&self) -> Option<&TableKey> {
        self.shape.keys.iter().find(|key| matches!(key.kind, KeyKind::Primary))
    }

    /// The columns that a foreign key refers to if it names none.
    pub(crate) fn primary_columns(&self) -> Vec<Arc<str>> {
        self.primary_key().map(|key| key.columns.clone()).unwrap_or_default()
    }

    /// Whether a column or a default is of a type.
    pub(super) fn needs(&self, id: TypeId) -> bool {
        self.columns.iter().any(|column| column.needs(id))
    }

    pub(super) fn is_view(&self) -> bool {
        self.kind.ends_with("view")
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| *column.name == *name)
    }
}

/// A function, procedure or cast.
#[derive(Clone)]
pub(crate) struct Object {
    pub noun: &'static str,
    /// A cast has none.
    pub key: Option<Key>,
    /// The folder's types among those of its arguments, in order.
    pub arguments: Vec<TypeId>,
    /// Likewise, among those of its result.
    pub results: Vec<TypeId>,
    /// The function that a cast calls, and what tells the types of its arguments from others.
    pub calls: Option<(Key, String)>,
    pub created: Location,
}

impl Object {
    pub(crate) fn needs(&self, id: TypeId) -> bool {
        self.arguments.contains(&id) || self.results.contains(&id)
    }

    /// Whether it is known to need a type.
    pub(crate) fn is_over_types(&self) -> bool {
        !(self.arguments.is_empty() && self.results.is_empty())
    }

    /// Whether it is a cast that calls this function.
    pub(crate) fn is_by(&self, function: &Key, arguments: Option<&str>) -> bool {
        self.calls.as_ref().is_some_and(|(called, of)| {
            called == function && arguments.is_none_or(|arguments| arguments == of)
        })
    }

    pub(super) fn is_like(&self, noun: &str, key: Option<&Key>) -> bool {
        (self.noun == "cast") == (noun == "cast") && self.key.as_ref() == key
    }
}
