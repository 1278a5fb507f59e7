//! Impls that the derive takes the place of.

use pg_enum_build::foreign::Codec;
use syn::spanned::Spanned;
use syn::{GenericArgument, ItemImpl, PathArguments, Type};

use super::edits::{Edits, with_lines};
use super::target::Target;

/// Removes the impls of an enum that `PgEnum` has as well and that are in the enum's file: what is written by hand for
/// Diesel, and for sqlx the array type.
pub(super) fn remove(
    text: &str,
    impls: &[ItemImpl],
    target: &Target,
    edits: &mut Edits,
) -> Result<(), String> {
    let by_diesel = [Codec::DieselByHand, Codec::DieselDbEnum];
    if by_diesel.iter().any(|codec| target.codecs.contains(codec)) {
        refuse_more(impls, target)?;
    }
    let is_diesels = target.codecs.contains(&Codec::DieselByHand) && target.impls_in.is_none();
    if is_diesels {
        remove_diesels(text, impls, target, edits)?;
    }
    if target.codecs.contains(&Codec::SqlxType) {
        let is_array = |name: &str, _: &PathArguments| name == "PgHasArrayType";
        remove_each(text, impls, target, is_array, edits)?;
    }
    Ok(())
}

/// Refuses an enum with impls of traits that `PgEnum` implements as well, and that may do more than that.
fn refuse_more(impls: &[ItemImpl], target: &Target) -> Result<(), String> {
    const MORE: [&str; 3] = ["Queryable", "AsExpression", "FromSqlRow"];
    let of_enum = impls.iter().filter(|item| is_for(&item.self_ty, &target.ident));
    let mut traits = of_enum.filter_map(|item| item.trait_.as_ref()?.0.segments.last());
    match traits.find(|last| MORE.iter().any(|name| last.ident == name)) {
        Some(last) => Err(format!(
            "`{}` is implemented for it by hand, and by `PgEnum` as well; remove that first",
            last.ident
        )),
        None => Ok(()),
    }
}

/// Removes those that are written by hand for Diesel.
pub(super) fn remove_diesels(
    text: &str,
    impls: &[ItemImpl],
    target: &Target,
    edits: &mut Edits,
) -> Result<(), String> {
    let is_diesels = |name: &str, arguments: &PathArguments| {
        ["ToSql", "FromSql"].contains(&name) && target.sql_type == first_argument(arguments)
    };
    match remove_each(text, impls, target, is_diesels, edits)? {
        0 => Err("its impls are not found".to_owned()),
        _ => Ok(()),
    }
}

/// Removes the impls of an enum whose trait is meant. Returns how many there are.
fn remove_each(
    text: &str,
    impls: &[ItemImpl],
    target: &Target,
    is_meant: impl Fn(&str, &PathArguments) -> bool,
    edits: &mut Edits,
) -> Result<usize, String> {
    let mut removed = 0;
    for item in impls.iter().filter(|item| is_for(&item.self_ty, &target.ident)) {
        let Some((path, _)) = &item.trait_ else { continue };
        let Some(last) = path.segments.last() else { continue };
        if !is_meant(&last.ident.to_string(), &last.arguments) {
            continue;
        }
        if item.attrs.iter().any(|attribute| !attribute.path().is_ident("doc")) {
            return Err(format!("its impl of `{}` has attributes", last.ident));
        }
        edits.remove(with_gap(text, item.span().byte_range()));
        removed += 1;
    }
    Ok(removed)
}

/// Whether a type is the enum of that name.
pub(super) fn is_for(ty: &Type, ident: &str) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == ident),
        _ => false,
    }
}

/// The last name of the first type among the arguments.
fn first_argument(arguments: &PathArguments) -> Option<String> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(Type::Path(path)) => {
            path.path.segments.last().map(|last| last.ident.to_string())
        }
        _ => None,
    })
}

/// An item with its lines, and with one of the empty lines around it.
fn with_gap(text: &str, item: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let range = with_lines(text, item);
    let before = &text[..range.start];
    for empty in ["\r\n\r\n", "\n\n"] {
        if before.ends_with(empty) {
            return range.start - empty.len() / 2..range.end;
        }
    }
    range
}
