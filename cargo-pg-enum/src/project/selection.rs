//! The packages that a command is about, and the arguments that name them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use pg_enum_migrations::folder::{Around, Tool};

use super::cargo::Cargo;
use super::outside::{Outside, outside};
use super::{Package, Project, Workspace};
use crate::Streams;
use crate::assumption::Assumption;
use crate::config::Config;
use crate::discovery::{A_USUAL_PLACE, USUAL, named_by_files, usual, usual_below};
use crate::failure::Failure;
use crate::migrations::{Request, tools, transactions};
use crate::paths::{nearby, tidy};
use crate::settings;
use crate::text::nearest;

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Selection {
    /// Use this package; repeat the option for several
    #[arg(short, long = "package", value_name = "NAME")]
    packages: Vec<String>,
    /// Use all packages of the workspace
    #[arg(long, conflicts_with = "packages")]
    workspace: bool,
    /// Use this Cargo.toml instead of the current directory's
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
}

/// Which migrations, where the manifests do not say so or say otherwise.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Overrides {
    /// Read the migrations of this folder
    #[arg(long, value_name = "DIR")]
    pub(super) migrations: Option<PathBuf>,
    /// Read them by the rules of this tool instead of the detected one
    #[arg(long, value_name = "NAME", value_parser = tools())]
    tool: Option<Tool>,
    /// Assume one transaction around each of these, where the tool has a choice
    #[arg(long, value_name = "WHAT", value_parser = transactions())]
    transaction: Option<Around>,
    /// The search path when the migrations start; its schemas exist
    #[arg(long, value_name = "SCHEMA,…", value_delimiter = ',')]
    search_path: Option<Vec<String>>,
    /// The only schemas that exist when the migrations start, besides `public`
    #[arg(long, value_name = "SCHEMA,…", value_delimiter = ',')]
    schema: Option<Vec<String>>,
}

/// The packages of a command, and their migrations.
#[derive(Debug, clap::Args)]
pub(crate) struct Scope {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
}

/// The origin of a folder that the command line names.
const BY_OPTION: &str = "named by --migrations";

impl Overrides {
    pub(super) fn config(&self) -> Config {
        Config {
            migrations: self.migrations.clone().map(|dir| (dir, BY_OPTION.to_owned())),
            tool: self.tool,
            transaction: self.transaction,
            search_path: self.search_path.clone(),
            schemas: self.schema.clone(),
            ..Config::default()
        }
    }

    /// The migrations of a command that is about no package: those that the command line names, `migrations` in the current
    /// directory, or those of the project.
    pub(crate) fn request_here(&self, streams: &mut Streams<'_>) -> Result<Request, Failure> {
        let usual = Path::new(USUAL[0]);
        let mut overrides = self.clone();
        if overrides.migrations.is_none() && usual.is_dir() {
            overrides.migrations = Some(usual.to_owned());
        }
        Scope { selection: Selection::default(), overrides }.request(streams)
    }
}

impl Scope {
    /// The packages and their surroundings.
    pub(crate) fn project(&self, streams: &mut Streams<'_>) -> Result<Project, Failure> {
        self.selection.project_and_outside(streams)
    }

    /// The same, or a project without a manifest that has models in Python.
    pub(crate) fn project_or_tree(&self, streams: &mut Streams<'_>) -> Result<Project, Failure> {
        if let Some(dir) = self.selection.without_manifest() {
            let project = Project::without_manifest(dir, settings::around_here()?);
            let root = project.tree_root(&self.overrides);
            if !pg_enum_python::files_with_models(&root).is_empty() {
                return Ok(project);
            }
        }
        self.project(streams)
    }

    /// The migrations folder of a command that uses a database.
    pub(crate) fn request(&self, streams: &mut Streams<'_>) -> Result<Request, Failure> {
        match &*self.requests(streams)? {
            [] => Err(Failure::new("no migrations are found").with_help(settings::say_where())),
            [request] if self.overrides.migrations.is_some() => Ok(request.clone()),
            [request] => request.folder().cloned(),
            [one, two, ..] => Err(Failure::new(format!("either {one} or {two} may be meant"))
                .with_help(settings::say_where())),
        }
    }

    /// All folders of migrations. If the command line names one, cargo is not needed, because it may not be installed
    /// where migrations are applied; and projects in other languages have no manifest.
    pub(crate) fn requests(&self, streams: &mut Streams<'_>) -> Result<Vec<Request>, Failure> {
        Ok(self.requests_and_tree(streams)?.0)
    }

    /// The same, and the folder whose source in Python may have models: that of the project or the workspace, or the one
    /// around migrations that the command line names elsewhere.
    pub(crate) fn requests_and_tree(
        &self,
        streams: &mut Streams<'_>,
    ) -> Result<(Vec<Request>, PathBuf), Failure> {
        let Self { selection, overrides } = self;
        let settings = settings::around_here()?;
        let tree = |root| Project::without_manifest(root, Config::default()).tree_root(overrides);
        if let Some(dir) = &overrides.migrations {
            let assume = assumptions_about(dir, streams)?;
            let assume = (!assume.is_empty()).then_some(assume);
            let config = Config { assume, ..overrides.config() }.or(&settings);
            let request = Request::new(dir.clone(), BY_OPTION.to_owned(), None, &config);
            let root = without_manifest().unwrap_or_else(|| PathBuf::from("."));
            return Ok((vec![request], tree(root)));
        }
        if let Some(dir) = selection.without_manifest() {
            let config = overrides.config().or(&settings);
            return Ok((without_cargo(&dir, &config, streams), tree(dir)));
        }
        match selection.project_and_outside(streams) {
            Ok(project) => {
                Ok((project.all_requests(overrides, streams), project.tree_root(overrides)))
            }
            Err(_) if selection.manifest_path.is_none() && Path::new(USUAL[0]).is_dir() => {
                let config = overrides.config().or(&settings);
                let origin = A_USUAL_PLACE.to_owned();
                let request = Request::new(USUAL[0].into(), origin, None, &config);
                Ok((vec![request], tree(PathBuf::from("."))))
            }
            Err(failure) => Err(failure),
        }
    }
}

/// The directory of a project in another language, if it is nearer than a `Cargo.toml`, or if there is none.
fn without_manifest() -> Option<PathBuf> {
    const ROOTS: [&str; 4] = ["pg-enum.toml", "pyproject.toml", "alembic.ini", ".git"];
    let here = env::current_dir().unwrap_or_default();
    for above in here.ancestors() {
        if above.join("Cargo.toml").is_file() {
            return None;
        }
        if ROOTS.iter().any(|root| above.join(root).exists()) {
            return Some(nearby(above));
        }
    }
    Some(PathBuf::from("."))
}

/// The folders of a project without a manifest: the configured one, or those that configuration files of tools name in its
/// directory, or those at usual places.
pub(super) fn without_cargo(
    dir: &Path,
    config: &Config,
    streams: &mut Streams<'_>,
) -> Vec<Request> {
    if let Some(request) = Request::configured(config) {
        return vec![request];
    }
    let found = named_by_files(dir);
    for note in &found.notes {
        streams.note(note);
    }
    let mut candidates = found.candidates;
    for look in [usual, usual_below] {
        if candidates.is_empty() {
            candidates = look(dir);
        }
    }
    for candidate in &mut candidates {
        candidate.dir = tidy(&candidate.dir);
    }
    candidates.iter().map(|candidate| Request::found(candidate, config)).collect()
}

impl Selection {
    /// Whether the command line names packages.
    fn is_given(&self) -> bool {
        self.manifest_path.is_some() || self.workspace || !self.packages.is_empty()
    }

    /// The directory of a project in another language; nothing if the command line names packages.
    fn without_manifest(&self) -> Option<PathBuf> {
        without_manifest().filter(|_| !self.is_given())
    }

    /// The directory and the folders of migrations of a project without a manifest; nothing in one of cargo's.
    pub(crate) fn tree(
        &self,
        migrations: Option<PathBuf>,
        streams: &mut Streams<'_>,
    ) -> Result<Option<(PathBuf, Vec<Request>)>, Failure> {
        let Some(dir) = self.without_manifest() else { return Ok(None) };
        let migrations = migrations.map(|dir| (dir, BY_OPTION.to_owned()));
        let config = Config { migrations, ..Config::default() }.or(&settings::around_here()?);
        let requests = without_cargo(&dir, &config, streams);
        Ok(Some((dir, requests)))
    }

    /// The packages and their surroundings. A note about the toolchain goes to standard error.
    pub(crate) fn project(&self, streams: &mut Streams<'_>) -> Result<Project, Failure> {
        self.read(false, streams)
    }

    /// The same, with the packages outside that they depend on by their path. Cargo is asked for each of those, so that only
    /// commands that look for migrations there have them.
    pub(crate) fn project_and_outside(
        &self,
        streams: &mut Streams<'_>,
    ) -> Result<Project, Failure> {
        self.read(true, streams)
    }

    fn read(&self, with_outside: bool, streams: &mut Streams<'_>) -> Result<Project, Failure> {
        let (cargo, metadata, note) = Cargo::metadata(self.manifest_path.as_deref())?;
        if let Some(note) = note {
            streams.note(&note);
        }
        let root = nearby(metadata.workspace_root.as_std_path());
        let manifest = root.join("Cargo.toml");
        let config = Config::read(&metadata.workspace_metadata, "workspace", &manifest)?
            .or(&settings::around_here()?);
        let chosen = self.chosen(&metadata)?;
        let packages: Vec<Package> =
            chosen.iter().map(|package| Package::of(package)).collect::<Result<_, _>>()?;
        let members = metadata.workspace_packages();
        let others = members.iter().filter(|member| !chosen.iter().any(|one| one.id == member.id));
        let mut others: Vec<Package> =
            others.map(|package| Package::without_config(package)).collect();
        let outside = if with_outside {
            outside(&packages, &others, &root, &cargo)
        } else {
            Outside::default()
        };
        // Whoever names packages wants no others.
        for (dir, config) in outside.members.iter().filter(|_| self.packages.is_empty()) {
            let Some(other) = others.iter_mut().find(|other| other.dir() == dir) else { continue };
            let is_it = |one: &&&cargo_metadata::Package| *one.name == other.name;
            let own = members.iter().find(is_it).map(|package| Package::of(package)).transpose()?;
            let own = own.map(|own| own.config).filter(|own| own.migrations.is_some());
            other.config = own.unwrap_or_else(|| config.clone());
            other.outside = Some(true);
        }
        Ok(Project {
            outside,
            packages,
            others,
            target: metadata.target_directory.as_std_path().to_owned(),
            workspace: Workspace { root, config },
            has_manifest: true,
            cfg: cargo.configuration(),
            cargo,
        })
    }

    /// The packages that were named; or the one whose manifest it is; or those that cargo would build.
    fn chosen<'a>(
        &self,
        metadata: &'a Metadata,
    ) -> Result<Vec<&'a cargo_metadata::Package>, Failure> {
        let members = metadata.workspace_packages();
        if self.workspace {
            return Ok(members);
        }
        if !self.packages.is_empty() {
            let find = |wanted: &String| {
                let found = members.iter().find(|package| *package.name == *wanted);
                found.copied().ok_or_else(|| {
                    let names = members.iter().map(|package| package.name.as_str());
                    let failure = Failure::new(format!("the workspace has no package `{wanted}`"));
                    match nearest(wanted, names) {
                        Some(near) => failure.with_help(format!("the nearest name is `{near}`")),
                        None => failure,
                    }
                })
            };
            return self.packages.iter().map(find).collect();
        }
        let manifest = match &self.manifest_path {
            Some(path) => fs::canonicalize(path).ok(),
            None => env::current_dir().ok().and_then(|directory| {
                let mut manifests = directory.ancestors().map(|above| above.join("Cargo.toml"));
                fs::canonicalize(manifests.find(|manifest| manifest.is_file())?).ok()
            }),
        };
        let own = members.iter().find(|package| {
            let path = fs::canonicalize(&package.manifest_path).ok();
            path.is_some() && path == manifest
        });
        Ok(match own {
            Some(package) => vec![package],
            None if metadata.workspace_default_members.is_available() => {
                metadata.workspace_default_packages()
            }
            None => members,
        })
    }
}

/// What the manifests around the current directory say of the statements in a folder, for commands that take the
/// folder from the command line. Those need no cargo, unless a manifest has something to say.
fn assumptions_about(dir: &Path, streams: &mut Streams<'_>) -> Result<Vec<Assumption>, Failure> {
    let manifests = env::current_dir().map(|here| {
        let above = here.ancestors().map(|above| above.join("Cargo.toml"));
        above.filter_map(|manifest| fs::read_to_string(manifest).ok()).collect::<Vec<_>>()
    });
    if !manifests
        .unwrap_or_default()
        .iter()
        .any(|text| text.contains("pg-enum") && text.contains("assume"))
    {
        return Ok(Vec::new());
    }
    let project = Selection { workspace: true, ..Selection::default() }.project(streams)?;
    let canonical = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let dir = canonical(dir);
    let goes_by = |config: &Config, root: &Path| match &config.migrations {
        Some((own, _)) => canonical(own) == dir,
        None => {
            [root, &*project.workspace.root].iter().any(|root| dir.starts_with(canonical(root)))
        }
    };
    let mut found = Vec::new();
    for package in &project.packages {
        let config = package.config.or(&project.workspace.config);
        if goes_by(&config, package.dir()) {
            for assumption in config.assume.unwrap_or_default() {
                if !found.contains(&assumption) {
                    found.push(assumption);
                }
            }
        }
    }
    Ok(found)
}
