//! Shapes of expressions and types around a query.

use proc_macro2::TokenTree;
use syn::{Expr, ExprCall, GenericArgument, Macro, PathArguments, ReturnType, Signature, Type};

/// `Order` of a function that returns `Result<Vec<Order>, Error>`.
pub(super) fn returned(signature: &Signature) -> Option<Type> {
    match &signature.output {
        ReturnType::Type(_, ty) => Some(element(ty).clone()),
        ReturnType::Default => None,
    }
}

/// What is in `Ok(…)`.
pub(super) fn unwrapped(expression: &Expr) -> &Expr {
    if let Expr::Call(call) = expression
        && let Expr::Path(function) = &*call.func
        && function.path.is_ident("Ok")
        && let Some(inner) = call.args.first()
    {
        return inner;
    }
    expression
}

/// Methods after which the rows are still those of the query.
const KEEPS: [&str; 12] = [
    "bind",
    "persistent",
    "fetch_one",
    "fetch_optional",
    "fetch_all",
    "map_err",
    "context",
    "with_context",
    "unwrap",
    "expect",
    "unwrap_or_default",
    "ok_or_else",
];

/// The call that a chain of methods begins with, if all of them keep its rows.
pub(super) fn first_call(expression: &Expr) -> Option<&ExprCall> {
    match expression {
        Expr::Call(call) => Some(call),
        Expr::MethodCall(call) if KEEPS.iter().any(|name| call.method == name) => {
            first_call(&call.receiver)
        }
        Expr::Await(inner) => first_call(&inner.base),
        Expr::Try(inner) => first_call(&inner.expr),
        _ => None,
    }
}

/// Whether a function is called without type arguments.
pub(super) fn is_bare(call: &ExprCall) -> bool {
    match &*call.func {
        Expr::Path(path) => path.path.segments.last().is_some_and(|last| last.arguments.is_none()),
        _ => false,
    }
}

/// `Order` of `Vec<Order>`, `Option<Order>` and of a `Result` of either.
pub(super) fn element(ty: &Type) -> &Type {
    if let Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && (last.ident == "Vec"
            || last.ident == "Option"
            || last.ident.to_string().ends_with("Result"))
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let Some(GenericArgument::Type(inner)) = arguments.args.first()
    {
        return element(inner);
    }
    ty
}

/// Whether there is an arrow in the braces of a macro, as there is after the name of a column. Other macros are called
/// `table` as well.
pub(super) fn has_arrow(mac: &Macro) -> bool {
    mac.tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => {
            let tokens: Vec<_> = group.stream().into_iter().collect();
            tokens.windows(2).any(|two| {
                matches!(two, [TokenTree::Punct(dash), TokenTree::Punct(head)]
                    if dash.as_char() == '-' && head.as_char() == '>')
            })
        }
        _ => false,
    })
}
