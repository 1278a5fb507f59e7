//! The options of a build script, and what it does.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use pg_enum_core::record::Record;
use pg_enum_migrations::folder::FolderError;
use pg_enum_migrations::{Finding, Folder, Kind, Location, Options, Replay};

use crate::cargo::{self, Directives, Environment};
use crate::record::record;
#[cfg(feature = "scan")]
use crate::scan::Cfg;
use crate::{Error, Tool, excerpt};

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
    folders: Vec<PathBuf>,
    tool: Option<Tool>,
    search_path: Vec<String>,
    schemas: Vec<String>,
    unknown: Unknown,
    accepted: Vec<String>,
    #[cfg(feature = "scan")]
    sql: bool,
    #[cfg(feature = "scan")]
    roots: Vec<PathBuf>,
    #[cfg(feature = "scan")]
    cfg: Option<Cfg>,
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

/// Types named in one warning.
const TYPES: usize = 10;

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
            folders: Vec::new(),
            tool: None,
            search_path: vec!["$user".into(), "public".into()],
            schemas: Vec::new(),
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
    #[must_use]
    pub fn migrations(mut self, folder: impl AsRef<Path>) -> Self {
        self.folders.push(folder.as_ref().to_owned());
        self
    }

    /// Whose rules the folder follows; without this, the folder's looks decide.
    #[must_use]
    pub fn tool(mut self, tool: Tool) -> Self {
        self.tool = Some(tool);
        self
    }

    /// What `search_path` is when the migrations begin: schemas that are there already. The first that is
    /// not `$user` is that of enums which name none. By default `"$user", public`.
    #[must_use]
    pub fn search_path(mut self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.search_path = schemas.into_iter().map(Into::into).collect();
        self
    }

    /// Schemas that are there before the first migration, besides `public` and those of
    /// [`search_path`](Self::search_path).
    #[must_use]
    pub fn schemas(mut self, schemas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.schemas = schemas.into_iter().map(Into::into).collect();
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
    /// When there is nothing to do, or not one folder; when the folder cannot be read, or has something
    /// in it that cannot be, or that the server would refuse; when this is no build script, or `OUT_DIR`
    /// cannot be written to.
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

    /// Replays the folder and tells the derive; `None` if there is nothing to replay.
    fn check(
        &self,
        environment: &Environment,
        directives: &mut Directives,
    ) -> Result<Option<Record>, Error> {
        let Some(folder) = self.folder()? else { return Ok(None) };
        directives.rerun_if_env_changed("DOCS_RS")?;
        let path = environment.package.join(folder);
        if !path.exists() && (environment.docs_rs || environment.is_published()) {
            // Without any path, cargo would look at the whole package.
            directives.rerun_if_changed(Path::new("Cargo.toml"))?;
            return Ok(None);
        }
        directives.rerun_if_changed(folder)?;
        let opened = match self.tool {
            Some(tool) => Folder::open_as(&path, tool),
            None => Folder::open(&path),
        };
        let opened = opened.map_err(|error| folder_error(&error, &path))?;
        let schemas = || self.search_path.iter().filter_map(|schema| schema_name(schema));
        let Some(default_schema) = schemas().find(|schema| *schema != "$user") else {
            return Err(Error::new(
                "the search_path names no schema, so that a type without one would have none; \
                 call search_path with one",
            ));
        };
        let replay = Options::new()
            .search_path(schemas())
            .schemas(self.schemas.iter().filter_map(|schema| schema_name(schema)))
            .replay(&opened)
            .map_err(|error| Error::new(error.to_string()))?;

        let shown = environment.shown(folder);
        let file = |at: &Location| shown.join(at.path()).display().to_string();
        self.judge(&opened, &replay, &|at| format!("{}:{}", file(at), at.line()), directives)?;

        let mut record = record(&replay, default_schema, &file);
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
        let value = format!("{}#{:016x}", cargo::text(&path)?, cargo::hash(&text));
        directives.rustc_env(VARIABLE, &value)?;
        Ok(Some(record))
    }

    fn folder(&self) -> Result<Option<&Path>, Error> {
        match &*self.folders {
            [folder] => Ok(Some(folder)),
            #[cfg(feature = "scan")]
            [] if self.sql => Ok(None),
            [] => Err(Error::new(
                "pg_enum_build has nothing to do; name the folder of the migrations with migrations(…)",
            )),
            [first, second, ..] => Err(Error::new(format!(
                "both {} and {} are named as the folder of the migrations; name one",
                first.display(),
                second.display()
            ))),
        }
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
                directives.warning(&warning(finding, place));
            }
            return Ok(());
        };
        let summary = excerpt::headline(first, place);
        let summary = match errors.len() - 1 {
            0 => summary,
            more => format!("{summary}; and {more} more"),
        };
        let details: String =
            errors.iter().map(|finding| excerpt::render(finding, place) + "\n").collect();
        let details = match replay.total.saturating_sub(replay.replayed) {
            0 => details,
            left => format!("{details}migrations after that, which were not replayed: {left}\n"),
        };
        // Whatever is wrong may be right for the tool that really runs the folder.
        let details = match &folder.assumed {
            Some(assumed) => format!("{details}{assumed}; tool(Tool::…) names another\n"),
            None => details,
        };
        Err(Error::new(summary).with_details(details))
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

fn warning(finding: &Finding, place: &dyn Fn(&Location) -> String) -> String {
    let mut finding = finding.clone();
    if let Kind::Unknown { touches } = &mut finding.kind
        && let Some(more @ 1..) = touches.len().checked_sub(TYPES)
    {
        touches.truncate(TYPES);
        touches.push(format!("{more} more"));
    }
    let mut text = excerpt::headline(&finding, place);
    for more in [excerpt::unchecked(&finding), finding.help].into_iter().flatten() {
        text += "; ";
        text += &more;
    }
    text
}

/// What is wrong with the folder. The folder's own message is for a command line.
fn folder_error(error: &FolderError, path: &Path) -> Error {
    let path = path.display();
    Error::new(match error {
        FolderError::NotFound(_) => format!(
            "there is no folder {path}; name that of the migrations in the build script, relative to \
             the crate's own"
        ),
        FolderError::NotADirectory(_) => format!("{path} is not a folder"),
        FolderError::NoMigrations(_) => format!(
            "nothing in {path} looks like a migration; if that is as it should be, name the tool with \
             tool(Tool::…)"
        ),
        FolderError::Ambiguous { seen, .. } => {
            format!("cannot tell which tool reads {path}: {seen}; name it with tool(Tool::…)")
        }
        error => error.to_string(),
    })
}

/// A schema as it was given: its name, perhaps in the quotes that SQL wants around `$user`.
fn schema_name(given: &str) -> Option<&str> {
    let given = given.trim();
    let name = given.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(given);
    (!name.is_empty()).then_some(name)
}
