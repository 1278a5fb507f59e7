//! Makes valid, unique identifiers from the words of arbitrary texts.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;

use super::tables::{Column, Table};
use crate::catalog::EnumType;

/// The names that the file imports.
const TAKEN: [&str; 2] = ["PgEnum", "PgModel"];

/// The names of the variants, in the order of the labels. If a label contains no usable word, the variant is named by
/// its number, from 1.
pub(super) fn variants(labels: &[impl AsRef<str>]) -> Vec<String> {
    let names = labels.iter().enumerate().map(|(index, label)| match camel(label.as_ref()) {
        Some(ident) => Wish { ident, rank: 0 },
        None => Wish { ident: format!("Variant{}", index + 1), rank: 1 },
    });
    unique(&names.collect::<Vec<_>>(), &[])
}

/// The names of the enums, in the order of the types. If types in several schemas would get the same name, those
/// outside the default schema get the schema as a prefix.
pub(super) fn enums(types: &[&EnumType]) -> Vec<String> {
    let named =
        types.iter().map(|it| Named { schema: &it.schema, name: &it.name, at_home: it.at_home });
    items(&named.collect::<Vec<_>>(), "Enum", &TAKEN)
}

/// The names of the structs, in the order of the tables, by the same rules. None has the name of an enum.
pub(super) fn models<'a>(
    tables: &[&Table],
    enums: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let named =
        tables.iter().map(|it| Named { schema: &it.schema, name: &it.name, at_home: it.at_home });
    let taken: Vec<&str> = TAKEN.into_iter().chain(enums).collect();
    items(&named.collect::<Vec<_>>(), "Table", &taken)
}

/// The names of the fields, in the order of the columns, with `r#` where it is necessary. If a column contains no
/// usable word, the field is named by its number, from 1.
pub(super) fn fields(columns: &[Column]) -> Vec<String> {
    let wishes = columns.iter().enumerate().map(|(index, column)| match snake(&column.name) {
        Some(ident) => Wish { rank: u8::from(ident != column.name), ident },
        None => Wish { ident: format!("column{}", index + 1), rank: 2 },
    });
    let raw = |ident: String| match syn::parse_str::<syn::Ident>(&ident) {
        Ok(_) => ident,
        Err(_) => format!("r#{ident}"),
    };
    unique(&wishes.collect::<Vec<_>>(), &[]).into_iter().map(raw).collect()
}

/// Something in a schema.
struct Named<'a> {
    schema: &'a str,
    name: &'a str,
    at_home: bool,
}

fn items(all: &[Named<'_>], nameless_stem: &str, taken: &[&str]) -> Vec<String> {
    let own: Vec<Option<String>> = all.iter().map(|it| camel(it.name)).collect();
    let mut schemas: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (ident, found) in own.iter().zip(all) {
        schemas.entry(ident.as_deref().unwrap_or_default()).or_default().insert(found.schema);
    }
    let mut nameless = 0;
    let wish = |(ident, found): (&Option<String>, &Named<'_>)| {
        let Some(ident) = ident else {
            nameless += 1;
            return Wish { ident: format!("{nameless_stem}{nameless}"), rank: 3 };
        };
        if schemas[&**ident].len() > 1 && !found.at_home {
            let qualified = camel(&format!("{} {}", found.schema, found.name));
            return Wish { ident: qualified.unwrap_or_else(|| ident.clone()), rank: 2 };
        }
        // An identifier that gives back the type's name has priority.
        Wish { ident: ident.clone(), rank: u8::from(ident.to_snake_case() != found.name) }
    };
    unique(&own.iter().zip(all).map(wish).collect::<Vec<_>>(), taken)
}

/// The preferred name.
struct Wish {
    ident: String,
    /// The priority; lower values come first.
    rank: u8,
}

/// Gives each item its preferred name, or the same name with the next free number.
fn unique(all: &[Wish], taken: &[&str]) -> Vec<String> {
    let wished: BTreeSet<&str> = all.iter().map(|wish| &*wish.ident).collect();
    let mut given: BTreeSet<String> = taken.iter().map(|&ident| ident.to_owned()).collect();
    let mut next: BTreeMap<&str, usize> = BTreeMap::new();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|&index| all[index].rank);
    let mut idents = vec![String::new(); all.len()];
    for index in order {
        let wish = &*all[index].ident;
        let mut ident = wish.to_owned();
        while given.contains(&ident) || (ident != wish && wished.contains(&*ident)) {
            let number = next.entry(wish).or_insert(1);
            *number += 1;
            // `A1` with a 2 would be `A12`, and rustc does not accept `Self_2` as upper camel case.
            let stem = wish.trim_end_matches('_');
            let gap = if stem.ends_with(char::is_numeric) { "_" } else { "" };
            ident = format!("{stem}{gap}{number}");
        }
        given.insert(ident.clone());
        idents[index] = ident;
    }
    idents
}

/// The words of a text as an identifier, if possible.
///
/// rustc compares identifiers in NFC, so the result is in NFC too.
fn camel(text: &str) -> Option<String> {
    let words = text.nfc().map(|c| if is_xid_continue(c) { c } else { ' ' });
    let mut ident: String = words.collect::<String>().to_upper_camel_case().nfc().collect();
    if ident.len() > 2 && ident.chars().all(|c| c.is_ascii_uppercase()) {
        // The text has only words of one letter. clippy wants an acronym written as a word.
        ident[1..].make_ascii_lowercase();
    }
    let first = ident.chars().next()?;
    if !is_xid_start(first) {
        ident.insert(0, '_');
    } else if ident == "Self" {
        // `Self` is the only keyword in upper camel case. The rules of `rename_all` ignore the underscore.
        ident.push('_');
    }
    // Some scripts have lowercase letters without uppercase ones, and rustc has a lint for such names.
    (!first.is_lowercase() && ident.chars().all(is_xid_continue)).then_some(ident)
}

/// The words of a text as an identifier in snake case, if possible. A keyword may have `r#`, except those that
/// cannot.
fn snake(text: &str) -> Option<String> {
    let words = text.nfc().map(|c| if is_xid_continue(c) { c } else { ' ' });
    let mut ident: String = words.collect::<String>().to_snake_case().nfc().collect();
    let first = ident.chars().next()?;
    if !is_xid_start(first) {
        ident.insert(0, '_');
    } else if ["self", "super", "crate"].contains(&&*ident) {
        ident.push('_');
    }
    let is_snake = |c: char| is_xid_continue(c) && !c.is_uppercase();
    (ident.chars().any(char::is_alphanumeric) && ident.chars().all(is_snake)).then_some(ident)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(labels: &[&str]) -> Vec<String> {
        variants(&labels.iter().map(|&label| label.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn words_become_names() {
        assert_eq!(
            of(&["in_progress", "DONE", "on hold", "HTTPError", "a.b:c"]),
            ["InProgress", "Done", "OnHold", "HttpError", "Abc"]
        );
        assert_eq!(
            of(&["été", "grün", "ñandú", "日本", "привет"]),
            ["Été", "Grün", "Ñandú", "日本", "Привет"]
        );
    }

    #[test]
    fn what_is_no_name_is_made_one() {
        assert_eq!(
            of(&["2fa", "16:9", "self", "type", "Self", "crate"]),
            ["_2fa", "_169", "Self_", "Type", "Self2", "Crate"]
        );
        assert_eq!(
            of(&["+", "-", " ", "🦀", "\u{1}", "'", "ĸ"]),
            ["Variant1", "Variant2", "Variant3", "Variant4", "Variant5", "Variant6", "Variant7"]
        );
    }

    #[test]
    fn every_name_is_another() {
        assert_eq!(of(&["a-b", "a_b", "A B", "AB2"]), ["AB", "AB2", "AB3", "Ab2"]);
        // A name that the user wants for one is not given to another.
        assert_eq!(of(&["x", "X", "x2", "x_2"]), ["X", "X3", "X2", "X2_2"]);
        assert_eq!(of(&["v1", "V1"]), ["V1", "V1_2"]);
        assert_eq!(of(&["+", "variant 1"]), ["Variant1_2", "Variant1"]);
    }

    #[test]
    fn one_name_to_rustc_is_one_name() {
        assert_eq!(of(&["\u{e9}", "e\u{301}"]), ["É", "É2"]);
        assert_eq!(of(&["\u{c5}", "\u{212b}"]), ["Å", "Å2"]);
    }

    fn types(types: &[(&str, &str)]) -> Vec<String> {
        let types = types.iter().map(|&(schema, name)| EnumType {
            schema: schema.to_owned(),
            name: name.to_owned(),
            at_home: schema == "public",
            ..EnumType::default()
        });
        let types: Vec<_> = types.collect();
        enums(&types.iter().collect::<Vec<_>>())
    }

    #[test]
    fn the_schema_tells_types_apart() {
        assert_eq!(types(&[("app", "mood"), ("public", "mood")]), ["AppMood", "Mood"]);
        assert_eq!(types(&[("app", "mood"), ("crm", "mood")]), ["AppMood", "CrmMood"]);
        // `app_mood` is what its name says.
        assert_eq!(
            types(&[("app", "mood"), ("public", "app_mood"), ("public", "mood")]),
            ["AppMood2", "AppMood", "Mood"]
        );
    }

    #[test]
    fn types_of_one_schema_are_numbered() {
        assert_eq!(
            types(&[("app", "Mood"), ("app", "mood"), ("app", "pg_enum")]),
            ["Mood2", "Mood", "PgEnum2"]
        );
        assert_eq!(
            types(&[("app", "+"), ("public", "?"), ("public", "self")]),
            ["Enum1", "Enum2", "Self_"]
        );
    }
}
