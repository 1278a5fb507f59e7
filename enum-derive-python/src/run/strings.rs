//! Text that values are put into, and what becomes of text.

use std::rc::Rc;

use super::{Evaluated, Run};
use crate::text::{Piece, Text, conversions, fields, repr};
use crate::value::{Args, Value};

impl Run<'_> {
    /// A value as `str()` writes it.
    pub(super) fn written(value: &Value) -> Text {
        match value {
            Value::Text(text) => text.clone(),
            Value::Int(int) => int.to_string().into(),
            Value::Number(number) => number.to_string().into(),
            Value::Bool(true) => "True".into(),
            Value::Bool(false) => "False".into(),
            Value::None => "None".into(),
            Value::Member(member) => match member.written() {
                Value::Text(text) => text,
                _ => Text::hole(),
            },
            Value::List(_) | Value::Tuple(_) => repr_of(value),
            // `f"{sa.text('x')}"`
            Value::Made(made) if made.kind() == "text" => {
                let first = made.args.borrow().positional.first().cloned();
                match first {
                    Some(Value::Text(text)) => text,
                    _ => Text::hole(),
                }
            }
            _ => Text::hole(),
        }
    }

    /// `text % values`
    pub(super) fn percent(text: &Text, values: &Value) -> Value {
        let Some(pieces) = conversions(&text.text) else { return Value::Unknown };
        let mut unnamed = match values {
            Value::Tuple(items) => items.to_vec(),
            Value::Dict(_) => Vec::new(),
            value => vec![value.clone()],
        }
        .into_iter();
        let mut built = String::new();
        for piece in pieces {
            match piece {
                Piece::Literal(literal) => built.push_str(literal),
                Piece::Odd => {
                    unnamed.next();
                    built.push_str(&Text::hole().text);
                }
                Piece::Field(name) => {
                    let value = match (name, values) {
                        ("", _) => unnamed.next().unwrap_or(Value::Unknown),
                        (name, Value::Dict(entries)) => {
                            super::operators::find(entries.borrow().as_deref(), &Value::text(name))
                        }
                        _ => Value::Unknown,
                    };
                    built.push_str(&Self::written(&value).text);
                    if built.len() > super::MAX_SIZE {
                        return Value::Unknown;
                    }
                }
            }
        }
        Value::text(built)
    }

    /// `text.format(…)`
    fn format(text: &Text, args: &Args) -> Evaluated {
        let Some(pieces) = fields(&text.text) else { return Ok(Value::Unknown) };
        let mut built = String::new();
        let mut next = 0;
        for piece in pieces {
            match piece {
                Piece::Literal(literal) => built.push_str(literal),
                Piece::Odd => built.push_str(&Text::hole().text),
                Piece::Field(name) => {
                    let value = match name.parse::<usize>() {
                        Ok(at) => args.positional.get(at).cloned(),
                        Err(_) if name.is_empty() => {
                            next += 1;
                            args.positional.get(next - 1).cloned()
                        }
                        Err(_) => args.keyword(name).cloned(),
                    };
                    built.push_str(&Self::written(&value.unwrap_or(Value::Unknown)).text);
                }
            }
            Self::bounded(built.len())?;
        }
        Ok(Value::text(built))
    }

    /// `separator.join(items)`
    fn join(separator: &Text, items: Option<Vec<Value>>) -> Evaluated {
        let Some(items) = items else { return Ok(Value::text(Text::hole())) };
        let mut joined = String::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                joined.push_str(&separator.text);
            }
            match item.as_text() {
                Some(text) => joined.push_str(&text.text),
                None => joined.push_str(&Text::hole().text),
            }
            Self::bounded(joined.len())?;
        }
        Ok(Value::text(joined))
    }

    /// A method of a string.
    pub(super) fn string_method(&mut self, text: &Text, name: &str, args: &Args) -> Evaluated {
        match name {
            "format" if !args.is_open() => {
                let named = args.keywords.iter().map(|(_, value)| value);
                args.positional.iter().chain(named).for_each(|value| self.put_into_text(value));
                return Self::format(text, args);
            }
            "join" => {
                let items = match args.positional.first() {
                    // One item has one order.
                    Some(items) => self.items(items)?,
                    None => None,
                };
                return Self::join(text, items);
            }
            _ => {}
        }
        let Some(known) = text.known() else {
            return Ok(match name {
                "strip" | "lstrip" | "rstrip" | "lower" | "upper" | "replace" | "title"
                | "capitalize" => Value::text(Text::hole()),
                _ => Value::Unknown,
            });
        };
        let first = args.positional.first();
        let second = args.positional.get(1);
        let changed = |text: String| Ok(Value::text(text));
        match (name, first.and_then(Value::as_str), second.and_then(Value::as_str)) {
            ("lower" | "casefold", ..) if known.is_ascii() => changed(known.to_ascii_lowercase()),
            ("lower", ..) => changed(known.to_lowercase()),
            ("upper", ..) => changed(known.to_uppercase()),
            ("capitalize", ..) if known.is_ascii() => {
                let mut lower = known.to_ascii_lowercase();
                if let Some(first) = lower.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                changed(lower)
            }
            ("strip", ..) if first.is_none() => changed(known.trim().to_owned()),
            ("lstrip", ..) if first.is_none() => changed(known.trim_start().to_owned()),
            ("rstrip", ..) if first.is_none() => changed(known.trim_end().to_owned()),
            ("strip", Some(of), _) => changed(known.trim_matches(|c| of.contains(c)).to_owned()),
            ("lstrip", Some(of), _) => {
                changed(known.trim_start_matches(|c| of.contains(c)).to_owned())
            }
            ("rstrip", Some(of), _) => {
                changed(known.trim_end_matches(|c| of.contains(c)).to_owned())
            }
            ("replace", Some(old), Some(new)) if args.positional.len() == 2 && !old.is_empty() => {
                Self::bounded(known.matches(old).count().saturating_mul(new.len()))?;
                let replaced = known.replace(old, new);
                changed(replaced)
            }
            ("removeprefix", Some(of), _) => {
                changed(known.strip_prefix(of).unwrap_or(known).to_owned())
            }
            ("removesuffix", Some(of), _) => {
                changed(known.strip_suffix(of).unwrap_or(known).to_owned())
            }
            ("startswith", Some(of), _) => Ok(Value::Bool(known.starts_with(of))),
            ("endswith", Some(of), _) => Ok(Value::Bool(known.ends_with(of))),
            ("split", _, _) if first.is_none() => {
                Ok(Value::list(known.split_whitespace().map(Value::text).collect()))
            }
            ("split", Some(by), _) if args.positional.len() == 1 && !by.is_empty() => {
                Ok(Value::list(known.split(by).map(Value::text).collect()))
            }
            ("splitlines", ..) if first.is_none() => {
                Ok(Value::list(known.lines().map(Value::text).collect()))
            }
            ("isupper", ..) if known.is_ascii() => {
                let has = known.chars().any(|c| c.is_ascii_uppercase());
                Ok(Value::Bool(has && !known.chars().any(|c| c.is_ascii_lowercase())))
            }
            ("isdigit", ..) if known.is_ascii() => {
                Ok(Value::Bool(!known.is_empty() && known.chars().all(|c| c.is_ascii_digit())))
            }
            _ => Ok(Value::Unknown),
        }
    }
}

/// A value as `repr()` writes it.
pub(super) fn repr_of(value: &Value) -> Text {
    let mut written = String::new();
    match write_repr(value, &mut written, 20) {
        Some(()) => written.into(),
        None => Text::hole(),
    }
}

/// Nothing where it gets too long or too deep, as that of a list which is in itself.
fn write_repr(value: &Value, written: &mut String, levels: u32) -> Option<()> {
    if written.len() > 10_000 || levels == 0 {
        return None;
    }
    let all = |items: &[Value], written: &mut String| {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                written.push_str(", ");
            }
            write_repr(item, written, levels - 1)?;
        }
        Some(())
    };
    match value {
        Value::Text(text) => {
            written.push_str(&text.known().and_then(repr).unwrap_or_else(|| Text::hole().text));
        }
        Value::Int(int) => written.push_str(&int.to_string()),
        Value::Number(number) => written.push_str(number),
        Value::Bool(true) => written.push_str("True"),
        Value::Bool(false) => written.push_str("False"),
        Value::None => written.push_str("None"),
        Value::List(items) => {
            written.push('[');
            all(items.borrow().as_deref()?, written)?;
            written.push(']');
        }
        Value::Tuple(items) => {
            written.push('(');
            all(items, written)?;
            written.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        _ => written.push_str(&Text::hole().text),
    }
    Some(())
}

/// A name as a value.
pub(super) fn name_of(name: &Rc<str>) -> Value {
    Value::text(name.to_string())
}

/// A number or a text in a width, with zeros or blanks (Python's manual, "Format Specification Mini-Language"); nothing for other
/// formats.
pub(super) fn formatted(value: &Value, spec: &str) -> Option<Text> {
    let (text, kind) = match value {
        Value::Int(int) => (int.to_string(), 'd'),
        Value::Text(text) => (text.known()?.to_owned(), 's'),
        _ => return None,
    };
    let spec = spec.strip_suffix(kind).unwrap_or(spec);
    let is_left = spec.starts_with('<') || kind == 's' && !spec.starts_with('>');
    let width = spec.strip_prefix(['<', '>']).unwrap_or(spec);
    // An alignment with a zero behind it fills with zeros.
    if spec != width && width.starts_with('0') {
        return None;
    }
    let is_padded = width.len() > 1 && width.starts_with('0') && spec == width;
    if !width.bytes().all(|byte| byte.is_ascii_digit()) || width.len() > 3 {
        return None;
    }
    let missing = width.parse::<usize>().unwrap_or(0).saturating_sub(text.chars().count());
    Some(if is_padded {
        if kind == 's' || text.starts_with('-') {
            return None;
        }
        ("0".repeat(missing) + &text).into()
    } else if is_left {
        (text + &" ".repeat(missing)).into()
    } else {
        (" ".repeat(missing) + &text).into()
    })
}
