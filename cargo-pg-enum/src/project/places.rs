//! The folders of migrations that a package may go by: its own, and then those of what is around it.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use pg_enum_build::scan::{NamedFolder, scan};

use super::{Package, Project, nearby};
use crate::discovery::{
    Candidate, Found, above, named_by_files, named_by_source, usual, usual_below,
};
use crate::enums::Sources;

/// How near a folder is to a package. The nearest one that has an enum's type is the one that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Nearness {
    /// Named by the package's own source or configuration files.
    Named,
    /// At a usual place in the package.
    Usual,
    /// Named by its tests, by other members of the workspace, by packages that one of them depends on by path, or by
    /// configuration files above.
    NamedAround,
    /// At a usual place in one of these.
    UsualAround,
    /// At a usual place one level below the package, the workspace or the repository.
    Below,
}

impl Nearness {
    pub(crate) const ALL: [Self; 5] =
        [Self::Named, Self::Usual, Self::NamedAround, Self::UsualAround, Self::Below];

    /// Whether the folder is the package's own.
    pub(crate) fn is_own(self) -> bool {
        self <= Self::Usual
    }
}

/// The places of a project, looked at when they are asked for.
pub(crate) struct Places<'p> {
    project: &'p Project,
    around: Option<Around>,
    /// The files that were read for it.
    sources: Vec<Sources>,
    notes: Vec<String>,
}

/// What is around the packages of a project; the same for all of them.
struct Around {
    named: Vec<Candidate>,
    usual: Vec<Candidate>,
}

/// So many packages outside the workspace are looked into at most.
const MOST: usize = 100;

impl<'p> Places<'p> {
    pub(crate) fn new(project: &'p Project) -> Self {
        Self { project, around: None, sources: Vec::new(), notes: Vec::new() }
    }

    /// The folders of that nearness, the calls in the package's source being those.
    pub(crate) fn at(
        &mut self,
        nearness: Nearness,
        package: &Package,
        calls: &[NamedFolder],
    ) -> Vec<Candidate> {
        let candidates = match nearness {
            Nearness::Named => {
                let above = above(package.dir(), &self.project.workspace.root);
                let mut found = named_by_source(calls, package.dir(), &above);
                found.append(named_by_files(package.dir()));
                self.take(found)
            }
            Nearness::Usual => usual(package.dir()),
            Nearness::NamedAround => self.around().named.clone(),
            Nearness::UsualAround => self.around().usual.clone(),
            Nearness::Below => {
                let mut below = usual_below(package.dir());
                for dir in self.project.above(package) {
                    below.extend(usual_below(&dir));
                }
                below
            }
        };
        distinct(candidates)
    }

    /// What there is to say about the search, each once.
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

    fn around(&mut self) -> &Around {
        if self.around.is_none() {
            let around = self.look_around();
            self.around = Some(around);
        }
        self.around.get_or_insert_with(|| Around { named: Vec::new(), usual: Vec::new() })
    }

    fn look_around(&mut self) -> Around {
        let project = self.project;
        let outside = project.outside();
        let (mut named, mut usual_places) = (Vec::new(), Vec::new());
        let mut above_all: Vec<PathBuf> = Vec::new();
        for package in project.packages.iter().chain(&project.others).chain(&outside) {
            let is_selected = project.packages.iter().any(|one| one.manifest == package.manifest);
            // The enums' own files have been read.
            let own: &[PathBuf] = if is_selected { &[] } else { &package.roots };
            let roots = own.iter().chain(&package.other_roots);
            let scan = scan(roots, &project.configuration());
            let dirs = project.above(package);
            let mut found = named_by_source(&scan.named_folders, package.dir(), &dirs);
            self.sources.push(Sources::of(&scan));
            found.append(named_by_files(package.dir()));
            named.extend(self.take(found));
            usual_places.extend(usual(package.dir()));
            above_all.extend(
                dirs.into_iter().filter(|dir| !above_all.contains(dir)).collect::<Vec<_>>(),
            );
        }
        for dir in above_all {
            let found = named_by_files(&dir);
            named.extend(self.take(found));
            usual_places.extend(usual(&dir));
        }
        Around { named, usual: usual_places }
    }
}

impl Project {
    /// All that there is to be found without reading any source: by this it shows whether another look would find
    /// the same.
    pub(crate) fn visible_places(&self) -> Vec<Found> {
        let mut dirs: Vec<PathBuf> = Vec::new();
        for package in self.packages.iter().chain(&self.others) {
            let all = [package.dir().to_owned()].into_iter().chain(self.above(package));
            dirs.extend(all.filter(|dir| !dirs.contains(dir)).collect::<Vec<_>>());
        }
        let look = |dir: &PathBuf| {
            let mut found = named_by_files(dir);
            found.candidates.extend(usual(dir));
            found.candidates.extend(usual_below(dir));
            found
        };
        dirs.iter().map(look).collect()
    }

    fn above(&self, package: &Package) -> Vec<PathBuf> {
        above(package.dir(), &self.workspace.root)
    }

    /// The packages outside the workspace that those inside depend on by their path, and so on.
    fn outside(&self) -> Vec<Package> {
        let inside = self.packages.iter().chain(&self.others);
        let mut known: HashSet<PathBuf> =
            inside.clone().filter_map(|package| fs::canonicalize(package.dir()).ok()).collect();
        let mut dirs: Vec<PathBuf> =
            inside.flat_map(|package| package.dependencies.clone()).collect();
        let mut outside = Vec::new();
        while let Some(dir) = dirs.pop() {
            let Ok(path) = fs::canonicalize(&dir) else { continue };
            if outside.len() == MOST || !known.insert(path.clone()) {
                continue;
            }
            let manifest = dir.join("Cargo.toml");
            let Ok(metadata) = self.cargo.ask(Some(&manifest)) else { continue };
            let is_it = |package: &&cargo_metadata::Package| {
                package.manifest_path.parent().is_some_and(|own| own.as_std_path() == path)
            };
            let Some(package) = metadata.packages.iter().find(is_it) else { continue };
            let package = Package::without_config(package);
            dirs.extend(package.dependencies.iter().cloned());
            outside.push(package);
        }
        outside
    }
}

/// Each folder once, with what names it first.
fn distinct(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut known = HashSet::new();
    let is_new = |candidate: &Candidate| {
        known.insert(fs::canonicalize(&candidate.dir).unwrap_or_else(|_| candidate.dir.clone()))
    };
    let mut distinct = candidates;
    distinct.retain(is_new);
    for candidate in &mut distinct {
        candidate.dir = nearby(&candidate.dir);
    }
    distinct
}
