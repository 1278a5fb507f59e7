//! What a message says to run does what it says, as it is printed: also where a name or a label has characters that no
//! terminal shows.

use std::fmt::Write;

use cargo_pg_enum::Status;
use pg_enum::PgEnum;
use pg_enum_core::{Ident, Literal, MAX_BYTES};
use pg_enum_test_server::Database;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::harness::{Said, command, labels, run, tests};
use crate::random::text;

tests![what_is_printed_can_be_run, a_long_remedy_is_printed_whole, an_unknown_label_can_be_renamed,];

/// An enum, and what makes the database disagree with it.
struct Case {
    source: String,
    before: String,
}

/// Texts that are not seen, or turn what stands around them.
const UNSEEN: &[&str] = &[
    "👨\u{200d}👩\u{200d}👧",
    "10\u{a0}kg",
    "\u{301}",
    "\u{202e}abc\u{202c}",
    "\u{1b}[2J",
    "\\u{200d}",
    "'\u{301}\\",
    "\u{feff}",
    "a\nb\tc\r",
    "\u{e0001}\u{85}\u{2028}",
];

fn case(number: usize, text: &mut dyn FnMut() -> String) -> Case {
    let mut name = |tail: &str| {
        let room = MAX_BYTES - tail.len();
        let mut head = text().replace('\0', "");
        head.truncate(head.floor_char_boundary(room));
        format!("{head}{tail}")
    };
    let [schema, ty, was] = ["s", "t", "w"].map(|head| name(&format!("{head}{number}")));
    let labels: Vec<String> = (0..4).map(|index| name(&format!("{index}"))).collect();
    let old = name("old");
    let (sql_schema, sql_type) = (Ident(&schema), Ident(&ty));
    let create = |name: &str, labels: &[&String]| {
        let labels: Vec<_> = labels.iter().map(|label| Literal(label).to_string()).collect();
        format!(
            "CREATE SCHEMA {sql_schema}; CREATE TYPE {sql_schema}.{} AS ENUM ({});\n",
            Ident(name),
            labels.join(", ")
        )
    };
    let [a, b, c, d] = [&labels[0], &labels[1], &labels[2], &labels[3]];
    let mut attributes = String::new();
    let mut of_second = String::new();
    let before = match number % 6 {
        0 => String::new(),
        1 => format!("CREATE SCHEMA {sql_schema};\n"),
        2 => create(&ty, &[c]),
        3 => {
            of_second = format!(", was = {old:?}");
            create(&ty, &[a, &old, c, d])
        }
        4 => {
            attributes = format!(", was = {was:?}");
            create(&was, &[a, b, c, d])
        }
        _ => {
            attributes = format!(", removed({old:?} => V1)");
            let holds = if number % 12 == 5 { "" } else { "[]" };
            let value = Literal(&old).to_string();
            let value = if holds.is_empty() { value } else { format!("ARRAY[{value}]") };
            format!(
                "{}CREATE TABLE {sql_schema}.{was} ({was} {sql_schema}.{sql_type}{holds});
                 INSERT INTO {sql_schema}.{was} VALUES ({value}::{sql_schema}.{sql_type}{holds});\n",
                create(&ty, &[a, b, c, d, &old]),
                was = Ident(&was),
            )
        }
    };
    let mut source = format!(
        "#[derive(PgEnum)]\n#[pg_enum(name = {ty:?}, schema = {schema:?}{attributes})]\npub enum E{number} {{\n"
    );
    for (index, label) in labels.iter().enumerate() {
        let more = if index == 1 { &*of_second } else { "" };
        let _ = writeln!(source, "    #[pg_enum(rename = {label:?}{more})]\n    V{index},");
    }
    source += "}\n";
    Case { source, before }
}

async fn what_is_printed_can_be_run(database: Database) {
    let mut runner = TestRunner::deterministic();
    let mut unseen = UNSEEN.iter().cycle();
    let mut is_unseen = false;
    let mut text = || {
        is_unseen = !is_unseen;
        match unseen.next().filter(|_| is_unseen) {
            Some(text) => (*text).to_owned(),
            None => text().new_tree(&mut runner).unwrap().current(),
        }
    };
    let cases: Vec<Case> = (0..60).map(|number| case(number, &mut text)).collect();
    let mut connection = database.connect().await.unwrap();
    for case in &cases {
        run(&mut connection, &case.before).await;
    }
    let source: String = cases.iter().map(|case| &*case.source).collect();
    let said = verify(&database, &source);
    assert_eq!(said.status, Status::Findings, "{}", said.err);
    let remedies: Vec<&str> = said
        .err
        .lines()
        .filter_map(|line| line.split_once("= help: run: "))
        .map(|it| it.1)
        .collect();
    // Of every sixth enum nothing but that rows hold a label is wrong, and the label stays.
    assert!(remedies.len() >= cases.len(), "{}", said.err);
    for remedy in remedies {
        assert!(!remedy.chars().any(char::is_control), "{remedy:?}");
        // As `psql` with either setting.
        for setting in ["on", "off"] {
            let tried = format!(
                "BEGIN; SET LOCAL escape_string_warning = off; SET LOCAL standard_conforming_strings = {setting}"
            );
            run(&mut connection, &tried).await;
            run(&mut connection, remedy).await;
            let end = if setting == "on" { "ROLLBACK" } else { "COMMIT" };
            run(&mut connection, end).await;
        }
    }
    let said = verify(&database, &source);
    let left: Vec<&str> = said.err.lines().filter(|line| line.starts_with("error")).collect();
    assert!(left.iter().all(|line| line.starts_with("error[label-extra]")), "{}", said.err);
    assert_eq!(left.len(), cases.len() / 6, "{}", said.err);
}

fn verify(database: &Database, source: &str) -> Said {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2021\"\n[workspace]\n");
    std::fs::create_dir(dir.path().join("src")).unwrap();
    write("src/lib.rs", source);
    let manifest = dir.path().join("Cargo.toml");
    command(vec![
        "cargo-pg-enum".into(),
        "verify".into(),
        "--rows".into(),
        "--manifest-path".into(),
        manifest.into(),
        "--database-url".into(),
        database.url().into(),
    ])
}

async fn a_long_remedy_is_printed_whole(database: Database) {
    let mut source = "#[derive(PgEnum)]\npub enum Long {\n".to_owned();
    for index in 0..500 {
        let _ = writeln!(
            source,
            "    #[pg_enum(rename = \"a label of some length, number {index}\")]\n    V{index},"
        );
    }
    source += "}\n";
    let said = verify(&database, &source);
    let remedy = said.err.lines().find_map(|line| line.split_once("help: run: ")).unwrap().1;
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, remedy).await;
    assert_eq!(verify(&database, &source).status, Status::Clean);
}

#[derive(Debug, PgEnum)]
#[pg_enum(name = "tw\u{200d}in", schema = "pub\u{a0}lic")]
enum Twin {
    #[pg_enum(rename = "It's\u{200d}\n\\")]
    It,
}

async fn an_unknown_label_can_be_renamed(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let (schema, name) = (Ident("pub\u{a0}lic"), Ident("tw\u{200d}in"));
    let label = "it's\u{200d}\n\\";
    let create =
        format!("CREATE SCHEMA {schema}; CREATE TYPE {schema}.{name} AS ENUM ({})", Literal(label));
    run(&mut connection, &create).await;
    let message = Twin::from_label(label).unwrap_err().to_string();
    assert!(!message.contains(['\u{200d}', '\u{a0}', '\n']), "{message}");
    run(&mut connection, message.split_once("run: ").unwrap().1).await;
    assert_eq!(labels(&mut connection, "pub\u{a0}lic", "tw\u{200d}in").await, Twin::LABELS);
    let longer = format!("{}x", "x".repeat(MAX_BYTES));
    assert!(!Twin::from_label(&longer).unwrap_err().to_string().contains("RENAME"));
    let message = Twin::from_label("other").unwrap_err().to_string();
    run(&mut connection, message.split_once("run: ").unwrap().1).await;
}
