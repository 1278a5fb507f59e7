//! Writes enums of 1, 5, 50 and 1,000 variants.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let enums: String = [1, 5, 50, 1_000].map(of).concat();
    let out = env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("sizes.rs"), enums).expect("OUT_DIR is writable");
}

fn of(count: usize) -> String {
    let variants: Vec<String> = (0..count).map(|index| format!("Variant{index}")).collect();
    format!(
        "#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]\n\
         pub(crate) enum Of{count} {{ {} }}\n",
        variants.join(", ")
    )
}
