//! Packages outside the workspace that its packages depend on by their path, themselves or through others.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use toml_edit::{Document, TableLike};

use super::cargo::Cargo;
use super::package::{Dependency, Package};
use crate::config::Config;
use crate::failure::Failure;
use crate::paths::nearby;
use crate::text::{list, visible};

/// The packages, and what there is to say of those that are not read.
#[derive(Default, Hash)]
pub(super) struct Outside {
    pub(super) packages: Vec<Package>,
    pub(super) notes: Vec<String>,
    /// The members of the workspace that are a part of a chosen package and not chosen themselves, by the directory; with the
    /// configuration of what depends on them.
    pub(super) members: Vec<(PathBuf, Config)>,
}

/// The largest number of packages outside the workspace that are read.
const MOST: usize = 100;

/// Names in one note.
const NAMES: usize = 3;

/// A package that may be read, and what it is needed for.
struct Wanted {
    dir: PathBuf,
    /// The configuration of the package that depends on it.
    config: Config,
    has_enums: bool,
}

/// Finds the packages outside. The enums of those count that are a part of a package in `chosen`.
pub(super) fn outside(
    chosen: &[Package],
    others: &[Package],
    root: &Path,
    cargo: &Cargo,
) -> Outside {
    let mut outside = Outside::default();
    let patches = Patches::read(root, &mut outside.notes);
    let mut members: HashMap<PathBuf, &Package> = HashMap::new();
    for member in chosen.iter().chain(others) {
        members.extend(fs::canonicalize(member.dir()).ok().map(|dir| (dir, member)));
    }
    // Whatever belongs to a chosen package comes first: of a package, the first visit says what it is needed for.
    let mut queue: VecDeque<Wanted> = VecDeque::new();
    let mut later: VecDeque<Wanted> = VecDeque::new();
    let add = |package: &Package,
               config: &Config,
               has_enums: bool,
               queue: &mut VecDeque<Wanted>,
               later: &mut VecDeque<Wanted>| {
        for dependency in &package.dependencies {
            let Some(dir) = patches.dir(dependency) else { continue };
            let has_enums = has_enums && dependency.is_part;
            let to = if has_enums { &mut *queue } else { &mut *later };
            to.push_back(Wanted { dir, config: config.clone(), has_enums });
        }
    };
    for (packages, has_enums) in [(chosen, true), (others, false)] {
        for package in packages {
            add(package, &package.config, has_enums, &mut queue, &mut later);
        }
    }
    let mut known: HashSet<PathBuf> = HashSet::new();
    let mut workspaces: Vec<Metadata> = Vec::new();
    let mut left_out: Vec<String> = Vec::new();
    while let Some(wanted) = queue.pop_front().or_else(|| later.pop_front()) {
        let Wanted { dir, config, has_enums } = wanted;
        let shown = || visible(&dir.to_string_lossy());
        let path = match fs::canonicalize(&dir) {
            Ok(path) => path,
            Err(error) => {
                let note = format!("the path dependency {} is not read: {error}", shown());
                if !outside.notes.contains(&note) {
                    outside.notes.push(note);
                }
                continue;
            }
        };
        if !known.insert(path.clone()) {
            continue;
        }
        if let Some(member) = members.get(&path) {
            if has_enums && !chosen.iter().any(|one| std::ptr::eq(one, *member)) {
                outside.members.push((member.dir().to_owned(), of_dependent(&config)));
            }
            // Its own dependencies are a part of what depends on it.
            add(member, &member.config.or(&config), has_enums, &mut queue, &mut later);
            continue;
        }
        if outside.packages.len() == MOST {
            left_out.push(shown());
            continue;
        }
        let manifest = dir.join("Cargo.toml");
        let is_it = |package: &&cargo_metadata::Package| {
            let own = package.manifest_path.parent();
            own.is_some_and(|own| fs::canonicalize(own).is_ok_and(|own| own == path))
        };
        if !workspaces.iter().any(|metadata| metadata.packages.iter().any(|one| is_it(&one))) {
            match cargo.ask(Some(&manifest)) {
                Ok(metadata) => workspaces.push(metadata),
                Err(error) => {
                    let why = what_cargo_says(&error);
                    outside
                        .notes
                        .push(format!("the path dependency {} is not read: {why}", shown()));
                    continue;
                }
            }
        }
        let found = workspaces
            .iter()
            .find_map(|metadata| Some((metadata, metadata.packages.iter().find(&is_it)?)));
        let Some((metadata, found)) = found else { continue };
        let mut package = Package::without_config(found);
        package.outside = Some(has_enums);
        if has_enums {
            let own = own_config(found, metadata).unwrap_or_else(|mistake| {
                // It is of another project, whose own commands refuse it.
                let note = format!(
                    "{mistake}; the path dependency {} goes by what is configured of the package that depends on it",
                    shown()
                );
                outside.notes.push(note);
                None
            });
            package.config = own.unwrap_or_else(|| of_dependent(&config));
        }
        let config = package.config.clone();
        add(&package, &config, has_enums, &mut queue, &mut later);
        outside.packages.push(package);
    }
    if !left_out.is_empty() {
        let names = list(left_out, NAMES);
        outside
            .notes
            .push(format!("only {MOST} packages outside the workspace are read, and not {names}"));
    }
    outside
}

/// The last error in what cargo says.
fn what_cargo_says(error: &cargo_metadata::Error) -> String {
    let text = error.to_string();
    let line = text.lines().map(str::trim).find(|line| line.contains("error: "));
    let error = line.and_then(|line| line.rsplit_once("error: "));
    visible(error.map_or("cargo cannot read its manifest", |(_, error)| error))
}

/// What the package itself, or its own workspace, configures, if that names migrations.
fn own_config(
    package: &cargo_metadata::Package,
    metadata: &Metadata,
) -> Result<Option<Config>, Failure> {
    let manifest = nearby(package.manifest_path.as_std_path());
    let own = Config::read(&package.metadata, "package", &manifest)?;
    let workspace = nearby(metadata.workspace_root.as_std_path()).join("Cargo.toml");
    let config = own.or(&Config::read(&metadata.workspace_metadata, "workspace", &workspace)?);
    Ok(config.migrations.is_some().then_some(config))
}

/// What is configured of the package that depends on it, as far as that is about the migrations.
fn of_dependent(config: &Config) -> Config {
    Config { record: None, accept: None, ..config.clone() }
}

/// `[patch]` of the workspace's manifest and of cargo's configuration there, as far as it names paths (the Cargo Book,
/// "Overriding Dependencies").
#[derive(Default)]
struct Patches {
    /// The name of the package, and the directory.
    dirs: HashMap<String, PathBuf>,
}

impl Patches {
    fn read(root: &Path, notes: &mut Vec<String>) -> Self {
        let mut patches = Self::default();
        for file in ["Cargo.toml", ".cargo/config.toml", ".cargo/config"] {
            let path = root.join(file);
            let Ok(text) = fs::read_to_string(&path) else { continue };
            if !text.contains("patch") {
                continue;
            }
            let Ok(document) = Document::parse(text) else {
                let path = visible(&path.to_string_lossy());
                notes.push(format!("`[patch]` in {path} is not read: the file is not TOML"));
                continue;
            };
            let sources = document.get("patch").and_then(|patch| patch.as_table_like());
            for (_, source) in sources.into_iter().flat_map(TableLike::iter) {
                for (key, entry) in source.as_table_like().into_iter().flat_map(TableLike::iter) {
                    let Some(entry) = entry.as_table_like() else { continue };
                    let text = |key: &str| entry.get(key).and_then(toml_edit::Item::as_str);
                    if let Some(dir) = text("path") {
                        let name = text("package").unwrap_or(key).to_owned();
                        patches.dirs.entry(name).or_insert_with(|| root.join(dir));
                    }
                }
            }
        }
        patches
    }

    /// The directory of a dependency, if it has one.
    fn dir(&self, dependency: &Dependency) -> Option<PathBuf> {
        let patch = || self.dirs.get(&dependency.name).map(|dir| nearby(dir));
        dependency.dir.clone().or_else(patch)
    }
}
