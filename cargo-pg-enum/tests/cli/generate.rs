//! The migrations that are missing, in the folder's own format.

use std::path::Path;

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, manifest};

const MOOD: &str = "#[derive(PgEnum)]\nenum Mood { Sad, Ok, Happy }\n";
const CREATE: &str = "CREATE TYPE mood AS ENUM ('Sad', 'Happy');\n";

#[test]
#[expect(clippy::too_many_lines, reason = "the text of what is written")]
fn a_label_is_added() {
    let crates = Crates::one(
        MOOD,
        &[
            ("migrations/0001_mood.up.sql", CREATE),
            ("migrations/0001_mood.down.sql", "DROP TYPE mood;"),
        ],
    );
    crates.run(&["generate"]).check(&expect![[r#"
        Clean
        --- out
        migrations/0002_add_value_ok_to_mood_after_sad.up.sql
        migrations/0002_add_value_ok_to_mood_after_sad.down.sql
    "#]]);
    expect![[r#"
        DO $pg_enum$
        DECLARE
          home pg_catalog.text := pg_catalog.current_schema();
          full_name pg_catalog.text;
          path pg_catalog.text := pg_catalog.current_setting('search_path');
          live pg_catalog.regtype;
          seen pg_catalog.text[];
          young pg_catalog.text[];
          have pg_catalog.text[];
          label pg_catalog.text;
        BEGIN
          IF home IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE =
              'search_path names no schema that exists, so there is none to look for the enum type in; '
              'set search_path, or give the enum a schema';
          END IF;
          -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
          PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
          full_name := format('%I.%I', home, 'mood');
          PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));
          -- What other sessions have committed while this one waited for the lock, it hears of only here.
          PERFORM pg_relation_size('pg_ts_template');
          live := to_regtype(full_name);
          IF live IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
              || 'there is no such type; run the migration that creates it, before this one';
          END IF;
          BEGIN
            EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO seen;
          EXCEPTION
            WHEN SQLSTATE '55P04' THEN -- this transaction has added a label
              seen := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);
              FOREACH label IN ARRAY ARRAY['Ok', 'Sad']::text[] LOOP
                IF label <> ALL (seen) THEN
                  BEGIN
                    EXECUTE format('SELECT %L::%s', label, full_name);
                    young := young || label; -- committed since this transaction's snapshot
                  EXCEPTION WHEN invalid_text_representation THEN NULL;
                  END;
                END IF;
              END LOOP;
            WHEN undefined_function OR datatype_mismatch THEN
              RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
                || 'what has the name is no enum; rename one of the two';
          END;
          have := seen || young;
          IF 'Sad' <> ALL (have) THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
              || 'it has no such label to add it after; run the migration that adds that one, before this one' || format(' (its labels: %s)', have);
          ELSIF NOT (array_position(seen, 'Ok') > array_position(seen, 'Sad')) THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
              || 'it is there, on the other side; no ALTER TYPE moves a label: reorder the variants, or replace the type' || format(' (its labels: %s)', have);
          END IF;
          IF 'Ok' <> ALL (have) THEN
            EXECUTE format('ALTER TYPE %s ADD VALUE IF NOT EXISTS %L AFTER %L', full_name, 'Ok', 'Sad');
          END IF;
          PERFORM set_config('search_path', path, true);
        END
        $pg_enum$;
    "#]]
    .assert_eq(&crates.read("migrations/0002_add_value_ok_to_mood_after_sad.up.sql"));
    expect![[r#"
        DO $pg_enum$
        DECLARE
          home pg_catalog.text := pg_catalog.current_schema();
          full_name pg_catalog.text;
          path pg_catalog.text := pg_catalog.current_setting('search_path');
          label pg_catalog.text := 'Ok';
          security pg_catalog.text := pg_catalog.current_setting('row_security');
          live pg_catalog.regtype;
          usable pg_catalog.bool := false;
          place record;
          held pg_catalog.bool;
          places pg_catalog.text[];
        BEGIN
          IF home IS NULL THEN
            RETURN;
          END IF;
          -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
          PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
          full_name := format('%I.%I', home, 'mood');
          PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));
          -- What other sessions have committed while this one waited for the lock, it hears of only here.
          PERFORM pg_relation_size('pg_ts_template');
          -- PostgreSQL cannot remove a label from a type: it stays. All that is done here is to refuse to
          -- go back while a row still holds it.
          live := to_regtype(full_name);
          IF EXISTS (SELECT FROM pg_type WHERE oid = live AND typtype = 'e') THEN
            BEGIN
              EXECUTE format('SELECT %L::%s', label, full_name);
              usable := true;
            EXCEPTION
              WHEN invalid_text_representation THEN NULL; -- there is no such label
              WHEN SQLSTATE '55P04' THEN NULL; -- this transaction has added it, so that no row has it
            END;
          END IF;
          IF usable THEN
            PERFORM set_config('row_security', 'off', true);
            FOR place IN
              WITH RECURSIVE kin (oid, is_array) AS (
                SELECT live::oid, false
                UNION
                SELECT t.oid, kin.is_array OR t.typbasetype <> kin.oid
                FROM kin JOIN pg_type AS t ON t.typbasetype = kin.oid
                  OR t.typelem = kin.oid AND t.typtype = 'b' AND t.typcategory = 'A' AND NOT kin.is_array)
              SELECT
                CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || c.oid::regclass::text AS source,
                CASE WHEN kin.is_array
                  THEN format('%1$L::%2$s = ANY (%3$I::%2$s[])', label, full_name, a.attname)
                  ELSE format('%3$I::%2$s = %1$L::%2$s', label, full_name, a.attname) END AS condition,
                format('column %I of %s', a.attname, c.oid::regclass) AS shown
              FROM kin
                JOIN pg_attribute AS a ON a.atttypid = kin.oid AND a.attnum > 0 AND NOT a.attisdropped
                JOIN pg_class AS c ON c.oid = a.attrelid
              WHERE (c.relkind IN ('r', 'p') OR c.relkind = 'm' AND c.relispopulated)
                AND NOT c.relispartition AND NOT pg_is_other_temp_schema(c.relnamespace)
              ORDER BY c.oid::regclass::text, a.attnum
            LOOP
              EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %s)', place.source, place.condition)
                INTO held;
              IF held THEN
                places := places || place.shown;
              END IF;
            END LOOP;
            PERFORM set_config('row_security', security, true);
            IF places IS NOT NULL THEN
              RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format(
                'cannot go back behind value %L of enum type %s: rows still hold it, in %s; '
                'change those rows first (the label itself stays: PostgreSQL cannot remove one)',
                label, full_name, array_to_string(places, ', '));
            END IF;
          END IF;
          PERFORM set_config('search_path', path, true);
        END
        $pg_enum$;
    "#]]
    .assert_eq(&crates.read("migrations/0002_add_value_ok_to_mood_after_sad.down.sql"));
    crates.run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        1 enum agrees with 2 migrations
    "#]]);
    // There is nothing more to do, and nothing is done.
    let before = crates.list("migrations");
    crates.run(&["generate"]).check(&expect![[r#"
        Clean
        --- out
        nothing to do: 1 enum agrees with 2 migrations
    "#]]);
    assert_eq!(crates.list("migrations"), before);
    assert_eq!(crates.run(&["generate", "--format", "json"]).out, "[]\n");
}

#[test]
fn nothing_is_written_on_a_dry_run() {
    let crates = Crates::one(MOOD, &[("migrations/0001_mood.sql", CREATE)]);
    crates.run(&["generate", "--dry-run"]).check(&expect![[r#"
        Clean
        --- out
        ==> migrations/0002_add_value_ok_to_mood_after_sad.sql <==
        DO $pg_enum$
        DECLARE
          home pg_catalog.text := pg_catalog.current_schema();
          full_name pg_catalog.text;
          path pg_catalog.text := pg_catalog.current_setting('search_path');
          live pg_catalog.regtype;
          seen pg_catalog.text[];
          young pg_catalog.text[];
          have pg_catalog.text[];
          label pg_catalog.text;
        BEGIN
          IF home IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE =
              'search_path names no schema that exists, so there is none to look for the enum type in; '
              'set search_path, or give the enum a schema';
          END IF;
          -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.
          PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
          full_name := format('%I.%I', home, 'mood');
          PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));
          -- What other sessions have committed while this one waited for the lock, it hears of only here.
          PERFORM pg_relation_size('pg_ts_template');
          live := to_regtype(full_name);
          IF live IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
              || 'there is no such type; run the migration that creates it, before this one';
          END IF;
          BEGIN
            EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO seen;
          EXCEPTION
            WHEN SQLSTATE '55P04' THEN -- this transaction has added a label
              seen := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);
              FOREACH label IN ARRAY ARRAY['Ok', 'Sad']::text[] LOOP
                IF label <> ALL (seen) THEN
                  BEGIN
                    EXECUTE format('SELECT %L::%s', label, full_name);
                    young := young || label; -- committed since this transaction's snapshot
                  EXCEPTION WHEN invalid_text_representation THEN NULL;
                  END;
                END IF;
              END LOOP;
            WHEN undefined_function OR datatype_mismatch THEN
              RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
                || 'what has the name is no enum; rename one of the two';
          END;
          have := seen || young;
          IF 'Sad' <> ALL (have) THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
              || 'it has no such label to add it after; run the migration that adds that one, before this one' || format(' (its labels: %s)', have);
          ELSIF NOT (array_position(seen, 'Ok') > array_position(seen, 'Sad')) THEN
            RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')
              || 'it is there, on the other side; no ALTER TYPE moves a label: reorder the variants, or replace the type' || format(' (its labels: %s)', have);
          END IF;
          IF 'Ok' <> ALL (have) THEN
            EXECUTE format('ALTER TYPE %s ADD VALUE IF NOT EXISTS %L AFTER %L', full_name, 'Ok', 'Sad');
          END IF;
          PERFORM set_config('search_path', path, true);
        END
        $pg_enum$;
    "#]]);
    crates.run(&["generate", "--dry-run", "--format", "json"]).check(&expect![[r#"
        Clean
        --- out
        [
          {
            "file": "migrations/0002_add_value_ok_to_mood_after_sad.sql",
            "text": "DO $pg_enum$\nDECLARE\n  home pg_catalog.text := pg_catalog.current_schema();\n  full_name pg_catalog.text;\n  path pg_catalog.text := pg_catalog.current_setting('search_path');\n  live pg_catalog.regtype;\n  seen pg_catalog.text[];\n  young pg_catalog.text[];\n  have pg_catalog.text[];\n  label pg_catalog.text;\nBEGIN\n  IF home IS NULL THEN\n    RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE =\n      'search_path names no schema that exists, so there is none to look for the enum type in; '\n      'set search_path, or give the enum a schema';\n  END IF;\n  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.\n  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);\n  full_name := format('%I.%I', home, 'mood');\n  PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));\n  -- What other sessions have committed while this one waited for the lock, it hears of only here.\n  PERFORM pg_relation_size('pg_ts_template');\n  live := to_regtype(full_name);\n  IF live IS NULL THEN\n    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')\n      || 'there is no such type; run the migration that creates it, before this one';\n  END IF;\n  BEGIN\n    EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO seen;\n  EXCEPTION\n    WHEN SQLSTATE '55P04' THEN -- this transaction has added a label\n      seen := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);\n      FOREACH label IN ARRAY ARRAY['Ok', 'Sad']::text[] LOOP\n        IF label <> ALL (seen) THEN\n          BEGIN\n            EXECUTE format('SELECT %L::%s', label, full_name);\n            young := young || label; -- committed since this transaction's snapshot\n          EXCEPTION WHEN invalid_text_representation THEN NULL;\n          END;\n        END IF;\n      END LOOP;\n    WHEN undefined_function OR datatype_mismatch THEN\n      RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')\n        || 'what has the name is no enum; rename one of the two';\n  END;\n  have := seen || young;\n  IF 'Sad' <> ALL (have) THEN\n    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')\n      || 'it has no such label to add it after; run the migration that adds that one, before this one' || format(' (its labels: %s)', have);\n  ELSIF NOT (array_position(seen, 'Ok') > array_position(seen, 'Sad')) THEN\n    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('cannot add value %L to enum type %s after %L: ', 'Ok', full_name, 'Sad')\n      || 'it is there, on the other side; no ALTER TYPE moves a label: reorder the variants, or replace the type' || format(' (its labels: %s)', have);\n  END IF;\n  IF 'Ok' <> ALL (have) THEN\n    EXECUTE format('ALTER TYPE %s ADD VALUE IF NOT EXISTS %L AFTER %L', full_name, 'Ok', 'Sad');\n  END IF;\n  PERFORM set_config('search_path', path, true);\nEND\n$pg_enum$;\n"
          }
        ]
    "#]]);
    assert_eq!(crates.list("migrations"), ["0001_mood.sql"]);
}

#[test]
fn every_tool_reads_what_is_written_for_it() {
    let goose = format!("-- +goose Up\n{CREATE}-- +goose Down\n");
    let dbmate = format!("-- migrate:up\n{CREATE}-- migrate:down\n");
    let journal = r#"{"version": "7", "entries": [{"idx": 0, "when": 1, "tag": "0000_a"}]}"#;
    for (tool, files, expected) in [
        ("sqlx", &[("1_a.sql", CREATE)][..], &["2_new.sql"][..]),
        ("diesel", &[("01_a/up.sql", CREATE)], &["02_new/up.sql", "02_new/down.sql"]),
        ("refinery", &[("V1__a.sql", CREATE)], &["V2__new.sql"]),
        ("dbmate", &[("001_a.sql", &dbmate)], &["002_new.sql"]),
        ("goose", &[("00001_a.sql", &goose)], &["00002_new.sql"]),
        ("golang-migrate", &[("1_a.up.sql", CREATE)], &["2_new.up.sql", "2_new.down.sql"]),
        ("flyway", &[("V1.0__a.sql", CREATE)], &["V1.1__new.sql"]),
        (
            "prisma",
            &[("21991231235959_a/migration.sql", CREATE)],
            &["22000101000000_new/migration.sql"],
        ),
        (
            "drizzle",
            &[("0000_a.sql", CREATE), ("meta/_journal.json", journal)],
            &["0001_new.sql", "meta/_journal.json"],
        ),
        ("plain", &[("1-a.sql", CREATE)], &["2-new.sql"]),
    ] {
        // A new type as well, which is a block with semicolons in it.
        let rust = format!("{MOOD}#[derive(PgEnum)] enum Size {{ S }}\n");
        let crates = Crates::one(&rust, &[]);
        for (name, text) in files {
            crates.write(&format!("migrations/{name}"), text);
        }
        let run = crates.run(&["generate", "--tool", tool, "--name", "New!"]);
        assert_eq!(run.status, Status::Clean, "{tool}: {}", run.err);
        let expected: Vec<_> = expected.iter().map(|name| format!("migrations/{name}")).collect();
        assert_eq!(run.out.lines().collect::<Vec<_>>(), expected, "{tool}");
        let run = crates.run(&["check", "--tool", tool]);
        assert_eq!((run.status, &*run.err), (Status::Clean, ""), "{tool}");
    }
}

#[test]
fn a_time_where_there_are_times() {
    let crates = Crates::one(MOOD, &[("migrations/20240101000000_a.sql", CREATE)]);
    let out = crates.run(&["generate"]).out;
    let name = out.trim().strip_prefix("migrations/").unwrap();
    let (time, rest) = name.split_once('_').unwrap();
    assert!(time.len() == 14 && time.starts_with("20") && time > "2026", "{name}");
    assert_eq!(rest, "add_value_ok_to_mood_after_sad.sql");
}

#[test]
fn what_the_tool_keeps_besides_is_said() {
    let crates = Crates::one(MOOD, &[("migrations/21000101000000_a/migration.sql", CREATE)]);
    crates.run(&["generate"]).check(&expect![[r#"
        Clean
        --- out
        migrations/21000101000001_add_value_ok_to_mood_after_sad/migration.sql
        --- err
        note: `schema.prisma` is left as it is: `prisma db pull` brings it up to date
    "#]]);
}

#[test]
fn what_cannot_be_planned_leaves_everything_as_it_is() {
    let rust = format!("{MOOD}#[derive(PgEnum)]\nenum Size {{ M, S }}\n");
    let sql = format!("{CREATE}CREATE TYPE size AS ENUM ('S', 'M');\n");
    let crates = Crates::one(&rust, &[("migrations/0001_a.sql", &sql)]);
    crates.run(&["generate"]).check(&expect![[r#"
        Findings
        --- err
        error[order]: the label 'S' comes first in the migrations (migrations/0001_a.sql:2), and no ALTER TYPE reorders labels: reorder the variants, or the type has to be replaced
         --> src/lib.rs:4:16
          |
        4 | enum Size { M, S }
          |                ^

        nothing is written
    "#]]);
    assert_eq!(crates.list("migrations"), ["0001_a.sql"]);
}

#[test]
fn what_is_uncertain_is_not_built_upon() {
    let sql = format!("{CREATE}DO LANGUAGE plpython3u $$ x() $$;\n");
    let crates = Crates::one(MOOD, &[("migrations/0001_a.sql", &sql)]);
    crates.run(&["generate"]).check(&expect![[r#"
        Findings
        --- err
        error[uncertain]: mood is uncertain: what a migration does to it is not known
         --> src/lib.rs:2:6
          |
        2 | enum Mood { Sad, Ok, Happy }
          |      ^^^^
          |
          = help: run `cargo pg-enum state`, which says where

        nothing is written
    "#]]);
    let refused = format!("{CREATE}{CREATE}");
    let crates = Crates::one(MOOD, &[("migrations/0001_a.sql", &refused)]);
    let run = crates.run(&["generate"]);
    assert_eq!(run.status, Status::Findings);
    assert!(run.err.contains("error[refused]: type \"mood\" already exists"), "{}", run.err);
    assert_eq!(crates.list("migrations"), ["0001_a.sql"]);
}

#[test]
fn what_does_not_come_to_the_enums_is_taken_back() {
    // Nothing creates the schema, and it is not one of those that are there.
    let rust = "#[derive(PgEnum)]\n#[pg_enum(schema = \"app\")]\nenum Mood { Sad }\n";
    let crates = Crates::one(rust, &[("migrations/0001_a.sql", "SELECT 1;\n")]);
    crates.run(&["generate", "--schema", "other"]).check(&expect![[r#"
        Failed
        --- err
        error[refused]: schema "app" does not exist
          --> migrations/0002_create_type_app_mood.sql:27:7
           |
        27 |       CREATE TYPE app.mood AS ENUM ('Sad');
           |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = note: SQLSTATE 3F000
           = help: if it is there before any migration runs, say so: `--schema app`

        error: with the new migration, the migrations do not come to what the enums say; it is removed again
        help: the problems above say why; if that is not the migrations' fault, it is a bug of this tool
    "#]]);
    assert_eq!(crates.list("migrations"), ["0001_a.sql"]);
}

#[test]
fn labels_may_be_anything() {
    let rust = "#[derive(PgEnum)]\nenum T {\n    A,\n    #[pg_enum(rename = \"it's; \\\\ $$ \\n\\u{1b}[2J\")]\n    B,\n    \
                #[pg_enum(rename = \"-- pg-enum: assume nothing\\n*/\")]\n    C,\n}\n";
    let crates = Crates::one(rust, &[("migrations/0001_a.sql", "CREATE TYPE t AS ENUM ('A');\n")]);
    let run = crates.run(&["generate"]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    assert_eq!(crates.run(&["check"]).status, Status::Clean);
    // And where the type is new.
    let crates = Crates::one(rust, &[("migrations/0001_a.sql", "SELECT 1;\n")]);
    assert_eq!(crates.run(&["generate"]).status, Status::Clean);
    // What a tool would cut in two is refused.
    let rust = "#[derive(PgEnum)]\nenum T { #[pg_enum(rename = \"a\\n-- migrate:down\\nb\")] A }\n";
    let files = [("migrations/1_a.sql", "-- migrate:up\n-- migrate:down\n")];
    let crates = Crates::one(rust, &files);
    crates.run(&["generate"]).check(&expect![[r#"
        Failed
        --- err
        error: dbmate would not apply the migration as it is meant: dbmate refuses a second `-- migrate:down` for one `-- migrate:up`
    "#]]);
    assert_eq!(crates.list("migrations"), ["1_a.sql"]);
}

#[test]
fn nothing_is_overwritten() {
    let crates = Crates::one(
        MOOD,
        &[
            ("migrations/0001_a.up.sql", CREATE),
            ("migrations/0001_a.down.sql", ""),
            ("migrations/0002_add_value_ok_to_mood_after_sad.down.sql", "of nothing"),
        ],
    );
    crates.run(&["generate"]).check(&expect![[r#"
        Clean
        --- out
        migrations/0003_add_value_ok_to_mood_after_sad.up.sql
        migrations/0003_add_value_ok_to_mood_after_sad.down.sql
    "#]]);
    assert_eq!(
        crates.read("migrations/0002_add_value_ok_to_mood_after_sad.down.sql"),
        "of nothing"
    );
}

#[test]
fn two_packages_write_into_one_folder() {
    let member = |name: &str| manifest(name, "");
    let workspace = "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n\
                     [workspace.metadata.pg-enum]\nmigrations = \"db\"\n";
    let crates = Crates::new(&[
        ("Cargo.toml", workspace),
        ("a/Cargo.toml", &member("a")),
        ("a/src/lib.rs", MOOD),
        ("b/Cargo.toml", &member("b")),
        ("b/src/main.rs", &format!("{MOOD}#[derive(PgEnum)] enum Size {{ S }}\nfn main() {{}}\n")),
        ("db/V1__a.sql", CREATE),
    ]);
    crates.run(&["generate", "--name", "all of it"]).check(&expect![[r#"
        Clean
        --- out
        db/V2__all_of_it.sql
    "#]]);
    assert_eq!(crates.list("db"), ["V1__a.sql", "V2__all_of_it.sql"]);
    crates.run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        3 enums agree with 2 migrations
    "#]]);
}

#[test]
fn two_enums_may_be_one_type() {
    let rust = "#[derive(PgEnum)]\nenum Mood { Sad }\nmod other {\n    #[derive(PgEnum)]\n    \
                #[pg_enum(schema = \"public\")]\n    enum Mood { Sad }\n}\n";
    let crates = Crates::one(rust, &[("migrations/1_a.sql", "SELECT 1;\n")]);
    assert_eq!(crates.run(&["generate"]).out, "migrations/2_create_type_mood.sql\n");
    let sql = crates.read("migrations/2_create_type_mood.sql");
    assert_eq!(sql.matches("CREATE TYPE").count(), 1, "{sql}");
}

#[test]
#[cfg(unix)]
fn a_directory_that_is_read_only() {
    use std::fs::{Permissions, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;

    let crates = Crates::one(MOOD, &[("migrations/0001_a.sql", CREATE)]);
    let set =
        |mode| set_permissions(crates.path("migrations"), Permissions::from_mode(mode)).unwrap();
    set(0o555);
    // Whoever may do anything writes there all the same.
    if write(crates.path("migrations/x"), "").is_err() {
        crates.run(&["generate"]).check(&expect![[r#"
            Failed
            --- err
            error: cannot write migrations/0002_add_value_ok_to_mood_after_sad.sql: Permission denied (os error 13)
        "#]]);
        assert_eq!(crates.list("migrations"), ["0001_a.sql"]);
    }
    set(0o755);
}

#[test]
#[cfg(unix)]
fn files_are_as_any_other() {
    use std::os::unix::fs::PermissionsExt;

    let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
    let crates = Crates::one(MOOD, &[("migrations/0001_a.sql", CREATE)]);
    crates.run(&["generate"]);
    let written = crates.path("migrations/0002_add_value_ok_to_mood_after_sad.sql");
    assert_eq!(mode(&written), mode(&crates.path("migrations/0001_a.sql")));
}
