//! `pg_enum::PgModel`, which names its table.

use expect_test::expect;

use super::{check, said};

const ORDERS: &str = "CREATE SCHEMA app;
CREATE TABLE app.orders (id bigint PRIMARY KEY, note text, placed_at timestamptz NOT NULL);";

#[test]
fn a_column_that_is_not_there() {
    let library = "#[derive(sqlx::FromRow, pg_enum::PgModel)]
#[pg_model(table = \"orders\", schema = \"app\")]
pub struct Order {
    id: i64,
    notes: Option<String>,
}
fn f() { sqlx::query_as::<_, Order>(\"SELECT id, notes FROM app.orders\"); }
";
    check(library, ORDERS).check(&expect![[r#"
        Findings
        --- err
        error[no-column]: app.orders has no column "notes" (created at migrations/1_a.sql:2), but it has "note" (migrations/1_a.sql:2)
         --> src/lib.rs:5:5
          |
        5 |     notes: Option<String>,
          |     ^^^^^
          |
         ::: migrations/1_a.sql:2:49
          |
        2 | CREATE TABLE app.orders (id bigint PRIMARY KEY, note text, placed_at timestamptz NOT NULL);
          |                                                 --------- the migrations have this one
          |
          = note: `Order` derives `pg_enum::PgModel`
          = help: rename the field, or write `#[pg_model(column = "note")]`

        error[no-column]: this query selects the column "notes", which app.orders lacks
         --> src/lib.rs:7:49
          |
        7 | fn f() { sqlx::query_as::<_, Order>("SELECT id, notes FROM app.orders"); }
          |                                                 ^^^^^
          |
         ::: migrations/1_a.sql:2:1
          |
        2 | CREATE TABLE app.orders (id bigint PRIMARY KEY, note text, placed_at timestamptz NOT NULL);
          | ------------------------------------------------------------------------------------------ the table is created here
          |
          = note: `Order` derives `pg_enum::PgModel`
          = help: remove it from the query, or add the column in a migration

        2 errors: 1 model compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn what_differs() {
    for (attributes, fields, expected) in [
        ("table = \"orders\", schema = \"app\"", "id: i64, note: Option<String>", &[] as &[&str]),
        (
            "table = \"orders\", schema = \"app\", complete",
            "id: i64",
            &[
                "3 no-fields: this model has no field for 2 columns of app.orders: \"note\" text (migrations/1_a.sql:2), \"placed_at\" timestamp with time zone (migrations/1_a.sql:2)",
            ],
        ),
        (
            "table = \"orders\", schema = \"app\"",
            "note: String",
            &[
                "3 column-null: column note of app.orders can be NULL, but its field is not an `Option`",
            ],
        ),
        (
            "table = \"orders\", schema = \"app\"",
            "id: i32",
            &[
                "3 column-type: column app.orders.id is bigint (migrations/1_a.sql:2), but the type of the field holds integer",
            ],
        ),
        (
            "table = \"order\", schema = \"app\"",
            "id: i64",
            &["2 no-table: no migration creates the table app.order"],
        ),
        ("table = \"legacy\", external", "id: i64", &[]),
        ("", "#[pg_model(from = \"app.orders.id\")] id: i64", &[]),
        ("table = 1", "id: i64", &[]),
    ] {
        let library = format!(
            "#[derive(pg_enum::PgModel)]\n#[pg_model({attributes})]\npub struct Order {{ {fields} }}\n"
        );
        assert_eq!(said(&library, ORDERS), expected, "{attributes} {fields}");
    }
}
