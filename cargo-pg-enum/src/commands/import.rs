//! `cargo pg-enum import`: writes the enum types of a database as Rust, and its tables.

use std::env;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;

use pg_enum_migrations::folder::Tool;

use crate::catalog::{self, EnumType};
use crate::database::{Database, READ_ONLY, begin, failed};
use crate::failure::Failure;
use crate::import::columns::{CRATES, Types};
use crate::import::source::{self, MARKER};
use crate::import::structs::structs;
use crate::import::tables::{self, Table};
use crate::import::target::Target;
use crate::import::{Enum, enums, overrides, retired};
use crate::manifest::Manifest;
use crate::text::{count, nearest, type_name};
use crate::{Status, Streams, print};

/// Write a database's types as enums
///
/// With `--models`, also its tables as structs that derive `PgModel`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    database: Database,
    /// Import only the types in these schemas
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    schema: Vec<String>,
    /// Import only this type, by name or as schema.name; can be repeated
    #[arg(long = "type", value_name = "NAME")]
    types: Vec<String>,
    /// Also derive this trait; can be repeated
    #[arg(long = "derive", value_name = "TRAIT", value_parser = path)]
    derives: Vec<String>,
    /// Also write a struct for each table
    #[arg(long)]
    models: bool,
    /// Write a struct for this table only, by name or as schema.name; can be repeated
    #[arg(long = "table", value_name = "NAME", requires = "models")]
    tables: Vec<String>,
    /// Also derive this trait for structs, as `sqlx::FromRow`; can be repeated
    #[arg(long = "derive-model", value_name = "TRAIT", value_parser = path, requires = "models")]
    model_derives: Vec<String>,
    /// Use the types of these crates for columns; by default, of those that the package depends on
    #[arg(
        long = "types-of",
        value_name = "CRATE,…",
        value_delimiter = ',',
        value_parser = PossibleValuesParser::new(CRATES),
        requires = "models"
    )]
    types_of: Vec<String>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file even if this command did not generate it
    #[arg(long, requires = "out")]
    force: bool,
    /// Add the type overrides for sqlx's macros to this `sqlx.toml`
    #[arg(long, value_name = "FILE")]
    sqlx_toml: Option<PathBuf>,
    /// The module of the enums, for `--sqlx-toml`; by default derived from `--out`, or `crate::enums`
    #[arg(long, value_name = "PATH", requires = "sqlx_toml", value_parser = path)]
    module: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    // Report a file that cannot be written before connecting to the database.
    let out = arguments.out()?;
    let sqlx_toml = arguments.sqlx_toml.as_deref().map(Target::new).transpose()?;
    let crates = if arguments.models { arguments.crates()? } else { Vec::new() };
    let (types, unreadable, tables) = arguments.database.with(async |connection| {
        begin(connection, READ_ONLY).await?;
        let read = catalog::read(connection).await;
        let (mut types, mut unreadable) = read.map_err(|error| failed("read the enums", &error))?;
        catalog::spell(connection, &mut types).await?;
        // The types of an extension are created and dropped by the extension.
        types.retain(|found| !found.of_extension);
        let mut tables = Vec::new();
        if arguments.models {
            let (read, unread) = tables::read(connection).await?;
            tables = read;
            unreadable.extend(unread);
        }
        // Last, because the query changes `search_path` for the transaction.
        retired::find(connection, &mut types).await?;
        Ok((types, unreadable, tables))
    })?;
    arguments.check(&types, &tables)?;
    let (enums, left_out) = enums(&types, |found| arguments.wants(found));
    let unreadable: Vec<String> = unreadable
        .iter()
        .map(|name| format!("{name} is left out: it contains text that is not UTF-8"))
        .collect();
    for note in unreadable.iter().chain(&left_out) {
        streams.note(note);
    }
    if types.is_empty() && tables.is_empty() && unreadable.is_empty() {
        let nothing = if arguments.models { "enums and no tables" } else { "enums" };
        streams.note(&format!("the database has no {nothing}"));
    }
    let (text, models) = arguments.source(&enums, &tables, crates, streams);
    let edited = match &sqlx_toml {
        Some(target) => {
            let old = target.old().unwrap_or_default();
            let (text, notes) = overrides::edit(old, &target.name(), &enums, &arguments.module())?;
            for note in &notes {
                streams.note(note);
            }
            Some((target, text))
        }
        None => None,
    };

    let mut written = Vec::new();
    match &out {
        Some(target) if target.write(&text)? => written.push(target.name()),
        Some(_) => {}
        None => print(streams, |out| out.write_all(text.as_bytes()))?,
    }
    if let Some((target, text)) = edited
        && target.write(&text)?
    {
        written.push(target.name());
    }
    match out {
        // Standard output is the generated file.
        None => written.iter().for_each(|name| streams.note(&format!("{name} was written"))),
        Some(target) => print(streams, |out| {
            if written.is_empty() {
                let enums = count(enums.len(), "enum");
                let all = if arguments.models {
                    format!("{enums} and {}", count(models, "model"))
                } else {
                    enums
                };
                return writeln!(out, "nothing to do: {} has {all} already", target.name());
            }
            written.iter().try_for_each(|name| writeln!(out, "{name}"))
        })?,
    }
    Ok(Status::Clean)
}

impl Arguments {
    /// The file, which must be one that this command has generated.
    fn out(&self) -> Result<Option<Target>, Failure> {
        let Some(path) = self.out.as_deref().filter(|path| *path != Path::new("-")) else {
            return Ok(None);
        };
        let target = Target::new(path)?;
        let old = target.old().unwrap_or_default();
        if !self.force && !old.starts_with(MARKER) && !old.trim().is_empty() {
            return Err(Failure::new(format!("{} was not written by this command", target.name()))
                .with_help("choose another file, or add --force to overwrite it"));
        }
        Ok(Some(target))
    }

    /// The text of the file, and the number of structs in it.
    fn source(
        &self,
        enums: &[Enum<'_>],
        tables: &[Table],
        crates: Vec<&'static str>,
        streams: &mut Streams<'_>,
    ) -> (String, usize) {
        for table in tables.iter().filter(|table| self.wants_table(table)) {
            if let Some(why) = self.unfit(table) {
                streams.note(&format!("{} is left out: {why}", table.full_name()));
            }
        }
        let wants = |table: &Table| self.wants_table(table) && self.unfit(table).is_none();
        let structs = structs(tables, wants, enums);
        let mut text = source::file(enums, !structs.is_empty(), &self.derives, &self.command());
        let idents = enums.iter().map(|item| &item.ident);
        let hidden = idents.chain(structs.iter().map(|item| &item.ident)).cloned().collect();
        let types = Types { enums, crates, hidden };
        let mut left_out = 0;
        for item in &structs {
            text.push('\n');
            left_out += item.write(&types, &self.model_derives, &mut text);
        }
        if left_out > 0 {
            let are = if left_out == 1 { "is" } else { "are" };
            let columns = format!("{} {are}", count(left_out, "column"));
            streams
                .note(&format!("{columns} left out, with the reason in a comment of the struct"));
        }
        (text, structs.len())
    }

    /// The crates whose types columns may have.
    fn crates(&self) -> Result<Vec<&'static str>, Failure> {
        if !self.types_of.is_empty() {
            let given = |name: &&'static str| self.types_of.iter().any(|given| given == name);
            return Ok(CRATES.into_iter().filter(given).collect());
        }
        let folder = self.out.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        let from = env::current_dir().unwrap_or_default().join(folder);
        for dir in from.ancestors() {
            if let Some(manifest) = Manifest::read(&dir.join("Cargo.toml"))? {
                let has = |name: &&'static str| manifest.key_of(name).is_some();
                return Ok(CRATES.into_iter().filter(has).collect());
            }
        }
        Ok(Vec::new())
    }

    /// The reason why no struct is written for a table.
    fn unfit(&self, table: &Table) -> Option<&'static str> {
        if table.columns.is_empty() {
            return Some("it has no columns");
        }
        let is_tools = Tool::ALL.iter().any(|tool| tool.history().table() == Some(&*table.name));
        // No migration creates it.
        (is_tools && self.tables.is_empty()).then_some("it is the table of a migration tool")
    }

    fn wants_table(&self, table: &Table) -> bool {
        if self.tables.is_empty() {
            return self.schema.is_empty() || self.schema.contains(&table.schema);
        }
        self.tables.iter().any(|wanted| is_named(&table.schema, &table.name, wanted))
    }

    fn wants(&self, found: &EnumType) -> bool {
        self.wants_schema(found)
            && (self.types.is_empty() || self.types.iter().any(|wanted| is_called(found, wanted)))
    }

    fn wants_schema(&self, found: &EnumType) -> bool {
        self.schema.is_empty() || self.schema.contains(&found.schema)
    }

    /// Checks that all given names exist: a wrong name would remove enums from the file.
    fn check(&self, types: &[EnumType], tables: &[Table]) -> Result<(), Failure> {
        let unknown = |what: String, wanted: &str, known: Vec<String>| {
            let failure = Failure::new(what);
            match nearest(wanted, known.iter().map(String::as_str)) {
                Some(near) => failure.with_help(format!("the nearest is `{near}`")),
                None => {
                    failure.with_help("the database has no enums: check that it is the right one")
                }
            }
        };
        for schema in &self.schema {
            if !types.iter().any(|found| found.schema == *schema)
                && !tables.iter().any(|table| table.schema == *schema)
            {
                let known = types.iter().map(|found| found.schema.clone()).collect();
                return Err(unknown(format!("no enum is in the schema `{schema}`"), schema, known));
            }
        }
        let types = || types.iter().filter(|found| self.wants_schema(found));
        for name in &self.types {
            if !types().any(|found| is_called(found, name)) {
                let qualified = name.contains('.');
                let known = types().map(|found| {
                    let schema =
                        if qualified { format!("{}.", found.schema) } else { String::new() };
                    schema + &found.name
                });
                let what = format!("no enum type is called `{name}`");
                return Err(unknown(what, name, known.collect()));
            }
        }
        for name in &self.tables {
            if !tables.iter().any(|table| is_named(&table.schema, &table.name, name)) {
                let known: Vec<String> = tables.iter().map(Table::full_name).collect();
                let failure = Failure::new(format!("no table is called `{name}`"));
                return Err(match nearest(name, known.iter().map(String::as_str)) {
                    Some(near) => failure.with_help(format!("the nearest is `{near}`")),
                    None => failure
                        .with_help("the database has no tables: check that it is the right one"),
                });
            }
        }
        Ok(())
    }

    /// The same command without the database URL, which differs between users.
    fn command(&self) -> String {
        let mut command = "cargo pg-enum import".to_owned();
        let mut add = |option: &str, value: &str| {
            // Writing to a string does not fail.
            let _ = write!(command, " {option} {}", shell(value));
        };
        if !self.schema.is_empty() {
            add("--schema", &self.schema.join(","));
        }
        self.types.iter().for_each(|name| add("--type", name));
        self.derives.iter().for_each(|name| add("--derive", name));
        if self.models {
            command += " --models";
        }
        let mut add = |option: &str, value: &str| {
            // Writing to a string does not fail.
            let _ = write!(command, " {option} {}", shell(value));
        };
        self.tables.iter().for_each(|name| add("--table", name));
        self.model_derives.iter().for_each(|name| add("--derive-model", name));
        if !self.types_of.is_empty() {
            add("--types-of", &self.types_of.join(","));
        }
        let paths = [("--out", &self.out), ("--sqlx-toml", &self.sqlx_toml)];
        for (option, path) in paths {
            if let Some(path) = path.as_deref().filter(|path| *path != Path::new("-")) {
                add(option, &path.to_string_lossy());
            }
        }
        if let Some(module) = &self.module {
            add("--module", module);
        }
        command
    }

    fn module(&self) -> String {
        let file = || module_of(self.out.as_deref()?);
        self.module.clone().or_else(file).unwrap_or_else(|| "crate::enums".to_owned())
    }
}

/// The module path of a file, derived from its path.
fn module_of(file: &Path) -> Option<String> {
    let stem = file.with_extension("");
    let parts: Option<Vec<&str>> = stem.iter().map(|part| part.to_str()).collect();
    let parts = parts?;
    let src = parts.iter().rposition(|part| *part == "src")?;
    let mut below = parts[src + 1..].to_vec();
    below.pop_if(|last| matches!(*last, "mod" | "lib" | "main"));
    path(&below.iter().fold("crate".to_owned(), |path, module| path + "::" + module)).ok()
}

fn is_called(found: &EnumType, name: &str) -> bool {
    is_named(&found.schema, &found.name, name)
}

/// Whether this is the name of something: with or without the schema.
fn is_named(schema: &str, own: &str, name: &str) -> bool {
    let qualified = || name.strip_prefix(schema)?.strip_prefix('.');
    own == name || qualified() == Some(own) || type_name(schema, own) == name
}

/// A path of names, as in `serde::Serialize`.
fn path(text: &str) -> Result<String, String> {
    let word = |word: &str| {
        let word = word.strip_prefix("r#").unwrap_or(word);
        let mut chars = word.chars();
        chars.next().is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c))
            && chars.all(unicode_ident::is_xid_continue)
    };
    let path = text.strip_prefix("::").unwrap_or(text);
    if path.split("::").all(word) {
        Ok(text.to_owned())
    } else {
        Err("it is not a Rust path, such as serde::Serialize".to_owned())
    }
}

/// A word, quoted for a shell if necessary.
fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_module() {
        let module = |file: &str| module_of(Path::new(file));
        for (file, expected) in [
            ("src/enums.rs", "crate::enums"),
            ("./crates/app/src/db/types.rs", "crate::db::types"),
            ("src/db/mod.rs", "crate::db"),
            ("src/lib.rs", "crate"),
        ] {
            assert_eq!(module(file).as_deref(), Some(expected));
        }
        assert_eq!(module("generated.rs"), None);
        assert_eq!(module("src/my-enums.rs"), None);
    }

    #[test]
    fn a_path_is_one() {
        assert!(
            ["Hash", "serde::Serialize", "::serde::Serialize", "r#type::T"]
                .map(path)
                .iter()
                .all(Result::is_ok)
        );
        assert!(["", "a b", "a::", "Hash)", "a:b", "1"].map(path).iter().all(Result::is_err));
    }

    #[test]
    fn a_command_can_be_copied() {
        assert_eq!(shell("src/a.rs"), "src/a.rs");
        assert_eq!(shell("it's"), r"'it'\''s'");
        assert_eq!(shell(""), "''");
    }
}
