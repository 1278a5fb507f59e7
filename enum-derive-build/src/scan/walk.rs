//! The way through a crate's files. It runs in a thread of its own, with a stack for deep trees; what
//! comes out has no spans, which are of no use in another thread.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ImplItem, Item, ItemEnum, ItemMod, Macro, Stmt, TraitItem, Visibility};

use super::attributes::{self, Judgement};
use super::cfg::{Cfg, Truth};
use super::directory::{Directory, NoFile};
use super::fingerprint::Fingerprint;
use super::imports::Imports;
use super::named::{Named, NamedFolder};
use super::read::{DEEPEST, blanked, read};
use super::tokens::{self, Hidden};
use super::{DERIVE, MODEL, Note, NoteKind, is_one};

/// Modules in modules in files of their own.
const DEEPEST_MODULE: usize = 200;

/// An enum, as a stretch of a file.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) file: Arc<Path>,
    pub(super) text: String,
    /// Where the text begins: the line from 1, and the characters before it on that line.
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) module: Vec<String>,
    /// The predicates that are not determined.
    pub(super) open: Vec<String>,
    pub(super) imports: Arc<Imports>,
}

/// What there is in the files of a crate.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) found: Vec<Found>,
    pub(super) notes: Vec<Note>,
    pub(super) files: Vec<PathBuf>,
    /// The module that each file is, and the predicates that are not determined.
    pub(super) modules: Vec<(Vec<String>, Vec<String>)>,
    pub(super) named_folders: Vec<NamedFolder>,
    pub(super) has_models: bool,
    pub(super) fingerprint: Fingerprint,
}

/// Walks from the roots to all that is compiled in.
pub(super) fn walk(roots: &[PathBuf], cfg: &Cfg) -> Walked {
    let mut walker = Walker::new(cfg);
    for (index, root) in roots.iter().enumerate() {
        walker.root = index;
        let at = Place { file: root, line: 1 };
        walker.file(root, Directory::of_root(root), Vec::new(), Vec::new(), at);
    }
    Walked { named_folders: walker.named.folders(), ..walker.walked }
}

struct Walker<'a> {
    cfg: &'a Cfg,
    walked: Walked,
    named: Named,
    /// Which of the roots.
    root: usize,
    /// The files that lead to this one.
    stack: Vec<PathBuf>,
    /// Files that have been walked, each with where its modules are and whether it is certain.
    seen: HashSet<(PathBuf, Directory, bool)>,
    /// The root and the module that a file was first met in.
    first: HashMap<PathBuf, (usize, Vec<String>)>,
    /// Enums that have been found, with where they are in `found`.
    enums: HashMap<(PathBuf, usize), usize>,
}

/// Where something is declared.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a Path,
    line: usize,
}

impl<'a> Walker<'a> {
    fn new(cfg: &'a Cfg) -> Self {
        Self {
            cfg,
            walked: Walked::default(),
            named: Named::default(),
            root: 0,
            stack: Vec::new(),
            seen: HashSet::new(),
            first: HashMap::new(),
            enums: HashMap::new(),
        }
    }

    fn note(&mut self, kind: NoteKind, at: Place<'_>, message: impl Into<String>) {
        let note = Note { kind, file: at.file.to_owned(), line: at.line, message: message.into() };
        // A file that is walked twice has its notes twice.
        if !self.walked.notes.contains(&note) {
            self.walked.notes.push(note);
        }
    }

    /// Walks a file, which `at` leads to.
    fn file(
        &mut self,
        path: &Path,
        directory: Directory,
        module: Vec<String>,
        open: Vec<String>,
        at: Place<'_>,
    ) {
        let text = match read(path) {
            Ok(text) => text,
            Err(error) => {
                let missing = error.kind() == io::ErrorKind::NotFound;
                let kind = if missing { NoteKind::NotFound } else { NoteKind::Unreadable };
                self.note(kind, at, format!("cannot read {}: {error}", path.display()));
                return;
            }
        };
        let identity = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if self.stack.contains(&identity) || self.stack.len() >= DEEPEST_MODULE {
            let message = format!("the module in {} leads to itself", path.display());
            self.note(NoteKind::Circular, at, message);
            return;
        }
        let (root, first) =
            self.first.entry(identity.clone()).or_insert_with(|| (self.root, module.clone()));
        if *root == self.root && *first != module {
            let names = [&*first, &module].map(|module| module_name(module));
            let message = format!(
                "{} is compiled twice, as the module {} and as {}; its enums are listed once",
                path.display(),
                names[0],
                names[1]
            );
            self.note(NoteKind::IncludedTwice, at, message);
        }
        if !self.seen.insert((identity.clone(), directory.clone(), open.is_empty())) {
            return;
        }
        match self.walked.files.iter().position(|file| file == path) {
            None => {
                self.walked.files.push(path.to_owned());
                self.walked.modules.push((module.clone(), open.clone()));
                self.walked.fingerprint.add(path, &text);
            }
            // Met again, by another way; if that one is certain, so is the module.
            Some(index) if open.is_empty() => {
                if let Some((_, known)) = self.walked.modules.get_mut(index) {
                    known.clear();
                }
            }
            Some(_) => {}
        }
        self.stack.push(identity.clone());
        self.source(path, identity, &text, directory, module, open);
        self.stack.pop();
    }

    fn source(
        &mut self,
        path: &Path,
        identity: PathBuf,
        text: &str,
        directory: Directory,
        module: Vec<String>,
        open: Vec<String>,
    ) {
        let blank = blanked(text);
        let text = blank.as_deref().unwrap_or(text);
        let unreadable = |walker: &mut Self, span: Span, message: String| {
            let at = Place { file: path, line: span.start().line };
            walker.note(NoteKind::Unreadable, at, message);
        };
        let tokens: TokenStream = match text.parse::<TokenStream>() {
            Ok(tokens) => tokens,
            Err(error) => {
                return unreadable(self, error.span(), "this cannot be read as Rust".into());
            }
        };
        if tokens::depth_bound(tokens.clone()) > DEEPEST {
            return unreadable(
                self,
                Span::call_site(),
                "this is nested too deeply to be read".into(),
            );
        }
        self.named.add(path, text, &tokens);
        let file: syn::File = match syn::parse2(tokens) {
            Ok(file) => file,
            Err(error) => {
                return unreadable(self, error.span(), format!("this does not parse: {error}"));
            }
        };
        let imports = Arc::new(Imports::of(&file));
        let mut visitor = Visitor {
            path: path.into(),
            identity,
            text,
            directory,
            module,
            open,
            imports,
            walker: self,
        };
        visitor.guarded(&file.attrs, |visitor| visit::visit_file(visitor, &file));
    }
}

/// Walks the tree of one file.
struct Visitor<'a, 'w> {
    path: Arc<Path>,
    identity: PathBuf,
    text: &'a str,
    directory: Directory,
    module: Vec<String>,
    open: Vec<String>,
    imports: Arc<Imports>,
    walker: &'a mut Walker<'w>,
}

impl Visitor<'_, '_> {
    fn note(&mut self, kind: NoteKind, line: usize, message: impl Into<String>) {
        let path = Arc::clone(&self.path);
        self.walker.note(kind, Place { file: &path, line }, message);
    }

    /// Goes on if that is compiled in, as far as is known.
    fn guarded(&mut self, attributes: &[Attribute], go_on: impl FnOnce(&mut Self)) {
        let Judgement { truth, open } = attributes::judge(attributes, self.walker.cfg);
        if truth == Truth::False {
            return;
        }
        let before = self.open.len();
        self.open.extend(open);
        go_on(self);
        self.open.truncate(before);
    }

    fn module(&mut self, item: &ItemMod) {
        let name = item.ident.unraw().to_string();
        let line = item.ident.span().start().line;
        let path = match attributes::path(&item.attrs, self.walker.cfg) {
            Ok(path) => path,
            Err(predicate) => {
                let message = format!(
                    "where the module {name} is depends on `{predicate}`, which is unknown, so the module is not read"
                );
                self.note(NoteKind::Undetermined, line, message);
                return;
            }
        };
        self.module.push(name.clone());
        if item.content.is_some() {
            let inner = self.directory.inline(&name, path.as_deref());
            let outer = std::mem::replace(&mut self.directory, inner);
            visit::visit_item_mod(self, item);
            self.directory = outer;
        } else {
            self.file_of(&name, path.as_deref(), line);
        }
        self.module.pop();
    }

    fn file_of(&mut self, name: &str, path: Option<&str>, line: usize) {
        match self.directory.file(name, path) {
            Ok(file) => {
                let (module, open) = (self.module.clone(), self.open.clone());
                let here = Arc::clone(&self.path);
                let at = Place { file: &here, line };
                self.walker.file(&file.path, file.directory, module, open, at);
            }
            Err(NoFile::Neither(plain, nested)) => {
                let (plain, nested) = (plain.display(), nested.display());
                let message =
                    format!("the module {name} has no file: neither {plain} nor {nested}");
                self.note(NoteKind::NotFound, line, message);
            }
            Err(NoFile::Both(plain, nested)) => {
                let (plain, nested) = (plain.display(), nested.display());
                let message = format!("the module {name} has two files, {plain} and {nested}");
                self.note(NoteKind::NotFound, line, message);
            }
        }
    }

    fn item_enum(&mut self, item: &ItemEnum) {
        let Range { start, end } = range(item);
        let Some(text) = self.text.get(start..end) else { return };
        let before = self.text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let key = (self.identity.clone(), start);
        if let Some(&index) = self.walker.enums.get(&key) {
            // Met again, by another way; if that one is certain, so is the enum.
            if self.open.is_empty()
                && let Some(found) = self.walker.walked.found.get_mut(index)
            {
                found.open.clear();
            }
            return;
        }
        self.walker.enums.insert(key, self.walker.walked.found.len());
        self.walker.walked.found.push(Found {
            file: Arc::clone(&self.path),
            text: text.to_owned(),
            line: before.split('\n').count(),
            column: before[line_start..].chars().count(),
            module: self.module.clone(),
            open: self.open.clone(),
            imports: Arc::clone(&self.imports),
        });
    }

    /// A macro where items may be.
    fn include(&mut self, mac: &Macro) {
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string());
        if name.as_deref() == Some("include") {
            let line = mac.bang_token.span.start().line;
            let message = "files that `include!` inserts are not read";
            self.note(NoteKind::Include, line, message);
        }
    }
}

impl<'ast> Visit<'ast> for Visitor<'_, '_> {
    fn visit_item(&mut self, item: &'ast Item) {
        self.guarded(item_attributes(item), |this| match item {
            Item::Mod(module) => this.module(module),
            Item::Enum(found) => {
                this.item_enum(found);
                visit::visit_item_enum(this, found);
            }
            Item::Struct(found) => {
                let is_model = |path: &syn::Path| is_one(path, &[MODEL], &this.imports);
                this.walker.walked.has_models |=
                    attributes::derives(&found.attrs).iter().any(is_model);
                visit::visit_item_struct(this, found);
            }
            Item::Macro(call) => {
                this.include(&call.mac);
                visit::visit_item_macro(this, call);
            }
            item => visit::visit_item(this, item),
        });
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &*item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            _ => &[],
        };
        self.guarded(attributes, |this| visit::visit_impl_item(this, item));
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        let attributes = match item {
            TraitItem::Const(item) => &*item.attrs,
            TraitItem::Fn(item) => &item.attrs,
            TraitItem::Type(item) => &item.attrs,
            TraitItem::Macro(item) => &item.attrs,
            _ => &[],
        };
        self.guarded(attributes, |this| visit::visit_trait_item(this, item));
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let attributes = match statement {
            Stmt::Local(local) => &*local.attrs,
            Stmt::Macro(call) => {
                self.include(&call.mac);
                &call.attrs
            }
            // Both have their own visit.
            Stmt::Item(_) | Stmt::Expr(..) => &[],
        };
        self.guarded(attributes, |this| visit::visit_stmt(this, statement));
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        self.guarded(expression_attributes(expression), |this| {
            visit::visit_expr(this, expression);
        });
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.guarded(&arm.attrs, |this| visit::visit_arm(this, arm));
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        self.guarded(&field.attrs, |this| visit::visit_field_value(this, field));
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let imports = Arc::clone(&self.imports);
        let sought = |derives: TokenStream| {
            let is_ours = |token| matches!(token, TokenTree::Ident(name) if imports.original(&name.to_string()) == DERIVE);
            derives.into_iter().any(is_ours).then_some(())
        };
        for (hidden, line) in tokens::hidden(mac.tokens.clone(), &sought) {
            let message = match hidden {
                Hidden::Enum(()) => format!(
                    "an enum with `derive({DERIVE})` can't be seen here: it is generated by a macro"
                ),
                Hidden::Module(name) => {
                    format!("the module {name} can't be seen: it is declared in a macro")
                }
            };
            self.note(NoteKind::Macro, line, message);
        }
    }
}

/// The bytes of an enum in its file, attributes included.
fn range(item: &ItemEnum) -> Range<usize> {
    let visibility = match &item.vis {
        Visibility::Public(token) => token.span,
        Visibility::Restricted(restricted) => restricted.pub_token.span,
        Visibility::Inherited => item.enum_token.span,
    };
    let first = item.attrs.first().map_or(visibility, |attribute| attribute.pound_token.span);
    first.byte_range().start..item.brace_token.span.close().byte_range().end
}

fn module_name(module: &[String]) -> String {
    if module.is_empty() { "crate".to_owned() } else { format!("crate::{}", module.join("::")) }
}

pub(crate) fn item_attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Those of the expressions that take a block, directly or in an argument.
fn expression_attributes(expression: &Expr) -> &[Attribute] {
    match expression {
        Expr::Array(of) => &of.attrs,
        Expr::Async(of) => &of.attrs,
        Expr::Block(of) => &of.attrs,
        Expr::Call(of) => &of.attrs,
        Expr::Closure(of) => &of.attrs,
        Expr::Const(of) => &of.attrs,
        Expr::ForLoop(of) => &of.attrs,
        Expr::If(of) => &of.attrs,
        Expr::Loop(of) => &of.attrs,
        Expr::Macro(of) => &of.attrs,
        Expr::Match(of) => &of.attrs,
        Expr::MethodCall(of) => &of.attrs,
        Expr::Paren(of) => &of.attrs,
        Expr::Return(of) => &of.attrs,
        Expr::Struct(of) => &of.attrs,
        Expr::Tuple(of) => &of.attrs,
        Expr::Unsafe(of) => &of.attrs,
        Expr::While(of) => &of.attrs,
        _ => &[],
    }
}
