//! A database that is as nasty as can be, and the file for it, which is part of this very program: so it
//! compiles, and what the derive makes of it is compared with the catalog.
//!
//! `UPDATE_EXPECT=1` writes the file.

#[allow(
    unreachable_pub,
    reason = "in a crate of its own it would be reachable; whether the lint sees it depends on the features of the drivers"
)]
mod imported;

use expect_test::expect_file;
use pg_enum::{Definition, PgEnum};
use pg_enum_test_server::Database;

use self::imported as to;
use super::{assert_formatted, import};
use crate::harness::{labels, run, tests};

tests![it_is_compiled_and_says_what_the_catalog_says];

const DATABASE: &str = r##"
CREATE SCHEMA app;
CREATE SCHEMA "Self";
CREATE SCHEMA "it's ""quoted"" \ and 日本";

-- Labels that are no names, or the same name, or a name of the language's.
CREATE TYPE labels AS ENUM ('a-b', 'a_b', 'A B', 'self', 'Self', 'type', '2nd', '+', '-', ' ', '''', '"', '\',
    E'\n', E'\u202e', '🦀', E'e\u0301', 'é', 'ß', 'NULL', 'None', 'Ok', 'variant 8', '{}', '*/', '//', 'r#"x"#',
    E'\u200b', 'ĸ', 'ŉ', 'हिन्दी', '日本', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    '\u{41}', E'\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01');
CREATE TYPE steps AS ENUM ('not_started', 'in_progress', '2nd_try', 'self', 'on hold');

-- Types that come to one name, or to one that means something in the file.
CREATE TYPE mood AS ENUM ('sad');
CREATE TYPE "Mood" AS ENUM ('Sad');
CREATE TYPE app.mood AS ENUM ('SAD');
CREATE TYPE app_mood AS ENUM ('very sad');
CREATE TYPE pg_enum AS ENUM ('A');
CREATE TYPE "Self".self AS ENUM ('A');
CREATE TYPE self AS ENUM ('A');
CREATE TYPE "interval" AS ENUM ('A');
CREATE TYPE option AS ENUM ('Some', 'None');
CREATE TYPE result AS ENUM ('Ok', 'Err');
CREATE TYPE string AS ENUM ('A');
CREATE TYPE "Debug" AS ENUM ('A');
CREATE TYPE "Clone" AS ENUM ('A');
CREATE TYPE "2x" AS ENUM ('A');
CREATE TYPE "+" AS ENUM ('A');
CREATE TYPE "-" AS ENUM ('A');
CREATE TYPE "naïve" AS ENUM ('A');
CREATE TYPE "it's ""quoted"" \ and 日本"."a.b;""\ 'x'" AS ENUM ('A');

COMMENT ON TYPE mood IS 'How one feels.';
COMMENT ON TYPE "Mood" IS E'Two lines,\n\n* one of them with */ and "this" \\ and {that}\n\n/ and #[this]';
COMMENT ON TYPE app.mood IS E'Code:\n\n    let x = ;\n\n```\nnot Rust\n```';
COMMENT ON TYPE app_mood IS E'\u202e\r\x01\ttail ';
"##;

/// Every enum of the file.
const DEFINITIONS: &[&Definition<'static>] = &[
    to::SelfSelf::DEFINITION,
    to::AppMood2::DEFINITION,
    to::Abx::DEFINITION,
    to::Enum1::DEFINITION,
    to::Enum2::DEFINITION,
    to::_2x::DEFINITION,
    to::Clone::DEFINITION,
    to::Debug::DEFINITION,
    to::Mood2::DEFINITION,
    to::AppMood::DEFINITION,
    to::Interval::DEFINITION,
    to::Labels::DEFINITION,
    to::Mood::DEFINITION,
    to::Naïve::DEFINITION,
    to::Option::DEFINITION,
    to::PgEnum2::DEFINITION,
    to::Result::DEFINITION,
    to::Self_::DEFINITION,
    to::Steps::DEFINITION,
    to::String::DEFINITION,
];

async fn it_is_compiled_and_says_what_the_catalog_says(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, DATABASE).await;
    let text = import(&database, &[]).await.clean();
    assert_formatted(&text);
    // In full, as cargo is not always there to say where the package is.
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/live/import/nasty/imported.rs");
    expect_file![file].assert_eq(&text);
    assert_eq!(text.matches("\npub enum ").count(), DEFINITIONS.len());
    for definition in DEFINITIONS {
        let schema = definition.schema.unwrap_or("public");
        let found = labels(&mut connection, schema, definition.name).await;
        assert_eq!(found, definition.labels, "{}", definition.name_sql());
        // It changes nothing, as there is nothing to change.
        run(&mut connection, &definition.create_sql().to_string()).await;
    }
    assert_eq!(to::Mood::DEFINITION.comment, Some("How one feels."));
}
