//! What is refused in a read-only transaction is called what the server calls it.

use pg_enum_migrations::Options;
use pg_enum_migrations::folder::{Tool, Transaction};
use pg_enum_test_server::Database;

use super::folder;
use crate::harness::{run, tests, try_run};

tests![what_is_refused_in_a_read_only_transaction_has_its_name];

async fn what_is_refused_in_a_read_only_transaction_has_its_name(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for (statement, name) in [
        ("TRUNCATE t", "TRUNCATE TABLE"),
        ("REFRESH MATERIALIZED VIEW v", "REFRESH MATERIALIZED VIEW"),
        ("CREATE TABLE u AS SELECT 1 AS a", "CREATE TABLE AS"),
        ("CREATE TABLE u (a int GENERATED ALWAYS AS (1) STORED)", "CREATE TABLE"),
        ("CREATE TEMP TABLE IF NOT EXISTS u (a) AS (SELECT 1)", "CREATE TABLE AS"),
        ("GRANT a TO b", "GRANT ROLE"),
        ("GRANT SELECT ON t TO b", "GRANT"),
        ("REVOKE a FROM b", "REVOKE ROLE"),
        ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO b", "ALTER DEFAULT PRIVILEGES"),
        ("DROP EVENT TRIGGER e", "DROP EVENT TRIGGER"),
        ("CREATE USER u", "CREATE ROLE"),
        ("DROP USER MAPPING FOR u SERVER s", "DROP USER MAPPING"),
        ("DROP OPERATOR CLASS o USING btree", "DROP OPERATOR CLASS"),
        ("ALTER TEXT SEARCH PARSER p RENAME TO q", "ALTER TEXT SEARCH PARSER"),
        ("DROP FOREIGN DATA WRAPPER f", "DROP FOREIGN DATA WRAPPER"),
        ("DROP FOREIGN TABLE f", "DROP FOREIGN TABLE"),
        ("CREATE OR REPLACE RECURSIVE VIEW w (a) AS SELECT 1", "CREATE VIEW"),
        ("CREATE UNIQUE INDEX i ON t (a)", "CREATE INDEX"),
        ("REASSIGN OWNED BY a TO b", "REASSIGN OWNED"),
        ("IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b", "IMPORT FOREIGN SCHEMA"),
    ] {
        run(&mut connection, "BEGIN READ ONLY").await;
        let error = try_run(&mut connection, statement).await.unwrap_err().to_string();
        run(&mut connection, "ROLLBACK").await;
        let message = format!("cannot execute {name} in a read-only transaction");
        assert!(error.contains(&message), "{statement}: {error}");
        let script = format!("BEGIN READ ONLY;\n{statement};");
        let folder = folder(Tool::Plain, &[script], Transaction::PerStatement);
        let replay = Options::new().keep_going(true).replay(&folder).unwrap();
        assert!(
            replay.findings.iter().any(|finding| finding.message.contains(&message)),
            "{statement}: {:#?}",
            replay.findings
        );
    }
}
