//! The description of an enum type.

/// An enum type as it should be in the database: its name, its labels in order, and hints about former names and
/// labels.
///
/// A definition is plain borrowed data. `#[derive(PgEnum)]` puts one in a `const`, and the methods
/// below render SQL from it on demand; the constants of the trait hold the same text, rendered at
/// compile time.
///
/// The constructors check nothing: [`violations`](Self::violations) lists what PostgreSQL would refuse. The derive
/// refuses such a definition at compile time.
///
/// # Example
///
/// ```
/// use pg_enum_core::Definition;
///
/// let status = Definition::new("draft_status", &["Streaming", "Partial", "done"]).in_schema("app");
/// assert_eq!(status.violations().count(), 0);
/// assert_eq!(status.name_sql().to_string(), "app.draft_status");
/// assert_eq!(status.labels_sql().to_string(), "'Streaming', 'Partial', 'done'");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Definition<'a> {
    /// The schema of the type. `None` means that `search_path` decides: the type is created in its first schema, as
    /// by an unqualified `CREATE TYPE`.
    pub schema: Option<&'a str>,
    /// The type's name, as PostgreSQL stores it: unquoted, case preserved.
    pub name: &'a str,
    /// The labels, in order, as PostgreSQL stores them: case preserved, at most 63 bytes each.
    pub labels: &'a [&'a str],
    /// The former name of the type, if it was renamed.
    pub was: Option<Former<'a>>,
    /// Renamed labels.
    pub renamed: &'a [Renamed<'a>],
    /// Removed labels.
    pub removed: &'a [Removed<'a>],
    /// Retired labels.
    pub retired: &'a [Retired<'a>],
    /// The text for `COMMENT ON TYPE`, if there should be one.
    pub comment: Option<&'a str>,
}

/// The former name of a type: `#[pg_enum(was = "old_schema.old_name")]` on the enum.
///
/// ```
/// use pg_enum_core::{Definition, Former};
///
/// let mood = Definition::new("mood", &["sad"]).in_schema("app");
/// let renamed = mood.with_was(Former { schema: None, name: "feeling" });
/// let moved = mood.with_was(Former { schema: Some("public"), name: "mood" });
/// assert_eq!(renamed.violations().count() + moved.violations().count(), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Former<'a> {
    /// The former schema; `None` if the schema did not change.
    pub schema: Option<&'a str>,
    /// The former name.
    pub name: &'a str,
}

/// A renamed label: `#[pg_enum(was = "…")]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renamed<'a> {
    /// The present label; one of the definition's labels.
    pub label: &'a str,
    /// The former label.
    pub was: &'a str,
}

/// A removed label: `#[pg_enum(removed("…" => Variant))]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed<'a> {
    /// The removed label.
    pub label: &'a str,
    /// The label that replaces it in rows that still contain it; `None` is `NULL`.
    pub replacement: Option<&'a str>,
}

/// A retired label: `#[pg_enum(retired("…"))]`. The type keeps it, and a `CHECK` on each column of the type forbids it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retired<'a> {
    /// The label.
    pub label: &'a str,
    /// What a migration does with rows that hold it.
    pub rows: RetiredRows<'a>,
}

/// What a migration does with rows that hold a retired label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetiredRows<'a> {
    /// Nothing: no row holds it, or the application updates those that do.
    Unchanged,
    /// It sets them to this label: `retired("…" => Variant)`.
    Label(&'a str),
    /// It sets them to `NULL`: `retired("…" => NULL)`.
    Null,
}

impl<'a> Definition<'a> {
    /// A type with this name and these labels, without a schema and without hints.
    #[must_use]
    pub const fn new(name: &'a str, labels: &'a [&'a str]) -> Self {
        Self {
            schema: None,
            name,
            labels,
            was: None,
            renamed: &[],
            removed: &[],
            retired: &[],
            comment: None,
        }
    }

    /// The same definition, in a schema.
    #[must_use]
    pub const fn in_schema(self, schema: &'a str) -> Self {
        Self { schema: Some(schema), ..self }
    }

    /// The same definition, with the former name of the type.
    #[must_use]
    pub const fn with_was(self, was: Former<'a>) -> Self {
        Self { was: Some(was), ..self }
    }

    /// The same definition, with its renamed labels.
    #[must_use]
    pub const fn with_renamed(self, renamed: &'a [Renamed<'a>]) -> Self {
        Self { renamed, ..self }
    }

    /// The same definition, with its removed labels.
    #[must_use]
    pub const fn with_removed(self, removed: &'a [Removed<'a>]) -> Self {
        Self { removed, ..self }
    }

    /// The same definition, with its retired labels.
    #[must_use]
    pub const fn with_retired(self, retired: &'a [Retired<'a>]) -> Self {
        Self { retired, ..self }
    }

    /// Whether a label is retired: the type may have it at any position.
    ///
    /// ```
    /// use pg_enum_core::{Definition, Retired, RetiredRows};
    ///
    /// let retired = [Retired { label: "old", rows: RetiredRows::Unchanged }];
    /// let mood = Definition::new("mood", &["sad"]).with_retired(&retired);
    /// assert!(mood.has_retired("old") && !mood.has_retired("sad"));
    /// ```
    #[must_use]
    pub fn has_retired(&self, label: &str) -> bool {
        self.retired.iter().any(|retired| retired.label == label)
    }

    /// The same definition, with a comment for the type.
    #[must_use]
    pub const fn with_comment(self, comment: &'a str) -> Self {
        Self { comment: Some(comment), ..self }
    }
}
