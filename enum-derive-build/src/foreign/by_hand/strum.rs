//! What strum's derives write and read, which code that is written by hand calls.
//!
//! `Display`, `AsRefStr` and `IntoStaticStr` write `to_string`, or the longest `serialize`, or the variant's name by
//! `serialize_all`; `EnumString` reads each of these that is given, or the name (`get_preferred_name` and
//! `get_serializations` in `strum_macros/src/helpers/variant_props.rs`, 0.27).

use pg_enum_core::parse::{RenameRule, Text};
use syn::ItemEnum;
use syn::ext::IdentExt;

use super::value::{Literal, Texts, Value, Variants};
use crate::foreign::Imports;
use crate::foreign::attributes::{Argument, Attributes, Value as Said};

/// The crates that have the derives.
const HOMES: &[&str] = &["strum", "strum_macros"];

/// What the derives of an enum write and read.
#[derive(Default)]
pub(super) struct Strum {
    /// The names of those that there are.
    derives: Vec<&'static str>,
    written: Texts,
    read: Variants,
}

impl Strum {
    /// Those of an enum; none if their attributes are not understood.
    pub(super) fn of(item: &ItemEnum, imports: &Imports) -> Self {
        Self::read(item, imports).unwrap_or_default()
    }

    fn read(item: &ItemEnum, imports: &Imports) -> Option<Self> {
        let attributes = Attributes::of(&item.attrs);
        let paths = attributes.derives();
        let is_derived =
            |name: &&str| paths.iter().any(|path| imports.means(path, &[*name], HOMES, false));
        let all = ["Display", "AsRefStr", "IntoStaticStr", "EnumString"];
        let derives: Vec<&'static str> = all.into_iter().filter(is_derived).collect();
        if derives.is_empty() {
            return None;
        }
        let of_enum = attributes.arguments("strum").ok()?;
        let said = |arguments: &[Argument], key: &str| {
            let all = arguments.iter().filter(|one| one.key == key);
            all.map(|one| match &one.value {
                Said::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect::<Option<Vec<Text>>>()
        };
        let one = |key: &str| Some(said(&of_enum, key)?.into_iter().next());
        let rule = match one("serialize_all")? {
            Some(rule) => Some(RenameRule::from_name(&rule.value)?),
            None => None,
        };
        let affix = |key: &str| Some(one(key)?.map(|text| text.value).unwrap_or_default());
        let (prefix, suffix) = (affix("prefix")?, affix("suffix")?);
        // It reads more than what is listed.
        let reads_more = |arguments: &[Argument]| {
            arguments.iter().any(|one| matches!(&*one.key, "ascii_case_insensitive" | "default"))
        };
        let mut this = Self { derives, written: Texts::default(), read: Variants::default() };
        this.read.others = reads_more(&of_enum);
        for variant in &item.variants {
            let arguments = Attributes::of(&variant.attrs).arguments("strum").ok()?;
            let name = variant.ident.to_string();
            if arguments.iter().any(|one| one.key == "disabled") {
                this.written.of.push((name, None));
                continue;
            }
            this.read.others |= reads_more(&arguments);
            let to_string = said(&arguments, "to_string")?.into_iter().next();
            let mut given = said(&arguments, "serialize")?;
            // Of several, the last of the longest.
            let longest = given.iter().max_by_key(|text| text.value.len()).cloned();
            let plain = variant.ident.unraw().to_string();
            let plain = Text {
                value: rule.map_or_else(|| plain.clone(), |rule| rule.apply(&plain)),
                span: variant.ident.span(),
            };
            let written = to_string.clone().or(longest).unwrap_or_else(|| plain.clone());
            given.extend(to_string);
            if given.is_empty() {
                given.push(plain);
            }
            let literal = |value: String, text: &Text| Literal { value, span: text.span };
            let label = literal(format!("{prefix}{}{suffix}", written.value), &written);
            this.written.of.push((name.clone(), Some(label)));
            let read = given.iter().map(|text| (literal(text.value.clone(), text), name.clone()));
            this.read.of.extend(read);
        }
        Some(this)
    }

    /// What the function of that name of one of the derives comes to, if there is one.
    pub(super) fn value(&self, function: &str) -> Option<Value> {
        let derive = match function {
            "to_string" | "fmt" => "Display",
            "as_ref" => "AsRefStr",
            "into" => "IntoStaticStr",
            "from_str" | "try_from" => "EnumString",
            _ => return None,
        };
        if !self.derives.contains(&derive) {
            return None;
        }
        Some(match derive {
            "EnumString" => Value::Variants(self.read.clone()),
            _ => Value::Texts(self.written.clone()),
        })
    }
}
