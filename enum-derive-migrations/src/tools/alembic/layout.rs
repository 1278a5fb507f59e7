//! Where the revisions of a project are: `alembic.ini`, `pyproject.toml`, and the directory with `env.py`.
//!
//! The rules are those of `alembic/config.py` and `alembic/script/base.py` (1.19): `script_location` is relative to the
//! working directory, which is that of the configuration as a rule; revisions are in `versions` in it, or in
//! `version_locations`. `%(here)s` is the directory of the configuration. `%%` is one percent sign. A location may also be
//! `package:directory` (`coerce_resource_to_filename`); a package is looked for beside the configuration.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::{Reader, from_root};

/// The configuration's file.
pub(super) const INI: &str = "alembic.ini";
const PYPROJECT: &str = "pyproject.toml";
/// The program that connects to the database and runs the revisions.
pub(super) const ENV: &str = "env.py";
const VERSIONS: &str = "versions";

/// So many directories above the folder are searched for a configuration.
const LEVELS: usize = 6;

/// Where the files of a project are. All paths are relative to the folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// The directories with revisions.
    pub(super) versions: Vec<PathBuf>,
    /// Whether the directories in these have revisions as well.
    pub(super) is_recursive: bool,
    /// The directory with `env.py`.
    pub(super) scripts: Option<PathBuf>,
    /// The names of new files.
    pub(super) file_template: Option<String>,
}

/// What a configuration says.
#[derive(Default)]
struct Settings {
    script_location: Option<String>,
    version_locations: Vec<String>,
    recursive: bool,
    file_template: Option<String>,
}

impl Layout {
    /// The layout of a project by its folder: the one with the configuration, the one with `env.py`, or one of those with
    /// revisions.
    pub(super) fn find(reader: &Reader) -> Self {
        let mut home = PathBuf::new();
        for _ in 0..=LEVELS {
            for layout in [INI, PYPROJECT].iter().filter_map(|name| Self::by(reader, &home, name)) {
                let is_named = home.as_os_str().is_empty()
                    || layout.versions.iter().chain(&layout.scripts).any(|it| is_root(it));
                // A location that is nowhere is relative to where Alembic is run.
                let mut places = layout.versions.iter().chain(&layout.scripts);
                if is_named && places.any(|it| reader.root.join(it).is_dir()) {
                    return layout;
                }
            }
            home.push("..");
        }
        if reader.exists(ENV) {
            let versions = vec![VERSIONS.into()];
            return Self { versions, scripts: Some(PathBuf::new()), ..Self::default() };
        }
        let scripts = reader.exists(Path::new("..").join(ENV)).then(|| PathBuf::from(".."));
        Self { versions: vec![PathBuf::new()], scripts, ..Self::default() }
    }

    /// The layout by a configuration in `home`, if it is one of Alembic.
    fn by(reader: &Reader, home: &Path, name: &str) -> Option<Self> {
        let text = fs::read(reader.root.join(home).join(name)).ok()?;
        let text = String::from_utf8_lossy(&text);
        let settings = match name {
            INI => Settings::of_ini(&text),
            _ => Settings::of_toml(&text),
        };
        let place = |location: &str| {
            let location = location.replace("%(here)s/", "").replace("%(here)s", "");
            let path = match location.split_once(':') {
                Some((package, directory)) => {
                    Path::new(&package.replace('.', "/")).join(directory.replace('.', "/"))
                }
                None => PathBuf::from(location.replace("%%", "%")),
            };
            from_root(home, &path, &reader.root)
        };
        let scripts = settings.script_location.as_deref().map(place)?;
        let mut versions: Vec<_> = settings.version_locations.iter().map(|it| place(it)).collect();
        if versions.is_empty() {
            versions.push(scripts.join(VERSIONS));
        }
        let Settings { recursive: is_recursive, file_template, .. } = settings;
        Some(Self { versions, is_recursive, scripts: Some(scripts), file_template })
    }
}

fn is_root(path: &Path) -> bool {
    path.as_os_str().is_empty()
}

impl Settings {
    /// The section `[alembic]` of an INI file, as Python's `configparser` reads it: a line that is indented goes on with
    /// the value before.
    fn of_ini(text: &str) -> Self {
        let (mut settings, mut section) = (Vec::<(String, String)>::new(), String::new());
        for line in text.lines() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
                continue;
            }
            if line.starts_with([' ', '\t'])
                && let Some((_, value)) = settings.last_mut()
            {
                value.push('\n');
                value.push_str(trimmed);
                continue;
            }
            if let Some(name) = trimmed.strip_prefix('[') {
                name.trim_end_matches(']').clone_into(&mut section);
                continue;
            }
            // `configparser` takes what a section lacks from `[DEFAULT]`.
            if let Some(at) = line.find(['=', ':'])
                && matches!(&*section, "alembic" | "DEFAULT")
            {
                let (name, value) = line.split_at(at);
                let value = value[1..].split(" ;").next().unwrap_or_default();
                settings.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        let get = |key: &str| {
            let found = settings.iter().rfind(|(name, _)| name == key);
            // `%(script_location)s/versions`
            let value = settings.iter().fold(found?.1.clone(), |value, (name, other)| {
                value.replace(&format!("%({name})s"), other)
            });
            Some(value).filter(|value| !value.is_empty())
        };
        let separator = get("path_separator").or_else(|| get("version_path_separator"));
        let locations = get("version_locations").unwrap_or_default();
        let is_between = |c: char| match separator.as_deref() {
            Some("os" | ":") => c == ':',
            Some(";") => c == ';',
            Some("newline") => c == '\n',
            Some("space") => c.is_whitespace(),
            _ => c.is_whitespace() || c == ',',
        };
        let parts = locations.split(is_between).map(str::trim).filter(|part| !part.is_empty());
        let flag = get("recursive_version_locations").unwrap_or_default().to_ascii_lowercase();
        Self {
            script_location: get("script_location"),
            version_locations: parts.map(str::to_owned).collect(),
            recursive: flag == "true",
            file_template: get("file_template").map(|it| it.replace("%%", "%")),
        }
    }

    /// The table `[tool.alembic]`. Only strings and lists of strings in it matter, so that the lines tell.
    fn of_toml(text: &str) -> Self {
        let (mut settings, mut is_ours) = (Self::default(), false);
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if line.starts_with('[') {
                is_ours = line.split('#').next().unwrap_or_default().trim() == "[tool.alembic]";
                continue;
            }
            let Some((name, value)) = line.split_once('=').filter(|_| is_ours) else { continue };
            let mut value = value.trim().to_owned();
            while value.starts_with('[') && !value.contains(']') {
                let Some(next) = lines.next() else { break };
                value.push_str(next);
            }
            let mut texts = value.split(['"', '\'']).skip(1).step_by(2).map(str::to_owned);
            match name.trim() {
                "script_location" => settings.script_location = texts.next(),
                "version_locations" => settings.version_locations = texts.collect(),
                "recursive_version_locations" => settings.recursive = value == "true",
                "file_template" => settings.file_template = texts.next(),
                _ => {}
            }
        }
        settings
    }
}
