//! The record of the migrations, for build scripts that do not replay them.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, manifest};

const MOOD: &str = "#[derive(PgEnum)]\nenum Mood { Sad, Ok }\n";
const CREATE: &str = "CREATE TYPE mood AS ENUM ('Sad');\n";
const FILE: &str = "pg-enum.record";

#[test]
fn it_is_written_beside_the_manifest() {
    let crates = Crates::one(MOOD, &[("migrations/0001_mood.sql", CREATE)]);
    crates.run(&["record"]).check(&expect![[r#"
        Clean
        --- out
        pg-enum.record
    "#]]);
    expect![[r#"
        pg-enum record file 1
        # What the migrations say of the enums, written by `cargo pg-enum record`. Run that again rather than edit or merge this.
        migrations	migrations
        tool	sqlx
        search-path	$user	public
        file	0001_mood.sql	36294e201822ea2d
        default	public
        enum	public	mood	known	0001_mood.sql	1
        label	Sad	0001_mood.sql	1
        tables
        checksum	154f15df0639fa27
    "#]].assert_eq(&crates.read(FILE));
    let run = crates.run(&["record"]);
    run.check(&expect![[r#"
        Clean
        --- out
        nothing to do: pg-enum.record is up to date
    "#]]);

    // Whatever was in the file.
    for other in ["", "<<<<<<< HEAD\n", "something else"] {
        let sound = crates.read(FILE);
        crates.write(FILE, other);
        assert_eq!(crates.run(&["record"]).status, Status::Clean);
        assert_eq!(crates.read(FILE), sound);
    }
}

#[test]
fn line_ends_make_no_difference() {
    let crates = Crates::one(MOOD, &[("migrations/0001_mood.sql", CREATE)]);
    crates.run(&["record"]);
    let windows = crates.read(FILE).replace('\n', "\r\n");
    crates.write(FILE, &windows);
    crates.write("migrations/0001_mood.sql", &CREATE.replace('\n', "\r\n"));
    assert!(crates.run(&["record"]).out.starts_with("nothing to do"));
    assert_eq!(crates.read(FILE), windows);
}

#[test]
fn generate_refreshes_it() {
    let crates = Crates::one(MOOD, &[("migrations/0001_mood.sql", CREATE)]);
    crates.run(&["record"]);
    crates.run(&["generate"]).check(&expect![[r#"
        Clean
        --- out
        migrations/0002_add_value_ok_to_mood_after_sad.sql
        pg-enum.record
    "#]]);
    assert!(crates.read(FILE).contains("label\tOk\t0002_"));
    assert_eq!(crates.run(&["check"]).status, Status::Clean);

    // Where no migration is missing as well, and on a dry run not.
    crates.write("migrations/0003_more.sql", "SELECT 1;");
    let before = crates.read(FILE);
    crates.run(&["generate", "--dry-run"]);
    assert_eq!(crates.read(FILE), before);
    crates.run(&["generate", "--format", "json"]).check(&expect![[r#"
        Clean
        --- out
        [
          {
            "file": "pg-enum.record",
            "text": "pg-enum record file 1\n# What the migrations say of the enums, written by `cargo pg-enum record`. Run that again rather than edit or merge this.\nmigrations\tmigrations\ntool\tsqlx\nsearch-path\t$user\tpublic\nfile\t0001_mood.sql\t36294e201822ea2d\nfile\t0002_add_value_ok_to_mood_after_sad.sql\ta6e0cacc77071636\nfile\t0003_more.sql\t72d121e7c77fa18b\ndefault\tpublic\nenum\tpublic\tmood\tknown\t0001_mood.sql\t1\nlabel\tSad\t0001_mood.sql\t1\nlabel\tOk\t0002_add_value_ok_to_mood_after_sad.sql\t4\ntables\nchecksum\t9462bbbd3717a448\n"
          }
        ]
    "#]]);
    assert_ne!(crates.read(FILE), before);

    // Where there is none, none is wanted.
    std::fs::remove_file(crates.path(FILE)).unwrap();
    crates.run(&["generate"]);
    assert!(!crates.path(FILE).exists());
}

#[test]
fn check_reports_a_stale_one() {
    let crates = Crates::one(
        "#[derive(PgEnum)]\nenum Mood { Sad }\n",
        &[
            ("migrations/0001_mood.sql", CREATE),
            ("migrations/0002_other.sql", "CREATE TYPE other AS ENUM ();\n"),
        ],
    );
    crates.run(&["record"]);
    assert_eq!(crates.run(&["check"]).status, Status::Clean);
    crates.write("migrations/0002_other.sql", "SELECT 2;\n");
    crates.write("migrations/0003_more.sql", "SELECT 3;\n");
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[stale-record]: pg-enum.record is stale: migrations/0002_other.sql has changed, and 1 more
         --> pg-enum.record:1:1
          |
        1 | pg-enum record file 1
          | ^^^^^^^^^^^^^^^^^^^^^
          |
          = help: run `cargo pg-enum record`

        1 error: 1 enum compared with 3 migrations in migrations (a usual place)
    "#]]);
    // Another configuration.
    crates.run(&["record"]);
    crates
        .run(&["check", "--search-path", "app,public", "--schema", "app"])
        .check(&expect![[r#"
            Findings
            --- err
            error[stale-record]: pg-enum.record is stale: search_path was $user, public and is app, public, and 1 more
             --> pg-enum.record:1:1
              |
            1 | pg-enum record file 1
              | ^^^^^^^^^^^^^^^^^^^^^
              |
              = help: run `cargo pg-enum record`

            1 error: 1 enum compared with 3 migrations in migrations (a usual place)
        "#]]);
    // By hand.
    crates.write(FILE, &crates.read(FILE).replace("Sad", "Glad"));
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[stale-record]: pg-enum.record was edited, merged or cut off after it was written
         --> pg-enum.record:1:1
          |
        1 | pg-enum record file 1
          | ^^^^^^^^^^^^^^^^^^^^^
          |
          = help: run `cargo pg-enum record`

        1 error: 1 enum compared with 3 migrations in migrations (a usual place)
    "#]]);
    // It may be another's file altogether.
    std::fs::write(crates.path(FILE), b"\xff\xfe").unwrap();
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[stale-record]: pg-enum.record is not a record that pg-enum 0.1.0 reads
         --> pg-enum.record:1:1
          |
        1 | ��
          | ^^
          |
          = help: run `cargo pg-enum record`

        1 error: 1 enum compared with 3 migrations in migrations (a usual place)
    "#]]);
}

#[test]
fn nothing_is_written_of_migrations_that_fail() {
    let crates = Crates::one(MOOD, &[("migrations/0001_mood.sql", "DROP TYPE mood;\n")]);
    crates.run(&["record"]).check(&expect![[r#"
        Findings
        --- err
        error[refused]: type "mood" does not exist
         --> migrations/0001_mood.sql:1:1
          |
        1 | DROP TYPE mood;
          | ^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 42704
          = note: nothing in the folder says which tool runs it; sqlx is assumed, because the nearest manifest above it is a Cargo.toml; name another with --tool

        nothing was written
    "#]]);
    assert!(!crates.path(FILE).exists());
}

#[test]
fn what_is_not_known_is_in_it() {
    let sql = "DO $$ BEGIN EXECUTE (SELECT sql FROM todo); END $$;\n";
    let files = [("migrations/0001_mood.sql", CREATE), ("migrations/0002_x.sql", sql)];
    let crates = Crates::one(MOOD, &files);
    crates.run(&["record"]).check(&expect![[r#"
        Clean
        --- out
        pg-enum.record
        --- err
        note: what 1 statement may do is unknown; `cargo pg-enum check` shows each
    "#]]);
    let record = crates.read(FILE);
    assert!(record.contains("uncertain\t0002_x.sql\t1\t"), "{record}");
    assert!(record.contains("\tmood\tunknown\t"), "{record}");
}

#[test]
fn how_the_migrations_are_read_is_in_it() {
    let sql = "DO $$ BEGIN EXECUTE (SELECT sql FROM todo); END $$;\n";
    let files = [("migrations/0001_mood.sql", CREATE), ("migrations/0002_x.sql", sql)];
    let crates = Crates::one(MOOD, &files);
    let metadata = "[workspace]\n[package.metadata.pg-enum]\ntool = \"plain\"\ntransaction = \"file\"\n\
                    search-path = [\"app\", \"public\"]\nschemas = [\"app\"]\n\
                    assume = { \"0002_x.sql:1\" = \"ALTER TYPE mood ADD VALUE 'Ok'\" }\n";
    crates.write("Cargo.toml", &manifest("shop", metadata));
    crates.run(&["record"]).check(&expect![[r#"
        Clean
        --- out
        pg-enum.record
    "#]]);
    let record = crates.read(FILE);
    let setup = record.lines().skip(2).take_while(|line| !line.starts_with("file"));
    expect![[r#"
        migrations	migrations
        tool	plain
        transaction	file
        search-path	app	public
        schemas	app
        assume	0002_x.sql	1	ALTER TYPE mood ADD VALUE 'Ok'"#]]
    .assert_eq(&setup.collect::<Vec<_>>().join("\n"));
    crates.run(&["check", "--transaction", "statement"]).check(&expect![[r#"
        Findings
        --- err
        error[stale-record]: pg-enum.record is stale: the transaction was file and is statement
         --> pg-enum.record:1:1
          |
        1 | pg-enum record file 1
          | ^^^^^^^^^^^^^^^^^^^^^
          |
          = help: run `cargo pg-enum record`

        1 error: 1 enum compared with 2 migrations in migrations (a usual place)
    "#]]);
}

#[test]
fn labels_that_the_manifest_accepts() {
    let sql = "CREATE TYPE mood AS ENUM ('Sad', 'Ok', 'legacy');\n";
    let crates = Crates::one(MOOD, &[("migrations/0001_mood.sql", sql)]);
    crates.run(&["record"]);
    let accept = "[workspace]\n[package.metadata.pg-enum]\naccept = [\"public.mood:legacy\"]\n";
    crates.write("Cargo.toml", &manifest("shop", accept));
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[stale-record]: pg-enum.record is stale: other labels are accepted
         --> pg-enum.record:1:1
          |
        1 | pg-enum record file 1
          | ^^^^^^^^^^^^^^^^^^^^^
          |
          = help: run `cargo pg-enum record`

        1 error: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
    crates.run(&["record"]);
    assert!(crates.read(FILE).contains("label\tlegacy\t0001_mood.sql\t1\taccepted\n"));
    assert_eq!(crates.run(&["check"]).status, Status::Clean);
}

#[test]
fn one_for_several_packages() {
    let crates = Crates::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"a\", \"b\"]\n\n[workspace.metadata.pg-enum]\nmigrations = \"db/migrations\"\nrecord = \"db/enums.record\"\n",
        ),
        ("a/Cargo.toml", &manifest("a", "")),
        ("a/src/lib.rs", "#[derive(PgEnum)]\nenum Mood { Sad }\n"),
        ("b/Cargo.toml", &manifest("b", "")),
        ("b/src/lib.rs", "#[derive(PgEnum)]\nenum Mood { Sad }\n"),
        ("db/migrations/0001_mood.sql", CREATE),
    ]);
    crates.run(&["record", "--workspace"]).check(&expect![[r#"
        Clean
        --- out
        db/enums.record
    "#]]);
    assert!(crates.read("db/enums.record").contains("\nmigrations\tmigrations\n"));

    // The package's own file, with a folder that is not beside it.
    crates.write(
        "a/Cargo.toml",
        &manifest("a", "[package.metadata.pg-enum]\nrecord = \"own.record\"\n"),
    );
    crates.run(&["record", "--workspace"]).check(&expect![[r#"
        Clean
        --- out
        a/own.record
        nothing to do: db/enums.record is up to date
    "#]]);
    assert!(crates.read("a/own.record").contains("\nmigrations\t../db/migrations\n"));
}

#[test]
fn a_file_has_the_record_of_one_folder() {
    let with =
        |name: &str| manifest(name, "[package.metadata.pg-enum]\nrecord = \"../enums.record\"\n");
    let crates = Crates::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n"),
        ("a/Cargo.toml", &with("a")),
        ("a/src/lib.rs", "#[derive(PgEnum)]\nenum Mood { Sad }\n"),
        ("a/migrations/0001_mood.sql", CREATE),
        ("b/Cargo.toml", &with("b")),
        ("b/src/lib.rs", "#[derive(PgEnum)]\nenum Mood { Sad }\n"),
        ("b/migrations/0001_mood.sql", CREATE),
    ]);
    crates.run(&["record", "--workspace"]).check(&expect![[r#"
        Failed
        --- err
        error: enums.record cannot hold the records of both a/migrations and b/migrations
        help: give each package a file of its own, with `record` in `[package.metadata.pg-enum]`
    "#]]);
}

#[cfg(unix)]
#[test]
fn links_and_names() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    let crates = Crates::one(MOOD, &[("elsewhere/0001_mood.sql", CREATE), ("there", "")]);
    // The folder is a link, and so is the file.
    symlink("elsewhere", crates.path("migrations")).unwrap();
    symlink("there", crates.path(FILE)).unwrap();
    assert_eq!(crates.run(&["record"]).out, "pg-enum.record\n");
    assert!(crates.path(FILE).is_symlink());
    assert!(crates.read("there").contains("\nmigrations\tmigrations\n"));

    std::fs::write(crates.path("elsewhere").join(OsStr::from_bytes(b"2_\xff.sql")), "").unwrap();
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'Ok' to public.mood (created at migrations/0001_mood.sql:1)
         --> src/lib.rs:2:18
          |
        2 | enum Mood { Sad, Ok }
          |                  ^^
          |
         ::: migrations/0001_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('Sad');
          | -------------------------------- the type is created here
          |
          = help: run `cargo pg-enum generate` to write the migration

        error[stale-record]: pg-enum.record cannot be compared: the name of migrations/2_�.sql is not UTF-8; rename the file, so that it can be recorded
         --> pg-enum.record:1:1
          |
        1 | pg-enum record file 1
          | ^^^^^^^^^^^^^^^^^^^^^
          |
          = help: run `cargo pg-enum record`

        2 errors: 1 enum compared with 2 migrations in migrations (a usual place)
    "#]]);
    // What is generated is listed all the same.
    crates.run(&["generate"]).check(&expect![[r#"
        Failed
        --- out
        migrations/3_add_value_ok_to_mood_after_sad.sql
        --- err
        error: the name of migrations/2_�.sql is not UTF-8; rename the file, so that it can be recorded
    "#]]);
    crates.run(&["record"]).check(&expect![[r#"
        Failed
        --- err
        error: the name of migrations/2_�.sql is not UTF-8; rename the file, so that it can be recorded
    "#]]);
}

#[test]
fn without_an_enum() {
    let crates = Crates::one("", &[("migrations/0001_mood.sql", CREATE)]);
    crates.run(&["record"]).check(&expect![[r#"
        Clean
        --- out
        nothing to do: no enum derives `PgEnum` without `external`, and no struct derives `PgModel`
    "#]]);
}

const MODEL: &str = "use pg_enum::PgModel as Model;\n#[derive(Model)]\n#[pg_model(table = \"t\")]\nstruct T { id: i64 }\n";

/// A package may have models alone.
#[test]
fn of_a_package_without_enums() {
    let crates =
        Crates::one(MODEL, &[("migrations/0001_t.sql", "CREATE TABLE t (id bigint NOT NULL);\n")]);
    crates.run(&["record"]).check(&expect![[r#"
        Clean
        --- out
        pg-enum.record
    "#]]);
    assert!(crates.read(FILE).contains("table\tpublic\tt\t"), "{}", crates.read(FILE));
    crates.write("migrations/0002_t.sql", "ALTER TABLE t ADD note text;\n");
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[stale-record]: pg-enum.record is stale: migrations/0002_t.sql is new
         --> pg-enum.record:1:1
          |
        1 | pg-enum record file 1
          | ^^^^^^^^^^^^^^^^^^^^^
          |
          = help: run `cargo pg-enum record`

        1 error: 1 model compared with 2 migrations in migrations (a usual place)
    "#]]);
    crates.run(&["generate"]).check(&expect![[r#"
        Clean
        --- out
        pg-enum.record
    "#]]);
    crates.run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        1 model agrees with 2 migrations in migrations (a usual place)
    "#]]);
}

#[test]
fn of_models_without_migrations() {
    let crates = Crates::one(MODEL, &[]);
    crates.run(&["record"]).check(&expect![[r#"
        Failed
        --- err
        error: no migrations of `shop` are found
        help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml
    "#]]);
}
