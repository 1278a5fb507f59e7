//! The query that reads what an online change needs to know besides the dependents, and what has been done already.

use core::fmt;

use super::super::Name;
use crate::Literal;
use crate::display::from_fn;

/// The query for the type with this name and the type that replaces it; see
/// [`State`](crate::plan::online::State).
pub(crate) fn state<'a>(name: Name<'a>, new: &'a str) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let schema = Literal(name.schema.unwrap_or_default());
        write!(
            f,
            "WITH named (oid, typarray, is_new) AS (
  SELECT t.oid, t.typarray, t.typname = {new} FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
  WHERE n.nspname = {schema} AND t.typname IN ({old}, {new}) AND t.typtype = 'e'
), ",
            old = Literal(name.name),
            new = Literal(new),
        )?;
        f.write_str(REST)
    })
}

/// The labels of a type in their order; see [`labels_query`](crate::plan::online::labels_query).
pub(crate) fn labels(name: Name<'_>) -> impl fmt::Display + '_ {
    from_fn(move |f| {
        write!(
            f,
            "SELECT e.enumlabel::text FROM pg_enum AS e JOIN pg_type AS t ON t.oid = e.enumtypid
JOIN pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = {} AND t.typname = {} ORDER BY e.enumsortorder",
            Literal(name.schema.unwrap_or_default()),
            Literal(name.name)
        )
    })
}

const REST: &str = "
used (relation, number, is_new) AS (
  SELECT d.objid, d.objsubid, named.is_new FROM named
  JOIN pg_depend AS d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (named.oid, named.typarray)
    AND d.classid = 'pg_class'::regclass AND d.objsubid > 0
  JOIN pg_class AS c ON c.oid = d.objid AND c.relkind IN ('r', 'p', 'f')
), on_table AS (
  SELECT c.*, n.nspname, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.oid IN (SELECT relation FROM used)
), found (what) AS (
  SELECT ARRAY['version', (current_setting('server_version_num')::int / 10000)::text]
  UNION ALL
  SELECT ARRAY['type', ARRAY(SELECT e.enumlabel::text FROM pg_enum AS e WHERE e.enumtypid = named.oid
    ORDER BY e.enumsortorder)::text] FROM named WHERE is_new
  UNION ALL
  SELECT ARRAY['table', c.name, c.nspname::text, c.relname::text, (c.relkind = 'p')::text, c.relispartition::text,
    ARRAY(SELECT p.name FROM pg_inherits AS i JOIN on_table AS p ON p.oid = i.inhparent WHERE i.inhrelid = c.oid
      ORDER BY i.inhseqno)::text,
    array_to_string(ARRAY[
      CASE WHEN c.relkind = 'f' THEN 'it is a foreign table' END,
      CASE WHEN c.relpersistence = 't' THEN 'it is temporary' END,
      CASE WHEN row_security_active(c.oid) THEN 'row security hides rows from the current role' END,
      (SELECT 'it is published without a list of columns by ' || string_agg(p.pubname::text, ', ' ORDER BY p.pubname)
        FROM pg_publication_tables AS p WHERE p.schemaname = c.nspname AND p.tablename = c.relname
        AND NOT EXISTS (SELECT FROM pg_publication_rel AS r JOIN pg_publication AS o ON o.oid = r.prpubid
          WHERE o.pubname = p.pubname AND r.prrelid = c.oid AND to_jsonb(r) ->> 'prattrs' IS NOT NULL))], '; '),
    ARRAY(SELECT ARRAY[g.tgname::text, g.tgenabled::text]::text FROM pg_trigger AS g
      WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype::int & 16 <> 0
        AND g.tgattr::text = '' AND coalesce(to_jsonb(g) ->> 'tgparentid', '0') = '0' ORDER BY g.tgname)::text,
    ARRAY(SELECT ARRAY[w.rulename::text, w.ev_enabled::text]::text FROM pg_rewrite AS w
      WHERE w.ev_class = c.oid AND w.ev_type = '2' AND w.ev_enabled <> 'D' ORDER BY w.rulename)::text,
    ARRAY(SELECT g.tgname::text FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal
      AND g.tgenabled <> 'D' AND g.tgtype::int & 3 = 3 AND g.tgtype::int & 20 <> 0 ORDER BY g.tgname)::text]
  FROM on_table AS c
  UNION ALL
  SELECT ARRAY['column', c.name, quote_ident(a.attname), col_description(c.oid, a.attnum),
    CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::text END,
    (SELECT string_agg(quote_ident(split_part(o, '=', 1)) || ' = ' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ')
      FROM unnest(a.attoptions) AS o),
    ARRAY(SELECT ARRAY[x.privilege_type, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
      x.is_grantable::text, (x.grantor <> c.relowner)::text]::text FROM aclexplode(a.attacl) AS x)::text,
    a.attislocal::text]
  FROM used JOIN on_table AS c ON c.oid = used.relation
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = used.number WHERE NOT used.is_new
  UNION ALL
  SELECT ARRAY['new column', c.name, quote_ident(a.attname), (a.attinhcount > 0)::text, a.attislocal::text]
  FROM used JOIN on_table AS c ON c.oid = used.relation
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = used.number WHERE used.is_new
  UNION ALL
  SELECT ARRAY['trigger', c.name, quote_ident(g.tgname), p.prosrc,
    quote_ident(pn.nspname) || '.' || quote_ident(p.proname)]
  FROM on_table AS c JOIN pg_trigger AS g ON g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgenabled = 'A'
  JOIN pg_proc AS p ON p.oid = g.tgfoid JOIN pg_namespace AS pn ON pn.oid = p.pronamespace
  WHERE right(g.tgname::text, 12) = '_pg_enum_new' AND coalesce(to_jsonb(g) ->> 'tgparentid', '0') = '0'
  UNION ALL
  SELECT ARRAY['index', c.name, quote_ident(n.nspname) || '.' || quote_ident(x.relname), i.indisvalid::text,
    quote_ident(pn.nspname) || '.' || quote_ident(p.relname)]
  FROM on_table AS c JOIN pg_index AS i ON i.indrelid = c.oid JOIN pg_class AS x ON x.oid = i.indexrelid
  JOIN pg_namespace AS n ON n.oid = x.relnamespace LEFT JOIN pg_inherits AS ih ON ih.inhrelid = x.oid
  LEFT JOIN pg_class AS p ON p.oid = ih.inhparent LEFT JOIN pg_namespace AS pn ON pn.oid = p.relnamespace
  WHERE right(x.relname::text, 12) = '_pg_enum_new' OR right(p.relname::text, 12) = '_pg_enum_new'
  UNION ALL
  SELECT ARRAY['key', c.name, quote_ident(k.conname), quote_ident(xn.nspname), pg_get_indexdef(x.oid),
    obj_description(x.oid, 'pg_class'), (x.reltablespace <> 0)::text, i.indisclustered::text, i.indisreplident::text]
  FROM on_table AS c JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype IN ('p', 'u')
  JOIN pg_index AS i ON i.indexrelid = k.conindid
  JOIN pg_class AS x ON x.oid = k.conindid JOIN pg_namespace AS xn ON xn.oid = x.relnamespace
  UNION ALL
  SELECT ARRAY['constraint', c.name, quote_ident(k.conname), k.convalidated::text,
    (k.contype = 'f' AND k.conparentid = 0)::text]
  FROM on_table AS c JOIN pg_constraint AS k ON k.conrelid = c.oid WHERE right(k.conname::text, 12) = '_pg_enum_new'
)
SELECT what::text AS found FROM found ORDER BY 1";
