//! How a block guards a `CREATE TYPE`, and what the guard hides.

use std::ops::Range;

use crate::clause::{Act, Clause, end_of};
use crate::statement::{Direction, Statement, literal};
use crate::subject::Subject;
use crate::types::{Point, TypeState};
use crate::word::Word;

/// The handler of a block, which catches what a statement raises.
pub(crate) struct Handler {
    /// The words of its conditions.
    pub(crate) conditions: Range<usize>,
}

/// The handlers of the blocks around a statement of a block, from the inner one on.
pub(crate) fn handlers(statement: &Statement, clause: &Clause) -> Vec<Handler> {
    let words = statement.words();
    let depth = words[clause.words.start].depth;
    let mut handlers = Vec::new();
    let mut blocks = 0_usize;
    let mut at = clause.words.end;
    while let Some(word) = words.get(at).filter(|word| word.depth >= depth) {
        let next = words.get(at + 1).map_or("", |word| &*word.text);
        match &*word.text {
            _ if word.depth > depth => {}
            "begin" | "case" => blocks += 1,
            "end" if !matches!(next, "if" | "loop") => blocks = blocks.saturating_sub(1),
            "exception" if blocks == 0 && next == "when" => {
                handlers.extend(handlers_from(statement, at + 1));
            }
            _ => {}
        }
        at += 1;
    }
    handlers
}

/// The handlers of one block, from its first `WHEN`.
fn handlers_from(statement: &Statement, mut when: usize) -> Vec<Handler> {
    let words = statement.words();
    let depth = words[when].depth;
    let mut handlers = Vec::new();
    while words.get(when).is_some_and(|word| word.text == "when") {
        let is_then = |at: &usize| words[*at].text == "then";
        let Some(then) = (when..words.len()).find(is_then) else { break };
        handlers.push(Handler { conditions: when + 1..then });
        // The next handler of the same block, before its end.
        let rest = then + 1..words.len();
        let ends = |at: &usize| {
            let begins = *at == then + 1 || words[at - 1].text == ";";
            words[*at].depth < depth || begins && matches!(&*words[*at].text, "when" | "end")
        };
        let Some(next) = rest.into_iter().find(ends) else { break };
        when = next;
    }
    handlers
}

impl Handler {
    /// Whether one of its conditions is one of these, by name or by code.
    pub(crate) fn catches(&self, statement: &Statement, names: &[&str]) -> Option<usize> {
        let words = &statement.words()[self.conditions.clone()];
        let is = |text: &str| {
            names.contains(&text) || literal(text).is_some_and(|it| names.contains(&&*it))
        };
        words.iter().position(|word| is(&word.text)).map(|at| self.conditions.start + at)
    }
}

/// Whether words of a query tell which schema a type is in.
pub(crate) fn names_schema(words: &[Word]) -> bool {
    const SCHEMAS: [&str; 8] = [
        "typnamespace",
        "nspname",
        "regnamespace",
        "to_regnamespace",
        "pg_type_is_visible",
        "to_regtype",
        "regtype",
        "current_schema",
    ];
    words.iter().any(|word| SCHEMAS.contains(&&*word.text))
}

/// A query of `pg_type` in a block, from its `SELECT` on.
pub(crate) struct LookUp {
    pub(crate) words: Range<usize>,
    /// The name that `typname` is compared with.
    pub(crate) name: String,
    /// Whether it, or a query around it, asks for labels.
    pub(crate) is_of_labels: bool,
}

/// The queries of a block that look for a type by its name.
pub(crate) fn look_ups(statement: &Statement) -> Vec<LookUp> {
    let words = statement.words();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if word.text != "pg_type" || at == 0 {
            continue;
        }
        let is_start = |at: &usize| matches!(&*words[*at].text, "select" | "perform");
        let Some(start) = (0..at).rev().take(60).find(is_start) else { continue };
        let end = end_of_query(statement, start);
        let is_name = |at: &usize| words[*at].text == "typname";
        let Some(typname) = (start..end).find(is_name) else { continue };
        let around = [typname + 2, typname.wrapping_sub(2), typname.wrapping_sub(4)];
        let compared = |at: &usize| {
            let sign = if *at > typname { typname + 1 } else { at + 1 };
            words.get(sign).is_some_and(|word| word.text == "=")
        };
        let mut values = around.into_iter().filter(compared).filter_map(|at| words.get(at));
        if let Some(name) = values.find_map(|word| literal(&word.text)) {
            let name = name.into_owned();
            let is_around = |at: &usize| is_start(at) && end_of_query(statement, *at) >= end;
            let outer = (0..=start).rev().take(60).filter(is_around).last().unwrap_or(start);
            let end_of_outer = end_of_query(statement, outer);
            let is_of_labels = words[outer..end_of_outer].iter().any(|it| it.text == "pg_enum");
            found.push(LookUp { words: start..end, name, is_of_labels });
        }
    }
    found
}

/// Where a query ends: at the bracket around it, or where the statement goes on or ends.
fn end_of_query(statement: &Statement, start: usize) -> usize {
    let words = statement.words();
    let end = end_of(words, start);
    let mut brackets = 0_usize;
    for (at, word) in words.iter().enumerate().take(end).skip(start) {
        match &*word.text {
            "(" => brackets += 1,
            ")" | "then" | "loop" if brackets == 0 => return at,
            ")" => brackets -= 1,
            _ => {}
        }
    }
    end
}

/// A `CREATE TYPE` that did not run, because the type was there.
pub(crate) struct Skipped<'a> {
    pub(crate) statement: &'a Statement,
    pub(crate) clause: &'a Clause,
    /// The type that was there.
    pub(crate) there: TypeState,
    /// The labels of the statement that the type has not got, and does not get in the same migration.
    pub(crate) missing: Vec<String>,
    /// Whether labels that both have are in another order.
    pub(crate) is_reordered: bool,
}

/// The guarded `CREATE TYPE`s that did not run.
pub(crate) fn skipped<'a>(subject: &'a Subject<'_>) -> Vec<Skipped<'a>> {
    let mut all = Vec::new();
    for statement in subject.about_types(Direction::Up) {
        if statement.is_condition_of_code() || !subject.is_replayed(statement) {
            continue;
        }
        for clause in statement.clauses() {
            let Act::CreateEnum { ty, labels: Some(labels) } = &clause.act else { continue };
            if statement.words()[clause.words.start].depth == 0 {
                continue;
            }
            let Some(there) = subject.types.at(ty, Point::of(statement)) else { continue };
            if !subject.is_certain(&there) || subject.makes_way(statement, ty) {
                continue;
            }
            let labels: Vec<&str> = labels.iter().map(|(label, _)| &**label).collect();
            let has = |state: &TypeState, label: &str| state.labels.iter().any(|it| **it == *label);
            let later = subject.types.state(there.id, Point::before(statement.migration + 1));
            let is_added = |label: &str| {
                later.as_ref().is_some_and(|later| has(later, label))
                    || subject.adds(statement.migration, ty, label)
            };
            let is_missing = |label: &&&str| !has(&there, label) && !is_added(label);
            let missing =
                labels.iter().filter(is_missing).map(|label| (*label).to_owned()).collect();
            let old = there.labels.iter().map(|label| &**label);
            let old = old.filter(|label| labels.contains(label));
            let new = labels.iter().copied().filter(|label| has(&there, label));
            let is_reordered = !old.eq(new);
            all.push(Skipped { statement, clause, there, missing, is_reordered });
        }
    }
    all
}
