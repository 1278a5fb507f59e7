//! The configuration of projects without a `Cargo.toml`: `pg-enum.toml`, or `[tool.pg-enum]` of `pyproject.toml`.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde_json::Value;

use crate::config::Config;
use crate::failure::Failure;
use crate::paths::nearby;
use crate::text::visible;

const OWN: &str = "pg-enum.toml";
const PYTHON: &str = "pyproject.toml";

/// What configures the current directory: the first file that does, in it or above it. In one directory, `pg-enum.toml` comes
/// first. Without one, nothing is configured.
pub(crate) fn around_here() -> Result<Config, Failure> {
    let Ok(here) = env::current_dir() else { return Ok(Config::default()) };
    for dir in here.ancestors() {
        if let Some(config) = in_directory(dir)? {
            return Ok(config);
        }
    }
    Ok(Config::default())
}

/// The table of a package of cargo's that configures it.
const CARGO: &str = "`[package.metadata.pg-enum]`";

const IN_PYTHON: &str = "`[tool.pg-enum]` of pyproject.toml";
/// Where there is neither, in a clause that begins with `in`.
const EITHER: &str = "pg-enum.toml or in `[tool.pg-enum]` of pyproject.toml";

/// What configures the project around the current directory, in words: for what messages say to write there.
pub(crate) fn place() -> &'static str {
    place_above(true)
}

/// The same for what belongs to no package of cargo's, as models in Python do.
pub(crate) fn place_without_cargo() -> &'static str {
    place_above(false)
}

fn place_above(has_cargo: bool) -> &'static str {
    let here = env::current_dir().unwrap_or_default();
    for dir in here.ancestors() {
        if has_cargo && dir.join("Cargo.toml").is_file() {
            return CARGO;
        }
        if dir.join(OWN).is_file() {
            return OWN;
        }
        if dir.join(PYTHON).is_file() {
            return IN_PYTHON;
        }
        if dir.join(".git").exists() {
            break;
        }
    }
    EITHER
}

/// A message with the place in it that configures this project, where it names that of a package of cargo's.
pub(crate) fn with_place(message: &str) -> String {
    // Where it is not named, no directory is looked at.
    if message.contains(CARGO) { message.replace(CARGO, place()) } else { message.to_owned() }
}

/// What to do where no migrations are found.
pub(crate) fn say_where() -> String {
    let place = place();
    let of = if place == CARGO { " of its Cargo.toml" } else { "" };
    format!("{SAY_WHERE} {place}{of}")
}

/// The same for what belongs to no package of cargo's.
pub(crate) fn say_where_without_cargo() -> String {
    format!("{SAY_WHERE} {}", place_without_cargo())
}

const SAY_WHERE: &str = "name the folder with --migrations DIR, or with `migrations` in";

fn in_directory(dir: &Path) -> Result<Option<Config>, Failure> {
    if let Some((path, value)) = read(&dir.join(OWN))? {
        return Config::of(&value, "", &path).map(Some);
    }
    let Some((path, value)) = read(&dir.join(PYTHON))? else { return Ok(None) };
    let Some(table) = value.get("tool").and_then(|tool| tool.get("pg-enum")) else {
        return Ok(None);
    };
    Config::of(table, "`[tool.pg-enum]`", &path).map(Some)
}

/// A file of TOML. Nothing if it is not there.
fn read(path: &Path) -> Result<Option<(PathBuf, Value)>, Failure> {
    let path = nearby(path);
    let shown = visible(&path.to_string_lossy());
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::new(format!("cannot read {shown}: {error}"))),
    };
    // A `pyproject.toml` that does not mention `pg-enum` is not parsed: a mistake in it is for other tools to report.
    if !path.ends_with(OWN) && !text.contains("pg-enum") {
        return Ok(None);
    }
    match toml_edit::de::from_str(&text) {
        Ok(value) => Ok(Some((path, value))),
        Err(error) => {
            Err(Failure::new(format!("cannot read {shown}")).with_detail(error.to_string()))
        }
    }
}
