//! Every enum there is.

use expect_test::expect;

use crate::harness::Crates;

const RUST: &str = "mod deep {
    #[derive(pg_enum::PgEnum)]
    #[pg_enum(schema = \"App\", name = \"the mood\")]
    pub enum Mood { Sad, #[pg_enum(rename = \"it's\")] Ok, #[pg_enum(other)] Other(String) }
}
#[derive(Clone, PgEnum)]
enum r#Type { r#A }
#[derive(PgEnum)]
enum Broken { A, #[pg_enum(rename = \"A\")] B }
#[derive(Clone)]
enum None { A }
";

const SQL: &str = "CREATE SCHEMA \"App\";\nCREATE TYPE \"App\".\"the mood\" AS ENUM ('Sad');\n\
                   CREATE TYPE type AS ENUM ('A');\n";

#[test]
fn to_read() {
    Crates::one(RUST, &[("migrations/1_a.sql", SQL)]).run(&["list"]).check(&expect![[r#"
        Clean
        --- out
        shop::Broken      pg_enum::PgEnum  broken            not compared         src/lib.rs:9
          'A', 'A'
          not compared: the derive does not compile
        shop::deep::Mood  pg_enum::PgEnum  "App"."the mood"  differs (1 problem)  src/lib.rs:4
          'Sad', 'it\'s'
        shop::r#Type      pg_enum::PgEnum  type              agrees               src/lib.rs:7
          'A'
    "#]]);
}

#[test]
fn for_programs() {
    let crates = Crates::one(RUST, &[("migrations/1_a.sql", SQL)]);
    crates.run(&["list", "--format", "json"]).check(&expect![[r#"
        Clean
        --- out
        [
          {
            "path": "shop::Broken",
            "codec": "pg_enum::PgEnum",
            "file": "src/lib.rs",
            "line": 9,
            "schema": null,
            "name": "broken",
            "labels": [
              "A",
              "A"
            ],
            "state": "not-compared",
            "problems": 0,
            "reason_code": "invalid",
            "reason": "the derive does not compile"
          },
          {
            "path": "shop::deep::Mood",
            "codec": "pg_enum::PgEnum",
            "file": "src/lib.rs",
            "line": 4,
            "schema": "App",
            "name": "the mood",
            "labels": [
              "Sad",
              "it's"
            ],
            "state": "differs",
            "problems": 1,
            "reason_code": null,
            "reason": null
          },
          {
            "path": "shop::r#Type",
            "codec": "pg_enum::PgEnum",
            "file": "src/lib.rs",
            "line": 7,
            "schema": null,
            "name": "type",
            "labels": [
              "A"
            ],
            "state": "agrees",
            "problems": 0,
            "reason_code": null,
            "reason": null
          }
        ]
    "#]]);
}

#[test]
fn without_migrations() {
    let rust = "#[derive(PgEnum)]\nenum Mood { Sad }\n";
    Crates::one(rust, &[]).run(&["list"]).check(&expect![[r#"
        Clean
        --- out
        shop::Mood  pg_enum::PgEnum  mood  not compared  src/lib.rs:2
          'Sad'
          not compared: no migrations of `shop` are found
    "#]]);
    Crates::one("", &[]).run(&["list"]).check(&expect![[r#"
        Clean
        --- err
        no PostgreSQL enum is found in the source
    "#]]);
}

#[test]
fn many_labels_are_cut() {
    let variants: Vec<_> = (0..300).map(|i| format!("Variant{i}")).collect();
    let rust = format!("#[derive(PgEnum)]\nenum Many {{ {} }}\n", variants.join(", "));
    Crates::one(&rust, &[]).run(&["list"]).check(&expect![[r#"
        Clean
        --- out
        shop::Many  pg_enum::PgEnum  many  not compared  src/lib.rs:2
          'Variant0', 'Variant1', 'Variant2', 'Variant3', 'Variant4', 'Variant5', 'Variant6', 'Variant7', 'Variant8', 'Variant9', 'Variant10', 'Variant11', 'Variant12', 'Variant13', 'Variant14', 'Variant15', … 284 more
          not compared: no migrations of `shop` are found
    "#]]);
}
