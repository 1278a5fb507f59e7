//! Statements.

use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt, StmtFor, StmtRaise, StmtWhile, StmtWith};

use super::{Ends, Flow, Run, Stop, range};
use crate::effects::{Effect, WHETHER};
use crate::value::{Args, Frame, Value};

/// How often a `while` goes round.
const MAX_ROUNDS: usize = 10_000;

impl Run<'_> {
    /// Follows statements up to the one that ends their block.
    pub(super) fn block(&mut self, frame: &Rc<Frame>, statements: &[Stmt]) -> Result<Flow, Stop> {
        for (index, statement) in statements.iter().enumerate() {
            let rest = &statements[index + 1..];
            match statement {
                Stmt::If(it) => return self.deeper(|run| run.choice(frame, it, rest)),
                Stmt::Match(it) => return self.deeper(|run| run.matched(frame, it, rest)),
                _ => {}
            }
            match self.statement(frame, statement)? {
                Flow::Next => {}
                flow => return self.after(frame, flow, rest, &range(statement)),
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
            Stmt::Match(it) => return self.matched(frame, it, &[]),
            Stmt::Nonlocal(_) | Stmt::Pass(_) | Stmt::TypeAlias(_) | Stmt::IpyEscapeCommand(_) => {}
        }
        Ok(Flow::Next)
    }

    fn round(&mut self, frame: &Rc<Frame>, it: &StmtFor) -> Result<Flow, Stop> {
        let over = self.expression(frame, &it.iter)?;
        let at = range(it);
        let Some(items) = self.items(&over)? else {
            // What the first round has changed, the next one meets.
            let flow = self.in_doubt(frame, &at, |run| {
                run.assign(frame, &it.target, &Value::Unknown)?;
                run.block(frame, &it.body)
            })?;
            return self.after_rounds(frame, &flow, &it.orelse, &at);
        };
        let mut items = items.into_iter();
        while let Some(item) = items.next() {
            self.assign(frame, &it.target, &item)?;
            match self.block(frame, &it.body)? {
                Flow::Next | Flow::Continue | Flow::Perhaps(Ends::Round) => {}
                Flow::Break => return Ok(Flow::Next),
                mut flow @ Flow::Perhaps(_) => {
                    let others = self.in_doubt(frame, &at, |run| {
                        let mut all = Flow::Next;
                        for item in items {
                            run.assign(frame, &it.target, &item)?;
                            all = Self::either(&all, &run.block(frame, &it.body)?);
                        }
                        Ok(all)
                    })?;
                    flow = Self::either(&flow, &others);
                    return self.after_rounds(frame, &flow, &it.orelse, &at);
                }
                flow @ Flow::Return(_) => return Ok(flow),
            }
        }
        self.block(frame, &it.orelse)
    }

    fn rounds(&mut self, frame: &Rc<Frame>, it: &StmtWhile) -> Result<Flow, Stop> {
        let at = range(it);
        for _ in 0..MAX_ROUNDS {
            let test = self.expression(frame, &it.test)?;
            match self.truth_now(&test)? {
                super::branches::Truth::Yes => {}
                super::branches::Truth::No => return self.block(frame, &it.orelse),
                _ => {
                    let flow = self.in_doubt(frame, &at, |run| run.block(frame, &it.body))?;
                    return self.after_rounds(frame, &flow, &it.orelse, &at);
                }
            }
            match self.block(frame, &it.body)? {
                Flow::Next | Flow::Continue | Flow::Perhaps(Ends::Round) => {}
                Flow::Break => return Ok(Flow::Next),
                flow @ Flow::Perhaps(_) => {
                    // How often it goes round from here is not known.
                    let others = self.in_doubt(frame, &at, |run| run.block(frame, &it.body))?;
                    let flow = Self::either(&flow, &others);
                    return self.after_rounds(frame, &flow, &it.orelse, &at);
                }
                flow @ Flow::Return(_) => return Ok(flow),
            }
        }
        Err(Stop::Limit)
    }

    /// How a loop ends, with its `else`, of which a round may have ended so much.
    fn after_rounds(
        &mut self,
        frame: &Rc<Frame>,
        flow: &Flow,
        orelse: &[Stmt],
        at: &std::ops::Range<usize>,
    ) -> Result<Flow, Stop> {
        let flow = match flow.ends() {
            None | Some(Ends::Round) => return self.block(frame, orelse),
            Some(Ends::Loop) => Flow::Next,
            Some(Ends::Function) => Flow::Perhaps(Ends::Function),
        };
        let otherwise = self.in_doubt(frame, at, |run| run.block(frame, orelse))?;
        Ok(Self::either(&flow, &otherwise))
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

    /// Follows something of which it is not known whether it happens, and gives what it may end.
    pub(super) fn in_doubt(
        &mut self,
        frame: &Rc<Frame>,
        at: &std::ops::Range<usize>,
        run: impl FnOnce(&mut Self) -> Result<Flow, Stop>,
    ) -> Result<Flow, Stop> {
        let saved = self.saved(frame)?;
        let (result, then) = self.in_a_way(run);
        Self::merge(frame, saved);
        let flow = match result {
            Ok(flow) => Self::either(&Flow::Next, &flow),
            // A migration that fails there has no effect.
            Err(Stop::Raised { .. }) => Flow::Next,
            Err(limit) => return Err(limit),
        };
        if !then.is_empty() {
            let at = self.at(at.clone());
            self.keep(Effect::Perhaps { at, condition: None, then, otherwise: Vec::new() });
        }
        Ok(flow)
    }
}

/// What is done where a `with` ends.
enum End {
    Nothing,
    Autocommit,
    Savepoint,
    Batch,
}
