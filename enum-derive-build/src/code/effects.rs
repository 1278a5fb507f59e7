//! What a function sends to the database, in order.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Step;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{
    Attribute, Block, Expr, ExprIf, ExprMatch, Item, Local, LocalInit, Macro, Pat, ReturnType, Stmt,
};

use super::choices::Choices;
use super::file::File;
use super::function::Function;
use super::names::{LOGS, SENDING_MACROS};
use super::shapes::{Mentions, Names, Paths, Returns, is_postgres};
use super::sql::{Sql, path_names};
use crate::scan::Truth;
use crate::scan::named::PARTS;
use crate::scan::walk::item_attributes;

/// How many functions call one another.
const DEEPEST: usize = 16;
/// How often functions are entered in all, as each may call another one several times.
const ENTERED: usize = 2000;
/// Steps of one migration. What has more does not come to an end.
const MOST: usize = 5000;

/// A function that is being followed.
pub(super) struct Effects<'f> {
    pub(super) file: &'f File,
    depth: usize,
    /// How many functions have been entered.
    pub(super) entered: usize,
    /// The names through which there is a database.
    pub(super) handles: Vec<String>,
    /// The names of texts.
    pub(super) texts: Vec<(String, Sql)>,
    /// The names that are bound, with what they are bound to.
    pub(super) locals: Vec<(String, Option<Expr>)>,
    /// The names of functions that are passed in, and whether each is called for certain.
    pub(super) closures: Vec<(String, bool)>,
    /// Which branches are taken, if each way is looked at by itself.
    choices: Option<Rc<RefCell<Choices>>>,
    /// In how many branches this stands of which it is not known whether they are taken.
    pub(super) branches: usize,
    pub(super) steps: Vec<Step>,
}

impl<'f> Effects<'f> {
    /// What functions of a file do that are called one after the other, each with a database.
    pub(super) fn of(file: &'f File, functions: &[Function<'f>]) -> Vec<Step> {
        let mut this = Self::new(file, 0);
        for function in functions {
            this.handles = function.parameters().into_iter().flatten().collect();
            this.run(function);
        }
        if this.steps.len() > MOST {
            this.steps.truncate(MOST);
            let at = Location::new(&file.source, 0..0);
            let message = "it has more steps than are followed".to_owned();
            this.steps.push(Step::Unknown { at, message });
        }
        this.steps
    }

    /// A function that is followed in one way: with one branch of each of those between which it is not known.
    pub(super) fn choosing(
        file: &'f File,
        function: &Function<'f>,
        choices: Rc<RefCell<Choices>>,
    ) -> Self {
        let mut this = Self::new(file, 0);
        this.handles = function.parameters().into_iter().flatten().collect();
        this.choices = Some(choices);
        this
    }

    pub(super) fn new(file: &'f File, depth: usize) -> Self {
        Self {
            file,
            depth,
            entered: 0,
            handles: Vec::new(),
            texts: Vec::new(),
            locals: Vec::new(),
            closures: Vec::new(),
            choices: None,
            branches: 0,
            steps: Vec::new(),
        }
    }

    fn run(&mut self, function: &Function<'_>) {
        let returns = !matches!(function.signature.output, ReturnType::Default);
        // refinery's: what it returns is sent.
        if returns && function.signature.inputs.is_empty() {
            return self.returned(function.block);
        }
        if function.signature.ident == PARTS {
            return self.fragments(function.block);
        }
        self.block(function.block);
    }

    /// A function that has no database returns the SQL.
    fn returned(&mut self, block: &Block) {
        let Some((last, before)) = block.stmts.split_last() else { return };
        for statement in before {
            if let Stmt::Local(local) = statement {
                self.local(local);
            }
        }
        match last {
            Stmt::Expr(Expr::Return(returned), _) if returned.expr.is_some() => {
                if let Some(value) = &returned.expr {
                    self.send(value, value.span());
                }
            }
            Stmt::Expr(value, None) => self.send(value, value.span()),
            Stmt::Macro(call) => {
                let value =
                    Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: call.mac.clone() });
                self.send(&value, call.span());
            }
            other => self.unknown(other.span(), "what this migration returns is not a literal"),
        }
    }

    /// `vec![Box::new(permission::Migrate), …]`: the parts of a migration.
    fn fragments(&mut self, block: &Block) {
        let mut paths = Paths::default();
        paths.visit_block(block);
        let mut known: HashSet<Vec<String>> = HashSet::new();
        for path in paths.0 {
            // The runner records each part that it has run, and runs none again (`has_run` in open-msupply).
            if !known.insert(path_names(&path)) {
                continue;
            }
            let mut segments = path.segments.iter().rev().skip(1);
            let module = segments.next().map(|module| module.ident.to_string());
            let Some(file) = module.and_then(|module| self.file.module(&module)) else {
                self.unknown(path.span(), "this part of the migration is not found");
                continue;
            };
            match file.entry() {
                super::function::Entry::Found(functions) => {
                    self.follow(&file, &functions, path.span());
                }
                super::function::Entry::Unclear => {
                    self.unknown(
                        path.span(),
                        "which function of this part is the migration is not known",
                    );
                }
            }
        }
    }

    /// Functions of another file, each with a database.
    fn follow(&mut self, file: &File, functions: &[Function<'_>], at: Span) {
        let Some(mut inner) = self.inner(file, at) else { return };
        inner.branches = self.branches;
        for function in functions {
            inner.handles = function.parameters().into_iter().flatten().collect();
            inner.run(function);
        }
        self.entered = inner.entered;
        self.steps.append(&mut inner.steps);
    }

    /// The run of a function that this one calls, unless there is no end to it.
    pub(super) fn inner<'i>(&mut self, file: &'i File, at: Span) -> Option<Effects<'i>> {
        if self.depth >= DEEPEST || self.entered >= ENTERED {
            self.unknown(at, "functions call one another too deeply to be followed");
            return None;
        }
        let mut inner = Effects::new(file, self.depth + 1);
        inner.entered = self.entered + 1;
        inner.choices.clone_from(&self.choices);
        Some(inner)
    }

    /// Whether an expression has to do with the database.
    pub(super) fn is_about(&self, expression: &Expr) -> bool {
        let mut mentions = Mentions { names: &self.handles, found: false };
        mentions.visit_expr(expression);
        mentions.found
    }

    pub(super) fn block(&mut self, block: &Block) {
        let (handles, texts, locals) = (self.handles.len(), self.texts.len(), self.locals.len());
        for statement in &block.stmts {
            match self.file.presence(statement_attributes(statement)) {
                Truth::True => self.statement(statement),
                Truth::False => {}
                Truth::Undetermined => self.maybe(|this| this.statement(statement)),
            }
        }
        self.handles.truncate(handles);
        self.texts.truncate(texts);
        self.locals.truncate(locals);
    }

    pub(super) fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Local(local) => self.local(local),
            Stmt::Expr(expression, _) => self.expression(expression),
            Stmt::Macro(call) => self.macro_(&call.mac),
            // `const MOOD: &str = "mood";`
            Stmt::Item(Item::Const(item)) => {
                let sql = self.text_of(&item.expr);
                self.texts.push((item.ident.to_string(), sql));
                self.locals.push((item.ident.to_string(), Some((*item.expr).clone())));
            }
            Stmt::Item(_) => {}
        }
    }

    fn local(&mut self, local: &Local) {
        let Some(init) = &local.init else { return };
        // One that may change is not known later.
        let value = match &local.pat {
            Pat::Ident(name) if name.mutability.is_none() => Some((*init.expr).clone()),
            Pat::Type(typed) if matches!(&*typed.pat, Pat::Ident(name) if name.mutability.is_none()) => {
                Some((*init.expr).clone())
            }
            _ => None,
        };
        let mut bound = Names::default();
        bound.visit_pat(&local.pat);
        self.bind(local, init);
        self.locals.extend(bound.0.into_iter().map(|name| (name, value.clone())));
    }

    /// What a `let` does, and which handles and texts it binds.
    fn bind(&mut self, local: &Local, init: &LocalInit) {
        let sql = self.text_of(&init.expr);
        let mut names = Names::default();
        names.visit_pat(&local.pat);
        if !matches!(sql, Sql::No) {
            self.texts.extend(names.0.into_iter().map(|name| (name, sql.clone())));
            return;
        }
        // A name that is bound anew is no longer what it was.
        self.texts.extend(names.0.iter().map(|name| (name.clone(), Sql::No)));
        if self.is_about(&init.expr) {
            if matches!(local.pat, Pat::Wild(_)) {
                self.attempt(|this| this.expression(&init.expr));
            } else {
                self.expression(&init.expr);
            }
            self.handles.extend(names.0);
        }
        if let Some((_, diverge)) = &init.diverge {
            self.maybe(|this| this.expression(diverge));
            self.may_end(diverge);
        }
    }

    /// Behind a branch that may end the function, it is not known whether anything is run.
    fn may_end(&mut self, branch: &Expr) {
        let mut returns = Returns(false);
        returns.visit_expr(branch);
        self.branches += usize::from(returns.0);
    }

    /// Something that is done in some cases only.
    pub(super) fn maybe(&mut self, run: impl FnOnce(&mut Self)) {
        self.branches += 1;
        run(self);
        self.branches -= 1;
    }

    pub(super) fn expression(&mut self, expression: &Expr) {
        if !self.is_about(expression) {
            // `if is_done { return Ok(()); }`
            if let Expr::If(inner) = expression
                && is_postgres(&inner.cond).is_none()
                && self.choices.is_none()
            {
                self.may_end(expression);
            }
            return;
        }
        match expression {
            Expr::Path(_) | Expr::Lit(_) | Expr::Continue(_) | Expr::Field(_) => {}
            Expr::Await(inner) => self.expression(&inner.base),
            Expr::Try(inner) => self.expression(&inner.expr),
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Group(inner) => self.expression(&inner.expr),
            Expr::Reference(inner) => self.expression(&inner.expr),
            Expr::Unary(inner) => self.expression(&inner.expr),
            Expr::Cast(inner) => self.expression(&inner.expr),
            Expr::Return(inner) => inner.expr.iter().for_each(|inner| self.expression(inner)),
            Expr::Break(inner) => inner.expr.iter().for_each(|inner| self.expression(inner)),
            Expr::Block(inner) => self.block(&inner.block),
            Expr::Async(inner) => self.block(&inner.block),
            Expr::Unsafe(inner) => self.block(&inner.block),
            Expr::Assign(inner) => self.expression(&inner.right),
            // `if let Err(error) = db.execute("…") { … }`
            Expr::Let(inner) if is_result(&inner.pat) => {
                self.attempt(|this| this.expression(&inner.expr));
            }
            Expr::Let(inner) => self.expression(&inner.expr),
            Expr::Binary(inner) => {
                self.expression(&inner.left);
                self.expression(&inner.right);
            }
            Expr::Tuple(inner) => inner.elems.iter().for_each(|inner| self.expression(inner)),
            Expr::Array(inner) => inner.elems.iter().for_each(|inner| self.expression(inner)),
            Expr::Index(inner) => self.expression(&inner.expr),
            Expr::If(inner) => self.if_(inner),
            Expr::Match(inner) => self.match_(inner),
            Expr::ForLoop(inner) => self.for_(inner),
            Expr::While(inner) => {
                self.expression(&inner.cond);
                self.maybe(|this| this.block(&inner.body));
            }
            Expr::Loop(inner) => self.maybe(|this| this.block(&inner.body)),
            Expr::Macro(inner) => self.macro_(&inner.mac),
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method(call),
            // It runs where it is passed to, if at all.
            Expr::Closure(inner) => self.maybe(|this| this.expression(&inner.body)),
            other => self.unknown(other.span(), "what this does is not known"),
        }
    }

    fn if_(&mut self, inner: &ExprIf) {
        self.expression(&inner.cond);
        match is_postgres(&inner.cond) {
            Some(true) => self.block(&inner.then_branch),
            Some(false) => {
                if let Some((_, other)) = &inner.else_branch {
                    self.expression(other);
                }
            }
            None if self.choices.is_some() => {
                if self.choose() {
                    self.block(&inner.then_branch);
                } else if let Some((_, other)) = &inner.else_branch {
                    self.expression(other);
                }
            }
            None => {
                self.maybe(|this| this.block(&inner.then_branch));
                if let Some((_, other)) = &inner.else_branch {
                    self.maybe(|this| this.expression(other));
                }
                let mut returns = Returns(false);
                returns.visit_expr_if(inner);
                self.branches += usize::from(returns.0);
            }
        }
    }

    /// Whether a branch is taken in this way.
    fn choose(&self) -> bool {
        self.choices.as_ref().is_some_and(|choices| choices.borrow_mut().take())
    }

    fn match_(&mut self, inner: &ExprMatch) {
        self.expression(&inner.expr);
        let is_named = |arm: &&syn::Arm| {
            let mut paths = Paths::default();
            paths.visit_pat(&arm.pat);
            paths
                .0
                .iter()
                .any(|path| path.segments.last().is_some_and(|last| last.ident == "Postgres"))
        };
        if let Some(arm) = inner.arms.iter().find(is_named) {
            return self.expression(&arm.body);
        }
        for arm in &inner.arms {
            self.maybe(|this| this.expression(&arm.body));
        }
        inner.arms.iter().for_each(|arm| self.may_end(&arm.body));
    }

    /// `for sql in ["…", "…"] { db.execute(sql) }`
    fn for_(&mut self, inner: &syn::ExprForLoop) {
        self.expression(&inner.expr);
        let mut bound = Names::default();
        bound.visit_pat(&inner.pat);
        let locals = self.locals.len();
        self.locals.extend(bound.0.into_iter().map(|name| (name, None)));
        self.for_each(inner);
        self.locals.truncate(locals);
    }

    fn for_each(&mut self, inner: &syn::ExprForLoop) {
        let (Pat::Ident(name), Sql::Several(all)) = (&*inner.pat, self.text_of(&inner.expr)) else {
            return self.maybe(|this| this.block(&inner.body));
        };
        let name = name.ident.to_string();
        for one in all {
            self.texts.push((name.clone(), one));
            self.block(&inner.body);
            self.texts.pop();
        }
    }

    fn macro_(&mut self, mac: &Macro) {
        let mut mentions = Mentions { names: &self.handles, found: false };
        mentions.visit_macro(mac);
        if !mentions.found {
            return;
        }
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if LOGS.contains(&&*name) {
            return;
        }
        if SENDING_MACROS.contains(&&*name) {
            let sql = self.of_macro(mac);
            return self.send_sql(sql, mac.span());
        }
        self.unknown(mac.span(), "what this macro does is not known");
    }
}

/// The attributes of a statement.
fn statement_attributes(statement: &Stmt) -> &[Attribute] {
    match statement {
        Stmt::Local(local) => &local.attrs,
        Stmt::Macro(call) => &call.attrs,
        Stmt::Item(item) => item_attributes(item),
        Stmt::Expr(expression, _) => expression_attributes(expression),
    }
}

/// The attributes of an expression that stands as a statement. They are of the leftmost operand, as syn has them
/// (`stmt_expr` in `src/stmt.rs` of 2.0).
fn expression_attributes(expression: &Expr) -> &[Attribute] {
    match expression {
        Expr::Assign(inner) => expression_attributes(&inner.left),
        Expr::Binary(inner) => expression_attributes(&inner.left),
        Expr::Cast(inner) => expression_attributes(&inner.expr),
        Expr::Await(inner) => &inner.attrs,
        Expr::Try(inner) => &inner.attrs,
        Expr::MethodCall(inner) => &inner.attrs,
        Expr::Macro(inner) => &inner.attrs,
        Expr::Call(inner) => &inner.attrs,
        Expr::Path(inner) => &inner.attrs,
        Expr::Paren(inner) => &inner.attrs,
        Expr::Block(inner) => &inner.attrs,
        Expr::Async(inner) => &inner.attrs,
        Expr::If(inner) => &inner.attrs,
        Expr::Match(inner) => &inner.attrs,
        Expr::ForLoop(inner) => &inner.attrs,
        Expr::While(inner) => &inner.attrs,
        Expr::Loop(inner) => &inner.attrs,
        Expr::Unsafe(inner) => &inner.attrs,
        Expr::Return(inner) => &inner.attrs,
        _ => &[],
    }
}

/// Whether a pattern is of a result, so that the error of what it is held against is seen.
fn is_result(pattern: &Pat) -> bool {
    match pattern {
        Pat::TupleStruct(inner) => {
            inner.path.segments.last().is_some_and(|last| last.ident == "Err" || last.ident == "Ok")
        }
        _ => false,
    }
}
