//! `cargo pg-enum verify` and `ensure`.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::ffi::OsString;

use expect_test::{Expect, expect};
use pg_enum_test_server::Database;
use tempfile::TempDir;

use crate::harness::{Said, command, labels, run, tests};

tests![
    a_database_that_agrees,
    a_database_that_does_not,
    what_stands_in_the_way,
    for_programs,
    what_is_missing_is_made,
    tenants,
    rows_are_tried,
    who_is_asked,
];

const SOURCE: &str = "
#[derive(PgEnum)]
pub enum Mood { Sad, Ok }

#[derive(PgEnum)]
#[pg_enum(name = \"colour\", removed(\"grey\" => Red))]
pub enum Color {
    #[pg_enum(rename = \"red\")]
    Red,
    #[pg_enum(other)]
    Other(String),
}
";

pub(crate) struct Package(TempDir);

impl Package {
    pub(crate) fn new(source: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        write("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2021\"\n[workspace]\n");
        std::fs::create_dir(dir.path().join("src")).unwrap();
        write("src/lib.rs", source);
        Self(dir)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    /// What a command prints is this.
    pub(crate) fn check(&self, database: Option<&Database>, args: &[&str], expected: &Expect) {
        expected.assert_eq(&self.said(database, args));
    }

    /// What a command prints; with the database's URL, unless there is none.
    pub(crate) fn said(&self, database: Option<&Database>, args: &[&str]) -> String {
        let manifest = self.0.path().join("Cargo.toml");
        let mut all: Vec<OsString> = vec!["cargo-pg-enum".into()];
        all.extend(args.iter().map(OsString::from));
        all.extend(["--manifest-path".into(), manifest.into()]);
        if let Some(database) = database {
            all.extend(["--database-url".into(), database.url().into()]);
        }
        let Said { status, out, err } = command(all);
        let said = format!("{status:?}\n{out}---\n{err}");
        let root = self.0.path().to_string_lossy().into_owned();
        said.replace(&format!("{root}/"), "")
    }
}

async fn connect(database: &Database, sql: &str) -> sqlx::PgConnection {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, sql).await;
    connection
}

async fn a_database_that_agrees(database: Database) {
    let sql = "CREATE TYPE mood AS ENUM ('Sad', 'Ok'); CREATE TYPE colour AS ENUM ('red')";
    connect(&database, sql).await;
    Package::new(SOURCE).check(
        Some(&database),
        &["verify"],
        &expect![[r#"
        Clean
        2 enums agree with the database
        ---
    "#]],
    );
    Package::new("").check(
        Some(&database),
        &["verify"],
        &expect![[r#"
        Clean
        no enum derives `PgEnum`
        ---
    "#]],
    );
}

async fn a_database_that_does_not(database: Database) {
    let sql = "CREATE TYPE mood AS ENUM ('ok', 'new'); CREATE TYPE colour AS ENUM ('red', 'grey', 'blue');
        CREATE TABLE t (colour colour); INSERT INTO t VALUES ('grey')";
    connect(&database, sql).await;
    let package = Package::new(SOURCE);
    package.check(Some(&database), &["verify", "--rows"], &expect![[r#"
        Findings
        ---
        error[removed-in-use]: public.colour has the label 'grey', which the enum says is removed, and rows contain it: public.t.colour
         --> src/lib.rs:6:36
          |
        6 | #[pg_enum(name = "colour", removed("grey" => Red))]
          |                                    ^^^^^^
          |
          = help: run: UPDATE public.t SET colour = 'red' WHERE pg_catalog.format('%s', colour) OPERATOR(pg_catalog.=) 'grey';

        error[label-extra]: public.colour has the label 'blue', which the enum lacks
         --> src/lib.rs:6:18
          |
        6 | #[pg_enum(name = "colour", removed("grey" => Red))]
          |                  ^^^^^^^^
          |
          = help: add a variant for it, or add an `other` variant and tolerate extra labels

        error[case-only]: public.mood has the label 'ok' instead of 'Ok': they differ only by case
         --> src/lib.rs:3:22
          |
        3 | pub enum Mood { Sad, Ok }
          |                      ^^
          |
          = help: run: ALTER TYPE public.mood RENAME VALUE 'ok' TO 'Ok';

        error[label-missing]: public.mood lacks the label 'Sad'
         --> src/lib.rs:3:17
          |
        3 | pub enum Mood { Sad, Ok }
          |                 ^^^
          |
          = help: run: ALTER TYPE public.mood ADD VALUE 'Sad' BEFORE 'Ok';

        error[label-extra]: public.mood has the label 'new', which the enum lacks
         --> src/lib.rs:3:10
          |
        3 | pub enum Mood { Sad, Ok }
          |          ^^^^
          |
          = help: add a variant for it, or add an `other` variant and tolerate extra labels

        5 problems in 2 enums
    "#]]);
}

async fn what_stands_in_the_way(database: Database) {
    let sql = "CREATE TYPE mood AS ENUM ('ok', 'new'); CREATE TYPE colour AS ENUM ('red', 'grey', 'blue')";
    connect(&database, sql).await;
    let package = Package::new(SOURCE);
    package.check(
        Some(&database),
        &["verify", "--extra-labels", "with-other"],
        &expect![[r#"
        Findings
        ---
        error[case-only]: public.mood has the label 'ok' instead of 'Ok': they differ only by case
         --> src/lib.rs:3:22
          |
        3 | pub enum Mood { Sad, Ok }
          |                      ^^
          |
          = help: run: ALTER TYPE public.mood RENAME VALUE 'ok' TO 'Ok';

        error[label-missing]: public.mood lacks the label 'Sad'
         --> src/lib.rs:3:17
          |
        3 | pub enum Mood { Sad, Ok }
          |                 ^^^
          |
          = help: run: ALTER TYPE public.mood ADD VALUE 'Sad' BEFORE 'Ok';

        error[label-extra]: public.mood has the label 'new', which the enum lacks
         --> src/lib.rs:3:10
          |
        3 | pub enum Mood { Sad, Ok }
          |          ^^^^
          |
          = help: add a variant for it, or add an `other` variant and tolerate extra labels

        3 problems in 2 enums
    "#]],
    );
    package.check(
        Some(&database),
        &["ensure"],
        &expect![[r#"
        Findings
        ---
        error[case-only]: public.mood has the label 'ok' instead of 'Ok': they differ only by case
         --> src/lib.rs:3:22
          |
        3 | pub enum Mood { Sad, Ok }
          |                      ^^
          |
          = help: run: ALTER TYPE public.mood RENAME VALUE 'ok' TO 'Ok';

        error[label-missing]: public.mood lacks the label 'Sad'
         --> src/lib.rs:3:17
          |
        3 | pub enum Mood { Sad, Ok }
          |                 ^^^
          |
          = help: run: ALTER TYPE public.mood ADD VALUE 'Sad' BEFORE 'Ok';

        2 problems in 2 enums
    "#]],
    );
}

async fn for_programs(database: Database) {
    connect(&database, "CREATE TYPE colour AS ENUM ('red')").await;
    let package = Package::new(SOURCE);
    package.check(
        Some(&database),
        &["verify", "--format", "json"],
        &expect![[r#"
            Findings
            [
              {
                "code": "missing",
                "severity": "error",
                "message": "the type public.mood does not exist",
                "type": "public.mood",
                "file": "src/lib.rs",
                "line": 3,
                "column": 10,
                "end_line": 3,
                "end_column": 14,
                "label": null,
                "related": [],
                "notes": [],
                "help": "run: CREATE TYPE public.mood AS ENUM ('Sad', 'Ok');"
              }
            ]
            ---
        "#]],
    );
    package.check(Some(&database), &["verify", "--format", "github"], &expect![[r#"
        Findings
        ::error file=src/lib.rs,line=3,endLine=3,col=10,endColumn=14,title=pg-enum missing::the type public.mood does not exist%0Ahelp: run: CREATE TYPE public.mood AS ENUM ('Sad', 'Ok');
        ---
    "#]]);
}

async fn what_is_missing_is_made(database: Database) {
    let mut connection = connect(&database, "CREATE TYPE mood AS ENUM ('Ok')").await;
    let package = Package::new(SOURCE);
    package.check(
        Some(&database),
        &["ensure", "--no-add-labels"],
        &expect![[r#"
        Findings
        ---
        error[missing]: the type public.colour does not exist
         --> src/lib.rs:6:18
          |
        6 | #[pg_enum(name = "colour", removed("grey" => Red))]
          |                  ^^^^^^^^
          |
          = help: run: CREATE TYPE public.colour AS ENUM ('red');

        error[label-missing]: public.mood lacks the label 'Sad'
         --> src/lib.rs:3:17
          |
        3 | pub enum Mood { Sad, Ok }
          |                 ^^^
          |
          = help: run: ALTER TYPE public.mood ADD VALUE 'Sad' BEFORE 'Ok';

        2 problems in 2 enums
    "#]],
    );
    package.check(
        Some(&database),
        &["ensure"],
        &expect![[r#"
        Clean
        create type colour
        add value 'Sad' to public.mood before 'Ok'
        2 enums agree with the database
        ---
    "#]],
    );
    package.check(
        Some(&database),
        &["ensure"],
        &expect![[r#"
        Clean
        2 enums agree with the database
        ---
    "#]],
    );
    assert_eq!(labels(&mut connection, "public", "mood").await, ["Sad", "Ok"]);
}

async fn tenants(database: Database) {
    let sql = "CREATE SCHEMA a_1; CREATE SCHEMA a_2; CREATE SCHEMA a_3; CREATE SCHEMA \"a_4 \";
        CREATE TYPE a_1.mood AS ENUM ('Sad', 'Ok')";
    connect(&database, sql).await;
    let package = Package::new(SOURCE);
    package.check(
        Some(&database),
        &["verify", "--schemas", "a\\_%"],
        &expect![[r#"
                Findings
                ---
                error[missing]: the type colour in 4 schemas (a_1, a_2, a_3, …) does not exist
                 --> src/lib.rs:6:18
                  |
                6 | #[pg_enum(name = "colour", removed("grey" => Red))]
                  |                  ^^^^^^^^
                  |
                  = note: the schemas are a_1, a_2, a_3, "a_4 "
                  = help: run: CREATE TYPE a_1.colour AS ENUM ('red');

                error[missing]: the type mood in 3 schemas (a_2, a_3, a_4 ) does not exist
                 --> src/lib.rs:3:10
                  |
                3 | pub enum Mood { Sad, Ok }
                  |          ^^^^
                  |
                  = help: run: CREATE TYPE a_2.mood AS ENUM ('Sad', 'Ok');

                2 problems in 2 enums
            "#]],
    );
    package.check(
        Some(&database),
        &["ensure", "--schemas", "a\\_%"],
        &expect![[r#"
                Clean
                create type a_1.colour
                create type a_2.colour
                create type a_3.colour
                create type a_4 .colour
                create type a_2.mood
                create type a_3.mood
                create type a_4 .mood
                2 enums agree with the database
                ---
            "#]],
    );
    package.check(
        Some(&database),
        &["verify", "--schemas", "a\\_%"],
        &expect![[r#"
        Clean
        2 enums agree with the database
        ---
    "#]],
    );
    package.check(
        Some(&database),
        &["verify", "--schemas", "b\\_%"],
        &expect![[r#"
            Failed
            ---
            error: no schema name matches `b\_%`
            help: list the schemas with `\dn` in psql
        "#]],
    );
}

async fn who_is_asked(_: Database) {
    let package = Package::new(SOURCE);
    package.check(
        None,
        &["verify", "--database-url", ""],
        &expect![[r#"
            Failed
            ---
            error: --database-url is not the URL of a PostgreSQL database
            help: write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE; in USER and PASSWORD, write `@` as %40, `:` as %3A, `/` as %2F, `?` as %3F, `#` as %23 and `%` as %25
        "#]],
    );
    package.check(
        None,
        &["verify", "--database-url", "mysql://localhost"],
        &expect![[r#"
            Failed
            ---
            error: --database-url is not the URL of a PostgreSQL database
            help: write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE; in USER and PASSWORD, write `@` as %40, `:` as %3A, `/` as %2F, `?` as %3F, `#` as %23 and `%` as %25
        "#]],
    );
    package.check(None, &["verify", "--database-url", "postgres://u:secret@127.0.0.1:1/x"], &expect![[r#"
        Failed
        ---
        error: cannot connect to 127.0.0.1:1: error communicating with database: Connection refused (os error 111)
        help: check that the server runs, and that host and port are right
    "#]]);
    package.check(
        None,
        &["verify", "--database-url", "postgres://["],
        &expect![[r#"
            Failed
            ---
            error: --database-url is not a valid URL: invalid IPv6 address
            help: write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE; in USER and PASSWORD, write `@` as %40, `:` as %3A, `/` as %2F, `?` as %3F, `#` as %23 and `%` as %25
        "#]],
    );
    package.check(
        None,
        &["verify", "--database-url", "5432"],
        &expect![[r#"
            Failed
            ---
            error: --database-url is not the URL of a PostgreSQL database
            help: write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE; in USER and PASSWORD, write `@` as %40, `:` as %3A, `/` as %2F, `?` as %3F, `#` as %23 and `%` as %25
        "#]],
    );
}

async fn rows_are_tried(database: Database) {
    let sql = "CREATE TYPE mood AS ENUM ('Sad', 'Ok'); CREATE TYPE colour AS ENUM ('blue');
        CREATE TABLE orders (id bigserial PRIMARY KEY, mood mood NOT NULL, moods mood[] CHECK (moods <> '{Ok}'));
        CREATE TABLE lines (order_id bigint NOT NULL REFERENCES orders, mood mood);
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
        CREATE TABLE logs (mood mood);
        CREATE TRIGGER audit BEFORE INSERT ON logs FOR EACH ROW EXECUTE FUNCTION refuse()";
    let mut connection = connect(&database, sql).await;
    let package = Package::new(SOURCE);
    package.check(Some(&database), &["smoke"], &expect![[r#"
        Findings
        public.colour (shop::Color): 1 label
          cast  refused  all  invalid input value for enum public.colour: "red" (SQLSTATE 22P02)
        public.mood (shop::Mood): 2 labels
          cast                   cast           all
          public.lines.mood      only compared  all    column `order_id` is NOT NULL without default
          public.logs.mood       only compared  all    trigger audit on table public.logs may run any code
          public.orders.mood     written        all
          public.orders.moods[]  written        'Sad'
          public.orders.moods[]  only compared  'Ok'   new row for relation "orders" violates check constraint "orders_moods_check" (SQLSTATE 23514)
        ---
        note: no row was tried for 1 column, because code of the database may run: if you trust all who own something in it, as in a test, add --run-code
        error[smoke]: public.colour refuses the label 'red': invalid input value for enum public.colour: "red" (SQLSTATE 22P02)
         --> src/lib.rs:8:24
          |
        8 |     #[pg_enum(rename = "red")]
          |                        ^^^^^
          |
          = help: run `cargo pg-enum verify` to see what differs, and the SQL for it

        1 problem in 2 enums
    "#]]);
    run(&mut connection, "ALTER TYPE colour ADD VALUE 'red'").await;
    package.check(Some(&database), &["smoke", "--run-code"], &expect![[r#"
        Clean
        public.colour (shop::Color): 1 label
          cast  cast  all
        public.mood (shop::Mood): 2 labels
          cast                   cast           all
          public.lines.mood      only compared  all    column `order_id` is NOT NULL without default
          public.logs.mood       only compared  all    refused (SQLSTATE P0001)
          public.orders.mood     written        all
          public.orders.moods[]  written        'Sad'
          public.orders.moods[]  only compared  'Ok'   new row for relation "orders" violates check constraint "orders_moods_check" (SQLSTATE 23514)
        the database accepts 3 labels of 2 enums
        ---
    "#]]);
    run(&mut connection, "DROP TABLE lines, logs; ALTER TABLE orders DROP mood").await;
    package.check(Some(&database), &["smoke", "--format", "json"], &expect![[r#"
        Clean
        [
          {
            "enum": "shop::Color",
            "type": "public.colour",
            "label": "red",
            "column": null,
            "outcome": "cast",
            "reason": null,
            "sqlstate": null
          },
          {
            "enum": "shop::Mood",
            "type": "public.mood",
            "label": "Sad",
            "column": null,
            "outcome": "cast",
            "reason": null,
            "sqlstate": null
          },
          {
            "enum": "shop::Mood",
            "type": "public.mood",
            "label": "Ok",
            "column": null,
            "outcome": "cast",
            "reason": null,
            "sqlstate": null
          },
          {
            "enum": "shop::Mood",
            "type": "public.mood",
            "label": "Sad",
            "column": "public.orders.moods[]",
            "outcome": "written",
            "reason": null,
            "sqlstate": null
          },
          {
            "enum": "shop::Mood",
            "type": "public.mood",
            "label": "Ok",
            "column": "public.orders.moods[]",
            "outcome": "compared",
            "reason": "new row for relation \"orders\" violates check constraint \"orders_moods_check\" (SQLSTATE 23514)",
            "sqlstate": "23514"
          }
        ]
        ---
    "#]]);
}
