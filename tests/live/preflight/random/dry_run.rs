//! After a dry run, everything that the grammar can reach is as it was.

use std::fs;
use std::path::PathBuf;

use cargo_pg_enum::Status;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::{FIXTURE, Tally, check, script};
use crate::harness::{run, tests};
use crate::preflight::harness::Folder;

tests![a_dry_run_leaves_nothing];

/// All that the grammar can reach, as one text. Left out is what the server changes by itself: numbers of rows, pages
/// and transactions, and that a table has ever had an index.
const SNAPSHOT: &str = "
SELECT pg_catalog.md5(pg_catalog.string_agg(line, E'\\n' ORDER BY line)), pg_catalog.array_agg(line) FROM (
  SELECT 'class ' || (pg_catalog.to_jsonb(c) - '{relpages,reltuples,relallvisible,relallfrozen,relhasindex,relfrozenxid,relminmxid}'::text[])::text
    FROM pg_catalog.pg_class AS c WHERE c.oid >= 16384
  UNION ALL SELECT 'attribute ' || pg_catalog.to_jsonb(a)::text FROM pg_catalog.pg_attribute AS a WHERE attrelid >= 16384
  UNION ALL SELECT 'type ' || pg_catalog.to_jsonb(t)::text FROM pg_catalog.pg_type AS t WHERE t.oid >= 16384
  UNION ALL SELECT 'enum ' || pg_catalog.to_jsonb(e)::text FROM pg_catalog.pg_enum AS e
  UNION ALL SELECT 'proc ' || pg_catalog.to_jsonb(p)::text FROM pg_catalog.pg_proc AS p WHERE p.oid >= 16384
  UNION ALL SELECT 'constraint ' || pg_catalog.to_jsonb(k)::text FROM pg_catalog.pg_constraint AS k WHERE k.oid >= 16384
  UNION ALL SELECT 'trigger ' || pg_catalog.to_jsonb(g)::text FROM pg_catalog.pg_trigger AS g
  UNION ALL SELECT 'index ' || pg_catalog.to_jsonb(i)::text FROM pg_catalog.pg_index AS i WHERE i.indexrelid >= 16384
  UNION ALL SELECT 'rewrite ' || pg_catalog.to_jsonb(w)::text FROM pg_catalog.pg_rewrite AS w WHERE w.oid >= 16384
  UNION ALL SELECT 'default ' || pg_catalog.to_jsonb(d)::text FROM pg_catalog.pg_attrdef AS d
  UNION ALL SELECT 'namespace ' || pg_catalog.to_jsonb(n)::text FROM pg_catalog.pg_namespace AS n
    WHERE nspname !~ '^pg_(toast_)?temp'
  UNION ALL SELECT 'description ' || pg_catalog.to_jsonb(d)::text FROM pg_catalog.pg_description AS d WHERE objoid >= 16384
  UNION ALL SELECT 'acl ' || pg_catalog.to_jsonb(d)::text FROM pg_catalog.pg_default_acl AS d
  UNION ALL SELECT 'sequence ' || pg_catalog.to_jsonb(s)::text FROM pg_catalog.pg_sequence AS s
  UNION ALL SELECT 'numbers ' || last_value || is_called FROM public.canary_id_seq
  UNION ALL SELECT 'numbers ' || last_value || is_called FROM public.numbered_id_seq
  UNION ALL SELECT 'cast ' || pg_catalog.to_jsonb(k)::text FROM pg_catalog.pg_cast AS k WHERE k.oid >= 16384
  UNION ALL SELECT 'operator ' || pg_catalog.to_jsonb(o)::text FROM pg_catalog.pg_operator AS o WHERE o.oid >= 16384
  UNION ALL SELECT 'event ' || pg_catalog.to_jsonb(e)::text FROM pg_catalog.pg_event_trigger AS e
  UNION ALL SELECT 'extension ' || pg_catalog.to_jsonb(e)::text FROM pg_catalog.pg_extension AS e
  UNION ALL SELECT 'publication ' || pg_catalog.to_jsonb(p)::text FROM pg_catalog.pg_publication AS p
  UNION ALL SELECT 'policy ' || pg_catalog.to_jsonb(p)::text FROM pg_catalog.pg_policy AS p
  UNION ALL SELECT 'object ' || pg_catalog.to_jsonb(l)::text FROM pg_catalog.pg_largeobject_metadata AS l
  UNION ALL SELECT 'setting ' || pg_catalog.to_jsonb(s)::text FROM pg_catalog.pg_db_role_setting AS s
    WHERE setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  UNION ALL SELECT 'database ' || datname || acl FROM (
    SELECT datname, coalesce(datacl::text, '') AS acl FROM pg_catalog.pg_database
    WHERE datname = pg_catalog.current_database() OR datname LIKE 'pg\\_enum\\_random%') AS pg_catalog
  UNION ALL SELECT 'role ' || rolname || rolsuper::text FROM pg_catalog.pg_roles WHERE rolname LIKE 'pg\\_enum\\_random%'
  UNION ALL SELECT 'slot ' || slot_name FROM pg_catalog.pg_replication_slots WHERE slot_name LIKE 'pg\\_enum\\_random%'
  UNION ALL SELECT 'lock ' || objid FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND database =
    (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  UNION ALL SELECT 'prepared ' || gid FROM pg_catalog.pg_prepared_xacts WHERE gid LIKE 'pg\\_enum\\_random%'
  UNION ALL SELECT 'file ' || setting FROM pg_catalog.pg_file_settings WHERE name LIKE 'pg\\_enum.random'
  UNION ALL SELECT 'plain ' || x::text FROM public.plain AS x
  UNION ALL SELECT 'canary ' || x::text FROM public.canary AS x
  UNION ALL SELECT 'numbered ' || x::text FROM public.numbered AS x
  UNION ALL SELECT 'touched ' || x::text FROM public.touched AS x
  UNION ALL SELECT 'watched ' || x::text FROM public.watched AS x
  UNION ALL SELECT 'checked ' || x::text FROM public.checked AS x
  UNION ALL SELECT 'parent ' || x::text FROM public.parent AS x
  UNION ALL SELECT 'child ' || x::text FROM public.child AS x
  UNION ALL SELECT 'split ' || x::text FROM public.split AS x
) AS lines (line)";

async fn snapshot(connection: &mut PgConnection) -> (String, Vec<String>) {
    sqlx::query_as(SNAPSHOT).persistent(true).fetch_one(connection).await.expect("a snapshot")
}

/// The file that a statement of the grammar makes, wherever files of this process are: the server's, which may be another user's.
fn file() -> PathBuf {
    PathBuf::from("/tmp/pg_enum_random_file")
}

// --- what is written ---

async fn a_dry_run_leaves_nothing(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, FIXTURE).await;
    let tally: &'static Tally = Box::leak(Box::default());
    let folder = Folder::new(&[]);
    let _ = fs::remove_file(file());
    drop(connection);
    let connection = std::sync::Mutex::new(None);
    check(script, move |runtime, script| {
        let mut connection = connection.lock().expect("no panic");
        if connection.is_none() {
            let mut new = runtime.block_on(database.connect()).expect("a connection");
            runtime.block_on(run(&mut new, "SET search_path = pg_catalog"));
            let before = runtime.block_on(snapshot(&mut new));
            *connection = Some((new, before));
        }
        let Some((connection, before)) = connection.as_mut() else { return Ok(()) };
        folder.write("1_random.sql", script);
        let said = folder.run(&database, &["dry-run", "--on-target", "--statement-timeout", "10"]);
        tally.count(&said);
        if matches!(said.status, Status::Failed) {
            return Err(said.err);
        }
        let after = runtime.block_on(snapshot(connection));
        if after.0 != before.0 {
            let gone = before.1.iter().filter(|line| !after.1.contains(line));
            let new = after.1.iter().filter(|line| !before.1.contains(line));
            let lines: Vec<String> = gone
                .map(|line| format!("- {line}"))
                .chain(new.map(|line| format!("+ {line}")))
                .collect();
            *before = after;
            return Err(format!("{}\n{}", lines.join("\n"), said.err));
        }
        if file().exists() {
            fs::remove_file(file()).map_err(|error| error.to_string())?;
            return Err(format!("a file is there\n{}", said.err));
        }
        Ok(())
    })
    .await;
    let [clean, refused, failed, other] = tally.figures();
    eprintln!(
        "dry-run --on-target: {clean} ran, {refused} refused, {failed} failed, {other} could not run"
    );
    assert!(clean * 10 > clean + refused + failed, "of {refused} refused, {clean} ran");
}
