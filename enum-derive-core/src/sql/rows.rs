//! The query that counts the rows of columns that hold labels, and what decides whether a query may read a table.
//!
//! The [query](super::look_up) that compares definitions with a database looks for rows as well, and gives the reasons.

use core::fmt;

use super::quote::Literal;
use crate::display::from_fn;

/// A join that gives the first object of the table `c` whose expressions call user-defined functions, as `code.what`.
macro_rules! runs_code {
    () => {
        "    CROSS JOIN LATERAL (
      SELECT pg_catalog.min(pg_catalog.pg_describe_object(part.class, part.oid, 0)) AS what
      FROM (
        SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid
          FROM pg_catalog.pg_index AS i WHERE i.indrelid = c.oid
        UNION ALL SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid
          FROM pg_catalog.pg_constraint AS k WHERE k.conrelid = c.oid
        UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid
          FROM pg_catalog.pg_statistic_ext AS s WHERE s.stxrelid = c.oid
        UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, p.relid
          FROM pg_catalog.pg_partition_ancestors(c.oid) AS p (relid)
      ) AS part (class, oid)
      JOIN pg_catalog.pg_depend AS d ON d.classid = part.class AND d.objid = part.oid
        AND d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass)
    ) AS code
"
    };
}

/// The conditions of a `CASE` that say why the rows of the column `a` of the table `c` are not read.
macro_rules! why_unread {
    () => {
        "        WHEN c.relkind = 'f'::\"char\" THEN 'foreign'
        WHEN used.how = 'nested' THEN 'nested'
        WHEN NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE')
          AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')) THEN 'privilege'
        WHEN pg_catalog.row_security_active(c.oid) THEN 'row security'
        WHEN code.what IS NOT NULL THEN 'code'
        WHEN c.relpersistence <> 'p'::\"char\" AND pg_catalog.pg_is_in_recovery() THEN 'standby'
"
    };
}

pub(super) use {runs_code, why_unread};

/// A column, by the OID of its table and its number; whether it holds arrays; and a label.
pub(crate) type Wanted<'a> = (&'a str, i32, bool, &'a str);

/// A query with a row for each of these: the column as the server describes it, the label, why its rows are not read, the
/// object that prevents it, and the number of rows. A table without rows of its own is left out.
pub(crate) fn count<'a>(wanted: &'a [Wanted<'a>]) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        f.write_str(BEFORE)?;
        for (index, (oid, number, is_array, label)) in wanted.iter().enumerate() {
            let comma = if index == 0 { "" } else { ",\n  " };
            let how = if *is_array { "many" } else { "one" };
            write!(f, "{comma}({oid}::oid, {number}, '{how}', {})", Literal(label))?;
        }
        f.write_str(AFTER)
    })
}

const BEFORE: &str = "SELECT ARRAY[pg_describe_object('pg_class'::regclass, c.oid, a.attnum), used.label, unread.why,
    coalesce(code.what, ''), counted.rows]::text AS found
FROM (VALUES ";

const AFTER: &str = concat!(
    ") AS used (oid, number, how, label)
JOIN pg_class AS c ON c.oid = used.oid AND (c.relkind IN ('r', 'f') OR c.relkind = 'm' AND c.relispopulated)
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = used.number AND NOT a.attisdropped
",
    runs_code!(),
    "CROSS JOIN LATERAL (SELECT CASE
",
    why_unread!(),
    "  END AS why OFFSET 0) AS unread
CROSS JOIN LATERAL (SELECT CASE WHEN unread.why IS NULL THEN substring(query_to_xml(format(
    CASE WHEN used.how = 'many'
      THEN 'SELECT pg_catalog.count(*) AS n FROM ONLY %I.%I TABLESAMPLE pg_catalog.system (100)
        WHERE EXISTS (SELECT FROM pg_catalog.unnest(%I) AS u (v)
          WHERE v IS NOT NULL AND pg_catalog.format(''%%s'', v) = %L)'
      ELSE 'SELECT pg_catalog.count(*) AS n FROM ONLY %1$I.%2$I TABLESAMPLE pg_catalog.system (100)
        WHERE %3$I IS NOT NULL AND pg_catalog.format(''%%s'', %3$I) = %4$L' END,
    n.nspname, c.relname, a.attname, used.label), true, true, '')::text, '<n>([0-9]+)</n>') END AS rows OFFSET 0) AS counted
ORDER BY 1"
);
