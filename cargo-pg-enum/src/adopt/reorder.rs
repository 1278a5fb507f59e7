//! Variants in the order of the type's labels.
//!
//! What depends on the order of variants is refused as far as it can be seen: derives that go by it, discriminants, and
//! casts.

use std::ops::Range;
use std::path::Path;

use syn::spanned::Spanned;
use syn::{ItemEnum, ItemImpl};

use super::attributes::{flattened, paths};
use super::target::Target;
use crate::text::visible;

/// The derives whose impls go by the order of the variants: of the standard library, and of the crates num-derive,
/// num-enum, enum-map and strum.
const BY_ORDER: [&str; 9] = [
    "PartialOrd",
    "Ord",
    "FromPrimitive",
    "ToPrimitive",
    "TryFromPrimitive",
    "IntoPrimitive",
    "UnsafeFromPrimitive",
    "Enum",
    "FromRepr",
];

/// Refuses an enum if something in its file depends on the order of its variants: the error says what.
pub(super) fn refuse<'i>(
    text: &str,
    item: &ItemEnum,
    impls: impl Iterator<Item = &'i ItemImpl>,
) -> Result<(), String> {
    const STAYS: &str = "its variants stay in their order, which is not that of the type";
    let flat = flattened(item, text).ok_or("an attribute of it cannot be read")?;
    let derives = flat.attrs.iter().flat_map(paths);
    let mut names = derives.filter_map(|path| Some(path.segments.last()?.ident.to_string()));
    if let Some(name) = names.find(|name| BY_ORDER.contains(&&**name)) {
        return Err(format!("{STAYS}: the derive of `{name}` depends on it"));
    }
    if let Some(with) = item.variants.iter().find(|variant| variant.discriminant.is_some()) {
        return Err(format!("{STAYS}: the variant `{}` has a number", with.ident));
    }
    if flat.attrs.iter().any(|attribute| attribute.path().is_ident("repr")) {
        return Err(format!("{STAYS}: the enum has `#[repr(…)]`"));
    }
    let names = item.variants.iter().map(|variant| format!("Self::{}", variant.ident));
    let cast: Vec<String> = names.chain(["self".to_owned()]).collect();
    for item in impls {
        let own = text.get(item.span().byte_range()).unwrap_or_default();
        if let Some(name) = cast.iter().find(|name| has_cast(own, name)) {
            return Err(format!("{STAYS}: `{name}` is cast to a number"));
        }
    }
    Ok(())
}

/// Refuses an enum if one of its variants is cast in one of these files.
pub(super) fn refuse_casts<'f>(
    target: &Target,
    mut files: impl Iterator<Item = (&'f Path, &'f str)>,
) -> Result<(), String> {
    let variants = target.labels.iter().map(|label| format!("{}::{}", target.ident, label.ident));
    let variants: Vec<String> = variants.collect();
    let found = files.find_map(|(file, text)| {
        let cast = variants.iter().find(|variant| has_cast(text, variant))?;
        Some(format!(
            "its variants stay in their order, which is not that of the type: `{cast}` is cast to a number in {}",
            visible(&file.to_string_lossy())
        ))
    });
    found.map_or(Ok(()), Err)
}

/// Whether `name as …` is in a text with the type of a number, or with `_`: apart from `use name as …`, and from the
/// arguments of sqlx's macros, where `as` names a type for the database (sqlx 0.8, `src/macros/mod.rs`, "Bind Parameters").
fn has_cast(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let (before, rest) = (&text[..at], text[at + name.len()..].trim_start());
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        let statement = before.rsplit([';', '{', '}']).next().unwrap_or(before);
        let is_use = statement.split_whitespace().any(|word| word == "use");
        let is_query = statement.contains("query") && statement.contains("!(");
        let Some(ty) = rest.strip_prefix("as").filter(|rest| rest.starts_with(char::is_whitespace))
        else {
            return false;
        };
        let is_number = ty.trim_start().starts_with(|c: char| c == '_' || c.is_lowercase());
        !before.ends_with(is_part) && !is_use && !is_query && is_number
    })
}

/// The elements in another order.
pub(super) fn in_order<T: Clone>(all: &[T], order: &[usize]) -> Vec<T> {
    order.iter().filter_map(|index| all.get(*index).cloned()).collect()
}

/// A variant with what belongs to it.
struct Piece {
    /// The blank lines and the indentation before it, which stay where they are.
    lead: Range<usize>,
    /// Its comments, its attributes and itself.
    own: Range<usize>,
    /// Between it and its comma.
    gap: Range<usize>,
    /// The comment behind the comma.
    behind: Range<usize>,
}

/// The text with the variants of an enum in another order; nothing if they are not found.
pub(super) fn reordered(text: &str, item: &ItemEnum, order: &[usize]) -> Option<String> {
    let brace = item.brace_token.span;
    let (open, close) = (brace.open().byte_range(), brace.close().byte_range());
    let first = line_comment_end(text, open.end);
    let mut start = first;
    let mut pieces = Vec::new();
    for pair in item.variants.pairs() {
        let variant_end = pair.value().span().byte_range().end;
        let comma = pair.punct().map(|comma| comma.span.byte_range());
        let comma = comma.unwrap_or(variant_end..variant_end);
        let end = line_comment_end(text, comma.end);
        let piece = text.get(start..end)?;
        let own = start + (piece.len() - piece.trim_start().len());
        pieces.push(Piece {
            lead: start..own,
            own: own..variant_end,
            gap: variant_end..comma.start,
            behind: comma.end..end,
        });
        start = end;
    }
    if order.len() != pieces.len() {
        return None;
    }
    let has_last_comma = item.variants.trailing_punct();
    let mut after = text.get(..first)?.to_owned();
    for (place, index) in order.iter().enumerate() {
        let piece = pieces.get(*index)?;
        after += text.get(pieces[place].lead.clone())?;
        after += text.get(piece.own.clone())?;
        after += text.get(piece.gap.clone())?;
        if has_last_comma || place + 1 < order.len() {
            after.push(',');
        }
        after += text.get(piece.behind.clone())?;
    }
    (start <= close.start).then_some(())?;
    Some(after + text.get(start..)?)
}

/// The end of a comment that follows on the same line, or the place itself.
fn line_comment_end(text: &str, at: usize) -> usize {
    let line = text[at..].lines().next().unwrap_or_default();
    let comment = line.trim();
    let is_doc = comment.starts_with("///") && !comment.starts_with("////");
    let is_whole = comment.starts_with("/*") && comment.find("*/") == Some(comment.len() - 2);
    if comment.starts_with("//") && !is_doc || is_whole { at + line.trim_end().len() } else { at }
}

#[cfg(test)]
mod tests {
    use super::has_cast;

    #[test]
    fn casts_of_a_variant() {
        for text in ["Mood::Sad as i32", "f(super::Mood::Sad\n    as u8)", "[Mood::Sad as _]"] {
            assert!(has_cast(text, "Mood::Sad"), "{text}");
        }
        for text in [
            "Mood::Sadder as i32",
            "MyMood::Sad as i32",
            "use super::Mood::Sad as S;",
            "fn f() { use Mood::Sad as S; }",
            "Mood::Sad.as_str()",
            "Mood::Sad as Mood",
            "sqlx::query!(\"…\", id, Mood::Sad as _)",
            "Mood::Sad",
        ] {
            assert!(!has_cast(text, "Mood::Sad"), "{text}");
        }
    }
}
