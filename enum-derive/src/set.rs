//! Many enums at once.

extern crate alloc;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use pg_enum_core::{Definition, visible};

use crate::PgEnum;

/// A derived enum, without its Rust type: what a list of enums is made of.
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
    // As functions, because a constant can call neither.
    Derived { rust_name: fn() -> &'static str, has_other: fn() -> bool },
    Known { rust_name: &'a str, has_other: bool },
}

impl<'a> Registered<'a> {
    /// An enum that is not part of this program, as tools know them: what its type is, what it is called, and
    /// whether it has an `other` variant.
    #[must_use]
    pub const fn new(definition: Definition<'a>, rust_name: &'a str, has_other: bool) -> Self {
        Self { definition, about: About::Known { rust_name, has_other } }
    }

    /// That enum.
    #[must_use]
    pub const fn of<E: PgEnum>() -> Self {
        Self {
            definition: *E::DEFINITION,
            about: About::Derived {
                rust_name: core::any::type_name::<E>,
                // No label is as long as this: whatever holds it holds anything.
                has_other: || E::from_label_bytes(&[b'?'; 2 * pg_enum_core::MAX_BYTES]).is_some(),
            },
        }
    }

    /// What its type is.
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

/// Enums whose types are in one database, by schema and name. [`registry`](crate::registry()) has all of
/// a program; [`set!`](crate::set!) lists them one by one.
///
/// With the feature `sqlx`, it [verifies](Set::verify) a database, and [ensures](Set::ensure) that the types
/// are there.
#[derive(Debug, Clone)]
pub struct Set<'a> {
    enums: Vec<Registered<'a>>,
}

impl<'a> Set<'a> {
    /// These enums. Of several with one definition, the first is kept.
    #[must_use]
    pub fn new(enums: impl IntoIterator<Item = Registered<'a>>) -> Self {
        let mut enums: Vec<Registered<'a>> = enums.into_iter().collect();
        // The same in every program, as the linker's order need not be: locks are taken in it.
        enums.sort_by_key(|it| (it.definition.schema, it.definition.name, it.rust_name()));
        enums.dedup_by(|later, first| later.definition == first.definition);
        Self { enums }
    }

    /// The enums.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Registered<'a>> + ExactSizeIterator {
        self.enums.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.enums.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.enums.is_empty()
    }

    /// Looks for two enums that give one type two definitions, which no database satisfies.
    ///
    /// # Errors
    ///
    /// The first two of them.
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

/// Two enums that give one type two definitions.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Conflict {
    /// The type's name, as SQL spells it.
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

/// A [`Set`] of these enums, for programs that do without the feature `registry`.
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

/// Every derived enum of the program, those of its dependencies included.
///
/// They are collected when the program is linked; nothing runs for it but a loop at the start, and nobody
/// has to list them. A crate that nothing of the program uses is not in it, as for any other purpose.
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
