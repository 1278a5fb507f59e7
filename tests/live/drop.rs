//! `DROP_SQL`.

use pg_enum_core::Definition;
use pg_enum_test_server::Database;

use crate::harness::{refused, run, tests, types};

tests![
    drops_the_type,
    is_content_without_the_type,
    keeps_a_type_in_use,
    keeps_what_is_no_enum,
    drops_in_its_schema_only,
    drops_in_the_first_schema_of_the_search_path_only,
    leaves_the_search_path_as_it_was,
];

const STATUS: Definition<'_> = Definition::new("Status", &["a"]);

async fn drops_the_type(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, &STATUS.create_sql().to_string()).await;
    run(&mut connection, &STATUS.drop_sql().to_string()).await;
    assert_eq!(types(&mut connection, "public", "Status").await, 0);
}

async fn is_content_without_the_type(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, &STATUS.drop_sql().to_string()).await;
    run(&mut connection, &STATUS.in_schema("nowhere").drop_sql().to_string()).await;
}

async fn keeps_a_type_in_use(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, &STATUS.create_sql().to_string()).await;
    run(&mut connection, r#"CREATE TABLE t (s "Status")"#).await;
    let refusal = refused(&mut connection, &STATUS.drop_sql().to_string()).await;
    assert_eq!(refusal.code, "2BP01");
    assert!(
        refusal.detail.contains("column s of table t depends on type \"Status\""),
        "{}",
        refusal.detail
    );
    assert_eq!(types(&mut connection, "public", "Status").await, 1);
}

async fn drops_in_its_schema_only(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE SCHEMA app").await;
    run(&mut connection, &STATUS.create_sql().to_string()).await;
    run(&mut connection, &STATUS.in_schema("app").create_sql().to_string()).await;
    for _ in 0..2 {
        run(&mut connection, &STATUS.in_schema("app").drop_sql().to_string()).await;
    }
    assert_eq!(types(&mut connection, "app", "Status").await, 0);
    assert_eq!(types(&mut connection, "public", "Status").await, 1);
}

async fn keeps_what_is_no_enum(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for make in ["CREATE DOMAIN \"Status\" AS text", "CREATE TYPE \"Status\" AS (a int)"] {
        run(&mut connection, "BEGIN").await;
        run(&mut connection, make).await;
        let refusal = refused(&mut connection, &STATUS.drop_sql().to_string()).await;
        assert_eq!(refusal.code, "42809");
        assert_eq!(refusal.message, "cannot drop enum type \"Status\": it is not an enum");
        run(&mut connection, "ROLLBACK").await;
    }
}

async fn drops_in_the_first_schema_of_the_search_path_only(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, &STATUS.create_sql().to_string()).await;
    run(&mut connection, "CREATE SCHEMA app; SET search_path = app, public").await;
    run(&mut connection, &STATUS.create_sql().to_string()).await;
    for _ in 0..2 {
        run(&mut connection, &STATUS.drop_sql().to_string()).await;
        assert_eq!(types(&mut connection, "app", "Status").await, 0);
        assert_eq!(types(&mut connection, "public", "Status").await, 1);
    }
    run(&mut connection, "SET search_path = ''").await;
    run(&mut connection, &STATUS.drop_sql().to_string()).await;
    assert_eq!(types(&mut connection, "public", "Status").await, 1);
}

async fn leaves_the_search_path_as_it_was(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "BEGIN; SET LOCAL search_path = \"Odd\", public").await;
    run(&mut connection, &STATUS.drop_sql().to_string()).await;
    let path: String =
        sqlx::query_scalar("SHOW search_path").fetch_one(&mut connection).await.unwrap();
    assert_eq!(path, "\"Odd\", public");
}
