//! The text of a body, made ready for the parser.

use std::sync::Arc;

use squawk_lexer::TokenKind;

use super::token;

/// A query's `INTO`, which is cut out before the query is parsed, as the server does.
pub(crate) struct Into {
    /// Where the query begins.
    pub(crate) query: usize,
    pub(crate) targets: Vec<Target>,
    /// Whether there must be exactly one row.
    pub(crate) strict: bool,
}

/// A variable that a query's result goes to.
pub(crate) struct Target {
    pub(crate) variable: Arc<str>,
    /// Whether only a field of it is set.
    pub(crate) field: bool,
}

/// The text of a block, in which the queries have no `INTO`: blanks stand in its place.
#[must_use]
pub fn without_into(text: &str) -> String {
    cut_into(text).0
}

/// Cuts `INTO …` out of the queries of a body, as the server's own PL/pgSQL parser does: blanks take
/// its place.
pub(crate) fn cut_into(text: &str) -> (String, Vec<Into>) {
    let mut masked = text.to_owned();
    let mut intos = Vec::new();
    let tokens = token::list(text);
    let mut index = 0;
    let mut at_start = true;
    while let Some(&(kind, word, start)) = tokens.get(index) {
        let is = |keyword: &str| kind == TokenKind::Ident && word.eq_ignore_ascii_case(keyword);
        let query = ["select", "with", "insert", "update", "delete", "merge", "values"];
        if at_start && query.iter().any(|keyword| is(keyword)) {
            let end = tokens[index..]
                .iter()
                .position(|(kind, ..)| *kind == TokenKind::Semi)
                .map_or(tokens.len(), |length| index + length);
            let needs_returning = !(is("select") || is("with") || is("values"));
            if let Some((cut, targets, strict)) = find_into(&tokens[index..end], needs_returning) {
                masked.replace_range(cut.clone(), &" ".repeat(cut.len()));
                intos.push(Into { query: start, targets, strict });
            }
            index = end;
            continue;
        }
        at_start = matches!(kind, TokenKind::Semi)
            || ["then", "else", "loop", "begin"].iter().any(|keyword| is(keyword));
        index += 1;
    }
    (masked, intos)
}

/// The `INTO` among the tokens of a query, and its targets.
pub(crate) fn find_into(
    tokens: &[(TokenKind, &str, usize)],
    after_returning: bool,
) -> Option<(std::ops::Range<usize>, Vec<Target>, bool)> {
    let mut depth = 0_usize;
    let mut armed = !after_returning;
    let mut at = None;
    for (index, (kind, word, _)) in tokens.iter().enumerate() {
        match kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            TokenKind::Ident if depth == 0 => {
                armed |= word.eq_ignore_ascii_case("returning");
                // `WITH … INSERT INTO t` is no such INTO.
                let inserts = index > 0
                    && ["insert", "merge"]
                        .iter()
                        .any(|k| tokens[index - 1].1.eq_ignore_ascii_case(k));
                if armed && !inserts && word.eq_ignore_ascii_case("into") {
                    at = Some(index);
                    break;
                }
            }
            _ => {}
        }
    }
    let start = at?;
    let mut index = start + 1;
    let strict = tokens.get(index).is_some_and(|(_, word, _)| word.eq_ignore_ascii_case("strict"));
    if strict {
        index += 1;
    }
    let mut targets = Vec::new();
    let mut end = tokens[start].2 + tokens[start].1.len();
    loop {
        let (kind, word, position) = tokens.get(index)?;
        let variable = match kind {
            TokenKind::Ident => word.to_ascii_lowercase(),
            TokenKind::QuotedIdent { .. } => word.trim_matches('"').to_owned(),
            _ => return None,
        };
        let mut field = false;
        end = end.max(position + word.len());
        index += 1;
        while let [(TokenKind::Dot, ..), (_, word, position), ..] = tokens.get(index..)? {
            field = true;
            end = position + word.len();
            index += 2;
        }
        targets.push(Target { variable: variable.into(), field });
        match tokens.get(index) {
            Some((TokenKind::Comma, ..)) => index += 1,
            _ => break,
        }
    }
    Some((tokens[start].2..end, targets, strict))
}
