//! Parameters in the text of SQL.
//!
//! `text()` takes each `:word` for one, wherever it stands, also between quotes, unless a colon, a letter or a backslash is
//! before it or a colon behind (`sqlalchemy/sql/elements.py`, `TextClause._bind_params_regex`); `\:` is a colon
//! (`sqlalchemy/sql/compiler.py`, `BIND_PARAMS_ESC`).

/// A piece of such a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    Text(&'t str),
    Bind(&'t str),
}

/// The pieces of a text.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == ':' && !before.is_some_and(|c| c == ':' || c == '\\' || is_word(c)) {
            let behind = &text[at + 1..];
            let end = behind.find(|c| !is_word(c)).unwrap_or(behind.len());
            let is_bind = end > 0 && !behind[end..].starts_with(':');
            if is_bind {
                pieces.push(Piece::Text(&text[start..at]));
                pieces.push(Piece::Bind(&behind[..end]));
                start = at + 1 + end;
                while chars.peek().is_some_and(|(next, _)| *next < start) {
                    chars.next();
                }
                before = behind[..end].chars().next_back();
                continue;
            }
        }
        if c == '\\' {
            let behind = &text[at + 1..];
            if let Some(word) = behind.strip_prefix(':') {
                let end = word.find(|c| !is_word(c)).unwrap_or(word.len());
                if !word[end..].starts_with(':') {
                    pieces.push(Piece::Text(&text[start..at]));
                    start = at + 1;
                }
            }
        }
        before = Some(c);
    }
    pieces.push(Piece::Text(&text[start..]));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    /// Checked with `TextClause` of 2.0: `text(x)._bindparams`, and `str(text(x))` of what has none.
    #[test]
    fn parameters_and_colons() {
        let binds = |text| -> Vec<String> {
            let binds = pieces(text).into_iter().filter_map(|piece| match piece {
                Piece::Bind(name) => Some(name.to_owned()),
                Piece::Text(_) => None,
            });
            binds.collect()
        };
        assert_eq!(binds("SELECT :a, ':b', 'a:b', c::text, :d"), ["a", "b", "d"]);
        assert_eq!(binds("'a: b' '12:30' ':1' x:=1 [1:2]"), ["1"]);
        assert_eq!(binds(r"'\:a' '::b' :c:"), [""; 0]);
        let text = |text| -> String {
            let texts = pieces(text).into_iter().map(|piece| match piece {
                Piece::Bind(name) | Piece::Text(name) => name,
            });
            texts.collect()
        };
        assert_eq!(text(r"'\:a'"), "':a'");
        assert_eq!(text(r"a\:\:b"), "a::b");
        assert_eq!(text("x::y"), "x::y");
    }
}
