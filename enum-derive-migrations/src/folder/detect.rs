//! Tells whose folder it is.
//!
//! Layouts that belong to one tool alone are looked for first: drizzle's journal, Prisma's lock file,
//! directories with `up.sql` or `migration.sql`, names such as `V1__x.sql`. What remains are numbered
//! files, which say inside whose they are (goose, dbmate), or do not. Then two questions are open, and the
//! order and the parts are the same either way; only the transaction differs:
//!
//! - `.up.sql` and `.down.sql` are sqlx's or golang-migrate's;
//! - `<version>_<description>.sql` is sqlx's or nobody's.
//!
//! The next `Cargo.toml` or `go.mod` above the folder decides, or else what sqlx writes into new files.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::read::{Entry, Reader, decode};
use super::{FolderError, Tool, dbmate, drizzle, flyway, golang_migrate, goose, plain, refinery};

/// So many directories upwards, the folder itself included, are searched for a manifest.
const LEVELS: usize = 7;

/// So many files from either end of the list are looked into.
const SAMPLE: usize = 8;

/// So much of each.
const HEAD: u64 = 16 * 1024;

pub(super) fn tool(reader: &Reader) -> Result<Tool, FolderError> {
    if reader.exists(drizzle::JOURNAL) {
        return Ok(Tool::Drizzle);
    }
    let (directories, files): (Vec<&Entry>, Vec<&Entry>) =
        reader.top.iter().partition(|entry| entry.directory);
    if files.iter().any(|entry| entry.name == "migration_lock.toml") {
        return Ok(Tool::Prisma);
    }
    let directories: Vec<&Entry> =
        directories.into_iter().filter(|entry| !entry.is_hidden()).collect();
    let numbered: Vec<&Entry> = files.iter().copied().filter(|entry| is_numbered(entry)).collect();

    if let Some((tool, path)) = own_directories(reader, &directories) {
        let Some(file) = numbered.first() else { return Ok(tool) };
        let seen = format!("`{path}` is {tool}'s, but `{}` beside it is not", file.name);
        return Err(FolderError::Ambiguous { root: reader.root.clone(), seen });
    }

    let below = below(reader, &directories);
    let named = |entry: &&Entry| flyway::matches(entry) || refinery::matches(entry);
    if numbered.is_empty() || files.iter().any(named) {
        let named: Vec<&Entry> = files.iter().copied().chain(&below).filter(named).collect();
        if !named.is_empty() {
            let all: Vec<&Entry> = files.iter().copied().chain(&below).collect();
            return Ok(flyway_or_refinery(reader, &named, &all));
        }
    }

    let sql: Vec<&Entry> =
        files.iter().copied().filter(|entry| plain::is_sql(&entry.name)).collect();
    let texts = heads(reader, &sql);
    if texts.iter().any(|text| goose::marks(text)) {
        return Ok(Tool::Goose);
    }
    if texts.iter().any(|text| dbmate::marks(text)) {
        return Ok(Tool::Dbmate);
    }
    if !numbered.is_empty() {
        return Ok(of_numbered(reader, &numbered, &texts));
    }
    if files.iter().any(|entry| goose::is_code(entry)) {
        return Ok(Tool::Goose);
    }
    if texts.iter().any(|text| plain::marks(text)) || by_number_below(&directories, &below) {
        return Ok(Tool::Plain);
    }
    match sql.first() {
        None => Err(FolderError::NoMigrations(reader.root.clone())),
        // A number anywhere in every name is an order that somebody meant.
        Some(_) if sql.iter().all(|entry| entry.name.contains(|c: char| c.is_ascii_digit())) => {
            Ok(Tool::Plain)
        }
        Some(file) => {
            let seen = format!("`{}` has no number that would say when it is applied", file.name);
            Err(FolderError::Ambiguous { root: reader.root.clone(), seen })
        }
    }
}

/// `20240101_x.sql` and `1_x.up.sql`.
fn is_numbered(entry: &Entry) -> bool {
    entry.name.starts_with(|char: char| char.is_ascii_digit()) && plain::is_sql(&entry.name)
}

/// The tools that give each migration a directory.
fn own_directories(reader: &Reader, directories: &[&Entry]) -> Option<(Tool, String)> {
    directories.iter().find_map(|directory| {
        let has = |file: &str| reader.exists(directory.path.join(file));
        let (tool, file) = if has("up.sql") {
            (Tool::Diesel, "up.sql")
        } else if !has("migration.sql") {
            return None;
        } else if has("snapshot.json") {
            (Tool::Drizzle, "migration.sql")
        } else {
            (Tool::Prisma, "migration.sql")
        };
        Some((tool, format!("{}/{file}", directory.name)))
    })
}

/// The files one level down. Deeper ones, should they be the only ones, are not looked for: a folder that
/// far up is hardly the one that was meant.
fn below(reader: &Reader, directories: &[&Entry]) -> Vec<Entry> {
    let lists = directories.iter().filter_map(|directory| reader.list(&directory.path).ok());
    lists.flatten().filter(|entry| !entry.directory).collect()
}

/// Whether the root has nothing but directories with numbered files, and these are numbered themselves.
fn by_number_below(directories: &[&Entry], below: &[Entry]) -> bool {
    below.iter().any(is_numbered)
        && directories.iter().any(|entry| entry.name.contains(|char: char| char.is_ascii_digit()))
}

/// Both have `V1__x.sql`. refinery has migrations in Rust and a `U` that stands for itself; all that it
/// would refuse or pass over is Flyway's. If nothing of that is there, the answer differs in nothing.
fn flyway_or_refinery(reader: &Reader, named: &[&Entry], all: &[&Entry]) -> Tool {
    let rust = |entry: &&Entry| {
        entry.name == "mod.rs" || (refinery::matches(entry) && !plain::is_sql(&entry.name))
    };
    if all.iter().any(rust) {
        return Tool::Refinery;
    }
    let parsed: Vec<_> = named.iter().filter_map(|entry| flyway::parse(&entry.name)).collect();
    let versions = |prefix| -> BTreeSet<&str> {
        parsed.iter().filter(|name| name.prefix == prefix).map(|name| name.version).collect()
    };
    let (ups, undos) = (versions('V'), versions('U'));
    if parsed.iter().any(|name| name.code || matches!(name.prefix, 'R' | 'B'))
        || named.iter().any(|entry| !refinery::matches(entry))
        || all.iter().any(|entry| entry.name.ends_with(".sql.conf"))
        || !ups.is_disjoint(&undos)
    {
        return Tool::Flyway;
    }
    // What undoes nothing is no undo.
    if !undos.is_empty() {
        return Tool::Refinery;
    }
    match manifest(reader) {
        Some(Manifest::Cargo) if !heads(reader, named).iter().any(|text| text.contains("${")) => {
            Tool::Refinery
        }
        _ => Tool::Flyway,
    }
}

/// Numbered files that do not say whose they are.
fn of_numbered(reader: &Reader, numbered: &[&Entry], texts: &[String]) -> Tool {
    let written_by_sqlx = texts.iter().any(|text| {
        text.starts_with("-- no-transaction")
            || ["-- Add migration script here", "-- Add up migration script here"]
                .iter()
                .any(|line| text.starts_with(line))
    });
    let both_ways = numbered.iter().filter(|entry| golang_migrate::matches(entry)).count();
    let sqlx = written_by_sqlx || manifest(reader) == Some(Manifest::Cargo);
    if both_ways > 0 {
        // golang-migrate passes over all other names, and then they are not there by its rules.
        let all = both_ways == numbered.len() || manifest(reader) == Some(Manifest::Go);
        return if !sqlx && all { Tool::GolangMigrate } else { Tool::Sqlx };
    }
    if sqlx && fits_sqlx(numbered) { Tool::Sqlx } else { Tool::Plain }
}

/// Whether sqlx could apply the files: `2024-01-01_x.sql` it refuses, and with `20240101_120000_x.sql` every
/// file of a day would have one version.
fn fits_sqlx(numbered: &[&Entry]) -> bool {
    let mut versions = HashSet::new();
    numbered.iter().all(|entry| {
        entry.name.split_once('_').is_some_and(|(version, rest)| {
            let new = version.parse::<i64>().map(|version| versions.insert(version));
            new.is_ok_and(|new| new || !rest.starts_with(|char: char| char.is_ascii_digit()))
        })
    })
}

/// What stands at the top of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manifest {
    Cargo,
    Go,
}

/// The nearest manifest above the folder. Where both are side by side, neither says anything.
fn manifest(reader: &Reader) -> Option<Manifest> {
    let root = fs::canonicalize(&reader.root).ok()?;
    root.ancestors().take(LEVELS).find_map(|directory| {
        let has = |name: &str| Path::is_file(&directory.join(name));
        match (has("Cargo.toml"), has("go.mod")) {
            (true, false) => Some(Manifest::Cargo),
            (false, true) => Some(Manifest::Go),
            _ => None,
        }
    })
}

/// How some of the files begin.
fn heads(reader: &Reader, files: &[&Entry]) -> Vec<String> {
    let rest = files.get(SAMPLE..).unwrap_or_default();
    let last = rest.get(rest.len().saturating_sub(SAMPLE)..).unwrap_or_default();
    let sample = files.iter().take(SAMPLE).chain(last);
    let head = |entry: &&Entry| {
        let mut head = Vec::new();
        let file = fs::File::open(reader.root.join(&entry.path)).ok()?;
        file.take(HEAD).read_to_end(&mut head).ok()?;
        Some(decode(head).0)
    };
    sample.filter_map(head).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Folder;
    use super::super::testing::{detected, folder, open};
    use super::*;

    /// The tool for a folder in a project with such a manifest.
    fn within(manifest: &str, files: &[(&str, &str)]) -> Tool {
        let project = folder(&[(manifest, ""), ("db/migrations/", "")]);
        let root = project.path().join("db/migrations");
        for (path, text) in files {
            fs::write(root.join(path), text).expect("a file");
        }
        Folder::open(root).expect("a readable folder").tool
    }

    #[test]
    fn layouts_of_one_tool() {
        assert_eq!(detected(&[("meta/_journal.json", r#"{"entries": []}"#)]), "drizzle");
        assert_eq!(detected(&[("1_a/migration.sql", ""), ("1_a/snapshot.json", "")]), "drizzle");
        assert_eq!(detected(&[("migration_lock.toml", "")]), "prisma");
        assert_eq!(detected(&[("1_a/migration.sql", "")]), "prisma");
        assert_eq!(detected(&[("1_a/up.sql", ""), ("README.md", "")]), "diesel");
        assert_eq!(detected(&[("1_a.sql", "-- +goose Up\n")]), "goose");
        assert_eq!(detected(&[("1_a.go", "")]), "goose");
        assert_eq!(detected(&[("1_a.sql", "\u{FEFF}-- c\n-- migrate:up\n")]), "dbmate");
        assert_eq!(detected(&[("1_a.sql", "-- +migrate Up\n")]), "plain");
        assert_eq!(detected(&[("a.sql", "-- Down Migration\n")]), "plain");
        assert_eq!(detected(&[("m1.sql", ""), ("m2.sql", "")]), "plain");
        assert_eq!(detected(&[("2023/1.sql", "")]), "plain");
        assert_eq!(detected(&[("1.sql", ""), ("schema.sql", "")]), "plain");
    }

    #[test]
    fn flyway_and_refinery() {
        assert_eq!(detected(&[("V1__a.rs", ""), ("mod.rs", ""), ("V2__b.sql", "")]), "refinery");
        assert_eq!(detected(&[("V1__a.sql", ""), ("U2__b.sql", "")]), "refinery");
        for other in [
            "R__a.sql",
            "B2__a.sql",
            "U1__a.sql",
            "V1_1__a.sql",
            "V1.1__a.sql",
            "V2__a-b.sql",
            "V2__A.java",
        ] {
            assert_eq!(
                within("Cargo.toml", &[("V1__a.sql", ""), (other, "")]),
                Tool::Flyway,
                "{other}"
            );
        }
        assert_eq!(detected(&[("migration/V1__a.sql", ""), ("views/R__b.sql", "")]), "flyway");
        assert_eq!(within("Cargo.toml", &[("V1__a.sql", "SELECT ${x};")]), Tool::Flyway);
        assert_eq!(within("Cargo.toml", &[("V1__a.sql", "")]), Tool::Refinery);
        assert_eq!(within("pom.xml", &[("V1__a.sql", "")]), Tool::Flyway);
    }

    #[test]
    fn numbered_files_by_their_surroundings() {
        let both = [("1_a.up.sql", ""), ("1_a.down.sql", "")];
        assert_eq!(within("Cargo.toml", &both), Tool::Sqlx);
        assert_eq!(within("go.mod", &both), Tool::GolangMigrate);
        assert_eq!(within("package.json", &both), Tool::GolangMigrate);
        let plain = [("20240101000000_a.sql", "")];
        assert_eq!(within("Cargo.toml", &plain), Tool::Sqlx);
        assert_eq!(within("go.mod", &plain), Tool::Plain);
        assert_eq!(detected(&[("1_a.sql", "-- Add migration script here\n")]), "sqlx");
        // What golang-migrate would not see.
        assert_eq!(detected(&[("1_a.up.sql", ""), ("2_b.sql", "")]), "sqlx");
        // What sqlx would refuse.
        assert_eq!(within("Cargo.toml", &[("2024-01-01_a.sql", "")]), Tool::Plain);
        let times = [("20240101_120000_a.sql", ""), ("20240101_120001_b.sql", "")];
        assert_eq!(within("Cargo.toml", &times), Tool::Plain);
        // A mistake is a mistake in sqlx's folder.
        let twice = [("20240101_a.sql", ""), ("20240101_b.sql", "")];
        assert_eq!(within("Cargo.toml", &twice), Tool::Sqlx);
    }

    #[test]
    fn what_cannot_be_told() {
        let nothing = "nothing in ROOT looks like a migration; if that is as it should be, name the tool \
                       with --tool NAME (sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, \
                       prisma, drizzle, plain)";
        assert_eq!(detected(&[]), nothing);
        assert_eq!(detected(&[("README.md", ""), ("src/lib.rs", ""), (".gitkeep", "")]), nothing);
        let unordered = detected(&[("schema.sql", ""), ("seed.sql", "")]);
        assert!(
            unordered.starts_with(
                "cannot tell which tool reads ROOT: `schema.sql` has no number that would say when it is \
                 applied; name it with --tool NAME (sqlx, "
            ),
            "{unordered}"
        );
        let mixed = detected(&[("1_a/up.sql", ""), ("2_b.sql", "")]);
        assert!(
            mixed.contains("`1_a/up.sql` is diesel's, but `2_b.sql` beside it is not"),
            "{mixed}"
        );
    }

    #[test]
    fn markers_in_utf_16() {
        let root = folder(&[]);
        let text = "-- migrate:up\n".encode_utf16().flat_map(u16::to_le_bytes);
        let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text).collect();
        fs::write(root.path().join("1_a.sql"), bytes).expect("a file");
        assert_eq!(Folder::open(root.path()).expect("a readable folder").tool, Tool::Dbmate);
    }

    #[test]
    fn a_few_files_stand_for_many() {
        let mut files: Vec<(String, &str)> =
            (1..=100).map(|n| (format!("{n:03}_x.sql"), "")).collect();
        files[99].1 = "-- +goose Up\n";
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        assert_eq!(open(&files).tool, Tool::Goose);
    }
}
