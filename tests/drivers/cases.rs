//! What holds for every driver.

use std::fmt::Debug;

use pg_enum::PgEnum;
use pg_enum_core::{Ident, Literal};

use crate::drivers::{
    Connect, Diesel, Driver, SeaOrm1, SeaOrm2, Sqlx07, Sqlx08, Sqlx09, TokioPostgres, plain,
};
use crate::enums::*;
use crate::harness::Test;

/// A test of each case on each driver: `round_trip::Sqlx09`. Cases that are generic over the enum go through
/// their list of enums, one after the other in one database.
macro_rules! on_every_driver {
    ($($case:ident $([$($enum:ident)*])?;)*) => {
        [$(on_every_driver!(
            @ $case [$($($enum)*)?]: Sqlx09 Sqlx08 Sqlx07 TokioPostgres Diesel SeaOrm2 SeaOrm1
        ),)*]
    };
    (@ $case:ident $enums:tt: $($driver:ident)*) => {
        [$(Test {
            name: concat!(stringify!($case), "::", stringify!($driver)).into(),
            run: |database| Box::pin(async move {
                let url = plain(database.url());
                on_every_driver!(@@ $case $driver url $enums);
            }),
        }),*]
    };
    (@@ $case:ident $driver:ident $url:ident []) => {
        $case(&mut $driver::connect(&$url).await).await;
    };
    // A connection for each, because drivers cache statements, and the types in them.
    (@@ $case:ident $driver:ident $url:ident [$($enum:ident)*]) => {
        $(
            eprintln!("{}", stringify!($enum));
            $case::<$driver, $enum>(&mut $driver::connect(&$url).await).await;
        )*
    };
}

pub(crate) fn tests() -> Vec<Test> {
    let tests = on_every_driver! {
        round_trip [
            Mood Hostile Of1 Of5 Of50 Of1000
            Qualified MixedCase MixedCaseQualified Quoted QuotedQualified NonAsciiName NonAsciiQualified
            Dotted DottedQualified Keyword Apostrophes Backslash Spaces LongestName
        ];
        on_the_search_path [
            Qualified MixedCase MixedCaseQualified QuotedQualified NonAsciiQualified NonAsciiName
        ];
        in_two_schemas;
        newer_labels;
        unknown_labels;
    };
    tests.into_iter().flatten().collect()
}

/// Creates the type, in its schema or in the first one of `search_path`, and the table `kept`.
async fn create<E: PgEnum>(driver: &mut impl Connect) {
    if let Some(schema) = E::DEFINITION.schema {
        driver.run(&format!("CREATE SCHEMA IF NOT EXISTS {}", Ident(schema))).await;
    }
    driver.run(E::UP_SQL).await;
    let name = E::NAME_SQL;
    driver.run(&format!("CREATE DOMAIN guarded AS {name} CHECK (VALUE::text <> '')")).await;
    driver.run(&format!("CREATE TABLE kept (one {name}, many {name}[], guarded guarded)")).await;
}

async fn drop_again<E: PgEnum>(driver: &mut impl Connect) {
    driver.run("DROP TABLE kept; DROP DOMAIN guarded").await;
    driver.run(E::DOWN_SQL).await;
}

fn all<E: PgEnum>() -> Vec<E> {
    E::LABELS.iter().map(|label| E::from_label(label).expect("a label of its own")).collect()
}

/// Every label, as a value, in an array and in a domain, and nulls.
async fn round_trip<D: Driver<E>, E: PgEnum + Debug + PartialEq>(driver: &mut D) {
    create::<E>(driver).await;
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
            Literal(value().label()),
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
    drop_again::<E>(driver).await;
}

/// The type in the first schema of `search_path`, which its enum may or may not name.
async fn on_the_search_path<D: Driver<E>, E: PgEnum + Debug + PartialEq>(driver: &mut D) {
    let schema = Ident(E::DEFINITION.schema.unwrap_or("Elsewhere"));
    driver.run(&format!("CREATE SCHEMA {schema}; SET search_path = {schema}, public")).await;
    round_trip::<D, E>(driver).await;
    driver.run(&format!("SET search_path = public; DROP SCHEMA {schema}")).await;
}

/// One name in two schemas, neither of them or the other one on `search_path`.
async fn in_two_schemas<D: Driver<InOne> + Driver<InTwo>>(driver: &mut D) {
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
async fn newer_labels<D: Driver<Older>>(driver: &mut D) {
    create::<Mood>(driver).await;
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
async fn unknown_labels<D: Driver<Outdated>>(driver: &mut D) {
    create::<Mood>(driver).await;
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
