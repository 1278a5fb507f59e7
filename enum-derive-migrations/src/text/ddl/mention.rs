//! Statements that make, change or drop something that may depend on an enum or on a column of one, as far as their
//! tokens show it.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use squawk_lexer::TokenKind;

use super::cursor::Cursor;
use crate::text::name::{Path, folded, kept};
use crate::text::token::{self, Token};

/// What a statement does.
pub(crate) enum Mention {
    /// It makes something, or gives it what a new type does not have.
    Made(Made),
    /// It drops what has these names; what is on a table, of this one.
    Dropped { noun: &'static str, names: Vec<Path>, table: Option<Path> },
    /// What has the first name gets the second.
    Renamed { from: Arc<str>, to: Arc<str> },
    /// It changes something of that name that is not followed; what is on a table, of any.
    Changed { noun: &'static str, name: Arc<str> },
    /// It sets the comment or privileges of other things, which have these names; what is on a table, of this one. No
    /// names: of all in a schema.
    Said { noun: &'static str, names: Vec<Path>, table: Option<Path> },
    /// It sets the comment of a type, an index or a constraint, or removes it; `Err` if its text is not a plain literal.
    Comment { noun: &'static str, of: Path, table: Option<Path>, text: Result<Option<String>, ()> },
}

/// What a statement makes.
pub(crate) struct Made {
    pub noun: &'static str,
    pub name: Option<Path>,
    /// The table that it is on, if it is on one.
    pub table: Option<Path>,
    /// All names in it, and key words.
    pub names: HashSet<Arc<str>>,
    /// Whether it may use all columns of a table: it has `*` other than in `count(*)`.
    pub has_star: bool,
    /// Whether it has a cast.
    pub has_cast: bool,
    /// Whether it has a literal or a cast.
    pub has_constant: bool,
    /// An index that is no more than this.
    pub index: Option<Index>,
    /// How a block can make it again.
    pub again: Again,
}

/// How a block can run a statement again.
pub(crate) enum Again {
    AsItIs,
    /// Without the word `CONCURRENTLY`, which is here.
    Without(Range<usize>),
    /// It makes something for one session.
    Never,
}

/// An index over columns, with a predicate.
pub(crate) struct Index {
    pub is_unique: bool,
    pub columns: Vec<Arc<str>>,
    pub predicate: Range<usize>,
}

/// What may depend on an enum besides tables, as it is called in messages: the first word of a statement's noun, and the
/// noun.
const NOUNS: [(&str, &str); 17] = [
    ("view", "view"),
    ("materialized", "materialized view"),
    ("index", "index"),
    ("rule", "rule"),
    ("trigger", "trigger"),
    ("policy", "policy"),
    ("statistics", "statistics object"),
    ("publication", "publication"),
    ("function", "function"),
    ("procedure", "function"),
    ("routine", "function"),
    ("aggregate", "function"),
    ("operator", "operator"),
    ("cast", "cast"),
    ("domain", "domain"),
    ("type", "type"),
    ("table", "table"),
];

impl Mention {
    /// Reads a statement; `None` if it is another one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let tokens = token::list(text);
        let mut cursor = Cursor::new(&tokens);
        match &*cursor.at(0).to_ascii_lowercase() {
            "create" => made(cursor, &tokens).map(Self::Made),
            "drop" => dropped(&mut cursor),
            "alter" => altered(&mut cursor, &tokens),
            "grant" | "revoke" | "security" => {
                let is_of_type = words(&tokens).any(|word| matches!(&*word, "type" | "domain"));
                if is_of_type {
                    return Some(Self::Made(other("privilege or label", &tokens)));
                }
                privileges(&mut cursor)
            }
            "comment" => comment(&mut cursor),
            _ => None,
        }
    }

    /// Whether it only adds to what may be there.
    pub(crate) fn makes(&self) -> bool {
        matches!(
            self,
            Self::Made(_) | Self::Renamed { .. } | Self::Changed { .. } | Self::Said { .. }
        )
    }
}

fn noun(cursor: &mut Cursor<'_>) -> Option<&'static str> {
    let (_, noun) = NOUNS.into_iter().find(|(word, _)| cursor.is(word))?;
    cursor.advance();
    cursor.take("view");
    Some(noun)
}

fn made(mut cursor: Cursor<'_>, tokens: &[Token<'_>]) -> Option<Made> {
    cursor.advance();
    let (mut is_unique, mut is_temporary) = (false, false);
    while cursor.is_one_of(&[
        "or",
        "replace",
        "unique",
        "recursive",
        "constraint",
        "temp",
        "temporary",
        "trusted",
        "unlogged",
        "foreign",
    ]) {
        is_unique |= cursor.is("unique");
        is_temporary |= cursor.is_one_of(&["temp", "temporary"]);
        cursor.advance();
    }
    let noun = noun(&mut cursor)?;
    if noun == "table" {
        return exclusion(tokens);
    }
    let start = cursor.start();
    let concurrently = cursor.take("concurrently").then(|| cursor.since(start).range());
    let again = match concurrently {
        _ if is_temporary => Again::Never,
        Some(word) => Again::Without(word),
        None => Again::AsItIs,
    };
    let is_conditional = cursor.take_all(&["if", "not", "exists"]);
    let name = if cursor.is("on") { None } else { cursor.path() };
    if noun == "type" && cursor.is("as") && cursor.is_at(1, "enum") {
        return None;
    }
    let table = match noun {
        "rule" => after(&mut cursor, "to"),
        "index" | "trigger" | "policy" => after(&mut cursor, "on"),
        _ => None,
    };
    let index =
        if noun == "index" && !is_conditional { index(&mut cursor, is_unique) } else { None };
    Some(Made { name, table, index, again, ..other(noun, tokens) })
}

/// A definition of a table with an exclusion constraint, which is read nowhere else.
fn exclusion(tokens: &[Token<'_>]) -> Option<Made> {
    let has_one = tokens.windows(2).any(|pair| {
        let [(_, word, _), (_, next, _)] = pair else { return false };
        word.eq_ignore_ascii_case("exclude") && (next.eq_ignore_ascii_case("using") || *next == "(")
    });
    has_one.then(|| other("exclusion constraint", tokens))
}

/// The name after the next such word.
fn after(cursor: &mut Cursor<'_>, word: &str) -> Option<Path> {
    while !cursor.is_at_end() && !cursor.take(word) {
        if !cursor.skip_parentheses() {
            cursor.advance();
        }
    }
    cursor.take("only");
    cursor.path()
}

/// The rest of `CREATE INDEX` after the table.
fn index(cursor: &mut Cursor<'_>, is_unique: bool) -> Option<Index> {
    if cursor.take("using") && !cursor.take("btree") {
        return None;
    }
    let columns = cursor.names()?;
    if !cursor.take("where") {
        return None;
    }
    let start = cursor.start();
    while !cursor.is_at_end() && !cursor.is(";") {
        cursor.advance();
    }
    Some(Index { is_unique, columns, predicate: cursor.since(start).range() })
}

fn other(noun: &'static str, tokens: &[Token<'_>]) -> Made {
    let is_star = |at: usize| tokens.get(at).is_some_and(|(_, word, _)| *word == "*");
    let counts = |at: usize| {
        let is = |at: Option<usize>, word: &str| {
            at.and_then(|at| tokens.get(at)).is_some_and(|(_, there, _)| *there == word)
        };
        is(at.checked_sub(1), "(") && is(at.checked_add(1), ")")
    };
    let has_cast = tokens
        .iter()
        .any(|(kind, word, _)| *kind == TokenKind::Colon || word.eq_ignore_ascii_case("cast"));
    Made {
        noun,
        name: None,
        table: None,
        has_cast,
        has_constant: has_cast || tokens.iter().any(|(_, word, _)| word.ends_with('\'')),
        names: words(tokens).collect(),
        has_star: (0..tokens.len()).any(|at| is_star(at) && !counts(at)),
        index: None,
        again: Again::AsItIs,
    }
}

/// The names in a statement, and its key words.
fn words<'t>(tokens: &'t [Token<'_>]) -> impl Iterator<Item = Arc<str>> + 't {
    tokens.iter().filter_map(|(kind, word, _)| match kind {
        TokenKind::Ident => Some(kept(&folded(word))),
        TokenKind::QuotedIdent { .. } => {
            let inner = word.strip_prefix('"')?.strip_suffix('"')?;
            Some(kept(&inner.replace("\"\"", "\"")))
        }
        _ => None,
    })
}

fn dropped(cursor: &mut Cursor<'_>) -> Option<Mention> {
    cursor.advance();
    let noun = noun(cursor)?;
    cursor.take("concurrently");
    cursor.take_all(&["if", "exists"]);
    let mut names = Vec::new();
    loop {
        names.push(cursor.path()?);
        cursor.skip_parentheses();
        if !cursor.take(",") {
            break;
        }
    }
    let table = if cursor.take("on") { cursor.path() } else { None };
    Some(Mention::Dropped { noun, names, table })
}

fn altered(cursor: &mut Cursor<'_>, tokens: &[Token<'_>]) -> Option<Mention> {
    cursor.advance();
    if cursor.take_all(&["default", "privileges"]) {
        let is_of_types = words(tokens).any(|word| &*word == "types");
        return is_of_types.then(|| Mention::Made(other("default privilege", tokens)));
    }
    let noun = noun(cursor)?;
    cursor.take_all(&["if", "exists"]);
    cursor.take("only");
    let path = cursor.path()?;
    let (name, mut from) = (path.name.clone(), path.name.clone());
    while !cursor.is_at_end() {
        if cursor.take("rename") {
            // A label is no name.
            if cursor.take("value") {
                return None;
            }
            if cursor.take("constraint") {
                return None;
            }
            cursor.take_one_of(&["column", "attribute"]);
            if !cursor.is("to") {
                from = cursor.name()?;
            }
            cursor.take("to");
            return Some(Mention::Renamed { from, to: cursor.name()? });
        }
        match noun {
            "index" | "view" | "materialized view" | "trigger" | "rule" | "statistics object" => {
                return Some(Mention::Changed { noun, name });
            }
            // It may be a view.
            "table" if cursor.is_one_of(&["owner", "default"]) => {
                return Some(Mention::Changed { noun: "view", name });
            }
            "table" if cursor.is_one_of(&["trigger", "rule"]) => {
                let noun = if cursor.is("rule") { "rule" } else { "trigger" };
                cursor.advance();
                if cursor.is_one_of(&["all", "user"]) {
                    return Some(Mention::Said { noun, names: Vec::new(), table: Some(path) });
                }
                return Some(Mention::Changed { noun, name: cursor.name()? });
            }
            "table" if cursor.is("exclude") => return exclusion(tokens).map(Mention::Made),
            "table" if cursor.is_one_of(&["storage", "compression"]) => {
                return Some(Mention::Made(other("storage of a column", tokens)));
            }
            "type" if cursor.is("owner") => {
                return Some(Mention::Made(other("owner of the type", tokens)));
            }
            "domain" | "publication" => {
                return Some(Mention::Made(other(noun, tokens)));
            }
            // Its first statement does not make it as it is now, and this one may be the first that uses the type.
            "policy" | "function" => {
                let table = if noun == "policy" { after(cursor, "on") } else { None };
                let again = Again::Never;
                return Some(Mention::Made(Made {
                    name: Some(path),
                    table,
                    again,
                    ..other(noun, tokens)
                }));
            }
            "type" if cursor.is("attribute") => {
                return Some(Mention::Made(other(noun, tokens)));
            }
            _ => cursor.advance(),
        }
    }
    None
}

/// `GRANT` and `REVOKE` of what is not a type.
fn privileges(cursor: &mut Cursor<'_>) -> Option<Mention> {
    while !cursor.take("on") {
        if cursor.is_at_end() {
            return None;
        }
        if !cursor.skip_parentheses() {
            cursor.advance();
        }
    }
    if cursor.take("all") {
        let noun = if cursor.is("tables") { "view" } else { "function" };
        return Some(Mention::Said { noun, names: Vec::new(), table: None });
    }
    let noun = if cursor.take("table") {
        "view"
    } else if cursor.take_one_of(&["function", "procedure", "routine"]) {
        "function"
    } else if cursor.is_one_of(&["schema", "sequence", "database", "language", "foreign"])
        && !matches!(cursor.at(1), "," | "." | "to" | "TO" | "from" | "FROM")
    {
        return None;
    } else {
        "view"
    };
    let mut names = Vec::new();
    loop {
        names.push(cursor.path()?);
        cursor.skip_parentheses();
        if !cursor.take(",") {
            return Some(Mention::Said { noun, names, table: None });
        }
    }
}

fn comment(cursor: &mut Cursor<'_>) -> Option<Mention> {
    cursor.advance();
    cursor.take("on");
    if cursor.take("column") {
        let mut path = cursor.path()?;
        // What is before the column is the view, with its schema if that is there.
        path = Path { schema: None, name: path.schema.take()? };
        return Some(Mention::Said { noun: "view", names: [path].into(), table: None });
    }
    let noun = noun(cursor).or_else(|| cursor.take("constraint").then_some("constraint"))?;
    let of = cursor.path()?;
    if !matches!(noun, "type" | "index" | "constraint") {
        cursor.skip_parentheses();
        let table = if cursor.take("on") { cursor.path() } else { None };
        return Some(Mention::Said { noun, names: [of].into(), table });
    }
    let table = if cursor.take("on") { cursor.path() } else { None };
    cursor.take("is");
    let text = match cursor.at(0) {
        word if word.eq_ignore_ascii_case("null") => Ok(None),
        word => {
            let inner = word.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
            let is_last = matches!(cursor.at(1), "" | ";");
            let plain = inner.filter(|it| is_last && !it.contains('\\'));
            plain.map(|it| Some(it.replace("''", "'"))).ok_or(())
        }
    };
    Some(Mention::Comment { noun, of, table, text })
}
