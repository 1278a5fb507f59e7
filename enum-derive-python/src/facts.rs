//! What only the source of a revision shows, and not the SQL that it sends.
//!
//! ```
//! use std::path::Path;
//! use std::sync::Arc;
//!
//! use pg_enum_migrations::folder::Source;
//! use pg_enum_python::{Options, Way, What};
//!
//! let text = r#"
//! from alembic import op
//!
//! def upgrade():
//!     op.execute("CREATE TYPE ratio AS ENUM ('1:2', ':half')")
//! "#;
//! let source = Arc::new(Source { path: "a1.py".into(), text: text.to_owned() });
//! let followed = Options::default().follow(Path::new("versions"), &source, Way::Up).expect("Python");
//! assert!(matches!(&followed.facts[0].what, What::MissingBind { name, .. } if name == "half"));
//! ```

use pg_enum_migrations::Location;

/// One such thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Where: in the revision, or in a module that it imports, whose path is also from the root.
    pub at: Location,
    /// What it is.
    pub what: What,
}

/// What a [`Fact`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// The call of a generic `Enum` (`sqlalchemy.Enum`) with `create_type=False`, which is the type of a column of a table that
    /// is created. Until `SQLAlchemy` 2.0 the argument is ignored (`sqlalchemy/sql/sqltypes.py`, `Enum`).
    GenericCreateTypeFalse {
        /// The type.
        of: Named,
        /// What creates the table: a place in the revision.
        by: Location,
    },
    /// A call names a type with labels and does not create it: `add_column`, `alter_column`, and a table with a
    /// column of `postgresql.ENUM(…, create_type=False)`. The place is in the revision.
    Mentioned {
        /// The type, with the labels that the call gives.
        of: Named,
    },
    /// SQL that does not stand in the revision as it is sent: a module sends it, or the text is put together. The place is where
    /// it is sent.
    Sent {
        /// The SQL.
        sql: String,
    },
    /// A `:word` in SQL, which `text()` takes for a parameter, and which has no value.
    MissingBind {
        /// The word.
        name: String,
        /// What to insert before the colon so that it is not a parameter; nothing if the colon is not in the text of the revision.
        escape: Option<&'static str>,
    },
    /// A `%` in what `exec_driver_sql` sends without parameters, which is not doubled.
    Percent,
    /// The call that gives the key of an advisory lock, and gives another in each process: `hash("…")`.
    UnstableKey {
        /// The function.
        by: String,
        /// What takes the lock.
        lock: Location,
    },
    /// An import of a module that is neither in the project's source nor a library that is known, or that is not Python.
    UnresolvedImport {
        /// The module.
        module: String,
        /// The name that it binds.
        binds: String,
        /// Where the module is not Python, if that is why nothing is known of it.
        not_python: Option<Location>,
    },
    /// A comment that says that something is left to do.
    Todo,
    /// A function of the revision that only raises `NotImplementedError`, or is `...`.
    Stub,
}

/// An enum type by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The schema, if the source gives one.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
    /// The labels, if all of them are known.
    pub labels: Option<Vec<String>>,
}
