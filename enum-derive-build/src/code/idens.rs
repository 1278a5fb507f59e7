//! Names as sea-query has them: literals, and types that implement `Iden`.
//!
//! Which types do, and how, is in `iden_types`.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprClosure, Lit, Pat, Token};

use super::iden_types::{Idens, Listed, active_enum, beside, unit_struct};
use super::scope::Scope;
use super::sql::path_names;

/// Methods that leave a name what it is.
const KEEPS_NAME: [&str; 7] =
    ["into_iden", "to_string", "into", "to_owned", "clone", "as_str", "into_type_ref"];

/// Functions that leave a name what it is, of these types: `Alias::new("mood")`.
const NAMERS: [&str; 6] = ["Alias", "DynIden", "String", "SeaRc", "Name", "TypeRef"];

/// Methods that leave names what they are.
const KEEPS_NAMES: [&str; 9] =
    ["into_iter", "iter", "collect", "to_vec", "to_owned", "clone", "copied", "cloned", "by_ref"];

/// The name that an expression is.
pub(super) fn name(expression: &Expr, scope: Scope<'_>) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::Reference(inner) => name(&inner.expr, scope),
        Expr::Paren(inner) => name(&inner.expr, scope),
        Expr::Group(inner) => name(&inner.expr, scope),
        Expr::Cast(inner) => name(&inner.expr, scope),
        Expr::MethodCall(call) if KEEPS_NAME.iter().any(|keeps| call.method == keeps) => {
            name(&call.receiver, scope)
        }
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return None };
            let path = path_names(&path.path);
            let (last, owner) = path.split_last()?;
            match call.args.first() {
                // `Mood::name()`
                None if last == "name" => {
                    active_enum(owner, scope.file).map(|active| active.name.value)
                }
                Some(argument) if call.args.len() == 1 && ["new", "from"].contains(&&**last) => {
                    let of = owner.last()?;
                    NAMERS.contains(&&**of).then(|| name(argument, scope))?
                }
                _ => None,
            }
        }
        Expr::Path(path) => match scope.local(&path.path) {
            Some((value, scope)) => name(value, scope),
            None => name_at(&path_names(&path.path), scope),
        },
        _ => None,
    }
}

/// The name that a path means: a variant, a type without variants, or a constant.
fn name_at(path: &[String], scope: Scope<'_>) -> Option<String> {
    if let Some(place) = scope.file.find(path) {
        return unit_struct(&place).or_else(|| {
            let (file, value) = scope.file.constant(path)?;
            match value {
                // A constant in terms of another one is not followed.
                Expr::Path(_) => None,
                value => name(&value, Scope::of(&file)),
            }
        });
    }
    let (last, owner) = path.split_last()?;
    if let Some(idens) = Idens::at(owner, scope.file) {
        return idens.of(last);
    }
    // `MoodEnum`, beside the active enum `Mood`.
    let active = active_enum(&beside(&scope.file.imported(path), "Enum")?, scope.file)?;
    Some(active.name.value)
}

/// The names that an expression is: an array, `vec![…]`, `Mood::iter()`.
pub(super) fn names(expression: &Expr, scope: Scope<'_>) -> Option<Vec<String>> {
    match expression {
        Expr::Array(array) => array.elems.iter().map(|one| name(one, scope)).collect(),
        Expr::Reference(inner) => names(&inner.expr, scope),
        Expr::Paren(inner) => names(&inner.expr, scope),
        Expr::Group(inner) => names(&inner.expr, scope),
        Expr::Macro(call) if call.mac.path.is_ident("vec") => {
            let elements = Punctuated::<Expr, Token![,]>::parse_terminated;
            let elements = elements.parse2(call.mac.tokens.clone()).ok()?;
            elements.iter().map(|one| name(one, scope)).collect()
        }
        Expr::MethodCall(_) | Expr::Call(_) => {
            Some(listed(expression, scope)?.into_iter().map(|one| one.name).collect())
        }
        Expr::Path(path) => {
            if let Some((value, scope)) = scope.local(&path.path) {
                return names(value, scope);
            }
            let (file, value) = scope.file.constant(&path_names(&path.path))?;
            match value {
                Expr::Path(_) => None,
                value => names(&value, Scope::of(&file)),
            }
        }
        _ => None,
    }
}

/// The names in a list that something is done with: `Mood::iter().skip(1)`.
fn listed(expression: &Expr, scope: Scope<'_>) -> Option<Vec<Listed>> {
    match expression {
        Expr::Paren(inner) => listed(&inner.expr, scope),
        Expr::MethodCall(call) => {
            let mut all = listed(&call.receiver, scope)?;
            let argument = call.args.first();
            match &*call.method.to_string() {
                "skip" => {
                    all.drain(..count(argument?)?.min(all.len()));
                }
                "take" => all.truncate(count(argument?)?),
                "filter" => {
                    let Expr::Closure(closure) = argument? else { return None };
                    let keep: Option<Vec<bool>> = all
                        .iter()
                        .map(|one| holds(&closure.body, one.variant.as_deref()?, closure))
                        .collect();
                    let mut keep = keep?.into_iter();
                    all.retain(|_| keep.next().unwrap_or(true));
                }
                // `.map(|mood| mood.to_string())`, `.map(Alias::new)`
                "map" => match argument? {
                    Expr::Closure(closure) if is_name_of_argument(closure) => {}
                    Expr::Path(path) => {
                        let path = path_names(&path.path);
                        let is_kept = |name: &str| KEEPS_NAME.contains(&name) || name == "new";
                        path.last().filter(|last| is_kept(last))?;
                    }
                    _ => return None,
                },
                method if KEEPS_NAMES.contains(&method) => {}
                _ => return None,
            }
            Some(all)
        }
        Expr::Call(call) if call.args.is_empty() => {
            let Expr::Path(path) = &*call.func else { return None };
            let path = path_names(&path.path);
            let (last, owner) = path.split_last()?;
            match &**last {
                // `EnumIter` has all variants, in order.
                "iter" => Some(Idens::at(owner, scope.file)?.all),
                "iden_values" | "values" => {
                    Some(Idens::of_active(&active_enum(owner, scope.file)?).all)
                }
                _ => None,
            }
        }
        other => {
            let plain = names(other, scope)?.into_iter();
            Some(plain.map(|name| Listed { variant: None, name }).collect())
        }
    }
}

fn count(expression: &Expr) -> Option<usize> {
    let Expr::Lit(literal) = expression else { return None };
    let Lit::Int(count) = &literal.lit else { return None };
    count.base10_parse().ok()
}

/// Whether a closure makes of its argument what has the same name.
fn is_name_of_argument(closure: &ExprClosure) -> bool {
    let Some(argument) = argument_of(closure) else { return false };
    leads_to(&closure.body, &argument)
}

/// Whether an expression is an argument, as far as its name goes.
fn leads_to(expression: &Expr, argument: &str) -> bool {
    match expression {
        Expr::Path(path) => path.path.is_ident(argument),
        Expr::Reference(inner) => leads_to(&inner.expr, argument),
        Expr::Paren(inner) => leads_to(&inner.expr, argument),
        Expr::Cast(inner) => leads_to(&inner.expr, argument),
        Expr::MethodCall(call) => {
            KEEPS_NAME.iter().any(|keeps| call.method == keeps)
                && leads_to(&call.receiver, argument)
        }
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return false };
            let path = path_names(&function.path);
            matches!(&path[..], [.., of, new] if NAMERS.contains(&&**of) && ["new", "from"].contains(&&**new))
                && call.args.len() == 1
                && call.args.iter().all(|inner| leads_to(inner, argument))
        }
        _ => false,
    }
}

fn argument_of(closure: &ExprClosure) -> Option<String> {
    let mut pattern = closure.inputs.first()?;
    loop {
        match pattern {
            Pat::Ident(name) => return Some(name.ident.to_string()),
            Pat::Reference(inner) => pattern = &inner.pat,
            Pat::Type(inner) => pattern = &inner.pat,
            _ => return None,
        }
    }
}

/// Whether the condition of a filter holds for that variant: `!matches!(mood, Mood::Table)`, `*mood != Mood::Table`.
fn holds(condition: &Expr, variant: &str, closure: &ExprClosure) -> Option<bool> {
    match condition {
        Expr::Paren(inner) => holds(&inner.expr, variant, closure),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Not(_)) => {
            holds(&inner.expr, variant, closure).map(|holds| !holds)
        }
        Expr::Binary(binary) => {
            let sides = || {
                Some((
                    holds(&binary.left, variant, closure)?,
                    holds(&binary.right, variant, closure)?,
                ))
            };
            let is_equal = || {
                let argument = argument_of(closure)?;
                let is_argument = |side: &Expr| bare(side).is_some_and(|path| path == [&*argument]);
                let other = match (is_argument(&binary.left), is_argument(&binary.right)) {
                    (true, false) => &binary.right,
                    (false, true) => &binary.left,
                    _ => return None,
                };
                let path = bare(other).filter(|path| path.len() > 1)?;
                Some(path.last()? == variant)
            };
            match binary.op {
                syn::BinOp::And(_) => sides().map(|(one, two)| one && two),
                syn::BinOp::Or(_) => sides().map(|(one, two)| one || two),
                syn::BinOp::Eq(_) => is_equal(),
                syn::BinOp::Ne(_) => is_equal().map(|is| !is),
                _ => None,
            }
        }
        Expr::Macro(call) if call.mac.path.is_ident("matches") => {
            let parse = |input: syn::parse::ParseStream<'_>| {
                let subject: Expr = input.parse()?;
                input.parse::<Token![,]>()?;
                let pattern = Pat::parse_multi_with_leading_vert(input)?;
                input.parse::<Option<Token![,]>>()?;
                Ok((subject, pattern))
            };
            let (subject, pattern) = parse.parse2(call.mac.tokens.clone()).ok()?;
            (bare(&subject)? == [argument_of(closure)?]).then_some(())?;
            is_of(&pattern, variant)
        }
        _ => None,
    }
}

/// Whether a pattern of paths has that variant.
fn is_of(pattern: &Pat, variant: &str) -> Option<bool> {
    match pattern {
        Pat::Path(path) => Some(path.path.segments.last()?.ident == variant),
        Pat::Reference(inner) => is_of(&inner.pat, variant),
        Pat::Paren(inner) => is_of(&inner.pat, variant),
        Pat::Or(all) => all.cases.iter().try_fold(false, |is, one| Some(is | is_of(one, variant)?)),
        _ => None,
    }
}

/// The path that an expression is, without references around it.
fn bare(expression: &Expr) -> Option<Vec<String>> {
    match expression {
        Expr::Path(path) => Some(path_names(&path.path)),
        Expr::Reference(inner) => bare(&inner.expr),
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => bare(&inner.expr),
        _ => None,
    }
}
