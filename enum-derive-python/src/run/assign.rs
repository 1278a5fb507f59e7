//! What is assigned to what.

use std::rc::Rc;

use ruff_python_ast::{Expr, StmtAugAssign};

use super::{Run, Stop};
use crate::queries::change_item;
use crate::value::{Frame, Value, equal};

impl Run<'_> {
    pub(super) fn assign(
        &mut self,
        frame: &Rc<Frame>,
        target: &Expr,
        value: &Value,
    ) -> Result<(), Stop> {
        match target {
            Expr::Name(name) => frame.bind(&name.id, value.clone()),
            Expr::Starred(starred) => self.assign(frame, &starred.value, value)?,
            Expr::Tuple(tuple) => self.unpack(frame, &tuple.elts, value)?,
            Expr::List(list) => self.unpack(frame, &list.elts, value)?,
            Expr::Subscript(it) => {
                let of = self.expression(frame, &it.value)?;
                let key = self.expression(frame, &it.slice)?;
                self.put(&of, &key, value)?;
            }
            Expr::Attribute(it) => {
                let of = self.expression(frame, &it.value)?;
                if let Value::Made(made) = &of {
                    let value = if self.is_doubtful() { Value::Unknown } else { value.clone() };
                    made.args.borrow_mut().keywords.push((it.attr.as_str().into(), value));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn unpack(&mut self, frame: &Rc<Frame>, targets: &[Expr], value: &Value) -> Result<(), Stop> {
        let items = self.items(value)?;
        let star = targets.iter().position(|target| matches!(target, Expr::Starred(_)));
        match (items, star) {
            (Some(items), None) if items.len() == targets.len() => {
                for (target, item) in targets.iter().zip(&items) {
                    self.assign(frame, target, item)?;
                }
            }
            (Some(items), Some(star)) if items.len() + 1 >= targets.len() => {
                let behind = targets.len() - star - 1;
                let end = items.len() - behind;
                for (target, item) in targets[..star].iter().zip(&items) {
                    self.assign(frame, target, item)?;
                }
                self.assign(frame, &targets[star], &Value::list(items[star..end].to_vec()))?;
                for (target, item) in targets[star + 1..].iter().zip(&items[end..]) {
                    self.assign(frame, target, item)?;
                }
            }
            _ => {
                for target in targets {
                    self.assign(frame, target, &Value::Unknown)?;
                }
            }
        }
        Ok(())
    }

    /// Puts a value under a key, or at a place.
    fn put(&mut self, of: &Value, key: &Value, value: &Value) -> Result<(), Stop> {
        match of {
            Value::Dict(entries) => {
                let mut entries = entries.borrow_mut();
                if self.is_doubtful() {
                    *entries = None;
                }
                let Some(known) = &mut *entries else { return Ok(()) };
                self.charge(known.len() / super::COMPARED_PER_STEP)?;
                for (there, old) in known.iter_mut() {
                    match equal(there, key) {
                        Some(true) => {
                            *old = value.clone();
                            return Ok(());
                        }
                        Some(false) => {}
                        None => {
                            *entries = None;
                            return Ok(());
                        }
                    }
                }
                known.push((key.clone(), value.clone()));
            }
            Value::List(items) => {
                let mut items = items.borrow_mut();
                let place = match (key, &mut *items) {
                    (Value::Int(at), Some(known)) if !self.is_doubtful() => {
                        usize::try_from(*at).ok().and_then(|at| known.get_mut(at))
                    }
                    _ => None,
                };
                match place {
                    Some(place) => *place = value.clone(),
                    None => *items = None,
                }
            }
            of => change_item(of),
        }
        Ok(())
    }

    pub(super) fn augmented(&mut self, frame: &Rc<Frame>, it: &StmtAugAssign) -> Result<(), Stop> {
        let old = self.expression(frame, &it.target)?;
        let more = self.expression(frame, &it.value)?;
        // A list is changed where it is.
        if let Value::List(items) = &old
            && it.op == ruff_python_ast::Operator::Add
        {
            let more = self.items(&more)?;
            self.change(items, |items| match more {
                Some(more) => {
                    items.extend(more);
                    true
                }
                None => false,
            });
            return Ok(());
        }
        let value = Self::operate(it.op, &old, &more);
        self.assign(frame, &it.target, &value)
    }

    /// What an assignment or a deletion may have changed is not known any more.
    pub(super) fn forget(&mut self, frame: &Rc<Frame>, target: &Expr) -> Result<(), Stop> {
        let of = match target {
            Expr::Subscript(it) => &it.value,
            Expr::Attribute(it) => &it.value,
            _ => return Ok(()),
        };
        match self.expression(frame, of)? {
            Value::List(items) => *items.borrow_mut() = None,
            Value::Dict(entries) => *entries.borrow_mut() = None,
            of => change_item(&of),
        }
        Ok(())
    }

    /// Changes items, if it is known that they are changed, and how.
    pub(super) fn change(
        &self,
        items: &crate::value::Items,
        change: impl FnOnce(&mut Vec<Value>) -> bool,
    ) {
        let mut items = items.borrow_mut();
        let is_known = match &mut *items {
            Some(known) if !self.is_doubtful() => change(known) && known.len() <= super::MAX_SIZE,
            _ => false,
        };
        if !is_known {
            *items = None;
        }
    }
}
