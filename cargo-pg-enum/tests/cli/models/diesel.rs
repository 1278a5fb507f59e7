//! Diesel's `schema.rs`.

use cargo_pg_enum::Status;
use expect_test::expect;

use super::{check, said};
use crate::harness::{Crates, manifest};

const USERS: &str = "CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE users (
    id serial PRIMARY KEY,
    name varchar(20) NOT NULL,
    mood mood,
    at timestamptz NOT NULL DEFAULT now()
);";

fn schema(columns: &str) -> String {
    format!(
        "mod sql_types {{
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = \"mood\"))]
    pub struct Mood;
}}
diesel::table! {{
    users (id) {{
{columns}
    }}
}}
"
    )
}

#[test]
fn a_schema_that_was_not_printed_again() {
    let rust =
        schema("id -> Int4,\nname -> Varchar,\nmood -> Nullable<sql_types::Mood>,\nemail -> Text,");
    check(&rust, USERS).check(&expect![[r#"
        Findings
        --- err
        error[no-column]: public.users has no column "email" (created at migrations/1_a.sql:2)
          --> src/lib.rs:11:1
           |
        11 | email -> Text,
           | ^^^^^
           |
          ::: migrations/1_a.sql:2:1
           |
         2 | CREATE TABLE users (
           | -------------------- the table is created here
           |
           = help: write `schema.rs` anew with `diesel print-schema`, or add the column in a migration

        1 error: 1 model compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn what_differs() {
    let of = |column: &str, what: &str, ty: &str| {
        vec![format!(
            "8 column-type: column public.users.{column} is {what}, which `{ty}` does not read"
        )]
    };
    for (columns, expected) in [
        ("id -> Int4,\nname -> Text,\nmood -> Nullable<Mood>,\nat -> Timestamp,", vec![]),
        ("id -> BigInt,", of("id", "integer", "BigInt")),
        ("name -> Nullable<Uuid>,", of("name", "character varying(20)", "Nullable<Uuid>")),
        ("name -> Array<Text>,", of("name", "character varying(20)", "Array<Text>")),
        // Diesel reads whatever bytes come as text.
        ("mood -> Nullable<Text>,", vec![]),
        ("mood -> Nullable<Integer>,", of("mood", "public.mood", "Nullable<Integer>")),
        ("name -> Mood,", vec![]),
        ("id -> Mood,", vec!["8 column-type: column public.users.id is integer, but `Mood` is mood".into()]),
        (
            "mood -> Mood,",
            vec!["8 column-null: column mood of public.users can be NULL, but `schema.rs` does not say `Nullable`".into()],
        ),
        ("#[sql_name = \"name\"]\nr#type -> Text,", vec![]),
        ("name -> some_crate::Vector,", vec![]),
    ] {
        assert_eq!(said(&schema(columns), USERS), expected, "{columns}");
    }
}

#[test]
fn a_column_that_an_insert_must_give() {
    let rust = schema("id -> Int4,");
    // Reading does not need all columns.
    assert!(said(&rust, USERS).is_empty());
    let inserted =
        rust + "#[derive(Insertable)]\n#[diesel(table_name = users)]\nstruct NewUser { id: i32 }\n";
    assert_eq!(
        said(&inserted, USERS),
        [
            "7 not-inserted: an INSERT into public.users must give name, which `schema.rs` does not have: NOT NULL without \
          a default"
        ]
    );
    let trigger = format!(
        "{USERS} CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := 'x'; RETURN NEW; END $$;
         CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();"
    );
    assert!(said(&inserted, &trigger).is_empty());
}

#[test]
fn structs_are_compared_through_their_block() {
    let model = "use shop_schema::schema::users as db_users;
        #[derive(Queryable, Selectable)] #[diesel(table_name = db_users)] pub struct User { id: i32 }
        #[derive(Insertable)] #[table_name = \"users\"] pub struct NewUser { id: i32 }
        #[derive(Queryable)] pub struct Row { id: i32 }
        #[derive(Identifiable)] pub struct Order { id: i32 }";
    let crates = Crates::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"schema\", \"shop\"]\nresolver = \"2\"\n"),
        ("migrations/1_a.sql", "CREATE TABLE users (id int PRIMARY KEY);"),
        ("schema/Cargo.toml", &manifest("shop_schema", "")),
        ("schema/src/lib.rs", "pub mod schema { diesel::table! { users (id) { id -> Int4, } } }"),
        ("shop/Cargo.toml", &manifest("shop", "")),
        ("shop/src/lib.rs", model),
    ]);
    let run = crates.run(&["check", "--workspace"]);
    assert_eq!(run.status, Status::Clean);
    expect![[r#"
        3 models agree with 1 migration in migrations (a usual place); 2 models not compared: 2 without the name of a `table!`
    "#]].assert_eq(&(run.err + &run.out));
}

#[test]
fn a_block_of_another_database_is_not_compared() {
    let library = schema("id -> BigInt,");
    let crates = Crates::one(&library, &[("migrations/1_a.sql", USERS)]);
    let sqlite =
        "[workspace]\n[dependencies]\ndiesel = { path = \"diesel\", features = [\"sqlite\"] }\n";
    crates.write("Cargo.toml", &manifest("shop", sqlite));
    crates.write("diesel/Cargo.toml", &manifest("diesel", "[features]\nsqlite = []\n"));
    crates.write("diesel/src/lib.rs", "");
    let run = crates.run(&["check"]);
    assert!(run.out.contains("1 model not compared: 1 for another database"), "{}", run.out);
}

#[test]
fn one_of_two_blocks_that_cfg_selects() {
    let rust = "#[cfg(feature = \"a\")] table! { users (id) { id -> Int4 } }
        #[cfg(not(feature = \"a\"))] table! { users (id) { id -> BigInt } }";
    let run = check(rust, USERS);
    assert!(run.out.contains("2 models not compared: 2 selected by `cfg`"), "{}", run.out);
}
