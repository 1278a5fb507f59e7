//! What is recorded, and when nothing is.

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::Connection;

use super::{ADD, MOOD, begin, recorded};
use crate::harness::{labels, run, tests};
use crate::preflight::harness::Folder;

tests![
    sqlx_accepts_it,
    what_generate_writes,
    the_first_one,
    after_a_failed_run,
    what_earlier_versions_wrote,
    versions_are_numbers,
    versions_that_may_be_several,
    gone_on_by_hand,
    not_the_next_one,
    applied_already,
    no_such_version,
    no_table,
    failed_before,
    locked,
    no_privilege,
    read_only,
];

/// On a connection of its own: where a migration fails, sqlx keeps its lock.
async fn fails(database: &Database, folder: &Folder) {
    let mut connection = database.connect().await.expect("a connection");
    assert!(folder.migrate(&mut connection).await.is_err());
    connection.close().await.expect("an end");
}

async fn sqlx_accepts_it(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, ADD.1).await;
    folder.write(ADD.0, ADD.1);
    fails(&database, &folder).await;
    folder.run(&database, &["stamp", "2"]).check(&expect![[r#"
        Clean
        recorded in public._sqlx_migrations
          version      2
          description  add some labels
          checksum     8a61b708ed0288af5f618ae9d385b40be23d91d3b560b09f144de4b1a55c9be67ff130657516cb228d64c9e0e93025fd
    "#]]);
    // It would fail if it ran again; and if the checksum were another one.
    folder.migrate(&mut connection).await.expect("nothing to do");
    let descriptions: Vec<String> =
        sqlx::query_scalar("SELECT description FROM _sqlx_migrations ORDER BY version")
            .fetch_all(&mut connection)
            .await
            .expect("rows");
    assert_eq!(descriptions, ["mood", "add some labels"]);
    folder.write("3_more.sql", "ALTER TYPE mood ADD VALUE 'more';");
    folder.migrate(&mut connection).await.expect("to go up");
    assert_eq!(labels(&mut connection, "public", "mood").await, ["sad", "ok", "happy", "more"]);
}

/// The blocks that `generate` writes do nothing but change enums.
async fn what_generate_writes(database: Database) {
    let (mut connection, folder) = begin(&database, &[("1_start.sql", "SELECT 1;")]).await;
    let package = folder.path();
    let package = package.parent().expect("a parent");
    let manifest = package.join("Cargo.toml");
    std::fs::create_dir(package.join("src")).expect("a directory");
    std::fs::write(
        &manifest,
        "[package]\nname = \"feelings\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
    )
    .expect("a file");
    let mut version = 1;
    for source in [
        "#[pg_enum(schema = \"public\")] enum Mood { Sad, Happy }",
        "enum Mood { Sad, Ok, Happy }",
        "enum Mood { Sad, #[pg_enum(was = \"Ok\")] Fine, Happy }",
        "#[pg_enum(was = \"mood\")] enum Feeling { Sad, #[pg_enum(was = \"Ok\")] Fine, Happy }",
    ] {
        let source = format!("#[derive(PgEnum)] {source}\n");
        std::fs::write(package.join("src/lib.rs"), source).expect("a file");
        let said =
            folder.offline(&["generate", "--manifest-path", manifest.to_str().expect("text")]);
        assert!(matches!(said.status, Status::Clean), "{}", said.err);
        version += 1;
        let path = said.out.trim().rsplit('/').next().expect("a name").to_owned();
        let sql = std::fs::read_to_string(folder.path().join(path)).expect("a file");
        run(&mut connection, &sql).await;
        let said = folder.run(&database, &["stamp", &version.to_string()]);
        assert!(matches!(said.status, Status::Clean), "{}", said.err);
    }
    folder.migrate(&mut connection).await.expect("nothing to do");
    assert_eq!(recorded(&mut connection).await, 5);
}

/// The table is there, as sqlx makes it before it does anything else.
async fn the_first_one(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, MOOD.1).await;
    let folder = Folder::new(&[MOOD]);
    fails(&database, &folder).await;
    let said = folder.run(&database, &["stamp", "1_mood.sql"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    folder.migrate(&mut connection).await.expect("nothing to do");
}

/// A migration that failed in the middle has left nothing.
async fn after_a_failed_run(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    folder.write("2_two.sql", "ALTER TYPE mood ADD VALUE 'ok';\nALTER TYPE mood ADD VALUE 'ok';");
    fails(&database, &folder).await;
    folder.run(&database, &["stamp", "2"]).check(&expect![[r#"
        Findings
        error[refused]: enum label "ok" already exists
         --> migrations/2_two.sql:2:27
          |
        1 | ALTER TYPE mood ADD VALUE 'ok';
          |                           ---- the label is created here
        2 | ALTER TYPE mood ADD VALUE 'ok';
          |                           ^^^^
          |
          = note: SQLSTATE 42710
        nothing was recorded
    "#]]);
    assert_eq!(recorded(&mut connection).await, 1);
}

/// The blocks that are in migrations already go on being proof.
async fn what_earlier_versions_wrote(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[("1_start.sql", "CREATE SCHEMA app;")]);
    folder.migrate(&mut connection).await.expect("to go up");
    let earlier = include_str!("../../../../cargo-pg-enum/src/ddl/earlier.sql");
    let blocks: Vec<&str> = earlier.split_inclusive("\n$pg_enum$;\n").collect();
    for (index, block) in blocks.iter().filter(|block| !block.trim().is_empty()).enumerate() {
        run(&mut connection, block).await;
        let version = index + 2;
        folder.write(&format!("{version}_block.sql"), block);
        let said = folder.run(&database, &["stamp", &version.to_string()]);
        assert!(matches!(said.status, Status::Clean), "{block}\n{}", said.err);
    }
    assert_eq!(recorded(&mut connection).await, 9);
}

/// As they are to the tool, which takes `0002` for 2.
async fn versions_are_numbers(database: Database) {
    let (mut connection, folder) = begin(&database, &[("0001_mood.sql", MOOD.1)]).await;
    run(&mut connection, ADD.1).await;
    folder.write("0002_add.sql", ADD.1);
    for version in ["1", "01", "0001", "00001"] {
        let said = folder.run(&database, &["stamp", version]);
        assert!(said.err.contains("has already recorded migration"), "{version}: {}", said.err);
    }
    let said = folder.run(&database, &["preflight", "--at", "1"]);
    assert!(!said.err.contains("no migration has the version"), "{}", said.err);
    for version in ["3", "", "2x", "2 "] {
        let said = folder.run(&database, &["stamp", version]);
        assert!(said.err.contains("no migration has the version"), "{version}: {}", said.err);
    }
    let said = folder.run(&database, &["stamp", "2"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    folder.migrate(&mut connection).await.expect("nothing to do");
}

async fn versions_that_may_be_several(database: Database) {
    let up = "-- migrate:up\nSELECT 1;\n-- migrate:down\n";
    let folder = Folder::new(&[("001_a.sql", up), ("01_b.sql", up)]);
    folder.run_as("dbmate", &database, &["preflight", "--at", "1"]).check(&expect![[r#"
        Failed
        error: `1` is ambiguous: it can be `001_a.sql`, `01_b.sql`
        help: give the full name
    "#]]);
    let said = folder.run_as("dbmate", &database, &["preflight", "--at", "01"]);
    assert!(!said.err.contains("is ambiguous"), "{}", said.err);
}

/// Two have been carried out by hand: each is recorded.
async fn gone_on_by_hand(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    let more = ("3_more.sql", "ALTER TYPE mood ADD VALUE 'more';");
    for (name, sql) in [ADD, more] {
        run(&mut connection, sql).await;
        folder.write(name, sql);
    }
    for version in ["2", "3"] {
        let said = folder.run(&database, &["stamp", version]);
        assert!(matches!(said.status, Status::Clean), "{}", said.err);
    }
    folder.migrate(&mut connection).await.expect("nothing to do");
}

async fn not_the_next_one(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.write(ADD.0, ADD.1);
    folder.write("3_more.sql", "ALTER TYPE mood ADD VALUE 'more';");
    folder.run(&database, &["stamp", "3"]).check(&expect![[r#"
        Failed
        error: migration 3 is not the next one; the next one is 2
        help: stamp 2 first, or let sqlx run it
    "#]]);
}

async fn applied_already(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.run(&database, &["stamp", "1"]).check(&expect![[r#"
        Failed
        error: sqlx has already recorded migration 1
    "#]]);
}

async fn no_such_version(database: Database) {
    let (_, folder) = begin(&database, &[MOOD]).await;
    folder.run(&database, &["stamp", "11"]).check(&expect![[r#"
        Failed
        error: no migration has the version `11`
        help: the nearest is `1`
    "#]]);
}

async fn no_table(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, MOOD.1).await;
    let folder = Folder::new(&[MOOD]);
    folder.run(&database, &["stamp", "1"]).check(&expect![[r#"
        Failed
        error: sqlx has no history table in this database
        help: run sqlx once, which creates its table even if the first migration fails; if it is in another schema, add --history-schema SCHEMA
    "#]]);
}

async fn failed_before(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, "UPDATE _sqlx_migrations SET success = false").await;
    folder.run(&database, &["stamp", "1"]).check(&expect![[r#"
        Failed
        error: sqlx has recorded migration 1 as not finished
        help: repair that first: see `cargo pg-enum preflight`
    "#]]);
}

async fn locked(database: Database) {
    use sqlx::migrate::Migrate;

    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, ADD.1).await;
    folder.write(ADD.0, ADD.1);
    connection.lock().await.expect("a lock");
    folder.run(&database, &["stamp", "2", "--lock-timeout", "1"]).check(&expect![[r#"
        Failed
        error: cannot get the migration lock of sqlx: canceling statement due to lock timeout [55P03]
        help: run `cargo pg-enum preflight` to see which session holds it
    "#]]);
    connection.unlock().await.expect("no lock");
    let said = folder.run(&database, &["stamp", "2", "--lock-timeout", "1"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
}

async fn no_privilege(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, ADD.1).await;
    folder.write(ADD.0, ADD.1);
    let stranger = crate::preflight::privileges::Stranger::new(&database, &mut connection).await;
    let said = folder.run_at("sqlx", &stranger.url, &["stamp", "2"]);
    stranger.said(said, &database).check(&expect![[r#"
        Failed
        error: the applied migrations are unknown: public._sqlx_migrations may not be read
        help: connect as the user that migrates
    "#]]);
    run(&mut connection, "GRANT SELECT ON _sqlx_migrations TO PUBLIC").await;
    let said = folder.run_at("sqlx", &stranger.url, &["stamp", "2"]);
    stranger.said(said, &database).check(&expect![[r#"
        Failed
        error: cannot lock public._sqlx_migrations: permission denied for table _sqlx_migrations [42501]
        help: ask for the privilege, or connect as another user
    "#]]);
    stranger.drop(&mut connection).await;
}

/// Where transactions are read-only unless somebody says otherwise, somebody may have a reason.
async fn read_only(database: Database) {
    let (mut connection, folder) = begin(&database, &[MOOD]).await;
    run(&mut connection, ADD.1).await;
    folder.write(ADD.0, ADD.1);
    let name = database.name();
    run(&mut connection, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"))
        .await;
    let said = folder.run(&database, &["stamp", "2"]);
    assert!(matches!(said.status, Status::Failed), "{}", said.err);
    assert!(said.err.contains("are read-only"), "{}", said.err);
}
