//! What is left to do in a migration.

use std::ops::Range;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Part, Script};
use pg_enum_python::What;

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Direction;
use crate::subject::Subject;
use crate::word::words;

pub(super) const RULE: Rule = Rule {
    code: "todo-in-migration",
    summary: "a migration has a TODO, or does nothing",
    severity: Severity::Note,
    is_off: false,
    explanation: include_str!("todo_in_migration.md"),
    check,
};

const MARKS: [&str; 2] = ["TODO", "FIXME"];

const HELP: &str = "do it before the migration is deployed, or take the comment out: a migration that has run is not changed";

/// What tools write into a new file (sqlx `sqlx-cli/src/migrate.rs`, diesel `diesel_cli/src/migrations/mod.rs`, goose
/// `create.go`, dbmate and sql-migrate leave it empty).
const TEMPLATES: [&str; 5] = [
    "Add migration script here",
    "Add up migration script here",
    "Your SQL goes here",
    "SQL in this section is executed when the migration is applied",
    "Write your migrate up statements here",
];

fn check(subject: &Subject<'_>, report: &mut Report) {
    in_python(subject, report);
    for (index, migration) in subject.folder.migrations.iter().enumerate() {
        if let Part::Sql(script) = &migration.up
            && subject.up_of(index).is_empty()
            && let Some(at) = stub(script)
        {
            let finding = report.add("this migration is still the template, and does nothing", &at);
            finding.help("write its statements, or delete the file");
        }
        for part in [Some(&migration.up), migration.down.as_ref()].into_iter().flatten() {
            if let Part::Sql(script) = part {
                comments(script, report);
            }
        }
    }
}

/// Comments and functions of revisions.
fn in_python(subject: &Subject<'_>, report: &mut Report) {
    for shown in &subject.shown {
        let at = &shown.fact.at;
        match &shown.fact.what {
            What::Todo => {
                let text = at.source.text.get(at.range.clone()).unwrap_or_default();
                let mark = MARKS.iter().find(|mark| text.contains(**mark)).unwrap_or(&MARKS[0]);
                report.add(format!("this migration has a {mark}"), at).help(HELP);
            }
            What::Stub => {
                let message = match shown.direction {
                    Direction::Up => "this migration does nothing yet",
                    Direction::Down => continue,
                };
                report.add(message, at).help("write what it does, or delete the file");
            }
            _ => {}
        }
    }
}

/// The comment that the tool has written into the file.
fn stub(script: &Script) -> Option<Location> {
    let text = script.text();
    let (at, template) =
        TEMPLATES.iter().find_map(|template| Some((text.find(template)?, template)))?;
    let start = script.range.start + at;
    Some(Location::new(&script.source, start..start + template.len()))
}

fn comments(script: &Script, report: &mut Report) {
    let text = script.text();
    let mut marks = Vec::new();
    for mark in MARKS {
        for (at, _) in text.match_indices(mark) {
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
            let (before, after) =
                (text[..at].chars().next_back(), text[at + mark.len()..].chars().next());
            if !before.is_some_and(is_word) && !after.is_some_and(is_word) {
                marks.push((at, mark));
            }
        }
    }
    if marks.is_empty() {
        return;
    }
    let code = code(text);
    for (at, mark) in marks {
        let next = code.partition_point(|range| range.end <= at);
        if code.get(next).is_some_and(|range| range.start <= at) {
            continue;
        }
        let rest = text[at..].lines().next().unwrap_or(mark);
        let rest = rest.trim_end().trim_end_matches("*/").trim_end();
        let start = script.range.start + at;
        let at = Location::new(&script.source, start..start + rest.len());
        report.add(format!("this migration has a {mark}"), &at).help(HELP);
    }
}

/// The stretches of a script that are not comments, those in blocks and functions included.
fn code(text: &str) -> Vec<Range<usize>> {
    let mut words = words(text).into_iter().peekable();
    let mut code = Vec::new();
    while let Some(word) = words.next() {
        // After the word that is a string in dollar quotes come its own.
        if words.peek().is_none_or(|next| next.depth <= word.depth) {
            code.push(word.range);
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("todo-in-migration")
    }

    #[test]
    fn comments_alone() {
        let text = "SELECT 'TODO', \"TODO\"; -- TODO: one\n/* FIXME two */\nDO $$ BEGIN\n  NULL; -- TODO three\n\
                    RAISE NOTICE 'TODO';\nEND $$;\n-- TODOS, todo_list, to do";
        assert_eq!(
            found(&[("1_a.sql", text)]),
            ["1_a.sql:1 note", "1_a.sql:2 note", "1_a.sql:4 note"]
        );
    }

    #[test]
    fn templates() {
        assert_eq!(found(&[("1_a.sql", "-- Add migration script here\n")]), ["1_a.sql:1 note"]);
        assert_eq!(found(&[("1_a.sql", "-- Add migration script here\nSELECT 1;")]), [""; 0]);
        assert_eq!(found(&[("1_a.sql", "-- nothing to do for PostgreSQL\n")]), [""; 0]);
    }
}
