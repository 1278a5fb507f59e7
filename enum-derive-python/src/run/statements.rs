//! Statements.

use std::rc::Rc;

use ruff_python_ast::{Expr, Pattern, Stmt, StmtFor, StmtMatch, StmtRaise, StmtWhile, StmtWith};

use super::{Ends, Flow, Run, Stop, range};
use crate::effects::{Effect, WHETHER};
use crate::value::{Args, Frame, Value, equal};

/// How often a `while` goes round.
const MAX_ROUNDS: usize = 10_000;

impl Run<'_> {
    /// Follows statements up to the one that ends their block.
    pub(super) fn block(&mut self, frame: &Rc<Frame>, statements: &[Stmt]) -> Result<Flow, Stop> {
        for (index, statement) in statements.iter().enumerate() {
            let rest = &statements[index + 1..];
            if let Stmt::If(it) = statement {
                return self.deeper(|run| run.choice(frame, it, rest));
            }
            match self.statement(frame, statement)? {
                Flow::Next => {}
                Flow::Perhaps(ends) => {
                    let at = range(statement);
                    self.in_doubt(frame, &at, |run| run.block(frame, rest).map(|_| ()))?;
                    return Ok(Flow::Perhaps(ends));
                }
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, frame: &Rc<Frame>, statement: &Stmt) -> Result<Flow, Stop> {
        self.deeper(|run| run.statement_inside(frame, statement))
    }

    fn statement_inside(&mut self, frame: &Rc<Frame>, statement: &Stmt) -> Result<Flow, Stop> {
        match statement {
            Stmt::Expr(it) => match &*it.value {
                Expr::Call(call) => {
                    self.call_expression(frame, call, true)?;
                }
                value => {
                    self.expression(frame, value)?;
                }
            },
            Stmt::Assign(it) => {
                let value = self.expression(frame, &it.value)?;
                for target in &it.targets {
                    self.assign(frame, target, &value)?;
                }
            }
            Stmt::AnnAssign(it) => {
                if let Some(value) = &it.value {
                    let value = self.expression(frame, value)?;
                    self.assign(frame, &it.target, &value)?;
                }
            }
            Stmt::AugAssign(it) => self.augmented(frame, it)?,
            Stmt::FunctionDef(it) => self.define(frame, it)?,
            Stmt::ClassDef(it) => {
                let class = self.class(frame, it)?;
                frame.bind(&it.name, class);
            }
            Stmt::Return(it) => {
                let value = match &it.value {
                    Some(value) => self.expression(frame, value)?,
                    None => Value::None,
                };
                return Ok(Flow::Return(value));
            }
            Stmt::If(it) => return self.choice(frame, it, &[]),
            Stmt::For(it) => return self.round(frame, it),
            Stmt::While(it) => return self.rounds(frame, it),
            Stmt::With(it) => return self.with(frame, it),
            Stmt::Try(it) => return self.guarded(frame, it),
            Stmt::Raise(it) => return self.raise(frame, it),
            Stmt::Assert(it) => {
                self.expression(frame, &it.test)?;
            }
            Stmt::Import(it) => self.import(frame, it),
            Stmt::ImportFrom(it) => self.import_from(frame, it)?,
            Stmt::Global(it) => {
                for name in &it.names {
                    frame.globals.borrow_mut().insert(name.as_str().into());
                }
            }
            Stmt::Break(_) => return Ok(Flow::Break),
            Stmt::Continue(_) => return Ok(Flow::Continue),
            Stmt::Delete(it) => {
                for target in &it.targets {
                    match target {
                        Expr::Name(name) => frame.unbind(&name.id),
                        target => self.forget(frame, target)?,
                    }
                }
            }
            Stmt::Match(it) => return self.matched(frame, it),
            Stmt::Nonlocal(_) | Stmt::Pass(_) | Stmt::TypeAlias(_) | Stmt::IpyEscapeCommand(_) => {}
        }
        Ok(Flow::Next)
    }

    /// `match` of a value that is known with patterns that are values; others are in doubt.
    fn matched(&mut self, frame: &Rc<Frame>, it: &StmtMatch) -> Result<Flow, Stop> {
        let subject = self.expression(frame, &it.subject)?;
        let at = range(it);
        for (index, case) in it.cases.iter().enumerate() {
            let mut fits = self.fits(frame, &subject, &case.pattern)?;
            if let (Some(true), Some(guard)) = (fits, &case.guard) {
                let guard = self.expression(frame, guard)?;
                fits = match Self::truth(&guard) {
                    super::branches::Truth::Yes => Some(true),
                    super::branches::Truth::No => Some(false),
                    _ => None,
                };
            }
            match fits {
                Some(true) => return self.block(frame, &case.body),
                Some(false) => {}
                None => {
                    for case in &it.cases[index..] {
                        self.in_doubt(frame, &at, |run| run.block(frame, &case.body).map(|_| ()))?;
                    }
                    break;
                }
            }
        }
        Ok(Flow::Next)
    }

    /// Whether a value fits a pattern; nothing if that is not known.
    fn fits(
        &mut self,
        frame: &Rc<Frame>,
        subject: &Value,
        pattern: &Pattern,
    ) -> Result<Option<bool>, Stop> {
        Ok(match pattern {
            Pattern::MatchValue(it) => {
                let value = self.expression(frame, &it.value)?;
                equal(subject, &value)
            }
            Pattern::MatchOr(it) => {
                for pattern in &it.patterns {
                    match self.fits(frame, subject, pattern)? {
                        Some(false) => {}
                        told => return Ok(told),
                    }
                }
                Some(false)
            }
            Pattern::MatchAs(it) if it.pattern.is_none() => {
                if let Some(name) = &it.name {
                    frame.bind(name, subject.clone());
                }
                Some(true)
            }
            _ => None,
        })
    }

    fn round(&mut self, frame: &Rc<Frame>, it: &StmtFor) -> Result<Flow, Stop> {
        let over = self.expression(frame, &it.iter)?;
        let Some(items) = self.items(&over)? else {
            let at = range(it);
            self.in_doubt(frame, &at, |run| {
                run.assign(frame, &it.target, &Value::Unknown)?;
                run.block(frame, &it.body)?;
                // What the first round has changed, the next one meets.
                Ok(())
            })?;
            return Ok(Flow::Next);
        };
        let mut items = items.into_iter();
        while let Some(item) = items.next() {
            self.assign(frame, &it.target, &item)?;
            match self.block(frame, &it.body)? {
                Flow::Next | Flow::Continue | Flow::Perhaps(Ends::Round) => {}
                Flow::Break => return Ok(Flow::Next),
                Flow::Perhaps(ends) => {
                    let at = range(it);
                    self.in_doubt(frame, &at, |run| {
                        for item in items {
                            run.assign(frame, &it.target, &item)?;
                            run.block(frame, &it.body)?;
                        }
                        run.block(frame, &it.orelse).map(|_| ())
                    })?;
                    return Ok(after_loop(ends));
                }
                flow @ Flow::Return(_) => return Ok(flow),
            }
        }
        self.block(frame, &it.orelse)
    }

    fn rounds(&mut self, frame: &Rc<Frame>, it: &StmtWhile) -> Result<Flow, Stop> {
        for _ in 0..MAX_ROUNDS {
            let test = self.expression(frame, &it.test)?;
            match Self::truth(&test) {
                super::branches::Truth::Yes => {}
                super::branches::Truth::No => return self.block(frame, &it.orelse),
                _ => {
                    let at = range(it);
                    self.in_doubt(frame, &at, |run| run.block(frame, &it.body).map(|_| ()))?;
                    return Ok(Flow::Next);
                }
            }
            match self.block(frame, &it.body)? {
                Flow::Next | Flow::Continue | Flow::Perhaps(Ends::Round) => {}
                Flow::Break => return Ok(Flow::Next),
                Flow::Perhaps(ends) => {
                    // How often it goes round from here is not known.
                    let at = range(it);
                    self.in_doubt(frame, &at, |run| run.block(frame, &it.body).map(|_| ()))?;
                    return Ok(after_loop(ends));
                }
                flow @ Flow::Return(_) => return Ok(flow),
            }
        }
        Err(Stop::Limit)
    }

    fn with(&mut self, frame: &Rc<Frame>, it: &StmtWith) -> Result<Flow, Stop> {
        let mut ends = Vec::new();
        for item in &it.items {
            let value = self.expression(frame, &item.context_expr)?;
            let at = range(&item.context_expr);
            let (entered, end) = self.enter(&value, &at);
            ends.push((at, end));
            if let Some(target) = &item.optional_vars {
                self.assign(frame, target, &entered)?;
            }
        }
        let flow = self.block(frame, &it.body);
        for (at, end) in ends.into_iter().rev() {
            self.leave(&at, &end);
        }
        flow
    }

    /// What `with` begins, what it gives, and how it ends.
    fn enter(&mut self, value: &Value, at: &std::ops::Range<usize>) -> (Value, End) {
        match value {
            Value::Batch(_) => {
                self.held.push(Vec::new());
                return (value.clone(), End::Batch);
            }
            Value::Name(name) => match &**name {
                // `alembic/runtime/migration.py`, `MigrationContext.autocommit_block`
                "@autocommit" => {
                    self.send(at.clone(), "COMMIT".to_owned());
                    return (Value::None, End::Autocommit);
                }
                "@savepoint" => {
                    self.send(at.clone(), "SAVEPOINT alembic".to_owned());
                    return (Value::Unknown, End::Savepoint);
                }
                "@elsewhere" => return (value.clone(), End::Nothing),
                name if name.starts_with('@') => return (value.clone(), End::Nothing),
                _ => {}
            },
            Value::Unknown => return (Value::name("@elsewhere"), End::Nothing),
            _ => {}
        }
        if value.is_handle() {
            self.unknown(at.clone(), WHETHER);
        }
        (Value::Unknown, End::Nothing)
    }

    fn leave(&mut self, at: &std::ops::Range<usize>, end: &End) {
        match end {
            End::Nothing => {}
            End::Autocommit => self.send(at.clone(), "BEGIN".to_owned()),
            End::Savepoint => self.send(at.clone(), "RELEASE SAVEPOINT alembic".to_owned()),
            End::Batch => {
                let held = self.held.pop().unwrap_or_default();
                for effect in held {
                    self.effect(effect);
                }
            }
        }
    }

    fn raise(&mut self, frame: &Rc<Frame>, it: &StmtRaise) -> Result<Flow, Stop> {
        let raised = match &it.exc {
            Some(raised) => self.expression(frame, raised)?,
            None => Value::Unknown,
        };
        let (of, args) = match &raised {
            Value::Made(made) => (made.kind().to_owned(), made.args.borrow().clone()),
            Value::Name(name) => (crate::value::last(name).to_owned(), Args::default()),
            _ => ("an exception".to_owned(), Args::default()),
        };
        let message = match args.positional.first().and_then(Value::as_str) {
            Some(message) => format!("the migration raises {of}: {message}"),
            None => format!("the migration raises {of}"),
        };
        Err(Stop::Raised { at: self.at(range(it)), message })
    }

    /// Follows something of which it is not known whether it happens.
    pub(super) fn in_doubt(
        &mut self,
        frame: &Rc<Frame>,
        at: &std::ops::Range<usize>,
        run: impl FnOnce(&mut Self) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let saved = frame.saved();
        self.doubts += 1;
        let (result, then) = self.apart(run);
        self.doubts -= 1;
        Self::merge(frame, saved);
        match result {
            // A migration that fails there has no effect.
            Ok(()) | Err(Stop::Raised { .. }) => {}
            Err(limit) => return Err(limit),
        }
        if !then.is_empty() {
            let at = self.at(at.clone());
            self.effect(Effect::Perhaps { at, condition: None, then, otherwise: Vec::new() });
        }
        Ok(())
    }
}

/// What is done where a `with` ends.
enum End {
    Nothing,
    Autocommit,
    Savepoint,
    Batch,
}

/// How a loop ends of which a round may have ended so much.
fn after_loop(ends: Ends) -> Flow {
    match ends {
        Ends::Round | Ends::Loop => Flow::Next,
        Ends::Function => Flow::Perhaps(Ends::Function),
    }
}
