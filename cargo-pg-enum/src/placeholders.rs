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
    let place = |(at, opening): (usize, &str)| {
        let rest = text.get(at..).unwrap_or_default();
        let length = rest.find('}').map_or(opening.len(), |end| end + 1);
        let start = script.range.start + at;
        Location::new(&script.source, start..start + length)
    };
    text.match_indices("${").map(place).collect()
}
