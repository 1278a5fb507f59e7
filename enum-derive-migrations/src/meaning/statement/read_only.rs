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

/// What the server calls a statement that defines something (`CreateCommandTag` in `utility.c`).
fn command_of(text: &str) -> Option<String> {
    let tokens = token::list(text);
    let words: Vec<_> = tokens.iter().map(|(_, word, _)| word.to_ascii_uppercase()).collect();
    let has = |word: &str| words.iter().any(|it| it == word);
    let first = &**words.first()?;
    let whole = match first {
        "CREATE" | "ALTER" | "DROP" => return command_with_noun(first, words.get(1..)?),
        "COMMENT" => "COMMENT",
        "GRANT" if has("ON") => "GRANT",
        "GRANT" => "GRANT ROLE",
        "REVOKE" if has("ON") => "REVOKE",
        "REVOKE" => "REVOKE ROLE",
        "TRUNCATE" => "TRUNCATE TABLE",
        "REASSIGN" => "REASSIGN OWNED",
        "REFRESH" => "REFRESH MATERIALIZED VIEW",
        "IMPORT" => "IMPORT FOREIGN SCHEMA",
        "SECURITY" => "SECURITY LABEL",
        _ => return None,
    };
    Some(whole.to_owned())
}

/// What may stand between `CREATE` and what is made.
const BEFORE_NOUN: [&str; 11] = [
    "OR",
    "REPLACE",
    "TEMP",
    "TEMPORARY",
    "GLOBAL",
    "LOCAL",
    "UNLOGGED",
    "RECURSIVE",
    "UNIQUE",
    "TRUSTED",
    "PROCEDURAL",
];

fn command_with_noun(first: &str, words: &[String]) -> Option<String> {
    let is_before = |word: &String| {
        BEFORE_NOUN.contains(&&**word) || (first == "CREATE" && word == "CONSTRAINT")
    };
    let begin = words.iter().position(|word| !is_before(word))?;
    let words = &words[begin..];
    let second = words.get(1).map_or("", String::as_str);
    let count = match (&*words[0], second) {
        // This one changes no database.
        ("SYSTEM", _) => return None,
        ("TABLE", _) if first == "CREATE" && is_of_query(words) => {
            return Some("CREATE TABLE AS".to_owned());
        }
        ("USER" | "GROUP", not) if not != "MAPPING" => return Some(format!("{first} ROLE")),
        ("FOREIGN", "DATA") | ("TEXT", "SEARCH") => 3,
        ("MATERIALIZED" | "DEFAULT" | "EVENT" | "ACCESS" | "LARGE" | "FOREIGN" | "USER", _)
        | ("OPERATOR", "CLASS" | "FAMILY") => 2,
        _ => 1,
    };
    Some(format!("{first} {}", words.get(..count)?.join(" ")))
}

/// Whether `AS` stands in a statement outside of parentheses.
fn is_of_query(words: &[String]) -> bool {
    let mut depth = 0_usize;
    for word in words {
        match &**word {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "AS" if depth == 0 => return true,
            _ => {}
        }
    }
    false
}
