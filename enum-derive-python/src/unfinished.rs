//! What a revision leaves to do.

use std::sync::Arc;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};

use crate::facts::{Fact, What};
use crate::value::{Module, last};

/// The comments that say so, and the function if it is a stub.
pub(crate) fn unfinished(module: &Module, source: &Arc<Source>, function: &str) -> Vec<Fact> {
    let fact = |range, what| Fact { at: Location::new(source, range), what };
    let mut facts = Vec::new();
    let is_up = function == "upgrade";
    for comment in module.comments.iter().filter(|_| is_up) {
        if source.text.get(comment.clone()).is_some_and(is_todo) {
            facts.push(fact(comment.clone(), What::Todo));
        }
    }
    for statement in &module.body {
        if let Stmt::FunctionDef(it) = statement
            && it.name.as_str() == function
            && is_stub(&it.body)
        {
            facts.push(fact(crate::run::range(&it.name), What::Stub));
        }
    }
    facts
}

/// `# TODO: …`, `# FIXME …`, as a word of its own.
fn is_todo(comment: &str) -> bool {
    let mut words = comment.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
    words.any(|word| word == "TODO" || word == "FIXME")
}

/// Whether a function does nothing. What it prints may be that there is no way back; what it computes, or what a decorator makes of
/// it, may be anything.
pub(crate) fn does_nothing(function: &StmtFunctionDef) -> bool {
    let is_nothing = |statement: &Stmt| match statement {
        Stmt::Pass(_) => true,
        Stmt::Return(it) => it.value.as_ref().is_none_or(|value| value.is_none_literal_expr()),
        Stmt::Expr(it) => match &*it.value {
            Expr::EllipsisLiteral(_) => true,
            Expr::Call(call) => {
                let is_print = matches!(&*call.func, Expr::Name(name) if name.id == "print");
                let mut given = call.arguments.args.iter();
                is_print
                    && call.arguments.keywords.is_empty()
                    && given.all(Expr::is_string_literal_expr)
            }
            _ => false,
        },
        _ => false,
    };
    function.decorator_list.is_empty() && statements(&function.body).all(is_nothing)
}

/// What is in a function, but for its documentation.
fn statements(body: &[Stmt]) -> impl Iterator<Item = &Stmt> {
    let is_text = |statement: &&Stmt| match statement {
        Stmt::Expr(it) => it.value.is_string_literal_expr(),
        _ => false,
    };
    body.iter().filter(move |statement| !is_text(statement))
}

/// Whether a function only raises `NotImplementedError`, or is `...`, but for its documentation.
fn is_stub(body: &[Stmt]) -> bool {
    let mut body = statements(body);
    match (body.next(), body.next()) {
        (Some(Stmt::Expr(it)), None) => it.value.is_ellipsis_literal_expr(),
        (Some(Stmt::Raise(it)), None) => match it.exc.as_deref() {
            Some(Expr::Name(name)) => last(&name.id) == "NotImplementedError",
            Some(Expr::Call(call)) => match &*call.func {
                Expr::Name(name) => last(&name.id) == "NotImplementedError",
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}
