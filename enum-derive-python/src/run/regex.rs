//! `re.sub` and `re.split` of texts that are known (Python's manual, "re"). Where the syntax or the meaning differs from Python's,
//! nothing is known.

use fancy_regex::{Captures, Regex, RegexBuilder};

use crate::value::{Args, Value};

/// No longer pattern is compiled, and no longer text is searched.
const LONGEST: usize = 1_000;

/// So many steps back a search may take.
const STEPS: usize = 10_000;

/// A call of a function of `re`; nothing where it is none of these.
pub(super) fn call(name: &str, args: &Args) -> Option<Value> {
    let value = match name {
        "re.sub" => sub(args),
        "re.split" => split(args),
        _ => return None,
    };
    Some(value.unwrap_or(Value::Unknown))
}

/// A method of what `re.compile` has made; nothing where it is none of these.
pub(super) fn method(compiled: &Args, name: &str, args: &Args) -> Option<Value> {
    let mut all = args.clone();
    let [pattern] = &compiled.positional[..] else { return None };
    if !compiled.keywords.is_empty() || compiled.is_open() {
        return None;
    }
    all.positional.insert(0, pattern.clone());
    call(&format!("re.{name}"), &all)
}

fn sub(args: &Args) -> Option<Value> {
    let [pattern, replacement, text] = &args.positional[..] else { return None };
    let regex = compiled(pattern, args)?;
    let (replacement, text) = (replacement.as_str()?, short(text)?);
    let mut result = String::new();
    let mut last = 0;
    for captures in matches(&regex, text)? {
        let whole = captures.get(0)?;
        result.push_str(text.get(last..whole.start())?);
        result.push_str(&expanded(replacement, &captures)?);
        last = whole.end();
    }
    result.push_str(text.get(last..)?);
    Some(Value::text(result))
}

fn split(args: &Args) -> Option<Value> {
    let [pattern, text] = &args.positional[..] else { return None };
    let regex = compiled(pattern, args)?;
    let text = short(text)?;
    // Groups become items.
    if regex.captures_len() > 1 {
        return None;
    }
    let mut items = Vec::new();
    let mut last = 0;
    for captures in matches(&regex, text)? {
        let whole = captures.get(0)?;
        items.push(Value::text(text.get(last..whole.start())?));
        last = whole.end();
    }
    items.push(Value::text(text.get(last..)?));
    Some(Value::list(items))
}

fn compiled(pattern: &Value, args: &Args) -> Option<Regex> {
    // `count`, `flags`
    if !args.keywords.is_empty() || args.is_open() {
        return None;
    }
    RegexBuilder::new(short(pattern)?).backtrack_limit(STEPS).build().ok()
}

fn short(text: &Value) -> Option<&str> {
    text.as_str().filter(|text| text.len() <= LONGEST)
}

/// All matches; nothing if only some of them are empty, because Python then finds more empty ones than this library does.
fn matches<'t>(regex: &Regex, text: &'t str) -> Option<Vec<Captures<'t>>> {
    let found: Vec<Captures<'t>> = regex.captures_iter(text).collect::<Result<_, _>>().ok()?;
    let is_empty =
        |captures: &Captures<'_>| captures.get(0).is_some_and(|it| it.start() == it.end());
    let empty = found.iter().filter(|captures| is_empty(captures)).count();
    (empty == 0 || empty == found.len()).then_some(found)
}

/// A replacement with its groups: `\\1_\\2`.
fn expanded(replacement: &str, captures: &Captures<'_>) -> Option<String> {
    let mut text = String::new();
    let mut chars = replacement.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next()? {
            '\\' => text.push('\\'),
            digit if digit.is_ascii_digit() => {
                // A second digit is a part of the number.
                if chars.as_str().starts_with(|c: char| c.is_ascii_digit()) || digit == '0' {
                    return None;
                }
                let group = usize::try_from(digit.to_digit(10)?).ok()?;
                text.push_str(captures.get(group).map_or("", |it| it.as_str()));
            }
            _ => return None,
        }
    }
    Some(text)
}
