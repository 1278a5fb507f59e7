//! Decides which attributes an enum needs, and which follow from its names.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use pg_enum_core::parse::RenameRule;
use pg_enum_core::{Definition, is_built_in_type};

use super::names;
use crate::catalog::EnumType;

/// An enum to write.
pub(crate) struct Enum<'a> {
    pub(crate) found: &'a EnumType,
    pub(crate) ident: String,
    /// The attribute `name`, if it does not follow from the identifier.
    pub(crate) name: Option<&'a str>,
    /// The attribute `schema`, if the type is not in the default schema.
    pub(crate) schema: Option<&'a str>,
    pub(crate) rename_all: Option<&'static str>,
    pub(crate) variants: Vec<Variant<'a>>,
}

pub(crate) struct Variant<'a> {
    pub(crate) ident: String,
    /// The attribute `rename`, if the label does not follow from the identifier.
    pub(crate) rename: Option<&'a str>,
}

/// The rules, in order of preference: a single lowercase word fits three of them, and a label added later may have
/// two words.
const RULES: [&str; 10] = [
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "camelCase",
    "Title Case",
    "Train-Case",
    "SCREAMING-KEBAB-CASE",
    "lowercase",
    "UPPERCASE",
    "PascalCase",
];

/// The enums for the types that `wanted` accepts, and the reasons why some types are left out.
///
/// `all` contains all types: if several have the same name, each gets the attribute `schema`.
pub(crate) fn enums(
    all: &[EnumType],
    wanted: impl Fn(&EnumType) -> bool,
) -> (Vec<Enum<'_>>, Vec<String>) {
    let mut alike: BTreeMap<&str, usize> = BTreeMap::new();
    for found in all {
        *alike.entry(&found.name).or_default() += 1;
    }
    let (mut types, mut left_out) = (Vec::new(), Vec::new());
    for found in all.iter().filter(|found| wanted(found)) {
        match unfit(found) {
            Some(reason) => left_out.push(format!("{} is left out: {reason}", found.type_name())),
            None => types.push(found),
        }
    }
    let idents = names::enums(&types);
    let enums = types.into_iter().zip(idents).map(|(found, ident)| {
        let bare = found.at_home && alike[&*found.name] == 1 && !is_built_in_type(&found.name);
        let mut labels: Vec<&str> = found.labels.iter().map(String::as_str).collect();
        labels.retain(|label| !found.retired.iter().any(|retired| retired == label));
        let (rename_all, variants) = variants(&labels);
        Enum {
            name: (ident.to_snake_case() != found.name).then_some(&*found.name),
            schema: (!bare).then_some(&*found.schema),
            found,
            ident,
            rename_all,
            variants,
        }
    });
    (enums.collect(), left_out)
}

/// The reason why no enum can have this type.
fn unfit(found: &EnumType) -> Option<String> {
    if found.labels.is_empty() {
        return Some("it has no labels, so its enum would have no variants".to_owned());
    }
    let labels: Vec<&str> = found.labels.iter().map(String::as_str).collect();
    let definition = Definition::new(&found.name, &labels).in_schema(&found.schema);
    definition.violations().next().map(|violation| violation.to_string())
}

/// The variants, and the rename rule that most labels follow, if it needs fewer `rename` attributes than no rule.
fn variants<'a>(labels: &[&'a str]) -> (Option<&'static str>, Vec<Variant<'a>>) {
    let idents = names::variants(labels);
    let name = best_rule(&idents, labels);
    let rule = name.and_then(RenameRule::from_name);
    let variants = idents.into_iter().zip(labels).map(|(ident, label)| {
        let renamed = by(rule, &ident) != *label;
        Variant { ident, rename: renamed.then_some(*label) }
    });
    (name, variants.collect())
}

/// The rename rule that gives most variants with these names their labels, if it gives more than no rule does.
pub(crate) fn best_rule(idents: &[String], labels: &[impl AsRef<str>]) -> Option<&'static str> {
    let follow = |rule: Option<RenameRule>| {
        let labels = labels.iter().map(AsRef::as_ref);
        idents.iter().zip(labels).filter(|(ident, label)| by(rule, ident) == *label).count()
    };
    let mut best = (None, follow(None));
    for name in RULES {
        let count = follow(RenameRule::from_name(name));
        if count > best.1 && 2 * count > labels.len() {
            best = (Some(name), count);
        }
    }
    best.0
}

/// The label that the derive gives to a variant with this name.
fn by(rule: Option<RenameRule>, ident: &str) -> String {
    rule.map_or_else(|| ident.to_owned(), |rule| rule.apply(ident))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(labels: &[&str], rule: Option<&str>, spelled_out: &[&str]) {
        let (name, variants) = variants(labels);
        assert_eq!(name, rule);
        let renames: Vec<_> = variants.iter().filter_map(|variant| variant.rename).collect();
        assert_eq!(renames, spelled_out);
    }

    #[test]
    fn every_rule_is_tried() {
        let mut rules = RULES;
        let mut names = RenameRule::NAMES;
        rules.sort_unstable();
        names.sort_unstable();
        assert_eq!(rules, names);
    }

    #[test]
    fn one_rule_for_most_labels() {
        check(&["Sad", "Happy"], None, &[]);
        check(&["sad", "happy"], Some("snake_case"), &[]);
        check(&["SAD", "VERY_HAPPY"], Some("SCREAMING_SNAKE_CASE"), &[]);
        check(&["sad", "very-happy"], Some("kebab-case"), &[]);
        check(&["sad", "veryHappy", "it's"], Some("camelCase"), &["it's"]);
        check(&["Sad", "Very happy", "Very Sad"], Some("Title Case"), &["Very happy"]);
        check(&["2fa", "self", "totp"], Some("snake_case"), &[]);
    }

    #[test]
    fn no_rule_for_few() {
        check(&["sad", "Happy", "+", "-"], None, &["sad", "+", "-"]);
        check(&["+"], None, &["+"]);
        check(&["sad", "Sad"], None, &["sad", "Sad"]);
    }
}
