//! Enums under other derives, rewritten to derive `PgEnum`.
//!
//! What an enum is comes from [`pg_enum_build::foreign`], and which type it stands for from the migrations, as for `check`
//! ([`target`]). The changes of a file are byte ranges ([`edits`]), and each is tried: what the derive reads from the
//! changed enum must be what the codec had, or else the enum is left alone.

mod attributes;
mod derives;
mod diff;
mod edits;
mod file;
mod impls;
mod imports;
mod item;
mod lookup;
#[cfg(test)]
mod random;
mod reorder;
mod target;
mod untouched;
mod vcs;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_migrations::__syntax::with_deep_stack;

use self::lookup::Lookup;
use self::target::{Candidate, Target};
use self::untouched::Untouched;
use crate::Streams;
use crate::enums::Foreign;
use crate::failure::Failure;
use crate::manifest::{Addition, Feature, Manifest};
use crate::not_compared::NotCompared;
use crate::problem::Place;
use crate::project::features::Lock;
use crate::project::{Everything, Others, Overrides, Places, Project};
use crate::text::visible;

pub(crate) use self::vcs::Policy;

/// Which enums are meant; all if nothing is given.
pub(crate) struct Choice {
    /// Files, and directories with files.
    pub(crate) paths: Vec<PathBuf>,
    /// Names, with or without modules.
    pub(crate) names: Vec<String>,
    /// Whether variants may be put in the order of the type.
    pub(crate) reorders: bool,
}

/// All that is to change, and what is left alone.
#[derive(Default)]
pub(crate) struct Adoption {
    pub(crate) changes: Vec<Change>,
    pub(crate) adopted: Vec<Adopted>,
    pub(crate) left: Vec<Left>,
}

/// A file to write.
pub(crate) struct Change {
    pub(crate) path: PathBuf,
    before: String,
    after: String,
}

/// An enum that is changed.
pub(crate) struct Adopted {
    /// Whether no migration makes its type.
    pub(crate) is_external: bool,
    /// Whether its variants are in another order afterwards.
    pub(crate) is_reordered: bool,
    /// `file:line: path`
    pub(crate) name: String,
}

/// An enum that is left alone.
pub(crate) struct Left {
    /// `file:line: path`
    pub(crate) name: String,
    pub(crate) why: String,
}

/// The enums of one file.
#[derive(Default)]
struct File<'a> {
    targets: Vec<(Target, String, Vec<Feature<'a>>)>,
}

/// Computes the changes. Nothing is written.
pub(crate) fn plan(
    project: &Project,
    overrides: &Overrides,
    choice: &Choice,
    streams: &mut Streams<'_>,
) -> Result<Adoption, Failure> {
    let mut places = Places::new(project);
    let Everything { groups, others, sources, allows_nothing_compared } =
        project.everything(overrides, &mut places, streams)?;
    let derived: Vec<_> = groups.iter().flat_map(|group| &group.enums).collect();
    let chosen = Chosen::of(choice)?;
    let lock = Lock::read(project.root());
    let mut untouched = Untouched::new(project);
    let mut lookup = Lookup::new(
        project,
        places,
        &sources,
        &groups,
        allows_nothing_compared,
        choice.reorders,
        streams,
    );
    let mut adoption = Adoption::default();
    let mut manifests = Manifests::default();
    let mut is_found = vec![false; choice.names.len()];
    for derived in &derived {
        // One that has no other codec any more has been adopted.
        chosen.has(Path::new(""), &derived.path, &mut is_found);
    }
    // What is outside the workspace is another repository's to change.
    for package in others.iter().filter(|others| !others.package.is_outside()) {
        let manifest = manifests.get(&package.package.manifest)?;
        let krate = manifest
            .key_of("pg-enum")
            .map_or_else(|| "pg_enum".to_owned(), |key| key.replace('-', "_"));
        let mut files: BTreeMap<PathBuf, File<'_>> = BTreeMap::new();
        for not_compared in &package.foreign.not_compared {
            if chosen.has(&not_compared.at.path(), &not_compared.path, &mut is_found) {
                adoption.left.push(Left::of_not_compared(not_compared));
            }
        }
        for candidate in candidates(package) {
            if !chosen.has(candidate.file(), candidate.path(), &mut is_found) {
                continue;
            }
            let name = candidate.name();
            let target = match untouched.why(candidate.file()) {
                Some(why) => Err(why),
                None => lookup.target(&candidate, package, &others, &derived, &lock, &krate),
            };
            let target = target.and_then(|found| match &found.0.impls_in {
                Some(file) => untouched.impls(file, &found.0).map(|()| found),
                None => Ok(found),
            });
            match target {
                Ok((target, features)) => {
                    let file = files.entry(candidate.file().to_owned()).or_default();
                    file.targets.push((target, name, features));
                }
                Err(why) => adoption.left.push(Left { name, why }),
            }
        }
        let mut features = Vec::new();
        let mut with_impls: BTreeMap<PathBuf, Vec<Target>> = BTreeMap::new();
        for (path, file) in files {
            features.extend(adoption.add_file(&path, file, &mut with_impls)?);
        }
        for (path, targets) in with_impls {
            adoption.remove_impls(path, &targets)?;
        }
        if !features.is_empty() {
            manifests.require(project, &package.package.manifest, &features)?;
        }
    }
    if let Some(index) = is_found.iter().position(|found| !found) {
        return Err(Chosen::unknown(&choice.names[index], &others));
    }
    adoption.changes.extend(manifests.changes());
    adoption.changes.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(adoption)
}

/// The enums of a package, each once with all of its codecs.
fn candidates<'a>(package: &'a Others<'_>) -> Vec<Candidate<'a>> {
    let mut candidates: Vec<Candidate<'a>> = Vec::new();
    let (enums, beside) = (&package.foreign.enums, &package.foreign.beside);
    let all = enums.iter().map(|one| (one, false)).chain(beside.iter().map(|one| (one, true)));
    for (foreign, is_derived) in all {
        let same = candidates.iter_mut().find(|candidate| candidate.is(foreign));
        match same {
            Some(candidate) => candidate.foreign.push(foreign),
            None => candidates.push(Candidate { foreign: vec![foreign], is_derived }),
        }
    }
    candidates
}

impl Adoption {
    /// Changes a file. Returns the features that its enums need, and adds the enums with impls in another file under
    /// that file.
    fn add_file<'a>(
        &mut self,
        path: &Path,
        file: File<'a>,
        with_impls: &mut BTreeMap<PathBuf, Vec<Target>>,
    ) -> Result<Vec<Feature<'a>>, Failure> {
        let before = read(path)?;
        let targets: Vec<Target> = file.targets.iter().map(|(target, ..)| target.clone()).collect();
        // A tree that is deep enough ends the stack.
        let rewritten = with_deep_stack(|| file::rewrite(&before, &targets));
        let (after, refusals) = match rewritten {
            Ok(rewritten) => (rewritten.text, rewritten.refusals),
            Err(why) => (before.clone(), vec![Some(why); targets.len()]),
        };
        let mut features = Vec::new();
        for ((target, name, needed), refusal) in file.targets.into_iter().zip(refusals) {
            match refusal {
                Some(why) => self.left.push(Left { name, why }),
                None => {
                    let Target { is_external, ref order, .. } = target;
                    self.adopted.push(Adopted { is_external, is_reordered: order.is_some(), name });
                    features.extend(needed);
                    if let Some(file) = &target.impls_in {
                        with_impls.entry(file.clone()).or_default().push(target);
                    }
                }
            }
        }
        if after != before {
            self.changes.push(Change { path: path.to_owned(), before, after });
        }
        Ok(features)
    }

    /// Removes the impls of adopted enums from a file, which may have changed already.
    fn remove_impls(&mut self, path: PathBuf, targets: &[Target]) -> Result<(), Failure> {
        let known = self.changes.iter().position(|change| change.path == path);
        let before = match known {
            Some(index) => self.changes[index].after.clone(),
            None => read(&path)?,
        };
        let after = with_deep_stack(|| file::without_impls(&before, targets)).map_err(|why| {
            Failure::new(format!("cannot change {}: {why}", visible(&path.to_string_lossy())))
        })?;
        match known {
            Some(index) => self.changes[index].after = after,
            None => self.changes.push(Change { path, before, after }),
        }
        Ok(())
    }
}

/// The text of a file.
fn read(path: &Path) -> Result<String, Failure> {
    let shown = || visible(&path.to_string_lossy());
    fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", shown())))
}

impl Left {
    fn of_not_compared(not_compared: &NotCompared) -> Self {
        let name = located(&not_compared.at, &not_compared.path);
        Self { name, why: not_compared.reason.to_string() }
    }
}

/// `file:line: path`
fn located(at: &Place, path: &str) -> String {
    format!("{}:{}: {}", visible(&at.path().to_string_lossy()), at.at.line(), visible(path))
}

impl Change {
    /// What changes, as a unified diff.
    pub(crate) fn diff(&self) -> String {
        diff::unified(&self.path, &self.before, &self.after)
    }
}

/// The manifests that are read, each once.
#[derive(Default)]
struct Manifests(Vec<Manifest>);

impl Manifests {
    fn index(&mut self, path: &Path) -> Result<usize, Failure> {
        let same = |manifest: &Manifest| manifest.path == path;
        if let Some(index) = self.0.iter().position(same) {
            return Ok(index);
        }
        let manifest = Manifest::read(path)?
            .ok_or_else(|| Failure::new(format!("{} is gone", visible(&path.to_string_lossy()))))?;
        self.0.push(manifest);
        Ok(self.0.len() - 1)
    }

    fn get(&mut self, path: &Path) -> Result<&mut Manifest, Failure> {
        let index = self.index(path)?;
        Ok(&mut self.0[index])
    }

    /// Adds pg-enum with these features to a package's manifest.
    fn require(
        &mut self,
        project: &Project,
        path: &Path,
        features: &[Feature<'_>],
    ) -> Result<(), Failure> {
        let mut distinct: Vec<Feature<'_>> = Vec::new();
        for feature in features {
            if !distinct.contains(feature) {
                distinct.push(*feature);
            }
        }
        let addition = Addition { name: "pg-enum", features: distinct };
        let root = project.root().join("Cargo.toml");
        let is_root = fs::canonicalize(&root).ok() == fs::canonicalize(path).ok();
        let own = self.index(path)?;
        if is_root {
            self.0[own].require(None, &addition)?;
            return Ok(());
        }
        // The two are in one list.
        let workspace = self.index(&root)?;
        let (low, high) = (own.min(workspace), own.max(workspace));
        let (before, after) = self.0.split_at_mut(high);
        let (low, high) = (&mut before[low], &mut after[0]);
        let (own, workspace) = if own < workspace { (low, high) } else { (high, low) };
        own.require(Some(workspace), &addition)?;
        Ok(())
    }

    /// Those that have changed.
    fn changes(self) -> impl Iterator<Item = Change> {
        self.0.into_iter().filter_map(|manifest| {
            let after = manifest.text();
            let Manifest { path, before, .. } = manifest;
            (after != before).then_some(Change { path, before, after })
        })
    }
}

/// The enums that are meant.
struct Chosen<'c> {
    paths: Vec<PathBuf>,
    names: &'c [String],
}

impl<'c> Chosen<'c> {
    fn of(choice: &'c Choice) -> Result<Self, Failure> {
        let real = |path: &PathBuf| {
            fs::canonicalize(path).map_err(|error| {
                Failure::new(format!("cannot find {}: {error}", visible(&path.to_string_lossy())))
            })
        };
        let paths = choice.paths.iter().map(real).collect::<Result<_, _>>()?;
        Ok(Self { paths, names: &choice.names })
    }

    /// Whether an enum is meant. Notes which of the names it has.
    fn has(&self, file: &Path, path: &str, is_found: &mut [bool]) -> bool {
        let mut is_named = self.names.is_empty();
        for (name, found) in self.names.iter().zip(is_found) {
            let is_it = path
                .strip_suffix(&**name)
                .is_some_and(|before| before.is_empty() || before.ends_with("::"));
            *found |= is_it;
            is_named |= is_it;
        }
        let real = || fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        is_named
            && (self.paths.is_empty() || self.paths.iter().any(|path| real().starts_with(path)))
    }

    /// The error for a name that no enum has.
    fn unknown(name: &str, others: &[Others<'_>]) -> Failure {
        let known = others.iter().flat_map(|package| {
            let enums = package.foreign.enums.iter().chain(&package.foreign.beside);
            enums.map(|foreign: &Foreign| &*foreign.path)
        });
        let known: Vec<&str> = known.collect();
        let last = |path: &str| path.rsplit("::").next().unwrap_or_default().to_owned();
        let idents: Vec<String> = known.iter().map(|path| last(path)).collect();
        let nearest = crate::text::nearest(&last(name), idents.iter().map(String::as_str));
        let failure =
            Failure::new(format!("no enum with another codec is called `{}`", visible(name)));
        match nearest {
            Some(nearest) => {
                failure.with_help(format!("the nearest name is `{}`", visible(nearest)))
            }
            None => failure.with_help("run `cargo pg-enum list` to see the enums"),
        }
    }
}
