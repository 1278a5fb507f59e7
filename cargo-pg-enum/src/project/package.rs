//! A package, as far as cargo tells.

use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, TargetKind};

use super::drivers::Drivers;
use super::features::{Driver, drivers};
use crate::config::Config;
use crate::failure::Failure;
use crate::paths::nearby;

#[derive(Hash)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest: PathBuf,
    pub(crate) drivers: Drivers,
    /// Those that pg-enum may have a feature for.
    pub(crate) dependencies_on_drivers: Vec<Driver>,
    pub(super) config: Config,
    /// The files with which its library and its programs begin.
    pub(super) roots: Vec<PathBuf>,
    /// Its build script, if it has one.
    pub(super) build_script: Option<PathBuf>,
    /// Those of its tests, examples and benches, in which no enum counts.
    pub(super) other_roots: Vec<PathBuf>,
    pub(super) dependencies: Vec<Dependency>,
    /// Of one outside the workspace, or one that was not chosen and is a part of one that was, whether its enums count.
    pub(super) outside: Option<bool>,
}

/// What one package says of another one that it depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Dependency {
    pub(super) name: String,
    /// Its directory, if it is named by its path.
    pub(super) dir: Option<PathBuf>,
    /// Whether it is a part of the program or the library. One of a test or of a build script is not.
    pub(super) is_part: bool,
}

impl Dependency {
    fn of(dependency: &cargo_metadata::Dependency) -> Self {
        Self {
            name: dependency.name.clone(),
            dir: dependency.path.as_ref().map(|path| nearby(path.as_std_path())),
            is_part: dependency.kind == DependencyKind::Normal,
        }
    }
}

impl Package {
    pub(super) fn of(package: &cargo_metadata::Package) -> Result<Self, Failure> {
        let mut this = Self::without_config(package);
        this.config = Config::read(&package.metadata, "package", &this.manifest)?;
        Ok(this)
    }

    /// The same of one that is only looked into: nothing in its configuration counts.
    pub(super) fn without_config(package: &cargo_metadata::Package) -> Self {
        let (mut roots, mut other_roots) = (Vec::new(), Vec::new());
        let mut build_script = None;
        for target in &package.targets {
            if target.kind.contains(&TargetKind::CustomBuild) {
                build_script = Some(nearby(target.src_path.as_std_path()));
                continue;
            }
            // A derive is in what is built for others or to be run; tests and examples go by the same
            // migrations and have enums to play with.
            let is_other = target.kind.iter().any(|kind| {
                matches!(
                    kind,
                    TargetKind::Test
                        | TargetKind::Bench
                        | TargetKind::Example
                        | TargetKind::ProcMacro
                )
            });
            let of = if is_other { &mut other_roots } else { &mut roots };
            of.push(nearby(target.src_path.as_std_path()));
        }
        // A package of examples alone has nothing else.
        if roots.is_empty() {
            let examples = package.targets.iter();
            let examples = examples.filter(|target| target.kind.contains(&TargetKind::Example));
            roots = examples.map(|target| nearby(target.src_path.as_std_path())).collect();
            other_roots.retain(|root| !roots.contains(root));
        }
        Self {
            name: package.name.to_string(),
            manifest: nearby(package.manifest_path.as_std_path()),
            drivers: Drivers::of(package),
            dependencies_on_drivers: drivers(package),
            config: Config::default(),
            roots,
            build_script,
            other_roots,
            dependencies: package.dependencies.iter().map(Dependency::of).collect(),
            outside: None,
        }
    }

    /// Whether it is not of the workspace, or only a part of a package that was chosen.
    pub(crate) fn is_outside(&self) -> bool {
        self.outside.is_some()
    }

    pub(crate) fn dir(&self) -> &Path {
        self.manifest.parent().unwrap_or(Path::new(""))
    }
}
