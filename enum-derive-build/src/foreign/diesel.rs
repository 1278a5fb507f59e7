//! `DbEnum`, as diesel-derive-enum 1 to 3 derives it.
//!
//! The attributes are those of `derive` in `lib.rs`: of their own in 1.1.2 and 2.1.0
//! (`#[DbValueStyle = "…"]`), in `#[db_enum(…)]` in 3.0.0-beta.1. Versions of 2.0 that were in use
//! through git had more of them (`DieselTypePath`, `DieselExistingType`, `PgSchema`). The labels are those
//! of `stylize_value`. Diesel looks a type up by its very name (`quote_ident($1)::regtype` in diesel
//! 2.2.12, `pg/metadata_lookup.rs`), in the search path unless there is a schema.

use heck::ToSnakeCase;
use pg_enum_core::parse::{RenameRule, Text};
use proc_macro2::Ident;
use syn::ItemEnum;

use super::attributes::{Attributes, Value, set, the_one};
use super::sql_name::catalog_name;
use super::variants::{by_rule, labels, rule};
use super::{Codec, Demands, ForeignEnum, Read, unclear};

/// `CaseStyle::from_string`, but for `verbatim` and `verbatimcase`. Of them, 1.1.2 lacks `UPPERCASE`.
const STYLES: &[&str] =
    &["camelCase", "kebab-case", "PascalCase", "SCREAMING_SNAKE_CASE", "UPPERCASE", "snake_case"];

pub(super) fn read(item: &ItemEnum, attributes: &Attributes) -> Read<ForeignEnum> {
    let Container { existing, pg_type, schema, value_style } = Container::read(attributes)?;
    // Without a style: snake case.
    let style = match value_style {
        None => Some(RenameRule::Snake),
        Some(style) if matches!(&*style.value, "verbatim" | "verbatimcase") => None,
        Some(style) => Some(rule(&style, STYLES)?),
    };
    let labels = labels(item, rename, |ident| by_rule(style, ident))?;
    let sql_type = existing.map(|path| last_segment(&path)).transpose()?;
    let explicit = pg_type.is_some() || sql_type.is_some();
    let name = match (pg_type, &sql_type) {
        // graph-node does that.
        (Some(name), _) => catalog_name(name)?,
        (None, Some(path)) => Text { value: path.value.to_snake_case(), span: path.span },
        (None, None) => {
            Text { value: by_rule(Some(RenameRule::Snake), &item.ident)?, span: item.ident.span() }
        }
    };
    Ok(ForeignEnum {
        codec: Codec::DieselDbEnum,
        ident: item.ident.clone(),
        schema,
        name,
        folded: false,
        explicit,
        sql_type,
        demands: Demands::Exactly,
        labels,
        reads: Vec::new(),
        unread: Vec::new(),
        impls_in: None,
    })
}

/// What stands on the enum.
#[derive(Default)]
struct Container {
    /// The path of a type that diesel has already.
    existing: Option<Text>,
    pg_type: Option<Text>,
    schema: Option<Text>,
    value_style: Option<Text>,
}

impl Container {
    fn read(attributes: &Attributes) -> Read<Self> {
        let mut this = Self::default();
        for name in ["ExistingTypePath", "DieselTypePath", "DieselExistingType"] {
            attributes
                .texts(name)?
                .into_iter()
                .try_for_each(|text| set(&mut this.existing, text))?;
        }
        for (name, slot) in [
            ("PgType", &mut this.pg_type),
            ("PgSchema", &mut this.schema),
            ("DbValueStyle", &mut this.value_style),
        ] {
            attributes.texts(name)?.into_iter().try_for_each(|text| set(slot, text))?;
        }
        for argument in attributes.arguments("db_enum")? {
            match &*argument.key {
                "existing_type_path" => set(&mut this.existing, argument.into_text()?)?,
                "pg_type" => set(&mut this.pg_type, argument.into_text()?)?,
                "value_style" => set(&mut this.value_style, argument.into_text()?)?,
                // What the type is called in Rust, and what it implements.
                "diesel_type" => drop(argument.into_text()?),
                "impl_clone_on_sql_mapping" if matches!(argument.value, Value::Nothing) => {}
                _ => return argument.unknown(),
            }
        }
        // The derive refuses both at once, and which of them a condition leaves is not known here.
        match (&this.existing, &this.pg_type) {
            (Some(path), Some(_)) => unclear(path.span, "there is a path as well as a name"),
            _ => Ok(this),
        }
    }
}

/// The label that stands on a variant.
fn rename(variant: &Attributes, _: &Ident) -> Read<Option<Text>> {
    let mut texts = variant.texts("db_rename")?;
    for argument in variant.arguments("db_enum")? {
        match &*argument.key {
            "rename" => texts.push(argument.into_text()?),
            _ => return argument.unknown(),
        }
    }
    the_one(texts)
}

/// `Mood` of `crate::schema::sql_types::Mood`.
fn last_segment(path: &Text) -> Read<Text> {
    let last = path.value.rsplit("::").next().unwrap_or_default().trim();
    match syn::parse_str::<Ident>(last) {
        Ok(_) => Ok(Text { value: last.to_owned(), span: path.span }),
        Err(_) => unclear(path.span, format_args!("{:?} is not the path of a type", path.value)),
    }
}

#[cfg(test)]
mod tests {
    use crate::foreign::testing::sketch;

    fn read(source: &str) -> String {
        sketch("", &format!("#[derive(diesel_derive_enum::DbEnum)] {source}"))
    }

    #[test]
    fn the_name_and_the_labels_are_in_snake_case() {
        assert_eq!(
            read(
                "enum OrderStatus { Placed, HTTPError, V2Beta, #[db_rename = \"Why\"] Y, r#type }"
            ),
            "diesel_derive_enum::DbEnum =order_status: placed, http_error, v2_beta, Why, r_type"
        );
    }

    #[test]
    fn what_is_said_of_the_name() {
        for (said, expected) in [
            ("#[PgType = \"Just_Whatever\"] #[DieselType = \"Some\"]", "=Just_Whatever"),
            ("#[db_enum(pg_type = \"a\", diesel_type = \"B\")]", "=a"),
            ("#[PgType = \"a\"] #[PgSchema = \"app\"]", "app.=a"),
            ("#[ExistingTypePath = \"crate::schema::sql_types::Mood\"]", "by Mood"),
            (
                "#[db_enum(existing_type_path = \"sql_types::Mood\", impl_clone_on_sql_mapping)]",
                "by Mood",
            ),
            ("#[cfg_attr(feature = \"full\", ExistingTypePath = \"Mood\")]", "by Mood"),
        ] {
            assert_eq!(
                read(&format!("{said} enum E {{ A }}")),
                format!("diesel_derive_enum::DbEnum {expected}: a")
            );
        }
    }

    /// What diesel-derive-enum 2.1.0 and 3.0.0-beta.1 write.
    #[test]
    fn every_style() {
        let variants = "{ InTransit, HTTPServer, V2Beta, Under_Score, r#type }";
        for (style, expected) in [
            ("camelCase", "inTransit, httpServer, v2Beta, underScore, rType"),
            ("kebab-case", "in-transit, http-server, v2-beta, under-score, r-type"),
            ("PascalCase", "InTransit, HttpServer, V2Beta, UnderScore, RType"),
            ("SCREAMING_SNAKE_CASE", "IN_TRANSIT, HTTP_SERVER, V2_BETA, UNDER_SCORE, R_TYPE"),
            ("UPPERCASE", "INTRANSIT, HTTPSERVER, V2BETA, UNDER_SCORE, R#TYPE"),
            ("snake_case", "in_transit, http_server, v2_beta, under_score, r_type"),
            ("verbatim", "InTransit, HTTPServer, V2Beta, Under_Score, r#type"),
            ("verbatimcase", "InTransit, HTTPServer, V2Beta, Under_Score, r#type"),
        ] {
            for said in [
                format!("#[DbValueStyle = {style:?}]"),
                format!("#[db_enum(value_style = {style:?})]"),
            ] {
                assert_eq!(
                    read(&format!("{said} enum E {variants}")),
                    format!("diesel_derive_enum::DbEnum =e: {expected}")
                );
            }
        }
    }

    #[test]
    fn what_is_no_enum_type() {
        for (source, expected) in [
            ("enum E { A(i32) }", "has data in the variant `A`"),
            ("#[PgType = \"text\"] enum E { A }", "is stored as text"),
            (
                "#[DbValueStyle = \"lowercase\"] enum E { A }",
                "is not understood: \"lowercase\" is not a rename rule",
            ),
            (
                "#[PgType(x)] enum E { A }",
                "is not understood: `#[PgType]` is not followed by a text",
            ),
            (
                "#[PgType = \"a\"] #[ExistingTypePath = \"b\"] enum E { A }",
                "is not understood: there is a path as well as a name",
            ),
            (
                "#[ExistingTypePath = \"a<b>\"] enum E { A }",
                "is not understood: \"a<b>\" is not the path of a type",
            ),
            ("enum E { #[db_enum(skip)] A }", "is not understood: `skip` is not known"),
        ] {
            assert_eq!(read(source), format!("diesel_derive_enum::DbEnum {expected}"), "{source}");
        }
    }
}
