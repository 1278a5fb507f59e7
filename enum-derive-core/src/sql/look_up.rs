//! The query that reads the state of any number of definitions.
//!
//! It runs with `search_path` set to `pg_catalog` ([`path`]), so that all its operators, functions and types are built
//! in. It casts no value of a user-defined type: a cast may be a function of the type's owner, and
//! would run with the privileges of the role that runs the query. Labels come from `pg_enum`, and the values in rows
//! from the type's output function.

use core::fmt::{self, Write};

use super::holding::holding;
use super::path;
use super::quote::{Literal, joined};
use super::rows::{runs_code, why_unread};
use crate::Definition;
use crate::display::from_fn;

/// Where to look for types without a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// On `search_path`.
    Own,
    /// In every schema whose name matches this `LIKE` pattern (manual, 9.7.1), except system schemas: one schema per
    /// tenant, for example.
    Like(&'a str),
}

/// See [`query`](crate::drift::query).
pub(crate) fn look_up<'a>(
    definitions: &'a [Definition<'a>],
    scope: Scope<'a>,
    rows: bool,
) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        f.write_str("WITH want (number, home, name, count, list, gone, retires) AS (\n")?;
        if definitions.is_empty() {
            f.write_str(
                "  SELECT 0, ''::name, ''::name, 0, '', NULL::text[], false WHERE false\n",
            )?;
        } else {
            f.write_str(
                "  SELECT n, home::name, name::name, count, list, gone::text[], retires FROM (VALUES\n",
            )?;
            for (index, &definition) in definitions.iter().enumerate() {
                let (number, Definition { schema, name, labels, was, .. }) =
                    (2 * index, definition);
                let comma = if index == 0 { "" } else { ",\n" };
                let (home, name) = (Optional(schema), Literal(name));
                write!(f, "{comma}    ({number}, {home}, {name}, ")?;
                if labels.iter().any(|label| label.contains(SEPARATOR)) {
                    f.write_str("-1, '', ")?;
                } else {
                    write!(f, "{}, {}, ", labels.len(), joined(labels, SEPARATOR))?;
                }
                gone(f, definition, rows)?;
                write!(f, ", {})", !definition.retired.is_empty())?;
                if let Some(was) = was {
                    let (number, home) = (number + 1, Optional(was.schema.or(schema)));
                    write!(
                        f,
                        ",\n    ({number}, {home}, {}, -1, '', NULL, false)",
                        Literal(was.name)
                    )?;
                }
            }
            f.write_str("\n  ) AS v (n, home, name, count, list, gone, retires)\n")?;
        }
        f.write_str(QUALIFIED)?;
        match scope {
            Scope::Own => write!(
                f,
                "{UNQUALIFIED_BEFORE}{home}{UNQUALIFIED_BETWEEN}{schemas}{UNQUALIFIED_AFTER}",
                home = path::HOME,
                schemas = path::SCHEMAS,
            )?,
            Scope::Like(pattern) => {
                let pattern = Literal(pattern);
                write!(f, "{EVERYWHERE_BEFORE}{pattern}{EVERYWHERE_AFTER}")?;
            }
        }
        let elsewhere = if scope == Scope::Own { ELSEWHERE } else { "NULL::text[]" };
        let in_use = if rows { IN_USE } else { "NULL::text[]" };
        write!(
            f,
            "{BEFORE_KIND}{KIND}{AFTER_KIND}{elsewhere} AS elsewhere,\n  {in_use} AS in_use,\n  {HOLDERS} AS holders\n{FROM}",
        )
    })
}

struct Optional<'a>(Option<&'a str>);

impl fmt::Display for Optional<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(text) => write!(f, "{}", Literal(text)),
            None => f.write_str("NULL"),
        }
    }
}

/// The separator in a text of many labels: U+0001 (start of heading), which labels normally do not contain. If a
/// label of the definition contains it, the labels are sent back and compared one by one. Otherwise two lists with
/// the same number of labels and the same text are equal, because a label with the separator would add one more
/// separator to the text.
const SEPARATOR: char = '\u{1}';

/// The labels to search rows for, as an array expression: the text form of an array would need more quoting.
fn gone(f: &mut fmt::Formatter<'_>, definition: Definition<'_>, rows: bool) -> fmt::Result {
    let Definition { removed, retired, .. } = definition;
    let labels = removed.iter().map(|removed| removed.label);
    let mut labels = labels.chain(retired.iter().map(|retired| retired.label)).peekable();
    if !rows || labels.peek().is_none() {
        return f.write_str("NULL");
    }
    f.write_str("ARRAY[")?;
    for (index, label) in labels.enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(f, "{comma}{}", Literal(label))?;
    }
    f.write_char(']')
}

/// Array types (`_mood` for `mood`) are ignored, because `PostgreSQL` renames them if an enum needs the name.
const QUALIFIED: &str = "), found AS (
  SELECT w.*, w.home AS place, t.oid, NULL::name AS hidden_by
  FROM want AS w
  LEFT JOIN (pg_catalog.pg_namespace AS n JOIN pg_catalog.pg_type AS t ON t.typnamespace = n.oid)
    ON n.nspname = w.home AND t.typname = w.name AND t.typcategory <> 'A'::\"char\"
  WHERE w.home IS NOT NULL
";

/// Without a schema, the type is the first enum in `search_path`. An object with the same name in an earlier schema
/// hides it.
const UNQUALIFIED_BEFORE: &str = "  UNION ALL
  SELECT w.*, coalesce(first.home, ";
const UNQUALIFIED_BETWEEN: &str = "), first.oid,
    CASE WHEN first.oid <> first.top THEN first.top_home END
  FROM want AS w
  LEFT JOIN LATERAL (
    SELECT t.oid, n.nspname AS home,
      pg_catalog.first_value(t.oid) OVER (ORDER BY p.i) AS top,
      pg_catalog.first_value(n.nspname) OVER (ORDER BY p.i) AS top_home
    FROM pg_catalog.unnest(";
const UNQUALIFIED_AFTER: &str = ") WITH ORDINALITY AS p (s, i)
    JOIN pg_catalog.pg_namespace AS n ON n.nspname = p.s
    JOIN pg_catalog.pg_type AS t ON t.typnamespace = n.oid
    WHERE t.typname = w.name AND t.typcategory <> 'A'::\"char\"
    ORDER BY t.typtype <> 'e'::\"char\", p.i
    LIMIT 1
  ) AS first ON true
  WHERE w.home IS NULL
";

const EVERYWHERE_BEFORE: &str = "  UNION ALL
  SELECT w.*, n.nspname, t.oid, NULL::name
  FROM want AS w
  CROSS JOIN pg_catalog.pg_namespace AS n
  LEFT JOIN pg_catalog.pg_type AS t
    ON t.typnamespace = n.oid AND t.typname = w.name AND t.typcategory <> 'A'::\"char\"
  WHERE w.home IS NULL AND n.nspname::text LIKE ";

const EVERYWHERE_AFTER: &str = " AND n.nspname::text !~ '^(pg_|information_schema$)'
";

const BEFORE_KIND: &str = "), seen AS (
  SELECT f.number, f.place::text AS home,
  CASE
    WHEN f.oid IS NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = f.place)
      THEN 'no schema'
    WHEN f.oid IS NULL THEN 'missing'
    WHEN t.typtype = 'e'::\"char\" THEN 'enum'
    ELSE ";

const AFTER_KIND: &str = " END AS state,
  CASE WHEN t.typtype = 'e'::\"char\" AND (have.count <> f.count OR have.list <> f.list) THEN ARRAY(
    SELECT e.enumlabel::text FROM pg_catalog.pg_enum AS e
    WHERE e.enumtypid = f.oid ORDER BY e.enumsortorder) END AS labels,
  pg_catalog.has_schema_privilege(t.typnamespace, 'USAGE') AS schema_usage,
  pg_catalog.has_type_privilege(f.oid, 'USAGE') AS usage,
  f.hidden_by::text AS hidden_by,
  ";

/// The other schemas that have an enum with that name.
const ELSEWHERE: &str = "CASE WHEN f.oid IS NULL THEN ARRAY(
    SELECT n.nspname::text FROM pg_catalog.pg_type AS other
    JOIN pg_catalog.pg_namespace AS n ON n.oid = other.typnamespace
    WHERE other.typname = f.name AND other.typtype = 'e'::\"char\"
    ORDER BY n.nspname LIMIT 10) END";

/// A join that gives the columns that depend on the type `used.type`, as `d`, each of them once: before 15, a generated column
/// whose expression uses its own type depends on it twice.
macro_rules! columns {
    () => {
        "    CROSS JOIN LATERAL (
      SELECT DISTINCT d.objid, d.objsubid FROM pg_catalog.pg_depend AS d
      WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = used.type
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid > 0
    ) AS d
"
    };
}

/// Each removed or retired label that the type still has, with each column whose rows contain it or cannot be searched: the
/// label, the table, the column, whether it has arrays, that it contains the label or why that is not known, and the
/// object that prevents the search.
///
/// - **Columns depend on their types** in `pg_depend`, which has an index for this look-up. Before 15, generated columns
///   depend on the types in their expressions as well, so the type of the column is compared. So do arrays, domains and
///   ranges, and composite types through their columns.
/// - **No code of the table's owner may run.** Policies of row security run as the reading role. So do functions in
///   the expressions of indexes, statistics, constraints and partition keys, because the planner evaluates constant
///   parts of them. A table with any of these is not read.
/// - **`TABLESAMPLE`** fails for views and foreign tables, so that nobody can replace the table with one between the
///   catalog query and the read of the rows. `SYSTEM (100)` reads every row (manual, SELECT).
/// - **`format('%s')`** calls the type's output function. A cast could be a function of the owner, and `=` could be
///   an operator of a domain.
/// - **`query_to_xml`** is the only built-in function that runs a query built at run time. Its result is empty if
///   there are no rows.
const IN_USE: &str = concat!(
    "CASE WHEN f.gone IS NOT NULL AND t.typtype = 'e'::\"char\" THEN ARRAY(
",
    holding!(),
    "\
    SELECT held.part
    FROM pg_catalog.pg_enum AS e
    CROSS JOIN used
",
    columns!(),
    "\
    JOIN pg_catalog.pg_class AS c ON c.oid = d.objid
      AND (c.relkind IN ('r', 'f') OR c.relkind = 'm' AND c.relispopulated)
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND a.atttypid = used.type
",
    runs_code!(),
    "    CROSS JOIN LATERAL (
      SELECT CASE
",
    why_unread!(),
    "        WHEN pg_catalog.query_to_xml(pg_catalog.format(
          CASE WHEN used.how = 'many'
            THEN 'SELECT 1 FROM ONLY %I.%I TABLESAMPLE pg_catalog.system (100)
              WHERE EXISTS (SELECT FROM pg_catalog.unnest(%I) AS u (v)
                WHERE v IS NOT NULL AND pg_catalog.format(''%%s'', v) = %L) LIMIT 1'
            ELSE 'SELECT 1 FROM ONLY %1$I.%2$I TABLESAMPLE pg_catalog.system (100)
              WHERE %3$I IS NOT NULL AND pg_catalog.format(''%%s'', %3$I) = %4$L LIMIT 1' END,
          n.nspname, c.relname, a.attname, e.enumlabel), true, true, '')::text <> '' THEN 'held'
        END AS why
      OFFSET 0
    ) AS found
    CROSS JOIN LATERAL pg_catalog.unnest(ARRAY[e.enumlabel::text,
      pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.quote_ident(a.attname),
      used.how, found.why, coalesce(code.what, '')]) WITH ORDINALITY AS held (part, i)
    WHERE e.enumtypid = f.oid AND e.enumlabel::text = ANY (f.gone) AND NOT a.attisdropped
      AND NOT pg_catalog.pg_is_other_temp_schema(n.oid) AND found.why IS NOT NULL
    ORDER BY e.enumsortorder, n.nspname, c.relname, a.attnum, held.i) END"
);

/// For a definition with retired labels, each column of the type that its table does not inherit: its schema, table and
/// name, how it holds the type, whether that is through a domain, whether it is `NOT NULL`, whether it is generated, its
/// default, and the constraints of the table: name, expression of a check on the column, whether it is validated, and
/// whether others inherit it.
///
/// Foreign tables are left out: the server does not enforce their checks.
const HOLDERS: &str = concat!(
    "CASE WHEN f.retires AND t.typtype = 'e'::\"char\" THEN ARRAY(
",
    holding!(),
    "\
    SELECT held.part
    FROM used
",
    columns!(),
    "\
    JOIN pg_catalog.pg_class AS c ON c.oid = d.objid AND c.relkind IN ('r', 'p')
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND a.atttypid = used.type
    LEFT JOIN pg_catalog.pg_attrdef AS x ON x.adrelid = c.oid AND x.adnum = a.attnum AND a.attgenerated = ''
    CROSS JOIN LATERAL pg_catalog.unnest(ARRAY[n.nspname::text, c.relname::text, a.attname::text, used.how,
      (a.atttypid <> t.oid AND a.atttypid <> t.typarray)::text, a.attnotnull::text, (a.attgenerated <> '')::text,
      coalesce(pg_catalog.pg_get_expr(x.adbin, x.adrelid), ''), ARRAY(
        SELECT ARRAY[k.conname::text,
          CASE WHEN k.contype = 'c' AND a.attnum = ANY (k.conkey) THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END,
          k.convalidated::text, (NOT k.connoinherit)::text]::text
        FROM pg_catalog.pg_constraint AS k WHERE k.conrelid = c.oid ORDER BY k.conname)::text
      ]) WITH ORDINALITY AS held (part, i)
    WHERE NOT a.attisdropped AND a.attinhcount = 0 AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)
    ORDER BY n.nspname, c.relname, a.attnum, held.i) END"
);

const FROM: &str = "  FROM found AS f
  LEFT JOIN pg_catalog.pg_type AS t ON t.oid = f.oid
  LEFT JOIN LATERAL (
    SELECT pg_catalog.count(*) AS count, coalesce(pg_catalog.string_agg(label, E'\\x01'), '') AS list
    FROM (SELECT e.enumlabel::text AS label FROM pg_catalog.pg_enum AS e
      WHERE e.enumtypid = f.oid ORDER BY e.enumsortorder) AS sorted
  ) AS have ON true
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
)
SELECT ARRAY[number::text, schemas::text, state, labels::text, schema_usage::text, usage::text, hidden_by,
  elsewhere::text, in_use::text, current_user::text, holders::text]::text AS found
FROM (
  SELECT number, pg_catalog.array_agg(home ORDER BY home) FILTER (WHERE home IS NOT NULL) AS schemas,
    state, labels, schema_usage, usage, hidden_by, elsewhere, in_use, holders, pg_catalog.min(home) AS first
  FROM seen
  GROUP BY number, state, labels, schema_usage, usage, hidden_by, elsewhere, in_use, holders
) AS grouped
ORDER BY number, first
";

/// The kind of a type that is not an enum, in words: `t` is its row in `pg_type`, and `c` its row in `pg_class`, if
/// any.
const KIND: &str = "CASE t.typtype
          WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' WHEN 'm' THEN 'multirange type'
          WHEN 'c' THEN CASE c.relkind
            WHEN 'c' THEN 'composite type' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
            WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END
          ELSE 'base type' END";
