//! The nodes of syntax trees: rowan's, with the kinds of squawk's parser.

use std::ops::Range;

pub(crate) use squawk_parser::SyntaxKind;

/// What is wrong with a text, and where.
pub(crate) type ParseError = (String, Range<usize>);

/// SQL and PL/pgSQL, as rowan wants a language described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Language {}

impl rowan::Language for Language {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        SyntaxKind::from(raw.0)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        rowan::SyntaxKind(kind.into())
    }
}

pub(crate) type SyntaxNode = rowan::SyntaxNode<Language>;
pub(crate) type SyntaxToken = rowan::SyntaxToken<Language>;
pub(crate) type SyntaxElement = rowan::SyntaxElement<Language>;
