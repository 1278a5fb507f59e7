//! What a runner of migrations sends before those of its list: the schema that they begin with.
//!
//! Repositories with a runner of their own keep one file of SQL with all that old migrations came to, which the runner
//! sends to a database that is empty, and runs its list afterwards (open-msupply, `server/repository/src/migrations/mod.rs`).
//! The runner is the function that has the list, or that calls the function which returns it.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use pg_enum_migrations::Folder;
use pg_enum_migrations::folder::{Script, Source, Step, Tool};
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;
use syn::{Block, Item, ItemFn, Local, Macro, Pat, Stmt};

use super::choices::Choices;
use super::effects::Effects;
use super::file::File;
use super::function::Function;
use super::shapes::Mentions;
use super::sql::is_harmless;
use crate::scan::named::PARTS;
use crate::scan::read::read;

/// The files that may have the list, and the runner.
const LISTS: [&str; 4] = ["mod.rs", "lib.rs", "migrator.rs", "main.rs"];

/// How many ways through a runner are told apart.
const WAYS: usize = 16;

/// What is sent before the migrations of a list, in each of the ways through its runner: scripts that stand in files.
///
/// Ways in which no type is made are left out, so that without such a schema there is none. What is put together at run
/// time is not in it.
///
/// # Examples
///
/// ```
/// # let root = tempfile::tempdir().unwrap();
/// # std::fs::write(root.path().join("base.sql"), "CREATE TYPE mood AS ENUM ('sad');").unwrap();
/// # std::fs::write(root.path().join("v1.rs"), "").unwrap();
/// # std::fs::write(root.path().join("mod.rs"), r#"
/// mod v1;
/// pub fn migrate(db: &Connection) -> Result<()> {
///     let migrations: Vec<Box<dyn Migration>> = vec![Box::new(v1::V1)];
///     if is_empty(db)? {
///         db.batch_execute(include_str!("base.sql"))?;
///     }
///     for migration in migrations { migration.migrate(db)?; }
///     Ok(())
/// }
/// # "#).unwrap();
/// use pg_enum_build::code::bases;
/// use pg_enum_migrations::Folder;
///
/// let folder = Folder::open(root.path())?;
/// let ways = bases(&folder);
/// assert_eq!(ways.len(), 1);
/// assert_eq!(ways[0][0].text(), "CREATE TYPE mood AS ENUM ('sad');");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn bases(folder: &Folder) -> Vec<Vec<Script>> {
    if folder.tool != Tool::SeaOrm {
        return Vec::new();
    }
    let files = LISTS.iter().filter_map(|name| {
        let path = PathBuf::from(name);
        let text = read(&folder.root.join(&path)).ok()?;
        // Most lists have no runner beside them.
        text.contains("Box::new(").then_some(())?;
        File::parse(&folder.root, Arc::new(Source { path, text }))
    });
    files.map(|file| ways(&file)).find(|ways| !ways.is_empty()).unwrap_or_default()
}

fn ways(file: &File) -> Vec<Vec<Script>> {
    let Some((runner, list)) = runner(file) else { return Vec::new() };
    let function = Function { signature: &runner.sig, block: &runner.block };
    let mut found: Vec<Vec<Script>> = Vec::new();
    let mut choices = Some(Choices::default());
    for _ in 0..WAYS {
        let Some(these) = choices else { break };
        let these = Rc::new(RefCell::new(these));
        let mut effects = Effects::choosing(file, &function, Rc::clone(&these));
        for statement in before(&runner.block, list.as_ref()) {
            effects.statement(statement);
        }
        let steps = std::mem::take(&mut effects.steps);
        drop(effects);
        let scripts = steps.into_iter().filter_map(|step| match step {
            Step::Sql(script) if !is_harmless(script.text()) => Some(script),
            // What else it does is bookkeeping, as a rule: which migrations have run.
            Step::Sql(_)
            | Step::Made { .. }
            | Step::Unknown { .. }
            | Step::Unreadable { .. }
            | Step::Tables { .. } => None,
        });
        let scripts: Vec<Script> = scripts.collect();
        let places = |way: &[Script]| -> Vec<(PathBuf, usize)> {
            way.iter().map(|one| (one.source.path.clone(), one.range.start)).collect()
        };
        if !scripts.is_empty() && !found.iter().any(|way| places(way) == places(&scripts)) {
            found.push(scripts);
        }
        choices = Rc::into_inner(these).and_then(|these| these.into_inner().next_way());
    }
    found
}

/// The function that runs the migrations, and the name that it has the list by, unless the list stands in a loop.
fn runner(file: &File) -> Option<(&ItemFn, Option<String>)> {
    let functions = || {
        file.items().iter().filter_map(|item| match item {
            Item::Fn(item) if file.is_compiled(&item.attrs) => Some(item),
            _ => None,
        })
    };
    let with_database = || functions().filter(|item| !item.sig.inputs.is_empty());
    let is_list = |item: &&ItemFn| boxes(|visitor| visitor.visit_block(&item.block));
    if let Some(runner) = with_database().find(is_list) {
        return Some((runner, None));
    }
    let list = functions().find(|item| item.sig.inputs.is_empty() && is_list(item))?;
    if list.sig.ident == PARTS {
        return None;
    }
    let name = list.sig.ident.to_string();
    let names = [name.clone()];
    let calls = |item: &&ItemFn| {
        let mut mentions = Mentions { names: &names, found: false };
        mentions.visit_block(&item.block);
        mentions.found
    };
    Some((with_database().find(calls)?, Some(name)))
}

/// The statements before the one that goes through the list.
fn before<'b>(block: &'b Block, list: Option<&String>) -> impl Iterator<Item = &'b Stmt> {
    let mut names: Vec<String> = list.into_iter().cloned().collect();
    block.stmts.iter().take_while(move |statement| {
        let is_loop = matches!(
            statement,
            Stmt::Expr(syn::Expr::ForLoop(_) | syn::Expr::While(_) | syn::Expr::Loop(_), _)
        );
        let mut mentions = Mentions { names: &names, found: false };
        mentions.visit_stmt(statement);
        let has_list = mentions.found || boxes(|visitor| visitor.visit_stmt(statement));
        match statement {
            // `let migrations = …;`
            Stmt::Local(Local { pat, .. }) if has_list => {
                names.extend(bound(pat));
                true
            }
            // `if version < migrations[0].version() { return … }`
            Stmt::Expr(syn::Expr::If(_), _) => true,
            _ => !is_loop && !has_list,
        }
    })
}

/// The name that a pattern binds.
fn bound(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(name) => Some(name.ident.to_string()),
        Pat::Type(typed) => bound(&typed.pat),
        _ => None,
    }
}

/// Whether a tree has migrations in it: `Box::new(module::Migration)`.
fn boxes(visit: impl FnOnce(&mut Boxes)) -> bool {
    let mut boxes = Boxes(false);
    visit(&mut boxes);
    boxes.0
}

struct Boxes(bool);

impl<'ast> Visit<'ast> for Boxes {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let is_new = |path: &syn::Path| {
            let mut names = path.segments.iter().rev().map(|segment| segment.ident.to_string());
            names.next().as_deref() == Some("new") && names.next().as_deref() == Some("Box")
        };
        if let syn::Expr::Path(function) = &*call.func {
            let is_migration = |argument: &syn::Expr| matches!(argument, syn::Expr::Path(path) if path.path.segments.len() > 1);
            self.0 |= is_new(&function.path) && call.args.first().is_some_and(is_migration);
        }
        syn::visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        if mac.path.is_ident("vec") {
            self.look(mac.tokens.clone());
        }
    }
}

impl Boxes {
    fn look(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for window in trees.windows(5) {
            if let [
                TokenTree::Ident(of),
                TokenTree::Punct(_),
                TokenTree::Punct(_),
                TokenTree::Ident(new),
                TokenTree::Group(inside),
            ] = window
            {
                let is_path = inside.stream().into_iter().count() >= 4;
                self.0 |= of == "Box" && new == "new" && is_path;
            }
        }
    }
}
