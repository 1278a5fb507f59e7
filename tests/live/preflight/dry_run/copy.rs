//! What the copy of a target is like.

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::{MOOD, begin, dry_run, dry_run_at};
use crate::harness::{run, tests};

tests![
    the_catalog,
    names_of_all_sorts,
    rows,
    rows_of_others,
    sequences_and_a_history_elsewhere,
    roles_and_settings,
    a_locale_that_is_not_here,
];

/// A line for each property of what is in the schema `app`.
const CATALOG: &str = "
    SELECT 'schema ' || nspowner::regrole || ' ' || acl.text FROM pg_namespace
      CROSS JOIN LATERAL (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(nspacl) AS a) AS acl (text)
      WHERE nspname = 'app'
    UNION ALL SELECT 'relation ' || relname || ' ' || relkind::text || ' ' || relowner::regrole || ' '
        || relrowsecurity || ' ' || coalesce(acl.text, '-')
      FROM pg_class
      CROSS JOIN LATERAL (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(relacl) AS a) AS acl (text)
      WHERE relnamespace = 'app'::regnamespace
    UNION ALL SELECT 'column ' || c.relname || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' '
        || attnotnull || ' ' || attidentity::text || attgenerated::text || ' ' || coalesce(pg_get_expr(adbin, adrelid), '-')
      FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE relnamespace = 'app'::regnamespace AND attnum > 0 AND relkind <> 'c'
    UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'app'::regnamespace AND contype <> 'n'
    UNION ALL SELECT 'index ' || pg_get_indexdef(c.oid) FROM pg_class AS c
      WHERE relnamespace = 'app'::regnamespace AND relkind IN ('i', 'I')
    UNION ALL SELECT 'function ' || oid::regprocedure || ' ' || proowner::regrole || ' ' || prosrc FROM pg_proc
      WHERE pronamespace = 'app'::regnamespace
    UNION ALL SELECT 'type ' || typname || ' ' || typtype::text || ' ' || typowner::regrole || ' '
        || coalesce((SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum
          WHERE enumtypid = t.oid), '-')
      FROM pg_type AS t WHERE typnamespace = 'app'::regnamespace AND typtype <> 'c' AND typelem = 0
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger AS t
      JOIN pg_class AS c ON c.oid = tgrelid WHERE relnamespace = 'app'::regnamespace AND NOT tgisinternal
    UNION ALL SELECT 'policy ' || polname || ' ' || pg_get_expr(polqual, polrelid) FROM pg_policy
    UNION ALL SELECT 'rule ' || rulename || ' ' || ev_class::regclass FROM pg_rewrite
      JOIN pg_class AS c ON c.oid = ev_class WHERE relnamespace = 'app'::regnamespace
    UNION ALL SELECT 'default ' || defaclrole::regrole || ' ' || defaclacl::text FROM pg_default_acl
    UNION ALL SELECT 'publication ' || pubname || ' ' || puballtables || ' ' || pubowner::regrole FROM pg_publication
    UNION ALL SELECT 'event ' || evtname || ' ' || evtfoid::regproc FROM pg_event_trigger
    UNION ALL SELECT 'operators ' || opcname || ' ' || opcowner::regrole FROM pg_opclass
      WHERE opcnamespace = 'app'::regnamespace
    UNION ALL SELECT 'cast ' || format_type(castsource, NULL) || ' ' || format_type(casttarget, NULL) FROM pg_cast
      WHERE castsource = 'app.mood'::regtype
    UNION ALL SELECT 'statistics ' || stxname FROM pg_statistic_ext
    UNION ALL SELECT 'comment ' || obj_description('app.t'::regclass)
    UNION ALL SELECT 'database ' || datdba::regrole || ' ' || encoding || ' ' || datcollate || ' ' || datctype
      FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT 'member ' || roleid::regrole || ' ' || member::regrole || ' ' || admin_option
      FROM pg_auth_members WHERE roleid::regrole::text LIKE '%_of_' || current_database()
        AND member::regrole::text LIKE '%_of_' || current_database()";

/// A migration that fails unless the query gives these lines.
async fn expects(connection: &mut PgConnection, query: &str) -> String {
    let lines: Vec<String> =
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_all(connection).await.expect("lines");
    assert!(!lines.is_empty());
    let lines: Vec<String> =
        lines.iter().map(|line| format!("('{}')", line.replace('\'', "''"))).collect();
    let lines = lines.join(", ");
    format!(
        "DO $expects$
         DECLARE line text;
         BEGIN
           FOR line IN
             (SELECT 'lacks ' || l FROM (VALUES {lines}) AS want (l) EXCEPT SELECT 'lacks ' || l FROM ({query}) AS have (l))
             UNION ALL
             (SELECT 'has ' || l FROM ({query}) AS have (l) EXCEPT SELECT 'has ' || l FROM (VALUES {lines}) AS want (l))
           LOOP
             RAISE EXCEPTION '%', line;
           END LOOP;
         END
         $expects$;"
    )
}

async fn the_catalog(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    let (owner, reader) =
        (format!("owner_of_{}", database.name()), format!("reader_of_{}", database.name()));
    let setup = format!(
        "CREATE ROLE {owner}; CREATE ROLE {reader}; GRANT {reader} TO {owner} WITH ADMIN OPTION;
         CREATE SCHEMA app AUTHORIZATION {owner}; GRANT USAGE ON SCHEMA app TO {reader};
         GRANT CREATE ON DATABASE {name} TO {owner};
         SET ROLE {owner};
         CREATE TYPE app.mood AS ENUM ('sad', 'it''s ok');
         CREATE DOMAIN app.positive AS int CHECK (VALUE > 0);
         CREATE TABLE app.t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m app.mood NOT NULL DEFAULT 'sad',
           g int GENERATED ALWAYS AS (1) STORED, p app.positive DEFAULT 1, moods app.mood[]);
         COMMENT ON TABLE app.t IS 'it''s; OWNER TO x\nALTER TABLE app.t OWNER TO {reader};';
         CREATE TABLE app.u (id serial PRIMARY KEY, t int REFERENCES app.t DEFERRABLE);
         CREATE TABLE app.parted (k int, m app.mood) PARTITION BY LIST (k);
         CREATE TABLE app.parted_1 PARTITION OF app.parted FOR VALUES IN (1);
         CREATE TABLE app.child () INHERITS (app.u);
         CREATE INDEX ON app.parted (k);
         CREATE VIEW app.v AS SELECT m, count(*) FROM app.t GROUP BY m;
         CREATE MATERIALIZED VIEW app.mv AS SELECT * FROM app.v;
         CREATE FUNCTION app.tr() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
         CREATE TRIGGER tr BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.tr();
         CREATE RULE r AS ON DELETE TO app.u DO INSTEAD NOTHING;
         ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;
         CREATE POLICY p ON app.t USING (m <> 'sad');
         GRANT SELECT ON app.t TO {reader} WITH GRANT OPTION; GRANT UPDATE (m) ON app.t TO {reader};
         ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO {reader};
         CREATE STATISTICS app.st ON id, m FROM app.t;
         CREATE AGGREGATE app.agg (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
         CREATE FUNCTION app.to_int(app.mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
         CREATE CAST (app.mood AS int) WITH FUNCTION app.to_int(app.mood);
         CREATE PROCEDURE app.pr(a int, b text DEFAULT ';') LANGUAGE sql AS 'SELECT 1';
         RESET ROLE;
         SET ROLE {reader}; GRANT SELECT ON app.t TO {owner}; RESET ROLE;
         CREATE OPERATOR CLASS app.ops FOR TYPE int4 USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,
           OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4);
         ALTER OPERATOR CLASS app.ops USING btree OWNER TO {owner};
         CREATE INDEX ON app.u USING btree (t app.ops);
         CREATE PUBLICATION pub FOR ALL TABLES; CREATE PUBLICATION pub_t FOR TABLE app.t;
         CREATE FUNCTION app.ev() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
         CREATE EVENT TRIGGER ev ON ddl_command_end EXECUTE FUNCTION app.ev();
         COMMENT ON EVENT TRIGGER ev IS 'x'; COMMENT ON PUBLICATION pub IS 'x'; COMMENT ON DATABASE {name} IS 'x'",
        name = database.name()
    );
    run(&mut connection, &setup).await;
    let sql = expects(&mut connection, CATALOG).await;
    folder.write("2_x.sql", &sql);
    let said = dry_run(&folder, &database, &[]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    run(&mut connection, "DROP EVENT TRIGGER ev").await;
    // One after the other, as they have privileges from one another.
    for role in [owner, reader] {
        run(&mut connection, &format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}")).await;
    }
}

async fn names_of_all_sorts(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[]).await else { return };
    let role = format!("Ro\"le 'of; {}", database.name());
    let quoted = format!("\"{}\"", role.replace('"', "\"\""));
    run(
        &mut connection,
        &format!(
            "CREATE ROLE {quoted} LOGIN PASSWORD 'a''b'; ALTER ROLE {quoted} SET search_path = 'a b', \"C\", public;
             CREATE SCHEMA \"a b\" AUTHORIZATION {quoted};
             CREATE TYPE \"a b\".\"Mo\"\"od;\" AS ENUM ('\\', 'a''b', E'x\\ny');
             ALTER TYPE \"a b\".\"Mo\"\"od;\" OWNER TO {quoted};
             CREATE TABLE \"a b\".\"t;--\" (\"c\"\"\" \"a b\".\"Mo\"\"od;\" DEFAULT '\\', \"$$\" text);
             ALTER TABLE \"a b\".\"t;--\" OWNER TO {quoted};
             INSERT INTO \"a b\".\"t;--\" VALUES ('a''b', E'\\\\.\\n\\t'), (E'x\\ny', NULL);
             GRANT ALL ON _sqlx_migrations TO {quoted}; GRANT ALL ON SCHEMA public TO {quoted}"
        ),
    )
    .await;
    folder.write(
        "2_x.sql",
        "DO $x$ BEGIN
           IF current_setting('search_path') <> '\"a b\", \"C\", public'
             OR (SELECT string_agg(\"c\"\"\" || coalesce(\"$$\", '-'), ',') FROM \"t;--\")
               <> E'a''b\\\\.\\n\\t,x\\ny-' THEN
             RAISE '% %', current_setting('search_path'), (SELECT string_agg(t::text, ',') FROM \"t;--\" AS t);
           END IF;
         END $x$;
         ALTER TYPE \"Mo\"\"od;\" ADD VALUE 'new';",
    );
    // As that role, whose name and password are in the URL.
    let mut url: Vec<String> = Vec::new();
    for byte in role.bytes() {
        url.push(format!("%{byte:02X}"));
    }
    let (scheme, rest) = database.url().split_once("://").expect("a URL");
    let host = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    let url = format!("{scheme}://{}:a%27b@{host}", url.concat());
    let said = dry_run_at("sqlx", &folder, &url, &["--with-data", "\"a b\".\"t;--\""]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    run(&mut connection, &format!("DROP OWNED BY {quoted} CASCADE; DROP ROLE {quoted}")).await;
}

async fn rows(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    run(
        &mut connection,
        "CREATE TABLE a (id int PRIMARY KEY, m mood, twice int GENERATED ALWAYS AS (id * 2) STORED);
         CREATE TABLE b (a int REFERENCES a);
         CREATE TABLE c (k int, m mood) PARTITION BY LIST (k);
         CREATE TABLE c1 PARTITION OF c FOR VALUES IN (1); CREATE TABLE c2 PARTITION OF c FOR VALUES IN (2);
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'a trigger'; END $$;
         INSERT INTO a SELECT n, 'sad' FROM generate_series(1, 20) AS n;
         INSERT INTO b SELECT n FROM generate_series(1, 20) AS n;
         INSERT INTO c VALUES (1, 'sad'), (2, 'happy');
         CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();
         CREATE VIEW v AS SELECT * FROM a",
    )
    .await;
    let counts = "SELECT 'a ' || count(*) || ' ' || coalesce(sum(twice), 0) FROM a UNION ALL
        SELECT 'b ' || count(*) FROM b UNION ALL SELECT 'c ' || count(*) FROM c";
    let all = expects(&mut connection, counts).await;
    folder.write("2_x.sql", &all);
    let said = dry_run(&folder, &database, &["--with-data", "a,b,public.c"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    folder.write(
        "2_x.sql",
        "DO $$ BEGIN
           IF (SELECT count(*) FROM a) <> 5 OR (SELECT count(*) FROM b) <> 5 THEN RAISE 'rows'; END IF;
           DELETE FROM b WHERE a NOT IN (SELECT id FROM a); ALTER TABLE b VALIDATE CONSTRAINT b_a_fkey;
         END $$;",
    );
    run(
        &mut connection,
        "DELETE FROM b; INSERT INTO b SELECT n FROM generate_series(20, 2, -2) AS n",
    )
    .await;
    let said = dry_run(&folder, &database, &["--with-data", "a,b", "--data-limit", "5"]);
    said.check(&expect![[r#"
        Clean
        1 migration ran, the enums match the migrations, and the temporary server is removed
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        note: only the first 5 rows of public.a are copied: increase --data-limit to copy more
        note: only the first 5 rows of public.b are copied: increase --data-limit to copy more
        note: the foreign key b_a_fkey is not validated there, because the referenced rows are not copied
    "#]]);
    for (table, message) in [
        ("v", "public.v is not an ordinary table"),
        ("nowhere", "the table nowhere, given with --with-data, does not exist"),
        ("a.b.c", "the table a.b.c, given with --with-data, does not exist"),
        ("a; DROP TABLE a", "cannot look for the table a; DROP TABLE a"),
    ] {
        let said = dry_run(&folder, &database, &["--with-data", table]);
        assert!(matches!(said.status, Status::Failed), "{}", said.err);
        assert!(said.err.contains(message), "{}", said.err);
    }
}

/// Rows that a policy hides are not copied as if there were no others.
async fn rows_of_others(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    let stranger = crate::preflight::privileges::Stranger::new(&database, &mut connection).await;
    run(
        &mut connection,
        "CREATE TABLE a (id int); INSERT INTO a VALUES (1), (2);
         ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON a USING (id = 1);
         GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC",
    )
    .await;
    folder.write("2_x.sql", "SELECT 1;");
    let said = dry_run_at("sqlx", &folder, &stranger.url, &["--with-data", "a"]);
    assert!(
        said.err.contains("query would be affected by row-level security policy"),
        "{}",
        said.err
    );
    assert!(said.err.contains("connect as a user that may read all rows"), "{}", said.err);
    stranger.drop(&mut connection).await;
}

async fn sequences_and_a_history_elsewhere(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    run(
        &mut connection,
        "CREATE TABLE a (id serial, other bigint GENERATED BY DEFAULT AS IDENTITY);
         INSERT INTO a SELECT FROM generate_series(1, 7); DELETE FROM a;
         CREATE SEQUENCE unused; CREATE SEQUENCE used START 40; SELECT nextval('used');
         CREATE SEQUENCE down INCREMENT -1; SELECT nextval('down'), nextval('down');
         CREATE SCHEMA \"of the tool\"; ALTER TABLE _sqlx_migrations SET SCHEMA \"of the tool\"",
    )
    .await;
    folder.write(
        "2_x.sql",
        "INSERT INTO a DEFAULT VALUES;
         DO $$ BEGIN
           IF (SELECT row(id, other)::text FROM a) <> '(8,8)' OR nextval('unused') <> 1 OR nextval('used') <> 41
             OR nextval('down') <> -3 OR (SELECT count(*) FROM \"of the tool\"._sqlx_migrations) <> 1 THEN
             RAISE 'sequences';
           END IF;
         END $$;",
    );
    let said = dry_run(&folder, &database, &["--history-schema", "of the tool"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
}

async fn roles_and_settings(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    let name = database.name();
    let [group, member] = ["group", "member"].map(|it| format!("{it}_of_{name}"));
    run(
        &mut connection,
        &format!(
            "CREATE ROLE {group} CREATEDB BYPASSRLS; CREATE ROLE {member} LOGIN NOINHERIT PASSWORD 'secret';
             GRANT {group} TO {member}; GRANT pg_monitor TO {group}; ALTER ROLE {member} SET role = {group};
             ALTER ROLE {member} IN DATABASE {name} SET work_mem = '2MB';
             ALTER ROLE {member} IN DATABASE {name} SET \"app.tenant\" = 'x=y, ''z''';
             ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read';
             GRANT ALL ON SCHEMA public TO {group}; GRANT ALL ON _sqlx_migrations TO {group}"
        ),
    )
    .await;
    folder.write(
        "2_x.sql",
        &format!(
            "DO $$ BEGIN
               IF current_user <> '{group}' OR session_user <> '{member}'
                 OR current_setting('app.tenant') <> 'x=y, ''z'''
                 OR current_setting('transaction_isolation') <> 'repeatable read'
                 OR NOT pg_has_role('pg_monitor', 'USAGE')
                 OR NOT (SELECT rolcreatedb AND rolbypassrls AND NOT rolsuper AND NOT rolcanlogin
                   FROM pg_roles WHERE rolname = '{group}')
                 THEN
                 RAISE 'roles';
               END IF;
             END $$;"
        ),
    );
    let (scheme, rest) = database.url().split_once("://").expect("a URL");
    let host = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    let url = format!("{scheme}://{member}:secret@{host}");
    let said = dry_run_at("sqlx", &folder, &url, &[]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    assert!(!said.err.contains("secret"), "{}", said.err);
    run(&mut connection, &format!("ALTER DATABASE {name} RESET ALL")).await;
    run(&mut connection, &format!("DROP OWNED BY {group}, {member}; DROP ROLE {group}, {member}"))
        .await;
}

/// It says so, and takes another.
async fn a_locale_that_is_not_here(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    run(
        &mut connection,
        "UPDATE pg_database SET datcollate = 'xx_XX.UTF-8', datctype = 'xx_XX.UTF-8'
         WHERE datname = current_database()",
    )
    .await;
    folder.write("2_x.sql", "SELECT 1;");
    // Where the server checks this, nobody can connect, and there is nothing to test.
    if database.connect().await.is_err() {
        return;
    }
    let said = dry_run(&folder, &database, &[]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    let note = "note: the database uses the locale C, because this machine does not have the target's locale: ";
    assert!(said.err.contains(note), "{}", said.err);
}
