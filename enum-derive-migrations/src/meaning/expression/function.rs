//! The server's functions, as far as migrations call them on the way to an enum.

use std::sync::Arc;

use super::env::Env;
use super::evaluator::{Evaluated, Evaluator};
use crate::catalog::{Label, TypeKind, texts};
use crate::ground::{Location, Refusal};
use crate::meaning::value::{self, Value};
use crate::text::name::{self, HOLE, has_hole};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, child_that, function_name, is_query};
use pg_enum_core::Literal;

impl Evaluator<'_> {
    /// What the arguments of a call come to.
    pub(crate) fn arguments(
        &mut self,
        call: &SyntaxNode,
        env: &Env,
    ) -> Result<Vec<Value>, Refusal> {
        let mut values = Vec::new();
        for argument in child(call, SyntaxKind::ARG_LIST).iter().flat_map(SyntaxNode::children) {
            values.push(match argument.children().next() {
                Some(expression) => self.eval(&expression, env)?,
                None => Value::Unknown,
            });
        }
        Ok(values)
    }

    pub(crate) fn current_schema(&self) -> Value {
        self.catalog().current_schema().map_or(Value::Null, |name| Value::Text(Arc::clone(name)))
    }

    /// What a call comes to.
    pub(crate) fn call(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let Some(callee) = node.children().next() else { return Ok(Value::Unknown) };
        match callee.kind() {
            SyntaxKind::EXISTS_FN => {
                return match child_that(&callee, is_query) {
                    Some(query) => self.exists(&query, env),
                    None => Ok(Value::Unknown),
                };
            }
            SyntaxKind::TRIM_FN => {
                let text = callee.descendants().find(|node| {
                    node.parent().is_some_and(|parent| parent.kind() == SyntaxKind::TRIM_EXPRS)
                });
                return match text.map(|text| self.eval(&text, env)).transpose()? {
                    Some(text) => Ok(self
                        .builtin("btrim", &[text], &env.origin.of(node))?
                        .unwrap_or(Value::Unknown)),
                    None => Ok(Value::Unknown),
                };
            }
            _ => {}
        }
        let name = function_name(node);
        if matches!(&*name, "enum_range" | "enum_first" | "enum_last") {
            return self.enum_function(&name, node, env);
        }
        let arguments = self.arguments(node, env)?;
        let at = env.origin.of(node);
        if let Some(value) = self.builtin(&name, &arguments, &at)? {
            return Ok(value);
        }
        self.host.call(&name, &arguments, &at);
        Ok(Value::Unknown)
    }

    /// `enum_range(NULL::mood)` and its like go by the type of their argument.
    fn enum_function(&mut self, name: &str, node: &SyntaxNode, env: &Env) -> Evaluated {
        let ty = child(node, SyntaxKind::ARG_LIST)
            .and_then(|list| list.children().next())
            .and_then(|argument| argument.children().next())
            .filter(|argument| argument.kind() == SyntaxKind::CAST_EXPR)
            .and_then(|cast| cast.children().filter_map(|node| name::Path::of(&node)).last());
        let Some(path) = ty else { return Ok(Value::Unknown) };
        if path.has_hole() {
            return Ok(Value::Unknown);
        }
        let at = env.origin.of(node);
        if self.is_in_doubt(&path) {
            self.host.may_fail(at, "42704");
            return Ok(Value::Unknown);
        }
        let id = self.catalog().resolve(&path).map_err(|refusal| refusal.at(&at))?;
        let Some((ty, TypeKind::Enum(labels))) = self.catalog().ty(id).map(|ty| (ty, &ty.kind))
        else {
            let missing = format!("function {name}({path}) does not exist");
            return Err(Refusal::new("42883", missing).at(&at));
        };
        let text = |label: Option<&Label>| {
            label.map_or(Value::Null, |label| Value::Text(Arc::clone(&label.text)))
        };
        let used = match name {
            "enum_first" => labels.first().into_iter().collect(),
            "enum_last" => labels.last().into_iter().collect(),
            _ => labels.iter().collect::<Vec<_>>(),
        };
        for label in used {
            self.catalog().check_safe(ty, label).map_err(|refusal| refusal.at(&at))?;
        }
        Ok(match name {
            "enum_first" => text(labels.first()),
            "enum_last" => text(labels.last()),
            _ => Value::texts(texts(labels)),
        })
    }

    /// What one of the server's own functions comes to; `None` if it is none that replay knows.
    pub(crate) fn builtin(
        &mut self,
        name: &str,
        arguments: &[Value],
        at: &Location,
    ) -> Result<Option<Value>, Refusal> {
        let computed = self
            .text_function(name, arguments)
            .or_else(|| self.array_function(name, arguments))
            .or_else(|| null_function(name, arguments));
        match computed {
            Some(value) => Ok(Some(value)),
            None => self.system_function(name, arguments, at),
        }
    }

    fn text_function(&self, name: &str, arguments: &[Value]) -> Option<Value> {
        use Value::{Int, Null, Text, Unknown};
        Some(match (name, arguments) {
            ("format", [Text(pattern), rest @ ..]) => self.format(pattern, rest),
            ("quote_ident", [Text(text)]) => Value::text(name::quote_ident(text)),
            ("quote_literal" | "quote_nullable", [Text(text)]) => {
                Value::text(Literal(text).to_string())
            }
            ("quote_literal" | "quote_nullable", [Unknown]) => {
                Value::text(Literal(&Value::hole()).to_string())
            }
            ("quote_ident", [Unknown]) => Value::text(Value::hole()),
            ("quote_nullable", [Null]) => Value::text("NULL"),
            ("concat", values) => {
                Value::joined(values.iter().map(|value| self.text_or_hole(value)), "")
            }
            ("concat_ws", [Text(separator), values @ ..]) => {
                let values = values.iter().filter(|value| **value != Null);
                Value::joined(values.map(|value| self.text_or_hole(value)), separator)
            }
            ("lower", [Text(text)]) => Value::text(text.to_lowercase()),
            ("upper", [Text(text)]) if !has_hole(text) => Value::text(text.to_uppercase()),
            ("btrim", [Text(text)]) => Value::text(text.trim_matches(' ')),
            ("replace", [Text(text), Text(from), Text(to)])
                if !has_hole(text) && !from.is_empty() =>
            {
                let more = text.matches(&**from).count().saturating_mul(to.len());
                if more > value::MAX_TEXT {
                    Unknown
                } else {
                    Value::text(text.replace(&**from, to))
                }
            }
            ("length" | "char_length", [Text(text)]) if !has_hole(text) => {
                i64::try_from(text.chars().count()).map_or(Unknown, Int)
            }
            (
                "lower" | "upper" | "quote_ident" | "quote_literal" | "to_regtype" | "replace"
                | "array_length" | "cardinality" | "array_to_string" | "format" | "btrim",
                values,
            ) if values.contains(&Null) => Null,
            _ => return None,
        })
    }

    fn array_function(&self, name: &str, arguments: &[Value]) -> Option<Value> {
        use Value::{Array, Int, Null, Text, Unknown};
        Some(match (name, arguments) {
            ("array_length" | "cardinality", [Array(elements), ..]) => {
                match (i64::try_from(elements.len()), name) {
                    (Ok(0), "array_length") => Null,
                    (Ok(length), _) => Int(length),
                    _ => Unknown,
                }
            }
            ("array_append", [array, element]) => match array {
                Array(elements) => {
                    Value::array(elements.iter().chain([element]).cloned().collect())
                }
                Null => Value::array(vec![element.clone()]),
                _ => Unknown,
            },
            // The array's text, which is an array again for whoever wants one.
            ("array_out", [array @ Array(_)]) => array.clone(),
            ("array_eq", [left, right]) => value::equal(left, right),
            ("array_ne", [left, right]) => value::not(&value::equal(left, right)),
            ("array_cat", [Array(left), Array(right)]) => {
                Value::array(left.iter().chain(right.iter()).cloned().collect())
            }
            ("array_remove", [Array(elements), unwanted]) => {
                let mut kept = Vec::new();
                for element in elements.iter() {
                    match value::equal(element, unwanted).truth() {
                        Some(true) => {}
                        Some(false) => kept.push(element.clone()),
                        None => return Some(Unknown),
                    }
                }
                Value::array(kept)
            }
            ("array_replace", [Array(elements), from, to]) => {
                let mut replaced = Vec::with_capacity(elements.len());
                for element in elements.iter() {
                    replaced.push(match value::equal(element, from).truth() {
                        Some(true) => to.clone(),
                        Some(false) => element.clone(),
                        None => Unknown,
                    });
                }
                Value::array(replaced)
            }
            ("array_position", [Array(elements), wanted]) => {
                for (index, element) in elements.iter().enumerate() {
                    match value::equal(element, wanted).truth() {
                        Some(true) => {
                            return Some(i64::try_from(index + 1).map_or(Unknown, Int));
                        }
                        Some(false) => {}
                        None => return Some(Unknown),
                    }
                }
                Null
            }
            ("array_to_string", [Array(elements), Text(separator), ..]) => {
                let elements = elements.iter().filter(|element| **element != Null);
                Value::joined(elements.map(|element| self.text_or_hole(element)), separator)
            }
            ("string_to_array", [Text(text), Text(separator)])
                if !has_hole(text) && !separator.is_empty() =>
            {
                if text.is_empty() {
                    Value::array(Vec::new())
                } else {
                    let parts = text.split(&**separator).take(value::MAX_ROWS + 1);
                    Value::array(parts.map(Value::text).collect())
                }
            }
            _ => return None,
        })
    }

    fn system_function(
        &mut self,
        name: &str,
        arguments: &[Value],
        at: &Location,
    ) -> Result<Option<Value>, Refusal> {
        use Value::{Null, Text, Unknown};
        Ok(Some(match (name, arguments) {
            ("coalesce", values) => {
                values.iter().find(|value| **value != Null).cloned().unwrap_or(Null)
            }
            ("nullif", [left, right]) => match value::equal(left, right).truth() {
                Some(true) => Null,
                Some(false) => left.clone(),
                None => Unknown,
            },
            ("to_regtype", [Text(text)]) => self.regtype(text).unwrap_or(Null),
            ("to_regnamespace", [Text(text)]) if !has_hole(text) => match name::parse_path(text) {
                Some(path) if self.catalog().has_schema(&path.name) => Value::Schema(path.name),
                Some(_) => Null,
                None => Unknown,
            },
            ("to_regclass", [Text(text)]) if !has_hole(text) => match name::parse_path(text) {
                Some(path) if self.catalog().find_relation(&path).is_some() => Unknown,
                // It may be an index or a sequence.
                _ => return Ok(None),
            },
            ("format_type", [value @ (Value::Type(_) | Value::BuiltIn(_)), ..]) => {
                self.as_text(value).map_or(Unknown, Value::text)
            }
            ("pg_type_is_visible", [Value::Type(id)]) => {
                let path = self
                    .catalog()
                    .ty(*id)
                    .map(|ty| name::Path { schema: None, name: Arc::clone(&ty.key.1) });
                Value::of_truth(path.map(|path| self.catalog().find(&path) == Some(*id)))
            }
            ("current_schema", []) => self.current_schema(),
            ("current_schemas", [implicit]) => {
                let names: Vec<&Arc<str>> = match implicit.truth() {
                    Some(true) => self.catalog().search_schemas(),
                    Some(false) => self.catalog().path().iter().collect(),
                    None => return Ok(Some(Unknown)),
                };
                let mut on_path = Vec::new();
                for name in names {
                    if &**name != "pg_temp" && self.catalog().has_schema(name) {
                        on_path.push(Arc::clone(name));
                    }
                }
                Value::texts(on_path)
            }
            ("current_setting", [Text(setting), ..])
                if setting.eq_ignore_ascii_case("search_path") =>
            {
                self.current_path()
            }
            ("set_config", [Text(setting), value, local])
                if setting.eq_ignore_ascii_case("search_path") =>
            {
                self.set_search_path(value, local, at)?
            }
            ("set_config", [Text(setting), value, local])
                if setting.eq_ignore_ascii_case("standard_conforming_strings") =>
            {
                // What is not known is no boolean.
                let text = if let Text(text) = value { text } else { "" };
                match local.truth() {
                    Some(local) => self.host.set_backslash(text, local, at),
                    None => self.host.set_backslash("", false, at),
                }
                value.clone()
            }
            ("set_config", [Text(setting), value, local])
                if setting.eq_ignore_ascii_case("check_function_bodies") =>
            {
                let text = if let Text(text) = value { text } else { "" };
                self.host.set_reads_bodies(text, local.truth().unwrap_or_default());
                value.clone()
            }
            ("set_config", [Text(setting), value, local])
                if setting.to_ascii_lowercase().ends_with("transaction_read_only") =>
            {
                let text = if let Text(text) = value { text } else { "" };
                let local = local.truth().unwrap_or_default();
                self.host.set_read_only(&setting.to_ascii_lowercase(), text, local);
                value.clone()
            }
            _ => return Ok(None),
        }))
    }

    fn current_path(&self) -> Value {
        let path = self.catalog().path();
        let mut names = Vec::with_capacity(path.len());
        for name in path.iter() {
            names.push(name::quote_ident(name));
        }
        Value::text(names.join(", "))
    }

    fn set_search_path(&mut self, value: &Value, local: &Value, at: &Location) -> Evaluated {
        if let (Value::Null, Some(local)) = (value, local.truth()) {
            self.host.set_path(None, local);
            return Ok(self.current_path());
        }
        let (Value::Text(text), Some(local)) = (value, local.truth()) else {
            self.host.unknown(at, "what search_path is set to is not known", &[]);
            return Ok(Value::Unknown);
        };
        let Some(path) = name::split_list(text) else {
            return Err(Refusal::new(
                "22023",
                format!("invalid value for parameter \"search_path\": \"{text}\""),
            ));
        };
        self.host.set_path(Some(path.into()), local);
        Ok(value.clone())
    }

    /// `format`: `%s`, `%I`, `%L`, `%%`, and positions.
    fn format(&self, pattern: &str, arguments: &[Value]) -> Value {
        let mut text = String::new();
        let mut next = 0;
        let mut rest = pattern;
        while let Some(at) = rest.find('%') {
            text.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                text.push('%');
                rest = after;
                continue;
            }
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if digits > 0 && rest[digits..].starts_with('$') {
                let Ok(position) = rest[..digits].parse::<usize>() else { return Value::Unknown };
                next = position.saturating_sub(1);
                rest = &rest[digits + 1..];
            }
            // A width only pads.
            rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
            let Some(value) = arguments.get(next) else { return Value::Unknown };
            next += 1;
            let Some(kind) = rest.chars().next() else { return Value::Unknown };
            rest = &rest[kind.len_utf8()..];
            match (kind, value) {
                ('s', value) => text.push_str(&self.text_or_hole(value)),
                ('I', Value::Unknown) => text.push(HOLE),
                ('I', value) => {
                    text.push_str(&name::quote_ident(&self.text_or_hole(value)));
                }
                ('L', Value::Null) => text.push_str("NULL"),
                ('L', value) => text.push_str(&Literal(&self.text_or_hole(value)).to_string()),
                _ => return Value::Unknown,
            }
            if text.len() > value::MAX_TEXT {
                return Value::Unknown;
            }
        }
        text.push_str(rest);
        Value::text(text)
    }
}

/// Null in, null out, as for almost every function.
fn null_function(name: &str, arguments: &[Value]) -> Option<Value> {
    let strict = [
        "lower",
        "upper",
        "quote_ident",
        "quote_literal",
        "to_regtype",
        "replace",
        "array_length",
        "cardinality",
        "array_to_string",
        "format",
        "btrim",
    ];
    (strict.contains(&name) && arguments.contains(&Value::Null)).then_some(Value::Null)
}
