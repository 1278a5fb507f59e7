//! Files of Python, and the names that they and their functions bind.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use pg_enum_migrations::folder::Source;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, Identifier, Pattern, Stmt, Suite};
use ruff_python_parser::parse_module;
use ruff_text_size::Ranged;

use super::Value;
use crate::nesting::too_nested;

/// Why a file is not read.
pub(crate) enum Unread {
    TooNested,
    NotPython {
        at: Range<usize>,
        /// What the parser says.
        message: String,
    },
}

/// A file.
pub(crate) struct Module {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its text, with its path from the root.
    pub(crate) source: Arc<Source>,
    pub(crate) body: Suite,
    /// Its comments, if it is the revision.
    pub(crate) comments: Vec<Range<usize>>,
    /// Whether it is the revision.
    pub(crate) is_revision: bool,
    /// What it has bound so far.
    pub(crate) names: RefCell<HashMap<Rc<str>, Value>>,
    /// Names that it does not bind.
    pub(crate) missing: RefCell<HashSet<Rc<str>>>,
    /// What it has imported all names of.
    pub(crate) stars: RefCell<Vec<Value>>,
    /// Which of its statements have been run: those of the revision in order, those of others when a name is asked for
    /// that they bind.
    pub(crate) done: RefCell<HashSet<usize>>,
    pub(crate) all_done: Cell<bool>,
}

impl Module {
    /// Reads a file.
    pub(crate) fn parse(
        path: PathBuf,
        source: Arc<Source>,
        is_revision: bool,
    ) -> Result<Self, Unread> {
        if too_nested(&source.text) {
            return Err(Unread::TooNested);
        }
        let parsed = parse_module(&source.text).map_err(|error| Unread::NotPython {
            at: error.location.into(),
            message: error.error.to_string(),
        })?;
        let comments = parsed.tokens().iter().filter(|token| token.kind() == TokenKind::Comment);
        let comments = comments.map(|token| token.range().into()).filter(|_| is_revision).collect();
        let body = parsed.into_suite();
        Ok(Self {
            path,
            source,
            body,
            comments,
            is_revision,
            names: RefCell::default(),
            missing: RefCell::default(),
            stars: RefCell::default(),
            done: RefCell::default(),
            all_done: Cell::new(false),
        })
    }

    /// Which of its statements may bind a name, or change what it is bound to.
    pub(crate) fn binding(&self, name: &str) -> Vec<usize> {
        let binds = |(index, statement)| binds(statement, name).then_some(index);
        self.body.iter().enumerate().filter_map(binds).collect()
    }
}

/// What a function has bound, or a module.
pub(crate) struct Frame {
    pub(crate) module: Rc<Module>,
    /// Nothing at the level of the module, whose names these are.
    pub(crate) names: Option<RefCell<HashMap<Rc<str>, Value>>>,
    /// Where the function stands, if that is in another.
    pub(crate) parent: Option<Rc<Frame>>,
    /// Whether it is the body of a class, whose names the functions in it do not see (Python's reference, "Resolution of names").
    is_class: bool,
    /// Names that are the module's, because the function says so.
    pub(crate) globals: RefCell<HashSet<Rc<str>>>,
}

impl Frame {
    pub(crate) fn of_module(module: &Rc<Module>) -> Rc<Self> {
        Rc::new(Self {
            module: Rc::clone(module),
            names: None,
            parent: None,
            is_class: false,
            globals: RefCell::default(),
        })
    }

    pub(crate) fn inside(module: &Rc<Module>, parent: Option<&Rc<Self>>) -> Rc<Self> {
        Self::new_inside(module, parent, false)
    }

    /// The body of a class.
    pub(crate) fn of_class(around: &Rc<Self>) -> Rc<Self> {
        Self::new_inside(&around.module, Some(around), true)
    }

    fn new_inside(module: &Rc<Module>, parent: Option<&Rc<Self>>, is_class: bool) -> Rc<Self> {
        Rc::new(Self {
            module: Rc::clone(module),
            names: Some(RefCell::default()),
            parent: parent.map(Rc::clone),
            is_class,
            globals: RefCell::default(),
        })
    }

    /// What a function that is defined here sees of what is around it, but for the module.
    pub(crate) fn seen_by_functions(self: &Rc<Self>) -> Option<Rc<Self>> {
        match &self.parent {
            Some(parent) if self.is_class => parent.seen_by_functions(),
            _ => self.names.is_some().then(|| Rc::clone(self)),
        }
    }

    fn own(&self) -> &RefCell<HashMap<Rc<str>, Value>> {
        self.names.as_ref().unwrap_or(&self.module.names)
    }

    pub(crate) fn bind(&self, name: &str, value: Value) {
        let names =
            if self.globals.borrow().contains(name) { &self.module.names } else { self.own() };
        names.borrow_mut().insert(name.into(), value);
    }

    pub(crate) fn unbind(&self, name: &str) {
        self.own().borrow_mut().remove(name);
    }

    /// What a name is bound to in the function or in those around it, without the module's names.
    pub(crate) fn look_up(&self, name: &str) -> Option<Value> {
        if self.globals.borrow().contains(name) {
            return None;
        }
        let names = self.names.as_ref()?;
        let found = names.borrow().get(name).cloned();
        found.or_else(|| self.parent.as_ref()?.look_up(name))
    }

    /// All that is bound here, to go back to.
    pub(crate) fn saved(&self) -> HashMap<Rc<str>, Value> {
        self.own().borrow().clone()
    }

    pub(crate) fn restore(&self, names: HashMap<Rc<str>, Value>) {
        *self.own().borrow_mut() = names;
    }
}

/// Whether a statement may bind a name.
fn binds(statement: &Stmt, name: &str) -> bool {
    let any = |body: &[Stmt]| body.iter().any(|statement| binds(statement, name));
    match statement {
        Stmt::FunctionDef(it) => it.name.as_str() == name,
        Stmt::ClassDef(it) => it.name.as_str() == name,
        Stmt::Assign(it) => it.targets.iter().any(|target| is_target(target, name)),
        Stmt::AugAssign(it) => is_target(&it.target, name),
        Stmt::AnnAssign(it) => it.value.is_some() && is_target(&it.target, name),
        Stmt::TypeAlias(it) => is_target(&it.name, name),
        Stmt::Import(it) => it.names.iter().any(|alias| match &alias.asname {
            Some(bound) => bound.as_str() == name,
            None => alias.name.as_str().split('.').next() == Some(name),
        }),
        Stmt::ImportFrom(it) => it.names.iter().any(|alias| {
            alias.name.as_str() == "*"
                || alias.asname.as_ref().unwrap_or(&alias.name).as_str() == name
        }),
        Stmt::For(it) => is_target(&it.target, name) || any(&it.body) || any(&it.orelse),
        Stmt::While(it) => any(&it.body) || any(&it.orelse),
        Stmt::If(it) => {
            any(&it.body) || it.elif_else_clauses.iter().any(|clause| any(&clause.body))
        }
        Stmt::With(it) => {
            let bound = |item: &ruff_python_ast::WithItem| {
                item.optional_vars.as_ref().is_some_and(|target| is_target(target, name))
            };
            it.items.iter().any(bound) || any(&it.body)
        }
        Stmt::Try(it) => {
            any(&it.body)
                || any(&it.orelse)
                || any(&it.finalbody)
                || it.handlers.iter().any(|handler| {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    any(&handler.body)
                })
        }
        Stmt::Match(it) => {
            it.cases.iter().any(|case| bound_by(&case.pattern).contains(&name) || any(&case.body))
        }
        // `LABELS.append("x")`
        Stmt::Expr(it) => match &*it.value {
            Expr::Call(call) => is_target(&call.func, name),
            _ => false,
        },
        Stmt::Delete(it) => it.targets.iter().any(|target| is_target(target, name)),
        _ => false,
    }
}

fn is_target(target: &Expr, name: &str) -> bool {
    match target {
        Expr::Name(it) => it.id.as_str() == name,
        Expr::Tuple(it) => it.elts.iter().any(|one| is_target(one, name)),
        Expr::List(it) => it.elts.iter().any(|one| is_target(one, name)),
        Expr::Starred(it) => is_target(&it.value, name),
        Expr::Attribute(it) => is_target(&it.value, name),
        Expr::Subscript(it) => is_target(&it.value, name),
        _ => false,
    }
}

/// The names that a pattern of `match` binds.
pub(crate) fn bound_by(pattern: &Pattern) -> Vec<&str> {
    let (name, inside): (_, Vec<&Pattern>) = match pattern {
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => (None, Vec::new()),
        Pattern::MatchSequence(it) => (None, it.patterns.iter().collect()),
        Pattern::MatchMapping(it) => (it.rest.as_ref(), it.patterns.iter().collect()),
        Pattern::MatchClass(it) => {
            let named = it.arguments.keywords.iter().map(|it| &it.pattern);
            (None, it.arguments.patterns.iter().chain(named).collect())
        }
        Pattern::MatchStar(it) => (it.name.as_ref(), Vec::new()),
        Pattern::MatchAs(it) => (it.name.as_ref(), it.pattern.as_deref().into_iter().collect()),
        Pattern::MatchOr(it) => (None, it.patterns.iter().collect()),
    };
    let inside = inside.into_iter().flat_map(bound_by);
    name.map(Identifier::as_str).into_iter().chain(inside).collect()
}
