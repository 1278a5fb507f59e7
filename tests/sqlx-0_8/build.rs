//! Writes the enums of the benches.

#[path = "../../benches/names.rs"]
mod names;

use std::fmt::Write as _;
use std::{env, fs, path::Path};

use crate::names::names;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../benches/names.rs");
    let mut source = String::new();
    for count in [5, 50, 500] {
        let variants = names(count).collect::<Vec<_>>().join(", ");
        writeln!(
            source,
            "pub mod of_{count} {{
                #[derive(Clone, Copy, Debug, PartialEq, sqlx::Type)]
                #[sqlx(type_name = \"of_{count}\")]
                pub enum Sqlx {{ {variants} }}
            }}"
        )
        .expect("writing to a String does not fail");
    }
    let out = env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("enums.rs"), source).expect("OUT_DIR is writable");
}
