//! The workspace as cargo describes it, and the configuration of this machine as rustc prints it.
//!
//! Nothing is compiled, so any toolchain will do. If the pinned toolchain is not installed, rustup starts no program,
//! and another installed toolchain is used.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand};

use crate::failure::Failure;

/// The variables that rustup goes by (the rustup book, "Environment variables").
const TOOLCHAIN: &str = "RUSTUP_TOOLCHAIN";
const AUTO_INSTALL: &str = "RUSTUP_AUTO_INSTALL";

#[derive(Hash)]
pub(super) struct Cargo {
    /// An installed toolchain, to be used rather than the one that is pinned.
    toolchain: Option<String>,
}

impl Cargo {
    /// That of a project that has none.
    pub(super) fn none() -> Self {
        Self { toolchain: None }
    }

    /// Asks cargo for the workspace of a manifest, or of the current directory; and returns a
    /// note about the toolchain.
    pub(super) fn metadata(
        manifest: Option<&Path>,
    ) -> Result<(Self, Metadata, Option<String>), Failure> {
        let pinned = Self { toolchain: None };
        let refusal = match pinned.ask(manifest) {
            Ok(metadata) => return Ok((pinned, metadata, None)),
            Err(cargo_metadata::Error::CargoMetadata { stderr }) => stderr,
            Err(error) => {
                return Err(Failure::new(format!("cannot run `cargo metadata`: {error}")));
            }
        };
        let refusal = refusal.trim();
        let refusal = refusal.strip_prefix("error: ").unwrap_or(refusal);
        let first = refusal.lines().next().unwrap_or_default();
        if !is_about_the_toolchain(first) {
            let mut help =
                "run this in a package, or name its Cargo.toml with --manifest-path".to_owned();
            if first.starts_with("could not find `Cargo.toml`") {
                help.push_str(
                    "; without one, `lint`, `state`, `preflight`, `dry-run` and `import` work, and `check` where there are \
                     models of SQLAlchemy",
                );
            }
            return Err(Failure::new("cargo cannot read the workspace")
                .with_detail(refusal)
                .with_help(help));
        }
        let failure = || {
            Failure::new(format!("cargo does not start: {first}")).with_help(format!(
                "install the toolchain with `rustup toolchain install`, or name an installed one: \
                 {TOOLCHAIN}=stable cargo-pg-enum …"
            ))
        };
        let mut refusals = String::new();
        for toolchain in installed(first) {
            let note = format!("{first}: cargo of {toolchain} reads the workspace instead");
            let other = Self { toolchain: Some(toolchain) };
            match other.ask(manifest) {
                Ok(metadata) => return Ok((other, metadata, Some(note))),
                // The manifest may want a nightly cargo.
                Err(cargo_metadata::Error::CargoMetadata { stderr }) => refusals = stderr,
                Err(_) => {}
            }
        }
        Err(failure().with_detail(refusals.trim()))
    }

    /// Asks cargo for the workspace that a manifest is of.
    pub(super) fn ask(&self, manifest: Option<&Path>) -> cargo_metadata::Result<Metadata> {
        let mut command = MetadataCommand::new();
        command.no_deps();
        // Reading manifests must not install a toolchain.
        command.env(AUTO_INSTALL, "0");
        if let Some(toolchain) = &self.toolchain {
            command.env(TOOLCHAIN, toolchain);
        }
        if let Some(path) = manifest {
            command.manifest_path(path);
        }
        command.exec()
    }

    /// What the compiler sets for this machine.
    pub(super) fn configuration(&self) -> Option<String> {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
        let mut command = Command::new(rustc);
        command.args(["--print", "cfg"]).env(AUTO_INSTALL, "0");
        if let Some(toolchain) = &self.toolchain {
            command.env(TOOLCHAIN, toolchain);
        }
        let output = command.output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// Whether rustup says that it has no such toolchain (`src/errors.rs` of rustup 1.29), and not cargo something
/// else.
fn is_about_the_toolchain(message: &str) -> bool {
    message.contains("toolchain") && !message.contains("Cargo.toml")
}

/// The toolchains that rustup has: first those of the channel that the refusal is about, then the default one.
fn installed(refusal: &str) -> Vec<String> {
    let output = Command::new("rustup").args(["toolchain", "list"]).output().ok();
    let output = output.filter(|output| output.status.success());
    let listed = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let channel = ["nightly", "beta"].into_iter().find(|channel| refusal.contains(channel));
    let mut found: Vec<(bool, bool, String)> = Vec::new();
    for line in listed.unwrap_or_default().lines() {
        // What stands behind the name is in brackets: `(active, default)`. Without any, the list is a sentence.
        let Some(name) = line.split_whitespace().next().filter(|name| *name != "no") else {
            continue;
        };
        let is_of_channel = channel.is_some_and(|channel| name.starts_with(channel));
        found.push((!is_of_channel, !line.contains("default"), name.to_owned()));
    }
    found.sort();
    found.into_iter().map(|(.., name)| name).collect()
}
