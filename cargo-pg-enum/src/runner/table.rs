//! The history tables of tools, found in the catalog.

use std::fmt;

use pg_enum_core::Ident;
use pg_enum_core::drift::path;
use pg_enum_migrations::folder::Tool;
use pg_enum_migrations::history::History;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::text::type_name;

/// A relation that has the name of a tool's history table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) schema: String,
    pub(crate) name: String,
    /// Why the user may not see all of its rows.
    pub(crate) hidden: Option<Hidden>,
    /// Whether the user may insert rows.
    pub(crate) writable: bool,
    /// Whether its column `version` has 64 bits.
    pub(crate) has_wide_versions: bool,
    /// What distinguishes it from a table that a tool creates, so that it is not read: `is a view`.
    pub(crate) unfit: Option<String>,
    /// Its owner, if that is neither the user, nor a superuser, nor the owner of the database.
    pub(crate) stranger: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hidden {
    RowSecurity,
    Privilege,
}

impl Table {
    /// The name with its schema, for messages.
    pub(crate) fn full_name(&self) -> String {
        type_name(&self.schema, &self.name)
    }

    /// Why it is not read and what to do about it; `None` if it is read.
    pub(crate) fn unread(&self) -> Option<(String, &'static str)> {
        let name = self.full_name();
        let connect = "connect as the user that migrates";
        if let Some(why) = &self.unfit {
            let help = "check which table the tool uses, and give its schema with --history-schema";
            return Some((format!("{name} is not read: it {why}"), help));
        }
        let reason = match self.hidden? {
            Hidden::RowSecurity => {
                format!("row security may hide rows of {name}, which is not read")
            }
            Hidden::Privilege => format!("{name} may not be read"),
        };
        Some((reason, connect))
    }
}

/// As SQL.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", Ident(&self.schema), Ident(&self.name))
    }
}

/// A table and the tool that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) tool: Tool,
    pub(crate) table: Table,
}

/// A table's columns in the order of [`SELECT`].
type Columns =
    (String, String, Vec<String>, bool, bool, bool, Option<String>, bool, Option<String>);

/// A table is `c`, its schema `n`. The result can be out of date at any time: reading ([`rows`](super::copy::rows)) and
/// writing ([`prepare`](super::write::prepare)) do not rely on it.
const SELECT: &str = "SELECT n.nspname::text, c.relname::text,
       ARRAY (SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
       pg_catalog.has_schema_privilege(n.oid, 'USAGE')
         AND pg_catalog.has_table_privilege(c.oid, 'SELECT'),
       pg_catalog.has_schema_privilege(n.oid, 'USAGE')
         AND pg_catalog.has_table_privilege(c.oid, 'INSERT'),
       EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid
         AND a.attname = 'version' AND a.atttypid = 'pg_catalog.int8'::pg_catalog.regtype),
       CASE
         WHEN c.relkind = 'v' THEN 'is a view'
         WHEN c.relkind = 'm' THEN 'is a materialized view'
         WHEN c.relkind = 'f' THEN 'is a foreign table'
         WHEN c.relkind = 'p' THEN 'is a partitioned table'
         WHEN c.relpersistence = 't' THEN 'is a temporary table'
         WHEN EXISTS (SELECT FROM pg_catalog.pg_rewrite AS r WHERE r.ev_class = c.oid) THEN 'has a rule'
         WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = c.oid)
           THEN 'has rows in tables that inherit from it'
       END,
       pg_catalog.row_security_active(c.oid),
       CASE WHEN o.rolname <> current_user AND NOT o.rolsuper AND o.oid <> (
           SELECT d.datdba FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
         THEN o.rolname::text END
     FROM pg_catalog.pg_class AS c
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_roles AS o ON o.oid = c.relowner
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname = ANY ($1)";

/// The history tables in `schema`, in the schemas of `search_path`, and in the schemas that belong to tools.
pub(crate) async fn find(
    connection: &mut PgConnection,
    schema: Option<&str>,
) -> Result<Vec<Found>, sqlx::Error> {
    let histories = || Tool::ALL.iter().map(|tool| tool.history());
    let names: Vec<&str> = histories().filter_map(History::table).collect();
    let own = histories().filter_map(History::schema).map(str::to_owned);
    let schemas: Vec<String> = schema.map(str::to_owned).into_iter().chain(own).collect();
    let sql = format!(
        "{SELECT} AND (n.nspname = ANY ({PATH}) OR n.nspname = ANY ($2))
         ORDER BY n.nspname <> ALL ($2[1:$3]), pg_catalog.array_position({PATH}, n.nspname), 1, 2",
        PATH = path::SCHEMAS,
    );
    let rows: Vec<Columns> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(&names)
        .bind(&schemas)
        .bind(i32::from(schema.is_some()))
        .persistent(false)
        .fetch_all(connection)
        .await?;
    let mut found = Vec::new();
    for row in rows {
        let (schema, name, columns, readable, writable, has_wide_versions, ..) = row;
        let (.., unfit, hides_rows, stranger) = row;
        if let Some(tool) = whose(&schema, &name, &columns) {
            let hidden = match (hides_rows, readable) {
                (true, _) => Some(Hidden::RowSecurity),
                (false, false) => Some(Hidden::Privilege),
                (false, true) => None,
            };
            let table =
                Table { schema, name, hidden, writable, has_wide_versions, unfit, stranger };
            found.push(Found { tool, table });
        }
    }
    Ok(found)
}

/// The tool that a table belongs to, if there is one. If tools use the same name, a schema that belongs to one of them
/// decides, or a column.
fn whose(schema: &str, table: &str, columns: &[String]) -> Option<Tool> {
    let owner = |tool: &&Tool| tool.history().schema() == Some(schema);
    let has_owner = Tool::ALL.iter().any(|tool| owner(&tool));
    let is = |tool: &&Tool| {
        let history = tool.history();
        let in_place = if has_owner { owner(tool) } else { history.schema().is_none() };
        history.table() == Some(table) && in_place
    };
    let told = |tool: &&Tool| {
        let column = tool.history().telling_column();
        column.map(|column| columns.iter().any(|it| it == column))
    };
    let mut tools = Tool::ALL.iter().filter(is);
    let told_apart = tools.clone().find(|tool| told(tool) == Some(true));
    told_apart.or_else(|| tools.find(|tool| told(tool).is_none())).copied()
}
