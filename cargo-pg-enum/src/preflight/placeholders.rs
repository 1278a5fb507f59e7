//! Placeholders, whose values only the configuration of the tool has.

use std::collections::BTreeSet;

use pg_enum_migrations::folder::Part;

use super::finding::Finding;
use super::plan::Plan;
use crate::placeholders::placeholders;
use crate::text::brief;

/// The number of characters of a placeholder to show.
const SHOWN: usize = 100;

/// The placeholders in the pending migrations, each at its first place. Those that begin with `flyway:` are built in
/// (Flyway's documentation, "Placeholders").
pub(super) fn findings(plan: &Plan) -> Vec<Finding> {
    let folder = &plan.after.folder;
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for migration in plan.pending() {
        let Part::Sql(script) = &migration.up else { continue };
        for at in placeholders(folder, script) {
            let placeholder = at.source.text.get(at.range.clone()).unwrap_or_default();
            if placeholder.starts_with("${flyway:") || !seen.insert(placeholder.to_owned()) {
                continue;
            }
            let message =
                format!("the value of the placeholder `{}` is unknown", brief(placeholder, SHOWN));
            findings.push(
                Finding::note("placeholder", message)
                    .of_migration(&*migration.version)
                    .at(&folder.root, &at)
                    .with_note(
                        "the file was read with a name in its place; if the value contains other \
                         SQL, this report may be incomplete",
                    )
                    .with_help(format!("check its value in the configuration of {}", folder.tool)),
            );
        }
    }
    findings
}
