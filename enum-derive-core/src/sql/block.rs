//! What the `DO` blocks share.
//!
//! Each is one `DO` block, so that it is one statement to every migration runner, and the statement that matters
//! stands in it as it is. The rules they follow, each for a failure seen in practice:
//!
//! - **A transaction-level advisory lock, then the look-up.** Any other order lets two sessions
//!   both find nothing, or both find what one of them is about to drop. A session-level lock would
//!   outlive the transaction behind a pooler. The lock's key is of the names as they are, without quotes, since
//!   `quote_all_identifiers` changes where the server itself puts some.
//! - **Then the session hears of what others have committed** ([`HEAR`]).
//! - **Nothing that a user may define is reached**, whatever `search_path` holds: functions are called by their
//!   full names, operators are spelled `OPERATOR(pg_catalog.=)` or left to the function behind them, and labels
//!   are read as the array's own text, because a cast to `text` may be somebody's.
//! - **The error is in the message**, not in the detail or the hint: most drivers show only that.

use core::fmt::{self, Write};

use super::quote::{Doubling, Ident, literal_of};
use super::{Name, qualified};
use crate::Definition;

/// The session hears of what others committed while it waited for the lock.
///
/// A session reads what others have committed when it locks a relation that it has not locked yet in its
/// transaction, and not when it gets an advisory lock: what it has looked up before, it would find as it was
/// before it waited. The function locks a catalog that nobody else looks at, needs no privilege, and lets go of
/// it again, so that it helps the second time in a transaction as well; `LOCK TABLE` keeps its lock, and does not.
pub(super) const HEAR: &str = "  \
  PERFORM pg_catalog.pg_relation_size('pg_catalog.pg_ts_template'); -- shows what others have committed
";

/// Waits for the lock of a name, which is held until the transaction ends.
pub(super) fn lock(name: Name<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        writeln!(f, "  PERFORM pg_catalog.pg_advisory_xact_lock({});", lock_key(name))
    })
}

/// The key of that lock.
fn lock_key(name: Name<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let Name { schema, name } = name;
        f.write_str("pg_catalog.hashtextextended(")?;
        match schema {
            Some(schema) => {
                let text = fmt::from_fn(|f| write!(f, "pg_enum {schema}.{name}"));
                write!(f, "{}", literal_of(text))?;
            }
            None => {
                let name = literal_of(fmt::from_fn(|f| write!(f, ".{name}")));
                write!(f, "pg_catalog.concat('pg_enum ', pg_catalog.current_schema(), {name})")?;
            }
        }
        f.write_str(", 0)")
    })
}

/// The variable for a name without a schema. It is null if there is none to put the type in.
pub(super) fn full_name(name: Name<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| match name.schema {
        Some(_) => Ok(()),
        None => writeln!(f, "  full_name pg_catalog.text := {};", computed(name)),
    })
}

/// The name as SQL spells it, as a text; without a schema, the variable [`full_name`].
pub(super) fn name_text(name: Name<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| match name.schema {
        Some(_) => write!(f, "{}", literal_of(qualified(name, Ident))),
        None => f.write_str("full_name"),
    })
}

/// The name in the first schema of `search_path`.
fn computed(name: Name<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let name = literal_of(fmt::from_fn(|f| write!(f, ".{}", Ident(name.name))));
        write!(
            f,
            "pg_catalog.quote_ident(pg_catalog.current_schema()) OPERATOR(pg_catalog.||) {name}"
        )
    })
}

/// The type of that name, or null.
pub(super) fn regtype(name: Name<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(f, "pg_catalog.to_regtype({})", name_text(name)))
}

/// The type that any statement would take the name for, or null.
#[cfg(feature = "plan")]
pub(super) fn on_path(name: Name<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        write!(f, "pg_catalog.to_regtype({})", literal_of(qualified(name, Ident)))
    })
}

/// An `IF` that is still open, and that raises an error if what has the name is no enum: nobody can `verb` it then.
pub(super) fn refuse_unless_enum<'a>(
    name: Name<'a>,
    regtype: impl fmt::Display + 'a,
    verb: &'a str,
) -> impl fmt::Display + 'a {
    fmt::from_fn(move |f| {
        let message =
            message(name, |f, name| write!(f, "cannot {verb} enum type {name}: it is not an enum"));
        f.write_str(
            "  IF EXISTS (SELECT FROM pg_catalog.pg_type WHERE oid OPERATOR(pg_catalog.=) ",
        )?;
        writeln!(f, "{regtype} AND typtype OPERATOR(pg_catalog.<>) 'e') THEN")?;
        writeln!(f, "    RAISE EXCEPTION {message} USING ERRCODE = '42809';")
    })
}

/// The message of a `RAISE`, in which a `%` stands for a value, except for those in the name.
pub(super) fn message<'a>(
    name: Name<'a>,
    text: impl Fn(&mut fmt::Formatter<'_>, &dyn fmt::Display) -> fmt::Result + 'a,
) -> impl fmt::Display {
    literal_of(fmt::from_fn(move |f| {
        let name = fmt::from_fn(|f| write!(Doubling(f, "%"), "{}", qualified(name, Ident)));
        text(f, &name)
    }))
}

/// A dollar quote that no text inside can close: `$pg_enum$`, with more underscores behind it than
/// any text has after a `$pg_enum` of its own.
#[derive(Clone, Copy)]
pub(crate) struct DollarTag {
    underscores: usize,
}

impl DollarTag {
    const STEM: &str = "$pg_enum";

    /// For a block that has all of a definition in it.
    pub(crate) fn for_body(definition: Definition<'_>) -> Self {
        let Definition { schema, name, labels, comment, .. } = definition;
        Self::for_texts(labels.iter().copied().chain([name]).chain(schema).chain(comment))
    }

    /// For a block that has these texts in it.
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
