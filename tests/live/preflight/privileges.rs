//! What a user with little privilege is told.

use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::harness::{Folder, Said};
use crate::harness::{run, tests};

tests![of_a_stranger, of_a_member, read_only];

/// A role with no privileges, which is gone when the test ends.
pub(super) struct Stranger {
    name: String,
    pub(super) url: String,
}

impl Stranger {
    pub(super) async fn new(database: &Database, connection: &mut PgConnection) -> Self {
        let name = format!("stranger_of_{}", database.name());
        run(connection, &format!("CREATE ROLE {name} LOGIN PASSWORD 'secret'")).await;
        // From 15 on that is so by itself.
        run(connection, "REVOKE CREATE ON SCHEMA public FROM PUBLIC").await;
        let (scheme, rest) = database.url().split_once("://").expect("a URL");
        let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
        let url = format!("{scheme}://{name}:secret@{rest}");
        Self { name, url }
    }

    pub(super) fn said(&self, said: Said, database: &Database) -> Said {
        said.without(&self.name, "stranger").without(database.name(), "<database>")
    }

    pub(super) async fn drop(self, connection: &mut PgConnection) {
        let name = self.name;
        run(connection, &format!("DROP OWNED BY {name}; DROP ROLE {name}")).await;
    }
}

const FILES: [(&str, &str); 1] = [("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad');")];

async fn of_a_stranger(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&FILES);
    folder.migrate(&mut connection).await.expect("to go up");
    let stranger = Stranger::new(&database, &mut connection).await;
    run(&mut connection, &format!("GRANT SELECT ON _sqlx_migrations TO {}", stranger.name)).await;
    folder.write("2_add.sql", "ALTER TYPE mood ADD VALUE 'ok';\nALTER TYPE mood ADD VALUE 'x';");
    folder.write("3_new.sql", "CREATE TYPE size AS ENUM ();\nCREATE TYPE app.color AS ENUM ();");
    // So that there is a session to hide.
    let said = folder.run_at("sqlx", &stranger.url, &["preflight"]);
    let owner: String = sqlx::query_scalar("SELECT current_user::text")
        .fetch_one(&mut connection)
        .await
        .expect("a name");
    let said = stranger.said(said, &database).without(&owner, "owner");
    said.check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 3 migrations applied, the last one 1

        pending 2_add.sql
          public.mood: adds 'ok'  (migrations/2_add.sql:1)
          public.mood: adds 'x'  (migrations/2_add.sql:2)
        pending 3_new.sql
          public.size: created with none  (migrations/3_new.sql:1)
          app.color: created with none  (migrations/3_new.sql:2)

        as far as the statements show, this locks and rewrites no table
        error[privilege]: the user may not insert into public._sqlx_migrations, in which sqlx records applied migrations
         |
         = help: connect as the user that migrates, or grant it INSERT
        error[privilege]: stranger may not change public.mood, because owner owns it
         --> migrations/2_add.sql:1:27
          |
        1 | ALTER TYPE mood ADD VALUE 'ok';
          |                           ^^^^
          |
          = note: ALTER TYPE and DROP TYPE require the owner, or a member of that role
          = help: connect as the user that migrates, or run: GRANT owner TO stranger;
        error[no-schema]: the schema app does not exist, and no pending migration creates it
         --> migrations/3_new.sql:2:1
          |
        2 | CREATE TYPE app.color AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: create it, or check that search_path is the same as for the migrations
        error[privilege]: stranger has no CREATE privilege on the schema public
         --> migrations/3_new.sql:1:1
          |
        1 | CREATE TYPE size AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: connect as the user that migrates, or run: GRANT CREATE ON SCHEMA public TO stranger;
        warning[unknown]: no migration creates the schema "app", which is taken to be there
         --> migrations/3_new.sql:2:1
          |
        2 | CREATE TYPE app.color AS ENUM ();
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: may touch app.color
          = help: create it in an earlier migration, or say that it is there: `schemas = ["app"]` in the configuration, `--schema app`, or `Build::schemas` in a build script
        note[activity-hidden]: the activity of 1 session of other users is hidden
         |
         = help: connect as another user, or run: GRANT pg_read_all_stats TO stranger;
    "#]]);
    stranger.drop(&mut connection).await;
}

/// Who is a member of the owner may do what the owner may.
async fn of_a_member(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&FILES);
    folder.migrate(&mut connection).await.expect("to go up");
    let stranger = Stranger::new(&database, &mut connection).await;
    let name = &stranger.name;
    run(
        &mut connection,
        &format!(
            "GRANT SELECT, INSERT ON _sqlx_migrations TO {name}; GRANT CREATE ON SCHEMA public TO {name};
             CREATE ROLE {name}_owner; ALTER TYPE mood OWNER TO {name}_owner; GRANT {name}_owner TO {name}"
        ),
    )
    .await;
    folder.write("2_add.sql", "ALTER TYPE mood ADD VALUE 'ok';\nCREATE TYPE size AS ENUM ();");
    let said = folder.run_at("sqlx", &stranger.url, &["preflight"]);
    assert!(!said.has("error", "privilege"), "{}", said.err);
    run(&mut connection, &format!("DROP OWNED BY {name}_owner; DROP ROLE {name}_owner")).await;
    stranger.drop(&mut connection).await;
}

async fn read_only(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&FILES);
    let name = database.name();
    run(&mut connection, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"))
        .await;
    let said = folder.run(&database, &["preflight"]);
    let user: String = sqlx::query_scalar("SELECT current_user::text")
        .fetch_one(&mut connection)
        .await
        .expect("a name");
    said.without(&user, "owner").check(&expect![[r#"
        Findings
        migrations (sqlx): 0 of 1 migration applied

        pending 1_mood.sql
          public.mood: created with 'sad'  (migrations/1_mood.sql:1)

        as far as the statements show, this locks and rewrites no table
        error[read-only]: transactions of owner in <database> are read-only
         |
         = note: default_transaction_read_only is on
         = help: connect as the user that migrates, or turn it off for this user
        note[no-history]: sqlx has recorded nothing in this database: every migration is pending
         |
         = note: its history table is not in search_path; if it is in another schema, add --history-schema SCHEMA
    "#]]);
}
