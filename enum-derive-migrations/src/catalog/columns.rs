//! Columns, their types, and keys.

use std::rc::Rc;
use std::sync::Arc;

use super::built_in::BuiltIn;
use crate::ground::{Location, TypeId};

/// The identity of a table, view or the like.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RelationId(pub(super) usize);

/// A column of a relation: a row of `pg_attribute`, with that of `pg_attrdef` for it. The columns of a relation lie side by
/// side, as they are looked through more often than they are copied.
#[derive(Clone)]
pub(crate) struct Column {
    pub name: Arc<str>,
    pub ty: ColumnType,
    /// `attnotnull`, if that is known.
    pub not_null: Option<bool>,
    /// Apart, as most columns have none.
    pub default: Option<Rc<DefaultValue>>,
    /// Whether the sequence of its default goes with it (`serial`).
    pub is_serial: bool,
    pub generated: Generated,
    pub at: Location,
    /// From how many parents it comes (`attinhcount`).
    pub parents: u32,
    /// Whether it is the table's own, be it besides (`attislocal`).
    pub is_local: bool,
}

impl Column {
    pub(crate) fn new(name: Arc<str>, ty: ColumnType, at: Location) -> Self {
        Self {
            name,
            ty,
            not_null: Some(false),
            default: None,
            is_serial: false,
            generated: Generated::Never,
            at,
            parents: 0,
            is_local: true,
        }
    }

    /// The column as a table has it that inherits it from one parent.
    pub(crate) fn inherited(&self) -> Self {
        let mut column = self.clone();
        column.parents = 1;
        column.is_local = false;
        column.is_serial = false;
        column
    }

    /// Whether its default has been taken from another column, and means that column's sequence.
    pub(super) fn shares_sequence_of(&self, serial: &Self) -> bool {
        let defaults = self.default.as_ref().zip(serial.default.as_ref());
        serial.is_serial
            && !self.is_serial
            && defaults.is_some_and(|(one, other)| Rc::ptr_eq(one, other))
    }

    /// Whether it, or its default, is of one of the folder's types.
    pub(crate) fn uses_types(&self) -> bool {
        self.ty.own().is_some() || !self.default_needs().is_empty()
    }

    pub(super) fn needed_types(&self) -> impl Iterator<Item = TypeId> + '_ {
        self.ty.own().into_iter().chain(self.default_needs().iter().copied())
    }

    pub(super) fn needs(&self, id: TypeId) -> bool {
        self.ty.own() == Some(id) || self.default_needs().contains(&id)
    }

    pub(crate) fn default_needs(&self) -> &[TypeId] {
        self.default.as_ref().map_or(&[], |default| &default.needs)
    }
}

/// A default, or the expression of a generated column.
#[derive(Clone)]
pub(crate) struct DefaultValue {
    /// As the migration has it.
    pub text: Arc<str>,
    /// The folder's types that it needs.
    pub needs: Vec<TypeId>,
    pub at: Location,
}

/// `attgenerated` and `attidentity`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generated {
    Never,
    Stored,
    Virtual,
    IdentityAlways,
    IdentityByDefault,
}

impl Generated {
    pub(crate) fn is_identity(self) -> bool {
        matches!(self, Self::IdentityAlways | Self::IdentityByDefault)
    }

    pub(crate) fn is_expression(self) -> bool {
        matches!(self, Self::Stored | Self::Virtual)
    }
}

/// `atttypid` and `atttypmod`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum ColumnType {
    /// It cannot be told, or is an extension's.
    Unknown,
    /// One of the folder's, or an array of it.
    Own { id: TypeId, is_array: bool },
    /// One of `pg_catalog`, or an array of it.
    BuiltIn { ty: BuiltIn, is_array: bool },
}

impl ColumnType {
    /// The folder's type that it is, or is an array of.
    pub(crate) fn own(&self) -> Option<TypeId> {
        match self {
            Self::Own { id, .. } => Some(*id),
            _ => None,
        }
    }

    pub(crate) fn is_known(&self) -> bool {
        *self != Self::Unknown
    }

    /// Whether a constant beside it stays a text: `char` pads what it is compared with, and is not one.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Self::BuiltIn { ty, is_array: false } if matches!(ty.name, "text" | "varchar"))
    }
}

/// A row of `pg_constraint` for a key.
#[derive(Clone)]
pub(crate) struct TableKey {
    /// One that is not named gets a name when it is added.
    pub name: Option<Arc<str>>,
    pub kind: KeyKind,
    pub columns: Vec<Arc<str>>,
    pub at: Location,
}

impl TableKey {
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// The table that a foreign key refers to.
    pub(super) fn refers_to(&self) -> Option<RelationId> {
        match self.kind {
            KeyKind::Foreign { id, .. } => id,
            KeyKind::Primary | KeyKind::Unique => None,
        }
    }
}

#[derive(Clone)]
pub(crate) enum KeyKind {
    Primary,
    Unique,
    Foreign {
        /// The table that it refers to, if replay has it.
        id: Option<RelationId>,
        /// Its name where the key is defined.
        named: (Option<Arc<str>>, Arc<str>),
        columns: Vec<Arc<str>>,
    },
}

/// Why something about a relation is not known.
pub(crate) struct Why {
    pub at: Location,
    pub reason: String,
}

/// What is kept of a relation besides its name and columns, where relations are followed.
#[derive(Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub(crate) struct Shape {
    pub migration: usize,
    pub is_partitioned: bool,
    pub is_partition: bool,
    /// The columns that rows go to partitions by, as far as they are not in expressions.
    pub partition_key: Vec<Arc<str>>,
    /// Whether its columns are those of a composite type.
    pub is_typed: bool,
    /// The tables that it inherits from, or is a partition of.
    pub parents: Vec<RelationId>,
    pub keys: Vec<TableKey>,
    /// Whether there may be keys besides these: unique indexes, and what a partition has from its table.
    pub may_have_keys: bool,
    /// Of a view, what its query reads; `None` where that is not known.
    pub reads: Option<Vec<RelationId>>,
    /// Likewise, the columns that it uses.
    pub uses: Uses,
    pub unknown: Option<Rc<Why>>,
    /// Whether it may be in another schema than here.
    pub may_be_elsewhere: bool,
    pub presence: Presence,
}

/// Columns that something certainly uses.
#[derive(Clone, Default)]
pub(crate) struct Uses {
    pub columns: Vec<(RelationId, Arc<str>)>,
    /// Whether it certainly uses no others, and nothing else that goes with a column.
    pub are_all: bool,
}

/// Whether a relation is there.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Presence {
    #[default]
    There,
    /// It may be there or not.
    Perhaps,
    /// It was there, and has been dropped or has got another name.
    Gone,
}
