//! What a script does that goes by a record.

use std::fs;
use std::path::Path;

use pg_enum_build::record_file::{RecordFile, Setup};
use pg_enum_migrations::{Folder, Options};

use crate::harness::Scratch;

const CREATE: &str = "CREATE TYPE mood AS ENUM ('sad');\n";
const ADD: &str = "ALTER TYPE mood ADD VALUE 'ok';\n";
const STALE: &str = "error: scratch@0.1.0: pg-enum.record is stale: ";
const RUN: &str = "; run `cargo pg-enum record`\n";

/// What `cargo pg-enum record` would write.
fn record(scratch: &Scratch) -> String {
    let folder = Folder::open(scratch.path("migrations")).unwrap();
    let setup = Setup {
        migrations: "migrations".into(),
        tool: folder.tool.to_string(),
        search_path: vec!["$user".into(), "public".into()],
        ..Setup::default()
    };
    let replay = Options::new().tables(true).replay(&folder).unwrap();
    RecordFile::new(setup, &folder, &replay, "public").unwrap().to_string()
}

/// One test, as there is one crate to build.
#[test]
fn a_build_script_with_a_record() {
    let call = "pg_enum_build::check_record(\"pg-enum.record\");";
    let mut scratch = Scratch::recorded(call);
    it_tells_the_derive(&mut scratch);
    it_notices_every_change(&mut scratch);
    it_refuses_what_was_not_written_so(&mut scratch);
    it_reports(&mut scratch);
    #[cfg(unix)]
    it_follows_links(&mut scratch);
    #[cfg(target_os = "linux")]
    it_refuses_names_that_are_not_utf_8(&mut scratch);
    it_knows_where_there_is_nothing(&mut scratch);
}

/// Makes a record of what is there, and builds with it.
#[track_caller]
fn build(scratch: &mut Scratch) -> String {
    scratch.write("pg-enum.record", &record(scratch));
    scratch.runs = scratch.out_dirs().len();
    scratch.build(true)
}

fn it_tells_the_derive(scratch: &mut Scratch) {
    scratch.write("migrations/1_mood.sql", CREATE);
    let text = record(scratch);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[2..],
        [
            "migrations\tmigrations",
            "tool\tsqlx",
            "search-path\t$user\tpublic",
            "file\t1_mood.sql\tc13aede19610c60d",
            "default\tpublic",
            "enum\tpublic\tmood\tknown\t1_mood.sql\t1",
            "label\tsad\t1_mood.sql\t1",
            "tables",
            "checksum\t5e7e197c05756243",
        ]
    );
    scratch.write("pg-enum.record", &text);
    scratch.build(true);
    let variable = scratch.variable().unwrap();
    let (path, _) = variable.rsplit_once('#').unwrap();
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        "pg-enum record 1\ndefault\tpublic\n\
         enum\tpublic\tmood\tknown\tmigrations/1_mood.sql\t1\n\
         label\tsad\tmigrations/1_mood.sql\t1\n\
         tables\n"
    );
    scratch.build(false);

    // What git does to a text on another system.
    scratch.write("pg-enum.record", &text.replace('\n', "\r\n"));
    scratch.write("migrations/1_mood.sql", &CREATE.replace('\n', "\r\n"));
    scratch.build(true);
    assert_eq!(scratch.variable().unwrap(), variable);
    scratch.write("migrations/1_mood.sql", CREATE);
    scratch.build(true);

    // An editor's file, or the system's.
    scratch.write("migrations/.1_mood.sql.swp", "x");
    scratch.build(true);
    fs::remove_file(scratch.path("migrations/.1_mood.sql.swp")).unwrap();
    scratch.build(true);
}

fn it_notices_every_change(scratch: &mut Scratch) {
    let stale = |scratch: &Scratch, what: &str| {
        let output = scratch.fail();
        assert!(output.contains(&format!("{STALE}{what}{RUN}")), "{output}");
    };
    scratch.write("migrations/2_ok.sql", ADD);
    stale(scratch, "migrations/2_ok.sql is new");
    build(scratch);
    assert!(scratch.left("pg_enum_record").contains("label\tok\tmigrations/2_ok.sql\t1\n"));

    scratch.write("migrations/2_ok.sql", &ADD.replace("ok", "fine"));
    stale(scratch, "migrations/2_ok.sql has changed");
    build(scratch);

    scratch.write("migrations/more/a.txt", "");
    stale(scratch, "migrations/more/a.txt is new");
    fs::rename(scratch.path("migrations/2_ok.sql"), scratch.path("migrations/3_ok.sql")).unwrap();
    let output = scratch.fail();
    assert!(
        output.contains(&format!("{STALE}migrations/2_ok.sql is gone, and 2 more{RUN}")),
        "{output}"
    );
    for line in ["migrations/3_ok.sql is new\n", "migrations/more/a.txt is new\n"] {
        assert!(output.contains(line), "{output}");
    }
    fs::remove_dir_all(scratch.path("migrations/more")).unwrap();
    build(scratch);
}

fn it_refuses_what_was_not_written_so(scratch: &mut Scratch) {
    let sound = record(scratch);
    let refused = |text: &[u8], what: &str| {
        fs::write(scratch.path("pg-enum.record"), text).unwrap();
        let output = scratch.fail();
        assert!(
            output.contains(&format!("error: scratch@0.1.0: pg-enum.record {what}{RUN}")),
            "{output}"
        );
    };
    let edited = "was edited, merged or cut off after it was written";
    let version = env!("CARGO_PKG_VERSION");
    refused(sound.replace("fine", "good").as_bytes(), edited);
    refused(sound.replace("sad\t1", "sad\t2").as_bytes(), edited);
    refused(&sound.as_bytes()[..sound.len() / 2], edited);
    refused(sound.replace("fine", "f\u{fffd}ne").replace('\u{fffd}', "\u{0}").as_bytes(), edited);
    refused(&[sound.as_bytes(), b"\xff\n"].concat(), edited);
    let other = format!("is not a record that pg-enum {version} reads");
    refused(sound.replace("file 1", "file 2").as_bytes(), &other);
    refused(b"", &other);
    let conflict = sound.replace("default", "<<<<<<< HEAD\ndefault");
    let line = 1 + conflict.lines().position(|line| line.starts_with("<<<<<<<")).unwrap();
    refused(conflict.as_bytes(), &format!("has a merge conflict at line {line}"));

    fs::remove_file(scratch.path("pg-enum.record")).unwrap();
    let output = scratch.fail();
    let what = "there is no pg-enum.record";
    assert!(output.contains(&format!("error: scratch@0.1.0: {what}{RUN}")), "{output}");
    build(scratch);
}

fn it_reports(scratch: &mut Scratch) {
    scratch.write("migrations/4_x.sql", "DO $$ BEGIN EXECUTE (SELECT sql FROM todo); END $$;");
    let output = build(scratch);
    assert!(output.contains("warning: scratch@0.1.0: migrations/4_x.sql:1: "), "{output}");
    assert!(output.contains("; no enum is checked; "), "{output}");
    assert!(scratch.left("pg_enum_record").contains("\tmood\tunknown\t"));

    let script = fs::read_to_string(scratch.path("build.rs")).unwrap();
    let with = |call: &str| {
        let new = format!("pg_enum_build::Build::new().record(\"pg-enum.record\").{call}.run();");
        scratch.write(
            "build.rs",
            &script.replace("pg_enum_build::check_record(\"pg-enum.record\");", &new),
        );
        scratch.fail()
    };
    let output = with("unknown(pg_enum_build::Unknown::Deny)");
    assert!(output.contains("error: scratch@0.1.0: migrations/4_x.sql:1: "), "{output}");
    let output = with("search_path([\"app\"])");
    let what = "search_path was $user, public and is app; use the same settings in `[package.metadata.pg-enum]`, and";
    assert!(output.contains(what), "{output}");
    scratch.write("build.rs", &script);
    fs::remove_file(scratch.path("migrations/4_x.sql")).unwrap();
    build(scratch);
}

#[cfg(unix)]
fn it_follows_links(scratch: &mut Scratch) {
    use std::os::unix::fs::symlink;

    scratch.write("elsewhere/4_z.sql", "SELECT 1;");
    symlink("../elsewhere/4_z.sql", scratch.path("migrations/4_z.sql")).unwrap();
    symlink("../elsewhere", scratch.path("migrations/more")).unwrap();
    symlink("..", scratch.path("migrations/round")).unwrap();
    // The folder itself is not entered again through the link around it.
    let files: Vec<_> = record(scratch).lines().filter_map(file).collect();
    assert!(files.contains(&"4_z.sql".to_owned()), "{files:?}");
    assert!(files.contains(&"more/4_z.sql".to_owned()), "{files:?}");
    assert!(!files.iter().any(|path| path.starts_with("round/migrations/")), "{files:?}");
    fs::remove_file(scratch.path("migrations/round")).unwrap();
    build(scratch);
    scratch.write("elsewhere/4_z.sql", "SELECT 2;");
    let output = scratch.fail();
    assert!(output.contains("pg-enum.record is stale: migrations/4_z.sql has changed"), "{output}");

    fs::remove_file(scratch.path("elsewhere/4_z.sql")).unwrap();
    let output = scratch.fail();
    assert!(output.contains("error: scratch@0.1.0: cannot read "), "{output}");
    for link in ["4_z.sql", "more"] {
        fs::remove_file(scratch.path("migrations").join(link)).unwrap();
    }
    build(scratch);
}

#[cfg(unix)]
fn file(line: &str) -> Option<String> {
    line.strip_prefix("file\t")?.split('\t').next().map(str::to_owned)
}

#[cfg(target_os = "linux")]
fn it_refuses_names_that_are_not_utf_8(scratch: &mut Scratch) {
    use std::os::unix::ffi::OsStrExt;

    let name = std::ffi::OsStr::from_bytes(b"5_\xff.sql");
    let path = scratch.path("migrations").join(name);
    fs::write(&path, "").unwrap();
    let output = scratch.fail();
    assert!(output.contains("5_\u{fffd}.sql is not UTF-8; rename the file"), "{output}");
    fs::remove_file(&path).unwrap();
    build(scratch);
}

fn it_knows_where_there_is_nothing(scratch: &mut Scratch) {
    let away = scratch.path("away");
    fs::rename(scratch.path("migrations"), &away).unwrap();
    let missing = |scratch: &mut Scratch| {
        let output = scratch.fail();
        let what = "which pg-enum.record records; restore it, or run `cargo pg-enum record`";
        assert!(output.contains(what), "{output}");
    };
    missing(scratch);
    assert!(scratch.cargo(true).succeeded);
    assert_eq!(scratch.variable(), None);
    missing(scratch);

    // What cargo puts into a package.
    scratch.write("Cargo.toml.orig", "");
    scratch.runs = scratch.out_dirs().len();
    scratch.build(true);
    assert_eq!(scratch.variable(), None);
    scratch.build(false);
    fs::remove_file(scratch.path("pg-enum.record")).unwrap();
    fs::rename(Path::new(&away), scratch.path("migrations")).unwrap();
    // Cargo looks at the manifest alone now.
    scratch.write("Cargo.toml", &fs::read_to_string(scratch.path("Cargo.toml")).unwrap());
    scratch.build(true);
    assert_eq!(scratch.variable(), None);
}
