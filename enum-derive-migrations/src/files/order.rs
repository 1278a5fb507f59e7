//! The ways in which tools put versions and names in order.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::str::Chars;

/// A number of any length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digits(String);

impl Digits {
    /// A number of ASCII digits alone, of which there is at least one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| Self(text.trim_start_matches('0').to_owned()))
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }
}

impl Ord for Digits {
    fn cmp(&self, other: &Self) -> Ordering {
        // Without leading zeros, more digits are a greater number.
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Digits {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A version in parts: `1.10` is after `1.9`, and `1.0` is `1`.
///
/// Flyway, `MigrationVersion.java`: an underscore is a dot, parts compare as numbers, a part that is not
/// there is zero.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dotted(Vec<Digits>);

impl Dotted {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts: Vec<_> = text.split(['.', '_']).map(Digits::parse).collect::<Option<_>>()?;
        while parts.len() > 1 && parts.last().is_some_and(Digits::is_zero) {
            parts.pop();
        }
        Some(Self(parts))
    }
}

/// Numbers in the text compare as numbers, the rest as characters: `a9` before `a10`.
pub(crate) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.chars().peekable(), b.chars().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                number(&mut left).cmp(&number(&mut right))
            }
            (None, None) => return a.cmp(b),
            _ => left.next().cmp(&right.next()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn number(chars: &mut Peekable<Chars<'_>>) -> Digits {
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        if !(digits.is_empty() && digit == '0') {
            digits.push(digit);
        }
    }
    Digits(digits)
}

/// The order of JavaScript's `localeCompare`, which for ASCII is that of the Unicode collation's root
/// locale: marks, digits, letters; the case decides only between names that are otherwise the same. What
/// lies beyond ASCII goes by code point.
///
/// It differs from the order of bytes where it matters: `1_a` comes before `10_b`.
pub(crate) fn collate(a: &str, b: &str) -> Ordering {
    let ranks = |text: &str| text.chars().map(rank).collect::<Vec<_>>();
    // At the first letter that differs in case alone, lowercase comes first.
    ranks(a).cmp(&ranks(b)).then_with(|| b.cmp(a))
}

fn rank(char: char) -> u32 {
    const ROOT: &str = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";
    let char = char.to_ascii_lowercase();
    // Bytes and characters are the same, as all of it is ASCII.
    ROOT.find(char).and_then(|index| u32::try_from(index).ok()).unwrap_or(128 + u32::from(char))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dotted(text: &str) -> Dotted {
        Dotted::parse(text).unwrap_or_else(|| panic!("{text} is a version"))
    }

    #[test]
    fn parts_of_a_version_are_numbers() {
        assert!(dotted("1_9") < dotted("1_10"));
        assert!(dotted("1.9") < dotted("1_10"));
        assert!(dotted("2") > dotted("1.99"));
        assert_eq!(dotted("1.0.0"), dotted("001"));
        assert_eq!(dotted("0.0"), dotted("0"));
        assert!(dotted("0") < dotted("0.1"));
        assert!(dotted("99999999999999999999999999") > dotted("99999999999999999999999998"));
        for none in ["", "_1", "1.", "1..2", "-1", "1a", "iews", "１"] {
            assert_eq!(Dotted::parse(none), None, "{none}");
        }
    }

    #[test]
    fn natural_order() {
        let mut names = ["b", "10_x", "a10", "9_x", "a9", "009_x", "2", "", "a", "é1"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["", "2", "009_x", "9_x", "10_x", "a", "a9", "a10", "b", "é1"]);
    }

    #[test]
    fn collation() {
        let mut names = ["10_b", "1_a", "B", "a", "b", "A", "2", "1-a", "é", "_"];
        names.sort_by(|a, b| collate(a, b));
        assert_eq!(names, ["_", "1_a", "1-a", "10_b", "2", "a", "A", "b", "B", "é"]);
    }
}
