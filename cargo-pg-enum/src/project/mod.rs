//! The packages that a command is about, their enums, and the folder of migrations that each goes by: what
//! cargo knows, and the configuration in the manifests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand, TargetKind};
use pg_enum_build::foreign::SqlType;
use pg_enum_build::scan::Cfg;
use pg_enum_migrations::folder::Tool;

use crate::Streams;
use crate::config::Config;
use crate::enums::{Derived, Enums, Foreign, Sources};
use crate::failure::Failure;
use crate::migrations::{Request, SEARCH_PATH, tools};
use crate::text::{nearest, visible};

#[derive(Debug, clap::Args)]
pub(crate) struct Selection {
    /// Look at this package; more than once for several
    #[arg(short, long = "package", value_name = "NAME")]
    packages: Vec<String>,
    /// Look at all packages of the workspace
    #[arg(long, conflicts_with = "packages")]
    workspace: bool,
    /// Read this Cargo.toml rather than the one of the current directory
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
}

/// Which migrations, where the manifests do not say so or say otherwise.
#[derive(Debug, clap::Args)]
pub(crate) struct Overrides {
    /// Read the migrations in this folder
    #[arg(long, value_name = "DIR")]
    migrations: Option<PathBuf>,
    /// Read them as this tool does, rather than as the folder looks
    #[arg(long, value_name = "NAME", value_parser = tools())]
    tool: Option<Tool>,
    /// Start with these schemas on the search path, which are there already
    #[arg(long, value_name = "SCHEMA,…", value_delimiter = ',')]
    search_path: Option<Vec<String>>,
    /// Start with these schemas, which are there already, and no other but `public`
    #[arg(long, value_name = "SCHEMA,…", value_delimiter = ',')]
    schema: Option<Vec<String>>,
}

impl Overrides {
    fn config(&self) -> Config {
        Config {
            migrations: self.migrations.clone(),
            tool: self.tool,
            search_path: self.search_path.clone(),
            schemas: self.schema.clone(),
        }
    }
}

/// Packages of one workspace.
#[derive(Hash)]
pub(crate) struct Project {
    pub(crate) packages: Vec<Package>,
    /// Where cargo puts what can be made again.
    pub(crate) target: PathBuf,
    workspace: Workspace,
    /// What the compiler sets for this machine, as it prints it.
    cfg: Option<String>,
}

#[derive(Hash)]
struct Workspace {
    root: PathBuf,
    config: Config,
}

#[derive(Hash)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest: PathBuf,
    /// The files with which its library and its programs begin.
    roots: Vec<PathBuf>,
    config: Config,
}

/// Enums that go by the same migrations.
pub(crate) struct Group {
    /// The migrations; without any, how to name some.
    pub(crate) request: Result<Request, String>,
    pub(crate) enums: Vec<Derived>,
}

/// All that there is to be compared.
pub(crate) struct Everything {
    pub(crate) groups: Vec<Group>,
    /// Of each package that has some.
    pub(crate) others: Vec<Others>,
    /// Of each package.
    pub(crate) sources: Vec<Sources>,
}

/// The enums of a package that derive something else.
pub(crate) struct Others {
    /// The migrations that the package goes by; none if there are none of its own.
    pub(crate) requests: Vec<Request>,
    pub(crate) enums: Vec<Foreign>,
    pub(crate) sql_types: Vec<SqlType>,
}

/// Where migrations are looked for if nobody says where they are, below a package and below the workspace.
const USUAL: [&str; 7] = [
    "migrations",
    "db/migrations",
    "database/migrations",
    "sql/migrations",
    "prisma/migrations",
    "drizzle",
    "src/main/resources/db/migration",
];

impl Selection {
    pub(crate) fn project(&self) -> Result<Project, Failure> {
        let metadata = self.metadata()?;
        let workspace_root = nearby(metadata.workspace_root.as_std_path());
        let manifest = workspace_root.join("Cargo.toml");
        let config = Config::read(&metadata.workspace_metadata, "workspace", &manifest)?;
        let packages = self.chosen(&metadata)?.into_iter().map(package);
        let packages = packages.collect::<Result<_, _>>()?;
        Ok(Project {
            packages,
            target: metadata.target_directory.into_std_path_buf(),
            workspace: Workspace { root: workspace_root, config },
            cfg: configuration(),
        })
    }

    /// The one folder of migrations that a command about a database is about. Whoever names it needs no cargo,
    /// which is not everywhere where migrations are applied.
    pub(crate) fn request(
        &self,
        overrides: &Overrides,
        streams: &mut Streams<'_>,
    ) -> Result<Request, Failure> {
        if let Some(dir) = &overrides.migrations {
            return Ok(request(dir.clone(), overrides.config()));
        }
        let project = match self.project() {
            Ok(project) => project,
            Err(_) if self.manifest_path.is_none() && Path::new(USUAL[0]).is_dir() => {
                return Ok(request(USUAL[0].into(), overrides.config()));
            }
            Err(failure) => return Err(failure),
        };
        let mut found: Vec<Request> = Vec::new();
        for package in &project.packages {
            if let Ok(request) = project.request(package, overrides, streams)?
                && !found.contains(&request)
            {
                found.push(request);
            }
        }
        match &*found {
            [] => Err(Failure::new("no migrations are found").with_help(SAY_WHERE)),
            [request] => Ok(request.clone()),
            [one, two, ..] => Err(Failure::new(format!(
                "either {} or {} may be meant",
                one.dir.display(),
                two.dir.display()
            ))
            .with_help(SAY_WHERE)),
        }
    }

    fn metadata(&self) -> Result<Metadata, Failure> {
        let mut command = MetadataCommand::new();
        command.no_deps();
        if let Some(path) = &self.manifest_path {
            command.manifest_path(path);
        }
        command.exec().map_err(|error| match error {
            cargo_metadata::Error::CargoMetadata { stderr } => {
                let stderr = stderr.trim();
                let detail = stderr.strip_prefix("error: ").unwrap_or(stderr);
                Failure::new("cargo cannot read the workspace")
                    .with_detail(detail)
                    .with_help("run this in a package, or name its Cargo.toml with --manifest-path")
            }
            error => Failure::new(format!("cannot run `cargo metadata`: {error}")),
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

fn package(package: &cargo_metadata::Package) -> Result<Package, Failure> {
    let manifest = nearby(package.manifest_path.as_std_path());
    let config = Config::read(&package.metadata, "package", &manifest)?;
    // A derive is in what is built for others or to be run; tests and examples go by the same migrations and
    // have enums to play with. A package of examples alone has nothing else.
    let roots = |of: fn(&TargetKind) -> bool| -> Vec<PathBuf> {
        let targets = package.targets.iter().filter(|target| target.kind.iter().any(of));
        targets.map(|target| nearby(target.src_path.as_std_path())).collect()
    };
    let mut files = roots(|kind| {
        !matches!(
            kind,
            TargetKind::Test
                | TargetKind::Bench
                | TargetKind::Example
                | TargetKind::CustomBuild
                | TargetKind::ProcMacro
        )
    });
    if files.is_empty() {
        files = roots(|kind| *kind == TargetKind::Example);
    }
    Ok(Package { name: package.name.to_string(), manifest, roots: files, config })
}

impl Package {
    pub(crate) fn dir(&self) -> &Path {
        self.manifest.parent().unwrap_or(Path::new(""))
    }
}

impl Project {
    /// The usual places for migrations where there is something.
    pub(crate) fn usual_folders(&self) -> Vec<PathBuf> {
        let dirs = self.packages.iter().map(Package::dir).chain([&*self.workspace.root]);
        dirs.flat_map(usual_folders).collect()
    }

    /// The folder that the manifests name for a package.
    pub(crate) fn configured(&self, package: &Package) -> Option<PathBuf> {
        package.config.or(&self.workspace.config).migrations
    }

    /// Every enum of the packages. What could not be looked into goes to standard error.
    pub(crate) fn enums(&self, streams: &mut Streams<'_>) -> Result<Vec<Derived>, Failure> {
        let each = self.enums_of_each(false, streams)?;
        Ok(each.into_iter().flat_map(|(_, enums)| enums.derived).collect())
    }

    /// Every enum, with the others that go by the same migrations.
    pub(crate) fn groups(
        &self,
        overrides: &Overrides,
        streams: &mut Streams<'_>,
    ) -> Result<Vec<Group>, Failure> {
        let each = self.enums_of_each(false, streams)?;
        let each = each.into_iter().map(|(package, enums)| (package, enums.derived));
        self.grouped(each.collect(), overrides, streams)
    }

    /// The same, and the enums under other derives.
    pub(crate) fn everything(
        &self,
        overrides: &Overrides,
        streams: &mut Streams<'_>,
    ) -> Result<Everything, Failure> {
        let (mut derived, mut others, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for (package, enums) in self.enums_of_each(true, streams)? {
            derived.push((package, enums.derived));
            sources.push(enums.sources);
            // Diesel's own types may stand for others' enums.
            if !enums.foreign.is_empty() || !enums.sql_types.is_empty() {
                let requests = self.requests(package, overrides);
                let Enums { foreign, sql_types, .. } = enums;
                others.push(Others { requests, enums: foreign, sql_types });
            }
        }
        let groups = self.grouped(derived, overrides, streams)?;
        Ok(Everything { groups, others, sources })
    }

    fn grouped<'a>(
        &'a self,
        each: Vec<(&'a Package, Vec<Derived>)>,
        overrides: &Overrides,
        streams: &mut Streams<'_>,
    ) -> Result<Vec<Group>, Failure> {
        let mut groups: Vec<(Group, PathBuf, &str)> = Vec::new();
        for (package, enums) in each {
            // Who has no enums needs no migrations.
            if enums.is_empty() {
                continue;
            }
            let request = self.request(package, overrides, streams)?;
            let path = request.as_ref().map_or(package.dir(), |request| &*request.dir);
            let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            match groups.iter_mut().find(|(_, other, _)| *other == path) {
                Some((group, _, other)) => {
                    if let (Ok(one), Ok(two)) = (&group.request, &request)
                        && *one != (Request { dir: one.dir.clone(), ..two.clone() })
                    {
                        return Err(Failure::new(format!(
                            "`{}` and `{other}` share {} and do not agree how to read it",
                            package.name,
                            visible(&path.to_string_lossy())
                        ))
                        .with_help("configure it once, in `[workspace.metadata.pg-enum]`"));
                    }
                    group.enums.extend(enums);
                }
                None => groups.push((Group { request, enums }, path, &package.name)),
            }
        }
        Ok(groups.into_iter().map(|(group, ..)| group).collect())
    }

    fn enums_of_each(
        &self,
        with_foreign: bool,
        streams: &mut Streams<'_>,
    ) -> Result<Vec<(&Package, Enums)>, Failure> {
        let mut all = Vec::with_capacity(self.packages.len());
        // What the compiler does not say is open.
        let cfg = self.cfg.as_ref().map_or_else(Cfg::new, |cfg| Cfg::parse(cfg));
        for package in &self.packages {
            let enums = Enums::of(&package.name, &package.roots, &cfg, with_foreign)?;
            for note in &enums.notes {
                streams.note(note);
            }
            all.push((package, enums));
        }
        Ok(all)
    }

    /// Which migrations a package goes by: the command line before its manifest, that before the
    /// workspace's, and then what is found.
    fn request(
        &self,
        package: &Package,
        overrides: &Overrides,
        streams: &mut Streams<'_>,
    ) -> Result<Result<Request, String>, Failure> {
        let config = self.config(package, overrides);
        let dir = match &config.migrations {
            Some(dir) => dir.clone(),
            None => match self.found(package)? {
                Some((dir, usual)) => {
                    if !usual {
                        let dir = visible(&dir.to_string_lossy());
                        streams.note(&format!("`{}` goes by {dir}, which was found", package.name));
                    }
                    dir
                }
                None => return Ok(Err(format!("no migrations of `{}` are found", package.name))),
            },
        };
        Ok(Ok(request(dir, config)))
    }

    /// The command line before the package's manifest, that before the workspace's.
    fn config(&self, package: &Package, overrides: &Overrides) -> Config {
        overrides.config().or(&package.config).or(&self.workspace.config)
    }

    /// Which migrations enums under other derives may go by. Nobody has said anything about those, so that
    /// all there are may be meant, and none is no mistake.
    fn requests(&self, package: &Package, overrides: &Overrides) -> Vec<Request> {
        let config = self.config(package, overrides);
        if let Some(dir) = &config.migrations {
            return vec![request(dir.clone(), config)];
        }
        let of = |dir: &Path| -> Vec<_> {
            usual_folders(dir).map(|path| request(path, config.clone())).collect()
        };
        let own = of(package.dir());
        if own.is_empty() { of(&self.workspace.root) } else { own }
    }

    /// The one folder that can be meant, and whether it is `migrations` beside the package's manifest.
    fn found(&self, package: &Package) -> Result<Option<(PathBuf, bool)>, Failure> {
        for dir in [package.dir(), &self.workspace.root] {
            let usual = dir.join(USUAL[0]);
            if usual.is_dir() {
                return Ok(Some((usual, dir == package.dir())));
            }
            let found: Vec<_> = usual_folders(dir).collect();
            match &*found {
                [] => {}
                [path] => return Ok(Some((path.clone(), false))),
                [one, two, ..] => {
                    return Err(Failure::new(format!(
                        "`{}` may go by {} or by {}",
                        package.name,
                        one.display(),
                        two.display()
                    ))
                    .with_help(SAY_WHERE));
                }
            }
        }
        Ok(None)
    }
}

fn usual_folders(dir: &Path) -> impl Iterator<Item = PathBuf> {
    USUAL.iter().map(|usual| dir.join(usual)).filter(|path| path.is_dir())
}

/// What the compiler sets for this machine.
fn configuration() -> Option<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "cfg"]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn request(dir: PathBuf, config: Config) -> Request {
    let own = || SEARCH_PATH.map(str::to_owned).to_vec();
    Request {
        dir,
        tool: config.tool,
        search_path: config.search_path.unwrap_or_else(own),
        schemas: config.schemas,
        keep_going: false,
        pending_from: None,
    }
}

/// What to do where no migrations are found.
pub(crate) const SAY_WHERE: &str = "name the folder with --migrations DIR, or with `migrations` in \
                                    `[package.metadata.pg-enum]` of its Cargo.toml";

impl Group {
    /// The migrations, which there must be.
    pub(crate) fn request(&self) -> Result<&Request, Failure> {
        self.request.as_ref().map_err(|none| Failure::new(none.clone()).with_help(SAY_WHERE))
    }
}

/// A path as it is shortest from here.
pub(crate) fn nearby(path: &Path) -> PathBuf {
    let here = env::current_dir().ok();
    match here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)) {
        Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Some(below) => below,
        None => path.to_owned(),
    }
}
