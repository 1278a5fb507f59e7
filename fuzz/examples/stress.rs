//! Migrations that ask for too much: too deep, too long, too many. A fuzzer does not come by them, as
//! they are larger than what it tries, or take the one loop that doubles.
//!
//! `cargo run --release --example stress` in `fuzz/` runs every case in a process of its own, and
//! fails when one of them crashes, takes longer than [`TIME`] or more memory than [`MEMORY`].
//! With the names of cases, it runs those.

#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "the texts are made once, and should be read easily"
)]

use std::env;
use std::fs;
use std::process::{Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use pg_enum_fuzz::{check_replay, migrations};

/// What a case may take. It is a hundred times what most of them do take.
const TIME: Duration = Duration::from_secs(10);

/// What a case may take, in bytes.
const MEMORY: u64 = 1 << 30;

/// One case: its name, and what makes its text.
type Case = (&'static str, fn() -> String);

const CASES: &[Case] = &[
    // --- deep ---
    ("parentheses", || {
        format!("SELECT set_config({}1{});", "(".repeat(100_000), ")".repeat(100_000))
    }),
    ("parentheses-19k", || nested_select(9_900)),
    ("parentheses-open", || format!("SELECT set_config({}", "(".repeat(1_000_000))),
    ("operators", || format!("SELECT set_config(1{});", " + 1".repeat(100_000))),
    ("operators-9k", || format!("SELECT set_config(1{});", " + 1".repeat(9_000))),
    ("prefixes", || format!("SELECT set_config({}true);", "NOT ".repeat(19_000))),
    ("minuses", || format!("SELECT set_config({}1);", "- ".repeat(19_000))),
    ("casts", || format!("SELECT set_config('a'{});", "::text".repeat(6_500))),
    ("subqueries", || {
        format!("SELECT set_config({}1{});", "(SELECT ".repeat(6_000), ")".repeat(6_000))
    }),
    ("from-subqueries", || {
        format!(
            "SELECT set_config(1) FROM {}t{};",
            "(SELECT * FROM ".repeat(3_000),
            ") x".repeat(3_000)
        )
    }),
    ("cases", || {
        format!(
            "SELECT set_config({}1{});",
            "CASE WHEN true THEN ".repeat(4_000),
            " END".repeat(4_000)
        )
    }),
    ("joins", || format!("SELECT set_config(1) FROM t{};", " JOIN u ON true".repeat(4_000))),
    ("unions", || format!("SELECT set_config(1){};", " UNION SELECT 1".repeat(6_000))),
    ("arrays", || format!("SELECT set_config({}1{});", "ARRAY[".repeat(6_000), "]".repeat(6_000))),
    ("index-chain", || format!("SELECT set_config(a{});", "[1]".repeat(6_000))),
    ("field-chain", || format!("SELECT set_config(a{});", ".b".repeat(9_000))),
    ("begins", || format!("DO $$ {} {} $$;", "BEGIN ".repeat(100_000), "END; ".repeat(100_000))),
    ("begins-9k", || format!("DO $$ {} {} $$;", "BEGIN ".repeat(9_000), "END; ".repeat(9_000))),
    ("begins-19k-short", || {
        format!("DO $$ {} {} $$;", "BEGIN ".repeat(1_900), "END; ".repeat(1_900))
    }),
    ("ifs-deep", || {
        body(&format!("{}{}", "IF true THEN ".repeat(6_000), "END IF; ".repeat(6_000)))
    }),
    ("loops-deep", || body(&format!("{}{}", "LOOP ".repeat(9_000), "END LOOP; ".repeat(9_000)))),
    ("elsifs", || {
        body(&format!("IF false THEN {} END IF;", "ELSIF false THEN NULL; ".repeat(20_000)))
    }),
    ("comments-deep", || format!("{}{} SELECT 1;", "/* ".repeat(100_000), "*/ ".repeat(100_000))),
    ("atomic-begins", || {
        format!("CREATE FUNCTION f() RETURNS int {};", "BEGIN ATOMIC ".repeat(50_000))
    }),
    ("dollar-tags", || (0..1_500).map(|n| format!("$a{n}$ ")).collect::<String>() + "{{ x }}"),
    ("dollar-tags-nested", || {
        let open: String = (0..3_000).map(|n| format!("$a{n}$ ")).collect();
        let close: String = (0..3_000).rev().map(|n| format!("$a{n}$ ")).collect();
        format!("{open} {{{{ x }}}} {close}")
    }),
    ("do-in-execute", || {
        (0..14).fold("CREATE TYPE t AS ENUM ('a')".to_owned(), |text, _| {
            body(&format!("EXECUTE '{}';", text.replace('\'', "''")))
        })
    }),
    ("do-in-do", || {
        (0..1_000).fold("CREATE TYPE t AS ENUM ('a');".to_owned(), |text, n| {
            format!("DO $a{n}$ BEGIN {text} END $a{n}$;")
        })
    }),
    ("execute-itself", || {
        body("x := 'DO $a$ BEGIN EXECUTE current_query(); END $a$'; EXECUTE x;")
            + "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM f(); EXECUTE ''SELECT f()''; PERFORM f(); END';
               SELECT f();"
    }),
    ("mutual-recursion", || {
        let call: String = (0..20).map(|n| format!("PERFORM f{n}(); ")).collect();
        let functions = (0..20).map(|n| {
            format!(
                "CREATE FUNCTION f{n}() RETURNS void LANGUAGE plpgsql AS $$BEGIN {call} EXECUTE 'x'; END$$;\n"
            )
        });
        functions.collect::<String>() + "SELECT f0();"
    }),
    // --- long ---
    ("loop-forever", || body("LOOP NULL; END LOOP;")),
    ("loop-forever-empty", || body("LOOP END LOOP;")),
    ("while-empty", || body("WHILE true LOOP END LOOP;")),
    ("for-empty", || {
        body(
            "FOR i IN 1..99999 LOOP FOR j IN 1..99999 LOOP FOR k IN 1..99999 LOOP END LOOP; END LOOP; END LOOP;",
        )
    }),
    ("for-huge", || body("FOR i IN 1..9223372036854775807 LOOP NULL; END LOOP;")),
    ("for-extreme", || {
        body("FOR i IN -9223372036854775807..-9223372036854775000 LOOP NULL; END LOOP;")
    }),
    ("for-query-empty", || {
        body(
            "FOR i IN 1..99999 LOOP FOR r IN SELECT g FROM generate_series(1, 99999) g LOOP END LOOP; END LOOP;",
        )
    }),
    ("foreach-empty", || {
        body(
            "a := ARRAY(SELECT g FROM generate_series(1, 99999) g);
             FOREACH x IN ARRAY a LOOP FOREACH y IN ARRAY a LOOP END LOOP; END LOOP;",
        )
    }),
    ("series", || {
        body("FOR r IN SELECT generate_series(1, 1000000000) LOOP EXECUTE 'x'; END LOOP;")
    }),
    ("series-from", || body("SELECT count(*) INTO n FROM generate_series(1, 1000000000);")),
    ("series-cross", || {
        body(
            "SELECT count(*) INTO n FROM generate_series(1, 99999) a, generate_series(1, 99999) b;",
        )
    }),
    ("series-where", || {
        body(
            "SELECT count(*) INTO n FROM generate_series(1, 99999) a, generate_series(1, 99999) b WHERE b = 0;",
        )
    }),
    ("series-left", || {
        body(
            "SELECT count(*) INTO n FROM generate_series(1, 99999) a
             LEFT JOIN generate_series(1, 99999) b ON false LEFT JOIN generate_series(1, 99999) c ON false;",
        )
    }),
    ("series-dependent", || {
        body(
            "FOR i IN 1..1000 LOOP PERFORM a FROM generate_series(1, 99999) a, generate_series(a, 99999) b WHERE false; END LOOP;",
        )
    }),
    ("distinct", || body("a := ARRAY(SELECT DISTINCT g FROM generate_series(1, 99999) g);")),
    ("union", || {
        body(
            "a := ARRAY(SELECT g FROM generate_series(1, 99999) g UNION SELECT g FROM generate_series(1, 99999) g);",
        )
    }),
    ("among", || {
        body(
            "a := ARRAY(SELECT g FROM generate_series(1, 99999) g);
             LOOP IF 0 = ANY(a) THEN NULL; END IF; END LOOP;",
        )
    }),
    ("array-functions", || {
        body(
            "a := ARRAY(SELECT g FROM generate_series(1, 99999) g);
             LOOP x := array_position(a, 0); y := array_remove(a, 0); z := array_replace(a, 0, 1);
             x := array_cat(a, a); x := array_append(a, 1); END LOOP;",
        )
    }),
    ("array-equal", || {
        body(
            "a := ARRAY(SELECT g FROM generate_series(1, 99999) g);
             b := ARRAY(SELECT g FROM generate_series(1, 99999) g); LOOP c := a = b; END LOOP;",
        )
    }),
    ("like", || {
        body(&format!(
            "LOOP IF '{}' LIKE '{}' THEN NULL; END IF; END LOOP;",
            "a".repeat(999),
            "%a".repeat(50)
        ))
    }),
    ("unnest-in-targets", || {
        body(
            "a := ARRAY(SELECT g FROM generate_series(1, 99999) g);
             FOR r IN SELECT unnest(a) FROM generate_series(1, 99999) g LOOP END LOOP;",
        )
    }),
    ("order-by", || {
        body("LOOP PERFORM g FROM generate_series(1, 99999) g ORDER BY g DESC; END LOOP;")
    }),
    ("pg-enum-cross", || {
        labels(2_000)
            + &body(
                "SELECT count(*) INTO n FROM pg_enum a, pg_enum b, pg_enum c WHERE a.enumlabel = c.enumlabel;",
            )
    }),
    ("catalog-queries", || {
        types(2_000)
            + &body(
                "LOOP PERFORM 1 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = 1; END LOOP;",
            )
    }),
    ("catalog-exists", || {
        types(2_000)
            + &body(
                "LOOP IF EXISTS (SELECT 1 FROM pg_enum WHERE enumlabel = 'nothing') THEN NULL; END IF; END LOOP;",
            )
    }),
    ("concat-slowly", || body("s := ''; LOOP s := s || 'a'; END LOOP;")),
    ("concat-kilobytes", || {
        body(&format!("s := ''; LOOP s := s || '{}'; END LOOP;", "a".repeat(1000)))
    }),
    ("concat-doubling", || body("s := 'a'; LOOP s := s || s; END LOOP;")),
    ("array-slowly", || body("a := ARRAY[1]; LOOP a := a || 1; END LOOP;")),
    ("array-doubling", || body("a := ARRAY[1]; LOOP a := a || a; END LOOP;")),
    ("array-of-arrays", || body("a := ARRAY[1]; LOOP a := ARRAY[a, a]; END LOOP;")),
    ("array-of-arrays-text", || {
        body("a := ARRAY[1]; FOR i IN 1..60 LOOP a := ARRAY[a, a]; END LOOP; s := a::text;")
    }),
    ("array-of-arrays-equal", || {
        body(
            "a := ARRAY[1]; b := ARRAY[1]; FOR i IN 1..60 LOOP a := ARRAY[a, a]; b := ARRAY[b, b]; END LOOP;
             IF a = b THEN NULL; END IF;",
        )
    }),
    ("array-of-arrays-compared", || {
        body(
            "a := ARRAY[1]; FOR i IN 1..60 LOOP a := ARRAY[a, a]; END LOOP;
             IF unknown() THEN a := ARRAY[1]; FOR i IN 1..60 LOOP a := ARRAY[a, a]; END LOOP; END IF;",
        )
    }),
    ("row-of-rows", || {
        body(
            "FOR r IN SELECT 1 AS x LOOP
               FOR i IN 1..60 LOOP FOR r IN SELECT r AS x, r AS y LOOP END LOOP; END LOOP;
               IF unknown() THEN FOR r IN SELECT 1 AS x LOOP END LOOP; END IF;
             END LOOP;",
        )
    }),
    ("array-deep", || body("a := ARRAY[1]; LOOP a := ARRAY[a]; END LOOP;")),
    // --- large ---
    ("replace-large", || body(&format!("{LARGE} s := replace(s, 'a', s);"))),
    ("format-large", || body(&format!("{LARGE} s := format('{}', s);", "%1$s".repeat(4_000)))),
    ("concat-large", || body(&format!("{LARGE} s := concat({});", vec!["s"; 9_000].join(",")))),
    ("concat-ws-large", || {
        body(&format!("{LARGE} s := concat_ws(s, {});", vec!["s"; 9_000].join(",")))
    }),
    ("quote-large", || {
        body(&format!("{LARGE} LOOP t := quote_literal(s); t := quote_ident(s); END LOOP;"))
    }),
    ("upper-large", || body(&format!("{LARGE} LOOP t := upper(s); t := lower(s); END LOOP;"))),
    ("to-array-large", || body(&format!("{LARGE} LOOP a := string_to_array(s, 'a'); END LOOP;"))),
    ("to-string-large", || {
        body(&format!(
            "{LARGE} a := ARRAY(SELECT s FROM generate_series(1, 99999)); t := array_to_string(a, ','); t := a::text;"
        ))
    }),
    ("string-agg-large", || {
        body(&format!("{LARGE} SELECT string_agg(s, ',') INTO t FROM generate_series(1, 99999);"))
    }),
    ("execute-large", || body(&format!("{LARGE} LOOP EXECUTE s; END LOOP;"))),
    ("execute-create", || {
        body(&format!("LOOP EXECUTE 'SELECT set_config(''{}'')'; END LOOP;", "a".repeat(10_000)))
    }),
    ("raise-large", || body(&format!("{LARGE} RAISE EXCEPTION '%', s;"))),
    ("raise-catch-large", || {
        body(&format!(
            "{LARGE} LOOP BEGIN RAISE EXCEPTION '%', s; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP;"
        ))
    }),
    ("variables", || {
        body(
            &((0..3_000).map(|n| format!("DECLARE v{n} int := 1; BEGIN ")).collect::<String>()
                + &"END; ".repeat(3_000)),
        )
    }),
    ("labels", || labels(20_000)),
    ("add-labels", || {
        (0..5_000).fold("CREATE TYPE t AS ENUM ();".to_owned(), |text, n| {
            text + &format!("ALTER TYPE t ADD VALUE 'l{n}';")
        })
    }),
    ("types", || types(20_000)),
    ("swaps", || {
        types(2_000)
            + &(0..2_000)
                .map(|n| {
                    format!(
                        "ALTER TYPE t{n} RENAME TO o{n}; CREATE TYPE t{n} AS ENUM ('a');
                         CREATE TABLE x{n} (a o{n}); ALTER TABLE x{n} ALTER a TYPE t{n} USING a::text::t{n};
                         DROP TYPE o{n};"
                    )
                })
                .collect::<String>()
    }),
    ("array-names", || {
        (0..3_000)
            .map(|n| format!("CREATE TYPE {}t AS ENUM ('a{n}');", "_".repeat(n % 60)))
            .collect()
    }),
    ("underscores", || {
        (0..2_000)
            .map(|n| {
                format!(
                    "CREATE TYPE {}x AS ENUM ('a'); DROP TYPE {}x;",
                    "_".repeat(n % 50),
                    "_".repeat(n % 50)
                )
            })
            .collect()
    }),
    ("savepoints", || {
        format!("BEGIN; {} {}", "SAVEPOINT a; ".repeat(50_000), "ROLLBACK TO a; ".repeat(50_000))
    }),
    ("savepoints-with-doubts", || {
        let unknown = (0..1_500).map(|n| {
            format!("CREATE TYPE d{n} AS ENUM ('a'); DO $$ BEGIN IF f() THEN DROP TYPE d{n}; END IF; END $$; SAVEPOINT s{n};")
        });
        format!("BEGIN; {}", unknown.collect::<String>())
    }),
    ("findings", || "gibberish;\n".repeat(60_000)),
    ("findings-unclosed", || "(".repeat(100_000)),
    ("findings-unknown", || body("EXECUTE f();").repeat(10_000)),
    ("related", || format!("CREATE TYPE t AS ENUM ({});", vec!["'a'"; 30_000].join(","))),
    ("copies", || "COPY t FROM stdin;\n1\n".repeat(60_000)),
    ("commands", || "\\copy t from stdin\n1\n".repeat(60_000)),
    ("commands-plain", || "\\echo x\n".repeat(100_000)),
    ("braces", || "{{".repeat(500_000)),
    ("dollar-braces", || "${".repeat(500_000)),
    ("brackets-and-colons", || "[:a".repeat(300_000)),
    ("variables-of-psql", || ":a ".repeat(300_000)),
    ("placeholders", || {
        (0..50_000).map(|n| format!("CREATE TYPE {{{{ x{n} }}}} AS ENUM ('a');\n")).collect()
    }),
    ("placeholders-dropped", || (0..3_000).map(|n| format!("DROP TYPE ${{x{n}}};\n")).collect()),
    ("directives", || "-- pg-enum: assume nothing\n".repeat(100_000) + "SELECT 1;"),
    ("directives-unknown", || "-- pg-enum: whatever\n".repeat(50_000) + "SELECT 1;"),
    ("directives-dangling", || "-- pg-enum: assume CREATE TYPE t AS ENUM ('a');\n".repeat(50_000)),
    ("semicolons", || ";".repeat(2_000_000)),
    ("long-name", || format!("CREATE TYPE {} AS ENUM ('a');", "é".repeat(1_000_000))),
    ("long-line", || format!("SELECT {} 1", "a ".repeat(2_000_000))),
    ("search-path", || {
        format!("SET search_path = {}; {}", vec!["a"; 9_000].join(","), types(2_000))
    }),
    ("nul", || "\0".repeat(1_000_000)),
    ("backslashes", || "\\".repeat(1_000_000)),
    ("quotes", || "'".repeat(999_999)),
    ("strings", || "'' ".repeat(500_000)),
    ("schemas", || {
        types(1_000)
            + &(0..100)
                .map(|n| {
                    format!(
                        "ALTER SCHEMA {} RENAME TO s{n};",
                        if n == 0 { "public".into() } else { format!("s{}", n - 1) }
                    )
                })
                .collect::<String>()
    }),
    ("intos", || body(&"SELECT 1 INTO a; ".repeat(20_000))),
    ("withs", || body(&"WITH ".repeat(20_000))),
    // --- many ways ---
    ("unknown-consecutive", || {
        "CREATE TYPE t AS ENUM ('a');".to_owned()
            + &body(
                &(0..2_000)
                    .map(|n| format!("IF f() THEN ALTER TYPE t ADD VALUE 'l{n}'; END IF; "))
                    .collect::<String>(),
            )
    }),
    ("unknown-nested", || ifs(60, "IF f() THEN ", "NULL;", "END IF; ")),
    ("unknown-nested-else", || {
        ifs(
            60,
            "IF f() THEN ",
            "ALTER TYPE t ADD VALUE 'x';",
            "ELSE ALTER TYPE t ADD VALUE 'x'; END IF; ",
        )
    }),
    ("unknown-both-nested", || {
        let both = (0..12)
            .fold("ALTER TYPE t ADD VALUE IF NOT EXISTS 'x';".to_owned(), |text, _| {
                format!("IF f() THEN {text} ELSE {text} END IF;")
            });
        format!("CREATE TYPE t AS ENUM ('a');{}", body(&both))
    }),
    ("unknown-same", || {
        let many = (0..40).fold("ALTER TYPE t ADD VALUE IF NOT EXISTS 'x';".to_owned(), |text, _| {
            format!("IF f() THEN {text} ELSIF g() THEN ALTER TYPE t ADD VALUE IF NOT EXISTS 'x'; ELSE ALTER TYPE t ADD VALUE IF NOT EXISTS 'x'; END IF;")
        });
        format!("CREATE TYPE t AS ENUM ('a');{}", body(&many))
    }),
    ("unknown-return", || {
        "CREATE TYPE t AS ENUM ('a');".to_owned()
            + &body(
                &"IF f() THEN RETURN; END IF; ALTER TYPE t ADD VALUE IF NOT EXISTS 'x'; "
                    .repeat(2_000),
            )
    }),
    ("unknown-exit", || {
        "CREATE TYPE t AS ENUM ('a');".to_owned()
            + &body(&format!(
                "LOOP {} END LOOP;",
                "EXIT WHEN f(); ALTER TYPE t ADD VALUE IF NOT EXISTS 'x'; ".repeat(1_000)
            ))
    }),
    ("unknown-loops-nested", || {
        ifs(60, "WHILE f() LOOP ", "ALTER TYPE t ADD VALUE 'x';", "END LOOP; ")
    }),
    ("unknown-for-nested", || {
        ifs(
            60,
            "FOR r IN SELECT x FROM y LOOP ",
            "ALTER TYPE t ADD VALUE IF NOT EXISTS 'x';",
            "END LOOP; ",
        )
    }),
    ("unknown-with-many-types", || {
        types(3_000) + &ifs(60, "IF f() THEN ", "ALTER TYPE t1 ADD VALUE 'x';", "END IF; ")
    }),
    ("unknown-in-loop-with-many-types", || {
        types(3_000)
            + &body(
                "FOR i IN 1..99999 LOOP IF f() THEN ALTER TYPE t1 ADD VALUE 'x'; END IF; END LOOP;",
            )
    }),
    ("unknown-catch-nested", || {
        let mut text = "RAISE EXCEPTION 'x';".to_owned();
        for _ in 0..40 {
            text = format!(
                "BEGIN {text} EXCEPTION WHEN OTHERS THEN RAISE; END; IF f() THEN NULL; END IF;"
            );
        }
        body(&text)
    }),
    ("calls-doubling", || {
        let mut text = "CREATE FUNCTION f0() RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE 'SELECT 1'; END$$;\n".to_owned();
        for n in 1..60 {
            text += &format!(
                "CREATE FUNCTION f{n}() RETURNS void LANGUAGE plpgsql AS $$BEGIN PERFORM f{0}(); PERFORM f{0}(); EXECUTE 'x'; END$$;\n",
                n - 1
            );
        }
        text + "SELECT f59();"
    }),
    ("many-long-blocks", || body("LOOP x := x + 1; END LOOP;").repeat(100)),
    ("many-long-calls", || {
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$BEGIN LOOP EXECUTE 'SELECT 1'; END LOOP; END$$;\n".to_owned()
            + &"SELECT f();\n".repeat(100)
    }),
    ("execute-long", || {
        body(
            "LOOP EXECUTE 'CREATE TABLE IF NOT EXISTS t (a int, b int, c int, d int, e int, f int)'; END LOOP;",
        )
    }),
    ("ddl-in-loop", || {
        body(
            "FOR i IN 1..99999 LOOP EXECUTE format('CREATE TYPE t%s AS ENUM (''a'')', i); END LOOP;",
        )
    }),
    ("catch-in-loop", || {
        types(1_000)
            + &body(
                "LOOP BEGIN CREATE TYPE t1 AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END; END LOOP;",
            )
    }),
];

/// Makes `s` a text of half a megabyte.
const LARGE: &str = "s := 'a'; FOR i IN 1..19 LOOP s := s || s; END LOOP;";

fn body(statements: &str) -> String {
    format!(
        "DO $$ DECLARE s text; t text; a text[]; b text[]; c text[]; n int; x text; y text; z text; r record; \
         BEGIN {statements} END $$;\n"
    )
}

fn nested_select(depth: usize) -> String {
    format!("SELECT set_config({}1{});", "(".repeat(depth), ")".repeat(depth))
}

fn ifs(depth: usize, open: &str, inside: &str, close: &str) -> String {
    let statements = format!("{}{inside}{}", open.repeat(depth), close.repeat(depth));
    format!("CREATE TYPE t AS ENUM ('a');{}", body(&statements))
}

fn labels(count: usize) -> String {
    let labels: Vec<_> = (0..count).map(|n| format!("'l{n}'")).collect();
    format!("CREATE TYPE t AS ENUM ({});\n", labels.join(","))
}

fn types(count: usize) -> String {
    (0..count).map(|n| format!("CREATE TYPE t{n} AS ENUM ('a', 'b', 'c');\n")).collect()
}

fn main() -> ExitCode {
    if let Some(name) = env::var_os("STRESS_CASE") {
        for (case, text) in CASES {
            if *case == name {
                run(&text());
            }
        }
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<String> = env::args().skip(1).collect();
    let mut failed = 0;
    for (case, _) in CASES {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == case) {
            continue;
        }
        if let Err(why) = run_apart(case) {
            failed += 1;
            println!("{case:>30}  FAILED: {why}");
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a case in a process of its own, which may be stopped.
fn run_apart(case: &str) -> Result<(), String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let start = Instant::now();
    let mut child = Command::new(program)
        .env("STRESS_CASE", case)
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        // Where there is no such file, memory is not watched.
        peak = peak.max(resident(&fs::read_to_string(&status_file).unwrap_or_default()));
        let why = match child.try_wait() {
            Ok(Some(status)) if status.success() => {
                let seconds = start.elapsed().as_secs_f64();
                println!("{case:>30}  {seconds:5.2} s {:5} MB", peak >> 20);
                return Ok(());
            }
            Ok(Some(status)) => return Err(format!("it crashed ({status})")),
            Err(error) => error.to_string(),
            Ok(None) if start.elapsed() > TIME => "it takes too long".to_owned(),
            Ok(None) if peak > MEMORY => "it takes too much memory".to_owned(),
            Ok(None) => {
                sleep(Duration::from_millis(5));
                continue;
            }
        };
        let _ = child.kill();
        let _ = child.wait();
        return Err(why);
    }
}

fn resident(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) << 10
}

fn run(text: &str) {
    // `E` is a tool that sends one statement at a time; `B` is Flyway, which looks for placeholders
    // everywhere.
    for mode in ["E", "B"] {
        if mode == "E" || text.contains("${") {
            let folder = migrations(format!("{mode}\n{text}").as_bytes());
            check_replay(&folder.expect("more than nothing"));
        }
    }
}
