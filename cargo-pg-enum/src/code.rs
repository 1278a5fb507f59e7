//! Migrations that are not SQL: Rust, and Alembic's Python.

use std::fs;
use std::path::Path;

use pg_enum_lint::{Direction, Subject};
use pg_enum_migrations::folder::Tool;
use pg_enum_migrations::{Folder, Options as Replaying, Replay};
use pg_enum_python::Options;

/// Adds to options what reads the migrations of a folder that are not SQL, up and down.
pub(crate) fn read_by(options: Replaying, folder: &Folder) -> Replaying {
    if folder.tool != Tool::Alembic {
        return options.read_code(pg_enum_build::code::read);
    }
    let python = Options::of_project(&folder.root).unwrap_or_default();
    let down = python.clone();
    options
        .read_code(move |root, source| python.read(root, source))
        .read_code_down(move |root, source| down.read_down(root, source))
}

/// What rules look at. Only Alembic's revisions have a way down in code.
pub(crate) fn subject<'a>(folder: &'a Folder, replay: &'a Replay) -> Subject<'a> {
    if folder.tool == Tool::Alembic {
        return Subject::with_python(folder, replay, Options::of_project(&folder.root));
    }
    Subject::with_code(folder, replay, &|root, source, direction| match direction {
        Direction::Up => pg_enum_build::code::read(root, source),
        Direction::Down => None,
    })
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
