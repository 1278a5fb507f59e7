//! The names of what an online change makes.

use alloc::format;
use alloc::string::{String, ToString};

use crate::Ident;
use crate::hash::hash;
use crate::sql::unquoted;

/// The end of these names.
pub(crate) const END: &str = "_pg_enum_new";

/// The name of what replaces something with this name: at most 62 bytes, so that the name of an array type is as short.
pub(crate) fn new_name(name: &str) -> String {
    with_end(name, END)
}

/// The name of a constraint about a new column.
pub(crate) fn constraint(column: &str, what: &str) -> String {
    with_end(column, &format!("_{what}{END}"))
}

/// The name of the trigger on a table: few names are after it in the order in which triggers are fired.
pub(crate) fn trigger(type_name: &str) -> String {
    format!("~{}", with_end(type_name, END))
}

/// A long name is shortened, and a part of its hash tells it from others, such as those of the indexes of other partitions.
fn with_end(name: &str, end: &str) -> String {
    const LONGEST: usize = 61;
    if name.len() + end.len() <= LONGEST {
        return format!("{name}{end}");
    }
    let end = format!("_{:08x}{end}", hash([name, end], 0));
    let mut length = name.len().min(LONGEST.saturating_sub(end.len()));
    while !name.is_char_boundary(length) {
        length -= 1;
    }
    format!("{}{end}", &name[..length])
}

/// The name in SQL of what replaces something with this name in SQL.
pub(crate) fn new_sql(sql: &str) -> String {
    Ident(&new_name(&unquoted(sql))).to_string()
}

/// Whether an online change has made something with this name in SQL.
pub(crate) fn is_new(sql: &str) -> bool {
    unquoted(sql).ends_with(END)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::{is_new, new_name, new_sql, trigger, unquoted};

    #[test]
    fn names_are_short_enough_and_can_be_recognised() {
        for name in ["m", "Mood", "a\"b", &"é".repeat(31), &"x".repeat(63)] {
            let new = new_name(name);
            assert!(new.len() <= 62, "{new}");
            assert!(trigger(name).len() <= 63);
            let sql = crate::Ident(name).to_string();
            assert_eq!(unquoted(&sql), name);
            assert!(is_new(&new_sql(&sql)), "{new}");
        }
        assert_eq!(new_sql("\"Mood\""), "\"Mood_pg_enum_new\"");
        let of_partition = |number: u32| new_name(&alloc::format!("{}_{number}", "x".repeat(60)));
        assert_ne!(of_partition(1), of_partition(2));
    }
}
