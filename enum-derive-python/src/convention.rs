//! How `SQLAlchemy` calls constraints and indexes: `MetaData(naming_convention={…})` (`sqlalchemy/sql/schema.py`, `MetaData`).

use std::fmt;
use std::sync::{Arc, OnceLock};

/// What is called by a convention, with its key (`sqlalchemy/sql/naming.py`, `_prefix_dict`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Index,
    PrimaryKey,
    Check,
    Unique,
    ForeignKey,
}

impl Kind {
    /// By the key of an entry.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ix" => Self::Index,
            "pk" => Self::PrimaryKey,
            "ck" => Self::Check,
            "uq" => Self::Unique,
            "fk" => Self::ForeignKey,
            _ => return None,
        })
    }

    /// By the name of the class that is the key of an entry.
    pub(crate) fn of_class(name: &str) -> Option<Self> {
        Some(match name {
            "Index" => Self::Index,
            "PrimaryKeyConstraint" => Self::PrimaryKey,
            "CheckConstraint" => Self::Check,
            "UniqueConstraint" => Self::Unique,
            "ForeignKeyConstraint" => Self::ForeignKey,
            _ => return None,
        })
    }
}

/// A naming convention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Convention(Templates);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Templates {
    Unknown,
    /// One for each kind that has one; `None` where it is not known.
    Known(Vec<(Kind, Option<String>)>),
}

/// How a kind is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule<'c> {
    /// As it is given, or by the server.
    None,
    Template(&'c str),
    Unknown,
}

/// The convention of a project, which is looked for in its source when a name depends on it.
#[derive(Clone, Default)]
pub struct Conventions {
    found: Arc<OnceLock<Convention>>,
    look: Option<Look>,
}

/// What looks for it.
type Look = Arc<dyn Fn() -> Convention + Send + Sync>;

impl Conventions {
    /// One that this finds.
    pub(crate) fn found_by(look: impl Fn() -> Convention + Send + Sync + 'static) -> Self {
        Self { found: Arc::default(), look: Some(Arc::new(look)) }
    }

    /// The convention.
    #[must_use]
    pub fn get(&self) -> &Convention {
        self.found.get_or_init(|| self.look.as_ref().map(|look| look()).unwrap_or_default())
    }
}

impl From<Convention> for Conventions {
    fn from(convention: Convention) -> Self {
        Self { found: Arc::new(convention.into()), look: None }
    }
}

impl fmt::Debug for Conventions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.found.get().fmt(f)
    }
}

/// That of a `MetaData` that is given none (`sqlalchemy/sql/schema.py`, `DEFAULT_NAMING_CONVENTION`).
impl Default for Convention {
    fn default() -> Self {
        Self::new(vec![(Kind::Index, Some("ix_%(column_0_label)s".to_owned()))])
    }
}

impl Convention {
    /// One of these templates.
    pub(crate) fn new(templates: Vec<(Kind, Option<String>)>) -> Self {
        Self(Templates::Known(templates))
    }

    /// One that is not known.
    pub(crate) fn unknown() -> Self {
        Self(Templates::Unknown)
    }

    /// Whether nothing of it is known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.0 == Templates::Unknown
    }

    pub(crate) fn rule(&self, kind: Kind) -> Rule<'_> {
        let Templates::Known(templates) = &self.0 else { return Rule::Unknown };
        match templates.iter().find(|(known, _)| *known == kind) {
            None => Rule::None,
            Some((_, None)) => Rule::Unknown,
            Some((_, Some(template))) => Rule::Template(template),
        }
    }
}
