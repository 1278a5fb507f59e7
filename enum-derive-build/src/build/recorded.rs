//! A record of the migrations in the repository, compared with their folder.

use std::fs;
use std::io;
use std::path::Path;

#[cfg(feature = "replay")]
use pg_enum_core::record::Origin;
use pg_enum_core::record::Record;
use pg_enum_core::visible;

use super::{Build, Unknown, schema_names};
use crate::Error;
use crate::cargo::{Directives, Environment};
use crate::record_file::{FileChange, RecordFile, Setup, Uncertain, changes, hash_files};

/// What mends a record, whatever is wrong with it.
const RECORD: &str = "run `cargo pg-enum record`";

impl Build {
    /// What the record says; `None` if it is not there, or if its folder is not, where that may be.
    pub(super) fn read_record(
        &self,
        file: &Path,
        environment: &Environment,
        directives: &mut Directives,
    ) -> Result<Option<Record>, Error> {
        let path = environment.package.join(file);
        if Self::is_left_out(&path, environment, directives)? {
            return Ok(None);
        }
        directives.rerun_if_changed(file)?;
        let shown = environment.shown(file);
        let name = visible(shown.display()).to_string();
        let bytes = fs::read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::new(format!("there is no {name}; {RECORD}")),
            _ => Error::new(format!("cannot read {name}: {error}")),
        })?;
        // What is not UTF-8 fails in the checksum.
        let RecordFile { setup, files, uncertain, mut record } =
            RecordFile::parse(&String::from_utf8_lossy(&bytes))
                .map_err(|damage| Error::new(format!("{name} {damage}; {RECORD}")))?;

        let folder = file.parent().unwrap_or(Path::new("")).join(&setup.migrations);
        let path = environment.package.join(&folder);
        if Self::is_left_out(&path, environment, directives)? {
            return Ok(None);
        }
        if !path.is_dir() {
            return Err(Error::new(format!(
                "there is no folder {}, which {name} records; restore it, or {RECORD}",
                visible(path.display())
            )));
        }
        directives.rerun_if_changed(&folder)?;
        let shown = environment.shown(&folder);
        let changes = changes(&files, &hash_files(&path)?);
        if let [first, rest @ ..] = &*changes {
            let line = |change: &FileChange| format!("{}/{change}", visible(shown.display()));
            let more = match rest.len() {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let error = Error::new(format!("{name} is stale: {}{more}; {RECORD}", line(first)));
            let mut lines = Vec::with_capacity(changes.len());
            for change in &changes {
                lines.push(line(change));
            }
            return Err(error.with_details(lines.join("\n")));
        }
        let differences = setup.differences(&self.setup(&setup));
        if !differences.is_empty() {
            return Err(Error::new(format!(
                "{name} and the build script differ: {}; use the same settings in `[package.metadata.pg-enum]`, and \
                 {RECORD}",
                differences.join(", ")
            )));
        }

        for at in record.origins_mut() {
            at.file = shown.join(&at.file).display().to_string();
        }
        self.warn(&uncertain, &shown, directives)?;
        Ok(Some(record))
    }

    /// What the script says of how the migrations are read, and the record's where it says nothing.
    fn setup(&self, recorded: &Setup) -> Setup {
        let mut setup = recorded.clone();
        #[cfg(feature = "replay")]
        if let Some(tool) = self.tool {
            setup.tool = tool.to_string();
        }
        #[cfg(feature = "replay")]
        if let Some(around) = self.transaction {
            setup.transaction = Some(around.to_string());
        }
        #[cfg(feature = "replay")]
        if !self.assume.is_empty() {
            setup.assume.clear();
            for (file, line, sql) in &self.assume {
                let file = file.to_string_lossy().into_owned();
                setup.assume.push((Origin { file, line: *line }, sql.clone()));
            }
        }
        if let Some(given) = &self.search_path {
            setup.search_path = schema_names(given);
        }
        setup.schemas = self.schemas.as_deref().map(schema_names).or(setup.schemas);
        setup
    }

    fn warn(
        &self,
        uncertain: &[Uncertain],
        shown: &Path,
        directives: &mut Directives,
    ) -> Result<(), Error> {
        let mut lines = Vec::with_capacity(uncertain.len());
        for Uncertain { at, message } in uncertain {
            lines.push(format!("{}:{}: {message}", shown.join(&at.file).display(), at.line));
        }
        match &*lines {
            [first, ..] if self.unknown == Unknown::Deny => {
                Err(Error::new(first).with_details(lines.join("\n")))
            }
            _ => {
                for line in &lines {
                    directives.warning(line);
                }
                Ok(())
            }
        }
    }
}
