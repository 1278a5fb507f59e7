//! The names by which sqlx asks the server for a type.
//!
//! sqlx writes what is not ASCII as Rust does (`\u{e9}`), which the server refuses in a string: of
//! such a name there must be nothing but ASCII for sqlx to see. SQL has a spelling for that,
//! `U&"caf\+0000e9"` (PostgreSQL manual, 4.1.1).

extern crate std;

use core::marker::PhantomData;

use pg_enum_core::MAX_BYTES;

use crate::PgEnum;

/// The names of an enum's type, and of its array type.
pub(super) struct Lookup<E>(PhantomData<E>);

impl<E: PgEnum> Lookup<E> {
    const ESCAPED: Escaped = Escaped::of(E::__DERIVED.array_sql);

    pub(super) const ARRAY: &'static str = if E::__DERIVED.array_sql.is_ascii() {
        E::__DERIVED.array_sql
    } else {
        Self::ESCAPED.sql()
    };

    pub(super) const NAME: &'static str = Self::ARRAY.split_at(Self::ARRAY.len() - "[]".len()).0;
}

/// A name in SQL, each of its identifiers in quotes, without a character that is not ASCII.
struct Escaped {
    bytes: [u8; Self::MAX],
    len: usize,
}

impl Escaped {
    /// Two bytes can become eight, and there are a schema and a name.
    const MAX: usize = 2 * (r#"U&"""#.len() + 4 * MAX_BYTES) + ".[]".len();

    const fn of(sql: &str) -> Self {
        let mut escaped = Self { bytes: [0; Self::MAX], len: 0 };
        if sql.is_ascii() {
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
                (0..=0x7f, _) => escaped.push(&[*first], after),
                (0x80..=0xff, _) => escaped.push_character(rest),
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
        // The bits of a leading byte after its ones and a zero, then six of every byte that goes on
        // (RFC 3629).
        let size = text[0].leading_ones() as usize;
        let mut code = text[0] as u32 & (0x7f >> size);
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
    use super::Escaped;

    #[test]
    fn characters_are_escaped_as_sql_reads_them() {
        for (sql, escaped) in [
            (r#""café"[]"#, r#"U&"caf\+0000e9"[]"#),
            (r#""état"."plain"[]"#, r#"U&"\+0000e9tat".U&"plain"[]"#),
            (r#""ß\""ß"""[]"#, r#"U&"\+0000df\\""\+0000df"""[]"#),
            (r#""日🐘"[]"#, r#"U&"\+0065e5\+01f418"[]"#),
        ] {
            assert_eq!(Escaped::of(sql).sql(), escaped);
        }
    }

    #[test]
    fn there_is_room_for_the_longest_name() {
        use std::format;
        let longest = "é".repeat(31) + "x";
        let sql = format!(r#""{longest}"."{longest}"[]"#);
        assert!(Escaped::of(&sql).sql().ends_with(r#"x"[]"#));
        let quotes = "\"\"".repeat(61);
        assert!(Escaped::of(&format!(r#""{longest}"."é{quotes}"[]"#)).sql().ends_with(r#"""[]"#));
    }
}
