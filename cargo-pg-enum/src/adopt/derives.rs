//! The derives of an enum, of which some go and one comes.

use std::ops::Range;

use pg_enum_build::foreign::{Codec, Imports, derives_of};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{ItemEnum, Meta, Token};

use super::attributes::Part;
use super::edits::{Edits, indentation, newline, remove_elements};
use super::target::Target;
use crate::import::derive_list;

/// The derives of an enum.
pub(super) struct Derives {
    lists: Vec<List>,
    /// The part with the first one that goes.
    pub(super) first: usize,
}

/// `derive(…)`
struct List {
    /// Its index among the parts, and where it is.
    part: usize,
    range: Range<usize>,
    /// The paths in it, and whether they go.
    paths: Vec<(Range<usize>, bool)>,
}

impl Derives {
    pub(super) fn of(
        item: &ItemEnum,
        parts: &[Part<'_>],
        imports: &Imports,
        target: &Target,
    ) -> Result<Self, String> {
        let mut paths: Vec<syn::Path> = Vec::new();
        let mut lists: Vec<List> = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let Meta::List(list) = part.meta else { continue };
            if !list.path.is_ident("derive") {
                continue;
            }
            let parser = Punctuated::<syn::Path, Token![,]>::parse_terminated;
            let found = parser
                .parse2(list.tokens.clone())
                .map_err(|_| "its `derive` cannot be read".to_owned())?;
            let ranges = found.iter().map(|path| (path.span().byte_range(), false)).collect();
            lists.push(List { part: index, range: part.range.clone(), paths: ranges });
            paths.extend(found);
        }
        let mut going: Vec<usize> = Vec::new();
        for codec in &target.codecs {
            let of_codec = match codec {
                // What Diesel's own derives make for impls that are written by hand.
                Codec::DieselByHand => ends_in(&paths, &["AsExpression", "FromSqlRow"]),
                _ => derives_of(*codec, item, &paths, imports),
            };
            if of_codec.is_empty() {
                return Err(format!("which of its derives is `{codec}` is not certain"));
            }
            going.extend(of_codec);
            if *codec == Codec::SeaOrmActiveEnum {
                // The codec has the trait of this derive as well, because `ActiveEnum` asks for it.
                going.extend(ends_in(&paths, &["EnumIter"]));
            }
        }
        let is_strums = |at: &usize| {
            let first = paths[*at].segments.first().map(|first| first.ident.to_string());
            let first = first.unwrap_or_default();
            let imported = imports.path_of(&first).unwrap_or(&first);
            imported.starts_with("strum")
        };
        if going.iter().any(is_strums) && !target.has_one_strum {
            return Err("it derives strum's `EnumIter`, and whether SeaORM has the same version of strum is not \
                        certain"
                .to_owned());
        }
        // sqlx has derives for each of its traits besides `Type`.
        if target.codecs.contains(&Codec::SqlxType)
            && !ends_in(&paths, &["Encode", "Decode"]).is_empty()
        {
            return Err("it derives sqlx's `Encode` or `Decode` as well".to_owned());
        }
        let mut at = 0;
        for list in &mut lists {
            for (_, is_gone) in &mut list.paths {
                *is_gone = going.contains(&at);
                at += 1;
            }
        }
        let with_gone = || lists.iter().filter(|list| list.paths.iter().any(|(_, gone)| *gone));
        let first = with_gone().next().map_or(0, |list| list.part);
        if with_gone().any(|list| parts[list.part].conditions != parts[first].conditions) {
            return Err("its derives stand under different conditions".to_owned());
        }
        Ok(Self { lists, first })
    }

    pub(super) fn edit(
        &self,
        text: &str,
        target: &Target,
        gone: &mut Vec<usize>,
        edits: &mut Edits,
    ) {
        let mut is_written = target.is_derived;
        for list in &self.lists {
            let mut is_gone: Vec<bool> = list.paths.iter().map(|(_, gone)| *gone).collect();
            let mut replaced = None;
            if !is_written && let Some(first) = is_gone.iter().position(|gone| *gone) {
                replaced = Some((first, format!("{}::PgEnum", target.krate)));
                is_gone[first] = false;
                is_written = true;
            }
            if replaced.is_none() && !is_gone.contains(&true) {
                continue;
            }
            if !is_gone.contains(&false) {
                gone.push(list.range.start);
                continue;
            }
            if let Some(formatted) = list.formatted(text, &is_gone, replaced.as_ref()) {
                edits.replace(list.range.clone(), formatted);
                continue;
            }
            if let Some((at, path)) = replaced {
                edits.replace(list.paths[at].0.clone(), path);
            }
            let ranges: Vec<_> = list.paths.iter().map(|(range, _)| range.clone()).collect();
            remove_elements(text, &ranges, &is_gone, edits);
        }
    }
}

impl List {
    /// The changed list as rustfmt writes it, if it was as rustfmt writes it and would not be any more.
    fn formatted(
        &self,
        text: &str,
        is_gone: &[bool],
        replaced: Option<&(usize, String)>,
    ) -> Option<String> {
        let old: Vec<&str> = self.paths.iter().map(|(range, _)| &text[range.clone()]).collect();
        let new = old.iter().enumerate().filter(|(at, _)| !is_gone[*at]);
        let new: Vec<&str> = new
            .map(|(at, path)| match replaced {
                Some((index, path)) if *index == at => path,
                _ => *path,
            })
            .collect();
        let (indentation, newline) = (indentation(text, self.range.start), newline(text));
        let is_alone = text[..self.range.start].ends_with(&format!("{indentation}#["));
        let write = |paths: &[&str]| derive_list(paths, indentation, newline);
        let has_lines = |list: &str| list.lines().count();
        let (before, after) = (write(&old), write(&new));
        // With as many lines as before, the changes in the list come to the same.
        (is_alone && text[self.range.clone()] == before && has_lines(&before) != has_lines(&after))
            .then_some(after)
    }
}

/// The indices of the paths that end in one of these names.
fn ends_in(paths: &[syn::Path], names: &[&str]) -> Vec<usize> {
    let is_one = |path: &syn::Path| {
        path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
    };
    (0..paths.len()).filter(|index| is_one(&paths[*index])).collect()
}
