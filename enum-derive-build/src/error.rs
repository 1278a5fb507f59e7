//! Why a build script fails.

use std::fmt;

/// Why a build script fails: a line that says it, and more lines where there is more to say.
///
/// `Debug` is the same text, so that `fn main() -> Result<(), pg_enum_build::Error>` shows it as it is
/// meant.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    summary: String,
    details: String,
}

impl Error {
    pub(crate) fn new(summary: impl Into<String>) -> Self {
        Self { summary: summary.into(), details: String::new() }
    }

    pub(crate) fn with_details(mut self, details: impl Into<String>) -> Self {
        self.details = details.into();
        self
    }

    /// The line that says it.
    pub(crate) fn summary(&self) -> &str {
        &self.summary
    }

    /// The rest; the line, where there is no more.
    pub(crate) fn details(&self) -> &str {
        if self.details.is_empty() { &self.summary } else { &self.details }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)?;
        if !self.details.is_empty() {
            write!(f, "\n\n{}", self.details)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for Error {}
