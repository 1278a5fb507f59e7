//! Flyway's placeholders, which have their values in Flyway's configuration.

use std::collections::BTreeSet;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Part;

use super::finding::Finding;
use super::plan::Plan;
use crate::text::brief;

/// The number of characters of a placeholder to show.
const SHOWN: usize = 100;

/// The placeholders in the pending migrations, each at its first place. Flyway replaces them everywhere, also in
/// strings and comments. Those that begin with `flyway:` are built in (documentation, "Placeholders").
pub(super) fn findings(plan: &Plan) -> Vec<Finding> {
    let folder = &plan.after.folder;
    if !folder.tool.running().placeholders {
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for migration in plan.pending() {
        let Part::Sql(script) = &migration.up else { continue };
        let text = script.text();
        for (start, _) in text.match_indices("${") {
            let rest = text.get(start..).unwrap_or_default();
            let Some(end) = rest.find(['}', '\n']).filter(|end| rest[*end..].starts_with('}'))
            else {
                continue;
            };
            let placeholder = &rest[..=end];
            if placeholder.starts_with("${flyway:") || !seen.insert(placeholder.to_owned()) {
                continue;
            }
            let at = script.range.start + start;
            let at = Location::new(&script.source, at..at + placeholder.len());
            let message = format!(
                "the value of Flyway's placeholder `{}` is unknown",
                brief(placeholder, SHOWN)
            );
            findings.push(
                Finding::note("placeholder", message)
                    .of_migration(&*migration.version)
                    .at(&folder.root, &at)
                    .with_note(
                        "the file was read with a name in its place; if the value contains other \
                         SQL, this report may be incomplete",
                    )
                    .with_help("check its value in Flyway's configuration"),
            );
        }
    }
    findings
}
