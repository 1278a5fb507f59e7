//! Which migrations, and how to replay them: the arguments that subcommands have in common.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use pg_enum_migrations::folder::{Around, Migration, Part, Script, Source, Tool, Transaction};
use pg_enum_migrations::{Finding, Folder, Kind, Location, Options, Replay, RoundTrip};

use crate::Streams;
use crate::assumption::Assumption;
use crate::base;
use crate::code::Code;
use crate::config::Config;
use crate::discovery::{Candidate, LONGEST, is_schema};
use crate::failure::Failure;
use crate::lint_config::LintConfig;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::text::{count, list, nearest, slashed, visible};

/// The names of tools, for clap.
pub(crate) fn tools() -> impl TypedValueParser<Value = Tool> {
    PossibleValuesParser::new(Tool::ALL.iter().map(|tool| tool.as_str()))
        .try_map(|name| name.parse::<Tool>())
}

/// What a transaction may go around, for clap.
pub(crate) fn transactions() -> impl TypedValueParser<Value = Around> {
    PossibleValuesParser::new(Around::ALL.iter().map(|around| around.as_str()))
        .try_map(|name| name.parse::<Around>())
}

/// A folder, and what its migrations come to.
pub(crate) struct Replayed {
    pub(crate) folder: Folder,
    /// What reads its migrations that are not SQL.
    pub(crate) code: Code,
    pub(crate) replay: Replay,
}

impl Replayed {
    /// Whether replay went to the end, and every file was read: what is left to report is unknown.
    pub(crate) fn is_whole(&self) -> bool {
        self.replay.findings.iter().all(|finding| matches!(finding.kind, Kind::Unknown { .. }))
    }

    /// Whether it is not known what comes after a migration, because that is refused, missing or not read.
    pub(crate) fn is_refused(&self) -> bool {
        self.replay.findings.iter().any(hides_what_follows)
    }

    /// Why any type may be there that replay has not found; nothing if all are known.
    pub(crate) fn any_type(&self) -> Option<&Finding> {
        self.replay.findings.iter().find(|finding| match &finding.kind {
            Kind::Unknown { touches } => touches.is_empty(),
            _ => hides_what_follows(finding),
        })
    }

    /// What there is to report of the migrations themselves.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let problem = |finding| Problem::of_finding(finding, &self.folder.root);
        let mut problems: Vec<Problem> = self.replay.findings.iter().map(problem).collect();
        // Whatever is wrong may be right for the tool that really runs the folder.
        if let (Some(first), Some(assumed)) = (problems.first_mut(), &self.folder.assumed) {
            first.notes.push(format!("{assumed}; name another with --tool"));
        }
        problems
    }

    /// The migrations of no known tool that are Rust and were read: that a runner calls them, in the order of their
    /// names, is taken for granted.
    pub(crate) fn assumed_rust(&self) -> Vec<&Path> {
        let Folder { tool: Tool::Plain, migrations, .. } = &self.folder else { return Vec::new() };
        let of_code = migrations.iter().filter_map(|migration| match &migration.up {
            Part::Code(path) => Some(&**path),
            Part::Sql(_) => None,
        });
        let is_told =
            |path: &&Path| self.replay.findings.iter().any(|finding| finding.at.path() == *path);
        of_code.filter(|path| !is_told(path)).collect()
    }
}

/// Whether replay ends at a finding, or what a revision does is not known because it is missing or not read.
fn hides_what_follows(finding: &Finding) -> bool {
    finding.stops() || matches!(finding.kind, Kind::BrokenGraph | Kind::UnreadableCode)
}

/// Which migrations, and how to replay them, wherever that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) dir: PathBuf,
    /// The files that are its migrations, in their order, if it is no folder of a tool's: a schema, or scripts that a program
    /// includes.
    pub(crate) files: Vec<PathBuf>,
    /// What says that it is this folder: `named by sqlx::migrate! at src/lib.rs:5`.
    pub(crate) origin: String,
    pub(crate) tool: Option<Tool>,
    /// What a transaction goes around; `None` if it is not configured.
    pub(crate) transaction: Option<Around>,
    pub(crate) search_path: Vec<String>,
    /// The schemas that are there already; `None` if it is not configured.
    pub(crate) schemas: Option<Vec<String>>,
    pub(crate) keep_going: bool,
    pub(crate) assume: Vec<Assumption>,
    /// The oldest major version of the servers, if it is configured.
    pub(crate) postgres: Option<u32>,
    /// How `lint` is configured.
    pub(crate) lint: Option<LintConfig>,
    /// Which migration is the first that is run now, and the major version of the server that runs it.
    pub(crate) pending_from: Option<(usize, u32)>,
}

/// The default of `search_path`, which is the server's.
pub(crate) const SEARCH_PATH: [&str; 2] = ["$user", "public"];

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
        let Candidate { dir, files, origin, tool, .. } = candidate;
        Self { files: files.clone(), ..Self::new(dir.clone(), origin.clone(), *tool, config) }
    }

    /// A folder that is read as a configuration says, or else as `tool` does.
    pub(crate) fn new(dir: PathBuf, origin: String, tool: Option<Tool>, config: &Config) -> Self {
        let own = || SEARCH_PATH.map(str::to_owned).to_vec();
        let files = if is_schema(&dir) { vec![dir.clone()] } else { Vec::new() };
        Self {
            dir,
            files,
            origin,
            tool: config.tool.or(tool),
            transaction: config.transaction,
            search_path: config.search_path.clone().unwrap_or_else(own),
            schemas: config.schemas.clone(),
            keep_going: false,
            assume: config.assume.clone().unwrap_or_default(),
            postgres: config.postgres,
            lint: config.lint.clone(),
            pending_from: None,
        }
    }

    /// This, if it is a folder of migrations, and not scripts that a program or a person runs.
    pub(crate) fn folder(&self) -> Result<&Self, Failure> {
        if self.files.is_empty() {
            return Ok(self);
        }
        Err(Failure::new(format!("no folder of migrations is found, and only {self}"))
            .with_help("change the type in that file and in the database, or name a folder with --migrations DIR"))
    }

    /// Whether both read a folder in the same way.
    pub(crate) fn reads_like(&self, other: &Self) -> bool {
        let (dir, origin) = (self.dir.clone(), self.origin.clone());
        *self == Self { dir, origin, ..other.clone() }
    }

    /// Reads and replays the migrations, to the end or `until` one of them. In which order scripts run is assumed: if the one
    /// in which they are included is refused and the one of their names is not, it is that.
    pub(crate) fn replay(
        &self,
        until: Option<&str>,
        streams: &mut Streams<'_>,
    ) -> Result<Replayed, Failure> {
        let replayed = self.replay_in_order(until, streams)?;
        let is_refused = |replayed: &Replayed| replayed.replay.findings.iter().any(Finding::stops);
        if self.files.len() < 2 || !is_refused(&replayed) {
            return Ok(replayed);
        }
        let mut by_name = self.clone();
        by_name.files.sort();
        if by_name.files != self.files {
            let other = by_name.replay_in_order(until, streams)?;
            if !is_refused(&other) {
                return Ok(other);
            }
        }
        streams.note(&format!("the order in which the files of {self} run is not known"));
        Ok(replayed)
    }

    fn replay_in_order(
        &self,
        until: Option<&str>,
        streams: &mut Streams<'_>,
    ) -> Result<Replayed, Failure> {
        let progress = Progress::new(streams.progress, "reading migrations");
        let folder = self.open()?;
        if let Some(note) = passed_over(&folder) {
            streams.note(&note);
        }
        let code = Code::of(&folder);
        let begun = if until.is_none() && self.pending_from.is_none() {
            base::replay(&folder, &self.options(&code, &progress))
        } else {
            None
        };
        let replayed = match begun {
            Some((folder, replay, note)) => {
                streams.note(&note);
                Replayed { folder, code, replay }
            }
            None => self.replay_folder(folder, code, until, &progress)?,
        };
        if let Some(note) = replayed.code.assumed() {
            streams.note(&note);
        }
        Ok(replayed)
    }

    /// Replays a folder that has been read already, as far as a version.
    pub(crate) fn replay_folder(
        &self,
        folder: Folder,
        code: Code,
        until: Option<&str>,
        progress: &Progress,
    ) -> Result<Replayed, Failure> {
        let mut options = self.options(&code, progress);
        if let Some(version) = until {
            options = options.until(version);
        }
        let replay = options.replay(&folder).map_err(|error| {
            let failure = Failure::new(error.to_string());
            failure.with_help(known_versions(&folder.migrations, until.unwrap_or_default()))
        })?;
        Ok(Replayed { folder, code, replay })
    }

    /// What comes of each migration that is taken back right after it has been applied.
    pub(crate) fn round_trips(
        &self,
        replayed: &Replayed,
        streams: &Streams<'_>,
    ) -> Result<Vec<RoundTrip>, Failure> {
        let progress = Progress::new(streams.progress, "taking migrations back");
        let options = self.options(&replayed.code, &progress);
        options.round_trips(&replayed.folder).map_err(|error| Failure::new(error.to_string()))
    }

    /// How all of the migrations are replayed. Tables are always followed, because a statement may be refused for what a
    /// column is, and each command reports the same.
    fn options(&self, code: &Code, progress: &Progress) -> Options {
        let mut options = Options::new()
            .search_path(self.search_path())
            .keep_going(self.keep_going)
            .tables(true)
            .on_progress(progress.teller());
        options = code.add_to(options);
        if let Some(schemas) = self.schemas() {
            options = options.schemas(schemas);
        }
        for assumption in &self.assume {
            options = assumption.add_to(options);
        }
        if let Some(version) = self.postgres {
            options = options.oldest_server(version);
        }
        if let Some((index, server)) = self.pending_from {
            options = options.pending_from(index, server);
        }
        options
    }

    /// Reads the folder.
    pub(crate) fn open(&self) -> Result<Folder, Failure> {
        open(&self.dir, &self.files, self.tool, self.transaction)
    }

    /// The schema of a type that names none: the first of `search_path` that is there.
    pub(crate) fn default_schema(&self) -> &str {
        self.search_path().find(|schema| *schema != "$user").unwrap_or("public")
    }

    /// The names of the schemas on `search_path`.
    pub(crate) fn search_path(&self) -> impl Iterator<Item = &str> {
        self.search_path.iter().filter_map(|schema| schema_name(schema))
    }

    /// The names of the schemas that are there already, if they are configured.
    pub(crate) fn schemas(&self) -> Option<impl Iterator<Item = &str>> {
        let schemas = self.schemas.as_ref()?;
        Some(schemas.iter().filter_map(|schema| schema_name(schema)))
    }
}

/// Reads a folder: as the tool does, or as the folder looks; and with a transaction around this, if it is configured.
pub(crate) fn open(
    dir: &Path,
    files: &[PathBuf],
    tool: Option<Tool>,
    transaction: Option<Around>,
) -> Result<Folder, Failure> {
    let folder = match tool {
        _ if !files.is_empty() => return scripts(dir, files),
        Some(tool) => Folder::open_as(dir, tool),
        None => Folder::open(dir),
    }?;
    match transaction {
        None => Ok(folder),
        Some(around) => folder.with_transaction(around).map_err(|error| {
            Failure::new(error.to_string())
                .with_help("leave out the transaction, or name another tool")
        }),
    }
}

/// Files of SQL, as a folder with these migrations.
fn scripts(dir: &Path, files: &[PathBuf]) -> Result<Folder, Failure> {
    // One that is named alone is all of it.
    let root = if files == [dir] { dir.parent().unwrap_or(Path::new("")) } else { dir };
    let migrations = files.iter().map(|file| script(root, file)).collect::<Result<_, _>>()?;
    Ok(Folder::new(root, Tool::Plain, migrations))
}

/// A file of SQL, as a migration.
fn script(root: &Path, file: &Path) -> Result<Migration, Failure> {
    let shown = visible(&file.to_string_lossy());
    let failed = |error: &dyn fmt::Display| Failure::new(format!("cannot read {shown}: {error}"));
    let length = fs::metadata(file).map_err(|error| failed(&error))?.len();
    if length > LONGEST {
        return Err(failed(&"it is too long"));
    }
    let text = fs::read_to_string(file).map_err(|error| failed(&error))?;
    let path = file.strip_prefix(root).unwrap_or(file).to_owned();
    let name = slashed(&path);
    let source = Arc::new(Source { path, text });
    let script = Script { range: 0..source.text.len(), source };
    Ok(Migration {
        version: name.clone(),
        name,
        up: Part::Sql(script),
        down: None,
        transaction: Transaction::PerStatement,
    })
}

/// Files named in one line.
const FILES: usize = 5;

/// What in a folder is not run.
fn passed_over(folder: &Folder) -> Option<String> {
    let Folder { root, tool, passed_over, migrations, .. } = folder;
    if passed_over.is_empty() || migrations.is_empty() {
        return None;
    }
    let files = count(passed_over.len(), "file");
    let names = list(passed_over.iter().map(|path| slashed(path)), FILES);
    Some(format!(
        "{tool} does not run {files} of SQL in {}, as it takes {}: {names}",
        root.display(),
        tool.takes()
    ))
}

/// The first line of a script that has something in it.
pub(crate) fn first_line(script: &Script) -> Location {
    let text = script.text();
    let blank = text.len() - text.trim_start().len();
    let end = text[blank..].find('\n').map_or(text.len(), |length| blank + length);
    let start = script.range.start;
    Location::new(&script.source, start + blank..start + end)
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
        return "the folder contains no migrations".to_owned();
    };
    let versions = migrations.iter().map(|migration| &*migration.version);
    match nearest(wanted, versions) {
        Some(nearest) if nearest != last.version => {
            format!("the nearest is `{nearest}`, the last is `{}`", last.version)
        }
        _ => format!("the last is `{}`", last.version),
    }
}
