//! Calls.

use std::ops::Range;
use std::rc::Rc;

use ruff_python_ast::ExprCall;

use super::{Evaluated, Run, range};
use crate::effects::WHAT;
use crate::imports::{is_library, is_standard};
use crate::value::{Args, Frame, Value, last};

impl Run<'_> {
    /// A call; `alone` if nothing is done with its result, so that it is for what it does.
    pub(super) fn call_expression(
        &mut self,
        frame: &Rc<Frame>,
        it: &ExprCall,
        alone: bool,
    ) -> Evaluated {
        let function = self.expression(frame, &it.func)?;
        let args = self.arguments(frame, &it.arguments)?;
        if let Value::Name(name) = &function
            && matches!(&**name, "builtins.globals" | "builtins.locals")
        {
            return Ok(Value::Unknown);
        }
        self.call(function, args, range(it), alone)
    }

    pub(crate) fn call(
        &mut self,
        function: Value,
        args: Args,
        at: Range<usize>,
        alone: bool,
    ) -> Evaluated {
        self.step()?;
        match &function {
            Value::Function(it) => self.call_function(it, args, at),
            Value::Method(method) => {
                let (function, first) = &**method;
                let mut args = args;
                args.positional.insert(0, first.clone());
                self.call(function.clone(), args, at, alone)
            }
            Value::Class(class) if class.kind.is_some() => {
                Ok(class.by_value(args.positional.first()))
            }
            // An object of a class: what its methods do is not followed.
            Value::Class(_) => {
                if args.has_handle() {
                    self.unknown(at, WHAT);
                }
                let mut args = args;
                if let Value::Class(class) = &function {
                    name_fields(&mut args, &class.fields());
                }
                args.keywords.push(("@class".into(), function));
                Ok(Value::made("object", args))
            }
            // `Point = namedtuple("Point", ["x", "y"])`
            Value::Made(made) if &*made.of == "collections.namedtuple" => {
                let fields = made.args.borrow().get(1, "field_names").unwrap_or(Value::Unknown);
                let fields = match fields.as_str() {
                    Some(text) => Some(
                        text.split([' ', ','])
                            .filter(|it| !it.is_empty())
                            .map(Value::text)
                            .collect(),
                    ),
                    None => self.items(&fields)?,
                };
                let names: Option<Vec<Rc<str>>> =
                    fields.and_then(|all| all.iter().map(|it| it.as_str().map(Rc::from)).collect());
                let Some(names) = names else { return Ok(Value::Unknown) };
                let mut args = args;
                name_fields(&mut args, &names);
                Ok(Value::made("object", args))
            }
            Value::Name(name) => self.call_name(&Rc::clone(name), args, at, alone),
            Value::Attribute(attribute) => {
                let (of, name) = &**attribute;
                if let Some(value) = self.method(of, name, &args)? {
                    return Ok(value);
                }
                if let Value::Made(made) = of
                    && *made.of == *"re.compile"
                    && let Some(value) = super::regex::method(&made.args.borrow(), name, &args)
                {
                    return Ok(value);
                }
                self.library.method(self, of, name, args, at)
            }
            // `tables.append` of what is not known, and what was imported from where nothing is.
            _ => {
                if alone && matches!(function, Value::Unknown) || args.has_handle() {
                    self.unknown(at, WHAT);
                }
                Ok(Value::Unknown)
            }
        }
    }

    fn call_name(
        &mut self,
        name: &Rc<str>,
        args: Args,
        at: Range<usize>,
        alone: bool,
    ) -> Evaluated {
        if let Some(built_in) = name.strip_prefix("builtins.") {
            let first = args.positional.first();
            let is_number = matches!(first, Some(Value::Int(_) | Value::Number(_)));
            if matches!(built_in, "hash" | "id") && !is_number {
                let at = self.place(at);
                return Ok(Value::made_at(name, args, at));
            }
            if let Some(made) = first.and_then(Value::unstable)
                && matches!(built_in, "abs" | "int" | "float" | "max" | "min" | "round" | "str")
            {
                return Ok(Value::Made(Rc::clone(made)));
            }
            if let Some(value) = self.built_in(built_in, &args)? {
                return Ok(value);
            }
            // `raise ValueError("…")`, or a name that nothing binds.
            if !built_in.starts_with(char::is_uppercase) && (alone || args.has_handle()) {
                self.unknown(at, WHAT);
                return Ok(Value::Unknown);
            }
            return Ok(Value::made(name, args));
        }
        if name.starts_with('@') || is_library(name) && !is_standard(name) {
            return self.library.call(self, name, args, at);
        }
        let is_class = last(name).starts_with(char::is_uppercase);
        if is_standard(name) {
            if let Some(value) = super::regex::call(name, &args) {
                return Ok(value);
            }
            return Ok(match last(name) {
                // `Enum("Mood", "SAD HAPPY")`
                "Enum" | "StrEnum" | "IntEnum" => self.functional(&args)?,
                "OrderedDict" | "defaultdict" if name.starts_with("collections") => {
                    self.built_in("dict", &args)?.unwrap_or(Value::Unknown)
                }
                "dedent" => args.positional.first().map_or(Value::Unknown, dedented),
                "chain" if args.positional.len() == 1 => Value::Unknown,
                "deepcopy" | "copy" => args.positional.into_iter().next().unwrap_or(Value::Unknown),
                "partial" => Value::Unknown,
                // `get_args(Literal["a", "b"])`
                "get_args" => match args.positional.first() {
                    Some(Value::Made(made)) if made.kind() == "Literal[]" => {
                        Value::Tuple(made.args.borrow().positional.clone().into())
                    }
                    _ => Value::Unknown,
                },
                _ => Value::made_at(name, args, self.place(at)),
            });
        }
        // Something of a library that is not in the repository: a class is a value, as of a type.
        if args.has_handle() || alone && !is_class {
            self.unknown(at, WHAT);
        }
        Ok(Value::made(name, args))
    }
}

/// `textwrap.dedent(text)`, of which only blanks differ.
fn dedented(text: &Value) -> Value {
    match text {
        Value::Text(text) => Value::Text(text.clone()),
        _ => Value::Unknown,
    }
}

/// Gives arguments without names those of the fields of a tuple or a data class.
fn name_fields(args: &mut Args, fields: &[Rc<str>]) {
    if args.more || args.positional.len() > fields.len() {
        return;
    }
    let named = fields.iter().cloned().zip(std::mem::take(&mut args.positional));
    args.keywords.extend(named);
}
