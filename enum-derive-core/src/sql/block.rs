//! The common parts of the `DO` blocks.
//!
//! Each is a single `DO` block, so that every migration runner sees one statement, and it contains the main statement
//! literally. The blocks follow these rules, each because of a failure seen in practice:
//!
//! - **First a transaction-level advisory lock, then the look-up.** In any other order, two sessions can both find
//!   nothing, or both find a type that one of them is about to drop. Behind a pooler, a session-level lock would
//!   outlive the transaction. The key of the lock contains the unquoted names, because `quote_all_identifiers`
//!   changes the server's own quoting.
//! - **After the lock, the session reads what others have committed** ([`HEAR`]).
//! - **No user-defined code runs**, whatever `search_path` is: functions have qualified names, operators are written
//!   as `OPERATOR(pg_catalog.=)` or replaced by their function, and labels are read with the array's output function,
//!   because a cast to `text` may be user-defined.
//! - **The whole error is in the message**, not in the detail or the hint, because most drivers show only the
//!   message.

use core::fmt::{self, Write};

use super::quote::{Doubling, Ident, literal_of};
use super::{Name, qualified};
use crate::Definition;
use crate::display::from_fn;

/// Makes the session see what others committed while it waited for the lock.
///
/// A session processes the changes of others when it locks a relation that its transaction has not locked yet, but
/// not when it gets an advisory lock. Without this call, a look-up could return a cached result from before the wait.
/// The function briefly locks a rarely used catalog and needs no privilege. Because it releases the lock, it also
/// works the second time in a transaction; `LOCK TABLE` keeps its lock and does not.
pub(super) const HEAR: &str = "  \
  PERFORM pg_catalog.pg_relation_size('pg_catalog.pg_ts_template'); -- shows what others have committed
";

/// Waits for the lock of a name. The transaction holds it until its end.
pub(super) fn lock(name: Name<'_>) -> impl fmt::Display {
    from_fn(move |f| writeln!(f, "  PERFORM pg_catalog.pg_advisory_xact_lock({});", lock_key(name)))
}

/// The key of that lock.
pub(super) fn lock_key(name: Name<'_>) -> impl fmt::Display {
    from_fn(move |f| {
        let Name { schema, name } = name;
        f.write_str("pg_catalog.hashtextextended(")?;
        match schema {
            Some(schema) => {
                let text = from_fn(|f| write!(f, "pg_enum {schema}.{name}"));
                write!(f, "{}", literal_of(text))?;
            }
            None => {
                let name = literal_of(from_fn(|f| write!(f, ".{name}")));
                write!(f, "pg_catalog.concat('pg_enum ', pg_catalog.current_schema(), {name})")?;
            }
        }
        f.write_str(", 0)")
    })
}

/// Waits for sessions that change the labels of a type, and keeps others from it until the transaction ends. The type loses
/// its comment, so this is for one that is about to be dropped.
///
/// `ADD VALUE` and `RENAME VALUE` lock the type (`AddEnumLabel` and `RenameEnumLabel` in
/// `src/backend/catalog/pg_enum.c`), and no statement only does that. `COMMENT` takes a lock that conflicts with theirs
/// (`CommentObject` in `src/backend/commands/comment.c`). `ALTER TYPE … ADD VALUE IF NOT EXISTS` with an existing label also
/// locks the type, but sends a notice, and adds the label if another session has just renamed it. `OWNER TO`,
/// `SET SCHEMA`, `RENAME TO` and `GRANT` do not lock it.
#[cfg(feature = "drift")]
pub(crate) fn lock_labels(name: Name<'_>) -> impl fmt::Display {
    from_fn(move |f| {
        let name = qualified(name, Ident);
        write!(f, "COMMENT ON TYPE {name} IS NULL; -- waits for sessions that change its labels")
    })
}

/// The variable with the full name of a type without a schema. It is null if there is no schema to create the type
/// in.
pub(super) fn full_name(name: Name<'_>) -> impl fmt::Display {
    from_fn(move |f| match name.schema {
        Some(_) => Ok(()),
        None => writeln!(f, "  full_name pg_catalog.text := {};", computed(name)),
    })
}

/// The SQL name as a text; without a schema, the variable [`full_name`].
pub(super) fn name_text(name: Name<'_>) -> impl fmt::Display {
    from_fn(move |f| match name.schema {
        Some(_) => write!(f, "{}", literal_of(qualified(name, Ident))),
        None => f.write_str("full_name"),
    })
}

/// The name in the first schema of `search_path`.
fn computed(name: Name<'_>) -> impl fmt::Display {
    from_fn(move |f| {
        let name = literal_of(from_fn(|f| write!(f, ".{}", Ident(name.name))));
        write!(
            f,
            "pg_catalog.quote_ident(pg_catalog.current_schema()) OPERATOR(pg_catalog.||) {name}"
        )
    })
}

/// The type with this name, or null.
pub(super) fn regtype(name: Name<'_>) -> impl fmt::Display {
    from_fn(move |f| write!(f, "pg_catalog.to_regtype({})", name_text(name)))
}

/// The type that the name means in any statement, or null.
#[cfg(feature = "plan")]
pub(super) fn on_path(name: Name<'_>) -> impl fmt::Display {
    from_fn(move |f| write!(f, "pg_catalog.to_regtype({})", literal_of(qualified(name, Ident))))
}

/// An `IF` without its end, which raises an error if the name belongs to a type that is not an enum: `cannot {verb}
/// …`.
pub(super) fn refuse_unless_enum<'a>(
    name: Name<'a>,
    regtype: impl fmt::Display + 'a,
    verb: &'a str,
) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let message =
            message(name, |f, name| write!(f, "cannot {verb} enum type {name}: it is not an enum"));
        f.write_str(
            "  IF EXISTS (SELECT FROM pg_catalog.pg_type WHERE oid OPERATOR(pg_catalog.=) ",
        )?;
        writeln!(f, "{regtype} AND typtype OPERATOR(pg_catalog.<>) 'e') THEN")?;
        writeln!(f, "    RAISE EXCEPTION {message} USING ERRCODE = '42809';")
    })
}

/// The message of a `RAISE`. A `%` in it is a placeholder, so each `%` in the name is doubled.
pub(super) fn message<'a>(
    name: Name<'a>,
    text: impl Fn(&mut fmt::Formatter<'_>, &dyn fmt::Display) -> fmt::Result + 'a,
) -> impl fmt::Display {
    literal_of(from_fn(move |f| {
        let name = from_fn(|f| write!(Doubling(f, "%"), "{}", qualified(name, Ident)));
        text(f, &name)
    }))
}

/// A dollar quote that no text inside can close: `$pg_enum$`, with more underscores after `$pg_enum` than in any of
/// the texts.
#[derive(Clone, Copy)]
pub(crate) struct DollarTag {
    underscores: usize,
}

impl DollarTag {
    const STEM: &str = "$pg_enum";

    /// For a block that contains a whole definition.
    pub(crate) fn for_body(definition: Definition<'_>) -> Self {
        let Definition { schema, name, labels, comment, .. } = definition;
        Self::for_texts(labels.iter().copied().chain([name]).chain(schema).chain(comment))
    }

    /// For a block that contains these texts.
    pub(crate) fn for_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let underscores = texts
            .into_iter()
            .flat_map(|text| text.split(Self::STEM).skip(1))
            .map(|after| 1 + after.bytes().take_while(|&byte| byte == b'_').count())
            .max()
            .unwrap_or(0);
        Self { underscores }
    }
}

impl fmt::Display for DollarTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::STEM)?;
        for _ in 0..self.underscores {
            f.write_str("_")?;
        }
        f.write_str("$")
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use super::DollarTag;
    use crate::Definition;

    fn tag(labels: &[&str]) -> std::string::String {
        DollarTag::for_body(Definition::new("t", labels)).to_string()
    }

    #[test]
    fn the_dollar_quote_cannot_be_closed_from_inside() {
        assert_eq!(tag(&["plain", "$$", "$pg$"]), "$pg_enum$");
        assert_eq!(tag(&["$pg_enum$"]), "$pg_enum_$");
        assert_eq!(tag(&["$pg_enum"]), "$pg_enum_$");
        assert_eq!(tag(&["$pg_enum_$", "x$pg_enum__$pg_enum$"]), "$pg_enum___$");
        let named = Definition::new("$pg_enum$", &["a"]);
        assert_eq!(DollarTag::for_body(named).to_string(), "$pg_enum_$");
        let commented = Definition::new("t", &["a"]).with_comment("$pg_enum$");
        assert_eq!(DollarTag::for_body(commented).to_string(), "$pg_enum_$");
        let schema = Definition::new("t", &["a"]).in_schema("$pg_enum$");
        assert_eq!(DollarTag::for_body(schema).to_string(), "$pg_enum_$");
    }
}
