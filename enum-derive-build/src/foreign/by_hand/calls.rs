//! Calls of functions, methods and macros in what encodes or decodes an enum.

use proc_macro2::Span;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall, Macro, Token};

use super::eval::{Run, function, last_is};
use super::value::{Value, Variants, text};
use crate::foreign::{Read, unclear};

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
    "write_fmt",
];

/// Those that write the text they are called on, or that is their first argument.
const ENCODES: &[&str] = &["to_sql", "encode", "encode_by_ref", "fmt", "to_sql_checked"];

impl Run<'_> {
    pub(super) fn call(&mut self, call: &ExprCall) -> Read<Value> {
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
        if segments.len() == 1 {
            // A closure that the function is given.
            if self
                .bindings
                .iter()
                .any(|(bound, value)| *bound == name && matches!(value, Value::Else))
            {
                return Ok(Value::Else);
            }
            let program = self.program;
            if let Some(function) = program.functions.iter().find(|one| one.sig.ident == name) {
                let depth = self.depth + 1;
                return program.run_body(&function.sig, &function.block, &arguments, depth);
            }
        }
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

    pub(super) fn method(&mut self, call: &ExprMethodCall) -> Read<Value> {
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
        match own.or_else(of_trait) {
            Some(function) => program.run(function, arguments, self.depth + 1),
            None => match program.strum.value(name) {
                Some(value) => Ok(value),
                None => unclear(at, format_args!("`{name}` is not in this file")),
            },
        }
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
            None => match program.strum.value("into") {
                Some(value) => Ok(value),
                None => unclear(at, "the conversion is not in this file"),
            },
        }
    }

    pub(super) fn macro_call(&mut self, mac: &Macro) -> Read<Value> {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        match &*name {
            "panic" | "unreachable" | "todo" | "unimplemented" | "bail" => return Ok(Value::Never),
            // diesel 1: the bytes, unless there are none.
            "not_none" => {}
            "write" => return self.write(mac),
            "format" | "format_args" => {
                let arguments = arguments(mac);
                return match self.formatted(&arguments)? {
                    Some(value) => Ok(value),
                    None => {
                        unclear(mac.span(), format_args!("the macro `{name}!` is not followed"))
                    }
                };
            }
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
        let arguments = arguments(mac);
        match self.formatted(arguments.get(1..).unwrap_or_default())? {
            Some(value) => {
                self.written.push(value);
                Ok(Value::Else)
            }
            None => unclear(mac.span(), "what this writes is not a literal"),
        }
    }

    /// The text that a format and its arguments make; nothing if it is not a literal.
    fn formatted(&mut self, arguments: &[Expr]) -> Read<Option<Value>> {
        let Some((Expr::Lit(format), more)) = arguments.split_first() else { return Ok(None) };
        let Some(format) = text(&format.lit) else { return Ok(None) };
        let value = match (&*format.value, more) {
            ("{}", [argument]) => self.expression(argument)?,
            (plain, []) if !plain.contains(['{', '}']) => Value::Text(format),
            (bound, []) => {
                let name = bound.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
                let bound = self.bindings.iter().rev().find(|(bound, _)| Some(&**bound) == name);
                bound.map_or(Value::Else, |(_, value)| value.clone())
            }
            _ => Value::Else,
        };
        Ok(match value {
            Value::This => Some(self.enter("to_string", &[Value::This], format_span(arguments))?),
            Value::Text(_) | Value::Texts(_) => Some(value),
            _ => None,
        })
    }
}

/// The arguments of a macro that formats.
fn arguments(mac: &Macro) -> Vec<Expr> {
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone());
    arguments.into_iter().flatten().collect()
}

/// Where a format stands.
fn format_span(arguments: &[Expr]) -> Span {
    arguments.first().map_or_else(Span::call_site, Spanned::span)
}
