//! Migrations that are not SQL: Rust, and Alembic's Python.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pg_enum_lint::{Direction, Subject};
use pg_enum_migrations::__syntax::with_deep_stack;
use pg_enum_migrations::folder::{Source, Tool};
use pg_enum_migrations::{Folder, Options as Replaying, Replay};
use pg_enum_python::{Followed, Options, Way};

/// What reads the migrations of a folder that are not SQL.
#[derive(Clone)]
pub(crate) enum Code {
    Rust,
    /// Alembic's.
    Python(Arc<Revisions>),
}

/// The revisions of a folder. Replay, the ways down and the rules look at the same ones, and each is read once.
pub(crate) struct Revisions {
    /// What the project runs them with, from its lock files.
    options: Options,
    read: Mutex<HashMap<(PathBuf, Way), Arc<Read>>>,
}

/// What came of a text.
struct Read {
    source: Arc<Source>,
    followed: Option<Followed>,
}

impl Code {
    pub(crate) fn of(folder: &Folder) -> Self {
        if folder.tool != Tool::Alembic {
            return Self::Rust;
        }
        let options = Options::of_project(&folder.root);
        Self::Python(Arc::new(Revisions { options, read: Mutex::default() }))
    }

    /// Adds what reads the migrations to options. Only Alembic's revisions have a way down in code.
    pub(crate) fn add_to(&self, options: Replaying) -> Replaying {
        let Self::Python(revisions) = self else {
            return options.read_code(pg_enum_build::code::read);
        };
        let steps = |way| {
            let revisions = Arc::clone(revisions);
            move |root: &Path, source: &Arc<Source>| {
                Some(revisions.follow(root, source, way).followed.as_ref()?.steps.clone())
            }
        };
        options.read_code(steps(Way::Up)).read_code_down(steps(Way::Down))
    }

    /// What rules look at.
    pub(crate) fn subject<'a>(&self, folder: &'a Folder, replay: &'a Replay) -> Subject<'a> {
        match self {
            Self::Rust => {
                Subject::with_code(folder, replay, &|root, source, direction| match direction {
                    Direction::Up => pg_enum_build::code::read(root, source),
                    Direction::Down => None,
                })
            }
            Self::Python(revisions) => {
                Subject::with_revisions(folder, replay, &revisions.options, &|source, way| {
                    revisions.followed(&folder.root, source, way)
                })
            }
        }
    }

    /// What is assumed of the revisions that have been read, where nothing says it and it matters.
    pub(crate) fn assumed(&self) -> Option<String> {
        let Self::Python(revisions) = self else { return None };
        let matters = |read: &Arc<Read>| read.source.text.contains("create_type=False");
        if revisions.options.is_pinned || !revisions.lock().values().any(matters) {
            return None;
        }
        let (major, minor) = Options::default().sqlalchemy;
        Some(format!(
            "no lock file or requirement names one version of SQLAlchemy, and {major}.{minor} is assumed: before 2.1, \
             `create_type=False` has no effect on the generic `Enum`"
        ))
    }
}

impl Revisions {
    /// What a function of a revision does; nothing if it cannot be parsed as Python.
    pub(crate) fn followed(&self, root: &Path, source: &Arc<Source>, way: Way) -> Option<Followed> {
        // Replay has read most of them, with a stack of its own for what is deep.
        let read = self
            .known(source, way)
            .unwrap_or_else(|| with_deep_stack(|| self.follow(root, source, way)));
        read.followed.clone()
    }

    /// What has come of a text before. A file may have changed since.
    fn known(&self, source: &Source, way: Way) -> Option<Arc<Read>> {
        let read = self.lock().get(&(source.path.clone(), way)).cloned();
        read.filter(|known| known.source.text == source.text)
    }

    fn follow(&self, root: &Path, source: &Arc<Source>, way: Way) -> Arc<Read> {
        if let Some(known) = self.known(source, way) {
            return known;
        }
        let followed = self.options.follow(root, source, way);
        let read = Arc::new(Read { source: Arc::clone(source), followed });
        self.lock().insert((source.path.clone(), way), Arc::clone(&read));
        read
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(PathBuf, Way), Arc<Read>>> {
        // Nothing panics while it is locked.
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
