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
//!
//! # Structure
//!
//! A module imports only from those below it:
//!
//! ```text
//! unfinished   what a revision leaves to do
//! models       classes of `SQLAlchemy` and `SQLModel`, and what they are mapped to
//! operations   what Alembic and SQLAlchemy do: `op`, connections, `Enum.create`
//! sql          the SQL of types, columns and tables, as SQLAlchemy's compiler writes it
//! run          the interpreter, which asks a `Library` what a library does: `operations` is given to it
//! queries      what queries and inspectors tell: conditions in SQL
//! value        what an expression may come to, and the scopes of names
//! effects, facts, project, convention, imports, nesting, text
//! ```

mod convention;
mod effects;
mod facts;
mod imports;
mod looked_for;
mod models;
mod nesting;
mod operations;
mod project;
mod queries;
mod run;
mod sql;
mod text;
mod unfinished;
mod value;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Source, Step};

pub use self::convention::{Convention, Conventions};
pub use self::effects::{Omission, Omitted, changes_rows_only};
pub use self::facts::{Fact, Named, What};
pub use self::models::{
    Column, EnumType, Label, Model, Models, TableName, Target, Type, files_with_models,
};
use self::operations::Operations;
pub use self::project::{Options, names_types, takes_percent};
pub use self::run::MAX_FACTS;
use self::run::{Done, Run};
pub use self::sql::enums::asks_for_type;
use self::unfinished::{does_nothing, unfinished};
use self::value::{Module, Unread};

impl Options {
    /// What `upgrade()` of a revision does; nothing if the source is nested too deeply. `root` is the folder that the
    /// path of the source is below: modules are looked for from there.
    #[must_use]
    pub fn read(&self, root: &Path, source: &Arc<Source>) -> Option<Vec<Step>> {
        Some(self.follow(root, source, Way::Up)?.steps)
    }

    /// The same of `downgrade()`.
    #[must_use]
    pub fn read_down(&self, root: &Path, source: &Arc<Source>) -> Option<Vec<Step>> {
        Some(self.follow(root, source, Way::Down)?.steps)
    }

    /// What one of the two functions does, and what only its source shows; nothing if the source is nested too deeply. If it is
    /// not Python, `upgrade()` is one step that says so, and `downgrade()` is nothing.
    #[must_use]
    pub fn follow(&self, root: &Path, source: &Arc<Source>, way: Way) -> Option<Followed> {
        let path = root.join(&source.path);
        let module = match Module::parse(path.clone(), Arc::clone(source), true) {
            Ok(module) => Rc::new(module),
            Err(Unread::NotPython { at, message }) if way == Way::Up => {
                let at = Location::new(source, at);
                let message = format!("this is not Python: {}", uncapitalized(&message));
                let steps = vec![Step::Unreadable { at, message }];
                return Some(Followed { steps, ..Followed::default() });
            }
            Err(Unread::NotPython { .. } | Unread::TooNested) => return None,
        };
        let folder = path.parent().unwrap_or(root);
        let run = Run::new(self, &Operations, root, folder, source);
        let Done { effects, mut facts, left_out, rows, function } =
            run.revision(&module, way.function());
        facts.extend(unfinished(&module, source, way.function()));
        let of_rows = |at| Omitted { at: Location::new(source, at), what: Omission::Rows };
        let mut omitted = rows.into_iter().map(of_rows).collect();
        let steps = effects::steps(effects, source, &mut omitted);
        let empty = function.filter(|it| does_nothing(it)).map(|it| {
            let start = run::range(&*it).start;
            let line = source.text.get(start..).and_then(|rest| rest.lines().next());
            Location::new(source, start..start + line.unwrap_or_default().trim_end().len())
        });
        Some(Followed { steps, facts, left_out, omitted, empty })
    }
}

/// A message of the parser's in the style of ours.
fn uncapitalized(message: &str) -> String {
    let mut rest = message.chars();
    let first = rest.next().map(|first| first.to_lowercase().to_string());
    first.unwrap_or_default() + rest.as_str()
}

/// Which function of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// `upgrade()`.
    Up,
    /// `downgrade()`.
    Down,
}

impl Way {
    fn function(self) -> &'static str {
        match self {
            Self::Up => "upgrade",
            Self::Down => "downgrade",
        }
    }
}

/// What a function of a revision does.
#[derive(Debug, Clone, Default)]
pub struct Followed {
    /// What it sends, in order.
    pub steps: Vec<Step>,
    /// What only its source shows, in the order in which it is met.
    pub facts: Vec<Fact>,
    /// How many places show something more, which is left out after [`MAX_FACTS`].
    pub left_out: usize,
    /// What it sends that is not among the steps, because it bears on no type.
    pub omitted: Vec<Omitted>,
    /// The first line of the function, if its body does nothing at all: it is only `pass`, `...`, `return` or `print("…")`, but for
    /// its documentation. A function without steps may do something that is not followed.
    pub empty: Option<Location>,
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
