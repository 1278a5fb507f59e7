//! Types as numbers.

/// A type of PostgreSQL in one number: a hash of its schema and name; of an array, the complement of its element's.
///
/// A constant compares two of them in one step, where texts take one for each byte. Two types with one hash would go
/// unnoticed, and never be an error.
pub type TypeKey = u64;

// No name has these characters alone: PostgreSQL stores no empty schema either.
const DEFAULT: &str = "\u{1}";
const ANY: &str = "\u{2}";

/// The key of a type in a schema.
pub(super) const fn named(schema: &str, name: &str) -> TypeKey {
    // FNV-1a with 64 bits (draft-eastlake-fnv), with a byte between the two that no name has.
    hash(hash(hash(0xcbf2_9ce4_8422_2325, schema), "\0"), name)
}

/// The key of a type in the first schema of `search_path`.
pub(super) const fn in_default_schema(name: &str) -> TypeKey {
    named(DEFAULT, name)
}

/// The key of a type in any schema.
pub(super) const fn in_any_schema(name: &str) -> TypeKey {
    named(ANY, name)
}

const fn hash(mut hash: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// All keys under which a Rust type may name the type of a column, and behind a domain its base type, and so on.
///
/// The server sends the base type of a domain when it describes a row (`SendRowDescriptionMessage` in PostgreSQL's
/// `src/backend/access/common/printtup.c`), so that no driver sees the domain.
#[cfg(feature = "record")]
#[must_use]
pub fn keys(
    types: &[crate::record::RecordedType],
    default_schema: &str,
) -> alloc::vec::Vec<TypeKey> {
    let mut keys = alloc::vec::Vec::new();
    for ty in types {
        let array = |key: TypeKey| if ty.is_array { !key } else { key };
        keys.push(array(named(&ty.schema, &ty.name)));
        // Nearly every column has a built-in type, which is named with its schema.
        if ty.schema == "pg_catalog" && crate::is_built_in_type(&ty.name) {
            continue;
        }
        keys.push(array(in_any_schema(&ty.name)));
        if ty.schema == default_schema {
            keys.push(array(in_default_schema(&ty.name)));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::{in_any_schema, in_default_schema, named};

    #[test]
    fn names_and_schemas_do_not_mix() {
        let keys = [
            named("a", "bc"),
            named("ab", "c"),
            named("", "abc"),
            named("abc", ""),
            in_default_schema("abc"),
            in_any_schema("abc"),
        ];
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key) && !keys.contains(&!key), "{index}");
        }
    }

    #[test]
    fn the_hash_is_fnv() {
        // The vector of the draft for `foobar`, which is what a hash of the parts without the byte between them is.
        assert_eq!(
            super::hash(super::hash(0xcbf2_9ce4_8422_2325, "foo"), "bar"),
            0x8594_4171_f739_67e8
        );
    }
}
