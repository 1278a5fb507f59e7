//! What sort of statement a statement is, as far as it matters whether it can be taken back, and whether all
//! that it does is told by the enums.

use pg_enum_migrations::folder::{Folder, Migration, Part, Tool, Transaction};
use pg_enum_migrations::{Change, Event, Statement, words};

/// Why a statement cannot run in a transaction that is rolled back in the end.
pub(crate) fn irreversible(statement: &Statement) -> Option<&'static str> {
    let words: Vec<String> = statement.words().collect();
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    match (word(0), word(1)) {
        ("commit" | "end" | "rollback" | "abort", next) if next != "to" && word(2) != "to" => {
            Some("it ends the transaction")
        }
        ("begin" | "start", _) => Some("it has a transaction of its own"),
        ("prepare", "transaction") => Some("it ends the transaction"),
        ("vacuum", _) => Some("VACUUM cannot run in a transaction"),
        ("create" | "drop" | "alter", "database" | "tablespace" | "subscription" | "system") => {
            Some("it cannot run in a transaction")
        }
        ("create" | "drop" | "alter" | "reindex", _) if has("concurrently") => {
            Some("CONCURRENTLY cannot run in a transaction")
        }
        ("reindex", _) if has("database") || has("system") || has("schema") => {
            Some("it cannot run in a transaction")
        }
        _ => None,
    }
}

/// Why a statement cannot be sent at all by anybody but psql.
pub(crate) fn unsendable(statement: &Statement) -> Option<&'static str> {
    if statement.is_command {
        return Some("it is a command of psql's");
    }
    let words: Vec<String> = statement.words().collect();
    let copies = words.first().is_some_and(|word| word == "copy")
        && words.windows(2).any(|pair| pair[0] == "from" && pair[1] == "stdin");
    copies.then_some("its data follow it, which only psql sends")
}

/// Whether a migration has asked to run without a transaction. Some tools never have one, which is another
/// matter.
pub(crate) fn wants_no_transaction(folder: &Folder, migration: &Migration) -> bool {
    match migration.transaction {
        Transaction::Explicit => false,
        Transaction::Implicit => matches!(folder.tool, Tool::Sqlx | Tool::Diesel),
        Transaction::PerStatement => folder.tool != Tool::Plain,
    }
}

/// The first statement of a migration of which the enums do not tell whether it has run.
pub(crate) fn untold(migration: &Migration, events: &[&Event]) -> Option<Statement> {
    let Part::Sql(script) = &migration.up else { return None };
    script.statements().into_iter().find(|statement| {
        let here = |event: &&&Event| {
            event.at.source == statement.at.source
                && statement.at.range.start <= event.at.range.start
                && event.at.range.start < statement.at.range.end
        };
        let events: Vec<&Event> = events.iter().filter(here).copied().collect();
        statement.is_command || !is_told(statement, &events)
    })
}

/// Whether all that a statement does is in these events, or it does nothing that stays.
fn is_told(statement: &Statement, events: &[&Event]) -> bool {
    let words: Vec<String> = statement.words().collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["set" | "reset" | "begin" | "start" | "commit" | "end" | "savepoint" | "release", ..] => {
            true
        }
        ["create", "type", ..] => creates_enum(&words),
        ["alter", "type", ..] => match alters_enum(&words) {
            // Where replay sees no change, there is nothing that it would have done to another type either.
            Some("add") => true,
            Some(_) => !events.is_empty(),
            None => false,
        },
        ["drop", "type", ..] => {
            let dropped = events.iter().filter(|event| event.change == Change::Dropped).count();
            let named = words.iter().filter(|word| **word == ",").count() + 1;
            dropped == named && !words.contains(&"cascade")
        }
        ["do", ..] => body(&words).is_some_and(is_block_about_enums),
        _ => false,
    }
}

fn creates_enum(words: &[&str]) -> bool {
    words.windows(2).any(|pair| pair == ["as", "enum"])
}

/// The first word of what an `ALTER TYPE` does, if that is for enums.
fn alters_enum<'a>(words: &[&'a str]) -> Option<&'a str> {
    let mut rest = words.get(3..)?;
    while let [".", _, more @ ..] = rest {
        rest = more;
    }
    match rest {
        ["add" | "rename", "value", ..] | ["rename", "to", ..] | ["set", "schema", ..] => {
            rest.first().copied()
        }
        _ => None,
    }
}

/// The block of a `DO`, without its quotes.
fn body<'a>(words: &[&'a str]) -> Option<&'a str> {
    let quoted = words.iter().find(|word| word.starts_with('$'))?;
    let tag = quoted.get(1..)?.find('$')? + 2;
    quoted.get(tag..quoted.len().checked_sub(tag)?)
}

/// What a block may begin a statement with and change nothing but enums, or nothing.
const HEADS: [&str; 24] = [
    "begin",
    "case",
    "continue",
    "declare",
    "else",
    "elseif",
    "elsif",
    "end",
    "exception",
    "execute",
    "exit",
    "for",
    "foreach",
    "if",
    "loop",
    "null",
    "perform",
    "raise",
    "return",
    "select",
    "when",
    "while",
    "get",
    "then",
];
/// Words that change something else, wherever they stand.
const CHANGES: [&str; 11] = [
    "insert", "update", "delete", "truncate", "merge", "copy", "call", "grant", "revoke", "table",
    "index",
];
/// Functions that change nothing that stays, and what else may stand before a parenthesis.
const CALLS: [&str; 46] = [
    "all",
    "and",
    "any",
    "array",
    "array_append",
    "array_position",
    "array_remove",
    "array_replace",
    "array_to_string",
    "as",
    "by",
    "case",
    "coalesce",
    "concat",
    "current_schema",
    "current_schemas",
    "current_setting",
    "else",
    "elsif",
    "enum",
    "enum_range",
    "exists",
    "format",
    "from",
    "greatest",
    "hashtextextended",
    "if",
    "in",
    "least",
    "lower",
    "not",
    "nullif",
    "on",
    "or",
    "perform",
    "pg_advisory_xact_lock",
    "pg_relation_size",
    "quote_ident",
    "quote_literal",
    "select",
    "set_config",
    "then",
    "to_regclass",
    "to_regtype",
    "unnest",
    "where",
];

/// Whether nothing in a block could change anything but enums. What it cannot tell is a no.
fn is_block_about_enums(block: &str) -> bool {
    let words: Vec<String> = words(block).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_name =
        |word: &str| word.starts_with(|c: char| c == '_' || c == '"' || c.is_alphabetic());
    let calls = words.windows(2).enumerate().any(|(at, pair)| {
        let named = |before: usize| at.checked_sub(before).and_then(|at| words.get(at)).copied();
        // `AS u (h, n)` names columns.
        pair[1] == "(" && is_name(pair[0]) && !CALLS.contains(&pair[0]) && named(1) != Some("as")
    });
    if calls || words.iter().any(|word| CHANGES.contains(word)) {
        return false;
    }
    let mut declares = false;
    let mut starts = true;
    // In parentheses there are no statements, though there may be `CASE … THEN …`.
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate() {
        let rest = words.get(at..).unwrap_or_default();
        match *word {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 0 {
            starts = false;
            continue;
        }
        if starts && !declares && !is_head(rest) {
            return false;
        }
        match *word {
            "declare" => declares = true,
            "begin" => declares = false,
            _ => {}
        }
        starts = matches!(*word, ";" | "begin" | "declare" | "then" | "else" | "loop")
            || *word == "exception" && rest.get(1) == Some(&"when");
    }
    true
}

fn is_head(rest: &[&str]) -> bool {
    let end = rest.iter().position(|word| *word == ";").unwrap_or(rest.len());
    let statement = rest.get(..end).unwrap_or_default();
    match statement {
        ["create", "type", ..] => creates_enum(statement),
        ["alter", "type", ..] => alters_enum(statement).is_some(),
        ["drop", "type", ..] => !statement.contains(&"cascade"),
        ["execute", ..] => executes_enum(statement),
        // Nothing, and assignments.
        [] | [_, ":=" | "=", ..] | [_, ":", "=", ..] => true,
        // A string is of a `CASE`, as no statement begins with one.
        [head, ..] => head.starts_with('\'') || HEADS.contains(head),
    }
}

/// Whether what is executed begins as a statement about types does, or as a query.
fn executes_enum(words: &[&str]) -> bool {
    let text = words.iter().find(|word| word.starts_with('\''));
    text.is_some_and(|text| {
        let text = text.trim_start_matches('\'').trim_start().to_ascii_lowercase();
        let mut words = text.split_ascii_whitespace();
        match (words.next(), words.next()) {
            (Some("create" | "alter" | "drop"), Some("type")) => true,
            (Some("select"), _) => !CHANGES.iter().any(|word| text.contains(word)),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use pg_enum_core::Definition;

    use super::*;

    fn block(sql: &str) -> bool {
        let words: Vec<String> = words(sql).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        body(&words).is_some_and(is_block_about_enums)
    }

    #[test]
    fn what_pg_enum_writes_is_about_enums() {
        let definition = Definition::new("mood", &["sad", "insert (into)"]).in_schema("app");
        assert!(block(&definition.create_sql().to_string()));
        let definition = Definition::new("mood", &["sad"]);
        assert!(block(&definition.create_sql().to_string()));
        assert!(block(&definition.drop_sql().to_string()));
    }

    #[test]
    fn the_usual_guards_are_about_enums() {
        for sql in [
            "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN \
             NULL; END $$",
            "DO $x$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN
               CREATE TYPE mood AS ENUM ('a', 'b'); END IF; END $x$",
            "DO $$ BEGIN EXECUTE 'ALTER TYPE mood ADD VALUE ''x'''; END $$",
        ] {
            assert!(block(sql), "{sql}");
        }
    }

    #[test]
    fn other_blocks_are_not() {
        for sql in [
            "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); INSERT INTO t VALUES (1); END $$",
            "DO $$ BEGIN PERFORM do_something(); END $$",
            "DO $$ DECLARE x int := do_something(); BEGIN NULL; END $$",
            "DO $$ BEGIN IF (SELECT app.f()) THEN NULL; END IF; END $$",
            "DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$",
            "DO $$ BEGIN EXECUTE (SELECT string_agg(x, ';') FROM y); END $$",
            "DO $$ BEGIN CREATE TYPE mood AS (a int); END $$",
            "DO $$ BEGIN DROP TYPE mood CASCADE; END $$",
            "DO $$ BEGIN COMMENT ON TYPE mood IS 'x'; END $$",
            "DO 'BEGIN NULL; END'",
        ] {
            assert!(!block(sql), "{sql}");
        }
    }
}
