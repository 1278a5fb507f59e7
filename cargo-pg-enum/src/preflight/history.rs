//! Findings about the records of the migration tool.

use pg_enum_migrations::Folder;
use pg_enum_migrations::folder::{Migration, Part, Tool};

use super::finding::Finding;
use super::plan::Plan;
use crate::migrations::first_line;
use crate::runner::{Found, History, Outcome, Reaction, on_late};
use crate::target::Standing;
use crate::text::{count, identifier, list, visible};

/// The number of migrations that a message names.
const SHOWN: usize = 5;

pub(crate) fn findings(
    standing: &Standing,
    plan: Option<&Plan>,
    user: &str,
    given: bool,
) -> Vec<Finding> {
    let Standing { folder, table, others, history } = standing;
    let tool = folder.tool;
    let mut findings = Vec::new();
    match (table, history) {
        (Some(table), None) => {
            let (reason, help) = table.unread().unwrap_or_default();
            let message = format!("{reason}, so the applied migrations are unknown");
            let help = format!("{help}, or give the last applied migration with --at");
            findings.push(if table.unfit.is_some() {
                Finding::error("history-unfit", message).with_help(help).with_note(format!(
                    "{tool} creates an ordinary table; reading another kind of object may run code of its owner"
                ))
            } else {
                Finding::warning("history-hidden", message).with_help(help)
            });
        }
        (None, Some(_)) if !given => findings.push(
            Finding::note(
                "no-history",
                format!("{tool} has recorded nothing in this database: every migration is pending"),
            )
            .with_note(
                "its history table is not in search_path; if it is in another schema, add \
                 --history-schema SCHEMA",
            ),
        ),
        (Some(table), Some(_)) if !table.writable => findings.push(
            Finding::error(
                "privilege",
                format!(
                    "the user may not insert into {}, in which {tool} records applied migrations",
                    table.full_name()
                ),
            )
            .with_help("connect as the user that migrates, or grant it INSERT"),
        ),
        _ => {}
    }
    if let Some((table, owner)) = table.as_ref().and_then(|it| Some((it, it.stranger.as_ref()?))) {
        let message = format!(
            "{} belongs to {}, who is not {}, not a superuser and not the owner of the database",
            table.full_name(),
            identifier(owner),
            identifier(user)
        );
        findings.push(
            Finding::warning("history-owner", message)
                .with_note("its owner can change which migrations it shows as applied")
                .with_help("check that the tool uses this table"),
        );
    }
    if let Some(found) = others.first() {
        findings.push(other_tables(tool, table.is_some(), found, others.len()));
    }
    if let Some(history) = history {
        of_records(folder, history, plan, &mut findings);
    }
    findings
}

fn other_tables(tool: Tool, has_own: bool, found: &Found, tables: usize) -> Finding {
    let (table, whose) = (found.table.full_name(), found.tool.as_str());
    let more = match tables {
        1 => String::new(),
        more => format!(" and {} more", more - 1),
    };
    let finding = Finding::warning(
        "other-history",
        format!("the database also has {table}{more}, in which {whose} records applied migrations"),
    );
    if found.tool == tool {
        finding.with_help(
            "find out which one the tool uses, and give its schema with \
                           --history-schema",
        )
    } else if has_own {
        finding.with_help("check that only one of the two tools changes the types")
    } else {
        finding.with_help(format!("if the folder belongs to {whose}, add --tool {whose}"))
    }
}

fn of_records(
    folder: &Folder,
    history: &History,
    plan: Option<&Plan>,
    findings: &mut Vec<Finding>,
) {
    let tool = folder.tool;
    for (record, index) in &history.failed {
        let Outcome::Failed(how) = record.outcome else { continue };
        let version = visible(&record.version);
        let mut finding = Finding::error(
            "failed-migration",
            format!(
                "{tool} has recorded migration {version} as {how}, and runs no further migrations"
            ),
        )
        .of_migration(&*record.version)
        .with_note(
            "it may have been applied partly or fully; a migration that is running now looks the \
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
        let message = format!("migration {version} has changed since {tool} applied it");
        let finding = match tool.history().on_changed() {
            Reaction::Refuses => Finding::error("checksum", message)
                .with_note(format!("{tool} compares checksums, and refuses to run"))
                .with_help(
                    "restore the file, including its line endings, and put the change into a new \
                     migration",
                ),
            _ => Finding::warning("checksum", message)
                .with_note(format!(
                    "{tool} continues, but the change in the file was not applied to this database"
                ))
                .with_help("put the change into a new migration"),
        };
        findings.push(at(finding.of_migration(&*migration.version), folder, migration));
    }
    if let Some(first) = history.missing.first() {
        let many = history.missing.len();
        let message = format!(
            "{} applied to this database {} not in the folder: {}",
            count(many, "migration"),
            if many == 1 { "is" } else { "are" },
            list(history.missing.iter().map(|record| visible(&record.version)), SHOWN)
        );
        let finding = match tool.history().on_missing() {
            Reaction::Refuses => Finding::error("not-in-folder", message)
                .with_note(format!("{tool} refuses to run without them")),
            _ => Finding::warning("not-in-folder", message),
        };
        findings.push(
            finding
                .of_migration(&*first.version)
                .with_note("their changes to enums are unknown, and appear as drift")
                .with_help(
                    "check that this is the right database, and that the folder is of the right \
                     release",
                ),
        );
    }
    for index in &history.late {
        let Some(migration) = folder.migrations.get(*index) else { continue };
        let version = visible(&migration.version);
        let message = format!("migration {version} is not applied, but later ones are");
        // What is pending is in the plan.
        let changes_enums = plan.is_some_and(|plan| {
            plan.steps.iter().any(|step| plan.version(step.migration) == migration.version)
        });
        let (severity, note) = on_late(tool, changes_enums);
        let finding = Finding::new(severity, "out-of-order", message).with_note(note);
        findings.push(at(
            finding
                .of_migration(&*migration.version)
                .with_help("give it a version after the last applied one"),
            folder,
            migration,
        ));
    }
}

/// The first line of a migration.
fn at(finding: Finding, folder: &Folder, migration: &Migration) -> Finding {
    match &migration.up {
        Part::Sql(script) => finding.at(&folder.root, &first_line(script)),
        Part::Code(_) => finding,
    }
}
