//! Whether values are equal (Python's reference, "Value comparisons"), as far as they are known.

use std::rc::Rc;

use super::Value;

/// Whether two values are the same, as far as both are known.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    equal(one, other) == Some(true)
}

/// Whether two values are equal; nothing where that is not known.
pub(crate) fn equal(one: &Value, other: &Value) -> Option<bool> {
    equal_within(one, other, &mut 1_000)
}

/// The same, with so many comparisons at most: lists may have one another in them.
fn equal_within(one: &Value, other: &Value, most: &mut u32) -> Option<bool> {
    *most = most.checked_sub(1)?;
    if let (Value::Member(one), Value::Member(other)) = (one, other) {
        return Some(Rc::ptr_eq(one, other));
    }
    if let (Some(one), Some(other)) = (one.as_text(), other.as_text()) {
        return match (one.known(), other.known()) {
            (Some(one), Some(other)) => Some(one == other),
            _ => None,
        };
    }
    match (one, other) {
        (Value::None, Value::None) => Some(true),
        (Value::Bool(one), Value::Bool(other)) => Some(one == other),
        (Value::Int(one), Value::Int(other)) => Some(one == other),
        (Value::Tuple(one), Value::Tuple(other)) => all_equal(one, other, most),
        (Value::List(one), Value::List(other)) => {
            all_equal(one.borrow().as_deref()?, other.borrow().as_deref()?, most)
        }
        (Value::Number(one), Value::Number(other)) | (Value::Name(one), Value::Name(other)) => {
            (one == other).then_some(true)
        }
        (Value::Class(one), Value::Class(other)) => Some(Rc::ptr_eq(one, other)),
        (Value::Made(one), Value::Made(other)) => Rc::ptr_eq(one, other).then_some(true),
        (Value::None, other) | (other, Value::None) if is_something(other) => Some(false),
        (Value::Text(_), Value::Int(_) | Value::List(_) | Value::Tuple(_))
        | (Value::Int(_) | Value::List(_) | Value::Tuple(_), Value::Text(_)) => Some(false),
        _ => None,
    }
}

/// Whether a value is certainly another than `None`.
fn is_something(value: &Value) -> bool {
    matches!(
        value,
        Value::Text(_)
            | Value::Int(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Dict(_)
            | Value::Bool(_)
            | Value::Made(_)
            | Value::Class(_)
            | Value::Member(_)
            | Value::Function(_)
    )
}

fn all_equal(one: &[Value], other: &[Value], most: &mut u32) -> Option<bool> {
    if one.len() != other.len() {
        return Some(false);
    }
    let mut all = Some(true);
    for (one, other) in one.iter().zip(other) {
        match equal_within(one, other, most) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}
