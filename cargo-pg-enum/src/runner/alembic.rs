//! Alembic: `alembic_version`, which has the revision that the database is at (several where there are
//! branches). Its migrations are Python, which is not read.

use sqlx::{AssertSqlSafe, PgConnection};

use super::Table;

pub(crate) async fn revisions(
    connection: &mut PgConnection,
    table: &Table,
) -> Result<Vec<String>, sqlx::Error> {
    let sql = format!("SELECT version_num::text FROM {table} ORDER BY 1");
    sqlx::query_scalar(AssertSqlSafe(sql)).persistent(false).fetch_all(connection).await
}
