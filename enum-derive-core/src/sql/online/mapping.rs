//! The new value of a column, as an expression.
//!
//! Values are converted by output functions, as in [`swap`](crate::sql::swap), but the old type keeps its labels here. An
//! expression has the type `text` or `text[]`. It means the same under any `search_path`, and names no object outside
//! `pg_catalog`: the trigger runs as whoever writes the row, who may have no privileges for the schema of the type.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::Literal;
use crate::dependent::Holds;

/// What becomes of the labels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Mapping {
    /// The labels that have another name afterwards, or are replaced; `None` is `NULL`.
    pub(crate) changed: Vec<(String, Option<String>)>,
    /// The labels that no row may hold in the end.
    pub(crate) gone: Vec<String>,
}

impl Mapping {
    /// The new value of a column.
    pub(crate) fn value(&self, column: &str, holds: Holds) -> String {
        let nothing = None;
        let gone = self.gone.iter().map(|label| (label, &nothing));
        let changed: Vec<(&String, &Option<String>)> =
            self.changed.iter().map(|(from, to)| (from, to)).chain(gone).collect();
        let text = text(column, holds);
        if changed.is_empty() {
            return text;
        }
        if holds == Holds::Array {
            return array(&format!("{text}::pg_catalog.text[]"), &changed);
        }
        let mut sql = "CASE".to_string();
        for (from, to) in changed {
            sql.extend([format!(
                " WHEN {text} OPERATOR(pg_catalog.=) {} THEN {}",
                Literal(from),
                literal(to.as_deref())
            )]);
        }
        sql + &format!(" ELSE {text} END")
    }

    /// The condition for a row whose new value is right; `new` is the new column, and `type_sql` its type.
    pub(crate) fn is_right(&self, column: &str, new: &str, type_sql: &str, holds: Holds) -> String {
        let value = self.value(column, holds);
        let array = if holds == Holds::Array { "[]" } else { "" };
        let condition = format!("{new} IS NOT DISTINCT FROM ({value})::{type_sql}{array}");
        if self.gone.is_empty() {
            return condition;
        }
        format!("{condition} AND {}", without(column, holds, &self.gone))
    }

    /// The condition for a row whose new value is missing.
    pub(crate) fn is_unfilled(&self, column: &str, new: &str, holds: Holds) -> String {
        let condition = format!("{new} IS NULL AND {column} IS NOT NULL");
        let to_null = self.changed.iter().filter(|(_, to)| to.is_none()).map(|(from, _)| from);
        let null: Vec<String> = to_null.chain(&self.gone).cloned().collect();
        // An array is never null as a whole because of its elements.
        if null.is_empty() || holds == Holds::Array {
            return condition;
        }
        format!("{condition} AND {}", without(column, holds, &null))
    }
}

/// The column as a text.
fn text(column: &str, holds: Holds) -> String {
    let out = if holds == Holds::Array { "array_out" } else { "enum_out" };
    format!("pg_catalog.{out}({column})::pg_catalog.text")
}

/// The condition for a value that has none of these labels.
fn without(column: &str, holds: Holds, labels: &[String]) -> String {
    let labels: Vec<_> = labels.iter().map(|label| Literal(label).to_string()).collect();
    let (text, labels) = (text(column, holds), labels.join(", "));
    if holds == Holds::Array {
        format!(
            "NOT ({text}::pg_catalog.text[] OPERATOR(pg_catalog.&&) ARRAY[{labels}]::pg_catalog.text[])"
        )
    } else {
        format!("{text} OPERATOR(pg_catalog.<>) ALL (ARRAY[{labels}]::pg_catalog.text[])")
    }
}

/// The elements are replaced one label after another. If a label is both a new and an old one, this would change it
/// twice, so the old ones get texts first that are no labels, because they are too long.
fn array(text: &str, changed: &[(&String, &Option<String>)]) -> String {
    let is_old = |label: &String| changed.iter().any(|(from, _)| *from == label);
    let in_turn = changed.iter().any(|(_, to)| to.as_ref().is_some_and(is_old));
    let replace = |sql: String, from: &str, to: Option<&str>| {
        format!("pg_catalog.array_replace({sql}, {}, {})", Literal(from), literal(to))
    };
    let mut sql = text.to_string();
    let between = |index: usize| format!("{index:064}");
    if in_turn {
        for (index, (from, _)) in changed.iter().enumerate() {
            sql = replace(sql, from, Some(&between(index)));
        }
    }
    for (index, (from, to)) in changed.iter().enumerate() {
        let from = if in_turn { between(index) } else { (*from).clone() };
        sql = replace(sql, &from, to.as_deref());
    }
    sql
}

fn literal(label: Option<&str>) -> String {
    label.map_or_else(|| "NULL".to_string(), |label| Literal(label).to_string())
}
