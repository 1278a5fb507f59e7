//! `postgres_types::ToSql` and `FromSql`, as postgres-derive 0.4 derives them (0.4.6, 0.4.8 and 0.4.9 alike).
//!
//! The attributes are those of `Overrides::extract` in `overrides.rs`, the labels those of
//! `Variant::parse` in `enums.rs`, the renaming that of `case.rs`. The type's name is compared with
//! `pg_type.typname` by `==` (`enum_body` in `accepts.rs`): case tells, and there is no schema. Unless
//! there is `allow_mismatch`, `accepts` wants the very labels that the type has, in any order.

use pg_enum_core::parse::Text;
use proc_macro2::Ident;
use syn::ItemEnum;

use super::attributes::{Attributes, set, the_one};
use super::sql_name::catalog_name;
use super::variants::{by_rule, labels, rule};
use super::{Codec, Demands, ForeignEnum, Read, Why, refuse};

/// `RENAME_RULES` in `case.rs`.
const RULES: &[&str] = &[
    "lowercase",
    "UPPERCASE",
    "PascalCase",
    "camelCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
    "Train-Case",
];

pub(super) fn read(item: &ItemEnum, attributes: &Attributes) -> Read<ForeignEnum> {
    let (mut name, mut rename_all, mut demands) = (None, None, Demands::Exactly);
    for argument in attributes.arguments("postgres")? {
        match &*argument.key {
            "name" => set(&mut name, argument.into_text()?)?,
            "rename_all" => set(&mut rename_all, argument.into_text()?)?,
            "allow_mismatch" => demands = Demands::Nothing,
            "transparent" => return refuse(argument.span, Why::Transparent),
            _ => return argument.unknown(),
        }
    }
    let rename_all = rename_all.map(|name| rule(&name, RULES)).transpose()?;
    let labels = labels(item, variant_name, |ident| by_rule(rename_all, ident))?;
    let explicit = name.is_some();
    let name =
        name.unwrap_or_else(|| Text { value: item.ident.to_string(), span: item.ident.span() });
    // With `allow_mismatch`, a text will do as well: its bytes are those of the label.
    let name = catalog_name(name)?;
    Ok(ForeignEnum {
        codec: Codec::PostgresTypes,
        ident: item.ident.clone(),
        schema: None,
        name,
        folded: false,
        explicit,
        sql_type: None,
        demands,
        labels,
        reads: Vec::new(),
        unread: Vec::new(),
        impls_in: None,
    })
}

fn variant_name(variant: &Attributes, _: &Ident) -> Read<Option<Text>> {
    let mut texts = Vec::new();
    for argument in variant.arguments("postgres")? {
        match &*argument.key {
            "name" => texts.push(argument.into_text()?),
            _ => return argument.unknown(),
        }
    }
    the_one(texts)
}

#[cfg(test)]
mod tests {
    use crate::foreign::testing::sketch;

    fn read(source: &str) -> String {
        sketch("", &format!("#[derive(postgres_types::ToSql)] {source}"))
    }

    #[test]
    fn the_name_and_the_labels_are_as_written() {
        assert_eq!(
            read("enum OrderStatus { Placed, HTTPError, r#type }"),
            "postgres_types::ToSql =OrderStatus: Placed, HTTPError, r#type"
        );
        assert_eq!(
            read(
                "#[postgres(name = \"app.Mood\", allow_mismatch)] enum Mood { #[postgres(name = \"s\")] Sad }"
            ),
            "postgres_types::ToSql =app.Mood (tolerant): s"
        );
    }

    /// What postgres-derive 0.4.9 encodes.
    #[test]
    fn every_rule() {
        let variants = "{ InTransit, HTTPServer, V2Beta, Under_Score, r#type }";
        for (rule, expected) in [
            ("lowercase", "intransit, httpserver, v2beta, under_score, r#type"),
            ("UPPERCASE", "INTRANSIT, HTTPSERVER, V2BETA, UNDER_SCORE, R#TYPE"),
            ("PascalCase", "InTransit, HttpServer, V2Beta, UnderScore, RType"),
            ("camelCase", "inTransit, httpServer, v2Beta, underScore, rType"),
            ("snake_case", "in_transit, http_server, v2_beta, under_score, r_type"),
            ("SCREAMING_SNAKE_CASE", "IN_TRANSIT, HTTP_SERVER, V2_BETA, UNDER_SCORE, R_TYPE"),
            ("kebab-case", "in-transit, http-server, v2-beta, under-score, r-type"),
            ("SCREAMING-KEBAB-CASE", "IN-TRANSIT, HTTP-SERVER, V2-BETA, UNDER-SCORE, R-TYPE"),
            ("Train-Case", "In-Transit, Http-Server, V2-Beta, Under-Score, R-Type"),
        ] {
            assert_eq!(
                read(&format!("#[postgres(rename_all = {rule:?})] enum E {variants}")),
                format!("postgres_types::ToSql =E: {expected}")
            );
        }
    }

    #[test]
    fn what_is_no_enum_type() {
        for (source, expected) in [
            ("#[postgres(transparent)] enum E { A(i32) }", "is stored as its field"),
            ("#[postgres(name = \"text\", allow_mismatch)] enum E { A }", "is stored as text"),
            ("enum E { A(i32) }", "has data in the variant `A`"),
            (
                "#[postgres(rename_all = \"Title Case\")] enum E { A }",
                "is not understood: \"Title Case\" is not a rename rule",
            ),
            (
                "enum E { #[postgres(rename_all = \"lowercase\")] A }",
                "is not understood: `rename_all` is not known",
            ),
        ] {
            assert_eq!(read(source), format!("postgres_types::ToSql {expected}"), "{source}");
        }
    }
}
