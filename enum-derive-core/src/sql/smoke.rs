//! The statements of a smoke test.
//!
//! Casts and comparisons are prepared and not executed. `PREPARE` only analyses a statement (manual, SQL commands):
//! literals become values of their types, and nothing is planned. So no function of an owner runs, even if somebody
//! replaces the type by a domain with checks.

use core::fmt;

use super::holding::holding;
use super::path;
use super::quote::{Ident, Literal};
use crate::display::from_fn;

/// The columns of all tables that hold one of these enums, as one query. Each is a number, a schema and a name.
pub(crate) fn holders<'a>(types: &'a [(usize, &'a str, &'a str)]) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        f.write_str("WITH want (number, home, name) AS (VALUES (-1, ''::name, ''::name)")?;
        for (number, schema, name) in types {
            write!(f, ", ({number}, {}, {})", Literal(schema), Literal(name))?;
        }
        f.write_str(HOLDERS)
    })
}

/// A partition has no row of its own here: its parent's rows go there. Temporary tables are somebody else's.
const HOLDERS: &str = concat!(
    "), f AS (
  SELECT w.number, t.oid, t.typarray FROM want AS w
  JOIN pg_catalog.pg_namespace AS n ON n.nspname = w.home
  JOIN pg_catalog.pg_type AS t ON t.typnamespace = n.oid AND t.typname = w.name
  WHERE t.typtype = 'e'::\"char\"
)
SELECT ARRAY[f.number::text, n.nspname::text, c.relname::text, a.attname::text, held.how,
  (held.type NOT IN (f.oid, f.typarray))::text, (c.relkind = 'f'::\"char\")::text]::text AS found
FROM f CROSS JOIN LATERAL (
",
    holding!(),
    "\
    SELECT used.type, used.how, d.objid, d.objsubid
    FROM used
    JOIN pg_catalog.pg_depend AS d
      ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = used.type
      AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid > 0
  ) AS held
JOIN pg_catalog.pg_class AS c ON c.oid = held.objid AND c.relkind IN ('r', 'p', 'f')
  AND NOT c.relispartition AND c.relpersistence <> 't'::\"char\"
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = held.objsubid AND NOT a.attisdropped
ORDER BY f.number, n.nspname, c.relname, a.attnum
"
);

/// Why no table can be written to, if that is so. A transaction with an older snapshot would look at older catalogs.
pub(crate) const READ_ONLY: &str = "SELECT CASE
  WHEN pg_is_in_recovery() THEN 'standby'
  WHEN current_setting('transaction_read_only') <> 'off' THEN 'read only'
  WHEN current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN 'snapshot'
  ELSE '' END AS found";

/// What surrounds the rows of a table: the table itself, its columns, and everything that runs code for a new row.
pub(crate) fn surroundings<'a>(schema: &'a str, table: &'a str) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let (schema, table) = (Literal(schema), Literal(table));
        write!(f, "{ROOT}{schema} AND c.relname = {table}{SURROUNDINGS}")
    })
}

/// Whether an expression, the text of its tree, calls only functions that have no effect and run no other code:
///
/// - **Nodes are those of ordinary expressions.** Others are refused, so that a node of a new version is as well. No
///   text of an author is in a tree of these: constants are numbers of bytes.
/// - **Types are built in, enums or base types**, which only a superuser creates. A domain would run its checks.
/// - **Functions are written in C**, which only a superuser creates, and immutable (manual, 38.7): they neither change
///   the database nor read it, unlike `query_to_xml`, and cast nothing, unlike `to_json`. Of others, those of times,
///   dates and random numbers are accepted.
macro_rules! harmless {
    ($tree:literal) => {
        concat!(
            "NOT EXISTS (
    SELECT FROM regexp_matches(",
            $tree,
            ", '[{]([A-Z0-9_]+)', 'g') AS m (part)
    WHERE m.part[1] NOT IN ('ARRAY', 'ARRAYCOERCEEXPR', 'ARRAYEXPR', 'BOOLEANTEST', 'BOOLEXPR', 'CASE', 'CASEEXPR', 'CASETESTEXPR', 'CASEWHEN',
      'COALESCE', 'COALESCEEXPR', 'COERCEVIAIO', 'CONST', 'DISTINCTEXPR', 'FUNCEXPR', 'MINMAX', 'MINMAXEXPR', 'NULLIFEXPR',
      'NULLTEST', 'OPEXPR', 'RELABELTYPE', 'SCALARARRAYOPEXPR', 'SQLVALUEFUNCTION', 'VAR', 'WHEN')
    UNION ALL
    SELECT FROM regexp_matches(",
            $tree,
            ", ':(?:vartype|consttype|funcresulttype|opresulttype|resulttype|array_typeid|element_typeid|coalescetype|casetype|minmaxtype|typeId|type) ([0-9]+)', 'g') AS m (part)
    LEFT JOIN pg_type AS t ON t.oid = m.part[1]::oid
    LEFT JOIN pg_type AS e ON e.oid = t.typelem
    WHERE (t.oid < 16384 OR t.typtype IN ('b', 'e') AND coalesce(e.typtype, 'b') IN ('b', 'e')) IS NOT TRUE
    UNION ALL
    SELECT FROM regexp_matches(",
            $tree,
            ", ':(?:funcid|opfuncid) ([0-9]+)', 'g') AS m (part)
    LEFT JOIN pg_proc AS p ON p.oid = m.part[1]::oid
    LEFT JOIN pg_language AS l ON l.oid = p.prolang
    LEFT JOIN pg_roles AS o ON o.oid = p.proowner
    WHERE (l.lanname IN ('internal', 'c') AND o.rolsuper AND (p.provolatile = 'i'::\"char\" OR p.oid < 16384
      AND p.proname::text ~ '^((date|interval|time|timestamp|timestamptz|timetz)(_.*)?|age|clock_timestamp|extract|gen_random_uuid|isfinite|now|random|statement_timestamp|timezone|to_timestamp|transaction_timestamp|uuidv[47])$'))
      IS NOT TRUE
  )"
        )
    };
}

const ROOT: &str = "WITH root AS (
  SELECT c.oid, n.nspowner FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = ";

/// - **A new row of a partitioned table may go to any partition**, whose triggers, checks and indexes count as well.
/// - **Whoever owns the schema can put another table in the place of one that was looked at**, by renaming schemas. No
///   lock of an ordinary role prevents it. So the owner has to be the current role or a superuser.
/// - 1574 is `nextval(regclass)`.
const SURROUNDINGS: &str = concat!(
    "
), rels (oid) AS (
  SELECT oid FROM root UNION SELECT p.relid FROM root CROSS JOIN LATERAL pg_partition_tree(root.oid) AS p (relid)
), trees (class, oid, tree) AS (
  SELECT 'pg_attrdef'::regclass, d.oid, d.adbin::text FROM rels JOIN pg_attrdef AS d ON d.adrelid = rels.oid
    JOIN pg_attribute AS a ON a.attrelid = rels.oid AND a.attnum = d.adnum WHERE a.attgenerated <> ''::\"char\"
  UNION ALL SELECT 'pg_constraint'::regclass, k.oid, k.conbin::text
    FROM rels JOIN pg_constraint AS k ON k.conrelid = rels.oid WHERE k.contype = 'c'::\"char\"
  UNION ALL SELECT 'pg_class'::regclass, i.indexrelid, i.indexprs::text
    FROM rels JOIN pg_index AS i ON i.indrelid = rels.oid WHERE i.indexprs IS NOT NULL
  UNION ALL SELECT 'pg_class'::regclass, i.indexrelid, i.indpred::text
    FROM rels JOIN pg_index AS i ON i.indrelid = rels.oid WHERE i.indpred IS NOT NULL
  UNION ALL SELECT 'pg_class'::regclass, p.partrelid, p.partexprs::text
    FROM rels JOIN pg_partitioned_table AS p ON p.partrelid = rels.oid WHERE p.partexprs IS NOT NULL
), code (what) AS (
  SELECT pg_describe_object(class, oid, 0) FROM trees WHERE NOT (",
    harmless!("trees.tree"),
    ")
  UNION ALL SELECT pg_describe_object('pg_trigger'::regclass, g.oid, 0)
    FROM rels JOIN pg_trigger AS g ON g.tgrelid = rels.oid
    WHERE NOT g.tgisinternal AND g.tgenabled <> 'D'::\"char\" AND g.tgtype & 4 <> 0
  UNION ALL SELECT pg_describe_object('pg_rewrite'::regclass, r.oid, 0)
    FROM root JOIN pg_rewrite AS r ON r.ev_class = root.oid
  UNION ALL SELECT 'the domain ' || format_type(t.oid, NULL) || ' of the column ' || quote_ident(a.attname)
    FROM root JOIN pg_attribute AS a ON a.attrelid = root.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type AS c ON c.oid = a.atttypid
    JOIN pg_type AS t ON t.oid = CASE WHEN c.typtype = 'b'::\"char\" AND c.typelem <> 0 THEN c.typelem ELSE c.oid END
    WHERE t.typtype = 'd'::\"char\"
)
SELECT ARRAY['table',
  (SELECT min(rels.oid::regclass::text) FROM rels JOIN pg_class AS c ON c.oid = rels.oid
    WHERE c.relkind = 'f'::\"char\" AND rels.oid <> root.oid),
  (SELECT o.rolname::text FROM pg_database AS d JOIN pg_roles AS o ON o.oid = CASE
      WHEN pg_get_userbyid(root.nspowner) = 'pg_database_owner' THEN d.datdba ELSE root.nspowner END
    WHERE d.datname = current_database() AND o.rolname <> current_user AND NOT o.rolsuper),
  row_security_active(root.oid)::text, (SELECT min(what) FROM code), NULL]::text AS found
FROM root
UNION ALL
SELECT ARRAY['column', a.attname::text, a.attnotnull::text,
  CASE WHEN a.attgenerated <> ''::\"char\" THEN 'generated'
    WHEN a.attidentity <> ''::\"char\" OR d.adbin::text LIKE '%:funcid 1574 %' THEN 'sequence'
    WHEN coalesce(d.adbin::text, t.typdefault) IS NULL THEN
      CASE WHEN t.typtype = 'e'::\"char\" AND a.attnotnull THEN 'label' ELSE 'none' END
    WHEN d.oid IS NOT NULL AND ",
    harmless!("d.adbin::text"),
    " THEN 'harmless'
    ELSE 'code' END,
  CASE a.atttypid WHEN 'int2'::regtype THEN '32767' WHEN 'int4'::regtype THEN '2147483647'
    WHEN 'int8'::regtype THEN '9223372036854775807'
    WHEN 'uuid'::regtype THEN 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    ELSE (SELECT e.enumlabel::text FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder LIMIT 1) END,
  (SELECT min(k.conname::text) FROM rels JOIN pg_constraint AS k ON k.conrelid = rels.oid AND k.contype = 'f'::\"char\"
    JOIN pg_attribute AS b ON b.attrelid = rels.oid AND b.attnum = ANY (k.conkey) WHERE b.attname = a.attname)]::text
FROM root JOIN pg_attribute AS a ON a.attrelid = root.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef AS d ON d.adrelid = root.oid AND d.adnum = a.attnum
"
);

/// Sets the limits for this transaction. If no code of the tables runs, names without a schema mean built-in objects.
/// If it does, it finds the path that it knows, and deferred constraints do not wait for an end that never comes.
pub(crate) fn limits(lock: u128, statement: u128, run_code: bool) -> impl fmt::Display {
    from_fn(move |f| {
        writeln!(
            f,
            "SELECT pg_catalog.set_config('lock_timeout', '{lock}', true), \
             pg_catalog.set_config('statement_timeout', '{statement}', true);"
        )?;
        f.write_str(if run_code { "SET CONSTRAINTS ALL IMMEDIATE;\n" } else { path::HOLD })
    })
}

/// Prepares a cast of each label, and forgets the statement.
pub(crate) fn cast(schema: &str, name: &str, labels: &[&str]) -> impl fmt::Display {
    from_fn(move |f| {
        f.write_str("PREPARE pg_enum_smoke AS VALUES ")?;
        for (index, label) in labels.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}({}::{}.{})", Literal(label), Ident(schema), Ident(name))?;
        }
        f.write_str(";\nDEALLOCATE pg_enum_smoke;\n")
    })
}

/// A column, and the type of the enum that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held<'a> {
    pub(crate) schema: &'a str,
    pub(crate) table: &'a str,
    pub(crate) column: &'a str,
    pub(crate) is_array: bool,
    /// The schema and the name of the enum, if the column has a domain over it, for which there is no operator.
    pub(crate) cast: Option<(&'a str, &'a str)>,
}

/// Prepares a comparison of each label with a column, and forgets the statement.
pub(crate) fn compare<'a>(held: Held<'a>, labels: &'a [&'a str]) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let Held { schema, table, column, is_array, cast } = held;
        let (schema, table) = (Ident(schema), Ident(table));
        let column = from_fn(move |f| {
            write!(f, "{}", Ident(column))?;
            let Some((schema, name)) = cast else { return Ok(()) };
            let array = if is_array { "[]" } else { "" };
            write!(f, "::{}.{}{array}", Ident(schema), Ident(name))
        });
        write!(f, "PREPARE pg_enum_smoke AS SELECT FROM ONLY {schema}.{table} WHERE ")?;
        for (index, label) in labels.iter().enumerate() {
            let or = if index == 0 { "" } else { " OR " };
            let label = Literal(label);
            if is_array {
                write!(f, "{or}{label} OPERATOR(pg_catalog.=) ANY ({column})")?;
            } else {
                write!(f, "{or}{column} OPERATOR(pg_catalog.=) {label}")?;
            }
        }
        f.write_str(";\nDEALLOCATE pg_enum_smoke;\n")
    })
}

/// Locks a table and its partitions as `VACUUM` does: others read and write it meanwhile, and cannot change its
/// triggers, constraints, indexes or partitions. `ROW EXCLUSIVE`, the lock of an `INSERT`, admits new partitions, and
/// indexes that are created concurrently; it is enough if their code may run.
pub(crate) fn lock(schema: &str, table: &str, run_code: bool) -> impl fmt::Display {
    from_fn(move |f| {
        let mode = if run_code { "ROW" } else { "SHARE UPDATE" };
        writeln!(f, "LOCK TABLE {}.{} IN {mode} EXCLUSIVE MODE;", Ident(schema), Ident(table))
    })
}

/// What another column of a new row gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Default,
    Null,
    Own(&'a str),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("DEFAULT"),
            Self::Null => f.write_str("NULL"),
            Self::Own(value) => write!(f, "{}", Literal(value)),
        }
    }
}

/// Inserts a row with a label, and with these values in other columns.
pub(crate) fn row<'a>(
    held: Held<'a>,
    label: &'a str,
    others: &'a [(&'a str, Value<'a>)],
) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let Held { schema, table, column, is_array, .. } = held;
        write!(f, "INSERT INTO {}.{} ({}", Ident(schema), Ident(table), Ident(column))?;
        for (column, _) in others {
            write!(f, ", {}", Ident(column))?;
        }
        f.write_str(") OVERRIDING SYSTEM VALUE VALUES (")?;
        if is_array {
            write!(f, "{}", super::quote::array_of_one(label))?;
        } else {
            write!(f, "{}", Literal(label))?;
        }
        for (_, value) in others {
            write!(f, ", {value}")?;
        }
        f.write_str(");\n")
    })
}
