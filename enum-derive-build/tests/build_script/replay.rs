//! What a script does that replays the migrations.

use std::fs;

use crate::harness::Scratch;

const SOURCE: &str = "pub mod model;\n\
    pub const RECORD: Option<&str> = option_env!(\"PG_ENUM_RECORD\");";

/// One test, as there is one crate to build.
#[test]
fn a_build_script() {
    let call = "pg_enum_build::Build::new().migrations(\"migrations\").sql().run();";
    let mut scratch = Scratch::replaying(call);
    scratch.write("src/lib.rs", SOURCE);
    scratch.write("src/model.rs", "pub enum Plain {}");
    it_runs_when_it_should(&mut scratch);
    it_follows_the_source(&mut scratch);
    it_reports(&mut scratch);
    it_knows_where_there_are_no_migrations(&mut scratch);
}

fn it_runs_when_it_should(scratch: &mut Scratch) {
    scratch.write("migrations/1_mood.sql", "CREATE TYPE mood AS ENUM ('sad');");
    scratch.build(true);
    let first = scratch.variable().unwrap();
    let (path, hash) = first.rsplit_once('#').unwrap();
    assert_eq!(hash.len(), 16);
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        "pg-enum record 1\ndefault\tpublic\n\
         enum\tpublic\tmood\tknown\tmigrations/1_mood.sql\t1\n\
         label\tsad\tmigrations/1_mood.sql\t1\n\
         tables\n"
    );
    scratch.build(false);

    // A new file.
    scratch.write("migrations/2_ok.sql", "ALTER TYPE mood ADD VALUE 'ok';");
    scratch.build(true);
    assert!(scratch.left("pg_enum_record").contains("label\tok\tmigrations/2_ok.sql\t1\n"));
    assert_ne!(scratch.variable().unwrap(), first);
    scratch.build(false);

    // One that changes.
    scratch.write("migrations/2_ok.sql", "ALTER TYPE mood ADD VALUE 'fine';");
    scratch.build(true);
    assert!(scratch.left("pg_enum_record").contains("label\tfine\t"));
    scratch.build(false);

    // In a folder in the folder: new, changed and gone.
    scratch.write("migrations/more/a.sql", "");
    scratch.build(true);
    scratch.build(false);
    scratch.write("migrations/more/a.sql", "SELECT 1;");
    scratch.build(true);
    scratch.build(false);
    fs::remove_dir_all(scratch.path("migrations/more")).unwrap();
    scratch.build(true);

    // One that goes.
    fs::remove_file(scratch.path("migrations/2_ok.sql")).unwrap();
    scratch.build(true);
    assert_eq!(scratch.variable().unwrap(), first);
    scratch.build(false);
}

fn it_follows_the_source(scratch: &mut Scratch) {
    assert!(!scratch.left("up.sql").contains("CREATE TYPE"));
    // The derive itself is not built here: what `cfg` leaves open is enough to have it seen.
    let model = "#[cfg_attr(scratch, derive(PgEnum))]\npub enum Weather { Sun }";
    scratch.write("src/model.rs", model);
    let output = scratch.build(true);
    assert!(scratch.left("up.sql").contains("-- Weather (src/model.rs:2)\n"));
    assert!(scratch.left("down.sql").contains("DROP TYPE"));
    assert!(scratch.left("pending.sql").contains("CREATE TYPE weather AS ENUM ('Sun')"));
    assert!(
        output.contains(
            "warning: scratch@0.1.0: src/model.rs:2: whether `scratch` holds is unknown here"
        ),
        "{output}"
    );
    scratch.build(false);
    scratch.write("src/model.rs", "pub enum Weather { Sun }");
    scratch.build(true);
}

fn it_reports(scratch: &mut Scratch) {
    scratch.write("migrations/2_x.sql", "SELECT 1;\nALTER TYPE nood\n  ADD VALUE 'ok';");
    let output = scratch.fail();
    let headline = "migrations/2_x.sql:2: type \"nood\" does not exist (SQLSTATE 42704)";
    assert!(output.contains(&format!("error: scratch@0.1.0: {headline}\n")), "{output}");
    assert!(output.contains("2 | ALTER TYPE nood\n"), "{output}");
    assert!(output.contains("3 |   ADD VALUE 'ok';\n"), "{output}");

    let dynamic = "DO $$ BEGIN EXECUTE (SELECT sql FROM todo); END $$;";
    scratch.write("migrations/2_x.sql", dynamic);
    scratch.runs = scratch.out_dirs().len();
    let output = scratch.build(true);
    assert!(output.contains("warning: scratch@0.1.0: migrations/2_x.sql:1: "), "{output}");
    assert!(output.contains("; no enum is checked; "), "{output}");
    assert!(scratch.left("pg_enum_record").contains("\tmood\tunknown\t"));
}

fn it_knows_where_there_are_no_migrations(scratch: &mut Scratch) {
    fs::remove_dir_all(scratch.path("migrations")).unwrap();
    let output = scratch.fail();
    let path = scratch.path("migrations");
    assert!(output.contains(&format!("there is no folder {}; ", path.display())), "{output}");

    assert!(scratch.cargo(true).succeeded);
    assert_eq!(scratch.variable(), None);
    assert!(!scratch.cargo(false).succeeded);

    // What cargo puts into a package.
    scratch.write("Cargo.toml.orig", "");
    scratch.runs = scratch.out_dirs().len();
    scratch.build(true);
    assert_eq!(scratch.variable(), None);
    scratch.build(false);
}
