//! Which of an enum's derives are a codec's.

use syn::ItemEnum;

use super::attributes::Attributes;
use super::{Codec, Imports, is_marked};

/// Of `derives`, the paths in the `derive` attributes of `item`, those that are `codec`'s: their indices.
///
/// The rules are those of [`read`](super::read): a path or an import says which crate a derive is of; without them, an
/// attribute of the codec does, as long as one derive alone has such a name.
///
/// ```
/// use pg_enum_build::foreign::{Codec, Imports, derives_of};
///
/// let item = syn::parse_str("#[derive(Debug, sqlx::Type, specta::Type)] enum Mood { Sad }")?;
/// let derives = ["Debug", "sqlx::Type", "specta::Type"].map(|path| syn::parse_str(path).unwrap());
/// assert_eq!(derives_of(Codec::SqlxType, &item, &derives, &Imports::default()), [1]);
/// # Ok::<(), syn::Error>(())
/// ```
#[must_use]
pub fn derives_of(
    codec: Codec,
    item: &ItemEnum,
    derives: &[syn::Path],
    imports: &Imports,
) -> Vec<usize> {
    let names = codec.names();
    let those = |is_it: &dyn Fn(&syn::Path) -> bool| -> Vec<usize> {
        (0..derives.len()).filter(|index| is_it(&derives[*index])).collect()
    };
    let certain = those(&|path| imports.means(path, names, codec.homes(), codec.is_unique()));
    if !certain.is_empty() || !is_marked(codec, item, &Attributes::of(&item.attrs)) {
        return certain;
    }
    let candidates = those(&|path| imports.ends_in(path, names));
    // Two traits of one crate, as `ToSql` and `FromSql`, are both its own.
    let last = |index: &usize| derives[*index].segments.last().map(|last| last.ident.to_string());
    let is_repeated = candidates
        .iter()
        .enumerate()
        .any(|(at, one)| candidates.iter().take(at).any(|earlier| last(earlier) == last(one)));
    if is_repeated { Vec::new() } else { candidates }
}
