//! Source may be nested deeply, and its tree is read by functions that call themselves: what is too deep is refused before it
//! is parsed.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

/// How many operators, brackets and blocks may stand inside one another: more than anybody writes, and less than a thread's
/// stack takes.
const MAX_NESTING: usize = 400;

/// Whether a source may be nested so deeply that reading it takes too much stack.
///
/// What is between two commas of one bracket may be as deep as it has operators, so that those are counted.
pub(crate) fn too_nested(text: &str) -> bool {
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut blocks = 0_usize;
    let mut depth = Depth::default();
    loop {
        let kind = lexer.next_token();
        match kind {
            TokenKind::EndOfFile => return false,
            TokenKind::Newline => depth = Depth::default(),
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => depth.open(),
            TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd => depth.close(),
            TokenKind::Comma => depth.separate(),
            TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringMiddle
            | TokenKind::TStringMiddle
            | TokenKind::Comment
            | TokenKind::NonLogicalNewline => {}
            _ => depth.operator(),
        }
        if blocks + depth.total() > MAX_NESTING {
            return true;
        }
    }
}

/// How deep the tree of an expression may be at a place of its text.
#[derive(Default)]
struct Depth {
    /// Of each open bracket: what stands in it since its last comma, and the most between two commas before.
    open: Vec<(usize, usize)>,
    now: usize,
    most: usize,
    outside: usize,
}

impl Depth {
    fn total(&self) -> usize {
        self.outside + self.now
    }

    fn operator(&mut self) {
        self.now += 1;
    }

    fn separate(&mut self) {
        self.most = self.most.max(self.now);
        self.now = 0;
    }

    fn open(&mut self) {
        self.now += 1;
        self.outside += self.now;
        self.open.push((self.now, self.most));
        (self.now, self.most) = (0, 0);
    }

    fn close(&mut self) {
        let inside = self.most.max(self.now);
        let Some((now, most)) = self.open.pop() else { return };
        self.outside -= now;
        // What follows may have the bracket on its left, where its tree hangs below.
        self.now = now + inside;
        self.most = most;
    }
}

#[cfg(test)]
mod tests {
    use super::too_nested;

    #[test]
    fn what_is_deep() {
        for text in [
            "x = ".to_owned() + &"(".repeat(1000),
            "x = 1".to_owned() + &" + 1".repeat(1000),
            "x = ".to_owned() + &"not ".repeat(1000) + "1",
            "x = ".to_owned() + &"f(0, ".repeat(1000),
            "x = a".to_owned() + &".b".repeat(1000),
            "x = a".to_owned() + &"()".repeat(1000),
            "x = ".to_owned() + &"f\"{".repeat(1000),
            "x = ".to_owned() + &"lambda: ".repeat(1000) + "1",
            "x = ".to_owned() + &"a if b else ".repeat(1000) + "1",
        ] {
            assert!(too_nested(&text), "{}", &text[..20]);
        }
    }

    #[test]
    fn what_is_only_long() {
        for text in [
            "x = [".to_owned() + &"f(1, -2), ".repeat(10_000) + "]",
            "x = 1 + 1\n".repeat(10_000),
            "x = (".to_owned() + &"\"a\"\n".repeat(10_000) + ")",
            "if a:\n  x = [{'a': (1)}]\n".repeat(10_000),
        ] {
            assert!(!too_nested(&text), "{}", &text[..20]);
        }
    }
}
