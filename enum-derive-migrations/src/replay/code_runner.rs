//! Migrations in another language than SQL run.

use std::rc::Rc;
use std::sync::Arc;

use super::code::{Code, CodeStep};
use super::findings::refused_finding;
use super::prepared::Prepared;
use super::runner::Runner;
use crate::catalog::Why;
use crate::ground::{Location, Refusal, Source, Transaction};
use crate::meaning::statement::Executor;
use crate::text::created::Created;
use crate::text::origin::Origin;

impl Runner<'_> {
    /// A migration that is written in another language.
    pub(super) fn run_code(&mut self, code: &Code, transaction: Transaction) -> Result<(), ()> {
        let rules = self.folder.tool.rules();
        self.session.connection.is_unclear = rules.is_transaction_unclear(&code.source.text);
        self.session.begin_script(transaction, 0);
        let result = self.run_steps(code, transaction);
        self.session.end_script(transaction);
        result
    }

    fn run_steps(&mut self, code: &Code, transaction: Transaction) -> Result<(), ()> {
        let refused_at_start = |this: &mut Self, refusal| {
            let at = Location::new(&code.source, 0..0);
            this.refused.push(refused_finding(refusal, &at));
        };
        let is_known = |step: &CodeStep| {
            !matches!(step, CodeStep::Unknown { .. } | CodeStep::Unreadable { .. })
        };
        if !code.steps.iter().all(is_known) {
            // What is said of any line of it from outside stands for all of it, as what a comment says does.
            let first = code.source.text.lines().next().map_or(0, str::len);
            let at = Location::new(&code.source, 0..first);
            if !self.session.run.assumptions.of_file(&at).is_empty() {
                let ran =
                    self.session.execute(&at, |session| Executor::new(session).assume_of_code(&at));
                return ran.map_err(|refusal| refused_at_start(self, refusal));
            }
        }
        for step in &code.steps {
            match step {
                CodeStep::Script(script, once) => {
                    let is_new = once.as_ref().is_none_or(|name| self.sent.insert(name.clone()));
                    if is_new {
                        // Each step is a message of its own: behind a COMMIT, the server commits each.
                        self.session.begin_script(Transaction::Implicit, script.statements());
                        let result = self.run_inside(script, transaction);
                        self.session.end_script(Transaction::Implicit);
                        result?;
                    } else {
                        self.has_left_out = true;
                        self.is_still_there(script)?;
                    }
                }
                CodeStep::Unknown { at, message } => {
                    // Some calls set the connection to commit each statement.
                    self.session.connection.is_unclear = true;
                    self.session.unknown(at, &**message, &[]);
                }
                CodeStep::Unreadable { at, message } => self.session.unread_code(at, message),
                CodeStep::Tables(at) => {
                    let reason = "code builds this statement about a table".into();
                    let why = Rc::new(Why { at: at.clone(), reason });
                    self.session.connection.catalog.doubt_all_tables(&why);
                }
                CodeStep::NotRead(at) => {
                    let ran = self
                        .session
                        .execute(at, |session| Executor::new(session).assume_of_code(at));
                    ran.map_err(|refusal| refused_at_start(self, refusal))?;
                }
                CodeStep::Directive(range) => {
                    let Some(comment) = code.source.text.get(range.clone()) else { continue };
                    let whole = Location::new(&code.source, 0..code.source.text.len());
                    Executor::new(&mut self.session).is_said_in_comment(&whole);
                    let assumed = self.assume(&[(comment, range.start)], &code.source);
                    assumed.map_err(|refusal| refused_at_start(self, refusal))?;
                }
            }
        }
        Ok(())
    }

    /// What is not sent again must be there still, because what comes next uses it.
    fn is_still_there(&mut self, script: &Prepared<'_>) -> Result<(), ()> {
        let at = script.at(0..script.text.len());
        for created in &script.created {
            let Created::Type(path) = created else { continue };
            let found = self.session.execute(&at, |session| {
                session.catalog().resolve(path).map(drop).map_err(|missing| {
                    missing.help(
                        "what runs the migrations creates a type once in a run, and not again after it has been \
                         dropped: create it in SQL, or do not drop it before",
                    )
                })
            });
            if let Err(refusal) = found {
                self.refused.push(refused_finding(refusal, &at));
                return Err(());
            }
        }
        Ok(())
    }

    /// Runs what comments say in place of a statement.
    pub(super) fn assume(
        &mut self,
        directives: &[(&str, usize)],
        source: &Arc<Source>,
    ) -> Result<(), Refusal> {
        for (comment, start) in directives {
            let at = Location::new(source, *start..start + comment.len());
            let origin = Origin::file(source, *start);
            self.session.execute(&at, |session| Executor::new(session).assume(comment, &origin))?;
        }
        Ok(())
    }
}
