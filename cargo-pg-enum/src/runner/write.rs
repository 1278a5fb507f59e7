//! Finds code that would run if a row were inserted into a tool's table.
//!
//! Triggers, rules, defaults, checks and index expressions run with the privileges of the inserting user. It is not enough
//! that they call no user-defined function: `query_to_xml('SELECT evil()', …)` is built in. So only objects that tools
//! create are accepted (primary keys, indexes on columns, and a few defaults), and anything else is refused.

use sqlx::{AssertSqlSafe, PgConnection};

use super::Table;
use crate::database::failed;
use crate::failure::Failure;
use crate::text::{list, visible};

/// The largest number of objects that a message names.
const SHOWN: usize = 5;

/// `$1` is the table's schema, and `$2` its name. A default is recognised by its text, in which a function that is not in
/// `pg_catalog` has its schema. Constraint triggers are triggers as well. A domain, or any other user-defined type, may run
/// checks on its values.
const CODE: &str = r"WITH c (oid) AS (
       SELECT c.oid FROM pg_catalog.pg_class AS c
       JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND c.relname = $2
     ), part (class, oid) AS (
       SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid
         FROM c JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal
       UNION ALL SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid
         FROM c JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = c.oid
       UNION ALL SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid
         FROM c JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = c.oid
         WHERE pg_catalog.pg_get_expr(d.adbin, d.adrelid)
           !~ '^(now\(\)|CURRENT_TIMESTAMP|true|false|-?[0-9]+|nextval\(''([^'']|'''')*''::regclass\))$'
       UNION ALL SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid
         FROM c JOIN pg_catalog.pg_constraint AS k ON k.conrelid = c.oid WHERE k.contype NOT IN ('p', 'u', 'n', 't')
       UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid
         FROM c JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid
         WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
       UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid
         FROM c JOIN pg_catalog.pg_statistic_ext AS s ON s.stxrelid = c.oid
     )
     SELECT pg_catalog.pg_describe_object(class, oid, 0) FROM part
     UNION ALL SELECT pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, c.oid, a.attnum)
         || ' of the type ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
       FROM c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
       WHERE t.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace
     ORDER BY 1";

/// Locks the table against changes until the transaction ends, and refuses it if an `INSERT` would run other code. The lock
/// is the same as that of the `INSERT`.
pub(super) async fn prepare(connection: &mut PgConnection, table: &Table) -> Result<(), Failure> {
    let name = table.full_name();
    let lock = format!("LOCK TABLE ONLY {table} IN ROW EXCLUSIVE MODE");
    sqlx::raw_sql(AssertSqlSafe(lock))
        .execute(&mut *connection)
        .await
        .map_err(|error| failed(&format!("lock {name}"), &error))?;
    let code: Vec<String> = sqlx::query_scalar(CODE)
        .bind(&table.schema)
        .bind(&table.name)
        .persistent(false)
        .fetch_all(connection)
        .await
        .map_err(|error| failed(&format!("look at {name}"), &error))?;
    if code.is_empty() {
        return Ok(());
    }
    let code = list(code.iter().map(|it| visible(it)), SHOWN);
    let failure = Failure::new(format!(
        "nothing is written to {name}, because that would run code that the tool does not create: {code}"
    ));
    Err(failure.with_help("record it with the tool, as a user who trusts the table's owner"))
}
