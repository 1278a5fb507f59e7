//! What depends on a condition.

use std::collections::HashMap;
use std::rc::Rc;

use ruff_python_ast::{ElifElseClause, Stmt, StmtIf};

use super::{Flow, Run, Stop, range};
use crate::effects::Effect;
use crate::queries;
use crate::value::{Asked, Frame, Value, equal, same};

/// So many names of a frame are kept for one step.
const NAMES_PER_STEP: usize = 4;

/// Whether something is true.
pub(super) enum Truth {
    Yes,
    No,
    /// The database tells.
    Told(Rc<Asked>),
    Unknown,
}

impl Truth {
    pub(super) fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Told(asked) => Self::Told(asked.not().into()),
            Self::Unknown => Self::Unknown,
        }
    }

    pub(super) fn of(known: Option<bool>) -> Self {
        match known {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }

    pub(super) fn value(self) -> Value {
        match self {
            Self::Yes => Value::Bool(true),
            Self::No => Value::Bool(false),
            Self::Told(asked) => Value::Condition(asked),
            Self::Unknown => Value::Unknown,
        }
    }
}

/// What one way through a statement came to.
struct Way {
    flow: Result<Flow, Stop>,
    effects: Vec<Effect>,
    names: HashMap<Rc<str>, Value>,
}

impl Run<'_> {
    /// Whether a value is true (Python's manual, "Truth Value Testing").
    pub(super) fn truth(value: &Value) -> Truth {
        match value {
            Value::None => Truth::No,
            Value::Bool(it) => Truth::of(Some(*it)),
            Value::Int(it) => Truth::of(Some(*it != 0)),
            Value::Text(text) => {
                Truth::of(text.known().map(|text| !text.is_empty()).or_else(|| {
                    let rest = text.text.chars().any(|c| c != pg_enum_migrations::folder::HOLE);
                    rest.then_some(true)
                }))
            }
            Value::List(items) | Value::Set(items) => {
                Truth::of(items.borrow().as_ref().map(|items| !items.is_empty()))
            }
            Value::Tuple(items) => Truth::of(Some(!items.is_empty())),
            Value::Dict(entries) => {
                Truth::of(entries.borrow().as_ref().map(|entries| !entries.is_empty()))
            }
            Value::Function(_)
            | Value::Class(_)
            | Value::Module(_)
            | Value::Method(_)
            | Value::Batch(_) => Truth::Yes,
            Value::Member(member) => match (member.is_text(), &member.value) {
                (false, _) => Truth::Yes,
                (true, value) => Self::truth(value),
            },
            Value::Condition(asked) => Truth::Told(Rc::clone(asked)),
            Value::Name(name) if matches!(&**name, "@bind" | "@context") => Truth::Yes,
            Value::Name(name) if crate::value::last(name) == "TYPE_CHECKING" => Truth::No,
            Value::Made(made) => match queries::truth(made) {
                Some(asked) => Truth::Told(asked.into()),
                None => Truth::Unknown,
            },
            Value::Unknown | Value::Number(_) | Value::Name(_) | Value::Attribute(_) => {
                Truth::Unknown
            }
        }
    }

    /// The same, where it decides what is done now.
    pub(super) fn truth_now(&mut self, value: &Value) -> Result<Truth, Stop> {
        match Self::truth(value) {
            Truth::Told(asked) => self.told_now(&asked),
            truth => Ok(truth),
        }
    }

    /// An `if`, with what follows it in its block: where a test is not known and one way leaves the block, what follows is
    /// a part of the other way.
    pub(super) fn choice(
        &mut self,
        frame: &Rc<Frame>,
        it: &StmtIf,
        rest: &[Stmt],
    ) -> Result<Flow, Stop> {
        let mut clauses: Vec<(Option<&ruff_python_ast::Expr>, &[Stmt])> =
            vec![(Some(&it.test), &it.body)];
        for ElifElseClause { test, body, .. } in &it.elif_else_clauses {
            clauses.push((test.as_ref(), body));
        }
        self.clauses(frame, &clauses, rest, &range(it))
    }

    fn clauses(
        &mut self,
        frame: &Rc<Frame>,
        clauses: &[(Option<&ruff_python_ast::Expr>, &[Stmt])],
        rest: &[Stmt],
        at: &std::ops::Range<usize>,
    ) -> Result<Flow, Stop> {
        let mut clauses = clauses;
        while let Some(((test, body), others)) = clauses.split_first() {
            clauses = others;
            let truth = match test {
                Some(test) => {
                    let value = self.expression(frame, test)?;
                    self.truth_now(&value)?
                }
                None => Truth::Yes,
            };
            let condition = match truth {
                Truth::Yes => {
                    let flow = self.block(frame, body)?;
                    return self.after(frame, flow, rest, at);
                }
                Truth::No => continue,
                Truth::Told(asked) => Some(asked.sql.clone()),
                Truth::Unknown => None,
            };
            return self.either_way(
                frame,
                condition.as_deref(),
                |run| run.block(frame, body),
                |run| run.clauses(frame, others, &[], at),
                rest,
                at,
            );
        }
        self.block(frame, rest)
    }

    /// Follows one way and the other, and what comes after them.
    pub(super) fn either_way(
        &mut self,
        frame: &Rc<Frame>,
        condition: Option<&str>,
        then: impl FnOnce(&mut Self) -> Result<Flow, Stop>,
        otherwise: impl FnOnce(&mut Self) -> Result<Flow, Stop>,
        rest: &[Stmt],
        at: &std::ops::Range<usize>,
    ) -> Result<Flow, Stop> {
        let before = self.saved(frame)?;
        let start = self.sent_count();
        let then = self.way(frame, then);
        frame.restore(before);
        let hidden = self.hide_sent(start);
        // Each further test stands inside the other way of the one before.
        let otherwise = self.way(frame, |run| run.deeper(otherwise));
        self.show_sent(start, hidden);
        self.joined(frame, condition, then, otherwise, rest, at)
    }

    /// All that is bound, to go back to; that costs steps where it is much.
    pub(super) fn saved(&mut self, frame: &Frame) -> Result<HashMap<Rc<str>, Value>, Stop> {
        let names = frame.saved();
        self.charge(names.len() / NAMES_PER_STEP)?;
        Ok(names)
    }

    fn way(&mut self, frame: &Rc<Frame>, run: impl FnOnce(&mut Self) -> Result<Flow, Stop>) -> Way {
        let (flow, effects) = self.in_a_way(run);
        Way { flow, effects, names: frame.saved() }
    }

    /// Goes on where two ways meet, one of which is taken.
    fn joined(
        &mut self,
        frame: &Rc<Frame>,
        condition: Option<&str>,
        then: Way,
        otherwise: Way,
        rest: &[Stmt],
        at: &std::ops::Range<usize>,
    ) -> Result<Flow, Stop> {
        let place = self.at(at.clone());
        let push = |run: &mut Self, then: Vec<Effect>, otherwise: Vec<Effect>| {
            if !then.is_empty() || !otherwise.is_empty() {
                let (at, condition) = (place.clone(), condition.map(str::to_owned));
                run.keep(Effect::Perhaps { at, condition, then, otherwise });
            }
        };
        let (then_flow, otherwise_flow) = match (then.flow, otherwise.flow) {
            (Err(Stop::Limit), _) | (_, Err(Stop::Limit)) => return Err(Stop::Limit),
            // Both ways fail.
            (Err(stop), Err(_)) => return Err(stop),
            // A migration that fails has no effect, so that the other way is taken where there is one.
            (Err(_), Ok(flow)) => {
                frame.restore(otherwise.names);
                push(self, Vec::new(), otherwise.effects);
                return self.after(frame, flow, rest, at);
            }
            (Ok(flow), Err(_)) => {
                frame.restore(then.names);
                push(self, then.effects, Vec::new());
                return self.after(frame, flow, rest, at);
            }
            (Ok(then), Ok(otherwise)) => (then, otherwise),
        };
        match (then_flow, otherwise_flow) {
            (Flow::Next, Flow::Next) => {
                frame.restore(then.names);
                Self::merge(frame, otherwise.names);
                push(self, then.effects, otherwise.effects);
                self.block(frame, rest)
            }
            (Flow::Return(one), Flow::Return(other)) => {
                push(self, then.effects, otherwise.effects);
                Ok(Flow::Return(if same(&one, &other) { one } else { Value::Unknown }))
            }
            (Flow::Next, leaving) => {
                frame.restore(then.names);
                let mut after = self.way(frame, |run| run.block(frame, rest));
                let mut effects = then.effects;
                effects.append(&mut after.effects);
                push(self, effects, otherwise.effects);
                Self::left(after.flow, leaving)
            }
            (leaving, Flow::Next) => {
                frame.restore(otherwise.names);
                let mut after = self.way(frame, |run| run.block(frame, rest));
                let mut effects = otherwise.effects;
                effects.append(&mut after.effects);
                push(self, then.effects, effects);
                Self::left(after.flow, leaving)
            }
            (Flow::Break, Flow::Break) => {
                push(self, then.effects, otherwise.effects);
                Ok(Flow::Break)
            }
            (Flow::Continue, Flow::Continue) => {
                push(self, then.effects, otherwise.effects);
                Ok(Flow::Continue)
            }
            (one, other) => {
                frame.restore(then.names);
                Self::merge(frame, otherwise.names);
                push(self, then.effects, otherwise.effects);
                let after = self.in_doubt(frame, at, |run| run.block(frame, rest))?;
                Ok(Self::either(&Self::either(&one, &other), &after))
            }
        }
    }

    /// Goes on behind a statement that ends so.
    pub(super) fn after(
        &mut self,
        frame: &Rc<Frame>,
        flow: Flow,
        rest: &[Stmt],
        at: &std::ops::Range<usize>,
    ) -> Result<Flow, Stop> {
        match flow {
            Flow::Next => self.block(frame, rest),
            Flow::Perhaps(_) => {
                let after = self.in_doubt(frame, at, |run| run.block(frame, rest))?;
                Ok(Self::either(&flow, &after))
            }
            flow => Ok(flow),
        }
    }

    /// How a block ends of which one way has left it, and the other has gone on to its end.
    fn left(went_on: Result<Flow, Stop>, leaving: Flow) -> Result<Flow, Stop> {
        match (went_on, leaving) {
            (Err(Stop::Limit), _) => Err(Stop::Limit),
            (Err(Stop::Raised { .. }), leaving) => Ok(leaving),
            (Ok(Flow::Return(one)), Flow::Return(other)) => {
                Ok(Flow::Return(if same(&one, &other) { one } else { Value::Unknown }))
            }
            (Ok(Flow::Continue), Flow::Continue) => Ok(Flow::Continue),
            (Ok(one), other) => Ok(Self::either(&one, &other)),
        }
    }

    /// How two ways end of which one is taken.
    pub(super) fn either(one: &Flow, other: &Flow) -> Flow {
        one.ends().max(other.ends()).map_or(Flow::Next, Flow::Perhaps)
    }

    /// What names mean after one of two ways: what both ways say.
    pub(super) fn merge(frame: &Rc<Frame>, other: HashMap<Rc<str>, Value>) {
        let mut names = frame.saved();
        for (name, value) in &mut names {
            let is_same = match other.get(name) {
                Some(there) => is_one(value, there),
                None => false,
            };
            if !is_same {
                *value = Value::Unknown;
            }
        }
        for name in other.into_keys() {
            names.entry(name).or_insert(Value::Unknown);
        }
        frame.restore(names);
    }
}

/// Whether two values are one and the same thing, or equal and nothing that changes.
fn is_one(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::List(one), Value::List(other)) | (Value::Set(one), Value::Set(other)) => {
            Rc::ptr_eq(one, other)
        }
        (Value::Dict(one), Value::Dict(other)) => Rc::ptr_eq(one, other),
        (Value::Function(one), Value::Function(other)) => Rc::ptr_eq(one, other),
        (Value::Module(one), Value::Module(other)) => Rc::ptr_eq(one, other),
        (Value::Batch(one), Value::Batch(other)) => Rc::ptr_eq(one, other),
        (Value::Text(one), Value::Text(other)) => one == other,
        (Value::Attribute(one), Value::Attribute(other)) => Rc::ptr_eq(one, other),
        (Value::Name(one), Value::Name(other)) => one == other,
        (Value::Condition(one), Value::Condition(other)) => one == other,
        (one, other) => equal(one, other) == Some(true),
    }
}
