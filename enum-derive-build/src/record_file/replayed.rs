//! What a replay has found out, as the file has it.

use std::path::Path;

use pg_enum_core::record::Origin;
use pg_enum_core::visible;
use pg_enum_migrations::folder::Part;
use pg_enum_migrations::{Folder, Kind, Location, Replay};

use super::{RecordFile, Setup, Uncertain, hash_files};
use crate::record::record;
use crate::{Error, excerpt};

impl RecordFile {
    /// The record of a replay in which nothing was refused, and which was asked for tables
    /// ([`Options::tables`](pg_enum_migrations::Options::tables)). `default_schema` is that of types that name none.
    ///
    /// # Errors
    ///
    /// When the folder's files cannot be hashed; when a migration is in a hidden file, a change of which
    /// would go unnoticed.
    ///
    /// ```
    /// use pg_enum_build::record_file::{RecordFile, Setup};
    /// use pg_enum_migrations::{Folder, Options};
    /// # let root = tempfile::tempdir()?;
    /// # std::fs::write(root.path().join("1_mood.sql"), "CREATE TYPE mood AS ENUM ('sad');")?;
    /// # let root = root.path();
    /// let folder = Folder::open(root)?;
    /// let replay = Options::new().tables(true).replay(&folder)?;
    /// let file = RecordFile::new(Setup::default(), &folder, &replay, "public")?;
    /// assert_eq!(file.files[0].path, "1_mood.sql");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        setup: Setup,
        folder: &Folder,
        replay: &Replay,
        default_schema: &str,
    ) -> Result<Self, Error> {
        let files = hash_files(&folder.root)?;
        let parts = folder.migrations.iter().flat_map(|migration| {
            [Some(&migration.up), migration.down.as_ref()].into_iter().flatten()
        });
        for part in parts {
            let path = match part {
                Part::Sql(script) => &script.source.path,
                Part::Code(path) => path,
            };
            let name = slashed(path);
            if files.binary_search_by(|file| file.path.cmp(&name)).is_err() {
                return Err(Error::new(format!(
                    "{} is a migration in a hidden file, so a change would not be noticed; rename it",
                    visible(folder.root.join(path).display())
                )));
            }
        }
        let file = |at: &Location| slashed(at.path());
        let mut uncertain = Vec::new();
        for finding in &replay.findings {
            if let Kind::Unknown { .. } = finding.kind {
                let at = Origin { file: file(&finding.at), line: finding.at.line() };
                uncertain.push(Uncertain { at, message: excerpt::brief(finding) });
            }
        }
        Ok(Self { setup, files, uncertain, record: record(replay, default_schema, &file) })
    }
}

/// A path with forward slashes.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
