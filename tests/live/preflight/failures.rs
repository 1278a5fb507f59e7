//! What cannot be done at all.

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;

use super::harness::Folder;
use crate::harness::{run, tests};

tests![no_such_database, no_such_host, no_url, no_folder, not_a_tools_table];

const MOOD: (&str, &str) = ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");

async fn no_such_database(database: Database) {
    let folder = Folder::new(&[MOOD]);
    let url = database.url().replace(database.name(), "pg_enum_no_such_database");
    let said = folder.run_at("sqlx", &url, &["preflight"]);
    let place = said.err.split_once(": database").map(|(place, _)| place.to_owned());
    said.without(&place.expect("a place"), "error: cannot connect to <place>")
        .check(&expect![[r#"
            Failed
            error: cannot connect to <place>: database "pg_enum_no_such_database" does not exist [3D000]
            help: create it, or give another one
        "#]]);
}

async fn no_such_host(_: Database) {
    let folder = Folder::new(&[MOOD]);
    let said = folder.run_at("sqlx", "postgres://a:b@127.0.0.1:1/x", &["preflight"]);
    assert!(matches!(said.status, Status::Failed));
    assert!(said.err.starts_with("error: cannot connect to 127.0.0.1:1: "), "{}", said.err);
    assert!(said.err.contains("help: check that the server runs"), "{}", said.err);
}

async fn no_url(_: Database) {
    let folder = Folder::new(&[MOOD]);
    folder.run_at("sqlx", "mysql://secret@x/y", &["preflight"]).check(&expect![[r#"
        Failed
        error: --database-url is not the URL of a PostgreSQL database
        help: write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE; in USER and PASSWORD, write `@` as %40, `:` as %3A, `/` as %2F, `?` as %3F, `#` as %23 and `%` as %25
    "#]]);
}

async fn no_folder(database: Database) {
    let folder = Folder::new(&[]);
    std::fs::remove_dir(folder.path()).expect("a directory");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Failed
        error: migrations does not exist
        help: give the folder of the migrations with --migrations DIR
    "#]]);
}

/// Something else has the name of the table.
async fn not_a_tools_table(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, "CREATE TABLE _sqlx_migrations (a int)").await;
    let folder = Folder::new(&[MOOD]);
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Failed
        error: cannot read public._sqlx_migrations: column "version" of relation "_sqlx_migrations" does not exist [42703]
        help: check that it is sqlx's, or give another schema with --history-schema
    "#]]);
}
