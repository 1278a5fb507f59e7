//! What has the name of a migration tool's table, and is none.

use std::sync::Arc;

use cargo_pg_enum::Status;
use pg_enum_test_server::Database;

use super::{LATER, Mallory, somebody_waits_for};
use crate::harness::{run, tests};

tests![
    another_tools_view,
    every_other_tools_view,
    a_view,
    a_view_over_the_table,
    a_materialized_view,
    a_foreign_table,
    a_partitioned_table,
    a_table_with_children,
    a_table_with_a_rule,
    a_temporary_table,
    an_index_with_an_expression,
    a_check_and_statistics,
    a_column_of_a_domain,
    a_column_of_an_enum_with_a_cast,
    earlier_on_the_path,
    an_owner_nobody_vouches_for,
    a_table_that_becomes_a_view,
];

const VIEW: &str = "CREATE FUNCTION trap.text(text) RETURNS text LANGUAGE plpgsql VOLATILE AS
      $trap$ BEGIN PERFORM trap.spring(); RETURN $1; END $trap$;
    CREATE FUNCTION trap.int(bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE AS
      $trap$ BEGIN PERFORM trap.spring(); RETURN $1; END $trap$;";

/// A table of another tool's is none that the folder's tool has anything to do with.
async fn another_tools_view(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(VIEW).await;
    mallory
        .lays("CREATE VIEW alembic_version AS SELECT trap.text('ae1027a6acf') AS version_num")
        .await;
    let said = mallory.command(&["preflight"]);
    assert!(said.err.contains("the database also has public.alembic_version"), "{}", said.err);
    mallory.folder.write(LATER.0, LATER.1);
    mallory.lays(LATER.1).await;
    assert_eq!(mallory.command(&["stamp", "2"]).status, Status::Clean);
    mallory.goes().await;
}

async fn every_other_tools_view(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(VIEW).await;
    for view in [
        "__diesel_schema_migrations AS SELECT trap.text('1') AS version",
        "refinery_schema_history AS SELECT trap.int(1) AS version, trap.text('') AS checksum",
        "schema_migrations AS SELECT trap.text('1') AS version, false AS dirty",
        "goose_db_version AS SELECT trap.int(1) AS id, trap.int(1) AS version_id, true AS is_applied",
        "flyway_schema_history AS SELECT trap.int(1) AS installed_rank, trap.text('1') AS version",
        "_prisma_migrations AS SELECT trap.text('1') AS migration_name",
        "alembic_version AS SELECT trap.text('1') AS version_num",
    ] {
        mallory.lays(&format!("CREATE VIEW {view}")).await;
    }
    for tool in
        ["sqlx", "diesel", "refinery", "dbmate", "goose", "golang-migrate", "flyway", "prisma"]
    {
        mallory.folder.run_as(tool, &mallory.database, &["preflight"]);
    }
    // The folder may be of several tools, of which the database has the table of one.
    mallory.folder.run_as("", &mallory.database, &["preflight"]);
    mallory.goes().await;
}

/// The tool's own table is replaced by this, and nothing reads it; each command says why.
async fn is_not_read(database: Database, sql: &str, why: &str) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(VIEW).await;
    mallory.lays(sql).await;
    mallory.folder.write(LATER.0, LATER.1);
    let reason = format!("public._sqlx_migrations is not read: it {why}");
    let said = mallory.command(&["preflight"]);
    assert!(said.has("error", "history-unfit") && said.err.contains(&reason), "{}", said.err);
    assert!(said.out.contains("the applied migrations are unknown"), "{}", said.out);
    let said = mallory.command(&["stamp", "2"]);
    assert_eq!(said.status, Status::Failed);
    assert!(said.err.contains(&reason), "{}", said.err);
    mallory.goes().await;
}

const COLUMNS: &str = "version, description, installed_on, success, checksum, execution_time";

async fn a_view(database: Database) {
    let sql = format!(
        "ALTER TABLE _sqlx_migrations RENAME TO old; CREATE VIEW _sqlx_migrations AS SELECT {} FROM old",
        COLUMNS.replace("version,", "trap.int(version) AS version,")
    );
    is_not_read(database, &sql, "is a view").await;
}

/// One that asks nothing but who is looking.
async fn a_view_over_the_table(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations RENAME TO old;
        CREATE VIEW _sqlx_migrations AS SELECT * FROM old WHERE trap.text('') = ''";
    is_not_read(database, sql, "is a view").await;
}

async fn a_materialized_view(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations RENAME TO old;
        CREATE MATERIALIZED VIEW _sqlx_migrations AS SELECT * FROM old";
    is_not_read(database, sql, "is a materialized view").await;
}

async fn a_foreign_table(database: Database) {
    let mut mallory = Mallory::new(database).await;
    let sql = format!(
        "CREATE FOREIGN DATA WRAPPER elsewhere; CREATE SERVER elsewhere FOREIGN DATA WRAPPER elsewhere;
        GRANT USAGE ON FOREIGN SERVER elsewhere TO {}",
        mallory.name
    );
    run(&mut mallory.admin, &sql).await;
    mallory
        .lays(
            "ALTER TABLE _sqlx_migrations RENAME TO old;
            CREATE FOREIGN TABLE _sqlx_migrations (version bigint, success bool, checksum bytea) SERVER elsewhere",
        )
        .await;
    let said = mallory.command(&["preflight"]);
    assert!(said.err.contains("is not read: it is a foreign table"), "{}", said.err);
    mallory.goes().await;
}

async fn a_partitioned_table(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations RENAME TO old;
        CREATE TABLE _sqlx_migrations (LIKE old) PARTITION BY LIST ((trap.one(execution_time::int)));
        CREATE TABLE part PARTITION OF _sqlx_migrations FOR VALUES IN (1);
        INSERT INTO _sqlx_migrations SELECT * FROM old";
    is_not_read(database, sql, "is a partitioned table").await;
}

async fn a_table_with_children(database: Database) {
    let sql = "CREATE TABLE more (CHECK (trap.yes())) INHERITS (_sqlx_migrations)";
    is_not_read(database, sql, "has rows in tables that inherit from it").await;
}

async fn a_table_with_a_rule(database: Database) {
    let sql = "CREATE RULE r AS ON INSERT TO _sqlx_migrations DO ALSO SELECT trap.spring()";
    is_not_read(database, sql, "has a rule").await;
}

/// Only a temporary schema that is named is asked for one; another session's rows cannot be had.
async fn a_temporary_table(database: Database) {
    let mallory = Mallory::new(database).await;
    let mut other = mallory.database.connect().await.unwrap();
    run(&mut other, "CREATE TEMP TABLE _sqlx_migrations AS SELECT * FROM public._sqlx_migrations")
        .await;
    let schema: String = sqlx::query_scalar(
        "SELECT relnamespace::regnamespace::text FROM pg_class
         WHERE relname = '_sqlx_migrations' AND relpersistence = 't'",
    )
    .fetch_one(&mut other)
    .await
    .unwrap();
    let said = mallory.command(&["preflight", "--history-schema", &schema]);
    assert!(said.err.contains("is not read: it is a temporary table"), "{}", said.err);
    let said = mallory.command(&["preflight"]);
    assert_eq!(said.status, Status::Clean, "{}", said.err);
    mallory.goes().await;
}

/// Reads go on, and run nothing; what writes is in `writing`.
async fn is_read(database: Database, sql: &str) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(sql).await;
    let said = mallory.command(&["preflight"]);
    assert_eq!(said.status, Status::Clean, "{}", said.err);
    assert!(said.out.contains("1 of 1 migration applied"), "{}", said.out);
    mallory.goes().await;
}

async fn an_index_with_an_expression(database: Database) {
    let sql = "CREATE INDEX ON _sqlx_migrations ((trap.one(1))); \
        CREATE INDEX ON _sqlx_migrations (version) WHERE trap.yes()";
    is_read(database, sql).await;
}

async fn a_check_and_statistics(database: Database) {
    let sql = "ALTER TABLE _sqlx_migrations ADD CHECK (trap.yes()), ALTER version SET DEFAULT trap.one(1);
        ALTER DATABASE <database> SET constraint_exclusion = on;
        CREATE TRIGGER t BEFORE INSERT ON _sqlx_migrations FOR EACH ROW EXECUTE FUNCTION trap.row();
        DO $$ BEGIN
          EXECUTE 'CREATE STATISTICS s ON (trap.one(1)), (version + 1) FROM _sqlx_migrations';
        EXCEPTION WHEN syntax_error OR feature_not_supported THEN NULL; -- before 14
        END $$";
    is_read(database, sql).await;
}

async fn a_column_of_a_domain(database: Database) {
    let sql = "CREATE FUNCTION trap.ok(bigint) RETURNS bool LANGUAGE plpgsql AS
          $trap$ BEGIN PERFORM trap.spring(); RETURN true; END $trap$;
        CREATE DOMAIN number AS bigint CHECK (trap.ok(VALUE));
        ALTER TABLE _sqlx_migrations ALTER version TYPE number";
    is_read(database, sql).await;
}

async fn a_column_of_an_enum_with_a_cast(database: Database) {
    let sql = "CREATE TYPE number AS ENUM ('1', '2');
        ALTER TABLE _sqlx_migrations ALTER version TYPE number USING version::text::number;
        CREATE FUNCTION trap.shown(number) RETURNS text LANGUAGE plpgsql AS
          $trap$ BEGIN PERFORM trap.spring(); RETURN '1'; END $trap$;
        CREATE CAST (number AS text) WITH FUNCTION trap.shown(number) AS IMPLICIT";
    let mut mallory = Mallory::new(database).await;
    mallory.lays(sql).await;
    let said = mallory.command(&["preflight"]);
    assert!(said.out.contains("1 of 1 migration applied"), "{}", said.err);
    mallory.goes().await;
}

/// A view in a schema that the path has before the tool's own.
async fn earlier_on_the_path(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(VIEW).await;
    mallory
        .lays(
            "CREATE SCHEMA early;
            CREATE VIEW early._sqlx_migrations AS SELECT trap.int(1) AS version, true AS success, ''::bytea AS checksum;
            ALTER DATABASE <database> SET search_path = early, public",
        )
        .await;
    let said = mallory.command(&["preflight"]);
    assert!(said.err.contains("early._sqlx_migrations is not read: it is a view"), "{}", said.err);
    // Whoever says which one it is, is heard.
    let said = mallory.command(&["preflight", "--history-schema", "public"]);
    assert!(said.out.contains("1 of 1 migration applied"), "{}", said.err);
    mallory.goes().await;
}

async fn an_owner_nobody_vouches_for(database: Database) {
    let mut mallory = Mallory::new(database).await;
    let name = mallory.name.clone();
    let sql =
        format!("CREATE ROLE other_{name}; ALTER TABLE _sqlx_migrations OWNER TO other_{name}");
    run(&mut mallory.admin, &sql).await;
    let said = mallory.command(&["preflight"]).without(mallory.database.name(), "<database>");
    assert!(said.has("warning", "history-owner"), "{}", said.err);
    assert!(
        said.err.contains("public._sqlx_migrations belongs to other_mallory_of_<database>, who is"),
        "{}",
        said.err
    );
    run(&mut mallory.admin, &format!("REASSIGN OWNED BY other_{name} TO {name}")).await;
    assert!(!mallory.command(&["preflight"]).has("warning", "history-owner"));
    run(&mut mallory.admin, &format!("DROP ROLE other_{name}")).await;
    mallory.goes().await;
}

/// A table that is one when the catalog is looked at, and a view when its rows are.
async fn a_table_that_becomes_a_view(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(VIEW).await;
    let view = format!(
        "ALTER TABLE public._sqlx_migrations RENAME TO old;
        CREATE VIEW public._sqlx_migrations AS SELECT {} FROM public.old",
        COLUMNS.replace("version,", "trap.int(version) AS version,")
    );
    let mut other = mallory.database.connect().await.unwrap();
    run(&mut other, &format!("SET ROLE {}; BEGIN; {view}", mallory.name)).await;
    let (folder, database) = (Arc::clone(&mallory.folder), mallory.database.clone());
    let command = tokio::task::spawn_blocking(move || folder.run(&database, &["preflight"]));
    somebody_waits_for(&mut other, "public.old").await;
    run(&mut other, "COMMIT").await;
    let said = command.await.unwrap();
    assert!(said.err.contains("cannot copy from view"), "{}{}", said.out, said.err);
    mallory.goes().await;
}
