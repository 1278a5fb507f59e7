//! What holds for every driver.

use std::fmt::Debug;

use pg_enum::PgEnum;
use pg_enum_core::{Ident, Literal};
use pg_enum_test_server::harness::Test;

use crate::drivers::{Connect, Diesel, Driver, Kept};
#[cfg(feature = "others")]
use crate::drivers::{SeaOrm1, SeaOrm2, Sqlx07, Sqlx08, Sqlx09, TokioPostgres};
use crate::enums::{
    Apostrophes, Backslash, Dotted, DottedQualified, Hostile, InOne, InTwo, Keyword, LongestName,
    MixedCase, MixedCaseQualified, Mood, NonAsciiName, NonAsciiQualified, Nulls, Of1, Of5, Of50,
    Of1000, Older, Outdated, Qualified, Quoted, QuotedQualified, Spaces,
};

/// A test of each case on each driver: `round_trip::Sqlx09`. A case that is generic over the enum goes through a list
/// of enums, one after the other in one database.
macro_rules! on_each_driver {
    ($drivers:tt $($case:ident $([$($enum:ident)*])?;)*) => {
        [$(on_each_driver!(@case $drivers $case [$($($enum)*)?])),*]
    };
    (@case [$($driver:ident)*] $case:ident $enums:tt) => {
        vec![$(Test::new(
            concat!(stringify!($case), "::", stringify!($driver)),
            |database| Box::pin(async move {
                let url = database.plain_url();
                on_each_driver!(@run $driver $case url $enums);
            }),
        )),*]
    };
    (@run $driver:ident $case:ident $url:ident []) => {
        $case(&mut $driver::connect(&$url).await).await;
    };
    // A connection for each, because drivers cache statements, and the types in them.
    (@run $driver:ident $case:ident $url:ident [$($enum:ident)*]) => {
        $($case::<$driver, $enum>(&mut $driver::connect(&$url).await).await;)*
    };
}

#[cfg(feature = "others")]
macro_rules! on {
    (everywhere: $($cases:tt)*) => {
        on_each_driver! { [Sqlx09 Sqlx08 Sqlx07 TokioPostgres Diesel SeaOrm2 SeaOrm1] $($cases)* }
    };
    // sqlx 0.9 cannot prepare a statement with a type that has a label `NULL`.
    (those_with_a_label_null: $($cases:tt)*) => {
        on_each_driver! { [Sqlx08 Sqlx07 TokioPostgres Diesel SeaOrm1] $($cases)* }
    };
}

#[cfg(not(feature = "others"))]
macro_rules! on {
    ($where:ident: $($cases:tt)*) => { on_each_driver! { [Diesel] $($cases)* } };
}

pub(crate) fn tests() -> Vec<Test> {
    let everywhere = on! { everywhere:
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
    let label_null = on! { those_with_a_label_null:
        round_trip [Nulls];
    };
    everywhere.into_iter().chain(label_null).flatten().collect()
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

/// What a driver returns, unless it fails with this enum.
#[track_caller]
fn ok<E, T>(kept: Kept<T>) -> T {
    kept.unwrap_or_else(|failure| panic!("{}: {}", std::any::type_name::<E>(), failure.text))
}

fn all<E: PgEnum>() -> Vec<E> {
    E::LABELS.iter().map(|label| E::from_label(label).expect("a label of its own")).collect()
}

/// Every label, as a value, in an array and in a domain, and nulls.
async fn round_trip<D: Driver<E>, E: PgEnum + Debug + PartialEq>(driver: &mut D) {
    create::<E>(driver).await;
    // Some of a thousand.
    let step = E::LABELS.len().div_ceil(20);
    for index in (0..E::LABELS.len()).step_by(step) {
        let value = || all::<E>().swap_remove(index);
        assert_eq!(ok::<E, _>(driver.one("one", value()).await), value());
        assert_eq!(ok::<E, _>(driver.one("guarded", value()).await), value());
        assert_eq!(ok::<E, _>(driver.maybe("one", Some(value())).await), Some(value()));
        let (name, label) = (E::NAME_SQL, Literal(E::LABELS[index]));
        let query = format!("SELECT one AS value FROM kept WHERE one = {label}::{name} LIMIT 1");
        assert_eq!(ok::<E, _>(driver.read(&query).await), value());
        if let Some(read) = driver.read_text(&query).await {
            assert_eq!(ok::<E, _>(read), value());
        }
    }
    assert_eq!(ok::<E, _>(driver.maybe("one", None).await), None);
    assert_eq!(ok::<E, _>(driver.many("many", all()).await), all());
    assert_eq!(ok::<E, _>(driver.many("many", Vec::new()).await), Vec::new());
    let holes = || all().into_iter().map(Some).chain([None]).collect::<Vec<Option<E>>>();
    if let Some(kept) = driver.holey("many", holes()).await {
        assert_eq!(ok::<E, _>(kept), holes());
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
