//! Migrations in other languages than SQL: Rust, and Alembic's Python.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use pg_enum_lint::Direction;
use pg_enum_migrations::Folder;
use pg_enum_migrations::folder::{Source, Step, Tool};
use pg_enum_python::Options;

/// What reads the migrations of a folder.
pub(crate) fn reader(
    folder: &Folder,
) -> impl Fn(&Path, &Arc<Source>) -> Option<Vec<Step>> + Send + Sync + 'static {
    let python = (folder.tool == Tool::Alembic)
        .then(|| Options::of_project(&folder.root).unwrap_or_default());
    move |root, source| match &python {
        Some(python) => python.read(root, source),
        None => pg_enum_build::code::read(root, source),
    }
}

/// The same for both ways. Only Alembic's revisions have one down.
pub(crate) fn steps(
    folder: &Folder,
) -> impl Fn(&Path, &Arc<Source>, Direction) -> Option<Vec<Step>> + 'static {
    let python = (folder.tool == Tool::Alembic)
        .then(|| Options::of_project(&folder.root).unwrap_or_default());
    move |root, source, direction| match (&python, direction) {
        (Some(python), Direction::Up) => python.read(root, source),
        (Some(python), Direction::Down) => python.read_down(root, source),
        (None, Direction::Up) => pg_enum_build::code::read(root, source),
        (None, Direction::Down) => None,
    }
}

/// What is assumed of a folder where nothing says it, if it matters.
pub(crate) fn assumed(folder: &Folder) -> Option<String> {
    if folder.tool != Tool::Alembic || Options::of_project(&folder.root).is_some() {
        return None;
    }
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
