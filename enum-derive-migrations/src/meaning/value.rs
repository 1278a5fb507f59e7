//! Values of expressions, as far as they are known.

use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use crate::ground::TypeId;
use crate::text::name::{HOLE, has_hole};

/// A value of SQL's, or that it is not known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Unknown,
    Null,
    /// A null that is known to be an array: what is appended to it makes it one.
    NullArray,
    Bool(bool),
    Int(i64),
    /// Text, which may have [`HOLE`]s.
    Text(Arc<str>),
    Array(Rc<Vec<Value>>),
    Row(Rc<Row>),
    /// The oid of a type.
    Type(TypeId),
    /// The oid of a type of `pg_catalog`.
    BuiltIn(Arc<str>),
    /// The oid of a schema.
    Schema(Arc<str>),
}

/// Columns by name.
pub(crate) type Row = Vec<(Arc<str>, Value)>;

/// What is in the columns of a row.
pub(crate) fn values(row: &[(Arc<str>, Value)]) -> Vec<Value> {
    let mut values = Vec::with_capacity(row.len());
    for (_, value) in row {
        values.push(value.clone());
    }
    values
}

/// What a text may grow to before replay takes it for unknown.
pub(crate) const MAX_TEXT: usize = 1 << 20;
/// The same for arrays and rows.
pub(crate) const MAX_ROWS: usize = 100_000;
/// The same for counting loops.
pub(crate) const MAX_ROUNDS: i64 = 100_000;

/// How deep arrays may be nested; the server's own limit (`MAXDIM`).
const MAX_DIMENSIONS: usize = 6;

impl Value {
    pub(crate) fn text(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        if text.len() > MAX_TEXT { Self::Unknown } else { Self::Text(text.into()) }
    }

    pub(crate) fn array(elements: Vec<Self>) -> Self {
        let mut room = MAX_ROWS;
        if elements.iter().all(|element| element.fits(MAX_DIMENSIONS, &mut room)) {
            Self::Array(Rc::new(elements))
        } else {
            Self::Unknown
        }
    }

    /// Whether there is room for the value with all that is in it. An array that is twice in another
    /// counts twice, though it is in memory once.
    fn fits(&self, depth: usize, room: &mut usize) -> bool {
        if *room == 0 || depth == 0 {
            return false;
        }
        *room -= 1;
        match self {
            Self::Array(elements) => elements.iter().all(|element| element.fits(depth - 1, room)),
            Self::Row(row) => row.iter().all(|(_, value)| value.fits(depth - 1, room)),
            _ => true,
        }
    }

    /// Texts put together, as long as that is not too long.
    pub(crate) fn joined(texts: impl IntoIterator<Item = String>, separator: &str) -> Self {
        let mut joined = String::new();
        for (index, text) in texts.into_iter().enumerate() {
            if index > 0 {
                joined.push_str(separator);
            }
            joined.push_str(&text);
            if joined.len() > MAX_TEXT {
                return Self::Unknown;
            }
        }
        Self::text(joined)
    }

    /// Whether a value is another, as far as can be told at once.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(left), Self::Array(right)) if Rc::ptr_eq(left, right) => true,
            (Self::Row(left), Self::Row(right)) if Rc::ptr_eq(left, right) => true,
            (Self::Text(left), Self::Text(right)) if Arc::ptr_eq(left, right) => true,
            _ => self == other,
        }
    }

    pub(crate) fn texts(texts: Vec<Arc<str>>) -> Self {
        let mut elements = Vec::with_capacity(texts.len());
        for text in texts {
            elements.push(Self::Text(text));
        }
        Self::array(elements)
    }

    /// For conditions: true, false (or null, which is as good as false), or not known.
    pub(crate) fn truth(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Null => Some(false),
            Self::Text(text) => match &**text {
                "t" | "true" | "on" | "yes" | "1" => Some(true),
                "f" | "false" | "off" | "no" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn of_truth(truth: Option<bool>) -> Self {
        truth.map_or(Self::Unknown, Self::Bool)
    }

    /// What stands in a text for a value that is not known.
    pub(crate) fn hole() -> String {
        HOLE.to_string()
    }

    pub(crate) fn field(&self, name: &str) -> Self {
        match self {
            Self::Row(row) => row
                .iter()
                .find(|(column, _)| &**column == name)
                .map_or(Self::Unknown, |(_, value)| value.clone()),
            Self::Null => Self::Null,
            _ => Self::Unknown,
        }
    }
}

/// `NOT`
pub(crate) fn not(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        value => Value::of_truth(value.truth().map(|truth| !truth)),
    }
}

/// `AND`, of any number.
pub(crate) fn and(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
        (Value::Bool(true), Value::Bool(true)) => Value::Bool(true),
        (Value::Null, Value::Null | Value::Bool(_)) | (Value::Bool(_), Value::Null) => Value::Null,
        _ => Value::Unknown,
    }
}

/// `OR`
pub(crate) fn or(left: &Value, right: &Value) -> Value {
    not(&and(&not(left), &not(right)))
}

/// `=`
pub(crate) fn equal(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        (Value::Text(left), Value::Text(right)) if has_hole(left) || has_hole(right) => {
            Value::Unknown
        }
        (Value::Array(left), Value::Array(right)) => {
            if left.len() != right.len() {
                return Value::Bool(false);
            }
            left.iter().zip(right.iter()).fold(Value::Bool(true), |all, (left, right)| {
                match (left, right) {
                    (Value::Null, Value::Null) => all,
                    (Value::Null, _) | (_, Value::Null) => Value::Bool(false),
                    _ => and(&all, &equal(left, right)),
                }
            })
        }
        // A type of the folder's is none of the server's own, and no object has the oid 0.
        (Value::Type(_), Value::BuiltIn(_))
        | (Value::BuiltIn(_), Value::Type(_))
        | (Value::Type(_) | Value::BuiltIn(_) | Value::Schema(_), Value::Int(0))
        | (Value::Int(0), Value::Type(_) | Value::BuiltIn(_) | Value::Schema(_)) => {
            Value::Bool(false)
        }
        _ => match compare(left, right) {
            Some(ordering) => Value::Bool(ordering == Ordering::Equal),
            None => Value::Unknown,
        },
    }
}

/// How two values of one type compare, if that can be told. Text does not: it depends on the
/// collation, except that equal is equal.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Text(right)) => Some(left.cmp(&right.trim().parse().ok()?)),
        (Value::Text(left), Value::Int(right)) => Some(left.trim().parse::<i64>().ok()?.cmp(right)),
        (Value::Text(left), Value::Text(right))
        | (Value::BuiltIn(left), Value::BuiltIn(right))
        | (Value::Schema(left), Value::Schema(right)) => Some(left.cmp(right)),
        (Value::Type(left), Value::Type(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// `LIKE`, or `ILIKE` for texts in lower case.
pub(crate) fn like(text: &str, pattern: &str) -> Option<bool> {
    if has_hole(text) || has_hole(pattern) || text.len() > 250 || pattern.len() > 100 {
        return None;
    }
    let text: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '%' => None,
            '_' => Some(None),
            '\\' => Some(Some(chars.next()?)),
            c => Some(Some(c)),
        });
    }
    // Which positions of the text can be reached after each token.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for token in tokens {
        let mut next = vec![false; text.len() + 1];
        for at in (0..=text.len()).filter(|at| reached[*at]) {
            match token {
                // From the first position on, all can be reached.
                None => {
                    next[at..].fill(true);
                    break;
                }
                Some(wanted) => {
                    if text.get(at).is_some_and(|c| wanted.is_none_or(|wanted| wanted == *c)) {
                        next[at + 1] = true;
                    }
                }
            }
        }
        reached = next;
    }
    Some(reached[text.len()])
}

/// `~`, for patterns that are no more than text with an anchor at either end, or several such.
pub(crate) fn matches(text: &str, pattern: &str) -> Option<bool> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
    if has_hole(text) || has_hole(pattern) {
        return None;
    }
    let mut matched = false;
    for pattern in pattern.split('|') {
        let (start, pattern) =
            pattern.strip_prefix('^').map_or((false, pattern), |rest| (true, rest));
        let (end, pattern) =
            pattern.strip_suffix('$').map_or((false, pattern), |rest| (true, rest));
        if !pattern.chars().all(plain) {
            return None;
        }
        matched |= match (start, end) {
            (true, true) => text == pattern,
            (true, false) => text.starts_with(pattern),
            (false, true) => text.ends_with(pattern),
            (false, false) => text.contains(pattern),
        };
    }
    Some(matched)
}

#[cfg(test)]
mod tests {
    use super::{Value, and, equal, like, matches, not, or};

    #[test]
    fn logic_has_four_values() {
        let (t, f, n, u) = (Value::Bool(true), Value::Bool(false), Value::Null, Value::Unknown);
        assert_eq!(and(&f, &u), f);
        assert_eq!(and(&t, &u), u);
        assert_eq!(and(&n, &u), u);
        assert_eq!(and(&n, &f), f);
        assert_eq!(and(&n, &t), n);
        assert_eq!(or(&t, &u), t);
        assert_eq!(or(&f, &u), u);
        assert_eq!(or(&n, &f), n);
        assert_eq!(not(&u), u);
    }

    #[test]
    fn patterns_that_are_plain_text_match_as_regular_expressions_do() {
        assert_eq!(matches("pg_toast", "^pg_|^information_schema$"), Some(true));
        assert_eq!(matches("mood", "^pg_|^information_schema$"), Some(false));
        assert_eq!(matches("mood", "oo"), Some(true));
        assert_eq!(matches("mood", "o+"), None);
    }

    #[test]
    fn a_text_that_is_not_whole_equals_nothing_for_sure() {
        assert_eq!(equal(&Value::text("a"), &Value::text("a")), Value::Bool(true));
        assert_eq!(equal(&Value::text("a"), &Value::text(Value::hole())), Value::Unknown);
        assert_eq!(equal(&Value::text("a"), &Value::Null), Value::Null);
    }

    #[test]
    fn patterns_match_as_like_does() {
        assert_eq!(like("status_old", "%old"), Some(true));
        assert_eq!(like("status", "s_at%s"), Some(true));
        assert_eq!(like("status", "t%"), Some(false));
        assert_eq!(like("a_b", "a\\_b"), Some(true));
        assert_eq!(like("axb", "a\\_b"), Some(false));
        assert_eq!(like("", ""), Some(true));
    }
}
