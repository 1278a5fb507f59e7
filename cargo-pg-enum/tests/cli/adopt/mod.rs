//! `adopt`: what it changes, what it leaves alone, and that everything else is the same afterwards.

mod elsewhere;
mod files;
mod left_alone;
mod manifests;
mod pages;
mod reorder;
mod sources;
mod types;

use cargo_pg_enum::Status;

use crate::harness::{Crates, Run, manifest};

/// A package with these dependencies, with migrations and with one file.
fn package(dependencies: &str, library: &str, sql: &str) -> Crates {
    let crates = Crates::new(&[("src/lib.rs", library), ("migrations/1_a.sql", sql)]);
    let dependencies = format!("\n[workspace]\n\n[dependencies]\n{dependencies}\n");
    crates.write("Cargo.toml", &manifest("shop", &dependencies));
    crates
}

/// Adopts everything, and checks that `check` and `list` say the same as before, and that nothing is left to do.
fn adopt(crates: &Crates) -> Run {
    let labels = |crates: &Crates| {
        let list: serde_json::Value =
            serde_json::from_str(&crates.run(&["list", "--format", "json"]).out).unwrap();
        let row = |row: &serde_json::Value| {
            [&row["path"], &row["labels"], &row["state"]].map(ToString::to_string)
        };
        let mut rows: Vec<_> = list.as_array().unwrap().iter().map(row).collect();
        rows.sort();
        rows.dedup();
        rows
    };
    let dry = crates.run(&["adopt", "--dry-run"]);
    assert_eq!(dry.status, Status::Clean, "{}", dry.err);
    let (check, list) = (crates.run(&["check"]), labels(crates));
    let run = crates.run(&["adopt", "--yes", "--allow-no-vcs"]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    let (after, list_after) = (crates.run(&["check"]), labels(crates));
    assert_eq!(check.status, after.status, "{}\n{}", check.err, after.err);
    assert_eq!(list, list_after);
    let again = crates.run(&["adopt", "--yes", "--allow-no-vcs"]);
    assert!(again.out.starts_with("nothing to do: 0 enums adopted"), "{}", again.out);
    dry
}

/// The manifest's version, which changes with each release.
fn without_version(text: &str) -> String {
    text.replace(concat!('"', env!("CARGO_PKG_VERSION"), '"'), "\"VERSION\"")
        .replace("\nversion = \"VERSION\"", "\nversion = \"0.1.0\"")
}

/// Without blanks at the ends of lines, which expect-test does not write.
fn lines(text: &str) -> String {
    text.split('\n').map(str::trim_end).collect::<Vec<_>>().join("\n")
}
