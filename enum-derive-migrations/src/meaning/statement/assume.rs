//! Comments that say what a statement comes to.

use super::Done;
use crate::ground::{Finding, Kind};
use crate::meaning::session::Session;
use crate::text::origin::Origin;
use crate::text::script;

impl Session {
    /// Runs what a comment says in place of a statement.
    pub(crate) fn assume(&mut self, comment: &str, origin: &Origin) -> Done {
        let Some((sql, offset)) = assumption(comment) else {
            let at = origin.at(0..comment.len());
            self.report(
                Finding::new(Kind::Unreadable, "this directive is not known", at).with_help(
                    "the directives are `pg-enum: assume <SQL>;` and `pg-enum: assume nothing`",
                ),
            );
            return Ok(());
        };
        if sql.trim().trim_end_matches(';').trim().eq_ignore_ascii_case("nothing") {
            return Ok(());
        }
        self.run_text(sql, &origin.part(offset))
    }
}

/// The SQL in a comment such as `-- pg-enum: assume DROP TYPE mood;`, and where it begins.
pub(crate) fn assumption(comment: &str) -> Option<(&str, usize)> {
    let start = comment.find(script::DIRECTIVE)? + script::DIRECTIVE.len();
    let directive = comment[start..].trim_start();
    let sql =
        directive.strip_prefix("assume").filter(|rest| rest.starts_with(char::is_whitespace))?;
    let offset = comment.len() - sql.len();
    let sql = sql.strip_suffix("*/").unwrap_or(sql);
    Some((sql, offset))
}
