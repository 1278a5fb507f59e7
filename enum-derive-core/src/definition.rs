//! The one description of an enum type.

/// An enum type as it should be in the database: its name, its labels in their order, and the
/// hints that say how it came to be so.
///
/// A definition is plain borrowed data. `#[derive(PgEnum)]` puts one in a `const`, and the methods
/// below render SQL from it on demand; the constants of the trait hold the same text, rendered at
/// compile time.
///
/// Nothing here is checked on construction: [`violations`](Self::violations) says what PostgreSQL
/// would not take. The derive refuses such a definition at compile time.
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
    /// The schema the type lives in. `None` leaves it to the `search_path`: the type is created in
    /// its first schema, as an unqualified `CREATE TYPE` is.
    pub schema: Option<&'a str>,
    /// The type's name, as PostgreSQL stores it: unquoted, case preserved.
    pub name: &'a str,
    /// The labels, in order, as PostgreSQL stores them: case preserved, at most 63 bytes each.
    pub labels: &'a [&'a str],
    /// The name that the type used to have, if it had another.
    pub was: Option<Former<'a>>,
    /// Labels that used to have another name.
    pub renamed: &'a [Renamed<'a>],
    /// Labels that used to exist.
    pub removed: &'a [Removed<'a>],
    /// The text for `COMMENT ON TYPE`, if there should be one.
    pub comment: Option<&'a str>,
}

/// The name that a type used to have: `#[pg_enum(was = "old_schema.old_name")]` on the enum.
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
    /// The schema it was in; `None` if that is the one it is in now.
    pub schema: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
}

/// A label that used to have another name: `#[pg_enum(was = "…")]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renamed<'a> {
    /// The label as it is now; one of the definition's labels.
    pub label: &'a str,
    /// The label as it was.
    pub was: &'a str,
}

/// A label that used to exist: `#[pg_enum(removed("…" => Variant))]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed<'a> {
    /// The label that is gone.
    pub label: &'a str,
    /// The label that rows still holding it are to get; `None` is `NULL`.
    pub replacement: Option<&'a str>,
}

impl<'a> Definition<'a> {
    /// A type of that name with those labels, in no particular schema and without hints.
    #[must_use]
    pub const fn new(name: &'a str, labels: &'a [&'a str]) -> Self {
        Self { schema: None, name, labels, was: None, renamed: &[], removed: &[], comment: None }
    }

    /// The same definition, in a schema.
    #[must_use]
    pub const fn in_schema(self, schema: &'a str) -> Self {
        Self { schema: Some(schema), ..self }
    }

    /// The same definition, with the name that the type used to have.
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

    /// The same definition, with a comment for the type.
    #[must_use]
    pub const fn with_comment(self, comment: &'a str) -> Self {
        Self { comment: Some(comment), ..self }
    }
}
