//! Impls of the codecs' traits that are written by hand, as far as their labels are literals.
//!
//! - Diesel: `ToSql<ST, Pg>` and `FromSql<ST, Pg>` (`diesel/src/serialize.rs` and `deserialize.rs` in 2.3;
//!   `bytes` is an `Option` up to 1.4). `ST` is a type of Diesel's own for one of the database, as in
//!   [`diesel_sql_types`](super::diesel_sql_types).
//! - postgres-types 0.1 and 0.2: `ToSql` and `FromSql`, whose `accepts` says which type it is
//!   (`postgres-types/src/lib.rs`): a comparison with `ty.name()`, or the macro `accepts!` with types of
//!   `PostgreSQL`'s own.
//! - sqlx 0.5 to 0.9: `Encode<Postgres>` and `Decode<Postgres>`, with the name that `Type::type_info` has
//!   from `PgTypeInfo::with_name` (`sqlx-core/src/types/mod.rs`, `sqlx-postgres/src/type_info.rs`).
//!
//! What is written must be in the database. What is read besides is an alias; and where nothing is read, or
//! other labels are read as well, the database may have any.

mod calls;
mod eval;
mod strum;
#[cfg(test)]
mod tests;
mod type_name;
mod value;

use std::cell::Cell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use pg_enum_core::parse::Text;
use proc_macro2::{Ident, TokenStream};
use syn::spanned::Spanned;
use syn::{GenericArgument, ItemEnum, ItemFn, ItemImpl, PathArguments, Type};

use self::eval::{Program, function};
use self::strum::Strum;
use self::type_name::TypeName;
use self::value::{Literal, Texts, Variants};
use super::attributes::Attributes;
use super::{Codec, Demands, ForeignEnum, ForeignLabel, Imports, Read, Reading, unclear};
use crate::scan::tokens::depth_bound;

/// The traits whose impls say what a codec does, or are called by what does.
const TRAITS: &[&str] = &[
    "ToSql", "FromSql", "Encode", "Decode", "Type", "Display", "ToString", "FromStr", "AsRef",
    "From", "TryFrom",
];

/// The deepest tree of an impl that is read on the caller's own stack.
const DEEPEST: usize = 300;

/// A stretch of a file.
#[derive(Debug)]
struct Stretch {
    path: PathBuf,
    text: String,
    /// Where the text begins: the line from 1, and the characters before it on that line.
    line: usize,
    column: usize,
}

impl Stretch {
    /// These bytes of the file `text`.
    fn of(range: std::ops::Range<usize>, path: &Path, text: &str) -> Option<Self> {
        let before = text.get(..range.start)?;
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Some(Self {
            path: path.to_owned(),
            line: before.split('\n').count(),
            column: before[line_start..].chars().count(),
            text: text.get(range)?.to_owned(),
        })
    }

    /// Reads it again, where it stands.
    fn read<T: syn::parse::Parse>(&self) -> Option<T> {
        let place = "\n".repeat(self.line - 1) + &" ".repeat(self.column);
        let tokens: TokenStream = (place + &self.text).parse().ok()?;
        (depth_bound(tokens.clone()) <= DEEPEST).then(|| syn::parse2(tokens).ok())?
    }
}

/// A function of a file, which what is written by hand may call.
#[derive(Debug)]
pub(super) struct Function {
    name: String,
    at: Stretch,
}

impl Function {
    /// Keeps a function of the file `text`.
    pub(super) fn of(item: &ItemFn, path: &Path, text: &str) -> Option<Self> {
        let start = item.sig.span().byte_range().start;
        let end = item.block.brace_token.span.close().byte_range().end;
        Some(Self { name: item.sig.ident.to_string(), at: Stretch::of(start..end, path, text)? })
    }
}

/// An impl, as a stretch of a file.
#[derive(Debug)]
pub(super) struct Impl {
    at: Stretch,
    /// What it is about: its own type, and those in its trait's parameters.
    idents: Vec<String>,
    trait_name: Option<String>,
}

impl Impl {
    /// Keeps an impl of the file `text`, if it may be of use.
    pub(super) fn of(item: &ItemImpl, path: &Path, text: &str) -> Option<Self> {
        let mut idents = Vec::from_iter(last_ident(&item.self_ty));
        let mut trait_name = None;
        if let Some((path, _)) = &item.trait_ {
            let last = path.segments.last()?;
            let name = last.ident.to_string();
            if !TRAITS.contains(&&*name) {
                return None;
            }
            if name == "From" {
                idents.extend(type_arguments(&last.arguments).filter_map(last_ident));
            }
            trait_name = Some(name);
        }
        let start = item.impl_token.span.byte_range().start;
        let end = item.brace_token.span.close().byte_range().end;
        Some(Self { at: Stretch::of(start..end, path, text)?, idents, trait_name })
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.at.path
    }

    /// Whether it has something to do with the enum of that name.
    pub(super) fn is_about(&self, ident: &Ident) -> bool {
        self.idents.iter().any(|one| ident == one)
    }

    /// Whether its trait writes or reads the enum.
    pub(super) fn is_codec(&self) -> bool {
        let codecs = ["ToSql", "FromSql", "Encode", "Decode"];
        self.trait_name.as_ref().is_some_and(|name| codecs.contains(&&**name))
    }
}

/// What the impls among `impls` make of the enum `item` in the file `path`: those in the same file, or else
/// those of one other file that has no enum of this name.
pub(super) fn read(
    item: &ItemEnum,
    path: &Path,
    impls: &[&Impl],
    functions: &[Function],
    enums: &HashMap<PathBuf, Vec<String>>,
    imports: &HashMap<PathBuf, Imports>,
) -> Vec<Reading> {
    let codecs = || impls.iter().filter(|one| one.is_codec());
    let has_one = |path: &Path| {
        enums.get(path).is_some_and(|names| names.iter().any(|name| item.ident == name))
    };
    let file = if codecs().any(|one| one.path() == path) {
        path
    } else {
        let mut others = codecs().map(|one| one.path()).filter(|path| !has_one(path));
        let Some(file) = others.next() else { return Vec::new() };
        if others.any(|other| other != file) {
            return Vec::new();
        }
        file
    };
    let of_file = impls.iter().filter(|one| one.path() == file);
    // Which of several of one name is called, modules would tell.
    let of_name =
        |name: &str| functions.iter().filter(|one| one.at.path == file && one.name == name).count();
    let functions = functions.iter().filter(|one| one.at.path == file && of_name(&one.name) == 1);
    let program = Program {
        ident: &item.ident,
        variants: item.variants.iter().map(|variant| variant.ident.to_string()).collect(),
        impls: of_file.filter_map(|one| one.at.read()).collect(),
        functions: functions.filter_map(|one| one.at.read()).collect(),
        strum: imports.get(path).map(|imports| Strum::of(item, imports)).unwrap_or_default(),
        entered: Cell::new(0),
    };
    let elsewhere = (file != path).then_some(file);
    let count = |path: &Path| {
        enums.get(path).map_or(0, |names| names.iter().filter(|name| item.ident == *name).count())
    };
    let read = |pair: Pair<'_>| {
        // Which of them an impl is for, modules would tell.
        let one = if count(file) > 1 {
            unclear(item.ident.span(), "its file has more than one enum of this name")
        } else {
            pair.read(item, &program, elsewhere)
        };
        Reading::new(pair.codec, one)
    };
    let mut readings: Vec<Reading> = Pair::all(&program).into_iter().map(read).collect();
    // An enum that has a type may be read from and written to others as well.
    if readings.iter().any(|reading| matches!(reading, Reading::Enum(_))) {
        readings.retain(|reading| matches!(reading, Reading::Enum(_)));
    }
    readings
}

/// The text that functions of a type make of each of its variants, and of those that are not named; nothing if that is
/// not understood. The functions are given with the traits that have them, the first that there is counts.
pub(crate) fn texts_by_hand(
    ident: &Ident,
    variants: &[String],
    impls: &[ItemImpl],
    functions: &[(&str, &str)],
) -> Option<(Vec<Option<String>>, Option<String>)> {
    let program = Program {
        ident,
        variants: variants.to_vec(),
        impls: impls.to_vec(),
        functions: Vec::new(),
        strum: Strum::default(),
        entered: Cell::new(0),
    };
    let function = functions.iter().find_map(|(of, name)| program.find(name, &[*of]))?;
    let texts = program.writes(function).ok()?;
    let value = |text: &Option<Literal>| text.as_ref().map(|text| text.value.clone());
    let of = |variant: &String| {
        let own = texts.of.iter().find(|(name, _)| name == variant);
        own.map_or_else(|| value(&texts.rest), |(_, text)| value(text))
    };
    Some((variants.iter().map(of).collect(), value(&texts.rest)))
}

/// What there is to say of an enum that derives Diesel's `AsExpression` for a type, and whose `ToSql` is not seen.
pub(super) fn without_impls(item: &ItemEnum) -> Option<Reading> {
    let sql_type = declared_sql_type(item)?;
    let read = TypeName::of_diesel(&sql_type).and_then(|_| {
        unclear(
            sql_type.span(),
            format_args!("its `ToSql` for `{sql_type}` is not in the package's source"),
        )
    });
    Some(Reading::new(Codec::DieselByHand, read))
}

/// Diesel's own type in `#[diesel(sql_type = path::to::Mood)]`, or in `#[sql_type = "Mood"]` up to 1.4
/// (`diesel_derives/src/as_expression.rs`).
fn declared_sql_type(item: &ItemEnum) -> Option<Ident> {
    let last_name = |path: &syn::Path| path.segments.last().map(|last| last.ident.clone());
    item.attrs.iter().find_map(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("diesel") => {
            let mut found = None;
            let read = list.parse_nested_meta(|meta| {
                if meta.path.is_ident("sql_type") {
                    found = last_name(&meta.value()?.parse::<syn::Path>()?);
                } else if meta.input.peek(syn::Token![=]) {
                    meta.value()?.parse::<syn::Expr>()?;
                }
                Ok(())
            });
            read.ok().and(found)
        }
        syn::Meta::NameValue(pair) if pair.path.is_ident("sql_type") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
                last_name(&text.parse::<syn::Path>().ok()?)
            }
            _ => None,
        },
        _ => None,
    })
}

/// The impls with which an enum is written as one type of the database and read from it.
struct Pair<'p> {
    codec: Codec,
    /// Diesel's own type.
    sql_type: Option<Ident>,
    write: Option<&'p ItemImpl>,
    read: Option<&'p ItemImpl>,
}

impl<'p> Pair<'p> {
    /// Those that there are.
    fn all(program: &'p Program<'_>) -> Vec<Self> {
        let mut pairs: Vec<Self> = Vec::new();
        for item in &program.impls {
            let Some((codec, sql_type, writes)) = recognized(item) else { continue };
            let known =
                pairs.iter_mut().find(|pair| pair.codec == codec && pair.sql_type == sql_type);
            let pair = match known {
                Some(pair) => pair,
                None => {
                    pairs.push(Self { codec, sql_type, write: None, read: None });
                    let Some(pair) = pairs.last_mut() else { continue };
                    pair
                }
            };
            *(if writes { &mut pair.write } else { &mut pair.read }) = Some(item);
        }
        pairs
    }

    fn read(
        &self,
        item: &ItemEnum,
        program: &Program<'_>,
        elsewhere: Option<&Path>,
    ) -> Read<ForeignEnum> {
        let TypeName { schema, name, folded, sql_type } = match (self.codec, &self.sql_type) {
            (_, Some(sql_type)) => TypeName::of_diesel(sql_type)?,
            (Codec::SqlxByHand, None) => TypeName::of_sqlx(program)?,
            (_, None) => TypeName::of_accepts(item, [self.write, self.read])?,
        };
        let (write, read) = match self.codec {
            Codec::SqlxByHand => (&["encode_by_ref", "encode"][..], ("decode", 0)),
            Codec::DieselByHand => (&["to_sql"][..], ("from_sql", 0)),
            _ => (&["to_sql"][..], ("from_sql", 1)),
        };
        let written = match self.write {
            Some(item) => match write.iter().find_map(|name| function(item, name)) {
                Some(function) => Some(program.writes(function)?),
                None => return unclear(item.impl_token.span, "how it is written is not seen"),
            },
            None => None,
        };
        // What it reads excuses labels. If that is not understood, it may be any.
        let reader = self.read.and_then(|item| function(item, read.0));
        let read = reader.map(|function| {
            program.reads(function, read.1).unwrap_or(Variants { of: Vec::new(), others: true })
        });
        let labels = labels(item, written.as_ref(), read.as_ref(), elsewhere.is_none())?;
        let unread = match &read {
            Some(Variants { of, others }) => {
                let reads = |text: &str| *others || of.iter().any(|(read, _)| read.value == text);
                let unread =
                    labels.iter().enumerate().filter(|(_, label)| !reads(&label.text.value));
                unread.map(|(index, _)| index).collect()
            }
            None => Vec::new(),
        };
        let reads = read.iter().flat_map(|read| &read.of);
        let reads = reads.map(|(text, variant)| (text.value.clone(), variant.clone())).collect();
        Ok(ForeignEnum {
            codec: self.codec,
            ident: item.ident.clone(),
            schema,
            name,
            folded,
            explicit: true,
            sql_type,
            demands: if read.is_none_or(|read| read.others) {
                Demands::AtLeast
            } else {
                Demands::Exactly
            },
            labels,
            reads,
            unread,
            impls_in: elsewhere.map(Path::to_owned),
        })
    }
}

/// Which codec's trait an impl is of, for which type of Diesel's, and whether it writes.
fn recognized(item: &ItemImpl) -> Option<(Codec, Option<Ident>, bool)> {
    let (path, _) = item.trait_.as_ref()?;
    let last = path.segments.last()?;
    let arguments: Vec<_> = type_arguments(&last.arguments).collect();
    let parameters = |name: &str| function(item, name).map(|function| function.sig.inputs.len());
    // A backend that is a parameter may be PostgreSQL's.
    let is_postgres = |ty: &Type, name: &str| {
        last_ident(ty).is_some_and(|ident| {
            ident == name || item.generics.type_params().any(|parameter| parameter.ident == ident)
        })
    };
    match (&*last.ident.to_string(), &arguments[..]) {
        (name @ ("ToSql" | "FromSql"), [ty, backend]) if is_postgres(backend, "Pg") => {
            let Type::Path(ty) = ty else { return None };
            let sql_type = ty.path.segments.last()?.ident.clone();
            Some((Codec::DieselByHand, Some(sql_type), name == "ToSql"))
        }
        // rusqlite's `to_sql` has no other parameter, and its `FromSql` has no `from_sql`.
        ("ToSql", []) if parameters("to_sql") == Some(3) => {
            Some((Codec::PostgresTypesByHand, None, true))
        }
        ("FromSql", []) if parameters("from_sql") == Some(2) => {
            Some((Codec::PostgresTypesByHand, None, false))
        }
        (name @ ("Encode" | "Decode"), [database]) if is_postgres(database, "Postgres") => {
            Some((Codec::SqlxByHand, None, name == "Encode"))
        }
        _ => None,
    }
}

/// A label for each variant that is written; where nothing is, for each that is read.
fn labels(
    item: &ItemEnum,
    written: Option<&Texts>,
    read: Option<&Variants>,
    is_here: bool,
) -> Read<Vec<ForeignLabel>> {
    let mut labels = Vec::new();
    for variant in &item.variants {
        let ident = &variant.ident;
        let text: Option<&Literal> = match (written, read) {
            (Some(texts), _) => {
                let own = texts.of.iter().find(|(name, _)| ident == name);
                own.map_or(texts.rest.as_ref(), |(_, text)| text.as_ref())
            }
            (None, Some(variants)) => {
                variants.of.iter().find(|(_, name)| ident == name).map(|(text, _)| text)
            }
            (None, None) => None,
        };
        let Some(Literal { value, span }) = text else { continue };
        // The literal may stand in another file.
        let span = if is_here { *span } else { ident.span() };
        let optional = written.is_none() || Attributes::of(&variant.attrs).has("cfg");
        let text = Text { value: value.clone(), span };
        labels.push(ForeignLabel { ident: ident.clone(), text, optional });
    }
    if labels.is_empty() {
        return unclear(item.ident.span(), "no variant has a label that is a literal");
    }
    Ok(labels)
}

/// The types among the arguments of a path's segment.
fn type_arguments(arguments: &PathArguments) -> impl Iterator<Item = &Type> {
    let arguments = match arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The last name of a type's path.
fn last_ident(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Type::Reference(inner) => last_ident(&inner.elem),
        Type::Paren(inner) => last_ident(&inner.elem),
        Type::Group(inner) => last_ident(&inner.elem),
        _ => None,
    }
}
