//! Codecs that are written by hand, that a macro makes, or of which there are two.

use expect_test::expect;

use super::{SQL, check, messages};

#[test]
fn diesel_by_hand() {
    let rust = "use diesel::{deserialize::FromSql, pg::{Pg, PgValue}, serialize::{IsNull, Output, ToSql}};\n\
                pub mod sql_types {\n    #[derive(diesel::sql_types::SqlType)]\n    \
                #[diesel(postgres_type(name = \"mood\"))]\n    pub struct Feeling;\n}\n\
                #[derive(AsExpression, FromSqlRow)]\n#[diesel(sql_type = sql_types::Feeling)]\n\
                pub enum Mood {\n    Sad,\n    Ok,\n    Angry,\n}\n\
                impl Mood {\n    fn as_str(&self) -> &'static str {\n        match self {\n            \
                Mood::Sad => \"sad\",\n            Mood::Ok => \"Ok\",\n            Mood::Angry => \"angry\",\n        }\n    }\n}\n\
                impl ToSql<sql_types::Feeling, Pg> for Mood {\n    \
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> diesel::serialize::Result {\n        \
                out.write_all(self.as_str().as_bytes())?;\n        Ok(IsNull::No)\n    }\n}\n\
                impl FromSql<sql_types::Feeling, Pg> for Mood {\n    \
                fn from_sql(bytes: PgValue<'_>) -> diesel::deserialize::Result<Self> {\n        \
                match bytes.as_bytes() {\n            b\"sad\" => Ok(Mood::Sad),\n            \
                b\"Ok\" => Ok(Mood::Ok),\n            _ => Err(\"no mood\".into()),\n        }\n    }\n}\n";
    check(rust, SQL).check(&expect![[r#"
        Findings
        --- err
        error[unread-label]: `Angry` is written as 'angry', which is not read back
          --> src/lib.rs:19:28
           |
        19 |             Mood::Angry => "angry",
           |                            ^^^^^^^
           |
           = note: `Mood` implements `diesel::serialize::ToSql`
           = help: read 'angry' as `Angry` as well

        error[case-only]: the label 'Ok' differs only by case from 'ok' in the migrations (migrations/1_a.sql:3)
          --> src/lib.rs:18:25
           |
        18 |             Mood::Ok => "Ok",
           |                         ^^^^
           |
          ::: migrations/1_a.sql:3:3
           |
         3 |   'ok',
           |   ---- the migrations spell it like this
           |
           = note: `Mood` implements `diesel::serialize::ToSql`
           = help: write "ok", as the migrations do

        error[missing]: no migration adds the label 'angry' to public.mood (created at migrations/1_a.sql:1)
          --> src/lib.rs:19:28
           |
        19 |             Mood::Angry => "angry",
           |                            ^^^^^^^
           |
          ::: migrations/1_a.sql:1:1
           |
         1 | CREATE TYPE mood AS ENUM (
           | -------------------------- the type is created here
           |
           = note: `Mood` implements `diesel::serialize::ToSql`
           = help: add a migration: ALTER TYPE public.mood ADD VALUE 'angry'; or, if it is 'happy' renamed: ALTER TYPE public.mood RENAME VALUE 'happy' TO 'angry';

        warning[extra]: the migrations give public.mood a label that no variant has: 'happy' (migrations/1_a.sql:4)
         --> src/lib.rs:9:10
          |
        9 | pub enum Mood {
          |          ^^^^
          |
         ::: migrations/1_a.sql:4:3
          |
        4 |   'happy'
          |   ------- no variant has this label
          |
          = note: `Mood` implements `diesel::serialize::ToSql`
          = note: to accept it, write `accept = ["public.mood:happy"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it: without that, rows that contain it cannot be read

        3 errors and 1 warning: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn postgres_types_by_hand() {
    let rust = |accepts: &str| {
        format!(
            "pub enum Mood {{ Sad, Ok, Happy, Angry }}\n\
             impl postgres_types::ToSql for Mood {{\n    \
             fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Error> {{\n        \
             match self {{ Mood::Sad => \"sad\", Mood::Ok => \"ok\", Mood::Happy => \"happy\", _ => \"angry\" }}.to_sql(ty, out)\n    }}\n    \
             {accepts}\n    to_sql_checked!();\n}}\n"
        )
    };
    let by_name = rust("fn accepts(ty: &Type) -> bool { ty.name() == \"mood\" }");
    expect![[r#"
        error[missing]: no migration adds the label 'angry' to public.mood (created at migrations/1_a.sql:1)
        = note: `Mood` implements `postgres_types::ToSql`
        = help: add a migration: ALTER TYPE public.mood ADD VALUE 'angry';"#]].assert_eq(&messages(&by_name, SQL));
    // In a column of type text.
    expect![[r#"
        no enum is compared; 1 not compared: 1 stored as text or integer
    "#]]
    .assert_eq(&messages(&rust("accepts!(TEXT);"), SQL));
    // In a column of any.
    expect![[r#"
        note: src/lib.rs:1: shop::Mood is not compared: it is not understood: `accepts` names no type
        error[nothing-compared]: nothing is compared: 1 enum found, and none is understood
        = note: `shop::Mood`: it is not understood: `accepts` names no type
        = help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml; if no migrations create these types, set `nothing-compared = "allow"` there"#]].assert_eq(&messages(&rust("fn accepts(_: &Type) -> bool { true }"), SQL));
}

#[test]
fn what_is_no_literal_is_said() {
    let rust = "enum Mood { Other }\nimpl ToSql<sql_types::Mood, Pg> for Mood {\n    \
                fn to_sql(&self, out: &mut Output<Pg>) -> Result {\n        \
                out.write_all(format!(\"{self:?}\").as_bytes())?;\n        Ok(IsNull::No)\n    }\n}\n";
    expect![[r#"
        note: src/lib.rs:4: shop::Mood is not compared: it is not understood: the macro `format!` is not followed
        error[nothing-compared]: nothing is compared: 1 enum found, and none is understood
        = note: `shop::Mood`: it is not understood: the macro `format!` is not followed
        = help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml; if no migrations create these types, set `nothing-compared = "allow"` there"#]].assert_eq(&messages(rust, SQL));
}

#[test]
fn a_macro_makes_it() {
    let rust = "macro_rules! moods {\n    ($($mood:ident),*) => {\n        #[derive(sqlx::Type)]\n        \
                #[sqlx(type_name = \"mood\")]\n        pub enum Mood { $($mood),* }\n    };\n}\n\
                moods!(Other);\nwith_attributes! {\n    #[derive(diesel_derive_enum::DbEnum)]\n    pub enum Other { A }\n}\n";
    expect![[r#"
        no enum is compared; 2 not compared: 2 made by a macro
        note: src/lib.rs:3: an enum with `derive(sqlx::Type)` is not compared: macros such as `moods!` are not expanded
        note: src/lib.rs:10: an enum with `derive(diesel_derive_enum::DbEnum)` is not compared: macros such as `with_attributes!` are not expanded"#]].assert_eq(&messages(rust, SQL));
    let rust =
        "#[repo_macros::with_unknown]\n#[derive(DbEnum)]\npub enum Mood { Sad, Ok, Happy }\n";
    expect![[r#"
        note: src/lib.rs:1: shop::Mood is not compared: it is not understood: the attribute macro `repo_macros::with_unknown` may change it
        error[nothing-compared]: nothing is compared: 1 enum found, and none is understood
        = note: `shop::Mood`: it is not understood: the attribute macro `repo_macros::with_unknown` may change it
        = help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml; if no migrations create these types, set `nothing-compared = "allow"` there"#]].assert_eq(&messages(rust, SQL));
}

#[test]
fn two_codecs_must_agree() {
    let rust = "#[derive(sqlx::Type, pg_enum::PgEnum)]\n\
                #[sqlx(type_name = \"mood\", rename_all = \"UPPERCASE\")]\n\
                #[pg_enum(name = \"mood\", rename_all = \"lowercase\")]\n\
                pub enum Mood { Sad, Ok, Happy }\n";
    check(rust, SQL).check(&expect![[r#"
        Findings
        --- err
        error[two-codecs]: `PgEnum` and `sqlx::Type` give `Sad` two labels, 'sad' and 'SAD'
         --> src/lib.rs:3:1
          |
        2 | #[sqlx(type_name = "mood", rename_all = "UPPERCASE")]
          | ----------------------------------------------------- `sqlx::Type` reads this
        3 | #[pg_enum(name = "mood", rename_all = "lowercase")]
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `PgEnum` reads this
          |
          = help: give both the same attributes, or remove one of the two

        1 error: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
    let rust = "#[derive(sqlx::Type, postgres_types::ToSql)]\n\
                #[sqlx(type_name = \"mood\", rename_all = \"lowercase\")]\n\
                #[postgres(name = \"mood\")]\n\
                pub enum Mood {\n    #[postgres(name = \"sad\")]\n    Sad,\n    #[postgres(name = \"okay\")]\n    Ok,\n}\n";
    check(rust, "CREATE TYPE mood AS ENUM ('sad', 'ok', 'okay');").check(&expect![[r#"
        Findings
        --- err
        error[two-codecs]: `sqlx::Type` and `postgres_types::ToSql` give `Ok` two labels, 'ok' and 'okay'
         --> src/lib.rs:2:1
          |
        2 | #[sqlx(type_name = "mood", rename_all = "lowercase")]
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `sqlx::Type` reads this
        ...
        7 |     #[postgres(name = "okay")]
          |                       ------ `postgres_types::ToSql` reads this
          |
          = help: give both the same attributes, or remove one of the two

        warning[extra]: the migrations give public.mood a label that no variant has: 'okay' (migrations/1_a.sql:1)
         --> src/lib.rs:4:10
          |
        4 | pub enum Mood {
          |          ^^^^
          |
         ::: migrations/1_a.sql:1:40
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'ok', 'okay');
          |                                        ------ no variant has this label
          |
          = note: `Mood` derives `sqlx::Type`
          = note: to accept it, write `accept = ["public.mood:okay"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it: without that, rows that contain it cannot be read

        warning[extra]: the migrations give public.mood a label that no variant has: 'ok' (migrations/1_a.sql:1)
         --> src/lib.rs:4:10
          |
        4 | pub enum Mood {
          |          ^^^^
          |
         ::: migrations/1_a.sql:1:34
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'ok', 'okay');
          |                                  ---- no variant has this label
          |
          = note: `Mood` derives `postgres_types::ToSql`
          = note: to accept it, write `accept = ["public.mood:ok"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it: without that, rows that contain it cannot be read

        1 error and 2 warnings: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn one_label_for_two_variants() {
    let rust = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\npub enum Mood {\n    \
                #[sqlx(rename = \"sad\")]\n    Sad,\n    #[sqlx(rename = \"ok\")]\n    Ok,\n    \
                #[sqlx(rename = \"ok\")]\n    Happy,\n}\n";
    check(rust, "CREATE TYPE mood AS ENUM ('sad', 'ok');").check(&expect![[r#"
        Findings
        --- err
        error[shared-label]: `Ok` and `Happy` have the same label, 'ok'
         --> src/lib.rs:8:21
          |
        6 |     #[sqlx(rename = "ok")]
          |                     ---- the first of the two
        7 |     Ok,
        8 |     #[sqlx(rename = "ok")]
          |                     ^^^^
          |
          = note: `Mood` derives `sqlx::Type`
          = help: give `Happy` a label of its own: its value is read as `Ok`

        1 error: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn other_separators() {
    let rust = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"size\", rename_all = \"snake_case\")]\n\
                pub enum Size { Large2, ExtraLarge }\n";
    expect![[r#"
        error[missing]: no migration adds the label 'large2' to public.size (created at migrations/1_a.sql:1)
        = note: `Size` derives `sqlx::Type`
        = help: spell it as the migrations do: `#[sqlx(rename = "large_2")]`, or add a migration: ALTER TYPE public.size RENAME VALUE 'large_2' TO 'large2';
        error[missing]: no migration adds the label 'extra_large' to public.size (created at migrations/1_a.sql:1)
        = note: `Size` derives `sqlx::Type`
        = help: spell it as the migrations do: `#[sqlx(rename = "extra-large")]`, or add a migration: ALTER TYPE public.size RENAME VALUE 'extra-large' TO 'extra_large';"#]]
        .assert_eq(&messages(rust, "CREATE TYPE size AS ENUM ('large_2', 'extra-large');"));
}

#[test]
fn a_type_of_a_name_that_is_alike() {
    let rust = "#[derive(sqlx::Type)]\npub enum RoadPhase { Open }\n#[derive(sqlx::Type)]\npub enum Other { Open }\n";
    expect![[r#"
        note: src/lib.rs:2: shop::RoadPhase is not compared: no migration creates the type "RoadPhase", the nearest is public.road_phase
        error[nothing-compared]: nothing is compared: 2 enums found, and no migration creates a type of that name
        = note: `shop::RoadPhase`: no migration creates the type "RoadPhase", the nearest is public.road_phase
        = note: read: migrations (a usual place)
        = help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml; if no migrations create these types, set `nothing-compared = "allow"` there"#]].assert_eq(&messages(rust, "CREATE TYPE road_phase AS ENUM ('Open');"));
}

#[test]
fn enums_of_one_macro_are_said_in_one_line() {
    let rust = "use diesel::{AsExpression, FromSqlRow};\n\
                db_enum! { MoodType: #[derive(Debug, AsExpression, FromSqlRow)] pub enum Mood; Sad => b\"sad\" }\n\
                db_enum! { PhaseType: #[derive(Debug, AsExpression, FromSqlRow)] pub enum Phase; New => b\"new\" }\n\
                other! { RoleType: #[derive(AsExpression)] pub enum Role; Admin => b\"admin\" }\n";
    expect![[r#"
        no enum is compared; 3 not compared: 3 made by a macro
        note: src/lib.rs:2: an enum with `derive(AsExpression)` and 1 more enum are not compared: macros such as `db_enum!` are not expanded
        note: src/lib.rs:4: an enum with `derive(AsExpression)` is not compared: macros such as `other!` are not expanded"#]].assert_eq(&messages(rust, SQL));
}
