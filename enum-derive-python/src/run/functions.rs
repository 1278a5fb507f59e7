//! Functions of the source: what defines them, and what calls of them do.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use ruff_python_ast::{Expr, Parameters, StmtFunctionDef};

use super::{Evaluated, Flow, MAX_AGAIN, MAX_CALLS, Run, Stop, range};
use crate::effects::{Effect, Weight, weight};
use crate::value::{Args, Code, Frame, Function, Value, last};

impl Run<'_> {
    pub(super) fn define(&mut self, frame: &Rc<Frame>, it: &StmtFunctionDef) -> Result<(), Stop> {
        let mut function =
            self.function(frame, Code::Def(Rc::new(it.clone())), Some(&it.parameters))?;
        for decorator in it.decorator_list.iter().rev() {
            let by = self.expression(frame, &decorator.expression)?;
            function = match &by {
                // What these do to a function does not change what a call of it does.
                Value::Name(name) if TRANSPARENT.contains(&last(name)) => function,
                Value::Made(made) if TRANSPARENT.contains(&made.kind()) => function,
                // `@declared_attr`, whose result is an attribute of the classes that inherit it.
                Value::Name(name) if is_declared(name) => {
                    let args = Args { positional: vec![function], ..Args::default() };
                    Value::made(DECLARED, args)
                }
                Value::Function(_) => {
                    let args = Args { positional: vec![function], ..Args::default() };
                    self.call(by, args, range(&decorator.expression), false)?
                }
                _ => Value::Unknown,
            };
        }
        frame.bind(&it.name, function);
        Ok(())
    }

    pub(super) fn function(
        &mut self,
        frame: &Rc<Frame>,
        code: Code,
        parameters: Option<&Parameters>,
    ) -> Evaluated {
        let mut defaults = Vec::new();
        for parameter in parameters.into_iter().flat_map(Parameters::iter_non_variadic_params) {
            if let Some(default) = &parameter.default {
                let value = self.expression(frame, default)?;
                defaults.push((parameter.parameter.name.as_str().into(), value));
            }
        }
        let inner = frame.seen_by_functions();
        if let Some(inner) = &inner {
            self.frames.push(Rc::clone(inner));
        }
        let module = Rc::clone(&frame.module);
        Ok(Value::Function(Rc::new(Function { module, code, defaults, frame: inner })))
    }

    /// A call of a function of the source.
    pub(super) fn call_function(
        &mut self,
        function: &Rc<Function>,
        args: Args,
        at: Range<usize>,
    ) -> Evaluated {
        if self.calls.len() >= MAX_CALLS {
            return Err(Stop::Limit);
        }
        let again = self.calls.iter().filter(|called| Rc::ptr_eq(called, function)).count();
        if again >= MAX_AGAIN && self.is_doubtful() {
            self.is_cut = true;
            return Ok(Value::Unknown);
        }
        let before = self.effects.len();
        let frame = Frame::inside(&function.module, function.frame.as_ref());
        let parameters = match &function.code {
            Code::Def(def) => Some(&*def.parameters),
            Code::Lambda(lambda) => lambda.parameters.as_deref(),
        };
        if let Some(parameters) = parameters {
            bind(&frame, parameters, function, args);
        }
        // What a call into another file does is done by the call.
        let is_outside = !function.module.is_revision && self.site.is_none();
        if is_outside {
            self.site = Some(at.clone());
        }
        self.calls.push(Rc::clone(function));
        let source = Arc::clone(&function.module.source);
        let result = self.inside(&source, |run| {
            run.deeper(|run| match &function.code {
                Code::Lambda(lambda) => run.expression(&frame, &lambda.body),
                // What it does, it does as its values are asked for.
                Code::Def(def) if yields(&def.body) => {
                    let (flow, effects) = run.apart(|run| run.block(&frame, &def.body));
                    flow?;
                    match weight(&effects, run.text) {
                        Weight::Rows => {}
                        Weight::Tables => {
                            let at = run.at(at.clone());
                            run.effect(Effect::Tables { at });
                        }
                        Weight::Types => {
                            run.unknown(
                                at.clone(),
                                "when this generator does what it does is not known",
                            );
                        }
                    }
                    Ok(Value::Unknown)
                }
                Code::Def(def) => {
                    let flow = run.block(&frame, &def.body)?;
                    Ok(match flow {
                        Flow::Return(value) => value,
                        Flow::Next => Value::None,
                        Flow::Perhaps(_) | Flow::Break | Flow::Continue => Value::Unknown,
                    })
                }
            })
        });
        self.calls.pop();
        // What it does further inside is of the same kind.
        if again == 0 && std::mem::take(&mut self.is_cut) {
            let fresh = self.effects.get(before..).unwrap_or_default();
            if weight(fresh, self.text) == Weight::Types {
                self.unknown(at.clone(), "how often this function calls itself is not known");
            }
        }
        if is_outside {
            self.site = None;
        }
        result
    }
}

/// What `@declared_attr` makes of a function (`sqlalchemy/orm/decl_api.py`).
pub(crate) const DECLARED: &str = "sqlalchemy.orm.declared_attr";

fn is_declared(name: &str) -> bool {
    let name = name.trim_end_matches(".directive").trim_end_matches(".cascading");
    last(name) == "declared_attr" && crate::imports::is_library(name)
}

/// Decorators that leave a function what it is.
const TRANSPARENT: [&str; 8] = [
    "staticmethod",
    "classmethod",
    "property",
    "lru_cache",
    "cache",
    "contextmanager",
    "wraps",
    "no_type_check",
];

/// Binds parameters to arguments (Python's reference, "Calls").
fn bind(frame: &Frame, parameters: &Parameters, function: &Function, mut args: Args) {
    let mut positional = std::mem::take(&mut args.positional).into_iter();
    let mut keywords = std::mem::take(&mut args.keywords);
    let default = |name: &str| {
        let known = function.defaults.iter().find(|(known, _)| &**known == name);
        match known {
            Some((_, value)) if !args.is_open() => value.clone(),
            _ => Value::Unknown,
        }
    };
    let mut keyword = |name: &str| {
        let at = keywords.iter().position(|(known, _)| &**known == name)?;
        Some(keywords.remove(at).1)
    };
    for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
        let name = parameter.parameter.name.as_str();
        let value = positional.next().or_else(|| keyword(name)).unwrap_or_else(|| default(name));
        frame.bind(name, value);
    }
    for parameter in &parameters.kwonlyargs {
        let name = parameter.parameter.name.as_str();
        frame.bind(name, keyword(name).unwrap_or_else(|| default(name)));
    }
    if let Some(rest) = &parameters.vararg {
        let value =
            if args.is_open() { Value::Unknown } else { Value::Tuple(positional.collect()) };
        frame.bind(&rest.name, value);
    }
    if let Some(rest) = &parameters.kwarg {
        let entries =
            keywords.into_iter().map(|(name, value)| (super::strings::name_of(&name), value));
        let entries = (!args.open).then(|| entries.collect());
        frame.bind(&rest.name, Value::Dict(Rc::new(std::cell::RefCell::new(entries))));
    }
}

/// Whether a function yields, so that a call of it does not run it.
fn yields(body: &[ruff_python_ast::Stmt]) -> bool {
    use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
    struct Yields(bool);
    impl Visitor<'_> for Yields {
        fn visit_expr(&mut self, expression: &Expr) {
            match expression {
                Expr::Yield(_) | Expr::YieldFrom(_) => self.0 = true,
                Expr::Lambda(_) => {}
                expression => walk_expr(self, expression),
            }
        }

        fn visit_stmt(&mut self, statement: &ruff_python_ast::Stmt) {
            if !matches!(
                statement,
                ruff_python_ast::Stmt::FunctionDef(_) | ruff_python_ast::Stmt::ClassDef(_)
            ) {
                walk_stmt(self, statement);
            }
        }
    }
    let mut visitor = Yields(false);
    for statement in body {
        visitor.visit_stmt(statement);
    }
    visitor.0
}
