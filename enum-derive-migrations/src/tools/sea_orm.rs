//! SeaORM, and runners like its own: migrations that are Rust, in the order in which a list has them.
//!
//! `sea-orm-cli migrate init` makes a package with a `lib.rs` that lists the migrations (`MigratorTrait::migrations`,
//! `sea-orm-migration/src/migrator.rs` in 0.8 to 2.0): `vec![Box::new(m20220101_000001_create_table::Migration)]`. Each
//! is a module of its own. Repositories with a runner of their own do the same (`Vec<Box<dyn Migration>>`, as
//! open-msupply in `server/repository/src/migrations/mod.rs`). The name of a migration is that of its file
//! (`DeriveMigrationName`, `sea-orm-macros/src/derives/migration.rs`). Up to 1.1, all that are pending run in one
//! transaction (`exec_with_connection`); in 2.0 each has its own (`exec_up_with` in `migrator/exec.rs`), unless its
//! `use_transaction` gives `Some(false)`.
//!
//! The list is read as text, without a parser for Rust: paths of modules in `Box::new(…)`. What is in the migrations is
//! for [`Options::read_code`](crate::Options::read_code) to say.
//!
//! The history is the table `seaql_migrations` of `seaql_migrations.rs`. There is no lock, and migrations that the list
//! lacks are refused (`get_migration_with_status`).

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer};
use crate::files::{FolderError, Found, Reader, Seen, Sign, whole_files};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::{History, Reaction, Target, Value};

/// The tool.
pub(super) struct SeaOrm;

/// The files that may have the list.
const LISTS: [&str; 4] = ["lib.rs", "mod.rs", "migrator.rs", "main.rs"];

impl Rules for SeaOrm {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let mut rust = seen.files.clone();
        rust.retain(|entry| LISTS.contains(&&*entry.name));
        let heads = seen.heads_of(&rust);
        let list = rust.iter().zip(heads).find(|(_, text)| !listed(text).is_empty());
        list.map(|(entry, _)| Sign::file(&*entry.name))
    }

    fn takes(&self) -> &'static str {
        "the modules that `lib.rs` or `mod.rs` lists in `Box::new(…)`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut lists: Vec<PathBuf> = Vec::new();
        for name in LISTS.iter().filter(|name| reader.exists(name)) {
            lists.push(name.into());
        }
        let sources = reader.read(&lists)?;
        let Some(source) = sources.into_iter().find(|source| !listed(&source.text).is_empty())
        else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for module in listed(&source.text) {
            let path = Path::new(&module.join("/")).to_owned();
            let name = module.last().cloned().unwrap_or_default();
            // One that stands in the list's own file is as unknown as that is.
            let is_inside = module.is_empty()
                || source.text.contains(&format!("mod {name} {{"))
                || source.text.contains(&format!("mod {name}{{"));
            if is_inside {
                let (version, up) = (name.clone(), source.path.clone());
                found.push(Found { key: found.len(), version, name, up, code: true });
                continue;
            }
            let candidates = [path.with_extension("rs"), path.join("mod.rs")];
            match candidates.into_iter().find(|path| reader.exists(path)) {
                Some(up) => found.push(Found {
                    key: found.len(),
                    version: name.clone(),
                    name,
                    up,
                    code: true,
                }),
                None => reader.report(
                    &source.path,
                    format!("the module `{}` of a migration has no file", module.join("::")),
                    "add the file, or take the migration out of the list",
                ),
            }
        }
        // A file of SQL beside them is included by one of them, or is of no migration.
        for path in reader.passed_over()? {
            reader.take(&path);
        }
        let mut paths: Vec<PathBuf> = Vec::with_capacity(found.len());
        for found in &found {
            paths.push(found.up.clone());
        }
        paths.sort();
        paths.dedup();
        paths.retain(|path| *path != source.path);
        let mut uses = HashMap::with_capacity(paths.len() + 1);
        uses.insert(source.path.clone(), Uses::of(&source.text));
        for source in reader.read(&paths)? {
            uses.insert(source.path.clone(), Uses::of(&source.text));
        }
        // The releases that know it run each migration in a transaction of its own.
        if uses.values().any(|uses| *uses != Uses::Default) {
            reader.together = Some(false);
        }
        let loaded = reader.load(Tool::SeaOrm, found, Vec::new())?;
        let mut migrations = whole_files(loaded, &|_| Transaction::Explicit);
        for migration in &mut migrations {
            if uses.get(migration.path()) == Some(&Uses::None) {
                migration.transaction = Transaction::PerStatement;
            }
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running {
            together: true,
            ..Running::each(
                Transaction::Explicit,
                Outside::Asked("give it `use_transaction` with `Some(false)` (SeaORM 2.0)"),
            )
        }
    }

    fn is_transaction_unclear(&self, text: &str) -> bool {
        Uses::of(text) == Uses::Unclear
    }
}

/// What the `use_transaction` of a file says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Uses {
    /// There is none, so that there is a transaction.
    Default,
    /// There is no transaction.
    None,
    /// It is for code to say, or there is more than one.
    Unclear,
}

impl Uses {
    fn of(text: &str) -> Self {
        let mut code = String::new();
        for line in text.lines() {
            code.push_str(line.split("//").next().unwrap_or_default());
            code.push('\n');
        }
        let mut found = code.match_indices("fn use_transaction").map(|(at, name)| at + name.len());
        let Some(end) = found.next() else { return Self::Default };
        let body = code.get(end..).and_then(|rest| rest.split_once('{')?.1.split_once('}'));
        let body: String = body.map_or("", |(body, _)| body).split_whitespace().collect();
        let is_single = found.next().is_none() && code.matches("MigrationTrait for").count() <= 1;
        if is_single && body == "Some(false)" { Self::None } else { Self::Unclear }
    }
}

/// The modules of the migrations that a file lists, in order; nothing if it has no list of them.
fn listed(text: &str) -> Vec<Vec<String>> {
    if !text.contains("dyn ") || !text.contains("Migration") {
        return Vec::new();
    }
    let mut listed = Vec::new();
    for line in text.lines() {
        let code = line.split("//").next().unwrap_or_default();
        for (at, start) in code.match_indices("Box::new(") {
            let rest = code.get(at + start.len()..).unwrap_or_default();
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
            let path = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let mut module: Vec<String> = path.split("::").map(str::to_owned).collect();
            module.retain(|name| !matches!(&**name, "crate" | "self" | "super"));
            // The last is the migration itself; without a module, it stands in the same file or is brought in.
            let migration = module.pop().unwrap_or_default();
            let is_type = migration.starts_with(char::is_uppercase);
            if is_type && module.iter().all(|name| !name.is_empty()) {
                listed.push(module);
            }
        }
    }
    // Something is boxed in many files; modules tell.
    if listed.iter().all(Vec::is_empty) { Vec::new() } else { listed }
}

#[cfg(feature = "write")]
impl Writer for SeaOrm {
    fn write(&self, _slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let how = format!(
            "its migrations are Rust: run `sea-orm-cli migrate generate {}`, and let its `up` pass this to \
             `execute_unprepared`:\n{}",
            draft.slug(),
            draft.up.trim_end()
        );
        Err(WriteError::ByTool { tool: Tool::SeaOrm, how })
    }
}

#[cfg(feature = "history")]
impl History for SeaOrm {
    fn table(&self) -> Option<&'static str> {
        Some("seaql_migrations")
    }

    /// "Migration file of version '…' is missing, this migration has been applied but its file is missing".
    fn on_missing(&self) -> Reaction {
        Reaction::Refuses
    }

    fn row(
        &self,
        migration: &Migration,
        _checksums: &[String],
        target: Target<'_>,
    ) -> Option<(String, Vec<Value>)> {
        let sql = format!(
            "INSERT INTO {} (version, applied_at) VALUES ($1, pg_catalog.date_part('epoch', pg_catalog.now())::pg_catalog.int8)",
            target.table
        );
        Some((sql, vec![("version", migration.version.clone())]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, open, steps, written};

    #[test]
    fn the_list_has_the_order() {
        let list = "mod m1; mod m2;\nimpl MigratorTrait for Migrator {\n fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n  \
                    vec![\n   Box::new(m20240102_000000_b::Migration),\n   // Box::new(m20240103_000000_c::Migration),\n   \
                    Box::new(crate::m20240101_000000_a::Migration), Box::new(gone::Migration)]\n } }";
        let folder = open(&[
            ("lib.rs", list),
            ("m20240101_000000_a.rs", ""),
            ("m20240102_000000_b/mod.rs", ""),
            ("m20240103_000000_c.rs", ""),
            ("main.rs", "fn main() {}"),
            ("sql/a.sql", "included by one of them"),
        ]);
        assert_eq!(folder.tool, Tool::SeaOrm);
        assert!(folder.passed_over.is_empty());
        assert_eq!(
            steps(&folder),
            [
                "m20240102_000000_b Explicit: <m20240102_000000_b/mod.rs>",
                "m20240101_000000_a Explicit: <m20240101_000000_a.rs>"
            ]
        );
        assert_eq!(findings(&folder), ["lib.rs:1: the module `gone` of a migration has no file"]);
    }

    #[test]
    fn what_is_in_the_file_of_the_list() {
        let list = "use m3::Third;\nfn migrations() -> Vec<Box<dyn MigrationTrait>> {\n\
                    vec![Box::new(m1::Migration), Box::new(m2::Migration), Box::new(Third)] }\nmod m1;\nmod m2 { struct Migration; }";
        let folder = open(&[("lib.rs", list), ("m1.rs", ""), ("m3.rs", "")]);
        assert_eq!(
            steps(&folder),
            ["m1 Explicit: <m1.rs>", "m2 Explicit: <lib.rs>", " Explicit: <lib.rs>"]
        );
        assert!(
            open(&[
                ("1_a.sql", ""),
                ("lib.rs", "fn f() -> Box<dyn Migration> { Box::new(Migration) }")
            ])
            .tool
                != Tool::SeaOrm
        );
    }

    #[test]
    fn a_runner_of_the_repositorys_own() {
        let list = "pub fn migrate() { let migrations: Vec<Box<dyn Migration>> = vec![Box::new(v1::V1), Box::new(v2::V2)]; }";
        let folder = open(&[("mod.rs", list), ("v1/mod.rs", ""), ("v2.rs", "")]);
        assert_eq!(folder.tool, Tool::SeaOrm);
        assert_eq!(steps(&folder), ["v1 Explicit: <v1/mod.rs>", "v2 Explicit: <v2.rs>"]);
    }

    #[test]
    fn nothing_is_written() {
        let refused = written(Tool::SeaOrm, &[]);
        assert!(refused[0].contains("`sea-orm-cli migrate generate add_x`"), "{refused:?}");
    }
}
