//! The attributes of other derives on the same enum, which must not say something else.
//!
//! A derive sees all attributes of its item, but not which other derives there are. So another derive is known by its
//! helper attribute, on the enum or on a variant. Without one, or where an attribute is not understood, nothing is
//! compared; `cargo pg-enum check` sees the derives themselves, and compares those as well.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use heck::{ToPascalCase, ToSnakeCase};
use proc_macro2::Span;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Ident, Lit, LitStr, Meta};

use super::{Enum, Errors, RenameRule, Text};
use crate::unquote;

/// What another derive reads: sqlx 0.5 to 0.9, postgres-derive 0.4, sea-orm-macros 0.8 to 2.0, and diesel-derive-enum 1 to
/// 3, whose attributes were of their own up to 2.
struct Other {
    derive: &'static str,
    /// The attribute with arguments.
    attribute: &'static str,
    /// Arguments, and attributes of their own, that name the type, its labels' rule and a label.
    name: &'static [&'static str],
    rule: &'static [&'static str],
    label: &'static [&'static str],
    /// Those that say neither.
    more: &'static [&'static str],
    /// Those with which the type has no name here, or is none.
    opaque: &'static [&'static str],
    /// The type's name without an attribute.
    default_name: fn(&str) -> String,
    default_rule: Option<RenameRule>,
    /// Whether the name is SQL, which is folded without quotes.
    is_sql: bool,
}

const OTHERS: [Other; 4] = [
    Other {
        derive: "sqlx::Type",
        attribute: "sqlx",
        name: &["type_name"],
        rule: &["rename_all"],
        label: &["rename"],
        more: &["no_pg_array", "default"],
        opaque: &["transparent"],
        default_name: ToString::to_string,
        default_rule: None,
        is_sql: true,
    },
    Other {
        derive: "postgres_types::ToSql",
        attribute: "postgres",
        name: &["name"],
        rule: &["rename_all"],
        label: &["name"],
        more: &["allow_mismatch"],
        opaque: &["transparent"],
        default_name: ToString::to_string,
        default_rule: None,
        is_sql: false,
    },
    Other {
        derive: "sea_orm::DeriveActiveEnum",
        attribute: "sea_orm",
        name: &["enum_name"],
        rule: &["rename_all"],
        label: &["string_value"],
        more: &["rs_type", "db_type", "display_value"],
        opaque: &["num_value", "rename"],
        default_name: |ident| ident.to_pascal_case(),
        default_rule: None,
        is_sql: true,
    },
    Other {
        derive: "diesel_derive_enum::DbEnum",
        attribute: "db_enum",
        name: &["pg_type", "PgType"],
        rule: &["value_style", "DbValueStyle"],
        label: &["rename", "db_rename"],
        more: &["diesel_type", "DieselType", "impl_clone_on_sql_mapping", "PgSchema"],
        opaque: &["existing_type_path", "ExistingTypePath", "DieselTypePath", "DieselExistingType"],
        default_name: |ident| ident.to_snake_case(),
        default_rule: Some(RenameRule::Snake),
        is_sql: false,
    },
];

/// Types of the database's own, which an enum is stored as on purpose.
const TEXTS: [&str; 6] = ["text", "varchar", "char", "bpchar", "name", "citext"];

/// What other derives on the enum say of its name, schema and labels, where `model` says something else: the first
/// difference of each of them.
///
/// ```
/// use pg_enum_core::parse::{beside, parse};
///
/// let input = syn::parse_str(
///     "#[sqlx(type_name = \"mood\")] enum Mood { #[sqlx(rename = \"sad\")] Sad }",
/// )?;
/// let (model, _) = parse(&input);
/// let error = beside(&input, &model).into_error().expect("a difference");
/// assert_eq!(
///     error.to_string(),
///     "`sqlx::Type` has the label \"sad\" for `Sad`, and `PgEnum` has \"Sad\"; let both say the same"
/// );
/// # Ok::<(), syn::Error>(())
/// ```
#[must_use]
pub fn beside(input: &DeriveInput, model: &Enum) -> Errors {
    let mut errors = Errors::default();
    // An integer is stored then, whatever the attributes say.
    if input.attrs.iter().any(|attribute| attribute.path().is_ident("repr")) {
        return errors;
    }
    for other in &OTHERS {
        if let Some((span, message)) = other.difference(input, model) {
            errors.push(span, format!("{message}; let both say the same"));
        }
    }
    errors
}

impl Other {
    fn difference(&self, input: &DeriveInput, model: &Enum) -> Option<(Span, String)> {
        let Data::Enum(data) = &input.data else { return None };
        let on_enum = self.read(&input.attrs)?;
        let mut on_variants = Vec::new();
        for variant in &data.variants {
            on_variants.push((&variant.ident, self.read(&variant.attrs)?));
        }
        let is_there = |said: &Said| said.is_there;
        if !is_there(&on_enum) && !on_variants.iter().any(|(_, said)| is_there(said)) {
            return None;
        }
        // SeaORM stores a text unless it is told not to.
        if self.attribute == "sea_orm" && !on_enum.is_enum {
            return None;
        }
        if !on_enum.is_opaque {
            let found = self.name(&on_enum, input, model)?;
            if found.is_some() {
                return found;
            }
        }
        let rule = match &on_enum.rule {
            Some(rule) if matches!(&*rule.value, "verbatim" | "verbatimcase") => None,
            Some(rule) => Some(RenameRule::from_name(&rule.value)?),
            None => self.default_rule,
        };
        on_variants.iter().find_map(|(ident, said)| {
            let ours = model.variant(ident)?;
            let (theirs, span) = match &said.label {
                Some(label) => (label.value.clone(), label.span),
                None => {
                    // Other derives keep the `r#` of a raw name.
                    let name = ident.to_string();
                    // Not all versions of heck have one opinion of other letters.
                    if said.is_opaque || rule.is_some() && !name.is_ascii() {
                        return None;
                    }
                    (rule.map_or(name.clone(), |rule| rule.apply(&name)), ident.span())
                }
            };
            (theirs != ours.label.value).then(|| {
                let derive = self.derive;
                let ours = &ours.label.value;
                let message = format!(
                    "`{derive}` has the label {theirs:?} for `{ident}`, and `PgEnum` has {ours:?}"
                );
                (span, message)
            })
        })
    }

    /// The difference in the type's name or schema. The outer `None` if there is nothing to compare at all.
    #[expect(clippy::option_option, reason = "no comparison and no difference are two things")]
    fn name(
        &self,
        said: &Said,
        input: &DeriveInput,
        model: &Enum,
    ) -> Option<Option<(Span, String)>> {
        let ident = input.ident.to_string();
        let (text, span) = match &said.name {
            Some(name) => (name.value.clone(), name.span),
            None => ((self.default_name)(&ident), input.ident.span()),
        };
        let (schema, name, is_folded) =
            if self.is_sql { sql_name(&text)? } else { (None, text.clone(), false) };
        if TEXTS.contains(&&*name.to_lowercase()) {
            return None;
        }
        let same_name = if is_folded {
            name.to_lowercase() == model.name.value.to_lowercase()
        } else {
            name == model.name.value
        };
        let same_schema = match (&schema, &model.schema) {
            (Some(theirs), Some(ours)) => *theirs == ours.value,
            _ => true,
        };
        if same_name && same_schema {
            return Some(None);
        }
        let ours = match &model.schema {
            Some(schema) => format!("{}.{}", schema.value, model.name.value),
            None => model.name.value.clone(),
        };
        let derive = self.derive;
        Some(Some((span, format!("`{derive}` has the type {text:?}, and `PgEnum` has {ours:?}"))))
    }

    /// What attributes say. `None` if one of this derive's is not understood.
    fn read(&self, attributes: &[Attribute]) -> Option<Said> {
        let mut said = Said::default();
        for attribute in attributes {
            match &attribute.meta {
                Meta::List(list) if list.path.is_ident(self.attribute) => {
                    let mut is_understood = true;
                    list.parse_nested_meta(|meta| {
                        let text = match meta.value() {
                            Ok(value) => Some(value.parse::<LitStr>()?),
                            Err(_) => None,
                        };
                        let key = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
                        is_understood &= self.add(&mut said, &key, text.as_ref());
                        Ok(())
                    })
                    .ok()
                    .filter(|()| is_understood)?;
                }
                Meta::NameValue(pair) => {
                    let key = pair.path.get_ident().map(Ident::to_string).unwrap_or_default();
                    // Those of the other derives have arguments.
                    if !key.starts_with("db_rename") && !key.starts_with(char::is_uppercase) {
                        continue;
                    }
                    if let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value {
                        self.add(&mut said, &key, Some(text));
                    }
                }
                _ => {}
            }
        }
        Some(said)
    }

    /// Notes an argument, or an attribute of its own. Whether it is known.
    fn add(&self, said: &mut Said, key: &str, text: Option<&LitStr>) -> bool {
        let value = || text.map(|text| Text { value: text.value(), span: text.span() });
        let keys = |keys: &[&str]| keys.contains(&key);
        if keys(self.opaque) {
            said.is_opaque = true;
        } else if keys(self.name) {
            said.name = value();
            // On a variant, postgres-types has the label under the same name.
            said.label = value();
        } else if keys(self.rule) {
            said.rule = value();
        } else if keys(self.label) {
            said.label = value();
        } else if key == "db_type" {
            said.is_enum = text.is_some_and(|text| text.value() == "Enum");
        } else if !keys(self.more) {
            return false;
        }
        said.is_there = true;
        true
    }
}

/// What the attributes of another derive say, on the enum or on a variant.
#[derive(Default)]
struct Said {
    is_there: bool,
    name: Option<Text>,
    rule: Option<Text>,
    label: Option<Text>,
    is_opaque: bool,
    is_enum: bool,
}

/// A name in SQL: the schema, the name, and whether it is folded.
fn sql_name(text: &str) -> Option<(Option<String>, String, bool)> {
    let (first, first_quoted, rest) = part(text)?;
    match rest.strip_prefix('.') {
        None => rest.is_empty().then_some((None, first, !first_quoted)),
        Some(rest) => {
            let (name, quoted, rest) = part(rest)?;
            let schema = if first_quoted { first } else { first.to_lowercase() };
            rest.is_empty().then_some((Some(schema), name, !quoted))
        }
    }
}

fn part(text: &str) -> Option<(String, bool, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (part, rest) = unquote(quoted)?;
        return Some((part, true, rest));
    }
    let end = text.find(['.', '"']).unwrap_or(text.len());
    let (part, rest) = text.split_at(end);
    (!part.is_empty()).then(|| (part.into(), false, rest))
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use super::beside;
    use crate::parse::parse;

    fn said(source: &str) -> String {
        let input = syn::parse_str(source).unwrap();
        let (model, errors) = parse(&input);
        assert!(errors.is_empty(), "{source}");
        let error = beside(&input, &model).into_error();
        error.map_or(String::new(), |error| {
            error.to_string().trim_end_matches("; let both say the same").to_string()
        })
    }

    #[test]
    fn what_says_the_same_is_nothing() {
        for source in [
            "enum Mood { Sad }",
            "#[sqlx(type_name = \"mood\")] enum Mood { Sad }",
            "#[sqlx(type_name = \"App.MOOD\", no_pg_array)] #[pg_enum(schema = \"app\")] enum Mood { Sad }",
            "#[sqlx(type_name = \"app.mood\")] enum Mood { Sad }",
            "#[sqlx(type_name = \"\\\"Mood\\\"\", rename_all = \"lowercase\")]
             #[pg_enum(name = \"Mood\", rename_all = \"lowercase\")] enum Mood { Sad }",
            "#[pg_enum(rename_all = \"snake_case\")] #[PgType = \"mood\"] enum Mood { SoSad }",
            "#[pg_enum(name = \"x\", rename_all = \"snake_case\")] #[ExistingTypePath = \"a::B\"] enum Mood { SoSad }",
            "#[postgres(name = \"mood\")] enum Mood { #[postgres(name = \"s\")] #[pg_enum(rename = \"s\")] Sad }",
            "#[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"mood\")]
             enum Mood { #[sea_orm(string_value = \"Sad\")] Sad }",
            // It is stored in another way.
            "#[sqlx(type_name = \"text\")] enum Mood { #[sqlx(rename = \"s\")] Sad }",
            "#[repr(u8)] #[sqlx(type_name = \"x\")] enum Mood { Sad }",
            "#[sea_orm(rs_type = \"String\", db_type = \"Text\")] enum Mood { #[sea_orm(string_value = \"S\")] Sad }",
            // It is not understood.
            "#[sqlx(colour = \"x\", type_name = \"x\")] enum Mood { Sad }",
            "#[serde(rename_all = \"lowercase\")] #[doc = \"x\"] enum Mood { Sad }",
        ] {
            assert_eq!(said(source), "", "{source}");
        }
    }

    #[test]
    fn differences_are_told() {
        for (source, expected) in [
            (
                "#[sqlx(type_name = \"feeling\")] enum Mood { Sad }",
                "`sqlx::Type` has the type \"feeling\", and `PgEnum` has \"mood\"",
            ),
            (
                "#[sqlx(rename_all = \"lowercase\")] enum RoadPhase { Sad }",
                "`sqlx::Type` has the type \"RoadPhase\", and `PgEnum` has \"road_phase\"",
            ),
            (
                "#[sqlx(type_name = \"a.mood\")] #[pg_enum(schema = \"b\")] enum Mood { Sad }",
                "`sqlx::Type` has the type \"a.mood\", and `PgEnum` has \"b.mood\"",
            ),
            (
                "#[sqlx(type_name = \"mood\", rename_all = \"lowercase\")] enum Mood { Sad }",
                "`sqlx::Type` has the label \"sad\" for `Sad`, and `PgEnum` has \"Sad\"",
            ),
            (
                "#[sqlx(type_name = \"mood\")] enum Mood { r#type }",
                "`sqlx::Type` has the label \"r#type\" for `r#type`, and `PgEnum` has \"type\"",
            ),
            (
                "#[postgres(name = \"Mood\")] enum Mood { Sad }",
                "`postgres_types::ToSql` has the type \"Mood\", and `PgEnum` has \"mood\"",
            ),
            (
                "#[db_enum(pg_type = \"mood\")] enum Mood { Sad }",
                "`diesel_derive_enum::DbEnum` has the label \"sad\" for `Sad`, and `PgEnum` has \"Sad\"",
            ),
            (
                "enum Mood { #[db_rename = \"s\"] Sad }",
                "`diesel_derive_enum::DbEnum` has the label \"s\" for `Sad`, and `PgEnum` has \"Sad\"",
            ),
            (
                "#[sea_orm(db_type = \"Enum\", enum_name = \"mood\")] enum Mood { #[sea_orm(string_value = \"s\")] Sad }",
                "`sea_orm::DeriveActiveEnum` has the label \"s\" for `Sad`, and `PgEnum` has \"Sad\"",
            ),
        ] {
            assert_eq!(said(source), expected, "{source}");
        }
    }
}
