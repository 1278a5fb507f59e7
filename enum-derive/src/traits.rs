//! The trait.

use pg_enum_core::Definition;

use crate::__private0::Derived;
use crate::UnknownLabel;

/// A Rust enum that is the source of a PostgreSQL enum type.
///
/// Implement it only with [`#[derive(PgEnum)]`](macro@crate::PgEnum), which ensures that the constants and the
/// functions agree. Every constant is computed at compile time.
///
/// # Example
///
/// Generic code for any such enum:
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
    /// The output of the derive. The constants below are parts of it.
    ///
    /// One constant compiles faster than nine.
    #[doc(hidden)]
    const __DERIVED: Derived<Self>;

    /// The definition of the type: schema, name, labels, and hints about changes.
    const DEFINITION: &'static Definition<'static> = &Self::__DERIVED.definition();

    /// The variants that have a label, in order: all except the `other` variant.
    const VARIANTS: &'static [Self] = Self::__DERIVED.variants;

    /// The labels, in the order of [`VARIANTS`](Self::VARIANTS). PostgreSQL sorts values in this order.
    const LABELS: &'static [&'static str] = Self::__DERIVED.labels;

    /// The type's name, with its schema if it has one, quoted where PostgreSQL requires it: `app.draft_status`. For
    /// casts and column types in your own SQL.
    const NAME_SQL: &'static str = Self::__DERIVED.name_sql;

    /// The labels as SQL literals, separated by commas: `'Streaming', 'Partial', 'done'`.
    const LABELS_SQL: &'static str = Self::__DERIVED.labels_sql;

    /// One statement that ensures that the type exists with these labels. It can run any number of times, inside or
    /// outside a transaction, at any isolation level, in any number of sessions.
    ///
    /// | the database has | result |
    /// |---|---|
    /// | no such type | it is created |
    /// | the type, same labels, same order | nothing |
    /// | the type, same labels in the same order, and more | nothing: a later migration has run |
    /// | the type, with a label missing or another order | an error that names the type, the difference and the command to run |
    /// | another object with that name | an error that says what it is |
    ///
    /// Without a schema, the type belongs in the first schema of `search_path`, as for any unqualified `CREATE TYPE`.
    ///
    /// It is a `DO` block for PostgreSQL 12 to 18 that contains a plain `CREATE TYPE`. It takes a transaction-level
    /// advisory lock on the type's name (manual, 13.3.5) and holds it until the transaction ends. It calls no
    /// user-defined code, whatever `search_path` is. Since PostgreSQL 17, a label added later in the same transaction
    /// can be used in it, because the type is not created in a subtransaction.
    ///
    /// # Errors
    ///
    /// The server reports SQLSTATE 55000 for other labels, 42809 for another object with that name, 3F000 if there is
    /// no schema to create the type in or the schema does not exist, and 42501 for a missing privilege.
    ///
    /// If another session creates the type at the same moment without this lock, one of the two fails once, with
    /// 42710 (`duplicate_object`) or 23505 (`unique_violation`).
    ///
    /// If a transaction at `REPEATABLE READ` or above has itself added a label to the type, it does not see labels
    /// that others have committed since its snapshot, and reports them as missing.
    const CREATE_SQL: &'static str = Self::__DERIVED.create_sql;

    /// One statement that drops the type if it exists, under the same lock. Without a schema, it drops only a type in
    /// the first schema of `search_path`.
    ///
    /// # Errors
    ///
    /// The server reports SQLSTATE 2BP01 if a column or another object uses the type (the detail names the object),
    /// and 42809 if the object with that name is not an enum. In both cases nothing is dropped.
    const DROP_SQL: &'static str = Self::__DERIVED.drop_sql;

    /// [`CREATE_SQL`](Self::CREATE_SQL), for the up file of a migration, before the tables that use the type.
    const UP_SQL: &'static str = Self::CREATE_SQL;

    /// [`DROP_SQL`](Self::DROP_SQL), for the down file of a migration, after the tables that use the type.
    const DOWN_SQL: &'static str = Self::DROP_SQL;

    /// The label of this value. For an `other` value, the label that it holds.
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

    /// The label of this value as a static string; `None` for an `other` value, because its label is not part of the
    /// program.
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

    /// The value with this label or alias, given as the bytes that the server sends. If the enum has an `other`
    /// variant, any other UTF-8 text becomes that variant.
    fn from_label_bytes(label: &[u8]) -> Option<Self>;

    /// The value with this label or alias. The comparison is exact, as in PostgreSQL.
    ///
    /// # Errors
    ///
    /// [`UnknownLabel`] if no variant has this label and there is no `other` variant. Its message names the enum, the
    /// label, the nearest known label, and the SQL to run.
    #[inline]
    fn from_label(label: &str) -> Result<Self, UnknownLabel> {
        match Self::from_label_bytes(label.as_bytes()) {
            Some(value) => Ok(value),
            None => Err(UnknownLabel::of::<Self>(label.as_bytes())),
        }
    }
}
