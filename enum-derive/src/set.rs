//! Sets of enums.

extern crate alloc;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use pg_enum_core::{Definition, visible};

use crate::PgEnum;

/// A derived enum without its Rust type: an element of a list of enums.
///
/// ```
/// use pg_enum::{PgEnum, Registered};
///
/// #[derive(PgEnum)]
/// enum Mood { Sad, Ok }
///
/// let mood = Registered::of::<Mood>();
/// assert_eq!(mood.definition().labels, ["Sad", "Ok"]);
/// assert!(mood.rust_name().ends_with("::Mood"));
/// assert!(!mood.has_other());
/// ```
#[derive(Clone, Copy)]
pub struct Registered<'a> {
    definition: Definition<'a>,
    about: About<'a>,
}

#[derive(Clone, Copy)]
enum About<'a> {
    // Function pointers, because a constant cannot call these functions.
    Derived { rust_name: fn() -> &'static str, has_other: fn() -> bool },
    Known { rust_name: &'a str, has_other: bool },
}

impl<'a> Registered<'a> {
    /// An enum that is not part of this program, for tools: its definition, its Rust name, and whether it has an
    /// `other` variant.
    #[must_use]
    pub const fn new(definition: Definition<'a>, rust_name: &'a str, has_other: bool) -> Self {
        Self { definition, about: About::Known { rust_name, has_other } }
    }

    /// Creates it.
    #[must_use]
    pub const fn of<E: PgEnum>() -> Self {
        Self {
            definition: *E::DEFINITION,
            about: About::Derived {
                rust_name: core::any::type_name::<E>,
                // No label is this long, so only an `other` variant can hold it.
                has_other: || E::from_label_bytes(&[b'?'; 2 * pg_enum_core::MAX_BYTES]).is_some(),
            },
        }
    }

    /// The definition of its type.
    #[must_use]
    pub const fn definition(&self) -> Definition<'a> {
        self.definition
    }

    /// The Rust enum, with its path.
    #[must_use]
    pub fn rust_name(&self) -> &'a str {
        match self.about {
            About::Derived { rust_name, .. } => rust_name(),
            About::Known { rust_name, .. } => rust_name,
        }
    }

    /// Whether it has an `other` variant, which holds labels that the enum lacks.
    #[must_use]
    pub fn has_other(&self) -> bool {
        match self.about {
            About::Derived { has_other, .. } => has_other(),
            About::Known { has_other, .. } => has_other,
        }
    }
}

impl fmt::Debug for Registered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.rust_name(), self.definition.name_sql())
    }
}

/// Enums with types in the same database, sorted by schema and name. [`registry`](crate::registry()) returns all
/// enums of a program; [`set!`](crate::set!) creates a set from a list.
///
/// With the feature `sqlx`, a set can [verify](Set::verify) a database and [ensure](Set::ensure) that the types
/// exist.
#[derive(Debug, Clone)]
pub struct Set<'a> {
    enums: Vec<Registered<'a>>,
}

impl<'a> Set<'a> {
    /// Creates a set. If several enums have the same definition, the first is kept.
    #[must_use]
    pub fn new(enums: impl IntoIterator<Item = Registered<'a>>) -> Self {
        let mut enums: Vec<Registered<'a>> = enums.into_iter().collect();
        // A fixed order, unlike the linker's, because locks are taken in this order.
        enums.sort_by_key(|it| (it.definition.schema, it.definition.name, it.rust_name()));
        enums.dedup_by(|later, first| later.definition == first.definition);
        Self { enums }
    }

    /// The enums.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Registered<'a>> + ExactSizeIterator {
        self.enums.iter()
    }

    /// The number of enums.
    #[must_use]
    pub fn len(&self) -> usize {
        self.enums.len()
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.enums.is_empty()
    }

    /// Checks that no two enums define the same type differently. No database could match both.
    ///
    /// # Errors
    ///
    /// The first two such enums.
    ///
    /// ```
    /// use pg_enum::PgEnum;
    ///
    /// #[derive(PgEnum)]
    /// enum Mood { Sad }
    ///
    /// mod old {
    ///     #[derive(pg_enum::PgEnum)]
    ///     pub enum Mood { Happy }
    /// }
    ///
    /// let conflict = pg_enum::set![Mood, old::Mood].check().unwrap_err();
    /// assert!(conflict.to_string().starts_with("two enums define the type mood differently: "));
    /// ```
    pub fn check(&self) -> Result<(), Conflict> {
        let name = |it: &Registered<'a>| (it.definition.schema, it.definition.name);
        let mut pairs = self.enums.windows(2);
        match pairs.find(|pair| name(&pair[0]) == name(&pair[1])) {
            Some(pair) => Err(Conflict::new(&pair[0], &pair[1])),
            None => Ok(()),
        }
    }
}

impl<'a> FromIterator<Registered<'a>> for Set<'a> {
    fn from_iter<I: IntoIterator<Item = Registered<'a>>>(enums: I) -> Self {
        Self::new(enums)
    }
}

/// Two enums that define the same type differently.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Conflict {
    /// The type's name, as SQL.
    pub type_name: String,
    /// The Rust enums.
    pub rust_names: [String; 2],
    /// The labels of each, as SQL literals.
    labels: [String; 2],
}

impl Conflict {
    fn new(first: &Registered<'_>, second: &Registered<'_>) -> Self {
        let both = [first, second];
        Self {
            type_name: first.definition.name_sql().to_string(),
            rust_names: both.map(|it| it.rust_name().to_string()),
            labels: both.map(|it| it.definition.labels_sql().to_string()),
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { type_name, rust_names: [one, two], labels: [of_one, of_two] } = self;
        write!(
            f,
            "two enums define the type {} differently: {one} as ({}), {two} as ({}); rename one \
             of the two, or move it to another schema",
            visible(type_name),
            visible(of_one),
            visible(of_two)
        )
    }
}

impl core::error::Error for Conflict {}

/// Creates a [`Set`] of these enums, for programs without the feature `registry`.
///
/// ```
/// use pg_enum::PgEnum;
///
/// #[derive(PgEnum)]
/// enum Mood { Sad, Ok }
///
/// #[derive(PgEnum)]
/// enum Colour { Red }
///
/// let enums = pg_enum::set![Mood, Colour];
/// assert_eq!(enums.len(), 2);
/// assert!(enums.check().is_ok());
/// ```
#[macro_export]
macro_rules! set {
    ($($enum:ty),* $(,)?) => {
        $crate::Set::new([$($crate::Registered::of::<$enum>()),*])
    };
}

#[cfg(feature = "registry")]
inventory::collect!(Registered<'static>);

/// All derived enums of the program, including those of its dependencies.
///
/// The linker collects them, so no list has to be written; at run time there is only a short loop at the start. The
/// enums of a crate that the program does not use are missing, because the linker leaves such a crate out.
///
/// ```
/// use pg_enum::PgEnum;
///
/// mod model {
///     #[derive(pg_enum::PgEnum)]
///     pub enum Mood { Sad, Ok }
/// }
///
/// let enums = pg_enum::registry();
/// assert!(enums.iter().any(|it| it.rust_name().ends_with("model::Mood")));
/// ```
#[cfg(feature = "registry")]
#[must_use]
pub fn registry() -> Set<'static> {
    inventory::iter::<Registered<'static>>.into_iter().copied().collect()
}
