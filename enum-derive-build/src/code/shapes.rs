//! What expressions look like, as far as it matters to what they do.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, Macro, Token};

use super::names::QUERIES;

/// A query that something runs.
pub(super) enum Query<'e> {
    Call(&'e Expr),
    Macro(&'e Macro),
}

/// The query that a chain of methods begins with: `sqlx::query("…").bind(1)`.
pub(super) fn query_of(expression: &Expr) -> Option<Query<'_>> {
    match expression {
        Expr::MethodCall(call) => query_of(&call.receiver),
        Expr::Paren(inner) => query_of(&inner.expr),
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return None };
            let last = path.path.segments.last()?.ident.to_string();
            QUERIES.contains(&&*last).then(|| call.args.first().map(Query::Call))?
        }
        Expr::Macro(call) => {
            let last = call.mac.path.segments.last()?.ident.to_string();
            QUERIES.contains(&&*last).then_some(Query::Macro(&call.mac))
        }
        _ => None,
    }
}

/// Whether a chain of methods begins with one of these functions.
pub(super) fn function_is(expression: &Expr, names: &[&str]) -> bool {
    match expression {
        Expr::MethodCall(call) => function_is(&call.receiver, names),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path
                .path
                .segments
                .last()
                .is_some_and(|last| names.iter().any(|name| last.ident == name)),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a condition asks if the database is `PostgreSQL`, and whether it holds then.
pub(super) fn is_postgres(condition: &Expr) -> Option<bool> {
    match condition {
        Expr::Binary(binary) => {
            let is_asked = [&binary.left, &binary.right].iter().any(|side| match &***side {
                Expr::Path(path) => {
                    path.path.segments.last().is_some_and(|last| last.ident == "Postgres")
                }
                _ => false,
            });
            match binary.op {
                syn::BinOp::Eq(_) if is_asked => Some(true),
                syn::BinOp::Ne(_) if is_asked => Some(false),
                _ => None,
            }
        }
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Not(_)) => {
            is_postgres(&inner.expr).map(|is| !is)
        }
        Expr::Macro(call) if call.mac.path.is_ident("cfg") => {
            let text = call.mac.tokens.to_string();
            let compact: String = text.split_whitespace().collect();
            match &*compact {
                "feature=\"postgres\"" | "not(feature=\"sqlite\")" | "not(feature=\"mysql\")" => {
                    Some(true)
                }
                "not(feature=\"postgres\")" | "feature=\"sqlite\"" | "feature=\"mysql\"" => {
                    Some(false)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether something returns from the function.
pub(super) struct Returns(pub(super) bool);

impl<'ast> Visit<'ast> for Returns {
    fn visit_expr_return(&mut self, _: &'ast syn::ExprReturn) {
        self.0 = true;
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
}

/// Whether one of some names is in a tree.
pub(super) struct Mentions<'n> {
    pub(super) names: &'n [String],
    pub(super) found: bool,
}

impl Mentions<'_> {
    fn look(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    self.found |= self.names.iter().any(|name| ident == name);
                }
                TokenTree::Group(group) => self.look(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
        self.found |= self.names.iter().any(|name| ident == name);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.look(mac.tokens.clone());
    }
}

/// The names that a pattern binds.
#[derive(Default)]
pub(super) struct Names(pub(super) Vec<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.0.push(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }
}

/// Paths of more than one name, in a macro's arguments as well.
#[derive(Default)]
pub(super) struct Paths(pub(super) Vec<syn::Path>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        // `Box::new` is none of them.
        call.args.iter().for_each(|argument| self.visit_expr(argument));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.0.push(path.clone());
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(arguments) = arguments.parse2(mac.tokens.clone()) {
            // They outlive nothing.
            let mut inner = Self::default();
            arguments.iter().for_each(|argument| inner.visit_expr(argument));
            self.0.extend(inner.0);
        }
    }
}
