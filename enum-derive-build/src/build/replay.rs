//! A folder of migrations, replayed.

use std::path::Path;

use pg_enum_core::record::Record;
use pg_enum_migrations::folder::FolderError;
use pg_enum_migrations::{Finding, Folder, Kind, Location, Options, Replay};

use super::{Build, SEARCH_PATH, Unknown, schema_names};
use crate::cargo::{Directives, Environment};
use crate::record::record;
use crate::{Error, excerpt};

impl Build {
    /// What the migrations in a folder say; `None` if it is not there to be read.
    pub(super) fn replay(
        &self,
        folder: &Path,
        environment: &Environment,
        directives: &mut Directives,
    ) -> Result<Option<Record>, Error> {
        let path = environment.package.join(folder);
        if Self::is_left_out(&path, environment, directives)? {
            return Ok(None);
        }
        directives.rerun_if_changed(folder)?;
        let opened = match self.tool {
            Some(tool) => Folder::open_as(&path, tool),
            None => Folder::open(&path),
        };
        let mut opened = opened.map_err(|error| folder_error(&error, &path))?;
        if let Some(around) = self.transaction {
            opened =
                opened.with_transaction(around).map_err(|error| Error::new(error.to_string()))?;
        }
        let search_path = match &self.search_path {
            Some(given) => schema_names(given),
            None => SEARCH_PATH.map(str::to_owned).to_vec(),
        };
        let Some(default_schema) = search_path.iter().find(|schema| *schema != "$user") else {
            return Err(Error::new(
                "the search_path has no schema, so a type without one would have none; call search_path with at least one",
            ));
        };
        let mut options = Options::new().search_path(&search_path).tables(true);
        if let Some(given) = &self.schemas {
            options = options.schemas(schema_names(given));
        }
        for (file, line, sql) in &self.assume {
            options = options.assume(file, *line, sql);
        }
        let replay = options.replay(&opened).map_err(|error| Error::new(error.to_string()))?;

        let shown = environment.shown(folder);
        let file = |at: &Location| shown.join(at.path()).display().to_string();
        self.judge(&opened, &replay, &|at| format!("{}:{}", file(at), at.line()), directives)?;
        Ok(Some(record(&replay, default_schema, &file)))
    }

    /// Fails if there is something to fail for, and warns of the rest.
    fn judge(
        &self,
        folder: &Folder,
        replay: &Replay,
        place: &dyn Fn(&Location) -> String,
        directives: &mut Directives,
    ) -> Result<(), Error> {
        let warns = |finding: &&Finding| {
            matches!(finding.kind, Kind::Unknown { .. }) && self.unknown == Unknown::Warn
        };
        let (warnings, errors): (Vec<_>, Vec<_>) = replay.findings.iter().partition(warns);
        let Some(first) = errors.first() else {
            for finding in warnings {
                let text = excerpt::brief(finding);
                directives.warning(&format!("{}: {text}", place(&finding.at)));
            }
            return Ok(());
        };
        let summary = excerpt::headline(first, place);
        let summary = match errors.len() - 1 {
            0 => summary,
            more => format!("{summary}; and {more} more"),
        };
        let mut details = String::new();
        for finding in errors {
            details.push_str(&excerpt::render(finding, place));
            details.push('\n');
        }
        let details = match replay.total.saturating_sub(replay.replayed) {
            0 => details,
            left => format!("{details}migrations after that, which were not replayed: {left}\n"),
        };
        // Whatever is wrong may be right for the tool that really runs the folder.
        let details = match &folder.assumed {
            Some(assumed) => format!("{details}{assumed}; name another with tool(Tool::…)\n"),
            None => details,
        };
        Err(Error::new(summary).with_details(details))
    }
}

/// What is wrong with the folder. The folder's own message is for a command line.
fn folder_error(error: &FolderError, path: &Path) -> Error {
    let path = path.display();
    Error::new(match error {
        FolderError::NotFound(_) => format!(
            "there is no folder {path}; name the folder of the migrations in the build script, relative to the crate"
        ),
        FolderError::NotADirectory(_) => format!("{path} is not a folder"),
        FolderError::NoMigrations(_) => format!(
            "nothing in {path} looks like a migration; if this is the right folder, name the tool with \
             tool(Tool::…)"
        ),
        FolderError::Ambiguous { seen, .. } => {
            format!("cannot tell which tool reads {path}: {seen}; name it with tool(Tool::…)")
        }
        error => error.to_string(),
    })
}
