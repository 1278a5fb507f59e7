//! Diesel's own types for those of the database, as `schema.rs` declares them.

use pg_enum_core::parse::Text;
use syn::ext::IdentExt;
use syn::{Item, ItemStruct};

use super::attributes::{Argument, Attributes, Value, arguments};

/// A struct that stands for a type of the database: `sql_types::Mood` for `mood`.
#[derive(Debug, Clone)]
pub struct SqlType {
    /// The struct's name.
    pub ident: String,
    /// The schema, if it is not left to the search path.
    pub schema: Option<Text>,
    /// The type's name, as the database has it.
    pub name: Text,
}

/// The structs in `file` and its modules that say which type of the database they stand for:
/// `#[diesel(postgres_type(name = "…", schema = "…"))]`, as diesel's CLI writes them
/// (`print_schema.rs` in `diesel_cli` 2.2.12) and `SqlType` reads them (`parsers/postgres_type.rs` in
/// `diesel_derives` 2.2.7), and `#[postgres(type_name = "…", type_schema = "…")]`, as it was up to 1.4.
#[must_use]
pub fn diesel_sql_types(file: &syn::File) -> Vec<SqlType> {
    let mut found = Vec::new();
    add_items(&file.items, &mut found);
    found
}

fn add_items(items: &[Item], found: &mut Vec<SqlType>) {
    for item in items {
        match item {
            Item::Struct(item) => found.extend(sql_type(item)),
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    add_items(items, found);
                }
            }
            _ => {}
        }
    }
}

/// What one struct says. Where it says something that cannot be read, it says nothing.
fn sql_type(item: &ItemStruct) -> Option<SqlType> {
    let attributes = Attributes::of(&item.attrs);
    let mut postgres_types =
        attributes.arguments("diesel").ok()?.into_iter().filter_map(|argument| match argument {
            Argument { key, value: Value::List(list), .. } if key == "postgres_type" => Some(list),
            _ => None,
        });
    let (list, [name_key, schema_key]) = match postgres_types.next() {
        Some(list) => (arguments(&list)?, ["name", "schema"]),
        None => (attributes.arguments("postgres").ok()?, ["type_name", "type_schema"]),
    };
    let (mut name, mut schema) = (None, None);
    for argument in list {
        if argument.key == name_key {
            name = Some(argument.into_text().ok()?);
        } else if argument.key == schema_key {
            schema = Some(argument.into_text().ok()?);
        }
    }
    Some(SqlType { ident: item.ident.unraw().to_string(), schema, name: name? })
}

#[cfg(test)]
mod tests {
    use super::diesel_sql_types;

    #[test]
    fn a_schema_file_says_what_its_types_are() {
        let file = syn::parse_str(
            r#"
            pub mod sql_types {
                #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
                #[diesel(postgres_type(name = "Protocol_Type_Type"))]
                pub struct ProtocolTypeType;
                #[derive(diesel::sql_types::SqlType)]
                #[diesel(mysql_type(name = "Enum"), postgres_type(name = "mood", schema = "app"))]
                pub struct Mood;
            }
            #[derive(SqlType)]
            #[postgres(type_name = "old")]
            pub struct Old;
            #[diesel(postgres_type(oid = 1, array_oid = 2))]
            struct Number;
            #[postgres(name = "not_diesel")]
            struct Composite { a: i32 }
            #[diesel(table_name = users)]
            struct User;
            "#,
        )
        .unwrap();
        let found: Vec<_> = diesel_sql_types(&file)
            .into_iter()
            .map(|found| (found.ident, found.schema.map(|schema| schema.value), found.name.value))
            .collect();
        assert_eq!(
            found,
            [
                ("ProtocolTypeType".into(), None, "Protocol_Type_Type".into()),
                ("Mood".into(), Some("app".into()), "mood".into()),
                ("Old".into(), None, "old".into()),
            ]
        );
    }
}
