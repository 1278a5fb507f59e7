//! A path on which something else stands before PostgreSQL's own names.

use pg_enum::set;
use pg_enum_test_server::Database;
use sqlx::Connection;

use super::{Mallory, everything, settings, tolerant};
use crate::harness::{run, tests, types};

tests![
    of_the_database,
    of_the_role,
    of_the_session,
    of_the_transaction,
    of_a_pool,
    functions_and_types,
    on_the_enum_itself,
    in_the_schema_of_temporary_tables,
    a_path_with_nothing_on_it,
    an_error_gives_the_path_back,
];

/// Every operator that PostgreSQL has on types that a query of ours may compare, in a schema of its own.
const OPERATORS: &str = r"CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC;
    DO $evil$
    DECLARE
      o record; l text; r text;
    BEGIN
      FOR o IN SELECT DISTINCT oprname, oprleft, oprright, oprresult FROM pg_operator
        WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprkind = 'b' AND oprresult <> 0
          AND oprleft = ANY (t) AND oprright = ANY (t)
      LOOP
        l := o.oprleft::regtype; r := o.oprright::regtype;
        EXECUTE format('CREATE FUNCTION evil.op(%s, %s) RETURNS %s LANGUAGE plpgsql AS $op$ BEGIN
            PERFORM trap.spring(); RETURN $1 OPERATOR(pg_catalog.%s) $2; END $op$',
          l, r, o.oprresult::regtype, o.oprname);
        EXECUTE format('CREATE OPERATOR evil.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = evil.op)',
          o.oprname, l, r);
        EXECUTE format('ALTER FUNCTION evil.op(%s, %s) RENAME TO %I', l, r, 'op' || random());
      END LOOP;
    END $evil$;";

fn operators() -> String {
    let types = "ARRAY['text', 'name', 'oid', '\"char\"', 'bool', 'int2', 'int4', 'int8', 'float8', 'interval',
        'timestamptz', 'xid', 'bytea', 'varchar', 'bpchar']::regtype[]::oid[]";
    OPERATORS.replace("ANY (t)", &format!("ANY ({types})"))
}

const ENUM_OPERATORS: &str = "CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC;
    CREATE FUNCTION evil.eq(app.mood, app.mood) RETURNS bool LANGUAGE plpgsql AS
      $op$ BEGIN PERFORM trap.spring(); RETURN pg_catalog.enum_eq($1, $2); END $op$;
    CREATE OPERATOR evil.= (LEFTARG = app.mood, RIGHTARG = app.mood, FUNCTION = evil.eq);
    CREATE FUNCTION evil.eq(app.mood, text) RETURNS bool LANGUAGE plpgsql AS
      $op$ BEGIN PERFORM trap.spring(); RETURN true; END $op$;
    CREATE OPERATOR evil.= (LEFTARG = app.mood, RIGHTARG = text, FUNCTION = evil.eq);
    CREATE FUNCTION evil.enum_range(app.mood) RETURNS app.mood[] LANGUAGE plpgsql AS
      $op$ BEGIN PERFORM trap.spring(); RETURN NULL; END $op$;
    CREATE FUNCTION evil.enum_out(app.mood) RETURNS text LANGUAGE plpgsql AS
      $op$ BEGIN PERFORM trap.spring(); RETURN ''; END $op$;";

const DATABASE: &str = "ALTER DATABASE <database> SET search_path = evil, pg_catalog, public";

async fn of_the_database(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(&operators()).await;
    mallory.lays(DATABASE).await;
    everything(&mut mallory).await;
    mallory.goes().await;
}

/// A superuser's own path, which somebody has talked them into.
async fn of_the_role(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(&operators()).await;
    let sql = format!(
        "ALTER ROLE CURRENT_USER IN DATABASE {} SET search_path = evil, pg_catalog, public",
        mallory.database.name()
    );
    run(&mut mallory.admin, &sql).await;
    everything(&mut mallory).await;
    mallory.goes().await;
}

async fn of_the_session(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(&operators()).await;
    let mut connection = mallory.database.connect().await.unwrap();
    run(&mut connection, "SET search_path = evil, pg_catalog, public").await;
    let before = settings(&mut connection).await;
    set![super::Mood, super::Bare].verify_with(&tolerant(), &mut connection).await.unwrap();
    let ensured = set![super::Fresh].ensure(&mut connection).await.unwrap();
    assert_eq!(ensured.steps, ["create type app.fresh"]);
    assert_eq!(settings(&mut connection).await, before);
    mallory.goes().await;
}

async fn of_the_transaction(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(&operators()).await;
    let mut connection = mallory.database.connect().await.unwrap();
    let outside = settings(&mut connection).await;
    let mut transaction = connection.begin().await.unwrap();
    run(&mut transaction, "SET LOCAL search_path = evil, pg_catalog, public").await;
    let before = settings(&mut transaction).await;
    set![super::Mood, super::Bare].verify_with(&tolerant(), &mut *transaction).await.unwrap();
    set![super::Fresh].ensure(&mut *transaction).await.unwrap();
    assert_eq!(settings(&mut transaction).await, before);
    transaction.commit().await.unwrap();
    assert_eq!(settings(&mut connection).await, outside);
    mallory.goes().await;
}

async fn of_a_pool(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(&operators()).await;
    mallory.lays(DATABASE).await;
    let pool = sqlx::PgPool::connect(mallory.database.url()).await.unwrap();
    set![super::Mood, super::Bare].verify_with(&tolerant(), &pool).await.unwrap();
    set![super::Fresh].ensure(&pool).await.unwrap();
    let path: String = sqlx::query_scalar("SHOW search_path").fetch_one(&pool).await.unwrap();
    assert_eq!(path, "evil, pg_catalog, public");
    pool.close().await;
    mallory.goes().await;
}

/// Functions that a query might forget to qualify, and domains called as PostgreSQL's types are, whose checks run
/// wherever something is made one.
async fn functions_and_types(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory
        .lays(
            r#"CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC;
            DO $evil$
            DECLARE f record;
            BEGIN
              FOR f IN SELECT oid, proname FROM pg_proc
                WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND NOT proretset
                  AND provariadic = 0 AND pg_get_function_result(oid) !~ 'any|internal|cstring|trigger|handler'
                  AND pg_get_function_identity_arguments(oid) !~ 'any|internal|cstring|OUT'
                  AND proname IN ('set_config', 'current_setting', 'current_schema', 'current_schemas', 'lower',
                    'hashtextextended', 'pg_advisory_xact_lock', 'pg_try_advisory_xact_lock', 'to_regtype',
                    'to_regclass', 'quote_ident', 'quote_literal', 'format_type', 'obj_description',
                    'pg_get_userbyid', 'has_type_privilege', 'has_schema_privilege', 'convert_to', 'encode',
                    'string_to_array', 'clock_timestamp', 'pg_backend_pid', 'current_database', 'version', 'text',
                    'name', 'length', 'pg_type_is_visible', 'now', 'md5', 'to_char', 'timezone')
              LOOP
                EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s LANGUAGE plpgsql AS
                    $f$ BEGIN PERFORM trap.spring(); RETURN%s; END $f$', f.proname,
                  pg_get_function_identity_arguments(f.oid), pg_get_function_result(f.oid),
                  CASE pg_get_function_result(f.oid) WHEN 'void' THEN '' ELSE ' NULL' END);
              END LOOP;
            END $evil$;
            CREATE FUNCTION evil.ok(pg_catalog.text) RETURNS bool LANGUAGE plpgsql AS
              $f$ BEGIN PERFORM trap.spring(); RETURN true; END $f$;
            CREATE DOMAIN evil.text AS pg_catalog.text CHECK (evil.ok(VALUE));
            CREATE DOMAIN evil.name AS pg_catalog.name CHECK (evil.ok(VALUE::pg_catalog.text));
            CREATE DOMAIN evil.oid AS pg_catalog.oid CHECK (evil.ok(VALUE::pg_catalog.text));
            CREATE DOMAIN evil."char" AS pg_catalog."char" CHECK (evil.ok(VALUE::pg_catalog.text));
            CREATE DOMAIN evil.int8 AS pg_catalog.int8 CHECK (evil.ok(VALUE::pg_catalog.text));
            CREATE DOMAIN evil.uuid AS pg_catalog.uuid CHECK (evil.ok(VALUE::pg_catalog.text));"#,
        )
        .await;
    mallory.lays(DATABASE).await;
    everything(&mut mallory).await;
    mallory.goes().await;
}

async fn on_the_enum_itself(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(ENUM_OPERATORS).await;
    mallory.lays("ALTER DATABASE <database> SET search_path = evil, public").await;
    everything(&mut mallory).await;
    mallory.goes().await;
}

/// Behind a pooler, a session may have tables of somebody before.
async fn in_the_schema_of_temporary_tables(database: Database) {
    let mut mallory = Mallory::new(database).await;
    let mut connection = mallory.database.connect().await.unwrap();
    run(
        &mut connection,
        &format!(
            "SET ROLE {}; CREATE TEMP TABLE pg_type (oid int); CREATE TEMP TABLE pg_enum (oid int);
            CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (trap.yes());
            CREATE DOMAIN pg_temp.name AS pg_catalog.name CHECK (trap.yes()); RESET ROLE",
            mallory.name
        ),
    )
    .await;
    set![super::Mood, super::Bare].verify_with(&tolerant(), &mut connection).await.unwrap();
    set![super::Fresh].ensure(&mut connection).await.unwrap();
    assert_eq!(types(&mut mallory.admin, "app", "fresh").await, 1);
    run(&mut connection, "DISCARD TEMP").await;
    mallory.goes().await;
}

async fn a_path_with_nothing_on_it(database: Database) {
    let mut mallory = Mallory::new(database).await;
    let mut connection = mallory.database.connect().await.unwrap();
    for path in ["''", "nowhere", "pg_catalog", r#""$user""#] {
        run(&mut connection, &format!("SET search_path = {path}")).await;
        let before = settings(&mut connection).await;
        set![super::Mood].verify_with(&tolerant(), &mut connection).await.unwrap();
        let report = set![super::Bare].report(&tolerant(), &mut connection).await.unwrap();
        assert!(report.to_string().contains("does not exist"), "{path}: {report}");
        assert_eq!(settings(&mut connection).await, before);
    }
    mallory.lays("ALTER DATABASE <database> SET search_path = ''").await;
    let said = mallory.command(&["preflight"]);
    assert!(said.has("note", "no-history"), "{}", said.err);
    let said = mallory.command(&["preflight", "--history-schema", "public"]);
    assert_eq!(said.status, cargo_pg_enum::Status::Clean, "{}", said.err);
    mallory.goes().await;
}

/// Whether the query itself fails, the transaction it is in, or what it is sent with.
async fn an_error_gives_the_path_back(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(&operators()).await;
    let mut connection = mallory.database.connect().await.unwrap();
    run(&mut connection, "SET search_path = evil, pg_catalog, public").await;
    let before = settings(&mut connection).await;
    run(&mut connection, "SET statement_timeout = '50ms'").await;
    run(&mut mallory.admin, "BEGIN; LOCK TABLE pg_catalog.pg_enum IN ACCESS EXCLUSIVE MODE").await;
    let error = set![super::Mood].verify(&mut connection).await.unwrap_err();
    assert!(matches!(error, pg_enum::live::Error::Timeout(_)), "{error:?}");
    run(&mut mallory.admin, "ROLLBACK").await;
    run(&mut connection, "SET statement_timeout = 0").await;
    assert_eq!(settings(&mut connection).await, before);
    mallory.goes().await;
}
