//! Reading source.

use std::path::Path;
use std::{fs, io};

use proc_macro2::TokenStream;

use super::tokens::depth_bound;

/// How deep a syntax tree may be that the stack is for.
pub(crate) const DEEPEST: usize = 5000;

/// Bytes of a file. What is longer was not written by anybody, and not to be compiled either.
const LONGEST: u64 = 64 << 20;

/// A file's text, if it is one.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    // Reading a pipe would wait for ever.
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if metadata.len() > LONGEST {
        return Err(io::Error::other("it is too long to be source"));
    }
    let bytes = fs::read(path)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.split(|byte| *byte == b'\n').count();
        io::Error::other(format!("it is not UTF-8 (line {line})"))
    })
}

/// The text with blanks for what precedes the tokens, a byte-order mark and the line for the shell, if
/// there is any: places in it stay what they are.
pub(crate) fn blanked(text: &str) -> Option<String> {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shebang = match rest.strip_prefix("#!") {
        Some(after) if !after.trim_start().starts_with('[') => {
            rest.find('\n').unwrap_or(rest.len())
        }
        _ => 0,
    };
    let blank = text.len() - rest.len() + shebang;
    (blank > 0).then(|| " ".repeat(blank) + &text[blank..])
}

/// The tokens of a source file. Their places are those in `text`, whatever it begins with. `None` if it is no Rust, or is
/// nested too deeply to be read.
#[must_use]
pub fn parse_tokens(text: &str) -> Option<TokenStream> {
    let blank = blanked(text);
    let tokens: TokenStream = blank.as_deref().unwrap_or(text).parse().ok()?;
    (depth_bound(tokens.clone()) <= DEEPEST).then_some(tokens)
}

/// A source file; the same as [`parse_tokens`], with the syntax. Run it and what follows with a deep stack: the tree may
/// be deep.
///
/// ```
/// let file = pg_enum_build::scan::parse_file("#!/usr/bin/run\nfn main() {}").unwrap();
/// assert_eq!(file.items.len(), 1);
/// ```
#[must_use]
pub fn parse_file(text: &str) -> Option<syn::File> {
    syn::parse2(parse_tokens(text)?).ok()
}
