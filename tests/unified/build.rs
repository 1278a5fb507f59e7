//! There must be one, or cargo ignores the build dependencies.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
