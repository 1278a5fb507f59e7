//! Classes: what defines them, enums above all.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt, StmtClassDef};

use super::{COMPARED_PER_STEP, Evaluated, Run, Stop};
use crate::value::{
    Args, Class, Definition, Frame, Kind, Made, Member, Value, equal, last, may_be_member, same,
};

impl Run<'_> {
    pub(super) fn class(&mut self, frame: &Rc<Frame>, it: &StmtClassDef) -> Evaluated {
        let Args { positional: bases, keywords, .. } = match &it.arguments {
            Some(arguments) => self.arguments(frame, arguments)?,
            None => Args::default(),
        };
        let inner = Frame::of_class(frame);
        let mut order: Vec<Rc<str>> = Vec::new();
        let mut known: HashSet<Rc<str>> = HashSet::new();
        for statement in &it.body {
            // `__doc__`, and what only annotates.
            if matches!(statement, Stmt::Expr(_)) {
                continue;
            }
            self.block(&inner, std::slice::from_ref(statement))?;
            let mut fresh: Vec<Rc<str>> = match only_name(statement) {
                Some(name) => vec![name.into()],
                None => self.saved(&inner)?.into_keys().collect(),
            };
            fresh.retain(|name| known.insert(Rc::clone(name)));
            fresh.sort();
            order.append(&mut fresh);
        }
        let all: HashMap<Rc<str>, Value> = inner.saved();
        let mut names: Vec<(Rc<str>, Value)> = order
            .into_iter()
            .filter_map(|name| Some((Rc::clone(&name), all.get(&name)?.clone())))
            .collect();
        self.frames.push(Rc::clone(&inner));
        let name: Rc<str> = it.name.as_str().into();
        let kind = Class::kind_of(&bases);
        let members = match kind {
            Some(kind) => self.members(&name, kind, &bases, &mut names)?,
            None => None,
        };
        let module = Rc::clone(&frame.module);
        let definition = Some(Definition { module, statement: it.clone(), frame: inner });
        let class = Class { name, bases, names, kind, members, keywords, definition };
        Ok(Value::Class(Rc::new(class)))
    }

    /// The members of an enum (Python's manual, "enum"): what its body assigns, without functions, descriptors, and names
    /// that are none of a member. In `names`, each `auto()` becomes its value, which it has from when it is first assigned: another
    /// name for it is an alias.
    fn members(
        &mut self,
        class: &Rc<str>,
        kind: Kind,
        bases: &[Value],
        names: &mut [(Rc<str>, Value)],
    ) -> Result<Option<Vec<Rc<Member>>>, Stop> {
        let own = |wanted: &str| {
            names.iter().find(|(name, _)| &**name == wanted).map(|(_, value)| value.clone())
        };
        let inherited = |wanted: &str| {
            own(wanted).or_else(|| {
                bases.iter().find_map(|base| match base {
                    Value::Class(base) => base.attribute(wanted),
                    _ => None,
                })
            })
        };
        let is_written = inherited("__str__").is_some() || inherited("__format__").is_some();
        let generate = inherited("_generate_next_value_");
        // A constructor makes values of its own.
        if inherited("__new__").is_some() {
            return Ok(None);
        }
        let mut members: Vec<Rc<Member>> = Vec::new();
        let mut number = 0;
        let mut given: HashMap<*const Made, Value> = HashMap::new();
        for (name, bound) in names {
            let is_descriptor =
                matches!(bound, Value::Function(_) | Value::Class(_) | Value::Method(_));
            if !may_be_member(name) || is_descriptor {
                continue;
            }
            let auto = match bound {
                Value::Made(made) if made.kind() == "auto" => Some(Rc::as_ptr(made)),
                _ => None,
            };
            let known = auto.and_then(|auto| given.get(&auto).cloned());
            let value = match (known, &generate, kind) {
                (Some(known), ..) => known,
                _ if auto.is_none() => bound.clone(),
                (None, Some(generate), _) => {
                    let last: Vec<Value> =
                        members.iter().map(|member| member.value.clone()).collect();
                    let count = i64::try_from(members.len()).unwrap_or_default();
                    let positional = vec![
                        Value::text(name.to_string()),
                        Value::Int(1),
                        Value::Int(count),
                        Value::list(last),
                    ];
                    self.call(
                        generate.clone(),
                        Args { positional, ..Args::default() },
                        0..0,
                        false,
                    )?
                }
                (None, None, Kind::StrEnum) => Value::text(name.to_lowercase()),
                (None, None, Kind::Plain) => Value::Int(number + 1),
                (None, None, _) => Value::Unknown,
            };
            if let Value::Int(int) = value {
                number = int;
            }
            let value = match (&value, kind) {
                // `class X(str, Enum): A = "a", "b"` calls `str("a", "b")`.
                (Value::Tuple(_) | Value::Int(_), Kind::Text | Kind::StrEnum) => Value::Unknown,
                _ => value,
            };
            if let Some(auto) = auto {
                given.insert(auto, value.clone());
                *bound = value.clone();
            }
            self.charge(members.len() / COMPARED_PER_STEP)?;
            if members.iter().any(|member| same(&member.value, &value)) {
                continue;
            }
            // What may be an alias is not known to be a member.
            if members.iter().any(|member| equal(&member.value, &value).is_none())
                && matches!(value, Value::Unknown)
            {
                return Ok(None);
            }
            let (class, name) = (Rc::clone(class), Rc::clone(name));
            members.push(Rc::new(Member { class, kind, is_written, name, value }));
        }
        Ok(Some(members))
    }

    /// `Enum("Mood", "SAD HAPPY")`, `Enum("Mood", ["SAD"])`, `Enum("Mood", {"SAD": "sad"})`
    pub(super) fn functional(&mut self, args: &Args) -> Evaluated {
        let (Some(name), Some(names)) =
            (args.positional.first().and_then(Value::as_str), args.positional.get(1))
        else {
            return Ok(Value::Unknown);
        };
        let pairs: Vec<(String, Value)> = match names {
            Value::Text(text) => match text.known() {
                Some(text) => {
                    let names = text.split([',', ' ']).filter(|name| !name.is_empty());
                    names.zip(1..).map(|(name, at)| (name.to_owned(), Value::Int(at))).collect()
                }
                None => return Ok(Value::Unknown),
            },
            Value::Dict(entries) => {
                let entries = entries.borrow();
                let Some(entries) = &*entries else { return Ok(Value::Unknown) };
                let pair =
                    |(key, value): &(Value, Value)| Some((key.as_str()?.to_owned(), value.clone()));
                match entries.iter().map(pair).collect() {
                    Some(pairs) => pairs,
                    None => return Ok(Value::Unknown),
                }
            }
            names => {
                let Some(items) = self.items(names)? else { return Ok(Value::Unknown) };
                let mut pairs = Vec::new();
                for (item, at) in items.iter().zip(1..) {
                    let pair = match item {
                        Value::Tuple(pair) => match &**pair {
                            [name, value] => {
                                name.as_str().map(|name| (name.to_owned(), value.clone()))
                            }
                            _ => None,
                        },
                        item => item.as_str().map(|name| (name.to_owned(), Value::Int(at))),
                    };
                    match pair {
                        Some(pair) => pairs.push(pair),
                        None => return Ok(Value::Unknown),
                    }
                }
                pairs
            }
        };
        let class: Rc<str> = name.into();
        let is_text = args
            .keyword("type")
            .is_some_and(|it| matches!(it, Value::Name(name) if last(name) == "str"));
        let kind = if is_text { Kind::Text } else { Kind::Plain };
        let mut names: Vec<(Rc<str>, Value)> =
            pairs.into_iter().map(|(name, value)| (name.into(), value)).collect();
        let members = self.members(&class, kind, &[], &mut names)?;
        Ok(Value::Class(Rc::new(Class {
            name: class,
            bases: Vec::new(),
            names,
            kind: Some(kind),
            members,
            keywords: Vec::new(),
            definition: None,
        })))
    }
}

/// The name that a statement of a class binds, where it binds one and no more.
fn only_name(statement: &Stmt) -> Option<&str> {
    match statement {
        Stmt::FunctionDef(it) => Some(it.name.as_str()),
        Stmt::ClassDef(it) => Some(it.name.as_str()),
        Stmt::Assign(it) => match &it.targets[..] {
            [Expr::Name(name)] => Some(name.id.as_str()),
            _ => None,
        },
        _ => None,
    }
}
