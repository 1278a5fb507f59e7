//! One enum: what its derives and attributes become.

use pg_enum_build::foreign::{Codec, Imports};
use pg_enum_core::parse::RenameRule;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{ItemEnum, Meta, Variant};

use super::attributes::{Argument, Attributes, Part, arguments, name};
use super::derives::Derives;
use super::edits::{Edits, indentation, line_end, newline, remove_elements, starts_line};
use super::target::Target;
use crate::import::best_rule;

/// Makes an enum derive `PgEnum` in the place of its codecs. The error says why this cannot be done, as a clause.
pub(super) fn rewrite(
    text: &str,
    item: &ItemEnum,
    imports: &Imports,
    target: &Target,
    edits: &mut Edits,
) -> Result<(), String> {
    let unreadable = || "an attribute of it cannot be read".to_owned();
    let attributes = Attributes::of(&item.attrs, text).ok_or_else(unreadable)?;
    let parts = attributes.parts();
    let mut gone = Vec::new();
    let derives = Derives::of(item, &parts, imports, target)?;
    derives.edit(text, target, &mut gone, edits);
    let conditions = &parts[derives.first].conditions;
    let containers = own_parts(&parts, &target.codecs, conditions)?;
    check_arguments(&containers)?;
    let rename_all = rename_all(item, &containers, target);
    let sql_type = sql_type(&containers, target)?;
    let wanted = Wanted::of(target, rename_all.as_deref(), sql_type, item);
    match containers.split_first() {
        Some((first, others)) => {
            gone.extend(others.iter().map(|part| part.range.start));
            if wanted.is_empty() {
                gone.push(first.range.start);
            } else {
                wanted.put_into(first, text, edits);
            }
        }
        None if wanted.is_empty() => {}
        None => insert_after(&parts[derives.first], &wanted.text(), text, edits),
    }
    attributes.remove(&gone, text, edits);
    for variant in &item.variants {
        self::variant(text, variant, conditions, rename_all.as_deref(), target, edits)?;
    }
    if target.codecs.contains(&Codec::DieselDbEnum) && target.sql_type.is_none() {
        add_mapping(text, item, conditions, &mapping(item, &containers), target, edits);
    }
    Ok(())
}

/// The helper attributes of these codecs, which must stand under the same conditions as the derive.
fn own_parts<'a, 'p>(
    parts: &'p [Part<'a>],
    codecs: &[Codec],
    conditions: &[String],
) -> Result<Vec<&'p Part<'a>>, String> {
    let names: Vec<&str> = codecs.iter().flat_map(|codec| helpers(*codec)).copied().collect();
    let is_own = |part: &&Part<'_>| names.contains(&&*name(part.meta));
    let own: Vec<_> = parts.iter().filter(is_own).collect();
    match own.iter().find(|part| part.conditions != conditions) {
        Some(part) => Err(format!(
            "its attribute `{}` stands under another condition than its derive",
            name(part.meta)
        )),
        None => Ok(own),
    }
}

/// The attributes that go with a codec.
fn helpers(codec: Codec) -> &'static [&'static str] {
    match codec {
        Codec::DieselByHand => &["diesel", "sql_type"],
        _ => codec.attributes(),
    }
}

/// Refuses attributes that say more than what is carried over.
fn check_arguments(parts: &[&Part<'_>]) -> Result<(), String> {
    for part in parts {
        let Meta::List(list) = part.meta else { continue };
        let name = name(part.meta);
        let Some(found) = arguments(list) else {
            return Err(format!("its attribute `{name}` cannot be read"));
        };
        let more = match &*name {
            "diesel" => found.iter().find(|one| one.key != "sql_type"),
            "sea_orm" => found.iter().find(|one| one.key == "display_value"),
            _ => None,
        };
        if let Some(more) = more {
            return Err(format!(
                "its attribute `{name}` has `{}`, which something else reads",
                more.key
            ));
        }
    }
    Ok(())
}

/// The rule for labels that follow from names: that of the attributes, as it is spelled there, or one that fits where
/// there are none.
fn rename_all(item: &ItemEnum, containers: &[&Part<'_>], target: &Target) -> Option<String> {
    if target.is_derived {
        return None;
    }
    if let Some(spelled) = value_of(containers, &RULE_KEYS) {
        // DbEnum's `verbatim` is what there is without a rule.
        return RenameRule::from_name(&spelled).map(|_| spelled);
    }
    let names: Vec<String> = item.variants.iter().map(plain_name).collect();
    let labels: Vec<String> = target.labels.iter().map(|label| label.text.clone()).collect();
    match target.codecs[..] {
        // Its labels are in snake case unless something else is said.
        [Codec::DieselDbEnum, ..] => {
            let rule = (names != labels).then_some("snake_case")?;
            let follows = |(name, label): (&String, &String)| by(Some(rule), name) == *label;
            names.iter().zip(&labels).any(follows).then(|| rule.to_owned())
        }
        [Codec::DieselByHand, ..] => best_rule(&names, &labels).map(str::to_owned),
        _ => None,
    }
}

/// What a rename rule is called in the attributes of the codecs.
const RULE_KEYS: [&str; 3] = ["rename_all", "value_style", "DbValueStyle"];
/// What the type's name is called there.
const NAME_KEYS: [&str; 5] = ["type_name", "rename", "name", "pg_type", "enum_name"];
/// And a variant's label.
const LABEL_KEYS: [&str; 3] = ["rename", "name", "string_value"];

/// A variant's name, without `r#`.
fn plain_name(variant: &Variant) -> String {
    variant.ident.unraw().to_string()
}

/// The label that the derive makes of a name.
fn by(rule: Option<&str>, name: &str) -> String {
    let rule = rule.and_then(RenameRule::from_name);
    rule.map_or_else(|| name.to_owned(), |rule| rule.apply(name))
}

/// The text of `key = "text"`.
fn text_of(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// The path of Diesel's own type, as the attributes have it.
fn sql_type(containers: &[&Part<'_>], target: &Target) -> Result<Option<String>, String> {
    if target.sql_type.is_none() {
        return Ok(None);
    }
    let paths = values_of(containers, &SQL_TYPES);
    let path = match &paths[..] {
        [path] => path,
        [] => return Err("its attributes do not name its type in Diesel".to_owned()),
        _ => return Err("it stands for more than one type of Diesel's".to_owned()),
    };
    syn::Path::parse_mod_style
        .parse_str(path)
        .map_err(|_| format!("`{path}` is not the path of a type"))?;
    Ok(Some(path.clone()))
}

/// What Diesel's own type is called in attributes.
const SQL_TYPES: [&str; 5] =
    ["ExistingTypePath", "DieselTypePath", "DieselExistingType", "existing_type_path", "sql_type"];

/// The name of the type that `DbEnum` makes if it is given none (`derive` in `lib.rs` of diesel-derive-enum 1 to 3).
fn mapping(item: &ItemEnum, containers: &[&Part<'_>]) -> String {
    let given = value_of(containers, &["DieselType", "diesel_type"]);
    given.unwrap_or_else(|| format!("{}Mapping", item.ident))
}

/// What is said under one of these names, as an attribute or as an argument of one: a text, or a path.
fn values_of(containers: &[&Part<'_>], keys: &[&str]) -> Vec<String> {
    let values = containers.iter().flat_map(|part| match part.meta {
        Meta::NameValue(_) if keys.contains(&&*name(part.meta)) => {
            Vec::from_iter(text_of(part.meta))
        }
        Meta::List(list) => {
            let found = arguments(list).unwrap_or_default().into_iter();
            let found = found.filter(|one| keys.contains(&&*one.key));
            found.filter_map(|one| one.value.map(|text| text.value()).or(one.path)).collect()
        }
        _ => Vec::new(),
    });
    values.collect()
}

/// The first of these.
fn value_of(containers: &[&Part<'_>], keys: &[&str]) -> Option<String> {
    values_of(containers, keys).into_iter().next()
}

/// What `#[pg_enum(…)]` on the enum has to say.
struct Wanted {
    /// The type's name, and its schema.
    name: Vec<(&'static str, String)>,
    rename_all: Option<String>,
    more: Vec<String>,
}

impl Wanted {
    fn of(
        target: &Target,
        rename_all: Option<&str>,
        sql_type: Option<String>,
        item: &ItemEnum,
    ) -> Self {
        let (mut name, mut more) = (Vec::new(), Vec::new());
        more.extend(sql_type.map(|path| format!("sql_type = {path}")));
        if target.is_derived {
            return Self { name, rename_all: None, more };
        }
        if target.name != default_name(item) {
            name.push(("name", target.name.clone()));
        }
        name.extend(target.schema.clone().map(|schema| ("schema", schema)));
        more.extend(target.is_external.then(|| "external".to_owned()));
        more.extend((target.krate != "pg_enum").then(|| format!("crate = {}", target.krate)));
        Self { name, rename_all: rename_all.map(str::to_owned), more }
    }

    fn is_empty(&self) -> bool {
        self.name.is_empty() && self.rename_all.is_none() && self.more.is_empty()
    }

    fn text(&self) -> String {
        let name = self.name.iter().map(|(key, value)| format!("{key} = {value:?}"));
        let rule = self.rename_all.iter().map(|rule| format!("rename_all = {rule:?}"));
        let all: Vec<String> = name.chain(rule).chain(self.more.iter().cloned()).collect();
        format!("pg_enum({})", all.join(", "))
    }

    /// Says it in the place of a codec's attribute. What has the same meaning there stays as it is written.
    fn put_into(mut self, part: &Part<'_>, text: &str, edits: &mut Edits) {
        let Meta::List(list) = part.meta else {
            return edits.replace(part.range.clone(), self.text());
        };
        let found = arguments(list).unwrap_or_default();
        let mut inner = Edits::default();
        let mut is_gone = Vec::new();
        for argument in &found {
            let value = argument.value.as_ref().map(syn::LitStr::value);
            let is_name = NAME_KEYS.contains(&&*argument.key) && !self.name.is_empty();
            let is_rule = RULE_KEYS.contains(&&*argument.key) && self.rename_all.is_some();
            if is_name {
                put_name(&std::mem::take(&mut self.name), argument, value.as_deref(), &mut inner);
            } else if is_rule {
                self.rename_all = None;
                inner.replace(argument.key_range.clone(), "rename_all");
            }
            is_gone.push(!is_name && !is_rule);
        }
        let Some(kept) = is_gone.iter().rposition(|gone| !gone) else {
            return edits.replace(part.range.clone(), self.text());
        };
        let ranges: Vec<_> = found.iter().map(|argument| argument.range.clone()).collect();
        remove_elements(text, &ranges, &is_gone, &mut inner);
        if !self.is_empty() {
            let more = self.text();
            let more = more.trim_start_matches("pg_enum(").trim_end_matches(')');
            inner.insert(ranges[kept].end, format!(", {more}"));
        }
        inner.replace(list.path.span().byte_range(), "pg_enum");
        edits.append(inner);
    }
}

/// Puts the type's name in the place of an argument that has it.
fn put_name(
    wanted: &[(&'static str, String)],
    argument: &Argument,
    value: Option<&str>,
    edits: &mut Edits,
) {
    if let [(key, name)] = wanted
        && value == Some(name)
    {
        // The literal stays, however it is written.
        return edits.replace(argument.key_range.clone(), *key);
    }
    let all: Vec<_> = wanted.iter().map(|(key, value)| format!("{key} = {value:?}")).collect();
    edits.replace(argument.range.clone(), all.join(", "));
}

/// The name that the type has where no attribute names it.
pub(super) fn default_name(item: &ItemEnum) -> String {
    heck::ToSnakeCase::to_snake_case(&*item.ident.unraw().to_string())
}

/// Adds an attribute after a derive: on a line of its own, or in the same `cfg_attr`.
fn insert_after(derive: &Part<'_>, attribute: &str, text: &str, edits: &mut Edits) {
    let Some(outer) = &derive.alone else {
        return edits.insert(derive.range.end, format!(", {attribute}"));
    };
    match line_end(text, outer.end) {
        Some(end) if starts_line(text, outer.start) => {
            let (newline, indentation) = (newline(text), indentation(text, outer.start));
            edits.insert(end, format!("{newline}{indentation}#[{attribute}]"));
        }
        _ => edits.insert(outer.end, format!(" #[{attribute}]")),
    }
}

/// What the attributes of a variant become.
fn variant(
    text: &str,
    variant: &Variant,
    conditions: &[String],
    rename_all: Option<&str>,
    target: &Target,
    edits: &mut Edits,
) -> Result<(), String> {
    let name = &variant.ident;
    let attributes = Attributes::of(&variant.attrs, text)
        .ok_or_else(|| format!("an attribute of its variant `{name}` cannot be read"))?;
    let parts = attributes.parts();
    let own = own_parts(&parts, &target.codecs, conditions)?;
    check_arguments(&own)?;
    let mut gone: Vec<usize> = own.iter().map(|part| part.range.start).collect();
    let label = target.labels.iter().find(|label| *name == label.ident);
    let label = label.filter(|_| !target.is_derived);
    let is_renamed = label.is_some_and(|label| by(rename_all, &plain_name(variant)) != label.text);
    let rename = label.filter(|_| is_renamed).map(|label| &*label.text);
    let aliases = label.map_or(&[][..], |label| &label.aliases);
    let wanted: Vec<String> = rename
        .iter()
        .map(|label| format!("rename = {label:?}"))
        .chain(aliases.iter().map(|alias| format!("alias = {alias:?}")))
        .collect();
    if wanted.is_empty() {
        attributes.remove(&gone, text, edits);
        return Ok(());
    }
    let attribute = format!("pg_enum({})", wanted.join(", "));
    match own.first() {
        Some(first) => {
            gone.retain(|start| *start != first.range.start);
            if !keep_label(first, rename.filter(|_| aliases.is_empty()), text, edits) {
                edits.replace(first.range.clone(), attribute);
            }
        }
        None => {
            let attribute = conditions
                .iter()
                .rev()
                .fold(attribute, |inner, condition| format!("cfg_attr({condition}, {inner})"));
            let at = name.span().byte_range().start;
            let behind = if starts_line(text, at) {
                newline(text).to_owned() + indentation(text, at)
            } else {
                " ".to_owned()
            };
            edits.insert(at, format!("#[{attribute}]{behind}"));
        }
    }
    attributes.remove(&gone, text, edits);
    Ok(())
}

/// Keeps the literal of a label, and changes only what is around it. Whether there is one.
fn keep_label(part: &Part<'_>, label: Option<&str>, text: &str, edits: &mut Edits) -> bool {
    let (Meta::List(list), Some(label)) = (part.meta, label) else { return false };
    let found = arguments(list).unwrap_or_default();
    let has_it = |argument: &Argument| {
        LABEL_KEYS.contains(&&*argument.key)
            && argument.value.as_ref().is_some_and(|text| text.value() == label)
    };
    let Some(kept) = found.iter().position(has_it) else { return false };
    let ranges: Vec<_> = found.iter().map(|argument| argument.range.clone()).collect();
    let is_gone: Vec<_> = (0..found.len()).map(|index| index != kept).collect();
    remove_elements(text, &ranges, &is_gone, edits);
    edits.replace(found[kept].key_range.clone(), "rename");
    edits.replace(list.path.span().byte_range(), "pg_enum");
    true
}

/// Adds the alias that takes the place of the type that `DbEnum` makes.
fn add_mapping(
    text: &str,
    item: &ItemEnum,
    conditions: &[String],
    mapping: &str,
    target: &Target,
    edits: &mut Edits,
) {
    let end = item.brace_token.span.close().byte_range().end;
    let start = item.span().byte_range().start;
    let (newline, indentation) = (newline(text), indentation(text, start));
    let condition = match conditions {
        [] => String::new(),
        [one] => format!("#[cfg({one})]{newline}{indentation}"),
        all => format!("#[cfg(all({}))]{newline}{indentation}", all.join(", ")),
    };
    let (ident, krate) = (&item.ident, &target.krate);
    edits.insert(
        line_end(text, end).unwrap_or(end),
        format!(
            "{newline}{newline}{indentation}/// The SQL type of [`{ident}`] in Diesel.{newline}{indentation}\
             {condition}pub type {mapping} = {krate}::diesel::Sql<{ident}>;"
        ),
    );
}
