//! Each derive, and the impls that are written by hand for Diesel.

use expect_test::expect;

use super::{adopt, lines, package, without_version};
use crate::harness::Crates;

const SQL: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'very_happy');\n\
                   CREATE SCHEMA app;\nCREATE TYPE app.phase AS ENUM ('Open', 'in-use');\n";

/// What adopting changes.
fn diff(crates: &Crates) -> String {
    lines(&without_version(&adopt(crates).out))
}

#[test]
fn sqlx() {
    let library = r#"use serde::Serialize;
use sqlx::{FromRow, Type};

/// How it feels.
#[derive(Debug, Clone, Type, Serialize)]
#[sqlx(type_name = "mood", rename_all = "snake_case")] // see migration 1
#[serde(rename_all = "camelCase")]
pub enum Mood {
    /// Sad
    Sad, // :-(
    #[sqlx(rename = "ok")]
    Fine,
    VeryHappy,
}

#[derive(sqlx::Type)] #[sqlx(type_name = "app.Phase")] enum Phase { Open, #[sqlx(rename = "in-use")] InUse }

#[derive(FromRow)]
struct Row {
    mood: Mood,
}

impl sqlx::postgres::PgHasArrayType for Phase {
    fn array_type_info() -> sqlx::postgres::PgTypeInfo {
        sqlx::postgres::PgTypeInfo::with_name("_phase")
    }
}
"#;
    let crates = package(
        "serde = \"1\"\nsqlx = { version = \"0.8\", features = [\"postgres\"] }",
        library,
        SQL,
    );
    expect![[r#"
        --- Cargo.toml
        +++ Cargo.toml
        @@ -6,5 +6,6 @@
         [workspace]
 
         [dependencies]
        +pg-enum = { version = "VERSION", features = ["sqlx-0_8"] }
         serde = "1"
         sqlx = { version = "0.8", features = ["postgres"] }
        --- src/lib.rs
        +++ src/lib.rs
        @@ -1,27 +1,21 @@
         use serde::Serialize;
        -use sqlx::{FromRow, Type};
        +use sqlx::FromRow;
 
         /// How it feels.
        -#[derive(Debug, Clone, Type, Serialize)]
        -#[sqlx(type_name = "mood", rename_all = "snake_case")] // see migration 1
        +#[derive(Debug, Clone, pg_enum::PgEnum, Serialize)]
        +#[pg_enum(rename_all = "snake_case")] // see migration 1
         #[serde(rename_all = "camelCase")]
         pub enum Mood {
             /// Sad
             Sad, // :-(
        -    #[sqlx(rename = "ok")]
        +    #[pg_enum(rename = "ok")]
             Fine,
             VeryHappy,
         }
 
        -#[derive(sqlx::Type)] #[sqlx(type_name = "app.Phase")] enum Phase { Open, #[sqlx(rename = "in-use")] InUse }
        +#[derive(pg_enum::PgEnum)] #[pg_enum(schema = "app")] enum Phase { Open, #[pg_enum(rename = "in-use")] InUse }
 
         #[derive(FromRow)]
         struct Row {
             mood: Mood,
        -}
        -
        -impl sqlx::postgres::PgHasArrayType for Phase {
        -    fn array_type_info() -> sqlx::postgres::PgTypeInfo {
        -        sqlx::postgres::PgTypeInfo::with_name("_phase")
        -    }
         }
    "#]].assert_eq(&diff(&crates));
}

#[test]
fn diesel_derive_enum() {
    let library = r#"use diesel_derive_enum::DbEnum;

mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "phase", schema = "app"))]
    pub struct PhaseType;
}

#[derive(Debug, DbEnum)]
#[PgType = "mood"]
pub enum Feeling {
    Sad,
    #[db_rename = "ok"]
    Fine,
    VeryHappy,
}

#[derive(DbEnum, Debug)]
#[ExistingTypePath = "crate::sql_types::PhaseType"]
#[DbValueStyle = "verbatim"]
pub enum Phase {
    Open,
    #[db_rename = "in-use"]
    InUse,
}
"#;
    let dependencies = "diesel = { version = \"2.2\", features = [\"postgres\"] }\n\
                        diesel-derive-enum = { version = \"2\", features = [\"postgres\"] }";
    expect![[r#"
        --- Cargo.toml
        +++ Cargo.toml
        @@ -8,3 +8,4 @@
         [dependencies]
         diesel = { version = "2.2", features = ["postgres"] }
         diesel-derive-enum = { version = "2", features = ["postgres"] }
        +pg-enum = { version = "VERSION", features = ["diesel"] }
        --- src/lib.rs
        +++ src/lib.rs
        @@ -1,25 +1,25 @@
        -use diesel_derive_enum::DbEnum;
        -
         mod sql_types {
             #[derive(diesel::sql_types::SqlType)]
             #[diesel(postgres_type(name = "phase", schema = "app"))]
             pub struct PhaseType;
         }
 
        -#[derive(Debug, DbEnum)]
        -#[PgType = "mood"]
        +#[derive(Debug, pg_enum::PgEnum)]
        +#[pg_enum(name = "mood", rename_all = "snake_case")]
         pub enum Feeling {
             Sad,
        -    #[db_rename = "ok"]
        +    #[pg_enum(rename = "ok")]
             Fine,
             VeryHappy,
         }
 
        -#[derive(DbEnum, Debug)]
        -#[ExistingTypePath = "crate::sql_types::PhaseType"]
        -#[DbValueStyle = "verbatim"]
        +/// The SQL type of [`Feeling`] in Diesel.
        +pub type FeelingMapping = pg_enum::diesel::Sql<Feeling>;
        +
        +#[derive(pg_enum::PgEnum, Debug)]
        +#[pg_enum(schema = "app", sql_type = crate::sql_types::PhaseType)]
         pub enum Phase {
             Open,
        -    #[db_rename = "in-use"]
        +    #[pg_enum(rename = "in-use")]
             InUse,
         }
    "#]]
    .assert_eq(&diff(&package(dependencies, library, SQL)));
}

/// As diesel-derive-enum 3 spells them.
#[test]
fn diesel_derive_enum_3() {
    let library = r#"mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood"))]
    pub struct Mood;
}

#[derive(diesel_derive_enum::DbEnum)]
#[db_enum(
    existing_type_path = "crate::sql_types::Mood",
    value_style = "snake_case",
    impl_clone_on_sql_mapping
)]
pub enum Mood {
    Sad,
    #[db_enum(rename = "ok")]
    Fine,
    VeryHappy,
}
"#;
    expect![[r#"
        --- Cargo.toml
        +++ Cargo.toml
        @@ -7,3 +7,4 @@
 
         [dependencies]
         diesel = "2.2"
        +pg-enum = { version = "VERSION", features = ["diesel"] }
        --- src/lib.rs
        +++ src/lib.rs
        @@ -4,15 +4,13 @@
             pub struct Mood;
         }
 
        -#[derive(diesel_derive_enum::DbEnum)]
        -#[db_enum(
        -    existing_type_path = "crate::sql_types::Mood",
        -    value_style = "snake_case",
        -    impl_clone_on_sql_mapping
        +#[derive(pg_enum::PgEnum)]
        +#[pg_enum(
        +    rename_all = "snake_case", sql_type = crate::sql_types::Mood
         )]
         pub enum Mood {
             Sad,
        -    #[db_enum(rename = "ok")]
        +    #[pg_enum(rename = "ok")]
             Fine,
             VeryHappy,
         }
    "#]]
    .assert_eq(&diff(&package("diesel = \"2.2\"", library, SQL)));
}

#[test]
fn postgres_types() {
    let library = r#"use postgres_types::{FromSql, ToSql};

#[derive(Debug, ToSql, FromSql, PartialEq)]
#[postgres(name = "mood", rename_all = "snake_case")]
pub enum Mood {
    Sad,
    Ok,
    VeryHappy,
}

#[derive(ToSql)]
pub enum Phase {
    Open,
    #[postgres(name = "in-use")]
    InUse,
}
"#;
    let sql = SQL.replace("app.phase", "\"Phase\"");
    expect![[r#"
        --- Cargo.toml
        +++ Cargo.toml
        @@ -6,4 +6,5 @@
         [workspace]
 
         [dependencies]
        +pg-enum = { version = "VERSION", features = ["tokio-postgres"] }
         tokio-postgres = "0.7"
        --- src/lib.rs
        +++ src/lib.rs
        @@ -1,16 +1,15 @@
        -use postgres_types::{FromSql, ToSql};
        -
        -#[derive(Debug, ToSql, FromSql, PartialEq)]
        -#[postgres(name = "mood", rename_all = "snake_case")]
        +#[derive(Debug, pg_enum::PgEnum, PartialEq)]
        +#[pg_enum(rename_all = "snake_case")]
         pub enum Mood {
             Sad,
             Ok,
             VeryHappy,
         }
 
        -#[derive(ToSql)]
        +#[derive(pg_enum::PgEnum)]
        +#[pg_enum(name = "Phase")]
         pub enum Phase {
             Open,
        -    #[postgres(name = "in-use")]
        +    #[pg_enum(rename = "in-use")]
             InUse,
         }
    "#]]
    .assert_eq(&diff(&package("tokio-postgres = \"0.7\"", library, &sql)));
}

#[test]
fn sea_orm() {
    let library = r#"use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "mood")]
pub enum Mood {
    #[sea_orm(string_value = "sad")]
    Sad,
    #[sea_orm(string_value = "ok")]
    Ok,
    #[sea_orm(string_value = "very_happy")]
    VeryHappy,
}
"#;
    let dependencies = "sea-orm = { version = \"1.1\", features = [\"sqlx-postgres\"] }";
    expect![[r#"
        --- Cargo.toml
        +++ Cargo.toml
        @@ -6,4 +6,5 @@
         [workspace]

         [dependencies]
        +pg-enum = { version = "VERSION", features = ["sea-orm-1"] }
         sea-orm = { version = "1.1", features = ["sqlx-postgres"] }
        --- src/lib.rs
        +++ src/lib.rs
        @@ -1,12 +1,9 @@
        -use sea_orm::entity::prelude::*;
        -
        -#[derive(Debug, Clone, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
        -#[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "mood")]
        +#[derive(Debug, Clone, PartialEq, Eq, pg_enum::PgEnum)]
         pub enum Mood {
        -    #[sea_orm(string_value = "sad")]
        +    #[pg_enum(rename = "sad")]
             Sad,
        -    #[sea_orm(string_value = "ok")]
        +    #[pg_enum(rename = "ok")]
             Ok,
        -    #[sea_orm(string_value = "very_happy")]
        +    #[pg_enum(rename = "very_happy")]
             VeryHappy,
         }
    "#]]
    .assert_eq(&diff(&package(dependencies, library, SQL)));
}

const BY_HAND: &str = r#"use std::io::Write;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood"))]
    pub struct MoodType;
}

/// How it feels.
#[derive(AsExpression, Clone, Debug, FromSqlRow)]
#[diesel(sql_type = sql_types::MoodType)]
pub enum Mood {
    Sad,
    Ok,
    VeryHappy, // :-)
}

impl ToSql<sql_types::MoodType, Pg> for Mood {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        match self {
            Self::Sad => out.write_all(b"sad")?,
            Self::Ok => out.write_all(b"ok")?,
            Self::VeryHappy => out.write_all(b"very_happy")?,
        }
        Ok(IsNull::No)
    }
}

impl FromSql<sql_types::MoodType, Pg> for Mood {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        match bytes.as_bytes() {
            b"sad" => Ok(Self::Sad),
            b"ok" | b"fine" => Ok(Self::Ok),
            b"very_happy" => Ok(Self::VeryHappy),
            _ => Err("not a mood".into()),
        }
    }
}

pub fn best() -> Mood {
    Mood::VeryHappy
}
"#;

#[test]
fn diesel_by_hand() {
    let dependencies = "diesel = { version = \"2.2\", features = [\"postgres\"] }";
    let crates = package(dependencies, BY_HAND, SQL);
    expect![[r#"
        --- Cargo.toml
        +++ Cargo.toml
        @@ -7,3 +7,4 @@
 
         [dependencies]
         diesel = { version = "2.2", features = ["postgres"] }
        +pg-enum = { version = "VERSION", features = ["diesel"] }
        --- src/lib.rs
        +++ src/lib.rs
        @@ -1,10 +1,3 @@
        -use std::io::Write;
        -
        -use diesel::deserialize::{self, FromSql, FromSqlRow};
        -use diesel::expression::AsExpression;
        -use diesel::pg::{Pg, PgValue};
        -use diesel::serialize::{self, IsNull, Output, ToSql};
        -
         pub mod sql_types {
             #[derive(diesel::sql_types::SqlType)]
             #[diesel(postgres_type(name = "mood"))]
        @@ -12,34 +5,13 @@
         }
 
         /// How it feels.
        -#[derive(AsExpression, Clone, Debug, FromSqlRow)]
        -#[diesel(sql_type = sql_types::MoodType)]
        +#[derive(pg_enum::PgEnum, Clone, Debug)]
        +#[pg_enum(rename_all = "snake_case", sql_type = sql_types::MoodType)]
         pub enum Mood {
             Sad,
        +    #[pg_enum(alias = "fine")]
             Ok,
             VeryHappy, // :-)
        -}
        -
        -impl ToSql<sql_types::MoodType, Pg> for Mood {
        -    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        -        match self {
        -            Self::Sad => out.write_all(b"sad")?,
        -            Self::Ok => out.write_all(b"ok")?,
        -            Self::VeryHappy => out.write_all(b"very_happy")?,
        -        }
        -        Ok(IsNull::No)
        -    }
        -}
        -
        -impl FromSql<sql_types::MoodType, Pg> for Mood {
        -    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        -        match bytes.as_bytes() {
        -            b"sad" => Ok(Self::Sad),
        -            b"ok" | b"fine" => Ok(Self::Ok),
        -            b"very_happy" => Ok(Self::VeryHappy),
        -            _ => Err("not a mood".into()),
        -        }
        -    }
         }
 
         pub fn best() -> Mood {
    "#]]
    .assert_eq(&diff(&crates));
}

/// The first step may be `PgEnum` beside the derive.
#[test]
fn beside_another_derive() {
    let library = r#"#[derive(Debug, pg_enum::PgEnum, sqlx::Type)]
#[pg_enum(rename_all = "snake_case")]
#[sqlx(type_name = "mood", rename_all = "snake_case")]
pub enum Mood {
    Sad,
    #[pg_enum(rename = "ok")]
    #[sqlx(rename = "ok")]
    Fine,
    VeryHappy,
}
"#;
    let dependencies = "pg-enum = \"0.1\"\nsqlx = { version = \"0.9\", features = [\"postgres\"] }";
    expect![[r#"
        --- Cargo.toml
        +++ Cargo.toml
        @@ -6,5 +6,5 @@
         [workspace]
 
         [dependencies]
        -pg-enum = "0.1"
        +pg-enum = { version = "0.1", features = ["sqlx"] }
         sqlx = { version = "0.9", features = ["postgres"] }
        --- src/lib.rs
        +++ src/lib.rs
        @@ -1,10 +1,8 @@
        -#[derive(Debug, pg_enum::PgEnum, sqlx::Type)]
        +#[derive(Debug, pg_enum::PgEnum)]
         #[pg_enum(rename_all = "snake_case")]
        -#[sqlx(type_name = "mood", rename_all = "snake_case")]
         pub enum Mood {
             Sad,
             #[pg_enum(rename = "ok")]
        -    #[sqlx(rename = "ok")]
             Fine,
             VeryHappy,
         }
    "#]]
    .assert_eq(&diff(&package(dependencies, library, SQL)));
}

#[test]
fn two_derives_of_one_mind() {
    let library = r#"#[derive(Debug, sqlx::Type, postgres_types::ToSql, postgres_types::FromSql)]
#[sqlx(type_name = "mood", rename_all = "snake_case")]
#[postgres(name = "mood", rename_all = "snake_case")]
pub enum Mood {
    Sad,
    Ok,
    VeryHappy,
}
"#;
    let dependencies =
        "postgres-types = \"0.2\"\nsqlx = { version = \"0.8\", features = [\"postgres\"] }";
    expect![[r#"
        --- Cargo.toml
        +++ Cargo.toml
        @@ -6,5 +6,6 @@
         [workspace]
 
         [dependencies]
        +pg-enum = { version = "VERSION", features = ["postgres", "sqlx-0_8"] }
         postgres-types = "0.2"
         sqlx = { version = "0.8", features = ["postgres"] }
        --- src/lib.rs
        +++ src/lib.rs
        @@ -1,6 +1,5 @@
        -#[derive(Debug, sqlx::Type, postgres_types::ToSql, postgres_types::FromSql)]
        -#[sqlx(type_name = "mood", rename_all = "snake_case")]
        -#[postgres(name = "mood", rename_all = "snake_case")]
        +#[derive(Debug, pg_enum::PgEnum)]
        +#[pg_enum(rename_all = "snake_case")]
         pub enum Mood {
             Sad,
             Ok,
    "#]]
    .assert_eq(&diff(&package(dependencies, library, SQL)));
}

#[test]
fn without_migrations() {
    let library = "#[derive(sqlx::Type)]\nenum mood {\n    sad,\n}\n";
    let crates = package("sqlx = { version = \"0.8\", features = [\"postgres\"] }", library, "");
    std::fs::remove_dir_all(crates.path("migrations")).unwrap();
    crates.run(&["adopt", "--yes", "--allow-no-vcs"]).check(&expect![[r#"
        Clean
        --- out
        nothing to do: 0 enums adopted, 1 left alone
        --- err
        note: src/lib.rs:2: shop::mood is left alone: no folder of migrations is found; name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml, or say `nothing-compared = "allow"` there
    "#]]);
    let text = crates.read("Cargo.toml");
    let allow = "[package.metadata.pg-enum]\nnothing-compared = \"allow\"\n";
    crates.write("Cargo.toml", &format!("{text}{allow}"));
    let run = crates.run(&["adopt", "--yes", "--allow-no-vcs"]);
    run.check(&expect![[r#"
        Clean
        --- out
        Cargo.toml
        src/lib.rs
        1 enum adopted
        --- err
        note: src/lib.rs:2: shop::mood gets `external`: no migration makes its type, so that it is not compared
    "#]]);
    expect![[r#"
        #[derive(pg_enum::PgEnum)]
        #[pg_enum(external)]
        enum mood {
            sad,
        }
    "#]]
    .assert_eq(&crates.read("src/lib.rs"));
    // No folder is needed for it.
    crates.run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        no enum is compared; 1 not compared: 1 created outside the migrations
    "#]]);
    crates.run(&["generate"]).check(&expect![[r#"
        Clean
        --- out
        nothing to do: no enum derives `PgEnum` without `external`
    "#]]);
}
