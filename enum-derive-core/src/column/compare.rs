//! The comparison.

use super::message::text_of;
use super::{Holds, Message, PgType, Schema, TypeKey};

/// A column, as the migrations leave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'a> {
    /// All names of its type: what [`keys`](super::keys()) returns. Empty if the type cannot be told.
    pub keys: &'a [TypeKey],
    /// Whether it can be NULL.
    pub nullability: Nullability,
    /// What messages show, in lines: the column with its table, its type as the server prints it, the place in the
    /// migrations that made it, and the schema of types that name none.
    pub text: &'a str,
}

/// How many types of those that a Rust type holds are named in a message: text has more.
const SHOWN: usize = 3;

/// Whether a value can be NULL, and what is asked of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nullability {
    /// It cannot be told, or is not to be compared.
    Unknown,
    /// The column can be NULL.
    Nullable,
    /// The query can leave it out, as in an outer join: `#[pg_model(nullable)]`.
    Marked,
    /// The column is NOT NULL, and the field must not be an `Option`: `#[pg_model(strict_null)]`.
    Never,
}

impl<'a> Column<'a> {
    /// What is wrong with a type that holds `holds`; `None` if nothing is.
    ///
    /// ```
    /// use pg_enum_core::column::{Column, Holds, Nullability, PgType};
    ///
    /// const TEXT: Holds = Holds::one_of(&[PgType::built_in("text")]);
    /// const NOTE: Column<'_> = Column {
    ///     keys: &[],
    ///     nullability: Nullability::Nullable,
    ///     text: "public.orders.note\ntext\n1.sql:3\npublic",
    /// };
    /// assert_eq!(
    ///     NOTE.disagreement(TEXT).unwrap().as_str(),
    ///     "column public.orders.note can be NULL (1.sql:3), but the type of the field is not an `Option`; \
    ///      use `Option`, or add NOT NULL in a migration"
    /// );
    /// assert!(NOTE.disagreement(TEXT.or_null()).is_none());
    /// ```
    #[must_use]
    pub const fn disagreement(&self, holds: Holds) -> Option<Message> {
        // Nothing is known of the type, not even whether it decodes NULL.
        if holds.types.is_empty() {
            return None;
        }
        let other_type = !self.keys.is_empty() && !self.is_held(holds);
        let null = match self.nullability {
            Nullability::Nullable | Nullability::Marked => !holds.is_nullable,
            Nullability::Never => holds.is_nullable,
            Nullability::Unknown => false,
        };
        if !other_type && !null {
            return None;
        }
        let mut message = Message::NOTHING;
        if other_type {
            self.tell_type(holds, &mut message);
        }
        if other_type && null {
            message.with("; also, ");
        }
        if null {
            self.tell_null(&mut message);
        }
        Some(message)
    }

    const fn is_held(&self, holds: Holds) -> bool {
        let mut held = 0;
        while held < holds.types.len() {
            let key = holds.types[held].key;
            let key = if holds.is_array { !key } else { key };
            let mut at = 0;
            while at < self.keys.len() {
                if self.keys[at] == key {
                    return true;
                }
                at += 1;
            }
            held += 1;
        }
        false
    }

    const fn tell_type(&self, holds: Holds, message: &mut Message) {
        message
            .with("column ")
            .with(self.line(0))
            .with(" is ")
            .with(self.line(1))
            .with(" (")
            .with(self.line(2))
            .with("), but the type of the field holds ");
        let mut at = 0;
        while at < holds.types.len() {
            if at == SHOWN {
                message.with(", …");
                break;
            }
            if at > 0 {
                message.with(if at + 1 == holds.types.len() { " or " } else { ", " });
            }
            self.name_type(holds.types[at], message);
            if holds.is_array {
                message.with("[]");
            }
            at += 1;
        }
        message.with("; change the type of the field or of the column");
    }

    const fn name_type(&self, ty: PgType, message: &mut Message) {
        if let Some(sql) = ty.sql {
            message.with(sql);
            return;
        }
        match ty.schema {
            Schema::Named(schema) if !equal(schema, "pg_catalog") => message.with(schema).with("."),
            Schema::Default => message.with(self.line(3)).with("."),
            Schema::Named(_) | Schema::Any => message,
        }
        .with(ty.name);
    }

    const fn tell_null(&self, message: &mut Message) {
        message.with("column ").with(self.line(0));
        match self.nullability {
            Nullability::Never => message
                .with(" is NOT NULL (")
                .with(self.line(2))
                .with("), but the type of the field is an `Option`; remove `Option`, or `strict_null` from the struct"),
            Nullability::Marked => message.with(
                " can be NULL, as the field is `nullable`, but the type of the field is not an `Option`; use `Option`, \
                 or remove `nullable`",
            ),
            Nullability::Nullable | Nullability::Unknown => message
                .with(" can be NULL (")
                .with(self.line(2))
                .with("), but the type of the field is not an `Option`; use `Option`, or add NOT NULL in a migration"),
        };
    }

    /// A line of the text.
    const fn line(&self, number: usize) -> &'a str {
        let bytes = self.text.as_bytes();
        let (mut start, mut end, mut before) = (0, 0, 0);
        while end < bytes.len() {
            if bytes[end] == b'\n' {
                if before == number {
                    break;
                }
                before += 1;
                start = end + 1;
            }
            end += 1;
        }
        text_of(bytes.split_at(end).0.split_at(start).1)
    }
}

/// `a == b`, which constants cannot write yet.
pub(super) const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(all(test, feature = "record"))]
mod tests {
    extern crate std;

    use std::borrow::ToOwned;
    use std::string::String;
    use std::vec::Vec;

    use super::{Column, Nullability};
    use crate::column::{Holds, PgType, keys};
    use crate::record::RecordedType;

    const STATUS: Holds = Holds::one_of(&[PgType::in_default_schema("status")]);
    const APP_STATUS: Holds = Holds::one_of(&[PgType::in_schema("app", "status")]);
    const TEXTS: Holds = Holds::one_of(&[
        PgType::built_in("text"),
        PgType::built_in("varchar").shown_as("character varying"),
        PgType::in_any_schema("citext"),
    ]);

    fn said(types: &[(&str, &str, bool)], nullability: Nullability, holds: Holds) -> String {
        let types = types.iter().map(|(schema, name, is_array)| RecordedType {
            schema: (*schema).into(),
            name: (*name).into(),
            is_array: *is_array,
            sql: String::new(),
        });
        let keys = keys(&types.collect::<Vec<_>>(), "public");
        let text = "public.orders.x\nSQL\n1.sql:3\npublic";
        let column = Column { keys: &keys, nullability, text };
        column.disagreement(holds).map_or(String::new(), |message| message.as_str().to_owned())
    }

    #[test]
    fn a_schema_that_is_not_named_is_the_default_one() {
        let of = |schema| [(schema, "status", false)];
        assert_eq!(said(&of("public"), Nullability::Unknown, STATUS), "");
        assert_eq!(said(&of("app"), Nullability::Unknown, APP_STATUS), "");
        let text = "column public.orders.x is SQL (1.sql:3), but the type of the field holds public.status; \
                    change the type of the field or of the column";
        assert_eq!(said(&of("app"), Nullability::Unknown, STATUS), text);
        let text = text.replace("public.status", "app.status");
        assert_eq!(said(&of("public"), Nullability::Unknown, APP_STATUS), text);
    }

    #[test]
    fn any_schema_and_any_of_several_types() {
        for ty in [("pg_catalog", "varchar", false), ("extensions", "citext", false)] {
            assert_eq!(said(&[ty], Nullability::Unknown, TEXTS), "");
        }
        assert_eq!(
            said(&[("pg_catalog", "int4", false)], Nullability::Unknown, TEXTS.or_null().array()),
            "column public.orders.x is SQL (1.sql:3), but the type of the field holds text[], character varying[] or \
             citext[]; change the type of the field or of the column"
        );
    }

    #[test]
    fn a_domain_is_held_as_its_base_type() {
        let domain = [("app", "open_status", false), ("public", "status", false)];
        assert_eq!(said(&domain, Nullability::Unknown, STATUS), "");
        let over_an_array = [("app", "path", false), ("public", "status", true)];
        assert_eq!(said(&over_an_array, Nullability::Unknown, STATUS.array()), "");
        assert_ne!(said(&over_an_array, Nullability::Unknown, STATUS), "");
    }

    #[test]
    fn an_array_is_not_its_element() {
        let array = [("public", "status", true)];
        assert_eq!(said(&array, Nullability::Unknown, STATUS.array()), "");
        assert_ne!(said(&array, Nullability::Unknown, STATUS), "");
        assert_ne!(said(&[("public", "status", false)], Nullability::Unknown, STATUS.array()), "");
        assert_eq!(STATUS.array().array(), Holds::UNKNOWN);
    }

    #[test]
    fn null_is_compared_where_it_is_known() {
        let status = [("public", "status", false)];
        let null = |nullability, holds| said(&status, nullability, holds);
        assert_eq!(null(Nullability::Unknown, STATUS), "");
        assert_eq!(null(Nullability::Nullable, STATUS.or_null()), "");
        assert_eq!(null(Nullability::Marked, STATUS.or_null()), "");
        assert_eq!(null(Nullability::Never, STATUS), "");
        assert!(null(Nullability::Nullable, STATUS).contains("or add NOT NULL in a migration"));
        assert!(null(Nullability::Marked, STATUS).contains("or remove `nullable`"));
        assert!(null(Nullability::Never, STATUS.or_null()).contains("remove `Option`"));
        // An array may be NULL, whatever its elements may be.
        assert_ne!(
            said(&[("public", "status", true)], Nullability::Nullable, STATUS.or_null().array()),
            ""
        );
    }

    #[test]
    fn both_are_told_at_once() {
        let text = said(&[("pg_catalog", "int4", false)], Nullability::Nullable, STATUS);
        assert!(text.contains("holds public.status; "), "{text}");
        assert!(text.contains("; also, column public.orders.x can be NULL"), "{text}");
    }

    #[test]
    fn what_is_not_known_is_not_compared() {
        assert_eq!(said(&[], Nullability::Unknown, STATUS), "");
        assert_eq!(said(&[("public", "x", false)], Nullability::Nullable, Holds::UNKNOWN), "");
    }
}
