//! Writes enums of 1, 2, 64 and 1,000 variants for the tests of the constants.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let enums: String = [1, 2, 64, 1_000].map(of).concat();
    let out = env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("sizes.rs"), enums).expect("OUT_DIR is writable");
}

fn of(count: usize) -> String {
    let variants: Vec<String> = (0..count).map(|index| format!("Variant{index}")).collect();
    format!(
        "#[derive(Debug, Clone, Copy, PartialEq, pg_enum::PgEnum)]\n\
         #[pg_enum(schema = \"sizes\")]\n\
         pub(crate) enum Of{count} {{ {} }}\n",
        variants.join(", ")
    )
}
