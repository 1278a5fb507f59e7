//! `cargo pg-enum online`.

mod cases;
mod command;
mod disturbed;
mod interrupted;
mod writes;

use std::collections::BTreeMap;
use std::fmt::Write;

use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    [cases::tests(), command::tests(), disturbed::tests(), interrupted::tests(), writes::tests()]
        .into_iter()
        .flatten()
        .collect()
}

/// The command, with small batches.
const ONLINE: &[&str] = &["online", "--allow-destructive", "--batch-rows", "2"];

/// An enum of the schema `app`, as Rust source.
fn source(
    name: &str,
    labels: &[&str],
    was: &[(&str, &str)],
    removed: &[(&str, Option<&str>)],
    former: Option<&str>,
) -> String {
    let was: BTreeMap<_, _> = was.iter().map(|(from, to)| (*to, *from)).collect();
    let variant = |label: &str| {
        let index = labels.iter().position(|there| *there == label).expect("a label of the enum");
        format!("V{index}")
    };
    let mut source = format!("#[derive(PgEnum)]\n#[pg_enum(name = {name:?}, schema = \"app\"");
    if let Some(former) = former {
        write!(source, ", was = {former:?}").unwrap();
    }
    if !removed.is_empty() {
        let each = removed.iter().map(|(label, to)| {
            format!("{label:?} => {}", to.map_or_else(|| "NULL".to_owned(), variant))
        });
        write!(source, ", removed({})", each.collect::<Vec<_>>().join(", ")).unwrap();
    }
    source += ")]\npub enum E {\n";
    for label in labels {
        let was = was.get(label).map(|was| format!(", was = {was:?}")).unwrap_or_default();
        writeln!(source, "    #[pg_enum(rename = {label:?}{was})] {},", variant(label)).unwrap();
    }
    source + "}\n"
}

/// A dump in which the columns of each table are sorted.
fn sorted(dump: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut first = None;
    for line in dump.lines() {
        // `);`, or `)` before `INHERITS` and `PARTITION BY`.
        if line.starts_with(')')
            && let Some(first) = first.take()
        {
            lines[first..].sort();
        }
        lines.push(if first.is_some() { line.trim_end_matches(',') } else { line }.to_owned());
        if line.starts_with("CREATE TABLE ") && line.ends_with('(') {
            first = Some(lines.len());
        }
    }
    lines.join("\n")
}

/// The rows of all tables and views, with their columns in order.
async fn contents(connection: &mut PgConnection) -> String {
    let tables: Vec<(String, String)> = sqlx::query_as(
        "SELECT c.oid::regclass::text, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname)
         FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relnamespace = 'app'::regnamespace AND (c.relkind IN ('r', 'v') OR c.relkind = 'm' AND c.relispopulated)
         GROUP BY c.oid, c.relname ORDER BY c.relname",
    )
    .persistent(false)
    .fetch_all(&mut *connection)
    .await
    .expect("the catalog can be read");
    let mut texts = Vec::new();
    for (table, columns) in tables {
        let sql = format!("SELECT ROW({columns})::text FROM {table} ORDER BY 1");
        let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(&mut *connection).await;
        // A view of a materialized view without rows cannot be read.
        let rows: Vec<String> = rows.iter().flatten().map(|row| row.get(0)).collect();
        texts.push(format!("{table}: {rows:#?}"));
    }
    texts.join("\n")
}
