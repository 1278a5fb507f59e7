//! What cannot be imported from.

use cargo_pg_enum::Status;
use pg_enum_test_server::Database;
use sqlx::{Connection, PgConnection};

use super::{import, import_from};
use crate::harness::{run, tests};

tests![no_such_database, no_privilege, no_such_user, text_that_is_none];

/// The database's URL with something else in the place of its name.
fn renamed(database: &Database, name: &str) -> String {
    database.url().replace(database.name(), name)
}

async fn no_such_database(database: Database) {
    let run = import_from(&renamed(&database, "there_is_none"), &[]).await;
    assert_eq!((run.status, &*run.out), (Status::Failed, ""));
    assert!(
        run.err.ends_with(
            ": database \"there_is_none\" does not exist [3D000]\n\
             help: create it, or give another one\n"
        ),
        "{}",
        run.err
    );
}

async fn no_such_user(database: Database) {
    let (scheme, rest) = database.url().split_once("://").expect("a URL");
    let host = rest.split_once('@').map_or(rest, |(_, host)| host);
    let run = import_from(&format!("{scheme}://nobody_at_all:secret@{host}"), &[]).await;
    assert_eq!((run.status, &*run.out), (Status::Failed, ""));
    assert!(run.err.starts_with("error: cannot connect to "), "{}", run.err);
    assert!(!run.err.contains("secret"), "{}", run.err);
}

async fn no_privilege(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let name = database.name();
    // A role is the cluster's, so it is named after the database; `pg_` is the server's own. Nobody logs in
    // as it.
    let role = name.replace("pg_", "");
    run(
        &mut connection,
        &format!(
            "CREATE ROLE {role}; CREATE TYPE mood AS ENUM ('Sad');
             REVOKE SELECT ON pg_catalog.pg_enum FROM PUBLIC;
             ALTER DATABASE {name} SET role = {role};"
        ),
    )
    .await;
    let refused = import(&database, &[]).await;
    let drop = format!("ALTER DATABASE {name} RESET role; DROP ROLE {role}");
    run(&mut connection, &drop).await;
    assert_eq!((refused.status, &*refused.out), (Status::Failed, ""));
    assert_eq!(
        refused.err,
        "error: cannot read the enums: permission denied for table pg_enum [42501]\n\
         help: ask for the privilege, or connect as another user\n"
    );
}

/// A database may have no encoding, and a label then any bytes.
async fn text_that_is_none(database: Database) {
    let name = format!("{}_ascii", database.name());
    let mut connection = database.connect().await.expect("a connection");
    let create = format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    );
    run(&mut connection, &create).await;
    let url = renamed(&database, &name);
    let mut other = PgConnection::connect(&url).await.expect("a connection");
    run(
        &mut other,
        r"CREATE TYPE mood AS ENUM (E'\xe9'); CREATE TYPE fine AS ENUM ('é', E'\xc3\xa9!');",
    )
    .await;
    let found = import_from(&url, &[]).await;
    other.close().await.expect("it closes");
    run(&mut connection, &format!("DROP DATABASE {name}")).await;
    assert_eq!(found.status, Status::Clean, "{}", found.err);
    assert_eq!(found.err, "note: public.mood is left out: it contains text that is not UTF-8\n");
    assert!(found.out.contains("rename = \"é!\""), "{}", found.out);
}
