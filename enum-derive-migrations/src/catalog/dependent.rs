//! What hangs on the columns of tables, besides keys and views: the checks, indexes, policies, rules, triggers and the
//! like that `pg_depend` has a row for.

use std::rc::Rc;
use std::sync::Arc;

use super::{ColumnType, Object, RelationId};
use crate::ground::{Location, TypeId};

/// Something that uses columns, or types, in an expression.
#[derive(Clone)]
pub(crate) struct Dependent {
    pub kind: DependentKind,
    /// What tells it from others of its kind and table; `None` where the server chooses its name.
    pub name: Option<Arc<str>>,
    /// The table that it is of, if it is of one.
    pub table: Option<RelationId>,
    pub references: References,
    /// What a check says.
    pub check: Option<Check>,
    pub at: Location,
    /// Nothing else has it.
    pub id: usize,
}

/// The expression of a check, as the migration has it, and what is said after it.
#[derive(Clone)]
pub(crate) struct Check {
    pub expression: Arc<str>,
    /// Whether it holds for the rows that were there before it.
    pub is_valid: bool,
    /// Whether the tables that inherit have it too.
    pub is_inherited: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DependentKind {
    Check,
    Index,
    Statistics,
    /// The `USING` of a policy.
    Policy,
    /// Its `WITH CHECK`, which can be changed alone.
    PolicyCheck,
    Rule,
    Trigger,
    /// A function with a body that has been read when it was made.
    Function,
    Publication,
    View,
}

impl DependentKind {
    /// What messages call it.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Check => "constraint",
            Self::Index => "index",
            Self::Statistics => "statistics object",
            Self::Policy | Self::PolicyCheck => "policy",
            Self::Rule => "rule",
            Self::Trigger => "trigger",
            Self::Function => "function",
            Self::Publication => "publication",
            Self::View => "view",
        }
    }

    /// Whether the server makes it anew when a column gets another type (`ATPostAlterTypeCleanup` in `tablecmds.c`),
    /// and drops it with the column.
    pub(crate) fn follows_columns(self) -> bool {
        matches!(self, Self::Check | Self::Index | Self::Statistics)
    }

    /// What the server says if a column gets another type that it uses (`ATExecAlterColumnType`).
    pub(crate) fn keeps_type(self) -> Option<&'static str> {
        Some(match self {
            Self::Policy | Self::PolicyCheck => "a policy definition",
            Self::Rule => "a view or rule",
            Self::Trigger => "a trigger definition",
            Self::Function => "a function or procedure",
            Self::Publication => "a publication WHERE clause",
            Self::Check | Self::Index | Self::Statistics | Self::View => return None,
        })
    }
}

/// What an expression certainly refers to. There may be more.
#[derive(Clone, Default)]
pub(crate) struct References {
    pub columns: Vec<(RelationId, Arc<str>)>,
    /// Columns that are compared with constants, each with the type of the constants: the column's when the expression
    /// was read.
    pub compared: Vec<(RelationId, Arc<str>, ColumnType)>,
    /// The folder's types that constants and casts are of.
    pub types: Vec<TypeId>,
}

impl References {
    pub(crate) fn are_none(&self) -> bool {
        self.columns.is_empty() && self.compared.is_empty() && self.types.is_empty()
    }

    pub(crate) fn use_column(&self, table: RelationId, column: &str) -> bool {
        self.columns.iter().any(|(id, name)| *id == table && **name == *column)
    }
}

/// Which of them, and of functions and casts, may not be there after something that may not have been done.
#[derive(Default)]
pub(crate) struct DependentDoubts {
    /// Those that it takes away.
    pub(super) gone: Vec<usize>,
    /// Those that it makes have numbers from here on.
    pub(super) made_from: Option<usize>,
    pub(super) objects: Vec<Rc<Object>>,
}
