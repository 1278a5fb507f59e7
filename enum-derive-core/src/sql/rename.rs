//! The statement that gives a type another name, or moves it to another schema.
//!
//! Beyond what [`block`](super::block) says:
//!
//! - **The locks of both names are held**: of the new one because another session may be about to
//!   create it. Unguarded, the second of two sessions fails in the server's own look-up (XX000).
//! - **The session hears of what others committed while it waited** ([`HEAR`]); see there.
//! - **A later step may have run already.** A type that was first moved and then renamed is, when the
//!   whole migration runs again, in neither of the two places that the first step knows of.

use core::fmt;

use super::block::{self, DollarTag, Head};
use super::quote::{Ident, Literal};
use super::{Name, qualified};

/// Renames `from` to `to`, or moves it: the two differ in the name or in the schema. Nothing, if the
/// type is `to` already, or `beyond`, which a later step makes of it.
pub(crate) fn rename<'a>(
    from: Name<'a>,
    to: Name<'a>,
    beyond: Option<Name<'a>>,
) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let (old, new) = (("old_name", from), ("new_name", to));
        let (name, second) = if from.schema.is_none() { (old, new) } else { (new, old) };
        let later = beyond.map(|beyond| ("later_name", beyond));
        let head = Head {
            tag: DollarTag::for_texts(
                [Some(from), Some(to), beyond].into_iter().flatten().flat_map(texts),
            ),
            name,
            second: Some(second),
            more: later.as_slice(),
        };
        block::open(f, head, VARIABLES, NO_HOME)?;
        f.write_str(HEAR)?;
        f.write_str(LOOK_UP)?;
        f.write_str("  IF here IS NOT NULL AND there IS NULL THEN\n")?;
        alter(f, from, to)?;
        f.write_str(BOTH)?;
        let unless_later =
            if beyond.is_some() { " AND to_regtype(later_name) IS NULL" } else { "" };
        writeln!(f, "  ELSIF here IS NULL AND there IS NULL{unless_later} THEN")?;
        f.write_str(NEITHER)?;
        block::close(f, head.tag)
    })
}

/// What a name has in it.
pub(super) fn texts(name: Name<'_>) -> impl Iterator<Item = &str> {
    name.schema.into_iter().chain([name.name])
}

fn alter(f: &mut fmt::Formatter<'_>, from: Name<'_>, to: Name<'_>) -> fmt::Result {
    let renames = from.name != to.name;
    match (from.schema, to.schema) {
        (Some(_), _) if renames => {
            let (from, to) = (qualified(from, Ident), Ident(to.name));
            writeln!(f, "    ALTER TYPE {from} RENAME TO {to};")
        }
        (Some(_), Some(to)) => {
            let (from, to) = (qualified(from, Ident), Ident(to));
            writeln!(f, "    ALTER TYPE {from} SET SCHEMA {to};")
        }
        (None, _) if renames => {
            let to = Literal(to.name);
            writeln!(f, "    EXECUTE format('ALTER TYPE %s RENAME TO %I', old_name, {to});")
        }
        (None, Some(to)) => {
            let to = Literal(to);
            writeln!(f, "    EXECUTE format('ALTER TYPE %s SET SCHEMA %I', old_name, {to});")
        }
        (_, None) => {
            writeln!(f, "    EXECUTE format('ALTER TYPE %s SET SCHEMA %I', old_name, home);")
        }
    }
}

/// A session reads what others have committed when it locks a relation that it has not locked yet, and
/// not when it gets an advisory lock: what it has looked up before, it would find as it was before it
/// waited. The function locks a catalog that nobody else looks at, and lets go of it again.
pub(super) const HEAR: &str = "  \
  -- What other sessions have committed while this one waited for the lock, it hears of only here.
  PERFORM pg_relation_size('pg_ts_template');
";

pub(super) const NO_HOME: &str = "    \
    RAISE EXCEPTION USING ERRCODE = 'invalid_schema_name', MESSAGE =
      'search_path names no schema that exists, so there is none to look for the enum type in; '
      'set search_path, or give the enum a schema';
";

const VARIABLES: &str = "  \
  here pg_catalog.regtype;
  there pg_catalog.regtype;
";

/// An array type that PostgreSQL named itself (`_status` for `status`) makes way for a type of
/// that name, so it counts as nothing.
const LOOK_UP: &str = "  \
  here := to_regtype(old_name);
  there := to_regtype(new_name);
  IF EXISTS (SELECT FROM pg_type WHERE oid = here AND typtype = 'b' AND typcategory = 'A') THEN
    here := NULL;
  END IF;
  IF EXISTS (SELECT FROM pg_type WHERE oid = there AND typtype = 'b' AND typcategory = 'A') THEN
    there := NULL;
  END IF;
  IF EXISTS (SELECT FROM pg_type WHERE (oid = here OR oid = there) AND typtype <> 'e') THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format(
      'cannot rename enum type %s to %s: what has the name %s is no enum; rename one of the two',
      old_name, new_name, CASE WHEN EXISTS (SELECT FROM pg_type WHERE oid = here AND typtype <> 'e')
        THEN old_name ELSE new_name END);
  END IF;
";

/// They are the same where a type is moved to the schema that it is in, as `search_path` says.
const BOTH: &str = "  \
  ELSIF here <> there THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = format(
      'cannot rename enum type %s to %s: both are there; '
      'drop the one that is left over, or rename it', old_name, new_name);
";

const NEITHER: &str = "    \
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format(
      'cannot rename enum type %s to %s: neither is there; run the migration that creates it first',
      old_name, new_name);
  END IF;
";
