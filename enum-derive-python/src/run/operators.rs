//! Operators.

use std::cell::RefCell;
use std::rc::Rc;

use ruff_python_ast::{CmpOp, Expr, ExprCompare, Operator};

use super::branches::Truth;
use super::{Evaluated, Run, Stop};
use crate::queries;
use crate::text::Text;
use crate::value::{Args, Frame, Value, equal, last};

impl Run<'_> {
    pub(super) fn operate(op: Operator, left: &Value, right: &Value) -> Value {
        // A number that is computed from one that is another in each process is one as well.
        if let Some(made) = left.unstable().or(right.unstable())
            && left.as_text().is_none()
        {
            return Value::Made(Rc::clone(made));
        }
        match (op, left, right) {
            (Operator::Add, Value::Int(left), Value::Int(right)) => {
                left.checked_add(*right).map_or(Value::Unknown, Value::Int)
            }
            (Operator::Sub, Value::Int(left), Value::Int(right)) => {
                left.checked_sub(*right).map_or(Value::Unknown, Value::Int)
            }
            (Operator::Mult, Value::Int(left), Value::Int(right)) => {
                left.checked_mul(*right).map_or(Value::Unknown, Value::Int)
            }
            (Operator::Add, Value::List(left), Value::List(right)) => {
                let both = match (&*left.borrow(), &*right.borrow()) {
                    (Some(left), Some(right)) => (left.len() + right.len() <= super::MAX_SIZE)
                        .then(|| [&left[..], right].concat()),
                    _ => None,
                };
                Value::List(Rc::new(RefCell::new(both)))
            }
            (Operator::Add, Value::Tuple(left), Value::Tuple(right))
                if left.len() + right.len() <= super::MAX_SIZE =>
            {
                Value::Tuple([&left[..], right].concat().into())
            }
            (Operator::Add, left, right)
                if left.as_text().is_none() && right.as_text().is_none() =>
            {
                Value::Unknown
            }
            (Operator::Add, left, right) => match (text_of(left), text_of(right)) {
                (Some(left), Some(right))
                    if left.text.len() + right.text.len() <= super::MAX_SIZE =>
                {
                    Value::text(left.text + &right.text)
                }
                _ => Value::Unknown,
            },
            (Operator::Mod, Value::Text(text), values) => Self::percent(text, values),
            // `int | None`
            (Operator::BitOr, left, right) if is_type(left) && is_type(right) => {
                let positional = vec![left.clone(), right.clone()];
                let args = Args { positional, ..Args::default() };
                Value::made(&format!("typing.Union{BRACKETS}"), args)
            }
            _ => Value::Unknown,
        }
    }

    pub(super) fn compare(&mut self, frame: &Rc<Frame>, it: &ExprCompare) -> Evaluated {
        let mut left = self.expression(frame, &it.left)?;
        let mut all = Truth::Yes;
        for (op, right) in it.ops.iter().zip(&it.comparators) {
            let right = self.expression(frame, right)?;
            let one = self.compared(*op, &left, &right)?;
            all = match (all, one) {
                (Truth::No, _) | (_, Truth::No) => Truth::No,
                (Truth::Yes, one) => one,
                (all, Truth::Yes) => all,
                _ => Truth::Unknown,
            };
            left = right;
        }
        Ok(all.value())
    }

    pub(super) fn compared(
        &mut self,
        op: CmpOp,
        left: &Value,
        right: &Value,
    ) -> Result<Truth, Stop> {
        Ok(match op {
            CmpOp::Eq | CmpOp::Is => match queries::compared(left, right) {
                Some(asked) => Truth::Told(asked.into()),
                None => Truth::of(equal(left, right)),
            },
            CmpOp::NotEq | CmpOp::IsNot => match queries::compared(left, right) {
                Some(asked) => Truth::Told(asked.into()).not(),
                None => Truth::of(equal(left, right)).not(),
            },
            CmpOp::In => self.contains(left, right)?,
            CmpOp::NotIn => self.contains(left, right)?.not(),
            CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => match (left, right) {
                (Value::Int(left), Value::Int(right)) => Truth::of(Some(match op {
                    CmpOp::Lt => left < right,
                    CmpOp::LtE => left <= right,
                    CmpOp::Gt => left > right,
                    _ => left >= right,
                })),
                _ => Truth::Unknown,
            },
        })
    }

    /// Whether something has a value in it.
    fn contains(&mut self, value: &Value, inside: &Value) -> Result<Truth, Stop> {
        if let Some(asked) = queries::contains(value, inside) {
            return Ok(Truth::Told(asked.into()));
        }
        if let (Some(part), Some(text)) = (value.as_str(), inside.as_str()) {
            return Ok(Truth::of(Some(text.contains(part))));
        }
        let items = match inside {
            // The order does not matter here.
            Value::Set(items) => items.borrow().clone(),
            inside => self.items(inside)?,
        };
        let Some(items) = items else { return Ok(Truth::Unknown) };
        // They are copied as well.
        self.charge(items.len() / (super::COMPARED_PER_STEP / 4))?;
        let mut found = Some(false);
        for item in &items {
            match equal(value, item) {
                Some(true) => return Ok(Truth::Yes),
                Some(false) => {}
                None => found = None,
            }
        }
        Ok(Truth::of(found))
    }

    pub(super) fn subscript(&mut self, frame: &Rc<Frame>, of: &Value, slice: &Expr) -> Evaluated {
        if let Expr::Slice(slice) = slice {
            let bound = |run: &mut Self, bound: &Option<Box<Expr>>| match bound {
                Some(bound) => run.expression(frame, bound).map(Some),
                None => Ok(None),
            };
            let (lower, upper) = (bound(self, &slice.lower)?, bound(self, &slice.upper)?);
            return Ok(match slice.step {
                Some(_) => Value::Unknown,
                None => sliced(of, lower.as_ref(), upper.as_ref()),
            });
        }
        let key = self.expression(frame, slice)?;
        Ok(match (of, &key) {
            (Value::Dict(entries), key) => find(entries.borrow().as_deref(), key),
            (Value::List(items), Value::Int(at)) => {
                items.borrow().as_deref().map_or(Value::Unknown, |items| item(items, *at))
            }
            (Value::Tuple(items), Value::Int(at)) => item(items, *at),
            // `Mood["SAD"]`
            (Value::Class(class), key) if class.kind.is_some() => match key.as_str() {
                Some(name) => class.attribute(name).unwrap_or(Value::Unknown),
                None => Value::Unknown,
            },
            // `Mapped[int]`, `Annotated[str, 30]`
            (Value::Name(name), _) if ANNOTATES.contains(&last(name)) => {
                let positional = match key {
                    Value::Tuple(items) => items.to_vec(),
                    key => vec![key],
                };
                let args = Args { positional, ..Args::default() };
                Value::made(&format!("{name}{BRACKETS}"), args)
            }
            // `list[str]`
            (Value::Name(name), _) if is_generic(name) => Value::Name(Rc::clone(name)),
            (Value::Class(class), _) => Value::Class(Rc::clone(class)),
            _ => Value::Unknown,
        })
    }
}

/// The value of a key; unknown where a key before it is.
pub(super) fn find(entries: Option<&[(Value, Value)]>, key: &Value) -> Value {
    for (known, value) in entries.unwrap_or_default() {
        match equal(known, key) {
            Some(true) => return value.clone(),
            Some(false) => {}
            None => break,
        }
    }
    Value::Unknown
}

fn item(items: &[Value], at: i64) -> Value {
    let at = match usize::try_from(at) {
        Ok(at) => Some(at),
        Err(_) => {
            usize::try_from(at.unsigned_abs()).ok().and_then(|back| items.len().checked_sub(back))
        }
    };
    at.and_then(|at| items.get(at)).cloned().unwrap_or(Value::Unknown)
}

fn sliced(of: &Value, lower: Option<&Value>, upper: Option<&Value>) -> Value {
    let bounds = |length: usize| {
        let bound = |bound: Option<&Value>, default: usize| match bound {
            None | Some(Value::None) => Some(default),
            Some(Value::Int(at)) => Some(match usize::try_from(*at) {
                Ok(at) => at.min(length),
                Err(_) => length.saturating_sub(usize::try_from(at.unsigned_abs()).ok()?),
            }),
            Some(_) => None,
        };
        let (lower, upper) = (bound(lower, 0)?, bound(upper, length)?);
        Some(lower..upper.max(lower))
    };
    match of {
        Value::List(items) => {
            let items = items.borrow();
            let part = items
                .as_ref()
                .and_then(|items| items.get(bounds(items.len())?).map(<[Value]>::to_vec));
            Value::List(Rc::new(RefCell::new(part)))
        }
        Value::Tuple(items) => match bounds(items.len()).and_then(|bounds| items.get(bounds)) {
            Some(part) => Value::Tuple(part.into()),
            None => Value::Unknown,
        },
        Value::Text(text) => match text.known() {
            Some(known) => {
                let all: Vec<char> = known.chars().collect();
                match bounds(all.len()).and_then(|bounds| all.get(bounds)) {
                    Some(part) => Value::text(part.iter().collect::<String>()),
                    None => Value::Unknown,
                }
            }
            None => Value::Unknown,
        },
        _ => Value::Unknown,
    }
}

/// Whether something of a library is a type, of which brackets make another.
fn is_generic(name: &str) -> bool {
    let name = last(name);
    name.starts_with(char::is_uppercase) || ["dict", "list", "set", "tuple", "type"].contains(&name)
}

/// What follows on the name of something in brackets: `typing.Optional[]` made `Optional[int]`.
pub(crate) const BRACKETS: &str = "[]";

/// What annotations are made of, of which the brackets matter (Python's manual, "typing"; `sqlalchemy/orm/base.py`).
const ANNOTATES: [&str; 9] = [
    "Annotated",
    "ClassVar",
    "Final",
    "Literal",
    "Mapped",
    "Optional",
    "Union",
    "DynamicMapped",
    "WriteOnlyMapped",
];

/// Whether a value may stand in an annotation.
fn is_type(value: &Value) -> bool {
    match value {
        Value::None | Value::Class(_) => true,
        Value::Name(name) => !name.starts_with('@') && is_generic_or_built_in(name),
        Value::Made(made) => made.of.ends_with(BRACKETS),
        _ => false,
    }
}

fn is_generic_or_built_in(name: &str) -> bool {
    is_generic(name)
        || ["bool", "bytes", "date", "datetime", "float", "int", "str", "time", "timedelta"]
            .contains(&last(name))
}

/// A string, or a hole for what is not known and may be one.
fn text_of(value: &Value) -> Option<Text> {
    match value {
        Value::Unknown | Value::Name(_) | Value::Made(_) | Value::Attribute(_) => {
            Some(Text::hole())
        }
        value => value.as_text().cloned(),
    }
}
