//! `sqlx::Type`, as sqlx 0.5 to 0.9 derive it.
//!
//! The attributes are those of `parse_container_attributes` and `parse_child_attributes` in
//! `derives/attributes.rs` (sqlx-macros 0.5.13 and 0.6.3, sqlx-macros-core 0.7.4, 0.8.6 and 0.9.0), the
//! labels those of `expand_derive_encode_strong_enum` in `derives/encode.rs`, which did not change from
//! 0.5 to 0.9: a variant's `rename`, or `rename_all`, or `Ident::to_string()`.
use pg_enum_core::parse::{RenameRule, Text};
use proc_macro2::Ident;
use syn::ItemEnum;

use super::attributes::{Attributes, Value, set, the_one};
use super::sql_name::{SqlName, sql_name};
use super::variants::{by_rule, labels, rule};
use super::{Codec, Demands, ForeignEnum, Read, Why, refuse};

/// `rename_all` (`parse_container_attributes`).
const RULES: &[&str] = &[
    "lowercase",
    "snake_case",
    "UPPERCASE",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "camelCase",
    "PascalCase",
];

pub(super) fn read(item: &ItemEnum, attributes: &Attributes) -> Read<ForeignEnum> {
    stored_as_text(attributes)?;
    let Container { type_name, rename_all } = container(attributes)?;
    let rename_all: Option<RenameRule> = rename_all.map(|name| rule(&name, RULES)).transpose()?;
    let labels = labels(item, rename, |ident| by_rule(rename_all, ident))?;
    let explicit = type_name.is_some();
    // `type_name` in `derives/type.rs`: without the attribute, the enum's name, with its `r#`.
    let type_name = type_name
        .unwrap_or_else(|| Text { value: item.ident.to_string(), span: item.ident.span() });
    // The name goes to the server as it is, for `regtype` to look up (sqlx-postgres 0.7.4 and 0.8.6,
    // `connection/describe.rs`; 0.9.0, `connection/resolve.rs`), which folds it. Before 0.7 it was compared
    // with `typname ILIKE $1` (sqlx-core 0.6.3, `postgres/connection/describe.rs`), and all versions
    // compare names that they have met without regard to case (`type_info.rs`).
    let SqlName { schema, name, folded } = sql_name(&type_name)?;
    Ok(ForeignEnum {
        codec: Codec::SqlxType,
        ident: item.ident.clone(),
        schema,
        name,
        folded,
        explicit,
        sql_type: None,
        demands: Demands::Exactly,
        labels,
        reads: Vec::new(),
        unread: Vec::new(),
        impls_in: None,
    })
}

/// `#[repr(…)]` makes a "weak enum", which is stored as that integer (`expand_derive_type` in
/// `derives/type.rs`). So does any other name in there, such as `C`; `align(8)` is none.
fn stored_as_text(attributes: &Attributes) -> Read<()> {
    let reprs = attributes.arguments("repr")?;
    match reprs.iter().find(|argument| matches!(argument.value, Value::Nothing)) {
        Some(repr) => refuse(repr.span, Why::Integer),
        None => Ok(()),
    }
}

#[derive(Default)]
struct Container {
    type_name: Option<Text>,
    rename_all: Option<Text>,
}

fn container(attributes: &Attributes) -> Read<Container> {
    let mut this = Container::default();
    for argument in attributes.arguments("sqlx")? {
        match &*argument.key {
            // `rename` is what `type_name` was called up to 0.4, and still could be in 0.6.
            "type_name" | "rename" => set(&mut this.type_name, argument.into_text()?)?,
            "rename_all" => set(&mut this.rename_all, argument.into_text()?)?,
            "transparent" => return refuse(argument.span, Why::Transparent),
            // Whether there is an array type too, and what `FromRow` does without the column.
            "no_pg_array" | "default" => {}
            _ => return argument.unknown(),
        }
    }
    Ok(this)
}

/// The label that stands on a variant.
///
/// Of what `parse_child_attributes` knows, `expand_derive_encode_strong_enum` and its counterpart in
/// `derives/decode.rs` take `rename` and nothing else: `skip`, `default`, `flatten`, `json` and `try_from`
/// are for fields, and a variant with one of them is written and read as any other. Up to 0.7.4 a word that
/// is not known does not compile (0.6.3 does not know `skip` and `json`), from 0.8.0 on it is passed over.
fn rename(variant: &Attributes, _: &Ident) -> Read<Option<Text>> {
    let mut texts = Vec::new();
    for argument in variant.arguments("sqlx")? {
        match (&*argument.key, &argument.value) {
            ("rename", _) => texts.push(argument.into_text()?),
            (_, Value::Nothing) | ("try_from", Value::Text(_)) | ("json", Value::List(_)) => {}
            _ => return argument.unknown(),
        }
    }
    the_one(texts)
}

#[cfg(test)]
mod tests {
    use crate::foreign::testing::sketch;

    fn read(source: &str) -> String {
        sketch("", &format!("#[derive(sqlx::Type)] {source}"))
    }

    #[test]
    fn the_name_and_the_labels_are_as_written() {
        assert_eq!(
            read("enum OrderStatus { Placed, HTTPError, V2Beta, with_under_score, r#type }"),
            "sqlx::Type ~OrderStatus: Placed, HTTPError, V2Beta, with_under_score, r#type"
        );
    }

    /// What sqlx 0.7.4 and 0.9.0 encode.
    #[test]
    fn every_rule() {
        let variants = "{ InTransit, HTTPServer, V2Beta, Under_Score, r#type, A }";
        for (rule, expected) in [
            ("lowercase", "intransit, httpserver, v2beta, under_score, r#type, a"),
            ("UPPERCASE", "INTRANSIT, HTTPSERVER, V2BETA, UNDER_SCORE, R#TYPE, A"),
            ("snake_case", "in_transit, http_server, v2_beta, under_score, r_type, a"),
            ("SCREAMING_SNAKE_CASE", "IN_TRANSIT, HTTP_SERVER, V2_BETA, UNDER_SCORE, R_TYPE, A"),
            ("kebab-case", "in-transit, http-server, v2-beta, under-score, r-type, a"),
            ("camelCase", "inTransit, httpServer, v2Beta, underScore, rType, a"),
            ("PascalCase", "InTransit, HttpServer, V2Beta, UnderScore, RType, A"),
        ] {
            assert_eq!(
                read(&format!("#[sqlx(rename_all = {rule:?})] enum E {variants}")),
                format!("sqlx::Type ~E: {expected}")
            );
        }
        assert_eq!(
            read("#[sqlx(rename_all = \"Train-Case\")] enum E { A }"),
            "sqlx::Type is not understood: \"Train-Case\" is not a rename rule"
        );
    }

    #[test]
    fn what_is_for_fields_does_nothing_on_a_variant() {
        assert_eq!(
            read(
                "#[sqlx(rename_all = \"lowercase\")] enum E { #[sqlx(skip)] A, #[sqlx(default, rename = \"x\")] B,
                 #[sqlx(json(nullable), try_from = \"u8\", flatten)] C, #[sqlx(whatever)] D }"
            ),
            "sqlx::Type ~E: a, x, c, d"
        );
    }

    #[test]
    fn what_is_said_of_the_name() {
        for (said, expected) in [
            (r#"type_name = "mood""#, "~mood"),
            (r#"rename = "mood""#, "~mood"),
            (r#"type_name = "app.mood", no_pg_array"#, "app.~mood"),
            (r#"type_name = "App.Mood""#, "app.~Mood"),
            (r#"type_name = "\"App\".\"Mood\"""#, "App.=Mood"),
        ] {
            assert_eq!(
                read(&format!("#[sqlx({said})] enum E {{ A }}")),
                format!("sqlx::Type {expected}: A")
            );
        }
    }

    #[test]
    fn what_is_no_enum_type() {
        for (source, expected) in [
            ("#[repr(i32)] enum E { A = 1 }", "is stored as an integer"),
            ("#[repr(C, align(8))] enum E { A }", "is stored as an integer"),
            ("#[sqlx(type_name = \"TEXT\")] enum E { A }", "is stored as text"),
            ("#[sqlx(transparent)] enum E { A(i32) }", "is stored as its field"),
            ("enum E { A, B(i32) }", "has data in the variant `B`"),
            ("enum E { A {} }", "has data in the variant `A`"),
            ("enum E<T> { A }", "is generic"),
            ("enum E {}", "has no variants"),
            // The server takes it for no name either.
            ("enum r#type { A }", "is not understood: \"r#type\" is not the name of a type"),
            ("enum E { #[sqlx(colour = \"red\")] A }", "is not understood: `colour` is not known"),
            ("#[sqlx(colour = \"red\")] enum E { A }", "is not understood: `colour` is not known"),
            (
                "#[sqlx(type_name = NAME)] enum E { A }",
                "is not understood: `type_name` has no text after it",
            ),
            ("#[sqlx = \"a\"] enum E { A }", "is not understood: `#[sqlx]` cannot be read"),
            ("#[sqlx(a b)] enum E { A }", "is not understood: `#[sqlx]` cannot be read"),
            (
                "#[sqlx(rename_all = \"snake_case\")] enum E { Ümlaut }",
                "is not understood: `Ümlaut` is renamed by other rules in other versions of the derive",
            ),
            ("#[cfg_attr] enum E { A }", "is not understood: a `cfg_attr` cannot be read"),
            (
                "#[cfg_attr(x, sqlx(type_name = \"a\"))] #[cfg_attr(y, sqlx(type_name = \"b\"))] enum E { A }",
                "is not understood: it is \"b\" as well as \"a\"",
            ),
        ] {
            assert_eq!(read(source), format!("sqlx::Type {expected}"), "{source}");
        }
        assert_eq!(read("#[repr(align(8))] enum E { A }"), "sqlx::Type ~E: A");
    }
}
