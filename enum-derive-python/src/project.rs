//! What a project runs its revisions with: which `SQLAlchemy` it has, by its files.
//!
//! A lock file tells, or a requirement that admits one minor version only (`==2.0.36`, `~=2.0.1`). Of a range, the version
//! that is installed is not known. The formats: `uv.lock`, `poetry.lock` and `pdm.lock` (TOML), `Pipfile.lock` (JSON),
//! `requirements*.txt` and `requirements/*.txt` (pip, "Requirements File Format") and `pyproject.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::convention::Conventions;
use crate::imports::LEVELS;

/// A version's first two numbers.
type Version = (u32, u32);

/// What a project runs its revisions with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The version of `SQLAlchemy`, which decides what some arguments mean: the generic `Enum` heeds `create_type` from 2.1 on.
    pub sqlalchemy: (u32, u32),
    /// Whether the project is pinned to that version; otherwise it is assumed.
    pub is_pinned: bool,
    /// The naming convention of the `MetaData` that `env.py` gives to Alembic.
    pub convention: Conventions,
}

impl Default for Options {
    /// `SQLAlchemy` 2.0, and no naming convention.
    fn default() -> Self {
        Self { sqlalchemy: (2, 0), is_pinned: false, convention: Conventions::default() }
    }
}

impl Options {
    /// The `SQLAlchemy` that the project around a folder is pinned to by its lock file or its requirements; 2.0 if nothing says
    /// which that is.
    #[must_use]
    pub fn of_pins(folder: &Path) -> Self {
        let default = Self::default();
        let pinned = sqlalchemy(folder);
        let is_pinned = pinned.is_some();
        Self { sqlalchemy: pinned.unwrap_or(default.sqlalchemy), is_pinned, ..default }
    }
}

/// The folder of the project around a folder: the nearest one that says what the project requires, or the one with
/// `alembic.ini` or `env.py`, or itself. Where nothing says what it requires, and no repository ends, an `alembic.ini` far
/// above may be of anything.
pub(crate) fn project_of(folder: &Path) -> PathBuf {
    const SIGNS: [&str; 5] = ["pyproject.toml", "setup.py", "setup.cfg", "Pipfile", ".git"];
    let above = || folder.ancestors().take(LEVELS);
    let is_project = |directory: &&Path| {
        SIGNS.iter().any(|sign| directory.join(sign).exists())
            || !requirements(directory).is_empty()
    };
    let with = |name| above().take(NEAR).find(|directory| directory.join(name).exists());
    let found = above().find(is_project).or_else(|| with("alembic.ini"));
    found.or_else(|| with("env.py")).unwrap_or(folder).to_owned()
}

/// So many directories from the revisions, `alembic.ini` or `env.py` is that of their project: `PROJECT/src/app/db/alembic/versions`.
const NEAR: usize = 6;

/// What the nearest directory tells that tells it: a folder, or one above it.
fn nearest<T>(folder: &Path, told: impl FnMut(&Path) -> Option<T>) -> Option<T> {
    fs::canonicalize(folder).ok()?.ancestors().take(LEVELS).find_map(told)
}

/// Whether the project around a folder has a `SQLModel` that takes an enum which is a string for a string, as those before 0.0.9
/// do (`sqlmodel/main.py`, `get_sqlachemy_type`); `None` if nothing tells.
pub(crate) fn takes_enums_for_strings(folder: &Path) -> Option<bool> {
    nearest(folder, |directory| {
        let mut names = vec!["uv.lock".to_owned(), "poetry.lock".to_owned(), "pdm.lock".to_owned()];
        names.extend(requirements(directory));
        let texts = names.iter().filter_map(|name| read(&directory.join(name)));
        texts.filter_map(|text| sqlmodel(&text)).map(|version| version < [0, 0, 9]).next()
    })
}

/// The lowest version of `SQLModel` that a lock file or a requirement admits.
fn sqlmodel(text: &str) -> Option<[u32; 3]> {
    let mut lines = text.lines().map(|line| line.trim().trim_start_matches(['"', '\'']));
    let line = lines.find_map(|line| {
        if line == "name = \"sqlmodel\"" {
            return Some("");
        }
        let rest = line.strip_prefix("sqlmodel")?;
        (!rest.starts_with(|c: char| c.is_alphanumeric() || "-_".contains(c))).then_some(rest)
    })?;
    let version = if line.is_empty() { lines.next()?.strip_prefix("version = \"")? } else { line };
    let digits = version.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = version[digits..].split(|c: char| !c.is_ascii_digit()).map(str::parse);
    let mut next = || numbers.next().and_then(Result::ok).unwrap_or(0);
    Some([next(), next(), next()])
}

/// The driver that a project around a folder requires and that names the type of each parameter (`render_bind_cast` in
/// `sqlalchemy/dialects/postgresql/asyncpg.py` and `psycopg.py`, 2.0), so that an enum type of another name fails; `None` if none
/// is found.
#[must_use]
pub fn names_types(folder: &Path) -> Option<&'static str> {
    nearest(folder, |directory| {
        let mut names = names_in(directory);
        names.find_map(|name| match Driver::of(&name)? {
            Driver::Asyncpg => Some("asyncpg"),
            Driver::Psycopg => Some("psycopg 3"),
            Driver::Pg8000 | Driver::Psycopg2 => None,
        })
    })
}

/// Whether the drivers that the project around a folder requires take `%` in SQL as it is: asyncpg and pg8000 do, psycopg and
/// psycopg2 do not; `None` if it requires drivers of both kinds, or none is found.
#[must_use]
pub fn takes_percent(folder: &Path) -> Option<bool> {
    nearest(folder, |directory| {
        let (mut takes, mut refuses) = (false, false);
        for driver in names_in(directory).filter_map(|name| Driver::of(&name)) {
            match driver {
                Driver::Asyncpg | Driver::Pg8000 => takes = true,
                Driver::Psycopg | Driver::Psycopg2 => refuses = true,
            }
        }
        (takes || refuses).then_some((takes != refuses).then_some(takes))
    })?
}

/// A driver of `PostgreSQL` for `SQLAlchemy`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Driver {
    Asyncpg,
    Pg8000,
    Psycopg,
    Psycopg2,
}

impl Driver {
    /// By the package, or the extra of `SQLAlchemy` that requires it (`sqlalchemy/sqlalchemy`, metadata of the package, 2.0).
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "asyncpg" | "postgresql-asyncpg" => Self::Asyncpg,
            "pg8000" | "postgresql-pg8000" => Self::Pg8000,
            "psycopg" | "postgresql-psycopg" | "postgresql-psycopgbinary" => Self::Psycopg,
            "psycopg2"
            | "psycopg2-binary"
            | "psycopg2cffi"
            | "postgresql-psycopg2binary"
            | "postgresql-psycopg2cffi" => Self::Psycopg2,
            _ => return None,
        })
    }
}

/// The names in the files of a directory that say what a project requires.
fn names_in(directory: &Path) -> impl Iterator<Item = String> + use<'_> {
    let mut files = requirements(directory);
    files.extend(["Pipfile", "setup.py", "setup.cfg"].map(str::to_owned));
    let texts = files.into_iter().filter_map(|name| read(&directory.join(name)));
    texts.flat_map(|text| names(&text).collect::<Vec<_>>())
}

/// The names of packages and of their extras in a text, among other words, as they are compared (the packaging specification
/// "Names and normalization"): `dependencies = ["alembic", "asyncpg>=0.29"]`, `sqlalchemy[postgresql-asyncpg]`, `psycopg = "^3"`.
fn names(text: &str) -> impl Iterator<Item = String> {
    let is_comment = |line: &str| line.trim_start().starts_with('#');
    let lines = text.lines().filter(move |line| !is_comment(line));
    let lines = lines.map(|line| line.split(" #").next().unwrap_or_default());
    let ends = |c: char| c.is_whitespace() || ",[]{}()\"'".contains(c);
    lines.flat_map(move |line| line.split(ends)).map(|word| {
        let end = word.find(|c: char| !c.is_alphanumeric() && !"-_.".contains(c));
        word[..end.unwrap_or(word.len())].to_lowercase().replace(['_', '.'], "-")
    })
}

/// The version of `SQLAlchemy` that the project around `folder` is pinned to.
fn sqlalchemy(folder: &Path) -> Option<Version> {
    nearest(folder, |directory| {
        let read = |name: &str| read(&directory.join(name));
        let mut locks = ["uv.lock", "poetry.lock", "pdm.lock"].into_iter().filter_map(read);
        let locked = locks.find_map(|text| of_toml_lock(&text));
        let locked = locked.or_else(|| of_pipfile_lock(&read("Pipfile.lock")?));
        locked.or_else(|| {
            requirements(directory).into_iter().find_map(|name| of_requirements(&read(&name)?))
        })
    })
}

/// The text of a file, if there is one. A link may lead to a device that never ends, which is not read.
fn read(path: &Path) -> Option<String> {
    path.is_file().then(|| fs::read_to_string(path).ok()).flatten()
}

/// The files in a directory that list what is required, in order: `pyproject.toml`, `requirements*.txt`, `requirements/*.txt`.
fn requirements(directory: &Path) -> Vec<String> {
    let names = |directory: &Path| -> Vec<String> {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    let is_text = |name: &str| name.strip_suffix(".txt").is_some();
    let mut found = names(directory);
    found.retain(|name| {
        name.starts_with("requirements") && is_text(name) || name == "pyproject.toml"
    });
    let inside = names(&directory.join("requirements")).into_iter();
    found.extend(inside.filter(|it| is_text(it)).map(|name| format!("requirements/{name}")));
    found.sort();
    found
}

/// `[[package]]`, `name = "sqlalchemy"`, `version = "2.0.36"`.
fn of_toml_lock(text: &str) -> Option<Version> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| {
        let name = line.strip_prefix("name = \"").and_then(|rest| rest.strip_suffix('"'));
        name.is_some_and(|name| name.eq_ignore_ascii_case("sqlalchemy"))
    })?;
    let version = lines
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| line.strip_prefix("version = \""));
    numbers(version?)
}

/// `"sqlalchemy": {…, "version": "==2.0.36"}`.
fn of_pipfile_lock(text: &str) -> Option<Version> {
    let start = text.to_ascii_lowercase().find("\"sqlalchemy\":")?;
    let package = text.get(start..)?.split('}').next()?;
    numbers(package.split("\"version\": \"==").nth(1)?)
}

/// A requirement that admits one minor version: `SQLAlchemy[asyncio]==2.0.36`, `sqlalchemy~=2.0.1`, `sqlalchemy = "2.0.36"`.
fn of_requirements(text: &str) -> Option<Version> {
    text.lines().find_map(|line| {
        let line = line.trim().trim_start_matches(['"', '\'']).to_ascii_lowercase();
        let mut rest = line.strip_prefix("sqlalchemy")?;
        if rest.starts_with('[') {
            rest = rest.split_once(']')?.1;
        }
        let rest = rest.trim_start();
        if let Some(exact) = rest.strip_prefix("==") {
            return numbers(exact.trim_start_matches('=').trim());
        }
        if let Some(compatible) = rest.strip_prefix("~=") {
            // With two numbers, any version of the first one is compatible.
            let is_minor = compatible.split([',', ';']).next()?.matches('.').count() > 1;
            return numbers(compatible.trim()).filter(|_| is_minor);
        }
        let of_poetry = rest.strip_prefix('=')?.trim().trim_start_matches('"');
        let exact = of_poetry.trim_start_matches("==");
        exact.starts_with(|c: char| c.is_ascii_digit()).then(|| numbers(exact)).flatten()
    })
}

/// The first two numbers.
fn numbers(version: &str) -> Option<Version> {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins() {
        let lock = "[[package]]\nname = \"alembic\"\nversion = \"1.13\"\n\n[[package]]\nname = \"SQLAlchemy\"\nversion = \"1.4.54\"\n";
        assert_eq!(of_toml_lock(lock), Some((1, 4)));
        assert_eq!(
            of_toml_lock("[[package]]\nname = \"sqlalchemy-utils\"\nversion = \"1.4\"\n"),
            None
        );
        let pipfile = "{\"default\": {\"sqlalchemy\": {\"hashes\": [], \"version\": \"==2.1.0\"}}}";
        assert_eq!(of_pipfile_lock(pipfile), Some((2, 1)));
        for (text, expected) in [
            ("alembic==1.13\nSQLAlchemy[asyncio]==2.0.36 ; x", Some((2, 0))),
            ("sqlalchemy~=2.0.1", Some((2, 0))),
            ("sqlalchemy~=2.0", None),
            ("sqlalchemy>=2.0,<3", None),
            ("sqlalchemy-utils==0.4", None),
            ("    \"sqlalchemy==1.4.54\",", Some((1, 4))),
            ("sqlalchemy = \"2.0.36\"", Some((2, 0))),
            ("sqlalchemy = \"^2.0\"", None),
            ("sqlalchemy", None),
        ] {
            assert_eq!(of_requirements(text), expected, "{text}");
        }
    }

    #[test]
    fn versions_of_sqlmodel() {
        for (text, expected) in [
            ("sqlmodel==0.0.8", Some([0, 0, 8])),
            ("    \"sqlmodel>=0.0.22,<0.1\",", Some([0, 0, 22])),
            ("sqlmodel = \"^0.0.14\"", Some([0, 0, 14])),
            ("name = \"sqlmodel\"\nversion = \"0.0.6\"", Some([0, 0, 6])),
            ("sqlmodel", None),
            ("sqlmodel-extras==1", None),
        ] {
            assert_eq!(sqlmodel(text), expected, "{text}");
        }
    }

    /// A project with a file.
    fn project(name: &str, text: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a directory");
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
        root
    }

    #[test]
    fn drivers() {
        for (text, expected) in [
            ("fastapi\nasyncpg>=0.29", Some("asyncpg")),
            ("    \"psycopg[binary]~=3.1\",", Some("psycopg 3")),
            ("psycopg = \"^3\"", Some("psycopg 3")),
            ("dependencies = [\"alembic\", \"asyncpg>=0.29\"]", Some("asyncpg")),
            ("psycopg2-binary==2.9\npsycopg-pool", None),
            ("asyncpg-stubs\nmy.asyncpg", None),
        ] {
            let root = project("requirements.txt", text);
            assert_eq!(names_types(root.path()), expected, "{text}");
        }
    }

    #[test]
    fn drivers_that_take_percent() {
        for (file, text, expected) in [
            ("requirements.txt", "asyncpg>=0.29", Some(true)),
            ("requirements.txt", "pg8000", Some(true)),
            ("requirements.txt", "psycopg2-binary==2.9", Some(false)),
            ("requirements.txt", "psycopg[binary]\nasyncpg", None),
            ("requirements.txt", "fastapi", None),
            ("requirements.txt", "# asyncpg\nalembic # or asyncpg", None),
            ("requirements.txt", "sqlalchemy[asyncio,postgresql-asyncpg]>=2", Some(true)),
            ("requirements.txt", "SQLAlchemy[postgresql_psycopg2binary]", Some(false)),
            ("requirements.txt", "Psycopg2_Binary", Some(false)),
            ("requirements/base.txt", "asyncpg==0.29.0", Some(true)),
            ("pyproject.toml", "dependencies = [\"alembic\", \"asyncpg>=0.29\"]", Some(true)),
            ("pyproject.toml", "psycopg = {extras = [\"binary\"], version = \"^3\"}", Some(false)),
            ("setup.cfg", "install_requires = asyncpg", Some(true)),
            ("setup.py", "setup(install_requires=['psycopg2>=2.9'])", Some(false)),
        ] {
            let root = project(file, text);
            assert_eq!(takes_percent(root.path()), expected, "{text}");
        }
    }

    #[test]
    fn the_nearest_file_counts() {
        let root = tempfile::tempdir().expect("a directory");
        let versions = root.path().join("app/versions");
        fs::create_dir_all(&versions).expect("a directory");
        assert_eq!(sqlalchemy(&versions), None);
        fs::write(root.path().join("requirements.txt"), "sqlalchemy==1.4.1\n").expect("a file");
        assert_eq!(sqlalchemy(&versions), Some((1, 4)));
        fs::write(root.path().join("app/uv.lock"), "name = \"sqlalchemy\"\nversion = \"2.1.0\"\n")
            .expect("a file");
        assert_eq!(sqlalchemy(&versions), Some((2, 1)));
    }
}
