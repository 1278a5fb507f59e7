//! `cargo xtask minimal-versions`: whether what applications depend on builds with the oldest versions of its
//! dependencies that it promises.
//!
//! A package for each feature, which asks for exactly those of the dependencies that the feature has; cargo chooses the
//! versions of what is below them.

use std::collections::BTreeSet;

use cargo_metadata::semver::{Comparator, Op, VersionReq};
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use crate::paths::{target_dir, workspace_root};
use crate::run::{Failure, command, run};
use crate::rust_versions::{PACKAGES, parts, write_package};

pub(crate) fn minimal_versions() -> Result<(), Failure> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace_root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .map_err(|error| Failure::new(error.to_string()))?;
    let target = target_dir().join("minimal-versions");
    let mut failed = Vec::new();
    for (version, packages) in PACKAGES {
        for &entry in packages {
            let (name, features) = parts(entry);
            let Some(package) = metadata.packages.iter().find(|package| package.name == name)
            else {
                return Err(Failure::new(format!("there is no package {name}")));
            };
            let dir = target.join(entry);
            write_package(&dir, version, entry, &pins(package, &features))?;
            let check = run(command("cargo", ["check", "--quiet"])
                .current_dir(&dir)
                .env("CARGO_TARGET_DIR", target.join("target")));
            if check.is_err() {
                failed.push(entry);
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    let failed = failed.join(", ");
    Err(Failure::new(format!("these do not build with their oldest dependencies: {failed}")))
}

/// Lines of a manifest that ask for the oldest versions of what a package depends on with these features.
fn pins(package: &Package, features: &[&str]) -> String {
    let enabled = enabled(package, features);
    let mut pins = Vec::new();
    for dependency in &package.dependencies {
        let name = &dependency.name;
        let key = dependency.rename.as_ref().unwrap_or(name);
        let used = !dependency.optional || enabled.contains(key.as_str());
        // diesel-async asks for a later Diesel than we do.
        let raised = key == "diesel" && enabled.contains("diesel-async");
        if dependency.kind != DependencyKind::Normal || !used || raised || dependency.path.is_some()
        {
            continue;
        }
        if let Some(version) = oldest(&dependency.req) {
            pins.push(format!(
                "oldest-{key} = {{ package = {name:?}, version = \"={version}\", default-features = false }}"
            ));
        }
    }
    pins.join("\n")
}

/// The optional dependencies that these features enable.
fn enabled<'p>(package: &'p Package, features: &[&'p str]) -> BTreeSet<&'p str> {
    let (mut dependencies, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut left = features.to_vec();
    while let Some(feature) = left.pop() {
        if !seen.insert(feature) {
            continue;
        }
        for value in package.features.get(feature).into_iter().flatten() {
            match value.strip_prefix("dep:") {
                Some(dependency) => _ = dependencies.insert(dependency),
                None if !value.contains('/') => left.push(value),
                None => {}
            }
        }
    }
    dependencies
}

/// The version that a requirement names first: none of ours leaves its lower bound open.
fn oldest(requirement: &VersionReq) -> Option<String> {
    let lower = |bound: &&Comparator| matches!(bound.op, Op::Caret | Op::GreaterEq | Op::Exact);
    let bound = requirement.comparators.iter().find(lower)?;
    let (minor, patch) = (bound.minor.unwrap_or(0), bound.patch.unwrap_or(0));
    Some(format!("{}.{minor}.{patch}", bound.major))
}
