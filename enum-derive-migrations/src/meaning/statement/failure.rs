//! What a statement may fail with, for reasons that replay does not follow.

use std::borrow::Cow;
use std::sync::Arc;

use super::executor::Executor;
use crate::ground::Location;
use crate::meaning::expression::{Env, is_in_doubt};
use crate::text::name::{Keyword, Path, names};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{descendant, descendants, function_name};
use crate::text::token;

impl Executor<'_> {
    /// A query has been run whose rows are not known, so that it may have failed as well.
    pub(crate) fn query_may_fail(&mut self, node: &SyntaxNode, env: &Env) {
        if !self.session.run.failures.are_handled() {
            return;
        }
        let has = |kind| descendant(node, kind).is_some();
        let calls = descendants(node, SyntaxKind::CALL_EXPR);
        let is_of_system = |call: &SyntaxNode| {
            let name = function_name(call);
            name.starts_with("pg_") || &*name == "set_config"
        };
        // Locks, notifications, waiting and settings.
        let only_system =
            !has(SyntaxKind::FROM_CLAUSE) && !calls.is_empty() && calls.iter().all(is_of_system);
        if !only_system {
            self.session.run.failures.add(env.origin.of(node), owned(QUERY));
        }
    }

    /// A statement has been run of which only what it does to enums is followed.
    pub(crate) fn statement_may_fail(&mut self, text: &str, at: &Location) {
        if self.session.run.failures.are_handled() {
            let sqlstates = self.errors_of(text);
            self.session.run.failures.add(at.clone(), owned(&sqlstates));
        }
    }

    /// The errors that a statement may end in. What replay follows to the end has none.
    fn errors_of(&self, text: &str) -> Vec<&'static str> {
        let tokens = token::list(text);
        let word = |index: usize| Keyword::new(tokens.get(index).map_or("", |(_, word, _)| word));
        let has = |keywords: &[&str]| {
            tokens.iter().any(|(_, word, _)| keywords.contains(&&*Keyword::new(word)))
        };
        let are_known = || {
            let mut relations = relations_named_in(&tokens).into_iter();
            relations.all(|path| self.catalog().find_relation(&path).is_some())
        };
        if self.names_what_is_in_doubt(&tokens) {
            return [DEFINITION, CHANGE, TAKEN].concat();
        }
        if self.names_assumed_schema(&tokens) {
            return [DEFINITION, CHANGE].concat();
        }
        match (&*word(0), &*word(1)) {
            ("insert" | "update" | "delete" | "merge" | "copy" | "call" | "refresh", _) => {
                return [QUERY, CHANGE].concat();
            }
            ("alter", "type" | "domain" | "schema") if has(&["owner"]) => return vec!["42704"],
            ("create" | "alter" | "drop", "type" | "domain" | "schema")
            | ("set" | "reset" | "show" | "do" | "notify" | "listen" | "unlisten", _) => {
                return Vec::new();
            }
            // Its name is followed, and so are the types of its columns.
            ("create", "table") if !has(&["as"]) && are_known() => return Vec::new(),
            ("create" | "alter" | "drop", noun)
                if has(&["exists"]) && noun != "extension" && are_known() =>
            {
                return Vec::new();
            }
            _ => {}
        }
        let mut errors = [DEFINITION, CHANGE].concat();
        // Its columns and their names are followed.
        let is_followed = matches!((&*word(0), &*word(1)), ("alter", "table"))
            && relations_named_in(&tokens)
                .iter()
                .all(|path| self.catalog().find_relation(path).is_some_and(|id| self.holds(id)));
        if is_followed {
            errors.retain(|sqlstate| !matches!(*sqlstate, "42P01" | "42703"));
        }
        let named = [
            "constraint",
            "trigger",
            "policy",
            "role",
            "user",
            "group",
            "extension",
            "publication",
            "subscription",
            "rule",
            "server",
            "operator",
            "collation",
            "statistics",
            "cast",
            "language",
        ];
        let is_taken = |index: usize| {
            let name = names(tokens.get(index + 1..).unwrap_or_default()).into_iter().next();
            name.is_none_or(|path| !self.catalog().is_new_constraint(&path.name))
        };
        // `ALTER TABLE` makes nothing else of these, and the constraints of a table that is followed are those that
        // statements have given it.
        let only_new_constraints = is_followed
            && !has(&["rename"])
            && (0..tokens.len()).all(|index| &*word(index) != "constraint" || !is_taken(index));
        if has(&named) && !only_new_constraints {
            errors.push("42710");
        }
        if has(&["index", "sequence", "table", "view", "unique", "primary"]) && !has(&["add"])
            || has(&["unique", "primary"])
        {
            errors.push("42P07");
        }
        if has(&["add", "rename"]) && !is_followed {
            errors.push("42701");
        }
        if has(&["function", "procedure", "aggregate"]) {
            errors.push("42723");
        }
        errors
    }

    /// Whether a type is made in, or moved to, a schema that is only taken to be there.
    fn names_assumed_schema(&self, tokens: &[token::Token<'_>]) -> bool {
        let is = |index: usize, keyword: &str| {
            tokens.get(index).is_some_and(|(_, word, _)| &*Keyword::new(word) == keyword)
        };
        if !is(1, "type") && !is(1, "domain") {
            return false;
        }
        let moved = (2..tokens.len()).find(|index| is(index - 1, "set") && is(*index, "schema"));
        let to = moved.map(|index| names(&tokens[index + 1..])).unwrap_or_default();
        let made = if is(0, "create") { names(&tokens[2..]) } else { Vec::new() };
        let is_assumed = |schema: &Arc<str>| self.catalog().is_assumed(schema);
        to.iter().any(|path| is_assumed(&path.name))
            || made.iter().any(|path| path.schema.as_ref().is_some_and(is_assumed))
    }

    /// Whether a statement has a name in it of which it is not known what it means.
    fn names_what_is_in_doubt(&self, tokens: &[token::Token<'_>]) -> bool {
        let mut tokens = tokens.iter().copied().peekable();
        while tokens.peek().is_some() {
            let path = Path::read(&mut tokens);
            if path.as_ref().is_some_and(|path| self.is_in_doubt(path)) {
                return true;
            }
            if path.is_none() {
                tokens.next();
            }
        }
        false
    }

    /// Whether a name may mean something else than it seems, or nothing.
    pub(super) fn is_in_doubt(&self, path: &Path) -> bool {
        is_in_doubt(&self.session.memory.doubts, self.catalog(), path)
    }
}

fn owned(sqlstates: &[&'static str]) -> Vec<Cow<'static, str>> {
    let mut owned = Vec::with_capacity(sqlstates.len());
    for sqlstate in sqlstates {
        owned.push(Cow::Borrowed(*sqlstate));
    }
    owned
}

/// The relations that a definition is about, without the one that it makes.
fn relations_named_in(tokens: &[token::Token<'_>]) -> Vec<Path> {
    let makes = |index: usize| {
        let before = tokens.get(..index).unwrap_or_default();
        before.iter().all(|(_, word, _)| {
            matches!(
                &*Keyword::new(word),
                "create" | "or" | "replace" | "temp" | "temporary" | "unlogged" | "foreign"
            )
        }) && index > 0
    };
    let mut paths = Vec::new();
    for (index, (_, word, _)) in tokens.iter().enumerate() {
        if matches!(
            &*Keyword::new(word),
            "table" | "view" | "references" | "on" | "like" | "inherits" | "of" | "only"
        ) && !makes(index)
        {
            paths.extend(names(tokens.get(index + 1..).unwrap_or_default()));
        }
    }
    paths
}

/// What a definition may end in where it is not known which names are taken, and by what.
const TAKEN: &[&str] = &["42710", "42P07", "42723", "42701"];

/// What a query may end in: a table, column or function that is not there, and what depends on the data.
const QUERY: &[&str] = &[
    "42P01", "42703", "42883", "42704", "42804", "21000", "22012", "22P02", "22003", "22023",
    "2201B", "22001", "22004", "3F000", "P0001", "P0002", "P0003",
];

/// What changing rows, or checking all of them, may end in besides.
const CHANGE: &[&str] =
    &["23502", "23503", "23505", "23514", "23P01", "22P02", "22001", "22003", "P0001"];

/// What the definition of something may end in that is no enum.
const DEFINITION: &[&str] = &[
    "42P01", "42703", "42704", "42804", "42809", "42883", "42P16", "42P17", "42846", "2BP01",
    "0A000", "55000", "55006", "3F000", "22023",
];
