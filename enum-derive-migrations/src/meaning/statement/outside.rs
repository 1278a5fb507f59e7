//! Statements that the server runs in no transaction block, and those that it runs in nothing else.

use super::executor::Executor;
use crate::ground::Done;
use crate::text::name::Keyword;
use crate::text::node::SyntaxKind;
use crate::text::token;

impl Executor<'_> {
    /// Refuses a statement that is not where the server runs it: in no transaction block, no block of PL/pgSQL and no
    /// function (`PreventInTransactionBlock` in `xact.c`), or only there (`RequireTransactionBlock`).
    pub(super) fn check_is_in_place(&mut self, text: &str) -> Done {
        let Some(place) = place_of(text) else { return Ok(()) };
        let is_inside = !self.limits().is_at_top();
        match place {
            Place::Outside(what) => self.session.connection.check_outside(what, is_inside),
            Place::Inside(_) if is_inside => Ok(()),
            Place::Inside(what) => self.session.connection.check_inside(what),
        }
    }
}

/// Where the server runs a statement, and what it calls it.
enum Place {
    Outside(&'static str),
    Inside(&'static str),
}

/// Whether a statement of this kind may be one that is not everywhere.
pub(super) fn may_be_out_of_place(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    matches!(
        kind,
        K::CREATE_INDEX
            | K::DROP_INDEX
            | K::REINDEX
            | K::VACUUM
            | K::CLUSTER
            | K::DISCARD
            | K::CREATE_DATABASE
            | K::DROP_DATABASE
            | K::ALTER_DATABASE
            | K::CREATE_TABLESPACE
            | K::DROP_TABLESPACE
            | K::CREATE_SUBSCRIPTION
            | K::ALTER_SUBSCRIPTION
            | K::ALTER_SYSTEM
            | K::ALTER_TABLE
            | K::COMMIT_PREPARED
            | K::ROLLBACK_PREPARED
    )
}

/// The number of words that tell a statement from others.
const WORDS: usize = 64;

fn place_of(text: &str) -> Option<Place> {
    let mut words = token::words(text);
    let first = Keyword::new(words.next()?.1);
    let second = Keyword::new(words.next().map_or("", |(_, word, _)| word));
    // Nearly all statements are none of these by their first two words.
    let may_be = match &*first {
        "create" | "drop" => {
            matches!(&*second, "index" | "unique" | "database" | "tablespace" | "subscription")
        }
        "alter" => matches!(&*second, "system" | "database" | "table" | "subscription"),
        "commit" | "rollback" => &*second == "prepared",
        "reindex" | "vacuum" | "cluster" | "discard" | "lock" | "declare" => true,
        _ => false,
    };
    if !may_be {
        return None;
    }
    let lower = |(_, word, _): token::Token<'_>| word.to_ascii_lowercase();
    let words: Vec<String> = token::words(text).take(WORDS).map(lower).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["lock", ..] => Some(Place::Inside("LOCK TABLE")),
        ["declare", rest @ ..] if !rest.windows(2).any(|pair| pair == ["with", "hold"]) => {
            Some(Place::Inside("DECLARE CURSOR"))
        }
        words => needs_none(words).map(Place::Outside),
    }
}

/// What the server calls a statement that it runs in no transaction block, from its words in lower case.
fn needs_none(words: &[&str]) -> Option<&'static str> {
    let has = |wanted: &str| words.contains(&wanted);
    Some(match words {
        ["vacuum", ..] => "VACUUM",
        ["create", "database", ..] => "CREATE DATABASE",
        ["drop", "database", ..] => "DROP DATABASE",
        ["alter", "database", _, "set", "tablespace", ..] => "ALTER DATABASE SET TABLESPACE",
        ["create", "tablespace", ..] => "CREATE TABLESPACE",
        ["drop", "tablespace", ..] => "DROP TABLESPACE",
        ["alter", "system", ..] => "ALTER SYSTEM",
        ["create", "index", "concurrently", ..]
        | ["create", "unique", "index", "concurrently", ..] => "CREATE INDEX CONCURRENTLY",
        ["drop", "index", "concurrently", ..] => "DROP INDEX CONCURRENTLY",
        ["reindex", rest @ ..] => reindex(rest)?,
        ["cluster"] | ["cluster", "verbose"] => "CLUSTER",
        ["alter", "table", rest @ ..]
            if rest.windows(2).any(|pair| pair == ["detach", "partition"])
                && rest.last() == Some(&"concurrently") =>
        {
            "ALTER TABLE ... DETACH CONCURRENTLY"
        }
        ["create", "subscription", ..] if !has("create_slot") && !has("connect") => {
            "CREATE SUBSCRIPTION ... WITH (create_slot = true)"
        }
        ["alter", "subscription", _, "refresh", ..] => "ALTER SUBSCRIPTION ... REFRESH",
        ["commit", "prepared", ..] => "COMMIT PREPARED",
        ["rollback", "prepared", ..] => "ROLLBACK PREPARED",
        ["discard", "all"] => "DISCARD ALL",
        _ => return None,
    })
}

/// `REINDEX`, of more than a table, or with `CONCURRENTLY` in one of its places.
fn reindex(words: &[&str]) -> Option<&'static str> {
    let close = words.iter().position(|word| *word == ")").filter(|_| words.first() == Some(&"("));
    let (options, rest) = words.split_at(close.map_or(0, |close| close + 1));
    let option = options.iter().position(|word| *word == "concurrently");
    let value = |at: usize| options.get(at + 1).map(|word| word.trim_matches('\''));
    let is_off = |at: usize| matches!(value(at), Some("false" | "off" | "0"));
    let is_on = option.is_some_and(|at| !is_off(at)) || rest.get(1) == Some(&"concurrently");
    match rest.first() {
        _ if is_on => Some("REINDEX CONCURRENTLY"),
        Some(&"schema") => Some("REINDEX SCHEMA"),
        Some(&"database") => Some("REINDEX DATABASE"),
        Some(&"system") => Some("REINDEX SYSTEM"),
        _ => None,
    }
}
