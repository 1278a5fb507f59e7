//! Types and tables of a database for tests.

use pg_enum::{PgEnum, set};
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use crate::harness::{tests, types};

tests![types_come_before_tables, a_callback_makes_the_tables, all_or_nothing, in_tests_of_sqlx];

#[derive(Debug, PartialEq, PgEnum)]
enum Mood {
    Sad,
    Ok,
}

async fn types_come_before_tables(database: Database) {
    let pool = sqlx::PgPool::connect(database.url()).await.unwrap();
    let set = set![Mood];
    set.create_all(&pool, "CREATE TABLE a (mood mood DEFAULT 'Ok'); CREATE TABLE b (moods mood[])")
        .await
        .unwrap();
    let mood: Mood = sqlx::query_scalar("INSERT INTO a DEFAULT VALUES RETURNING mood")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(mood, Mood::Ok);
    set.drop_all(&pool, "DROP TABLE a, b").await.unwrap();
    let mut connection = pool.acquire().await.unwrap();
    assert_eq!(types(&mut connection, "public", "mood").await, 0);
    drop(connection);
    pool.close().await;
}

async fn a_callback_makes_the_tables(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let set = set![Mood];
    let tables = async |connection: &mut PgConnection| {
        sqlx::query("CREATE TABLE a (mood mood)").execute(&mut *connection).await?;
        sqlx::query("INSERT INTO a VALUES ($1)").bind(Mood::Sad).execute(connection).await.map(drop)
    };
    set.create_all_with(&mut connection, tables).await.unwrap();
    let drop = async |connection: &mut PgConnection| {
        sqlx::raw_sql("DROP TABLE a").execute(connection).await.map(drop)
    };
    set.drop_all_with(&mut connection, drop).await.unwrap();
    assert_eq!(types(&mut connection, "public", "mood").await, 0);
}

async fn all_or_nothing(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let set = set![Mood];
    set.create_all(&mut connection, "CREATE TABLE a (mood moody)").await.unwrap_err();
    assert_eq!(types(&mut connection, "public", "mood").await, 0);
    set.create_all(&mut connection, "CREATE TABLE a (mood mood)").await.unwrap();
    let error = set.drop_all(&mut connection, "").await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("2BP01"));
    assert_eq!(types(&mut connection, "public", "mood").await, 1);
}

/// The example's own tests, which take a server.
async fn in_tests_of_sqlx(database: Database) {
    let mut cargo = std::process::Command::new(env!("CARGO"));
    // Of the whole workspace, because a package alone has other features, with which cargo builds sqlx once more.
    cargo.args(["test", "--workspace", "--features", "pg-enum-example-at-run-time/database"]);
    cargo.args(["--test", "fixtures"]);
    cargo
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .env("DATABASE_URL", database.url());
    let ran = cargo.output().unwrap();
    let [out, err] =
        [ran.stdout, ran.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(ran.status.success() && out.contains("2 passed"), "{out}\n{err}");
}
