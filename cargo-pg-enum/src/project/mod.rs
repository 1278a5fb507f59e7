//! The packages of a command, their enums, and the migrations folder of each: from cargo, from the configuration in the
//! manifests, and from the search for folders.

mod cargo;
mod drivers;
pub(crate) mod features;
mod groups;
mod outside;
mod package;
mod places;
mod selection;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_build::record_file::FILE_NAME;
use pg_enum_build::scan::Cfg;

use self::cargo::Cargo;
pub(crate) use self::groups::{Group, schemas_beside};
use self::outside::Outside;
pub(crate) use self::package::Package;
pub(crate) use self::places::{Nearness, Places};
pub(crate) use self::selection::{Overrides, Scope, Selection};
use crate::Streams;
use crate::accept::Accepted;
use crate::config::Config;
use crate::enums::{Derived, Enums, ForeignEnums, Sources};
use crate::failure::Failure;
use crate::model::Model;
use crate::paths::nearby;

/// Packages of one workspace.
#[derive(Hash)]
pub(crate) struct Project {
    pub(crate) packages: Vec<Package>,
    /// The other members of the workspace.
    others: Vec<Package>,
    /// What they depend on by its path, outside the workspace.
    outside: Outside,
    /// Where cargo puts what can be made again.
    pub(crate) target: PathBuf,
    workspace: Workspace,
    /// Whether it is cargo's.
    has_manifest: bool,
    /// What the compiler sets for this machine, as it prints it.
    cfg: Option<String>,
    cargo: Cargo,
}

#[derive(Hash)]
struct Workspace {
    root: PathBuf,
    config: Config,
}

/// All that there is to be compared.
pub(crate) struct Everything<'p> {
    pub(crate) groups: Vec<Group>,
    /// Of each package that has some.
    pub(crate) others: Vec<Others<'p>>,
    /// Of each package.
    pub(crate) sources: Vec<Sources>,
    /// Whether the manifests of all packages with enums accept that none is compared.
    pub(crate) allows_nothing_compared: bool,
}

/// The enums of a package that have other codecs than `PgEnum`, and its models.
pub(crate) struct Others<'p> {
    pub(crate) package: &'p Package,
    /// The configuration of its migrations.
    pub(crate) config: Config,
    pub(crate) foreign: ForeignEnums,
    pub(crate) models: Vec<Model>,
    /// The enums that derive `PgEnum`, of a package outside the workspace: those of the others are in groups.
    pub(crate) derived: Vec<Derived>,
}

impl Project {
    /// Whether a package needs migrations: for its enums, or for a record that its models are held against.
    fn goes_by_migrations(&self, package: &Package, enums: &Enums) -> bool {
        !enums.derived.is_empty() || enums.has_models && self.record_file(package).exists()
    }

    /// The files for the records of the packages, whether they are there or not.
    pub(crate) fn record_files(&self) -> impl Iterator<Item = PathBuf> {
        self.packages.iter().map(|package| self.record_file(package))
    }

    fn record_file(&self, package: &Package) -> PathBuf {
        let configured = package.config.or(&self.workspace.config).record;
        let Some(path) = configured else { return package.dir().join(FILE_NAME) };
        // Two packages may name one file, each from its own directory.
        let (dir, name) = (path.parent(), path.file_name());
        match dir.and_then(|dir| fs::canonicalize(dir).ok()).zip(name) {
            Some((dir, name)) => nearby(&dir.join(name)),
            None => path,
        }
    }

    /// The folder that the manifests name for a package.
    pub(crate) fn configured(&self, package: &Package) -> Option<PathBuf> {
        package.config.or(&self.workspace.config).migrations.map(|(dir, _)| dir)
    }

    /// The root of the workspace.
    pub(crate) fn root(&self) -> &Path {
        &self.workspace.root
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
        self.groups_with(false, overrides, streams)
    }

    /// The same, and those of packages that have models and no enums.
    pub(crate) fn groups_with_models(
        &self,
        overrides: &Overrides,
        streams: &mut Streams<'_>,
    ) -> Result<Vec<Group>, Failure> {
        self.groups_with(true, overrides, streams)
    }

    fn groups_with(
        &self,
        models: bool,
        overrides: &Overrides,
        streams: &mut Streams<'_>,
    ) -> Result<Vec<Group>, Failure> {
        let mut places = Places::new(self);
        let mut each = Vec::new();
        for (package, enums) in self.enums_of_each(false, streams)? {
            let is_needed = self.goes_by_migrations(package, &enums) || models && enums.has_models;
            places.add_calls(package, enums.calls);
            if is_needed {
                each.push((package, enums.derived));
            }
        }
        let mut groups = self.grouped(each, overrides, &mut places, streams)?;
        groups.retain(|group| !group.is_external());
        for note in places.notes() {
            streams.note(note);
        }
        Ok(groups)
    }

    /// The same, and the enums with other codecs.
    pub(crate) fn everything<'p>(
        &'p self,
        overrides: &Overrides,
        places: &mut Places<'p>,
        streams: &mut Streams<'_>,
    ) -> Result<Everything<'p>, Failure> {
        let (mut derived, mut others, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        let mut allows_nothing_compared = self.allows_nothing_compared();
        let has_enums = |package: &&Package| package.outside == Some(true);
        let outside = self.others.iter().chain(&self.outside.packages).filter(has_enums);
        for (package, enums) in self.enums_of(self.packages.iter().chain(outside), true, streams)? {
            let is_outside = package.is_outside();
            let goes_by_migrations = !is_outside && self.goes_by_migrations(package, &enums);
            if enums.has_some() {
                let config = self.config(package, overrides);
                allows_nothing_compared &= config.allow_nothing_compared.unwrap_or(false);
            }
            let mut own = enums.derived;
            if goes_by_migrations {
                derived.push((package, std::mem::take(&mut own)));
            }
            sources.push(enums.sources);
            places.add_calls(package, enums.calls);
            if !enums.foreign.is_empty() || !enums.models.is_empty() || !own.is_empty() {
                let config = self.config(package, overrides);
                let (foreign, models) = (enums.foreign, enums.models);
                others.push(Others { package, config, foreign, models, derived: own });
            }
        }
        let groups = self.grouped(derived, overrides, places, streams)?;
        Ok(Everything { groups, others, sources, allows_nothing_compared })
    }

    /// The labels that the manifests accept.
    pub(crate) fn accepted(&self) -> Accepted {
        let mut accepted = Accepted::default();
        for package in &self.packages {
            if let Some(entries) = &package.config.accept {
                accepted.add(&package.manifest, "package", entries, true);
            }
        }
        for package in self.others.iter().chain(&self.outside.packages) {
            if let Some(entries) = &package.config.accept {
                accepted.add(&package.manifest, "package", entries, false);
            }
        }
        if let Some(entries) = &self.workspace.config.accept {
            let manifest = self.workspace.root.join("Cargo.toml");
            accepted.add(&manifest, "workspace", entries, self.others.is_empty());
        }
        accepted
    }

    fn enums_of_each(
        &self,
        with_foreign: bool,
        streams: &mut Streams<'_>,
    ) -> Result<Vec<(&Package, Enums)>, Failure> {
        self.enums_of(self.packages.iter(), with_foreign, streams)
    }

    fn enums_of<'p>(
        &self,
        packages: impl Iterator<Item = &'p Package>,
        with_foreign: bool,
        streams: &mut Streams<'_>,
    ) -> Result<Vec<(&'p Package, Enums)>, Failure> {
        let mut all = Vec::new();
        let cfg = self.configuration();
        for package in packages {
            let mut enums = Enums::of(&package.name, &package.roots, &cfg, with_foreign)?;
            let timeout =
                package.config.or(&self.workspace.config).lock_timeout.unwrap_or_default();
            for derived in &mut enums.derived {
                derived.lock_timeout = timeout.clone();
            }
            for note in &enums.notes {
                streams.note(note);
            }
            all.push((package, enums));
        }
        Ok(all)
    }

    /// What the compiler sets; what it does not say is open.
    fn configuration(&self) -> Cfg {
        self.cfg.as_ref().map_or_else(Cfg::new, |cfg| Cfg::parse(cfg))
    }

    /// The command line before the package's manifest, that before the workspace's.
    fn config(&self, package: &Package, overrides: &Overrides) -> Config {
        overrides.config().or(&package.config).or(&self.workspace.config)
    }
}
