//! What somebody says that a statement comes to: in a comment, or from outside the file.

use super::executor::Executor;
use crate::ground::{Done, Finding, Kind, Location};
use crate::meaning::assumptions::{Assumption, Met, is_nothing, statements};
use crate::text::created::{Created, created};
use crate::text::directive::assumption;
use crate::text::origin::Origin;
use crate::text::tree;

impl Executor<'_> {
    /// From here on, these are what statements come to that replay does not read.
    pub(crate) fn set_assumptions(&mut self, assumptions: Vec<Assumption>) {
        for assumption in &assumptions {
            for statement in statements(&assumption.sql) {
                if let Some(Created::Type(name)) = created(statement) {
                    self.session.memory.note_type(&name);
                }
            }
        }
        self.session.run.assumptions.list = assumptions;
    }

    /// Runs a statement. What is said of it from outside takes its place if it cannot be run without anything to
    /// report.
    pub(crate) fn run_or_assume(&mut self, at: &Location, run: impl Fn(&mut Self) -> Done) -> Done {
        let here = self.session.run.assumptions.of(at);
        if here.is_empty() {
            return run(self);
        }
        let point = self.session.point();
        let result = run(self);
        if result.is_ok() && !self.session.has_reported_since(&point) {
            self.assume_inside(&here, at, false)?;
            return result;
        }
        self.session.roll_back(&point);
        // It may be said of a statement inside a block.
        let first = at.line();
        if here.iter().any(|index| self.session.run.assumptions.list[*index].line > first) {
            self.session.run.assumptions.looks_inside = true;
            let result = run(self);
            self.session.run.assumptions.looks_inside = false;
            if self.session.run.assumptions.are_met(&here) {
                return result;
            }
            self.session.roll_back(&point);
        }
        self.assume_inside(&here, at, true)
    }

    /// Runs what is said of a statement if it is needed.
    pub(super) fn assume_inside(&mut self, here: &[usize], at: &Location, is_needed: bool) -> Done {
        for &index in here {
            if !is_needed {
                self.session.run.assumptions.meet(index, Met::Readable(at.clone()));
                continue;
            }
            self.session.run.assumptions.meet(index, Met::Needed(at.clone()));
            let sql = self.session.run.assumptions.list[index].sql.clone();
            if let Some((error, _)) =
                statements(&sql).into_iter().find_map(|text| tree::statement(text).err())
            {
                let message = format!("what is assumed of this cannot be read: {error}");
                let finding = self.session.unknown_finding(at, message, &[]);
                let help = "correct its entry in `assume`: SQL, or `nothing`";
                self.session.run.report(finding.with_help(help));
                continue;
            }
            self.run_assumed(&sql, &Origin::fixed(at))?;
        }
        Ok(())
    }

    /// A comment says already what a statement comes to, or all of a file that is no SQL.
    pub(crate) fn is_said_in_comment(&mut self, at: &Location) {
        for index in self.session.run.assumptions.of(at) {
            self.session.run.assumptions.meet(index, Met::Readable(at.clone()));
        }
    }

    /// Runs what is said of any line of a migration that is no SQL, which begins here. What is not known of it is
    /// reported if nothing is said.
    pub(crate) fn assume_of_code(&mut self, at: &Location) -> Done {
        let here = self.session.run.assumptions.of_file(at);
        if here.is_empty() {
            let message = "what this migration does is not known: it is not SQL";
            self.session.unknown(at, message, &[]);
        }
        self.assume_inside(&here, at, true)
    }

    /// Runs what a comment says in place of a statement.
    pub(crate) fn assume(&mut self, comment: &str, origin: &Origin) -> Done {
        let Some((sql, offset)) = assumption(comment) else {
            let at = origin.at(0..comment.len());
            self.session.run.report(
                Finding::new(Kind::Unreadable, "this directive is not known", at).with_help(
                    "the directives are `pg-enum: assume <SQL>;`, `pg-enum: assume nothing` and `pg-enum: allow CODE: reason`",
                ),
            );
            return Ok(());
        };
        self.run_assumed(sql, &origin.part(offset))
    }

    fn run_assumed(&mut self, sql: &str, origin: &Origin) -> Done {
        if is_nothing(sql) { Ok(()) } else { self.run_text(sql, origin) }
    }
}
