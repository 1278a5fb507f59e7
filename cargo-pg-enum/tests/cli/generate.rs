//! The migrations that are missing, in the folder's own format.

use std::path::Path;

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, manifest};

const MOOD: &str = "#[derive(PgEnum)]\nenum Mood { Sad, Ok, Happy }\n";
const CREATE: &str = "CREATE TYPE mood AS ENUM ('Sad', 'Happy');\n";

#[test]
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
        -- add value 'Ok' to mood after 'Sad'
        --   locks: EXCLUSIVE on type mood, and no table. Nothing is rewritten or lost
        --   clients: prepared statements go on, and programs that lack 'Ok' cannot decode rows that hold it
        ALTER TYPE mood ADD VALUE IF NOT EXISTS 'Ok' AFTER 'Sad';
    "#]]
    .assert_eq(&crates.read("migrations/0002_add_value_ok_to_mood_after_sad.up.sql"));
    expect![[r#"
        -- PostgreSQL cannot remove a label from a type: the added label stays.
    "#]]
    .assert_eq(&crates.read("migrations/0002_add_value_ok_to_mood_after_sad.down.sql"));
    crates.run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        1 enum agrees with 2 migrations in migrations (a usual place)
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
        -- add value 'Ok' to mood after 'Sad'
        --   locks: EXCLUSIVE on type mood, and no table. Nothing is rewritten or lost
        --   clients: prepared statements go on, and programs that lack 'Ok' cannot decode rows that hold it
        ALTER TYPE mood ADD VALUE IF NOT EXISTS 'Ok' AFTER 'Sad';
    "#]]);
    crates.run(&["generate", "--dry-run", "--format", "json"]).check(&expect![[r#"
        Clean
        --- out
        [
          {
            "file": "migrations/0002_add_value_ok_to_mood_after_sad.sql",
            "text": "-- add value 'Ok' to mood after 'Sad'\n--   locks: EXCLUSIVE on type mood, and no table. Nothing is rewritten or lost\n--   clients: prepared statements go on, and programs that lack 'Ok' cannot decode rows that hold it\nALTER TYPE mood ADD VALUE IF NOT EXISTS 'Ok' AFTER 'Sad';\n"
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
    let sql = format!(
        "{CREATE}CREATE TYPE size AS ENUM ('S', 'M');\nCREATE MATERIALIZED VIEW v AS SELECT 'S'::size AS s;\n"
    );
    let crates = Crates::one(&rust, &[("migrations/0001_a.sql", &sql)]);
    crates.run(&["generate"]).check(&expect![[r#"
        Findings
        --- err
        error[order]: the label 'S' comes first in the migrations (migrations/0001_a.sql:2), and ALTER TYPE cannot reorder labels: reorder the variants, or run `cargo pg-enum generate`, which replaces the type
         --> src/lib.rs:4:16
          |
        4 | enum Size { M, S }
          |                ^

        error[dependent]: materialized view v names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0001_a.sql:3): run `cargo pg-enum generate --database-url URL`, which reads from a database what depends on the type
         --> src/lib.rs:4:6
          |
        4 | enum Size { M, S }
          |      ^^^^

        nothing was written
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
        error[uncertain]: mood is uncertain: the effect of a migration on it is unknown
         --> src/lib.rs:2:6
          |
        2 | enum Mood { Sad, Ok, Happy }
          |      ^^^^
          |
          = help: run `cargo pg-enum state` to see where

        nothing was written
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
         --> migrations/0002_create_type_app_mood.sql:7:34
          |
        7 |     have := pg_catalog.array_out(pg_catalog.enum_range(NULL::app.mood));
          |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 3F000
          = help: if it is there before any migration runs, say so: `--schema app`

        error: with the new migration, the result still does not match the enums, so it was removed
        help: see the problems above; if the migrations are correct, this is a bug in this tool
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
        --- err
        note: sqlx does not run 1 file of SQL in migrations, as it takes `<version>_<description>.sql` in the folder itself, and no subfolders: 0002_add_value_ok_to_mood_after_sad.down.sql
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
        3 enums agree with 2 migrations in db (configured in Cargo.toml)
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
