//! `match` (Python's reference, "The match statement").

use std::rc::Rc;

use ruff_python_ast::{CmpOp, MatchCase, Pattern, Singleton, Stmt, StmtMatch};

use super::branches::Truth;
use super::{Flow, Run, Stop, range};
use crate::value::{Frame, Value, bound_by};

impl Run<'_> {
    /// A `match`, with what follows it in its block.
    pub(super) fn matched(
        &mut self,
        frame: &Rc<Frame>,
        it: &StmtMatch,
        rest: &[Stmt],
    ) -> Result<Flow, Stop> {
        let subject = self.expression(frame, &it.subject)?;
        self.cases(frame, &subject, &it.cases, rest, &range(it))
    }

    fn cases(
        &mut self,
        frame: &Rc<Frame>,
        subject: &Value,
        mut cases: &[MatchCase],
        rest: &[Stmt],
        at: &std::ops::Range<usize>,
    ) -> Result<Flow, Stop> {
        while let Some((case, others)) = cases.split_first() {
            cases = others;
            self.step()?;
            let taken = match self.is_taken(frame, subject, case)? {
                Truth::Told(asked) => self.told_now(&asked)?,
                taken => taken,
            };
            let condition = match taken {
                Truth::Yes => {
                    let flow = self.block(frame, &case.body)?;
                    return self.after(frame, flow, rest, at);
                }
                Truth::No => continue,
                Truth::Told(asked) => Some(asked.sql.clone()),
                Truth::Unknown => None,
            };
            return self.either_way(
                frame,
                condition.as_deref(),
                |run| run.block(frame, &case.body),
                |run| run.cases(frame, subject, others, &[], at),
                rest,
                at,
            );
        }
        self.block(frame, rest)
    }

    /// Whether a value fits the pattern of a case, and the guard is true.
    fn is_taken(
        &mut self,
        frame: &Rc<Frame>,
        subject: &Value,
        case: &MatchCase,
    ) -> Result<Truth, Stop> {
        let fits = self.fits(frame, subject, &case.pattern)?;
        match (&fits, &case.guard) {
            (Truth::No, _) | (_, None) => Ok(fits),
            (Truth::Yes, Some(guard)) => {
                let guard = self.expression(frame, guard)?;
                Ok(Self::truth(&guard))
            }
            (Truth::Told(_) | Truth::Unknown, Some(guard)) => {
                self.in_doubt(frame, &range(case), |run| {
                    run.expression(frame, guard)?;
                    Ok(Flow::Next)
                })?;
                Ok(Truth::Unknown)
            }
        }
    }

    /// Whether a value fits a pattern, whose names are bound then. Where that is not known, they may be.
    fn fits(
        &mut self,
        frame: &Rc<Frame>,
        subject: &Value,
        pattern: &Pattern,
    ) -> Result<Truth, Stop> {
        let fits = match pattern {
            Pattern::MatchValue(it) => {
                let value = self.expression(frame, &it.value)?;
                self.compared(CmpOp::Eq, subject, &value)?
            }
            Pattern::MatchSingleton(it) => {
                let value = match it.value {
                    Singleton::None => Value::None,
                    Singleton::True => Value::Bool(true),
                    Singleton::False => Value::Bool(false),
                };
                self.compared(CmpOp::Is, subject, &value)?
            }
            Pattern::MatchOr(it) => {
                let mut all = Truth::No;
                for pattern in &it.patterns {
                    match (self.fits(frame, subject, pattern)?, &all) {
                        (Truth::No, _) => {}
                        (fits, Truth::No) => all = fits,
                        _ => all = Truth::Unknown,
                    }
                    if matches!(all, Truth::Yes) {
                        break;
                    }
                }
                all
            }
            Pattern::MatchAs(it) => {
                let fits = match &it.pattern {
                    Some(pattern) => self.fits(frame, subject, pattern)?,
                    None => Truth::Yes,
                };
                if let (Truth::Yes, Some(name)) = (&fits, &it.name) {
                    frame.bind(name, subject.clone());
                }
                fits
            }
            Pattern::MatchSequence(_)
            | Pattern::MatchMapping(_)
            | Pattern::MatchClass(_)
            | Pattern::MatchStar(_) => Truth::Unknown,
        };
        if matches!(fits, Truth::Told(_) | Truth::Unknown) {
            for name in bound_by(pattern) {
                frame.bind(name, Value::Unknown);
            }
        }
        Ok(fits)
    }
}
