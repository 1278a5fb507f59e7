//! A script's way into pieces.

use std::ops::Range;

use squawk_lexer::{LiteralKind, TokenKind};

use super::ddl::Definition;
use super::directive::is_directive;
use super::piece::{Piece, Pieces, Sender};
use super::token::Token;
use super::word::Word;

/// Cuts `text` up, whose strings have been [`respelled`], and reads what its statements say of tables if
/// `follows_tables` says so.
pub(crate) fn pieces(text: &str, sender: Sender, follows_tables: bool) -> Pieces {
    let mut splitter = Splitter {
        text,
        sender,
        follows_tables,
        tokens: Vec::with_capacity(if follows_tables { TOKENS.min(text.len() / 8) } else { 0 }),
        definitions: Vec::new(),
        pieces: Vec::new(),
        // About as many as definitions of tables have; most other statements have fewer.
        words: Vec::with_capacity(text.len() / 9),
        position: 0,
        current: Current::default(),
        message: Message::default(),
        no_copy_end: false,
    };
    while splitter.run() {}
    splitter.finish();
    let Splitter { pieces: mut list, mut words, mut definitions, .. } = splitter;
    // They are kept until the script runs.
    list.shrink_to_fit();
    words.shrink_to_fit();
    definitions.shrink_to_fit();
    Pieces { list, words, definitions }
}

/// How many tokens definitions of tables mostly have at most.
const TOKENS: usize = 256;

struct Splitter<'a> {
    text: &'a str,
    sender: Sender,
    follows_tables: bool,
    /// Those of the statement that is being read, if it may say something of a table.
    tokens: Vec<Token<'a>>,
    definitions: Vec<Definition>,
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

/// What psql would send next, if it is psql that sends. It does not parse: in whatever begins like a routine, it counts the words that
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
                    if is_directive(&text[start..end]) {
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
        let is_first = current.start.is_none();
        let start = *current.start.get_or_insert(range.start);
        if self.follows_tables {
            let word = &self.text[range.clone()];
            if !self.tokens.is_empty() || is_first && Definition::begins_with(word) {
                self.tokens.push((kind, word, range.start - start));
            }
        }
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
                if self.sender == Sender::Psql {
                    self.message.word(word);
                }
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
        let definition = self.definition();
        self.pieces.push(Piece::Statement {
            range: start..current.end,
            words: current.words_before..self.words.len(),
            definition,
            directives: current.directives,
            goes_on,
        });
        current.copy == CopyWords::Stdin
    }

    /// What the statement says of a table.
    fn definition(&mut self) -> Option<usize> {
        let definition = Definition::of(&self.tokens);
        self.tokens.clear();
        self.definitions.push(definition?);
        Some(self.definitions.len() - 1)
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
