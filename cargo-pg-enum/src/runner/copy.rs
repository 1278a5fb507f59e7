//! Reads the rows of a table without running code of its owner.
//!
//! Any user may own a table of that name. `COPY … TO STDOUT` of a table reads its rows and calls the output functions of
//! its columns' types, which only a superuser can create. It has no plan, so no expression of an index or a constraint is
//! evaluated, and it runs no rule. The server refuses it for views, foreign tables and partitioned tables (`PostgreSQL`
//! manual, COPY), and if row security would apply, because that is off ([`path`](pg_enum_core::drift::path)). So no
//! earlier look-up in the catalog is necessary, which could be out of date.

use futures_util::TryStreamExt;
use pg_enum_core::Ident;
use pg_enum_migrations::history::Row;
use sqlx::PgConnection;

use super::Table;
use crate::database::failed;
use crate::failure::Failure;

/// The largest number of bytes to read. The table of a migration tool is smaller.
const MOST: usize = 64 << 20;

/// Reads these columns of all rows.
pub(super) async fn rows(
    connection: &mut PgConnection,
    table: &Table,
    columns: &[&str],
) -> Result<Vec<Row>, Failure> {
    let name = table.full_name();
    let cannot = |error: sqlx::Error| failed(&format!("read {name}"), &error);
    // In the table of one tool, checksums are `bytea`.
    sqlx::raw_sql("SELECT WHERE pg_catalog.set_config('bytea_output', 'hex', true) IS NULL")
        .execute(&mut *connection)
        .await
        .map_err(cannot)?;
    let columns: Vec<String> = columns.iter().map(|column| Ident(column).to_string()).collect();
    let sql = format!("COPY {table} ({}) TO STDOUT", columns.join(", "));
    let mut data = Vec::new();
    {
        let mut chunks = connection.copy_out_raw(&sql).await.map_err(cannot)?;
        while let Some(chunk) = chunks.try_next().await.map_err(cannot)? {
            data.extend_from_slice(&chunk);
            if data.len() > MOST {
                return Err(Failure::new(format!(
                    "{name} contains more than a migration tool writes"
                )));
            }
        }
    }
    let text = String::from_utf8(data).map_err(|_| {
        Failure::new(format!("cannot read {name}: it contains text that is not UTF-8"))
    })?;
    Ok(text.lines().map(row).collect())
}

/// A line of the text format, as the server writes it (`PostgreSQL` manual, COPY, "Text Format").
fn row(line: &str) -> Row {
    line.split('\t').map(|field| (field != "\\N").then(|| unescaped(field))).collect()
}

fn unescaped(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => match chars.next() {
                Some('b') => '\u{8}',
                Some('f') => '\u{c}',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('v') => '\u{b}',
                Some(other) => other,
                None => '\\',
            },
            c => c,
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn lines_are_rows() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(row("1\tt\t\\\\x0f"), [some("1"), some("t"), some("\\x0f")]);
        assert_eq!(row("\\N\t\t\\\\N"), [None, some(""), some("\\N")]);
        assert_eq!(row("a\\tb\\nc\\\\"), [some("a\tb\nc\\")]);
    }
}
