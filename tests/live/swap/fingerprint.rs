//! What a database contains, as text: faster than `pg_dump`, and with what it leaves out.

use sqlx::{AssertSqlSafe, PgConnection, Row};

/// The objects of the schema `app` and the rows of its tables and views, one in a line.
pub(super) async fn fingerprint(connection: &mut PgConnection) -> String {
    let mut lines = texts(connection, OBJECTS).await;
    let relations =
        "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'app'::regnamespace
        AND (relkind IN ('r', 'v') OR relkind = 'm' AND relispopulated) ORDER BY relname";
    let selects: Vec<String> = texts(connection, relations)
        .await
        .iter()
        .map(|name| format!("SELECT concat('row of {name} ', x) FROM {name} AS x"))
        .collect();
    if !selects.is_empty() {
        lines.extend(
            texts(connection, &format!("{} ORDER BY 1", selects.join(" UNION ALL "))).await,
        );
    }
    lines.join("\n")
}

async fn texts(connection: &mut PgConnection, sql: &str) -> Vec<String> {
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await;
    let rows = rows.unwrap_or_else(|error| panic!("{error}\n{sql}"));
    rows.iter().map(|row| row.get(0)).collect()
}

const OBJECTS: &str = "WITH relation AS (SELECT * FROM pg_class WHERE relnamespace = 'app'::regnamespace)
SELECT line FROM (
  SELECT concat_ws(' ', 'relation', relname, relkind, relispopulated, relacl, reloptions, relreplident, relpersistence,
      pg_get_userbyid(relowner), obj_description(oid, 'pg_class'),
      CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END) AS line FROM relation
  UNION ALL SELECT concat_ws(' ', 'column', c.relname,
      (SELECT count(*) FROM pg_attribute AS b WHERE b.attrelid = a.attrelid AND b.attnum BETWEEN 1 AND a.attnum AND NOT b.attisdropped),
      a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, a.attstorage, nullif(a.attstattarget, -1), a.attacl,
      a.attoptions, col_description(c.oid, a.attnum),
      (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef AS d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum))
    FROM relation AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisclustered, i.indisreplident, i.indisvalid, i.indisready)
    FROM pg_index AS i JOIN relation AS c ON c.oid = i.indrelid
  UNION ALL SELECT concat_ws(' ', 'constraint', conname, conrelid::regclass, contypid::regtype, pg_get_constraintdef(oid), convalidated,
      connoinherit, condeferred, obj_description(oid, 'pg_constraint'))
    FROM pg_constraint WHERE connamespace = 'app'::regnamespace
  UNION ALL SELECT concat_ws(' ', 'rule', pg_get_ruledef(r.oid), r.ev_enabled) FROM pg_rewrite AS r JOIN relation AS c ON c.oid = r.ev_class
  UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(g.oid), g.tgenabled)
    FROM pg_trigger AS g JOIN relation AS c ON c.oid = g.tgrelid WHERE NOT g.tgisinternal
  UNION ALL SELECT concat_ws(' ', 'policy', p.polname, c.relname, p.polcmd, p.polpermissive, p.polroles::regrole[],
      pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy AS p JOIN relation AS c ON c.oid = p.polrelid
  UNION ALL SELECT concat_ws(' ', 'statistics', pg_get_statisticsobjdef(s.oid), obj_description(s.oid, 'pg_statistic_ext'))
    FROM pg_statistic_ext AS s WHERE s.stxnamespace = 'app'::regnamespace
  UNION ALL SELECT concat_ws(' ', 'function', pg_get_functiondef(oid), proacl) FROM pg_proc WHERE pronamespace = 'app'::regnamespace
  UNION ALL SELECT concat_ws(' ', 'type', typname, typtype, typnotnull, typacl, format_type(typbasetype, typtypmod), pg_get_expr(typdefaultbin, 0),
      pg_get_userbyid(typowner), obj_description(oid, 'pg_type'),
      ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = pg_type.oid ORDER BY enumsortorder))
    FROM pg_type WHERE typnamespace = 'app'::regnamespace
  UNION ALL SELECT concat('cast ', castsource::regtype, ' ', casttarget::regtype) FROM pg_cast WHERE oid >= 16384
) AS found ORDER BY line COLLATE \"C\"";
