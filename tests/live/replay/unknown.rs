//! What cannot be known is said, in its place, and nothing is guessed; a directive settles it; and what
//! is known stands where it is written.

use std::fmt::Write;

use pg_enum_migrations::folder::{Tool, Transaction};
use pg_enum_migrations::{Finding, Kind, Options, Replay};
use pg_enum_test_server::Database;

use super::folder;
use crate::harness::tests;

tests![
    what_comes_from_outside_is_unknown,
    what_a_block_does_with_data_is_unknown,
    what_a_function_does_is_unknown,
    what_makes_no_difference_is_not_reported,
    a_refusal_that_depends_on_what_is_unknown_is_none,
    a_body_that_psql_tears_is_reported,
    backslashes_that_change_too_often_are_unknown,
    directives_settle_what_is_unknown,
    directives_that_are_misspelt_are_reported,
    order_that_nobody_asks_for_is_unknown,
    tables_that_are_not_followed_are_unknown,
    tables_are_in_doubt_where_another_schema_may_be_first,
    a_name_that_is_free_in_another_schema_is_perhaps_accepted,
    columns_of_unknown_names_and_schemas_are_shown_as_they_are_written,
    an_array_of_a_type_of_a_column_is_not_held_against_its_labels,
    labels_and_types_stand_where_they_are_written,
    places_count_in_lines_of_the_file,
];

const MOOD: &str = "CREATE TYPE mood AS ENUM ('a');\n";

fn replay(script: &str) -> Replay {
    let folder = folder(Tool::Plain, &[script.to_owned()], Transaction::PerStatement);
    Options::new().keep_going(true).replay(&folder).unwrap()
}

async fn a_body_that_psql_tears_is_reported(_: Database) {
    let body = "CREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC SELECT 1 AS end;\nSELECT 2; END;";
    let script = format!("{MOOD}{body}\nALTER TYPE mood ADD VALUE 'b';");
    let replay = reports(&script, &["2 unreadable", "3 unreadable"]);
    assert_eq!(only(&replay).0, "a b");
    let quoted = script.replace("AS end", "AS \"end\"");
    assert_eq!(only(&reports(&quoted, &[])), ("a b".into(), true));
}

async fn backslashes_that_change_too_often_are_unknown(_: Database) {
    let switches =
        "SET standard_conforming_strings = off; SET standard_conforming_strings = on;\n".repeat(60);
    reports(&format!("{MOOD}{switches}"), &["52 unknown"]);
    reports(&format!("{MOOD}SET standard_conforming_strings FROM CURRENT"), &["2 unknown"]);
    reports(
        &format!("{MOOD}SELECT set_config('standard_conforming_strings', x, false) FROM y;"),
        &["2 unknown"],
    );
}

/// `line kind touches…`
fn said(finding: &Finding) -> String {
    let line = finding.at.line();
    match &finding.kind {
        Kind::Unknown { touches } if touches.is_empty() => format!("{line} unknown"),
        Kind::Unknown { touches } => format!("{line} unknown {}", touches.join(" ")),
        Kind::Refused { sqlstate } => format!("{line} {sqlstate}"),
        kind => format!("{line} {}", kind.code()),
    }
}

#[track_caller]
fn reports(script: &str, expected: &[&str]) -> Replay {
    let replay = replay(script);
    let said: Vec<_> = replay.findings.iter().map(said).collect();
    assert_eq!(said, expected, "{script}\n{:#?}", replay.findings);
    replay
}

/// The labels of the only enum, and whether they are certain.
#[track_caller]
fn only(replay: &Replay) -> (String, bool) {
    let [state] = replay.enums.as_slice() else { panic!("{:#?}", replay.enums) };
    let labels: Vec<_> = state.labels.iter().map(|label| label.text.as_str()).collect();
    (labels.join(" "), state.known)
}

/// After the type has been created on line 1, with a table of unknown rows beside it.
#[track_caller]
fn reports_of_block(body: &str, expected: &[&str]) {
    let script = format!("{MOOD}CREATE TABLE t (label text, n int);\nDO $$\n{body}\n$$;\n");
    let replay = reports(&script, expected);
    let known = expected.is_empty();
    assert_eq!(only(&replay).1, known, "{script}");
}

async fn what_comes_from_outside_is_unknown(_: Database) {
    reports(&format!("{MOOD}\\i other.sql\n"), &["2 unknown"]);
    reports(&format!("{MOOD}\\ir other.sql\nSELECT 1;\n"), &["2 unknown"]);
    reports(&format!("{MOOD}SELECT 'DROP TYPE ' || x FROM t\n\\gexec\n"), &["3 unknown"]);
    reports(&format!("{MOOD}\\echo hello\n\\set ON_ERROR_STOP on\n"), &[]);
    reports(&format!("{MOOD}ALTER TYPE mood ADD VALUE :'label';\n"), &["2 unknown public.mood"]);
    reports(&format!("{MOOD}ALTER TYPE mood ADD VALUE ':label';\n"), &[]);
    reports("CREATE TYPE mood AS ENUM ('a', :'label');\n", &["1 unknown public.mood"]);
    reports("CREATE TYPE :name AS ENUM ('a');\n", &["1 unknown public.:name"]);
    reports("CREATE TYPE {{ schema }}.mood AS ENUM ('a');\n", &["1 unknown {{ schema }}.mood"]);
    let of_path = reports(
        "SET search_path = :path, public;\nCREATE TYPE mood AS ENUM ();\n",
        &["2 unknown :path.mood"],
    );
    assert_eq!(of_path.enums[0].schema, ":path");
    reports(&format!("{MOOD}:statement;\n"), &["2 unknown"]);
    reports(&format!("{MOOD}DROP OWNED BY somebody;\n"), &["2 unknown"]);
    reports(
        &format!("{MOOD}DO LANGUAGE plpython3u $$\nplpy.execute('DROP TYPE mood')\n$$;\n"),
        &["2 unknown"],
    );
    reports(
        &format!("{MOOD}INSERT INTO pg_enum VALUES (1, 'mood'::regtype, 9, 'x');\n"),
        &["2 unknown public.mood"],
    );
    reports(
        &format!("{MOOD}DELETE FROM pg_enum WHERE enumlabel IN (SELECT label FROM t);\n"),
        &["2 unknown"],
    );
    reports(
        &format!("{MOOD}SELECT set_config('search_path', (SELECT p FROM t), false);\n"),
        &["2 unknown"],
    );
}

async fn what_a_block_does_with_data_is_unknown(_: Database) {
    let mood = "4 unknown public.mood";
    reports_of_block(
        "BEGIN\nIF EXISTS (SELECT 1 FROM t) THEN ALTER TYPE mood ADD VALUE 'b'; END IF;\nEND",
        &["5 unknown public.mood"],
    );
    reports_of_block(
        "BEGIN IF (SELECT count(*) FROM t WHERE n > 1) > 0 THEN DROP TYPE mood; END IF; END",
        &[mood],
    );
    reports_of_block(
        "DECLARE r record;\nBEGIN\nFOR r IN SELECT label FROM t LOOP\n\
         EXECUTE format('ALTER TYPE mood ADD VALUE %L', r.label);\nEND LOOP;\nEND",
        &["7 unknown public.mood"],
    );
    reports_of_block(
        "DECLARE q text;\nBEGIN\nSELECT label INTO q FROM t;\nEXECUTE q;\nEND",
        &["7 unknown"],
    );
    reports_of_block(
        "DECLARE q text;\nBEGIN\nSELECT label INTO q FROM t LIMIT 1;\n\
         EXECUTE 'ALTER TYPE mood ADD VALUE ' || quote_literal(q);\nEND",
        &["7 unknown public.mood"],
    );
    reports_of_block(
        "DECLARE q text := (SELECT max(label) FROM t);\nBEGIN\n\
         EXECUTE format('DROP TYPE %I', q);\nEND",
        &["6 unknown"],
    );
    reports_of_block(
        "BEGIN\nIF EXISTS (SELECT 1 FROM t) THEN RETURN; END IF;\n\
         ALTER TYPE mood ADD VALUE 'b';\nEND",
        &["5 unknown public.mood"],
    );
    reports_of_block(
        "BEGIN\nWHILE random() < 0.5 LOOP\nALTER TYPE mood ADD VALUE IF NOT EXISTS 'b';\n\
         END LOOP;\nEND",
        &["5 unknown public.mood"],
    );
    reports_of_block(
        "BEGIN\nIF current_setting('server_version_num')::int > 90000 THEN\n\
         ALTER TYPE mood RENAME TO feeling;\nEND IF;\nEND",
        &["5 unknown public.feeling public.mood"],
    );
    reports_of_block(
        "BEGIN\nIF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'x') THEN\n\
         SET search_path = x;\nEND IF;\nEND",
        &["5 unknown"],
    );
    reports_of_block(
        "DECLARE r record;\nBEGIN\n\
         FOR r IN SELECT json_array_elements_text('[\"b\"]') AS l LOOP\n\
         EXECUTE format('ALTER TYPE mood ADD VALUE %L', r.l);\nEND LOOP;\nEND",
        &["7 unknown public.mood"],
    );
    reports_of_block(
        "BEGIN\nIF EXISTS (SELECT json_array_elements('[]')) THEN DROP TYPE mood; END IF;\nEND",
        &["5 unknown public.mood"],
    );
    reports_of_block(
        "DECLARE r record;\nBEGIN\nSELECT 'x' AS l INTO r;\nSELECT label INTO r.l FROM t;\n\
         EXECUTE format('ALTER TYPE mood ADD VALUE %L', r.l);\nEND",
        &["8 unknown public.mood"],
    );
}

async fn what_a_function_does_is_unknown(_: Database) {
    let script = |call: &str| {
        format!(
            "{MOOD}CREATE FUNCTION f(l text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n\
             EXECUTE format('ALTER TYPE mood ADD VALUE %L', l);\nEND $$;\n{call}\n"
        )
    };
    let unknown = ["6 unknown public.mood"];
    reports(&script("-- not called"), &[]);
    reports(&script("SELECT f('b');"), &unknown);
    reports(&script("SELECT public.F('b');"), &unknown);
    reports(&script("DO $$ BEGIN PERFORM f('b'); END $$;"), &unknown);
    reports(&script("SELECT * FROM f('b');"), &unknown);
    reports(&script("SELECT f(label) FROM t;"), &unknown);
    reports(&script("INSERT INTO t SELECT f('b');"), &unknown);
    reports(&script("EXPLAIN ANALYZE SELECT f('b');"), &unknown);
    reports(&script("DO $$ BEGIN EXECUTE 'SELECT f(''b'')'; END $$;"), &unknown);
    reports(&script("WITH x AS (SELECT f('b')) SELECT 1;"), &unknown);
    reports(&script("SELECT 'f(1)';"), &[]);
    reports(&script("CREATE TRIGGER x BEFORE INSERT ON t EXECUTE FUNCTION f();"), &[]);
    let call =
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN DROP TYPE mood; END $$;\nCALL p();";
    reports(&format!("{MOOD}{call}\n"), &["3 unknown public.mood"]);
    let other = "CREATE FUNCTION g() RETURNS void LANGUAGE plperl AS $$ drop type $$;\nSELECT g();";
    reports(&format!("{MOOD}{other}\n"), &["3 unknown"]);
    let sql = "CREATE FUNCTION s() RETURNS void LANGUAGE sql AS 'DROP TYPE mood';\nSELECT s();";
    reports(&format!("{MOOD}{sql}\n"), &["3 unknown public.mood"]);
}

async fn what_makes_no_difference_is_not_reported(_: Database) {
    reports_of_block("BEGIN IF EXISTS (SELECT 1 FROM t) THEN DELETE FROM t; END IF; END", &[]);
    reports_of_block(
        "DECLARE r record; BEGIN FOR r IN SELECT * FROM t LOOP \
         EXECUTE format('UPDATE t SET label = %L', r.label); END LOOP; END",
        &[],
    );
    reports_of_block(
        "BEGIN IF random() > 0.5 THEN ALTER TYPE mood ADD VALUE IF NOT EXISTS 'a'; END IF; END",
        &[],
    );
    reports_of_block(
        "DECLARE n int; BEGIN UPDATE t SET n = 1; GET DIAGNOSTICS n = ROW_COUNT; \
         IF n > 0 THEN RAISE NOTICE 'x'; END IF; END",
        &[],
    );
    let same = "DO $$ BEGIN IF random() > 0.5 THEN ALTER TYPE mood ADD VALUE 'b'; \
                ELSE ALTER TYPE mood ADD VALUE 'b'; END IF; END $$;\n";
    let replay = reports(&format!("{MOOD}{same}"), &[]);
    assert_eq!(only(&replay), ("a b".into(), true));
}

async fn a_refusal_that_depends_on_what_is_unknown_is_none(_: Database) {
    // What comes after is not known to be refused, and that is said.
    reports(
        "\\i other.sql\nALTER TYPE feeling ADD VALUE 'b';\n",
        &["1 unknown", "2 unknown public.feeling"],
    );
    reports("\\i other.sql\nDROP TYPE feeling;\n", &["1 unknown", "2 unknown public.feeling"]);
    reports(
        "\\i other.sql\nCREATE TYPE app.mood AS ENUM ('a');\n",
        &["1 unknown", "2 unknown app.mood"],
    );
    reports(
        &format!("{MOOD}\\i other.sql\nCREATE TYPE mood AS ENUM ('b');\n"),
        &["2 unknown", "3 unknown public.mood"],
    );
    reports(
        &format!(
            "{MOOD}ALTER TYPE mood ADD VALUE :'l';\nALTER TYPE mood RENAME VALUE 'x' TO 'y';\n"
        ),
        &["2 unknown public.mood", "3 unknown public.mood"],
    );
    reports(
        "\\i other.sql\nDO $$ BEGIN IF to_regtype('mood') IS NULL THEN RAISE EXCEPTION 'x'; END IF; END $$;\n",
        &["1 unknown", "2 unknown"],
    );
    // Another type is as certain as ever.
    reports(
        &format!("{MOOD}CREATE TYPE other AS ENUM (:'l');\nALTER TYPE mood ADD VALUE 'a';\n"),
        &["2 unknown public.other", "3 42710"],
    );
    // A condition that is not known decides nothing.
    reports(
        &format!(
            "{MOOD}DO $$ BEGIN IF EXISTS (SELECT 1 FROM t) THEN RAISE EXCEPTION 'x'; END IF; END $$;\n"
        ),
        &[],
    );
}

async fn directives_settle_what_is_unknown(_: Database) {
    let labels = |script: &str, labels: &str| {
        let replay = reports(&format!("{MOOD}{script}\n"), &[]);
        assert_eq!(only(&replay), (labels.to_owned(), true), "{script}");
    };
    labels("-- pg-enum: assume ALTER TYPE mood ADD VALUE 'b';\n\\i b.sql", "a b");
    labels("-- pg-enum: assume nothing\n\\i b.sql", "a");
    labels("-- pg-enum:   assume   NOTHING ;\nDO LANGUAGE plperl $$ x $$;", "a");
    labels("/* pg-enum: assume ALTER TYPE mood ADD VALUE 'b'; */ :statement;", "a b");
    labels(
        "-- pg-enum: assume ALTER TYPE mood ADD VALUE 'b';\n\
         -- pg-enum: assume ALTER TYPE mood ADD VALUE 'c' BEFORE 'b';\nSELECT f();",
        "a c b",
    );
    labels(
        "/* pg-enum: assume ALTER TYPE mood ADD VALUE 'b';\nALTER TYPE mood ADD VALUE 'c'; */\n\\i b.sql",
        "a b c",
    );
    labels(
        "ALTER TYPE mood -- pg-enum: assume ALTER TYPE mood ADD VALUE 'b'\nADD VALUE :'x';",
        "a b",
    );
    labels("-- pg-enum: assume nothing\nDROP TYPE mood;", "a");
    labels("-- pg-enum: assume nothing\nCREATE TYPE mood AS ENUM ('refused');", "a");
    // What is assumed is refused like anything else.
    reports(
        &format!("{MOOD}-- pg-enum: assume ALTER TYPE mood ADD VALUE 'a';\n\\i b.sql\n"),
        &["2 42710"],
    );
    // Inside a block, a directive is for the statement after it.
    labels(
        "DO $$ BEGIN\n-- pg-enum: assume ALTER TYPE mood ADD VALUE 'b';\n\
         EXECUTE (SELECT label FROM t);\nALTER TYPE mood ADD VALUE 'c';\nEND $$;",
        "a b c",
    );
    labels(
        "DO $$ BEGIN\n-- pg-enum: assume nothing\nIF EXISTS (SELECT 1 FROM t) THEN\n\
         DROP TYPE mood;\nEND IF;\nEND $$;",
        "a",
    );
    labels(
        "DO $$ DECLARE r record; BEGIN\nFOR r IN SELECT 1 AS one LOOP\n\
         /* pg-enum: assume ALTER TYPE mood ADD VALUE 'b' */ EXECUTE r.nothing;\nEND LOOP;\nEND $$;",
        "a b",
    );
    let replay = reports(
        &format!(
            "{MOOD}DO $$ BEGIN\n-- pg-enum: assume ALTER TYPE mood ADD VALUE 'b';\nEXECUTE f();\nEND $$;\n"
        ),
        &[],
    );
    assert_eq!(replay.enums[0].labels[1].at.line(), 3);
}

async fn directives_that_are_misspelt_are_reported(_: Database) {
    reports(&format!("{MOOD}-- pg-enum: asume nothing\n\\i b.sql\n"), &["2 unreadable"]);
    reports(&format!("{MOOD}-- pg-enum: assumenothing\n\\i b.sql\n"), &["2 unreadable"]);
    reports(&format!("{MOOD}-- pg-enum: assume\nSELECT 1;\n"), &["2 unreadable"]);
    reports(
        &format!("{MOOD}-- pg-enum: assume ALTR TYPE mood ADD VALUE 'b';\n\\i b.sql\n"),
        &["2 unreadable"],
    );
    reports(&format!("{MOOD}DO $$ BEGIN\n-- pg-enum: ignore\nNULL;\nEND $$;\n"), &["3 unreadable"]);
    // Without a statement after it, it stands for one.
    let replay =
        reports(&format!("{MOOD}-- pg-enum: assume ALTER TYPE mood ADD VALUE 'b';\n"), &[]);
    assert_eq!(only(&replay).0, "a b");
}

async fn order_that_nobody_asks_for_is_unknown(_: Database) {
    let block = |agg: &str| {
        format!(
            "CREATE TYPE mood AS ENUM ('b', 'a');\nDO $$ BEGIN\nEXECUTE 'CREATE TYPE copy AS ENUM (' || \
             (SELECT {agg} FROM pg_enum WHERE enumtypid = 'mood'::regtype) || ')';\nEND $$;\n"
        )
    };
    reports(&block("string_agg(quote_literal(enumlabel), ',')"), &["3 unknown public.copy"]);
    reports(
        &block("string_agg(quote_literal(enumlabel), ',' ORDER BY oid)"),
        &["3 unknown public.copy"],
    );
    let replay =
        reports(&block("string_agg(quote_literal(enumlabel), ',' ORDER BY enumsortorder)"), &[]);
    assert_eq!(replay.enums[0].labels[0].text, "b");
    let replay =
        reports(&block("string_agg(quote_literal(enumlabel), ',' ORDER BY enumlabel)"), &[]);
    assert_eq!(replay.enums[0].labels[0].text, "a");
    reports_of_block(
        "BEGIN\nIF EXISTS (SELECT 1 FROM pg_enum WHERE enumsortorder = 1) THEN DROP TYPE mood;\n\
         END IF; END",
        &["5 unknown public.mood"],
    );
    reports_of_block(
        "DECLARE l text; BEGIN\nALTER TYPE mood ADD VALUE 'b';\n\
         SELECT enumlabel INTO l FROM pg_enum WHERE enumtypid = 'mood'::regtype;\n\
         EXECUTE format('ALTER TYPE mood ADD VALUE %L', l || '2');\nEND",
        &["7 unknown public.mood"],
    );
}

async fn tables_that_are_not_followed_are_unknown(_: Database) {
    let table = "CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);";
    let block = "DO $$ BEGIN\nIF EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 't_1') THEN \
                 DROP TYPE mood; END IF;\nEND $$;";
    reports(&format!("{MOOD}{table}\n{block}\n"), &["4 unknown public.mood"]);
    reports(&format!("{MOOD}{}\n{block}\n", table.replace("t_1", "t_2")), &[]);
}

/// Every enum's line and those of its labels.
fn lines(replay: &Replay) -> String {
    let mut text = String::new();
    for state in &replay.enums {
        let _ = write!(text, "{}:{}", state.name, state.created.line());
        for label in &state.labels {
            let _ = write!(text, " {}:{}", label.text, label.at.line());
        }
        text.push('\n');
    }
    text
}

async fn labels_and_types_stand_where_they_are_written(_: Database) {
    let check = |script: &str, expected: &str| {
        let replay = reports(script, &[]);
        assert_eq!(lines(&replay), expected, "{script}");
    };
    check(
        "\n\nCREATE TYPE mood AS ENUM (\n  'a',\n  -- b\n  'b', 'c'\n);\n",
        "mood:3 a:4 b:6 c:6\n",
    );
    check(
        "CREATE TYPE mood AS ENUM ('a');\nALTER TYPE mood\n  ADD VALUE\n  'b'\n  BEFORE 'a';\n",
        "mood:1 b:4 a:1\n",
    );
    check(
        "CREATE TYPE mood AS ENUM ('a');\nALTER TYPE mood\n  RENAME VALUE 'a'\n  TO 'b';\n",
        "mood:1 b:4\n",
    );
    check(
        "CREATE TYPE mood AS ENUM ('a');\n\nALTER TYPE mood RENAME TO feeling;\nCREATE TYPE mood AS ENUM ('a');\n",
        "feeling:1 a:1\nmood:4 a:4\n",
    );
    check(
        "DO $$\nBEGIN\n  IF true THEN\n    CREATE TYPE mood AS ENUM (\n      'a',\n      'b');\n  END IF;\nEND\n$$;\n",
        "mood:4 a:5 b:6\n",
    );
    check("DO '\nBEGIN\n  CREATE TYPE mood AS ENUM (\n    ''a'');\nEND';\n", "mood:3 a:4\n");
    check(
        "DO $$ BEGIN\n  EXECUTE 'CREATE TYPE mood AS ENUM (\n    ''a'',\n    ''b'')';\nEND $$;\n",
        "mood:2 a:3 b:4\n",
    );
    check(
        "DO $$ BEGIN\n  EXECUTE\n    $q$\n    CREATE TYPE mood AS ENUM ('a',\n 'b')\n    $q$;\nEND $$;\n",
        "mood:4 a:4 b:5\n",
    );
    check(
        "DO $$ BEGIN\n  EXECUTE format('CREATE TYPE %I AS ENUM (\n    %L)', 'mood', 'a');\nEND $$;\n",
        "mood:2 a:2\n",
    );
    check(
        "CREATE TYPE mood AS ENUM ('a');\nUPDATE pg_enum SET enumlabel = 'b'\n WHERE enumtypid = 'mood'::regtype;\n",
        "mood:1 b:2\n",
    );
    check(
        "CREATE TYPE mood AS ENUM ('x'\n  'a', E'b\\n',\n  $$c\nd$$, 'e');\n",
        "mood:1 xa:1 b\n:2 c\nd:3 e:4\n",
    );
    check(
        "BEGIN;\nCREATE TYPE mood AS ENUM ('a');\nROLLBACK;\nCREATE TYPE mood AS ENUM ('a');\n",
        "mood:4 a:4\n",
    );
    check(
        "CREATE TYPE mood AS ENUM ('a');\nCREATE TYPE mood_new AS ENUM ('a',\n'b');\nDROP TYPE mood;\nALTER TYPE mood_new RENAME TO mood;\n",
        "mood:2 a:2 b:3\n",
    );
}

async fn places_count_in_lines_of_the_file(_: Database) {
    let check = |script: &str, expected: &str| {
        assert_eq!(lines(&reports(script, &[])), expected, "{script}");
        let script = script.replace('\n', "\r\n");
        assert_eq!(lines(&reports(&script, &[])), expected, "{script}");
    };
    check(
        "-- ünïcödé 日本語 🦀\n/* é */ CREATE TYPE mood AS ENUM ('é', -- ß\n 'ü', /* ñ\n */ 'z');\n",
        "mood:2 é:2 ü:3 z:4\n",
    );
    check(
        "DO $$ -- 日本語\nBEGIN\n  RAISE NOTICE 'ünï'; CREATE TYPE mood AS ENUM ('é',\n    'ü');\nEND $$;\n",
        "mood:3 é:3 ü:4\n",
    );
    check(
        "DO $$ BEGIN\n  RAISE NOTICE '日本語'; EXECUTE 'CREATE TYPE mood AS ENUM (''é'',\n ''''''ü'')';\nEND $$;\n",
        "mood:2 é:2 'ü:3\n",
    );
    check("CREATE TYPE mood AS ENUM (E'\\u00e9', U&'\\00fc',\n 'z');\n", "mood:1 é:1 ü:1 z:2\n");
    let replay = reports("SELECT 'é';\r\nALTER TYPE gone\r\nADD VALUE 'x';\r\n", &["2 42704"]);
    assert_eq!(replay.findings[0].at.line(), 2);
    // The place of a refusal is that of what is refused.
    reports(&format!("{MOOD}ALTER TYPE mood\nADD VALUE 'b'\nAFTER 'x';\n"), &["4 22023"]);
    reports("CREATE TYPE mood AS ENUM (\n'a',\n'b',\n'a');\n", &["4 23505"]);
    reports(
        &format!(
            "{MOOD}DO $$ BEGIN\nNULL;\nEXECUTE 'ALTER TYPE mood\nADD VALUE ''a''';\nEND $$;\n"
        ),
        &["5 42710"],
    );
}

/// A schema whose name is not known may be that of `$user`, which is first on the path.
async fn tables_are_in_doubt_where_another_schema_may_be_first(_: Database) {
    let unknown_tables = |between: &str| {
        let script = format!(
            "CREATE TABLE before (a int);\n{between}\nCREATE TABLE after (a int);\nCREATE TABLE public.named (a int);\n\
             CREATE VIEW seen AS SELECT 1 AS one;"
        );
        let folder = folder(Tool::Plain, &[script], Transaction::PerStatement);
        let replay = Options::new().keep_going(true).tables(true).replay(&folder).unwrap();
        let unknown = replay.tables.iter().filter(|table| table.unknown.is_some());
        unknown
            .map(|table| format!("{}.{}", table.schema, table.name))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(unknown_tables(""), "");
    let dynamic = "DO $$ DECLARE x text; BEGIN SELECT a INTO x FROM b;
        EXECUTE format('CREATE SCHEMA %I', x); END $$;";
    assert_eq!(unknown_tables(dynamic), "public.after public.seen");
    assert_eq!(unknown_tables(&dynamic.replace("%I", "tenant_%s")), "");
    assert_eq!(unknown_tables(&format!("{dynamic} SET search_path = public;")), "");
    assert_eq!(unknown_tables("CREATE SCHEMA ${tenant};"), "public.after public.seen");
    let role = "CREATE SCHEMA app; SET ROLE app;";
    assert_eq!(unknown_tables(role), "app.after app.seen public.after public.seen");
    assert_eq!(unknown_tables("CREATE SCHEMA app; SET ROLE other;"), "");
    let roles: Vec<String> =
        (0..20).map(|i| format!("CREATE SCHEMA r{i} AUTHORIZATION r{i};")).collect();
    assert_eq!(unknown_tables(&roles.concat()), "public.after public.before public.seen");
}

/// The findings of a script whose tables are followed, by line, and its tables with their columns.
fn with_tables(tool: Tool, script: &str) -> (Vec<String>, String) {
    let folder = folder(tool, &[script.to_owned()], Transaction::PerStatement);
    let replay = Options::new().keep_going(true).tables(true).replay(&folder).unwrap();
    let mut tables = String::new();
    for table in &replay.tables {
        let _ = write!(tables, "{:?} {}.{}", table.kind, table.schema, table.name);
        for column in &table.columns {
            let ty = column.ty.as_ref().map_or("?", |ty| &ty.formatted);
            let _ = write!(tables, " {ty}");
        }
        let reason = table.unknown.as_ref().map_or("", |unknown| &unknown.reason);
        let _ = writeln!(tables, "; {reason}");
    }
    (replay.findings.iter().map(said).collect(), tables)
}

/// A name is perhaps free in the schema that `$user` perhaps stands for.
async fn a_name_that_is_free_in_another_schema_is_perhaps_accepted(_: Database) {
    let (said, tables) = with_tables(
        Tool::Plain,
        "CREATE SCHEMA r AUTHORIZATION r; CREATE TABLE public.t (a int);\nCREATE TABLE t (a int);\n\
         CREATE VIEW public.v AS SELECT 1 AS a;\nCREATE VIEW v AS SELECT 1 AS a;\nCREATE VIEW w AS SELECT 1 AS a;",
    );
    assert_eq!(said, ["2 unknown", "4 unknown"]);
    assert!(tables.contains("View r.w; the schema \"r\" has the name of a role: "), "{tables}");
    let (said, _) =
        with_tables(Tool::Plain, "CREATE TABLE public.t (a int);\nCREATE TABLE t (a int);\n");
    assert_eq!(said, ["2 42P07"]);
}

async fn columns_of_unknown_names_and_schemas_are_shown_as_they_are_written(_: Database) {
    let (said, tables) = with_tables(
        Tool::Flyway,
        "CREATE TABLE t (a int, b int);\nALTER TABLE t DROP COLUMN ${col};\nALTER TABLE t DROP c;",
    );
    assert!(said.is_empty(), "{said:?}");
    assert!(tables.contains("which column this is about is put together at run time"), "{tables}");
    let (_, tables) = with_tables(
        Tool::Flyway,
        "CREATE SCHEMA ${schema}; SET search_path TO ${schema};\nCREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (a mood);",
    );
    assert!(tables.contains("Table ${schema}.t ${schema}.mood; "), "{tables}");
}

/// `PostgreSQL` 17 takes arrays of a column's type.
async fn an_array_of_a_type_of_a_column_is_not_held_against_its_labels(_: Database) {
    let block = "DO $$ DECLARE v t.m%TYPE[] := '{a}'; BEGIN END $$;";
    reports(&format!("{MOOD}CREATE TABLE t (m mood);\n{block}"), &[]);
}
