//! The functions of a file, and which of them is the migration.

use syn::{
    Block, FnArg, GenericArgument, ImplItem, Item, Pat, PathArguments, PathSegment, ReturnType,
    Signature, Type,
};

use super::file::{File, Place};
use crate::scan::Truth;
use crate::scan::named::PARTS;

/// Names of functions that go up.
const UP: &[&str] =
    &["up", "migrate", "migration", "run", "apply", "upgrade", "forward", "forwards", "execute"];
/// And of functions that go down, or are about something else.
const OTHERS: &[&str] = &[
    "down",
    "revert",
    "rollback",
    "undo",
    "downgrade",
    "backward",
    "backwards",
    "name",
    "version",
    "description",
    "main",
    "use_transaction",
    "identifier",
    "parents",
    "dependencies",
];

/// A function with a body.
#[derive(Clone)]
pub(super) struct Function<'f> {
    pub(super) signature: &'f Signature,
    pub(super) block: &'f Block,
}

/// The functions that a migration is run by.
pub(super) enum Entry<'f> {
    Found(Vec<Function<'f>>),
    /// There is none, or more than one.
    Unclear,
}

impl File {
    /// The functions that run the migration, in order.
    pub(super) fn entry(&self) -> Entry<'_> {
        let (mut methods_up, mut fragments, mut functions) = (Vec::new(), Vec::new(), Vec::new());
        let mut is_migration = false;
        for item in self.items() {
            match item {
                Item::Impl(item) if item.trait_.is_some() => {
                    let presence = self.presence(&item.attrs);
                    for name in ["up", "migrate"] {
                        methods_up.extend(methods(&item.items, name).map(|one| (presence, one)));
                    }
                    fragments.extend(methods(&item.items, PARTS).map(|one| (presence, one)));
                    is_migration |= item.trait_.as_ref().is_some_and(|(path, _)| {
                        let last = path.segments.last();
                        last.is_some_and(|last| last.ident.to_string().contains("Migration"))
                    });
                }
                Item::Fn(item) if !OTHERS.iter().any(|name| item.sig.ident == name) => {
                    let function = Function { signature: &item.sig, block: &item.block };
                    functions.push((self.presence(&item.attrs), function));
                }
                _ => {}
            }
        }
        let is_up =
            |(_, one): &(Truth, Function<'_>)| UP.iter().any(|name| one.signature.ident == name);
        let mut found = if methods_up.is_empty() && fragments.is_empty() {
            if functions.iter().any(is_up) {
                functions.retain(is_up);
            }
            functions
        } else {
            methods_up
        };
        certain(&mut found);
        certain(&mut fragments);
        match (&found[..], &fragments[..]) {
            ([] | [_], [] | [_]) if found.len() + fragments.len() > 0 => Entry::Found(
                found.into_iter().chain(fragments).map(|(_, function)| function).collect(),
            ),
            // A method that the trait has a body for, which does nothing.
            ([], []) if is_migration => Entry::Found(Vec::new()),
            _ => Entry::Unclear,
        }
    }

    /// Where the function is that a path in this file means.
    pub(super) fn place_of_function(&self, path: &[String]) -> Option<Place> {
        let (name, owner) = path.split_last()?;
        let here = |file: Self| {
            let place = Place { file, name: name.clone() };
            place.file.function(name).is_some().then_some(place)
        };
        match owner {
            [] => here(self.clone()).or_else(|| self.find(path)),
            [owner] if owner == "Self" || owner == "self" => here(self.clone()),
            // A function of a module, or of a type.
            owner => self
                .find(path)
                .or_else(|| here(self.module_of(owner)?))
                .or_else(|| here(self.find(owner)?.file)),
        }
    }

    /// Whether a path means a function from a text to texts that borrow from it.
    pub(super) fn cuts_text(&self, path: &[String]) -> bool {
        let Some(Place { file, name }) = self.place_of_function(path) else { return false };
        let Some(function) = file.function(&name) else { return false };
        match (
            &function.signature.inputs.iter().collect::<Vec<_>>()[..],
            &function.signature.output,
        ) {
            ([FnArg::Typed(text)], ReturnType::Type(_, texts)) => {
                is_str(&text.ty)
                    && matches!(&**texts, Type::Path(path) if path.path.segments.last().is_some_and(is_of_str))
            }
            _ => false,
        }
    }

    /// The method of that name of a type that is here.
    pub(super) fn method(&self, owner: &str, name: &str) -> Option<Function<'_>> {
        let mut found = Vec::new();
        for item in self.items() {
            let Item::Impl(item) = item else { continue };
            let is_its = matches!(&*item.self_ty, Type::Path(path)
                if path.path.segments.last().is_some_and(|last| last.ident == owner));
            if is_its {
                let presence = self.presence(&item.attrs);
                found.extend(methods(&item.items, name).map(|one| (presence, one)));
            }
        }
        certain(&mut found);
        let [(_, function)] = &found[..] else { return None };
        Some(function.clone())
    }

    /// The function of that name, free or a method of something here.
    pub(super) fn function(&self, name: &str) -> Option<Function<'_>> {
        let mut found = Vec::new();
        for item in self.items() {
            match item {
                Item::Fn(item) if item.sig.ident == name => {
                    let function = Function { signature: &item.sig, block: &item.block };
                    found.push((self.presence(&item.attrs), function));
                }
                Item::Impl(item) => {
                    let presence = self.presence(&item.attrs);
                    found.extend(methods(&item.items, name).map(|one| (presence, one)));
                }
                _ => {}
            }
        }
        certain(&mut found);
        let [(_, function)] = &found[..] else { return None };
        Some(function.clone())
    }
}

/// Leaves out what is not compiled; and where something is compiled for certain, what is not certain.
fn certain(found: &mut Vec<(Truth, Function<'_>)>) {
    found.retain(|(presence, _)| *presence != Truth::False);
    if found.len() > 1 && found.iter().any(|(presence, _)| *presence == Truth::True) {
        found.retain(|(presence, _)| *presence == Truth::True);
    }
}

fn methods<'f>(items: &'f [ImplItem], name: &str) -> impl Iterator<Item = Function<'f>> {
    items.iter().filter_map(move |item| match item {
        ImplItem::Fn(method) if method.sig.ident == name => {
            Some(Function { signature: &method.sig, block: &method.block })
        }
        _ => None,
    })
}

impl Function<'_> {
    /// Whether it is a method.
    pub(super) fn has_receiver(&self) -> bool {
        self.signature.receiver().is_some()
    }

    /// The names of its parameters, but for `self`; nothing for one that is a pattern.
    pub(super) fn parameters(&self) -> Vec<Option<String>> {
        let name = |parameter: &FnArg| match parameter {
            FnArg::Receiver(_) => None,
            FnArg::Typed(typed) => Some(match &*typed.pat {
                Pat::Ident(name) => Some(name.ident.to_string()),
                _ => None,
            }),
        };
        self.signature.inputs.iter().filter_map(name).collect()
    }
}

/// `&str`
fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Reference(inner) if matches!(&*inner.elem, Type::Path(path) if path.path.is_ident("str")))
}

/// `Vec<&str>`
fn is_of_str(segment: &PathSegment) -> bool {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return false };
    segment.ident == "Vec"
        && arguments.args.iter().all(|one| matches!(one, GenericArgument::Type(ty) if is_str(ty)))
}
