//! What a script does that accepts labels.

use std::fs;

use crate::harness::Scratch;

/// The derive is an error for a label that no variant has, unless the script accepts it.
#[test]
fn a_build_script_that_accepts() {
    let call = "pg_enum_build::Build::new().migrations(\"migrations\")\
                .accept([\"public.mood:legacy\", \"mood:older\"]).run();";
    // The dependencies are those of the other test.
    let mut scratch = Scratch::new("replaying", "features = [\"scan\"]", call);
    let workspace = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = fs::read_to_string(scratch.path("Cargo.toml")).unwrap();
    let facade = workspace.join("enum-derive").display().to_string().replace('\\', "/");
    scratch.write(
        "Cargo.toml",
        &format!("{manifest}\n[dependencies]\npg-enum = {{ path = \"{facade}\" }}\n"),
    );
    scratch.write("src/lib.rs", "#[derive(pg_enum::PgEnum)]\npub enum Mood { Sad }\n");
    scratch.write("migrations/1_mood.sql", "CREATE TYPE mood AS ENUM ('Sad', 'legacy');");

    let output = scratch.build(true);
    assert!(
        scratch
            .left("pg_enum_record")
            .contains("label\tlegacy\tmigrations/1_mood.sql\t1\taccepted\n")
    );
    let unused =
        "the build script accepts `mood:older`, but the migrations leave no such label; remove it";
    assert!(output.contains(&format!("warning: scratch@0.1.0: {unused}\n")), "{output}");
    assert!(!output.contains("accepts `public.mood:legacy`"), "{output}");

    // Another one is not accepted.
    scratch.write("migrations/2_more.sql", "ALTER TYPE mood ADD VALUE 'more';");
    let output = scratch.fail();
    assert!(output.contains("a label that no variant has: 'more'"), "{output}");
    assert!(!output.contains("'legacy'"), "{output}");
}
