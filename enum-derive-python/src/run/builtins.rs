//! Functions that are built in, and what can be gone through.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Evaluated, Run, Stop};
use crate::queries;
use crate::value::{Args, Value, equal};

/// Functions that do nothing to a database, and whose results nobody needs.
const PURE: [&str; 26] = [
    "abs",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "dir",
    "float",
    "format",
    "hash",
    "id",
    "input",
    "issubclass",
    "iter",
    "max",
    "min",
    "next",
    "object",
    "open",
    "ord",
    "property",
    "round",
    "staticmethod",
    "sum",
    "super",
    "type",
    "vars",
];

/// What a name means that nothing binds.
pub(super) fn named(name: &str) -> Value {
    Value::Name(format!("builtins.{name}").into())
}

impl Run<'_> {
    /// The items that a `for` goes through; nothing where they or their order are not known.
    pub(crate) fn items(&mut self, value: &Value) -> Result<Option<Vec<Value>>, Stop> {
        self.step()?;
        Ok(match value {
            Value::List(items) => items.borrow().clone(),
            Value::Tuple(items) => Some(items.to_vec()),
            Value::Set(items) => items.borrow().as_ref().filter(|items| items.len() < 2).cloned(),
            Value::Dict(entries) => {
                let entries = entries.borrow();
                entries.as_ref().map(|entries| entries.iter().map(|(key, _)| key.clone()).collect())
            }
            Value::Text(text) => text
                .known()
                .map(|known| known.chars().map(|c| Value::text(c.to_string())).collect()),
            Value::Class(class) if class.kind.is_some() => {
                let members = class.members.as_ref();
                members
                    .map(|members| members.iter().map(|it| Value::Member(Rc::clone(it))).collect())
            }
            _ => None,
        })
    }

    /// A call of something that is built in; nothing where it is none of these.
    pub(super) fn built_in(&mut self, name: &str, args: &Args) -> Result<Option<Value>, Stop> {
        if args.is_open() {
            return Ok(Some(Value::Unknown));
        }
        let first = args.positional.first();
        if let Some(value) = of_names(name, args) {
            return Ok(Some(value));
        }
        let items = match first {
            Some(first @ Value::Set(items)) => match name {
                // The order is made, or does not matter.
                "sorted" | "len" | "set" | "frozenset" | "min" | "max" | "any" | "all" => {
                    items.borrow().clone()
                }
                _ => self.items(first)?,
            },
            Some(first) => self.items(first)?,
            None => Some(Vec::new()),
        };
        Ok(Some(match name {
            "list" => Value::List(Rc::new(RefCell::new(items))),
            "tuple" => items.map_or(Value::Unknown, |items| Value::Tuple(items.into())),
            "set" | "frozenset" => Value::Set(Rc::new(RefCell::new(items.and_then(distinct)))),
            "sorted" => self.sorted(items, args)?,
            "reversed" => Value::List(Rc::new(RefCell::new(items.map(|mut items| {
                items.reverse();
                items
            })))),
            "len" => match items {
                Some(items) => i64::try_from(items.len()).map_or(Value::Unknown, Value::Int),
                None => Value::Unknown,
            },
            "enumerate" => {
                let start = match args.get(1, "start") {
                    None => 0,
                    Some(Value::Int(start)) => start,
                    Some(_) => return Ok(Some(Value::Unknown)),
                };
                let numbered = items.map(|items| {
                    let numbers = (start..).map(Value::Int);
                    numbers.zip(items).map(|(at, item)| Value::Tuple([at, item].into())).collect()
                });
                Value::List(Rc::new(RefCell::new(numbered)))
            }
            "zip" => self.zip(args)?,
            "range" => range(args),
            "map" | "filter" => return self.mapped(name, args).map(Some),
            "any" | "all" => Self::any_or_all(name == "any", items.as_deref()),
            "str" => match first {
                Some(value) => Value::Text(Self::written(value)),
                None => Value::text(""),
            },
            "repr" => {
                first.map_or(Value::Unknown, |value| Value::Text(super::strings::repr_of(value)))
            }
            "int" => match first {
                Some(Value::Int(int)) => Value::Int(*int),
                Some(value) => match value.as_str().and_then(|text| text.trim().parse().ok()) {
                    Some(int) => Value::Int(int),
                    None => Value::Unknown,
                },
                None => Value::Int(0),
            },
            "bool" => first.map_or(Value::Bool(false), |value| Self::truth(value).value()),
            "dict" => self.dict_of(args, items)?,
            "dict.fromkeys" => {
                let value = args.get(1, "value").unwrap_or(Value::None);
                let entry = |key| (key, value.clone());
                let entries = items.and_then(distinct);
                let entries = entries.map(|keys| keys.into_iter().map(entry).collect());
                Value::Dict(Rc::new(RefCell::new(entries)))
            }
            "getattr" => match (first, args.positional.get(1).and_then(Value::as_str)) {
                (Some(of), Some(name)) => match (self.attribute(of, name)?, args.positional.get(2))
                {
                    (Value::Unknown | Value::Attribute(_), Some(_)) => Value::Unknown,
                    (value, _) => value,
                },
                _ => Value::Unknown,
            },
            "hasattr" => match (first, args.positional.get(1).and_then(Value::as_str)) {
                (Some(Value::Class(class)), Some(name)) => {
                    Value::Bool(class.attribute(name).is_some())
                }
                _ => Value::Unknown,
            },
            "isinstance" => is_instance(first, args.positional.get(1)),
            name if PURE.contains(&name) => Value::Unknown,
            "print" => Value::None,
            _ => return Ok(None),
        }))
    }

    fn sorted(&mut self, items: Option<Vec<Value>>, args: &Args) -> Evaluated {
        let key = args.keyword("key").cloned();
        let Some(items) = items else { return Ok(Value::List(Rc::new(RefCell::new(None)))) };
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            let key = match &key {
                Some(key) if !key.is_none() => {
                    let args = Args { positional: vec![item.clone()], ..Args::default() };
                    self.call(key.clone(), args, 0..0, false)?
                }
                _ => item.clone(),
            };
            keyed.push((key, item));
        }
        let all_text = keyed.iter().all(|(key, _)| key.as_str().is_some());
        let all_numbers = keyed.iter().all(|(key, _)| matches!(key, Value::Int(_)));
        let reverse = args.keyword("reverse");
        let is_reverse = matches!(reverse, Some(Value::Bool(true)));
        if !all_text && !all_numbers || !matches!(reverse, None | Some(Value::Bool(_))) {
            return Ok(Value::List(Rc::new(RefCell::new(None))));
        }
        keyed.sort_by(|(one, _), (other, _)| {
            let order = match (one, other) {
                (Value::Int(one), Value::Int(other)) => one.cmp(other),
                (one, other) => one.as_str().cmp(&other.as_str()),
            };
            if is_reverse { order.reverse() } else { order }
        });
        Ok(Value::list(keyed.into_iter().map(|(_, item)| item).collect()))
    }

    fn zip(&mut self, args: &Args) -> Evaluated {
        let mut all = Vec::new();
        for over in &args.positional {
            match self.items(over)? {
                Some(items) => all.push(items.into_iter()),
                None => return Ok(Value::Unknown),
            }
        }
        let mut zipped = Vec::new();
        while !all.is_empty() {
            let row: Option<Vec<Value>> = all.iter_mut().map(Iterator::next).collect();
            match row {
                Some(row) => zipped.push(Value::Tuple(row.into())),
                None => break,
            }
        }
        Ok(Value::list(zipped))
    }

    fn mapped(&mut self, name: &str, args: &Args) -> Evaluated {
        let [function, over] = &args.positional[..] else { return Ok(Value::Unknown) };
        let Some(items) = self.items(over)? else { return Ok(Value::Unknown) };
        let mut mapped = Vec::new();
        for item in items {
            let args = Args { positional: vec![item.clone()], ..Args::default() };
            let value = self.call(function.clone(), args, 0..0, false)?;
            if name == "map" {
                mapped.push(value);
                continue;
            }
            match Self::truth(&value) {
                super::branches::Truth::Yes => mapped.push(item),
                super::branches::Truth::No => {}
                _ => return Ok(Value::Unknown),
            }
        }
        Ok(Value::list(mapped))
    }

    fn any_or_all(any: bool, items: Option<&[Value]>) -> Value {
        let mut known = true;
        for item in items.unwrap_or_default() {
            match Self::truth(item) {
                super::branches::Truth::Yes if any => return Value::Bool(true),
                super::branches::Truth::No if !any => return Value::Bool(false),
                super::branches::Truth::Yes | super::branches::Truth::No => {}
                _ => known = false,
            }
        }
        if known && items.is_some() { Value::Bool(!any) } else { Value::Unknown }
    }

    fn dict_of(&mut self, args: &Args, items: Option<Vec<Value>>) -> Evaluated {
        let mut entries = match args.positional.first() {
            None => Some(Vec::new()),
            Some(Value::Dict(of)) => of.borrow().clone(),
            Some(_) => {
                let mut entries = Some(Vec::new());
                for item in items.unwrap_or_else(|| vec![Value::Unknown]) {
                    match (self.items(&item)?.as_deref(), &mut entries) {
                        (Some([key, value]), Some(entries)) => {
                            entries.push((key.clone(), value.clone()));
                        }
                        _ => entries = None,
                    }
                }
                entries
            }
        };
        if let Some(entries) = &mut entries {
            for (name, value) in &args.keywords {
                entries.push((super::strings::name_of(name), value.clone()));
            }
        }
        Ok(Value::Dict(Rc::new(RefCell::new(entries))))
    }
}

/// What a function makes of names that the database has, or of the question whether it has one.
fn of_names(name: &str, args: &Args) -> Option<Value> {
    let first = args.positional.first()?;
    match name {
        "set" | "frozenset" | "list" | "tuple" | "sorted" | "dict" => queries::same_names(first),
        "any" => Some(Value::Condition(queries::held(first.as_made()?)?.into())),
        "next" if matches!(args.positional.get(1), Some(Value::None)) => {
            queries::first_of(first.as_made()?)
        }
        _ => None,
    }
}

fn is_instance(value: Option<&Value>, class: Option<&Value>) -> Value {
    let Some(Value::Name(class)) = class else { return Value::Unknown };
    match (value, crate::value::last(class)) {
        (Some(Value::Text(_)), "str")
        | (Some(Value::Int(_)), "int")
        | (Some(Value::List(_)), "list") => Value::Bool(true),
        (Some(Value::Text(_)), "int" | "list" | "dict" | "tuple")
        | (Some(Value::List(_)), "str" | "dict" | "tuple" | "int")
        | (Some(Value::Int(_)), "str" | "dict" | "list" | "tuple") => Value::Bool(false),
        _ => Value::Unknown,
    }
}

/// Items without those that are there twice; nothing where that is not known.
fn distinct(items: Vec<Value>) -> Option<Vec<Value>> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        let mut is_there = false;
        for known in &kept {
            is_there |= equal(known, &item)?;
        }
        if !is_there {
            kept.push(item);
        }
        if kept.len() > 10_000 {
            return None;
        }
    }
    Some(kept)
}

fn range(args: &Args) -> Value {
    let mut numbers = Vec::new();
    for argument in &args.positional {
        let Value::Int(number) = argument else { return Value::Unknown };
        numbers.push(*number);
    }
    let (start, end, step) = match numbers[..] {
        [end] => (0, end, 1),
        [start, end] => (start, end, 1),
        [start, end, step] if step != 0 => (start, end, step),
        _ => return Value::Unknown,
    };
    let mut items = Vec::new();
    let mut at = start;
    while if step > 0 { at < end } else { at > end } {
        items.push(Value::Int(at));
        match at.checked_add(step) {
            Some(next) if items.len() < 100_000 => at = next,
            _ => return Value::Unknown,
        }
    }
    Value::list(items)
}
