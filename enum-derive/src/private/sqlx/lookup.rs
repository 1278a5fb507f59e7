//! The names by which sqlx asks the server for a type.
//!
//! sqlx escapes a name as Rust does (`str::escape_default`), and of that the server refuses
//! `\u{e9}`, which is what becomes of all but printable ASCII. So sqlx must see nothing else, and
//! SQL has a spelling to that end: `U&"caf\+0000e9"` (PostgreSQL manual, 4.1.1).

use core::marker::PhantomData;

use pg_enum_core::MAX_BYTES;

use crate::PgEnum;

/// The names of an enum's type, and of its array type.
pub(super) struct Lookup<E>(PhantomData<E>);

impl<E: PgEnum> Lookup<E> {
    const ESCAPED: Escaped = Escaped::of(E::__DERIVED.array_sql);

    pub(super) const ARRAY: &'static str = if is_printable(E::__DERIVED.array_sql) {
        E::__DERIVED.array_sql
    } else {
        Self::ESCAPED.sql()
    };

    pub(super) const NAME: &'static str = Self::ARRAY.split_at(Self::ARRAY.len() - "[]".len()).0;
}

/// Whether a text is printable ASCII.
const fn is_printable(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if !matches!(first, b' '..=b'~') {
            return false;
        }
        rest = after;
    }
    true
}

/// A name in SQL, each of its identifiers in quotes, in printable ASCII.
struct Escaped {
    bytes: [u8; Self::MAX],
    len: usize,
}

impl Escaped {
    /// A byte can become eight, and there are a schema and a name.
    const MAX: usize = 2 * (r#"U&"""#.len() + 8 * MAX_BYTES) + ".[]".len();

    const fn of(sql: &str) -> Self {
        let mut escaped = Self { bytes: [0; Self::MAX], len: 0 };
        if is_printable(sql) {
            return escaped;
        }
        let mut quoted = false;
        let mut rest = sql.as_bytes();
        while let [first, after @ ..] = rest {
            rest = match (*first, after) {
                (b'"', [b'"', after @ ..]) if quoted => escaped.push(br#""""#, after),
                (b'"', _) => {
                    quoted = !quoted;
                    if quoted {
                        escaped.push(br#"U&""#, after)
                    } else {
                        escaped.push(br#"""#, after)
                    }
                }
                (b'\\', _) => escaped.push(br"\\", after),
                (b' '..=b'~', _) => escaped.push(&[*first], after),
                _ => escaped.push_character(rest),
            };
        }
        escaped
    }

    /// Appends these bytes, and hands back what is left to read.
    const fn push<'rest>(&mut self, bytes: &[u8], rest: &'rest [u8]) -> &'rest [u8] {
        let (_, free) = self.bytes.split_at_mut(self.len);
        free.split_at_mut(bytes.len()).0.copy_from_slice(bytes);
        self.len += bytes.len();
        rest
    }

    /// Appends the first character as an escape, and hands back what follows it.
    const fn push_character<'rest>(&mut self, text: &'rest [u8]) -> &'rest [u8] {
        // The bits of the first byte after its ones and a zero, then six of every byte that goes on
        // (RFC 3629).
        let ones = text[0].leading_ones() as usize;
        let size = if ones == 0 { 1 } else { ones };
        let mut code = text[0] as u32 & (0x7f >> ones);
        let mut index = 1;
        while index < size {
            code = (code << 6) | (text[index] as u32 & 0b0011_1111);
            index += 1;
        }
        self.push(br"\+", &[]);
        let mut shift = 24;
        while shift > 0 {
            shift -= 4;
            self.push(&[b"0123456789abcdef"[(code >> shift) as usize & 0xf]], &[]);
        }
        text.split_at(size).1
    }

    const fn sql(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(sql) => sql,
            Err(_) => panic!("ASCII is UTF-8"),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;

    use super::{Escaped, MAX_BYTES};

    #[test]
    fn characters_are_escaped_as_sql_reads_them() {
        for (sql, escaped) in [
            (r#""café"[]"#, r#"U&"caf\+0000e9"[]"#),
            (r#""état"."plain"[]"#, r#"U&"\+0000e9tat".U&"plain"[]"#),
            (r#""ß\""ß"""[]"#, r#"U&"\+0000df\\""\+0000df"""[]"#),
            (r#""日🐘"[]"#, r#"U&"\+0065e5\+01f418"[]"#),
            ("\"\u{1}~\u{7f}\n\"[]", r#"U&"\+000001~\+00007f\+00000a"[]"#),
        ] {
            assert_eq!(Escaped::of(sql).sql(), escaped);
        }
    }

    #[test]
    fn there_is_room_for_the_longest_name() {
        let longest = "\u{1}".repeat(MAX_BYTES);
        let sql = format!("\"{longest}\".\"{longest}\"[]");
        assert_eq!(Escaped::of(&sql).sql().len(), Escaped::MAX);
    }
}
