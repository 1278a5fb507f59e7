//! The error for an unknown label.

use core::fmt;

use pg_enum_core::{Definition, MAX_BYTES, VisibleIdent, VisibleLiteral, edit_distance};

use crate::PgEnum;

/// A label that no variant of an enum has.
///
/// The message names the enum, the label, the nearest known label, and the SQL to run:
///
/// ```
/// use pg_enum::PgEnum;
///
/// #[derive(Debug, PgEnum)]
/// enum DraftStatus { Streaming, Partial }
///
/// let error = DraftStatus::from_label("streaming").unwrap_err();
/// assert_eq!(error.nearest(), Some("Streaming"));
/// assert!(error.to_string().ends_with(
///     "DraftStatus (PostgreSQL type draft_status); \"Streaming\" differs only by case; \
///      if the database has the unknown spelling, run: ALTER TYPE draft_status RENAME VALUE 'streaming' TO 'Streaming';"
/// ));
/// ```
///
/// If the enum says that the label is retired, so does the message:
///
/// ```
/// use pg_enum::PgEnum;
///
/// #[derive(Debug, PgEnum)]
/// #[pg_enum(retired("Draft"))]
/// enum Status { Open, Done }
///
/// let message = Status::from_label("Draft").unwrap_err().to_string();
/// assert!(message.starts_with("retired label \"Draft\" for enum "));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownLabel {
    rust_name: &'static str,
    definition: &'static Definition<'static>,
    text: Excerpt,
}

impl UnknownLabel {
    #[cold]
    pub(crate) fn of<E: PgEnum>(label: &[u8]) -> Self {
        Self {
            rust_name: core::any::type_name::<E>(),
            definition: E::DEFINITION,
            text: Excerpt::of(label),
        }
    }

    /// The label. If it is longer than PostgreSQL allows or is not UTF-8, only its start.
    #[must_use]
    pub fn label(&self) -> &str {
        self.text.as_str()
    }

    /// The definition of the enum.
    #[must_use]
    pub fn definition(&self) -> &'static Definition<'static> {
        self.definition
    }

    /// The label of the enum that is nearest to the unknown one: a label that differs only by case, or else the label
    /// with the smallest number of characters to insert, delete or replace. If there are several, the first one.
    #[must_use]
    pub fn nearest(&self) -> Option<&'static str> {
        self.case_twin().or_else(|| self.closest())
    }

    /// The label that differs from the unknown one only by case.
    fn case_twin(&self) -> Option<&'static str> {
        if self.text.truncated {
            return None;
        }
        let folded = |text: &'static str| text.chars().flat_map(char::to_lowercase);
        let unknown = || self.label().chars().flat_map(char::to_lowercase);
        self.definition.labels.iter().copied().find(|label| folded(label).eq(unknown()))
    }

    /// The label with the smallest edit distance.
    fn closest(&self) -> Option<&'static str> {
        let labels = self.definition.labels.iter().copied();
        labels.min_by_key(|label| edit_distance(self.label(), label))
    }
}

/// With its schema, if the definition has one.
struct TypeName(&'static Definition<'static>);

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = self.0.schema {
            write!(f, "{}.", VisibleIdent(schema))?;
        }
        write!(f, "{}", VisibleIdent(self.0.name))
    }
}

impl fmt::Display for UnknownLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rust_name, definition, text } = self;
        let name = TypeName(definition);
        if !text.truncated && definition.has_retired(self.label()) {
            return write!(
                f,
                "retired label {text} for enum {rust_name} (PostgreSQL type {name}); no row should hold it; to see \
                 the columns without a CHECK that forbids it, run: cargo pg-enum verify"
            );
        }
        write!(f, "unknown label {text} for enum {rust_name} (PostgreSQL type {name})")?;
        if let Some(twin) = self.case_twin() {
            let (old, new) = (VisibleLiteral(self.label()), VisibleLiteral(twin));
            return write!(
                f,
                "; {twin:?} differs only by case; if the database has the unknown spelling, run: \
                 ALTER TYPE {name} RENAME VALUE {old} TO {new};"
            );
        }
        if let Some(nearest) = self.closest() {
            write!(f, "; the nearest known label is {nearest:?}")?;
        }
        write!(
            f,
            "; to see the labels in the database, run: SELECT pg_catalog.enum_range(NULL::{name});"
        )
    }
}

impl core::error::Error for UnknownLabel {}

/// The start of a text, up to the maximum length of a label. Stored inline, so that creating the error does not
/// allocate.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Excerpt {
    bytes: [u8; MAX_BYTES],
    len: u8,
    truncated: bool,
}

impl Excerpt {
    #[expect(clippy::cast_possible_truncation, reason = "a length of at most 63")]
    fn of(text: &[u8]) -> Self {
        let whole = core::str::from_utf8(text)
            .map_or_else(|error| &text[..error.valid_up_to()], str::as_bytes);
        let mut len = whole.len().min(MAX_BYTES);
        while len < whole.len() && whole[len] & 0b1100_0000 == 0b1000_0000 {
            len -= 1;
        }
        let mut bytes = [0; MAX_BYTES];
        bytes[..len].copy_from_slice(&whole[..len]);
        Self { bytes, len: len as u8, truncated: len < text.len() }
    }

    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}{}", self.as_str(), if self.truncated { "…" } else { "" })
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use super::Excerpt;

    #[test]
    fn excerpts_end_at_a_character() {
        let shown = |bytes: &[u8]| Excerpt::of(bytes).to_string();
        assert_eq!(shown(b"plain"), r#""plain""#);
        assert_eq!(shown("x".repeat(63).as_bytes()).len(), 65);
        assert_eq!(shown("x".repeat(64).as_bytes()), std::format!("{:?}…", "x".repeat(63)));
        assert_eq!(shown("é".repeat(32).as_bytes()), std::format!("{:?}…", "é".repeat(31)));
        assert_eq!(shown(b"bad\xff!"), r#""bad"…"#);
    }
}
