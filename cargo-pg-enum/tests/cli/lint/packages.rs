//! `lint` in workspaces: each package has its own configuration and baseline.

use expect_test::expect;

use super::without_time;
use crate::harness::{Crates, Run, manifest};

/// Two packages with a folder each, which have this configuration of `lint`.
fn two_packages(one: &str, two: &str) -> Crates {
    let crates = Crates::new(&[(
        "Cargo.toml",
        "[workspace]\nmembers = [\"one\", \"two\"]\nresolver = \"2\"\n",
    )]);
    for (name, lint) in [("one", one), ("two", two)] {
        crates.write(&format!("{name}/Cargo.toml"), &manifest(name, lint));
        crates.write(&format!("{name}/src/lib.rs"), "");
        crates.write(
            &format!("{name}/migrations/1_mood.sql"),
            "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE day (mood mood);\n",
        );
        crates.write(&format!("{name}/migrations/2_gone.sql"), "DROP TYPE mood CASCADE;\n");
    }
    crates
}

fn lint(crates: &Crates, more: &[&str]) -> Run {
    let args: Vec<_> = ["pg-enum", "lint", "--workspace", "--format", "github"]
        .iter()
        .chain(more)
        .copied()
        .collect();
    let mut done = crates.run_in("Cargo.toml", &args[1..]);
    done.err = without_time(&done.err);
    done
}

#[test]
fn each_package_has_its_own_configuration() {
    let warning = "[package.metadata.pg-enum.lint.rules]\ndrop-type-cascade = \"warning\"\n";
    let crates = two_packages(warning, "");
    lint(&crates, &[]).check(&expect![[r#"
        Findings
        --- out
        ::warning file=one/migrations/2_gone.sql,line=1,endLine=1,col=1,endColumn=23,title=pg-enum drop-type-cascade::CASCADE drops the column public.day.mood, with its data%0Ahelp: drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type that is in use
        ::error file=two/migrations/2_gone.sql,line=1,endLine=1,col=1,endColumn=23,title=pg-enum drop-type-cascade::CASCADE drops the column public.day.mood, with its data%0Ahelp: drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type that is in use
        --- err
        1 error and 1 warning in 2 of 4 migrations in one/migrations (a usual place), two/migrations (a usual place); 0.0 s
    "#]]);
    let crates = two_packages("", warning);
    lint(&crates, &[]).check(&expect![[r#"
        Findings
        --- out
        ::error file=one/migrations/2_gone.sql,line=1,endLine=1,col=1,endColumn=23,title=pg-enum drop-type-cascade::CASCADE drops the column public.day.mood, with its data%0Ahelp: drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type that is in use
        ::warning file=two/migrations/2_gone.sql,line=1,endLine=1,col=1,endColumn=23,title=pg-enum drop-type-cascade::CASCADE drops the column public.day.mood, with its data%0Ahelp: drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type that is in use
        --- err
        1 error and 1 warning in 2 of 4 migrations in one/migrations (a usual place), two/migrations (a usual place); 0.0 s
    "#]]);
    let excepted = "[package.metadata.pg-enum.lint]\nexceptions = [{ code = \"drop-type-cascade\", file = \"2_gone.sql\", \
                    until = \"2999-12-31\", reason = \"no data\" }]\n";
    let crates = two_packages("", excepted);
    lint(&crates, &["--suppressed"]).check(&expect![[r#"
        Findings
        --- out
        ::error file=one/migrations/2_gone.sql,line=1,endLine=1,col=1,endColumn=23,title=pg-enum drop-type-cascade::CASCADE drops the column public.day.mood, with its data%0Ahelp: drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type that is in use
        --- err
        note: two/migrations/2_gone.sql:1: drop-type-cascade is accepted until 2999-12-31: no data
        1 error in 1 of 4 migrations in one/migrations (a usual place), two/migrations (a usual place); 1 suppressed; 0.0 s
    "#]]);
}

#[test]
fn each_package_has_its_own_baseline() {
    let baseline = "[package.metadata.pg-enum.lint]\nbaseline = \"known.json\"\n";
    let crates = two_packages(baseline, baseline);
    lint(&crates, &["--update-baseline"]).check(&expect![[r#"
        Clean
        --- err
        note: one/known.json is written, with 1 finding
        note: two/known.json is written, with 1 finding
        no findings in 4 migrations in one/migrations (a usual place), two/migrations (a usual place); 2 in the baseline; 0.0 s
    "#]]);
    crates.write("two/migrations/2_gone.sql", "");
    lint(&crates, &["--update-baseline"]).check(&expect![[r#"
        Clean
        --- err
        note: removed from two/known.json: 1 no longer found
        no findings in 4 migrations in one/migrations (a usual place), two/migrations (a usual place); 1 in the baseline; 0.0 s
    "#]]);
    let crates = two_packages(baseline, "");
    lint(&crates, &["--update-baseline"]).check(&expect![[r#"
        Findings
        --- out
        ::error file=two/migrations/2_gone.sql,line=1,endLine=1,col=1,endColumn=23,title=pg-enum drop-type-cascade::CASCADE drops the column public.day.mood, with its data%0Ahelp: drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type that is in use
        --- err
        note: one/known.json is written, with 1 finding
        1 error in 1 of 4 migrations in one/migrations (a usual place), two/migrations (a usual place); 1 in the baseline; 0.0 s
    "#]]);
}

#[test]
fn packages_that_share_a_folder_have_one_configuration() {
    let shared = "[package.metadata.pg-enum]\nmigrations = \"../one/migrations\"\n";
    let other = "[package.metadata.pg-enum]\nmigrations = \"migrations\"\nlint = { rules = { drop-type-cascade = \"off\" } }\n";
    lint(&two_packages(other, shared), &[]).check(&expect![[r#"
        Failed
        --- err
        error: two packages share one/migrations, and configure it differently
        help: configure it once, in `[workspace.metadata.pg-enum]`
    "#]]);
    let own = "[package.metadata.pg-enum]\nmigrations = \"migrations\"\n";
    lint(&two_packages(own, shared), &[]).check(&expect![[r#"
        Findings
        --- out
        ::error file=one/migrations/2_gone.sql,line=1,endLine=1,col=1,endColumn=23,title=pg-enum drop-type-cascade::CASCADE drops the column public.day.mood, with its data%0Ahelp: drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type that is in use
        --- err
        1 error in 1 of 2 migrations in one/migrations (configured in one/Cargo.toml); 0.0 s
    "#]]);
}
