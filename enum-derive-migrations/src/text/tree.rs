//! The tree of a statement, as the parser has it, and what can be done where the parser is stricter than the
//! server.

use std::borrow::Cow;

use squawk_lexer::TokenKind;

use super::keyword::{SETTINGS, STATEMENTS, TYPES_OR_FUNCTIONS, other_name};
use super::node::{ParseError, SyntaxNode};
use super::parser;
use super::token;

/// The tree of one statement; `None` if there is none in the text.
///
/// # Errors
///
/// What keeps it from being read, and where. The body of a routine is not among that: it is read when it is run.
pub(crate) fn statement(text: &str) -> Result<Option<SyntaxNode>, ParseError> {
    Ok(read(text, parser::sql)?.first_child())
}

/// Parses a text; and if that fails, the text without what only the parser objects to. The first error counts.
fn read(
    text: &str,
    parse: fn(&str) -> Result<SyntaxNode, ParseError>,
) -> Result<SyntaxNode, ParseError> {
    let tree = parse(text).or_else(|error| match accepted(text) {
        Cow::Owned(text) => parse(&text).map_err(|_| error),
        Cow::Borrowed(_) => Err(error),
    });
    tree.map_err(|(message, range)| (spelled(message), range))
}

/// The message about a token, with the token as people write it; the parser has names of its own for them.
fn spelled(message: String) -> String {
    let expected = |name| written(name).map(|token| format!("expected {token}"));
    let found = |name| written(name).map(|token| format!("expected a statement, found {token}"));
    let spelled = match message.strip_prefix("expected command, found ") {
        Some(name) => found(name),
        None => message.strip_prefix("expected ").and_then(expected),
    };
    spelled.unwrap_or(message)
}

/// A token by the parser's name for its kind.
fn written(name: &str) -> Option<String> {
    let token = match name {
        "L_PAREN" => "(",
        "R_PAREN" => ")",
        "L_BRACK" => "[",
        "R_BRACK" => "]",
        "L_CURLY" => "{",
        "R_CURLY" => "}",
        "SEMICOLON" => ";",
        "COMMA" => ",",
        "DOT" => ".",
        "DOT_DOT" => "..",
        "EQ" => "=",
        "MINUS" => "-",
        "STAR" => "*",
        "STRING" => return Some("a string".to_owned()),
        "IDENT" => return Some("a name".to_owned()),
        "INT_NUMBER" | "FLOAT_NUMBER" => return Some("a number".to_owned()),
        name => name.strip_suffix("_KW")?,
    };
    Some(format!("`{token}`"))
}

/// The tree of a body, which may have in it what the server takes and the parser does not.
///
/// # Errors
///
/// What keeps it from being read, and where.
pub(crate) fn body(text: &str) -> Result<SyntaxNode, ParseError> {
    read(text, parser::plpgsql)
}

/// A text in which what the server accepts and the parser does not is written in a way that both accept, every
/// byte in its place.
///
/// - `PL/pgSQL` allows further `DECLARE`s where a declaration may stand (`pl_gram.y`, `decl_stmt`): blanks.
/// - Keywords that are no reserved words may be names (`PostgreSQL` manual, appendix C); the parser takes some of
///   them for what else they may be: another name of the same length.
fn accepted(text: &str) -> Cow<'_, str> {
    let tokens = token::list(text);
    let mut changed = Cow::Borrowed(text);
    let mut declares = false;
    for (index, &(kind, word, start)) in tokens.iter().enumerate() {
        if let TokenKind::Literal { .. } = kind
            && let Some((inner, offset)) = token::dollar_quoted(word)
            && let Cow::Owned(inner) = accepted(inner)
        {
            let start = start + offset;
            changed.to_mut().replace_range(start..start + inner.len(), &inner);
        }
        if kind != TokenKind::Ident {
            continue;
        }
        let range = start..start + word.len();
        let around = Around { tokens: &tokens, index };
        if around.is(0, "declare") {
            if declares && (around.before() == ";" || around.is(-1, "declare")) {
                changed.to_mut().replace_range(range, &" ".repeat(word.len()));
            }
            declares = true;
        } else if around.is(0, "begin") {
            declares = false;
        } else if around.is_misread_name() {
            changed.to_mut().replace_range(range, &other_name(word));
        }
    }
    changed
}

/// A token with those before and after it.
struct Around<'a> {
    tokens: &'a [token::Token<'a>],
    index: usize,
}

impl Around<'_> {
    fn at(&self, distance: isize) -> &str {
        let index = self.index.checked_add_signed(distance);
        index.and_then(|index| self.tokens.get(index)).map_or("", |(_, word, _)| word)
    }

    fn before(&self) -> &str {
        self.at(-1)
    }

    fn after(&self) -> &str {
        self.at(1)
    }

    fn is(&self, distance: isize, keyword: &str) -> bool {
        self.at(distance).eq_ignore_ascii_case(keyword)
    }

    fn is_one_of(&self, distance: isize, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(distance, keyword))
    }

    /// Whether this is a keyword that is a name here and that the parser takes for something else.
    fn is_misread_name(&self) -> bool {
        if self.is_one_of(0, &STATEMENTS) {
            let is_at_name = self.is_one_of(-1, &["with", "recursive", "from", "join", "into"])
                || self.before() == ",";
            let defines = self.is(1, "as") || self.after() == "(" && self.is_name_of_query();
            let refers = self.after() != "(" && !self.is(1, "into") && !self.is(0, "recursive");
            return self.after() == "."
                || is_at_name && (defines || refers)
                || self.is(0, "values")
                    && self.before() == "("
                    && matches!(self.after(), "," | ")");
        }
        if self.is(0, "exclude") {
            return !self.is_one_of(1, &["using", "(", "current", "group", "ties", "no"]);
        }
        // A setting whose name begins another form of `SET`.
        if self.is_one_of(0, &SETTINGS) {
            return self.is_one_of(-1, &["set", "local", "session"])
                && (self.after() == "=" || self.is(1, "to"));
        }
        self.is_column_of_result()
    }

    /// Whether the parentheses after this are a list of columns before `AS`, as in `WITH values (a, b) AS (…)`.
    fn is_name_of_query(&self) -> bool {
        let rest = self.tokens.get(self.index + 1..).unwrap_or_default();
        let close = rest.iter().position(|(kind, ..)| *kind == TokenKind::CloseParen);
        close
            .and_then(|close| rest.get(close + 1))
            .is_some_and(|(_, word, _)| word.eq_ignore_ascii_case("as"))
    }

    /// Whether this is the name of a column in `RETURNS TABLE (…)`, which may be a keyword that is a function's or
    /// a type's name elsewhere (`gram.y`, `table_func_column`).
    fn is_column_of_result(&self) -> bool {
        if !matches!(self.before(), "(" | ",") || !self.is_one_of(0, &TYPES_OR_FUNCTIONS) {
            return false;
        }
        let before = self.tokens.get(..self.index).unwrap_or_default();
        let mut depth = 0_usize;
        for (at, (kind, ..)) in before.iter().enumerate().rev() {
            match kind {
                TokenKind::CloseParen => depth += 1,
                TokenKind::OpenParen if depth == 0 => {
                    let opening = Around { tokens: self.tokens, index: at };
                    return opening.is(-1, "table") && opening.is(-2, "returns");
                }
                TokenKind::OpenParen => depth -= 1,
                TokenKind::Semi => return false,
                _ => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str) {
        if let Err((message, range)) = statement(text) {
            panic!("{text}: {message} at {range:?} in {}", accepted(text));
        }
    }

    #[test]
    fn keywords_may_be_names() {
        for word in ["values", "update", "delete", "insert", "merge"] {
            reads(&format!(
                "WITH {word} AS (SELECT 1 AS a) SELECT a FROM {word} JOIN x ON {word}.a = x.a"
            ));
            reads(&format!(
                "WITH x AS (VALUES (1)), {word} (a, b) AS (SELECT 1, 2) INSERT INTO t VALUES (1)"
            ));
            reads(&format!(
                "WITH RECURSIVE {word} AS MATERIALIZED (SELECT 1) SELECT * FROM x, {word} y"
            ));
        }
        reads("INSERT INTO t (a, values) VALUES (1, 2)");
        reads("INSERT INTO t (values, a) VALUES (1, 2)");
        reads("CREATE TABLE t (exclude int, a int, EXCLUDE USING gist (a WITH =))");
        reads("ALTER TABLE t ADD exclude boolean");
        reads("SET LOCAL role = x");
        reads("SET SESSION role TO 'x'");
        reads(
            "CREATE FUNCTION f() RETURNS TABLE (like int, left text, b mood) LANGUAGE sql AS 'SELECT 1'",
        );
    }

    #[test]
    fn what_is_read_already_is_left_alone() {
        for text in [
            "WITH x AS (INSERT INTO t VALUES (1) RETURNING a) SELECT a FROM x",
            "INSERT INTO t (a) VALUES (1), (2)",
            "SELECT * FROM (VALUES (1), (2)) v (a)",
            "INSERT INTO t DEFAULT VALUES",
            "CREATE TABLE t PARTITION OF s FOR VALUES IN (1)",
        ] {
            reads(text);
        }
        let inner = "WITH u AS (UPDATE t SET a = 1 RETURNING *) DELETE FROM t USING u";
        assert_eq!(accepted(inner), inner);
    }

    #[test]
    fn bodies_are_read_when_they_are_run() {
        reads(
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ WITH values AS (SELECT 1) TABLE values $$",
        );
        reads("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELEC 1 $$");
        assert!(
            statement("CREATE FUNCTION f( RETURNS int LANGUAGE sql AS $$ SELECT 1 $$").is_err()
        );
    }

    #[test]
    fn places_stay_what_they_are() {
        let text = "DECLARE a int; DECLARE DECLARE b int; BEGIN DECLARE c int; BEGIN END; END";
        assert_eq!(
            accepted(text),
            "DECLARE a int;                 b int; BEGIN DECLARE c int; BEGIN END; END"
        );
    }
}
