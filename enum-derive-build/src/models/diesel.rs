//! Diesel's `table!` blocks, and the derives that name one.
//!
//! A block is read as Diesel's own parser reads it (`diesel_table_macro_syntax` 0.3, which is internal to Diesel, and for
//! another version of syn). Every query that loads rows names the
//! columns of the block that it selects, in that order, and never `*`; so the order of the table's columns does not matter.
//! The compiler compares a struct with the block.

use heck::ToSnakeCase;
use pg_enum_core::column::{Holds, PgType};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, GenericArgument, PathArguments, Token, Type, TypePath};

use super::{FieldType, FoundColumn, Named, TableRef};
use crate::foreign::Imports;
use crate::foreign::attributes::Attributes;

/// The derives that make a struct a row or values of a table.
pub(super) const DERIVES: [&str; 6] =
    ["Queryable", "QueryableByName", "Selectable", "Insertable", "AsChangeset", "Identifiable"];

/// A block: the name that code uses for it, the table, and its columns.
pub(super) struct Block {
    pub(super) ident: Ident,
    pub(super) table: TableRef,
    pub(super) columns: Vec<FoundColumn>,
}

/// What is between the braces of `table!` or `view!`.
pub(super) fn block(tokens: TokenStream) -> syn::Result<Block> {
    let block = |input: ParseStream<'_>| {
        while is_import(input) {
            input.parse::<syn::ItemUse>()?;
        }
        let attributes = input.call(Attribute::parse_outer)?;
        let mut ident = input.call(Ident::parse_any)?;
        let mut schema = None;
        if input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            schema = Some(ident.unraw().to_string());
            ident = input.call(Ident::parse_any)?;
        }
        if input.peek(syn::token::Paren) {
            // The primary key.
            let key;
            syn::parenthesized!(key in input);
            key.parse::<TokenStream>()?;
        }
        let content;
        syn::braced!(content in input);
        let columns = content.parse_terminated(column, Token![,])?.into_iter().collect();
        let (name, at) = (sql_name(&attributes, &ident), ident.span().byte_range());
        Ok(Block { ident, table: TableRef { schema, name, at }, columns })
    };
    block.parse2(tokens)
}

fn is_import(input: ParseStream<'_>) -> bool {
    input.fork().parse::<syn::ItemUse>().is_ok()
}

fn column(input: ParseStream<'_>) -> syn::Result<FoundColumn> {
    let attributes = input.call(Attribute::parse_outer)?;
    let ident = input.call(Ident::parse_any)?;
    input.parse::<Token![->]>()?;
    let ty: TypePath = input.parse()?;
    Ok(FoundColumn {
        name: sql_name(&attributes, &ident),
        at: ident.span().byte_range(),
        field: ident.unraw().to_string(),
        is_optional: false,
        json: None,
        ty: sql_type(&ty),
    })
}

/// `#[sql_name = "type"]`, or the name in Rust.
fn sql_name(attributes: &[Attribute], ident: &Ident) -> String {
    let said = Attributes::of(attributes).texts("sql_name").ok().into_iter().flatten().next();
    said.map_or_else(|| ident.unraw().to_string(), |text| text.value)
}

/// The `table!` block that a struct names: `#[diesel(table_name = crate::schema::users)]`, or `#[table_name = "users"]` as
/// it was up to 1.4; without either, all derives but two take the struct's name in snake case and in the plural
/// (`diesel_derives` 2.2.7, `model.rs`). `Queryable` and `QueryableByName` alone need none.
pub(super) fn table_of(
    item: &syn::ItemStruct,
    derives: &[&str],
    imports: &Imports,
) -> Option<TableRef> {
    let attributes = Attributes::of(&item.attrs);
    let is_it = |attribute: &&Attribute| {
        attribute.path().is_ident("diesel") || attribute.path().is_ident("table_name")
    };
    let said = item.attrs.iter().find(is_it).and_then(|attribute| {
        attribute.meta.to_token_stream().into_iter().last().map(|last| last.span().byte_range())
    });
    let at = said.unwrap_or_else(|| item.ident.span().byte_range());
    let old = attributes.texts("table_name").ok().into_iter().flatten().next();
    let path =
        old.map(|text| text.value).or_else(|| attributes.lists("diesel").find_map(table_name));
    let needs_one = derives.iter().any(|name| !name.starts_with("Queryable"));
    let path = match path {
        Some(path) => path,
        None if needs_one => format!("{}s", item.ident.unraw().to_string().to_snake_case()),
        None => return None,
    };
    let path = imports.path_of(&path).unwrap_or(&path);
    let last = path.rsplit("::").next().unwrap_or(path);
    Some(TableRef { schema: None, name: last.trim().trim_start_matches("r#").to_owned(), at })
}

/// What stands behind `table_name =`, which is a path.
fn table_name(list: &TokenStream) -> Option<String> {
    let mut tokens = list.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(name) if name == "table_name"))?;
    let value = tokens
        .skip(1)
        .take_while(|token| !matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','));
    let text: String = value.map(|token| token.to_string()).collect();
    Some(text.trim_matches('"').to_owned()).filter(|text| !text.is_empty())
}

/// What a type of Diesel's reads: `Nullable<Array<Int4>>`.
fn sql_type(ty: &TypePath) -> FieldType {
    let text = ty.to_token_stream().to_string().split_whitespace().collect();
    let unknown = FieldType { text, holds: Holds::UNKNOWN, reads_labels: false, named: None };
    let Some(last) = ty.path.segments.last() else { return unknown };
    let name = last.ident.unraw().to_string();
    let inner = || match &last.arguments {
        PathArguments::AngleBracketed(given) => match given.args.first() {
            Some(GenericArgument::Type(Type::Path(inner))) => Some(sql_type(inner)),
            _ => None,
        },
        _ => None,
    };
    match &*name {
        "Nullable" => inner().map_or(unknown.clone(), |inner| FieldType {
            holds: inner.holds.or_null(),
            text: unknown.text.clone(),
            ..inner
        }),
        "Array" => inner().map_or(unknown.clone(), |inner| FieldType {
            holds: if inner.holds.is_known() { inner.holds.array() } else { Holds::UNKNOWN },
            text: unknown.text.clone(),
            named: inner.named.map(|named| Named { is_array: true, ..named }),
            ..inner
        }),
        _ => match TYPES.iter().find(|(names, _)| names.contains(&&*name)) {
            Some((names, types)) => FieldType {
                holds: Holds::one_of(types),
                reads_labels: names.contains(&"Text"),
                ..unknown
            },
            None => FieldType { named: Some(Named { ident: name, is_array: false }), ..unknown },
        },
    }
}

const INT2: PgType = PgType::built_in("int2");
const INT4: PgType = PgType::built_in("int4");
const INT8: PgType = PgType::built_in("int8");

/// Text is whatever bytes come, as long as they are UTF-8: what these types are sent as.
const TEXT: &[PgType] = &[
    PgType::built_in("text"),
    PgType::built_in("varchar"),
    PgType::built_in("bpchar"),
    PgType::built_in("name"),
    PgType::built_in("char"),
    PgType::built_in("json"),
    PgType::built_in("xml"),
    PgType::built_in("bytea"),
    PgType::in_any_schema("citext"),
];
const MOMENT: &[PgType] = &[PgType::built_in("timestamp"), PgType::built_in("timestamptz")];
const ADDRESS: &[PgType] = &[PgType::built_in("inet"), PgType::built_in("cidr")];

/// The types of columns of which each type of Diesel's reads the bytes that the server sends, under all of its names
/// (diesel 2.2.12 `src/sql_types/mod.rs`, `src/pg/types`). Diesel does not ask of which type a column is: an integer or a
/// time is refused by its length, and a value of the same length is read as another one. What reads any bytes
/// (`Binary`) is not in the list.
const TYPES: &[(&[&str], &[PgType])] = &[
    (&["Bool"], &[PgType::built_in("bool")]),
    (&["SmallInt", "Int2", "SmallSerial", "Smallserial"], &[INT2]),
    (&["Integer", "Int4", "Serial"], &[INT4]),
    (&["BigInt", "Int8", "BigSerial", "Bigserial"], &[INT8]),
    (&["Float", "Float4"], &[PgType::built_in("float4")]),
    (&["Double", "Float8"], &[PgType::built_in("float8")]),
    (&["Numeric", "Decimal"], &[PgType::built_in("numeric")]),
    (&["Text", "VarChar", "Varchar", "Bpchar", "BpChar", "Citext"], TEXT),
    (&["Timestamp", "Timestamptz"], MOMENT),
    (&["Date"], &[PgType::built_in("date")]),
    (&["Time"], &[PgType::built_in("time")]),
    (&["Interval"], &[PgType::built_in("interval")]),
    (&["Uuid"], &[PgType::built_in("uuid")]),
    (&["Json"], &[PgType::built_in("json"), PgType::built_in("text"), PgType::built_in("varchar")]),
    (&["Jsonb"], &[PgType::built_in("jsonb")]),
    (&["Inet", "Cidr"], ADDRESS),
    (&["MacAddr", "Macaddr"], &[PgType::built_in("macaddr")]),
    (&["MacAddr8", "Macaddr8"], &[PgType::built_in("macaddr8")]),
    (&["Money", "Cash"], &[PgType::built_in("money")]),
];

#[cfg(test)]
mod tests {
    use super::{block, sql_type};

    #[test]
    fn names_of_columns_and_tables() {
        let tokens = "use diesel::sql_types::*;
            /// Words.
            #[sql_name = \"Orders\"]
            app.orders (id) {
                id -> Int8,
                #[sql_name = \"type\"] #[max_length = 3]
                type_ -> Nullable<Varchar>,
                r#ref -> Array<Nullable<Uuid>>,
            }";
        let block = block(tokens.parse().unwrap()).unwrap();
        assert_eq!((block.table.schema.as_deref(), &*block.table.name), (Some("app"), "Orders"));
        let names: Vec<_> = block.columns.iter().map(|column| &*column.name).collect();
        assert_eq!(names, ["id", "type", "ref"]);
        assert!(block.columns[1].ty.holds.is_nullable() && block.columns[1].ty.reads_labels);
    }

    #[test]
    fn a_type_of_the_project_is_named() {
        let ty = sql_type(&syn::parse_str("Nullable<Array<sql_types::Mood>>").unwrap());
        let named = ty.named.unwrap();
        assert!(named.ident == "Mood" && named.is_array && !ty.holds.is_known());
        assert!(ty.holds.is_nullable());
    }
}
