//! What the `DO` blocks share.
//!
//! Each is one `DO` block, so that it is one statement to every migration runner. The rules they
//! follow, each for a failure seen in practice:
//!
//! - **A transaction-level advisory lock, then the look-up.** Any other order lets two sessions
//!   both find nothing, or both find what one of them is about to drop. A session-level lock would
//!   outlive the transaction behind a pooler.
//! - **The body runs with `search_path` at `pg_catalog`**, so that a function, operator or table
//!   of the caller's cannot stand in for the server's. The caller's path comes back at the end.
//! - **The error is in the message**, not in the detail or the hint: most drivers show only that.

use core::fmt;

use super::quote::Literal;
use crate::Definition;

/// `DO`, the variables every block has (and `variables` of its own, a line each), and all that comes
/// before it can look at the type: `home`, its schema, and `full_name`, its name as SQL spells it,
/// are known, the lock is held, and `search_path` is out of the way.
///
/// `without_home` is what a block does if there is no schema; only a definition that names none can
/// come to that.
///
/// What comes back is for [`close`].
pub(crate) fn open(
    f: &mut fmt::Formatter<'_>,
    definition: Definition<'_>,
    variables: impl fmt::Display,
    without_home: &str,
) -> Result<DollarTag, fmt::Error> {
    let tag = DollarTag::for_body(definition);
    write!(f, "DO {tag}\nDECLARE\n")?;
    match definition.schema {
        Some(schema) => writeln!(f, "  home pg_catalog.text := {};", Literal(schema))?,
        None => writeln!(f, "  home pg_catalog.text := pg_catalog.current_schema();")?,
    }
    writeln!(f, "  full_name pg_catalog.text;")?;
    writeln!(f, "  path pg_catalog.text := pg_catalog.current_setting('search_path');")?;
    writeln!(f, "{variables}BEGIN")?;
    if definition.schema.is_none() {
        write!(f, "  IF home IS NULL THEN\n{without_home}  END IF;\n")?;
    }
    writeln!(
        f,
        "  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path \
         holds."
    )?;
    writeln!(f, "  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);")?;
    writeln!(f, "  full_name := format('%I.%I', home, {});", Literal(definition.name))?;
    writeln!(f, "  PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));")?;
    Ok(tag)
}

/// The end of the block, with the caller's `search_path` back in its place.
pub(crate) fn close(f: &mut fmt::Formatter<'_>, tag: DollarTag) -> fmt::Result {
    write!(f, "  PERFORM set_config('search_path', path, true);\nEND\n{tag};\n")
}

/// A dollar quote that no text inside can close: `$pg_enum$`, with more underscores behind it than
/// any text has after a `$pg_enum` of its own.
#[derive(Clone, Copy)]
pub(crate) struct DollarTag {
    underscores: usize,
}

impl DollarTag {
    const STEM: &str = "$pg_enum";

    fn for_body(definition: Definition<'_>) -> Self {
        let Definition { schema, name, labels, comment, .. } = definition;
        let underscores = labels
            .iter()
            .copied()
            .chain([name])
            .chain(schema)
            .chain(comment)
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
