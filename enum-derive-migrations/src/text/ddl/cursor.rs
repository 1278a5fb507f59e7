//! A place among the tokens of a statement.

use std::sync::Arc;

use squawk_lexer::TokenKind;

use crate::text::name::{Path, folded, identifier, kept};
use crate::text::node::SyntaxKind;
use crate::text::span::Span;
use crate::text::syntax::descendant;
use crate::text::token::Token;
use crate::text::tree;

pub(super) struct Cursor<'a> {
    tokens: &'a [Token<'a>],
    next: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(tokens: &'a [Token<'a>]) -> Self {
        Self { tokens, next: 0 }
    }

    pub(super) fn at(&self, distance: usize) -> &'a str {
        self.tokens.get(self.next + distance).map_or("", |(_, word, _)| word)
    }

    pub(super) fn is(&self, keyword: &str) -> bool {
        self.is_at(0, keyword)
    }

    pub(super) fn is_at(&self, distance: usize, keyword: &str) -> bool {
        self.at(distance).eq_ignore_ascii_case(keyword)
    }

    pub(super) fn is_one_of(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }

    /// How many tokens have not been passed.
    pub(super) fn rest(&self) -> usize {
        self.tokens.len().saturating_sub(self.next)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.next >= self.tokens.len()
    }

    pub(super) fn advance(&mut self) {
        self.next += 1;
    }

    /// Whether the word is next, which is passed then.
    pub(super) fn take(&mut self, keyword: &str) -> bool {
        let is_next = self.is(keyword);
        if is_next {
            self.advance();
        }
        is_next
    }

    /// Likewise, of several words.
    pub(super) fn take_all(&mut self, keywords: &[&str]) -> bool {
        let are_next =
            keywords.iter().enumerate().all(|(index, keyword)| self.is_at(index, keyword));
        if are_next {
            self.next += keywords.len();
        }
        are_next
    }

    pub(super) fn take_one_of(&mut self, keywords: &[&str]) -> bool {
        let is_next = self.is_one_of(keywords);
        if is_next {
            self.advance();
        }
        is_next
    }

    /// Where the next token begins.
    pub(super) fn start(&self) -> usize {
        match self.tokens.get(self.next) {
            Some((_, _, start)) => *start,
            None => self.end(),
        }
    }

    /// Where the last token that has been passed ends.
    pub(super) fn end(&self) -> usize {
        let last = self.next.min(self.tokens.len()).checked_sub(1);
        last.and_then(|last| self.tokens.get(last)).map_or(0, |(_, word, start)| start + word.len())
    }

    /// What has been passed since.
    pub(super) fn since(&self, start: usize) -> Span {
        Span::new(&(start..self.end().max(start)))
    }

    pub(super) fn is_quoted(&self) -> bool {
        self.at(0).ends_with('"')
    }

    /// The name that is next.
    pub(super) fn name(&mut self) -> Option<Arc<str>> {
        let (kind, word, _) = *self.tokens.get(self.next)?;
        let name = match kind {
            _ if word.ends_with('"') && !word.starts_with('"') => escaped(word)?,
            TokenKind::Ident => kept(&folded(word)),
            TokenKind::QuotedIdent { .. } => {
                let inner = word.strip_prefix('"')?.strip_suffix('"')?;
                kept(&inner.replace("\"\"", "\""))
            }
            _ => return None,
        };
        self.advance();
        Some(name)
    }

    /// The qualified name that is next.
    pub(super) fn path(&mut self) -> Option<Path> {
        let mut path = Path { schema: None, name: self.name()? };
        // As in `Path::from_parts`, a database before the schema says nothing.
        while self.take(".") {
            path = Path { schema: Some(path.name), name: self.name()? };
        }
        Some(path)
    }

    /// `(name, …)`
    pub(super) fn names(&mut self) -> Option<Vec<Arc<str>>> {
        let mut names = Vec::new();
        if !self.take("(") {
            return None;
        }
        loop {
            // The range of a temporal key.
            if self.is("period") && !matches!(self.at(1), "," | ")") {
                self.advance();
            }
            names.push(self.name()?);
            self.take_all(&["without", "overlaps"]);
            if self.take(")") {
                return Some(names);
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    /// Passes what is in parentheses, if that is next.
    pub(super) fn skip_parentheses(&mut self) -> bool {
        if !self.is("(") && !self.is("[") {
            return false;
        }
        let mut depth = 0_usize;
        while !self.is_at_end() {
            match self.at(0) {
                "(" | "[" => depth += 1,
                ")" | "]" => depth -= 1,
                _ => {}
            }
            self.advance();
            if depth == 0 {
                break;
            }
        }
        true
    }

    /// Passes what is before the next comma, closing parenthesis or end.
    pub(super) fn skip_item(&mut self) {
        while !self.is_at_end() && !self.is(",") && !self.is(")") {
            if !self.skip_parentheses() {
                self.advance();
            }
        }
    }
}

/// A name that is written with escapes, `U&"…"`.
fn escaped(word: &str) -> Option<Arc<str>> {
    let tree = tree::statement(&format!("TABLE {word}")).ok()??;
    descendant(&tree, SyntaxKind::PATH_SEGMENT_REF).map(|name| identifier(&name))
}
