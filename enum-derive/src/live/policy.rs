//! What may differ.

use alloc::string::String;

use pg_enum_core::drift::{Scope, Verdict};

use super::alloc;
use crate::Registered;

/// What of a database may differ from the enums, and where to look.
///
/// ```
/// use pg_enum::live::{ExtraLabels, Policy};
///
/// let rolling = Policy::new().extra_labels(ExtraLabels::WithOther);
/// let tenants = Policy::new().schemas("tenant_%");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Policy {
    extra_labels: ExtraLabels,
    any_order: bool,
    pub(super) rows: bool,
    schemas: Option<String>,
}

/// Whether a type may have labels that its enum lacks: those of a newer program, as a rule. Reading such a
/// label fails, unless the enum has an `other` variant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExtraLabels {
    /// It may not.
    #[default]
    Refused,
    /// It may, if the enum has an `other` variant.
    WithOther,
    /// It may.
    Allowed,
}

impl Policy {
    /// Nothing may differ.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether types may have labels that their enums lack.
    #[must_use]
    pub fn extra_labels(mut self, extra: ExtraLabels) -> Self {
        self.extra_labels = extra;
        self
    }

    /// Whether labels may be in any order. It matters to `ORDER BY`, `<`, `min` and `max` alone.
    #[must_use]
    pub fn any_order(mut self, any: bool) -> Self {
        self.any_order = any;
        self
    }

    /// Whether to search rows for labels that an enum says are [removed](pg_enum_core::Removed) and that
    /// the type still has. That may read whole tables, so it is not done unless asked for.
    ///
    /// A table is not read if the role may not read it, if row security would hide rows of it, or if it would run
    /// functions that a user has made; that is a disagreement ([`Verdict::RowsUnseen`]). Temporary tables of other
    /// sessions do not count.
    #[must_use]
    pub fn rows(mut self, rows: bool) -> Self {
        self.rows = rows;
        self
    }

    /// Looks for enums without a schema in every schema whose name is `LIKE` this, rather than on
    /// `search_path`: `tenant\_%` for all that begin so. Enums with a schema are looked for there.
    #[must_use]
    pub fn schemas(mut self, like: impl Into<String>) -> Self {
        self.schemas = Some(like.into());
        self
    }

    pub(super) fn is_own(&self) -> bool {
        self.schemas.is_none()
    }

    pub(super) fn scope(&self) -> Scope<'_> {
        self.schemas.as_deref().map_or(Scope::Own, Scope::Like)
    }

    /// Whether that is fine.
    pub(super) fn tolerates(&self, verdict: &Verdict, of: &Registered<'_>) -> bool {
        match verdict {
            Verdict::LabelExtra { .. } => match self.extra_labels {
                ExtraLabels::Refused => false,
                ExtraLabels::WithOther => of.has_other(),
                ExtraLabels::Allowed => true,
            },
            Verdict::Order { .. } => self.any_order,
            _ => false,
        }
    }
}
