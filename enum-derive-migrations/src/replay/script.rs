//! A script cut into statements, as psql and the server's own grammar cut it, with what only psql or
//! a template engine understands set apart.

use std::borrow::Cow;
use std::ops::Range;

use squawk_lexer::{LiteralKind, Token, TokenKind};

use super::name::HOLE;
use super::word::{Word, Words};

/// What a comment has to say to be for replay.
pub(super) const DIRECTIVE: &str = "pg-enum:";

/// A piece of a script.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A statement, without its semicolon.
    Statement {
        range: Range<usize>,
        /// Which of the script's words are in it.
        words: Range<usize>,
        /// The comments before or in it that are for replay.
        directives: Vec<Range<usize>>,
    },
    /// A command of psql's, from its backslash to the end of the line.
    Command { range: Range<usize>, directives: Vec<Range<usize>> },
    /// A string, comment or parenthesis that is never closed: where it begins.
    Unclosed { at: usize, what: &'static str },
    /// A directive with no statement after it.
    Dangling { range: Range<usize> },
}

/// A script's pieces, in order. Ranges are those of its text.
pub(super) struct Pieces {
    pub list: Vec<Piece>,
    /// Every name and keyword, in whatever quotes, so that nobody need look for them again.
    words: Vec<Word>,
}

/// Cuts `text` up.
pub(super) fn pieces(text: &str) -> Pieces {
    let mut splitter = Splitter {
        text,
        pieces: Vec::new(),
        // About what SQL has.
        words: Vec::with_capacity(text.len() / 12),
        position: 0,
        current: Current::default(),
        no_copy_end: false,
    };
    while splitter.run() {}
    splitter.finish();
    Pieces { list: splitter.pieces, words: splitter.words }
}

impl Pieces {
    /// Some of the words of the text that was cut up.
    pub(super) fn words<'a>(&'a self, text: &'a str, words: &Range<usize>) -> Words<'a> {
        Words::new(text, self.words.get(words.clone()).unwrap_or_default())
    }
}

/// The text in stretches of one statement each: with its semicolon, and with the comments before it. What
/// is left over in the end belongs to the last.
pub(crate) fn chunks(text: &str) -> Vec<&str> {
    let mut ends: Vec<usize> = Vec::new();
    for piece in pieces(text).list {
        let Piece::Statement { range, .. } = piece else { continue };
        let rest = text.get(range.end..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start().len();
        let semicolon = rest[blank..].starts_with(';');
        ends.push(range.end + if semicolon { blank + 1 } else { 0 });
    }
    let mut start = 0;
    let count = ends.len();
    let chunk = |(index, end): (usize, usize)| {
        let end = if index + 1 == count { text.len() } else { end };
        let chunk = text.get(start..end).unwrap_or_default().trim();
        start = end;
        chunk
    };
    ends.into_iter().enumerate().map(chunk).collect()
}

/// A statement, without its semicolon, or a command of psql's.
pub(crate) enum Cut {
    Statement(Range<usize>),
    Command(Range<usize>),
}

/// The statements and commands of a text as it is in its file, placeholders included.
pub(crate) fn cut(text: &str) -> Vec<Cut> {
    let cut = |piece| match piece {
        Piece::Statement { range, .. } => Some(Cut::Statement(range)),
        Piece::Command { range, .. } => Some(Cut::Command(range)),
        Piece::Unclosed { .. } | Piece::Dangling { .. } => None,
    };
    pieces(&mask(text, false, |_, _| {})).list.into_iter().filter_map(cut).collect()
}

struct Splitter<'a> {
    text: &'a str,
    pieces: Vec<Piece>,
    words: Vec<Word>,
    position: usize,
    current: Current,
    /// Whether the end of a `COPY`'s data has been looked for in vain, and is not to be found from
    /// anywhere further down either.
    no_copy_end: bool,
}

/// The statement that is being read.
#[derive(Default)]
struct Current {
    /// How many words the script has before it.
    words_before: usize,
    start: Option<usize>,
    end: usize,
    directives: Vec<Range<usize>>,
    /// How many parentheses are open, and where the outermost of them is.
    parens: usize,
    first_paren: usize,
    /// Words so far, as far as they say what statement it is.
    words: usize,
    routine: Routine,
    begin_depth: usize,
    copy: bool,
    from: bool,
    stdin: bool,
}

/// Whether the words so far are those of `CREATE [OR REPLACE] {FUNCTION | PROCEDURE}`, whose body
/// may hold semicolons.
#[derive(Default, PartialEq, Clone, Copy)]
enum Routine {
    #[default]
    No,
    Create,
    CreateOr,
    CreateOrReplace,
    Yes,
}

impl Splitter<'_> {
    /// Reads on from `position`. Whether it stopped before the end, to go on behind something that is
    /// no SQL.
    fn run(&mut self) -> bool {
        let text = self.text;
        for Token { kind, len } in squawk_lexer::tokenize(&text[self.position..]) {
            let start = self.position;
            let end = start + len as usize;
            self.position = end;
            match kind {
                TokenKind::Whitespace => {}
                TokenKind::LineComment | TokenKind::BlockComment { .. } => {
                    if text[start..end].contains(DIRECTIVE) {
                        self.current.directives.push(start..end);
                    }
                    if kind == (TokenKind::BlockComment { terminated: false }) {
                        self.pieces.push(Piece::Unclosed { at: start, what: "comment" });
                    }
                }
                TokenKind::Semi if self.current.parens == 0 && self.current.begin_depth == 0 => {
                    if self.end_statement() {
                        self.skip_copy_data();
                        return true;
                    }
                }
                TokenKind::Unknown if text[start..end].starts_with('\\') => {
                    self.command(start);
                    return true;
                }
                _ => {
                    if let Some(what) = unclosed(kind) {
                        self.pieces.push(Piece::Unclosed { at: start, what });
                    }
                    self.token(kind, start..end);
                }
            }
        }
        false
    }

    fn token(&mut self, kind: TokenKind, range: Range<usize>) {
        self.words.extend(Word::new(kind, self.text, range.clone()));
        let current = &mut self.current;
        current.start.get_or_insert(range.start);
        current.end = range.end;
        match kind {
            TokenKind::OpenParen => {
                if current.parens == 0 {
                    current.first_paren = range.start;
                }
                current.parens += 1;
            }
            TokenKind::CloseParen => current.parens = current.parens.saturating_sub(1),
            TokenKind::Ident if current.parens == 0 => current.word(&self.text[range]),
            _ => {}
        }
    }

    /// Whether it was one whose data follows.
    fn end_statement(&mut self) -> bool {
        let next = Current { words_before: self.words.len(), ..Current::default() };
        let current = std::mem::replace(&mut self.current, next);
        let Some(start) = current.start else {
            // Directives that stand before an empty statement are for the next.
            self.current.directives = current.directives;
            return false;
        };
        self.pieces.push(Piece::Statement {
            range: start..current.end,
            words: current.words_before..self.words.len(),
            directives: current.directives,
        });
        current.copy && current.from && current.stdin
    }

    /// `COPY … FROM stdin` is followed by data up to a line `\.`, if anybody meant to send any.
    fn skip_copy_data(&mut self) {
        if self.no_copy_end {
            return;
        }
        let rest = &self.text[self.position..];
        let mut length = 0;
        for line in rest.split_inclusive('\n') {
            length += line.len();
            if line.trim_end() == "\\." {
                self.position += length;
                return;
            }
        }
        self.no_copy_end = true;
    }

    fn command(&mut self, start: usize) {
        self.end_statement();
        let rest = &self.text[start..];
        let length = rest.find('\n').unwrap_or(rest.len());
        let command = rest[..length].trim_end();
        self.position = start + length;
        self.pieces.push(Piece::Command {
            range: start..start + command.len(),
            directives: std::mem::take(&mut self.current.directives),
        });
        // `\copy … from stdin` reads on like COPY does.
        let mut words = command.split_ascii_whitespace();
        if words.next().is_some_and(|word| word == "\\copy")
            && words.any(|word| word.eq_ignore_ascii_case("stdin"))
        {
            self.skip_copy_data();
        }
    }

    fn finish(&mut self) {
        if self.current.parens > 0 {
            let at = self.current.first_paren;
            self.pieces.push(Piece::Unclosed { at, what: "parenthesis" });
        }
        self.end_statement();
        for range in std::mem::take(&mut self.current.directives) {
            self.pieces.push(Piece::Dangling { range });
        }
    }
}

impl Current {
    fn word(&mut self, word: &str) {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        self.words += 1;
        self.copy |= self.words == 1 && is("copy");
        self.from |= is("from");
        self.stdin |= is("stdin");
        // As psql does (`psqlscan.l`): what looks like the end of a body inside one is not the end of
        // the statement.
        self.routine = match (self.words, self.routine) {
            (1, _) if is("create") => Routine::Create,
            (2, Routine::Create) if is("or") => Routine::CreateOr,
            (3, Routine::CreateOr) if is("replace") => Routine::CreateOrReplace,
            (2, Routine::Create) | (4, Routine::CreateOrReplace)
                if is("function") || is("procedure") =>
            {
                Routine::Yes
            }
            (_, Routine::Yes) => Routine::Yes,
            _ => Routine::No,
        };
        if self.routine == Routine::Yes {
            if is("begin") || (is("case") && self.begin_depth > 0) {
                self.begin_depth += 1;
            } else if is("end") {
                self.begin_depth = self.begin_depth.saturating_sub(1);
            }
        }
    }
}

fn unclosed(kind: TokenKind) -> Option<&'static str> {
    match kind {
        TokenKind::QuotedIdent { terminated: false, .. } => Some("quoted name"),
        TokenKind::Literal {
            kind:
                LiteralKind::Str { terminated: false }
                | LiteralKind::NationalStr { terminated: false }
                | LiteralKind::ByteStr { terminated: false }
                | LiteralKind::BitStr { terminated: false }
                | LiteralKind::UnicodeEscStr { terminated: false }
                | LiteralKind::EscStr { terminated: false },
        } => Some("string"),
        TokenKind::Literal { kind: LiteralKind::DollarQuotedString { terminated: false } } => {
            Some("dollar-quoted string")
        }
        _ => None,
    }
}

/// The tokens of a statement that mean something, with what they say.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (TokenKind, &str, usize)> {
    let mut position = 0;
    squawk_lexer::tokenize(text).filter_map(move |token| {
        let start = position;
        position += token.len as usize;
        let trivia = matches!(
            token.kind,
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. }
        );
        (!trivia).then(|| (token.kind, &text[start..position], start))
    })
}

/// Placeholders of template engines and of psql, each overwritten with an identifier of the same
/// length that begins with a [`HOLE`], so that what is around them can be parsed and nothing moves.
/// What they were is told to `found`, with the identifier.
///
/// In quotes, only `everywhere` finds them (Flyway replaces text before it looks at it); any other
/// tool leaves a string as it is.
pub(super) fn mask(
    text: &str,
    everywhere: bool,
    mut found: impl FnMut(&str, &str),
) -> Cow<'_, str> {
    if !text.contains("{{") && !text.contains("${") && !has_variable(text) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    if everywhere {
        mask_text(text, &mut masked, &mut found);
    } else {
        mask_code(text, true, &mut masked, &mut found);
    }
    debug_assert_eq!(masked.len(), text.len());
    Cow::Owned(masked)
}

/// Whether there may be a variable of psql's: a colon before a name or a quote.
fn has_variable(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.match_indices(':').any(|(at, _)| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let after = bytes.get(at + 1);
        before.is_some_and(|byte| byte != b':')
            && after.is_some_and(|byte| byte.is_ascii_alphabetic() || b"_'\"".contains(byte))
    })
}

fn mask_text(mut text: &str, masked: &mut String, found: &mut dyn FnMut(&str, &str)) {
    while let Some(at) = text.find("${") {
        let (before, rest) = text.split_at(at);
        let length = placeholder(rest);
        let (original, after) = rest.split_at(length.unwrap_or(2));
        masked.push_str(before);
        match length {
            Some(_) => push_hole(original, masked, found),
            None => masked.push_str(original),
        }
        text = after;
    }
    masked.push_str(text);
}

fn mask_code(text: &str, psql: bool, masked: &mut String, found: &mut dyn FnMut(&str, &str)) {
    let mut position = 0;
    'again: loop {
        let mut brackets = 0_usize;
        let mut after_colon = false;
        for Token { kind, len } in squawk_lexer::tokenize(&text[position..]) {
            let rest = &text[position..];
            let (token, _) = rest.split_at(len as usize);
            let colon = kind == TokenKind::Colon;
            // In brackets, a colon is the middle of a slice.
            let may_be_variable = psql && colon && !after_colon && brackets == 0;
            after_colon = colon;
            let length =
                placeholder(rest).or_else(|| may_be_variable.then(|| variable(rest)).flatten());
            if let Some(length) = length {
                push_hole(&rest[..length], masked, found);
                position += length;
                continue 'again;
            }
            match kind {
                TokenKind::OpenBracket => brackets += 1,
                TokenKind::CloseBracket => brackets = brackets.saturating_sub(1),
                _ => {}
            }
            match dollar_quoted(kind, token) {
                // Code, mostly; but psql replaces nothing in it.
                Some((open, inner, close)) => {
                    masked.push_str(open);
                    mask_code(inner, false, masked, found);
                    masked.push_str(close);
                }
                None => masked.push_str(token),
            }
            position += len as usize;
        }
        return;
    }
}

fn dollar_quoted(kind: TokenKind, token: &str) -> Option<(&str, &str, &str)> {
    let TokenKind::Literal { kind: LiteralKind::DollarQuotedString { terminated: true } } = kind
    else {
        return None;
    };
    let tag = token.get(1..)?.find('$')? + 2;
    let (open, rest) = token.split_at_checked(tag)?;
    let (inner, close) = rest.split_at_checked(rest.len().checked_sub(tag)?)?;
    Some((open, inner, close))
}

/// How long a placeholder may be, so that one that never ends is not looked for to the end of the text.
const MAX_PLACEHOLDER: usize = 500;

/// The length of the placeholder that `text` begins with.
fn placeholder(text: &str) -> Option<usize> {
    let close = match text.as_bytes() {
        [b'{', b'{', ..] => "}}",
        [b'$', b'{', ..] => "}",
        _ => return None,
    };
    let end = text[..text.floor_char_boundary(MAX_PLACEHOLDER)].find(close)?;
    (!text[..end].contains('\n')).then_some(end + close.len())
}

/// The length of the psql variable that `text` begins with: `:name`, `:'name'` or `:"name"`.
fn variable(text: &str) -> Option<usize> {
    let quote = text[1..].chars().next().filter(|c| matches!(c, '\'' | '"'));
    let name = &text[1 + usize::from(quote.is_some())..];
    let length =
        name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
    if length == 0 || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match quote {
        None => Some(1 + length),
        Some(quote) => name[length..].starts_with(quote).then_some(length + 3),
    }
}

/// An identifier, or a quoted text, in the place of `original`: a hole and those of its letters that
/// fit, so that one placeholder is the same name everywhere.
fn push_hole(original: &str, masked: &mut String, found: &mut dyn FnMut(&str, &str)) {
    let quote = original.chars().nth(1).filter(|c| matches!(c, '\'' | '"'));
    let room = original.len() - if quote.is_some() { 2 } else { 0 } - HOLE.len_utf8();
    let mut hole = String::from(HOLE);
    let letters = original.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_');
    hole.extend(letters.take(room).map(|c| c.to_ascii_lowercase()));
    while hole.len() < room + HOLE.len_utf8() {
        hole.push('_');
    }
    masked.extend(quote);
    masked.push_str(&hole);
    masked.extend(quote);
    found(&hole, original);
}

#[cfg(test)]
mod tests {
    use super::{Piece, mask, pieces};

    fn statements(text: &str) -> Vec<&str> {
        pieces(text)
            .list
            .into_iter()
            .map(|piece| match piece {
                Piece::Statement { range, .. }
                | Piece::Command { range, .. }
                | Piece::Dangling { range } => &text[range],
                Piece::Unclosed { what, .. } => what,
            })
            .collect()
    }

    #[test]
    fn statements_end_at_semicolons_outside_of_everything() {
        assert_eq!(
            statements("a ';' b; -- c;\n /* ; */ ; $x$;$$;$x$;\"d;\";(e;f);g"),
            ["a ';' b", "$x$;$$;$x$", "\"d;\"", "(e;f)", "g"]
        );
        assert_eq!(statements(""), [""; 0]);
    }

    #[test]
    fn a_routine_may_have_statements_inside() {
        let body = "create or replace function f() begin atomic select case when 1 then 2 end; end";
        assert_eq!(statements(&format!("{body}; select 1")), [body, "select 1"]);
        assert_eq!(statements("begin; select 1; end"), ["begin", "select 1", "end"]);
    }

    #[test]
    fn copied_data_is_no_sql() {
        let sql = "COPY t (a) FROM stdin;\n'\tb;\n\\.\nselect 1;\n\\echo 'x\nselect 2";
        assert_eq!(statements(sql), ["COPY t (a) FROM stdin", "select 1", "\\echo 'x", "select 2"]);
        assert_eq!(statements("copy t from stdin; select 1"), ["copy t from stdin", "select 1"]);
    }

    #[test]
    fn what_is_never_closed_is_said() {
        assert_eq!(statements("select 'a; b"), ["string", "select 'a; b"]);
        assert_eq!(statements("select (a; b"), ["parenthesis", "select (a; b"]);
        assert_eq!(statements("select 1 /* ; b"), ["comment", "select 1"]);
    }

    #[test]
    fn directives_belong_to_the_statement_after_them_or_around_them() {
        let sql = "-- pg-enum: a\nselect /* pg-enum: b */ 1; -- pg-enum: c";
        let directives: Vec<_> = pieces(sql)
            .list
            .into_iter()
            .map(|piece| match piece {
                Piece::Statement { directives, .. } => directives.len(),
                Piece::Dangling { .. } => 99,
                _ => 0,
            })
            .collect();
        assert_eq!(directives, [2, 99]);
    }

    fn masked(text: &str, everywhere: bool) -> (String, Vec<String>) {
        let mut found = Vec::new();
        let masked =
            mask(text, everywhere, |_, original| found.push(original.to_owned())).into_owned();
        assert_eq!(masked.len(), text.len());
        (masked.replace(super::HOLE, "?"), found)
    }

    #[test]
    fn placeholders_become_names() {
        let (text, found) = masked("create type {{ index .O \"N\" }}.x; -- ${y}", false);
        assert_eq!(text, "create type ?indexon_________.x; -- ${y}");
        assert_eq!(found, ["{{ index .O \"N\" }}"]);
        assert_eq!(masked("${a}.x '${b}' $$ ${c} $$", false).0, "?a_.x '${b}' $$ ?c_ $$");
        assert_eq!(masked("${a}.x '${b}' $$ ${c} $$", true).0, "?a_.x '?b_' $$ ?c_ $$");
    }

    #[test]
    fn variables_of_psql_become_names_but_nothing_else_does() {
        assert_eq!(
            masked("a :b c :'d' :\"e\" f::text x[a:b] := y ':z'", false).0,
            "a ? c '?' \"?\" f::text x[a:b] := y ':z'"
        );
        assert_eq!(masked("'10:a' ${", true).0, "'10:a' ${");
    }
}
