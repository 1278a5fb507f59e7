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

use super::Name;
use super::quote::Literal;
use crate::Definition;

/// What a block is about.
#[derive(Clone, Copy)]
pub(crate) struct Head<'a> {
    pub(crate) tag: DollarTag,
    /// The type that the block is about, and the variable that holds its name as SQL spells it. If any
    /// type of the block is in no particular schema, this one is.
    pub(crate) name: (&'static str, Name<'a>),
    /// Another name of the type's, whose lock the block takes as well.
    pub(crate) second: Option<(&'static str, Name<'a>)>,
    /// More names that the block looks up.
    pub(crate) more: &'a [(&'static str, Name<'a>)],
}

impl<'a> Head<'a> {
    /// For a block about one name.
    pub(crate) const fn new(tag: DollarTag, name: Name<'a>) -> Self {
        Self { tag, name: ("full_name", name), second: None, more: &[] }
    }
}

/// `DO`, the variables every block has (and `variables` of its own, a line each), and all that comes
/// before it can look at the type: `home`, its schema, and `full_name`, its name as SQL spells it,
/// are known, the lock is held, and `search_path` is out of the way.
///
/// `without_home` is what a block does if there is no schema; only a type in no particular schema can
/// come to that.
pub(crate) fn open(
    f: &mut fmt::Formatter<'_>,
    head: Head<'_>,
    variables: impl fmt::Display,
    without_home: &str,
) -> fmt::Result {
    let Head { tag, name: (variable, name), second, more } = head;
    write!(f, "DO {tag}\nDECLARE\n")?;
    match name.schema {
        Some(schema) => writeln!(f, "  home pg_catalog.text := {};", Literal(schema))?,
        None => writeln!(f, "  home pg_catalog.text := pg_catalog.current_schema();")?,
    }
    let others = || second.into_iter().chain(more.iter().copied());
    for variable in core::iter::once(variable).chain(others().map(|(variable, _)| variable)) {
        writeln!(f, "  {variable} pg_catalog.text;")?;
    }
    writeln!(f, "  path pg_catalog.text := pg_catalog.current_setting('search_path');")?;
    writeln!(f, "{variables}BEGIN")?;
    if name.schema.is_none() {
        write!(f, "  IF home IS NULL THEN\n{without_home}  END IF;\n")?;
    }
    writeln!(
        f,
        "  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path \
         holds."
    )?;
    writeln!(f, "  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);")?;
    writeln!(f, "  {variable} := format('%I.%I', home, {});", Literal(name.name))?;
    for (variable, Name { schema, name }) in others() {
        write!(f, "  {variable} := format('%I.%I', ")?;
        match schema {
            Some(schema) => write!(f, "{}", Literal(schema))?,
            None => f.write_str("home")?,
        }
        writeln!(f, ", {});", Literal(name))?;
    }
    let Some((second, _)) = second else {
        let key = key(variable);
        return writeln!(f, "  PERFORM pg_advisory_xact_lock({key});");
    };
    // In the same order everywhere, or two blocks could wait for one another.
    for first in ["least", "greatest"] {
        let (one, other) = (key(variable), key(second));
        writeln!(f, "  PERFORM pg_advisory_xact_lock({first}(\n    {one},\n    {other}));")?;
    }
    Ok(())
}

/// The key of the lock for the name in a variable.
fn key(variable: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(f, "hashtextextended('pg_enum ' || {variable}, 0)"))
}

/// The end of the block, with the caller's `search_path` back in its place.
pub(crate) fn close(f: &mut fmt::Formatter<'_>, tag: DollarTag) -> fmt::Result {
    write!(f, "{GIVE_BACK_PATH}END\n{tag};\n")
}

/// The caller's `search_path` is in its place again.
pub(crate) const GIVE_BACK_PATH: &str = "  PERFORM set_config('search_path', path, true);\n";

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
