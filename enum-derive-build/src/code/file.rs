//! Files of Rust and the modules in them, and where a path in one of them leads.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use pg_enum_migrations::folder::Source;
use syn::{Attribute, Expr, ExprLit, Item, Lit, Meta};

use super::packages;
use super::paths::{parent, tidy};
use crate::foreign::Imports;
use crate::scan::Cfg;
use crate::scan::Truth;
use crate::scan::attributes::judge;
use crate::scan::read::parse_file;
use crate::scan::read::read;
use crate::scan::walk::item_attributes;

/// A module: a file of Rust, or a module that stands in one.
#[derive(Clone)]
pub(super) struct File {
    files: Rc<Files>,
    pub(super) source: Arc<Source>,
    parsed: Rc<Parsed>,
    /// The names of the modules around it in the file.
    inside: Vec<String>,
}

/// The files that have been read for one migration, by their path from the folder.
struct Files {
    /// The folder of migrations.
    root: PathBuf,
    cfg: Cfg,
    parsed: RefCell<HashMap<PathBuf, Option<Known>>>,
    /// The first files of packages, by the directory that asks for them and by the name that they have there.
    libraries: RefCell<HashMap<(PathBuf, String), Option<PathBuf>>>,
}

/// The names that have been looked up in modules on the way to one: imports may lead in a circle.
type Seen = HashSet<(PathBuf, Vec<String>, String)>;

/// A file that has been read.
type Known = (Arc<Source>, Rc<Parsed>);

struct Parsed {
    items: Vec<Item>,
    imports: Imports,
}

/// Where an item is.
pub(super) struct Place {
    pub(super) file: File,
    pub(super) name: String,
}

impl File {
    /// Reads a file below `root`; nothing if it is no Rust.
    pub(super) fn parse(root: &Path, source: Arc<Source>) -> Option<Self> {
        let parsed = Rc::new(Parsed::of(&source.text)?);
        // What is compiled for PostgreSQL.
        let mut cfg = Cfg::new();
        for name in ["postgres", "postgresql", "pg"] {
            cfg = cfg.set("feature", Some(name));
        }
        let known = (Arc::clone(&source), Rc::clone(&parsed));
        let known = HashMap::from([(source.path.clone(), Some(known))]);
        let files = Files {
            root: root.to_owned(),
            cfg,
            parsed: RefCell::new(known),
            libraries: RefCell::default(),
        };
        Some(Self { files: Rc::new(files), source, parsed, inside: Vec::new() })
    }

    /// Another file, by its path from the folder.
    fn open(&self, path: PathBuf) -> Option<Self> {
        let path = self.files.inside(path);
        let known = self.files.parsed.borrow().get(&path).cloned();
        let found = match known {
            Some(known) => known,
            None => {
                let read = || {
                    let text = read(&self.files.root.join(&path)).ok()?;
                    let parsed = Rc::new(Parsed::of(&text)?);
                    Some((Arc::new(Source { path: path.clone(), text }), parsed))
                };
                let found = read();
                self.files.parsed.borrow_mut().insert(path, found.clone());
                found
            }
        };
        let (source, parsed) = found?;
        Some(Self { files: Rc::clone(&self.files), source, parsed, inside: Vec::new() })
    }

    /// Its items, without those of modules in it.
    pub(super) fn items(&self) -> &[Item] {
        let mut items = &self.parsed.items[..];
        for name in &self.inside {
            items = inline(items, name).unwrap_or_default();
        }
        items
    }

    /// Whether something with these attributes is compiled.
    pub(super) fn presence(&self, attributes: &[Attribute]) -> Truth {
        judge(attributes, &self.files.cfg).truth
    }

    /// Whether something with these attributes may be compiled.
    pub(super) fn is_compiled(&self, attributes: &[Attribute]) -> bool {
        self.presence(attributes) != Truth::False
    }

    /// Another file, given as in `include_str!`: from the directory of this one.
    pub(super) fn beside(&self, path: &str) -> Option<Arc<Source>> {
        self.text_at(&parent(&self.source.path).join(path))
    }

    /// Another file, from the directory of the package's manifest.
    pub(super) fn of_package(&self, path: &str) -> Option<Arc<Source>> {
        let directory = packages::directory_of(&self.files.root, &parent(&self.source.path))?;
        self.text_at(&directory.join(path))
    }

    fn text_at(&self, path: &Path) -> Option<Arc<Source>> {
        let path = tidy(path);
        let text = read(&self.files.root.join(&path)).ok()?;
        let text = text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned);
        Some(Arc::new(Source { path, text }))
    }

    /// The module of that name, declared here or standing here.
    pub(super) fn module(&self, name: &str) -> Option<Self> {
        if inline(self.items(), name).is_some() {
            let mut module = self.clone();
            module.inside.push(name.to_owned());
            return Some(module);
        }
        let declared = self.items().iter().find_map(|item| match item {
            Item::Mod(module) if module.ident == name => Some(&module.attrs),
            _ => None,
        })?;
        let here = &self.source.path;
        let directory = parent(here);
        let mut base = match here.file_stem()?.to_str()? {
            "mod" | "lib" | "main" => directory.clone(),
            stem => directory.join(stem),
        };
        let candidates = match path_attribute(declared) {
            Some(path) if self.inside.is_empty() => vec![directory.join(path)],
            _ => {
                base.extend(&self.inside);
                vec![base.join(format!("{name}.rs")), base.join(name).join("mod.rs")]
            }
        };
        let candidates = candidates.iter().map(|path| tidy(path));
        let mut there = candidates.filter(|path| self.files.root.join(path).is_file());
        self.open(there.next()?)
    }

    /// The module that this one is in.
    fn parent(&self) -> Option<Self> {
        let mut above = self.clone();
        if above.inside.pop().is_some() {
            return Some(above);
        }
        let here = &self.source.path;
        let directory = parent(here);
        let stem = here.file_stem()?.to_str()?;
        let (above, own) = match stem {
            "lib" | "main" => return None,
            // `a/b/mod.rs` is declared in `a`.
            "mod" => (parent(&directory), self.name_of(&directory)?),
            stem => (directory, stem.to_owned()),
        };
        let named = self.name_of(&above).map(|name| parent(&above).join(format!("{name}.rs")));
        let candidates = ["mod.rs", "lib.rs", "main.rs"].map(|name| above.join(name));
        let candidates = candidates.into_iter().chain(named);
        let there: Vec<Self> = candidates.filter_map(|path| self.open(path)).collect();
        let declares = |file: &&Self| {
            file.items().iter().any(|item| matches!(item, Item::Mod(module) if module.ident == own))
        };
        there.iter().find(declares).or(there.first()).cloned()
    }

    /// The name of a directory, given by its path from the folder.
    fn name_of(&self, directory: &Path) -> Option<String> {
        let name = match directory.file_name() {
            Some(name) => name.to_owned(),
            None => fs::canonicalize(self.files.root.join(directory)).ok()?.file_name()?.to_owned(),
        };
        name.into_string().ok()
    }

    fn top(&self) -> Self {
        let mut top = self.clone();
        while let Some(above) = top.parent() {
            top = above;
        }
        top
    }

    /// Where the item is that a path in this file means, as far as it is in this package or in one that this depends
    /// on by its path.
    pub(super) fn find(&self, path: &[String]) -> Option<Place> {
        self.look_up(path, &mut Seen::new())
    }

    /// A path with what its first name is imported as.
    pub(super) fn imported(&self, path: &[String]) -> Vec<String> {
        let full = path.split_first().and_then(|(first, rest)| {
            let full = self.parsed.imports.path_of(first)?;
            Some(names(full).into_iter().chain(rest.iter().cloned()).collect())
        });
        full.unwrap_or_else(|| path.to_owned())
    }

    /// The module that a path in this file means.
    pub(super) fn module_of(&self, path: &[String]) -> Option<Self> {
        self.module_at(path, &mut Seen::new())
    }

    fn look_up(&self, path: &[String], seen: &mut Seen) -> Option<Place> {
        let (name, modules) = path.split_last()?;
        if !modules.is_empty() {
            let module = self.module_at(modules, seen)?;
            return module.look_up(std::slice::from_ref(name), seen);
        }
        if self.items().iter().any(|item| self.is_named(item, name)) {
            return Some(Place { file: self.clone(), name: name.clone() });
        }
        if !self.is_new(name, seen) {
            return None;
        }
        // `use super::helpers::run;`
        if let Some(full) = self.parsed.imports.path_of(name) {
            let full = names(full);
            return if full.len() > 1 { self.look_up(&full, seen) } else { None };
        }
        self.parsed.imports.globs().find_map(|glob| {
            let module = self.module_at(&names(glob), seen)?;
            // Its imports are seen through the glob as far as they are public; that is not asked here.
            module.look_up(std::slice::from_ref(name), seen)
        })
    }

    /// The module that a path means.
    fn module_at(&self, path: &[String], seen: &mut Seen) -> Option<Self> {
        let (first, rest) = path.split_first()?;
        let mut file = match &**first {
            "self" | "Self" => self.clone(),
            "super" => self.parent()?,
            "crate" => self.top(),
            name => self.child(name, seen).or_else(|| self.package(name))?,
        };
        for name in rest {
            file = match &**name {
                "super" => file.parent()?,
                name => file.child(name, seen)?,
            };
        }
        Some(file)
    }

    /// The module that has this name here: one of its own, or one that is brought in.
    fn child(&self, name: &str, seen: &mut Seen) -> Option<Self> {
        if let Some(module) = self.module(name) {
            return Some(module);
        }
        if !self.is_new(&format!("{name}::"), seen) {
            return None;
        }
        let full = names(self.parsed.imports.path_of(name)?);
        if full.len() > 1 { self.module_at(&full, seen) } else { self.package(&full[0]) }
    }

    /// Whether the imports of this module have not been followed for that name.
    fn is_new(&self, name: &str, seen: &mut Seen) -> bool {
        seen.insert((self.source.path.clone(), self.inside.clone(), name.to_owned()))
    }

    /// The first file of a package that this one's depends on by its path.
    fn package(&self, name: &str) -> Option<Self> {
        let key = (parent(&self.source.path), name.to_owned());
        let known = self.files.libraries.borrow().get(&key).cloned();
        let library = known.unwrap_or_else(|| {
            let found = packages::library(&self.files.root, &key.0, name);
            self.files.libraries.borrow_mut().insert(key, found.clone());
            found
        });
        self.open(library?)
    }

    fn is_named(&self, item: &Item, name: &str) -> bool {
        let ident = match item {
            Item::Fn(item) => &item.sig.ident,
            Item::Enum(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Const(item) => &item.ident,
            Item::Static(item) => &item.ident,
            _ => return false,
        };
        ident == name && self.is_compiled(item_attributes(item))
    }

    /// The value of a constant, and the file that it is in.
    pub(super) fn constant(&self, path: &[String]) -> Option<(Self, Expr)> {
        let Place { file, name } = self.find(path)?;
        let value = file.items().iter().find_map(|item| match item {
            Item::Const(item) if item.ident == name && file.is_compiled(&item.attrs) => {
                Some(&item.expr)
            }
            Item::Static(item) if item.ident == name && file.is_compiled(&item.attrs) => {
                Some(&item.expr)
            }
            _ => None,
        });
        let value = (**value?).clone();
        Some((file, value))
    }
}

impl Files {
    /// A path that leads out of the folder and into it again, without that.
    fn inside(&self, path: PathBuf) -> PathBuf {
        let up = path.components().take_while(|one| *one == Component::ParentDir).count();
        if up == 0 {
            return path;
        }
        let Ok(root) = fs::canonicalize(&self.root) else { return path };
        let mut ancestors = root.ancestors();
        let Some(top) = ancestors.nth(up) else { return path };
        let rest: PathBuf = path.components().skip(up).collect();
        let whole = top.join(rest);
        whole.strip_prefix(&root).map(Path::to_owned).unwrap_or(path)
    }
}

impl Parsed {
    fn of(text: &str) -> Option<Self> {
        let file = parse_file(text)?;
        Some(Self { imports: Imports::everywhere(&file), items: file.items })
    }
}

/// The items of a module that stands among others.
fn inline<'i>(items: &'i [Item], name: &str) -> Option<&'i [Item]> {
    items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => {
            module.content.as_ref().map(|(_, items)| &items[..])
        }
        _ => None,
    })
}

/// `#[path = "…"]`
fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) => Some(path.value()),
            _ => None,
        },
        _ => None,
    })
}

/// The names in a path.
fn names(path: &str) -> Vec<String> {
    path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
