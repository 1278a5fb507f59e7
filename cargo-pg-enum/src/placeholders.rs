//! Placeholders, whose values only the configuration of the tool has.

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Folder, Script};

/// The places of the placeholders in a script, if the tool replaces them. It does that before it parses the text, so also
/// in comments and strings, and a placeholder goes on to its brace, also over line ends (flyway/flyway,
/// `internal/parser/PlaceholderReplacingReader.java`; liquibase/liquibase, `changelog/ExpressionExpander.java`). One
/// without a brace is the two characters that begin it.
pub(crate) fn placeholders(folder: &Folder, script: &Script) -> Vec<Location> {
    if !folder.tool.running().placeholders {
        return Vec::new();
    }
    let text = script.text();
    let (mut places, mut end) = (Vec::new(), 0);
    for (at, opening) in text.match_indices("${") {
        if at < end {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        end = at + rest.find('}').map_or(opening.len(), |brace| brace + 1);
        let start = script.range.start;
        places.push(Location::new(&script.source, start + at..start + end));
    }
    places
}
