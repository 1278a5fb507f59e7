//! `cargo xtask compile-time`: what a derive costs to compile, beside what it replaces.
//!
//! Beside the derive alone stands the derive with its check against migrations: what agrees with them,
//! and so costs what it costs in every build.
//!
//! Each set of derives stands on the same 300 enums of 12 variants, in a crate of its own, and
//! `cargo check` runs on them in turns: what else the machine does falls on all of them. A figure is
//! seconds over the crate of plain enums, the median of the rounds.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Instant, SystemTime};

use crate::paths::{target_dir, workspace_root};

use crate::run::{Failure, at, command, run};

const ENUMS: usize = 300;

const VARIANTS: [&str; 12] = [
    "Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliet",
    "Kilo", "Lima",
];

/// A crate: its name, what every enum derives, and what stands below that.
struct Set {
    name: &'static str,
    title: &'static str,
    derives: &'static str,
    attribute: &'static str,
    /// Whether it compiles where a build script has recorded what the migrations say.
    recorded: bool,
}

/// The variable that a build script sets, and the file.
const RECORD: (&str, &str) = ("PG_ENUM_RECORD", "record");

const SETS: [Set; 5] = [
    Set { name: "plain", title: "plain enums", derives: "", attribute: "", recorded: false },
    Set {
        name: "ours",
        title: "`PgEnum`, `impl(Display, FromStr)`",
        derives: ", pg_enum::PgEnum",
        attribute: "#[pg_enum(impl(Display, FromStr))]",
        recorded: false,
    },
    Set {
        name: "checked",
        title: "the same, checked against migrations",
        derives: ", pg_enum::PgEnum",
        attribute: "#[pg_enum(impl(Display, FromStr))]",
        recorded: true,
    },
    Set {
        name: "codec",
        title: "`sqlx::Type`",
        derives: ", sqlx::Type",
        attribute: "",
        recorded: false,
    },
    Set {
        name: "replaced",
        title: "`sqlx::Type`, strum's `EnumString, Display, VariantNames`",
        derives: ", sqlx::Type, strum::EnumString, strum::Display, strum::VariantNames",
        attribute: "",
        recorded: false,
    },
];

pub(crate) fn compile_time(rounds: usize) -> Result<(), Failure> {
    let dir = target_dir().join("compile-time");
    write_workspace(&dir)?;
    run(command("cargo", ["check", "--quiet"]).current_dir(&dir).env("CARGO_INCREMENTAL", "0"))?;

    let mut over_plain = [const { Vec::new() }; SETS.len()];
    for _ in 0..rounds.max(1) {
        let mut plain = 0.0;
        for (set, seconds) in SETS.iter().zip(&mut over_plain) {
            let took = check(&dir, set)?;
            if set.name == "plain" {
                plain = took;
            }
            seconds.push(took - plain);
        }
    }

    println!("| derives on {ENUMS} enums of {} variants | s over plain | ratio |", VARIANTS.len());
    println!("|---|---|---|");
    let medians = over_plain.map(median);
    let codec = SETS.iter().position(|set| set.name == "codec").map_or(1.0, |at| medians[at]);
    for (set, seconds) in SETS.iter().zip(medians).skip(1) {
        println!("| {} | {seconds:.2} | {:.2} |", set.title, seconds / codec);
    }
    Ok(())
}

/// Seconds for `cargo check` of one crate, its dependencies being checked.
fn check(dir: &Path, set: &Set) -> Result<f64, Failure> {
    let source = dir.join(set.name).join("lib.rs");
    let touched = File::options().append(true).open(&source);
    touched.and_then(|file| file.set_modified(SystemTime::now())).map_err(at(&source))?;
    let mut check = command("cargo", ["check", "--quiet", "--package"]);
    check.arg(format!("compile-time-{}", set.name));
    check.current_dir(dir).env("CARGO_INCREMENTAL", "0");
    if set.recorded {
        check.env(RECORD.0, format!("{}#0", dir.join(RECORD.1).display()));
    }
    let start = Instant::now();
    let status = check.status().map_err(at(dir))?;
    if !status.success() {
        return Err(Failure::new(format!("the crate in {} does not compile", source.display())));
    }
    Ok(start.elapsed().as_secs_f64())
}

pub(crate) fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}

fn write_workspace(dir: &Path) -> Result<(), Failure> {
    let root = workspace_root();
    let names: Vec<String> = SETS.iter().map(|set| format!("{:?}", set.name)).collect();
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n\
         [workspace.dependencies]\n\
         pg-enum = {{ path = '{}', features = [\"sqlx\"] }}\n\
         sqlx = {{ version = \"0.9\", default-features = false, features = [\"derive\", \"postgres\"] }}\n\
         strum = {{ version = \"0.28\", features = [\"derive\"] }}\n",
        names.join(", "),
        root.join("enum-derive").display(),
    );
    write(&dir.join("Cargo.toml"), &manifest)?;
    // The same versions, and the same compiler.
    for file in ["Cargo.lock", "rust-toolchain.toml"] {
        fs::copy(root.join(file), dir.join(file)).map_err(at(&root.join(file)))?;
    }
    write(&dir.join(RECORD.1), &record())?;
    for set in &SETS {
        let manifest = format!(
            "[package]\nname = \"compile-time-{}\"\nedition = \"2024\"\n\n\
             [lib]\npath = \"lib.rs\"\n\n\
             [dependencies]\npg-enum.workspace = true\nsqlx.workspace = true\nstrum.workspace = true\n",
            set.name
        );
        write(&dir.join(set.name).join("Cargo.toml"), &manifest)?;
        write(&dir.join(set.name).join("lib.rs"), &source(set))?;
    }
    Ok(())
}

fn source(set: &Set) -> String {
    let mut source = String::new();
    for index in 0..ENUMS {
        let variants = VARIANTS.map(|name| format!("{name}{index}")).join(", ");
        let _ = writeln!(
            source,
            "#[derive(Debug, Clone, Copy, PartialEq{})] {}\npub enum State{index} {{ {variants} }}",
            set.derives, set.attribute
        );
    }
    source
}

/// What a build script writes where the migrations make all these enums, in the form that the derive
/// reads (`pg_enum_core::record`).
fn record() -> String {
    let mut record = String::from("pg-enum record 1\ndefault\tpublic\n");
    for index in 0..ENUMS {
        let at = format!("migrations/{index:04}_state.sql");
        let _ = writeln!(record, "enum\tpublic\tstate{index}\tknown\t{at}\t1");
        for name in VARIANTS {
            let _ = writeln!(record, "label\t{name}{index}\t{at}\t2");
        }
    }
    record
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(at(parent))?;
    fs::write(path, text).map_err(at(path))
}
