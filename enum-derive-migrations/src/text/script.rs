//! A script cut into statements, as the server's own grammar cuts it and, before that, psql, with what only
//! psql understands set apart.

use std::ops::Range;

use super::mask::mask;
pub(crate) use super::piece::{Piece, Pieces, Sender};
pub(crate) use super::splitter::pieces;
use super::strings::{Backslash, respelled};
use crate::ground::{Finding, Kind, Location};

/// The text in stretches of one statement each: with its semicolon, and with the comments before it. What
/// is left over in the end belongs to the last.
#[cfg(feature = "write")]
pub(crate) fn chunks(text: &str) -> Vec<&str> {
    let mut ends: Vec<usize> = Vec::new();
    for piece in pieces(&respelled(text, Backslash::Plain), Sender::Server, false).list {
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
    let text = respelled(text, Backslash::Plain);
    let masked = mask(&text, false, |_, _| {});
    let mut cut = Vec::new();
    for piece in pieces(&masked, Sender::Server, false).list {
        match piece {
            Piece::Statement { range, .. } => cut.push(Cut::Statement(range)),
            Piece::Command { range, .. } => cut.push(Cut::Command(range)),
            Piece::Unclosed { .. } | Piece::Torn { .. } | Piece::Dangling { .. } => {}
        }
    }
    cut
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

#[cfg(test)]
mod tests {
    use super::{Piece, Sender, pieces};

    fn statements(text: &str) -> Vec<&str> {
        pieces(text, Sender::Psql, false)
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
            let list = pieces(&format!("{sql}; select 1"), Sender::Server, false).list;
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
            pieces(sql, Sender::Psql, false).list.into_iter().map(piece).collect()
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
        let directives: Vec<_> = pieces(sql, Sender::Server, false)
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
