//! Reads the tables of a database, with their columns and the types of these.

use std::string::FromUtf8Error;

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::database::{catalog_path, failed, own_path};
use crate::failure::Failure;
use crate::text;

/// A table in the catalog.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    /// In order.
    pub(crate) columns: Vec<Column>,
    /// Whether its unqualified name finds it under the database's own path, in the schema of an unqualified
    /// `CREATE TABLE`.
    pub(crate) at_home: bool,
}

/// A column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    pub(crate) is_not_null: bool,
    /// The type, or that of the elements. Of a domain, what it is over, as a driver reads it.
    pub(crate) type_schema: String,
    pub(crate) type_name: String,
    pub(crate) is_array: bool,
    /// The type as the server prints it.
    pub(crate) spelled: String,
}

impl Table {
    /// `app.orders`
    pub(crate) fn full_name(&self) -> String {
        text::type_name(&self.schema, &self.name)
    }
}

/// One row for each column, and one without a column for a table that has none. Texts are bytes for the reason that
/// enums have.
///
/// Partitions have the columns of their parent. The tables of an extension are its own.
const QUERY: &str = "
    SELECT c.oid,
        pg_catalog.convert_to(n.nspname::pg_catalog.text, k.encoding) AS schema,
        pg_catalog.convert_to(c.relname::pg_catalog.text, k.encoding) AS table,
        pg_catalog.convert_to(pg_catalog.obj_description(c.oid, 'pg_class'), k.encoding) AS table_comment,
        pg_catalog.convert_to(a.attname::pg_catalog.text, k.encoding) AS name,
        pg_catalog.convert_to(pg_catalog.col_description(c.oid, a.attnum), k.encoding) AS comment,
        a.attnotnull AS not_null,
        pg_catalog.convert_to(tn.nspname::pg_catalog.text, k.encoding) AS type_schema,
        pg_catalog.convert_to(t.typname::pg_catalog.text, k.encoding) AS type,
        t.oid OPERATOR(pg_catalog.<>) base.oid AS is_array,
        pg_catalog.convert_to(pg_catalog.format_type(a.atttypid, a.atttypmod), k.encoding) AS spelled
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        CROSS JOIN (SELECT CASE pg_catalog.getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII'
            ELSE 'UTF8' END::pg_catalog.name) AS k (encoding)
        LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN LATERAL (
            WITH RECURSIVE base (oid, next) AS (
                SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type AS t WHERE t.oid = a.atttypid
                UNION ALL
                SELECT t.oid, t.typbasetype FROM base JOIN pg_catalog.pg_type AS t ON t.oid = base.next
            )
            SELECT base.oid FROM base WHERE base.next = 0
        ) AS base ON true
        LEFT JOIN pg_catalog.pg_type AS b ON b.oid = base.oid
        LEFT JOIN pg_catalog.pg_type AS t ON t.oid = CASE WHEN b.typcategory = 'A' THEN b.typelem ELSE b.oid END
        LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.typnamespace
    WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition AND c.relpersistence <> 't'
        AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY n.nspname, c.relname, a.attnum";

/// All tables except system, temporary and an extension's ones, sorted by schema and name, and the approximate names
/// of those with a text that is not UTF-8.
pub(crate) async fn read(
    connection: &mut PgConnection,
) -> Result<(Vec<Table>, Vec<String>), Failure> {
    let unread = |error: &sqlx::Error| failed("read the tables", error);
    let rows = sqlx::query(QUERY).persistent(false).fetch_all(&mut *connection).await;
    let rows = rows.map_err(|error| unread(&error))?;
    let (mut tables, mut oids, mut unreadable) = (Vec::<Table>::new(), Vec::new(), Vec::new());
    for row in &rows {
        let oid: sqlx::postgres::types::Oid = row.try_get("oid").map_err(|error| unread(&error))?;
        match table(row).map_err(|error| unread(&error))? {
            Err(name) => {
                if !unreadable.contains(&name) {
                    unreadable.push(name);
                }
            }
            Ok(found) if oids.last() == Some(&oid) => {
                if let Some(table) = tables.last_mut() {
                    table.columns.extend(found.columns);
                }
            }
            Ok(found) => {
                oids.push(oid);
                tables.push(found);
            }
        }
    }
    tables.retain(|table| !unreadable.contains(&table.full_name()));
    own_path(connection).await?;
    let home: Vec<(String, String)> = sqlx::query_as(
        "SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text
         FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS u (oid)
         JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) u.oid
         JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
         WHERE pg_catalog.pg_table_is_visible(c.oid) AND n.nspname OPERATOR(pg_catalog.=) pg_catalog.current_schema()",
    )
    .bind(&oids)
    .persistent(false)
    .fetch_all(&mut *connection)
    .await
    .map_err(|error| unread(&error))?;
    catalog_path(connection).await?;
    for table in &mut tables {
        table.at_home =
            home.iter().any(|(schema, name)| (schema, name) == (&table.schema, &table.name));
    }
    Ok((tables, unreadable))
}

/// The table with at most one column, or else its approximate name.
fn table(row: &PgRow) -> Result<Result<Table, String>, sqlx::Error> {
    let bytes = |column: &str| row.try_get::<Option<Vec<u8>>, _>(column);
    let [schema, table] = [bytes("schema")?, bytes("table")?].map(Option::unwrap_or_default);
    let (table_comment, name, comment) =
        (bytes("table_comment")?, bytes("name")?, bytes("comment")?);
    let (type_schema, type_name, spelled) =
        (bytes("type_schema")?, bytes("type")?, bytes("spelled")?);
    let flag = |column: &str| row.try_get::<Option<bool>, _>(column);
    let [is_not_null, is_array] =
        [flag("not_null")?, flag("is_array")?].map(Option::unwrap_or_default);
    let lossy =
        text::type_name(&String::from_utf8_lossy(&schema), &String::from_utf8_lossy(&table));
    let text = |bytes: Option<Vec<u8>>| String::from_utf8(bytes.unwrap_or_default());
    let optional = |bytes: Option<Vec<u8>>| bytes.map(String::from_utf8).transpose();
    let found = move || {
        let mut columns = Vec::new();
        if let Some(name) = optional(name)? {
            columns.push(Column {
                name,
                comment: optional(comment)?,
                is_not_null,
                type_schema: text(type_schema)?,
                type_name: text(type_name)?,
                is_array,
                spelled: text(spelled)?,
            });
        }
        Ok::<_, FromUtf8Error>(Table {
            schema: text(Some(schema))?,
            name: text(Some(table))?,
            comment: optional(table_comment)?,
            columns,
            at_home: false,
        })
    };
    Ok(found().map_err(|_| lossy))
}
