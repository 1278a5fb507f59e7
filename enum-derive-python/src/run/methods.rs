//! Attributes, and methods of lists and dicts.

use std::cell::RefCell;
use std::rc::Rc;

use super::strings::name_of;
use super::{COMPARED_PER_STEP, Evaluated, Run, Stop};
use crate::value::{Args, Class, Entries, Function, Items, Named, Value, equal};

impl Run<'_> {
    /// An attribute of a value.
    pub(crate) fn attribute(&mut self, of: &Value, name: &str) -> Evaluated {
        Ok(match of {
            Value::Module(module) => {
                let module = Rc::clone(module);
                match self.exported(&module, name)? {
                    Some(value) => value,
                    None => self.submodule(&module, name),
                }
            }
            Value::Name(path) => self.library.attribute(path, name),
            Value::Class(class) => match (name, class.attribute(name)) {
                ("__name__", _) => Value::text(class.name.to_string()),
                ("__members__", _) => {
                    let entry = |(name, member): (&str, _)| {
                        (Value::text(name.to_owned()), Value::Member(member))
                    };
                    let members = self.named_members(class)?;
                    let members = members.map(|all| all.into_iter().map(entry).collect());
                    Value::Dict(Rc::new(RefCell::new(members)))
                }
                (_, Some(Value::Function(function))) => bound(of, function),
                (_, Some(value)) => value,
                ("metadata", None) => of.clone().attribute(name),
                // `User.__table__`, and what a library's class gives.
                (_, None) => Value::Unknown,
            },
            Value::Member(member) => match name {
                "value" | "_value_" => member.value.clone(),
                "name" | "_name_" => Value::text(member.name.to_string()),
                name => match &member.value {
                    Value::Text(text) if member.is_text() => {
                        Value::Text(text.clone()).attribute(name)
                    }
                    _ => Value::Unknown,
                },
            },
            Value::Made(made) => match self.library.made_attribute(self, made, name)? {
                Some(value) => value,
                None => of.clone().attribute(name),
            },
            Value::Text(_)
            | Value::List(_)
            | Value::Dict(_)
            | Value::Set(_)
            | Value::Tuple(_)
            | Value::Batch(_)
            | Value::Condition(_)
            | Value::Attribute(_)
            | Value::Unknown => of.clone().attribute(name),
            Value::Function(function) if name == "__name__" => match &function.code {
                crate::value::Code::Def(def) => Value::text(def.name.as_str()),
                crate::value::Code::Lambda(_) => Value::text("<lambda>"),
            },
            _ => Value::Unknown,
        })
    }

    /// [`Class::named_members`], which compares each name with all others.
    pub(crate) fn named_members<'c>(
        &mut self,
        class: &'c Class,
    ) -> Result<Option<Named<'c>>, Stop> {
        self.charge(class.names.len() * class.names.len() / COMPARED_PER_STEP)?;
        Ok(class.named_members())
    }

    pub(super) fn list_method(&mut self, items: &Items, name: &str, args: &Args) -> Evaluated {
        let first = args.positional.first().cloned();
        match (name, first) {
            ("append", Some(item)) => {
                self.change(items, |items| {
                    items.push(item);
                    true
                });
                Ok(Value::None)
            }
            ("extend", Some(more)) => {
                let more = self.items(&more)?;
                self.change(items, |items| match more {
                    Some(more) => {
                        items.extend(more);
                        true
                    }
                    None => false,
                });
                Ok(Value::None)
            }
            ("insert", Some(Value::Int(at))) => {
                let item = args.positional.get(1).cloned();
                self.change(items, |items| match (usize::try_from(at), item) {
                    (Ok(at), Some(item)) => {
                        items.insert(at.min(items.len()), item);
                        true
                    }
                    _ => false,
                });
                Ok(Value::None)
            }
            ("remove", Some(item)) => {
                self.change(items, |items| {
                    for index in 0..items.len() {
                        match equal(&items[index], &item) {
                            Some(true) => {
                                items.remove(index);
                                return true;
                            }
                            Some(false) => {}
                            None => return false,
                        }
                    }
                    false
                });
                Ok(Value::None)
            }
            ("pop", at) => {
                let length = items.borrow().as_ref().map_or(0, Vec::len);
                let at = match at {
                    None => length.checked_sub(1),
                    Some(Value::Int(at)) if at < 0 => usize::try_from(at.unsigned_abs())
                        .ok()
                        .and_then(|back| length.checked_sub(back)),
                    Some(Value::Int(at)) => usize::try_from(at).ok(),
                    Some(_) => None,
                };
                let mut popped = Value::Unknown;
                self.change(items, |items| match at.filter(|at| *at < items.len()) {
                    Some(at) => {
                        popped = items.remove(at);
                        true
                    }
                    None => false,
                });
                Ok(popped)
            }
            ("reverse", None) => {
                self.change(items, |items| {
                    items.reverse();
                    true
                });
                Ok(Value::None)
            }
            ("copy", None) => Ok(Value::List(Rc::new(RefCell::new(items.borrow().clone())))),
            ("index", Some(item)) => {
                let items = items.borrow();
                for (index, known) in items.iter().flatten().enumerate() {
                    match equal(known, &item) {
                        Some(true) => {
                            return Ok(i64::try_from(index).map_or(Value::Unknown, Value::Int));
                        }
                        Some(false) => {}
                        None => break,
                    }
                }
                Ok(Value::Unknown)
            }
            ("count", _) => Ok(Value::Unknown),
            _ => {
                *items.borrow_mut() = None;
                Ok(Value::Unknown)
            }
        }
    }

    pub(super) fn dict_method(&mut self, entries: &Entries, name: &str, args: &Args) -> Evaluated {
        let known = entries.borrow().clone();
        let list = |items: Option<Vec<Value>>| Value::List(Rc::new(RefCell::new(items)));
        Ok(match name {
            "keys" => list(known.map(|known| known.into_iter().map(|(key, _)| key).collect())),
            "values" => {
                list(known.map(|known| known.into_iter().map(|(_, value)| value).collect()))
            }
            "items" => list(known.map(|known| {
                known.into_iter().map(|(key, value)| Value::Tuple([key, value].into())).collect()
            })),
            "copy" => Value::Dict(Rc::new(RefCell::new(known))),
            "get" => {
                let (Some(known), Some(key)) = (known, args.positional.first()) else {
                    return Ok(Value::Unknown);
                };
                for (there, value) in &known {
                    match equal(there, key) {
                        Some(true) => return Ok(value.clone()),
                        Some(false) => {}
                        None => return Ok(Value::Unknown),
                    }
                }
                args.get(1, "default").unwrap_or(Value::None)
            }
            "setdefault" if !self.is_doubtful() => {
                let (Some(known), Some(key)) = (known, args.positional.first()) else {
                    *entries.borrow_mut() = None;
                    return Ok(Value::Unknown);
                };
                for (there, value) in &known {
                    match equal(there, key) {
                        Some(true) => return Ok(value.clone()),
                        Some(false) => {}
                        None => {
                            *entries.borrow_mut() = None;
                            return Ok(Value::Unknown);
                        }
                    }
                }
                let value = args.get(1, "default").unwrap_or(Value::None);
                if let Some(entries) = &mut *entries.borrow_mut() {
                    entries.push((key.clone(), value.clone()));
                }
                value
            }
            "update" if !self.is_doubtful() => {
                let more = match args.positional.first() {
                    Some(Value::Dict(more)) => more.borrow().clone(),
                    None => Some(Vec::new()),
                    Some(_) => None,
                };
                let updated = match (known, more) {
                    (Some(mut known), Some(more)) => {
                        for (key, value) in more {
                            match known
                                .iter_mut()
                                .find(|(there, _)| crate::value::same(there, &key))
                            {
                                Some((_, old)) => *old = value,
                                None => known.push((key, value)),
                            }
                        }
                        Some(known)
                    }
                    _ => None,
                };
                let named =
                    args.keywords.iter().map(|(name, value)| (name_of(name), value.clone()));
                let updated = updated.map(|mut updated| {
                    for (key, value) in named {
                        updated.retain(|(there, _)| !crate::value::same(there, &key));
                        updated.push((key, value));
                    }
                    updated
                });
                *entries.borrow_mut() = updated.filter(|_| !args.is_open());
                Value::None
            }
            _ => {
                *entries.borrow_mut() = None;
                Value::Unknown
            }
        })
    }

    /// A method of a value that is built in, by a call.
    pub(super) fn method(
        &mut self,
        of: &Value,
        name: &str,
        args: &Args,
    ) -> Result<Option<Value>, Stop> {
        Ok(Some(match of {
            Value::Text(text) => self.string_method(text, name, args)?,
            Value::List(items) => self.list_method(items, name, args)?,
            Value::Dict(entries) => self.dict_method(entries, name, args)?,
            Value::Set(items) => {
                match (name, args.positional.first().cloned()) {
                    ("add", Some(item)) => self.change(items, |items| {
                        items.push(item);
                        true
                    }),
                    _ => *items.borrow_mut() = None,
                }
                Value::Unknown
            }
            Value::Tuple(_) => Value::Unknown,
            _ => return Ok(None),
        }))
    }
}

/// A function of a class, called through it: its first parameter is the class where it says `@classmethod`.
fn bound(class: &Value, function: Rc<Function>) -> Value {
    let crate::value::Code::Def(def) = &function.code else { return Value::Function(function) };
    let is_class_method = def.decorator_list.iter().any(|decorator| {
        matches!(&decorator.expression, ruff_python_ast::Expr::Name(name) if name.id.as_str() == "classmethod")
    });
    if is_class_method {
        Value::Method(Rc::new((Value::Function(function), class.clone())))
    } else {
        Value::Function(function)
    }
}
