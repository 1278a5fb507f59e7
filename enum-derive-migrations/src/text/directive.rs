//! Comments that are for replay.

/// What a comment has to say to be one.
pub(crate) const DIRECTIVE: &str = "pg-enum:";

/// Whether a comment is for replay, and not for `lint`, which may be told to `allow` something.
pub(crate) fn is_directive(comment: &str) -> bool {
    let directive = comment.find(DIRECTIVE).map(|start| &comment[start + DIRECTIVE.len()..]);
    directive.is_some_and(|directive| !directive.trim_start().starts_with("allow"))
}

/// The SQL in a comment such as `-- pg-enum: assume DROP TYPE mood;`, and where it begins.
pub(crate) fn assumption(comment: &str) -> Option<(&str, usize)> {
    let start = comment.find(DIRECTIVE)? + DIRECTIVE.len();
    let directive = comment[start..].trim_start();
    let sql =
        directive.strip_prefix("assume").filter(|rest| rest.starts_with(char::is_whitespace))?;
    let offset = comment.len() - sql.len();
    let sql = sql.strip_suffix("*/").unwrap_or(sql);
    Some((sql, offset))
}
