//! Labels that the type keeps and that no row may hold.

use expect_test::expect;

use crate::harness::Crates;

const STATUS: &str =
    "#[derive(PgEnum)]\n#[pg_enum(retired(\"draft\"))]\nenum Status { Open, Done }\n";

const SCHEMA: &str = "CREATE TYPE status AS ENUM ('draft', 'Open', 'Done');\n\
                      CREATE TABLE orders (id bigint PRIMARY KEY, status status NOT NULL, history status[]);\n";

#[test]
fn checks_are_added_and_validated() {
    let crates = Crates::one(STATUS, &[("migrations/0001_all.up.sql", SCHEMA), ("migrations/0001_all.down.sql", "")]);
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[retired-not-forbidden]: no migration forbids the retired label 'draft' in public.orders.status (migrations/0001_all.up.sql:2), public.orders.history[] (migrations/0001_all.up.sql:2)
         --> src/lib.rs:2:19
          |
        2 | #[pg_enum(retired("draft"))]
          |                   ^^^^^^^
          |
          = help: run `cargo pg-enum generate` to write the migration

        1 error: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
    crates.run(&["generate"]).check(&expect![[r#"
        Failed
        --- err
        error[retired-not-forbidden]: no migration forbids the retired label 'draft' in public.orders.status (migrations/0001_all.up.sql:2), public.orders.history[] (migrations/0001_all.up.sql:2)
         --> src/lib.rs:2:19
          |
        2 | #[pg_enum(retired("draft"))]
          |                   ^^^^^^^
          |
          = help: run `cargo pg-enum generate` to write the migration

        error: with the new migration, the result still does not match the enums, so it was removed
        help: see the problems above; if the migrations are correct, this is a bug in this tool
    "#]]);
    let files = crates.list("migrations");
    let texts: Vec<String> = files
        .iter()
        .filter(|file| !file.contains("0001_"))
        .map(|file| format!("==> {file}\n{}", crates.read(&format!("migrations/{file}"))))
        .collect();
    expect![[""]].assert_eq(&texts.concat());
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[retired-not-forbidden]: no migration forbids the retired label 'draft' in public.orders.status (migrations/0001_all.up.sql:2), public.orders.history[] (migrations/0001_all.up.sql:2)
         --> src/lib.rs:2:19
          |
        2 | #[pg_enum(retired("draft"))]
          |                   ^^^^^^^
          |
          = help: run `cargo pg-enum generate` to write the migration

        1 error: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
    crates.run(&["generate"]).check(&expect![[r#"
        Failed
        --- err
        error[retired-not-forbidden]: no migration forbids the retired label 'draft' in public.orders.status (migrations/0001_all.up.sql:2), public.orders.history[] (migrations/0001_all.up.sql:2)
         --> src/lib.rs:2:19
          |
        2 | #[pg_enum(retired("draft"))]
          |                   ^^^^^^^
          |
          = help: run `cargo pg-enum generate` to write the migration

        error: with the new migration, the result still does not match the enums, so it was removed
        help: see the problems above; if the migrations are correct, this is a bug in this tool
    "#]]);
}
