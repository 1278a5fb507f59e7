//! Problems for programs.

use expect_test::expect;
use serde_json::Value;

use crate::harness::Crates;

fn crates() -> Crates {
    let rust = "#[derive(PgEnum)]\nenum Mood {\n    Sad,\n    Ok,\n}\n";
    Crates::one(
        rust,
        &[("migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('Sad', 'x, y: 100%');\n")],
    )
}

#[test]
fn json() {
    crates().run(&["check", "--format", "json"]).check(&expect![[r#"
        Findings
        --- out
        {
          "findings": [
            {
              "code": "missing",
              "severity": "error",
              "message": "no migration adds the label 'Ok' to public.mood (created at migrations/1_a.sql:1)",
              "type": "public.mood",
              "file": "src/lib.rs",
              "line": 4,
              "column": 5,
              "end_line": 4,
              "end_column": 7,
              "label": null,
              "related": [
                {
                  "file": "migrations/1_a.sql",
                  "line": 1,
                  "column": 1,
                  "end_line": 1,
                  "end_column": 47,
                  "label": "the type is created here"
                }
              ],
              "notes": [],
              "help": "if it is a new name for 'x, y: 100%', add `#[pg_enum(was = \"x, y: 100%\")]`; then run `cargo pg-enum generate` to write the migration"
            },
            {
              "code": "extra",
              "severity": "warning",
              "message": "the migrations give public.mood a label that no variant has: 'x, y: 100%' (migrations/1_a.sql:1)",
              "type": "public.mood",
              "file": "src/lib.rs",
              "line": 2,
              "column": 6,
              "end_line": 2,
              "end_column": 10,
              "label": null,
              "related": [
                {
                  "file": "migrations/1_a.sql",
                  "line": 1,
                  "column": 34,
                  "end_line": 1,
                  "end_column": 46,
                  "label": "no variant has this label"
                }
              ],
              "notes": [
                "to accept it, write `accept = [\"public.mood:x, y: 100%\"]` in `[package.metadata.pg-enum]`"
              ],
              "help": "add a variant for it, forbid it in rows with `#[pg_enum(retired(\"x, y: 100%\"))]`, or run `cargo pg-enum generate` to replace the type, because `ALTER TYPE` cannot remove a label"
            }
          ],
          "summary": {
            "errors": 1,
            "warnings": 1,
            "enums": 1,
            "compared": 1,
            "not_compared": {},
            "folders": [
              {
                "path": "migrations",
                "origin": "a usual place",
                "tool": "sqlx",
                "migrations": 1,
                "compared": true
              }
            ]
          }
        }
    "#]]);
    let none = Crates::one("", &[]).run(&["check", "--format", "json"]);
    let value: Value = serde_json::from_str(&none.out).unwrap();
    assert_eq!(value["findings"], serde_json::json!([]));
    assert_eq!(value["summary"]["enums"], 0);
}

#[test]
fn github() {
    crates().run(&["check", "--format", "github"]).check(&expect![[r#"
        Findings
        --- out
        ::error file=src/lib.rs,line=4,endLine=4,col=5,endColumn=7,title=pg-enum missing::no migration adds the label 'Ok' to public.mood (created at migrations/1_a.sql:1)%0Amigrations/1_a.sql:1: the type is created here%0Ahelp: if it is a new name for 'x, y: 100%25', add `#[pg_enum(was = "x, y: 100%25")]`; then run `cargo pg-enum generate` to write the migration
        ::warning file=src/lib.rs,line=2,endLine=2,col=6,endColumn=10,title=pg-enum extra::the migrations give public.mood a label that no variant has: 'x, y: 100%25' (migrations/1_a.sql:1)%0Amigrations/1_a.sql:1: no variant has this label%0Anote: to accept it, write `accept = ["public.mood:x, y: 100%25"]` in `[package.metadata.pg-enum]`%0Ahelp: add a variant for it, forbid it in rows with `#[pg_enum(retired("x, y: 100%25"))]`, or run `cargo pg-enum generate` to replace the type, because `ALTER TYPE` cannot remove a label
        --- err
        1 error and 1 warning: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn sarif() {
    let rust = "#[derive(PgEnum)]\nenum Mood {\n    Sad,\n    Ok,\n}\n";
    let files = [("migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('Sad');\n")];
    let mut run = Crates::one(rust, &files).run(&["check", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 1);
    run.out = run.out.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    run.check(&expect![[r#"
        Findings
        --- out
        {
          "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "cargo-pg-enum",
                  "version": "VERSION",
                  "informationUri": "https://github.com/pg-enum/pg-enum",
                  "rules": [
                    {
                      "id": "missing"
                    }
                  ]
                }
              },
              "columnKind": "unicodeCodePoints",
              "results": [
                {
                  "ruleId": "missing",
                  "level": "error",
                  "message": {
                    "text": "no migration adds the label 'Ok' to public.mood (created at migrations/1_a.sql:1)\nhelp: run `cargo pg-enum generate` to write the migration"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "file://src/lib.rs"
                        },
                        "region": {
                          "startLine": 4,
                          "startColumn": 5,
                          "endLine": 4,
                          "endColumn": 7
                        }
                      }
                    }
                  ],
                  "relatedLocations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "file://migrations/1_a.sql"
                        },
                        "region": {
                          "startLine": 1,
                          "startColumn": 1,
                          "endLine": 1,
                          "endColumn": 33
                        }
                      },
                      "message": {
                        "text": "the type is created here"
                      }
                    }
                  ]
                }
              ]
            }
          ]
        }
        --- err
        1 error: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}
