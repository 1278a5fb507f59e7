//! Escapes in string constants and quoted identifiers (`PostgreSQL` manual, 4.1.1 and 4.1.2).

/// What a constant says, and where its parts are written.
#[derive(Clone)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    /// Pairs of places, in the value and in the text that it is decoded from: between one pair and the next, both texts
    /// are the same.
    marks: Vec<(usize, usize)>,
}

impl Decoded {
    pub(super) fn new(written: usize) -> Self {
        Self { text: String::new(), marks: vec![(0, written)] }
    }

    /// What comes next is written there.
    pub(super) fn mark(&mut self, written: usize) {
        let at = self.text.len();
        match self.marks.last_mut() {
            Some((last, there)) if *last == at => *there = written,
            Some((last, there)) if *there + (at - *last) == written => {}
            _ => self.marks.push((at, written)),
        }
    }

    pub(super) fn push(&mut self, text: &str, written: usize) {
        self.mark(written);
        self.text.push_str(text);
    }

    fn push_char(&mut self, char: char, written: usize) {
        self.mark(written);
        self.text.push(char);
    }

    /// Where what is at a place of the value is written.
    pub(crate) fn written(&self, at: usize) -> usize {
        let after = self.marks.partition_point(|(mark, _)| *mark <= at);
        let (mark, written) = self.marks[after.saturating_sub(1)];
        written + at.saturating_sub(mark)
    }
}

/// What is between quotes, each of which is written twice.
pub(super) fn plain(inner: &str, start: usize, out: &mut Decoded) {
    for (at, char) in unquoted(inner, '\'') {
        out.push_char(char, start + at);
    }
    out.mark(start + inner.len());
}

/// The characters, and where each stands.
fn unquoted(inner: &str, quote: char) -> Vec<(usize, char)> {
    let mut chars = Vec::with_capacity(inner.len());
    let mut before = None;
    for (at, char) in inner.char_indices() {
        if char == quote && before == Some(quote) {
            before = None;
        } else {
            before = Some(char);
            chars.push((at, char));
        }
    }
    chars
}

/// What is between the quotes of `E'…'`. Bytes that are no text become replacement characters.
pub(super) fn backslashes(inner: &str, start: usize, out: &mut Decoded) {
    let chars = unquoted(inner, '\'');
    let mut bytes = Bytes { list: Vec::new(), at: start };
    let mut index = 0;
    while let Some(&(at, char)) = chars.get(index) {
        let at = start + at;
        index += 1;
        if char != '\\' {
            bytes.end(out);
            out.push_char(char, at);
            continue;
        }
        let Some(&(_, escaped)) = chars.get(index) else {
            bytes.end(out);
            out.push_char('\\', at);
            break;
        };
        if let Some((value, length)) = number(&chars[index..], 3, 8) {
            index += length;
            // The server keeps the lowest eight bits of `\777`.
            bytes.push(value.to_le_bytes()[0], at, out);
            continue;
        }
        index += 1;
        let digits = chars.get(index..).unwrap_or_default();
        let byte = match escaped {
            'b' => Some(0x08),
            'f' => Some(0x0c),
            'n' => Some(b'\n'),
            'r' => Some(b'\r'),
            't' => Some(b'\t'),
            'x' => number(digits, 2, 16).map(|(value, length)| {
                index += length;
                value.to_le_bytes()[0]
            }),
            _ => None,
        };
        if let Some(byte) = byte {
            bytes.push(byte, at, out);
            continue;
        }
        bytes.end(out);
        let length = match escaped {
            'u' => 4,
            'U' => 8,
            _ => {
                out.push_char(escaped, at);
                continue;
            }
        };
        if let Some((value, digits)) = number(digits, length, 16) {
            index += digits;
            if digits == length
                && let Some(char) = char::from_u32(value).filter(|char| *char != '\0')
            {
                out.push_char(char, at);
            }
        }
    }
    bytes.end(out);
    out.mark(start + inner.len());
}

/// Bytes that escapes give one by one, until they are a character.
struct Bytes {
    list: Vec<u8>,
    at: usize,
}

impl Bytes {
    fn push(&mut self, byte: u8, at: usize, out: &mut Decoded) {
        if byte == 0 {
            return;
        }
        if self.list.is_empty() {
            self.at = at;
        }
        self.list.push(byte);
        if std::str::from_utf8(&self.list).is_ok() {
            self.end(out);
        }
    }

    fn end(&mut self, out: &mut Decoded) {
        if !self.list.is_empty() {
            out.push(&String::from_utf8_lossy(&self.list), self.at);
            self.list.clear();
        }
    }
}

/// The number that digits begin with, and how many there are, up to so many.
fn number(chars: &[(usize, char)], most: usize, radix: u32) -> Option<(u32, usize)> {
    let mut value = 0;
    let mut length = 0;
    while length < most
        && let Some(digit) = chars.get(length).and_then(|(_, char)| char.to_digit(radix))
    {
        value = value * radix + digit;
        length += 1;
    }
    (length > 0).then_some((value, length))
}

/// What is between the quotes of `U&'…'`. Escapes that are wrong are left out.
pub(super) fn unicode(inner: &str, escape: char, start: usize, out: &mut Decoded) {
    for (at, char) in code_points(inner, '\'', escape) {
        if let Some(char) = char {
            out.push_char(char, start + at);
        }
    }
    out.mark(start + inner.len());
}

/// What an escape or a character is.
enum Unit {
    Char(char),
    /// A code point, or half of one.
    Escaped(u32),
    Wrong,
}

/// The characters of `U&'…'` or `U&"…"`, and where each stands; `None` for an escape that is wrong.
pub(super) fn code_points(inner: &str, quote: char, escape: char) -> Vec<(usize, Option<char>)> {
    let chars = unquoted(inner, quote);
    let mut points = Vec::with_capacity(chars.len());
    let mut high: Option<(usize, u32)> = None;
    let mut index = 0;
    while let Some(&(at, char)) = chars.get(index) {
        let (unit, length) = if char == escape {
            escaped(&chars[index + 1..], escape)
        } else {
            (Unit::Char(char), 0)
        };
        index += 1 + length;
        if let Some((start, first)) = high.take() {
            if let Unit::Escaped(second @ 0xdc00..=0xdfff) = unit {
                let point = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                points.push((start, char::from_u32(point)));
                continue;
            }
            points.push((start, None));
        }
        match unit {
            Unit::Escaped(first @ 0xd800..=0xdbff) => high = Some((at, first)),
            Unit::Escaped(point) => points.push((at, char::from_u32(point))),
            Unit::Char(char) => points.push((at, Some(char))),
            Unit::Wrong => points.push((at, None)),
        }
    }
    if let Some((start, _)) = high {
        points.push((start, None));
    }
    points
}

/// What comes after an escape character, and how many characters that takes.
fn escaped(chars: &[(usize, char)], escape: char) -> (Unit, usize) {
    let (sign, digits) = match chars.first() {
        Some((_, char)) if *char == escape => return (Unit::Char(escape), 1),
        Some((_, '+')) => (1, 6),
        _ => (0, 4),
    };
    match number(chars.get(sign..).unwrap_or_default(), digits, 16) {
        Some((point, length)) if length == digits => (Unit::Escaped(point), sign + digits),
        _ => (Unit::Wrong, 0),
    }
}

/// The character that `UESCAPE` names, if it may be one (`check_uescapechar` in `parser.c`).
pub(super) fn escape_character(constant: &str) -> Option<char> {
    let inner = constant.strip_prefix('\'')?.strip_suffix('\'')?;
    let &[byte] = inner.as_bytes() else { return None };
    let is_wrong = byte.is_ascii_hexdigit()
        || matches!(byte, b'+' | b'\'' | b'"' | b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
    (!is_wrong).then_some(char::from(byte))
}
