//! `cargo xtask compile-time`: what the derive costs to compile, beside each driver's own derive.
//!
//! Each set of derives stands on the same 300 enums of 12 variants, in a crate of its own with the dependencies of one
//! driver, and `cargo check` runs on the crates in turns. A figure is seconds of processor time over the crate of plain
//! enums, the median of the rounds; elapsed time says little on a busy machine. A ratio is to the driver's own derive.

pub(crate) mod models;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::paths::{target_dir, workspace_root};
use crate::run::{Failure, at, command, run};
use crate::times::{median, processor_seconds};

const ENUMS: usize = 300;

const VARIANTS: [&str; 12] = [
    "Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliet",
    "Kilo", "Lima",
];

/// A driver: the feature of `pg-enum`, the driver's own derive, and what that depends on.
struct Driver {
    title: &'static str,
    feature: &'static str,
    dependencies: &'static str,
    own: Set,
    /// More to compare with the driver's own derive.
    others: &'static [Set],
}

/// A crate of enums: its name, and what stands on each enum.
#[derive(Clone, Copy)]
struct Set {
    name: &'static str,
    title: &'static str,
    derives: &'static str,
    attribute: &'static str,
    /// With its name as `NAME`.
    variant: &'static str,
    /// Whether it compiles where a build script has recorded what the migrations say.
    recorded: bool,
}

impl Set {
    const fn new(name: &'static str, title: &'static str, derives: &'static str) -> Self {
        Self { name, title, derives, attribute: "", variant: "NAME", recorded: false }
    }
}

const PLAIN: Set = Set::new("plain", "plain enums", "");
const OURS: Set = Set::new("ours", "`PgEnum`", ", pg_enum::PgEnum");

const OURS_WITH_STRINGS: Set = Set {
    attribute: "#[pg_enum(impl(Display, FromStr))]",
    ..Set::new("ours-with-strings", "`PgEnum`, `impl(Display, FromStr)`", OURS.derives)
};
const TYPE: Set = Set::new("own", "`sqlx::Type`", ", sqlx::Type");
// As sea-orm-cli writes it. The derive of SeaORM 1 does not take `rename_all`.
const ACTIVE_ENUM: Set = Set {
    attribute: "#[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"state\")]",
    variant: "#[sea_orm(string_value = \"NAME\")] NAME",
    ..Set::new(
        "own",
        "`EnumIter, DeriveActiveEnum`",
        ", sea_orm::EnumIter, sea_orm::DeriveActiveEnum",
    )
};

/// The variable that a build script sets, and the file.
const RECORD: (&str, &str) = ("PG_ENUM_RECORD", "record");

const DRIVERS: [Driver; 7] = [
    Driver {
        title: "sqlx 0.9",
        feature: "sqlx",
        dependencies: "sqlx = { version = '0.9', default-features = false, features = ['derive', 'postgres'] }\n\
                       strum = { version = '0.28', features = ['derive'] }\n",
        own: TYPE,
        others: &[
            OURS_WITH_STRINGS,
            Set {
                name: "checked",
                title: "the same, checked against migrations",
                recorded: true,
                ..OURS_WITH_STRINGS
            },
            Set::new(
                "replaced",
                "`sqlx::Type`, strum's `EnumString, Display, VariantNames`",
                ", sqlx::Type, strum::EnumString, strum::Display, strum::VariantNames",
            ),
        ],
    },
    Driver {
        title: "sqlx 0.8",
        feature: "sqlx-0_8",
        dependencies: "sqlx = { version = '0.8', default-features = false, features = ['derive', 'postgres'] }\n",
        own: TYPE,
        others: &[],
    },
    Driver {
        title: "sqlx 0.7",
        feature: "sqlx-0_7",
        // Its derives need the feature of the query macros, and these a runtime.
        dependencies: "sqlx = { version = '0.7', default-features = false, features = ['macros', 'postgres', 'runtime-tokio'] }\n",
        own: TYPE,
        others: &[],
    },
    Driver {
        title: "postgres-types",
        feature: "postgres",
        dependencies: "postgres-types = { version = '0.2', features = ['derive'] }\n",
        own: Set::new(
            "own",
            "`ToSql, FromSql`",
            ", postgres_types::ToSql, postgres_types::FromSql",
        ),
        others: &[],
    },
    Driver {
        title: "Diesel",
        feature: "diesel",
        // Diesel itself has no derive for enums. This is the version for Diesel 2.2 and later.
        dependencies: "diesel = { version = '2', default-features = false, features = ['postgres_backend'] }\n\
                       diesel-derive-enum = { version = '=3.0.0-beta.1', features = ['postgres'] }\n",
        own: Set::new("own", "diesel-derive-enum's `DbEnum`", ", diesel_derive_enum::DbEnum"),
        others: &[],
    },
    Driver {
        title: "SeaORM 2",
        feature: "sea-orm",
        dependencies: "sea-orm = { version = '2', default-features = false, features = ['macros', 'sqlx-postgres'] }\n",
        own: ACTIVE_ENUM,
        others: &[],
    },
    Driver {
        title: "SeaORM 1",
        feature: "sea-orm-1",
        dependencies: "sea-orm = { version = '1', default-features = false, features = ['macros', 'sqlx-postgres'] }\n",
        own: ACTIVE_ENUM,
        others: &[],
    },
];

impl Driver {
    /// The crates to compare, the driver's own derive first.
    fn sets(&self) -> impl Iterator<Item = Set> {
        [self.own, OURS].into_iter().chain(self.others.iter().copied())
    }

    fn package(&self, set: &Set) -> String {
        format!("{}-{}", self.feature, set.name)
    }
}

/// A crate, and its seconds in each round.
struct Measured {
    package: String,
    set: Set,
    over_plain: Vec<f64>,
}

pub(crate) fn compile_time(rounds: usize) -> Result<(), Failure> {
    let dir = target_dir().join("compile-time");
    let mut drivers = DRIVERS.map(|driver| {
        let sets = driver.sets().map(|set| {
            let package = driver.package(&set);
            Measured { package, set, over_plain: Vec::new() }
        });
        let sets = sets.collect::<Vec<_>>();
        (driver, sets)
    });
    write_workspace(&dir, &drivers)?;
    // The dependencies. Each crate by itself, because the features of all together are others.
    run(&mut cargo_check(&dir, PLAIN.name, false))?;
    for set in drivers.iter().flat_map(|(_, sets)| sets) {
        run(&mut cargo_check(&dir, &set.package, set.set.recorded))?;
    }
    for _ in 0..rounds.max(1) {
        let plain = check(&dir, PLAIN.name, false)?;
        for set in drivers.iter_mut().flat_map(|(_, sets)| sets) {
            set.over_plain.push(check(&dir, &set.package, set.set.recorded)? - plain);
        }
    }

    let variants = VARIANTS.len();
    println!("| derives on {ENUMS} enums of {variants} variants | | s over plain enums | ratio |");
    println!("|---|---|---|---|");
    for (driver, sets) in drivers {
        let medians = sets.iter().map(|set| median(set.over_plain.clone())).collect::<Vec<_>>();
        for (set, seconds) in sets.iter().zip(&medians) {
            let ratio = seconds / medians[0];
            println!("| {} | {} | {seconds:.2} | {ratio:.2} |", driver.title, set.set.title);
        }
    }
    Ok(())
}

/// Seconds of processor time of `cargo check` of one crate, its dependencies being checked.
fn check(dir: &Path, package: &str, recorded: bool) -> Result<f64, Failure> {
    let source = dir.join(package).join("lib.rs");
    let touched = File::options().append(true).open(&source);
    touched.and_then(|file| file.set_modified(SystemTime::now())).map_err(at(&source))?;
    processor_seconds(&cargo_check(dir, package, recorded))
}

fn cargo_check(dir: &Path, package: &str, recorded: bool) -> Command {
    let mut check = command("cargo", ["check", "--quiet", "--package", package]);
    check.current_dir(dir).env("CARGO_INCREMENTAL", "0");
    if recorded {
        check.env(RECORD.0, format!("{}#0", dir.join(RECORD.1).display()));
    }
    check
}

fn write_workspace(dir: &Path, drivers: &[(Driver, Vec<Measured>)]) -> Result<(), Failure> {
    let packages = drivers.iter().flat_map(|(_, sets)| sets).map(|set| &*set.package);
    let members = [PLAIN.name].into_iter().chain(packages).collect::<Vec<_>>();
    write_root(dir, &members)?;
    write(&dir.join(RECORD.1), &record())?;
    write_package(dir, PLAIN.name, "", &source(&PLAIN))?;
    for (driver, sets) in drivers {
        let dependencies = format!(
            "pg-enum = {{ path = '{}', features = ['{}'] }}\n{}",
            workspace_root().join("enum-derive").display(),
            driver.feature,
            driver.dependencies
        );
        for Measured { package, set, .. } in sets {
            write_package(dir, package, &dependencies, &source(set))?;
        }
    }
    Ok(())
}

fn write_root(dir: &Path, members: &[&str]) -> Result<(), Failure> {
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    write(&dir.join("Cargo.toml"), &manifest)?;
    let root = workspace_root();
    // The same versions, and the same compiler.
    for file in ["Cargo.lock", "rust-toolchain.toml"] {
        fs::copy(root.join(file), dir.join(file)).map_err(at(&root.join(file)))?;
    }
    Ok(())
}

fn write_package(dir: &Path, name: &str, dependencies: &str, source: &str) -> Result<(), Failure> {
    let dir = dir.join(name);
    let manifest = format!(
        "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n[dependencies]\n{dependencies}"
    );
    write(&dir.join("Cargo.toml"), &manifest)?;
    write(&dir.join("lib.rs"), source)
}

fn source(set: &Set) -> String {
    let mut source = String::new();
    for index in 0..ENUMS {
        let variant = |name| set.variant.replace("NAME", &format!("{name}{index}"));
        let variants = VARIANTS.map(variant).join(", ");
        let _ = writeln!(
            source,
            "#[derive(Debug, Clone, Copy, PartialEq, Eq{})] {}\npub enum State{index} {{ {variants} }}",
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
