//! Which statements bear on enums, told from their first words.

use squawk_lexer::TokenKind;

use super::executor::Executor;
use super::references::OF_TEXT;
use crate::text::name::{Keyword, has_hole};
use crate::text::token;
use crate::text::word::{Keywords, Words, keywords};

impl Executor<'_> {
    pub(super) fn interest(&self, text: &str, all: Words<'_>) -> Interest {
        let mut words = token::words(text);
        let Some((kind, first, _)) = words.next() else { return Interest::None };
        if kind == TokenKind::OpenParen {
            return Interest::Query;
        }
        if has_hole(first) {
            return Interest::Unknown;
        }
        let mut next = || Keyword::new(words.next().map_or("", |(_, word, _)| word));
        match &*Keyword::new(first) {
            "create" => {
                let mut word = next();
                let mut is_unique = false;
                loop {
                    is_unique |= &*word == "unique";
                    word = match &*word {
                        "or" | "replace" | "global" | "local" | "unlogged" | "recursive"
                        | "foreign" | "trusted" | "default" | "constraint" | "unique" => next(),
                        "temp" | "temporary" => return Interest::Parse,
                        _ => break,
                    };
                }
                match &*word {
                    "table" => Interest::Relation("table"),
                    "view" => Interest::Relation("view"),
                    "materialized" => Interest::Relation("materialized view"),
                    "type" | "domain" | "schema" | "function" | "procedure" | "cast" => {
                        Interest::Parse
                    }
                    word if self.makes_dependent(word, text, all) => Interest::Dependent,
                    "index" if is_unique && self.catalog().follows_tables => Interest::UniqueIndex,
                    word if has_hole(word) => Interest::Unknown,
                    word => of_noun(word),
                }
            }
            "alter" => match &*next() {
                "type" | "domain" | "schema" | "function" | "procedure" | "routine" => {
                    Interest::Parse
                }
                "table" | "view" | "materialized" | "foreign" if self.alters_shape(text, all) => {
                    Interest::Parse
                }
                "table" | "view" | "materialized" | "foreign" if self.alters_columns(all) => {
                    Interest::AlterTable
                }
                noun if self.changes_dependent(noun) => Interest::Dependent,
                "sequence" if self.catalog().follows_tables && all.have(keywords!["owned"]) => {
                    Interest::Parse
                }
                word if has_hole(word) => Interest::Unknown,
                word => of_noun(word),
            },
            "drop" => match &*next() {
                "type" | "domain" | "schema" | "table" | "view" | "materialized" | "foreign"
                | "owned" | "extension" | "cast" | "function" | "procedure" | "routine" => {
                    Interest::Parse
                }
                noun if self.changes_dependent(noun) => Interest::Dependent,
                "sequence" if self.catalog().follows_tables && all.have(keywords!["cascade"]) => {
                    Interest::Parse
                }
                word if has_hole(word) => Interest::Unknown,
                word => of_noun(word),
            },
            "comment" => match (&*next(), &*next()) {
                ("on", "type") => Interest::Parse,
                _ => Interest::None,
            },
            "set" if is_setting(&next()) => Interest::Parse,
            "do" | "reset" | "discard" | "begin" | "start" | "commit" | "end" | "rollback"
            | "abort" | "savepoint" | "release" => Interest::Parse,
            "import" => Interest::Import,
            "prepare" => match &*next() {
                "transaction" => Interest::Parse,
                _ => Interest::Query,
            },
            "select" | "with" if self.catalog().follows_tables && all.have(keywords!["into"]) => {
                Interest::Parse
            }
            "select" | "with" | "insert" | "update" | "delete" | "merge" | "call" | "values"
            | "explain" | "table" | "execute" | "copy" | "declare" => Interest::Query,
            "analyse" | "analyze" | "checkpoint" | "close" | "cluster" | "deallocate" | "fetch"
            | "grant" | "listen" | "load" | "lock" | "move" | "notify" | "reassign" | "refresh"
            | "reindex" | "repack" | "revoke" | "security" | "show" | "truncate" | "unlisten"
            | "set" | "update_" | "vacuum" | "wait" => Interest::None,
            _ => Interest::Strange,
        }
    }

    /// Whether a statement changes or drops something that hangs on a table or on types.
    fn changes_dependent(&self, noun: &str) -> bool {
        self.catalog().follows_tables
            && matches!(
                noun,
                "policy"
                    | "rule"
                    | "trigger"
                    | "index"
                    | "statistics"
                    | "publication"
                    | "aggregate"
            )
    }

    /// Whether a statement makes something that may keep something else from being changed. Nothing comes of an index
    /// without constants.
    fn makes_dependent(&self, noun: &str, text: &str, words: Words<'_>) -> bool {
        if !self.catalog().follows_tables {
            return false;
        }
        match noun {
            "index" | "statistics" => {
                text.contains('\'')
                    || words.have(const { &Keywords::new(OF_TEXT) })
                    || words.may_name(&self.session.memory.enum_names)
            }
            "aggregate" => words.may_name(&self.session.memory.enum_names),
            _ => matches!(noun, "policy" | "rule" | "trigger" | "publication" | "operator"),
        }
    }

    /// Whether `ALTER TABLE` changes something that is followed where tables are.
    fn alters_columns(&self, words: Words<'_>) -> bool {
        self.catalog().follows_tables
            && words.have(keywords![
                "add", "rename", "drop", "type", "set", "schema", "attach", "detach", "inherit",
                "of", "validate"
            ])
    }

    /// Whether `ALTER TABLE` may change a name, a schema or the columns that enums are in.
    fn alters_shape(&self, text: &str, words: Words<'_>) -> bool {
        let names_types = words.may_name(&self.session.memory.enum_names);
        if self.catalog().follows_tables {
            return names_types;
        }
        names_types
            || words.have(keywords!["rename", "schema"])
            // Foreign keys have it as well: `ON DELETE CASCADE`.
            || words.have(keywords!["cascade"]) && words.have(keywords!["drop"])
            || words.have(keywords!["drop", "type", "attach", "inherit", "default"])
                && (words.may_name(&self.catalog().user_names) || has_hole(text))
    }
}

/// Whether this is what `SET` is followed by where it matters.
fn is_setting(word: &str) -> bool {
    matches!(
        word.trim_matches('"'),
        "search_path"
            | "schema"
            | "session"
            | "local"
            | "role"
            | "transaction"
            | "transaction_read_only"
            | "default_transaction_read_only"
            | "standard_conforming_strings"
            | "check_function_bodies"
    )
}

/// What `CREATE`, `ALTER` or `DROP` is of interest for if this is what it makes, changes or drops, and nothing of that bears on
/// enums. The words are those of PostgreSQL 12 to 19 (`gram.y`, `stmt`) that may follow one of the three.
fn of_noun(word: &str) -> Interest {
    match word {
        "access" | "aggregate" | "cast" | "collation" | "conversion" | "data" | "database"
        | "default" | "event" | "extension" | "foreign" | "function" | "group" | "index"
        | "language" | "large" | "materialized" | "operator" | "owned" | "policy"
        | "procedural" | "procedure" | "property" | "publication" | "role" | "routine" | "rule"
        | "sequence" | "server" | "statistics" | "subscription" | "system" | "table"
        | "tablespace" | "text" | "transform" | "trigger" | "user" | "view" => Interest::None,
        _ => Interest::StrangeNoun,
    }
}

/// What has to be done with a statement.
#[derive(Clone, Copy)]
pub(super) enum Interest {
    /// It does not bear on enums.
    None,
    /// It makes foreign tables, which are not in the migrations.
    Import,
    /// It has to be read.
    Parse,
    /// It changes a relation, and its tokens say all that matters.
    AlterTable,
    /// It makes a relation: its kind, and where the name begins.
    Relation(&'static str),
    /// It makes, changes or drops something that hangs on a table or on types.
    Dependent,
    /// It makes a unique index, of interest only for its table.
    UniqueIndex,
    /// It is a call or a query, of interest only for what it calls or writes to.
    Query,
    /// It is no statement of PostgreSQL's.
    Strange,
    /// Nor is this, though it begins as one.
    StrangeNoun,
    /// What it is depends on what is not known.
    Unknown,
}
