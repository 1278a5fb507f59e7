//! `--reorder`: variants in the order of the type, unless something depends on their order.

use cargo_pg_enum::Status;
use expect_test::expect;

use super::package;

const SQLX: &str = "sqlx = { version = \"0.8\", features = [\"postgres\"] }";
const SQL: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'very_happy');\n";

#[test]
fn variants_move_with_what_belongs_to_them() {
    let library = r#"use sqlx::Type;

#[derive(Debug, Type)]
#[sqlx(type_name = "mood", rename_all = "snake_case")]
pub enum Mood { // of a person
    /// The best.
    #[serde(alias = "great")]
    VeryHappy, // rarely

    // Not to be confused with `Ok`.
    #[sqlx(rename = "ok")]
    Fine,
    /* the last */ Sad // often
    // end
}

#[derive(Type)]
#[sqlx(type_name = "mood")]
enum Short { very_happy, ok, sad }
"#;
    let crates = package(SQLX, library, SQL);
    assert_eq!(crates.run(&["check"]).status, Status::Clean);
    let run = crates.run(&["adopt", "--yes", "--allow-no-vcs", "--reorder"]);
    expect![[r#"
        note: src/lib.rs:5: shop::Mood gets its variants in the order of the type
        note: src/lib.rs:19: shop::Short gets its variants in the order of the type
    "#]]
    .assert_eq(&run.err);
    expect![[r##"
        #[derive(Debug, pg_enum::PgEnum)]
        #[pg_enum(rename_all = "snake_case")]
        pub enum Mood { // of a person
            /* the last */ Sad, // often

            // Not to be confused with `Ok`.
            #[pg_enum(rename = "ok")]
            Fine,
            /// The best.
            #[serde(alias = "great")]
            VeryHappy // rarely
            // end
        }

        #[derive(pg_enum::PgEnum)]
        #[pg_enum(name = "mood")]
        enum Short { sad, ok, very_happy }
    "##]]
    .assert_eq(&crates.read("src/lib.rs"));
    assert_eq!(crates.run(&["check"]).status, Status::Clean);
    let run = crates.run(&["adopt", "--reorder", "--yes", "--allow-no-vcs"]);
    assert_eq!(run.out, "nothing to do: 0 enums adopted\n");
}

#[test]
fn an_order_that_something_depends_on_stays() {
    const STAYS: &str = "its variants stay in their order, which is not that of the type: ";
    for (attributes, variants, more, expected) in [
        (
            "#[derive(PartialEq, PartialOrd)]",
            "ok, sad",
            "",
            "the derive of `PartialOrd` depends on it",
        ),
        (
            "#[cfg_attr(a, derive(std::cmp::Ord))]",
            "ok, sad",
            "",
            "the derive of `Ord` depends on it",
        ),
        (
            "#[derive(num_derive::ToPrimitive)]",
            "ok, sad",
            "",
            "the derive of `ToPrimitive` depends on it",
        ),
        ("", "ok = 1, sad = 0", "", "the variant `ok` has a number"),
        (
            "",
            "ok, sad",
            "fn f() -> i32 { mood::ok as i32 }",
            "`mood::ok` is cast to a number in src/lib.rs",
        ),
        (
            "",
            "ok, sad",
            "impl mood { fn f(&self) -> i32 { *self as i32 } }",
            "`self` is cast to a number",
        ),
        (
            "",
            "ok, sad",
            "impl mood { const A: u8 = Self::sad  as u8; }",
            "`Self::sad` is cast to a number",
        ),
    ] {
        let library =
            format!("{attributes}\n#[derive(sqlx::Type)]\nenum mood {{ {variants} }}\n{more}\n");
        let crates = package(SQLX, &library, SQL);
        let run = crates.run(&["adopt", "--yes", "--allow-no-vcs", "--reorder"]);
        let why = run.err.lines().find_map(|line| line.split_once(" is left alone: "));
        assert_eq!(
            why.map(|(_, why)| why.to_owned()),
            Some(format!("{STAYS}{expected}")),
            "{}",
            run.err
        );
        assert_eq!(crates.read("src/lib.rs"), library);
    }
}

/// Where labels differ as well, the order is not all that there is to say.
#[test]
fn a_label_that_the_type_lacks_has_no_place() {
    let crates = package(SQLX, "#[derive(sqlx::Type)]\nenum mood { ok, sad, glad }\n", SQL);
    let run = crates.run(&["adopt", "--yes", "--allow-no-vcs", "--reorder"]);
    expect![[r#"
        note: src/lib.rs:2: shop::mood is left alone: its variants are not in the order of the type, which `PgEnum` compares: the label 'sad' comes first in the migrations (migrations/1_a.sql:1)
    "#]].assert_eq(&run.err);
}
