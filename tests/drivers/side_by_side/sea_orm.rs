//! `DeriveActiveEnum`, in two versions.

use pg_enum_test_server::Database;
use pg_enum_test_server::harness::tests;

use super::ours;
use crate::drivers::{Connect, Driver, SeaOrm1, SeaOrm2};

tests!(
    a_mixed_case_name_1,
    a_mixed_case_name_2,
    a_qualified_name_1,
    a_qualified_name_2,
    a_quote_1,
    a_quote_2,
    an_array_1,
    an_array_2,
    an_unknown_label_1,
    an_unknown_label_2,
);

ours!(Mixed: name = "Mood");
ours!(Qualified: schema = "app", name = "mood");
ours!(Quoted: name = "m\"ood");

macro_rules! version {
    ($sea_orm:ident $module:ident $driver:ident $mixed:ident $qualified:ident $quote:ident $array:ident $unknown:ident) => {
        mod $module {
            use sea_orm::entity::prelude::*;
            use $sea_orm as sea_orm;

            macro_rules! mood {
                ($enum:ident, $name:literal) => {
                    #[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
                    #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = $name)]
                    pub(super) enum $enum {
                        #[sea_orm(string_value = "Sad")]
                        Sad,
                        #[sea_orm(string_value = "Happy")]
                        Happy,
                    }
                };
            }

            mood!(Mixed, "Mood");
            mood!(Qualified, "app.mood");
            mood!(Quoted, "m\"ood");
        }

        /// Both write it between quotes.
        async fn $mixed(database: Database) {
            let mut driver = $driver::connect(&database.plain_url()).await;
            driver.run(r#"CREATE TYPE "Mood" AS ENUM ('Sad', 'Happy')"#).await;
            driver.run(r#"CREATE TABLE kept (one "Mood")"#).await;
            let theirs = driver.one("one", $module::Mixed::Sad).await;
            assert_eq!(theirs.unwrap(), $module::Mixed::Sad);
            assert_eq!(driver.one("one", Mixed::Sad).await.unwrap(), Mixed::Sad);
        }

        /// Theirs knows no schema: with a dot it is one name.
        async fn $qualified(database: Database) {
            let mut driver = $driver::connect(&database.plain_url()).await;
            driver.run("CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('Sad', 'Happy')").await;
            driver.run("CREATE TABLE kept (one app.mood)").await;
            let refused = driver.one("one", $module::Qualified::Sad).await.unwrap_err();
            assert!(refused.text.contains(r#"type "app.mood" does not exist"#), "{}", refused.text);
            assert_eq!(driver.one("one", Qualified::Sad).await.unwrap(), Qualified::Sad);
        }

        async fn $quote(database: Database) {
            let mut driver = $driver::connect(&database.plain_url()).await;
            driver.run(r#"CREATE TYPE "m""ood" AS ENUM ('Sad', 'Happy')"#).await;
            driver.run(r#"CREATE TABLE kept (one "m""ood")"#).await;
            let refused = driver.one("one", $module::Quoted::Sad).await;
            assert!(refused.is_err(), "{refused:?}");
            assert_eq!(driver.one("one", Quoted::Sad).await.unwrap(), Quoted::Sad);
        }

        /// Both alike.
        async fn $array(database: Database) {
            let mut driver = $driver::connect(&database.plain_url()).await;
            driver.run(r#"CREATE TYPE "Mood" AS ENUM ('Sad', 'Happy')"#).await;
            driver.run(r#"CREATE TABLE kept (many "Mood"[])"#).await;
            let theirs = vec![$module::Mixed::Sad, $module::Mixed::Happy];
            assert_eq!(driver.many("many", theirs.clone()).await.unwrap(), theirs);
            let ours = vec![Mixed::Sad, Mixed::Happy];
            assert_eq!(driver.many("many", ours.clone()).await.unwrap(), ours);
        }

        async fn $unknown(database: Database) {
            let mut driver = $driver::connect(&database.plain_url()).await;
            driver.run(r#"CREATE TYPE "Mood" AS ENUM ('sad', 'Happy')"#).await;
            let sql = "SELECT 'sad'::\"Mood\"::text";
            let refused: Result<$module::Mixed, _> = driver.read(sql).await;
            let refused = refused.unwrap_err().text;
            assert!(refused.contains("unexpected value for Mixed enum: sad"), "{refused}");
            let refused: Result<Mixed, _> = driver.read(sql).await;
            let refused = refused.unwrap_err();
            assert_eq!(refused.unknown.map(|unknown| unknown.nearest()), Some(Some("Sad")));
            let run = "run: ALTER TYPE \"Mood\" RENAME VALUE 'sad' TO 'Sad';";
            assert!(refused.text.contains(run), "{}", refused.text);
        }
    };
}

version!(sea_orm_1 one SeaOrm1 a_mixed_case_name_1 a_qualified_name_1 a_quote_1 an_array_1 an_unknown_label_1);
version!(sea_orm two SeaOrm2 a_mixed_case_name_2 a_qualified_name_2 a_quote_2 an_array_2 an_unknown_label_2);
