//! Bytes as text, and what is wrong with them.

use std::sync::Arc;

use super::unreadable;
use crate::ground::{Finding, Source};

/// What a file says, and what is wrong with it.
pub(crate) type Text = (String, Option<Flaw>);

/// Why bytes are not quite a text.
#[derive(PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It is UTF-16.
    Utf16,
    /// It is not UTF-8 from this byte on.
    NotUtf8(usize),
    /// There is a NUL at this byte.
    Nul(usize),
}

impl Flaw {
    pub(crate) fn finding(self, source: &Arc<Source>) -> Finding {
        match self {
            Self::Utf16 => unreadable(source, 0, "the file is not UTF-8 but UTF-16").with_help(
                "save it as UTF-8, the only encoding that migration tools and the server read",
            ),
            Self::NotUtf8(at) => unreadable(source, at, "the file is not UTF-8 from this byte on")
                .with_help(
                    "save it as UTF-8; Latin-1 and Windows-1252 are the usual other encodings",
                ),
            Self::Nul(at) => unreadable(source, at, "the file has a NUL byte").with_help(
                "remove it, or save the file as UTF-8: the server accepts no NUL in a statement",
            ),
        }
    }
}

/// Bytes as text: without a byte-order mark, and with U+FFFD for what is no text.
pub(crate) fn decode(mut bytes: Vec<u8>) -> Text {
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return (utf16(rest, u16::from_le_bytes), Some(Flaw::Utf16));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return (utf16(rest, u16::from_be_bytes), Some(Flaw::Utf16));
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    match String::from_utf8(bytes) {
        Ok(text) => {
            let nul = text.as_bytes().contains(&0).then(|| text.find('\0')).flatten();
            (text, nul.map(Flaw::Nul))
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(Flaw::NotUtf8(at)))
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (units, rest) = bytes.as_chunks();
    let mut decoded = Vec::with_capacity(units.len());
    for pair in units {
        decoded.push(unit(*pair));
    }
    let mut text = String::from_utf16_lossy(&decoded);
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text
}
