//! One `SELECT` for each kind of object that can depend on a type: what is known of it, in the columns of `found`.

/// The kinds, in any order.
pub(super) const KINDS: [&str; 17] = [
    TYPE,
    COLUMNS,
    DEFAULTS,
    INDEXES,
    CONSTRAINTS,
    VIEWS,
    VIEW_COLUMNS,
    RULES,
    TRIGGERS,
    POLICIES,
    STATISTICS,
    FUNCTIONS,
    PUBLICATIONS,
    ATTRIBUTES,
    DOMAINS,
    DOMAIN_CONSTRAINTS,
    OTHERS,
];

/// The type itself: its labels, and what the guard of a migration compares.
const TYPE: &str = r#"  SELECT b.target, b.class, b.oid, 0, 'type', NULL::oid, '', quote_ident(n.nspname) || '.' || quote_ident(t.typname), '',
    ARRAY[
      ARRAY(SELECT e.enumlabel::text FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)::text,
      entries.list, n.nspname::text, t.typname::text, direct.list],
    t.typowner, 'T'::"char", t.typacl
  FROM reached AS b JOIN pg_type AS t ON t.oid = b.oid JOIN pg_namespace AS n ON n.oid = t.typnamespace
  LEFT JOIN (SELECT e.target, array_agg(ARRAY[e.what, e.text, left(md5(e.text), 8)]::text ORDER BY e.what COLLATE "C")::text AS list
    FROM entry AS e GROUP BY e.target) AS entries ON entries.target = b.target
  LEFT JOIN (SELECT d.target, array_agg(d.what ORDER BY d.what COLLATE "C")::text AS list
    FROM direct AS d GROUP BY d.target) AS direct ON direct.target = b.target
  WHERE b.class = 'pg_type'::regclass AND b.oid = b.target"#;

/// The number of rows of the table `c`, as of the last `ANALYZE`, and its size. Before 14, a table that was never analyzed has
/// 0 rows and 0 pages.
macro_rules! size {
    () => {
        "CASE WHEN c.reltuples > 0 OR c.reltuples = 0 AND (c.relpages > 0 OR pg_relation_size(c.oid) = 0)
        THEN c.reltuples::int8::text END, pg_total_relation_size(c.oid)::text"
    };
}

/// The columns of tables that hold the type, arrays of it, or domains over these, and generated columns whose expressions
/// use it. One of the details says why a column cannot be converted.
///
/// A generated column can be added again only where no other column follows it, since a new column is the last one. From
/// 17, its expression can be changed in place.
const COLUMNS: &str = concat!("  SELECT b.target, b.class, b.oid, b.sub, 'column', c.oid, c.relkind::text, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
    ARRAY[b.sub::text,
      CASE WHEN a.atttypid = target.oid THEN 'scalar' WHEN a.atttypid = target.typarray THEN 'array'
        WHEN a.atttypid = dm.oid AND dm.base = target.oid THEN 'scalar' WHEN a.atttypid = dm.oid AND dm.base = target.typarray THEN 'array'
        WHEN a.atttypid = dm.list AND dm.base = target.oid THEN 'array'
        WHEN g.oid IS NOT NULL AND NOT EXISTS (SELECT FROM reached AS u WHERE u.target = b.target AND u.class = 'pg_type'::regclass AND u.oid = a.atttypid)
          THEN 'nothing' ELSE 'other' END,
      a.attnotnull::text, a.attinhcount::text,
      CASE WHEN a.attstorage <> t.typstorage THEN
        CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,
      CASE nullif(to_jsonb(a) ->> 'attcompression', '') WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
      concat_ws('; ',
        CASE WHEN g.followed AND current_setting('server_version_num')::int < 170000
          THEN 'it is a generated column, whose place before other columns cannot be kept before PostgreSQL 17' END,
        CASE WHEN g.followed AND t.typtype = 'd' THEN 'it is a generated column of a domain before other columns' END,
        CASE WHEN g.oid IS NOT NULL AND EXISTS (SELECT FROM pg_inherits AS ih WHERE c.oid IN (ih.inhrelid, ih.inhparent))
          THEN 'it is a generated column, and its table inherits or is inherited' END,
        CASE WHEN EXISTS (SELECT FROM pg_partitioned_table AS pt WHERE pt.partrelid = c.oid
          AND (a.attnum = ANY (pt.partattrs) OR EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass
            AND d.objid = c.oid AND d.objsubid = a.attnum AND d.refclassid = 'pg_class'::regclass
            AND d.refobjid = c.oid AND d.refobjsubid = 0 AND d.deptype = 'i')))
          THEN 'it is part of the partition key' END,
        CASE WHEN c.reloftype <> 0 THEN 'its table is of a composite type' END,
        CASE WHEN pg_is_other_temp_schema(c.relnamespace) THEN 'its table is temporary in another session' END,
        CASE WHEN c.relkind = 'f' THEN 'its rows are in another database' END,
        CASE WHEN a.attinhcount > 1 THEN 'its table inherits it from several tables' END,
        (SELECT 'the row type of its table is used by ' || string_agg(pg_describe_object(d.classid, d.objid, d.objsubid), ', ')
          FROM pg_type AS ct JOIN pg_depend AS d ON d.refclassid = 'pg_type'::regclass
            AND d.refobjid IN (ct.oid, ct.typarray) AND d.classid = 'pg_class'::regclass AND d.objsubid > 0
          JOIN pg_class AS v ON v.oid = d.objid AND v.relkind <> 'v'
          WHERE ct.oid = c.reltype)),
      (SELECT pg_get_expr(f.adbin, f.adrelid) FROM pg_attrdef AS f WHERE f.adrelid = g.oid AND f.adnum = g.sub),
      g.followed::text,
      (SELECT quote_ident(ln.nspname) || '.' || quote_ident(l.collname) FROM pg_collation AS l
        JOIN pg_namespace AS ln ON ln.oid = l.collnamespace WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation),
      CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::text END, array_to_string(a.attoptions, ', '),
      (a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype = 'n'
        AND k.conkey = ARRAY[a.attnum]))::text,
      (SELECT quote_ident(n.nspname) || '.' || quote_ident(o.relname) FROM pg_class AS o
        JOIN pg_namespace AS n ON n.oid = o.relnamespace WHERE o.oid = pg_partition_root(c.oid))]
    || CASE WHEN c.relkind = 'r' THEN ARRAY[", size!(), "] END,
    c.relowner, CASE WHEN g.oid IS NOT NULL THEN 'c'::\"char\" END, CASE WHEN g.oid IS NOT NULL THEN a.attacl END
  FROM reached AS b JOIN target ON target.oid = b.target JOIN pg_class AS c ON c.oid = b.oid
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = b.sub JOIN pg_type AS t ON t.oid = a.atttypid
  LEFT JOIN domains AS dm ON dm.target = b.target AND a.atttypid IN (dm.oid, dm.list)
  LEFT JOIN generated AS g ON g.target = b.target AND g.oid = c.oid AND g.sub = a.attnum
  WHERE b.class = 'pg_class'::regclass AND b.sub > 0 AND c.relkind NOT IN ('v', 'm', 'c')");

/// Defaults.
const DEFAULTS: &str = "  SELECT b.target, b.class, b.oid, 0, 'default', c.oid, c.relkind::text,
    quote_ident(a.attname), pg_get_expr(f.adbin, f.adrelid), ARRAY[]::text[], c.relowner, NULL, NULL
  FROM reached AS b JOIN pg_attrdef AS f USING (oid) JOIN pg_class AS c ON c.oid = f.adrelid
  JOIN pg_attribute AS a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
  WHERE b.class = 'pg_attrdef'::regclass";

/// Indexes. Those of a constraint are restored with it.
const INDEXES: &str = "  SELECT b.target, b.class, b.oid, 0, 'index', h.oid, h.relkind::text, quote_ident(c.relname), pg_get_indexdef(c.oid),
    ARRAY[quote_ident(n.nspname) || '.' || quote_ident(c.relname), (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)::text,
      EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))::text,
      (SELECT quote_ident(pn.nspname) || '.' || quote_ident(p.relname) FROM pg_inherits AS ih JOIN pg_class AS p ON p.oid = ih.inhparent
        JOIN pg_namespace AS pn ON pn.oid = p.relnamespace WHERE ih.inhrelid = c.oid),
      i.indisclustered::text, i.indisreplident::text, i.indisvalid::text,
      (SELECT quote_ident(ts.spcname) FROM pg_tablespace AS ts WHERE ts.oid = c.reltablespace),
      ARRAY(SELECT concat(a.attnum, ' ', a.attstattarget) FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attstattarget >= 0 ORDER BY a.attnum)::text,
      EXISTS (SELECT FROM generated AS g WHERE g.target = b.target AND g.oid = h.oid AND g.sub = ANY (i.indkey))::text],
    h.relowner, NULL, NULL
  FROM reached AS b JOIN pg_class AS c USING (oid) JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_index AS i ON i.indexrelid = c.oid JOIN pg_class AS h ON h.oid = i.indrelid
  WHERE b.class = 'pg_class'::regclass AND b.sub = 0";

/// Constraints of tables.
const CONSTRAINTS: &str = "  SELECT b.target, b.class, b.oid, 0, 'constraint', c.oid, c.relkind::text, quote_ident(k.conname), pg_get_constraintdef(k.oid),
    ARRAY[k.contype::text, k.coninhcount::text, k.conislocal::text, (k.conparentid <> 0)::text,
      coalesce(i.indexprs IS NOT NULL OR i.indpred IS NOT NULL, false)::text,
      coalesce(i.indisclustered OR i.indisreplident OR x.reltablespace <> 0 OR k.contype <> 'x' AND x.reloptions IS NOT NULL, false)::text,
      EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgconstraint = k.oid AND g.tgisinternal AND g.tgenabled <> 'O')::text,
      EXISTS (SELECT FROM generated AS g WHERE g.target = b.target AND g.oid = c.oid AND g.sub = ANY (k.conkey))::text,
      coalesce(i.indisclustered, false)::text, coalesce(i.indisreplident, false)::text],
    c.relowner, NULL, NULL
  FROM reached AS b JOIN pg_constraint AS k USING (oid) JOIN pg_class AS c ON c.oid = k.conrelid
  LEFT JOIN pg_index AS i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_class AS x ON x.oid = i.indexrelid
  WHERE b.class = 'pg_constraint'::regclass";

/// Views and materialized views.
const VIEWS: &str = concat!("  SELECT b.target, b.class, b.oid, 0, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, c.oid, c.relkind::text,
    quote_ident(c.relname), pg_get_viewdef(c.oid),
    ARRAY[array_to_string(c.reloptions, ', '), c.relispopulated::text,
      (SELECT quote_ident(ts.spcname) FROM pg_tablespace AS ts WHERE ts.oid = c.reltablespace),
      CASE WHEN am.amname <> 'heap' THEN quote_ident(am.amname) END]
    || CASE WHEN c.relkind = 'm' THEN ARRAY[", size!(), "] END,
    c.relowner, 'r', c.relacl
  FROM reached AS b JOIN pg_class AS c USING (oid) LEFT JOIN pg_am AS am ON am.oid = c.relam
  WHERE b.class = 'pg_class'::regclass AND b.sub = 0 AND c.relkind IN ('v', 'm')");

/// The columns of views that have something that a new view does not have.
const VIEW_COLUMNS: &str = "  SELECT b.target, b.class, b.oid, a.attnum, 'view column', c.oid, c.relkind::text, quote_ident(a.attname), '',
    ARRAY[CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::text END,
      (a.attoptions IS NOT NULL OR a.attstorage <> t.typstorage)::text],
    c.relowner, 'c', a.attacl
  FROM reached AS b JOIN pg_class AS c USING (oid) JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
  JOIN pg_type AS t ON t.oid = a.atttypid
  WHERE b.class = 'pg_class'::regclass AND b.sub = 0 AND c.relkind IN ('v', 'm') AND (a.attacl IS NOT NULL
    OR col_description(c.oid, a.attnum) IS NOT NULL OR a.attstattarget >= 0 OR a.attoptions IS NOT NULL
    OR a.attstorage <> t.typstorage)";

/// Rules, except the one that each view has.
const RULES: &str = "  SELECT b.target, b.class, b.oid, 0, 'rule', c.oid, c.relkind::text, quote_ident(w.rulename), pg_get_ruledef(w.oid),
    ARRAY[w.ev_enabled::text], c.relowner, NULL, NULL
  FROM reached AS b JOIN pg_rewrite AS w USING (oid) JOIN pg_class AS c ON c.oid = w.ev_class
  WHERE b.class = 'pg_rewrite'::regclass";

/// Triggers, except those of the server.
const TRIGGERS: &str = "  SELECT b.target, b.class, b.oid, 0, 'trigger', c.oid, c.relkind::text, quote_ident(g.tgname), pg_get_triggerdef(g.oid),
    ARRAY[g.tgenabled::text, (coalesce(to_jsonb(g) ->> 'tgparentid', '0') <> '0')::text], c.relowner, NULL, NULL
  FROM reached AS b JOIN pg_trigger AS g USING (oid) JOIN pg_class AS c ON c.oid = g.tgrelid
  WHERE b.class = 'pg_trigger'::regclass AND NOT g.tgisinternal";

/// Policies of row security.
const POLICIES: &str = "  SELECT b.target, b.class, b.oid, 0, 'policy', c.oid, c.relkind::text, quote_ident(y.polname), '',
    ARRAY[CASE y.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
      y.polpermissive::text,
      (SELECT string_agg(CASE o.oid WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(o.oid)) END, ', ' ORDER BY o.i)
        FROM unnest(y.polroles) WITH ORDINALITY AS o (oid, i)),
      pg_get_expr(y.polqual, y.polrelid), pg_get_expr(y.polwithcheck, y.polrelid)],
    c.relowner, NULL, NULL
  FROM reached AS b JOIN pg_policy AS y USING (oid) JOIN pg_class AS c ON c.oid = y.polrelid
  WHERE b.class = 'pg_policy'::regclass";

/// Extended statistics.
const STATISTICS: &str = "  SELECT b.target, b.class, b.oid, 0, 'statistics', c.oid, c.relkind::text, quote_ident(n.nspname) || '.' || quote_ident(s.stxname),
    pg_get_statisticsobjdef(s.oid), ARRAY[nullif(to_jsonb(s) ->> 'stxstattarget', '-1')], s.stxowner, NULL, NULL
  FROM reached AS b JOIN pg_statistic_ext AS s USING (oid) JOIN pg_class AS c ON c.oid = s.stxrelid
  JOIN pg_namespace AS n ON n.oid = s.stxnamespace
  WHERE b.class = 'pg_statistic_ext'::regclass";

/// Functions and procedures. The server has no text of an aggregate.
const FUNCTIONS: &str = "  SELECT b.target, b.class, b.oid, 0, 'function', NULL, '',
    concat(quote_ident(n.nspname), '.', quote_ident(p.proname), '(', pg_get_function_identity_arguments(p.oid), ')'), pg_get_functiondef(p.oid),
    ARRAY[p.prokind::text], p.proowner, 'f', p.proacl
  FROM reached AS b JOIN pg_proc AS p USING (oid) JOIN pg_namespace AS n ON n.oid = p.pronamespace
  WHERE b.class = 'pg_proc'::regclass AND p.prokind IN ('f', 'p', 'w')";

/// The tables of publications with a list of columns.
const PUBLICATIONS: &str = "  SELECT b.target, b.class, b.oid, 0, 'publication', c.oid, c.relkind::text, quote_ident(p.pubname), '',
    ARRAY[(SELECT string_agg(quote_ident(x.name), ', ' ORDER BY x.i)
        FROM jsonb_array_elements_text(published.row -> 'attnames') WITH ORDINALITY AS x (name, i)),
      published.row ->> 'rowfilter'], p.pubowner, NULL, NULL
  FROM reached AS b JOIN pg_publication_rel AS u USING (oid) JOIN pg_publication AS p ON p.oid = u.prpubid
  JOIN pg_class AS c ON c.oid = u.prrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL (SELECT to_jsonb(t) AS row FROM pg_publication_tables AS t WHERE t.pubname = p.pubname
    AND t.schemaname = n.nspname AND t.tablename = c.relname) AS published ON true
  WHERE b.class = 'pg_publication_rel'::regclass";

/// The attributes of composite types. The last detail says why one cannot be changed.
const ATTRIBUTES: &str = "  SELECT b.target, b.class, b.oid, b.sub, 'attribute', c.oid, c.relkind::text, quote_ident(a.attname),
    format_type(a.atttypid, a.atttypmod), ARRAY[(SELECT 'it is used by ' || string_agg(pg_describe_object(d.classid, d.objid, d.objsubid), ', ')
        FROM pg_type AS ct JOIN pg_depend AS d ON d.refclassid = 'pg_type'::regclass
          AND d.refobjid IN (ct.oid, ct.typarray) AND d.deptype <> 'i'
          AND (d.classid = 'pg_class'::regclass OR d.classid = 'pg_type'::regclass)
        LEFT JOIN pg_class AS v ON d.classid = 'pg_class'::regclass AND v.oid = d.objid
        WHERE ct.oid = c.reltype AND v.relkind IS DISTINCT FROM 'v')], c.relowner, NULL, NULL
  FROM reached AS b JOIN pg_class AS c ON c.oid = b.oid AND c.relkind = 'c'
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = b.sub
  WHERE b.class = 'pg_class'::regclass AND b.sub > 0";

/// Domains over the type or over its array.
const DOMAINS: &str = "  SELECT b.target, b.class, b.oid, 0, 'domain', NULL, '', quote_ident(n.nspname) || '.' || quote_ident(t.typname),
    format_type(t.typbasetype, t.typtypmod), ARRAY[pg_get_expr(t.typdefaultbin, 0),
      (t.typnotnull AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'n'))::text,
      n.nspname::text, t.typname::text], t.typowner, 'T', t.typacl
  FROM reached AS b JOIN pg_type AS t USING (oid) JOIN pg_namespace AS n ON n.oid = t.typnamespace
  JOIN domains AS dm ON dm.target = b.target AND dm.oid = t.oid AND dm.base <> 0
  WHERE b.class = 'pg_type'::regclass";

/// Constraints of domains; also of domains over other types.
const DOMAIN_CONSTRAINTS: &str = "  SELECT b.target, b.class, b.oid, 0, 'domain constraint', NULL, '', quote_ident(k.conname), pg_get_constraintdef(k.oid),
    ARRAY[quote_ident(n.nspname) || '.' || quote_ident(t.typname), k.contype::text,
      EXISTS (SELECT FROM domains AS dm WHERE dm.target = b.target AND dm.oid = t.oid)::text], t.typowner, NULL, NULL
  FROM reached AS b JOIN pg_constraint AS k USING (oid) JOIN pg_type AS t ON t.oid = k.contypid
  JOIN pg_namespace AS n ON n.oid = t.typnamespace
  WHERE b.class = 'pg_constraint'::regclass";

/// All else that depends on the type, so that nothing is passed over.
const OTHERS: &str = "  SELECT b.target, b.class, b.oid, b.sub, 'other', NULL, '', '', '', ARRAY[]::text[], NULL, NULL, NULL
  FROM reached AS b LEFT JOIN pg_class AS c ON b.class = 'pg_class'::regclass AND c.oid = b.oid
  WHERE CASE b.class
    WHEN 'pg_type'::regclass THEN EXISTS (SELECT FROM pg_type AS t WHERE t.oid = b.oid AND t.typtype <> 'c'
      AND (t.typelem = 0 OR t.typtype <> 'b') AND t.oid <> b.target
      AND (b.target, t.oid) NOT IN (SELECT dm.target, dm.oid FROM domains AS dm WHERE dm.base <> 0))
    WHEN 'pg_class'::regclass THEN b.sub = 0 AND c.relkind NOT IN ('i', 'I', 'v', 'm')
    WHEN 'pg_attrdef'::regclass THEN false WHEN 'pg_rewrite'::regclass THEN false WHEN 'pg_trigger'::regclass THEN false
    WHEN 'pg_publication_rel'::regclass THEN false
    WHEN 'pg_policy'::regclass THEN false WHEN 'pg_statistic_ext'::regclass THEN false
    WHEN 'pg_constraint'::regclass THEN false
    WHEN 'pg_proc'::regclass THEN EXISTS (SELECT FROM pg_proc AS p WHERE p.oid = b.oid AND p.prokind = 'a')
    ELSE true END";
