//! Alembic revisions, read without Python.
//!
//! [`read`] follows `upgrade()` of a revision, and [`read_down`] its `downgrade()`, with a small interpreter: assignments,
//! strings and how they are put together, lists, loops over what is known, conditions, functions, enum classes, and modules of the
//! same project, in source. What comes out is what the revision sends to `PostgreSQL`, in order: SQL that stands in the
//! file, SQL that a call makes (`op.create_table`, `Enum.create`), as `alembic upgrade --sql` would print it, and what is not
//! known. Nothing of the repository is run, and nothing is guessed: what is not known is a [hole](pg_enum_migrations::folder::HOLE)
//! in SQL, or a step that is unknown.
//!
//! A condition that the database decides, such as `inspector.has_table("mood")`, becomes one of SQL, in a `DO` block: whoever
//! replays the steps knows the database.
//!
//! ```
//! use std::path::Path;
//! use std::sync::Arc;
//!
//! use pg_enum_migrations::folder::{Source, Step};
//! use pg_enum_python::read;
//!
//! let text = r#"
//! from alembic import op
//! import sqlalchemy as sa
//!
//! LABELS = ["sad", "happy"]
//!
//! def upgrade():
//!     op.create_table("day", sa.Column("mood", sa.Enum(*LABELS, name="mood")))
//! "#;
//! let source = Arc::new(Source { path: "a1.py".into(), text: text.to_owned() });
//!
//! let steps = read(Path::new("versions"), &source).expect("Python");
//! let sql: Vec<&str> = steps
//!     .iter()
//!     .map(|step| match step {
//!         Step::Made { sql, .. } => &**sql,
//!         _ => "?",
//!     })
//!     .collect();
//! assert_eq!(sql, ["CREATE TYPE mood AS ENUM ('sad', 'happy')", "CREATE TABLE day (mood mood)"]);
//! ```

mod effects;
mod imports;
mod nesting;
mod operations;
mod project;
mod queries;
mod run;
mod sql;
mod text;
mod value;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use pg_enum_migrations::folder::{Source, Step};

use self::operations::Operations;
use self::run::Run;
use self::value::Module;

/// What a project runs its revisions with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The version of `SQLAlchemy`, which decides what some arguments mean: the generic `Enum` heeds `create_type` from 2.1 on.
    pub sqlalchemy: (u32, u32),
}

impl Default for Options {
    /// `SQLAlchemy` 2.0.
    fn default() -> Self {
        Self { sqlalchemy: (2, 0) }
    }
}

impl Options {
    /// What the project around a folder of revisions is pinned to, by its lock file or its requirements; `None` if nothing
    /// says which `SQLAlchemy` that is.
    #[must_use]
    pub fn of_project(folder: &Path) -> Option<Self> {
        Some(Self { sqlalchemy: project::sqlalchemy(folder)? })
    }

    /// What `upgrade()` of a revision does; nothing if the source is no Python that can be read. `root` is the folder that the
    /// path of the source is below: modules are looked for from there.
    #[must_use]
    pub fn read(&self, root: &Path, source: &Arc<Source>) -> Option<Vec<Step>> {
        self.function(root, source, "upgrade")
    }

    /// The same of `downgrade()`.
    #[must_use]
    pub fn read_down(&self, root: &Path, source: &Arc<Source>) -> Option<Vec<Step>> {
        self.function(root, source, "downgrade")
    }

    fn function(&self, root: &Path, source: &Arc<Source>, name: &str) -> Option<Vec<Step>> {
        let path = root.join(&source.path);
        let module = Rc::new(Module::parse(path.clone(), &source.text, true)?);
        let folder = path.parent().unwrap_or(root);
        let effects = Run::new(self, &Operations, folder, &source.text).revision(&module, name);
        Some(effects::steps(effects, source))
    }
}

/// What `upgrade()` of a revision does, with [`Options::default`].
#[must_use]
pub fn read(root: &Path, source: &Arc<Source>) -> Option<Vec<Step>> {
    Options::default().read(root, source)
}

/// What `downgrade()` of a revision does, with [`Options::default`].
#[must_use]
pub fn read_down(root: &Path, source: &Arc<Source>) -> Option<Vec<Step>> {
    Options::default().read_down(root, source)
}
