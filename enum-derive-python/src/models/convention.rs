//! The naming convention of a project: that of the `MetaData` which `env.py` gives to Alembic. Alembic makes each constraint and
//! index of an operation in a `MetaData` of its own that has this convention (`alembic/operations/schemaobj.py`,
//! `SchemaObjects.metadata`).

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use pg_enum_migrations::__syntax::with_deep_stack;
use pg_enum_migrations::folder::Source;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, Stmt};

use super::library::Declarations;
use super::reader::{canonical, is_same};
use super::sources::walk;
use crate::convention::{Convention, Conventions};
use crate::imports::LEVELS;
use crate::project::{Options, project_of};
use crate::run::Run;
use crate::sql::naming::{convention_in, convention_of};
use crate::value::{Frame, Module, Value};

impl Options {
    /// What the project around a folder of revisions has: the `SQLAlchemy` that it is pinned to by its lock file or its
    /// requirements, and 2.0 if nothing says which that is; and the naming convention of its source.
    #[must_use]
    pub fn of_project(folder: &Path) -> Self {
        let pinned = Self::of_pins(folder);
        let (options, folder) = (pinned.clone(), folder.to_owned());
        let look = move || with_deep_stack(|| convention(&options, &folder));
        Self { convention: Conventions::found_by(look), ..pinned }
    }
}

/// The convention of the revisions in a folder. Where no file of the project mentions one, there is none but the default.
fn convention(options: &Options, folder: &Path) -> Convention {
    let Ok(folder) = fs::canonicalize(folder) else { return Convention::unknown() };
    // Only an `env.py` gives Alembic one. It is above the revisions, or somewhere below the configuration.
    let has = |dir: &Path, name: &str| dir.join(name).is_file();
    let is_configured = ["alembic.ini", "pyproject.toml"].iter().any(|name| has(&folder, name));
    if !is_configured && !folder.ancestors().take(LEVELS).any(|dir| has(dir, "env.py")) {
        return Convention::default();
    }
    let root = project_of(&folder);
    let found = walk(&root);
    if found.conventions.is_empty() {
        return if found.may_name_constraints {
            Convention::unknown()
        } else {
            Convention::default()
        };
    }
    let near = |env: &&PathBuf| {
        let own = env.parent().unwrap_or(&root);
        folder.starts_with(own) || own.starts_with(&folder)
    };
    let none = Arc::new(Source { path: PathBuf::new(), text: String::new() });
    let mut run = Run::of_tree(options, &Declarations, &root, &none);
    let mut assigned = Assigned::default();
    for path in &found.conventions {
        assigned.read(&mut run, path);
    }
    let mut conventions =
        found.envs.iter().filter(near).map(|env| of_env(&mut run, env, &assigned));
    let first = conventions.next().unwrap_or_else(Convention::unknown);
    let is_one = conventions.all(|other| other == first);
    run.forget_all();
    if is_one { first } else { Convention::unknown() }
}

/// The convention of what an `env.py` passes as `target_metadata`.
fn of_env(run: &mut Run<'_>, env: &Path, assigned: &Assigned) -> Convention {
    let Some(module) = run.module(env.to_owned()) else { return Convention::unknown() };
    let mut targets = Targets::default();
    for statement in &module.body {
        targets.visit_stmt(statement);
    }
    if targets.is_open {
        return Convention::unknown();
    }
    // What is passed none has the default.
    let mut all = targets.passed.into_iter().map(|target| {
        run.fresh();
        let value = run.expression(&Frame::of_module(&module), &target);
        value.map_or_else(|_| Convention::unknown(), |value| of_target(&value, assigned))
    });
    let first = all.next().unwrap_or_default();
    if all.all(|other| other == first) { first } else { Convention::unknown() }
}

/// The arguments `target_metadata` of calls.
#[derive(Default)]
struct Targets {
    passed: Vec<Expr>,
    /// Whether a call of `configure` has arguments that are not told.
    is_open: bool,
}

impl<'a> Visitor<'a> for Targets {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            let is_configure = match &*call.func {
                Expr::Attribute(of) => of.attr.as_str() == "configure",
                _ => false,
            };
            let keywords = &call.arguments.keywords;
            let is_it = |name: &str| name == "target_metadata";
            let target = keywords.iter().find(|it| it.arg.as_ref().is_some_and(|it| is_it(it)));
            match target {
                Some(target) => self.passed.push(target.value.clone()),
                None => self.is_open |= is_configure && keywords.iter().any(|it| it.arg.is_none()),
            }
        }
        walk_expr(self, expr);
    }
}

/// The convention of a `MetaData`. A list of several has none, which Alembic asks for an attribute that it lacks.
fn of_target(target: &Value, assigned: &Assigned) -> Convention {
    let target = match target {
        Value::None | Value::List(_) | Value::Tuple(_) => return Convention::default(),
        target => canonical(target),
    };
    if assigned.is_open {
        return Convention::unknown();
    }
    if let Some((_, convention)) = assigned.all.iter().rfind(|(of, _)| is_same(of, &target)) {
        return convention.clone();
    }
    match &target {
        Value::Made(made) if made.kind() == "MetaData" => convention_of(made),
        Value::Name(name) if name.starts_with("sqlmodel") => Convention::default(),
        Value::Attribute(of) if &*of.1 == "metadata" => match &of.0 {
            // They make a `MetaData` without arguments.
            Value::Made(made)
                if made.keyword("metadata").is_none_or(|given| given.is_none())
                    && !made.args.borrow().is_open()
                    && matches!(made.kind(), "declarative_base" | "registry" | "SQLAlchemy") =>
            {
                Convention::default()
            }
            Value::Class(class) if class.attribute("registry").is_none() => {
                let is_plain = |base: &Value| match base {
                    Value::Class(base) => base.bases.is_empty(),
                    Value::Name(name) => {
                        name.starts_with("sqlalchemy.") || name.starts_with("builtins.")
                    }
                    _ => false,
                };
                if class.bases.iter().all(is_plain) {
                    Convention::default()
                } else {
                    Convention::unknown()
                }
            }
            _ => Convention::unknown(),
        },
        _ => Convention::unknown(),
    }
}

/// Conventions that are assigned: `SQLModel.metadata.naming_convention = {…}`.
#[derive(Default)]
struct Assigned {
    all: Vec<(Value, Convention)>,
    /// Whether something else is done to one.
    is_open: bool,
}

const ATTRIBUTE: &str = "naming_convention";

impl Assigned {
    fn read(&mut self, run: &mut Run<'_>, path: &Path) {
        let Some(module) = run.module(path.to_owned()) else {
            self.is_open = true;
            return;
        };
        let uses = module.source.text.matches(".naming_convention").count();
        let before = self.all.len();
        for statement in &module.body {
            if let Stmt::Assign(it) = statement
                && let [Expr::Attribute(target)] = &it.targets[..]
                && target.attr.as_str() == ATTRIBUTE
            {
                self.take(run, &module, &target.value, &it.value);
            }
        }
        self.is_open |= self.all.len() - before != uses;
    }

    fn take(&mut self, run: &mut Run<'_>, module: &Rc<Module>, of: &Expr, value: &Expr) {
        run.fresh();
        let frame = Frame::of_module(module);
        let of = run.expression(&frame, of).map_or(Value::Unknown, |of| canonical(&of));
        let convention = run.expression(&frame, value).map(|value| convention_in(&value));
        self.all.push((of, convention.unwrap_or_else(|_| Convention::unknown())));
    }
}
