//! How to replay.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::ground::{Source, Step};
use crate::meaning::assumptions::{Assumption, Met};

/// How to replay.
///
/// ```
/// use pg_enum_migrations::{Folder, Options};
/// # let root = tempfile::tempdir()?;
/// # std::fs::write(root.path().join("1_mood.sql"), "CREATE TYPE mood AS ENUM ('sad');")?;
/// # let root = root.path();
/// let folder = Folder::open(root)?;
/// let replay = Options::new().search_path(["app", "public"]).replay(&folder)?;
/// assert_eq!(replay.enums[0].schema, "app");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    pub(super) search_path: Vec<String>,
    pub(super) schemas: Option<Vec<String>>,
    pub(super) until: Option<String>,
    pub(super) down: usize,
    pub(super) keep_going: bool,
    pub(super) pending: Option<(usize, u32)>,
    pub(super) oldest: Option<u32>,
    pub(super) assumptions: Vec<Assumption>,
    pub(super) progress: Progress,
    pub(super) read_code: ReadCode,
    pub(super) read_code_down: ReadCode,
    pub(super) tables: bool,
}

/// Who is told how far replay is.
#[derive(Clone)]
pub(super) struct Progress(pub(super) Arc<dyn Fn(usize, usize) + Send + Sync>);

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}

/// Reads the steps of a migration that is not written in SQL; `None` if it cannot.
#[derive(Clone)]
pub(super) struct ReadCode(pub(super) Arc<Read>);

type Read = dyn Fn(&Path, &Arc<Source>) -> Option<Vec<Step>> + Send + Sync;

impl ReadCode {
    /// A reader that reads no migration.
    pub(super) fn nobody() -> Self {
        Self(Arc::new(|_, _| None))
    }
}

impl fmt::Debug for ReadCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadCode")
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// All migrations, with the server's own `search_path`, up to the first that is refused.
    #[must_use]
    pub fn new() -> Self {
        Self {
            search_path: vec!["$user".into(), "public".into()],
            schemas: None,
            until: None,
            down: 0,
            keep_going: false,
            pending: None,
            oldest: None,
            assumptions: Vec::new(),
            progress: Progress(Arc::new(|_, _| {})),
            read_code: ReadCode::nobody(),
            read_code_down: ReadCode::nobody(),
            tables: false,
        }
    }

    /// What `search_path` is when the tool connects: schemas that are there already. By default
    /// `"$user", public`, of which the first is taken not to exist, unless a migration makes a schema with the name of
    /// a role, which may be that one.
    #[must_use]
    pub fn search_path(mut self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.search_path = schemas.into_iter().map(Into::into).collect();
        self
    }

    /// Schemas that are there before the first migration, besides `public` and those of
    /// [`search_path`](Self::search_path); perhaps none.
    ///
    /// Unless this is said, a schema that no migration creates is taken to be there, and reported as
    /// unknown. With it, one that is missing is refused.
    #[must_use]
    pub fn schemas(mut self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.schemas = Some(schemas.into_iter().map(Into::into).collect());
        self
    }

    /// Stops after this migration: its version, its name, or the name of its file.
    #[must_use]
    pub fn until(mut self, version: impl Into<String>) -> Self {
        self.until = Some(version.into());
        self
    }

    /// Takes the last so many of the migrations back after that, from the last to the first, as far as they have a way
    /// down ([`Migration::down`](crate::folder::Migration::down)) that the server does not refuse.
    ///
    /// ```
    /// use pg_enum_migrations::{Folder, Options};
    /// # let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// std::fs::write(root.join("1_mood.up.sql"), "CREATE TYPE mood AS ENUM ('sad');")?;
    /// std::fs::write(root.join("1_mood.down.sql"), "DROP TYPE mood;")?;
    /// std::fs::write(root.join("2_ok.up.sql"), "ALTER TYPE mood ADD VALUE 'ok';")?;
    /// std::fs::write(root.join("2_ok.down.sql"), "-- a label cannot be removed")?;
    ///
    /// let replay = Options::new().down(1).replay(&Folder::open(root)?)?;
    /// assert_eq!(replay.taken_back, 1);
    /// assert_eq!(replay.enums[0].labels.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn down(mut self, count: usize) -> Self {
        self.down = count;
        self
    }

    /// Goes on with the next migration where one is refused, which has no effect of its own then
    /// except for what it had committed; as psql goes on with the next statement.
    #[must_use]
    pub fn keep_going(mut self, keep_going: bool) -> Self {
        self.keep_going = keep_going;
        self
    }

    /// The migrations from this one on, counted from zero, are run now, on a server of this major version; all before
    /// it have been run somehow.
    ///
    /// It makes a difference in two cases. A tool may have one transaction for all that it runs now (drizzle). And up
    /// to version 16, a label that is added to a type cannot be used in the same transaction even if that has made the
    /// type (`PostgreSQL` manual, `ALTER TYPE`, notes); unless this is said, only what no version accepts is refused.
    #[must_use]
    pub fn pending_from(mut self, index: usize, server: u32) -> Self {
        self.pending = Some((index, server));
        self
    }

    /// The oldest major version of the servers that run the migrations. Below 17, a label that is added to a type cannot
    /// be used in the same transaction even if that has made the type (`PostgreSQL` manual, `ALTER TYPE`, notes); unless
    /// this is said, only what no version accepts is refused.
    ///
    /// ```
    /// use pg_enum_migrations::{Folder, Kind, Options};
    /// # let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// let sql = "BEGIN;\nCREATE TYPE mood AS ENUM ('sad');\nALTER TYPE mood ADD VALUE 'ok';\nSELECT 'ok'::mood;\nCOMMIT;";
    /// std::fs::write(root.join("1_mood.sql"), sql)?;
    /// let folder = Folder::open(root)?;
    /// assert!(Options::new().replay(&folder)?.findings.is_empty());
    /// let refused = Options::new().oldest_server(16).replay(&folder)?.findings;
    /// assert_eq!(refused[0].kind, Kind::Refused { sqlstate: "55P04".to_owned() });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn oldest_server(mut self, version: u32) -> Self {
        self.oldest = Some(version);
        self
    }

    /// What the statement at a line of a file comes to, where replay cannot know it: SQL, or `nothing`. It is what a
    /// comment in the file would say, for a file that must not be changed any more.
    ///
    /// The file is given by its path below the folder's root. The line is that at which the statement begins, or any
    /// other of its lines; inside a block, that at which a statement of the block begins. In a migration that is no
    /// SQL, it may be any line.
    ///
    /// What is assumed of a statement that replay reads by itself, or where there is none, is a finding
    /// ([`Kind::Assumption`](crate::Kind::Assumption)).
    ///
    /// ```
    /// use pg_enum_migrations::{Folder, Options};
    /// # let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// std::fs::write(root.join("1_mood.sql"), "CREATE TYPE mood AS ENUM ('sad');\nSELECT add_moods();")?;
    /// std::fs::write(root.join("2_more.sql"), "DO LANGUAGE plperl 'add_more()';")?;
    ///
    /// let options = Options::new().assume("2_more.sql", 1, "ALTER TYPE mood ADD VALUE 'ok'");
    /// let replay = options.replay(&Folder::open(root)?)?;
    /// assert_eq!(replay.enums[0].labels[1].text, "ok");
    /// assert!(replay.findings.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn assume(mut self, file: impl Into<PathBuf>, line: usize, sql: impl Into<String>) -> Self {
        let (file, sql) = (file.into(), sql.into());
        self.assumptions.push(Assumption { file, line, sql, met: Met::Nothing });
        self
    }

    /// Whether tables and views are followed as well, for [`Replay::tables`](crate::Replay::tables). Without it, only
    /// what bears on enums is read, which takes less time, and statements that the server would refuse for what a column
    /// is, or for what hangs on it, are taken to succeed.
    #[must_use]
    pub fn tables(mut self, tables: bool) -> Self {
        self.tables = tables;
        self
    }

    /// Calls this before each migration, with how many have been replayed and how many there are to
    /// replay. It is called on another thread.
    #[must_use]
    pub fn on_progress(mut self, tell: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
        self.progress = Progress(Arc::new(tell));
        self
    }

    /// Has migrations that are no SQL read by this: from the folder's root and the file, what the migration does, in
    /// order; nothing if it cannot tell.
    ///
    /// By default, and where it cannot tell, what such a migration does is unknown. Comments in the file that say it
    /// (`pg-enum: assume …`) come before what is read.
    ///
    /// ```
    /// use pg_enum_migrations::folder::{Script, Step};
    /// use pg_enum_migrations::{Folder, Options};
    /// # let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// std::fs::write(root.join("V1__mood.rs"), "CREATE TYPE mood AS ENUM ('sad');")?;
    /// let folder = Folder::open(root)?;
    /// // A language in which all text is SQL.
    /// let options = Options::new().read_code(|_, source| {
    ///     Some(vec![Step::Sql(Script { source: source.clone(), range: 0..source.text.len() })])
    /// });
    /// assert_eq!(options.replay(&folder)?.enums[0].name, "mood");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn read_code(
        mut self,
        read: impl Fn(&Path, &Arc<Source>) -> Option<Vec<Step>> + Send + Sync + 'static,
    ) -> Self {
        self.read_code = ReadCode(Arc::new(read));
        self
    }

    /// Has the ways down of migrations that are no SQL read by this, as [`read_code`](Self::read_code) has the ways up.
    /// Comments in the file say nothing about the way down.
    #[must_use]
    pub fn read_code_down(
        mut self,
        read: impl Fn(&Path, &Arc<Source>) -> Option<Vec<Step>> + Send + Sync + 'static,
    ) -> Self {
        self.read_code_down = ReadCode(Arc::new(read));
        self
    }
}

/// There is no migration of that version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownVersion {
    pub(super) version: String,
}

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no migration has the version `{}`", self.version)
    }
}

impl std::error::Error for UnknownVersion {}
