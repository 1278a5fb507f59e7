//! One definition in many schemas.

use pg_enum::live::{Ensure, Error, Policy};
use pg_enum::{PgEnum, set};
use pg_enum_test_server::Database;

use super::report;
use crate::harness::{labels, run, tests, types};

tests![each_schema_is_looked_at, each_schema_is_ensured, no_schema_is_like_that];

#[derive(PgEnum)]
enum Mood {
    Sad,
    Ok,
}

#[derive(PgEnum)]
#[pg_enum(schema = "shared")]
enum Plan {
    Free,
}

const TENANTS: &str = "CREATE SCHEMA shared; CREATE TYPE shared.plan AS ENUM ('Free');
    DO $$ BEGIN
        FOR n IN 1..6 LOOP EXECUTE format('CREATE SCHEMA tenant_%s', n); END LOOP;
    END $$;
    CREATE TYPE tenant_1.mood AS ENUM ('Sad', 'Ok');
    CREATE TYPE tenant_2.mood AS ENUM ('Sad');
    CREATE TYPE tenant_3.mood AS ENUM ('Sad')";

async fn each_schema_is_looked_at(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, TENANTS).await;
    let policy = Policy::new().schemas("tenant\\_%");
    assert_eq!(
        report(&set![Mood, Plan], &policy, &mut connection).await,
        [
            "[label-missing] mood in 2 schemas (tenant_2, tenant_3) lacks the label 'Ok' (Mood); run: ALTER \
             TYPE tenant_2.mood ADD VALUE 'Ok' AFTER 'Sad';",
            "[missing] the type mood in 3 schemas (tenant_4, tenant_5, tenant_6) does not exist (Mood); \
             run: CREATE TYPE tenant_4.mood AS ENUM ('Sad', 'Ok');",
        ]
    );
}

async fn each_schema_is_ensured(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, TENANTS).await;
    let policy = Policy::new().schemas("tenant\\_%");
    let options = Ensure::new().policy(policy.clone());
    let ensured = set![Mood, Plan].ensure_with(&options, &mut connection).await.unwrap();
    assert_eq!(ensured.steps.len(), 5);
    set![Mood, Plan].verify_with(&policy, &mut connection).await.unwrap();
    assert_eq!(labels(&mut connection, "tenant_3", "mood").await, Mood::LABELS);
    assert_eq!(types(&mut connection, "public", "mood").await, 0);
}

async fn no_schema_is_like_that(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let policy = Policy::new().schemas("pg_cat%");
    let error = set![Mood].verify_with(&policy, &mut connection).await.unwrap_err();
    assert!(matches!(error, Error::NoSchemas { .. }));
    assert_eq!(super::text(&error), "no schema name matches `pg_cat%`");
}
