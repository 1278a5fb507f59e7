//! The options of a build script, and what it does.

mod recorded;
#[cfg(feature = "replay")]
mod replay;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use pg_enum_core::record::Record;
use pg_enum_core::visible;

use crate::Error;
use crate::cargo::{self, Directives, Environment};
use crate::record_file::ContentHash;
#[cfg(feature = "scan")]
use crate::scan::Cfg;
#[cfg(feature = "replay")]
use crate::{Around, Tool};

/// What a build script does.
///
/// ```no_run
/// // build.rs, in `main`
/// use pg_enum_build::{Build, Tool, Unknown};
///
/// Build::new()
///     .migrations("../db/migrations")
///     .tool(Tool::Sqlx)
///     .search_path(["app", "public"])
///     .unknown(Unknown::Deny)
///     .run();
/// ```
#[derive(Debug, Clone)]
pub struct Build {
    sources: Vec<Source>,
    #[cfg(feature = "replay")]
    tool: Option<Tool>,
    #[cfg(feature = "replay")]
    transaction: Option<Around>,
    search_path: Option<Vec<String>>,
    schemas: Option<Vec<String>>,
    #[cfg(feature = "replay")]
    assume: Vec<(PathBuf, usize, String)>,
    unknown: Unknown,
    accepted: Vec<String>,
    #[cfg(feature = "scan")]
    sql: bool,
    #[cfg(feature = "scan")]
    roots: Vec<PathBuf>,
    #[cfg(feature = "scan")]
    cfg: Option<Cfg>,
}

/// What tells what the migrations say.
#[derive(Debug, Clone)]
enum Source {
    /// The folder that has them.
    #[cfg(feature = "replay")]
    Migrations(PathBuf),
    /// The file that `cargo pg-enum record` has written.
    RecordFile(PathBuf),
}

impl Source {
    fn path(&self) -> &Path {
        match self {
            #[cfg(feature = "replay")]
            Self::Migrations(path) => path,
            Self::RecordFile(path) => path,
        }
    }
}

/// What to do where migrations do something that cannot be known from their text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unknown {
    /// A warning of cargo's, which names the types that are not checked on that account.
    #[default]
    Warn,
    /// The build fails.
    Deny,
}

/// The variable in which the derive finds the record: its path, `#`, and a hash of what is in it.
const VARIABLE: &str = "PG_ENUM_RECORD";

/// What `search_path` is unless the script says otherwise: the server's own.
#[cfg(feature = "replay")]
const SEARCH_PATH: [&str; 2] = ["$user", "public"];

impl Default for Build {
    fn default() -> Self {
        Self::new()
    }
}

impl Build {
    /// Nothing so far: neither a folder nor SQL.
    #[must_use]
    pub fn new() -> Self {
        Self {
            sources: Vec::new(),
            #[cfg(feature = "replay")]
            tool: None,
            #[cfg(feature = "replay")]
            transaction: None,
            search_path: None,
            schemas: None,
            #[cfg(feature = "replay")]
            assume: Vec::new(),
            unknown: Unknown::Warn,
            accepted: Vec::new(),
            #[cfg(feature = "scan")]
            sql: false,
            #[cfg(feature = "scan")]
            roots: Vec::new(),
            #[cfg(feature = "scan")]
            cfg: None,
        }
    }

    /// Checks the crate's enums against the migrations in this folder, which is relative to the crate's
    /// own. There is one such folder: a crate's enums are in one database, and two folders say nothing of
    /// the order in which their migrations run.
    #[cfg(feature = "replay")]
    #[must_use]
    pub fn migrations(mut self, folder: impl AsRef<Path>) -> Self {
        self.sources.push(Source::Migrations(folder.as_ref().to_owned()));
        self
    }

    /// Checks the crate's enums against this file, which `cargo pg-enum record` has written and whose path
    /// is relative to the crate's folder, instead of replaying the migrations
    /// ([`check_record`](crate::check_record)).
    #[must_use]
    pub fn record(mut self, file: impl AsRef<Path>) -> Self {
        self.sources.push(Source::RecordFile(file.as_ref().to_owned()));
        self
    }

    /// The tool whose rules the folder follows; without this, the folder's looks decide.
    #[cfg(feature = "replay")]
    #[must_use]
    pub fn tool(mut self, tool: Tool) -> Self {
        self.tool = Some(tool);
        self
    }

    /// What a transaction goes around, where the tool leaves that to whoever runs it; a folder that is none's
    /// ([`Tool::Plain`]) above all. Without this, what the tool does by default.
    #[cfg(feature = "replay")]
    #[must_use]
    pub fn transaction(mut self, around: Around) -> Self {
        self.transaction = Some(around);
        self
    }

    /// What `search_path` is when the migrations begin: schemas that are there already. The first that is
    /// not `$user` is that of enums which name none. By default `"$user", public`, or what a
    /// [`record`](Self::record) says.
    #[must_use]
    pub fn search_path(mut self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.search_path = Some(schemas.into_iter().map(Into::into).collect());
        self
    }

    /// All schemas that are there before the first migration, besides `public` and those of
    /// [`search_path`](Self::search_path). Unless this is said, a schema that no migration creates is taken
    /// to be there.
    #[must_use]
    pub fn schemas(mut self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.schemas = Some(schemas.into_iter().map(Into::into).collect());
        self
    }

    /// What the statement at a line of a migration comes to, where that cannot be known from its text: SQL, or `nothing`.
    /// The file is below the folder; an entry that is not needed stops the build
    /// ([`Options::assume`](pg_enum_migrations::Options::assume)).
    ///
    /// ```no_run
    /// // build.rs, in `main`
    /// use pg_enum_build::Build;
    ///
    /// let moods = "ALTER TYPE mood ADD VALUE 'ok'";
    /// Build::new().migrations("migrations").assume("0007_moods.sql", 12, moods).run();
    /// ```
    #[cfg(feature = "replay")]
    #[must_use]
    pub fn assume(mut self, file: impl AsRef<Path>, line: usize, sql: impl Into<String>) -> Self {
        self.assume.push((file.as_ref().to_owned(), line, sql.into()));
        self
    }

    /// What to do where migrations do something that cannot be known from their text.
    #[must_use]
    pub fn unknown(mut self, unknown: Unknown) -> Self {
        self.unknown = unknown;
        self
    }

    /// Accepts labels that the migrations have and no variant: each is the type with its schema, a colon and the
    /// label. Without this, such a label is a compile error, since a row that has it cannot be decoded.
    ///
    /// ```no_run
    /// // build.rs, in `main`
    /// pg_enum_build::Build::new().migrations("migrations").accept(["public.mood:legacy"]).run();
    /// ```
    ///
    /// An entry that names no label of the migrations is a warning.
    #[must_use]
    pub fn accept(mut self, labels: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.accepted.extend(labels.into_iter().map(Into::into));
        self
    }

    /// Writes the SQL of all enums of the crate that derive `PgEnum` to `OUT_DIR`: `up.sql`, `down.sql`
    /// (in the opposite order), and `pending.sql`, which has what the migrations lack.
    ///
    /// The enums are found in the source ([`scan`](crate::scan)), so that the script runs again whenever
    /// that changes. What cannot be seen there is a warning.
    ///
    /// ```no_run
    /// // build.rs, in `main`
    /// pg_enum_build::Build::new().migrations("migrations").sql().run();
    /// // and in the application: include_str!(concat!(env!("OUT_DIR"), "/up.sql"))
    /// ```
    #[cfg(feature = "scan")]
    #[must_use]
    pub fn sql(mut self) -> Self {
        self.sql = true;
        self
    }

    /// The files in which the crate's source begins, relative to the crate's folder. By default those of
    /// its library and its binaries.
    #[cfg(feature = "scan")]
    #[must_use]
    pub fn roots(mut self, files: impl IntoIterator<Item = impl AsRef<Path>>) -> Self {
        self.roots = files.into_iter().map(|file| file.as_ref().to_owned()).collect();
        self
    }

    /// The configuration that the source is read in; by default what cargo tells
    /// ([`Cfg::from_env`](crate::scan::Cfg::from_env)). A script that sets `cargo::rustc-cfg` says so here.
    #[cfg(feature = "scan")]
    #[must_use]
    pub fn cfg(mut self, cfg: Cfg) -> Self {
        self.cfg = Some(cfg);
        self
    }

    /// Does it. What fails ends the script with a message and the exit code 1, and so the build.
    pub fn run(&self) {
        if let Err(error) = self.try_run() {
            // Cargo shows this line on its own, and below that what goes to the standard error. There is
            // nowhere else to say that this failed.
            let summary = cargo::one_line(error.summary());
            let _ = writeln!(io::stdout(), "cargo::error={summary}");
            let _ = writeln!(io::stderr(), "{}", error.details());
            process::exit(1);
        }
    }

    /// Does it, and leaves what fails to the caller.
    ///
    /// # Errors
    ///
    /// When there is nothing to do, or more than one folder or record; when the folder cannot be read, or
    /// has something in it that cannot be read or that the server would refuse; when the record is stale or
    /// not as it was written; when this is not a build script, or `OUT_DIR` cannot be written to.
    pub fn try_run(&self) -> Result<(), Error> {
        let environment = Environment::read()?;
        let mut directives = Directives::default();
        let record = self.check(&environment, &mut directives)?;
        #[cfg(feature = "scan")]
        if self.sql {
            self.write_sql(&environment, record.as_ref(), &mut directives)?;
        }
        #[cfg(not(feature = "scan"))]
        drop(record);
        let mut out = io::stdout().lock();
        out.write_all(directives.to_string().as_bytes())
            .and_then(|()| out.flush())
            .map_err(|error| Error::new(format!("cannot write to standard output: {error}")))
    }

    /// Tells the derive what the migrations say; `None` if there are none to say anything.
    fn check(
        &self,
        environment: &Environment,
        directives: &mut Directives,
    ) -> Result<Option<Record>, Error> {
        let Some(source) = self.source()? else { return Ok(None) };
        directives.rerun_if_env_changed("DOCS_RS")?;
        let record = match source {
            #[cfg(feature = "replay")]
            Source::Migrations(folder) => self.replay(folder, environment, directives)?,
            Source::RecordFile(path) => self.read_record(path, environment, directives)?,
        };
        let Some(mut record) = record else { return Ok(None) };
        for entry in &self.accepted {
            if !record.accept(entry) {
                directives.warning(&format!(
                    "the build script accepts `{entry}`, but the migrations leave no such label; remove it"
                ));
            }
        }
        let text = record.to_string();
        let path = environment.out_dir.join("pg_enum_record");
        cargo::write(&path, &text)?;
        let hash = ContentHash::of(text.as_bytes());
        directives.rustc_env(VARIABLE, &format!("{}#{hash}", cargo::text(&path)?))?;
        Ok(Some(record))
    }

    fn source(&self) -> Result<Option<&Source>, Error> {
        match &*self.sources {
            [source] => Ok(Some(source)),
            #[cfg(feature = "scan")]
            [] if self.sql => Ok(None),
            [] => Err(Error::new(
                "pg_enum_build has nothing to do; name the folder of the migrations with migrations(…), or \
                 the file with their record with record(…)",
            )),
            [first, second, ..] => Err(Error::new(format!(
                "both {} and {} are named for the migrations; name one",
                visible(first.path().display()),
                visible(second.path().display())
            ))),
        }
    }

    /// What a file that is not there means: nothing is to be checked in a package from a registry and on
    /// docs.rs, as whoever builds it there can do nothing about it.
    fn is_left_out(
        path: &Path,
        environment: &Environment,
        directives: &mut Directives,
    ) -> Result<bool, Error> {
        let left_out = !path.exists() && (environment.docs_rs || environment.is_published());
        if left_out {
            // Without any path, cargo would look at the whole package.
            directives.rerun_if_changed(Path::new("Cargo.toml"))?;
        }
        Ok(left_out)
    }

    #[cfg(feature = "scan")]
    fn write_sql(
        &self,
        environment: &Environment,
        record: Option<&Record>,
        directives: &mut Directives,
    ) -> Result<(), Error> {
        let cfg = self.cfg.clone().unwrap_or_else(Cfg::from_env);
        let roots = if self.roots.is_empty() {
            // The targets may be others with the manifest.
            directives.rerun_if_changed(Path::new("Cargo.toml"))?;
            environment.roots(&cfg)
        } else {
            self.roots.iter().map(|root| environment.package.join(root)).collect()
        };
        if roots.is_empty() {
            return Err(Error::new(
                "there is neither a library nor a binary to read; name its file with roots(…)",
            ));
        }
        let scan = crate::scan::scan(roots, &cfg);
        for file in &scan.files {
            directives.rerun_if_changed(file)?;
        }
        let sql = crate::sql::Sql::of(&scan, record, &|file| {
            environment.shown(file).display().to_string()
        });
        for warning in &sql.warnings {
            directives.warning(warning);
        }
        for (name, text) in [("up", sql.up), ("down", sql.down), ("pending", sql.pending)] {
            cargo::write(&environment.out_dir.join(format!("{name}.sql")), &text)?;
        }
        Ok(())
    }
}

/// A schema as it was given: its name, perhaps in the quotes that SQL wants around `$user`.
fn schema_name(given: &str) -> Option<&str> {
    let given = given.trim();
    let name = given.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(given);
    (!name.is_empty()).then_some(name)
}

/// The names of schemas that are given, without those that are empty.
fn schema_names(given: &[String]) -> Vec<String> {
    let mut names = Vec::with_capacity(given.len());
    for name in given {
        names.extend(schema_name(name).map(str::to_owned));
    }
    names
}
