//! `[macros.type-overrides]` of a `sqlx.toml`: with these, the macros of sqlx map a column of an enum type to the
//! enum, without a type annotation in the query.
//!
//! sqlx looks up a type by the name that the server prints (`oid::regtype::text`): quoted if necessary, with the
//! schema if `search_path` hides the type, and with `[]` for an array. So the key is this text from the server. It is
//! correct if the macros connect with the same `search_path`.

use toml_edit::{Decor, DocumentMut, InlineTable, Item, Key, Table, TableLike, Value};

use super::Enum;
use crate::failure::Failure;
use crate::text::visible;

/// Marks an entry that this command may change or remove. Other entries belong to the user.
const OURS: &str = " # cargo pg-enum import";

/// The text of the file with the entries, and notes about entries that were not changed.
///
/// `module` is the path of the enums' module. Our entries for enums that are no longer in it are removed.
pub(crate) fn edit(
    old: &str,
    name: &str,
    enums: &[Enum<'_>],
    module: &str,
) -> Result<(String, Vec<String>), Failure> {
    let mut document: DocumentMut = old.parse().map_err(|error| {
        Failure::new(format!("cannot read {name}")).with_detail(format!("{error}"))
    })?;
    let entries = entries(enums, module);
    let (table, inline) = overrides(&mut document, name)?;
    let stale = |key: &str, item: &Item| {
        is_ours(item)
            && item.as_str().is_some_and(|path| is_in(module, path))
            && !entries.iter().any(|(name, _)| name == key)
    };
    let gone: Vec<String> = table
        .iter()
        .filter(|(key, item)| stale(key, item))
        .map(|(key, _)| key.to_owned())
        .collect();
    for key in gone {
        table.remove(&key);
    }
    let mut notes = Vec::new();
    for (key, path) in &entries {
        match table.get(key) {
            Some(item) if item.as_str() == Some(path) => {}
            Some(item) if !is_ours(item) => {
                let value = item.as_str().map_or_else(
                    || {
                        "a value that is not a \
                                                          string"
                            .to_owned()
                    },
                    visible,
                );
                notes.push(format!(
                    "{name} maps {} to {value}, and this entry was not changed; the enum is {path}",
                    visible(key)
                ));
            }
            _ => insert(table, inline, key, path),
        }
    }
    Ok((document.to_string(), notes))
}

/// The types and their Rust types.
fn entries(enums: &[Enum<'_>], module: &str) -> Vec<(String, String)> {
    let of = |item: &Enum<'_>| {
        let path = format!("{module}::{}", item.ident);
        // The server prints an array type in this form, whatever its name is (`format_type`).
        let array = (format!("{}[]", item.found.spelled), format!("Vec<{path}>"));
        [(item.found.spelled.clone(), path), array]
    };
    enums.iter().flat_map(of).collect()
}

/// The table of the overrides, and whether it is an inline table.
fn overrides<'a>(
    document: &'a mut DocumentMut,
    name: &str,
) -> Result<(&'a mut dyn TableLike, bool), Failure> {
    let no_table = |key: &str| {
        Failure::new(format!("{name} has a `{key}` that is not a table"))
            .with_help("write it as a table")
    };
    let (mut item, mut inline) = (document.as_item_mut(), false);
    for (key, parent) in [("macros", "document"), ("type-overrides", "macros")] {
        let table = item.as_table_like_mut().ok_or_else(|| no_table(parent))?;
        item = table.entry(key).or_insert_with(|| {
            if inline {
                return Item::Value(InlineTable::new().into());
            }
            let mut table = Table::new();
            table.set_implicit(key == "macros");
            Item::Table(table)
        });
        inline |= item.is_inline_table();
    }
    let table = item.as_table_like_mut().ok_or_else(|| no_table("macros.type-overrides"))?;
    Ok((table, inline))
}

fn is_ours(item: &Item) -> bool {
    let suffix = item.as_value().and_then(|value| value.decor().suffix()?.as_str());
    suffix.is_some_and(|suffix| suffix.trim() == OURS.trim())
}

/// Whether it is the path of an enum directly in this module, or of a `Vec` of one.
fn is_in(module: &str, path: &str) -> bool {
    let element = path.strip_prefix("Vec<").and_then(|path| path.strip_suffix('>')).unwrap_or(path);
    let ident = element.strip_prefix(module).and_then(|rest| rest.strip_prefix("::"));
    ident.is_some_and(|ident| !ident.contains("::"))
}

fn insert(table: &mut dyn TableLike, inline: bool, name: &str, path: &str) {
    // In single quotes, as sqlx recommends: a name may contain double quotes.
    let quoted = format!("'{name}'").parse::<Key>().ok().filter(|key| key.get() == name);
    let key = quoted.unwrap_or_else(|| Key::new(name));
    let mut value = Value::from(path);
    // In an inline table, the rest of the line would become part of the comment.
    if !inline {
        *value.decor_mut() = Decor::new(" ", OURS);
    }
    match table.get_mut(name) {
        Some(item) => *item = Item::Value(value),
        None => {
            table.entry_format(&key).or_insert(Item::Value(value));
        }
    }
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::enums;
    use super::*;
    use crate::catalog::EnumType;

    fn types(names: &[&str]) -> Vec<EnumType> {
        let of = |name: &&str| EnumType {
            schema: "public".to_owned(),
            name: (*name).to_owned(),
            labels: vec!["a".to_owned()],
            at_home: true,
            spelled: (*name).to_owned(),
            ..EnumType::default()
        };
        names.iter().map(of).collect()
    }

    #[track_caller]
    fn check(old: &str, names: &[&str], expected: &Expect) -> (String, Vec<String>) {
        let types = types(names);
        let (enums, _) = enums(&types, |_| true);
        let edited = edit(old, "sqlx.toml", &enums, "crate::enums").expect("it can be read");
        expected.assert_eq(&edited.0);
        // It is what it says, and nothing is left to be done.
        let again = edit(&edited.0, "sqlx.toml", &enums, "crate::enums").expect("it can be read");
        assert_eq!(again, edited);
        edited
    }

    #[test]
    fn the_rest_stays() {
        let old = "# mine\n[common] # too\ndatabase-url-var = 'X'\n\n[macros.preferred-crates]\nnumeric = 'inferred'\n";
        check(
            old,
            &["mood", "\"Mood\"", "it's"],
            &expect![[r##"
            # mine
            [common] # too
            database-url-var = 'X'

            [macros.preferred-crates]
            numeric = 'inferred'

            [macros.type-overrides]
            'mood' = "crate::enums::Mood" # cargo pg-enum import
            'mood[]' = "Vec<crate::enums::Mood>" # cargo pg-enum import
            '"Mood"' = "crate::enums::Mood2" # cargo pg-enum import
            '"Mood"[]' = "Vec<crate::enums::Mood2>" # cargo pg-enum import
            "it's" = "crate::enums::ItS" # cargo pg-enum import
            "it's[]" = "Vec<crate::enums::ItS>" # cargo pg-enum import
        "##]],
        );
    }

    #[test]
    fn any_name_is_a_key() {
        let names = ["\n\u{1}'\"\\\u{7f}", "'.'", "'''", "a'.'b", "=#", "日本\u{202e}", " "];
        let types = types(&names);
        let (enums, _) = enums(&types, |_| true);
        let edited = |old: &str| edit(old, "sqlx.toml", &enums, "crate").expect("it can be read").0;
        let text = edited("");
        assert_eq!(edited(&text), text);
        let document: DocumentMut = text.parse().expect("it is TOML");
        let table = document["macros"]["type-overrides"].as_table().expect("a table");
        let keys = table.iter().map(|(key, _)| key).filter(|key| !key.ends_with("[]"));
        assert_eq!(keys.collect::<Vec<_>>(), names);
    }

    #[test]
    fn ours_come_and_go() {
        let (old, _) = check(
            "",
            &["mood", "size"],
            &expect![[r#"
            [macros.type-overrides]
            'mood' = "crate::enums::Mood" # cargo pg-enum import
            'mood[]' = "Vec<crate::enums::Mood>" # cargo pg-enum import
            'size' = "crate::enums::Size" # cargo pg-enum import
            'size[]' = "Vec<crate::enums::Size>" # cargo pg-enum import
        "#]],
        );
        let old = old
            + "'mine' = \"crate::enums::Mine\"\n'there' = \"crate::other::There\" # cargo pg-enum import\n";
        check(
            &old,
            &["size", "weight"],
            &expect![[r#"
            [macros.type-overrides]
            'size' = "crate::enums::Size" # cargo pg-enum import
            'size[]' = "Vec<crate::enums::Size>" # cargo pg-enum import
            'mine' = "crate::enums::Mine"
            'there' = "crate::other::There" # cargo pg-enum import
            'weight' = "crate::enums::Weight" # cargo pg-enum import
            'weight[]' = "Vec<crate::enums::Weight>" # cargo pg-enum import
        "#]],
        );
    }

    #[test]
    fn theirs_stay() {
        let old = "[macros.type-overrides]\n'mood' = \"crate::Mine\" # why\n";
        let (_, notes) = check(
            old,
            &["mood"],
            &expect![[r#"
            [macros.type-overrides]
            'mood' = "crate::Mine" # why
            'mood[]' = "Vec<crate::enums::Mood>" # cargo pg-enum import
        "#]],
        );
        assert_eq!(
            notes,
            ["sqlx.toml maps mood to crate::Mine, and this entry was not changed; the enum is \
                 crate::enums::Mood"]
        );
    }

    #[test]
    fn in_one_line_and_with_dots() {
        check(
            "macros = { type-overrides = { UUID = 'x::Y' } }\n",
            &["mood"],
            &expect![[r#"
            macros = { type-overrides = { UUID = 'x::Y' , mood = "crate::enums::Mood", "mood[]" = "Vec<crate::enums::Mood>" } }
        "#]],
        );
        check(
            "macros = { preferred-crates = { numeric = 'inferred' } }\n",
            &["mood"],
            &expect![[r#"
                macros = { preferred-crates = { numeric = 'inferred' } , type-overrides = { mood = "crate::enums::Mood", "mood[]" = "Vec<crate::enums::Mood>" } }
            "#]],
        );
        check(
            "macros.type-overrides.UUID = 'x::Y'\n",
            &["mood"],
            &expect![[r#"
            macros.type-overrides.UUID = 'x::Y'
            macros.type-overrides.'mood' = "crate::enums::Mood" # cargo pg-enum import
            macros.type-overrides.'mood[]' = "Vec<crate::enums::Mood>" # cargo pg-enum import
        "#]],
        );
    }

    #[test]
    fn what_is_none() {
        let failed =
            |old| edit(old, "sqlx.toml", &[], "crate").map(drop).expect_err(old).to_string();
        assert_eq!(failed("macros = 1"), "sqlx.toml has a `macros` that is not a table");
        assert_eq!(
            failed("[macros]\ntype-overrides = 1"),
            "sqlx.toml has a `macros.type-overrides` that is not a table"
        );
        assert_eq!(failed("["), "cannot read sqlx.toml");
    }
}
