//! What may depend on an enum, as far as the texts of statements show it.

use pg_enum_migrations::{Folder, Options, Replay};

fn replay(script: &str) -> Replay {
    let root = tempfile::tempdir().expect("a folder");
    let script =
        format!("CREATE TYPE mood AS ENUM ('a');\nCREATE TABLE t (id int, m mood);\n{script}");
    std::fs::write(root.path().join("1_a.sql"), script).expect("a file");
    let folder = Folder::open(root.path()).expect("migrations");
    Options::new().tables(true).replay(&folder).expect("no version is asked for")
}

/// What there may be, as `noun name on table`.
#[track_caller]
fn check(script: &str, expected: &[&str]) {
    let found: Vec<String> = replay(script)
        .mentions
        .iter()
        .map(|it| {
            let name = it.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
            let table = it.table.as_ref().map(|table| format!(" on {table}")).unwrap_or_default();
            format!("{}{name}{table}", it.noun)
        })
        .collect();
    assert_eq!(found, expected, "{script}");
}

#[test]
fn what_names_the_type_or_its_table() {
    check("CREATE VIEW v AS SELECT m FROM t;", &["view v"]);
    check("CREATE OR REPLACE RECURSIVE VIEW app.v (m) AS SELECT m FROM t;", &["view v"]);
    check("CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT m FROM t;", &["materialized view v"]);
    check("CREATE INDEX i ON ONLY public.t (id);", &["index i on t"]);
    check("CREATE UNIQUE INDEX CONCURRENTLY ON t (id);", &["index on t"]);
    check(
        "CREATE CONSTRAINT TRIGGER g AFTER UPDATE OF m ON t EXECUTE FUNCTION f();",
        &["trigger g on t"],
    );
    check("CREATE RULE r AS ON UPDATE TO t DO NOTHING;", &["rule r on t"]);
    check("CREATE POLICY p ON t USING (m = 'a');", &["policy p on t"]);
    check("CREATE TYPE c AS (m mood); CREATE DOMAIN d AS mood;", &["type c", "domain d"]);
    check("CREATE TABLE u (m mood, EXCLUDE USING gist (m WITH =));", &["exclusion constraint"]);
    check(
        "GRANT USAGE ON TYPE mood TO r; ALTER TYPE mood OWNER TO r;",
        &["privilege or label", "owner of the type"],
    );
    check("ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO r;", &["default privilege"]);
    check(
        "DO $$ BEGIN IF random() > 1 THEN CREATE VIEW v AS SELECT m FROM t; END IF; END $$;",
        &["view v"],
    );
    check("BEGIN; CREATE VIEW v AS SELECT m FROM t; ROLLBACK;", &["view v"]);
}

#[test]
fn nothing_else() {
    for script in [
        "CREATE TYPE size AS ENUM ('s');",
        "CREATE VIEW v AS SELECT 1 AS m;",
        "CREATE INDEX i ON other (m);",
        "CREATE TABLE u (m mood);",
        "GRANT SELECT ON t TO r;",
        "INSERT INTO t VALUES (1, 'a');",
        "ALTER TYPE mood ADD VALUE 'b';",
        "ALTER TYPE mood RENAME VALUE 'a' TO 'b';",
    ] {
        check(script, &[]);
    }
}

#[test]
fn what_is_dropped_is_gone_unless_that_is_undone() {
    let made = "CREATE VIEW v AS SELECT m FROM t; CREATE INDEX i ON t (m) WHERE m = 'a';
        CREATE TRIGGER g BEFORE UPDATE OF m ON t EXECUTE FUNCTION f();";
    check(&format!("{made} DROP VIEW IF EXISTS public.v; DROP INDEX i; DROP TRIGGER g ON t;"), &[]);
    let all = ["view v", "index i on t", "trigger g on t"];
    check(&format!("{made} DROP TRIGGER g ON u; DROP VIEW w;"), &all);
    check(&format!("{made} BEGIN; DROP VIEW v; DROP INDEX i; ROLLBACK;"), &all);
    check(
        &format!(
            "{made} ALTER INDEX i RENAME TO j; DROP INDEX j; DROP VIEW v; DROP TRIGGER g ON t;"
        ),
        &[],
    );
    let view = "CREATE VIEW v AS SELECT m FROM t;";
    check(&format!("{view} ALTER VIEW v RENAME TO w; {view} DROP VIEW v;"), &["view w"]);
    check("CREATE VIEW U&\"\\0076\" AS SELECT m FROM t; DROP VIEW v;", &[]);
    // Which of two functions goes, is not read.
    let functions = "CREATE FUNCTION f(mood) RETURNS int LANGUAGE sql AS '';
        CREATE FUNCTION f(mood, int) RETURNS int LANGUAGE sql AS '';";
    check(&format!("{functions} DROP FUNCTION f(mood);"), &["function f", "function f"]);
}

#[test]
fn names_that_something_gets_later() {
    let replay = replay(
        "CREATE VIEW v AS SELECT m FROM t; ALTER TABLE t RENAME COLUMN m TO n; ALTER TABLE t RENAME TO u;",
    );
    let view = &replay.mentions[0];
    assert!(["t", "m", "n", "u"].iter().all(|name| view.names(name)) && !view.names("x"));
    assert!(
        replay.renamed.contains("n")
            && replay.renamed.contains("u")
            && !replay.renamed.contains("t")
    );
}

#[test]
fn indexes_of_which_all_is_known() {
    let index = |sql: &str| replay(sql).mentions.remove(0).index;
    let found =
        index("CREATE UNIQUE INDEX i ON t USING btree (\"Id\", m) WHERE m = 'a' AND id > 0;");
    let found = found.expect("it is read");
    assert!(found.is_unique);
    assert_eq!(
        (found.columns.join(" "), &*found.predicate),
        ("Id m".to_owned(), "m = 'a' AND id > 0")
    );
    for sql in [
        "CREATE INDEX i ON t (m);",
        "CREATE INDEX IF NOT EXISTS i ON t (m) WHERE m = 'a';",
        "CREATE INDEX i ON t USING hash (m) WHERE m = 'a';",
        "CREATE INDEX i ON t (id DESC) WHERE m = 'a';",
        "CREATE INDEX i ON t (id) INCLUDE (m) WHERE m = 'a';",
        "CREATE INDEX i ON t (id) WHERE m = 'a'; ALTER INDEX i SET (fillfactor = 70);",
        "CREATE INDEX i ON t (id) WHERE m = 'a'; ALTER TABLE t RENAME COLUMN m TO n;",
    ] {
        assert_eq!(index(sql), None, "{sql}");
    }
}

#[test]
fn comments() {
    let comments = |sql: &str| {
        let of = replay(sql).comments;
        let shown = |it: pg_enum_migrations::CommentState| {
            format!("{} {} {:?}", it.noun, it.name, it.text.map_err(|_| ()))
        };
        of.into_iter().map(shown).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        comments("COMMENT ON TYPE public.mood IS 'it''s'; COMMENT ON TYPE mood IS NULL;"),
        "type mood Ok(Some(\"it's\")); type mood Ok(None)"
    );
    assert_eq!(
        comments("COMMENT ON CONSTRAINT c ON t IS E'a'; COMMENT ON INDEX i IS 'i';"),
        "constraint c Err(()); index i Ok(Some(\"i\"))"
    );
    assert_eq!(
        comments("COMMENT ON TABLE t IS 't'; BEGIN; COMMENT ON TYPE mood IS 'x'; ROLLBACK;"),
        ""
    );
}

#[test]
fn what_is_said_of_a_table_is_not_said_of_a_view() {
    let runs_again = |script: &str| {
        let view = "CREATE SCHEMA app; CREATE VIEW app.t AS SELECT m FROM public.t;";
        let replay = replay(&format!("{view} {script}"));
        replay.mentions.iter().any(|it| it.noun == "view" && it.statement.is_some())
    };
    assert!(runs_again("ALTER TABLE t ALTER id SET DEFAULT 1;"));
    assert!(!runs_again("ALTER TABLE app.t ALTER m SET DEFAULT 'a';"));
    assert!(!runs_again("ALTER TABLE app.t OWNER TO r;"));
}
