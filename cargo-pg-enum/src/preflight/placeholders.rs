//! Placeholders of Flyway's, whose values are in its configuration.

use std::collections::BTreeSet;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Part;

use super::finding::Finding;
use super::plan::Plan;
use crate::text::brief;

/// Characters of a placeholder that are shown.
const SHOWN: usize = 100;

/// The pending migrations' placeholders, each where it is first. Flyway replaces them everywhere, in strings and
/// comments as well; those that begin with `flyway:` are its own (documentation, "Placeholders").
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
                "what Flyway puts in the place of `{}` is not known here",
                brief(placeholder, SHOWN)
            );
            findings.push(
                Finding::note("placeholder", message)
                    .of_migration(&*migration.version)
                    .at(&folder.root, &at)
                    .with_note(
                        "the file has been read with a name in its place; if the value has SQL in it, more may \
                         happen than is said here",
                    )
                    .with_help("look at its value in Flyway's configuration"),
            );
        }
    }
    findings
}
