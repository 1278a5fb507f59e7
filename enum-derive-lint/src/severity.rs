//! How bad a finding is.

/// How bad what is found is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It certainly fails, now or at run time, or loses something.
    Error,
    /// It fails or harms under circumstances that the migrations do not show.
    Warning,
    /// It is worth knowing.
    Note,
}

impl Severity {
    /// `error`, `warning`, `note`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}
