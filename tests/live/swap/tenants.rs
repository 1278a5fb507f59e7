//! `diff --schemas`: one enum whose type is in many schemas.

use pg_enum_test_server::Database;

use crate::harness::{labels, run, tests};
use crate::runtime::Package;

tests![each_schema_is_planned, no_schema_is_like_that];

const SOURCE: &str = "
#[derive(PgEnum)]
#[pg_enum(removed(\"x\" => Sad))]
pub enum Mood { Happy, Sad }
#[derive(PgEnum)]
#[pg_enum(schema = \"shared\")]
pub enum Plan { Free, Paid }
";

const DIFF: [&str; 3] = ["diff", "--schemas", r"tenant\_%"];

/// With a view that depends on two of the types.
const TENANTS: &str = "CREATE SCHEMA shared; CREATE TYPE shared.plan AS ENUM ('Free');
    DO $$ BEGIN
        FOR n IN 1..4 LOOP EXECUTE format('CREATE SCHEMA tenant_%s', n); END LOOP;
    END $$;
    CREATE TYPE tenant_1.mood AS ENUM ('x', 'Happy', 'Sad'); CREATE TABLE tenant_1.t (m tenant_1.mood DEFAULT 'x');
    CREATE TYPE tenant_2.mood AS ENUM ('Happy', 'Sad'); CREATE TABLE tenant_2.t (m tenant_2.mood);
    CREATE TYPE tenant_3.mood AS ENUM ('Sad', 'Happy', 'x'); CREATE TABLE tenant_3.t (m tenant_3.mood);
    CREATE VIEW shared.v AS SELECT a.m, b.m AS n FROM tenant_1.t AS a, tenant_3.t AS b WHERE b.m = 'Sad' OR a.m = 'Sad';
    CREATE FUNCTION shared.f() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RETURN 'x' = 'x'; END $$;
    INSERT INTO tenant_1.t VALUES ('x'), ('Sad'); INSERT INTO tenant_3.t VALUES ('x'), ('Happy')";

async fn each_schema_is_planned(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, TENANTS).await;
    let package = Package::new(SOURCE);
    let args = [&DIFF[..], &["--allow-destructive"]].concat();
    let said = package.said(Some(&database), &args);
    let (sql, notes) =
        said.strip_prefix("Findings\n").expect(&said).split_once("---\n").expect(&said);
    let steps =
        ["ALTER TYPE shared.plan ADD VALUE", "enum type tenant_1.mood", "enum type tenant_3.mood"];
    let places = steps.map(|step| sql.find(step).unwrap_or_else(|| panic!("{step}: {sql}")));
    assert!(places.is_sorted(), "{places:?}: {sql}");
    assert!(sql.contains("CREATE TYPE tenant_4.mood") && !sql.contains("tenant_2"), "{sql}");
    // What two plans have to say is said once.
    assert_eq!(notes.matches("the body of function shared.f()").count(), 1, "{notes}");
    assert_eq!(notes.matches("removing 'x'").count(), 1, "{notes}");

    run(&mut connection, sql).await;
    for tenant in ["tenant_1", "tenant_2", "tenant_3", "tenant_4"] {
        assert_eq!(labels(&mut connection, tenant, "mood").await, ["Happy", "Sad"], "{tenant}");
    }
    let rows: Vec<String> = sqlx::query_scalar("SELECT concat(m, ' ', n) FROM shared.v ORDER BY 1")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(rows, ["Sad Happy", "Sad Happy", "Sad Sad", "Sad Sad"]);
    let said = package.said(Some(&database), &DIFF);
    assert!(said.starts_with("Clean\nnothing to do"), "{said}");
    let said = package.said(Some(&database), &["verify", "--schemas", DIFF[2]]);
    assert!(said.starts_with("Clean"), "{said}");
}

async fn no_schema_is_like_that(database: Database) {
    let said = Package::new(SOURCE).said(Some(&database), &["diff", "--schemas", "nobody"]);
    let expected =
        "Failed\n---\nerror: no schema name matches `nobody`\nhelp: list the schemas with";
    assert!(said.starts_with(expected), "{said}");
}
