//! What statements say of the columns of tables: defaults, indexes, checks.

use std::sync::Arc;

use crate::clause::{Column, Name, end_of};
use crate::statement::{Direction, Statement};
use crate::subject::Subject;
use crate::word::{Word, identifier, literal};

/// An index or a check on columns.
#[derive(Clone)]
pub(crate) struct Held<'a> {
    /// The statement that creates it.
    pub(crate) statement: &'a Statement,
    pub(crate) noun: &'static str,
    /// Its name; nothing if the server chooses it.
    pub(crate) name: Option<String>,
    pub(crate) table: Name,
    /// The names in it, which are those of its columns and others.
    pub(crate) names: Vec<String>,
    /// The texts of a check that says no more than that a column has one of them.
    pub(crate) texts: Vec<String>,
}

impl Held<'_> {
    /// Whether it is on a column.
    pub(crate) fn is_on(&self, column: &Column) -> bool {
        self.table.may_be(&column.table) && self.names.contains(&column.name)
    }

    /// Whether it says nothing of a column whose type has these labels alone.
    pub(crate) fn is_said_by(&self, labels: &[Arc<str>]) -> bool {
        let has = |label: &Arc<str>| self.texts.iter().any(|text| **text == **label);
        !self.texts.is_empty() && labels.iter().all(has)
    }
}

/// The indexes and checks on a table that statements create, in order, those that are dropped later included.
pub(crate) fn held<'a>(subject: &'a Subject<'_>, table: &Name) -> Vec<Held<'a>> {
    let mut all = Vec::new();
    for statement in subject.of(Direction::Up) {
        if statement.begins(&["create", "index"])
            || statement.begins(&["create", "unique", "index"])
        {
            all.extend(index(statement));
        } else if statement.begins(&["create", "table"]) || statement.begins(&["alter", "table"]) {
            checks(statement, &mut all);
        }
    }
    all.retain(|held| held.table.may_be(table));
    all
}

/// The names of the indexes that a statement drops.
pub(crate) fn dropped_indexes(statement: &Statement) -> Vec<String> {
    let mut names = Vec::new();
    if statement.begins(&["drop", "index"]) {
        for at in 2..statement.words().len() {
            names
                .extend(statement.name_at(at).and_then(|(name, _)| Some(name.last()?.to_string())));
        }
    }
    names
}

/// Whether `CREATE TABLE` gives a column a default.
pub(crate) fn defines_default(statement: &Statement, column: &Column) -> bool {
    let Some((table, open)) = created_table(statement) else { return false };
    if !table.may_be(&column.table) {
        return false;
    }
    let (mut depth, mut is_first, mut is_meant) = (1_usize, true, false);
    for (at, word) in statement.words().iter().enumerate().skip(open + 1) {
        match &*word.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "," if depth == 1 => {
                is_first = true;
                continue;
            }
            "default" if depth == 1 && is_meant => return true,
            _ => {}
        }
        if is_first {
            is_meant =
                statement.name_at(at).is_some_and(|(name, _)| *name == [column.name.as_str()]);
            is_first = false;
        }
        if depth == 0 {
            break;
        }
    }
    false
}

/// The table that a statement creates, and the bracket before its columns.
fn created_table(statement: &Statement) -> Option<(Name, usize)> {
    if !statement.begins(&["create", "table"]) {
        return None;
    }
    let is_guarded = statement.begins(&["create", "table", "if", "not", "exists"]);
    let (name, open) = name_at(statement, if is_guarded { 5 } else { 2 })?;
    (statement.words().get(open)?.text == "(").then_some((name, open))
}

fn name_at(statement: &Statement, at: usize) -> Option<(Name, usize)> {
    let (parts, next) = statement.name_at(at)?;
    let name = parts.last()?.to_string();
    let schema = parts.len().checked_sub(2).and_then(|at| parts.get(at)).map(ToString::to_string);
    Some((Name { schema, name }, next))
}

fn index(statement: &Statement) -> Option<Held<'_>> {
    let words = statement.words();
    let on = words.iter().position(|word| word.text == "on")?;
    let name = statement.name_at(on - 1).and_then(|(name, _)| Some(name.last()?.to_string()));
    let name = name.filter(|name| name != "index" && name != "concurrently");
    let only = words.get(on + 1).is_some_and(|word| word.text == "only");
    let (table, next) = name_at(statement, on + 1 + usize::from(only))?;
    let names = names(statement, next..end_of(words, on));
    Some(Held { statement, noun: "index", name, table, names, texts: Vec::new() })
}

fn checks<'a>(statement: &'a Statement, all: &mut Vec<Held<'a>>) {
    let words = statement.words();
    let table = match created_table(statement) {
        Some((table, _)) => table,
        None => {
            let skipped = ["if", "exists", "only"];
            let mut at = 2;
            while words.get(at).is_some_and(|word| skipped.contains(&&*word.text)) {
                at += 1;
            }
            let Some((table, _)) = name_at(statement, at) else { return };
            table
        }
    };
    for start in statement.find(&["check", "("]) {
        let mut brackets = 0_usize;
        let closes = |word: &Word| {
            match &*word.text {
                "(" => brackets += 1,
                ")" => brackets -= 1,
                _ => {}
            }
            brackets == 0
        };
        let end =
            words[start + 1..].iter().position(closes).map_or(words.len(), |at| start + 1 + at);
        let is_named = start >= 2 && words[start - 2].text == "constraint";
        let name = is_named.then(|| statement.name_at(start - 1)).flatten();
        let name = name.and_then(|(name, _)| Some(name.first()?.to_string()));
        let names = names(statement, start + 2..end);
        let texts = alternatives(&words[start + 2..end]).unwrap_or_default();
        all.push(Held { statement, noun: "check", name, table: table.clone(), names, texts });
    }
}

/// The texts in `a = 'x' OR a = 'y'`, `a IN ('x', 'y')` and `a = ANY (ARRAY['x'::text, 'y'::text])`; nothing for anything else.
fn alternatives(words: &[Word]) -> Option<Vec<String>> {
    let (mut texts, mut column) = (Vec::new(), None);
    for word in words {
        if let Some(text) = literal(&word.text) {
            texts.push(text.into_owned());
            continue;
        }
        let is_around = matches!(
            &*word.text,
            "=" | "or"
                | "in"
                | "any"
                | "array"
                | "("
                | ")"
                | "["
                | "]"
                | ","
                | "::"
                | ":"
                | "text"
                | "varchar"
                | "character"
                | "varying"
        );
        if !is_around && **column.get_or_insert(&word.text) != word.text {
            return None;
        }
    }
    column.is_some_and(|column| identifier(column).is_some()).then_some(texts)
}

fn names(statement: &Statement, range: std::ops::Range<usize>) -> Vec<String> {
    let name = |at: usize| Some(statement.name_at(at)?.0.last()?.to_string());
    range.filter_map(name).collect()
}
