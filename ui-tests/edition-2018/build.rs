//! Names the record that the models here are held against, as `pg_enum_build` does.

use std::path::Path;

fn main() {
    let record = Path::new(env!("CARGO_MANIFEST_DIR")).join("../diverged/record.txt");
    println!("cargo::rerun-if-changed={}", record.display());
    println!("cargo::rustc-env=PG_ENUM_RECORD={}#0", record.display());
}
