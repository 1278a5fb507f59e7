//! A type's name as SQL, which is what derives pass on to the server.

use pg_enum_core::parse::Text;
use pg_enum_core::unquote;

use super::{Read, Refusal, Why, refuse};

/// A name, and the schema before it.
pub(super) struct SqlName {
    pub(super) schema: Option<Text>,
    pub(super) name: Text,
    /// Whether the name is without quotes.
    pub(super) folded: bool,
}

/// Types of the database's own that an enum's label, which is sent as text, can be stored as. A name that
/// is none of them and is nobody's enum is found in no migration, so that the list need not be complete.
const OWN: &[&str] = &["text", "varchar", "char", "bpchar", "name", "citext"];

/// What only SQL calls them.
const OWN_IN_SQL: &[&str] = &["character varying", "character"];

/// A name that is no SQL but what `pg_type.typname` has.
pub(super) fn catalog_name(text: Text) -> Read<Text> {
    if OWN.contains(&&*text.value) {
        return refuse(text.span, Why::StoredAs(text.value));
    }
    Ok(text)
}

/// Reads `text` as SQL does: `name`, `schema.name`, `"Name"`. Without quotes, the schema is folded; the
/// name is left as it is, because not all versions of the derives' crates fold it.
pub(super) fn sql_name(text: &Text) -> Read<SqlName> {
    let span = text.span;
    let plain = text.value.trim().to_lowercase();
    let bare = plain.split('(').next().unwrap_or_default().trim_end();
    if let Some(own) = OWN.iter().chain(OWN_IN_SQL).find(|own| **own == bare) {
        return refuse(span, Why::StoredAs((*own).to_owned()));
    }
    let parts = parts(text.value.trim()).ok_or_else(|| {
        let what = format!("{:?} is not the name of a type", text.value);
        Refusal { why: Why::Unclear(what), span }
    })?;
    let text = |value: &str| Text { value: value.to_owned(), span };
    match &parts[..] {
        [(name, quoted)] => Ok(SqlName { schema: None, name: text(name), folded: !quoted }),
        [(schema, schema_quoted), (name, quoted)] => {
            let schema = if *schema_quoted { schema.clone() } else { schema.to_ascii_lowercase() };
            if schema == "pg_catalog" {
                return refuse(span, Why::StoredAs(name.clone()));
            }
            Ok(SqlName { schema: Some(text(&schema)), name: text(name), folded: !quoted })
        }
        _ => refuse(span, Why::Unclear("its type has a name of more than two parts".to_owned())),
    }
}

/// The parts between the points, and whether each is in quotes. `None` for what is no such name.
fn parts(text: &str) -> Option<Vec<(String, bool)>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let (part, quoted, after) = part(rest)?;
        parts.push((part, quoted));
        match after.strip_prefix('.') {
            Some(after) => rest = after,
            None if after.is_empty() => return Some(parts),
            None => return None,
        }
    }
}

fn part(text: &str) -> Option<(String, bool, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        // https://www.postgresql.org/docs/18/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
        let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
        let end = text
            .find(|c| !(is_letter(c) || char::is_ascii_digit(&c) || c == '$'))
            .unwrap_or(text.len());
        let (part, after) = text.split_at(end);
        return part.starts_with(is_letter).then(|| (part.to_owned(), false, after));
    };
    let (part, after) = unquote(quoted)?;
    (!part.is_empty()).then_some((part, true, after))
}

#[cfg(test)]
mod tests {
    use pg_enum_core::parse::Text;
    use proc_macro2::Span;

    use super::sql_name;

    fn read(name: &str) -> String {
        let text = Text { value: name.to_owned(), span: Span::call_site() };
        match sql_name(&text) {
            Ok(found) => {
                let schema = found.schema.map_or(String::new(), |schema| schema.value + "|");
                format!("{schema}{}{}", if found.folded { "~" } else { "=" }, found.name.value)
            }
            Err(refusal) => refusal.why.to_string(),
        }
    }

    #[test]
    fn names_are_read_as_sql() {
        for (name, expected) in [
            ("mood", "~mood"),
            ("OrderStatus", "~OrderStatus"),
            ("App.OrderStatus", "app|~OrderStatus"),
            (r#""Order""#, "=Order"),
            (r#""App"."a""b.c""#, r#"App|=a"b.c"#),
            ("TEXT", "is stored as text"),
            ("varchar(20)", "is stored as varchar"),
            ("Character Varying", "is stored as character varying"),
            ("pg_catalog.text", "is stored as text"),
            ("a.b.c", "is not understood: its type has a name of more than two parts"),
            ("mood[]", r#"is not understood: "mood[]" is not the name of a type"#),
            ("", r#"is not understood: "" is not the name of a type"#),
            (r#""""#, r#"is not understood: "\"\"" is not the name of a type"#),
            (r#""a"#, r#"is not understood: "\"a" is not the name of a type"#),
            ("a..b", r#"is not understood: "a..b" is not the name of a type"#),
            ("1a", r#"is not understood: "1a" is not the name of a type"#),
        ] {
            assert_eq!(read(name), expected, "{name}");
        }
    }
}
