//! Keywords that the parser takes for what else they may be, and names in their place.

/// Stands at the end of a name that is written in the place of a keyword. Nobody has it in a name.
const REWRITTEN: char = '\u{7fe}';

/// A name of the same length that is no keyword.
pub(super) fn other_name(keyword: &str) -> String {
    let kept = keyword.len().saturating_sub(REWRITTEN.len_utf8());
    let mut name = keyword[..kept].to_ascii_lowercase();
    name.push(REWRITTEN);
    name
}

/// The keyword in whose place a name is written, if it is.
pub(super) fn original(name: &str) -> Option<&'static str> {
    let kept = name.strip_suffix(REWRITTEN)?;
    let all = [&STATEMENTS[..], &SETTINGS, &TYPES_OR_FUNCTIONS, &["exclude"]].concat();
    all.into_iter().find(|keyword| keyword.len() == name.len() && keyword.starts_with(kept))
}

/// Keywords that begin statements or clauses of theirs.
pub(super) const STATEMENTS: [&str; 6] =
    ["values", "insert", "update", "delete", "merge", "recursive"];

/// Those that begin another form of `SET`.
pub(super) const SETTINGS: [&str; 6] =
    ["role", "time", "transaction", "catalog", "constraints", "xml"];

/// Those that may be names of types and functions only (`PostgreSQL` manual, appendix C).
pub(super) const TYPES_OR_FUNCTIONS: [&str; 23] = [
    "authorization",
    "binary",
    "collation",
    "concurrently",
    "cross",
    "current_schema",
    "freeze",
    "full",
    "ilike",
    "inner",
    "is",
    "isnull",
    "join",
    "left",
    "like",
    "natural",
    "notnull",
    "outer",
    "overlaps",
    "right",
    "similar",
    "tablesample",
    "verbose",
];
