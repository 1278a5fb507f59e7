//! The order problem: the type before the table that uses it on the way up, and after it on the way
//! down; both as often as anybody likes.

use pg_enum::PgEnum;
use pg_enum_test_server::Database;

use crate::harness::{refused, run, tests, types};

tests![up_and_down_twice, down_too_early_loses_nothing];

#[derive(PgEnum)]
#[pg_enum(name = "Draft Status")]
enum DraftStatus {
    Streaming,
    Partial,
}

fn up() -> String {
    format!(
        "{}CREATE TABLE IF NOT EXISTS draft (status {} NOT NULL DEFAULT 'Partial');\n",
        DraftStatus::UP_SQL,
        DraftStatus::NAME_SQL
    )
}

fn down() -> String {
    format!("DROP TABLE IF EXISTS draft;\n{}", DraftStatus::DOWN_SQL)
}

async fn up_and_down_twice(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for _ in 0..2 {
        for _ in 0..2 {
            run(&mut connection, &up()).await;
            run(&mut connection, "INSERT INTO draft DEFAULT VALUES").await;
        }
        for _ in 0..2 {
            run(&mut connection, &down()).await;
            assert_eq!(types(&mut connection, "public", "Draft Status").await, 0);
        }
    }
}

async fn down_too_early_loses_nothing(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, &up()).await;
    run(&mut connection, "INSERT INTO draft VALUES ('Streaming')").await;
    assert_eq!(refused(&mut connection, DraftStatus::DOWN_SQL).await.code, "2BP01");
    let kept: DraftStatus =
        sqlx::query_scalar("SELECT status FROM draft").fetch_one(&mut connection).await.unwrap();
    assert_eq!(kept.label(), "Streaming");
}
