//! The queries. sqlx checks each against the table's columns and types at compile time.

use sqlx::{PgConnection, Result};

use crate::status::DraftStatus;

/// A row of the table. The types are the ones the macros find: a mistake does not compile.
#[derive(Debug, PartialEq)]
pub(crate) struct Draft {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) status: DraftStatus,
    /// Nullable in the table, and so an `Option` here.
    pub(crate) previous: Option<DraftStatus>,
    /// An array in the table. Without a line for `draft_status[]` in `sqlx.toml`, a query has to
    /// say it: `SELECT history AS "history: Vec<DraftStatus>"`.
    pub(crate) history: Vec<DraftStatus>,
}

/// The enum as a parameter, and the new row in `RETURNING`.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    title: &str,
    status: DraftStatus,
) -> Result<Draft> {
    sqlx::query_as!(
        Draft,
        "INSERT INTO drafts (title, status, history) VALUES ($1, $2, ARRAY[$2]::draft_status[])
         RETURNING id, title, status, previous, history",
        title,
        status,
    )
    .fetch_one(connection)
    .await
}

/// The same in an `UPDATE`. One query that names the array's type itself, to show how.
pub(crate) async fn advance(
    connection: &mut PgConnection,
    id: i64,
    status: DraftStatus,
) -> Result<Draft> {
    sqlx::query_as!(
        Draft,
        r#"UPDATE drafts
           SET previous = status, status = $2, history = array_append(history, $2)
           WHERE id = $1
           RETURNING id, title, status, previous, history AS "history: Vec<DraftStatus>""#,
        id,
        status,
    )
    .fetch_one(connection)
    .await
}

/// An array as a parameter. sqlx wants exactly the type in `sqlx.toml`, a `Vec`, and refuses a
/// slice; the cast tells it that this one is meant, and only the server checks it.
pub(crate) async fn with_any(
    connection: &mut PgConnection,
    statuses: &[DraftStatus],
) -> Result<Vec<Draft>> {
    sqlx::query_as!(
        Draft,
        "SELECT id, title, status, previous, history FROM drafts
         WHERE status = ANY ($1) ORDER BY status, id",
        statuses as &[DraftStatus],
    )
    .fetch_all(connection)
    .await
}

/// A parameter that may be `NULL`.
pub(crate) async fn titles_after(
    connection: &mut PgConnection,
    previous: Option<DraftStatus>,
) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT title FROM drafts WHERE previous IS NOT DISTINCT FROM $1 ORDER BY id",
        previous,
    )
    .fetch_all(connection)
    .await
}

/// A row without a name, of a query's own columns. PostgreSQL sorts the values of an enum in the
/// order of its labels, which is that of the variants.
pub(crate) async fn count_by_status(
    connection: &mut PgConnection,
) -> Result<Vec<(DraftStatus, i64)>> {
    let rows = sqlx::query!(
        r#"SELECT status, count(*) AS "count!" FROM drafts GROUP BY status ORDER BY status"#
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.status, row.count)).collect())
}
