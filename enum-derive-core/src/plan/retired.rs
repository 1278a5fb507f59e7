//! What retired labels are in columns, for steps.

use alloc::string::String;

use super::TypeName;
use crate::sql;

/// A check that forbids a label in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forbidding {
    /// The name of the constraint.
    pub constraint: String,
    /// The column.
    pub column: HeldColumn,
    /// The label.
    pub label: String,
}

/// A column that holds an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldColumn {
    /// Its name.
    pub name: String,
    /// Whether its values are arrays.
    pub is_array: bool,
    /// The enum, if the column is of a domain over it.
    pub base: Option<TypeName>,
}

/// A retired label that is replaced in the rows of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedLabel {
    /// The column.
    pub column: HeldColumn,
    /// The label.
    pub label: String,
    /// The label that replaces it; `None` is `NULL`.
    pub to: Option<String>,
}

/// A default that is a retired label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetiredDefault {
    /// The column.
    pub column: String,
    /// The default until now.
    pub from: String,
    /// The new one; `None` is `NULL`.
    pub to: Option<String>,
}

impl HeldColumn {
    pub(super) fn sql(&self) -> sql::retire::Column<'_> {
        let Self { name, is_array, base } = self;
        let base = base.as_ref().map(TypeName::sql);
        sql::retire::Column { name, is_array: *is_array, base }
    }
}

impl ReplacedLabel {
    pub(super) fn sql(&self) -> sql::retire::Replaced<'_> {
        let Self { column, label, to } = self;
        sql::retire::Replaced { column: column.sql(), label, to: to.as_deref() }
    }
}

impl Forbidding {
    pub(super) fn sql(&self) -> sql::retire::Forbidding<'_> {
        let Self { constraint, column, label } = self;
        sql::retire::Forbidding { constraint, column: column.sql(), label }
    }
}
