//! What a function that encodes or decodes an enum makes of it, as far as its text tells.
//!
//! A function is followed as if it ran, with the enum or the database's value as its one unknown: through
//! bindings, through methods that leave a text what it is (`as_bytes`, `to_owned`, `from_utf8`…), and into
//! other functions of the same file (`as_str`, `Display`, `FromStr`…). A text is one that stands there as a
//! literal. Everything else ends it with the reason.

use std::cell::Cell;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{
    Block, Expr, ExprIf, ExprMatch, FnArg, Ident, ImplItem, ImplItemFn, ItemFn, ItemImpl, Local,
    Pat, Signature, Stmt, Type,
};

use super::strum::Strum;
use super::value::{Texts, Value, Variants, is_binding, is_null, text, texts_of};
use crate::foreign::{Read, unclear};

/// How many functions call one another.
const DEEPEST: usize = 8;
/// How often functions are entered in all, as each may call another one several times.
const MOST: usize = 500;

/// The impls that functions are looked for in.
pub(super) struct Program<'a> {
    pub(super) ident: &'a Ident,
    pub(super) variants: Vec<String>,
    pub(super) impls: Vec<ItemImpl>,
    /// The functions of the same file that no type has.
    pub(super) functions: Vec<ItemFn>,
    /// What strum's derives write and read.
    pub(super) strum: Strum,
    /// How many functions have been entered.
    pub(super) entered: Cell<usize>,
}

/// A function's run.
pub(super) struct Run<'a> {
    pub(super) program: &'a Program<'a>,
    pub(super) depth: usize,
    pub(super) bindings: Vec<(String, Value)>,
    /// What has been written.
    pub(super) written: Vec<Value>,
    /// What has been returned.
    returned: Vec<Value>,
}

impl Program<'_> {
    /// What `function` writes for the enum.
    pub(super) fn writes(&self, function: &ImplItemFn) -> Read<Texts> {
        let value = self.run(function, &[Value::This], 0)?;
        match value {
            Value::Texts(texts) => Ok(texts),
            Value::Text(text) => Ok(Texts { of: Vec::new(), rest: Some(text) }),
            _ => unclear(function.sig.ident.span(), "what it writes is not a literal"),
        }
    }

    /// What `function` reads from the argument `raw`, counted from zero.
    pub(super) fn reads(&self, function: &ImplItemFn, raw: usize) -> Read<Variants> {
        let arguments: Vec<_> =
            (0..=raw).map(|at| if at == raw { Value::Raw } else { Value::Else }).collect();
        match self.run(function, &arguments, 0)? {
            Value::Variants(variants) => Ok(variants),
            _ => unclear(function.sig.ident.span(), "what it reads is not compared with literals"),
        }
    }

    pub(super) fn run(
        &self,
        function: &ImplItemFn,
        arguments: &[Value],
        depth: usize,
    ) -> Read<Value> {
        self.run_body(&function.sig, &function.block, arguments, depth)
    }

    pub(super) fn run_body(
        &self,
        signature: &Signature,
        block: &Block,
        arguments: &[Value],
        depth: usize,
    ) -> Read<Value> {
        let name = signature.ident.span();
        self.entered.set(self.entered.get() + 1);
        if depth > DEEPEST || self.entered.get() > MOST {
            return unclear(name, "its functions call one another too deeply");
        }
        let mut run = Run {
            program: self,
            depth,
            bindings: Vec::new(),
            written: Vec::new(),
            returned: Vec::new(),
        };
        let parameters = signature.inputs.iter().enumerate();
        for (at, parameter) in parameters {
            let value = arguments.get(at).cloned().unwrap_or(Value::Else);
            match parameter {
                FnArg::Receiver(_) => run.bindings.push(("self".to_owned(), value)),
                FnArg::Typed(typed) => run.bind(&typed.pat, value)?,
            }
        }
        let last = run.block(block)?;
        let Run { written, mut returned, .. } = run;
        if !written.is_empty() {
            return the_one(written, name);
        }
        returned.push(last);
        returned.retain(|value| !matches!(value, Value::Never));
        the_one(returned, name)
    }

    /// The function of that name, in an impl of one of these traits or in one of the enum's own.
    pub(super) fn find(&self, name: &str, traits: &[&str]) -> Option<&ImplItemFn> {
        let is_of = |item: &&ItemImpl| match &item.trait_ {
            None => traits.is_empty(),
            Some((path, _)) => {
                last_is(&item.self_ty, |last| last == self.ident)
                    && path
                        .segments
                        .last()
                        .is_some_and(|last| traits.iter().any(|name| last.ident == name))
            }
        };
        self.impls.iter().filter(is_of).find_map(|item| function(item, name))
    }
}

/// Whether the last name of a type's path is such a one.
pub(super) fn last_is(ty: &Type, is: impl Fn(&Ident) -> bool) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| is(&last.ident)),
        Type::Reference(inner) => last_is(&inner.elem, is),
        _ => false,
    }
}

/// The function of that name in an impl.
pub(super) fn function<'i>(item: &'i ItemImpl, name: &str) -> Option<&'i ImplItemFn> {
    item.items.iter().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == name => Some(function),
        _ => None,
    })
}

/// The one value among several ways, the others of which come to nothing.
fn the_one(values: Vec<Value>, at: Span) -> Read<Value> {
    let mut values = values.into_iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value),
        (None, _) => Ok(Value::Never),
        (Some(_), Some(_)) => unclear(at, "it writes or returns more than one thing"),
    }
}

impl Run<'_> {
    fn bind(&mut self, pattern: &Pat, value: Value) -> Read<()> {
        match pattern {
            Pat::Ident(name) if name.subpat.is_none() => {
                self.bindings.push((name.ident.to_string(), value));
                Ok(())
            }
            Pat::Type(typed) => self.bind(&typed.pat, value),
            Pat::Reference(reference) => self.bind(&reference.pat, value),
            Pat::Wild(_) => Ok(()),
            _ if matches!(value, Value::Else) => Ok(()),
            _ => unclear(pattern.span(), "this pattern is not followed"),
        }
    }

    fn block(&mut self, block: &Block) -> Read<Value> {
        let outer = self.bindings.len();
        let mut last = Value::Else;
        for statement in &block.stmts {
            last = match statement {
                Stmt::Local(local) => {
                    self.local(local)?;
                    Value::Else
                }
                Stmt::Expr(expression, semicolon) => {
                    let value = self.expression(expression)?;
                    match value {
                        Value::Never => Value::Never,
                        _ if semicolon.is_some() => Value::Else,
                        value => value,
                    }
                }
                Stmt::Macro(call) => self.macro_call(&call.mac)?,
                Stmt::Item(_) => Value::Else,
            };
            if matches!(last, Value::Never) {
                break;
            }
        }
        self.bindings.truncate(outer);
        Ok(last)
    }

    fn local(&mut self, local: &Local) -> Read<()> {
        let Some(init) = &local.init else { return self.bind(&local.pat, Value::Else) };
        let value = self.expression(&init.expr)?;
        // `let Some(x) = … else { … }`: the other way ends the function.
        match &local.pat {
            Pat::TupleStruct(pattern) if pattern.elems.len() == 1 => {
                self.bind(&pattern.elems[0], value)
            }
            pattern => self.bind(pattern, value),
        }
    }

    pub(super) fn expression(&mut self, expression: &Expr) -> Read<Value> {
        match expression {
            Expr::Lit(literal) => Ok(match text(&literal.lit) {
                Some(text) => Value::Text(text),
                None => Value::Else,
            }),
            Expr::Path(path) => Ok(self.path(&path.path)),
            Expr::Reference(inner) => self.expression(&inner.expr),
            Expr::Unary(inner) => self.expression(&inner.expr),
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Group(inner) => self.expression(&inner.expr),
            Expr::Try(inner) => self.expression(&inner.expr),
            Expr::Cast(inner) => self.expression(&inner.expr),
            Expr::Block(inner) => self.block(&inner.block),
            Expr::Unsafe(inner) => self.block(&inner.block),
            Expr::Return(inner) => {
                if let Some(inner) = &inner.expr {
                    let value = self.expression(inner)?;
                    if !matches!(value, Value::Else) {
                        self.returned.push(value);
                    }
                }
                Ok(Value::Never)
            }
            Expr::Match(inner) => self.match_(inner),
            Expr::If(inner) => self.if_(inner),
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method(call),
            Expr::Macro(call) => self.macro_call(&call.mac),
            // All of it, not just the first bytes.
            Expr::Index(index) => match (&*index.index, self.expression(&index.expr)?) {
                (Expr::Range(range), value) if range.start.is_none() && range.end.is_none() => {
                    Ok(value)
                }
                (_, Value::Else) => Ok(Value::Else),
                _ => unclear(expression.span(), "this is not followed"),
            },
            Expr::Closure(_) => Ok(Value::Else),
            Expr::Field(field) => match self.expression(&field.base)? {
                Value::Else => Ok(Value::Else),
                _ => unclear(expression.span(), "this is not followed"),
            },
            _ => unclear(expression.span(), "this is not followed"),
        }
    }

    /// `if … { IsNull::Yes } else { IsNull::No }`: nothing that is written depends on it.
    fn if_(&mut self, if_: &ExprIf) -> Read<Value> {
        let before = self.written.len();
        self.expression(&if_.cond)?;
        let then = self.block(&if_.then_branch)?;
        let otherwise = match &if_.else_branch {
            Some((_, otherwise)) => self.expression(otherwise)?,
            None => Value::Else,
        };
        match (then, otherwise) {
            _ if self.written.len() > before => {}
            (Value::Never, Value::Never) => return Ok(Value::Never),
            (Value::Else | Value::Never, Value::Else | Value::Never) => return Ok(Value::Else),
            _ => {}
        }
        unclear(if_.span(), "this is not followed")
    }

    fn path(&self, path: &syn::Path) -> Value {
        let Some(last) = path.segments.last() else { return Value::Else };
        let name = last.ident.to_string();
        if path.segments.len() == 1
            && let Some((_, value)) = self.bindings.iter().rev().find(|(bound, _)| *bound == name)
        {
            return value.clone();
        }
        if self.is_variant(path) { Value::Variant(name) } else { Value::Else }
    }

    /// `Phase::Open`, `Self::Open`, or `Open` where it is brought in.
    fn is_variant(&self, path: &syn::Path) -> bool {
        let mut segments = path.segments.iter().rev();
        let (Some(last), before) = (segments.next(), segments.next()) else { return false };
        let name = last.ident.to_string();
        self.program.variants.contains(&name)
            && before.is_none_or(|before| self.is_this(&before.ident))
    }

    pub(super) fn is_this(&self, ident: &Ident) -> bool {
        ident == "Self" || ident == self.program.ident
    }

    fn match_(&mut self, match_: &ExprMatch) -> Read<Value> {
        let scrutinee = self.expression(&match_.expr)?;
        match scrutinee {
            Value::This => self.match_this(match_),
            Value::Raw => self.match_raw(match_),
            Value::Variants(variants) => self.match_result(match_, variants),
            _ => unclear(match_.expr.span(), "what this `match` is about is not followed"),
        }
    }

    /// What an arm comes to: what it writes, or else its value.
    fn arm(&mut self, body: &Expr) -> Read<(Value, bool)> {
        let outer = std::mem::take(&mut self.written);
        let value = self.expression(body)?;
        let written = std::mem::replace(&mut self.written, outer);
        if written.is_empty() {
            return Ok((value, false));
        }
        Ok((the_one(written, body.span())?, true))
    }

    fn match_this(&mut self, match_: &ExprMatch) -> Read<Value> {
        let mut texts = Texts::default();
        let (mut writes, mut returns) = (false, false);
        for arm in &match_.arms {
            let names = self.variants_of(&arm.pat)?;
            let (value, is_written) = self.arm(&arm.body)?;
            let text = match value {
                Value::Text(text) => Some(text),
                Value::Never => None,
                _ => return unclear(arm.body.span(), "this is not a literal"),
            };
            if text.is_some() {
                writes |= is_written;
                returns |= !is_written;
            }
            match names {
                Some(names) => texts.of.extend(names.into_iter().map(|name| (name, text.clone()))),
                None => texts.rest = text,
            }
        }
        match (writes, returns) {
            (true, true) => unclear(match_.span(), "some of these arms write, and some return"),
            (true, false) => {
                self.written.push(Value::Texts(texts));
                Ok(Value::Else)
            }
            (false, _) => Ok(Value::Texts(texts)),
        }
    }

    /// The variants that a pattern is of; nothing if it is of all that are left.
    fn variants_of(&self, pattern: &Pat) -> Read<Option<Vec<String>>> {
        match pattern {
            Pat::Path(path) if self.is_variant(&path.path) => {
                let last = path.path.segments.last();
                Ok(last.map(|last| vec![last.ident.to_string()]))
            }
            Pat::Ident(name) if self.program.variants.contains(&name.ident.to_string()) => {
                Ok(Some(vec![name.ident.to_string()]))
            }
            Pat::Ident(name) if is_binding(&name.ident) => Ok(None),
            Pat::Wild(_) => Ok(None),
            Pat::Reference(inner) => self.variants_of(&inner.pat),
            Pat::Paren(inner) => self.variants_of(&inner.pat),
            Pat::Or(or) => {
                let mut all = Vec::new();
                for case in &or.cases {
                    match self.variants_of(case)? {
                        Some(names) => all.extend(names),
                        None => return Ok(None),
                    }
                }
                Ok(Some(all))
            }
            _ => unclear(pattern.span(), "this pattern is not followed"),
        }
    }

    fn match_raw(&mut self, match_: &ExprMatch) -> Read<Value> {
        let mut variants = Variants::default();
        for arm in &match_.arms {
            let texts = texts_of(&arm.pat)?;
            // What is bound there is of no interest: it is in a message, or is not known.
            let value = match &texts {
                Some(_) => self.arm(&arm.body)?.0,
                None => self.arm(&arm.body).map_or(Value::Else, |(value, _)| value),
            };
            match (texts, value) {
                (_, Value::Never) => {}
                (None, _) => variants.others |= !is_null(&arm.pat),
                (Some(texts), Value::Variant(name)) => {
                    variants.of.extend(texts.into_iter().map(|text| (text, name.clone())));
                }
                (Some(_), _) => return unclear(arm.body.span(), "this is not a variant"),
            }
        }
        Ok(Value::Variants(variants))
    }

    /// `match label.parse() { Ok(phase) => …, Err(_) => … }`.
    fn match_result(&mut self, match_: &ExprMatch, variants: Variants) -> Read<Value> {
        let mut result = variants;
        for arm in &match_.arms {
            let Pat::TupleStruct(pattern) = &arm.pat else {
                return unclear(arm.pat.span(), "this pattern is not followed");
            };
            let is =
                |name: &str| pattern.path.segments.last().is_some_and(|last| last.ident == name);
            let outer = self.bindings.len();
            let passes_on = if is("Ok") || is("Some") {
                if let Some(inner) = pattern.elems.first() {
                    self.bind(inner, Value::Variants(result.clone()))?;
                }
                matches!(self.expression(&arm.body)?, Value::Variants(_))
            } else {
                let value = self.expression(&arm.body).unwrap_or(Value::Else);
                result.others |= !matches!(value, Value::Never);
                true
            };
            self.bindings.truncate(outer);
            if !passes_on {
                return unclear(arm.body.span(), "this is not followed");
            }
        }
        Ok(Value::Variants(result))
    }
}
