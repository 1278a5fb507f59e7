//! `DeriveActiveEnum`, as SeaORM 0.8 to 2.0 derive it.
//!
//! The rules are those of `derives/active_enum.rs` and of `strum/helpers/case_style.rs` in sea-orm-macros
//! 0.8.0, 0.12.15, 1.1.17 and 2.0.0. A label is a variant's `string_value`, or its `rename`, or
//! `rename_all`; without any of them there is none. There is no attribute for a schema.

use pg_enum_core::parse::{RenameRule, Text};
use proc_macro2::Ident;
use syn::ItemEnum;

use super::attributes::{Attributes, set, the_one};
use super::sql_name::{SqlName, sql_name};
use super::variants::{by_rule, labels, rule};
use super::{Codec, Demands, ForeignEnum, Read, Why, refuse, unclear};

/// `FromStr for CaseStyle` in `case_style.rs`. `RenameRule` reads them as SeaORM does, since both have
/// them from strum.
const RULES: &[&str] = &[
    "camel_case",
    "PascalCase",
    "camelCase",
    "snake_case",
    "snek_case",
    "kebab_case",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
    "shouty_snake_case",
    "shouty_snek_case",
    "SCREAMING_SNAKE_CASE",
    "title_case",
    "mixed_case",
    "lowercase",
    "UPPERCASE",
];

pub(super) fn read(item: &ItemEnum, attributes: &Attributes) -> Read<ForeignEnum> {
    let (mut enum_name, mut rename_all, mut db_type, mut rs_type) = (None, None, None, None);
    for argument in attributes.arguments("sea_orm")? {
        match &*argument.key {
            "enum_name" => set(&mut enum_name, argument.into_text()?)?,
            "rename_all" => set(&mut rename_all, argument.into_text()?)?,
            "db_type" => set(&mut db_type, argument.into_text()?)?,
            "rs_type" => set(&mut rs_type, argument.into_text()?)?,
            _ => return argument.unknown(),
        }
    }
    match db_type {
        Some(db_type) if db_type.value == "Enum" => {}
        Some(db_type) => return refuse(db_type.span, Why::StoredAs(db_type.value)),
        None => return unclear(item.ident.span(), "there is no `db_type`"),
    }
    // 2.0 does without it, and has `Enum` as well.
    if let Some(rs_type) = rs_type
        && !["String", "Enum"].contains(&&*rs_type.value)
    {
        return refuse(rs_type.span, Why::StoredAs(rs_type.value));
    }
    let rename_all = rename_all.map(|name| rule(&name, RULES)).transpose()?;
    let labels = labels(item, label, |ident| match rename_all {
        Some(rule) => by_rule(Some(rule), ident),
        None => unclear(ident.span(), format_args!("`{ident}` has no label")),
    })?;
    let explicit = enum_name.is_some();
    let enum_name = match enum_name {
        Some(name) => name,
        None => {
            Text { value: by_rule(Some(RenameRule::Pascal), &item.ident)?, span: item.ident.span() }
        }
    };
    // The name follows on `CAST($1 AS`: as it stands up to sea-query 0.32 (`AsEnum` in
    // `backend/postgres/query.rs`), where the server folds it, and in quotes from 1.0 on.
    let SqlName { schema, name, folded } = sql_name(&enum_name)?;
    Ok(ForeignEnum {
        codec: Codec::SeaOrmActiveEnum,
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

/// The label that a variant's own attributes give it.
fn label(variant: &Attributes, ident: &Ident) -> Read<Option<Text>> {
    let (mut string_values, mut renames) = (Vec::new(), Vec::new());
    for argument in variant.arguments("sea_orm")? {
        match &*argument.key {
            "string_value" => string_values.push(argument.into_text()?),
            "rename" => renames.push(argument.into_text()?),
            "num_value" => return refuse(argument.span, Why::Integer),
            // `DeriveDisplay`'s.
            "display_value" => {}
            _ => return argument.unknown(),
        }
    }
    if let Some(value) = the_one(string_values)? {
        return Ok(Some(value));
    }
    let Some(name) = the_one(renames)? else { return Ok(None) };
    Ok(Some(Text { value: by_rule(Some(rule(&name, RULES)?), ident)?, span: name.span }))
}

#[cfg(test)]
mod tests {
    use crate::foreign::testing::sketch;

    fn read(source: &str) -> String {
        sketch("", &format!("#[derive(EnumIter, DeriveActiveEnum)] {source}"))
    }

    fn as_enum(said: &str, source: &str) -> String {
        read(&format!("#[sea_orm(rs_type = \"String\", db_type = \"Enum\"{said})] {source}"))
    }

    #[test]
    fn the_name_and_the_labels() {
        assert_eq!(
            as_enum(
                ", enum_name = \"tea\", rename_all = \"snake_case\"",
                r#"enum Tea {
                    #[sea_orm(string_value = "EverydayTea", display_value = "Everyday")] Everyday,
                    #[sea_orm(rename = "kebab-case")] BreakfastTea,
                    GreenTea,
                }"#
            ),
            "sea_orm::DeriveActiveEnum ~tea: EverydayTea, breakfast-tea, green_tea"
        );
        assert_eq!(
            as_enum("", "enum HTTPTea { #[sea_orm(string_value = \"\")] A }"),
            "sea_orm::DeriveActiveEnum ~HttpTea: "
        );
    }

    /// What SeaORM 1.1.20 and 2.0.4 encode.
    #[test]
    fn every_rule() {
        let variants = "{ InTransit, HTTPServer, V2Beta, Under_Score, r#type }";
        for (rule, expected) in [
            ("camel_case", "InTransit, HttpServer, V2Beta, UnderScore, RType"),
            ("PascalCase", "InTransit, HttpServer, V2Beta, UnderScore, RType"),
            ("camelCase", "inTransit, httpServer, v2Beta, underScore, rType"),
            ("mixed_case", "inTransit, httpServer, v2Beta, underScore, rType"),
            ("snake_case", "in_transit, http_server, v2_beta, under_score, r_type"),
            ("snek_case", "in_transit, http_server, v2_beta, under_score, r_type"),
            ("kebab_case", "in-transit, http-server, v2-beta, under-score, r-type"),
            ("kebab-case", "in-transit, http-server, v2-beta, under-score, r-type"),
            ("SCREAMING-KEBAB-CASE", "IN-TRANSIT, HTTP-SERVER, V2-BETA, UNDER-SCORE, R-TYPE"),
            ("shouty_snake_case", "IN_TRANSIT, HTTP_SERVER, V2_BETA, UNDER_SCORE, R_TYPE"),
            ("shouty_snek_case", "IN_TRANSIT, HTTP_SERVER, V2_BETA, UNDER_SCORE, R_TYPE"),
            ("SCREAMING_SNAKE_CASE", "IN_TRANSIT, HTTP_SERVER, V2_BETA, UNDER_SCORE, R_TYPE"),
            ("title_case", "In Transit, Http Server, V2 Beta, Under Score, R Type"),
            ("lowercase", "intransit, httpserver, v2beta, under_score, r#type"),
            ("UPPERCASE", "INTRANSIT, HTTPSERVER, V2BETA, UNDER_SCORE, R#TYPE"),
        ] {
            assert_eq!(
                as_enum(&format!(", rename_all = {rule:?}"), &format!("enum E {variants}")),
                format!("sea_orm::DeriveActiveEnum ~E: {expected}")
            );
        }
    }

    #[test]
    fn what_is_no_enum_type() {
        for (source, expected) in [
            (
                "#[sea_orm(rs_type = \"String\", db_type = \"String(StringLen::N(1))\")] enum E { A }",
                "is stored as String(StringLen::N(1))",
            ),
            (
                "#[sea_orm(rs_type = \"i32\", db_type = \"Integer\")] enum E { A = 1 }",
                "is stored as Integer",
            ),
            (
                "#[sea_orm(rs_type = \"i32\", db_type = \"Enum\")] enum E { A = 1 }",
                "is stored as i32",
            ),
            ("enum E { A }", "is not understood: there is no `db_type`"),
            ("#[sea_orm(db_type = \"Enum\")] enum E { A }", "is not understood: `A` has no label"),
            (
                "#[sea_orm(db_type = \"Enum\")] enum E { #[sea_orm(num_value = 1)] A }",
                "is stored as an integer",
            ),
            (
                "#[sea_orm(db_type = \"Enum\", rename_all = \"Train-Case\")] enum E { A }",
                "is not understood: \"Train-Case\" is not a rename rule",
            ),
        ] {
            assert_eq!(read(source), format!("sea_orm::DeriveActiveEnum {expected}"), "{source}");
        }
    }
}
