//! Migrations that are not SQL: Rust, and Alembic's Python.

use std::fs;
use std::path::Path;

use pg_enum_lint::{Direction, Subject};
use pg_enum_migrations::folder::Tool;
use pg_enum_migrations::{Folder, Options as Replaying, Replay};
use pg_enum_python::Options;

/// What reads the migrations of a folder that are not SQL. It is made once for a folder, because it reads the project's lock
/// files.
#[derive(Clone)]
pub(crate) enum Code {
    Rust,
    /// Alembic's revisions.
    Python(Options),
}

impl Code {
    pub(crate) fn of(folder: &Folder) -> Self {
        match folder.tool {
            Tool::Alembic => Self::Python(Options::of_project(&folder.root)),
            _ => Self::Rust,
        }
    }

    /// Adds it to options, for both ways.
    pub(crate) fn add_to(&self, options: Replaying) -> Replaying {
        let Self::Python(python) = self else {
            return options.read_code(pg_enum_build::code::read);
        };
        let (python, down) = (python.clone(), python.clone());
        options
            .read_code(move |root, source| python.read(root, source))
            .read_code_down(move |root, source| down.read_down(root, source))
    }

    /// What rules look at. Only Alembic's revisions have a way down in code.
    pub(crate) fn subject<'a>(&self, folder: &'a Folder, replay: &'a Replay) -> Subject<'a> {
        match self {
            Self::Python(python) => Subject::with_python(folder, replay, python.clone()),
            Self::Rust => {
                Subject::with_code(folder, replay, &|root, source, direction| match direction {
                    Direction::Up => pg_enum_build::code::read(root, source),
                    Direction::Down => None,
                })
            }
        }
    }

    /// What is assumed of a folder where nothing says it, if it matters.
    pub(crate) fn assumed(&self, folder: &Folder) -> Option<String> {
        let Self::Python(Options { is_pinned: false, .. }) = self else { return None };
        let matters = |path: &Path| {
            let text = fs::read_to_string(folder.root.join(path)).unwrap_or_default();
            text.contains("create_type=False")
        };
        let (major, minor) = Options::default().sqlalchemy;
        folder.migrations.iter().any(|migration| matters(migration.path())).then(|| {
            format!(
                "no lock file or requirement names one version of SQLAlchemy, and {major}.{minor} is assumed: before 2.1, \
                 `create_type=False` has no effect on the generic `Enum`"
            )
        })
    }
}
