//! The migrations folders that the configuration files of tools name.
//!
//! Only this setting is read, and nothing is run. A path is relative to the directory of the file, which is usually
//! the directory in which the tool runs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pg_enum_migrations::folder::Tool;
use toml_edit::{Document, Item};

use super::settings::{Setting, settings};
use super::{Candidate, Found};
use crate::paths::tidy;
use crate::text::visible;

/// The maximum size of a configuration file in bytes.
const LONGEST: u64 = 1 << 20;

/// A configuration file that may be in a directory.
struct Kind {
    names: &'static [&'static str],
    /// The tool, as [`Tool`] is called.
    tool: &'static str,
    read: fn(&str) -> Vec<Said>,
}

/// What a file says.
enum Said {
    /// A folder, and the line.
    Folder(String, usize),
    /// A folder of another tool's layout.
    FolderOf(&'static str, String, usize),
    /// A folder beside the file, if there is one.
    Beside(&'static str, usize),
    /// A folder, in a way that is not understood.
    Unclear(usize),
    /// A folder that is not read.
    NotRead(String, usize),
}

const KINDS: [Kind; 12] = [
    // `diesel_cli` 2.2, `src/config.rs`.
    Kind { names: &["diesel.toml"], tool: "diesel", read: diesel },
    // `sqlx-core` 0.9, `src/config/migrate.rs`.
    Kind { names: &["sqlx.toml"], tool: "sqlx", read: sqlx },
    // dbmate 2 (`main.go`) and goose 3 (`cmd/goose/main.go`) read `.env`; the others are its copies that
    // repositories have.
    Kind { names: &[".env", ".env.example", ".env.sample", ".env.template"], tool: "", read: env },
    // The atlas documentation, "Project configuration": `migration.dir`.
    Kind { names: &["atlas.hcl"], tool: "atlas", read: atlas },
    // The Flyway documentation, "Locations".
    Kind { names: &["flyway.toml", "flyway.user.toml"], tool: "flyway", read: flyway_toml },
    Kind { names: &["flyway.conf", "conf/flyway.conf"], tool: "flyway", read: flyway_conf },
    // The Prisma documentation, "Config reference"; without a path, migrations are beside the schema.
    Kind {
        names: &["prisma.config.ts", "prisma.config.js", "prisma.config.mjs"],
        tool: "prisma",
        read: prisma_config,
    },
    Kind { names: &["package.json"], tool: "prisma", read: package_json },
    Kind { names: &["schema.prisma", "prisma/schema.prisma"], tool: "prisma", read: prisma_schema },
    // The drizzle-kit documentation, "Configuration file".
    Kind {
        names: &[
            "drizzle.config.ts",
            "drizzle.config.js",
            "drizzle.config.mjs",
            "drizzle.config.json",
        ],
        tool: "drizzle",
        read: drizzle,
    },
    // The Alembic documentation, "Editing the .ini file".
    Kind { names: &["alembic.ini"], tool: "alembic", read: alembic },
    // The Hasura documentation, "Config.yaml reference".
    Kind { names: &["config.yaml", "hasura/config.yaml"], tool: "hasura", read: hasura },
];

/// What the configuration files of a directory name.
pub(super) fn read(dir: &Path, found: &mut Found) {
    for kind in &KINDS {
        for name in kind.names {
            let path = dir.join(name);
            let text = match read_file(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    found.notes.push(format!("{} is not read: {error}", shown(&path)));
                    continue;
                }
            };
            let base = path.parent().unwrap_or(dir);
            for said in (kind.read)(&text) {
                add(said, kind, &path, base, found);
            }
        }
    }
    // The Supabase CLI has its migrations beside its configuration (`pkg/config`, 2.x).
    let supabase = dir.join("supabase/config.toml");
    if supabase.is_file() {
        let dir = dir.join("supabase/migrations");
        if dir.is_dir() {
            let origin = format!("beside {}", shown(&supabase));
            found.candidates.push(named(dir, tool("supabase"), origin));
        }
    }
}

fn add(said: Said, kind: &Kind, file: &Path, base: &Path, found: &mut Found) {
    let (tool_name, path, line) = match said {
        Said::Folder(path, line) => (kind.tool, path, line),
        Said::FolderOf(tool, path, line) => (tool, path, line),
        Said::Beside(path, _) if !base.join(path).is_dir() => return,
        Said::Beside(path, line) => (kind.tool, path.to_owned(), line),
        Said::Unclear(line) => {
            found.notes.push(format!(
                "{}:{line}: the migrations folder is not a literal, so it is unknown",
                shown(file)
            ));
            return;
        }
        Said::NotRead(what, line) => {
            found.notes.push(format!("{}:{line}: {what}", shown(file)));
            return;
        }
    };
    let dir = tidy(&base.join(path));
    if dir.is_dir() {
        let origin = format!("named at {}:{line}", shown(file));
        found.candidates.push(named(dir, tool(tool_name), origin));
    } else {
        let dir = shown(&dir);
        found.notes.push(format!("{}:{line}: {dir} is named, but is not a folder", shown(file)));
    }
}

fn tool(name: &str) -> Option<Tool> {
    name.parse().ok()
}

fn shown(path: &Path) -> String {
    visible(&tidy(path).to_string_lossy())
}

fn read_file(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    // Reading a pipe would wait for ever.
    if !metadata.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    if metadata.len() > LONGEST {
        return Err(io::Error::other("it is too long"));
    }
    fs::read_to_string(path)
}

/// The line of a byte, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}

/// The strings at a key of a TOML file: one, or those of an array.
fn toml(text: &str, keys: &[&str]) -> Vec<(Option<String>, usize)> {
    let Ok(document) = Document::parse(text) else { return vec![(None, 1)] };
    let mut item: &Item = document.as_item();
    for key in keys {
        match item.get(key) {
            Some(below) => item = below,
            None => return Vec::new(),
        }
    }
    let line =
        |span: Option<std::ops::Range<usize>>| line_of(text, span.map_or(0, |span| span.start));
    match item.as_array() {
        Some(array) => array
            .iter()
            .map(|value| (value.as_str().map(str::to_owned), line(value.span())))
            .collect(),
        None => vec![(item.as_str().map(str::to_owned), line(item.span()))],
    }
}

fn folders(values: Vec<(Option<String>, usize)>) -> Vec<Said> {
    let said = |(value, line)| match value {
        Some(path) => Said::Folder(path, line),
        None => Said::Unclear(line),
    };
    values.into_iter().map(said).collect()
}

fn diesel(text: &str) -> Vec<Said> {
    folders(toml(text, &["migrations_directory", "dir"]))
}

fn sqlx(text: &str) -> Vec<Said> {
    folders(toml(text, &["migrate", "migrations-dir"]))
}

/// Whether `sqlx.toml` beside the manifest of a package names the folder.
pub(super) fn sqlx_names_one(package: &Path) -> bool {
    read_file(&package.join("sqlx.toml")).is_ok_and(|text| !sqlx(&text).is_empty())
}

fn env(text: &str) -> Vec<Said> {
    let mut said = Vec::new();
    for (key, tool) in [("DBMATE_MIGRATIONS_DIR", "dbmate"), ("GOOSE_MIGRATION_DIR", "goose")] {
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
            let Some(value) = line.strip_prefix(key) else { continue };
            let Some(value) = value.trim_start().strip_prefix('=') else { continue };
            match unquoted(value) {
                // dbmate takes several, with commas between them (`--migrations-dir`).
                Some(paths) => said.extend(
                    paths.split(',').map(|path| Said::FolderOf(tool, path.to_owned(), index + 1)),
                ),
                None => said.push(Said::Unclear(index + 1)),
            }
        }
    }
    said
}

/// The value of a variable; nothing if another one is put into it.
fn unquoted(value: &str) -> Option<String> {
    let value = value.trim();
    let quoted = ['"', '\''].into_iter().find_map(|quote| {
        let inner = value.strip_prefix(quote)?;
        inner.split_once(quote).map(|(inner, _)| inner)
    });
    // Behind a blank, `#` begins a comment.
    let value = quoted.unwrap_or_else(|| value.split(" #").next().unwrap_or(value).trim_end());
    (!value.is_empty() && !value.contains('$')).then(|| value.to_owned())
}

fn atlas(text: &str) -> Vec<Said> {
    let settings = settings(text);
    let dirs = settings.iter().filter(|setting| setting.is(&["migration", "dir"]));
    dirs.map(|Setting { value, line, .. }| {
        let Some(url) = value.as_deref().and_then(|value| value.strip_prefix("file://")) else {
            return Said::Unclear(*line);
        };
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let format = query.split('&').find_map(|pair| pair.strip_prefix("format="));
        let tool = match format {
            Some("golang-migrate") => "golang-migrate",
            Some("goose") => "goose",
            Some("flyway") => "flyway",
            Some("dbmate") => "dbmate",
            _ => "atlas",
        };
        Said::FolderOf(tool, path.to_owned(), *line)
    })
    .collect()
}

fn flyway_toml(text: &str) -> Vec<Said> {
    let locations = toml(text, &["flyway", "locations"]).into_iter();
    locations.filter_map(|(value, line)| location(value.as_deref(), line)).collect()
}

fn flyway_conf(text: &str) -> Vec<Said> {
    let lines = text.lines().enumerate().filter_map(|(index, line)| {
        let value = line.trim_start().strip_prefix("flyway.locations")?;
        Some((value.trim_start().strip_prefix('=')?, index + 1))
    });
    lines
        .flat_map(|(value, line)| value.split(',').map(move |value| (value.trim(), line)))
        .filter_map(|(value, line)| location(Some(value), line))
        .collect()
}

/// A location of Flyway's.
fn location(value: Option<&str>, line: usize) -> Option<Said> {
    let Some(value) = value else { return Some(Said::Unclear(line)) };
    match value.split_once(':') {
        Some(("filesystem", path)) if !path.contains(['$', '*', '?']) => {
            Some(Said::Folder(path.to_owned(), line))
        }
        Some(("filesystem", _)) => Some(Said::Unclear(line)),
        // Where Maven and Gradle have the class path's files.
        Some(("classpath", path)) => {
            Some(Said::Folder(format!("src/main/resources/{}", path.trim_start_matches('/')), line))
        }
        _ => None,
    }
}

fn prisma_config(text: &str) -> Vec<Said> {
    let settings = settings(text);
    if let Some(path) = settings.iter().find(|setting| setting.is(&["migrations", "path"])) {
        return folders(vec![(path.value.clone(), path.line)]);
    }
    let schema = settings.iter().find(|setting| setting.is(&["schema"]));
    schema.map(beside_the_schema).into_iter().collect()
}

fn prisma_schema(text: &str) -> Vec<Said> {
    let settings = settings(text);
    let provider = settings.iter().find(|setting| setting.is(&["datasource", "provider"]));
    provider.map(|provider| Said::Beside("migrations", provider.line)).into_iter().collect()
}

fn package_json(text: &str) -> Vec<Said> {
    let settings = settings(text);
    let schema = settings.iter().find(|setting| setting.is(&["prisma", "schema"]));
    schema.map(beside_the_schema).into_iter().collect()
}

/// The migrations of Prisma are beside its schema, or in the folder that the schema is.
fn beside_the_schema(schema: &Setting) -> Said {
    let Some(value) = schema.value.as_deref() else { return Said::Unclear(schema.line) };
    let is_file = Path::new(value).extension().is_some_and(|extension| extension == "prisma");
    let dir =
        if is_file { Path::new(value).parent().unwrap_or(Path::new("")) } else { Path::new(value) };
    Said::Folder(dir.join("migrations").to_string_lossy().into_owned(), schema.line)
}

fn drizzle(text: &str) -> Vec<Said> {
    let settings = settings(text);
    let of = |name| settings.iter().find(|setting| setting.is(&[name]));
    if let Some(dialect) = of("dialect").or_else(|| of("driver"))
        && let Some(value) = &dialect.value
        && ["sqlite", "turso", "mysql", "singlestore", "mssql", "d1"]
            .iter()
            .any(|other| value.starts_with(other))
    {
        return vec![Said::NotRead(format!("drizzle's migrations are for {value}"), dialect.line)];
    }
    match of("out") {
        Some(out) => folders(vec![(out.value.clone(), out.line)]),
        // The default is a usual place.
        None => Vec::new(),
    }
}

fn alembic(text: &str) -> Vec<Said> {
    let location = text.lines().enumerate().find_map(|(index, line)| {
        let value = line.trim_start().strip_prefix("script_location")?;
        Some((value.trim_start().strip_prefix('=')?.trim(), index + 1))
    });
    // `package:directory` is a directory in a package beside the file.
    let path = |value: &str| match value.split_once(':') {
        Some((package, directory)) => format!("{}/{directory}", package.replace('.', "/")),
        None => value.replace("%(here)s/", "").replace("%(here)s", "."),
    };
    folders(location.map(|(value, line)| (Some(path(value)), line)).into_iter().collect())
}

fn hasura(text: &str) -> Vec<Said> {
    // Many programs have a file of this name; this key is Hasura's.
    if !text.lines().any(|line| line.starts_with("metadata_directory:")) {
        return Vec::new();
    }
    let directory = text
        .lines()
        .enumerate()
        .find_map(|(index, line)| Some((line.strip_prefix("migrations_directory:")?, index + 1)));
    match directory {
        Some((value, line)) => folders(vec![(unquoted(value), line)]),
        None => vec![Said::Folder("migrations".to_owned(), 1)],
    }
}

/// The database that a folder is for, if its own files say that it is another than PostgreSQL: Prisma's
/// `migration_lock.toml` and drizzle's journal do.
pub(crate) fn other_database(dir: &Path) -> Option<String> {
    let lock = read_file(&dir.join("migration_lock.toml"));
    let lock = lock.ok().and_then(|text| toml(&text, &["provider"]).pop());
    let provider = lock.and_then(|(provider, _)| provider);
    let journal = || {
        let text = read_file(&dir.join("meta/_journal.json")).ok()?;
        settings(&text).into_iter().find(|setting| setting.is(&["dialect"]))?.value
    };
    let database = provider.or_else(journal)?;
    let is_ours = ["postgres", "pg", "cockroach"].iter().any(|name| database.starts_with(name));
    (!is_ours).then_some(database)
}

/// A folder that something names.
pub(super) fn named(dir: PathBuf, tool: Option<Tool>, origin: String) -> Candidate {
    Candidate { dir, files: Vec::new(), tool, origin, is_usual: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(read: fn(&str) -> Vec<Said>, text: &str) -> Vec<String> {
        let shown = |said: Said| match said {
            Said::Folder(path, line) => format!("{line} {path}"),
            Said::FolderOf(tool, path, line) => format!("{line} {path} ({tool})"),
            Said::Beside(path, line) => format!("{line} {path}"),
            Said::Unclear(line) => format!("{line} ?"),
            Said::NotRead(what, line) => format!("{line} {what}"),
        };
        read(text).into_iter().map(shown).collect()
    }

    #[test]
    fn each_names_its_folder() {
        assert_eq!(said(diesel, "[migrations_directory]\ndir = \"db/m\"\n"), ["2 db/m"]);
        assert!(said(diesel, "[print_schema]\nfile = \"src/schema.rs\"\n").is_empty());
        assert_eq!(said(diesel, "[migrations_directory\n"), ["1 ?"]);
        assert_eq!(said(sqlx, "[migrate]\nmigrations-dir = \"m\"\n"), ["2 m"]);
        assert_eq!(
            said(
                env,
                "A=1\nDBMATE_MIGRATIONS_DIR=\"./db/m\" # x\nexport GOOSE_MIGRATION_DIR = sql # y\n"
            ),
            ["2 ./db/m (dbmate)", "3 sql (goose)"]
        );
        assert_eq!(said(env, "GOOSE_MIGRATION_DIR=$ROOT/sql\n"), ["1 ?"]);
        assert_eq!(
            said(atlas, "env \"a\" {\n migration {\n  dir = \"file://m?format=goose\"\n }\n}"),
            ["3 m (goose)"]
        );
        assert_eq!(said(atlas, "env \"a\" {\n migration {\n  dir = var.dir\n }\n}"), ["3 ?"]);
        assert_eq!(
            said(
                flyway_toml,
                "[flyway]\nlocations = [\n \"filesystem:sql\",\n \"classpath:db/migration\"]\n"
            ),
            ["3 sql", "4 src/main/resources/db/migration"]
        );
        assert_eq!(
            said(flyway_conf, "# x\nflyway.locations=filesystem:./a, filesystem:b\n"),
            ["2 ./a", "2 b"]
        );
        assert_eq!(
            said(prisma_config, "export default { migrations: { path: 'db/m' } }"),
            ["1 db/m"]
        );
        assert_eq!(
            said(prisma_config, "export default {\n schema: 'db/s.prisma' }"),
            ["2 db/migrations"]
        );
        assert_eq!(
            said(
                prisma_schema,
                "generator c {\n provider = \"x\"\n}\ndatasource db {\n provider = \"mysql\"\n}\n"
            ),
            ["5 migrations"]
        );
        assert_eq!(said(package_json, "{\"prisma\": {\"schema\": \"db\"}}"), ["1 db/migrations"]);
        assert_eq!(
            said(drizzle, "export default { dialect: 'postgresql', out: './d' }"),
            ["1 ./d"]
        );
        assert_eq!(
            said(drizzle, "export default { dialect: 'sqlite', out: './d' }"),
            ["1 drizzle's migrations are for sqlite"]
        );
        assert_eq!(said(alembic, "[alembic]\nscript_location = %(here)s/alembic\n"), ["2 alembic"]);
        assert_eq!(
            said(hasura, "version: 3\nmetadata_directory: metadata\nmigrations_directory: m\n"),
            ["3 m"]
        );
        assert!(said(hasura, "name: x\n").is_empty());
    }
}
