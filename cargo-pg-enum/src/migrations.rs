//! Which migrations, and how to replay them: the arguments that subcommands have in common.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use pg_enum_migrations::folder::{FolderError, Migration, Tool};
use pg_enum_migrations::{Folder, Options, Replay};

use crate::Streams;
use crate::config::Config;
use crate::discovery::Candidate;
use crate::failure::Failure;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::text::{nearest, visible};

#[derive(clap::Args)]
pub(crate) struct Migrations {
    /// Read the migrations of this folder
    #[arg(long = "migrations", value_name = "DIR", default_value = "migrations")]
    dir: PathBuf,
    /// Read them by the rules of this tool instead of the detected one
    #[arg(long, value_name = "NAME", value_parser = tools())]
    tool: Option<Tool>,
    /// The search path when the migrations start; its schemas exist
    #[arg(long, value_name = "SCHEMA,…", value_delimiter = ',', default_value = "$user,public")]
    search_path: Vec<String>,
    /// The only schemas that exist when the migrations start, besides `public`
    #[arg(long, value_name = "SCHEMA,…", value_delimiter = ',')]
    schema: Option<Vec<String>>,
    /// Continue with the next migration after a refused one
    #[arg(long)]
    keep_going: bool,
}

/// The names of tools, for clap.
pub(crate) fn tools() -> impl TypedValueParser<Value = Tool> {
    PossibleValuesParser::new(Tool::ALL.iter().map(|tool| tool.as_str()))
        .try_map(|name| name.parse::<Tool>())
}

/// A folder, and what its migrations come to.
pub(crate) struct Replayed {
    pub(crate) folder: Folder,
    pub(crate) replay: Replay,
}

impl Replayed {
    /// What there is to report of the migrations themselves.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let problem = |finding| Problem::of_finding(finding, &self.folder.root);
        let mut problems: Vec<Problem> = self.replay.findings.iter().map(problem).collect();
        // Whatever is wrong may be right for the tool that really runs the folder.
        if let (Some(first), Some(assumed)) = (problems.first_mut(), &self.folder.assumed) {
            first.notes.push(format!("{assumed}; --tool names another"));
        }
        problems
    }
}

/// Which migrations, and how to replay them, wherever that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) dir: PathBuf,
    /// What says that it is this folder: `named by sqlx::migrate! at src/lib.rs:5`.
    pub(crate) origin: String,
    pub(crate) tool: Option<Tool>,
    pub(crate) search_path: Vec<String>,
    /// The schemas that are there already; `None` if nobody says.
    pub(crate) schemas: Option<Vec<String>>,
    pub(crate) keep_going: bool,
    /// Which migration is the first that is run now, and the major version of the server that runs it.
    pub(crate) pending_from: Option<(usize, u32)>,
}

/// What `search_path` is unless somebody says otherwise: the server's own.
pub(crate) const SEARCH_PATH: [&str; 2] = ["$user", "public"];

impl Migrations {
    /// Reads and replays the migrations, to the end or `until` one of them.
    pub(crate) fn replay(
        &self,
        until: Option<&str>,
        streams: &Streams<'_>,
    ) -> Result<Replayed, Failure> {
        let request = Request {
            dir: self.dir.clone(),
            origin: "named by --migrations".to_owned(),
            tool: self.tool,
            search_path: self.search_path.clone(),
            schemas: self.schema.clone(),
            keep_going: self.keep_going,
            pending_from: None,
        };
        request.replay(until, streams)
    }
}

/// The folder, and what says that it is this one.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", visible(&self.dir.to_string_lossy()), self.origin)
    }
}

impl Request {
    /// The folder that a configuration names.
    pub(crate) fn configured(config: &Config) -> Option<Self> {
        let (dir, origin) = config.migrations.clone()?;
        Some(Self::new(dir, origin, None, config))
    }

    /// A folder that was found, read as a configuration says.
    pub(crate) fn found(candidate: &Candidate, config: &Config) -> Self {
        let Candidate { dir, origin, tool, .. } = candidate;
        Self::new(dir.clone(), origin.clone(), *tool, config)
    }

    /// A folder that is read as a configuration says, or else as `tool` does.
    pub(crate) fn new(dir: PathBuf, origin: String, tool: Option<Tool>, config: &Config) -> Self {
        let own = || SEARCH_PATH.map(str::to_owned).to_vec();
        Self {
            dir,
            origin,
            tool: config.tool.or(tool),
            search_path: config.search_path.clone().unwrap_or_else(own),
            schemas: config.schemas.clone(),
            keep_going: false,
            pending_from: None,
        }
    }

    /// Whether both read a folder in the same way.
    pub(crate) fn reads_like(&self, other: &Self) -> bool {
        let (dir, origin) = (self.dir.clone(), self.origin.clone());
        *self == Self { dir, origin, ..other.clone() }
    }

    /// Reads and replays the migrations, to the end or `until` one of them.
    pub(crate) fn replay(
        &self,
        until: Option<&str>,
        streams: &Streams<'_>,
    ) -> Result<Replayed, Failure> {
        let progress = Progress::new(streams.progress, "reading migrations");
        let folder = open(&self.dir, self.tool)?;
        self.replay_folder(folder, until, &progress)
    }

    /// Replays a folder that has been read already.
    pub(crate) fn replay_folder(
        &self,
        folder: Folder,
        until: Option<&str>,
        progress: &Progress,
    ) -> Result<Replayed, Failure> {
        let mut options = Options::new()
            .search_path(self.search_path.iter().filter_map(|schema| schema_name(schema)))
            .keep_going(self.keep_going)
            .on_progress(progress.teller());
        if let Some(schemas) = &self.schemas {
            options = options.schemas(schemas.iter().filter_map(|schema| schema_name(schema)));
        }
        if let Some(version) = until {
            options = options.until(version);
        }
        if let Some((index, server)) = self.pending_from {
            options = options.pending_from(index, server);
        }
        let replay = options.replay(&folder).map_err(|error| {
            let failure = Failure::new(error.to_string());
            failure.with_help(known_versions(&folder.migrations, until.unwrap_or_default()))
        })?;
        Ok(Replayed { folder, replay })
    }

    /// The schema of a type that names none: the first of `search_path` that is there.
    pub(crate) fn default_schema(&self) -> &str {
        let mut schemas = self.search_path.iter().filter_map(|schema| schema_name(schema));
        schemas.find(|schema| *schema != "$user").unwrap_or("public")
    }
}

/// Reads a folder: as the tool does, or as the folder looks.
pub(crate) fn open(dir: &Path, tool: Option<Tool>) -> Result<Folder, FolderError> {
    match tool {
        Some(tool) => Folder::open_as(dir, tool),
        None => Folder::open(dir),
    }
}

/// A schema as it was given: its name, perhaps in the quotes that SQL wants around `$user`.
fn schema_name(given: &str) -> Option<&str> {
    let given = given.trim();
    let name = given.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(given);
    (!name.is_empty()).then_some(name)
}

/// Some of the versions there are: the nearest by spelling, and the last.
fn known_versions(migrations: &[Migration], wanted: &str) -> String {
    let Some(last) = migrations.last() else {
        return "there are no migrations in the folder".to_owned();
    };
    let versions = migrations.iter().map(|migration| &*migration.version);
    match nearest(wanted, versions) {
        Some(nearest) if nearest != last.version => {
            format!("the nearest is `{nearest}`, the last is `{}`", last.version)
        }
        _ => format!("the last is `{}`", last.version),
    }
}
