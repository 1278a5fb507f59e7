//! A script cut into statements, as the server's own grammar cuts it and, before that, psql, with what only
//! psql understands set apart.

use std::ops::Range;

use squawk_lexer::{LiteralKind, TokenKind};

use super::directive::DIRECTIVE;
use super::mask::mask;
use super::strings::{Backslash, respelled};
use super::word::{Word, Words};
use crate::ground::{Finding, Kind, Location};

/// A piece of a script.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A statement, without its semicolon.
    Statement {
        range: Range<usize>,
        /// Which of the script's words are in it.
        words: Range<usize>,
        /// The comments before or in it that are for replay.
        directives: Vec<Range<usize>>,
        /// Whether psql sends the next statement in the same message.
        goes_on: bool,
    },
    /// A command of psql's, from its backslash to the end of the line.
    Command { range: Range<usize>, directives: Vec<Range<usize>> },
    /// A string, comment or parenthesis that is never closed: where it begins.
    Unclosed { at: usize, what: &'static str },
    /// The semicolon inside a body at which psql takes the statement to end.
    Torn { at: usize },
    /// A directive with no statement after it.
    Dangling { range: Range<usize> },
}

/// A script's pieces, in order. Ranges are those of its text.
pub(crate) struct Pieces {
    pub list: Vec<Piece>,
    /// Every name and keyword, in whatever quotes, so that nobody need look for them again.
    words: Vec<Word>,
}

/// Who looks for the ends of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    /// The server alone, in what it is sent.
    Server,
    /// psql, which sends what it takes for a statement and leaves it to the server to cut that up.
    Psql,
}

/// Cuts `text` up, whose strings have been [`respelled`].
pub(crate) fn pieces(text: &str, sender: Sender) -> Pieces {
    let mut splitter = Splitter {
        text,
        sender,
        pieces: Vec::new(),
        // About what SQL has.
        words: Vec::with_capacity(text.len() / 12),
        position: 0,
        current: Current::default(),
        message: Message::default(),
        no_copy_end: false,
    };
    while splitter.run() {}
    splitter.finish();
    Pieces { list: splitter.pieces, words: splitter.words }
}

impl Pieces {
    /// Some of the words of the text that was cut up.
    pub(crate) fn words<'a>(&'a self, text: &'a str, words: &Range<usize>) -> Words<'a> {
        Words::new(text, self.words.get(words.clone()).unwrap_or_default())
    }
}

/// The text in stretches of one statement each: with its semicolon, and with the comments before it. What
/// is left over in the end belongs to the last.
#[cfg(feature = "write")]
pub(crate) fn chunks(text: &str) -> Vec<&str> {
    let mut ends: Vec<usize> = Vec::new();
    for piece in pieces(&respelled(text, Backslash::Plain), Sender::Server).list {
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
        Piece::Unclosed { .. } | Piece::Torn { .. } | Piece::Dangling { .. } => None,
    };
    let text = respelled(text, Backslash::Plain);
    let masked = mask(&text, false, |_, _| {});
    pieces(&masked, Sender::Server).list.into_iter().filter_map(cut).collect()
}

/// A string or the like that never ends.
pub(crate) fn unclosed(at: Location, what: &str) -> Finding {
    Finding::new(Kind::Unreadable, format!("this {what} is never closed"), at)
        .with_help("close it; a server would stop here with a syntax error")
}

/// A body that psql sends in two pieces.
pub(crate) fn torn(at: Location) -> Finding {
    let message = "psql ends the statement here, inside a function body";
    Finding::new(Kind::Unreadable, message, at).with_help(
        "psql counts `begin`, `case` and `end`, whatever they are: put names and labels like that in double \
         quotes, and write `AS \"end\"`",
    )
}

struct Splitter<'a> {
    text: &'a str,
    sender: Sender,
    pieces: Vec<Piece>,
    words: Vec<Word>,
    position: usize,
    current: Current,
    message: Message,
    /// Whether the end of a `COPY`'s data has been looked for in vain, and is not to be found from
    /// anywhere further down either.
    no_copy_end: bool,
}

/// The statement that is being read, as the server's grammar reads it.
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
    /// What the words so far say, of the innermost statement.
    head: Head,
    /// The bodies that this is in, from the outermost on: the head of each one's routine.
    bodies: Vec<Head>,
    /// Whether the last token was `BEGIN`.
    after_begin: bool,
    copy: CopyWords,
}

/// How much of `COPY … FROM stdin` there is.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum CopyWords {
    #[default]
    None,
    Copy,
    From,
    Stdin,
}

/// The first words of a statement.
#[derive(Default, Clone, Copy)]
struct Head {
    words: usize,
    routine: Routine,
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

/// What psql would send next. It does not parse: in whatever begins like a routine, it counts the words that
/// begin and end a body, no matter what they are there (`psqlscan.l`, the rule for identifiers).
#[derive(Default)]
struct Message {
    head: Head,
    begin_depth: usize,
}

impl Splitter<'_> {
    /// Reads on from `position`. Whether it stopped before the end, to go on behind something that is
    /// no SQL.
    fn run(&mut self) -> bool {
        let text = self.text;
        for squawk_lexer::Token { kind, len } in squawk_lexer::tokenize(&text[self.position..]) {
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
                TokenKind::Semi if self.current.parens == 0 => {
                    if self.semicolon(start..end) {
                        self.skip_copy_data();
                        return true;
                    }
                }
                TokenKind::Unknown if text[start..end].starts_with('\\') => {
                    self.backslash(start);
                    return true;
                }
                _ => {
                    if let Some(what) = never_closed(kind) {
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
        let after_begin = std::mem::take(&mut current.after_begin);
        match kind {
            TokenKind::OpenParen => {
                if current.parens == 0 {
                    current.first_paren = range.start;
                }
                current.parens += 1;
            }
            TokenKind::CloseParen => current.parens = current.parens.saturating_sub(1),
            TokenKind::Ident if current.parens == 0 => {
                let word = &self.text[range];
                current.word(word, after_begin);
                self.message.word(word);
            }
            _ => {}
        }
    }

    /// A semicolon outside of parentheses. Whether data follow it.
    fn semicolon(&mut self, at: Range<usize>) -> bool {
        let sends = self.sender == Sender::Server || self.message.begin_depth == 0;
        if self.current.bodies.is_empty() {
            return self.end_statement(!sends);
        }
        if self.sender == Sender::Psql && sends {
            self.pieces.push(Piece::Torn { at: at.start });
            return self.end_statement(false);
        }
        self.current.end = at.end;
        self.current.head = Head::default();
        false
    }

    /// Whether it was one whose data follow.
    fn end_statement(&mut self, goes_on: bool) -> bool {
        if !goes_on {
            self.message = Message::default();
        }
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
            goes_on,
        });
        current.copy == CopyWords::Stdin
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

    /// What psql does at a backslash (its manual page, "Meta-Commands").
    fn backslash(&mut self, start: usize) {
        match self.text.as_bytes().get(start + 1) {
            // Ends a statement and sends nothing yet.
            Some(b';') => {
                self.position += 1;
                self.end_statement(true);
            }
            // A colon that begins no variable.
            Some(b':') => {}
            _ => self.command(start),
        }
    }

    fn command(&mut self, start: usize) {
        self.end_statement(false);
        let rest = &self.text[start..];
        let line = rest.find('\n').unwrap_or(rest.len());
        // Behind two backslashes, SQL goes on.
        let (length, end) = match rest[1..line].find("\\\\") {
            Some(at) => (at + 1, at + 3),
            None => (line, line),
        };
        let command = rest[..length].trim_end();
        self.position = start + end;
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
        } else if !self.current.bodies.is_empty() {
            let at = self.current.start.unwrap_or_default();
            self.pieces.push(Piece::Unclosed { at, what: "function body" });
        }
        self.end_statement(false);
        for range in std::mem::take(&mut self.current.directives) {
            self.pieces.push(Piece::Dangling { range });
        }
    }
}

impl Current {
    fn word(&mut self, word: &str, after_begin: bool) {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        self.head.word(word);
        self.after_begin = is("begin");
        if self.bodies.is_empty() {
            self.copy = match self.copy {
                CopyWords::None if self.head.words == 1 && is("copy") => CopyWords::Copy,
                CopyWords::Copy if is("from") => CopyWords::From,
                CopyWords::From if is("stdin") => CopyWords::Stdin,
                copy => copy,
            };
        }
        // In the server's grammar, `BEGIN ATOMIC` is the begin of a body and nothing else, and END is the
        // first word of a statement only where it ends one (`gram.y`, `routine_body_stmt_list`).
        if after_begin && self.head.routine == Routine::Yes && is("atomic") {
            self.bodies.push(std::mem::take(&mut self.head));
        } else if self.head.words == 1
            && is("end")
            && let Some(routine) = self.bodies.pop()
        {
            self.head = routine;
        }
    }
}

impl Head {
    fn word(&mut self, word: &str) {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        self.words += 1;
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
    }
}

impl Message {
    fn word(&mut self, word: &str) {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        self.head.word(word);
        if self.head.routine == Routine::Yes {
            if is("begin") || (is("case") && self.begin_depth > 0) {
                self.begin_depth += 1;
            } else if is("end") {
                self.begin_depth = self.begin_depth.saturating_sub(1);
            }
        }
    }
}

fn never_closed(kind: TokenKind) -> Option<&'static str> {
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

/// A token that means something, what it says, and where.
pub(crate) type Token<'a> = (TokenKind, &'a str, usize);

/// The tokens of a statement that mean something.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Token<'_>> {
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

#[cfg(test)]
mod tests {
    use super::{Piece, Sender, pieces};

    fn statements(text: &str) -> Vec<&str> {
        pieces(text, Sender::Psql)
            .list
            .into_iter()
            .map(|piece| match piece {
                Piece::Statement { range, .. }
                | Piece::Command { range, .. }
                | Piece::Dangling { range } => &text[range],
                Piece::Unclosed { what, .. } => what,
                Piece::Torn { .. } => "torn",
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
    fn what_is_called_begin_or_end_begins_and_ends_no_body() {
        for sql in [
            "create function begin() returns int as ''",
            "create or replace procedure public.begin(end int) set search_path = begin as ''",
            "create function f() returns begin begin atomic select 1 as end; select 2 as begin; end",
            "create function f() begin atomic create procedure p() begin atomic a; end; end",
            "create function f() begin atomic end",
        ] {
            let list = pieces(&format!("{sql}; select 1"), Sender::Server).list;
            assert_eq!(list.len(), 2, "{sql}: {list:#?}");
        }
        assert_eq!(
            statements("create function f() begin atomic a; b"),
            ["function body", "create function f() begin atomic a; b",]
        );
    }

    #[test]
    fn psql_counts_begin_and_end() {
        let messages = |sql: &str| -> Vec<String> {
            let piece = |piece| match piece {
                Piece::Statement { range, goes_on, .. } => {
                    format!("{}{}", &sql[range], if goes_on { " +" } else { "" })
                }
                piece => format!("{piece:?}"),
            };
            pieces(sql, Sender::Psql).list.into_iter().map(piece).collect()
        };
        assert_eq!(
            messages("create function begin(); a; b end; c"),
            ["create function begin() +", "a +", "b end", "c"]
        );
        assert_eq!(
            messages("create function f() begin atomic a end; b; end; c"),
            ["Torn { at: 38 }", "create function f() begin atomic a end", "b", "end", "c"]
        );
        assert_eq!(messages("a \\; b; c \\; d"), ["a +", "b", "c +", "d"]);
    }

    #[test]
    fn commands_end_at_the_line_or_two_backslashes() {
        assert_eq!(
            statements("\\echo a \\\\ select 1; select \\: 2;\n\\q x"),
            ["\\echo a", "select 1", "select \\: 2", "\\q x"]
        );
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
        let directives: Vec<_> = pieces(sql, Sender::Server)
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
}
