//! The functions of a file, and which of them is the migration.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pg_enum_migrations::folder::Source;
use proc_macro2::TokenStream;
use syn::{Attribute, Block, Expr, FnArg, ImplItem, Item, Pat, Signature};

use crate::foreign::Imports;
use crate::scan::Cfg;
use crate::scan::Truth;
use crate::scan::attributes::judge;
use crate::scan::read::read;
use crate::scan::tokens::depth_bound;
use crate::scan::walk::{DEEPEST, blanked};

/// Names of functions that go up.
const UP: &[&str] =
    &["up", "migrate", "migration", "run", "apply", "upgrade", "forward", "forwards", "execute"];
/// And of functions that go down, or are about something else.
const OTHERS: &[&str] = &[
    "down",
    "revert",
    "rollback",
    "undo",
    "downgrade",
    "backward",
    "backwards",
    "name",
    "version",
    "description",
    "main",
    "use_transaction",
    "identifier",
    "parents",
    "dependencies",
];

/// The method that lists the parts of a migration (open-msupply, `server/repository/src/migrations/mod.rs`).
pub(super) const FRAGMENTS: &str = "migrate_fragments";

/// A file of Rust.
pub(super) struct File {
    root: PathBuf,
    pub(super) source: Arc<Source>,
    pub(super) items: Vec<Item>,
    pub(super) cfg: Cfg,
    imports: Imports,
}

/// Where a function is.
pub(super) enum Place {
    Here,
    There(File),
}

/// A function with a body.
#[derive(Clone)]
pub(super) struct Function<'f> {
    pub(super) signature: &'f Signature,
    pub(super) block: &'f Block,
}

/// The functions that a migration is run by.
pub(super) enum Entry<'f> {
    Found(Vec<Function<'f>>),
    /// There is none, or more than one.
    Unclear,
}

impl File {
    /// Reads a file below `root`; nothing if it is no Rust.
    pub(super) fn parse(root: &Path, source: Arc<Source>) -> Option<Self> {
        let blank = blanked(&source.text);
        let tokens: TokenStream = blank.as_deref().unwrap_or(&source.text).parse().ok()?;
        if depth_bound(tokens.clone()) > DEEPEST {
            return None;
        }
        let file: syn::File = syn::parse2(tokens).ok()?;
        // What is compiled for PostgreSQL.
        let mut cfg = Cfg::new();
        for name in ["postgres", "postgresql", "pg"] {
            cfg = cfg.set("feature", Some(name));
        }
        let imports = Imports::of(&file);
        Some(Self { root: root.to_owned(), source, items: file.items, cfg, imports })
    }

    /// The file of the module of that name, declared here.
    pub(super) fn module(&self, name: &str) -> Option<Self> {
        let is_declared = self.items.iter().any(
            |item| matches!(item, Item::Mod(module) if module.ident == name && module.content.is_none()),
        );
        let here = &self.source.path;
        let directory = here.parent().unwrap_or(Path::new(""));
        let stem = here.file_stem()?.to_str()?;
        let base = match stem {
            "mod" | "lib" | "main" => directory.to_owned(),
            stem => directory.join(stem),
        };
        let candidates = [base.join(format!("{name}.rs")), base.join(name).join("mod.rs")];
        let path = candidates.into_iter().find(|path| self.root.join(path).is_file())?;
        is_declared.then(|| Self::open(&self.root, path))?
    }

    /// The file that declares this one's module, below the root.
    fn parent(&self) -> Option<Self> {
        let here = &self.source.path;
        let directory = here.parent()?;
        let (above, module) = match here.file_stem()?.to_str()? {
            "lib" | "main" => return None,
            // `a/b/mod.rs` is declared in `a`.
            "mod" => (directory.parent()?, directory.parent()?),
            _ => (directory, directory),
        };
        let named = module.file_name().map(|name| module.with_file_name(name).with_extension("rs"));
        let candidates = ["mod.rs", "lib.rs", "main.rs"].map(|name| above.join(name));
        let mut candidates = candidates.into_iter().chain(named);
        Self::open(&self.root, candidates.find(|path| self.root.join(path).is_file())?)
    }

    /// Where the function is that a path in this file means, as far as it is in a module of the same folder.
    pub(super) fn resolve(&self, path: &[String]) -> Option<Place> {
        let (_, modules) = path.split_last()?;
        match modules {
            [] => {
                let name = &path[0];
                if self.function(name).is_some() {
                    return Some(Place::Here);
                }
                // `use super::helpers::run;`
                let full = self.imports.path_of(name)?;
                let full: Vec<String> = full.split("::").map(str::to_owned).collect();
                if full.len() > 1 { self.resolve(&full) } else { None }
            }
            [first, rest @ ..] => {
                let start = match &**first {
                    "Self" | "self" if rest.is_empty() => return Some(Place::Here),
                    "self" => return self.resolve(path.get(1..)?),
                    "super" => self.parent()?,
                    "crate" => {
                        let mut top = self.parent()?;
                        while let Some(above) = top.parent() {
                            top = above;
                        }
                        top
                    }
                    name => match self.module(name) {
                        Some(module) => module,
                        None => {
                            // A type of this file's: `Helper::run`.
                            let is_here = rest.is_empty() && self.function(path.last()?).is_some();
                            return is_here.then_some(Place::Here);
                        }
                    },
                };
                let mut file = start;
                for name in rest {
                    file = if name == "super" { file.parent()? } else { file.module(name)? };
                }
                Some(Place::There(file))
            }
        }
    }

    fn open(root: &Path, path: PathBuf) -> Option<Self> {
        let text = read(&root.join(&path)).ok()?;
        Self::parse(root, Arc::new(Source { path, text }))
    }

    /// Another file, given as in `include_str!`: from the directory of this one.
    pub(super) fn beside(&self, path: &str) -> Option<Arc<Source>> {
        let path = self.source.path.parent().unwrap_or(Path::new("")).join(path);
        let text = read(&self.root.join(&path)).ok()?;
        let text = text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned);
        Some(Arc::new(Source { path, text }))
    }

    /// Whether something with these attributes is compiled.
    fn presence(&self, attributes: &[Attribute]) -> Truth {
        judge(attributes, &self.cfg).truth
    }

    /// Whether something with these attributes may be compiled.
    pub(super) fn is_compiled(&self, attributes: &[Attribute]) -> bool {
        self.presence(attributes) != Truth::False
    }

    /// The functions that run the migration, in order.
    pub(super) fn entry(&self) -> Entry<'_> {
        let (mut methods_up, mut fragments, mut functions) = (Vec::new(), Vec::new(), Vec::new());
        let mut is_migration = false;
        for item in &self.items {
            match item {
                Item::Impl(item) if item.trait_.is_some() => {
                    let presence = self.presence(&item.attrs);
                    for name in ["up", "migrate"] {
                        methods_up.extend(methods(&item.items, name).map(|one| (presence, one)));
                    }
                    fragments.extend(methods(&item.items, FRAGMENTS).map(|one| (presence, one)));
                    is_migration |= item.trait_.as_ref().is_some_and(|(path, _)| {
                        let last = path.segments.last();
                        last.is_some_and(|last| last.ident.to_string().contains("Migration"))
                    });
                }
                Item::Fn(item) if !OTHERS.iter().any(|name| item.sig.ident == name) => {
                    let function = Function { signature: &item.sig, block: &item.block };
                    functions.push((self.presence(&item.attrs), function));
                }
                _ => {}
            }
        }
        let is_up =
            |(_, one): &(Truth, Function<'_>)| UP.iter().any(|name| one.signature.ident == name);
        let mut found = if methods_up.is_empty() && fragments.is_empty() {
            if functions.iter().any(is_up) {
                functions.retain(is_up);
            }
            functions
        } else {
            methods_up
        };
        certain(&mut found);
        certain(&mut fragments);
        match (&found[..], &fragments[..]) {
            ([] | [_], [] | [_]) if found.len() + fragments.len() > 0 => Entry::Found(
                found.into_iter().chain(fragments).map(|(_, function)| function).collect(),
            ),
            // A method that the trait has a body for, which does nothing.
            ([], []) if is_migration => Entry::Found(Vec::new()),
            _ => Entry::Unclear,
        }
    }

    /// The function of that name, free or a method of something here.
    pub(super) fn function(&self, name: &str) -> Option<Function<'_>> {
        let mut found = Vec::new();
        for item in &self.items {
            match item {
                Item::Fn(item) if item.sig.ident == name => {
                    let function = Function { signature: &item.sig, block: &item.block };
                    found.push((self.presence(&item.attrs), function));
                }
                Item::Impl(item) => {
                    let presence = self.presence(&item.attrs);
                    found.extend(methods(&item.items, name).map(|one| (presence, one)));
                }
                _ => {}
            }
        }
        certain(&mut found);
        let [(_, function)] = &found[..] else { return None };
        Some(function.clone())
    }

    /// The value of a constant.
    pub(super) fn constant(&self, name: &str) -> Option<&Expr> {
        self.items.iter().find_map(|item| match item {
            Item::Const(item) if item.ident == name && self.is_compiled(&item.attrs) => {
                Some(&*item.expr)
            }
            Item::Static(item) if item.ident == name => Some(&*item.expr),
            _ => None,
        })
    }
}

/// Leaves out what is not compiled; and where something is compiled for certain, what is not certain.
fn certain(found: &mut Vec<(Truth, Function<'_>)>) {
    found.retain(|(presence, _)| *presence != Truth::False);
    if found.len() > 1 && found.iter().any(|(presence, _)| *presence == Truth::True) {
        found.retain(|(presence, _)| *presence == Truth::True);
    }
}

fn methods<'f>(items: &'f [ImplItem], name: &str) -> impl Iterator<Item = Function<'f>> {
    items.iter().filter_map(move |item| match item {
        ImplItem::Fn(method) if method.sig.ident == name => {
            Some(Function { signature: &method.sig, block: &method.block })
        }
        _ => None,
    })
}

impl Function<'_> {
    /// The names of its parameters, but for `self`; nothing for one that is a pattern.
    pub(super) fn parameters(&self) -> Vec<Option<String>> {
        let name = |parameter: &FnArg| match parameter {
            FnArg::Receiver(_) => None,
            FnArg::Typed(typed) => Some(match &*typed.pat {
                Pat::Ident(name) => Some(name.ident.to_string()),
                _ => None,
            }),
        };
        self.signature.inputs.iter().filter_map(name).collect()
    }
}
