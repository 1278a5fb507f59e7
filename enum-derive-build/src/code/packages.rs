//! Packages that another one depends on by their path, as Cargo has them (the Cargo Book, "Specifying Dependencies").

use std::path::{Path, PathBuf};

use toml_edit::{Document, TableLike};

use super::paths::{parent, tidy};
use crate::scan::read::read;

/// How far above a file its manifest is looked for.
const HIGHEST: usize = 12;

/// The tables of a manifest that name dependencies.
const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The first file of the library that a file in `directory` calls `name`. All paths are from the folder `root`.
pub(super) fn library(root: &Path, directory: &Path, name: &str) -> Option<PathBuf> {
    let mut directories = above(directory);
    let (package, own) =
        directories.find_map(|directory| Some((directory.clone(), manifest(root, &directory)?)))?;
    let dependency = TABLES.iter().find_map(|table| {
        let table = own.get(table)?.as_table_like()?;
        let (_, entry) = table.iter().find(|(key, _)| key.replace('-', "_") == name)?;
        entry.as_table_like()
    });
    let is_of_workspace = |entry: &dyn TableLike| {
        entry.get("workspace").and_then(toml_edit::Item::as_bool) == Some(true)
    };
    let found = match dependency? {
        entry if is_of_workspace(entry) => above(&package).find_map(|directory| {
            let manifest = manifest(root, &directory)?;
            let all = manifest.get("workspace")?.get("dependencies")?.as_table_like()?;
            let (_, entry) = all.iter().find(|(key, _)| key.replace('-', "_") == name)?;
            path_in(entry.as_table_like()?, &directory)
        }),
        entry => path_in(entry, &package),
    }?;
    let named = manifest_of_library(root, &found);
    let library = tidy(&found.join(named.as_deref().unwrap_or("src/lib.rs")));
    root.join(&library).is_file().then_some(library)
}

/// The directory of the package that a directory is in. Both are from the folder `root`.
pub(super) fn directory_of(root: &Path, directory: &Path) -> Option<PathBuf> {
    above(directory).find(|directory| root.join(directory).join("Cargo.toml").is_file())
}

/// A directory and those above it, as far as they are looked into.
fn above(directory: &Path) -> impl Iterator<Item = PathBuf> {
    std::iter::successors(Some(directory.to_owned()), |directory| Some(parent(directory)))
        .take(HIGHEST)
}

fn manifest(root: &Path, directory: &Path) -> Option<Document<String>> {
    let text = read(&root.join(directory).join("Cargo.toml")).ok()?;
    Document::parse(text).ok()
}

fn path_in(entry: &dyn TableLike, directory: &Path) -> Option<PathBuf> {
    let path = entry.get("path")?.as_str()?;
    // What is outside of all that was checked out is nobody's to read.
    (!Path::new(path).is_absolute()).then(|| tidy(&directory.join(path)))
}

/// `path` in `[lib]`.
fn manifest_of_library(root: &Path, package: &Path) -> Option<String> {
    let manifest = manifest(root, package)?;
    Some(manifest.get("lib")?.get("path")?.as_str()?.to_owned())
}
