//! What is refused in a read-only transaction.

use super::executor::Executor;
use crate::ground::{Done, Refusal};
use crate::text::name::{Keyword, names};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::descendant;
use crate::text::token;

/// The settings that say whether transactions are read-only: of all that begin, and of the one that runs.
pub(super) const DEFAULT_READ_ONLY: &str = "default_transaction_read_only";
pub(super) const READ_ONLY: &str = "transaction_read_only";

impl Executor<'_> {
    /// Sets one of the two settings, if it is one of them.
    pub(super) fn set_read_only(&mut self, setting: &str, is_on: bool, local: bool) {
        match setting {
            DEFAULT_READ_ONLY if !local => self.catalog_mut().set_default_read_only(is_on),
            READ_ONLY => self.set_transaction_read_only(is_on),
            _ => {}
        }
    }

    /// Outside of a transaction, this is over with the statement.
    fn set_transaction_read_only(&mut self, is_on: bool) {
        if self.session.connection.in_transaction_block() || !self.limits().is_at_top() {
            self.catalog_mut().set_read_only(is_on);
        }
    }

    /// `READ ONLY` and `READ WRITE` of `BEGIN`, `SET TRANSACTION` and `SET SESSION CHARACTERISTICS`.
    pub(super) fn set_transaction_modes(&mut self, node: &SyntaxNode) {
        let text = node.text().to_string();
        let mut is_read = false;
        for (_, word, _) in token::words(&text) {
            let word = Keyword::new(word);
            let is_on = match &*word {
                "only" if is_read => Some(true),
                "write" if is_read => Some(false),
                _ => None,
            };
            is_read = &*word == "read";
            match is_on {
                Some(is_on) if descendant(node, SyntaxKind::SESSION_CHARACTERISTICS).is_some() => {
                    self.catalog_mut().set_default_read_only(is_on);
                }
                Some(is_on) => self.set_transaction_read_only(is_on),
                None => {}
            }
        }
    }

    /// Refuses a definition in a read-only transaction, whatever it is about: a name that is not there, or a temporary table
    /// (`ClassifyUtilityCommandAsReadOnly` in `utility.c`).
    pub(super) fn check_may_define(&self, text: &str) -> Done {
        if !self.catalog().is_read_only() {
            return Ok(());
        }
        match command_of(text) {
            Some(command) => Err(refusal(&command)),
            None => Ok(()),
        }
    }

    /// Refuses a change of the rows of a table that is not temporary (`ExecCheckXactReadOnly` in `execMain.c`).
    pub(super) fn check_may_change_rows(&self, text: &str) -> Done {
        if !self.catalog().is_read_only() {
            return Ok(());
        }
        let tokens = token::list(text);
        let is = |index: usize, keyword: &str| {
            tokens.get(index).is_some_and(|(_, word, _)| &*Keyword::new(word) == keyword)
        };
        let (command, mut begin) = match tokens.first().map(|(_, word, _)| Keyword::new(word)) {
            Some(word) if &*word == "insert" => ("INSERT", 2),
            Some(word) if &*word == "update" => ("UPDATE", 1),
            Some(word) if &*word == "delete" => ("DELETE", 2),
            Some(word) if &*word == "merge" => ("MERGE", 2),
            _ => return Ok(()),
        };
        begin += usize::from(is(begin, "only"));
        let table = names(tokens.get(begin..).unwrap_or_default()).into_iter().next();
        let id = table.and_then(|path| self.catalog().find_relation(&path));
        match id.and_then(|id| self.catalog().relation(id)) {
            Some(relation) if &*relation.key.0 != "pg_temp" => Err(refusal(command)),
            _ => Ok(()),
        }
    }

    /// The same of a statement that has been read, and of one that makes a table of a query.
    pub(super) fn check_may_write(&self, node: &SyntaxNode) -> Done {
        if !self.catalog().is_read_only() {
            return Ok(());
        }
        match node.kind() {
            SyntaxKind::SELECT_INTO => Err(refusal("SELECT INTO")),
            _ => self.check_may_change_rows(&node.text().to_string()),
        }
    }
}

fn refusal(command: &str) -> Refusal {
    let message = format!("cannot execute {command} in a read-only transaction");
    Refusal::new("25006", message).help("run it in a transaction that is READ WRITE")
}

/// What the server calls a statement that defines something.
fn command_of(text: &str) -> Option<String> {
    let mut words = token::words(text).map(|(_, word, _)| word.to_ascii_uppercase());
    let first = words.next()?;
    match &*first {
        "CREATE" | "ALTER" | "DROP" => {}
        "COMMENT" | "GRANT" | "REVOKE" | "TRUNCATE" | "REASSIGN" | "REFRESH" | "IMPORT" => {
            return Some(first);
        }
        "SECURITY" => return Some("SECURITY LABEL".to_owned()),
        _ => return None,
    }
    let is_before_noun = |word: &String| {
        matches!(
            &**word,
            "OR" | "REPLACE"
                | "TEMP"
                | "TEMPORARY"
                | "GLOBAL"
                | "LOCAL"
                | "UNLOGGED"
                | "RECURSIVE"
                | "UNIQUE"
                | "TRUSTED"
                | "CONSTRAINT"
        )
    };
    let noun = words.find(|word| !is_before_noun(word)).unwrap_or_default();
    match &*noun {
        // This one changes no database.
        "SYSTEM" => None,
        "MATERIALIZED" => Some(format!("{first} MATERIALIZED VIEW")),
        _ => Some(format!("{first} {noun}")),
    }
}
