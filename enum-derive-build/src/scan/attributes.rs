//! Attributes, with `cfg_attr` resolved.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use super::cfg::{Cfg, Truth, text};
use super::tokens::split_at_commas;

/// Whether something is compiled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub(crate) truth: Truth,
    /// The predicates that are not determined.
    pub(super) open: Vec<String>,
}

/// An attribute, or one that a `cfg_attr` has.
struct Resolved {
    /// Whether it is there.
    truth: Truth,
    meta: Meta,
    /// The predicate that this hangs on.
    open: Vec<String>,
}

/// Judges the `cfg` attributes.
pub(crate) fn judge(attributes: &[Attribute], cfg: &Cfg) -> Judgement {
    let mut judgement = Judgement { truth: Truth::True, open: Vec::new() };
    for resolved in resolve(attributes, cfg) {
        let Meta::List(list) = &resolved.meta else { continue };
        if !list.path.is_ident("cfg") {
            continue;
        }
        let predicate: Vec<_> = trimmed(list.tokens.clone());
        let holds = cfg.evaluate(&predicate);
        // An attribute that is not there demands nothing.
        let truth = resolved.truth.negated().or(holds);
        if truth == Truth::Undetermined {
            judgement.open.extend(resolved.open);
            if holds == Truth::Undetermined {
                judgement.open.push(text(&predicate));
            }
        }
        judgement.truth = judgement.truth.and(truth);
    }
    judgement
}

/// The `path` attribute. `Err` has the predicate that it hangs on, where that is not determined.
pub(super) fn path(attributes: &[Attribute], cfg: &Cfg) -> Result<Option<String>, String> {
    for resolved in resolve(attributes, cfg) {
        let Meta::NameValue(meta) = &resolved.meta else { continue };
        let Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) = &meta.value else { continue };
        if meta.path.is_ident("path") {
            return match resolved.truth {
                Truth::Undetermined => Err(resolved.open.join(", ")),
                _ => Ok(Some(path.value())),
            };
        }
    }
    Ok(None)
}

/// Puts what `cfg_attr` has in its place, leaves out what is not there and `cfg` itself, as a derive
/// gets them. What is not determined stays as it is; its predicates are returned.
pub(super) fn settle(attributes: &mut Vec<Attribute>, cfg: &Cfg) -> Vec<String> {
    let mut open = Vec::new();
    let mut settled = Vec::with_capacity(attributes.len());
    for attribute in attributes.drain(..) {
        if attribute.path().is_ident("cfg") {
            continue;
        }
        if !attribute.path().is_ident("cfg_attr") {
            settled.push(attribute);
            continue;
        }
        let resolved = resolve(std::slice::from_ref(&attribute), cfg);
        if let Some(undetermined) = resolved.iter().find(|one| one.truth == Truth::Undetermined) {
            open.extend(undetermined.open.iter().cloned());
            settled.push(attribute);
            continue;
        }
        let applied = resolved.into_iter().filter(|one| !one.meta.path().is_ident("cfg"));
        settled.extend(applied.map(|one| Attribute {
            pound_token: attribute.pound_token,
            style: attribute.style,
            bracket_token: attribute.bracket_token,
            meta: one.meta,
        }));
    }
    *attributes = settled;
    open
}

/// The derives of an enum, those in a `cfg_attr` included, whatever its predicate.
pub(super) fn derives(attributes: &[Attribute]) -> Vec<syn::Path> {
    // Nothing is known, so that nothing is left out.
    resolve(attributes, &Cfg::default()).iter().flat_map(paths).collect()
}

/// The predicates that are not determined and that a derive hangs on, if it is one of those that `is_it` accepts.
pub(super) fn conditions(
    attributes: &[Attribute],
    cfg: &Cfg,
    is_it: impl Fn(&syn::Path) -> bool,
) -> Vec<String> {
    let resolved = resolve(attributes, cfg);
    let deriving = resolved.into_iter().filter(|one| paths(one).iter().any(&is_it));
    deriving.flat_map(|one| one.open).collect()
}

/// The paths in a `derive`.
fn paths(resolved: &Resolved) -> Vec<syn::Path> {
    let Meta::List(list) = &resolved.meta else { return Vec::new() };
    if !list.path.is_ident("derive") {
        return Vec::new();
    }
    let path = |part: Vec<TokenTree>| {
        syn::parse::Parser::parse2(
            syn::Path::parse_mod_style,
            part.into_iter().collect::<TokenStream>(),
        )
    };
    split_at_commas(list.tokens.clone()).into_iter().filter_map(|part| path(part).ok()).collect()
}

/// All attributes that are there, or may be.
fn resolve(attributes: &[Attribute], cfg: &Cfg) -> Vec<Resolved> {
    let mut resolved = Vec::new();
    for attribute in attributes {
        let top = Resolved { truth: Truth::True, meta: attribute.meta.clone(), open: Vec::new() };
        // Those to look at, the next one last.
        let mut waiting = vec![top];
        while let Some(one) = waiting.pop() {
            match &one.meta {
                Meta::List(list) if list.path.is_ident("cfg_attr") => {
                    let mut parts = split_at_commas(list.tokens.clone()).into_iter();
                    let predicate = parts.next().unwrap_or_default();
                    let holds = cfg.evaluate(&predicate);
                    let truth = one.truth.and(holds);
                    if truth == Truth::False {
                        continue;
                    }
                    let mut open = one.open.clone();
                    if holds == Truth::Undetermined {
                        open.push(text(&predicate));
                    }
                    // What does not parse is the compiler's to complain about.
                    let metas =
                        parts.filter_map(|part| syn::parse2(part.into_iter().collect()).ok());
                    let inner = metas.map(|meta| Resolved { truth, meta, open: open.clone() });
                    let from = waiting.len();
                    waiting.extend(inner);
                    waiting[from..].reverse();
                }
                _ => resolved.push(one),
            }
        }
    }
    resolved
}

/// Without a comma at the end, which `cfg` allows.
fn trimmed(tokens: TokenStream) -> Vec<TokenTree> {
    let mut tokens: Vec<_> = tokens.into_iter().collect();
    tokens.pop_if(|last| super::tokens::is_punct(Some(last), ','));
    tokens
}
