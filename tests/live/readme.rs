//! The README shows what is generated, and what it shows works.

use pg_enum::{PgEnum, Registered, Set};
use pg_enum_core::plan::plan;
use pg_enum_core::record::{Origin, RecordedEnum, RecordedLabel};
use pg_enum_test_server::Database;

use crate::harness::{labels, refused, run, tests};

tests![the_sql_is_what_the_enum_generates, the_errors_are_what_is_said];

const README: &str = include_str!("../../README.md");

#[derive(PgEnum)]
#[pg_enum(schema = "app")]
enum DraftStatus {
    Streaming,
    Partial,
    #[pg_enum(rename = "done")]
    Complete,
}

async fn the_sql_is_what_the_enum_generates(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let blocks: Vec<&str> = README
        .split("```sql\n")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("```")?.0))
        .collect();
    let at = || Origin { file: "1.sql".into(), line: 1 };
    let label = |text: &&str| RecordedLabel { text: (*text).into(), at: at(), accepted: false };
    let recorded = RecordedEnum {
        schema: "app".into(),
        name: "draft_status".into(),
        known: true,
        created: at(),
        labels: DraftStatus::LABELS[..2].iter().map(label).collect(),
    };
    let [added] = &plan(Some(&recorded), *DraftStatus::DEFINITION).unwrap().steps[..] else {
        panic!("one label is missing")
    };
    assert_eq!(blocks, [DraftStatus::UP_SQL, DraftStatus::DOWN_SQL, &added.up_sql().to_string()]);
    run(&mut connection, "CREATE SCHEMA app").await;
    run(&mut connection, blocks[0]).await;
    assert_eq!(labels(&mut connection, "app", "draft_status").await, DraftStatus::LABELS);
    run(&mut connection, blocks[1]).await;
}

async fn the_errors_are_what_is_said(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE SCHEMA app").await;
    run(&mut connection, "CREATE TYPE app.draft_status AS ENUM ('streaming', 'Partial', 'done')")
        .await;
    let refusal = refused(&mut connection, DraftStatus::UP_SQL).await;

    run(&mut connection, "DROP TYPE app.draft_status").await;
    run(&mut connection, "CREATE TYPE app.draft_status AS ENUM ('Streaming', 'Partial')").await;
    let registered = Registered::new(*DraftStatus::DEFINITION, "shop::DraftStatus", false);
    let drift = Set::new([registered]).verify(&mut connection).await.unwrap_err();

    let lines: Vec<&str> = README.lines().collect();
    let quotes = lines.split(|line| !line.starts_with("> ")).filter(|quote| !quote.is_empty());
    let quotes: Vec<String> = quotes.map(|quote| quote.join(" ").replace("> ", "")).collect();
    assert_eq!(quotes, [refusal.message, drift.to_string()]);
}
