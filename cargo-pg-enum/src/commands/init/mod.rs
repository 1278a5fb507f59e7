//! `cargo pg-enum init`: sets up a package so that builds and commits check the enums.
//!
//! Every change is a [`Change`]: it is computed, then confirmed, then written. A second run finds nothing to change.

mod alembic;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use toml_edit::Item;

use super::ask;
use crate::failure::Failure;
use crate::files::{below, write_whole};
use crate::manifest::{Addition, Feature, Manifest, insert, is_of};
use crate::paths::nearby;
use crate::project::features::Lock;
use crate::project::{Package, Project, Selection};
use crate::text::{slashed, visible};
use crate::{Status, Streams, print};

/// Set up a package for checks
///
/// Adds the dependencies, a build script and a pre-commit hook, and asks before each. In a project without a Cargo.toml, adds a
/// hook for pre-commit, and explains enums in Alembic's template for revisions.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    project: Selection,
    /// The migrations folder; the default is `migrations` next to Cargo.toml
    #[arg(long, value_name = "DIR")]
    migrations: Option<PathBuf>,
    /// Make all changes without asking
    #[arg(long, short)]
    yes: bool,
}

/// A file to write.
struct Change {
    /// The change, as the text of a question.
    what: String,
    path: PathBuf,
    text: String,
    executable: bool,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    if let Some((root, requests)) = arguments.project.tree(arguments.migrations.clone(), streams)? {
        let changes = alembic::changes(&root, &requests, streams)?;
        return carry_out(changes, "the project", arguments, streams);
    }
    let project = arguments.project.project(streams)?;
    let [package] = &*project.packages else {
        return Err(Failure::new("init works on one package at a time")
            .with_help("choose one with --package NAME, or run this in its directory"));
    };
    let configured = project.configured(package);
    let given = arguments.migrations.as_ref().or(configured.as_ref());
    let migrations = migrations(package, given.map(PathBuf::as_path));
    let mut changes = Vec::new();
    // A setting that another manifest already has is not repeated.
    let said = arguments.migrations.is_none();
    changes.extend(manifest(
        package,
        &project,
        if said { "migrations" } else { &migrations },
        streams,
    )?);
    changes.extend(build_script(package, &migrations, streams)?);
    changes.extend(hook(package, streams)?);
    carry_out(changes, &format!("`{}`", package.name), arguments, streams)
}

/// Makes changes, after asking for each.
fn carry_out(
    changes: Vec<Change>,
    name: &str,
    arguments: &Arguments,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    if changes.is_empty() {
        print(streams, |out| writeln!(out, "nothing to do: {name} is set up"))?;
        return Ok(Status::Clean);
    }
    if !arguments.yes && streams.input.is_none() {
        print(streams, |out| {
            for change in &changes {
                writeln!(out, "would {}", visible(&change.what))?;
            }
            Ok(())
        })?;
        return Err(Failure::new("init cannot ask without a terminal").with_help(
            "add --yes to make all \
                          changes",
        ));
    }
    for change in changes {
        if arguments.yes || ask(&change.what, streams)? {
            make(&change)?;
            print(streams, |out| writeln!(out, "{}", visible(&change.path.to_string_lossy())))?;
        }
    }
    Ok(Status::Clean)
}

/// The folder relative to the package's directory, with forward slashes.
fn migrations(package: &Package, given: Option<&Path>) -> String {
    given.map_or_else(|| "migrations".to_owned(), |given| below(package.dir(), given))
}

fn read(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!("cannot read {}: {error}", path.display()))),
    }
}

/// The dependencies, and the path of the migrations.
fn manifest(
    package: &Package,
    project: &Project,
    migrations: &str,
    streams: &mut Streams<'_>,
) -> Result<Option<Change>, Failure> {
    let Some(mut manifest) = Manifest::read(&package.manifest)? else { return Ok(None) };
    let mut added = Vec::new();
    if manifest.key_of("pg-enum").is_none() {
        let features = features(package, project, streams);
        manifest.require(None, &Addition { name: "pg-enum", features })?;
        added.push("`pg-enum`".to_owned());
    }
    let table = manifest.table(&["build-dependencies"])?;
    if !table.iter().any(|(key, value)| is_of(key, value, "pg-enum-build")) {
        insert(table, "pg-enum-build", Item::Value(env!("CARGO_PKG_VERSION").into()));
        added.push("`pg-enum-build`".to_owned());
    }
    if migrations != "migrations" {
        let table = manifest.table(&["package", "metadata", "pg-enum"])?;
        if table.get("migrations").is_none() {
            table.insert("migrations", Item::Value(migrations.into()));
            added.push("where the migrations are".to_owned());
        }
    }
    if added.is_empty() {
        return Ok(None);
    }
    let path = manifest.path.clone();
    let what = format!("add {} to {}", added.join(" and "), path.display());
    Ok(Some(Change { what, path, text: manifest.text(), executable: false }))
}

/// The features for the drivers that a package has. Those of which that is not certain are said.
fn features<'p>(
    package: &'p Package,
    project: &Project,
    streams: &mut Streams<'_>,
) -> Vec<Feature<'p>> {
    let lock = Lock::read(project.root());
    let mut features = Vec::new();
    for driver in &package.dependencies_on_drivers {
        let codec = driver.codec();
        if codec.is_some_and(|codec| package.drivers.other_database(codec).is_some()) {
            continue;
        }
        match driver.feature(&lock) {
            Ok(name) => features.push(Feature { name, driver: Some(driver) }),
            Err(why) => streams.note(&format!("no feature is added for {}: {why}", driver.key)),
        }
    }
    features
}

fn build_script(
    package: &Package,
    migrations: &str,
    streams: &mut Streams<'_>,
) -> Result<Option<Change>, Failure> {
    let path = package.dir().join("build.rs");
    let call = format!("pg_enum_build::check_migrations({migrations:?});");
    match read(&path)? {
        None => {
            let text = format!(
                "//! Has the derive compare the enums with the migrations.\n\nfn main() {{\n    {call}\n}}\n"
            );
            let what = format!("write {}", path.display());
            Ok(Some(Change { what, path, text, executable: false }))
        }
        Some(text) => {
            if !text.contains("pg_enum_build") {
                // An existing build script belongs to the user, so it is not edited.
                streams.note(&format!("{} already exists: add `{call}` to it", path.display()));
            }
            Ok(None)
        }
    }
}

const CHECK: &str = "cargo pg-enum check";

fn hook(package: &Package, streams: &mut Streams<'_>) -> Result<Option<Change>, Failure> {
    // Ask git for the path of the hooks: it differs in a worktree and with `core.hooksPath`.
    let path = git(package, &["--path-format=absolute", "--git-path", "hooks/pre-commit"]);
    let (Some(path), Some(top)) = (path, git(package, &["--show-toplevel"])) else {
        streams.note("no pre-commit hook is added, because there is no git repository");
        return Ok(None);
    };
    let path = nearby(&path);
    // A hook runs in the root directory of the repository.
    let manifest = fs::canonicalize(&package.manifest).ok().zip(fs::canonicalize(top).ok());
    let below = manifest.as_ref().and_then(|(manifest, top)| manifest.strip_prefix(top).ok());
    let command = match below.map(slashed).filter(|below| below != "Cargo.toml") {
        Some(below) => format!("{CHECK} --manifest-path '{}'", below.replace('\'', r"'\''")),
        None => CHECK.to_owned(),
    };
    let (what, text) = match read(&path)? {
        None => (format!("write {}", path.display()), format!("#!/bin/sh\nset -e\n{command}\n")),
        Some(text) if text.contains(&command) => return Ok(None),
        Some(text) => {
            let shell = text
                .lines()
                .next()
                .is_some_and(|line| line.starts_with("#!") && line.trim_end().ends_with("sh"));
            if !shell {
                let path = path.display();
                streams.note(&format!("{path} is not a shell script: add `{command}` to it"));
                return Ok(None);
            }
            // Before the rest, because that may end with `exit` or `exec`.
            let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
            (
                format!("add `{command}` to {}", path.display()),
                format!("{first}\n{command} || exit 1\n{rest}"),
            )
        }
    };
    Ok(Some(Change { what, path, text, executable: true }))
}

/// The output of `git rev-parse`, if git is installed and there is a repository.
fn git(package: &Package, args: &[&str]) -> Option<PathBuf> {
    let dir = package.dir();
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    let output = Command::new("git").arg("rev-parse").args(args).current_dir(dir).output().ok()?;
    let path = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    Some(PathBuf::from(path.trim_end_matches(['\n', '\r'])))
}

/// Replaces a file completely.
fn make(change: &Change) -> Result<(), Failure> {
    let Change { path, text, executable, .. } = change;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| write_whole(path, text, *executable))
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}
