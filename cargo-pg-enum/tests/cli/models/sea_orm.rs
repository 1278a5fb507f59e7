//! SeaORM's entities.

use expect_test::expect;

use super::{check, said};
use crate::harness::{Crates, Run, manifest};

const ORDERS: &str = "CREATE SCHEMA app;
CREATE TYPE app.status AS ENUM ('open');
CREATE TABLE app.orders (id uuid PRIMARY KEY, placed_at timestamptz, status app.status NOT NULL, \"Kind\" text);";

fn entity(fields: &str) -> String {
    format!(
        "use sea_orm::entity::prelude::*;
#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = \"orders\", schema_name = \"app\")]
pub struct Model {{
{fields}
}}
"
    )
}

#[test]
fn a_column_of_another_case() {
    check(&entity("pub id: Uuid,\npub kind: Option<String>,"), ORDERS).check(&expect![[r#"
        Findings
        --- err
        error[no-column]: app.orders has no column "kind" (created at migrations/1_a.sql:3), but it has "Kind", which differs only by case (migrations/1_a.sql:3)
         --> src/lib.rs:6:5
          |
        6 | pub kind: Option<String>,
          |     ^^^^
          |
         ::: migrations/1_a.sql:3:98
          |
        3 | CREATE TABLE app.orders (id uuid PRIMARY KEY, placed_at timestamptz, status app.status NOT NULL, "Kind" text);
          |                                                                                                  ----------- the migrations have this one
          |
          = note: `Model` derives `sea_orm::DeriveEntityModel`
          = help: rename the field, or write `#[sea_orm(column_name = "Kind")]`

        1 error: 1 model compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn what_differs() {
    for (fields, expected) in [
        (
            "#[sea_orm(primary_key)] pub id: Uuid,\npub placed_at: Option<DateTimeWithTimeZone>,\npub status: Status,\n\
             #[sea_orm(column_name = \"Kind\")] pub kind: Option<String>,\n#[sea_orm(ignore)] pub more: i32,",
            &[][..],
        ),
        (
            "pub id: String,",
            &[
                "5 column-type: column app.orders.id is uuid (migrations/1_a.sql:3), but the type of the field holds text, \
             character varying, character, …",
            ],
        ),
        (
            "pub placed_at: DateTimeUtc,",
            &[
                "5 column-null: column placed_at of app.orders can be NULL, but its field is not an `Option`",
            ],
        ),
        (
            "pub placed_at: Option<DateTime>,",
            &[
                "5 column-type: column app.orders.placed_at is timestamp with time zone (migrations/1_a.sql:3), but the type \
             of the field holds timestamp without time zone",
            ],
        ),
        (
            "pub status: String,",
            &[
                "5 column-type: column app.orders.status is app.status (migrations/1_a.sql:3), but the type of the field holds \
             text, character varying, character, …",
            ],
        ),
        // The query casts it.
        ("#[sea_orm(select_as = \"text\")] pub status: String,", &[]),
        (
            "#[sea_orm(column_name = \"Kinds\")] pub kind: Option<String>,",
            &[
                "5 no-column: app.orders has no column \"Kinds\" (created at migrations/1_a.sql:3), but it has \"Kind\" \
             (migrations/1_a.sql:3)",
            ],
        ),
    ] {
        assert_eq!(said(&entity(fields), ORDERS), expected, "{fields}");
    }
}

/// A package with two entities, and one with a migration in Rust.
fn with_code(migration: &str) -> Run {
    let entities = "use sea_orm::entity::prelude::*;
        mod a { #[derive(DeriveEntityModel)] #[sea_orm(table_name = \"a\")] struct Model { b: i32 } }
        mod b { #[derive(DeriveEntityModel)] #[sea_orm(table_name = \"orders\")] struct Model { b: i32 } }";
    let migration = format!(
        "use sea_orm_migration::prelude::*;
impl MigrationTrait for Migration {{
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {{
        {migration}
    }}
}}
"
    );
    let crates = Crates::new(&[
        ("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"entity\", \"migration\"]\n"),
        ("entity/Cargo.toml", &manifest("entity", "")),
        ("entity/src/lib.rs", entities),
        ("migration/Cargo.toml", &manifest("migration", "")),
        (
            "migration/src/lib.rs",
            "mod m1;\nimpl MigratorTrait for Migrator {\n    fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        \
             vec![Box::new(m1::Migration)]\n    }\n}\n",
        ),
        ("migration/src/m1.rs", &migration),
    ]);
    crates.run(&["check", "--workspace"])
}

#[test]
fn tables_of_migrations_in_rust() {
    let sql = "manager.get_connection().execute_unprepared(\"CREATE TABLE a (id int)\").await?;";
    let run = with_code(&format!("{sql} Ok(())"));
    assert!(run.err.contains("error[no-column]: public.a has no column \"b\""), "{}", run.err);
    // How a builder changes tables is not told, so that no table is known.
    let built = "manager.create_table(Table::create().table(Orders::Table).to_owned()).await";
    with_code(&format!("{sql}\n        {built}")).check(&expect![[r#"
        Clean
        --- out
        no model is compared; 2 models not compared: 2 with a table that is unknown; also read: migration/src (named by a list of migrations in Rust at migration/src/lib.rs:4)
        --- err
        note: entity/src/lib.rs:2: entity::a::Model and 1 more model are not compared: the columns of orders, public.a cannot be told: code builds this statement about a table (migration/src/m1.rs:5)
    "#]]);
}
