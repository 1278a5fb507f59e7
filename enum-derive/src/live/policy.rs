//! Which differences to tolerate.

use alloc::string::String;

use pg_enum_core::drift::{Scope, Verdict};

use super::alloc;
use crate::Registered;

/// Which differences between a database and the enums to tolerate, and which schemas to search.
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

/// Whether a type may have labels that its enum lacks, usually labels of a newer program. Reading such a label fails
/// unless the enum has an `other` variant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExtraLabels {
    /// No.
    #[default]
    Refused,
    /// Yes, if the enum has an `other` variant.
    WithOther,
    /// Yes.
    Allowed,
}

impl Policy {
    /// Tolerates no difference.
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

    /// Whether labels may be in any order. The order matters only to `ORDER BY`, `<`, `min` and `max`.
    #[must_use]
    pub fn any_order(mut self, any: bool) -> Self {
        self.any_order = any;
        self
    }

    /// Whether to search rows for labels that an enum declares as [removed](pg_enum_core::Removed) and that the type
    /// still has. This may read whole tables, so it is off by default.
    ///
    /// A table is not read if the role may not read it, if row security would hide rows, or if reading it would run
    /// user-defined functions. This is reported as [`Verdict::RowsUnseen`]. Temporary tables of other sessions are
    /// ignored.
    #[must_use]
    pub fn rows(mut self, rows: bool) -> Self {
        self.rows = rows;
        self
    }

    /// Looks up enums without a schema in every schema whose name matches this `LIKE` pattern, instead of in
    /// `search_path`: for example, `tenant\_%`. Enums with a schema are looked up in that schema.
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

    /// Whether the policy tolerates this difference.
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
