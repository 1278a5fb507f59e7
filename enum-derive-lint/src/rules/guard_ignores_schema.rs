//! A query of `pg_type` that compares `typname` alone.

use pg_enum_core::{Ident, Literal};

use super::guards_in_python::guards;
use crate::clause::{Act, Name};
use crate::fix::Fix;
use crate::guard::{LookUp, look_ups};
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Statement};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "guard-ignores-schema",
    summary: "a guard looks for a type by its name alone, in any schema",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("guard_ignores_schema.md"),
    check,
};

/// What tells the schema of a type in a query.
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

fn check(subject: &Subject<'_>, report: &mut Report) {
    in_python(subject, report);
    for statement in subject.about_types(Direction::Up) {
        if !statement.begins(&["do"]) || statement.is_condition_of_code() {
            continue;
        }
        let mut told: Vec<String> = Vec::new();
        for look_up in look_ups(statement) {
            let words = &statement.words()[look_up.words.clone()];
            if words.iter().any(|word| SCHEMAS.contains(&&*word.text)) {
                continue;
            }
            let guarded = statement.clauses().iter().find_map(|clause| match &clause.act {
                _ if clause.words.start < look_up.words.end => None,
                Act::CreateEnum { ty, .. } | Act::AddValue { ty, .. }
                    if ty.name == look_up.name =>
                {
                    Some((ty, matches!(clause.act, Act::CreateEnum { .. })))
                }
                _ => None,
            });
            let Some((ty, creates)) = guarded.filter(|_| !told.contains(&look_up.name)) else {
                continue;
            };
            told.push(look_up.name.clone());
            let at = statement.at_words(look_up.words.clone());
            let message = format!("a type {} in any schema satisfies this guard", look_up.name);
            let finding = report.add(message, &at);
            finding.help("look the type up as the statement does: to_regtype('…') IS NULL");
            if creates && !statement.is_made() {
                if let Some(fix) = fix(statement, &look_up, ty) {
                    finding.fix(fix);
                }
            }
        }
    }
}

/// Queries of revisions that decide in Python.
fn in_python(subject: &Subject<'_>, report: &mut Report) {
    for guard in guards(subject).filter(|guard| guard.ignores_schema) {
        if !report.has(&guard.at) {
            let name = &guard.creation.ty.name;
            let message = format!("a type {name} in any schema satisfies this guard");
            let finding = report.add(message, &guard.at);
            finding.related(
                guard.creation.statement.place(),
                "the type is created here if it finds none",
            );
            finding.help("look the type up as the statement does: to_regtype('…') IS NULL");
        }
    }
}

/// Another look-up, where this one is nothing but `[NOT] EXISTS (SELECT 1 FROM pg_type WHERE typname = '…')`.
fn fix(statement: &Statement, look_up: &LookUp, ty: &Name) -> Option<Fix> {
    let words = statement.words();
    let (start, end) = (look_up.words.start, look_up.words.end);
    let text = |at: usize| words.get(at).map_or("", |word| &*word.text);
    let query: Vec<&str> = (start..end).map(text).collect();
    let is_plain = match *query {
        ["select", _, "from", "pg_type", "where", "typname", "=", _]
        | ["select", _, "from", "pg_catalog", ".", "pg_type", "where", "typname", "=", _] => true,
        _ => false,
    };
    let is_exists =
        start >= 2 && text(start - 1) == "(" && text(start - 2) == "exists" && text(end) == ")";
    if !is_plain || !is_exists {
        return None;
    }
    let is_not = start >= 3 && text(start - 3) == "not";
    let first = if is_not { start - 3 } else { start - 2 };
    let name = match &ty.schema {
        Some(schema) => format!("{}.{}", Ident(schema), Ident(&ty.name)),
        None => Ident(&ty.name).to_string(),
    };
    let is = if is_not { "IS NULL" } else { "IS NOT NULL" };
    let at = statement.at_words(first..end + 1);
    Some(Fix::new(
        "look the type up as `CREATE TYPE` does",
        at,
        format!("to_regtype({}) {is}", Literal(&name)),
    ))
}
