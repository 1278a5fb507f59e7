//! SQL in expressions of Rust.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use pg_enum_migrations::folder::{Script, Source};
use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprMacro, Lit, LitStr, Token};

use super::file::File;
use crate::scan::named::path_in_package;

/// What an expression is as SQL.
#[derive(Debug, Clone)]
pub(super) enum Sql {
    /// All of it stands in a literal.
    Whole(Script),
    /// Several texts, one after the other.
    Several(Vec<Self>),
    /// Some of it does, which is this, with other expressions between.
    Parts(String, Span),
    /// It is no text that stands anywhere.
    No,
}

/// Methods that leave a text, or a list of texts, what it is.
const KEEPS: &[&str] = &[
    "to_string",
    "to_owned",
    "into",
    "as_str",
    "clone",
    "trim",
    "trim_end",
    "trim_start",
    "as_slice",
    "iter",
    "into_iter",
    "collect",
    "to_vec",
    "copied",
    "cloned",
    "as_ref",
];

/// Words that a statement begins with that changes no type, no search path and nothing that does.
const HARMLESS: &[&str] = &[
    "select",
    "insert",
    "update",
    "delete",
    "truncate",
    "create table",
    "create unlogged table",
    "create index",
    "create unique index",
    "create view",
    "create or replace view",
    "create materialized view",
    "alter table",
    "alter index",
    "alter sequence",
    "create sequence",
    "drop table",
    "drop index",
    "drop view",
    "drop sequence",
    "drop materialized view",
    "comment",
    "analyze",
    "vacuum",
    "reindex",
    "lock",
    "grant",
    "revoke",
    "drop trigger",
    "create trigger",
];

/// Words of which one may be about a type, or about what replay goes by, whatever the statement begins with.
const TELLING: &[&str] =
    &["search_path", "set_config", "pg_enum", "pg_type", "pg_catalog", "execute"];

impl Sql {
    /// What `expression` is. `text_of` tells what a name is bound to.
    pub(super) fn of(expression: &Expr, file: &File, bound: &dyn Fn(&str) -> Option<Self>) -> Self {
        match expression {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Self::literal(text, file),
                _ => Self::No,
            },
            Expr::Reference(inner) => Self::of(&inner.expr, file, bound),
            Expr::Paren(inner) => Self::of(&inner.expr, file, bound),
            Expr::Group(inner) => Self::of(&inner.expr, file, bound),
            Expr::Unary(inner) => Self::of(&inner.expr, file, bound),
            Expr::Path(path) => {
                let path = path_names(&path.path);
                bound(&path.join("::")).unwrap_or_else(|| match file.constant(&path) {
                    // A constant in terms of another one ends with itself.
                    Some((file, value)) => Self::of(&value, &file, &|_| Some(Self::No)),
                    None => Self::No,
                })
            }
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                let of = Self::of(&call.receiver, file, bound);
                match &*name {
                    // Which statement is sent by itself makes no difference here.
                    "split" | "split_terminator" if is_semicolon(call.args.first()) => match of {
                        whole @ Self::Whole(_) => Self::Several(vec![whole]),
                        of => of,
                    },
                    // Empty ones are left out, or lines with comments.
                    "filter" | "lines" => of,
                    "join" if is_line_end(call.args.first()) => of,
                    _ if KEEPS.contains(&&*name) => of,
                    _ => Self::No,
                }
            }
            Expr::Array(array) => Self::several(array.elems.iter(), file, bound),
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return Self::No };
                let last = path.path.segments.last();
                // SeaORM's `Statement::from_string(backend, "…")` (`sea-orm/src/database/statement.rs`).
                let is_statement = ["from_string", "from_sql_and_values"];
                if last.is_some_and(|last| is_statement.iter().any(|name| last.ident == name))
                    && let Some(argument) = call.args.iter().nth(1)
                {
                    return Self::of(argument, file, bound);
                }
                // A function of the repository that cuts a text into its statements: what it returns borrows from the text.
                let is_split = last.is_some_and(|last| last.ident.to_string().contains("split"));
                if is_split && call.args.len() == 1 && file.cuts_text(&path_names(&path.path)) {
                    let of = Self::of(&call.args[0], file, bound);
                    return if matches!(of, Self::Whole(_)) { Self::Several(vec![of]) } else { of };
                }
                let keeps = ["from", "new", "AssertSqlSafe", "Borrowed", "Owned", "Some", "Ok"];
                match call.args.first() {
                    Some(argument)
                        if call.args.len() == 1
                            && last.is_some_and(|last| {
                                keeps.iter().any(|name| last.ident == name)
                            }) =>
                    {
                        Self::of(argument, file, bound)
                    }
                    _ => Self::No,
                }
            }
            Expr::Macro(call) => Self::of_macro(call, file, bound),
            _ => Self::No,
        }
    }

    fn of_macro(call: &ExprMacro, file: &File, bound: &dyn Fn(&str) -> Option<Self>) -> Self {
        let Some(name) = call.mac.path.segments.last() else { return Self::No };
        let tokens = call.mac.tokens.clone();
        match &*name.ident.to_string() {
            "include_str" => {
                let (source, span) = match syn::parse2::<LitStr>(tokens.clone()) {
                    Ok(path) => (file.beside(&path.value()), path.span()),
                    Err(_) => {
                        let path = path_in_package(tokens);
                        (path.and_then(|path| file.of_package(&path)), call.span())
                    }
                };
                source.map_or_else(|| Self::Parts(String::new(), span), Self::whole)
            }
            "format" => Self::format(tokens, file, bound),
            "indoc" => match syn::parse2::<LitStr>(tokens) {
                Ok(text) => Self::literal(&text, file),
                Err(_) => Self::No,
            },
            "vec" => {
                let elements = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens);
                elements.map_or(Self::No, |elements| Self::several(elements.iter(), file, bound))
            }
            "concat" => Self::Parts(String::new(), call.span()),
            _ => Self::No,
        }
    }

    /// What `format!` makes of its arguments, where each stands for a text that is known.
    pub(super) fn format(
        tokens: TokenStream,
        file: &File,
        bound: &dyn Fn(&str) -> Option<Self>,
    ) -> Self {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens);
        let mut arguments = arguments.into_iter().flatten();
        let Some(Expr::Lit(ExprLit { lit: Lit::Str(literal), .. })) = arguments.next() else {
            return Self::No;
        };
        let text = literal.value();
        if !text.contains(['{', '}']) {
            return Self::literal(&literal, file);
        }
        let (mut in_order, mut named) = (Vec::new(), Vec::new());
        for argument in arguments {
            match argument {
                Expr::Assign(pair) => match &*pair.left {
                    Expr::Path(path) => {
                        named.push((path.path.get_ident().map(ToString::to_string), pair.right));
                    }
                    _ => return Self::No,
                },
                argument => in_order.push(argument),
            }
        }
        let mut in_order = in_order.into_iter();
        let mut value = |hole: &str| {
            let name = hole.split(':').next().unwrap_or_default().trim();
            let sql = if name.is_empty() {
                Self::of(&in_order.next()?, file, bound)
            } else if let Some((_, value)) =
                named.iter().find(|(known, _)| known.as_deref() == Some(name))
            {
                Self::of(value, file, bound)
            } else {
                Self::of(&syn::parse_str(name).ok()?, file, bound)
            };
            match sql {
                Self::Whole(script) => Some(script.text().to_owned()),
                Self::Parts(..) | Self::Several(_) | Self::No => None,
            }
        };
        match formatted(&text, &mut value) {
            Some(sql) => Self::Whole(Self::made(&sql, literal.span(), file)),
            None => Self::Parts(text, literal.span()),
        }
    }

    /// A list of texts.
    fn several<'e>(
        elements: impl Iterator<Item = &'e Expr>,
        file: &File,
        bound: &dyn Fn(&str) -> Option<Self>,
    ) -> Self {
        let texts: Vec<Self> = elements.map(|element| Self::of(element, file, bound)).collect();
        if texts.is_empty() || texts.iter().any(|text| matches!(text, Self::No)) {
            Self::No
        } else {
            Self::Several(texts)
        }
    }

    fn whole(source: Arc<Source>) -> Self {
        let range = 0..source.text.len();
        Self::Whole(Script { source, range })
    }

    fn literal(literal: &LitStr, file: &File) -> Self {
        let parts = || Self::Parts(literal.value(), literal.span());
        let text = &file.source.text;
        let Some(range) = contents(text, literal.span().byte_range()) else { return parts() };
        let written = &text[range.clone()];
        let is_raw = text[literal.span().byte_range()].starts_with('r');
        if is_raw || !written.contains('\\') {
            return Self::Whole(Script { source: Arc::clone(&file.source), range });
        }
        let Some(respelled) = respelled(written) else { return parts() };
        let text = [&text[..range.start], &respelled, &text[range.end..]].concat();
        let source = Source { path: file.source.path.clone(), text };
        Self::Whole(Script { source: Arc::new(source), range })
    }

    /// SQL that is put together, as it reads: it stands at that line of the file.
    pub(super) fn made(sql: &str, at: Span, file: &File) -> Script {
        at_line(sql, at.start().line, file.source.path.clone())
    }
}

/// SQL that stands at a line of a file as it reads.
pub(super) fn at_line(sql: &str, line: usize, path: PathBuf) -> Script {
    let before = "\n".repeat(line.saturating_sub(1));
    let range = before.len()..before.len() + sql.len();
    Script { source: Arc::new(Source { path, text: before + sql }), range }
}

/// SQL that does what scripts do that are sent one after the other until one of them fails, which is then taken back.
pub(super) fn attempted<'s>(scripts: impl Iterator<Item = &'s str>) -> String {
    let scripts: Vec<&str> = scripts.map(|script| script.trim().trim_end_matches(';')).collect();
    // A tag that is in none of them.
    let mut tag = String::from("$attempt$");
    while scripts.iter().any(|script| script.contains(&tag)) {
        tag.insert(1, '_');
    }
    let mut block = format!("DO {tag} DECLARE failed boolean := false; BEGIN");
    for script in scripts {
        let handler = "EXCEPTION WHEN OTHERS THEN failed := true; END";
        block.extend([" IF NOT failed THEN BEGIN ", script, "; ", handler, "; END IF;"]);
    }
    block.extend([" END ", &tag]);
    block
}

/// Whether a text has a statement that may change what tables there are, or their columns.
pub(super) fn is_about_tables(text: &str) -> bool {
    pg_enum_migrations::words(text).any(|word| matches!(&*word, "table" | "view" | "into"))
}

/// Whether SQL changes no type, whatever stands between its parts: each of its statements begins with words that tell,
/// and none that matters is in it.
pub(super) fn is_harmless(sql: &str) -> bool {
    let lower = sql.to_lowercase();
    let without_comments: String = lower
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join(" ");
    let mut statements = without_comments.split(';').map(str::trim).filter(|text| !text.is_empty());
    let mut words = lower.split(|c: char| !c.is_alphanumeric() && c != '_');
    !words.any(|word| TELLING.contains(&word))
        && statements.all(|statement| {
            let spaced = statement.split_whitespace().collect::<Vec<_>>().join(" ");
            HARMLESS.iter().any(|start| spaced.starts_with(start))
        })
        && !without_comments.trim().is_empty()
}

/// The names in a path.
pub(super) fn path_names(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect()
}

/// `"\n"`, `" "`
fn is_line_end(argument: Option<&Expr>) -> bool {
    matches!(argument, Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. }))
        if ["\n", " ", "\r\n"].contains(&&*text.value()))
}

/// `';'`, `";"`
fn is_semicolon(argument: Option<&Expr>) -> bool {
    match argument {
        Some(Expr::Lit(ExprLit { lit: Lit::Char(c), .. })) => c.value() == ';',
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => text.value() == ";",
        _ => false,
    }
}

/// The bytes between the quotes of a literal.
fn contents(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let written = text.get(literal.clone())?;
    let open = written.find('"')?;
    let close = written.rfind('"')?;
    (close > open).then(|| literal.start + open + 1..literal.start + close)
}

/// A text of `format!`, with values in the place of its holes. Nothing where one is not known.
fn formatted(text: &str, value: &mut dyn FnMut(&str) -> Option<String>) -> Option<String> {
    let mut sql = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '{' | '}' if rest.starts_with(c) => {
                sql.push(c);
                rest = &rest[1..];
            }
            '{' => {
                let (hole, after) = rest.split_once('}')?;
                rest = after;
                sql.push_str(&value(hole)?);
            }
            '}' => return None,
            c => sql.push(c),
        }
    }
    Some(sql)
}

/// The text of a literal with its escapes spelled as SQL in as many bytes. Nothing where that would be another SQL.
fn respelled(written: &str) -> Option<String> {
    let mut text = String::with_capacity(written.len());
    // The quote that is open.
    let mut quote: Option<char> = None;
    let mut chars = written.chars();
    while let Some(c) = chars.next() {
        let (c, is_escaped) = match c {
            '\\' => match chars.next()? {
                'n' if !written.contains("--") => (' ', true),
                't' | 'r' => (' ', true),
                c @ ('"' | '\'') => (c, true),
                // The blanks that begin the next line are no part of it. They separate words as those do.
                '\n' if text.is_empty() || text.ends_with([' ', '\n', ',', '(', ';']) => {
                    text.push(' ');
                    ('\n', false)
                }
                _ => return None,
            },
            c => (c, false),
        };
        if !is_escaped {
            text.push(c);
            if quote == Some(c) {
                quote = None;
            } else if quote.is_none() && matches!(c, '"' | '\'') {
                quote = Some(c);
            }
            continue;
        }
        match quote {
            // It ends what is quoted.
            Some(open) if open == c => {
                text.extend([c, ' ']);
                quote = None;
            }
            // A blank in there would be one of the text's.
            Some(_) => return None,
            None => {
                text.extend([' ', c]);
                quote = matches!(c, '"' | '\'').then_some(c);
            }
        }
    }
    Some(text)
}
