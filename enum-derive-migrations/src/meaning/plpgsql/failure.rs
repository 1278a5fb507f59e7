//! Statements that may fail for reasons that replay does not follow, inside a block whose handlers would take back
//! what the block has done until then.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::raise::find_handler;
use super::ways::Way;
use super::{Body, Ran};
use crate::ground::{Location, Refusal};
use crate::meaning::expression::{Env, child};
use crate::meaning::query::function_name;
use crate::meaning::session::{Point, Session};
use crate::meaning::statement::names;
use crate::text::name::{Keyword, Path};
use crate::text::script;

/// A statement that has been run as one that succeeds.
#[derive(Clone)]
pub(crate) struct MayFail {
    at: Location,
    /// With which errors, as far as a block may be written to catch them.
    sqlstates: Vec<&'static str>,
}

/// A handler, and an error that it may be for.
struct Caught {
    at: Location,
    sqlstate: &'static str,
    handler: SyntaxNode,
}

impl Session {
    /// A query has been run whose rows are not known, so that it may have failed as well.
    pub(crate) fn query_may_fail(&mut self, node: &SyntaxNode, env: &Env) {
        if self.guards == 0 {
            return;
        }
        let has = |kind| node.descendants().any(|node| node.kind() == kind);
        let calls = node.descendants().filter(|node| node.kind() == SyntaxKind::CALL_EXPR);
        let names: Vec<_> = calls.map(|call| function_name(&call)).collect();
        // Locks, notifications, waiting and settings.
        let only_system = !has(SyntaxKind::FROM_CLAUSE)
            && !names.is_empty()
            && names.iter().all(|name| name.starts_with("pg_") || &**name == "set_config");
        if !only_system {
            self.may_fail(env.origin.of(node), QUERY.to_vec());
        }
    }

    /// A statement has been run of which only what it does to enums is followed.
    pub(crate) fn statement_may_fail(&mut self, text: &str, at: &Location) {
        if self.guards > 0 {
            let sqlstates = self.errors_of(text);
            self.may_fail(at.clone(), sqlstates);
        }
    }

    /// An expression may have failed.
    pub(crate) fn expression_may_fail(&mut self, at: Location, sqlstate: &'static str) {
        if self.guards > 0 {
            self.may_fail(at, vec![sqlstate]);
        }
    }

    fn may_fail(&mut self, at: Location, sqlstates: Vec<&'static str>) {
        if !sqlstates.is_empty() && !self.may_fail.iter().any(|there| there.at == at) {
            self.may_fail.push(MayFail { at, sqlstates });
        }
    }

    /// The errors that a statement may end in. What replay follows to the end has none.
    fn errors_of(&self, text: &str) -> Vec<&'static str> {
        let tokens: Vec<_> = script::words(text).collect();
        let word = |index: usize| Keyword::new(tokens.get(index).map_or("", |(_, word, _)| word));
        let has = |keywords: &[&str]| {
            tokens.iter().any(|(_, word, _)| keywords.contains(&&*Keyword::new(word)))
        };
        let are_known = || {
            let mut relations = relations_named_in(&tokens).into_iter();
            relations.all(|path| self.find_relation(&path).is_some())
        };
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
        if has(&named) {
            errors.push("42710");
        }
        if has(&["index", "sequence", "table", "view", "unique", "primary"]) && !has(&["add"])
            || has(&["unique", "primary"])
        {
            errors.push("42P07");
        }
        if has(&["add", "rename"]) {
            errors.push("42701");
        }
        if has(&["function", "procedure", "aggregate"]) {
            errors.push("42723");
        }
        errors
    }

    /// Goes on after a block whose statements have been run without an error. What of `failures` its handlers catch
    /// decides whether the block has done anything; the rest is for the blocks around it.
    ///
    /// `None` if that makes no difference.
    pub(super) fn after_failures(
        &mut self,
        failures: Vec<MayFail>,
        (statements, section): (&SyntaxNode, &SyntaxNode),
        body: &Body,
        (env, before): (&mut Env, Env),
        point: &Point,
    ) -> Option<Ran> {
        let mut caught: Vec<Caught> = Vec::new();
        for failure in failures {
            let mut rest = failure.clone();
            rest.sqlstates.clear();
            for sqlstate in failure.sqlstates {
                match find_handler(section, sqlstate) {
                    Some(handler) if caught.iter().any(|there| there.handler == handler) => {}
                    Some(handler) => {
                        caught.push(Caught { at: failure.at.clone(), sqlstate, handler });
                    }
                    None => rest.sqlstates.push(sqlstate),
                }
            }
            if self.guards > 0 {
                self.may_fail(rest.at, rest.sqlstates);
            }
        }
        let at = caught.first()?.at.clone();
        let handlers = caught.into_iter().filter_map(|caught| {
            let statements = child(&caught.handler, SyntaxKind::PLPGSQL_BODY)?;
            let error = Refusal::new(caught.sqlstate, "").about_anything();
            Some(Way::Handler(statements, error))
        });
        let handlers: Vec<_> = handlers.collect();
        if !self.has_changed_since(point)
            && handlers.iter().all(|way| self.changes_nothing(way, body, env))
        {
            return None;
        }
        self.roll_back(point);
        *env = before;
        let ways: Vec<_> = [Way::Guarded(statements.clone())].into_iter().chain(handlers).collect();
        let message = "whether this fails, so that a handler takes back what the block has done, is not known before it runs";
        Some(self.try_ways(&ways, body, env, &at, message))
    }

    fn has_changed_since(&self, point: &Point) -> bool {
        self.catalog.has_changed_since(Self::mark_of(point))
    }

    fn changes_nothing(&mut self, way: &Way, body: &Body, env: &Env) -> bool {
        let mut inside = env.clone();
        let trial = self.trial(|session| session.go(way, body, &mut inside).map(drop));
        trial.changes_nothing()
    }
}

/// The relations that a definition is about, without the one that it makes.
fn relations_named_in(tokens: &[script::Token<'_>]) -> Vec<Path> {
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
