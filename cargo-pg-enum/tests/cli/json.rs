//! What the migrations leave, for programs.

use cargo_pg_enum::Status;
use expect_test::expect;
use serde_json::Value;

use crate::harness::Project;

#[test]
fn an_array_of_enums() {
    let project = Project::new(&[
        ("0002_b/up.sql", "ALTER TYPE mood ADD VALUE 'ok';"),
        ("0001_a/up.sql", "CREATE TYPE mood AS ENUM ('sad');\nCREATE TYPE \"A\" AS ENUM ();"),
    ]);
    project.state(&["--format", "json", "--tool", "diesel"]).check(&expect![[r#"
        Clean
        --- out
        [
          {
            "schema": "public",
            "name": "A",
            "labels": [],
            "known": true,
            "created": {
              "file": "0001_a/up.sql",
              "line": 2,
              "migration": "0001"
            },
            "label_origins": []
          },
          {
            "schema": "public",
            "name": "mood",
            "labels": [
              "sad",
              "ok"
            ],
            "known": true,
            "created": {
              "file": "0001_a/up.sql",
              "line": 1,
              "migration": "0001"
            },
            "label_origins": [
              {
                "label": "sad",
                "file": "0001_a/up.sql",
                "line": 1,
                "migration": "0001"
              },
              {
                "label": "ok",
                "file": "0002_b/up.sql",
                "line": 1,
                "migration": "0002"
              }
            ]
          }
        ]
    "#]]);
}

#[test]
fn always_an_array() {
    let none = Project::new(&[("1_a.sql", "SELECT 1;")]);
    none.state(&["--format", "json"]).check(&expect![[r#"
        Clean
        --- out
        []
    "#]]);

    let broken = Project::new(&[("1_a.sql", "CREATE TYPE a AS ENUM ('x', 'x');")]);
    let run = broken.state(&["--format", "json"]);
    assert_eq!(run.status, Status::Findings);
    assert_eq!(run.out, "[]\n");
    assert!(run.err.starts_with("error[refused]: "), "{}", run.err);
}

#[test]
fn any_label_comes_back() {
    let labels = [
        "\u{1b}[31m",
        "\"\\\n\r\t",
        "\u{7f}\u{80}\u{9b}",
        "\u{202e}\u{2028}",
        "e\u{301}",
        "🦀",
        "\\u0041",
        "\u{301}",
        "\u{e0001}",
        "",
    ];
    let list = labels.map(|label| format!("'{label}'")).join(", ");
    let project = Project::new(&[("1_a.sql", &format!("CREATE TYPE a AS ENUM ({list});"))]);
    let run = project.state(&["--format", "json"]);
    assert_eq!(run.err, "");
    assert!(!run.out.contains(|c: char| c.is_control() && c != '\n'), "{:?}", run.out);
    let value: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(value[0]["labels"], Value::from(labels.to_vec()));
    assert_eq!(value[0]["label_origins"][5]["label"], "🦀");
}

#[test]
fn what_is_not_certain_is_not_known() {
    let text = "CREATE TYPE a AS ENUM ('x');\nDO LANGUAGE plpython3u $$ x() $$;\n";
    let run = Project::new(&[("1_a.sql", text)]).state(&["--format", "json"]);
    let value: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(value[0]["known"], false);
    assert_eq!(run.status, Status::Findings);
}
