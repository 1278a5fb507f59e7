//! Expressions.

use std::rc::Rc;

use ruff_python_ast::{
    BoolOp, Comprehension, ConversionFlag, Expr, FStringPart, InterpolatedStringElement,
    InterpolatedStringFormatSpec, Number, UnaryOp,
};

use super::branches::Truth;
use super::{Evaluated, Flow, Run, Stop, bytes, range};
use crate::queries::{self, Comprehended};
use crate::text::Text;
use crate::value::{Args, Asked, Code, Frame, Value};

/// What is done for each combination of what generators give.
type Each<'e, R> = dyn FnMut(&mut R, &Rc<Frame>) -> Result<(), Stop> + 'e;

impl Run<'_> {
    /// What an expression comes to.
    pub(crate) fn expression(&mut self, frame: &Rc<Frame>, expression: &Expr) -> Evaluated {
        let value = self.deeper(|run| run.expression_inside(frame, expression))?;
        // What is long counts as much as it takes.
        let weight = match &value {
            Value::Text(text) => text.text.len() / 256,
            Value::List(items) | Value::Set(items) => {
                items.borrow().as_ref().map_or(0, Vec::len) / 16
            }
            Value::Tuple(items) => items.len() / 16,
            _ => 0,
        };
        self.charge(weight)?;
        Ok(value)
    }

    fn expression_inside(&mut self, frame: &Rc<Frame>, expression: &Expr) -> Evaluated {
        Ok(match expression {
            Expr::StringLiteral(it) => self.literal(frame, it),
            Expr::FString(it) => self.f_string(frame, it)?,
            Expr::NumberLiteral(it) => match &it.value {
                Number::Int(int) => match int.as_i64() {
                    Some(int) => Value::Int(int),
                    None => Value::Number(int.to_string().into()),
                },
                Number::Float(float) => Value::Number(float.to_string().into()),
                Number::Complex { .. } => Value::Unknown,
            },
            Expr::BooleanLiteral(it) => Value::Bool(it.value),
            Expr::NoneLiteral(_) => Value::None,
            Expr::Name(it) => match self.look_up(frame, &it.id)? {
                Some(value) => value,
                None => super::builtins::named(&it.id),
            },
            Expr::Attribute(it) => {
                let of = self.expression(frame, &it.value)?;
                self.attribute(&of, &it.attr)?
            }
            Expr::Call(it) => self.call_expression(frame, it, false)?,
            Expr::List(it) => {
                Value::List(Rc::new(std::cell::RefCell::new(self.elements(frame, &it.elts)?)))
            }
            Expr::Set(it) => {
                Value::Set(Rc::new(std::cell::RefCell::new(self.elements(frame, &it.elts)?)))
            }
            Expr::Tuple(it) => match self.elements(frame, &it.elts)? {
                Some(items) => Value::Tuple(items.into()),
                None => Value::Unknown,
            },
            Expr::Dict(it) => self.dict(frame, it)?,
            Expr::Subscript(it) => {
                let of = self.expression(frame, &it.value)?;
                self.subscript(frame, &of, &it.slice)?
            }
            Expr::BinOp(it) => {
                let left = self.expression(frame, &it.left)?;
                let right = self.expression(frame, &it.right)?;
                self.put_into_text(&right);
                Self::operate(it.op, &left, &right)
            }
            Expr::BoolOp(it) => self.logic(frame, it.op, &it.values)?,
            Expr::UnaryOp(it) => {
                let value = self.expression(frame, &it.operand)?;
                match (it.op, &value) {
                    (UnaryOp::Not, value) => Self::truth(value).not().value(),
                    (UnaryOp::USub, Value::Int(int)) => {
                        int.checked_neg().map_or(Value::Unknown, Value::Int)
                    }
                    (UnaryOp::USub, Value::Number(number)) => {
                        Value::Number(format!("-{number}").into())
                    }
                    _ => Value::Unknown,
                }
            }
            Expr::Compare(it) => self.compare(frame, it)?,
            Expr::If(it) => self.one_or_other(frame, it)?,
            Expr::Named(it) => {
                let value = self.expression(frame, &it.value)?;
                self.assign(frame, &it.target, &value)?;
                value
            }
            Expr::Lambda(it) => {
                self.function(frame, Code::Lambda(Rc::new(it.clone())), it.parameters.as_deref())?
            }
            Expr::ListComp(it) => self.comprehension(frame, &it.generators, &it.elt, true)?,
            Expr::Generator(it) => self.comprehension(frame, &it.generators, &it.elt, false)?,
            Expr::SetComp(it) => match self.comprehension(frame, &it.generators, &it.elt, true)? {
                Value::List(items) => Value::Set(items),
                // Names that the database has.
                value => value,
            },
            Expr::DictComp(it) => self.dict_comprehension(frame, it)?,
            Expr::Starred(it) => self.expression(frame, &it.value)?,
            Expr::Await(it) => self.expression(frame, &it.value)?,
            Expr::Yield(_)
            | Expr::YieldFrom(_)
            | Expr::BytesLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::TString(_)
            | Expr::Slice(_)
            | Expr::IpyEscapeCommand(_) => Value::Unknown,
        })
    }

    /// `one if test else other`
    fn one_or_other(&mut self, frame: &Rc<Frame>, it: &ruff_python_ast::ExprIf) -> Evaluated {
        let test = self.expression(frame, &it.test)?;
        Ok(match self.truth_now(&test)? {
            Truth::Yes => self.expression(frame, &it.body)?,
            Truth::No => self.expression(frame, &it.orelse)?,
            _ => {
                let at = range(it);
                let mut values = Vec::new();
                for way in [&it.body, &it.orelse] {
                    self.in_doubt(frame, &at, |run| {
                        values.push(run.expression(frame, way)?);
                        Ok(Flow::Next)
                    })?;
                }
                match &values[..] {
                    [one, other] if crate::value::same(one, other) => one.clone(),
                    _ => Value::Unknown,
                }
            }
        })
    }

    /// A string, with its place if it stands as it is in the revision.
    fn literal(&self, frame: &Rc<Frame>, it: &ruff_python_ast::ExprStringLiteral) -> Value {
        let text = it.value.to_str().to_owned();
        let place = match it.value.as_slice() {
            [only] if frame.module.is_revision => {
                let place = bytes(only.content_range());
                (self.text.get(place.clone()) == Some(&text)).then_some(place)
            }
            _ => None,
        };
        Value::Text(Text { text, place, is_final: false })
    }

    fn f_string(&mut self, frame: &Rc<Frame>, it: &ruff_python_ast::ExprFString) -> Evaluated {
        let mut text = String::new();
        for part in &it.value {
            match part {
                FStringPart::Literal(literal) => text.push_str(&literal.value),
                FStringPart::FString(string) => {
                    for element in &string.elements {
                        match element {
                            InterpolatedStringElement::Literal(literal) => {
                                text.push_str(&literal.value);
                            }
                            InterpolatedStringElement::Interpolation(field) => {
                                let value = self.expression(frame, &field.expression)?;
                                self.put_into_text(&value);
                                let is_plain =
                                    field.format_spec.is_none() && field.debug_text.is_none();
                                let spec = field.format_spec.as_deref().and_then(plain_spec);
                                let formatted = spec
                                    .filter(|_| {
                                        field.debug_text.is_none()
                                            && field.conversion == ConversionFlag::None
                                    })
                                    .and_then(|spec| super::strings::formatted(&value, spec));
                                let written = match (formatted, field.conversion) {
                                    (Some(formatted), _) => formatted,
                                    (None, ConversionFlag::None | ConversionFlag::Str)
                                        if is_plain =>
                                    {
                                        Self::written(&value)
                                    }
                                    (None, ConversionFlag::Repr) if is_plain => {
                                        super::strings::repr_of(&value)
                                    }
                                    _ => Text::hole(),
                                };
                                text.push_str(&written.text);
                                Self::bounded(text.len())?;
                            }
                        }
                    }
                }
            }
            Self::bounded(text.len())?;
        }
        Ok(Value::text(text))
    }

    /// Refuses what gets too long.
    pub(crate) fn bounded(length: usize) -> Result<(), Stop> {
        if length > super::MAX_SIZE { Err(Stop::Limit) } else { Ok(()) }
    }

    /// The elements of a list, with those of starred ones; nothing where one of those is not known.
    fn elements(
        &mut self,
        frame: &Rc<Frame>,
        elements: &[Expr],
    ) -> Result<Option<Vec<Value>>, Stop> {
        let mut items = Some(Vec::with_capacity(elements.len()));
        for element in elements {
            let value = self.expression(frame, element)?;
            let more = match element {
                Expr::Starred(_) => self.items(&value)?,
                _ => Some(vec![value]),
            };
            match (&mut items, more) {
                (Some(items), Some(more)) => {
                    items.extend(more);
                    Self::bounded(items.len())?;
                }
                _ => items = None,
            }
        }
        Ok(items)
    }

    fn dict(&mut self, frame: &Rc<Frame>, it: &ruff_python_ast::ExprDict) -> Evaluated {
        let mut entries: Option<Vec<(Value, Value)>> = Some(Vec::new());
        for item in &it.items {
            let value = self.expression(frame, &item.value)?;
            let more = match (&item.key, value) {
                (Some(key), value) => Some(vec![(self.expression(frame, key)?, value)]),
                (None, Value::Dict(inner)) => inner.borrow().clone(),
                (None, _) => None,
            };
            match (&mut entries, more) {
                (Some(entries), Some(more)) => {
                    for (key, value) in more {
                        self.charge(entries.len() / super::COMPARED_PER_STEP)?;
                        match entries.iter_mut().find(|(known, _)| crate::value::same(known, &key))
                        {
                            Some((_, old)) => *old = value,
                            None => entries.push((key, value)),
                        }
                    }
                }
                _ => entries = None,
            }
        }
        Ok(Value::Dict(Rc::new(std::cell::RefCell::new(entries))))
    }

    fn logic(&mut self, frame: &Rc<Frame>, op: BoolOp, values: &[Expr]) -> Evaluated {
        let mut told: Vec<Rc<Asked>> = Vec::new();
        let mut is_unknown = false;
        let mut last = Value::Unknown;
        for value in values {
            last = self.expression(frame, value)?;
            match (self.truth_now(&last)?, op) {
                (Truth::No, BoolOp::And) | (Truth::Yes, BoolOp::Or) => {
                    // It decides, whatever is not known before.
                    return Ok(if told.is_empty() && !is_unknown {
                        last
                    } else if told.is_empty() || is_unknown {
                        if is_unknown && matches!(last, Value::Bool(_)) {
                            last
                        } else {
                            Value::Unknown
                        }
                    } else {
                        Truth::of(Some(op == BoolOp::Or)).value()
                    });
                }
                (Truth::Yes, BoolOp::And) | (Truth::No, BoolOp::Or) => {}
                (Truth::Told(asked), _) => told.push(asked),
                (Truth::Unknown, _) => is_unknown = true,
            }
        }
        if is_unknown {
            return Ok(Value::Unknown);
        }
        let word = if op == BoolOp::And { " AND " } else { " OR " };
        let told: Vec<&Asked> = told.iter().map(|asked| &**asked).collect();
        Ok(match Asked::joined(&told, word) {
            Some(asked) => Value::Condition(asked.into()),
            None => last,
        })
    }

    fn dict_comprehension(
        &mut self,
        frame: &Rc<Frame>,
        it: &ruff_python_ast::ExprDictComp,
    ) -> Evaluated {
        let Some(key) = &it.key else { return Ok(Value::Unknown) };
        let over = self.first_iterated(frame, &it.generators)?;
        // `{e["name"]: e for e in inspector.get_enums()}` has these names in it.
        if let [only] = &*it.generators
            && let Some(Comprehended::Names(names)) = queries::comprehended(&over, only, key)
        {
            return Ok(names);
        }
        let mut entries = Vec::new();
        let inner = Frame::inside(&frame.module, Some(frame));
        let known = self.generate(&inner, &it.generators, Some(over), &mut |run, inner| {
            let entry = (run.expression(inner, key)?, run.expression(inner, &it.value)?);
            entries.push(entry);
            Ok(())
        })?;
        Ok(Value::Dict(Rc::new(std::cell::RefCell::new(known.then_some(entries)))))
    }

    fn comprehension(
        &mut self,
        frame: &Rc<Frame>,
        generators: &[Comprehension],
        element: &Expr,
        is_list: bool,
    ) -> Evaluated {
        let over = self.first_iterated(frame, generators)?;
        // `[c["name"] for c in inspector.get_columns("t")]`
        if let [only] = generators {
            let held = match queries::comprehended(&over, only, element) {
                Some(Comprehended::Names(names)) => return Ok(names),
                Some(Comprehended::Holds(names, value)) => {
                    Some((if is_list { "@holds" } else { "@found" }, names, value))
                }
                Some(Comprehended::Equals(names, value)) => Some(("@equals", names, value)),
                None => None,
            };
            if let Some((form, names, value)) = held {
                let value = self.expression(frame, value)?;
                return Ok(queries::holds(form, &value, &names).unwrap_or(Value::Unknown));
            }
        }
        let mut items = Vec::new();
        let inner = Frame::inside(&frame.module, Some(frame));
        let known = self.generate(&inner, generators, Some(over), &mut |run, inner| {
            let item = run.expression(inner, element)?;
            items.push(item);
            Ok(())
        })?;
        Ok(Value::List(Rc::new(std::cell::RefCell::new(known.then_some(items)))))
    }

    /// What the first of generators goes through, which is evaluated once, and outside of them.
    fn first_iterated(&mut self, frame: &Rc<Frame>, generators: &[Comprehension]) -> Evaluated {
        match generators.first() {
            Some(first) => self.expression(frame, &first.iter),
            None => Ok(Value::Unknown),
        }
    }

    /// Goes through generators, the first of which goes through `over` if that is given; whether all that is told is known.
    fn generate(
        &mut self,
        frame: &Rc<Frame>,
        generators: &[Comprehension],
        over: Option<Value>,
        each: &mut Each<'_, Self>,
    ) -> Result<bool, Stop> {
        let Some((first, rest)) = generators.split_first() else {
            self.step()?;
            each(self, frame)?;
            return Ok(true);
        };
        let over = match over {
            Some(over) => over,
            None => self.expression(frame, &first.iter)?,
        };
        let Some(items) = self.items(&over)? else {
            // What it does for each, it may do.
            self.assign(frame, &first.target, &Value::Unknown)?;
            let at = range(&first.iter);
            self.in_doubt(frame, &at, |run| {
                run.generate(frame, rest, None, each)?;
                Ok(Flow::Next)
            })?;
            return Ok(false);
        };
        let mut known = true;
        for item in items {
            self.assign(frame, &first.target, &item)?;
            let mut is_in = true;
            for test in &first.ifs {
                let test = self.expression(frame, test)?;
                match Self::truth(&test) {
                    Truth::Yes => {}
                    Truth::No => {
                        is_in = false;
                        break;
                    }
                    _ => known = false,
                }
            }
            if is_in {
                known &= self.generate(frame, rest, None, each)?;
            }
        }
        Ok(known)
    }

    /// The arguments of a call.
    pub(super) fn arguments(
        &mut self,
        frame: &Rc<Frame>,
        it: &ruff_python_ast::Arguments,
    ) -> Result<Args, Stop> {
        let mut args = Args::default();
        for argument in &it.args {
            let value = self.expression(frame, argument)?;
            match argument {
                Expr::Starred(_) => match self.items(&value)? {
                    Some(items) => {
                        self.charge(items.len() / 16)?;
                        args.positional.extend(items);
                        Self::bounded(args.positional.len())?;
                    }
                    None => args.more = true,
                },
                _ => args.positional.push(value),
            }
        }
        for keyword in &it.keywords {
            let value = self.expression(frame, &keyword.value)?;
            match (&keyword.arg, value) {
                (Some(name), value) => args.keywords.push((name.as_str().into(), value)),
                (None, Value::Dict(entries)) => match &*entries.borrow() {
                    Some(entries) => {
                        for (key, value) in entries {
                            match key.as_str() {
                                Some(name) => args.keywords.push((name.into(), value.clone())),
                                None => args.open = true,
                            }
                        }
                    }
                    None => args.open = true,
                },
                (None, _) => args.open = true,
            }
        }
        Ok(args)
    }
}

/// A format that is given as it is: `{number:02d}`.
fn plain_spec(spec: &InterpolatedStringFormatSpec) -> Option<&str> {
    match &*spec.elements {
        [InterpolatedStringElement::Literal(literal)] => Some(&literal.value),
        _ => None,
    }
}
