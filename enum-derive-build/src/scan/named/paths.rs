//! The paths that expressions come to: literals, `concat!`, `env!("CARGO_MANIFEST_DIR")`, the functions of `Path`, and names
//! that are defined as such an expression.

use std::cell::Cell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, Token};

/// How many names an expression may lead to.
const MOST: u32 = 64;

/// The longest value of a constant that may be a path, in characters of source.
const LONGEST: usize = 400;

/// A `let`, and what comes before it in its block and around it.
pub(super) struct Scope {
    name: String,
    value: TokenStream,
    before: Option<Rc<Scope>>,
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
    /// `KEYWORD NAME … = VALUE;`
    pub(super) fn at(trees: &[TokenTree], index: usize) -> Option<Self> {
        let mut at = index + 1;
        if matches!(trees.get(at), Some(TokenTree::Ident(ident)) if ident == "mut") {
            at += 1;
        }
        let Some(TokenTree::Ident(name)) = trees.get(at) else { return None };
        let rest = &trees[at + 1..];
        let is_punct = |tree: &TokenTree, char: char| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == char);
        let end = rest.iter().position(|tree| is_punct(tree, ';'))?;
        let start = rest[..end].iter().position(|tree| is_punct(tree, '='))?;
        let value: TokenStream = rest[start + 1..end].iter().cloned().collect();
        Some(Self { name: name.to_string(), value })
    }

    /// The same, as what the following statements of the block see.
    pub(super) fn before(self, before: Option<Rc<Scope>>) -> Rc<Scope> {
        Rc::new(Scope { name: self.name, value: self.value, before })
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

    /// The path that a name stands for: of the nearest `let`, or else of a constant, of which there may be several if all
    /// come to the same.
    fn of_name(&self, name: &str, is_alone: bool) -> Option<String> {
        self.left.set(self.left.get().checked_sub(1)?);
        let mut scope = self.scope.filter(|_| is_alone);
        while let Some(local) = scope {
            if local.name == name {
                let names =
                    Self { scope: local.before.as_ref(), left: Rc::clone(&self.left), ..*self };
                return names.of_tokens(local.value.clone());
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
