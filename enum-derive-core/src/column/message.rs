//! A text that is put together in a constant.

use core::str;

/// Longer than any message about a column: four names of 63 bytes each, and a path.
const CAPACITY: usize = 4096;

/// A message. What is too long for it ends with `…`.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    bytes: [u8; CAPACITY],
    length: usize,
    is_cut: bool,
}

impl Message {
    pub(super) const NOTHING: Self = Self { bytes: [0; CAPACITY], length: 0, is_cut: false };

    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        text_of(self.bytes.split_at(self.length).0)
    }

    /// Adds a part.
    pub(super) const fn with(&mut self, part: &str) -> &mut Self {
        const END: &str = "…";
        if self.is_cut {
            return self;
        }
        self.is_cut = self.length + part.len() > CAPACITY - END.len();
        let part = if self.is_cut { END.as_bytes() } else { part.as_bytes() };
        let mut at = 0;
        while at < part.len() {
            self.bytes[self.length + at] = part[at];
            at += 1;
        }
        self.length += part.len();
        self
    }
}

/// The text that these bytes are, which come from whole texts.
pub(super) const fn text_of(bytes: &[u8]) -> &str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, Message};

    #[test]
    fn parts_follow_one_another() {
        assert_eq!(Message::NOTHING.as_str(), "");
        let mut message = Message::NOTHING;
        assert_eq!(message.with("né").with("").with("!").as_str(), "né!");
    }

    #[test]
    fn what_does_not_fit_is_cut_between_characters() {
        let mut message = Message::NOTHING;
        for _ in 0..CAPACITY {
            message.with("é-");
        }
        assert!(message.as_str().ends_with("é-…"), "{:?}", message.as_str());
    }
}
