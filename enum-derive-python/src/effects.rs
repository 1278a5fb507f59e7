//! What a revision does, on the way to steps.

use std::ops::Range;
use std::sync::Arc;

use pg_enum_migrations::folder::{HOLE, Script, Source, Step};
use pg_enum_migrations::{Location, words};

/// One thing that a revision does. Places are in its file.
pub(crate) enum Effect {
    /// It sends SQL that stands in the file.
    Script(Range<usize>),
    /// It sends SQL that a call makes.
    Made { sql: String, at: Range<usize>, once: Option<String> },
    /// What it does is not known.
    Unknown { at: Range<usize>, message: String },
    /// It changes tables in a way that is not told.
    Tables { at: Range<usize> },
    /// It does one thing or another.
    Perhaps {
        at: Range<usize>,
        /// SQL that tells which; nothing if that is not known.
        condition: Option<String>,
        then: Vec<Self>,
        otherwise: Vec<Self>,
    },
}

/// Something that a function of a revision sends, and that is no step, because it bears on no type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Omitted {
    /// The place in the revision.
    pub at: Location,
    /// What it is.
    pub what: Omission,
}

/// What an [`Omitted`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Omission {
    /// It reads or changes rows: an expression of `SQLAlchemy`, or SQL under a condition, whose place this is.
    Rows,
    /// `COMMIT`, under a condition under which rows are changed.
    Commit,
    /// Another statement under a condition: an index, a comment, a privilege.
    Other,
}

/// What is said of a call that may do anything.
pub(crate) const WHAT: &str = "what this call does is not known";

/// What is said of what cannot be told.
pub(crate) const WHETHER: &str = "whether this is run is not known";

/// The steps that effects come to. `omitted` gets what of them is no step.
pub(crate) fn steps(
    effects: Vec<Effect>,
    source: &Arc<Source>,
    omitted: &mut Vec<Omitted>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for effect in effects {
        match effect {
            Effect::Script(range) => {
                steps.push(Step::Sql(Script { source: Arc::clone(source), range }));
            }
            Effect::Made { sql, at, once } => {
                steps.push(Step::Made { sql, at: Location::new(source, at), once });
            }
            Effect::Unknown { at, message } => {
                steps.push(Step::Unknown { at: Location::new(source, at), message });
            }
            Effect::Tables { at } => steps.push(Step::Tables { at: Location::new(source, at) }),
            Effect::Perhaps { at, condition, mut then, mut otherwise } => {
                steps.extend(types_first(condition.as_deref(), &mut then, source));
                // `if inspector.has_table("t"): return`
                if then.is_empty() {
                    let not = condition.as_ref().map(|condition| format!("NOT ({condition})"));
                    steps.extend(types_first(not.as_deref(), &mut otherwise, source));
                }
                for effect in then.iter().chain(&otherwise) {
                    omit(effect, &at, source, omitted);
                }
                steps.extend(perhaps(&at, condition.as_deref(), &then, &otherwise, source));
            }
        }
    }
    steps
}

/// Adds what of an effect is left out of the block of its condition, or is no step with it; `whole` is the place of that.
fn omit(effect: &Effect, whole: &Range<usize>, source: &Arc<Source>, omitted: &mut Vec<Omitted>) {
    let (sql, at) = match effect {
        Effect::Script(range) => (source.text.get(range.clone()).unwrap_or_default(), range),
        Effect::Made { sql, at, .. } => (&**sql, at),
        Effect::Perhaps { then, otherwise, .. } => {
            for effect in then.iter().chain(otherwise) {
                omit(effect, whole, source, omitted);
            }
            return;
        }
        Effect::Unknown { .. } | Effect::Tables { .. } => return,
    };
    let what = match sql {
        "COMMIT" => Omission::Commit,
        sql if changes_rows_only(sql) => Omission::Rows,
        sql if is_about_rows(sql) => Omission::Other,
        _ => return,
    };
    let at = if what == Omission::Rows { whole } else { at };
    let one = Omitted { at: Location::new(source, at.clone()), what };
    if omitted.last() != Some(&one) {
        omitted.push(one);
    }
}

/// The types that a table makes under a condition, each in a step of its own, as one run makes it once. The condition must be
/// one that this does not change.
fn types_first(condition: Option<&str>, then: &mut Vec<Effect>, source: &Arc<Source>) -> Vec<Step> {
    let Some(condition) = condition.filter(|condition| is_about_tables(condition)) else {
        return Vec::new();
    };
    let is_type = |effect: &Effect| matches!(effect, Effect::Made { once: Some(_), .. });
    let end = then.iter().take_while(|effect| is_type(effect)).count();
    let mut steps = Vec::new();
    for effect in then.drain(..end) {
        if let Effect::Made { sql, at, once } = effect {
            let mut body = String::new();
            let make = [Effect::Made { sql, at: at.clone(), once: None }];
            if write(&mut body, Some(condition), &make, &[], source).is_some() {
                let at = Location::new(source, at);
                steps.push(Step::Made { sql: block(&body), at, once });
            }
        }
    }
    steps
}

/// Whether a condition asks for tables alone.
fn is_about_tables(condition: &str) -> bool {
    let words: Vec<String> = words(condition).collect();
    let sources = words.iter().enumerate().filter(|(_, word)| *word == "from").map(|(at, _)| {
        let source: Vec<&str> = words.iter().skip(at + 1).take(4).map(String::as_str).collect();
        match source[..] {
            ["pg_catalog", ".", "pg_tables" | "pg_matviews", next]
            | ["information_schema", ".", "tables", next]
            | ["pg_tables" | "pg_matviews", next, ..] => next == "where",
            _ => false,
        }
    });
    let all: Vec<bool> = sources.collect();
    !all.is_empty()
        && all.iter().all(|is_tables| *is_tables)
        && !words.iter().any(|word| word.starts_with("to_reg"))
}

/// A block that does what is done under a condition.
fn perhaps(
    at: &Range<usize>,
    condition: Option<&str>,
    then: &[Effect],
    otherwise: &[Effect],
    source: &Arc<Source>,
) -> Option<Step> {
    let location = Location::new(source, at.clone());
    match weight(then, &source.text).max(weight(otherwise, &source.text)) {
        Weight::Rows => return None,
        Weight::Tables if condition.is_none() => return Some(Step::Tables { at: location }),
        Weight::Tables | Weight::Types => {}
    }
    let mut body = String::new();
    Some(match write(&mut body, condition, then, otherwise, source).map(|()| block(&body)) {
        Some(sql) => Step::Made { sql, at: location, once: None },
        None => {
            // What is not known inside says more than that it is not known whether it is run.
            let inside = then.iter().chain(otherwise).find_map(|effect| match effect {
                Effect::Unknown { at, message } => Some((at, message)),
                _ => None,
            });
            match inside {
                Some((at, message)) => Step::Unknown {
                    at: Location::new(source, at.clone()),
                    message: message.clone(),
                },
                None => Step::Unknown { at: location, message: WHETHER.to_owned() },
            }
        }
    })
}

/// A block with such a body.
pub(crate) fn block(body: &str) -> String {
    let mut tag = String::from("$alembic$");
    while body.contains(&tag) {
        tag.insert(1, '_');
    }
    format!("DO {tag} BEGIN {body}END {tag}")
}

/// Writes the statement of a condition in `PL/pgSQL`; nothing where what it does cannot stand in there.
fn write(
    body: &mut String,
    condition: Option<&str>,
    then: &[Effect],
    otherwise: &[Effect],
    source: &Arc<Source>,
) -> Option<()> {
    match condition {
        Some(condition) => body.extend(["IF ", condition, " THEN "]),
        None => body.extend(["IF ", HOLE.encode_utf8(&mut [0; 4]), " THEN "]),
    }
    for (index, effects) in [then, otherwise].into_iter().enumerate() {
        if index == 1 && !otherwise.is_empty() {
            body.push_str("ELSE ");
        }
        for effect in effects {
            match effect {
                Effect::Script(range) => statement(body, source.text.get(range.clone())?)?,
                Effect::Made { sql, once: None, .. } => statement(body, sql)?,
                Effect::Perhaps { condition, then, otherwise, .. } => {
                    write(body, condition.as_deref(), then, otherwise, source)?;
                }
                Effect::Made { .. } | Effect::Unknown { .. } | Effect::Tables { .. } => {
                    return None;
                }
            }
        }
    }
    body.push_str("END IF; ");
    Some(())
}

/// SQL inside a block; nothing where it cannot stand there, as what ends a transaction.
fn statement(body: &mut String, sql: &str) -> Option<()> {
    if is_about_rows(sql) {
        return Some(());
    }
    let mut is_first = true;
    for word in words(sql) {
        let refused: &[&str] = if is_first { &OUTSIDE } else { &["concurrently"] };
        if refused.contains(&&*word) {
            return None;
        }
        is_first = word == ";";
    }
    body.push_str(sql.trim().trim_end_matches(';'));
    body.push_str("\n; ");
    Some(())
}

/// What statements begin with that cannot stand in a block, or mean something else there.
const OUTSIDE: [&str; 12] = [
    "abort",
    "begin",
    "commit",
    "end",
    "release",
    "reset",
    "rollback",
    "savepoint",
    "select",
    "set",
    "start",
    "with",
];

/// How much effects bear on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// Rows alone.
    Rows,
    /// Tables, in a way that changes no type.
    Tables,
    Types,
}

/// How much effects bear on; `text` is that of the revision.
pub(crate) fn weight(effects: &[Effect], text: &str) -> Weight {
    let of_sql = |sql: &str| match sql {
        // Where rows are changed in batches, each may be a transaction.
        "COMMIT" | "BEGIN" => Weight::Rows,
        sql if is_about_rows(sql) => Weight::Rows,
        sql if is_about_constraints(sql) => Weight::Tables,
        _ => Weight::Types,
    };
    let of = |effect: &Effect| match effect {
        Effect::Script(range) => text.get(range.clone()).map_or(Weight::Types, of_sql),
        Effect::Made { sql, once: None, .. } => of_sql(sql),
        Effect::Tables { .. } => Weight::Tables,
        Effect::Perhaps { then, otherwise, .. } => weight(then, text).max(weight(otherwise, text)),
        Effect::Made { .. } | Effect::Unknown { .. } => Weight::Types,
    };
    effects.iter().map(of).max().unwrap_or(Weight::Rows)
}

/// Whether SQL is one statement that adds a constraint to a table or drops one.
fn is_about_constraints(sql: &str) -> bool {
    let words: Vec<String> = words(sql).collect();
    let has = |word: &str| words.iter().any(|known| known == word);
    words.first().is_some_and(|word| word == "alter")
        && words.get(1).is_some_and(|word| word == "table")
        && has("constraint")
        && ![";", "type", "column", "check", "default"].iter().any(|word| has(word))
}

/// Whether SQL is a query or a change of rows: one statement, without which the statements after it find the same tables,
/// types and privileges. [`HOLE`]s may stand in it.
///
/// ```
/// assert!(pg_enum_python::changes_rows_only("UPDATE day SET mood = 'sad'"));
/// assert!(!pg_enum_python::changes_rows_only("CREATE INDEX ON day (mood)"));
/// ```
#[must_use]
pub fn changes_rows_only(sql: &str) -> bool {
    let rows = ["select", "insert", "update", "delete", "with"];
    is_about_rows(sql) && words(sql).next().is_none_or(|first| rows.contains(&&*first))
}

/// Whether SQL bears on no type: it reads or changes rows, or is about indexes, comments and privileges. It is one statement,
/// which calls no function of the repository.
pub(crate) fn is_about_rows(sql: &str) -> bool {
    let mut all = words(sql);
    let Some(first) = all.next() else { return true };
    let telling =
        ["create", "alter", "drop", "do", "call", "execute", "type", "into", "pg_enum", "pg_type"];
    match &*first {
        "select" | "update" | "delete" => !all.any(|word| telling.contains(&&*word)),
        // A query that makes a table has no `insert` before its `into`.
        "with" => {
            let mut before = first;
            !all.any(|word| {
                let tells = telling.contains(&&*word) && !(word == "into" && before == "insert");
                before = word;
                tells
            })
        }
        "insert" => !all.skip(1).any(|word| telling.contains(&&*word)),
        "analyze" | "comment" | "grant" | "revoke" | "vacuum" => true,
        "create" | "drop" => all.take(2).any(|word| word == "index"),
        _ => false,
    }
}
