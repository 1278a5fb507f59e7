//! Enums that stay as they are, each with the reason.

use cargo_pg_enum::Status;
use expect_test::expect;

use super::package;
use crate::harness::{Crates, manifest};

const SQLX: &str = "sqlx = { version = \"0.8\", features = [\"postgres\"] }";
const DIESEL: &str = "diesel = { version = \"2.2\", features = [\"postgres\"] }";
const SEA_ORM: &str = "sea-orm = { version = \"1\", features = [\"sqlx-postgres\"] }";
const SQL: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE SCHEMA a;\nCREATE SCHEMA b;\n\
                   CREATE TYPE a.twice AS ENUM ('x');\nCREATE TYPE b.twice AS ENUM ('x');\n";

#[track_caller]
fn check(dependencies: &str, library: &str, expected: &str) {
    let crates = package(dependencies, library, SQL);
    let run = crates.run(&["adopt", "--yes", "--allow-no-vcs"]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    let why = run.err.lines().find_map(|line| line.split_once(" is left alone: "));
    assert_eq!(why.map(|(_, why)| why), Some(expected), "{library}\n{}{}", run.out, run.err);
    assert_eq!(crates.read("src/lib.rs"), library);
}

#[test]
fn what_is_no_enum_type() {
    for (library, expected) in [
        ("#[derive(sqlx::Type)] #[repr(i32)] enum E { A = 1 }", "it is stored as an integer"),
        (
            "#[derive(sqlx::Type)] #[sqlx(type_name = \"text\")] enum E { A }",
            "it is stored as text",
        ),
        ("#[derive(sqlx::Type)] enum E { A(i32) }", "it has data in the variant `A`"),
        (
            "macro_rules! m { () => { #[derive(sqlx::Type)] enum E { A } } }",
            "macros such as `m!` are not expanded",
        ),
        (
            "#[m::changes] #[derive(sqlx::Type)] enum E { A }",
            "it is not understood: the attribute macro `m::changes` may change it",
        ),
    ] {
        check(SQLX, library, expected);
    }
}

#[test]
fn what_would_be_another_type() {
    for (library, expected) in [
        (
            "#[derive(sqlx::Type)] #[sqlx(type_name = \"mood\")] enum Mood { ok, sad }",
            "its variants are not in the order of the type, which `PgEnum` compares: the label 'sad' comes first in \
             the migrations (migrations/1_a.sql:1); --reorder changes the order of the variants",
        ),
        (
            "#[derive(sqlx::Type)] #[sqlx(type_name = \"twice\")] enum Twice { x }",
            "more than one schema has a type twice",
        ),
        (
            "#[derive(sqlx::Type)] #[sqlx(type_name = \"date\")] enum Date { x }",
            "`PgEnum` would not compile: type name \"date\" is hidden by the built-in type `date` of PostgreSQL; choose \
             another name, or give the enum a schema",
        ),
        (
            "#[derive(sqlx::Type, postgres_types::ToSql)] #[postgres(name = \"mood\")]\n\
             #[sqlx(type_name = \"mood\", rename_all = \"lowercase\")] enum Mood { Sad }",
            "`sqlx::Type` and `postgres_types::ToSql` give it other labels",
        ),
    ] {
        check(&format!("{SQLX}\npostgres-types = \"0.2\""), library, expected);
    }
}

#[test]
fn what_no_feature_is_for() {
    let sqlx = "#[derive(sqlx::Type)] enum mood { sad, ok }";
    for (dependencies, library, expected) in [
        (
            "sqlx = \"0.5\"",
            sqlx,
            "pg-enum has no feature for sqlx ^0.5, only for ^0.9, ^0.8.5, ^0.7.3; change to one of these versions, \
             or derive `PgEnum` beside what the enum derives, which needs no feature",
        ),
        (
            "sqlx = \">=0.7, <0.9\"",
            sqlx,
            "which version of sqlx it has is not certain: `>=0.7, <0.9` lets several in, and there is no Cargo.lock",
        ),
        ("", sqlx, "its package does not depend on sqlx itself"),
        (
            "sqlx = { version = \"0.8\", features = [\"postgres\", \"sqlite\"] }",
            sqlx,
            "its package uses SQLite besides PostgreSQL, which `PgEnum` does not",
        ),
        (
            "sqlx = { version = \"0.8\", features = [\"sqlite\"] }",
            sqlx,
            "its package has a driver for SQLite and none for PostgreSQL",
        ),
        (
            "diesel = \"1.4\"",
            "#[derive(DbEnum)] enum Mood { Sad, Ok }",
            "pg-enum has no feature for diesel ^1.4, only for >=2.0, <2.4; change to one of these versions, \
             or derive `PgEnum` beside what the enum derives, which needs no feature",
        ),
        (
            SQLX,
            "impl sqlx::Type<sqlx::Postgres> for Mood { fn type_info() -> T { PgTypeInfo::with_name(\"mood\") } }\n\
             impl Encode<'_, Postgres> for Mood {\n\
             fn encode_by_ref(&self, b: &mut B) -> R { let s = match self { Self::Sad => \"sad\", Self::Ok => \"ok\" }; s.encode(b) } }\n\
             enum Mood { Sad, Ok }",
            "its `sqlx::Encode` is written by hand, and only Diesel's is rewritten",
        ),
    ] {
        check(dependencies, library, expected);
    }
}

#[test]
fn what_is_not_understood() {
    for (dependencies, library, expected) in [
        (
            SQLX,
            "#[cfg_attr(a, derive(sqlx::Type))] #[cfg_attr(b, sqlx(type_name = \"mood\"))] enum E { sad, ok }",
            "its attribute `sqlx` stands under another condition than its derive",
        ),
        (
            SQLX,
            "#[derive(sqlx::Type)] enum mood { #[cfg_attr(b, sqlx(rename = \"sad\"))] Sad, ok }",
            "its attribute `sqlx` stands under another condition than its derive",
        ),
        (
            SQLX,
            "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\" /* why */)]\nenum Mood { sad, ok }",
            "the comment `/* why */` in an attribute would be lost",
        ),
        (
            SEA_ORM,
            "#[derive(EnumIter, DeriveActiveEnum)] #[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"mood\")]\n\
             enum Mood { #[sea_orm(string_value = \"sad\", display_value = \"x\")] Sad, #[sea_orm(string_value = \"ok\")] Ok }",
            "its attribute `sea_orm` has `display_value`, which something else reads",
        ),
        (
            SEA_ORM,
            "#[derive(EnumIter, DeriveActiveEnum)] #[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"mood\")]\n\
             enum Mood { #[sea_orm(string_value = \"sad\")] Sad, #[sea_orm(string_value = \"ok\")] Ok }\n\
             fn f() { MoodEnum.into_iden(); }",
            "`MoodEnum` is used, which its derive makes and `PgEnum` does not",
        ),
        (
            DIESEL,
            "#[derive(diesel_derive_enum::DbEnum)] #[ExistingTypePath = \"crate::sql_types::Nobody\"] enum E { A }",
            "the name of its type is not found: neither a migration nor a struct with `#[diesel(postgres_type(…))]` has it",
        ),
    ] {
        check(dependencies, library, expected);
    }
}

#[test]
fn what_another_file_implements() {
    let crates = package(
        SQLX,
        "mod a;\n#[derive(sqlx::Type)] #[sqlx(type_name = \"mood\")] pub enum Mood { sad, ok }\n",
        SQL,
    );
    crates
        .write("src/a.rs", "impl PgHasArrayType for Mood { fn array_type_info() -> T { x() } }\n");
    let run = crates.run(&["adopt", "--yes", "--allow-no-vcs"]);
    let expected = "another file implements `PgHasArrayType` for it; remove that first\n";
    assert!(run.err.ends_with(expected), "{}", run.err);
}

/// An enum with impls for Diesel.
fn by_hand(enum_attributes: &str, write: &str, read: &str) -> String {
    format!(
        "#[derive(AsExpression, FromSqlRow)] {enum_attributes}\nenum Mood {{ Sad, Ok }}\n\
         impl ToSql<Mood_, Pg> for Mood {{ fn to_sql(&self, out: &mut Output<Pg>) -> R {{ match self {{ {write} }} Ok(IsNull::No) }} }}\n\
         impl FromSql<Mood_, Pg> for Mood {{ fn from_sql(b: PgValue) -> R {{ match b.as_bytes() {{ {read} }} }} }}\n\
         #[diesel(postgres_type(name = \"mood\"))] struct Mood_;\n"
    )
}

#[test]
fn what_is_written_by_hand_and_does_something_else() {
    const TYPE: &str = "#[diesel(sql_type = Mood_)]";
    const WRITE: &str =
        "Mood::Sad => out.write_all(b\"sad\")?, Mood::Ok => out.write_all(b\"ok\")?";
    const READ: &str = "b\"sad\" => Ok(Mood::Sad), b\"ok\" => Ok(Mood::Ok)";
    for (attributes, write, read, expected) in [
        (
            TYPE,
            WRITE,
            &*format!("{READ}, _ => Ok(Mood::Sad)"),
            "it reads labels that no variant has, or none",
        ),
        (
            TYPE,
            WRITE,
            "b\"sad\" => Ok(Mood::Ok), b\"ok\" => Ok(Mood::Sad), _ => Err(x)",
            "what is written for `Sad` is read as `Ok`",
        ),
        (
            TYPE,
            WRITE,
            "b\"sad\" => Ok(Mood::Sad), _ => Err(x)",
            "`Ok` is written and not read again",
        ),
        (
            "#[diesel(sql_type = Mood_)] #[diesel(sql_type = Text)]",
            WRITE,
            &*format!("{READ}, _ => Err(x)"),
            "it stands for more than one type of Diesel's",
        ),
        (
            "",
            WRITE,
            &*format!("{READ}, _ => Err(x)"),
            "its attributes do not name its type in Diesel",
        ),
    ] {
        check(DIESEL, &by_hand(attributes, write, read), expected);
    }
    let queryable = "impl Queryable<Mood_, Pg> for Mood { type Row = Self; fn build(row: Self) -> R { Ok(row) } }\n";
    check(
        DIESEL,
        &(by_hand(TYPE, WRITE, &format!("{READ}, _ => Err(x)")) + queryable),
        "`Queryable` is implemented for it by hand, and by `PgEnum` as well; remove that first",
    );
}

/// Of enums with other codecs alone, `check` reports nothing of the folder itself.
#[test]
fn what_has_mistakes_in_its_migrations() {
    let enum_ = "#[derive(diesel_derive_enum::DbEnum)] #[ExistingTypePath = \"s::Mood\"] pub enum Mood { Sad }\n";
    let crates = Crates::new(&[
        ("src/lib.rs", enum_),
        ("diesel.toml", ""),
        ("migrations/2024-01-01-000000_a/up.sql", "CREATE TYPE mood AS ENUM ('sad');\n"),
        ("migrations/2024-01-02-000000_b/down.sql", "SELECT 1;\n"),
    ]);
    let dependencies = format!("\n[workspace]\n\n[dependencies]\n{DIESEL}\n");
    crates.write("Cargo.toml", &manifest("shop", &dependencies));
    assert_eq!(crates.run(&["check"]).status, Status::Clean);
    let run = crates.run(&["adopt", "--yes", "--allow-no-vcs"]);
    let expected = "is left alone: if it derived `PgEnum`, `check` would report a mistake in its migrations, which is to be fixed first: there is no \
                    `up.sql`: Diesel refuses a folder with such a directory (migrations/2024-01-02-000000_b:1)\n";
    assert!(run.err.ends_with(expected), "{}", run.err);
    // It is reported anyway if another enum derives `PgEnum`.
    crates.write("src/lib.rs", &format!("{enum_}#[derive(pg_enum::PgEnum)] enum mood {{ sad }}\n"));
    let run = crates.run(&["adopt", "--yes", "--allow-no-vcs"]);
    assert!(run.out.ends_with("1 enum adopted\n"), "{}{}", run.out, run.err);
}

/// Each has its line, and a reason that several have in common stands once.
#[test]
fn several_for_one_reason() {
    let library = "#[derive(sqlx::Type)] #[repr(i32)] enum A { A = 1 }\n#[derive(sqlx::Type)] enum B { B(i32) }\n\
                   #[derive(sqlx::Type)] #[repr(i32)] enum C { A = 1 }\n";
    let run = package(SQLX, library, SQL).run(&["adopt", "--dry-run"]);
    expect![[r#"
        note: 2 enums are left alone, for the same reason: it is stored as an integer
          src/lib.rs:1: shop::A
          src/lib.rs:3: shop::C
        note: src/lib.rs:2: shop::B is left alone: it has data in the variant `B`
    "#]]
    .assert_eq(&run.err);
    assert_eq!(run.out, "nothing to do: 0 enums adopted, 3 left alone\n");
}
