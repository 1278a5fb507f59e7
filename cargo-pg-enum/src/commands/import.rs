//! `cargo pg-enum import`: writes the enum types of a database as Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::catalog::{self, EnumType};
use crate::database::{Database, READ_ONLY, begin, failed};
use crate::failure::Failure;
use crate::import::source::{self, MARKER};
use crate::import::target::Target;
use crate::import::{enums, overrides};
use crate::text::{count, nearest, type_name};
use crate::{Status, Streams, print};

/// Write a database's types as enums
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
    let (mut types, unreadable) = arguments.database.with(async |connection| {
        begin(connection, READ_ONLY).await?;
        let read = catalog::read(connection).await;
        let (mut types, unreadable) = read.map_err(|error| failed("read the enums", &error))?;
        catalog::spell(connection, &mut types).await?;
        Ok((types, unreadable))
    })?;
    // The types of an extension are created and dropped by the extension.
    types.retain(|found| !found.of_extension);
    arguments.check(&types)?;
    let (enums, left_out) = enums(&types, |found| arguments.wants(found));
    let unreadable: Vec<String> = unreadable
        .iter()
        .map(|name| format!("{name} is left out: it contains text that is not UTF-8"))
        .collect();
    for note in unreadable.iter().chain(&left_out) {
        streams.note(note);
    }
    if types.is_empty() && unreadable.is_empty() {
        streams.note("the database has no enums");
    }
    let text = source::file(&enums, &arguments.derives, &arguments.command());
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
                return writeln!(out, "nothing to do: {} has {enums} already", target.name());
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

    fn wants(&self, found: &EnumType) -> bool {
        self.wants_schema(found)
            && (self.types.is_empty() || self.types.iter().any(|wanted| is_called(found, wanted)))
    }

    fn wants_schema(&self, found: &EnumType) -> bool {
        self.schema.is_empty() || self.schema.contains(&found.schema)
    }

    /// Checks that all given names exist: a wrong name would remove enums from the file.
    fn check(&self, types: &[EnumType]) -> Result<(), Failure> {
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
            if !types.iter().any(|found| found.schema == *schema) {
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
    let EnumType { schema, name: own, .. } = found;
    let qualified = || name.strip_prefix(&**schema)?.strip_prefix('.');
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
