//! Classes of the source, enums above all.

use std::rc::Rc;

use crate::value::{Value, last};

/// A class.
pub(crate) struct Class {
    pub(crate) name: Rc<str>,
    pub(crate) bases: Vec<Value>,
    /// What its body binds, in order.
    pub(crate) names: Vec<(Rc<str>, Value)>,
    /// Which sort of enum it is, if it is one.
    pub(crate) kind: Option<Kind>,
    /// The members of an enum, in order and without aliases. Nothing where one is not known.
    pub(crate) members: Option<Vec<Rc<Member>>>,
}

/// A member of an enum.
pub(crate) struct Member {
    pub(crate) class: Rc<str>,
    pub(crate) kind: Kind,
    /// Whether its class says how it is written.
    pub(crate) is_written: bool,
    pub(crate) name: Rc<str>,
    pub(crate) value: Value,
}

/// The sorts of enums (Python's manual, "enum").
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    /// `class X(str, Enum)`
    Text,
    /// `class X(StrEnum)`
    StrEnum,
    /// Of numbers or flags.
    Other,
}

impl Member {
    /// Whether it is a string.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::StrEnum)
    }

    /// As `str()` writes it.
    pub(crate) fn written(&self) -> Value {
        match self.kind {
            Kind::StrEnum if !self.is_written => self.value.clone(),
            Kind::Plain if !self.is_written => Value::text(format!("{}.{}", self.class, self.name)),
            // `str()` and an f-string differ, and versions of Python do.
            _ => Value::Unknown,
        }
    }
}

impl Class {
    /// An attribute of the class or of what it inherits from.
    pub(crate) fn attribute(&self, name: &str) -> Option<Value> {
        self.attribute_within(name, &mut 100)
    }

    /// The same, in so many classes at most.
    fn attribute_within(&self, name: &str, most: &mut u32) -> Option<Value> {
        *most = most.checked_sub(1)?;
        if let Some(member) = self.members.iter().flatten().find(|member| &*member.name == name) {
            return Some(Value::Member(Rc::clone(member)));
        }
        let own = self.names.iter().rev().find(|(known, _)| &**known == name);
        if let Some((_, value)) = own {
            // An alias is the member of the same value.
            let alias = self.members.iter().flatten().find(|member| same(&member.value, value));
            return Some(alias.map_or_else(|| value.clone(), |it| Value::Member(Rc::clone(it))));
        }
        self.bases.iter().find_map(|base| match base {
            Value::Class(base) => base.attribute_within(name, most),
            _ => None,
        })
    }

    /// The sort of enum that a class with such bases is.
    pub(crate) fn kind_of(bases: &[Value]) -> Option<Kind> {
        let mut is_text = false;
        let mut is_number = false;
        let mut kind = None;
        for base in bases {
            match base {
                Value::Class(base) => kind = kind.or(base.kind),
                Value::Name(name) => match last(name) {
                    "str" => is_text = true,
                    "int" => is_number = true,
                    "Enum" => kind = kind.or(Some(Kind::Plain)),
                    "StrEnum" => kind = Some(Kind::StrEnum),
                    "IntEnum" | "Flag" | "IntFlag" => kind = Some(Kind::Other),
                    _ => {}
                },
                _ => {}
            }
        }
        match kind {
            Some(Kind::Plain) if is_text => Some(Kind::Text),
            Some(Kind::Plain) if is_number => Some(Kind::Other),
            kind => kind,
        }
    }
}

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
        (
            Value::None,
            Value::Text(_)
            | Value::Int(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Dict(_)
            | Value::Bool(_)
            | Value::Made(_)
            | Value::Class(_)
            | Value::Member(_)
            | Value::Function(_),
        )
        | (
            Value::Text(_)
            | Value::Int(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Dict(_)
            | Value::Bool(_)
            | Value::Made(_)
            | Value::Class(_)
            | Value::Member(_)
            | Value::Function(_),
            Value::None,
        )
        | (Value::Text(_), Value::Int(_) | Value::List(_) | Value::Tuple(_))
        | (Value::Int(_) | Value::List(_) | Value::Tuple(_), Value::Text(_)) => Some(false),
        _ => None,
    }
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
