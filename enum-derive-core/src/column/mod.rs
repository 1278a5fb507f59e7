//! What a Rust type can hold, and whether a column agrees.
//!
//! The types of a struct's fields are known to the compiler and not to a macro, so that this is computed in constants:
//! everything here is `const`, and the message becomes the compile error. Tools call the same functions at run time.
//!
//! Constants are interpreted, one for each field, so that names are compared as numbers ([`TypeKey`]), and texts are put
//! together only for a message.

mod compare;
mod key;
mod message;
mod rust_types;

pub use self::compare::{Column, Nullability};
pub use self::key::TypeKey;
#[cfg(feature = "record")]
pub use self::key::keys;
pub use self::message::Message;

/// A type of PostgreSQL, as a Rust type names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PgType {
    schema: Schema,
    name: &'static str,
    /// What messages show, if the server prints the type under another name.
    sql: Option<&'static str>,
    key: TypeKey,
}

/// The schema that a type is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Schema {
    Named(&'static str),
    /// The first schema of `search_path`, where a type without a schema is created.
    Default,
    /// Whichever an extension was installed in.
    Any,
}

impl PgType {
    /// A type of `pg_catalog`, by its name in `pg_type`: `int4`, and not `integer`.
    ///
    /// ```
    /// use pg_enum_core::column::{Holds, PgType};
    ///
    /// const POINT: Holds = Holds::one_of(&[PgType::built_in("point")]);
    /// ```
    #[must_use]
    pub const fn built_in(name: &'static str) -> Self {
        Self::in_schema("pg_catalog", name)
    }

    /// A type in a schema.
    #[must_use]
    pub const fn in_schema(schema: &'static str, name: &'static str) -> Self {
        Self { schema: Schema::Named(schema), name, sql: None, key: key::named(schema, name) }
    }

    /// A type in the first schema of `search_path`.
    #[must_use]
    pub const fn in_default_schema(name: &'static str) -> Self {
        Self { schema: Schema::Default, name, sql: None, key: key::in_default_schema(name) }
    }

    /// A type in any schema, as those of extensions are.
    #[must_use]
    pub const fn in_any_schema(name: &'static str) -> Self {
        Self { schema: Schema::Any, name, sql: None, key: key::in_any_schema(name) }
    }

    /// The same type under the name that messages show: what `format_type` prints, `integer` for `int4`.
    #[must_use]
    pub const fn shown_as(self, sql: &'static str) -> Self {
        Self { sql: Some(sql), ..self }
    }
}

/// The types of columns that a Rust type is decoded from.
///
/// ```
/// use pg_enum_core::column::{Holds, PgType};
///
/// const INET: Holds = Holds::one_of(&[PgType::built_in("inet"), PgType::built_in("cidr")]);
/// assert!(!INET.is_nullable());
/// assert!(INET.array().or_null().is_nullable());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holds {
    types: &'static [PgType],
    is_array: bool,
    is_nullable: bool,
}

impl Holds {
    /// Nothing is known: fields of this type are not compared.
    pub const UNKNOWN: Self = Self::one_of(&[]);

    /// A value of one of these types.
    #[must_use]
    pub const fn one_of(types: &'static [PgType]) -> Self {
        Self { types, is_array: false, is_nullable: false }
    }

    /// A value, or NULL: what `Option` holds.
    #[must_use]
    pub const fn or_null(self) -> Self {
        Self { is_nullable: true, ..self }
    }

    /// An array of such values: what `Vec` holds. Its elements may be NULL in any case, which a column does not say.
    ///
    /// Of an array, nothing is known: no driver decodes an array of arrays.
    #[must_use]
    pub const fn array(self) -> Self {
        if self.is_array {
            return Self::UNKNOWN;
        }
        Self { types: self.types, is_array: true, is_nullable: false }
    }

    /// Whether NULL is held as well.
    #[must_use]
    pub const fn is_nullable(self) -> bool {
        self.is_nullable
    }
}
