//! Names as the server reads them.

use std::borrow::Cow;
use std::fmt;
use std::iter::Peekable;
use std::ops::Deref;
use std::sync::Arc;

use pg_enum_core::{Ident, unquote};
use squawk_lexer::TokenKind;

use super::escapes;
use super::keyword::original;
use super::node::{SyntaxKind, SyntaxNode, SyntaxToken};
use super::recent::shared;
use super::token::Token;
pub(crate) use crate::ground::HOLE;

/// Whether a part of `text` is not known.
pub(crate) fn has_hole(text: &str) -> bool {
    // Most names are ASCII, which takes less time to see.
    !text.is_ascii() && text.contains(HOLE)
}

/// A possibly qualified name.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub schema: Option<Arc<str>>,
    pub name: Arc<str>,
}

impl Path {
    /// From its parts. A database before the schema can only be the one that is connected to
    /// (`PostgreSQL` manual, 5.10.1), so it says nothing.
    pub(crate) fn from_parts(mut parts: Vec<Arc<str>>) -> Option<Self> {
        let name = parts.pop()?;
        Some(Self { schema: parts.pop(), name })
    }

    /// The name that tokens begin with. What is written with escapes is not read.
    pub(crate) fn read<'a>(tokens: &mut Peekable<impl Iterator<Item = Token<'a>>>) -> Option<Self> {
        let mut parts: Vec<Arc<str>> = Vec::new();
        loop {
            let (kind, word, _) = tokens.peek()?;
            let part = match kind {
                TokenKind::Ident => folded(word),
                TokenKind::QuotedIdent { .. } => {
                    word.strip_prefix('"')?.strip_suffix('"')?.replace("\"\"", "\"").into()
                }
                _ => return None,
            };
            parts.push(truncated(&part).into());
            tokens.next();
            if tokens.next_if(|(kind, ..)| *kind == TokenKind::Dot).is_none() {
                return Self::from_parts(parts);
            }
        }
    }

    /// The name that a node of the syntax tree holds.
    pub(crate) fn of(node: &SyntaxNode) -> Option<Self> {
        let mut parts = Vec::new();
        for node in node.descendants() {
            if matches!(node.kind(), SyntaxKind::PATH_SEGMENT | SyntaxKind::PATH_SEGMENT_REF) {
                parts.push(identifier(&node));
            }
        }
        Self::from_parts(parts)
    }

    /// The first name that a child of a node holds.
    pub(crate) fn among(node: &SyntaxNode) -> Option<Self> {
        node.children().find_map(|node| Self::of(&node))
    }

    pub(crate) fn has_hole(&self) -> bool {
        has_hole(&self.name) || self.schema.as_deref().is_some_and(has_hole)
    }
}

/// The names with which what comes after `CREATE TYPE`, `DROP TABLE` and the like begins.
pub(crate) fn names(tokens: &[Token<'_>]) -> Vec<Path> {
    let is_skipped = |(_, word, _): &&Token<'_>| {
        matches!(&*Keyword::new(word), "if" | "not" | "exists" | "only")
    };
    let mut tokens = tokens.iter().copied().skip_while(|token| is_skipped(&token)).peekable();
    let mut names = Vec::new();
    while let Some(path) = Path::read(&mut tokens) {
        names.push(path);
        if tokens.next_if(|(kind, ..)| *kind == TokenKind::Comma).is_none() {
            break;
        }
    }
    names
}

/// As a message shows it: without quotes, as the server does.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}

/// The identifier that a node holds: folded to lower case unless it is quoted, and cut to what the
/// server keeps (`PostgreSQL` manual, 4.1.1).
pub(crate) fn identifier(node: &SyntaxNode) -> Arc<str> {
    let mut tokens = Vec::new();
    for element in node.children_with_tokens() {
        if let Some(token) = element.into_token()
            && !token.kind().is_trivia()
        {
            tokens.push(token);
        }
    }
    let tokens = match tokens.as_slice() {
        // `GRANT … TO GROUP x`
        [group, rest @ ..]
            if group.kind() == SyntaxKind::GROUP_KW && node.kind() == SyntaxKind::ROLE_REF =>
        {
            rest
        }
        all => all,
    };
    let [first, rest @ ..] = tokens else { return "".into() };
    let text = first.text();
    if let Some(inner) = text
        .strip_prefix(['u', 'U'])
        .and_then(|text| text.strip_prefix("&\""))
        .and_then(|text| text.strip_suffix('"'))
    {
        let points = escapes::code_points(inner, '"', escape_character(rest));
        return kept(&points.into_iter().filter_map(|(_, char)| char).collect::<String>());
    }
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) if inner.contains('"') => kept(&inner.replace("\"\"", "\"")),
        Some(inner) => kept(inner),
        None => kept(&folded(text)),
    }
}

/// The character that begins an escape, by the `UESCAPE` that may be behind an identifier.
pub(super) fn escape_character(tokens: &[SyntaxToken]) -> char {
    match tokens {
        [keyword, constant, ..] if keyword.kind() == SyntaxKind::UESCAPE_KW => {
            escapes::escape_character(constant.text()).unwrap_or('\\')
        }
        _ => '\\',
    }
}

/// What the server keeps of a name that is unquoted and folded already.
pub(crate) fn kept(name: &str) -> Arc<str> {
    shared(original(name).unwrap_or_else(|| truncated(name)))
}

/// An unquoted name in lower case, which mostly it is already.
pub(crate) fn folded(word: &str) -> Cow<'_, str> {
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(word.to_ascii_lowercase())
    } else {
        Cow::Borrowed(word)
    }
}

/// The first 63 bytes, or a few less where a character would be cut.
pub(crate) fn truncated(name: &str) -> &str {
    &name[..name.floor_char_boundary(pg_enum_core::MAX_BYTES)]
}

/// More bytes than the longest keyword has.
const KEYWORD: usize = 32;

/// A word in lower case, to be compared with keywords, for which no memory has to be found.
pub(crate) struct Keyword<'a> {
    word: &'a str,
    lower: [u8; KEYWORD],
}

impl<'a> Keyword<'a> {
    pub(crate) fn new(word: &'a str) -> Self {
        let mut lower = [0; KEYWORD];
        for (lower, byte) in lower.iter_mut().zip(word.bytes()) {
            *lower = byte.to_ascii_lowercase();
        }
        Self { word, lower }
    }
}

impl Deref for Keyword<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        let lower = self.lower.get(..self.word.len());
        // A word that is longer is no keyword, however it is written.
        lower.and_then(|lower| std::str::from_utf8(lower).ok()).unwrap_or(self.word)
    }
}

/// The names in a list that is given as one text, as `set_config('search_path', …)` takes it: each
/// folded unless quoted. `None` if the server would refuse the text (22023).
pub(crate) fn split_list(text: &str) -> Option<Vec<Arc<str>>> {
    let mut names = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    if rest.is_empty() {
        return Some(names);
    }
    loop {
        let name = if let Some(quoted) = rest.strip_prefix('"') {
            let (name, after) = unquote(quoted)?;
            rest = after;
            name
        } else {
            let end = rest.find(|c| c == ',' || is_space(c)).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() {
                return None;
            }
            rest = after;
            name.to_ascii_lowercase()
        };
        names.push(Arc::from(truncated(&name)));
        rest = rest.trim_start_matches(is_space);
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start_matches(is_space),
            None if rest.is_empty() => return Some(names),
            None => return None,
        }
    }
}

/// A qualified name that is given as text, as `to_regtype` and a cast to `regtype` take it.
pub(crate) fn parse_path(text: &str) -> Option<Path> {
    let mut parts = Vec::new();
    let mut rest = text.trim_matches(is_space);
    loop {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (name, after) = unquote(quoted)?;
            parts.push(Arc::from(truncated(&name)));
            rest = after;
        } else {
            let end = rest.find(['.', '"']).unwrap_or(rest.len());
            let name = rest[..end].trim_matches(is_space);
            if name.is_empty() || name.contains(is_space) {
                return None;
            }
            parts.push(Arc::from(truncated(&name.to_ascii_lowercase())));
            rest = &rest[end..];
        }
        rest = rest.trim_start_matches(is_space);
        match rest.strip_prefix('.') {
            Some(after) => rest = after.trim_start_matches(is_space),
            None if rest.is_empty() => return Path::from_parts(parts),
            None => return None,
        }
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// `quote_ident`: quoted only where need be. A hole may be anything, and so is taken for a letter.
pub(crate) fn quote_ident(name: &str) -> String {
    let filled = name.replace(HOLE, "_");
    if Ident(&filled).to_string() == filled { name.to_owned() } else { Ident(name).to_string() }
}

#[cfg(test)]
mod tests {
    use super::{Path, parse_path, split_list, truncated};

    #[test]
    fn a_list_of_names_is_read_as_set_config_reads_it() {
        let list = |text| split_list(text).map(|names| names.join("|"));
        assert_eq!(list(""), Some(String::new()));
        assert_eq!(list(" App , \"App\",\"a,\"\"b\" "), Some("app|App|a,\"b".into()));
        assert_eq!(list("\"$user\", public"), Some("$user|public".into()));
        assert_eq!(list("a,"), None);
        assert_eq!(list("a b"), None);
        assert_eq!(list("\"a"), None);
    }

    #[test]
    fn a_name_is_read_as_to_regtype_reads_it() {
        let path = |text| parse_path(text).map(|path: Path| path.to_string());
        assert_eq!(path("Mood"), Some("mood".into()));
        assert_eq!(path("\"App\" . \"Mo.od\""), Some("App.Mo.od".into()));
        assert_eq!(path("db.app.mood"), Some("app.mood".into()));
        assert_eq!(path("double precision"), None);
        assert_eq!(path(""), None);
        assert_eq!(path("a."), None);
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        assert_eq!(truncated(&"é".repeat(40)).len(), 62);
        assert_eq!(truncated("short"), "short");
    }
}
