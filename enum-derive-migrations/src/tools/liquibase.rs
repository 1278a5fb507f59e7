//! Liquibase: formatted SQL with `--changeset <author>:<id>`.
//!
//! The rules are those of liquibase/liquibase, `FormattedSqlChangeLogParser.java` and its base class: a file begins with
//! `--liquibase formatted sql`; each changeset begins with its line and ends at the next one; `--rollback …` and blocks of
//! `liquibase rollback` are comments to the server. A changeset runs in a transaction unless it has
//! `runInTransaction:false` (`liquibase/changelog/ChangeSet.java`, `execute`), and only where its `dbms` has PostgreSQL.
//! `${name}` is replaced everywhere.
//!
//! Which file comes when, a changelog says that includes them (XML, YAML, JSON): where there is one in the folder, files
//! come in the order in which it first names them; the others, and all without one, by their paths, as `includeAll` has
//! them. A changelog with changesets of its own is a program here. The history is not read.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{
    Draft, NewFile, Prepared, Slate, WriteError, Writer, ended, is_cut_at_semicolons,
    number::{self, First},
};
use crate::files::{Body, Entry, FolderError, Found, Loaded, Rank, Reader, Seen, Sign};
use crate::ground::{Migration, Part, Script, Source, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

/// The tool.
pub(super) struct Liquibase;

impl Rules for Liquibase {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let below: Vec<&Entry> = seen.below().iter().filter(|entry| entry.is_sql()).collect();
        let marked = seen.heads().iter().any(|text| is_formatted(text))
            || seen.sql().is_empty() && seen.heads_of(&below).iter().any(|text| is_formatted(text));
        marked.then(|| Sign::new(Rank::Marks, "`--liquibase formatted sql`"))
    }

    fn takes(&self) -> &'static str {
        "files that begin with `--liquibase formatted sql`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let files = reader.walk(&|directory| !directory.is_hidden())?;
        let changelogs: Vec<PathBuf> = files
            .iter()
            .filter(|entry| is_changelog(&entry.name))
            .map(|entry| entry.path.clone())
            .collect();
        let changelogs: Vec<Arc<Source>> = reader
            .read(&changelogs)?
            .into_iter()
            .filter(|source| source.text.contains("databaseChangeLog"))
            .collect();
        let named = |entry: &Entry| {
            let positions = changelogs.iter().enumerate();
            let mut positions =
                positions.filter_map(|(index, log)| Some((index, log.text.find(&entry.name)?)));
            positions.next().unwrap_or((usize::MAX, 0))
        };
        let mut found = Vec::new();
        for entry in files.into_iter().filter(Entry::is_sql) {
            let key = (named(&entry), entry.path.clone());
            found.push(Found::sql(key, String::new(), entry));
        }
        let mut migrations = Vec::new();
        for changelog in &changelogs {
            if ["<changeSet", "changeSet:", "\"changeSet\""]
                .iter()
                .any(|own| changelog.text.contains(own))
            {
                migrations.push(Migration {
                    version: changelog.path.display().to_string(),
                    name: changelog.path.display().to_string(),
                    up: Part::Code(changelog.path.clone()),
                    down: None,
                    transaction: Transaction::Explicit,
                });
            }
        }
        for Loaded { name, up, .. } in reader.load(Tool::Liquibase, found, Vec::new())? {
            let Body::Sql(source) = up else { continue };
            if !is_formatted(&source.text) {
                reader.leave(&source.path);
                continue;
            }
            for changeset in changesets(&source.text) {
                let range = without_rollback(&source.text, changeset.range);
                let script = Script { source: Arc::clone(&source), range };
                migrations.push(Migration {
                    version: changeset.id,
                    name: name.clone(),
                    up: Part::Sql(script),
                    down: None,
                    transaction: changeset.transaction,
                });
            }
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running {
            placeholders: true,
            ..Running::each(
                Transaction::Explicit,
                Outside::Asked("put it into a changeset of its own with `runInTransaction:false`"),
            )
        }
    }
}

fn is_formatted(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let words = comment(first).unwrap_or_default();
    words.to_ascii_lowercase().starts_with("liquibase formatted sql")
}

fn is_changelog(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["xml", "yaml", "yml", "json"].contains(&extension)
}

/// What stands behind the dashes of a comment.
fn comment(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("--").map(str::trim)
}

/// A changeset of a file.
struct Changeset {
    id: String,
    range: Range<usize>,
    transaction: Transaction,
}

/// The changesets that run on PostgreSQL.
fn changesets(text: &str) -> Vec<Changeset> {
    let mut found: Vec<Changeset> = Vec::new();
    let mut is_open = false;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let Some(rest) = comment(line).and_then(changeset) else { continue };
        if is_open && let Some(last) = found.last_mut() {
            last.range.end = start;
        }
        let option = |name: &str| {
            let at = rest.to_ascii_lowercase().find(&name.to_ascii_lowercase())?;
            let value = rest.get(at + name.len()..)?;
            let value = value.strip_prefix('"').map_or_else(
                || value.split_whitespace().next().unwrap_or_default(),
                |quoted| quoted.split('"').next().unwrap_or_default(),
            );
            Some(value.to_ascii_lowercase())
        };
        is_open = option("dbms:").is_none_or(|dbms| has_postgresql(&dbms));
        if is_open {
            let id = rest.split_whitespace().next().unwrap_or_default().to_owned();
            let without = option("runInTransaction:").is_some_and(|value| value == "false");
            let transaction =
                if without { Transaction::PerStatement } else { Transaction::Explicit };
            found.push(Changeset { id, range: end..text.len(), transaction });
        }
    }
    found
}

/// The range without the lines at its end that say what undoes it.
fn without_rollback(text: &str, range: Range<usize>) -> Range<usize> {
    let mut end = range.end;
    for line in text.get(range.clone()).unwrap_or_default().split_inclusive('\n').rev() {
        let is_rollback = comment(line).is_some_and(|comment| {
            comment.get(.."rollback".len()).is_some_and(|it| it.eq_ignore_ascii_case("rollback"))
        });
        if !is_rollback && !line.trim().is_empty() {
            break;
        }
        end -= line.len();
    }
    range.start..end
}

/// What stands behind the word that begins a changeset.
fn changeset(comment: &str) -> Option<&str> {
    let (word, rest) = comment.split_once(char::is_whitespace)?;
    (word.eq_ignore_ascii_case("changeset") && rest.contains(':')).then(|| rest.trim())
}

/// Whether a list of databases has PostgreSQL: `h2, postgresql`, `!mysql`, `all`.
fn has_postgresql(list: &str) -> bool {
    let names: Vec<&str> = list.split(',').map(str::trim).collect();
    if names.iter().any(|name| matches!(*name, "none" | "!postgresql")) {
        return false;
    }
    names.iter().any(|name| matches!(*name, "postgresql" | "all") || name.starts_with('!'))
}

#[cfg(feature = "write")]
impl Writer for Liquibase {
    /// A file after the last, with one changeset. The way down is in comments, as the format has it.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        if draft.up.contains("${") {
            let reason = "it replaces what stands in `${…}`".to_owned();
            return Err(WriteError::Text { tool: Tool::Liquibase, reason });
        }
        let slug = draft.slug();
        let last = slate
            .migrations
            .last()
            .and_then(|last| PathBuf::from(&last.name).file_name()?.to_str().map(str::to_owned));
        let number = last.as_deref().map(|name| {
            let digits = name.bytes().take_while(u8::is_ascii_digit).count();
            name.get(..number::time_prefix(name).max(digits)).unwrap_or_default()
        });
        let beside = slate.beside_last().to_owned();
        let (_, paths) = slate.place(number, First::Time, |version| {
            vec![beside.join(format!("{version}_{slug}.sql"))]
        })?;
        let up = ended(&draft.up);
        let down: Vec<&str> = draft.down.trim().lines().collect();
        let down = format!("--rollback {}\n", down.join("\n--rollback "));
        let body = format!("{up}{down}");
        let version = format!("pg-enum:{slug}");
        // It cuts statements at semicolons, even within a block.
        let options = if is_cut_at_semicolons(&draft.up) { " splitStatements:false" } else { "" };
        let text = format!("--liquibase formatted sql\n\n--changeset {version}{options}\n{body}");
        let files = paths.into_iter().map(|path| NewFile::new(path, text.as_str())).collect();
        Ok(Prepared { version, files, up, down: None })
    }

    fn left_out(&self) -> Option<&'static str> {
        Some(
            "a changelog that includes each file by its name is left as it is: add the new one to it",
        )
    }
}

/// What it records is not read.
#[cfg(feature = "history")]
impl History for Liquibase {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{names, open, open_as, steps, written};

    #[test]
    fn changesets_of_a_file() {
        let folder = open(&[(
            "1.sql",
            "--liquibase formatted sql\n\n--changeset bob:1\na;\n--rollback b;\n\
             -- ChangeSet bob:2 runInTransaction:false\nc;\n\
             --changeset bob:3 dbms:mysql\nd;\n--changeset bob:4 dbms:\"h2, postgresql\"\ne;\n",
        )]);
        assert_eq!(folder.tool, Tool::Liquibase);
        assert_eq!(
            steps(&folder),
            ["bob:1 Explicit: a;", "bob:2 PerStatement: c;", "bob:4 Explicit: e;"]
        );
    }

    #[test]
    fn a_changelog_has_the_order() {
        let text = "--liquibase formatted sql\n--changeset a:1\na;";
        let folder = open_as(
            Tool::Liquibase,
            &[
                ("changes/a.sql", text),
                ("changes/b.sql", text),
                ("changes/plain.sql", "a;"),
                (
                    "master.yaml",
                    "databaseChangeLog:\n- include: {file: changes/b.sql}\n- include: {file: changes/a.sql}\n",
                ),
            ],
        );
        assert_eq!(names(&folder), ["changes/b.sql", "changes/a.sql"]);
        assert_eq!(folder.passed_over, [PathBuf::from("changes/plain.sql")]);
    }

    #[test]
    fn changesets_in_xml_are_a_program() {
        let folder = open_as(
            Tool::Liquibase,
            &[("master.xml", "<databaseChangeLog><changeSet id=\"1\"/></databaseChangeLog>")],
        );
        assert_eq!(steps(&folder), ["master.xml Explicit: <master.xml>"]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(
            written(
                Tool::Liquibase,
                &[("001_a.sql", "--liquibase formatted sql\n--changeset a:1\na;")]
            ),
            ["002_add_x.sql", "up;"]
        );
    }
}
