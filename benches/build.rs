//! Writes the enums to compare: the same variants, under each derive.

use std::fmt::Write as _;
use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut source = String::new();
    for count in [5, 50, 500] {
        let variants = names(count).collect::<Vec<_>>().join(", ");
        write!(
            source,
            "pub(crate) mod of_{count} {{
                #[derive(Clone, Copy, Debug, PartialEq, pg_enum::PgEnum)]
                #[pg_enum(name = \"of_{count}\")]
                pub(crate) enum Ours {{ {variants} }}
                #[derive(Clone, Copy, Debug, PartialEq, sqlx::Type)]
                #[sqlx(type_name = \"of_{count}\")]
                pub(crate) enum Sqlx {{ {variants} }}
                #[derive(Clone, Copy, Debug, PartialEq, strum::EnumString)]
                pub(crate) enum Strum {{ {variants} }}
            }}\n"
        )
        .expect("writing to a String does not fail");
    }
    let out = env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("enums.rs"), source).expect("OUT_DIR is writable");
}

/// The first `count` of 500 names, no two alike, of 7 to 14 letters.
fn names(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|index| {
        let (row, column) = (index / FIRST.len(), index % FIRST.len());
        format!("{}{}", FIRST[column], SECOND[(row + column) % SECOND.len()])
    })
}

const FIRST: [&str; 25] = [
    "Amber", "Brisk", "Calm", "Daring", "Eager", "Faint", "Gentle", "Hollow", "Idle", "Jolly",
    "Keen", "Lively", "Mellow", "Narrow", "Opaque", "Patient", "Quiet", "Rapid", "Silent",
    "Tender", "Upper", "Vivid", "Wary", "Young", "Zealous",
];

const SECOND: [&str; 20] = [
    "Anchor", "Bridge", "Canyon", "Delta", "Ember", "Forest", "Garden", "Harbour", "Island",
    "Jungle", "Kettle", "Lantern", "Meadow", "Needle", "Orchard", "Pebble", "Quarry", "River",
    "Summit", "Tunnel",
];
