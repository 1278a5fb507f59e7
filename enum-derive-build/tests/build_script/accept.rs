//! What a script does that accepts labels.

use crate::harness::Scratch;

/// The derive is an error for a label that no variant has, unless the script accepts it.
#[test]
fn a_build_script_that_accepts() {
    let call = "pg_enum_build::Build::new().migrations(\"migrations\")\
                .accept([\"public.mood:legacy\", \"mood:older\"]).run();";
    let mut scratch = Scratch::replaying(call);
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
