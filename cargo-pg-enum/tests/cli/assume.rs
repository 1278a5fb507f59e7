//! What is said of statements in the manifest.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, manifest};

const MOOD: &str = "#[derive(PgEnum)]\nenum Mood { Sad, Ok }\n";
const CREATE: &str = "CREATE TYPE mood AS ENUM ('Sad');\n";
const OUTSIDE: &str = "DO LANGUAGE plpython3u $$\nadd()\n$$;\n";

/// A package whose second migration cannot be known, with this in its manifest.
fn crates(entries: &str) -> Crates {
    let config = format!(
        "[workspace]\n[package.metadata.pg-enum]\ntool = \"plain\"\n[package.metadata.pg-enum.assume]\n{entries}"
    );
    let crates =
        Crates::one(MOOD, &[("migrations/1_a.sql", CREATE), ("migrations/2_b.sql", OUTSIDE)]);
    crates.write("Cargo.toml", &manifest("shop", &config));
    crates
}

#[test]
fn it_makes_the_statement_known() {
    let crates = crates("\"2_b.sql:2\" = \"ALTER TYPE mood ADD VALUE 'Ok'\"\n");
    let check = crates.run(&["check"]);
    assert_eq!((check.status, &*check.err), (Status::Clean, ""), "{}", check.err);
    let generate = crates.run(&["generate"]);
    assert_eq!(generate.status, Status::Clean, "{}", generate.err);
    let list = crates.run(&["list"]);
    assert!(list.out.contains("agrees"), "{}", list.out);
}

#[test]
fn it_is_compared_like_anything_else() {
    let check = crates("\"2_b.sql:2\" = \"nothing\"\n").run(&["check"]);
    assert_eq!(check.status, Status::Findings);
    assert!(check.err.contains("no migration adds the label 'Ok' to public.mood"), "{}", check.err);
}

#[test]
fn what_is_not_needed_is_a_problem() {
    let entries = "\"1_a.sql:1\" = \"nothing\"\n\"2_b.sql:1\" = \"ALTER TYPE mood ADD VALUE 'Ok'\"\n\
                   \"3_c.sql:1\" = \"nothing\"\n";
    crates(entries).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[assumption]: an assumption is made of 3_c.sql, which is not a migration of this folder
         --> migrations/3_c.sql:1:1
          |
        1 |
          | ^
          |
          = help: name the file by its path below the folder, as in `0007_x.sql:12`, or remove the entry from `assume`

        error[assumption]: an assumption is made of this statement, which is known without it
         --> migrations/1_a.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('Sad');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: remove its entry from `assume`

        2 errors: 1 enum compared with 2 migrations in migrations (a usual place)
    "#]]);
}

#[test]
fn what_no_folder_of_another_codec_needs_is_a_problem() {
    let foreign = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\nenum Mood { Sad, Ok }\n";
    let entries = "\"1_a.sql:1\" = \"nothing\"\n\"2_b.sql:1\" = \"ALTER TYPE mood ADD VALUE 'Ok'\"\n\
                   \"3_c.sql:1\" = \"nothing\"\n";
    let crates = crates(entries);
    crates.write("src/lib.rs", foreign);
    let check = crates.run(&["check"]);
    assert_eq!(check.status, Status::Findings);
    assert!(check.err.contains("an assumption is made of 3_c.sql, which"), "{}", check.err);
    assert!(
        check.err.contains("which is known without it\n --> migrations/1_a.sql:1:1"),
        "{}",
        check.err
    );
    assert!(
        check.err.ends_with(
            "2 errors: 1 enum compared with 2 migrations in migrations (a usual place)\n"
        ),
        "{}",
        check.err
    );
}

#[test]
fn an_entry_of_the_workspace_is_for_the_folder_that_needs_it() {
    let workspace = "[workspace]\nmembers = [\"one\", \"two\"]\nresolver = \"2\"\n\
        [workspace.metadata.pg-enum]\ntool = \"plain\"\n[workspace.metadata.pg-enum.assume]\n\
        \"2_b.sql:1\" = \"ALTER TYPE mood ADD VALUE 'Ok'\"\n";
    let crates = Crates::new(&[
        ("Cargo.toml", workspace),
        ("one/Cargo.toml", &manifest("one", "")),
        ("one/src/lib.rs", MOOD),
        ("one/migrations/1_a.sql", CREATE),
        ("one/migrations/2_b.sql", OUTSIDE),
        ("two/Cargo.toml", &manifest("two", "")),
        ("two/src/lib.rs", "#[derive(PgEnum)]\nenum Mood { Sad }\n"),
        ("two/migrations/1_a.sql", CREATE),
    ]);
    let check = crates.run(&["check"]);
    assert_eq!((check.status, &*check.err), (Status::Clean, ""), "{}", check.err);
}

#[test]
fn an_entry_has_a_place_and_sql() {
    crates("\"2_b.sql\" = \"nothing\"\n").run(&["check"]).check(&expect![[r#"
        Failed
        --- err
        error: `assume` of `[package.metadata.pg-enum]` in Cargo.toml is wrong: `2_b.sql` has no line
        help: write `assume = { "0007_x.sql:12" = "ALTER TYPE …" }`
    "#]]);
    crates("\"2_b.sql:1\" = 1\n").run(&["check"]).check(&expect![[r#"
        Failed
        --- err
        error: `assume` of `[package.metadata.pg-enum]` in Cargo.toml is wrong: there is no SQL for `2_b.sql:1`
        help: write `assume = { "0007_x.sql:12" = "ALTER TYPE …" }`
    "#]]);
    crates("\"2_b.sql:1\" = \"ALTR TYPE mood\"\n").run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        note: src/lib.rs:2: shop::Mood is not compared: the effect of a migration on it is unknown
        error[unknown]: what is assumed of this cannot be read: expected a statement, found a name
         --> migrations/2_b.sql:1:1
          |
        1 | DO LANGUAGE plpython3u $$
          | ^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: may touch any enum
          = help: correct its entry in `assume`: SQL, or `nothing`

        1 error: no enum is compared; 1 not compared: 1 uncertain; also read: migrations (a usual place)
    "#]]);
}
