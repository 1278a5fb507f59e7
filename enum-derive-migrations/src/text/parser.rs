//! Parses texts: squawk's parser, and the checks of the tree that its grammar leaves to others ([`grammar`]).
//!
//! `squawk-syntax` does the same, with a type for each kind of node. These types would be most of what a build script
//! compiles, and a search by kinds does not need them.

use rowan::{GreenNodeBuilder, Language as _};
use squawk_parser::{EntryPoint, LexedStr, StrStep};

use super::grammar;
use super::node::{Language, ParseError, SyntaxNode};

/// The tree of a text of statements.
///
/// # Errors
///
/// The first place that is no SQL.
pub(crate) fn sql(text: &str) -> Result<SyntaxNode, ParseError> {
    checked(text, EntryPoint::SourceFile)
}

/// The tree of the body of a block.
///
/// # Errors
///
/// The first place that is no PL/pgSQL.
pub(crate) fn plpgsql(text: &str) -> Result<SyntaxNode, ParseError> {
    checked(text, EntryPoint::Plpgsql)
}

fn checked(text: &str, entry: EntryPoint) -> Result<SyntaxNode, ParseError> {
    let (root, mut errors) = parse(text, entry);
    grammar::check(&root, &mut errors);
    let mut first: Option<ParseError> = None;
    for error in errors {
        if first.as_ref().is_none_or(|first| error.1.start < first.1.start) {
            first = Some(error);
        }
    }
    first.map_or(Ok(root), Err)
}

/// What the parser makes of a text, and its errors.
fn parse(text: &str, entry: EntryPoint) -> (SyntaxNode, Vec<ParseError>) {
    let lexed = LexedStr::new(text);
    let output = entry.parse(&lexed.to_input());
    let mut tree = GreenNodeBuilder::new();
    let mut errors = Vec::new();
    lexed.intersperse_trivia(&output, &mut |step| match step {
        StrStep::Token { kind, text } => tree.token(Language::kind_to_raw(kind), text),
        StrStep::Enter { kind } => tree.start_node(Language::kind_to_raw(kind)),
        StrStep::Exit => tree.finish_node(),
        StrStep::Error { msg, pos } => errors.push((msg.to_owned(), pos..pos)),
    });
    for (range, message) in lexed.errors() {
        errors.push((message.to_owned(), range.start as usize..range.end as usize));
    }
    (SyntaxNode::new_root(tree.finish()), errors)
}

#[cfg(test)]
mod tests;
