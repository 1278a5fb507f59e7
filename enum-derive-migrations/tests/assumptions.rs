//! What is said of statements from outside their files.

use std::fs;

use pg_enum_migrations::{Folder, Kind, Options, Replay};

/// The second file comes after one that creates the type `mood` with the label `a`.
fn replay(name: &str, text: &str, assumptions: &[(&str, usize, &str)]) -> Replay {
    let root = tempfile::tempdir().expect("a folder");
    fs::write(root.path().join("1_a.sql"), "CREATE TYPE mood AS ENUM ('a');\n").expect("a file");
    fs::write(root.path().join(name), text).expect("a file");
    let folder = Folder::open(root.path()).expect("migrations");
    let mut options = Options::new();
    for (file, line, sql) in assumptions {
        options = options.assume(file, *line, *sql);
    }
    options.replay(&folder).expect("no version is asked for")
}

#[track_caller]
fn check(text: &str, assumptions: &[(&str, usize, &str)], labels: &str, findings: &[&str]) {
    let replay = replay("2_b.sql", text, assumptions);
    let found: Vec<_> = replay
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.at, finding.kind.code()))
        .collect();
    assert_eq!(found, findings, "{text}\n{:#?}", replay.findings);
    let there: Vec<_> =
        replay.enums.iter().flat_map(|state| &state.labels).map(|label| &*label.text).collect();
    assert_eq!(there.join(" "), labels, "{text}");
    let known = findings.is_empty() || !found[0].ends_with("unknown");
    assert!(replay.enums.iter().all(|state| state.known == known), "{text}\n{:#?}", replay.enums);
}

const ADD: &str = "ALTER TYPE mood ADD VALUE 'b'";

#[test]
fn what_is_assumed_takes_the_place_of_a_statement() {
    let outside = "DO LANGUAGE plperl $$\nadd()\n$$;\nALTER TYPE mood ADD VALUE 'c';\n";
    for line in 1..=3 {
        check(outside, &[("2_b.sql", line, ADD)], "a b c", &[]);
    }
    check(outside, &[("migrations/2_b.sql", 1, "ALTER TYPE mood ADD VALUE 'b';")], "a b c", &[]);
    check(outside, &[("2_b.sql", 1, "nothing")], "a c", &[]);
    check(outside, &[("2_b.sql", 1, " Nothing; ")], "a c", &[]);
    check(outside, &[("2_b.sql", 1, "DROP TYPE mood; CREATE TYPE mood AS ENUM ('x')")], "x c", &[]);
    check("\\i other.sql\n", &[("2_b.sql", 1, ADD)], "a b", &[]);
    check(
        "DO $$ DECLARE exception int; BEGIN exception := 1; DROP TYPE mood; END $$;",
        &[("2_b.sql", 1, ADD)],
        "a b",
        &[],
    );
    // What replay takes for an error, the server may have accepted.
    check("CREATE TYPE mood AS ENUM ('there');", &[("2_b.sql", 1, "nothing")], "a", &[]);
    check(
        "ALTER TYPE gone ADD VALUE 'x';\nALTER TYPE mood ADD VALUE 'c';",
        &[("2_b.sql", 1, ADD)],
        "a b c",
        &[],
    );
}

#[test]
fn a_label_stands_where_it_is_assumed() {
    let replay = replay("2_b.sql", "SELECT 1;\nDO LANGUAGE plperl 'x';\n", &[("2_b.sql", 2, ADD)]);
    assert_eq!(replay.enums[0].labels[1].at.to_string(), "2_b.sql:2");
}

#[test]
fn it_may_be_said_of_a_statement_of_a_block() {
    let block = "DO $$ BEGIN\n  ALTER TYPE mood ADD VALUE 'b';\n  FOR i IN 1..2 LOOP\n\
                 \x20   EXECUTE (SELECT x FROM y);\n  END LOOP;\n  ALTER TYPE mood ADD VALUE 'd';\nEND $$;\n";
    check(block, &[("2_b.sql", 4, "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'c'")], "a b c d", &[]);
    // As a whole.
    check(block, &[("2_b.sql", 1, "ALTER TYPE mood ADD VALUE 'x'")], "a x", &[]);
    check(block, &[("2_b.sql", 7, "ALTER TYPE mood ADD VALUE 'x'")], "a x", &[]);
    check(
        block,
        &[("2_b.sql", 4, "nothing"), ("2_b.sql", 6, "DROP TYPE mood")],
        "a b d",
        &["2_b.sql:6 assumption"],
    );
}

#[test]
fn several_may_be_about_one_statement() {
    let add = |label: &str| format!("ALTER TYPE mood ADD VALUE '{label}'");
    let (b, c) = (add("b"), add("c"));
    check("DO LANGUAGE plperl '\nx';", &[("2_b.sql", 1, &b), ("2_b.sql", 2, &c)], "a b c", &[]);
}

#[test]
fn of_several_statements_at_a_line_it_is_about_the_first_that_needs_it() {
    let text = "SELECT 1; DO LANGUAGE plperl 'x'; ALTER TYPE mood ADD VALUE 'c';";
    check(text, &[("2_b.sql", 1, ADD)], "a b c", &[]);
    let twice = "DO LANGUAGE plperl 'x'; DO LANGUAGE plperl 'y';";
    check(twice, &[("2_b.sql", 1, ADD)], "a b", &["2_b.sql:1 unknown"]);
}

#[test]
fn a_migration_that_is_no_sql_is_told_by_any_line() {
    let root = tempfile::tempdir().expect("a folder");
    let create = "-- +goose Up\nCREATE TYPE mood AS ENUM ('a');\n";
    fs::write(root.path().join("00001_a.sql"), create).expect("a file");
    fs::write(root.path().join("00002_b.go"), "package x\n").expect("a file");
    let folder = Folder::open(root.path()).expect("migrations");
    for line in [1, 40] {
        let options = Options::new().assume("00002_b.go", line, ADD);
        let replay = options.replay(&folder).expect("no version is asked for");
        assert!(replay.findings.is_empty(), "{:#?}", replay.findings);
        assert_eq!(replay.enums[0].labels.len(), 2);
    }
}

#[test]
fn what_is_not_needed_is_a_finding() {
    let at = |line| vec![("2_b.sql", line, "nothing")];
    let known = "ALTER TYPE mood ADD VALUE 'b';\n\n-- nothing\nSELECT 1;\n";
    check(known, &at(1), "a b", &["2_b.sql:1 assumption"]);
    check(known, &at(2), "a b", &["2_b.sql:2 assumption"]);
    check(known, &at(3), "a b", &["2_b.sql:3 assumption"]);
    check(known, &at(4), "a b", &["2_b.sql:4 assumption"]);
    check(known, &at(50), "a b", &["2_b.sql:5 assumption"]);
    check(known, &[("3_c.sql", 1, "nothing")], "a b", &["3_c.sql:1 assumption"]);
    check(known, &[("b.sql", 1, "nothing")], "a b", &["b.sql:1 assumption"]);
    let said = "-- pg-enum: assume nothing\nDO LANGUAGE plperl 'x';\n";
    check(said, &at(2), "a", &["2_b.sql:2 assumption"]);
    let finding = &replay("2_b.sql", known, &at(1)).findings[0];
    assert_eq!(finding.kind, Kind::Assumption);
    assert_eq!(finding.help.as_deref(), Some("remove its entry from `assume`"));
}

#[test]
fn what_has_not_run_is_not_missed() {
    let text = "DROP TYPE gone;\nDO LANGUAGE plperl 'x';\n";
    let replay = replay("2_b.sql", text, &[("1_a.sql", 1, "nothing"), ("2_b.sql", 2, "nothing")]);
    let codes: Vec<_> = replay.findings.iter().map(|finding| finding.kind.code()).collect();
    assert_eq!(codes, ["assumption", "refused"]);
}

#[test]
fn what_is_assumed_runs_by_the_same_rules() {
    let text = "DO LANGUAGE plperl 'x';\n";
    check(text, &[("2_b.sql", 1, "ALTER TYPE mood ADD VALUE 'a'")], "a", &["2_b.sql:1 refused"]);
    check(text, &[("2_b.sql", 1, "ALTR TYPE mood")], "a", &["2_b.sql:1 unknown"]);
    check(text, &[("2_b.sql", 1, "CREATE TYPE size AS ENUM ('s')")], "a s", &[]);
}
