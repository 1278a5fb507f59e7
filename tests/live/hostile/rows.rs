//! Tables whose rows are searched: what belongs to them may call functions, which would run as whoever searches.

use pg_enum::live::Policy;
use pg_enum::set;
use pg_enum_test_server::Database;
use sqlx::Connection;

use super::{Mallory, Mood, somebody_waits_for, tolerant};
use crate::harness::{run, tests};

tests![
    an_index_on_an_expression,
    an_index_with_a_predicate,
    a_check,
    statistics,
    the_key_of_a_partition,
    a_foreign_table,
    composite_types_and_ranges,
    domains_and_arrays_of_domains,
    generated_columns_and_defaults,
    a_view,
    temporary_and_unfilled_tables,
    operators_on_the_column,
    a_table_that_becomes_a_view,
];

async fn report(mallory: &Mallory) -> String {
    let mut connection = mallory.database.connect().await.unwrap();
    let policy: Policy = tolerant().rows(true);
    set![Mood].report(&policy, &mut connection).await.unwrap().to_string()
}

/// A table with such a thing is not read, and that is said; the other ones are.
async fn is_not_searched(database: Database, sql: &str, what: &str) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(sql).await;
    let said = report(&mallory).await;
    assert!(said.contains("rows contain it: app.t.mood, app.t.moods[] ("), "{said}");
    assert!(said.contains(what), "{said}");
    mallory.goes().await;
}

async fn an_index_on_an_expression(database: Database) {
    let sql = "CREATE TABLE app.u (mood app.mood); CREATE INDEX i ON app.u ((trap.one(1)))";
    let what = "app.u.mood (index app.i calls user-defined functions)";
    is_not_searched(database, sql, what).await;
}

async fn an_index_with_a_predicate(database: Database) {
    let sql = "CREATE TABLE app.u (mood app.mood); CREATE INDEX i ON app.u (mood) WHERE trap.yes()";
    let what = "app.u.mood (index app.i calls user-defined functions)";
    is_not_searched(database, sql, what).await;
}

async fn a_check(database: Database) {
    let sql = "CREATE TABLE app.u (mood app.mood, CONSTRAINT c CHECK (trap.yes()));
        ALTER DATABASE <database> SET constraint_exclusion = on";
    let what = "app.u.mood (constraint c on table app.u calls user-defined functions)";
    is_not_searched(database, sql, what).await;
}

async fn statistics(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory
        .lays(
            "CREATE TABLE app.u (mood app.mood);
            DO $$ BEGIN
              EXECUTE 'CREATE STATISTICS app.s ON (trap.one(1)), (mood IS NULL) FROM app.u';
            EXCEPTION WHEN syntax_error OR feature_not_supported THEN NULL; -- before 14
            END $$",
        )
        .await;
    let said = report(&mallory).await;
    let version = mallory.admin.server_version_num().unwrap();
    let what = "app.u.mood (statistics object app.s calls user-defined functions)";
    assert_eq!(said.contains(what), version >= 140_000, "{said}");
    mallory.goes().await;
}

async fn the_key_of_a_partition(database: Database) {
    let sql = "CREATE TABLE app.u (mood app.mood, n int) PARTITION BY LIST ((trap.one(n)));
        CREATE TABLE app.part PARTITION OF app.u FOR VALUES IN (1);
        ALTER DATABASE <database> SET constraint_exclusion = on";
    let what = "app.part.mood (table app.u calls user-defined functions)";
    is_not_searched(database, sql, what).await;
}

async fn a_foreign_table(database: Database) {
    let mut mallory = Mallory::new(database).await;
    let sql = format!(
        "CREATE FOREIGN DATA WRAPPER elsewhere; CREATE SERVER elsewhere FOREIGN DATA WRAPPER elsewhere;
        GRANT USAGE ON FOREIGN SERVER elsewhere TO {}",
        mallory.name
    );
    run(&mut mallory.admin, &sql).await;
    mallory.lays("CREATE FOREIGN TABLE app.f (mood app.mood) SERVER elsewhere").await;
    let said = report(&mallory).await;
    assert!(said.contains("app.f.mood (it is a foreign table)"), "{said}");
    mallory.goes().await;
}

async fn composite_types_and_ranges(database: Database) {
    let sql = "CREATE TYPE app.pair AS (mood app.mood, n int); CREATE TABLE app.u (pair app.pair);
        CREATE TYPE app.moods AS RANGE (subtype = app.mood); CREATE TABLE app.v (moods app.moods)";
    let what = "app.u.pair (its type contains the enum), app.v.moods (its type contains the enum)";
    is_not_searched(database, sql, what).await;
}

/// They hold the label as its type does; their checks are for what is written.
async fn domains_and_arrays_of_domains(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory
        .lays(
            "CREATE FUNCTION trap.ok(app.mood) RETURNS bool LANGUAGE plpgsql AS
              $trap$ BEGIN PERFORM trap.spring(); RETURN true; END $trap$;
            CREATE DOMAIN app.one AS app.mood CHECK (trap.ok(VALUE));
            CREATE DOMAIN app.many AS app.mood[] CHECK (trap.ok(VALUE[1]));
            DROP TABLE app.t;
            CREATE TABLE app.t (one app.one, many app.many, ones app.one[], deep app.mood[][]);
            INSERT INTO app.t VALUES ('Old', '{Sad,Old}', '{Ok,Old}', '{{Ok,Ok},{Ok,Old}}');",
        )
        .await;
    let said = report(&mallory).await;
    let held = "rows contain it: app.t.one, app.t.many[], app.t.ones[], app.t.deep[] (";
    assert!(said.contains(held), "{said}");
    // What is printed settles it; whoever runs that on a table with checks runs them.
    let (_, fix) = said.split_once("; run: ").unwrap();
    mallory.lays(fix).await;
    let said = report(&mallory).await;
    assert_eq!(said, "the database matches the enums");
    mallory.goes().await;
}

async fn generated_columns_and_defaults(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory
        .lays(
            "CREATE FUNCTION trap.same(app.mood) RETURNS app.mood LANGUAGE plpgsql IMMUTABLE AS
              $trap$ BEGIN PERFORM trap.spring(); RETURN $1; END $trap$;
            DROP TABLE app.t;
            CREATE TABLE app.t (mood app.mood DEFAULT trap.same('Old'),
              twin app.mood GENERATED ALWAYS AS (trap.same(mood)) STORED);
            CREATE TRIGGER t BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION trap.row();
            INSERT INTO app.t DEFAULT VALUES",
        )
        .await;
    let said = report(&mallory).await;
    assert!(said.contains("rows contain it: app.t.mood, app.t.twin ("), "{said}");
    mallory.goes().await;
}

async fn a_view(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory
        .lays(
            "CREATE FUNCTION trap.old() RETURNS app.mood LANGUAGE plpgsql AS
              $trap$ BEGIN PERFORM trap.spring(); RETURN 'Old'; END $trap$;
            TRUNCATE app.t; CREATE VIEW app.v AS SELECT trap.old() AS mood;
            CREATE MATERIALIZED VIEW app.filled AS SELECT trap.old() AS mood",
        )
        .await;
    let said = report(&mallory).await;
    assert!(said.contains("rows contain it: app.filled.mood ("), "{said}");
    mallory.goes().await;
}

/// Rows that nobody can read, or that are not there, are no reason to fail.
async fn temporary_and_unfilled_tables(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays("CREATE MATERIALIZED VIEW app.m AS SELECT mood FROM app.t WITH NO DATA").await;
    let mut other = mallory.database.connect().await.unwrap();
    run(&mut other, "CREATE TEMP TABLE mine (mood app.mood); INSERT INTO mine VALUES ('Old')")
        .await;
    let said = report(&mallory).await;
    assert!(said.contains("rows contain it: app.t.mood, app.t.moods[] ("), "{said}");
    assert!(!said.contains("mine") && !said.contains("app.m."), "{said}");
    let policy = tolerant().rows(true);
    let said = set![Mood].report(&policy, &mut other).await.unwrap().to_string();
    assert!(said.contains(".mine.mood"), "{said}");
    other.close().await.unwrap();
    mallory.goes().await;
}

async fn operators_on_the_column(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory
        .lays(
            "CREATE FUNCTION public.eq(app.mood, app.mood) RETURNS bool LANGUAGE plpgsql AS
              $trap$ BEGIN PERFORM trap.spring(); RETURN false; END $trap$;
            CREATE OPERATOR public.= (LEFTARG = app.mood, RIGHTARG = app.mood, FUNCTION = public.eq);
            CREATE FUNCTION public.eq(app.mood, text) RETURNS bool LANGUAGE plpgsql AS
              $trap$ BEGIN PERFORM trap.spring(); RETURN false; END $trap$;
            CREATE OPERATOR public.= (LEFTARG = app.mood, RIGHTARG = text, FUNCTION = public.eq)",
        )
        .await;
    let said = report(&mallory).await;
    assert!(said.contains("rows contain it: app.t.mood, app.t.moods[] ("), "{said}");
    // Nor does what is printed, when a superuser runs it.
    let (_, fix) = said.split_once("; run: ").unwrap();
    run(&mut mallory.admin, fix).await;
    assert_eq!(report(&mallory).await, "the database matches the enums");
    mallory.goes().await;
}

/// A table that is one when the catalog is looked at, and a view when its rows are.
async fn a_table_that_becomes_a_view(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory
        .lays(
            "CREATE FUNCTION trap.old() RETURNS app.mood LANGUAGE plpgsql AS
              $trap$ BEGIN PERFORM trap.spring(); RETURN 'Old'; END $trap$",
        )
        .await;
    let mut other = mallory.database.connect().await.unwrap();
    let sql = format!(
        "SET ROLE {}; BEGIN; ALTER TABLE app.t RENAME TO was;
        CREATE VIEW app.t AS SELECT 1 AS id, trap.old() AS mood, ARRAY[trap.old()] AS moods",
        mallory.name
    );
    run(&mut other, &sql).await;
    let mut connection = mallory.database.connect().await.unwrap();
    let policy = tolerant().rows(true);
    let enums = set![Mood];
    let swap = async {
        somebody_waits_for(&mut other, "app.was").await;
        run(&mut other, "COMMIT").await;
    };
    let report = enums.report(&policy, &mut connection);
    let (report, ()) = futures_util::future::join(report, swap).await;
    let error = report.unwrap_err().to_string();
    assert!(error.contains("TABLESAMPLE clause can only be applied to tables"), "{error}");
    mallory.goes().await;
}
