//! How far apart two names are.

use core::mem;

use crate::MAX_BYTES;

/// How many characters are to be inserted, deleted or replaced to get from one name or label to the other
/// (Levenshtein's distance). Of `b`, the first [`MAX_BYTES`] characters count: `PostgreSQL` has no longer names.
///
/// strsim has it too; the trees of the macro and of applications stay without it for these lines.
///
/// ```
/// assert_eq!(pg_enum_core::edit_distance("kitten", "sitting"), 3);
/// ```
#[must_use]
pub fn edit_distance(a: &str, b: &str) -> usize {
    // One row of the matrix.
    let mut row: [usize; MAX_BYTES + 1] = core::array::from_fn(|index| index);
    for (above, a) in a.chars().enumerate() {
        let mut diagonal = mem::replace(&mut row[0], above + 1);
        for (column, b) in b.chars().take(MAX_BYTES).enumerate() {
            let substitution = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = substitution.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.chars().take(MAX_BYTES).count()]
}

#[cfg(test)]
mod tests {
    use super::edit_distance;

    #[test]
    fn it_counts_characters() {
        let cases = [
            ("", "", 0),
            ("", "ab", 2),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("ä", "a", 1),
            ("né", "ne", 1),
            ("ab", "ba", 2),
        ];
        for (a, b, expected) in cases {
            assert_eq!(edit_distance(a, b), expected, "{a:?} {b:?}");
            assert_eq!(edit_distance(b, a), expected, "{b:?} {a:?}");
        }
    }
}
