//! Liquibase: formatted SQL with `--changeset <author>:<id>`.
//!
//! The rules are those of liquibase/liquibase at 09623fc. A changeset runs in a transaction unless it has
//! `runInTransaction:false` (`liquibase/changelog/ChangeSet.java`, `execute`). A changeset with preconditions is assumed
//! to run, and so is one for any context and label, as in a run that names none. `${name}` is replaced
//! everywhere; what it is replaced by is not known here, as a run may say something else than `--property` does.
//!
//! A changelog in XML, YAML or JSON includes files in some order: where there is one in the folder, files come in the
//! order in which it first names them; the others, and all without one, by their paths, as `includeAll` has them. A
//! changelog with changesets of its own is a program here. The history is not read.

mod format;

#[cfg(feature = "write")]
use std::path::Path;
use std::sync::Arc;

use self::format::{Changeset, Formatted, Rollback, is_formatted};
use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{
    Draft, NewFile, Prepared, Slate, WriteError, Writer, ended, is_cut_at_semicolons,
    number::{self, First},
};
use crate::files::{
    Body, Entry, FolderError, Found, Loaded, Rank, Reader, Seen, Sign, slashes, unreadable,
};
use crate::ground::{Migration, Part, Script, Source, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

/// The tool.
pub(super) struct Liquibase;

impl Rules for Liquibase {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let mut below: Vec<&Entry> = seen.below().iter().collect();
        below.retain(|entry| entry.is_sql());
        let marked = seen.heads().iter().any(|text| is_formatted(text))
            || seen.sql().is_empty() && seen.heads_of(&below).iter().any(|text| is_formatted(text));
        marked.then(|| Sign::new(Rank::Marks, "`--liquibase formatted sql`"))
    }

    fn takes(&self) -> &'static str {
        "files that begin with `--liquibase formatted sql`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let files = reader.walk(&|directory| !directory.is_hidden())?;
        let mut changelogs = Vec::new();
        for entry in &files {
            if is_changelog(&entry.name) {
                changelogs.push(entry.path.clone());
            }
        }
        let mut changelogs = reader.read(&changelogs)?;
        changelogs.retain(|source| source.text.contains("databaseChangeLog"));
        let named = |entry: &Entry| {
            for (index, log) in changelogs.iter().enumerate() {
                if let Some(at) = log.text.find(&entry.name) {
                    return (index, at);
                }
            }
            (usize::MAX, 0)
        };
        let mut found = Vec::new();
        for entry in files {
            if entry.is_sql() {
                let key = (named(&entry), entry.path.clone());
                found.push(Found::sql(key, String::new(), entry));
            }
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
        let mut read = Vec::new();
        for Loaded { name, up, .. } in reader.load(Tool::Liquibase, found, Vec::new())? {
            let Body::Sql(source) = up else { continue };
            if is_formatted(&source.text) {
                let formatted = Formatted::parse(&source.text);
                read.push(File::new(name, source, formatted));
            } else {
                reader.leave(&source.path);
            }
        }
        for file in &read {
            for (at, message) in &file.formatted.flaws {
                let finding = unreadable(&file.source, *at, *message);
                reader
                    .findings
                    .push(finding.with_help("correct the line: Liquibase refuses the file"));
            }
            for changeset in file.formatted.changesets.iter().filter(|it| it.runs) {
                let down = match &changeset.rollback {
                    Rollback::Unsaid => None,
                    Rollback::Empty => {
                        let range = changeset.range.end..changeset.range.end;
                        Some(Part::Sql(Script { source: Arc::clone(&file.source), range }))
                    }
                    Rollback::Sql => Some(part(&file.down, changeset)),
                    Rollback::Changeset { author, id, path } => {
                        let named = changeset_of(&read, file, author, id, path.as_deref());
                        if named.is_none() {
                            let message = format!(
                                "the rollback names a changeset that does not exist: {author}:{id}"
                            );
                            let finding = unreadable(&file.source, changeset.at, message);
                            let help = "name a changeset that is there, with `changesetPath:` if it is in another file";
                            reader.findings.push(finding.with_help(help));
                        }
                        named
                    }
                };
                migrations.push(Migration {
                    version: format!("{}:{}", changeset.author, changeset.id),
                    name: file.name.clone(),
                    up: part(&file.up, changeset),
                    down,
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

/// A file, as it is sent on the way up and on the way down.
struct File {
    name: String,
    source: Arc<Source>,
    formatted: Formatted,
    up: Arc<Source>,
    down: Arc<Source>,
}

impl File {
    fn new(name: String, source: Arc<Source>, formatted: Formatted) -> Self {
        let of = |text: String| Arc::new(Source { path: source.path.clone(), text });
        let (up, down) = (of(formatted.up(&source.text)), of(formatted.down(&source.text)));
        Self { name, source, formatted, up, down }
    }
}

/// What a changeset has of one way.
fn part(way: &Arc<Source>, changeset: &Changeset) -> Part {
    Part::Sql(Script { source: Arc::clone(way), range: changeset.range.clone() })
}

/// The SQL of the changeset that a rollback names: one of the same file, unless there is a path.
fn changeset_of(
    files: &[File],
    own: &File,
    author: &str,
    id: &str,
    path: Option<&str>,
) -> Option<Part> {
    let file = match path {
        // The path is from a root that only the configuration has.
        Some(path) => files.iter().find(|file| {
            let there = slashes(&file.source.path);
            path == there
                || path.ends_with(&format!("/{there}"))
                || there.ends_with(&format!("/{path}"))
        })?,
        None => own,
    };
    let mut changesets = file.formatted.changesets.iter();
    let changeset = changesets.find(|it| it.author == author && it.id == id)?;
    Some(part(&file.up, changeset))
}

fn is_changelog(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["xml", "yaml", "yml", "json"].contains(&extension)
}

#[cfg(feature = "write")]
impl Writer for Liquibase {
    /// A file after the last, with one changeset. The way down is in comments, as the format has it.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        if draft.up.contains("${") {
            let reason = "it replaces `${…}`".to_owned();
            return Err(WriteError::Text { tool: Tool::Liquibase, reason });
        }
        let slug = draft.slug();
        let last = slate
            .migrations
            .last()
            .and_then(|last| Path::new(&last.name).file_name()?.to_str().map(str::to_owned));
        let number = last.as_deref().map(|name| {
            let digits = name.bytes().take_while(u8::is_ascii_digit).count();
            name.get(..number::time_prefix(name).max(digits)).unwrap_or_default()
        });
        let beside = slate.beside_last().to_owned();
        let (_, paths) = slate.place(number, First::Time, |version| {
            vec![beside.join(format!("{version}_{slug}.sql"))]
        })?;
        let up = ended(&draft.up);
        let lines = |between: &str| draft.down.trim().lines().collect::<Vec<_>>().join(between);
        let body = format!("{up}--rollback {}\n", lines("\n--rollback "));
        let version = format!("pg-enum:{slug}");
        // It cuts statements at semicolons, even within a block.
        let whole = [
            (" splitStatements:false", &draft.up),
            (" rollbackSplitStatements:false", &draft.down),
        ];
        let whole = whole.into_iter().filter(|(_, text)| is_cut_at_semicolons(text));
        let options: String = whole.map(|(option, _)| option).collect();
        let text = format!("--liquibase formatted sql\n\n--changeset {version}{options}\n{body}");
        let files = paths.into_iter().map(|path| NewFile::new(path, text.as_str())).collect();
        // In place of the words that make a line a part of the rollback, spaces are read.
        let indent = format!("\n{}", " ".repeat("--rollback ".len()));
        Ok(Prepared { version, files, up, down: Some(lines(&indent)) })
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
    use crate::testing::{findings, names, open, open_as, steps, written, written_as};

    #[test]
    fn changesets_of_a_file() {
        let folder = open(&[(
            "1.sql",
            "--liquibase formatted sql\n\n--changeset bob:1\na;\n--rollback b;\n\
             -- ChangeSet bob:2 runInTransaction:false\nc;\n\
             --changeset bob:3 dbms:mysql\nd;\n--changeset bob:4 dbms:h2,postgresql\ne;\n\
             --changeset \"bob b\":\"5 5\" dbms:!mysql\nf;\n--changeset bob:6 ignore:true\ng;\n\
             --changeset bob:7 dbms:all,none\nh;\n",
        )]);
        assert_eq!(folder.tool, Tool::Liquibase);
        assert_eq!(
            steps(&folder),
            [
                "bob:1 Explicit: a; / b;",
                "bob:2 PerStatement: c;",
                "bob:4 Explicit: e;",
                "bob b:5 5 Explicit: f;",
                "bob:7 Explicit: h;",
            ]
        );
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn rollbacks() {
        let first = "--liquibase formatted sql\n\
            --changeset a:1\nä;\n--rollback b;\n-- Rollback c;\n\
            --changeset a:2\na;\n/* Liquibase rollback\nb;\n  c; */\n\
            --changeset a:3\na;\n--rollback not required\n\
            --changeset a:4\na;\n--rollback empty\n\
            --changeset a:5\na;\n--rollback changesetId:1 changesetAuthor:a\n\
            --changeset a:6\na;\n--rollback changesetId:1\n--rollback changesetAuthor:b changesetPath:x/2.sql\n\
            --changeset a:7\na;\n-- what a rollback does\n";
        let second = "--liquibase formatted sql\n--changeset b:1\nother;\n";
        let folder = open(&[("1.sql", first), ("2.sql", second)]);
        assert_eq!(
            steps(&folder),
            [
                "a:1 Explicit: ä; / b;\n            c;",
                "a:2 Explicit: a; / b;\n  c;",
                "a:3 Explicit: a; / ",
                "a:4 Explicit: a; / ",
                "a:5 Explicit: a; / ä;",
                "a:6 Explicit: a; / other;",
                "a:7 Explicit: a;\n-- what a rollback does",
                "b:1 Explicit: other;",
            ]
        );
        assert_eq!(folder.findings, []);
        let Some(Part::Sql(down)) = &folder.migrations[0].down else { panic!("there is one") };
        assert_eq!(down.source.text.find("b;"), first.find("b;"));
    }

    #[test]
    fn lines_that_are_ignored() {
        let folder = open(&[(
            "1.sql",
            "--liquibase formatted sql\n--changeset a:1\na;\n--ignoreLines:2\nb;\nc;\nd;\n\
             --ignoreLines:start\n--changeset a:2\ne;\n--ignoreLines:end\nf;\n",
        )]);
        let [only] = &*folder.migrations else { panic!("there is one changeset") };
        let Part::Sql(up) = &only.up else { panic!("SQL is SQL") };
        assert_eq!(up.text().split_whitespace().collect::<Vec<_>>(), ["a;", "d;", "f;"]);
    }

    #[test]
    fn ends_of_statements() {
        let folder = open(&[(
            "1.sql",
            "--liquibase formatted sql\n--changeset a:1\na\n/\nb\nGO\n\
             --changeset a:2 endDelimiter://\na //\nb;\n c//\nd / 2\n\
             --changeset a:3 splitStatements:true endDelimiter:\\nGo\na go\nb ego\n\
             --changeset a:4 endDelimiter:/\na /\n b\n /\n\
             --changeset a:5 splitStatements:false\na\n/\nb\n\
             --changeset a:6 rollbackEndDelimiter:#\na#\n--rollback b#\n--rollback c\n",
        )]);
        assert_eq!(
            steps(&folder),
            [
                "a:1 Explicit: a\n;\nb\n;",
                "a:2 Explicit: a ; \nb;\n c; \nd / 2",
                "a:3 Explicit: a ; \nb ego",
                "a:4 Explicit: a /\n b\n ;",
                "a:5 Explicit: a\n/\nb",
                "a:6 Explicit: a# / b;\n           c",
            ]
        );
    }

    #[test]
    fn lines_that_are_refused() {
        let folder = open(&[(
            "1.sql",
            "--liquibase formatted sql\n--changeset a:1\na;\n--rollback changesetId:1\n\
             -- changesets follow\n--changeset a: 2\n--ignoreLines:all\n\
             --changeset a:3\na;\n--rollback changesetId:9 changesetAuthor:a\n\
             /* liquibase rollback\nb;\n",
        )]);
        let about = "`--changeset` takes `<author>:<id>`, without a space between the two";
        assert_eq!(
            findings(&folder),
            [
                "1.sql:2: a rollback by a changeset takes `changesetId:` and `changesetAuthor:`",
                &format!("1.sql:5: {about}"),
                &format!("1.sql:6: {about}"),
                "1.sql:7: `--ignoreLines` takes `start` or a number of lines",
                "1.sql:11: the comment with the rollback is not closed",
                "1.sql:8: the rollback names a changeset that does not exist: a:9",
            ]
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
        assert_eq!(folder.passed_over, [Path::new("changes/plain.sql")]);
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
            ["002_add_x.sql", "up;", "down;"]
        );
        let down = "DO $$ a; $$;\nb;";
        let written = written_as(Tool::Liquibase, &[], "up;", down);
        assert_eq!(written[1..], ["up;", "DO $$ a; $$;\n           b;"]);
    }
}
