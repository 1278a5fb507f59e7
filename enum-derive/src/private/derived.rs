//! The output of a derive.

use pg_enum_core::{Definition, Former, Removed, Renamed, Retired};

/// The parts of the definition, and the texts that are not part of another text. All other texts are slices of these,
/// computed on use.
///
/// A derive fills it with literals only, which compile fastest.
#[derive(Debug)]
pub struct Derived<E: 'static> {
    pub schema: Option<&'static str>,
    pub name: &'static str,
    pub labels: &'static [&'static str],
    pub hints: Hints,
    pub variants: &'static [E],
    pub name_sql: &'static str,
    /// The name, always quoted, without its outer quotes, which SeaORM writes.
    pub inner_sql: &'static str,
    /// The name in printable ASCII, and `[]`: the array type.
    pub ascii_array_sql: &'static str,
    pub labels_sql: &'static str,
    pub create_sql: &'static str,
    pub drop_sql: &'static str,
}

/// Fields that few enums need.
#[derive(Debug)]
pub struct Hints {
    pub was: Option<Former<'static>>,
    pub renamed: &'static [Renamed<'static>],
    pub removed: &'static [Removed<'static>],
    pub retired: &'static [Retired<'static>],
    pub comment: Option<&'static str>,
}

pub const NO_HINTS: Hints =
    Hints { was: None, renamed: &[], removed: &[], retired: &[], comment: None };

impl<E> Derived<E> {
    #[must_use]
    pub const fn definition(&self) -> Definition<'static> {
        let mut definition = Definition::new(self.name, self.labels)
            .with_renamed(self.hints.renamed)
            .with_removed(self.hints.removed)
            .with_retired(self.hints.retired);
        definition.schema = self.schema;
        definition.was = self.hints.was;
        definition.comment = self.hints.comment;
        definition
    }

    #[must_use]
    pub fn ascii_name_sql(&self) -> &'static str {
        self.ascii_array_sql.split_at(self.ascii_array_sql.len() - "[]".len()).0
    }
}
