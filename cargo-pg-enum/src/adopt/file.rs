//! One file: its enums, the impls that go with them, and the imports that nothing uses any more.

use std::ops::Range;

use pg_enum_build::foreign::{Codec, Imports, derives_of};
use pg_enum_build::scan::parse_file;
use pg_enum_core::parse::{parse, validate};
use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{ItemEnum, ItemImpl};

use super::attributes::{flattened, paths};
use super::edits::Edits;
use super::target::Target;
use super::{impls, imports, item, reorder};

/// A file with some of its enums adopted.
pub(super) struct Rewritten {
    pub(super) text: String,
    /// Of each target, why it is left alone, if it is.
    pub(super) refusals: Vec<Option<String>>,
}

/// Adopts the targets in a file. The error says why the file is left alone.
pub(super) fn rewrite(text: &str, targets: &[Target]) -> Result<Rewritten, String> {
    let source = Source::of(text).ok_or("it cannot be read")?;
    let mut all = Edits::default();
    let mut refusals = Vec::new();
    for target in targets {
        match source.edits(text, target) {
            Ok(edits) => {
                all.append(edits);
                refusals.push(None);
            }
            Err(why) => refusals.push(Some(why)),
        }
    }
    let taken: Vec<Range<usize>> = all.taken().cloned().collect();
    let edited = all.apply(text).ok_or("two changes are in one place")?;
    let mut after = imports::without_unused(text, &taken, &edited);
    for (target, refusal) in targets.iter().zip(&refusals) {
        if let (Some(order), None) = (&target.order, refusal) {
            let at = source.position(target).ok_or("it is not found in its file")?;
            after = Source::of(&after)
                .and_then(|source| reorder::reordered(&after, source.enums.get(at)?, order))
                .ok_or("its variants cannot be put in another order")?;
        }
    }
    Ok(Rewritten { text: after, refusals })
}

/// A file without the impls for Diesel of these enums, which are in others. The error says why they stay, as a clause.
pub(super) fn without_impls(text: &str, targets: &[Target]) -> Result<String, String> {
    let source = Source::of(text).ok_or("the file with its impls cannot be read")?;
    if source.has_condition {
        return Err("the file with its impls stands under a condition".to_owned());
    }
    let mut edits = Edits::default();
    for target in targets {
        impls::remove_diesels(text, &source.impls, target, &mut edits)?;
    }
    let taken: Vec<Range<usize>> = edits.taken().cloned().collect();
    let edited = edits.apply(text).ok_or("two changes are in one place")?;
    Ok(imports::without_unused(text, &taken, &edited))
}

/// What there is in a file, in order.
#[derive(Default)]
struct Source {
    enums: Vec<ItemEnum>,
    impls: Vec<ItemImpl>,
    imports: Imports,
    /// Whether `#![cfg(…)]` is at its start.
    has_condition: bool,
}

impl Source {
    fn of(text: &str) -> Option<Self> {
        let file = parse_file(text)?;
        let has_condition = file.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
        let imports = Imports::of(&file);
        let mut this = Self { imports, has_condition, ..Self::default() };
        this.visit_file(&file);
        Some(this)
    }

    /// Which of the enums is meant.
    fn position(&self, target: &Target) -> Option<usize> {
        self.enums.iter().position(|item| item.ident.span().start() == target.at)
    }

    /// The changes for one enum, if the derive will read exactly the target.
    fn edits(&self, text: &str, target: &Target) -> Result<Edits, String> {
        let at = self.position(target).ok_or("it is not found in its file")?;
        let item = &self.enums[at];
        let (mut of_item, mut of_impls) = (Edits::default(), Edits::default());
        item::rewrite(text, item, &self.imports, target, &mut of_item)?;
        impls::remove(text, &self.impls, target, &mut of_impls)?;
        let mut tried = of_item.clone().apply(text).ok_or("two changes are in one place")?;
        let mut after = Self::of(&tried).ok_or("the changed file could not be read")?;
        if let Some(order) = &target.order {
            let of_self =
                self.impls.iter().filter(|one| impls::is_for(&one.self_ty, &target.ident));
            reorder::refuse(text, item, of_self)?;
            let item = after.enums.get(at).ok_or("the changed enum was not found again")?;
            tried = reorder::reordered(&tried, item, order)
                .ok_or("its variants cannot be put in another order")?;
            after = Self::of(&tried).ok_or("the changed file could not be read")?;
        }
        let changed = after.enums.get(at).filter(|changed| changed.ident == item.ident);
        let changed = changed.ok_or("the changed enum was not found again")?;
        after.verify(&tried, changed, target)?;
        let comments = |text: &str, item: &ItemEnum| {
            text.get(item.span().byte_range()).map(comments).unwrap_or_default()
        };
        let (before, now) = (comments(text, item), comments(&tried, changed));
        if let Some(lost) = before.iter().find(|comment| !now.contains(comment)) {
            return Err(format!("the comment `{lost}` in an attribute would be lost"));
        }
        of_item.append(of_impls);
        Ok(of_item)
    }

    /// Whether the derive makes of an enum what it is to be.
    fn verify(&self, text: &str, item: &ItemEnum, target: &Target) -> Result<(), String> {
        let item = flattened(item, text).ok_or("the changed attributes could not be read")?;
        let derives: Vec<syn::Path> = item.attrs.iter().flat_map(paths).collect();
        let left = target.codecs.iter().find(|codec| {
            **codec != Codec::DieselByHand
                && !derives_of(**codec, &item, &derives, &self.imports).is_empty()
        });
        if let Some(left) = left {
            return Err(format!("`{left}` could not be taken away"));
        }
        let (model, mut errors) = parse(&item.into());
        errors.append(validate(&model));
        if let Some(error) = errors.into_error() {
            return Err(format!("`PgEnum` would not compile: {error}"));
        }
        let labels = model.variants.iter().map(|variant| {
            let aliases: Vec<&str> = variant.aliases.iter().map(|alias| &*alias.value).collect();
            (variant.ident.to_string(), &*variant.label.value, aliases)
        });
        let wanted = target.labels.iter().map(|label| {
            let aliases = label.aliases.iter().map(String::as_str).collect();
            (label.ident.clone(), &*label.text, aliases)
        });
        let is_same = labels.eq(wanted)
            && model.name.value == target.name
            && model.schema.as_ref().map(|schema| &schema.value) == target.schema.as_ref()
            && (target.is_derived || model.external == target.is_external);
        // A mistake of ours leaves everything as it was.
        if is_same { Ok(()) } else { Err("`PgEnum` would read something else".to_owned()) }
    }
}

impl<'ast> Visit<'ast> for Source {
    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        self.enums.push(item.clone());
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        self.impls.push(item.clone());
        visit::visit_item_impl(self, item);
    }
}

/// The comments in a text that are not documentation.
fn comments(text: &str) -> Vec<String> {
    let Ok(tokens) = text.parse::<TokenStream>() else { return Vec::new() };
    let mut found = Vec::new();
    leaves(tokens, &mut found);
    let gaps = found.windows(2).filter_map(|pair| text.get(pair[0].end..pair[1].start));
    let lines = gaps.flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// Where each token is, in order.
fn leaves(tokens: TokenStream, ranges: &mut Vec<Range<usize>>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                ranges.push(group.span_open().byte_range());
                leaves(group.stream(), ranges);
                ranges.push(group.span_close().byte_range());
            }
            token => ranges.push(token.span().byte_range()),
        }
    }
}
