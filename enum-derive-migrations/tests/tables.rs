//! Tables that migrations leave, where they are asked for.

use std::fs;

use pg_enum_migrations::{Folder, Kind, Options, Replay, TableState};

#[track_caller]
fn replay(script: &str) -> Replay {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("1_a.sql"), script).unwrap();
    let folder = Folder::open(root.path()).unwrap();
    Options::new().tables(true).replay(&folder).unwrap()
}

#[track_caller]
fn table(replay: &Replay, name: &str) -> TableState {
    let found = replay.tables.iter().find(|table| table.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {:#?}", replay.tables)).clone()
}

/// The columns, each with its type and what else there is to say.
fn columns(state: &TableState) -> Vec<String> {
    let column = |column: &pg_enum_migrations::ColumnState| {
        let ty = column.ty.as_ref().map_or("?", |ty| &ty.formatted);
        let not_null = match column.not_null {
            Some(true) => " not null",
            Some(false) => "",
            None => " perhaps",
        };
        let default = column.default.as_ref().map(|default| format!(" = {default}"));
        format!("{} {ty}{not_null}{}", column.name, default.unwrap_or_default())
    };
    state.columns.iter().map(column).collect()
}

#[test]
fn they_are_empty_unless_asked_for() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("1_a.sql"), "CREATE TABLE t (a int); ALTER TABLE t DROP x;")
        .unwrap();
    let replay = Replay::of(&Folder::open(root.path()).unwrap());
    assert!(replay.tables.is_empty() && replay.findings.is_empty());
}

#[test]
fn every_way_of_saying_a_column_is_read() {
    let replay = replay(
        "CREATE TYPE mood AS ENUM ('a');
        CREATE UNLOGGED TABLE IF NOT EXISTS public.t (
            id bigserial CONSTRAINT t_key PRIMARY KEY USING INDEX TABLESPACE x,
            \"A b\" character varying(3) COLLATE \"C\" DEFAULT 'x' || CASE WHEN true THEN 'y' ELSE null END NOT NULL,
            m public.mood[3] STORAGE plain CHECK (m IS NOT NULL) DEFAULT '{a}',
            at timestamp(9) with time zone NOT NULL DEFAULT (now() AT TIME ZONE 'utc'),
            r int REFERENCES t (id) ON DELETE SET NULL (r) ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED,
            g int GENERATED ALWAYS AS (r * 2) STORED UNIQUE NULLS NOT DISTINCT,
            exclude interval(3) ARRAY,
            U&\"\\0061\" \"char\",
            CONSTRAINT long UNIQUE (r, at) INCLUDE (m) WITH (fillfactor = 70),
            EXCLUDE USING gist (r WITH =),
            CHECK (r > 0)
        ) WITH (fillfactor = 70) TABLESPACE x",
    );
    assert!(replay.findings.is_empty(), "{:#?}", replay.findings);
    let table = table(&replay, "t");
    assert_eq!(
        columns(&table),
        [
            "id bigint not null = nextval('public.t_id_seq'::regclass)",
            "A b character varying(3) not null = 'x' || CASE WHEN true THEN 'y' ELSE null END",
            "m public.mood[] = '{a}'",
            "at timestamp(6) with time zone not null = (now() AT TIME ZONE 'utc')",
            "r integer",
            "g integer = r * 2",
            "exclude interval(3)[]",
            "a \"char\"",
        ]
    );
    assert_eq!(table.keys.len(), 4);
    assert!(table.unknown.is_none());
}

#[test]
fn a_column_has_the_line_that_made_it() {
    let replay = replay(
        "CREATE TABLE t (\n  a int,\n  b int\n);\nALTER TABLE t\n  ADD c text,\n  ALTER a TYPE bigint;",
    );
    let table = table(&replay, "t");
    let lines: Vec<_> = table.columns.iter().map(|column| column.at.line()).collect();
    assert_eq!(lines, [7, 3, 6]);
    assert_eq!(table.created.line(), 1);
}

#[test]
fn what_is_rolled_back_leaves_a_table_as_it_was() {
    let replay = replay(
        "CREATE TYPE mood AS ENUM ('a');
        CREATE TABLE t (a int, b text);
        BEGIN;
        ALTER TABLE t ADD c mood, ALTER a SET NOT NULL, ADD UNIQUE (a), ADD PRIMARY KEY (b);
        SAVEPOINT kept;
        ALTER TABLE t ALTER b SET DEFAULT 'x', ADD d int UNIQUE, ALTER a DROP NOT NULL;
        ROLLBACK TO kept;
        CREATE TABLE kept AS TABLE t;
        ALTER TABLE kept ADD e int, ALTER c TYPE text USING 'x', ADD UNIQUE (e);
        ROLLBACK;
        DROP TYPE mood;
        BEGIN;
        ALTER TABLE t ADD f int, ADD UNIQUE (f);
        SAVEPOINT taken_back;
        ALTER TABLE t ALTER f SET DEFAULT 1, ADD g int PRIMARY KEY;
        ROLLBACK TO taken_back;
        ALTER TABLE t ALTER f SET NOT NULL;
        COMMIT;",
    );
    assert!(replay.findings.is_empty(), "{:#?}", replay.findings);
    assert_eq!(replay.tables.len(), 1);
    let table = table(&replay, "t");
    assert_eq!(columns(&table), ["a integer", "b text", "f integer not null"]);
    let keys: Vec<_> = table.keys.iter().map(|key| key.columns.join(" ")).collect();
    assert_eq!(keys, ["f"]);
}

#[test]
fn what_a_block_may_do_is_not_known_of_that_table() {
    let replay = replay(
        "CREATE TABLE t (a int); CREATE TABLE u (a int);
        DO $$ BEGIN IF random() > 0.5 THEN ALTER TABLE t ADD b int; END IF; END $$;
        DO $$ BEGIN IF random() > 0.5 THEN CREATE TABLE w (b int); END IF; END $$;",
    );
    assert!(replay.findings.is_empty(), "{:#?}", replay.findings);
    assert!(table(&replay, "t").unknown.is_some());
    assert!(table(&replay, "u").unknown.is_none());
    assert!(table(&replay, "w").unknown.is_some());
    assert!(replay.any_table.is_none());
}

#[test]
fn a_name_that_is_put_together_may_be_any() {
    let replay = replay(
        "CREATE TABLE t (a int);
        DO $$ DECLARE r record; BEGIN
          FOR r IN SELECT x FROM some_table LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN b int', r.x); END LOOP;
        END $$;
        CREATE TABLE u (a int);",
    );
    assert!(table(&replay, "t").unknown.is_some());
    assert!(table(&replay, "u").unknown.is_none(), "it is made afterwards");
    assert!(replay.any_table.is_some());
}

#[test]
fn a_statement_that_is_not_read_is_about_its_table_only() {
    let replay =
        replay("CREATE TABLE t (a int); CREATE TABLE u (a int); ALTER TABLE t ADD COLUMN;");
    assert!(table(&replay, "t").unknown.is_some());
    assert!(table(&replay, "u").unknown.is_none());
}

#[test]
fn what_gets_a_name_from_a_table_that_is_not_known_is_not_known() {
    let replay = replay(
        "CREATE TABLE a (id int); CREATE TABLE b (id int AUTOINCREMENT); DROP TABLE a;
        ALTER TABLE b RENAME TO a; ALTER TABLE IF EXISTS a ADD COLUMN x int; DROP TABLE a;
        CREATE SCHEMA app; CREATE TABLE app.c (id int); DROP TABLE app.c; ALTER TABLE c SET SCHEMA app; DROP TABLE app.c;",
    );
    assert!(
        replay.findings.iter().all(|found| !matches!(found.kind, Kind::Refused { .. })),
        "{:#?}",
        replay.findings
    );
}

#[test]
fn a_view_that_may_be_there_may_keep_a_column_as_it_is() {
    let replay = replay(
        "CREATE TABLE t (a varchar(9), b int, c int); CREATE VIEW v AS SELECT b FROM t WHERE a = 'x' ORDER BY b;
        CREATE TABLE heir () INHERITS (t);
        ALTER TABLE t DROP c CASCADE; ALTER TABLE t ALTER a TYPE text;",
    );
    assert!(replay.findings.is_empty(), "{:#?}", replay.findings);
    assert!(table(&replay, "t").unknown.is_some());
    assert!(table(&replay, "heir").unknown.is_some());
}

#[test]
fn a_type_of_an_extension_is_not_known() {
    let replay = replay(
        "CREATE EXTENSION postgis; CREATE TABLE t (a geometry(Point, 4326) NOT NULL, b citext[]);",
    );
    assert_eq!(columns(&table(&replay, "t")), ["a ? not null", "b ?"]);
}

#[test]
fn a_view_has_the_columns_of_its_query() {
    let replay = replay(
        "CREATE TABLE t (a int, b numeric(5,2)); CREATE TABLE u (a int, c text);
        CREATE VIEW v (one) AS SELECT t.a, b AS x, u.*, lower(c) FROM t JOIN u ON t.a = u.a;
        CREATE VIEW w AS WITH q AS (SELECT a AS n FROM t) SELECT n, 'x' AS y FROM q UNION SELECT 1, 'z';
        CREATE VIEW x AS SELECT * FROM generate_series(1, 2);",
    );
    assert_eq!(
        columns(&table(&replay, "v")),
        ["one integer", "x numeric(5,2)", "a integer", "c text", "lower ?"]
    );
    assert_eq!(columns(&table(&replay, "w")), ["n integer", "y text"]);
    assert!(table(&replay, "x").unknown.is_some());
}

#[test]
fn only_what_is_certain_is_refused() {
    let code = |script: &str| {
        let replay = replay(script);
        replay.findings.into_iter().find_map(|finding| match finding.kind {
            Kind::Refused { sqlstate } => Some(sqlstate),
            _ => None,
        })
    };
    let refused = [
        (
            "CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t ALTER b SET NOT NULL, ADD PRIMARY KEY (a);",
            "42703",
        ),
        ("CREATE TABLE t (a int); ALTER TABLE t ADD a int;", "42701"),
        ("CREATE TABLE t (a int, a int);", "42701"),
        ("CREATE TABLE t (a int); ALTER TABLE t DROP b;", "42703"),
        ("CREATE TABLE t (a int); DROP TABLE t; ALTER TABLE t ADD b int;", "42P01"),
        ("CREATE TABLE t (a int, PRIMARY KEY (a)); ALTER TABLE t ALTER a DROP NOT NULL;", "42P16"),
        (
            "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (a text); ALTER TABLE t ALTER a TYPE m;",
            "42804",
        ),
        ("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; DROP TABLE t;", "2BP01"),
        (
            "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t DROP a;",
            "2BP01",
        ),
        (
            "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t ALTER a TYPE text;",
            "0A000",
        ),
        (
            "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (a text DEFAULT 'a');
            ALTER TABLE t ALTER a TYPE m USING a::m;",
            "42804",
        ),
    ];
    for (script, sqlstate) in refused {
        assert_eq!(code(script).as_deref(), Some(sqlstate), "{script}");
    }
    let accepted = [
        "ALTER TABLE from_elsewhere ADD a int, DROP b;",
        "CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN IF NOT EXISTS a int, DROP COLUMN IF EXISTS b;",
        "CREATE TABLE t (LIKE from_elsewhere); ALTER TABLE t DROP b;",
        "CREATE TABLE t (a int) INHERITS (from_elsewhere); ALTER TABLE t DROP b;",
        "CREATE TABLE t AS SELECT * FROM from_elsewhere; ALTER TABLE t DROP b;",
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t DROP b;",
        "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (a text DEFAULT 'a');
        ALTER TABLE t ALTER a DROP DEFAULT, ALTER a TYPE m USING a::m;",
        "CREATE TABLE t (a int); DROP TABLE t; DO $$ BEGIN EXECUTE f(); END $$; ALTER TABLE t ADD b int;",
        "CREATE TYPE m AS ENUM ('a'); CREATE DOMAIN d AS m; CREATE TABLE t (a d); ALTER TABLE t ALTER a TYPE m;",
        "CREATE TABLE t (a int); DO $$ BEGIN IF x() THEN ALTER TABLE t ADD b int; END IF; END $$; ALTER TABLE t DROP b;",
    ];
    for script in accepted {
        assert_eq!(code(script), None, "{script}");
    }
}

#[test]
fn a_new_label_is_used_too_soon_in_any_column() {
    let code = |last: &str| {
        let script = "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (id int, note text, m m, ms m[]);
            BEGIN; ALTER TYPE m ADD VALUE 'b'; ";
        let replay = replay(&format!("{script}{last}; COMMIT;"));
        let found = replay.findings.into_iter().next().map(|finding| finding.kind);
        matches!(found, Some(Kind::Refused { sqlstate }) if sqlstate == "55P04")
    };
    for unsafe_use in [
        "INSERT INTO t VALUES (1, 'b', 'a', NULL), (2, 'x', 'b', NULL)",
        "INSERT INTO t VALUES (1, 'x', NULL, '{a,b}')",
        "INSERT INTO t (m) VALUES ('b')",
    ] {
        assert!(code(unsafe_use), "{unsafe_use}");
    }
    for safe in ["INSERT INTO t VALUES (1, 'b', 'a', '{a}')", "INSERT INTO t VALUES (1, 'b')"] {
        assert!(!code(safe), "{safe}");
    }
}

/// The checks of the table `t`, each as `name: expression`, with what is unusual about it.
fn checks(sql: &str) -> Option<Vec<String>> {
    let checks = table(&replay(sql), "t").checks?;
    let line = |check: pg_enum_migrations::CheckState| {
        let name = check.name.unwrap_or_else(|| "-".to_owned());
        let valid = if check.is_valid { "" } else { " not valid" };
        let inherited = if check.is_inherited { "" } else { " no inherit" };
        format!("{name}: {}{valid}{inherited}", check.expression)
    };
    Some(checks.into_iter().map(line).collect())
}

#[test]
fn checks_of_columns() {
    const START: &str = "CREATE TYPE m AS ENUM ('a', 'x'); CREATE TYPE n AS ENUM ('a');
        CREATE TABLE t (id int CHECK (id > 0), m m CONSTRAINT c1 CHECK (m <> 'x') NO INHERIT, ms m[],
          CONSTRAINT c2 CHECK ('x' <> ALL (ms)));\n";
    let all = |more: &str| checks(&format!("{START}{more}"));
    let (one, two) = ("c1: (m <> 'x') no inherit", "c2: ('x' <> ALL (ms))");
    assert_eq!(all("").unwrap(), [one, two]);
    let add = "ALTER TABLE t ADD CONSTRAINT c3 CHECK (m OPERATOR(pg_catalog.<>) 'x') NOT VALID";
    let three = "c3: (m OPERATOR(pg_catalog.<>) 'x')";
    assert_eq!(all(add).unwrap(), [one, two, &format!("{three} not valid")]);
    let valid = format!("{add}; ALTER TABLE t VALIDATE CONSTRAINT c3;");
    assert_eq!(all(&valid).unwrap(), [one, two, three]);
    let dropped = "ALTER TABLE t DROP CONSTRAINT IF EXISTS c1, RENAME CONSTRAINT c2 TO c4";
    let dropped = dropped.replace(", ", "; ALTER TABLE t ");
    assert_eq!(all(&dropped).unwrap(), ["c4: ('x' <> ALL (ms))"]);
    assert_eq!(all("ALTER TABLE t DROP COLUMN ms;").unwrap(), [one]);
    // Whichever way this goes, the constraint is there.
    let guarded = |add: &str| {
        format!("DO $$ BEGIN {add}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;")
    };
    assert_eq!(all(&guarded(add)).unwrap(), [one, two, &format!("{three} not valid")]);
    // Here it may be another one.
    assert_eq!(all(&guarded(&add.replace("c3", "c2"))), None);
    assert_eq!(all(&guarded(&add.replace("c3", "t_check"))), None);
    let unsure = format!("DO $$ BEGIN IF random() < 0.5 THEN {add}; END IF; END $$;");
    assert_eq!(all(&unsure), None);
}

#[test]
fn a_type_may_be_older_than_the_migrations_where_a_table_is() {
    let found = |script: &str| {
        let told = |finding: &pg_enum_migrations::Finding| match &finding.kind {
            Kind::Unknown { touches } => format!("{} {}", finding.at.line(), touches.join(" ")),
            Kind::Refused { sqlstate } => format!("{} {sqlstate}", finding.at.line()),
            kind => format!("{} {}", finding.at.line(), kind.code()),
        };
        replay(script).findings.iter().map(told).collect::<Vec<_>>()
    };
    let add = "ALTER TYPE mood ADD VALUE 'b';";
    let drop = "DROP TYPE mood;\nCREATE TYPE mood AS ENUM ('a');";
    assert_eq!(found(add), ["1 42704"]);
    assert_eq!(
        found(&format!("CREATE TABLE t (a int);\nALTER TABLE t ADD b int;\n{add}")),
        ["3 42704"]
    );
    assert_eq!(found(&format!("ALTER TABLE old ADD b int;\n{add}")), ["2 public.mood"]);
    assert_eq!(found(&format!("ALTER TABLE old ADD b int;\n{drop}")), ["2 public.mood"]);
    // That is said once.
    assert_eq!(
        found(&format!("ALTER TABLE old ADD b int;\n{add}\n{add}\n{drop}")),
        ["2 public.mood"]
    );
    assert!(
        replay(&format!("ALTER TABLE old ADD b int;\n{drop}")).enums.iter().all(|it| !it.known)
    );
    assert!(replay("ALTER TABLE old ADD b int;").older_table.is_some());
    // The migrations have created it, and dropped it.
    let made = "CREATE TYPE mood AS ENUM ('a');\nDROP TYPE mood;\nALTER TABLE old ADD b int;\n";
    assert_eq!(found(&format!("{made}{add}")), ["4 42704"]);
}
