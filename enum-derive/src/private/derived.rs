//! What a derive writes down.

use crate::Definition;

/// The texts that no other text contains: the rest are parts of them, cut out at compile time.
#[derive(Debug)]
pub struct Derived<E: 'static> {
    pub definition: Definition<'static>,
    pub variants: &'static [E],
    /// The name of the array type: that of the type, and `[]`.
    pub array_sql: &'static str,
    pub labels_sql: &'static str,
    /// A comment line, and the statement.
    pub up_sql: &'static str,
    /// A comment line, and the statement.
    pub down_sql: &'static str,
}

impl<E> Derived<E> {
    #[must_use]
    pub const fn name_sql(&self) -> &'static str {
        self.array_sql.split_at(self.array_sql.len() - "[]".len()).0
    }

    #[must_use]
    pub const fn create_sql(&self) -> &'static str {
        after_first_line(self.up_sql)
    }

    #[must_use]
    pub const fn drop_sql(&self) -> &'static str {
        after_first_line(self.down_sql)
    }
}

const fn after_first_line(text: &'static str) -> &'static str {
    let bytes = text.as_bytes();
    let mut index = 0;
    while bytes[index] != b'\n' {
        index += 1;
    }
    text.split_at(index + 1).1
}
