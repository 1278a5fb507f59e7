//! What a file imports, as far as it tells one derive from another of the same name.

use syn::ext::IdentExt;
use syn::visit::Visit;
use syn::{Item, ItemUse, UseTree};

/// The names that a file's `use` items bring in.
///
/// Those of its modules are taken together: a name is rarely two things in one file.
#[derive(Debug, Clone, Default)]
pub struct Imports {
    /// A name, and the path it stands for.
    names: Vec<(String, String)>,
    /// The paths before `::*`.
    globs: Vec<String>,
}

impl Imports {
    /// Those of `file`.
    #[must_use]
    pub fn of(file: &syn::File) -> Self {
        let mut this = Self::default();
        this.add_items(&file.items);
        this
    }

    /// Those of `file`, with those in the bodies of its functions.
    pub(crate) fn everywhere(file: &syn::File) -> Self {
        let mut this = Self::default();
        this.visit_file(file);
        this
    }

    fn add_items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Use(item) => self.add(&item.tree, ""),
                Item::Mod(module) => {
                    if let Some((_, items)) = &module.content {
                        self.add_items(items);
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, tree: &UseTree, before: &str) {
        match tree {
            UseTree::Path(path) => {
                self.add(&path.tree, &join(before, &path.ident.unraw().to_string()));
            }
            UseTree::Name(name) => {
                let name = name.ident.unraw().to_string();
                if name == "self" {
                    let last = before.rsplit("::").next().unwrap_or(before);
                    self.names.push((last.to_owned(), before.to_owned()));
                } else {
                    let path = join(before, &name);
                    self.names.push((name, path));
                }
            }
            UseTree::Rename(rename) => {
                let path = join(before, &rename.ident.unraw().to_string());
                self.names.push((rename.rename.unraw().to_string(), path));
            }
            UseTree::Glob(_) => self.globs.push(before.to_owned()),
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.add(tree, before));
            }
        }
    }

    /// The path that a name stands for.
    #[must_use]
    pub fn path_of(&self, name: &str) -> Option<&str> {
        self.names.iter().find(|(known, _)| known == name).map(|(_, path)| &**path)
    }

    /// The paths before `::*`.
    pub(crate) fn globs(&self) -> impl Iterator<Item = &str> {
        self.globs.iter().map(String::as_str)
    }

    /// Whether `path` means one of `names` in one of `homes`. A name on its own that nothing is known of
    /// counts if `is_unique`.
    pub(crate) fn means(
        &self,
        path: &syn::Path,
        names: &[&str],
        homes: &[&str],
        is_unique: bool,
    ) -> bool {
        let written = written(path);
        let (first, rest) = match written.split_once("::") {
            Some((first, rest)) => (first, Some(rest)),
            None => (&*written, None),
        };
        let mut imported = self.names.iter().filter(|(name, _)| name == first).peekable();
        let is_one = |full: &str| {
            // Other crates pass a crate on: `db::sqlx::Type`.
            full.rsplit_once("::").is_some_and(|(home, name)| {
                names.contains(&name)
                    && homes.iter().any(|known| {
                        home.strip_suffix(known)
                            .is_some_and(|before| before.is_empty() || before.ends_with("::"))
                    })
            })
        };
        if imported.peek().is_some() {
            return imported.any(|(_, full)| match rest {
                Some(rest) => is_one(&join(full, rest)),
                None => is_one(full),
            });
        }
        match rest {
            Some(_) => is_one(&written),
            None => {
                names.contains(&&*written)
                    && (is_unique || self.globs.iter().any(|glob| is_one(&join(glob, &written))))
            }
        }
    }

    /// Whether `path`, or what it is imported as, ends in one of `names`.
    pub(super) fn ends_in(&self, path: &syn::Path, names: &[&str]) -> bool {
        let written = written(path);
        let full = self.path_of(&written).unwrap_or(&written);
        names.contains(&full.rsplit("::").next().unwrap_or(full))
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add(&item.tree, "");
    }
}

fn written(path: &syn::Path) -> String {
    let segments: Vec<_> =
        path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
    segments.join("::")
}

fn join(before: &str, name: &str) -> String {
    if before.is_empty() { name.to_owned() } else { format!("{before}::{name}") }
}
