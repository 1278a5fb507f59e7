//! `assume` in the configuration: the effect of statements that replay cannot know.

use std::path::PathBuf;

use pg_enum_core::record::Origin;
use pg_enum_migrations::Options;
use pg_enum_migrations::folder::Migration;

use crate::text::{slashed, visible};

/// What the statement at a place comes to, where replay cannot know it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Assumption {
    file: PathBuf,
    line: usize,
    sql: String,
}

impl Assumption {
    /// From a place, as in `0007_x.sql:12`, and the SQL.
    pub(crate) fn new(place: &str, sql: &str) -> Result<Self, String> {
        let shown = visible(place);
        let line = place.rsplit_once(':').and_then(|(file, line)| {
            let line = line.parse().ok().filter(|line| *line > 0)?;
            Some((file, line))
        });
        let Some((file, line)) = line else {
            return Err(format!("wrong: `{shown}` has no line"));
        };
        if file.is_empty() {
            return Err(format!("wrong: `{shown}` has no file"));
        }
        if sql.trim().is_empty() {
            return Err(format!("wrong: there is no SQL for `{shown}`"));
        }
        Ok(Self { file: file.into(), line, sql: sql.to_owned() })
    }

    /// The place and the SQL, as a record has them.
    pub(crate) fn recorded(&self) -> (Origin, String) {
        (Origin { file: slashed(&self.file), line: self.line }, self.sql.clone())
    }

    /// Whether it is about a file of one of these migrations.
    pub(crate) fn is_of(&self, migrations: &[Migration]) -> bool {
        migrations.iter().any(|migration| self.file.ends_with(migration.path()))
    }

    /// How to replay with it.
    pub(crate) fn add_to(&self, options: Options) -> Options {
        options.assume(&self.file, self.line, &self.sql)
    }
}
