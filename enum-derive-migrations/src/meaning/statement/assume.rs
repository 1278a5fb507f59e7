//! Comments that say what a statement comes to.

use super::executor::Executor;
use crate::ground::{Done, Finding, Kind};
use crate::text::directive::assumption;
use crate::text::origin::Origin;

impl Executor<'_> {
    /// Runs what a comment says in place of a statement.
    pub(crate) fn assume(&mut self, comment: &str, origin: &Origin) -> Done {
        let Some((sql, offset)) = assumption(comment) else {
            let at = origin.at(0..comment.len());
            self.session.run.report(
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
