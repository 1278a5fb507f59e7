//! The words of statements, told apart without another look at the text. Most statements of most folders
//! are passed over for what their words are not.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use squawk_lexer::{LiteralKind, TokenKind};

use super::name::{folded, truncated};
use super::token;

/// A name or a keyword of a script. It is small, as all words of all scripts are kept until the scripts run.
pub(crate) struct Word {
    start: u32,
    fold: Fold,
}

impl Word {
    /// The word that a token is, if it is one. The lexer takes some names with escapes, `U&"…"`, for
    /// strings.
    pub(crate) fn new(kind: TokenKind, text: &str, range: Range<usize>) -> Option<Self> {
        let word = &text[range.clone()];
        let fold = match kind {
            TokenKind::Ident if word.ends_with('"') => Fold::ESCAPED,
            TokenKind::Ident => Fold::of(word),
            TokenKind::QuotedIdent { .. } => match quoted(word) {
                Some(name) => Fold::of(name),
                None => Fold::ESCAPED,
            },
            TokenKind::Literal { kind: LiteralKind::UnicodeEscStr { .. } }
                if word.ends_with('"') =>
            {
                Fold::ESCAPED
            }
            _ => return None,
        };
        Some(match u32::try_from(range.start) {
            Ok(start) => Self { start, fold },
            // Behind four gigabytes, it is not looked at, and may be any.
            Err(_) => Self { start: u32::MAX, fold: Fold::ESCAPED },
        })
    }

    /// The word, which is in `text`, if it is not written with escapes.
    fn text<'a>(&self, text: &'a str) -> &'a str {
        let rest = &text[self.start as usize..];
        let end = match rest.strip_prefix('"') {
            Some(quoted) => quoted.find('"').map(|end| end + 2),
            // `ident_cont` in the server's `scan.l`.
            None => rest.find(|c: char| {
                c.is_ascii() && !(c.is_ascii_alphanumeric() || c == '_' || c == '$')
            }),
        };
        &rest[..end.unwrap_or(rest.len())]
    }

    /// Whether the word, which is in `text`, is a name of the set, or may be.
    fn may_be_in(&self, names: &NameSet, text: &str) -> bool {
        self.fold == Fold::ESCAPED
            || names.may_have(self.fold) && {
                let word = self.text(text);
                match quoted(word) {
                    Some(name) => names.contains(name),
                    None => names.contains(&folded(word)),
                }
            }
    }
}

/// What is in a quoted name, if it is all that it seems.
fn quoted(word: &str) -> Option<&str> {
    let name = word.strip_prefix('"')?;
    let name = name.strip_suffix('"').unwrap_or(name);
    (!name.contains('"')).then_some(name)
}

/// A number for a name: the same for all that may be one name.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Fold(u32);

impl Fold {
    /// For what is written with escapes and may be any name. Nothing else has it.
    const ESCAPED: Self = Self(u32::MAX);

    /// Of what no name's truncation leaves out, eight bytes at a time. Letters of either case have one number, with the
    /// bit in which they differ; other characters may share theirs.
    const fn of(name: &str) -> Self {
        const LOWER: u64 = 0x2020_2020_2020_2020;
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        const KEPT: usize = pg_enum_core::MAX_BYTES - 3;
        let bytes = match name.as_bytes().split_at_checked(KEPT) {
            Some((kept, _)) => kept,
            None => name.as_bytes(),
        };
        let (words, rest) = bytes.as_chunks::<8>();
        let mut hash = 0;
        let mut index = 0;
        while index < words.len() {
            hash = ((hash ^ u64::from_le_bytes(words[index])) | LOWER).wrapping_mul(ODD);
            hash ^= hash >> 32;
            index += 1;
        }
        let mut last = [0; 8];
        index = 0;
        while index < rest.len() {
            last[index] = rest[index];
            index += 1;
        }
        let hash = ((hash ^ u64::from_le_bytes(last)) | LOWER).wrapping_mul(ODD);
        let [.., a, b, c, d] = hash.to_le_bytes();
        match u32::from_le_bytes([a, b, c, d]) {
            // It is that of what may be any name.
            u32::MAX => Self(u32::MAX - 1),
            fold => Self(fold),
        }
    }
}

/// Keywords to look for. Their numbers are computed when the program is compiled.
pub(crate) struct Keywords<const N: usize> {
    words: [&'static str; N],
    folds: [Fold; N],
}

impl<const N: usize> Keywords<N> {
    /// From the words in lower case.
    pub(crate) const fn new(words: [&'static str; N]) -> Self {
        let mut folds = [Fold::ESCAPED; N];
        let mut index = 0;
        while index < N {
            folds[index] = Fold::of(words[index]);
            index += 1;
        }
        Self { words, folds }
    }

    /// Whether one of them is the word, which is in `text`.
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "all are compared, as that is one instruction for several of them"
    )]
    fn have(&self, word: &Word, text: &str) -> bool {
        let may_have = self.folds.iter().fold(false, |any, fold| any | (*fold == word.fold));
        may_have && {
            let word = word.text(text);
            self.words.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
        }
    }
}

/// [`Keywords`], which are in lower case.
macro_rules! keywords {
    ($($word:literal),+) => {
        const { &$crate::text::word::Keywords::new([$($word),+]) }
    };
}
pub(crate) use keywords;

/// The names and keywords of a statement.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    text: &'a str,
    words: &'a [Word],
}

impl<'a> Words<'a> {
    pub(crate) fn new(text: &'a str, words: &'a [Word]) -> Self {
        Self { text, words }
    }

    /// Whether one of the keywords is among the words.
    pub(crate) fn have<const N: usize>(self, keywords: &Keywords<N>) -> bool {
        self.words.iter().any(|word| keywords.have(word, self.text))
    }

    /// Whether the two keywords stand one after the other.
    pub(crate) fn have_pair(self, pair: &Keywords<2>) -> bool {
        self.words.windows(2).any(|words| {
            words[0].fold == pair.folds[0]
                && words[1].fold == pair.folds[1]
                && words[0].text(self.text).eq_ignore_ascii_case(pair.words[0])
                && words[1].text(self.text).eq_ignore_ascii_case(pair.words[1])
        })
    }

    /// Whether a name of the set is among the words, or may be: what is written with escapes is not
    /// read.
    pub(crate) fn may_name(self, names: &NameSet) -> bool {
        !names.names.is_empty() && self.words.iter().any(|word| word.may_be_in(names, self.text))
    }
}

/// Likewise, of a text whose words have not been told apart.
pub(crate) fn may_name(text: &str, names: &NameSet) -> bool {
    !names.names.is_empty()
        && token::words(text).any(|(kind, word, start)| {
            let word = Word::new(kind, text, start..start + word.len());
            word.is_some_and(|word| word.may_be_in(names, text))
        })
}

/// How many bits a set of names keeps to tell quickly what is not in it.
const BITS: u32 = 1 << 15;

/// A set of names.
pub(crate) struct NameSet {
    names: HashSet<Arc<str>>,
    /// A bit for the fold of every name.
    folds: Box<[u64]>,
}

impl NameSet {
    pub(crate) fn new() -> Self {
        Self { names: HashSet::new(), folds: vec![0; BITS as usize / 64].into() }
    }

    pub(crate) fn insert(&mut self, name: Arc<str>) {
        let (index, bit) = place(Fold::of(&name));
        self.folds[index] |= bit;
        self.names.insert(name);
    }

    /// Whether a name, however long it is written, is in the set.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.may_have(Fold::of(name)) && self.names.contains(truncated(name))
    }

    fn may_have(&self, fold: Fold) -> bool {
        let (index, bit) = place(fold);
        self.folds[index] & bit != 0
    }
}

fn place(Fold(fold): Fold) -> (usize, u64) {
    let place = (fold ^ (fold >> 16)) % BITS;
    (place as usize / 64, 1 << (place % 64))
}

#[cfg(test)]
mod tests {
    use super::{NameSet, Words};
    use crate::text::script::{Piece, Sender, pieces};

    fn with_words(text: &str, check: impl Fn(Words<'_>) -> bool) -> bool {
        let pieces = pieces(text, Sender::Server, false);
        let Some(Piece::Statement { words, .. }) = pieces.list.first() else {
            panic!("{text} is no statement")
        };
        check(pieces.words(text, words))
    }

    #[test]
    fn names_are_found_as_the_server_reads_them() {
        let long = "x".repeat(63);
        let mut names = NameSet::new();
        for name in ["mood", "Mood", "_mood", "a b", &long, &"é".repeat(31)] {
            names.insert(name.into());
        }
        let found = |text: &str| with_words(text, |words| words.may_name(&names));
        for text in [
            "x mood",
            "x MOOD",
            "x \"mood\"",
            "x \"Mood\"",
            "x a._mood",
            "x \"a b\"",
            "x U&\"m\\006Fod\"",
            "x \"with \"\" quotes\"",
            &format!("x {long}yz"),
            &format!("x \"{long}yz\""),
            &format!("x {}", "é".repeat(32)),
        ] {
            assert!(found(text), "{text}");
        }
        for text in ["x moods", "x \"MOOD\"", "x 'mood'", "x -- mood", "x a, b", "x /* mood */"] {
            assert!(!found(text), "{text}");
        }
        let none = NameSet::new();
        assert!(!with_words("x U&\"mood\"", |words| words.may_name(&none)));
    }

    #[test]
    fn keywords_are_not_quoted() {
        let has = |text| with_words(text, |words| words.have(keywords!["drop", "like"]));
        assert!(has("a DROP b") && has("a Like"));
        assert!(!has("a \"drop\" b") && !has("a 'drop' drops"));
        let pair = |text| with_words(text, |words| words.have_pair(keywords!["partition", "of"]));
        assert!(pair("create table a PARTITION /* x */ OF b"));
        assert!(!pair("create table a (of int) partition by b"));
    }
}
