//! The paths that expressions come to: literals, `concat!`, `env!("CARGO_MANIFEST_DIR")`, the functions of `Path`, and names
//! that are defined as such an expression.

use std::cell::Cell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, Token};

/// How many names an expression may lead to.
const MOST: u32 = 64;

/// The longest value that may be a path: of a constant in characters of source, of a definition in tokens.
const LONGEST: usize = 400;

/// A binding, and what comes before it in its block and around it.
pub(super) struct Scope {
    name: String,
    /// Nothing where it is not known: of a parameter, of a part of a pattern, and of what may be assigned to.
    value: Option<TokenStream>,
    before: Option<Rc<Scope>>,
}

impl Drop for Scope {
    /// A block may have so many bindings that the stack would not do.
    fn drop(&mut self) {
        let mut next = self.before.take();
        while let Some(mut scope) = next.and_then(Rc::into_inner) {
            next = scope.before.take();
        }
    }
}

/// The same scope with the names in a pattern, of which no value is known.
pub(super) fn bound<'t>(
    pattern: impl IntoIterator<Item = &'t TokenTree>,
    mut scope: Option<Rc<Scope>>,
) -> Option<Rc<Scope>> {
    let mut open: Vec<TokenTree> = pattern.into_iter().cloned().collect();
    while let Some(tree) = open.pop() {
        match tree {
            TokenTree::Ident(name) => {
                scope = Some(Rc::new(Scope { name: name.to_string(), value: None, before: scope }));
            }
            TokenTree::Group(group) => open.extend(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    scope
}

pub(super) fn is_punct(tree: &TokenTree, char: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == char)
}

/// What a `let` at a token binds, added to a scope.
pub(super) fn with_let(
    trees: &[TokenTree],
    index: usize,
    scope: Option<Rc<Scope>>,
) -> Option<Rc<Scope>> {
    // That of a condition binds parts of a value.
    let is_statement = match index.checked_sub(1).map(|before| &trees[before]) {
        None => true,
        Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::Parenthesis,
        Some(before) => is_punct(before, ';'),
    };
    let is_name = matches!(trees.get(index + 2), Some(next) if [':', '='].iter().any(|char| is_punct(next, *char)));
    if is_statement
        && is_name
        && let Some(Definition { name, value }) = Definition::at(trees, index)
    {
        return Some(Rc::new(Scope { name, value: Some(value), before: scope }));
    }
    let ends = |tree: &&TokenTree| ['=', ';'].iter().any(|char| is_punct(tree, *char));
    bound(trees[index + 1..].iter().take(LONGEST).take_while(|tree| !ends(tree)), scope)
}

/// The `const` and `static` items of a crate, by their names, each with its file.
#[derive(Debug, Default)]
pub(crate) struct Constants {
    by_name: HashMap<String, Vec<(PathBuf, TokenStream)>>,
}

/// A definition that begins at a token.
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) value: TokenStream,
}

impl Definition {
    /// `KEYWORD NAME … = VALUE;`. Nothing of `static mut`, `const fn`, `*const` and the lifetime.
    pub(super) fn at(trees: &[TokenTree], index: usize) -> Option<Self> {
        const OTHERS: [&str; 5] = ["mut", "fn", "unsafe", "extern", "async"];
        if index
            .checked_sub(1)
            .is_some_and(|at| ['\'', '*'].iter().any(|char| is_punct(&trees[at], *char)))
        {
            return None;
        }
        let Some(TokenTree::Ident(name)) = trees.get(index + 1) else { return None };
        let name = name.to_string();
        if OTHERS.contains(&&*name) {
            return None;
        }
        let rest = &trees[index + 2..];
        let rest = &rest[..rest.len().min(LONGEST)];
        let is_block = |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        // A block before the value is that of what the keyword is only a part of.
        let start = rest.iter().position(|tree| {
            is_block(tree) || ['=', ';'].iter().any(|char| is_punct(tree, *char))
        })?;
        if !is_punct(&rest[start], '=') {
            return None;
        }
        let value = &rest[start + 1..];
        let end = value.iter().position(|tree| is_punct(tree, ';'))?;
        Some(Self { name, value: value[..end].iter().cloned().collect() })
    }
}

impl Constants {
    /// Adds one that may be a path.
    pub(super) fn add(&mut self, file: &Path, Definition { name, value }: Definition) {
        if value.to_string().len() <= LONGEST {
            self.by_name.entry(name).or_default().push((file.to_owned(), value));
        }
    }
}

/// What the names in an expression stand for.
pub(super) struct Names<'a> {
    pub(super) file: &'a Path,
    pub(super) scope: Option<&'a Rc<Scope>>,
    pub(super) constants: &'a Constants,
    /// How many names may still be looked up.
    pub(super) left: Rc<Cell<u32>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(
        file: &'a Path,
        scope: Option<&'a Rc<Scope>>,
        constants: &'a Constants,
    ) -> Self {
        Self { file, scope, constants, left: Rc::new(Cell::new(MOST)) }
    }

    /// The path that tokens come to; nothing before it stands for the manifest's directory.
    pub(super) fn of_tokens(&self, tokens: TokenStream) -> Option<String> {
        self.value(&syn::parse2(tokens).ok()?)
    }

    /// The path that a name stands for: of the nearest binding, or else of a constant, of which there may be several if all
    /// come to the same.
    fn of_name(&self, name: &str, is_alone: bool) -> Option<String> {
        self.left.set(self.left.get().checked_sub(1)?);
        let mut scope = self.scope.filter(|_| is_alone);
        while let Some(local) = scope {
            if local.name == name {
                let names =
                    Self { scope: local.before.as_ref(), left: Rc::clone(&self.left), ..*self };
                return names.of_tokens(local.value.clone()?);
            }
            scope = local.before.as_ref();
        }
        let all = self.constants.by_name.get(name)?;
        let own = all.iter().any(|(file, _)| is_alone && file == self.file);
        let mut values =
            all.iter().filter(|(file, _)| !own || file == self.file).map(|(file, value)| {
                let left = Rc::clone(&self.left);
                let names = Names { file, scope: None, constants: self.constants, left };
                names.of_tokens(value.clone())
            });
        let first = values.next()??;
        values.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }

    /// The path that an expression comes to.
    pub(super) fn value(&self, expression: &Expr) -> Option<String> {
        match expression {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            Expr::Reference(reference) => self.value(&reference.expr),
            Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => self.value(expr),
            Expr::Paren(paren) => self.value(&paren.expr),
            Expr::Group(group) => self.value(&group.expr),
            Expr::Try(of) => self.value(&of.expr),
            Expr::Path(path) => {
                let segments = &path.path.segments;
                self.of_name(&segments.last()?.ident.to_string(), segments.len() == 1)
            }
            Expr::Macro(call) => {
                let last = call.mac.path.segments.last()?.ident.to_string();
                let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
                let arguments = arguments.parse2(call.mac.tokens.clone()).ok()?;
                match &*last {
                    "env" => is_directory(&self.value(arguments.first()?)?),
                    "concat" => {
                        let parts = arguments.iter().map(|part| self.value(part));
                        Some(relative(&parts.collect::<Option<String>>()?).to_owned())
                    }
                    "format" => self.format(&arguments),
                    _ => None,
                }
            }
            Expr::Call(call) => {
                let Expr::Path(function) = &*call.func else { return None };
                let mut segments = function.path.segments.iter().rev();
                let (name, of) = (segments.next()?, segments.next()?);
                let (name, of) = (name.ident.to_string(), of.ident.to_string());
                let argument = || self.value(call.args.first()?);
                match (&*of, &*name) {
                    ("Path", "new") | ("PathBuf" | "String", "from") => argument(),
                    // A program that `cargo run` starts has it.
                    ("env", "var" | "var_os") => is_directory(&argument()?),
                    _ => None,
                }
            }
            Expr::MethodCall(call) => {
                let receiver = self.value(&call.receiver)?;
                match (&*call.method.to_string(), call.args.first()) {
                    ("join", Some(more)) => {
                        let joined = Path::new(&receiver).join(self.value(more)?);
                        Some(joined.to_string_lossy().into_owned())
                    }
                    ("parent", None) => {
                        let above = Path::new(&receiver).join("..");
                        Some(above.to_string_lossy().into_owned())
                    }
                    ("expect", Some(_))
                    | (
                        "as_path" | "to_path_buf" | "as_ref" | "into" | "to_owned" | "to_string"
                        | "clone" | "unwrap" | "as_str" | "to_str" | "to_string_lossy" | "display"
                        | "canonicalize" | "into_boxed_path" | "as_os_str" | "to_os_string",
                        None,
                    ) => Some(receiver),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What `format!` makes of `{}` and `{NAME}`.
    fn format(&self, arguments: &Punctuated<Expr, Token![,]>) -> Option<String> {
        let mut arguments = arguments.iter();
        let Expr::Lit(ExprLit { lit: Lit::Str(pattern), .. }) = arguments.next()? else {
            return None;
        };
        let pattern = pattern.value();
        let mut text = String::new();
        let mut rest = &*pattern;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            text += before;
            text += &match name {
                "" => self.value(arguments.next()?)?,
                // Anything else is a format or an escape.
                name if syn::parse_str::<proc_macro2::Ident>(name).is_ok() => {
                    self.of_name(name, true)?
                }
                _ => return None,
            };
            rest = after;
        }
        Some(relative(&(text + rest)).to_owned()).filter(|_| !rest.contains('}'))
    }
}

/// The manifest's directory, if the variable of this name has it.
fn is_directory(variable: &str) -> Option<String> {
    (variable == "CARGO_MANIFEST_DIR").then(String::new)
}

/// What is left of a path whose beginning, the manifest's directory, is empty.
pub(super) fn relative(path: &str) -> &str {
    path.trim_start_matches('/')
}
