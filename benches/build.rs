//! Writes the enums to compare: the same variants, under each derive.

use std::fmt::Write as _;
use std::{env, fs, path::Path};

#[path = "lib.rs"]
mod words;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=lib.rs");
    let mut source = String::new();
    for count in [5, 50, 500] {
        let variants = words::names(count).collect::<Vec<_>>().join(", ");
        write!(
            source,
            "pub mod of_{count} {{
                #[derive(Clone, Copy, Debug, PartialEq, pg_enum::PgEnum)]
                #[pg_enum(name = \"of_{count}\")]
                pub enum Ours {{ {variants} }}
                #[derive(Clone, Copy, Debug, PartialEq, sqlx::Type)]
                #[sqlx(type_name = \"of_{count}\")]
                pub enum Sqlx {{ {variants} }}
                #[derive(Clone, Copy, Debug, PartialEq, strum::EnumString)]
                pub enum Strum {{ {variants} }}
            }}\n"
        )
        .expect("writing to a String does not fail");
    }
    let out = env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("enums.rs"), source).expect("OUT_DIR is writable");
}
