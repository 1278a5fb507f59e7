//! Ids that Alembic's table has no room for.

use std::fs;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Part, Source, Tool};

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "revision-id-over-32",
    summary: "the id of a revision is longer than 32 characters, and cannot be recorded",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("revision_id_over_32.md"),
    check,
};

/// `alembic_version.version_num` (`alembic/ddl/impl.py`, `version_table_impl`: `String(32)`).
const LONGEST: usize = 32;

/// So many directories above a revision are searched for `env.py`.
const LEVELS: usize = 4;

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.folder.tool != Tool::Alembic || is_wider(subject) {
        return;
    }
    for migration in &subject.folder.migrations {
        let length = migration.version.chars().count();
        let Part::Code(path) = &migration.up else { continue };
        if length <= LONGEST {
            continue;
        }
        let Ok(text) = fs::read_to_string(subject.folder.root.join(path)) else { continue };
        let quoted = ['"', '\''].map(|quote| format!("{quote}{}{quote}", migration.version));
        let start = quoted.iter().filter_map(|id| text.find(id.as_str())).min();
        let range = start.map_or(0..0, |start| start..start + migration.version.len() + 2);
        let at = Location::new(&std::sync::Arc::new(Source { path: path.clone(), text }), range);
        let message = format!(
            "this id has {length} characters: `alembic_version.version_num` holds {LONGEST}, and the upgrade fails with 22001"
        );
        report
            .add(message, &at)
            .help("give the revision a shorter id, and change `down_revision` of the next one");
    }
}

/// Whether the project makes the column wider.
fn is_wider(subject: &Subject<'_>) -> bool {
    let is_about = |text: &str| text.contains("version_num") && text.contains("alembic_version");
    if subject.statements.iter().any(|statement| is_about(statement.text())) {
        return true;
    }
    let Some(migration) = subject.folder.migrations.first() else { return false };
    let Part::Code(path) = &migration.up else { return false };
    let path = subject.folder.root.join(path);
    let texts = path.ancestors().skip(1).take(LEVELS);
    texts
        .map(|folder| folder.join("env.py"))
        // A link may lead to a device that never ends.
        .filter(|env| env.is_file())
        .filter_map(|env| fs::read_to_string(env).ok())
        .any(|text| text.contains("version_table_impl") || text.contains("version_num"))
}
