//! The modules of a package, and where its imports lead.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::imports::{Import, Imports};

/// A module's path below the crate; none for its root.
pub(crate) type ModulePath = Vec<String>;

/// The modules of a package that are files.
pub(crate) struct Modules {
    map: BTreeMap<ModulePath, Module>,
}

pub(crate) struct Module {
    /// The file, below the package.
    pub file: PathBuf,
    imports: Imports,
}

/// One module imports another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arrow {
    pub from: ModulePath,
    pub to: ModulePath,
    pub line: usize,
}

/// How often a name may be imported from where it is imported.
const MAX_STEPS: usize = 20;

impl Modules {
    /// The modules of a directory `src`, from `lib.rs` on.
    pub(crate) fn read(src: &Path) -> Result<Self, Failure> {
        let mut modules = Self { map: BTreeMap::new() };
        modules.add(src, &src.join("lib.rs"), Vec::new())?;
        Ok(modules)
    }

    fn add(&mut self, src: &Path, file: &Path, path: ModulePath) -> Result<(), Failure> {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = fs::read_to_string(file).map_err(|error| told(&error))?;
        let imports = Imports::read(&text).map_err(|error| told(&error))?;
        let folder = path.iter().fold(src.to_owned(), |folder, name| folder.join(name));
        for child in &imports.children {
            let named = folder.join(format!("{child}.rs"));
            let file = if named.is_file() { named } else { folder.join(child).join("mod.rs") };
            self.add(src, &file, [&*path, std::slice::from_ref(child)].concat())?;
        }
        let below = file.strip_prefix(src).unwrap_or(file);
        self.map.insert(path, Module { file: Path::new("src").join(below), imports });
        Ok(())
    }

    pub(crate) fn get(&self, path: &[String]) -> Option<&Module> {
        self.map.get(path)
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &ModulePath> {
        self.map.keys()
    }

    /// Which module imports which: each arrow once, at the first line that makes it.
    pub(crate) fn arrows(&self) -> Vec<Arrow> {
        let mut first: HashMap<(&ModulePath, ModulePath), usize> = HashMap::new();
        for (from, module) in &self.map {
            for import in &module.imports.list {
                let Some(to) = self.target(from, import) else { continue };
                if to != *from {
                    let line = first.entry((from, to)).or_insert(import.line);
                    *line = import.line.min(*line);
                }
            }
        }
        let mut arrows: Vec<_> = first
            .into_iter()
            .map(|((from, to), line)| Arrow { from: from.clone(), to, line })
            .collect();
        arrows.sort();
        arrows
    }

    /// The module that an import leads to, if it is one of the package's.
    fn target(&self, from: &[String], import: &Import) -> Option<ModulePath> {
        let path = self.absolute(from, import)?;
        Some(self.definition(&path, MAX_STEPS))
    }

    /// The path of an import from the crate's root on.
    fn absolute(&self, from: &[String], import: &Import) -> Option<ModulePath> {
        let mut base = [from, &import.inside].concat();
        let mut rest = import.path.as_slice();
        match rest.first()?.as_str() {
            "crate" => {
                base.clear();
                rest = &rest[1..];
            }
            "self" => rest = &rest[1..],
            "super" => {}
            first if import.inside.is_empty() && self.is_child(from, first) => {}
            _ => return None,
        }
        while let Some((first, after)) = rest.split_first()
            && first == "super"
        {
            base.pop();
            rest = after;
        }
        base.extend_from_slice(rest);
        Some(base)
    }

    fn is_child(&self, of: &[String], name: &str) -> bool {
        self.map.get(of).is_some_and(|module| module.imports.children.iter().any(|it| it == name))
    }

    /// The module in which what a path means stands, by way of the `use` lines of those on the way.
    fn definition(&self, path: &[String], steps: usize) -> ModulePath {
        let length = (0..=path.len()).rev().find(|length| self.map.contains_key(&path[..*length]));
        let (module, rest) = path.split_at(length.unwrap_or_default());
        if let (Some(name), Some(there), 1..) = (rest.first(), self.map.get(module), steps) {
            let imported = there
                .imports
                .list
                .iter()
                .find(|import| import.inside.is_empty() && import.name.as_ref() == Some(name));
            if let Some(path) = imported.and_then(|import| self.absolute(module, import)) {
                let path = [&*path, &rest[1..]].concat();
                return self.definition(&path, steps - 1);
            }
        }
        module.to_vec()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::Modules;

    /// The modules of a package with these files.
    pub(crate) fn package(files: &[(&str, &str)]) -> Modules {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(PathBuf::from(name));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Modules::read(root.path()).unwrap()
    }

    fn arrows(files: &[(&str, &str)]) -> Vec<String> {
        let show = |path: &[String]| {
            if path.is_empty() { "crate".to_owned() } else { path.join("::") }
        };
        let arrows = package(files).arrows();
        arrows
            .iter()
            .map(|arrow| format!("{}:{} {}", show(&arrow.from), arrow.line, show(&arrow.to)))
            .collect()
    }

    #[test]
    fn an_import_leads_to_the_file_that_has_what_is_imported() {
        assert_eq!(
            arrows(&[
                ("lib.rs", "mod a;\nmod b;\npub use self::a::Deep;"),
                ("a/mod.rs", "mod c;\nmod d;\npub use self::c::Deep;"),
                ("a/c.rs", "pub struct Deep;"),
                ("a/d.rs", "use super::Deep;"),
                (
                    "b.rs",
                    "// nothing\nuse crate::Deep;\nuse std::fmt;\nuse crate::a::Deep as Same;"
                ),
            ]),
            ["crate:3 a::c", "a:3 a::c", "a::d:1 a::c", "b:2 a::c"]
        );
    }

    #[test]
    fn modules_are_found_by_all_their_names() {
        assert_eq!(
            arrows(&[
                ("lib.rs", "mod a;\nmod b;\nmod e { pub(super) use super::b::B; }"),
                ("a/mod.rs", "mod c;\nfn f() { c::g(); self::c::h(); b::i() }"),
                ("a/c.rs", "use super::super::b::B;\nuse super::*;"),
                ("b.rs", ""),
            ]),
            ["crate:3 b", "a:2 a::c", "a::c:2 a", "a::c:1 b"]
        );
    }
}
