//! Which table an index is of.

use super::cursor::Cursor;
use crate::text::name::Path;
use crate::text::token;

/// The table of `CREATE UNIQUE INDEX`; `None` if the statement is another one, or not understood.
pub(crate) fn table_of_unique_index(text: &str) -> Option<Path> {
    let tokens = token::list(text);
    let mut cursor = Cursor::new(&tokens);
    if !cursor.take_all(&["create", "unique", "index"]) {
        return None;
    }
    cursor.take("concurrently");
    cursor.take_all(&["if", "not", "exists"]);
    if !cursor.is("on") {
        cursor.path()?;
    }
    if !cursor.take("on") {
        return None;
    }
    cursor.take("only");
    cursor.path()
}
