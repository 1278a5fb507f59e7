//! A short hash for names that are made from longer ones.

/// FNV-1a with 32 bits (draft-eastlake-fnv) of texts, which must be the same in every version, because the name is part of
/// a migration, or tells a later run what an earlier one has made.
pub(crate) fn hash(texts: [&str; 2], number: u32) -> u32 {
    let separated = texts.into_iter().flat_map(|text| text.bytes().chain([0]));
    separated
        .chain(number.to_be_bytes())
        .fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
