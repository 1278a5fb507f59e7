//! What replay cannot read or decide leaves the types in doubt that it may touch, and no others.

use pg_enum_migrations::{Folder, Kind, Options, Replay};

fn replay(script: &str) -> Replay {
    let root = tempfile::tempdir().expect("a folder");
    std::fs::write(root.path().join("1_a.sql"), script).expect("a file");
    let folder = Folder::open(root.path()).expect("migrations");
    Options::new().replay(&folder).expect("no version is asked for")
}

/// Each finding's line and what it may touch, and the labels of `mood`.
#[track_caller]
fn check(script: &str, expected: &[&str], labels: &str) {
    let replay =
        replay(&format!("CREATE TYPE mood AS ENUM ('a');\nCREATE TABLE t (n int);\n{script}"));
    let found: Vec<_> = replay
        .findings
        .iter()
        .map(|finding| match &finding.kind {
            Kind::Unknown { touches } if touches.is_empty() => {
                format!("{} anything", finding.at.line())
            }
            Kind::Unknown { touches } => format!("{} {}", finding.at.line(), touches.join(" ")),
            Kind::Refused { sqlstate } => format!("{} {sqlstate}", finding.at.line()),
            kind => format!("{} {}", finding.at.line(), kind.code()),
        })
        .collect();
    assert_eq!(found, expected, "{script}\n{:#?}", replay.findings);
    let mood = replay.enums.iter().find(|state| state.name == "mood");
    let state = mood.map(|state| {
        let labels: Vec<_> = state.labels.iter().map(|label| &*label.text).collect();
        format!("{}{}", labels.join(" "), if state.known { "" } else { " ?" })
    });
    assert_eq!(state.as_deref(), Some(labels), "{script}");
}

/// A variable of this name is legal, and the parser does not take it.
const UNREADABLE: &str = "DECLARE exception int; BEGIN exception := 1;";

#[test]
fn a_block_that_cannot_be_read_may_do_what_its_words_say() {
    let block = |inner: &str| format!("DO $$ {UNREADABLE} {inner} END $$;\n");
    let mood = "3 public.mood";
    check(&block("ALTER TYPE mood ADD VALUE 'b';"), &[mood], "a ?");
    check(&block("ALTER TYPE public.mood RENAME VALUE 'a' TO 'b';"), &[mood], "a ?");
    check(&block("ALTER TYPE mood RENAME TO feeling;"), &["3 public.feeling public.mood"], "a ?");
    check(&block("DROP TYPE IF EXISTS mood, other;"), &["3 public.mood public.other"], "a ?");
    check(&block("CREATE TYPE app.size AS ENUM ('s');"), &["3 app.size"], "a");
    check(&block("ALTER TABLE t ADD COLUMN m mood;"), &[mood], "a ?");
    for anything in [
        "EXECUTE 'x';",
        "EXECUTE format('ALTER TYPE %I ADD VALUE %L', 'mood', 'b');",
        "DROP SCHEMA public CASCADE;",
        "SET search_path = app;",
        "PERFORM set_config('search_path', 'app', false);",
        "UPDATE pg_enum SET enumlabel = 'b';",
        "ALTER TYPE mood SET SCHEMA app;",
    ] {
        check(&block(anything), &["3 anything"], "a ?");
    }
    for nothing in [
        "NULL;",
        "UPDATE t SET n = 1;",
        "PERFORM 1 FROM t;",
        "CREATE TABLE u (n int);",
        "GRANT EXECUTE ON FUNCTION f TO x;",
    ] {
        check(&block(nothing), &[], "a");
    }
}

#[test]
fn a_routine_of_the_folder_may_be_called_by_a_block_that_cannot_be_read() {
    let routine =
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TYPE mood; END $$;\n";
    check(&format!("{routine}DO $$ {UNREADABLE} PERFORM f(); END $$;"), &["4 anything"], "a ?");
    check(&format!("{routine}DO $$ {UNREADABLE} PERFORM g(); END $$;"), &[], "a");
}

#[test]
fn the_body_of_a_routine_is_read_when_it_is_called() {
    let body = format!("{UNREADABLE} ALTER TYPE mood ADD VALUE 'b'; END");
    let routine = format!("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ {body} $$;\n");
    check(&routine, &[], "a");
    check(&format!("{routine}SELECT f();"), &["4 public.mood"], "a ?");
}

#[test]
fn a_routine_whose_statement_cannot_be_read_may_do_what_its_words_say() {
    let routine = |body: &str| {
        format!("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql SET ROLE x AS {body};\n")
    };
    let drops = routine("$$ DROP TYPE mood $$");
    check(&drops, &["3 unreadable"], "a");
    check(&format!("{drops}SELECT f(1);"), &["3 unreadable", "4 public.mood"], "a ?");
    let quoted = routine("'DROP TYPE mood'");
    check(&format!("{quoted}SELECT f(1);"), &["3 unreadable", "4 public.mood"], "a ?");
    let harmless = routine("$$ SELECT 1 $$");
    check(&format!("{harmless}SELECT f(1);"), &["3 unreadable"], "a");
}

#[test]
fn what_is_refused_after_that_is_not_certain() {
    let block = format!("DO $$ {UNREADABLE} CREATE TYPE size AS ENUM ('s'); END $$;\n");
    check(
        &format!("{block}ALTER TYPE size ADD VALUE 'm';"),
        &["3 public.size", "4 public.size"],
        "a",
    );
    let table = format!("DO $$ {UNREADABLE} DROP TABLE t; END $$;\n");
    check(&format!("{table}CREATE TABLE t (n int);"), &[], "a");
    check("CREATE TABLE t (n int);", &["3 42P07"], "a");
}

#[test]
fn a_domain_that_a_function_may_have_dropped_keeps_no_type_for_certain() {
    check(
        "CREATE DOMAIN d AS mood;
        CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN DROP DOMAIN d; END';
        SELECT f();
        DROP TYPE mood;",
        &["6 public.mood"],
        "a ?",
    );
}

#[test]
fn queries_touch_no_enum_even_if_they_cannot_be_read() {
    let executed = |sql: &str| {
        format!(
            "DO $$ DECLARE r record; BEGIN\nFOR r IN SELECT n FROM t LOOP EXECUTE {sql}; END LOOP; END $$;"
        )
    };
    check(&executed("format('UPDATE x SET b = f(b, (%s,))', r.n)"), &[], "a");
    check(&executed("'UPDATE x SET b = f(b, (1,))'"), &[], "a");
    check(&executed("format('INSERT INTO x SELECT between, %s FROM y', r.n)"), &[], "a");
    check(
        &executed("format('ALTER TYPE mood ADD VALUE %L between', r.n)"),
        &["4 public.mood"],
        "a ?",
    );
}

#[test]
fn a_handler_may_take_back_what_its_block_has_done() {
    let block = |inner: &str, condition: &str| {
        format!(
            "DO $$ DECLARE x int; BEGIN\nALTER TYPE mood ADD VALUE 'b';\n{inner};\n\
             EXCEPTION WHEN {condition} THEN NULL; END $$;"
        )
    };
    for (inner, condition) in [
        ("ALTER TABLE missing ADD COLUMN a int", "undefined_table"),
        ("ALTER TABLE t ADD COLUMN n int", "duplicate_column"),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0)", "duplicate_object"),
        ("CREATE INDEX i ON t (n)", "duplicate_table"),
        ("INSERT INTO t VALUES (1)", "unique_violation"),
        ("PERFORM 1 FROM missing", "OTHERS"),
        ("EXECUTE 'DELETE FROM missing'", "SQLSTATE '42P01'"),
        ("PERFORM missing()", "undefined_function"),
        ("x := 1 / 0", "division_by_zero"),
        ("x := 1 % 0", "data_exception"),
        ("CREATE EXTENSION missing", "OTHERS"),
        ("ALTER TYPE mood OWNER TO missing", "undefined_object"),
    ] {
        check(&block(inner, condition), &["5 public.mood"], "a ?");
    }
    for (inner, condition) in [
        ("ALTER TABLE t ADD COLUMN m int", "duplicate_object"),
        ("INSERT INTO t VALUES (1)", "duplicate_object OR duplicate_table"),
        ("PERFORM pg_notify('a', 'b')", "OTHERS"),
        ("RAISE NOTICE 'x'", "OTHERS"),
        ("CREATE TABLE u (n int)", "OTHERS"),
        ("ALTER TABLE t ADD COLUMN IF NOT EXISTS m int", "OTHERS"),
        ("DROP TABLE IF EXISTS t", "OTHERS"),
        (
            "BEGIN INSERT INTO missing VALUES (1); EXCEPTION WHEN undefined_table THEN NULL; END",
            "undefined_table",
        ),
    ] {
        check(&block(inner, condition), &[], "a b");
    }
}

#[test]
fn a_handler_that_fails_itself_takes_nothing_back() {
    let block = |handler: &str| {
        format!(
            "DO $$ BEGIN ALTER TYPE mood ADD VALUE 'b'; INSERT INTO t VALUES (1);\n\
             EXCEPTION WHEN OTHERS THEN {handler}; END $$;"
        )
    };
    check(&block("RAISE"), &[], "a b");
    check(&block("RAISE EXCEPTION 'no: %', SQLERRM"), &[], "a b");
    check(&block("RAISE WARNING 'no: %', SQLERRM"), &["3 public.mood"], "a ?");
    check(&block("IF SQLSTATE = '23505' THEN RAISE; END IF"), &["3 public.mood"], "a ?");
}

#[test]
fn a_handler_may_do_what_its_block_does_not() {
    check(
        "DO $$ BEGIN INSERT INTO missing VALUES (1);\n\
         EXCEPTION WHEN undefined_table THEN ALTER TYPE mood ADD VALUE 'b'; END $$;",
        &["3 public.mood"],
        "a ?",
    );
    check(
        "DO $$ BEGIN BEGIN INSERT INTO missing VALUES (1); EXCEPTION WHEN unique_violation THEN NULL; END;\n\
         EXCEPTION WHEN undefined_table THEN ALTER TYPE mood ADD VALUE 'b'; END $$;",
        &["3 public.mood"],
        "a ?",
    );
}

#[test]
fn a_row_that_a_fetch_may_find_is_not_known() {
    check(
        "DO $$ DECLARE c CURSOR FOR SELECT n FROM t; x text; BEGIN OPEN c;\n\
         LOOP FETCH c INTO x; EXIT WHEN NOT FOUND;\n\
         EXECUTE format('ALTER TYPE mood ADD VALUE %L', x); END LOOP; END $$;",
        &["5 public.mood"],
        "a ?",
    );
}

#[test]
fn what_one_of_several_ways_does_not_know_is_not_lost() {
    check(
        "DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN NULL;\n\
         ELSIF EXISTS (SELECT FROM t WHERE n > 1) THEN\n\
         EXECUTE format('ALTER TYPE mood ADD VALUE %L', (SELECT n FROM t)); END IF; END $$;",
        &["5 public.mood"],
        "a ?",
    );
}

#[test]
fn a_schema_that_nobody_makes_is_said_where_a_type_is_made_in_it() {
    check("ALTER TYPE mood SET SCHEMA app;", &["3 app.mood"], "a");
    check("SET search_path TO app;\nCREATE TYPE size AS ENUM ('s');", &["4 app.size"], "a");
    check(
        "SET search_path TO app, public;\nCREATE TYPE size AS ENUM ('s');\nALTER TYPE size ADD VALUE 'm';",
        &["4 app.size public.size"],
        "a",
    );
    check("SET search_path TO app, public;\nCREATE TABLE u (n int);", &[], "a");
    check("SET search_path TO 'app, public';\nCREATE TYPE size AS ENUM ('s');", &["4 3F000"], "a");
    check("SET search_path TO '';\nCREATE TYPE size AS ENUM ('s');", &["4 3F000"], "a");
    check("DROP TYPE IF EXISTS app.mood;\nDROP TYPE IF EXISTS app.mood, other CASCADE;", &[], "a");
}

#[test]
fn the_schema_of_the_users_name_is_not_known_by_name() {
    for user in ["CURRENT_USER", "session_user", "CURRENT_ROLE"] {
        let script =
            format!("CREATE SCHEMA AUTHORIZATION {user};\nCREATE TYPE size AS ENUM ('s');");
        check(&script, &["4 $user.size public.size"], "a");
        let state = replay(&script);
        assert_eq!((&*state.enums[0].schema, state.enums[0].known), ("$user", false));
    }
    check("CREATE SCHEMA AUTHORIZATION joe;\nCREATE TYPE joe.size AS ENUM ('s');", &[], "a");
}

#[test]
fn a_schema_with_the_name_of_a_role_may_be_that_of_the_users_name() {
    let both = &["4 joe.size public.size"][..];
    for schema in [
        "CREATE SCHEMA AUTHORIZATION joe",
        "CREATE SCHEMA IF NOT EXISTS AUTHORIZATION joe",
        "CREATE SCHEMA joe AUTHORIZATION joe",
    ] {
        let script = |then: &str| format!("{schema};\n{then}");
        let create = script("CREATE TYPE size AS ENUM ('s');");
        check(&create, both, "a");
        assert!(replay(&create).enums.iter().all(|state| !state.known), "{create}");
        check(&script("SET search_path TO public; CREATE TYPE size AS ENUM ('s');"), &[], "a");
        check(
            &script("SET search_path TO public, \"$user\"; CREATE TYPE size AS ENUM ('s');"),
            &[],
            "a",
        );
        check(&script("CREATE TYPE public.size AS ENUM ('s');"), &[], "a");
        check(&script("ALTER TYPE mood ADD VALUE 'b';"), &[], "a b");
        let own = "CREATE TYPE joe.size AS ENUM ('s');";
        let last =
            format!("{own} SET search_path TO public, \"$user\"; ALTER TYPE size ADD VALUE 'm';");
        check(&script(&last), &["4 joe.size"], "a");
        let only = "SET search_path TO \"$user\"; CREATE TYPE size AS ENUM ('s');";
        check(&script(only), &["4 joe.size"], "a");
        check(&script("DROP SCHEMA joe; CREATE TYPE size AS ENUM ('s');"), &[], "a");
        check(&script(&format!("{own} ALTER TYPE size ADD VALUE 'm';")), &["4 joe.size"], "a");
        let two = "CREATE TYPE public.size AS ENUM ('s');";
        check(&script(&format!("{own} {two} ALTER TYPE size ADD VALUE 'm';")), both, "a");
        let handled = "DO $$ BEGIN CREATE TYPE size AS ENUM ('s'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;";
        check(&script(&format!("{own} {handled}")), both, "a");
    }
    check(
        "CREATE SCHEMA postgres;\nCREATE TYPE size AS ENUM ('s');",
        &["4 postgres.size public.size"],
        "a",
    );
    check("CREATE SCHEMA joe AUTHORIZATION ann;\nCREATE TYPE size AS ENUM ('s');", &[], "a");
    check("CREATE SCHEMA joe;\nCREATE TYPE size AS ENUM ('s');", &[], "a");
}

#[test]
fn a_schema_that_is_not_there_is_refused_and_nothing_else() {
    let root = tempfile::tempdir().expect("a folder");
    let block = "DO $$ BEGIN CREATE TYPE mood AS ENUM (); BEGIN ALTER TYPE mood SET SCHEMA app; \
        EXCEPTION WHEN unique_violation THEN NULL; END; END $$;";
    std::fs::write(root.path().join("1_a.sql"), block).expect("a file");
    let folder = Folder::open(root.path()).expect("migrations");
    let none: [&str; 0] = [];
    let replay = Options::new().schemas(none).replay(&folder).expect("no version is asked for");
    assert_eq!(touched(&replay), ["1 refused"]);
}

#[test]
fn a_block_may_run_to_its_end_where_its_handlers_are_for_other_errors() {
    let doubt = format!("DO $$ {UNREADABLE} CREATE TYPE size AS ENUM ('s'); END $$;\n");
    let block = "DO $$ BEGIN ALTER TYPE size RENAME TO feeling; INSERT INTO t VALUES (1); \
        EXCEPTION WHEN undefined_table THEN NULL; END $$;";
    let both = "4 public.feeling public.size";
    check(&format!("{doubt}{block}"), &["3 public.size", both], "a");
}

#[test]
fn a_handler_runs_where_its_block_has_not() {
    let block = "DO $$ BEGIN CREATE VIEW mood AS SELECT 1 AS n; ALTER TABLE no_table ADD a int; \
        EXCEPTION WHEN OTHERS THEN CREATE TYPE mood AS ENUM ('b'); END $$;";
    let replay = replay(block);
    assert_eq!(touched(&replay), ["1 public.mood"]);
}

/// Each finding's line and what it may touch.
fn touched(replay: &Replay) -> Vec<String> {
    let said = replay.findings.iter().map(|finding| match &finding.kind {
        Kind::Unknown { touches } => format!("{} {}", finding.at.line(), touches.join(" ")),
        kind => format!("{} {}", finding.at.line(), kind.code()),
    });
    said.collect()
}

/// What the catalogs may be asked about `size` in the schema `public`.
const QUESTIONS: &[&str] = &[
    "EXISTS (SELECT FROM pg_type WHERE typname = 'size')",
    "(SELECT count(*) FROM pg_type WHERE typname = 'size') > 0",
    "EXISTS (SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace \
        WHERE n.nspname = 'public' AND t.typname = 'size')",
    "EXISTS (SELECT FROM pg_type WHERE typname = '_size')",
    "EXISTS (SELECT FROM pg_type WHERE typname = 'size' AND typtype = 'c')",
    "EXISTS (SELECT FROM pg_type WHERE typtype = 'c' AND typname <> 't')",
    "to_regtype('size') IS NOT NULL",
    "to_regtype('public.size') IS NULL",
    "to_regtype('size[]') IS NULL",
    "to_regclass('size') IS NULL",
    "'size'::regtype IS NULL",
    "EXISTS (SELECT FROM pg_class WHERE relname = 'size' AND relkind = 'r')",
    "EXISTS (SELECT FROM pg_class WHERE relname = 'size_pkey')",
    "EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'size')",
    "EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('size'))",
    "EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass('size'))",
    "EXISTS (SELECT FROM pg_proc WHERE proname = 'size')",
    "EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'size')",
    "EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'size')",
];

#[test]
fn no_catalog_is_certain_about_what_may_be_there() {
    for (made, touches) in [
        ("CREATE TABLE size (n int)", None),
        ("CREATE VIEW size AS SELECT 1", None),
        ("DROP TABLE size", None),
        ("CREATE TYPE size AS (n int)", Some("1 public.size")),
        ("CREATE DOMAIN size AS int", Some("1 public.size")),
    ] {
        for question in QUESTIONS {
            let asked = format!(
                "DO $$ {UNREADABLE} {made}; END $$;\n\
                 DO $$ BEGIN IF {question} THEN CREATE TYPE feeling AS ENUM ('a'); END IF; END $$;"
            );
            let expected: Vec<_> = touches.into_iter().chain(["2 public.feeling"]).collect();
            assert_eq!(touched(&replay(&asked)), expected, "{asked}");
        }
    }
}

#[test]
fn labels_of_an_enum_that_may_be_there_are_not_known() {
    for question in [
        "EXISTS (SELECT FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid \
            WHERE t.typname = 'size' AND e.enumlabel = 'b')",
        "EXISTS (SELECT FROM pg_enum WHERE enumtypid = to_regtype('size') AND enumlabel = 'b')",
        "EXISTS (SELECT FROM pg_type t LEFT JOIN pg_enum e ON e.enumtypid = t.oid \
            WHERE t.typname = 'size' AND e.oid IS NULL)",
        "EXISTS (SELECT FROM pg_enum WHERE enumlabel = 'b')",
        "'b' = ANY (enum_range(NULL::size)::text[])",
    ] {
        for before in ["", "CREATE TYPE size AS ENUM ('a');"] {
            let asked = format!(
                "{before} DO $$ {UNREADABLE} CREATE TYPE size AS ENUM ('b'); \
                    ALTER TYPE size ADD VALUE 'c'; END $$;\n\
                 DO $$ BEGIN IF {question} THEN CREATE TYPE feeling AS ENUM ('a'); END IF; END $$;"
            );
            assert_eq!(touched(&replay(&asked)), ["1 public.size", "2 public.feeling"], "{asked}");
        }
    }
}

#[test]
fn catalogs_are_certain_about_everything_else() {
    let doubt = format!(
        "DO $$ {UNREADABLE} CREATE TYPE size AS ENUM ('b'); CREATE TABLE sizes (n int); END $$;\n"
    );
    for question in [
        "EXISTS (SELECT FROM pg_type WHERE typname = 'mood')",
        "EXISTS (SELECT FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid \
            WHERE t.typname = 'mood' AND e.enumlabel = 'a')",
        "NOT EXISTS (SELECT FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid \
            WHERE t.typname = 'mood' AND e.enumlabel = 'b')",
        "NOT EXISTS (SELECT FROM pg_enum WHERE enumlabel = 'b' AND enumtypid = to_regtype('mood'))",
        "NOT EXISTS (SELECT FROM pg_type WHERE typname = 'colour')",
        "NOT EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'colours')",
        "to_regtype('information_schema.size') IS NULL",
    ] {
        let asked = format!(
            "DO $$ BEGIN IF {question} THEN ALTER TYPE mood ADD VALUE 'b'; END IF; END $$;"
        );
        check(&format!("{doubt}{asked}"), &["3 public.size"], "a b");
    }
}

#[test]
fn what_is_tried_out_sees_what_is_in_doubt() {
    let doubt = format!("DO $$ {UNREADABLE} CREATE TYPE size AS ENUM ('b'); END $$;\n");
    let inner = "IF EXISTS (SELECT FROM pg_type WHERE typname = 'size') THEN ALTER TYPE mood ADD VALUE 'b'; END IF";
    let asked = format!("DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN {inner}; END IF; END $$;");
    check(&format!("{doubt}{asked}"), &["3 public.size", "4 public.mood"], "a ?");
}

#[test]
fn a_name_that_may_be_taken_may_be_refused_where_that_is_handled() {
    let doubt = format!("DO $$ {UNREADABLE} CREATE TABLE size (n int); END $$;\n");
    let handled = "EXCEPTION WHEN duplicate_object OR duplicate_table THEN NULL";
    let asked = format!("DO $$ BEGIN ALTER TYPE mood RENAME TO size; {handled}; END $$;");
    let both = "3 public.mood public.size";
    let replay = replay(&format!("CREATE TYPE mood AS ENUM ('a');\n{doubt}{asked}"));
    assert_eq!(touched(&replay).last().map(String::as_str), Some(both));
}

#[test]
fn a_schema_that_may_not_be_there_may_be_refused_where_that_is_handled() {
    for fails in ["ALTER TYPE mood SET SCHEMA app", "CREATE TYPE app.size AS ENUM ('s')"] {
        let block = format!(
            "CREATE TYPE mood AS ENUM ('a');\nDO $$ BEGIN {fails}; \
             EXCEPTION WHEN invalid_schema_name THEN ALTER TYPE mood ADD VALUE 'b'; END $$;"
        );
        let replay = replay(&block);
        let said = touched(&replay);
        assert!(said.iter().any(|said| said.contains("public.mood")), "{fails}: {said:?}");
        assert!(replay.enums.iter().all(|state| !state.known), "{fails}: {:#?}", replay.enums);
    }
}

#[test]
fn what_a_call_makes_that_is_no_enum_may_be_there() {
    let function = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE DOMAIN size AS int; RETURN 1; END $$;\n";
    let asked = "DO $$ BEGIN IF to_regtype('size') IS NULL THEN ALTER TYPE mood ADD VALUE 'b'; END IF; END $$;";
    check(&format!("{function}SELECT f();\n{asked}"), &["5 public.mood"], "a ?");
}

#[test]
fn a_type_that_is_not_found_may_be_that_of_a_view_that_is_not_followed() {
    check("CREATE VIEW shop AS SELECT 1;\nDROP TYPE shop CASCADE;", &["4 public.shop"], "a");
}

#[test]
fn the_columns_of_a_table_that_may_be_there_keep_no_type() {
    let doubt = format!("DO $$ {UNREADABLE} CREATE TABLE size (n int); END $$;\n");
    check(
        &format!(
            "{doubt}CREATE TABLE IF NOT EXISTS size (m mood);\nDROP TYPE mood; CREATE TYPE mood AS ENUM ('b');"
        ),
        &[],
        "b",
    );
}

#[test]
fn an_attribute_is_not_refused_where_the_name_may_be_taken() {
    let block = format!("DO $$ {UNREADABLE} CREATE TABLE u (n int); END $$;\n");
    let create = "CREATE TYPE gone AS ENUM (); DROP TYPE gone; CREATE TYPE u AS (x gone);";
    check(create, &["3 42704"], "a");
    check(&format!("{block}{create}"), &["4 public.u"], "a");
}

#[test]
fn a_table_that_may_have_changed_keeps_no_type_for_certain() {
    let change = |statement: &str| {
        format!(
            "CREATE TABLE u (m mood);\n\
             DO $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM t LOOP \
             EXECUTE format('{statement}', r.n); END LOOP; END $$;\n"
        )
    };
    for statement in ["ALTER TABLE %I ALTER m TYPE text", "ALTER TABLE %I DROP COLUMN m"] {
        check(&format!("{}DROP TYPE mood;", change(statement)), &["5 public.mood"], "a ?");
    }
    check(
        &format!("{}CREATE TABLE v (m mood);\nDROP TYPE mood;", change("DROP TABLE %I")),
        &["6 2BP01"],
        "a",
    );
    let other = change("ALTER TABLE %I SET (fillfactor = 50)");
    check(&format!("{other}DROP TYPE mood;"), &["5 2BP01"], "a");
}

#[test]
fn a_handler_that_may_have_run_may_have_set_its_variables() {
    let block = |inner: &str, handler: &str| {
        format!(
            "DO $$ DECLARE is_refused boolean := false; BEGIN\nBEGIN {inner} EXCEPTION WHEN {handler} THEN is_refused := true; END;\n\
             IF NOT is_refused THEN RAISE EXCEPTION 'accepted'; END IF; END $$;"
        )
    };
    // It tries whether a trigger refuses something.
    check(&block("UPDATE t SET n = 1;", "others"), &[], "a");
    check(&block("INSERT INTO t VALUES (1);", "check_violation"), &[], "a");
    check(&block("UPDATE t SET n = 1;", "lock_not_available"), &["5 P0001"], "a");
    check(&block("NULL;", "others"), &["5 P0001"], "a");
}

/// What is refused where tables are followed, after a type `mood` and a table `t (n int, m mood, x text)`.
fn refused_with_tables(script: &str) -> Vec<String> {
    let root = tempfile::tempdir().expect("a folder");
    let before = "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (n int, m mood, x text);\n";
    std::fs::write(root.path().join("1_a.sql"), format!("{before}{script}")).expect("a file");
    let folder = Folder::open(root.path()).expect("migrations");
    let replay = Options::new().tables(true).replay(&folder).expect("no version is asked for");
    let refused = replay.findings.iter().filter_map(|finding| match &finding.kind {
        Kind::Refused { sqlstate } => Some(format!("{} {sqlstate}", finding.at.line())),
        _ => None,
    });
    refused.collect()
}

#[test]
fn a_placeholder_may_stand_for_several_columns_or_values() {
    for accepted in [
        "INSERT INTO t (n, m) VALUES (${v});",
        "INSERT INTO t (n, m) VALUES (1, 'a'), (${v});",
        "INSERT INTO t (${columns}) VALUES (1, 'a');",
        "INSERT INTO t (n, ${columns}) VALUES (1, 'a', 'x');",
        "INSERT INTO t (${columns}, m) VALUES (1, 'x', 'a');",
        "INSERT INTO t (n, x, m) VALUES (${v}, 'no label');",
    ] {
        assert_eq!(refused_with_tables(accepted), [""; 0], "{accepted}");
    }
    for refused in [
        "INSERT INTO t (n, m) VALUES (1);",
        "INSERT INTO t (n, x) VALUES ('${v}');",
        "INSERT INTO t (n, ${columns}) VALUES (1), (${v}); INSERT INTO t (n, m) VALUES (${v}), (1);",
    ] {
        assert_eq!(refused_with_tables(refused), ["2 42601"], "{refused}");
    }
}

/// What is refused of a file that golang-migrate sends as one string.
fn refused_of_a_string(script: &str) -> Vec<String> {
    let root = tempfile::tempdir().expect("a folder");
    std::fs::write(root.path().join("1_a.up.sql"), script).expect("a file");
    let folder = Folder::open(root.path()).expect("migrations");
    let replay = Options::new().replay(&folder).expect("no version is asked for");
    assert_eq!(folder.tool.to_string(), "golang-migrate");
    touched(&replay)
}

#[test]
fn a_block_commits_only_where_it_is_all_of_its_message() {
    let block = "DO $$ BEGIN COMMIT; END $$;";
    let made = "CREATE TYPE mood AS ENUM ('a');";
    assert_eq!(refused_of_a_string(&format!("{block} -- only a comment\n;")), [""; 0]);
    for script in [format!("{made}\n{block}"), format!("{made} COMMIT;\n{block}")] {
        assert_eq!(refused_of_a_string(&script), ["2 refused"], "{script}");
    }
    assert_eq!(refused_of_a_string(&format!("{block}\n{made}")), ["1 refused"]);
    // Psql sends each statement by itself, unless `\;` is between them.
    check(block, &[], "a");
    check(&format!("SELECT 1;\n{block}"), &[], "a");
    check(&format!("SELECT 1\\;\n{block}\nSELECT 1;"), &["4 2D000"], "a");
}

#[test]
fn what_execute_runs_ends_no_transaction() {
    check("DO $$ BEGIN EXECUTE 'DO $x$ BEGIN COMMIT; END $x$'; END $$;", &["3 2D000"], "a");
    check("DO $$ BEGIN EXECUTE 'COMMIT'; END $$;", &["3 0A000"], "a");
    check("DO $$ BEGIN EXECUTE 'SELECT 1'; COMMIT; END $$;", &[], "a");
    check("DO $$ BEGIN DO $x$ BEGIN COMMIT; END $x$; END $$;", &[], "a");
}
