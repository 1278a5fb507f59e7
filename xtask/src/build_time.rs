//! `cargo xtask compile-time --build-script`: what a build script's check costs in a clean build.
//!
//! A small package with a workspace of its own is built from nothing in several ways, in turns. What is
//! measured is processor time, user and system, of cargo and of all that it runs: on a busy machine,
//! elapsed time says little. A wrapper measures each run of rustc as well, for the package that it compiles
//! (cargo book, "Environment Variables", `RUSTC_WRAPPER`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::compile_time::write;
use crate::paths::{target_dir, workspace_root};
use crate::run::{Failure, at, command, run};
use crate::times::{median, of_children, processor_seconds};

/// What `check_migrations` may add, as a multiple of what the parser of SQL takes alone.
const GOAL: f64 = 1.3;

/// A way to build the package.
struct Way {
    name: &'static str,
    title: &'static str,
    /// What the manifest depends on; `ROOT` stands for this workspace.
    dependencies: &'static str,
    script: &'static str,
    source: &'static str,
}

const MODEL: &str = "#[derive(Debug, pg_enum::PgEnum)]\npub enum Mood { Sad, Happy }\n";
const MIGRATION: &str = "CREATE TYPE mood AS ENUM ('Sad', 'Happy');\n";
/// What `cargo pg-enum record` writes for them.
const RECORD: &str = "\
    pg-enum record file 1\n\
    # What the migrations say of the enums, written by `cargo pg-enum record`. Run that again rather than edit or merge this.\n\
    migrations\tmigrations\n\
    tool\tsqlx\n\
    search-path\t$user\tpublic\n\
    file\t1_mood.sql\tf120d5181620ca69\n\
    default\tpublic\n\
    enum\tpublic\tmood\tknown\t1_mood.sql\t1\n\
    label\tSad\t1_mood.sql\t1\n\
    label\tHappy\t1_mood.sql\t1\n\
    checksum\t52c41d8a596a0c40\n";

const WAYS: [Way; 4] = [
    Way {
        name: "plain",
        title: "`PgEnum`",
        dependencies: "[dependencies]\npg-enum = { path = 'ROOT/enum-derive' }\n",
        script: "fn main() {}\n",
        source: MODEL,
    },
    Way {
        name: "parser",
        title: "`squawk-syntax`",
        // The lock file has the version that this workspace pins.
        dependencies: "[build-dependencies]\nsquawk-syntax = '*'\n",
        script: "fn main() {}\n",
        source: "",
    },
    Way {
        name: "checked",
        title: "`check_migrations`",
        dependencies: "[dependencies]\npg-enum = { path = 'ROOT/enum-derive' }\n\
                       [build-dependencies]\npg-enum-build = { path = 'ROOT/enum-derive-build' }\n",
        script: "fn main() {\n    pg_enum_build::check_migrations(\"migrations\");\n}\n",
        source: MODEL,
    },
    Way {
        name: "recorded",
        title: "`check_record`",
        dependencies: "[dependencies]\npg-enum = { path = 'ROOT/enum-derive' }\n\
                       [build-dependencies]\n\
                       pg-enum-build = { path = 'ROOT/enum-derive-build', default-features = false }\n",
        script: "fn main() {\n    pg_enum_build::check_record(\"pg-enum.record\");\n}\n",
        source: MODEL,
    },
];

/// Seconds of processor time of each build of a way.
#[derive(Default)]
struct Seconds {
    total: Vec<f64>,
    /// By the package that rustc compiles.
    packages: BTreeMap<String, Vec<f64>>,
}

pub(crate) fn build_time(rounds: usize) -> Result<(), Failure> {
    let dir = target_dir().join("build-time");
    let wrapper = dir.join("rustc-wrapper");
    write(&wrapper, WRAPPER)?;
    run(command("chmod", ["+x"]).arg(&wrapper))?;
    for way in &WAYS {
        write_package(&dir.join(way.name), way)?;
        run(command("cargo", ["fetch", "--quiet"]).current_dir(dir.join(way.name)))?;
    }
    let mut measured = WAYS.map(|way| (way, Seconds::default()));
    for _ in 0..rounds.max(1) {
        for (way, seconds) in &mut measured {
            build(&dir, way, seconds)?;
        }
    }
    print(&measured);
    Ok(())
}

/// Takes a package's name from cargo, and adds a line with the seconds of the run to that package's file.
/// `times` is the shell's own, so that this needs no program (POSIX, "Special Built-In Utilities").
const WRAPPER: &str = r#"#!/bin/sh
"$@"
code=$?
times >> "$PG_ENUM_TIMES/${CARGO_PKG_NAME:-cargo}"
exit $code
"#;

/// Builds a package from nothing.
fn build(dir: &Path, way: &Way, seconds: &mut Seconds) -> Result<(), Failure> {
    let package = dir.join(way.name);
    let times = package.join("times");
    for old in [&times, &package.join("target")] {
        if old.exists() {
            fs::remove_dir_all(old).map_err(at(old))?;
        }
    }
    fs::create_dir(&times).map_err(at(&times))?;
    let mut build = command("cargo", ["build", "--quiet", "--offline"]);
    build
        .current_dir(&package)
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("CARGO_PKG_NAME");
    build.env("RUSTC_WRAPPER", dir.join("rustc-wrapper")).env("PG_ENUM_TIMES", &times);
    seconds.total.push(processor_seconds(&build)?);
    for entry in fs::read_dir(&times).map_err(at(&times))? {
        let path = entry.map_err(at(&times))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let took = of_children(&fs::read_to_string(&path).map_err(at(&path))?);
        seconds.packages.entry(name).or_default().push(took);
    }
    Ok(())
}

fn print(measured: &[(Way, Seconds)]) {
    let total = |name: &str| {
        let found = measured.iter().find(|(way, _)| way.name == name);
        found.map_or(f64::NAN, |(_, seconds)| median(seconds.total.clone()))
    };
    let titles: Vec<_> = measured.iter().map(|(way, _)| way.title).collect();
    println!("| seconds of processor time | {} |", titles.join(" | "));
    println!("|---|{}", "---|".repeat(measured.len()));
    row("a clean build", measured.iter().map(|(way, _)| Some(total(way.name))));
    let median_of = |seconds: &Seconds, package: &str| {
        seconds.packages.get(package).map(|seconds| median(seconds.clone()))
    };
    let mut packages: Vec<_> =
        measured.iter().flat_map(|(_, seconds)| seconds.packages.keys()).collect();
    packages.sort();
    packages.dedup();
    let most = |package: &str| {
        let all = measured.iter().filter_map(|(_, seconds)| median_of(seconds, package));
        all.fold(0.0, f64::max)
    };
    packages.sort_by(|a, b| most(b).total_cmp(&most(a)));
    for package in packages {
        row(package, measured.iter().map(|(_, seconds)| median_of(seconds, package)));
    }

    let ratio = (total("checked") - total("plain")) / total("parser");
    let judged = if ratio <= GOAL { "at most" } else { "more than" };
    println!("\n`check_record` adds {:.2} s", total("recorded") - total("plain"));
    println!(
        "`check_migrations` adds {ratio:.2} times what `squawk-syntax` takes alone, {judged} the {GOAL} \
         that it may"
    );
}

fn row(name: &str, seconds: impl Iterator<Item = Option<f64>>) {
    let cells = seconds.map(|seconds| seconds.map_or_else(String::new, |it| format!("{it:.2}")));
    println!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
}

fn write_package(dir: &Path, way: &Way) -> Result<(), Failure> {
    let root = workspace_root();
    let dependencies = way.dependencies.replace("ROOT", &root.display().to_string());
    let manifest = format!(
        "[package]\nname = \"build-time\"\nedition = \"2024\"\n\n[workspace]\n\n{dependencies}"
    );
    write(&dir.join("Cargo.toml"), &manifest)?;
    write(&dir.join("build.rs"), way.script)?;
    write(&dir.join("src").join("lib.rs"), way.source)?;
    write(&dir.join("migrations").join("1_mood.sql"), MIGRATION)?;
    write(&dir.join("pg-enum.record"), RECORD)?;
    // The same versions, and the same compiler.
    for file in ["Cargo.lock", "rust-toolchain.toml"] {
        fs::copy(root.join(file), dir.join(file)).map_err(at(&root.join(file)))?;
    }
    Ok(())
}
