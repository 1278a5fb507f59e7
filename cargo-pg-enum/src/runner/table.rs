//! The tools' tables, found in the catalog.

use std::fmt;

use pg_enum_core::Ident;
use pg_enum_migrations::folder::Tool;
use sqlx::PgConnection;

use crate::text::type_name;

/// A table in which a tool keeps its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) schema: String,
    pub(crate) name: String,
    /// Whether the user may read it, and add to it.
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    /// Whether its versions have 64 bits.
    pub(crate) has_wide_versions: bool,
}

impl Table {
    /// For messages.
    pub(crate) fn full_name(&self) -> String {
        type_name(&self.schema, &self.name)
    }
}

/// As SQL.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", Ident(&self.schema), Ident(&self.name))
    }
}

/// A table, and whose it is. Alembic is none of the folder's tools: its migrations are Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) tool: Option<Tool>,
    pub(crate) table: Table,
}

impl Found {
    pub(crate) fn whose(&self) -> &'static str {
        self.tool.map_or("alembic", Tool::as_str)
    }
}

const ALEMBIC: &str = "alembic_version";

/// What a tool's table is called, unless it is told otherwise.
pub(crate) fn name(tool: Tool) -> &'static str {
    match tool {
        Tool::Sqlx => "_sqlx_migrations",
        Tool::Diesel => "__diesel_schema_migrations",
        Tool::Refinery => "refinery_schema_history",
        Tool::Dbmate | Tool::GolangMigrate => "schema_migrations",
        Tool::Goose => "goose_db_version",
        Tool::Flyway => "flyway_schema_history",
        Tool::Prisma => "_prisma_migrations",
        Tool::Drizzle => "__drizzle_migrations",
        _ => "",
    }
}

/// drizzle has a schema of its own for it (`drizzle-orm/src/pg-core/dialect.ts`, `migrate`).
const DRIZZLE: &str = "drizzle";

/// The tables there are, in the schemas of `search_path` (those first) and in `schema`.
pub(crate) async fn find(
    connection: &mut PgConnection,
    schema: Option<&str>,
) -> Result<Vec<Found>, sqlx::Error> {
    let names: Vec<&str> = Tool::ALL.iter().map(|tool| name(*tool)).chain([ALEMBIC]).collect();
    let schemas: Vec<&str> = schema.into_iter().chain([DRIZZLE]).collect();
    let rows: Vec<(String, String, bool, bool, bool, bool)> = sqlx::query_as(
        "SELECT n.nspname::text, c.relname::text,
           EXISTS (SELECT FROM pg_catalog.pg_attribute AS a
             WHERE a.attrelid = c.oid AND a.attname = 'dirty' AND NOT a.attisdropped),
           pg_catalog.has_schema_privilege(n.oid, 'USAGE')
             AND pg_catalog.has_table_privilege(c.oid, 'SELECT'),
           pg_catalog.has_schema_privilege(n.oid, 'USAGE')
             AND pg_catalog.has_table_privilege(c.oid, 'INSERT'),
           EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid
             AND a.attname = 'version' AND a.atttypid = 'pg_catalog.int8'::pg_catalog.regtype)
         FROM pg_catalog.pg_class AS c
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'f') AND c.relname = ANY ($1)
           AND (n.nspname = ANY (pg_catalog.current_schemas(false)) OR n.nspname = ANY ($2))
         ORDER BY n.nspname <> ALL ($2[1:$3]),
           pg_catalog.array_position(pg_catalog.current_schemas(false), n.nspname), 1, 2",
    )
    .bind(&names)
    .bind(&schemas)
    .bind(i32::from(schema.is_some()))
    .persistent(false)
    .fetch_all(connection)
    .await?;
    let mut found = Vec::new();
    for (schema, name, dirty, readable, writable, has_wide_versions) in rows {
        let tool = whose(&schema, &name, dirty);
        if tool.is_some() || name == ALEMBIC {
            let table = Table { schema, name, readable, writable, has_wide_versions };
            found.push(Found { tool, table });
        }
    }
    Ok(found)
}

/// Whose table that is, if it is anybody's. Two tools call theirs the same; only golang-migrate knows a dirty
/// state.
fn whose(schema: &str, table: &str, dirty: bool) -> Option<Tool> {
    if table == name(Tool::Dbmate) {
        return Some(if dirty { Tool::GolangMigrate } else { Tool::Dbmate });
    }
    let tool = Tool::ALL.iter().copied().find(|tool| name(*tool) == table)?;
    (tool != Tool::Drizzle || schema == DRIZZLE).then_some(tool)
}
