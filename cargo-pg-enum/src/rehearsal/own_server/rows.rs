//! Copies rows of the target's tables.

use futures_util::TryStreamExt;
use pg_enum_core::Ident;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::database::failed;
use crate::failure::Failure;
use crate::text::{brief, type_name};

/// The number of characters of a name to show.
const NAME: usize = 200;

/// An ordinary table. Other relations are not read, because reading them can run code or access other servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    schema: String,
    name: String,
    /// The stored columns, without generated ones.
    columns: Vec<String>,
}

impl Table {
    /// For messages.
    pub(super) fn full_name(&self) -> String {
        type_name(&self.schema, &self.name)
    }

    /// As SQL.
    fn sql(&self) -> String {
        format!("{}.{}", Ident(&self.schema), Ident(&self.name))
    }

    fn columns(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|it| Ident(it).to_string()).collect();
        columns.join(", ")
    }
}

/// The table with this name, or its partitions. They are locked until the transaction ends, so that they do not
/// change.
pub(super) async fn tables(
    connection: &mut PgConnection,
    wanted: &str,
    search_path: &[String],
) -> Result<Vec<Table>, Failure> {
    let shown = brief(wanted, NAME);
    let found: Option<(String, String, String)> = sqlx::query_as(
        "SELECT n.nspname::text, c.relname::text, c.relkind::text
         FROM pg_catalog.parse_ident($1) AS i (parts)
         JOIN pg_catalog.pg_class AS c
           ON c.relname = i.parts[pg_catalog.cardinality(i.parts)]::name
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE CASE pg_catalog.cardinality(i.parts)
             WHEN 1 THEN n.nspname = ANY ($2)
             WHEN 2 THEN n.nspname = i.parts[1]::name
             ELSE false END
         ORDER BY pg_catalog.array_position($2, n.nspname::text) LIMIT 1",
    )
    .bind(wanted)
    .bind(search_path)
    .persistent(false)
    .fetch_optional(&mut *connection)
    .await
    .map_err(|error| failed(&format!("look for the table {shown}"), &error))?;
    let Some((schema, name, kind)) = found else {
        return Err(Failure::new(format!(
            "the table {shown}, given with --with-data, does not \
                                         exist"
        ))
        .with_help("give it with its schema: SCHEMA.TABLE"));
    };
    let names = match &*kind {
        "r" => vec![(schema, name)],
        "p" => partitions(connection, &schema, &name).await?,
        _ => {
            return Err(Failure::new(format!(
                "{} is not an ordinary table: reading it could run code of its owner",
                type_name(&schema, &name)
            ))
            .with_help("give the tables that it reads"));
        }
    };
    let mut tables = Vec::with_capacity(names.len());
    for (schema, name) in names {
        tables.push(table(connection, schema, name).await?);
    }
    Ok(tables)
}

/// The partitions that are ordinary tables. Foreign tables are left out.
async fn partitions(
    connection: &mut PgConnection,
    schema: &str,
    name: &str,
) -> Result<Vec<(String, String)>, Failure> {
    sqlx::query_as(
        "SELECT pn.nspname::text, p.relname::text
         FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         CROSS JOIN LATERAL pg_catalog.pg_partition_tree(c.oid) AS t
         JOIN pg_catalog.pg_class AS p ON p.oid = t.relid AND p.relkind = 'r'
         JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
         WHERE n.nspname = $1 AND c.relname = $2 ORDER BY p.oid",
    )
    .bind(schema)
    .bind(name)
    .persistent(false)
    .fetch_all(connection)
    .await
    .map_err(|error| failed(&format!("list the partitions of {}", type_name(schema, name)), &error))
}

/// Reads the table's columns after locking it.
pub(super) async fn table(
    connection: &mut PgConnection,
    schema: String,
    name: String,
) -> Result<Table, Failure> {
    let mut table = Table { schema, name, columns: Vec::new() };
    let lock = format!("LOCK TABLE ONLY {} IN ACCESS SHARE MODE", table.sql());
    sqlx::raw_sql(AssertSqlSafe(lock))
        .execute(&mut *connection)
        .await
        .map_err(|error| failed(&format!("read {}", table.full_name()), &error))?;
    let row: Option<(String, Vec<String>)> = sqlx::query_as(
        "SELECT c.relkind::text, ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
           ORDER BY a.attnum)
         FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND c.relname = $2",
    )
    .bind(&table.schema)
    .bind(&table.name)
    .persistent(false)
    .fetch_optional(connection)
    .await
    .map_err(|error| failed(&format!("look at {}", table.full_name()), &error))?;
    match row {
        Some((kind, columns)) if kind == "r" => table.columns = columns,
        _ => return Err(Failure::new(format!("{} is not an ordinary table", table.full_name()))),
    }
    Ok(table)
}

/// Copies rows from one database to another, up to a limit. Returns whether there are more.
pub(super) async fn copy(
    from: &mut PgConnection,
    to: &mut PgConnection,
    table: &Table,
    limit: Option<u64>,
) -> Result<bool, Failure> {
    let (name, columns) = (table.sql(), table.columns());
    let reading = |error| {
        failed(&format!("read the rows of {}", table.full_name()), &error)
            .with_help("connect as a user that may read all rows")
    };
    let writing = |error| failed(&format!("copy the rows of {}", table.full_name()), &error);
    let most = limit.map_or(String::new(), |limit| format!(" LIMIT {}", limit.saturating_add(1)));
    let query = format!("COPY (SELECT {columns} FROM ONLY {name}{most}) TO STDOUT");
    let columns = if columns.is_empty() { String::new() } else { format!(" ({columns})") };
    let mut sink =
        to.copy_in_raw(&format!("COPY {name}{columns} FROM STDIN")).await.map_err(writing)?;
    let mut left = limit.unwrap_or(u64::MAX);
    let mut has_more = false;
    {
        let mut rows = from.copy_out_raw(&query).await.map_err(reading)?;
        // A message is one row, including its line end (PostgreSQL manual, 53.2.6).
        while let Some(row) = rows.try_next().await.map_err(reading)? {
            if left == 0 {
                has_more = true;
                continue;
            }
            left -= 1;
            sink.send(&*row).await.map_err(writing)?;
        }
    }
    sink.finish().await.map_err(writing)?;
    Ok(has_more)
}
