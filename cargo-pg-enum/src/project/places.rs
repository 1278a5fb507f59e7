//! The folders that may have the migrations of a package: its own folders first, then folders around it.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_build::scan::{NamedFolder, Namer, scan};

use super::{Package, Project};
use crate::discovery::{
    Candidate, Found, above, included, named_by_files, named_by_source, other_database, schemas,
    usual, usual_below, with_schema,
};
use crate::enums::Sources;
use crate::paths::nearby;
use crate::text::visible;

/// How near a folder is to a package. An enum is compared with the nearest folder that has its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Nearness {
    /// Named by the package's own source or configuration files.
    Named,
    /// At a usual place in the package.
    Usual,
    /// Named by other members of the workspace, by packages that one of them depends on by path, or by configuration
    /// files above.
    NamedAround,
    /// At a usual place in one of these.
    UsualAround,
    /// Named by a test of any of them.
    Tested,
    /// At a usual place one level below the package, the workspace or the repository.
    Below,
    /// Files of SQL that the source of the package includes, or that of one around it, and that make a schema. They are no
    /// folder of migrations: none can be written.
    Included,
    /// A folder in one of these that has a dump of the schema instead of migrations.
    Dump,
    /// A file with a schema in the package, the workspace or the repository. It is no folder of migrations: where one is
    /// asked for, none is found here.
    Schema,
}

impl Nearness {
    /// Those at which folders are, the nearest first.
    pub(crate) const FOLDERS: [Self; 8] = [
        Self::Named,
        Self::Usual,
        Self::NamedAround,
        Self::UsualAround,
        Self::Tested,
        Self::Below,
        Self::Included,
        Self::Dump,
    ];

    /// Whether there are no migrations, but what they came to.
    pub(crate) fn is_schema(self) -> bool {
        self >= Self::Included
    }

    /// Whether the folder is the package's own.
    pub(crate) fn is_own(self) -> bool {
        self <= Self::Usual
    }
}

/// The folders of a project. They are searched on demand: other packages are read only if a type is not in the
/// package's own folders.
pub(crate) struct Places<'p> {
    project: &'p Project,
    /// The calls in the source of the packages that have been read, by the manifest.
    calls: HashMap<PathBuf, Vec<NamedFolder>>,
    named_around: Option<Vec<Candidate>>,
    tested: Option<Vec<Candidate>>,
    /// The files that were read for it.
    sources: Vec<Sources>,
    notes: Vec<String>,
}

impl<'p> Places<'p> {
    pub(crate) fn new(project: &'p Project) -> Self {
        Self {
            project,
            calls: HashMap::new(),
            named_around: None,
            tested: None,
            sources: Vec::new(),
            notes: project.outside.notes.clone(),
        }
    }

    /// Adds the calls in the source of a package.
    pub(crate) fn add_calls(&mut self, package: &Package, calls: Vec<NamedFolder>) {
        self.calls.insert(package.manifest.clone(), calls);
    }

    /// The folders of that nearness, each once.
    pub(crate) fn at(&mut self, nearness: Nearness, package: &'p Package) -> Vec<Candidate> {
        let candidates = match nearness {
            Nearness::Named => {
                let found = self.named_by(package, false);
                self.take(found)
            }
            Nearness::Usual => usual(package.dir()),
            Nearness::NamedAround => match &self.named_around {
                Some(known) => known.clone(),
                None => {
                    let found = self.look_around();
                    self.named_around.insert(found).clone()
                }
            },
            Nearness::UsualAround => {
                // The workspace's and the repository's own come before those of other packages.
                let mut dirs = self.project.above(package);
                dirs.extend(self.project.around().map(|one| one.dir().to_owned()));
                dirs.iter().flat_map(|dir| usual(dir)).collect()
            }
            Nearness::Tested => match &self.tested {
                Some(known) => known.clone(),
                None => {
                    let found = self.look_into_tests();
                    self.tested.insert(found).clone()
                }
            },
            Nearness::Below => self.around(package, usual_below),
            Nearness::Included => self.included(package),
            Nearness::Dump => self.around(package, with_schema),
            Nearness::Schema => self.around(package, schemas),
        };
        self.of_postgres(distinct(candidates))
    }

    /// What is found in the directory of a package and in those above it.
    fn around(&self, package: &Package, look: fn(&Path) -> Vec<Candidate>) -> Vec<Candidate> {
        let above = self.project.above(package);
        let dirs = [package.dir()].into_iter().chain(above.iter().map(PathBuf::as_path));
        dirs.flat_map(look).collect()
    }

    /// Leaves out the folders of another database.
    fn of_postgres(&mut self, candidates: Vec<Candidate>) -> Vec<Candidate> {
        let mut found = Found::default();
        for candidate in candidates {
            match other_database(&candidate.dir) {
                Some(database) => {
                    let dir = visible(&candidate.dir.to_string_lossy());
                    let database = visible(&database);
                    found.notes.push(format!("{dir} is not read: it is for {database}"));
                }
                None => found.candidates.push(candidate),
            }
        }
        self.take(found)
    }

    /// Notes about the search, each once.
    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The files that were read for it.
    pub(crate) fn into_sources(self) -> Vec<Sources> {
        self.sources
    }

    fn take(&mut self, found: Found) -> Vec<Candidate> {
        for note in found.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        found.candidates
    }

    /// What a package's source and configuration files name; or its tests.
    fn named_by(&mut self, package: &Package, by_tests: bool) -> Found {
        let calls = self.calls.get(&package.manifest).into_iter().flatten();
        let calls = calls.filter(|call| (call.by == Namer::SqlxTest) == by_tests);
        let above = self.project.above(package);
        let mut found = named_by_source(calls, package.dir(), &above);
        if !by_tests {
            if let Some(script) = &package.build_script {
                let scan = scan([script], &self.project.configuration());
                self.sources.push(Sources::of(&scan));
                found.append(named_by_source(&scan.named_folders, package.dir(), &[]));
            }
            found.append(named_by_files(package.dir()));
        }
        found
    }

    /// Reads the source of the packages around that have not been read.
    fn read_calls(&mut self) {
        let project = self.project;
        for package in project.around() {
            if !self.calls.contains_key(&package.manifest) {
                let scan = scan(&package.roots, &project.configuration());
                self.sources.push(Sources::of(&scan));
                self.add_calls(package, scan.named_folders);
            }
        }
    }

    /// The scripts that a package includes, or those that others do.
    fn included(&mut self, package: &'p Package) -> Vec<Candidate> {
        let near = Nearness::FOLDERS.into_iter().filter(|nearness| !nearness.is_schema());
        let folders: Vec<Candidate> = near.flat_map(|near| self.at(near, package)).collect();
        let own = self.scripts(&[package], &folders);
        if !own.is_empty() {
            return own;
        }
        self.read_calls();
        let others = self.project.around().filter(|one| one.manifest != package.manifest);
        self.scripts(&others.collect::<Vec<_>>(), &folders)
    }

    /// The scripts that a package includes, beside its own folders. No other package is read for it.
    pub(crate) fn included_by(&mut self, package: &'p Package) -> Vec<Candidate> {
        let near = Nearness::FOLDERS.into_iter().filter(|nearness| nearness.is_own());
        let folders: Vec<Candidate> = near.flat_map(|near| self.at(near, package)).collect();
        self.scripts(&[package], &folders)
    }

    /// The scripts that these packages include. What is in one of the folders is run by that.
    fn scripts(&mut self, packages: &[&Package], folders: &[Candidate]) -> Vec<Candidate> {
        let dirs: Vec<PathBuf> =
            folders.iter().filter_map(|one| fs::canonicalize(&one.dir).ok()).collect();
        let is_elsewhere = |file: &PathBuf| {
            let file = fs::canonicalize(file);
            !file.is_ok_and(|file| dirs.iter().any(|dir| file.starts_with(dir)))
        };
        let mut candidates = Vec::new();
        for package in packages {
            let calls = self.calls.get(&package.manifest).into_iter().flatten();
            let found = included(calls, package.dir());
            candidates.extend(self.take(found));
        }
        candidates.retain(|candidate| candidate.files.iter().all(is_elsewhere));
        candidates
    }

    fn look_around(&mut self) -> Vec<Candidate> {
        let project = self.project;
        let (mut candidates, mut above) = (Vec::new(), Vec::new());
        self.read_calls();
        for package in project.around() {
            let found = self.named_by(package, false);
            candidates.extend(self.take(found));
            for dir in project.above(package) {
                if !above.contains(&dir) {
                    above.push(dir);
                }
            }
        }
        for dir in above {
            candidates.extend(self.take(named_by_files(&dir)));
        }
        candidates
    }

    fn look_into_tests(&mut self) -> Vec<Candidate> {
        let project = self.project;
        let mut candidates = Vec::new();
        for package in project.members() {
            let scan = scan(&package.other_roots, &project.configuration());
            self.sources.push(Sources::of(&scan));
            let mut found = self.named_by(package, true);
            let above = project.above(package);
            found.append(named_by_source(&scan.named_folders, package.dir(), &above));
            candidates.extend(self.take(found));
        }
        candidates
    }
}

impl Project {
    /// The folders that are found without reading source. If they are unchanged, so is the result of a search, as far as
    /// the source is unchanged.
    pub(crate) fn visible_places(&self) -> Vec<Found> {
        let mut dirs: Vec<PathBuf> = Vec::new();
        for package in self.around() {
            let own = [package.dir().to_owned()].into_iter().chain(self.above(package));
            for dir in own {
                if !dirs.contains(&dir) {
                    dirs.push(dir);
                }
            }
        }
        let look = |dir: &PathBuf| {
            let mut found = named_by_files(dir);
            found.candidates.extend(usual(dir));
            found.candidates.extend(usual_below(dir));
            found.candidates.extend(with_schema(dir));
            found.candidates.extend(schemas(dir));
            found
        };
        dirs.iter().map(look).collect()
    }

    /// The packages of the workspace.
    fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().chain(&self.others)
    }

    /// The same, and the packages outside that they depend on by their path.
    fn around(&self) -> impl Iterator<Item = &Package> {
        self.members().chain(&self.outside.packages)
    }

    fn above(&self, package: &Package) -> Vec<PathBuf> {
        above(package.dir(), &self.workspace.root)
    }
}

/// Each folder once, with what names it first.
fn distinct(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut known = HashSet::new();
    candidates.retain(|candidate| {
        let dir = fs::canonicalize(&candidate.dir).unwrap_or_else(|_| candidate.dir.clone());
        known.insert((dir, candidate.files.clone()))
    });
    for candidate in &mut candidates {
        candidate.dir = nearby(&candidate.dir);
    }
    candidates
}
