//! What is known of a value, and of the result of a condition.

use alloc::string::String;
use alloc::vec::Vec;

/// The results that a condition may have: false, true or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcomes(u8);

impl Outcomes {
    pub(super) const FALSE: Self = Self(1);
    pub(super) const TRUE: Self = Self(2);
    pub(super) const NULL: Self = Self(4);
    pub(super) const NOT_NULL: Self = Self(1 | 2);
    pub(super) const NOT_TRUE: Self = Self(1 | 4);
    pub(super) const NOT_FALSE: Self = Self(2 | 4);
    pub(super) const ANY: Self = Self(1 | 2 | 4);

    pub(super) const fn of(truth: bool) -> Self {
        if truth { Self::TRUE } else { Self::FALSE }
    }

    pub(super) const fn may_be(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn not(self) -> Self {
        self.each(|one| match one {
            Self::FALSE => Self::TRUE,
            Self::TRUE => Self::FALSE,
            other => other,
        })
    }

    pub(super) fn and(self, other: Self) -> Self {
        self.each(|one| {
            other.each(|two| match (one, two) {
                (Self::FALSE, _) | (_, Self::FALSE) => Self::FALSE,
                (Self::TRUE, Self::TRUE) => Self::TRUE,
                _ => Self::NULL,
            })
        })
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    /// `IS TRUE`, `IS FALSE` or `IS NULL`.
    pub(super) fn is(self, what: Self) -> Self {
        self.each(|one| Self::of(one == what))
    }

    /// The results for each of these.
    fn each(self, result: impl Fn(Self) -> Self) -> Self {
        let all = [Self::FALSE, Self::TRUE, Self::NULL].into_iter();
        let found = all.filter(|one| self.may_be(*one)).map(|one| result(one).0);
        Self(found.fold(0, |all, one| all | one))
    }
}

/// What is known of the value of an expression.
#[derive(Clone)]
pub(super) enum Value<'a> {
    /// The value of a column of the type.
    Column(Column<'a>),
    Text(String),
    /// A constant array; `None` is `NULL`.
    List(Vec<Option<String>>),
    Truth(Outcomes),
    Unknown,
}

/// A column of the type in the row for which an expression is computed.
#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    pub(super) name: &'a str,
    pub(super) is_array: bool,
    pub(super) content: Content<'a>,
}

/// What a column holds.
#[cfg_attr(
    not(feature = "drift"),
    expect(dead_code, reason = "only a label is looked for where no type is replaced")
)]
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    /// This label; an array holds it and perhaps others.
    Label(&'a str),
    Null,
    /// One of these labels, or `NULL`. The elements of an array are such values.
    Among(&'a [&'a str]),
}

type List = [Option<String>];

impl Value<'_> {
    pub(super) fn outcomes(&self) -> Outcomes {
        match self {
            Self::Truth(outcomes) => *outcomes,
            _ => Outcomes::ANY,
        }
    }

    pub(super) fn is_null(&self) -> Outcomes {
        match self {
            Self::Column(column) => match column.content {
                Content::Label(_) => Outcomes::FALSE,
                Content::Null => Outcomes::TRUE,
                Content::Among(_) => Outcomes::NOT_NULL,
            },
            Self::Text(_) | Self::List(_) => Outcomes::FALSE,
            Self::Truth(outcomes) => outcomes.is(Outcomes::NULL),
            Self::Unknown => Outcomes::NOT_NULL,
        }
    }

    /// `left operator right`
    pub(super) fn compare(operator: &str, left: &Self, right: &Self) -> Outcomes {
        match (operator, left, right) {
            ("<>" | "!=", ..) => Self::compare("=", left, right).not(),
            ("=" | "&&" | "@>" | "<@", Self::Column(column), _)
            | ("=" | "&&" | "@>" | "<@", _, Self::Column(column))
                if matches!(column.content, Content::Null) =>
            {
                Outcomes::NULL
            }
            ("=", Self::Column(column), Self::Text(text))
            | ("=", Self::Text(text), Self::Column(column))
                if !column.is_array =>
            {
                column.content.is_in(&[Some(text.clone())])
            }
            ("&&", Self::Column(column), Self::List(list))
            | ("&&", Self::List(list), Self::Column(column)) => match column.content {
                Content::Label(label) if has(list, label) => Outcomes::TRUE,
                Content::Among(labels) if labels.iter().all(|label| !has(list, label)) => {
                    Outcomes::NOT_TRUE
                }
                _ => Outcomes::ANY,
            },
            ("<@", Self::Column(column), Self::List(list))
            | ("@>", Self::List(list), Self::Column(column)) => match column.content {
                Content::Label(label) if column.is_array && !has(list, label) => Outcomes::FALSE,
                _ => Outcomes::ANY,
            },
            ("@>", Self::Column(column), Self::List(list))
            | ("<@", Self::List(list), Self::Column(column)) => {
                let all = |is_it: &dyn Fn(&str) -> bool| {
                    list.iter().all(|text| text.as_deref().is_some_and(is_it))
                };
                match column.content {
                    Content::Label(label) if all(&|text| text == label) => Outcomes::TRUE,
                    Content::Among(labels) if !all(&|text| labels.contains(&text)) => {
                        Outcomes::NOT_TRUE
                    }
                    _ => Outcomes::ANY,
                }
            }
            _ => Outcomes::ANY,
        }
    }

    /// `left IS DISTINCT FROM right`
    pub(super) fn is_distinct(left: &Self, right: &Self) -> Outcomes {
        match (left, right) {
            (Self::Column(column), Self::Text(text)) | (Self::Text(text), Self::Column(column))
                if !column.is_array =>
            {
                match column.content {
                    Content::Label(label) => Outcomes::of(label != text),
                    Content::Null => Outcomes::TRUE,
                    Content::Among(labels) if !labels.contains(&&**text) => Outcomes::TRUE,
                    Content::Among(_) => Outcomes::NOT_NULL,
                }
            }
            _ => Outcomes::NOT_NULL,
        }
    }

    /// `left = ANY (right)`
    pub(super) fn is_any(left: &Self, right: &Self) -> Outcomes {
        match (left, right) {
            (Self::Column(column), Self::List(list)) if !column.is_array => {
                column.content.is_in(list)
            }
            (Self::Text(text), Self::Column(column)) if column.is_array => match column.content {
                Content::Label(label) if label == text => Outcomes::TRUE,
                Content::Label(_) => Outcomes::ANY,
                Content::Null => Outcomes::NULL,
                Content::Among(labels) if labels.contains(&&**text) => Outcomes::ANY,
                Content::Among(_) => Outcomes::NOT_TRUE,
            },
            _ => Outcomes::ANY,
        }
    }
}

impl Content<'_> {
    /// Whether a value is in a list.
    fn is_in(self, list: &List) -> Outcomes {
        // The result of a comparison with a null is null.
        let unequal =
            if list.iter().any(Option::is_none) { Outcomes::NULL } else { Outcomes::FALSE };
        match self {
            _ if list.is_empty() => Outcomes::FALSE,
            Self::Null => Outcomes::NULL,
            Self::Label(label) if has(list, label) => Outcomes::TRUE,
            Self::Label(_) => unequal,
            Self::Among(labels) if labels.iter().all(|label| has(list, label)) => {
                Outcomes::NOT_FALSE
            }
            Self::Among(labels) if labels.iter().any(|label| has(list, label)) => Outcomes::ANY,
            Self::Among(_) => Outcomes::NOT_TRUE,
        }
    }
}

fn has(list: &List, label: &str) -> bool {
    list.iter().any(|text| text.as_deref() == Some(label))
}
