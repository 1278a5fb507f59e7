//! A toolchain that is pinned and not installed.
//!
//! As a program with a `cargo`, a `rustc` and a `rustup` of its own, which say what rustup's do then.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use crate::harness::Crates;

const REFUSAL: &str = "error: toolchain '1.60.0' is not installed";

fn package() -> Crates {
    let rust = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\nenum Mood { sad }\n";
    Crates::one(rust, &[("migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('sad');\n")])
}

/// Runs `check` with programs that refuse to run under the pinned toolchain, and these installed ones.
fn check(crates: &Crates, installed: &str) -> Output {
    let script = |name: &str, text: &str| {
        crates.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{text}\n"));
        let permissions = fs::Permissions::from_mode(0o755);
        fs::set_permissions(crates.path(&format!("bin/{name}")), permissions).unwrap();
    };
    let proxy = |real: &str| {
        format!(
            "if [ \"$RUSTUP_TOOLCHAIN\" != other ]; then echo \"{REFUSAL}\" >&2; exit 1; fi\n\
             unset RUSTUP_TOOLCHAIN\nexec {real} \"$@\""
        )
    };
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    script("cargo", &proxy(&cargo));
    script("rustc", &proxy("true"));
    script("rustup", &format!("printf '{installed}'"));
    let path = std::env::var("PATH").unwrap_or_default();
    Command::new(env!("CARGO_BIN_EXE_cargo-pg-enum"))
        .args(["check", "--manifest-path"])
        .arg(crates.path("Cargo.toml"))
        .env("PATH", format!("{}:{path}", crates.path("bin").display()))
        .env("RUSTUP_TOOLCHAIN", "1.60.0")
        .env_remove("CARGO")
        .env_remove("RUSTC")
        .output()
        .unwrap()
}

#[test]
fn another_one_reads_the_workspace() {
    let output = check(&package(), "other (default)\\n");
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        err,
        "note: toolchain '1.60.0' is not installed: cargo of other reads the workspace instead\n"
    );
    assert!(
        String::from_utf8(output.stdout).unwrap().starts_with("1 enum agrees with 1 migration")
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn without_any_the_help_is_about_that() {
    let output = check(&package(), "no installed toolchains\\n");
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        err,
        "error: cargo does not start: toolchain '1.60.0' is not installed\n\
         help: install the toolchain with `rustup toolchain install`, or name an installed one: \
         RUSTUP_TOOLCHAIN=stable cargo-pg-enum …\n"
    );
    assert_eq!(output.status.code(), Some(2));
}
