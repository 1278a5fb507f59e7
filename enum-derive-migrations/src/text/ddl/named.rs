//! Statements that drop or alter what hangs on tables by its name.

use std::sync::Arc;

use super::cursor::Cursor;
use crate::text::name::Path;
use crate::text::token;

/// `DROP POLICY name ON table`, `ALTER INDEX name RENAME TO …` and the like.
pub(crate) struct Named {
    pub is_drop: bool,
    /// In lower case: `policy`, `index`.
    pub noun: &'static str,
    pub names: Vec<Path>,
    pub table: Option<Path>,
    pub new_name: Option<Arc<str>>,
}

const NOUNS: [&str; 7] =
    ["policy", "rule", "trigger", "index", "statistics", "publication", "aggregate"];

impl Named {
    /// Reads a statement; `None` if it is none, or not understood.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Cursor::new(&token::list(text)).named()
    }
}

impl Cursor<'_> {
    fn named(&mut self) -> Option<Named> {
        let is_drop = self.take("drop");
        if !is_drop && !self.take("alter") {
            return None;
        }
        let noun = *NOUNS.iter().find(|noun| self.is(noun))?;
        self.advance();
        self.take("concurrently");
        self.take_all(&["if", "exists"]);
        let mut names = vec![self.path()?];
        while self.take(",") {
            names.push(self.path()?);
        }
        let table = if self.take("on") { Some(self.path()?) } else { None };
        let new_name = if self.take_all(&["rename", "to"]) { Some(self.name()?) } else { None };
        Some(Named { is_drop, noun, names, table, new_name })
    }
}
