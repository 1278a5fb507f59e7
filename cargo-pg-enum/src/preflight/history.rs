//! Findings about what the migration tool has recorded.

use pg_enum_migrations::folder::{Migration, Part, Tool};
use pg_enum_migrations::{Folder, Location};

use super::finding::Finding;
use crate::runner::{Found, History, Outcome, Reaction};
use crate::target::Standing;
use crate::text::{count, identifier, list, visible};

/// Migrations named in one message.
const SHOWN: usize = 5;

pub(crate) fn findings(standing: &Standing, user: &str, given: bool) -> Vec<Finding> {
    let Standing { folder, table, others, history } = standing;
    let tool = folder.tool;
    let mut findings = Vec::new();
    match (table, history) {
        (Some(table), None) => {
            let (reason, help) = table.unread().unwrap_or_default();
            let message = format!("{reason}, so what has been applied is not known");
            let help = format!("{help}, or say with --at which migration was the last one");
            findings.push(if table.unfit.is_some() {
                Finding::error("history-unfit", message).with_help(help).with_note(format!(
                    "{tool} makes an ordinary table; reading anything else may run what its owner has made"
                ))
            } else {
                Finding::warning("history-hidden", message).with_help(help)
            });
        }
        (None, Some(_)) if !given => findings.push(
            Finding::note(
                "no-history",
                format!("{tool} has recorded nothing here yet: every migration is pending"),
            )
            .with_note(
                "there is no table of its own on the search path; --history-schema names another \
                 schema",
            ),
        ),
        (Some(table), Some(_)) if !table.writable => findings.push(
            Finding::error(
                "privilege",
                format!(
                    "the user may not add to {}, in which {tool} records what it has applied",
                    table.full_name()
                ),
            )
            .with_help("connect as the user that migrates, or grant it INSERT"),
        ),
        _ => {}
    }
    if let Some((table, owner)) = table.as_ref().and_then(|it| Some((it, it.stranger.as_ref()?))) {
        let message = format!(
            "{} belongs to {}, who is neither {}, nor a superuser, nor the owner of the database",
            table.full_name(),
            identifier(owner),
            identifier(user)
        );
        findings.push(
            Finding::warning("history-owner", message)
                .with_note("its owner can make it say that anything has been applied, or nothing")
                .with_help("see that it is the table that the tool uses"),
        );
    }
    if let Some(found) = others.first() {
        findings.push(other_tables(tool, table.is_some(), found, others.len()));
    }
    if let Some(history) = history {
        of_records(folder, history, &mut findings);
    }
    findings
}

fn other_tables(tool: Tool, has_own: bool, found: &Found, tables: usize) -> Finding {
    let (table, whose) = (found.table.full_name(), found.whose());
    let more = match tables {
        1 => String::new(),
        more => format!(" and {} more", more - 1),
    };
    let finding = Finding::warning(
        "other-history",
        format!(
            "the database has {table}{more} as well, in which {whose} records what it has applied"
        ),
    );
    if found.tool == Some(tool) {
        finding.with_help("see which one the tool uses; --history-schema names its schema")
    } else if found.tool.is_none() {
        finding
            .with_note(
                "Alembic's migrations are Python, which is not read: what they do to enums is not \
             known",
            )
            .with_help("see with `alembic current` where they have got")
    } else if has_own {
        finding.with_help("see that only one of the two tools migrates the types")
    } else {
        finding.with_help(format!("if the folder is {whose}'s, say --tool {whose}"))
    }
}

fn of_records(folder: &Folder, history: &History, findings: &mut Vec<Finding>) {
    let tool = folder.tool;
    for (record, index) in &history.failed {
        let Outcome::Failed(how) = record.outcome else { continue };
        let version = visible(&record.version);
        let mut finding = Finding::error(
            "failed-migration",
            format!(
                "{tool} has recorded migration {version} as {how}, and does not go on from there"
            ),
        )
        .of_migration(&*record.version)
        .with_note(
            "what it has done may be there in part, or in full; one that runs right now looks the \
             same",
        )
        .with_help(tool.history().repair());
        if let Some(migration) = index.and_then(|index| folder.migrations.get(index)) {
            finding = at(finding, folder, migration);
        }
        findings.push(finding);
    }
    for index in &history.changed {
        let Some(migration) = folder.migrations.get(*index) else { continue };
        let version = visible(&migration.version);
        let message = format!("migration {version} is not what it was when {tool} applied it");
        let finding = match tool.history().on_changed() {
            Reaction::Refuses => Finding::error("checksum", message)
                .with_note(format!("{tool} compares checksums, and runs nothing"))
                .with_help(
                    "restore the file as it was, line ends included, and put the change into a \
                     new migration",
                ),
            _ => Finding::warning("checksum", message)
                .with_note(format!(
                    "{tool} goes on; what has changed in the file has not happened in this database"
                ))
                .with_help("put the change into a new migration"),
        };
        findings.push(at(finding.of_migration(&*migration.version), folder, migration));
    }
    if let Some(first) = history.missing.first() {
        let many = history.missing.len();
        let message = format!(
            "{} applied here {} not in the folder: {}",
            count(many, "migration"),
            if many == 1 { "is" } else { "are" },
            list(history.missing.iter().map(|record| visible(&record.version)), SHOWN)
        );
        let finding = match tool.history().on_missing() {
            Reaction::Refuses => Finding::error("not-in-folder", message)
                .with_note(format!("{tool} refuses to go on without them")),
            _ => Finding::warning("not-in-folder", message),
        };
        findings.push(
            finding
                .of_migration(&*first.version)
                .with_note("what they have done to enums is not known, and looks like drift")
                .with_help(
                    "see that this is the right database, and the folder of the release that goes \
                     there",
                ),
        );
    }
    for index in &history.late {
        let Some(migration) = folder.migrations.get(*index) else { continue };
        let version = visible(&migration.version);
        let message = format!("migration {version} has not been applied, though later ones have");
        let finding = match tool.history().on_late() {
            Reaction::Refuses => Finding::error("out-of-order", message)
                .with_note(format!("{tool} refuses that, unless it is told otherwise")),
            Reaction::PassesOver => Finding::error("out-of-order", message)
                .with_note(format!("{tool} goes by the time of the last one, and never runs it")),
            Reaction::GoesOn => Finding::warning("out-of-order", message)
                .with_note(format!("{tool} runs it now, after those")),
        };
        findings.push(at(
            finding
                .of_migration(&*migration.version)
                .with_help("give it a version after the last one that has been applied"),
            folder,
            migration,
        ));
    }
}

/// The first line of a migration.
fn at(finding: Finding, folder: &Folder, migration: &Migration) -> Finding {
    match &migration.up {
        Part::Sql(script) => {
            let start = script.range.start;
            let text = script.text();
            let blank = text.len() - text.trim_start().len();
            let end = text[blank..].find('\n').map_or(text.len(), |length| blank + length);
            let place = Location::new(&script.source, start + blank..start + end);
            finding.at(&folder.root, &place)
        }
        Part::Code(_) => finding,
    }
}
