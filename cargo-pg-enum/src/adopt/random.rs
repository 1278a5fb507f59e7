//! Random enums under each derive: what the derive reads of the rewritten enum is what the codec had.

use std::fmt::Write;

use pg_enum_build::foreign::{Codec, Imports, Reading, read};
use pg_enum_build::scan::parse_file;
use pg_enum_core::parse::{parse, validate};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::attributes::flattened;
use super::file::rewrite;
use super::lookup::spelled;
use super::reorder::reordered;
use super::target::{Target, labels};

/// An enum under a derive, as text.
#[derive(Debug, Clone)]
struct Source {
    codec: Codec,
    /// Whether all of it is in `cfg_attr`.
    is_conditional: bool,
    rule: Option<&'static str>,
    name: Option<&'static str>,
    variants: Vec<(&'static str, Option<&'static str>)>,
    layout: Layout,
}

#[derive(Debug, Clone, Copy)]
struct Layout {
    newline: &'static str,
    indentation: &'static str,
    comment: &'static str,
    is_one_line: bool,
}

const IDENTS: [&str; 12] = [
    "Sad",
    "VeryHappy",
    "HTTPServer",
    "V2Beta",
    "snake_case",
    "r#type",
    "A",
    "Under_Score",
    "X1",
    "Straße",
    "Ünder",
    "r#Match",
];
const LABELS: [&str; 9] =
    ["sad", "Sad", "very happy", "it's", "\"", "\\", "ünder", "VERY-HAPPY", "type"];
const NAMES: [&str; 5] = ["mood", "Mood", "app_mood", "MOOD", "feel"];

fn rules(codec: Codec) -> Vec<Option<&'static str>> {
    let rules: &[&str] = match codec {
        Codec::DieselDbEnum => &["snake_case", "camelCase", "verbatim", "UPPERCASE", "kebab-case"],
        Codec::PostgresTypes => &["snake_case", "lowercase", "Train-Case", "SCREAMING-KEBAB-CASE"],
        Codec::SeaOrmActiveEnum => &["snake_case", "camel_case", "title_case", "kebab_case"],
        _ => &["snake_case", "lowercase", "UPPERCASE", "camelCase", "PascalCase", "kebab-case"],
    };
    [None].into_iter().chain(rules.iter().copied().map(Some)).collect()
}

fn source() -> impl Strategy<Value = Source> {
    let codec = select(vec![
        Codec::SqlxType,
        Codec::DieselDbEnum,
        Codec::PostgresTypes,
        Codec::SeaOrmActiveEnum,
    ]);
    let layout = (
        select(vec!["\n", "\r\n"]),
        select(vec!["", "  ", "\t", "    "]),
        select(vec!["", " // a comment", " /* one */"]),
        any::<bool>(),
    );
    let layout = layout.prop_map(|(newline, indentation, comment, is_one_line)| Layout {
        newline,
        indentation,
        comment: if is_one_line && comment.contains("//") { "" } else { comment },
        is_one_line,
    });
    let label = proptest::option::weighted(0.4, select(LABELS.to_vec()));
    let variants = subsequence(IDENTS.to_vec(), 1..=6).prop_flat_map(move |idents| {
        let count = idents.len();
        (Just(idents), proptest::collection::vec(label.clone(), count))
    });
    let name = proptest::option::of(select(NAMES.to_vec()));
    (codec, any::<bool>(), name, variants, layout).prop_flat_map(
        |(codec, is_conditional, name, (idents, labels), layout)| {
            let variants: Vec<_> = idents.into_iter().zip(labels).collect();
            select(rules(codec)).prop_map(move |rule| Source {
                codec,
                is_conditional,
                rule,
                name,
                variants: variants.clone(),
                layout,
            })
        },
    )
}

impl Source {
    fn text(&self) -> String {
        let Layout { newline, indentation, comment, is_one_line } = self.layout;
        let end = if is_one_line { " " } else { newline };
        let (derives, attribute, keys) = match self.codec {
            Codec::DieselDbEnum => {
                ("diesel_derive_enum::DbEnum", "db_enum", ["pg_type", "value_style", "rename"])
            }
            Codec::PostgresTypes => (
                "postgres_types::ToSql, postgres_types::FromSql",
                "postgres",
                ["name", "rename_all", "name"],
            ),
            Codec::SeaOrmActiveEnum => (
                "EnumIter, sea_orm::DeriveActiveEnum",
                "sea_orm",
                ["enum_name", "rename_all", "string_value"],
            ),
            _ => ("sqlx::Type", "sqlx", ["type_name", "rename_all", "rename"]),
        };
        let attributed = |inner: String| {
            if self.is_conditional {
                format!("#[cfg_attr(feature = \"db\", {inner})]")
            } else {
                format!("#[{inner}]")
            }
        };
        let mut text = format!("{newline}mod a {{{newline}");
        let mut line = |line: &str| {
            // Writing to a string does not fail.
            let _ = write!(text, "{indentation}{line}{comment}{end}");
        };
        line(&attributed(format!("derive(Debug, {derives}, Clone)")));
        let mut arguments: Vec<String> = Vec::new();
        if self.codec == Codec::SeaOrmActiveEnum {
            arguments.push("rs_type = \"String\", db_type = \"Enum\"".to_owned());
        }
        arguments.extend(self.name.map(|name| format!("{} = {name:?}", keys[0])));
        arguments.extend(self.rule.map(|rule| format!("{} = {rule:?}", keys[1])));
        if !arguments.is_empty() {
            line(&attributed(format!("{attribute}({})", arguments.join(", "))));
        }
        line("pub enum Mood {");
        for (ident, label) in &self.variants {
            if let Some(label) = label {
                line(&attributed(format!("{attribute}({} = {label:?})", keys[2])));
            }
            line(&format!("{ident},"));
        }
        line("}");
        text + newline + "}" + newline + "fn after() {}" + newline
    }
}

/// The enum in a file.
fn enum_of(text: &str) -> syn::ItemEnum {
    let file = parse_file(text).expect("a file");
    let syn::Item::Mod(module) = file.items.into_iter().next().expect("a module") else {
        panic!("a module");
    };
    let items = module.content.expect("items").1;
    let item = items.into_iter().find_map(|item| match item {
        syn::Item::Enum(item) => Some(item),
        _ => None,
    });
    item.expect("an enum")
}

/// What there is apart from attributes.
fn without_attributes(text: &str) -> String {
    let text = text.split("#[").map(|part| part.split_once(")]").map_or(part, |(_, rest)| rest));
    text.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_definition_stays(source in source()) {
        let text = source.text();
        let item = enum_of(&text);
        let readings = read(&item, &Imports::default());
        let [Reading::Enum(reading)] = &readings[..] else { return Ok(()) };
        let (schema, name) = spelled(reading, "sqlx", &[]).unwrap();
        let target = Target {
            ident: "Mood".to_owned(),
            at: item.ident.span().start(),
            codecs: vec![reading.codec],
            is_derived: false,
            schema,
            name: name.clone(),
            labels: labels(reading).unwrap(),
            order: None,
            sql_type: None,
            impls_in: None,
            is_external: false,
            has_one_strum: true,
            krate: "pg_enum".to_owned(),
        };
        let rewritten = rewrite(&text, std::slice::from_ref(&target)).unwrap();
        let mut texts: Vec<&str> = target.labels.iter().map(|label| &*label.text).collect();
        texts.sort_unstable();
        texts.dedup();
        if texts.len() < target.labels.len() || texts.contains(&"") {
            prop_assert!(rewritten.refusals[0].is_some());
            prop_assert_eq!(rewritten.text, text);
            return Ok(());
        }
        prop_assert_eq!(&rewritten.refusals, &[None], "{}", text);
        let item = flattened(&enum_of(&rewritten.text), &rewritten.text).unwrap();
        let (model, mut errors) = parse(&item.into());
        errors.append(validate(&model));
        prop_assert!(errors.is_empty(), "{}", rewritten.text);
        prop_assert_eq!(&model.name.value, &name);
        let ours: Vec<_> = model.variants.iter().map(|variant| variant.label.value.clone()).collect();
        let theirs: Vec<_> =
            reading.labels.iter().map(|label| label.text.value.clone()).collect();
        prop_assert_eq!(ours, theirs, "{}", rewritten.text);
        // What is between the attributes stays.
        let mut after = without_attributes(&rewritten.text);
        if reading.codec == Codec::DieselDbEnum {
            after = after.replace(
                "/// The SQL type of [`Mood`] in Diesel. pub type MoodMapping = pg_enum::diesel::Sql<Mood>; ",
                "",
            );
        }
        prop_assert_eq!(after, without_attributes(&text));
        prop_assert!(!rewritten.text.replace("\r\n", "").contains('\n') || source.layout.newline == "\n");
        // A second time, there is nothing to do.
        prop_assert!(read(&enum_of(&rewritten.text), &Imports::default()).is_empty());
    }

    #[test]
    fn another_order_and_back(source in source(), seed in any::<u64>()) {
        let text = source.text();
        let names = |text: &str| {
            let item = enum_of(text);
            item.variants.iter().map(|variant| variant.ident.to_string()).collect::<Vec<_>>()
        };
        let before = names(&text);
        let mut order: Vec<usize> = (0..before.len()).collect();
        order.sort_by_key(|index| (seed >> (index % 48)) & 0xffff);
        let mut back = order.clone();
        for (place, index) in order.iter().enumerate() {
            back[*index] = place;
        }
        let after = reordered(&text, &enum_of(&text), &order).unwrap();
        let expected: Vec<_> = order.iter().map(|index| before[*index].clone()).collect();
        prop_assert_eq!(names(&after), expected, "{}", after);
        prop_assert_eq!(reordered(&after, &enum_of(&after), &back).unwrap(), text);
    }
}
