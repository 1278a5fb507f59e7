//! What a function that encodes or decodes an enum makes of it, as far as its text tells.
//!
//! A function is followed as if it ran, with the enum or the database's value as its one unknown: through
//! bindings, through methods that leave a text what it is (`as_bytes`, `to_owned`, `from_utf8`…), and into
//! other functions of the same file (`as_str`, `Display`, `FromStr`…). A text is one that stands there as a
//! literal. Everything else ends it with the reason.

use proc_macro2::Span;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Block, Expr, ExprCall, ExprMatch, ExprMethodCall, FnArg, Ident, ImplItem, ImplItemFn, ItemImpl,
    Lit, Local, Macro, Pat, Stmt, Token, Type,
};

use crate::foreign::{Read, unclear};

/// How many functions call one another.
const DEEPEST: usize = 8;

/// What an expression comes to.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// The enum.
    This,
    /// What the database sends.
    Raw,
    /// A literal.
    Text(Literal),
    /// A text for each variant.
    Texts(Texts),
    /// That variant.
    Variant(String),
    /// A variant for each text.
    Variants(Variants),
    /// Nothing that is written or read: a buffer, a number, `Ok(())`.
    Else,
    /// It is never reached, or an error.
    Never,
}

/// A literal, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    pub(super) value: String,
    pub(super) span: Span,
}

/// A text for each variant.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    /// By the variants' names; nothing for one that has no text.
    pub(super) of: Vec<(String, Option<Literal>)>,
    /// Of all other variants.
    pub(super) rest: Option<Literal>,
}

/// A variant for each text.
#[derive(Debug, Clone, Default)]
pub(super) struct Variants {
    pub(super) of: Vec<(Literal, String)>,
    /// Whether other texts are read as something, and are not an error.
    pub(super) others: bool,
}

/// The impls that functions are looked for in.
pub(super) struct Program<'a> {
    pub(super) ident: &'a Ident,
    pub(super) variants: Vec<String>,
    pub(super) impls: Vec<ItemImpl>,
}

/// A function's run.
struct Run<'a> {
    program: &'a Program<'a>,
    depth: usize,
    bindings: Vec<(String, Value)>,
    /// What has been written.
    written: Vec<Value>,
    /// What has been returned.
    returned: Vec<Value>,
}

/// Methods and functions that leave a text, or what they are called with, as it is.
const KEEPS: &[&str] = &[
    "as_bytes",
    "as_str",
    "as_ref",
    "as_deref",
    "as_slice",
    "to_string",
    "to_owned",
    "to_vec",
    "into",
    "into_bytes",
    "into_owned",
    "into_boxed_str",
    "clone",
    "borrow",
    "deref",
    "unwrap",
    "expect",
    "unwrap_or_default",
    "map_err",
    "ok_or",
    "ok_or_else",
    "ok",
    "from",
    "new",
    "from_utf8",
    "from_utf8_lossy",
    "from_utf8_unchecked",
    "Ok",
    "Some",
    "Borrowed",
    "Owned",
    "context",
    "with_context",
    "from_sql",
    "decode",
    "from_nullable_sql",
    "copied",
    "cloned",
];

/// Those that write a text.
const WRITES: &[&str] = &[
    "write_all",
    "write",
    "write_str",
    "extend_from_slice",
    "extend",
    "put_slice",
    "put",
    "push_str",
    "pad",
];

/// Those that write the text they are called on, or that is their first argument.
const ENCODES: &[&str] = &["to_sql", "encode", "encode_by_ref", "fmt", "to_sql_checked"];

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

    fn run(&self, function: &ImplItemFn, arguments: &[Value], depth: usize) -> Read<Value> {
        let name = function.sig.ident.span();
        if depth > DEEPEST {
            return unclear(name, "its functions call one another too deeply");
        }
        let mut run = Run {
            program: self,
            depth,
            bindings: Vec::new(),
            written: Vec::new(),
            returned: Vec::new(),
        };
        let parameters = function.sig.inputs.iter().enumerate();
        for (at, parameter) in parameters {
            let value = arguments.get(at).cloned().unwrap_or(Value::Else);
            match parameter {
                FnArg::Receiver(_) => run.bindings.push(("self".to_owned(), value)),
                FnArg::Typed(typed) => run.bind(&typed.pat, value)?,
            }
        }
        let last = run.block(&function.block)?;
        let Run { written, mut returned, .. } = run;
        if !written.is_empty() {
            return the_one(written, name);
        }
        returned.push(last);
        returned.retain(|value| !matches!(value, Value::Never));
        the_one(returned, name)
    }

    /// The function of that name, in an impl of one of these traits or in one of the enum's own.
    fn find(&self, name: &str, traits: &[&str]) -> Option<&ImplItemFn> {
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
fn last_is(ty: &Type, is: impl Fn(&Ident) -> bool) -> bool {
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

    fn expression(&mut self, expression: &Expr) -> Read<Value> {
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

    fn is_this(&self, ident: &Ident) -> bool {
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
                (None, Value::Never) => {}
                (None, _) => variants.others |= !is_null(&arm.pat),
                (Some(texts), Value::Variant(name)) => {
                    variants.of.extend(texts.into_iter().map(|text| (text, name.clone())));
                }
                (Some(_), Value::Never) => {}
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

    fn call(&mut self, call: &ExprCall) -> Read<Value> {
        let Expr::Path(function) = &*call.func else {
            return self.opaque(call.args.iter(), call.span());
        };
        let segments = &function.path.segments;
        let name = segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if name == "Err" {
            return Ok(Value::Never);
        }
        let mut arguments = Vec::new();
        for argument in &call.args {
            arguments.push(self.expression(argument)?);
        }
        let owner = segments.iter().nth_back(1).map(|owner| &owner.ident);
        // `Self::from_str(label)`, `Phase::label(self)`, `<Self as FromStr>::from_str(label)`.
        let qualified = function
            .qself
            .as_ref()
            .is_some_and(|qself| last_is(&qself.ty, |last| self.is_this(last)));
        if qualified || owner.is_some_and(|owner| self.is_this(owner)) {
            return self.enter(&name, &arguments, call.span());
        }
        let subject = arguments.iter().position(|value| !matches!(value, Value::Else));
        let Some(subject) = subject else { return Ok(Value::Else) };
        let value = arguments.swap_remove(subject);
        match value {
            Value::This if name == "from" => self.convert(call.span()),
            // `FromStr::from_str(label)`, where the type follows from elsewhere.
            Value::Raw if matches!(&*name, "from_str" | "try_from") => {
                self.enter(&name, &[Value::Raw], call.span())
            }
            value @ (Value::Text(_) | Value::Texts(_)) if ENCODES.contains(&&*name) => {
                self.written.push(value);
                Ok(Value::Else)
            }
            value @ (Value::Text(_) | Value::Texts(_) | Value::Raw) if KEEPS.contains(&&*name) => {
                Ok(value)
            }
            value @ (Value::Variant(_) | Value::Variants(_) | Value::Never)
                if matches!(&*name, "Ok" | "Some") =>
            {
                Ok(value)
            }
            _ => unclear(call.span(), format_args!("`{name}` is not followed")),
        }
    }

    fn method(&mut self, call: &ExprMethodCall) -> Read<Value> {
        let receiver = self.expression(&call.receiver)?;
        let name = call.method.to_string();
        match receiver {
            Value::This => {
                let mut arguments = vec![Value::This];
                for argument in &call.args {
                    arguments.push(self.expression(argument)?);
                }
                match &*name {
                    "clone" | "to_owned" | "borrow" | "deref" => Ok(Value::This),
                    "into" => self.convert(call.span()),
                    _ => self.enter(&name, &arguments, call.span()),
                }
            }
            Value::Raw => match &*name {
                "parse" => self.enter("from_str", &[Value::Raw], call.span()),
                "try_into" => self.enter("try_from", &[Value::Raw], call.span()),
                name if KEEPS.contains(&name) => Ok(Value::Raw),
                _ => unclear(call.method.span(), format_args!("`{name}` is not followed")),
            },
            value @ (Value::Text(_) | Value::Texts(_)) => match &*name {
                name if ENCODES.contains(&name) => {
                    self.written.push(value);
                    Ok(Value::Else)
                }
                name if KEEPS.contains(&name) => Ok(value),
                _ => unclear(call.method.span(), format_args!("`{name}` is not followed")),
            },
            Value::Variants(variants) => match &*name {
                "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" | "or" | "or_else" => {
                    Ok(Value::Variants(Variants { others: true, ..variants }))
                }
                name if KEEPS.contains(&name) => Ok(Value::Variants(variants)),
                _ => unclear(call.method.span(), format_args!("`{name}` is not followed")),
            },
            Value::Variant(_) | Value::Never if KEEPS.contains(&&*name) => Ok(receiver),
            Value::Variant(_) | Value::Never => {
                unclear(call.method.span(), format_args!("`{name}` is not followed"))
            }
            Value::Else if WRITES.contains(&&*name) => {
                for argument in &call.args {
                    match self.expression(argument)? {
                        value @ (Value::Text(_) | Value::Texts(_)) => self.written.push(value),
                        _ => return unclear(argument.span(), "what this writes is not a literal"),
                    }
                }
                Ok(Value::Else)
            }
            Value::Else => self.opaque(call.args.iter(), call.method.span()),
        }
    }

    /// Something that nothing is known of, which is all right as long as the enum has no part in it.
    fn opaque<'e>(&mut self, arguments: impl Iterator<Item = &'e Expr>, at: Span) -> Read<Value> {
        for argument in arguments {
            if !matches!(self.expression(argument)?, Value::Else) {
                return unclear(at, "this is not followed");
            }
        }
        Ok(Value::Else)
    }

    /// A function of the enum's, or of one of its impls of a known trait.
    fn enter(&mut self, name: &str, arguments: &[Value], at: Span) -> Read<Value> {
        let traits: &[&str] = match name {
            "to_string" | "fmt" => &["Display", "ToString"],
            "as_ref" => &["AsRef"],
            "from_str" => &["FromStr"],
            "try_from" => &["TryFrom"],
            "from" => &["From"],
            _ => &[],
        };
        let program = self.program;
        let own = program.find(name, &[]);
        let of_trait = || match name {
            "to_string" => program.find(name, traits).or_else(|| program.find("fmt", &["Display"])),
            _ => program.find(name, traits),
        };
        let Some(function) = own.or_else(of_trait) else {
            return unclear(at, format_args!("`{name}` is not in this file"));
        };
        program.run(function, arguments, self.depth + 1)
    }

    /// `impl From<Phase> for &'static str`.
    fn convert(&mut self, at: Span) -> Read<Value> {
        let program = self.program;
        let from = program.impls.iter().find(|item| {
            !last_is(&item.self_ty, |last| self.is_this(last))
                && item.trait_.as_ref().is_some_and(|(path, _)| {
                    path.segments.last().is_some_and(|last| last.ident == "From")
                })
        });
        match from.and_then(|item| function(item, "from")) {
            Some(function) => program.run(function, &[Value::This], self.depth + 1),
            None => unclear(at, "the conversion is not in this file"),
        }
    }

    fn macro_call(&mut self, mac: &Macro) -> Read<Value> {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        match &*name {
            "panic" | "unreachable" | "todo" | "unimplemented" | "bail" => return Ok(Value::Never),
            // diesel 1: the bytes, unless there are none.
            "not_none" => {}
            "write" => return self.write(mac),
            "matches" | "debug" | "trace" | "info" | "warn" | "error" | "assert"
            | "debug_assert" | "debug_assert_eq" => return Ok(Value::Else),
            _ => return unclear(mac.span(), format_args!("the macro `{name}!` is not followed")),
        }
        match syn::parse2::<Expr>(mac.tokens.clone()) {
            Ok(inner) => self.expression(&inner),
            Err(_) => unclear(mac.span(), format_args!("the macro `{name}!` is not followed")),
        }
    }

    /// `write!(f, "open")`, `write!(f, "{}", label)`, `write!(f, "{label}")`.
    fn write(&mut self, mac: &Macro) -> Read<Value> {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone());
        let arguments: Vec<Expr> = arguments.into_iter().flatten().collect();
        let what = "what this writes is not a literal";
        let (Some(Expr::Lit(format)), more) = (arguments.get(1), arguments.get(2..)) else {
            return unclear(mac.span(), what);
        };
        let Some(format) = text(&format.lit) else { return unclear(mac.span(), what) };
        let value = match (&*format.value, more.unwrap_or_default()) {
            ("{}", [argument]) => match self.expression(argument)? {
                Value::This => self.enter("to_string", &[Value::This], argument.span())?,
                value => value,
            },
            (plain, []) if !plain.contains(['{', '}']) => Value::Text(format),
            (bound, []) => {
                let name = bound.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
                let bound = self.bindings.iter().rev().find(|(bound, _)| Some(&**bound) == name);
                bound.map_or(Value::Else, |(_, value)| value.clone())
            }
            _ => Value::Else,
        };
        match value {
            Value::Text(_) | Value::Texts(_) => {
                self.written.push(value);
                Ok(Value::Else)
            }
            _ => unclear(mac.span(), what),
        }
    }
}

/// The texts that a pattern is of; nothing if it is of all that are left.
fn texts_of(pattern: &Pat) -> Read<Option<Vec<Literal>>> {
    match pattern {
        Pat::Lit(literal) => match text(&literal.lit) {
            Some(text) => Ok(Some(vec![text])),
            None => unclear(pattern.span(), "this is not a text"),
        },
        Pat::Wild(_) => Ok(None),
        Pat::Ident(name) if is_binding(&name.ident) || is_null(pattern) => Ok(None),
        Pat::Path(_) if is_null(pattern) => Ok(None),
        Pat::Reference(inner) => texts_of(&inner.pat),
        Pat::Paren(inner) => texts_of(&inner.pat),
        Pat::TupleStruct(inner) if inner.elems.len() == 1 => texts_of(&inner.elems[0]),
        Pat::Or(or) => {
            let mut all = Vec::new();
            for case in &or.cases {
                match texts_of(case)? {
                    Some(texts) => all.extend(texts),
                    None => return Ok(None),
                }
            }
            Ok(Some(all))
        }
        _ => unclear(pattern.span(), "this pattern is not followed"),
    }
}

/// Whether a pattern that is a name binds it. One that is spelled as constants and variants are means one.
fn is_binding(name: &Ident) -> bool {
    !name.to_string().starts_with(char::is_uppercase)
}

/// `None`, which stands for NULL.
fn is_null(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(name) => name.ident == "None",
        Pat::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "None"),
        _ => false,
    }
}

/// A literal that is a text.
pub(super) fn text(literal: &Lit) -> Option<Literal> {
    let value = match literal {
        Lit::Str(text) => text.value(),
        Lit::ByteStr(bytes) => String::from_utf8(bytes.value()).ok()?,
        _ => return None,
    };
    Some(Literal { value, span: literal.span() })
}
