-- Built-in objects have an OID below 16384 (FirstNormalObjectId); all others are user-defined.
WITH
near (oid) AS (
  SELECT oid FROM pg_namespace WHERE $6::bool OR nspname = ANY ($5::text[]) OR nspname = ANY ($9::text[])
),
rel AS (
  SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relhasrules, n.nspname,
    format('%I.%I', n.nspname, c.relname) AS shown,
    c.relname = ANY ($3::text[]) AS is_written, c.relname = ANY ($4::text[]) AS is_inserted
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relname = ANY ($1::text[]::name[] || $3::text[]::name[])
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
    AND n.oid IN (SELECT oid FROM near) AND c.oid >= 16384
),
typ AS (
  SELECT t.* FROM pg_type AS t
  WHERE t.typname = ANY ($1::text[]::name[] || $2::text[]::name[]) AND t.oid >= 16384
),
-- The possible types of values: built-in types, and the named ones.
value (oid) AS (
  SELECT oid FROM pg_type WHERE oid < 16384
  UNION ALL SELECT oid FROM typ
  UNION ALL SELECT typarray FROM typ WHERE typarray <> 0
  UNION ALL SELECT 0
),
-- Functions that run without being named, and the reason.
implied (proc, what) AS (
  SELECT k.castfunc, 'a cast' FROM pg_cast AS k
  WHERE k.oid >= 16384 AND k.castfunc <> 0 AND k.castsource IN (SELECT oid FROM value) AND k.casttarget IN (SELECT oid FROM value)
  UNION ALL
  SELECT o.oprcode, 'an operator' FROM pg_operator AS o
  WHERE o.oid >= 16384 AND o.oprcode <> 0 AND o.oprleft IN (SELECT oid FROM value) AND o.oprright IN (SELECT oid FROM value)
    -- IN, LIKE, ORDER BY and similar use operators with built-in names, which may be user-defined ones.
    AND (o.oprname IN (SELECT oprname FROM pg_operator WHERE oid < 16384)
      OR EXISTS (SELECT FROM unnest($10::text[]) AS u (signs) WHERE strpos(signs, o.oprname) > 0))
  UNION ALL
  SELECT o.oprcode, 'an operator' FROM rel JOIN pg_constraint AS k ON k.conrelid = rel.oid
    JOIN pg_operator AS o ON o.oid = ANY (k.conexclop)
  UNION ALL
  SELECT p.amproc, 'an operator class' FROM pg_amproc AS p
  WHERE p.oid >= 16384 AND (p.amproclefttype IN (SELECT oid FROM typ) OR p.amprocfamily IN (
    SELECT c.opcfamily FROM pg_opclass AS c WHERE c.opcname = ANY ($9::text[]::name[])
    UNION ALL
    SELECT c.opcfamily FROM rel JOIN pg_index AS i ON i.indrelid = rel.oid
      JOIN pg_opclass AS c ON c.oid = ANY (i.indclass::oid[])))
  UNION ALL
  SELECT unnest(ARRAY[r.rngcanonical::oid, r.rngsubdiff::oid]), 'a range type'
  FROM pg_range AS r WHERE r.rngtypid IN (SELECT oid FROM typ)
  UNION ALL
  SELECT unnest(ARRAY[t.typinput::oid, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout]), 'a type'
  FROM typ AS t
),
-- User-defined functions that are called, or that run without a call.
func AS (
  SELECT p.* FROM pg_proc AS p
  WHERE p.oid >= 16384 AND (p.proname = ANY ($2::text[]::name[]) AND p.pronamespace IN (SELECT oid FROM near)
    OR p.oid IN (SELECT proc FROM implied))
)

-- Built-in functions that are not known to be harmless. The functions of built-in operators and casts are harmless.
SELECT 'own' AS kind, '' AS what, NULL::text AS source, ARRAY[p.proname::text] AS names
FROM pg_proc AS p
WHERE p.oid < 16384 AND p.proname = ANY ($2::text[]::name[]) AND p.proname <> ALL ($8::text[]::name[])
  AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[])
UNION ALL
SELECT 'refused', i.what || ' runs ' || p.proname
  || ', which is not on the list of functions that a rollback undoes', NULL, NULL
FROM implied AS i JOIN pg_proc AS p ON p.oid = i.proc
WHERE p.oid < 16384 AND i.what IN ('a cast', 'an operator') AND p.proname <> ALL ($8::text[]::name[])
  AND NOT EXISTS (SELECT FROM pg_operator AS o WHERE o.oid < 16384 AND o.oprcode = p.oid)
  AND NOT EXISTS (SELECT FROM pg_cast AS k WHERE k.oid < 16384 AND k.castfunc = p.oid)

-- User-defined functions.
UNION ALL
SELECT 'function', 'the function ' || p.oid::regprocedure::text
    || coalesce(' (called by ' || (SELECT min(i.what) FROM implied AS i WHERE i.proc = p.oid) || ')', ''),
  <body>, ARRAY[l.lanname::text, p.prokind::text, coalesce(e.extname::text, ''), l.lanpltrusted::text,
    (<written out>)::text] || p.proconfig
FROM func AS p JOIN pg_language AS l ON l.oid = p.prolang
  LEFT JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  LEFT JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
UNION ALL
SELECT 'code', 'a default of the function ' || p.oid::regprocedure::text,
  'SELECT ' || pg_get_expr(p.proargdefaults, 0), NULL
FROM func AS p WHERE p.proargdefaults IS NOT NULL
UNION ALL
SELECT 'objects', '', NULL, ARRAY[t.typname::text, coalesce(e.typname::text, t.typname::text)]
FROM func AS p
  JOIN pg_type AS t ON t.oid = ANY (p.proargtypes::oid[] || coalesce(p.proallargtypes, '{}') || p.prorettype)
  LEFT JOIN pg_type AS e ON e.oid = t.typelem
WHERE t.oid >= 16384

-- Types: the targets of implicit casts from built-in types, and the types that other types consist of.
UNION ALL
SELECT 'objects', '', NULL, ARRAY[t.typname::text]
FROM pg_cast AS k JOIN pg_type AS t ON t.oid = k.casttarget
WHERE k.castcontext = 'i' AND k.castsource IN (SELECT oid FROM value) AND t.oid >= 16384
UNION ALL
SELECT 'objects', '', NULL, ARRAY[b.typname::text, coalesce(e.typname::text, b.typname::text)]
FROM typ AS t
  LEFT JOIN pg_range AS r ON r.rngtypid = t.oid
  JOIN pg_type AS b ON b.oid IN (t.typbasetype, t.typelem, r.rngsubtype)
  LEFT JOIN pg_type AS e ON e.oid = b.typelem
WHERE b.oid >= 16384
UNION ALL
SELECT 'code', format('the check %I of the domain %I', k.conname, t.typname),
  'SELECT ' || pg_get_expr(k.conbin, 0), NULL
FROM typ AS t JOIN pg_constraint AS k ON k.contypid = t.oid WHERE k.contype = 'c'
UNION ALL
SELECT 'code', format('the default of the domain %I', t.typname), 'SELECT ' || pg_get_expr(t.typdefaultbin, 0), NULL
FROM typ AS t WHERE t.typdefaultbin IS NOT NULL
UNION ALL
SELECT 'objects', '', NULL, ARRAY[t.typname::text, coalesce(e.typname::text, t.typname::text)]
FROM rel JOIN pg_attribute AS a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type AS t ON t.oid = a.atttypid
  LEFT JOIN pg_type AS e ON e.oid = t.typelem
WHERE t.oid >= 16384

-- Tables, and the code that they run.
UNION ALL
SELECT 'refused', rel.shown || ' is a foreign table, and a rollback may not undo changes on another server', NULL, NULL
FROM rel WHERE rel.relkind = 'f'
UNION ALL
SELECT 'refused', rel.shown || ' has row security, which runs its policies', NULL, NULL
FROM rel WHERE rel.relrowsecurity
UNION ALL
SELECT 'refused', format('%s has the rule %I, which runs other statements', rel.shown, w.rulename), NULL, NULL
FROM rel JOIN pg_rewrite AS w ON w.ev_class = rel.oid WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT 'refused', rel.shown || ' is written to, but is not an ordinary table', NULL, NULL
FROM rel WHERE rel.is_written AND rel.relkind NOT IN ('r', 'p')
UNION ALL
SELECT 'refused', format('%I.%I is written to, but is a system catalog', n.nspname, c.relname), NULL, NULL
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relname = ANY ($3::text[]::name[]) AND c.oid < 16384 AND n.oid IN (SELECT oid FROM near)
UNION ALL
SELECT 'code', 'the view ' || rel.shown, pg_get_viewdef(rel.oid), NULL FROM rel WHERE rel.relkind IN ('v', 'm')
UNION ALL
SELECT 'code', format('the check %I of %s', k.conname, rel.shown), 'SELECT ' || pg_get_expr(k.conbin, rel.oid), NULL
FROM rel JOIN pg_constraint AS k ON k.conrelid = rel.oid WHERE k.contype = 'c'
UNION ALL
SELECT 'code', format('the index %s', i.indexrelid::regclass), 'SELECT ' || part, NULL
FROM rel JOIN pg_index AS i ON i.indrelid = rel.oid
  CROSS JOIN LATERAL unnest(ARRAY[pg_get_expr(i.indexprs, rel.oid), pg_get_expr(i.indpred, rel.oid)]) AS u (part)
WHERE part IS NOT NULL
UNION ALL
SELECT 'code', 'the partition key of ' || rel.shown, 'SELECT ' || pg_get_expr(k.partexprs, rel.oid), NULL
FROM rel JOIN pg_partitioned_table AS k ON k.partrelid = rel.oid WHERE k.partexprs IS NOT NULL
UNION ALL
SELECT 'code', format('the column %I of %s, which is generated', a.attname, rel.shown),
  'SELECT ' || pg_get_expr(d.adbin, rel.oid), NULL
FROM rel JOIN pg_attribute AS a ON a.attrelid = rel.oid
  JOIN pg_attrdef AS d ON d.adrelid = rel.oid AND d.adnum = a.attnum
WHERE a.attgenerated <> ''

-- Inserted rows.
UNION ALL
SELECT 'refused', format('a row of %s takes a value from the sequence %s, and a rollback does not return it',
    rel.shown, s.objid::regclass), NULL, NULL
FROM rel JOIN pg_depend AS s ON s.classid = 'pg_class'::regclass AND s.refclassid = 'pg_class'::regclass
    AND s.refobjid = rel.oid AND s.refobjsubid > 0 AND s.deptype = 'i'
WHERE rel.is_inserted AND s.objid = ANY ($7::oid[])
UNION ALL
SELECT CASE WHEN s.refobjid IS NULL THEN 'code' ELSE 'refused' END,
  CASE WHEN s.refobjid IS NULL THEN format('the default of the column %I of %s', a.attname, rel.shown)
    ELSE format('a row of %s takes a value from the sequence %s, and a rollback does not return it',
      rel.shown, s.refobjid::regclass) END,
  'SELECT ' || pg_get_expr(d.adbin, rel.oid), NULL
FROM rel JOIN pg_attribute AS a ON a.attrelid = rel.oid AND a.attgenerated = ''
  JOIN pg_attrdef AS d ON d.adrelid = rel.oid AND d.adnum = a.attnum
  LEFT JOIN pg_depend AS s ON s.classid = 'pg_attrdef'::regclass AND s.objid = d.oid
    AND s.refclassid = 'pg_class'::regclass AND s.refobjid = ANY ($7::oid[])
WHERE rel.is_inserted
  -- A rollback also removes a sequence that was created in the transaction.
  AND NOT (s.refobjid IS NULL AND pg_get_expr(d.adbin, rel.oid) ~ '^nextval\(''[^'']+''::regclass\)$')

-- Other tables that are written to along with a table.
UNION ALL
SELECT 'trigger', format('the trigger %I of %s', g.tgname, rel.shown), pg_get_triggerdef(g.oid), NULL
FROM rel JOIN pg_trigger AS g ON g.tgrelid = rel.oid
WHERE rel.is_written AND NOT g.tgisinternal AND g.tgenabled <> 'D'
UNION ALL
SELECT kind, '', NULL, CASE kind WHEN 'objects' THEN ARRAY[c.relname::text, n.nspname::text] ELSE ARRAY[c.relname::text] END
FROM rel JOIN pg_constraint AS k ON k.confrelid = rel.oid AND k.contype = 'f'
  JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL unnest(CASE WHEN 'd' IN (k.confdeltype, k.confupdtype) THEN ARRAY['objects', 'written', 'inserted']
    ELSE ARRAY['objects', 'written'] END) AS u (kind)
WHERE rel.is_written AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))
UNION ALL
SELECT kind, '', NULL, CASE kind WHEN 'objects' THEN ARRAY[c.relname::text, n.nspname::text] ELSE ARRAY[c.relname::text] END
FROM rel JOIN pg_inherits AS h ON rel.oid IN (h.inhparent, h.inhrelid)
  JOIN pg_class AS c ON c.oid = CASE rel.oid WHEN h.inhparent THEN h.inhrelid ELSE h.inhparent END
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL unnest(ARRAY['objects'] || CASE WHEN rel.is_written AND rel.oid = h.inhparent THEN ARRAY['written']
    END || CASE WHEN rel.is_inserted AND rel.oid = h.inhparent THEN ARRAY['inserted'] END) AS u (kind)
