//! What holds for every driver.

use std::fmt::Debug;

use pg_enum::PgEnum;
use pg_enum_test_server::Database;

use crate::drivers::{
    Connect, Diesel, Driver, SeaOrm1, SeaOrm2, Sqlx07, Sqlx08, Sqlx09, TokioPostgres, plain,
};
use crate::enums::*;
use crate::harness::Test;

/// Tests of cases, each on all drivers: `round_trip::Mood::sqlx_0_9`.
macro_rules! on_every_driver {
    ($($case:ident: $($enum:ident)*;)*) => {
        [$($(
            on_every_driver!(@ $case $enum: Sqlx09 Sqlx08 Sqlx07 TokioPostgres Diesel SeaOrm2 SeaOrm1),
        )*)*]
    };
    (@ $case:ident $enum:ident: $($driver:ident)*) => {
        [$(Test {
            name: concat!(stringify!($case), "::", stringify!($enum), "::", stringify!($driver)).into(),
            run: |database| Box::pin($case::<$driver, $enum>(database)),
        }),*]
    };
}

pub(crate) fn tests() -> Vec<Test> {
    let tests = on_every_driver! {
        round_trip:
            Mood Hostile Of1 Of5 Of50 Of1000
            Qualified MixedCase MixedCaseQualified Quoted QuotedQualified NonAsciiName NonAsciiQualified
            Dotted DottedQualified Keyword Apostrophes Backslash Spaces LongestName;
        on_the_search_path:
            Qualified MixedCase MixedCaseQualified QuotedQualified NonAsciiQualified NonAsciiName;
        in_two_schemas: InOne;
        newer_labels: Older;
        unknown_labels: Outdated;
    };
    tests.into_iter().flatten().collect()
}

/// A connection to the database, in which the type and the table `kept` are.
async fn prepared<D: Connect, E: PgEnum>(database: &Database) -> D {
    let mut driver = D::connect(&plain(database.url())).await;
    if let Some(schema) = E::DEFINITION.schema {
        driver.run(&format!("CREATE SCHEMA {}", pg_enum_core::Ident(schema))).await;
    }
    driver.run(E::UP_SQL).await;
    keep::<D, E>(&mut driver).await;
    driver
}

async fn keep<D: Connect, E: PgEnum>(driver: &mut D) {
    let name = E::NAME_SQL;
    driver.run(&format!("CREATE DOMAIN guarded AS {name} CHECK (VALUE::text <> '')")).await;
    driver
        .run(&format!(
            "CREATE TABLE kept (one {name}, many {name}[], guarded guarded, also {name})"
        ))
        .await;
}

fn all<E: PgEnum>() -> Vec<E> {
    E::LABELS.iter().map(|label| E::from_label(label).expect("a label of its own")).collect()
}

/// Every label, as a value, in an array and in a domain, and nulls.
async fn round_trip<D: Driver<E>, E: PgEnum + Debug + PartialEq>(database: Database) {
    let mut driver = prepared::<D, E>(&database).await;
    round_trips::<D, E>(&mut driver).await;
}

async fn round_trips<D: Driver<E>, E: PgEnum + Debug + PartialEq>(driver: &mut D) {
    // Some of a thousand.
    let step = E::LABELS.len().div_ceil(50);
    for index in (0..E::LABELS.len()).step_by(step) {
        let value = || all::<E>().swap_remove(index);
        assert_eq!(driver.one("one", value()).await.unwrap(), value());
        assert_eq!(driver.one("guarded", value()).await.unwrap(), value());
        assert_eq!(driver.maybe("one", Some(value())).await.unwrap(), Some(value()));
        let query = format!(
            "SELECT {} AS value FROM kept WHERE {0} = {}::{} LIMIT 1",
            "one",
            pg_enum_core::Literal(value().label()),
            E::NAME_SQL
        );
        assert_eq!(driver.read(&query).await.unwrap(), value());
        if let Some(read) = driver.read_text(&query).await {
            assert_eq!(read.unwrap(), value());
        }
    }
    assert_eq!(driver.maybe("one", None).await.unwrap(), None);
    assert_eq!(driver.many("many", all()).await.unwrap(), all());
    assert_eq!(driver.many("many", Vec::new()).await.unwrap(), Vec::new());
    let holes = || all().into_iter().map(Some).chain([None]).collect::<Vec<Option<E>>>();
    if let Some(kept) = driver.holey("many", holes()).await {
        assert_eq!(kept.unwrap(), holes());
    }
    let refused = driver.read("SELECT NULL::text AS value").await.unwrap_err();
    assert_eq!(refused.unknown, None);
}

/// The type in the first schema of `search_path`, which its enum may or may not name.
async fn on_the_search_path<D: Driver<E>, E: PgEnum + Debug + PartialEq>(database: Database) {
    let mut driver = D::connect(&plain(database.url())).await;
    let schema = pg_enum_core::Ident(E::DEFINITION.schema.unwrap_or("Elsewhere"));
    driver.run(&format!("CREATE SCHEMA {schema}; SET search_path = {schema}, public")).await;
    driver.run(E::UP_SQL).await;
    keep::<D, E>(&mut driver).await;
    round_trips::<D, E>(&mut driver).await;
}

/// One name in two schemas, neither of them or the other one on `search_path`.
async fn in_two_schemas<D: Driver<InOne> + Driver<InTwo>, E>(database: Database) {
    let mut driver = D::connect(&plain(database.url())).await;
    driver.run("CREATE SCHEMA one; CREATE SCHEMA two").await;
    driver.run(InOne::UP_SQL).await;
    driver.run(InTwo::UP_SQL).await;
    driver
        .run("CREATE TABLE kept (a one.status, b two.status, aa one.status[], bb two.status[])")
        .await;
    for path in ["public", "one, public", "two, public"] {
        driver.run(&format!("SET search_path = {path}")).await;
        assert_eq!(driver.one("a", InOne::Second).await.unwrap(), InOne::Second);
        assert_eq!(driver.one("b", InTwo::Second).await.unwrap(), InTwo::Second);
        assert_eq!(driver.one("b", InTwo::Third).await.unwrap(), InTwo::Third);
        assert_eq!(driver.many("aa", all::<InOne>()).await.unwrap(), all());
        assert_eq!(driver.many("bb", all::<InTwo>()).await.unwrap(), all());
    }
}

/// A label that the program does not know: it is read, and not written.
async fn newer_labels<D: Driver<Older>, E>(database: Database) {
    let mut driver = prepared::<D, Mood>(&database).await;
    let happy = || Older::Other("Happy".to_owned());
    assert_eq!(driver.read("SELECT 'Happy'::mood AS value").await.unwrap(), happy());
    if let Some(read) = driver.read_text("SELECT 'Happy'::mood AS value").await {
        assert_eq!(read.unwrap(), happy());
    }
    assert_eq!(driver.one("one", Older::Sad).await.unwrap(), Older::Sad);
    for refused in [
        driver.one("one", happy()).await.map(drop),
        driver.maybe("one", Some(happy())).await.map(drop),
        driver.many("many", vec![Older::Sad, happy()]).await.map(drop),
    ] {
        let text = refused.unwrap_err().text;
        for part in ["Happy", "was read by a program", "add a variant"] {
            assert!(text.contains(part), "{text}");
        }
    }
}

/// A label that no variant has: the error says which, the nearest one, and what to run.
async fn unknown_labels<D: Driver<Outdated>, E>(database: Database) {
    let mut driver = prepared::<D, Mood>(&database).await;
    assert_eq!(driver.read("SELECT 'Ok'::mood AS value").await.unwrap(), Outdated::Fine);
    let failed = driver.read("SELECT 'Happy'::mood AS value").await.unwrap_err();
    let parts = [
        r#"unknown label "Happy" for enum"#,
        "Outdated (PostgreSQL type mood)",
        r#"the nearest known label is "Sad""#,
        "run: SELECT pg_catalog.enum_range(NULL::mood);",
    ];
    for part in parts {
        assert!(failed.text.contains(part), "{}", failed.text);
    }
    assert_eq!(failed.unknown.map(|unknown| unknown.nearest()), Some(Some("Sad")));
}
