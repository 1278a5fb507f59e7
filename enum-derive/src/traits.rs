//! The trait.

use pg_enum_core::Definition;

use crate::__private0::Derived;
use crate::UnknownLabel;

/// A Rust enum that is the source of a PostgreSQL enum type.
///
/// Implemented by [`#[derive(PgEnum)]`](macro@crate::PgEnum); there is no other way to implement it
/// that keeps its promises. Every constant is computed at compile time.
///
/// # Example
///
/// Code over any such enum:
///
/// ```
/// use pg_enum::PgEnum;
///
/// fn options<E: PgEnum>() -> String {
///     E::VARIANTS.iter().map(|variant| format!("<option>{}</option>", variant.label())).collect()
/// }
///
/// #[derive(PgEnum)]
/// enum Answer { Yes, No }
///
/// assert_eq!(options::<Answer>(), "<option>Yes</option><option>No</option>");
/// ```
pub trait PgEnum: Sized + 'static {
    /// What the derive has written down, and the constants below are parts of.
    ///
    /// One constant costs the compiler less than nine.
    #[doc(hidden)]
    const __DERIVED: Derived<Self>;

    /// The type this enum is the source of: schema, name, labels, and the hints for change.
    const DEFINITION: &'static Definition<'static> = &Self::__DERIVED.definition();

    /// The variants that have a label, in their order: all but the `other` variant.
    const VARIANTS: &'static [Self] = Self::__DERIVED.variants;

    /// The labels, in the order of [`VARIANTS`](Self::VARIANTS), which is the order in which
    /// PostgreSQL sorts them.
    const LABELS: &'static [&'static str] = Self::__DERIVED.labels;

    /// The type's name, with its schema if it has one, and quotes where PostgreSQL needs them:
    /// `app.draft_status`. For casts and column types in SQL of your own.
    const NAME_SQL: &'static str = Self::__DERIVED.name_sql;

    /// The labels as SQL literals, separated by commas: `'Streaming', 'Partial', 'done'`.
    const LABELS_SQL: &'static str = Self::__DERIVED.labels_sql;

    /// One statement that makes sure the type exists with these labels. Run it as often as you
    /// like, inside or outside a transaction, at any isolation level, from any number of sessions.
    ///
    /// | the database has | what happens |
    /// |---|---|
    /// | no such type | it is created |
    /// | the type, same labels, same order | nothing |
    /// | the type, same labels in the same order, and more | nothing: a later migration has run |
    /// | the type, with a label missing or another order | an error that names the type, what differs and what to run |
    /// | something else of that name | an error that says what it is |
    ///
    /// Without a schema, the type belongs in the first schema of `search_path`, as with any
    /// unqualified `CREATE TYPE`.
    ///
    /// It is a `DO` block for PostgreSQL 12 to 18, in which the `CREATE TYPE` stands as it is. It takes a
    /// transaction-level advisory lock on the type's name (manual, 13.3.5), which is held until the transaction
    /// ends. Nothing that a user may define is called, whatever `search_path` holds. A label that is added later
    /// in the transaction may be used in it from PostgreSQL 17 on, as the type is not created in a subtransaction.
    ///
    /// # Errors
    ///
    /// What the server reports: SQLSTATE 55000 for other labels, 42809 for something else of that name,
    /// 3F000 for no schema to create it in or one that does not exist, 42501 for a missing privilege.
    ///
    /// A session that creates the type without this lock, at the same moment, makes one of the two fail, once, with
    /// 42710 (`duplicate_object`) or 23505 (`unique_violation`).
    ///
    /// In a transaction at `REPEATABLE READ` or above that has itself added a label to the type, labels that others
    /// have committed since its snapshot count as missing.
    const CREATE_SQL: &'static str = Self::__DERIVED.create_sql;

    /// One statement that drops the type if it exists, under the same lock. Without a schema, that
    /// is the type in the first schema of `search_path`, and none further down.
    ///
    /// # Errors
    ///
    /// What the server reports, and then nothing is dropped: SQLSTATE 2BP01 while a column or
    /// anything else uses the type (the detail names what does), 42809 if what has the name is no
    /// enum.
    const DROP_SQL: &'static str = Self::__DERIVED.drop_sql;

    /// [`CREATE_SQL`](Self::CREATE_SQL), by the name of where it goes: into a migration's up file, ahead of the
    /// tables that use the type.
    const UP_SQL: &'static str = Self::CREATE_SQL;

    /// [`DROP_SQL`](Self::DROP_SQL), by the name of where it goes: into a migration's down file, after the tables
    /// that use the type.
    const DOWN_SQL: &'static str = Self::DROP_SQL;

    /// The label of this value; of an `other` value, the label it holds.
    ///
    /// # Example
    ///
    /// ```
    /// # use pg_enum::PgEnum;
    /// #[derive(PgEnum)]
    /// #[pg_enum(rename_all = "snake_case")]
    /// enum JobState { InFlight, #[pg_enum(other)] Other(String) }
    ///
    /// assert_eq!(JobState::InFlight.label(), "in_flight");
    /// assert_eq!(JobState::Other("lost".to_owned()).label(), "lost");
    /// ```
    fn label(&self) -> &str {
        self.static_label().unwrap_or_default()
    }

    /// The label of this value, for as long as the program runs; `None` for an `other` value,
    /// whose label is no part of the program.
    ///
    /// # Example
    ///
    /// ```
    /// # use pg_enum::PgEnum;
    /// # #[derive(PgEnum)]
    /// # #[pg_enum(rename_all = "snake_case")]
    /// # enum JobState { InFlight, #[pg_enum(other)] Other(String) }
    /// assert_eq!(JobState::InFlight.static_label(), Some("in_flight"));
    /// assert_eq!(JobState::Other("lost".to_owned()).static_label(), None);
    /// ```
    fn static_label(&self) -> Option<&'static str>;

    /// The value whose label, or alias, is these bytes: a label as the server sends it. Of an enum
    /// with an `other` variant, that variant for any other UTF-8 text.
    fn from_label_bytes(label: &[u8]) -> Option<Self>;

    /// The value with that label, or alias. The comparison is exact, as PostgreSQL's is.
    ///
    /// # Errors
    ///
    /// [`UnknownLabel`] if there is none, and no `other` variant to hold it. Its message names the
    /// enum, the label, the nearest label there is, and what to run.
    #[inline]
    fn from_label(label: &str) -> Result<Self, UnknownLabel> {
        match Self::from_label_bytes(label.as_bytes()) {
            Some(value) => Ok(value),
            None => Err(UnknownLabel::of::<Self>(label.as_bytes())),
        }
    }
}
