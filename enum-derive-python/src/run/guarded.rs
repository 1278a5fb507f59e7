//! `try`.

use std::rc::Rc;

use ruff_python_ast::{ExceptHandler, StmtTry};

use super::{Flow, Run, Stop, range};
use crate::effects::{Effect, WHETHER};
use crate::value::Frame;

impl Run<'_> {
    /// What is tried is taken to succeed: a statement that the server refuses ends the transaction, so that the migration
    /// fails whatever catches the error. Where a savepoint keeps the transaction, it may not have happened.
    pub(super) fn guarded(&mut self, frame: &Rc<Frame>, it: &StmtTry) -> Result<Flow, Stop> {
        let at = range(it);
        let saved = self.saved(frame)?;
        let start = self.sent_count();
        let (result, effects) = self.apart(|run| run.block(frame, &it.body));
        let catches = !it.handlers.is_empty();
        let is_undone = effects.iter().any(|effect| match effect {
            Effect::Made { sql, .. } => sql.starts_with("SAVEPOINT") || sql == "COMMIT",
            _ => false,
        });
        let flow = match result {
            Ok(flow) => {
                if catches && is_undone {
                    self.doubt_sent(start);
                    self.unknown(at.clone(), WHETHER);
                } else {
                    for effect in effects {
                        self.keep(effect);
                    }
                }
                self.after(frame, flow, &it.orelse, &at)
            }
            Err(Stop::Raised { .. }) if catches => {
                // Some handler takes it, or none.
                for effect in effects {
                    self.keep(effect);
                }
                frame.restore(saved);
                let mut flow = Flow::Next;
                for handler in &it.handlers {
                    let ExceptHandler::ExceptHandler(handler) = handler;
                    let ended = self.in_doubt(frame, &at, |run| run.block(frame, &handler.body))?;
                    flow = Self::either(&flow, &ended);
                }
                Ok(flow)
            }
            Err(stop) => {
                for effect in effects {
                    self.keep(effect);
                }
                Err(stop)
            }
        };
        match self.block(frame, &it.finalbody)? {
            Flow::Next => flow,
            other => Ok(other),
        }
    }
}
