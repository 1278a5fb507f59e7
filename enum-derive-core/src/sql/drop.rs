//! The statement that drops a type.
//!
//! It drops an enum of that name in that schema, or nothing: a plain `DROP TYPE IF EXISTS` would
//! take a domain or a composite type of the name as well, and without a schema it would, on its
//! second run, go on to the next one in `search_path`. It takes the lock because two sessions that
//! drop one type at once otherwise fail (`cache lookup failed for type`).

use core::fmt;

use super::block::{self, DollarTag, Head};
use crate::Definition;

/// See [`Definition::drop_sql`]. `RESTRICT` is PostgreSQL's default, written out so that nobody has
/// to know: a type that a column still uses stays, and the error names the column.
pub(crate) fn drop(definition: Definition<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let tag = DollarTag::for_body(definition);
        block::open(f, Head::new(tag, definition.into()), "", "    RETURN;\n")?;
        f.write_str(CHECK_KIND)?;
        match definition.schema {
            Some(_) => writeln!(f, "  DROP TYPE IF EXISTS {} RESTRICT;", definition.name_sql())?,
            None => {
                writeln!(f, "  EXECUTE format('DROP TYPE IF EXISTS %s RESTRICT', full_name);")?;
            }
        }
        block::close(f, tag)
    })
}

const CHECK_KIND: &str = "  \
  IF EXISTS (SELECT FROM pg_type WHERE oid = to_regtype(full_name) AND typtype <> 'e') THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
      MESSAGE = format('cannot drop enum type %s: what has the name is no enum', full_name);
  END IF;
";
