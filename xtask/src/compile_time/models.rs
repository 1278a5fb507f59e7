//! `cargo xtask compile-time --models`: what `PgModel` costs to compile, beside `sqlx::FromRow` on the same structs.
//!
//! `FromRow` writes a codec and `PgModel` a check, so an application has both; the ratio says how much the check adds.

use std::fmt::Write as _;

use super::{RECORD, cargo_check, check, write, write_package, write_root};
use crate::paths::{target_dir, workspace_root};
use crate::run::{Failure, run};
use crate::times::median;

const STRUCTS: usize = 100;

/// Fields: the type, the type of the column as the server names it, and whether it is NOT NULL.
const FIELDS: [(&str, &str, bool); 12] = [
    ("i64", "int8", true),
    ("String", "text", true),
    ("Option<String>", "text", false),
    ("bool", "bool", true),
    ("f64", "float8", true),
    ("i32", "int4", true),
    ("Option<i64>", "int8", false),
    ("i16", "int2", true),
    ("Option<bool>", "bool", false),
    ("Vec<u8>", "bytea", true),
    ("f32", "float4", true),
    ("Option<i32>", "int4", false),
];

/// A crate: its name, what stands on each struct, and whether a build script has recorded the migrations.
const SETS: [(&str, &str, &str, bool); 4] = [
    ("models-own", "`sqlx::FromRow`", "sqlx::FromRow", false),
    ("models-checked", "`PgModel`, checked against migrations", OURS, true),
    ("models-ours", "`PgModel`, without a build script", OURS, false),
    ("models-both", "`sqlx::FromRow, PgModel`, checked", BOTH, true),
];
const OURS: &str = "pg_enum::PgModel";
const BOTH: &str = "sqlx::FromRow, pg_enum::PgModel";
const PLAIN: &str = "models-plain";

pub(crate) fn compile_time(rounds: usize) -> Result<(), Failure> {
    let dir = target_dir().join("compile-time-models");
    let members: Vec<&str> = [PLAIN].into_iter().chain(SETS.map(|set| set.0)).collect();
    write_root(&dir, &members)?;
    write(&dir.join(RECORD.1), &record())?;
    let dependencies = format!(
        "pg-enum = {{ path = '{}', features = ['sqlx'] }}\n\
         sqlx = {{ version = '0.9', default-features = false, features = ['derive', 'postgres'] }}\n",
        workspace_root().join("enum-derive").display()
    );
    write_package(&dir, PLAIN, &dependencies, &source(""))?;
    for (name, _, derives, _) in SETS {
        write_package(&dir, name, &dependencies, &source(derives))?;
    }
    // The dependencies.
    run(&mut cargo_check(&dir, PLAIN, false))?;
    for (name, .., recorded) in SETS {
        run(&mut cargo_check(&dir, name, recorded))?;
    }
    let mut over_plain = SETS.map(|_| Vec::new());
    for _ in 0..rounds.max(1) {
        let plain = check(&dir, PLAIN, false)?;
        for ((name, _, _, recorded), seconds) in SETS.into_iter().zip(&mut over_plain) {
            seconds.push(check(&dir, name, recorded)? - plain);
        }
    }
    let medians = over_plain.map(median);
    println!(
        "| derives on {STRUCTS} structs of {} fields | s over plain structs | ratio |",
        FIELDS.len()
    );
    println!("|---|---|---|");
    for ((_, title, ..), seconds) in SETS.into_iter().zip(medians) {
        println!("| {title} | {seconds:.2} | {:.2} |", seconds / medians[0]);
    }
    Ok(())
}

fn source(derives: &str) -> String {
    let mut source = String::new();
    for index in 0..STRUCTS {
        let table = if derives.contains(OURS) {
            format!("#[pg_model(table = \"row{index}\")]\n")
        } else {
            String::new()
        };
        let _ = writeln!(source, "#[derive({derives})]\n{table}pub struct Row{index} {{");
        for (field, (ty, ..)) in FIELDS.iter().enumerate() {
            let _ = writeln!(source, "    pub field{field}: {ty},");
        }
        source += "}\n";
    }
    source
}

/// What a build script writes where the migrations make all these tables (`pg_enum_core::record`).
fn record() -> String {
    let mut record = String::from("pg-enum record 1\ndefault\tpublic\ntables\n");
    for index in 0..STRUCTS {
        let at = format!("migrations/{index:04}_row.sql");
        let _ = writeln!(record, "table\tpublic\trow{index}\t{at}\t1");
        for (field, (_, ty, not_null)) in FIELDS.iter().enumerate() {
            let null = if *not_null { "not-null" } else { "null" };
            let _ = writeln!(
                record,
                "column\tfield{field}\t{null}\tgiven\t{at}\t2\tpg_catalog\t{ty}\tvalue\t{ty}"
            );
        }
    }
    record
}
