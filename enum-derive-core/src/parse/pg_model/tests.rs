use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{FieldSource, FieldValue, Model, parse_model, validate_model};

fn read(source: &str) -> (Model, Vec<String>) {
    let input = syn::parse_str(source).expect(source);
    let (model, mut errors) = parse_model(&input);
    errors.append(validate_model(&model));
    let errors = errors.into_error().into_iter().flatten().map(|error| error.to_string()).collect();
    (model, errors)
}

/// The model of a source without mistakes, field by field.
fn fields(source: &str) -> Vec<String> {
    let (model, errors) = read(source);
    assert!(errors.is_empty(), "{source} {errors:?}");
    let field = |field: &super::ModelField| {
        let mut text = match &field.source {
            FieldSource::Column(column) => column.value.clone(),
            FieldSource::From(path) => {
                let schema = path.schema.as_deref().unwrap_or("-");
                alloc::format!("{schema}/{}/{}", path.table, path.column)
            }
            FieldSource::None => String::from("none"),
        };
        match &field.value {
            FieldValue::Field => {}
            FieldValue::TryFrom(_) => text += " converted",
            FieldValue::Json { nullable } => text += if *nullable { " json?" } else { " json" },
        }
        if field.nullable {
            text += " nullable";
        }
        if field.optional {
            text += " optional";
        }
        text
    };
    model.fields.iter().map(field).collect()
}

fn mistakes(source: &str) -> Vec<String> {
    read(source).1
}

#[test]
fn fields_are_columns() {
    let source = "#[pg_model(table = \"orders\", schema = \"app\", complete, strict_null)] #[pg_model(crate = a::b)]
        struct Order { id: i64, r#type: String, #[pg_model(column = \"Total\")] total: i32, #[pg_model(skip)] x: u8,
            #[pg_model(computed)] y: u8, #[pg_model(from = \"a.b\", nullable)] z: Option<u8> }";
    assert_eq!(fields(source), ["id", "type", "Total", "none", "none", "-/a/b nullable"]);
    let (model, _) = read(source);
    assert!(model.complete && model.strict_null && !model.external && model.crate_path.is_some());
}

#[test]
fn what_sqlx_reads_is_not_said_twice() {
    assert_eq!(
        fields(
            "#[pg_model(table = \"orders\")] #[sqlx(rename_all = \"camelCase\")]
             struct Order {
                order_id: i64,
                #[sqlx(rename = \"Note\", default)] note: String,
                #[sqlx(skip)] cache: u8,
                #[sqlx(flatten, try_from = \"Row\")] address: Address,
                #[sqlx(json)] data: Data,
                #[sqlx(json(nullable))] more: Option<Data>,
                #[sqlx(try_from = \"i64\")] count: u32,
                #[sqlx(json, try_from = \"Row\")] last: Data,
             }"
        ),
        [
            "orderId",
            "Note optional",
            "none",
            "none converted",
            "data json",
            "more json?",
            "count converted",
            "last json",
        ]
    );
    assert_eq!(
        fields("#[sqlx(default)] #[pg_model(table = \"t\")] struct T { a: u8 }"),
        ["a optional"]
    );
    assert_eq!(
        fields(
            "#[sqlx(rename_all = \"UPPERCASE\")] #[pg_model(table = \"t\", rename_all = \"UPPERCASE\")] struct T { a: u8 }"
        ),
        ["A"]
    );
    // What sqlx does not understand, it says itself.
    assert_eq!(
        fields(
            "#[sqlx(rename_all = 1)] #[pg_model(table = \"t\")] struct T { #[sqlx(what = 2, rename = \"b\")] a: u8 }"
        ),
        ["b"]
    );
}

#[test]
fn a_row_of_several_tables() {
    assert_eq!(
        fields(
            "struct Line { #[pg_model(from = \"app.orders.id\")] id: i64, #[pg_model(computed)] total: i64,
                #[pg_model(from = \"people.name\", nullable)] #[sqlx(rename = \"customer\")] name: Option<String> }"
        ),
        ["app/orders/id", "none", "-/people/name nullable"]
    );
    assert_eq!(
        mistakes(
            "struct Line { #[pg_model(from = \"orders.id\")] id: i64, note: String, #[pg_model(column = \"b\")] a: u8 }"
        ),
        [
            "field `note` names no column, and the struct no table; add `#[pg_model(from = \"table.note\")]`, \
             `#[pg_model(computed)]` or `#[pg_model(skip)]`",
            "the struct names no table; write `from = \"table.b\"`",
        ]
    );
}

#[test]
fn a_table_is_named() {
    assert_eq!(
        mistakes("#[pg_model(table)] struct OrderItem { id: i64 }"),
        ["`table` needs the name of the table; write `table = \"order_item\"`"]
    );
    for fields in ["", "id: i64, note: String", "#[pg_model(computed)] id: i64"] {
        assert_eq!(
            mistakes(&alloc::format!("struct OrderItem {{ {fields} }}")),
            [
                "`OrderItem` names no table; add `#[pg_model(table = \"order_item\")]`, or `#[pg_model(from = \
              \"table.column\")]` to the fields of a row of several tables"
            ]
        );
    }
    for attribute in ["schema = \"app\"", "complete", "rename_all = \"UPPERCASE\""] {
        assert_eq!(
            mistakes(&alloc::format!(
                "#[pg_model({attribute})] struct Order {{ #[pg_model(from = \"a.b\")] b: u8 }}"
            )),
            ["this attribute needs a table; add `table = \"order\"`"]
        );
    }
    assert_eq!(
        mistakes(
            "#[pg_model(table = \"\", schema = \"a\\0\")] struct Order { #[pg_model(from = \".x\")] x: u8 }"
        ),
        [
            "empty table name; it needs at least one character",
            "schema contains a NUL character, which PostgreSQL cannot store",
            "empty table name; it needs at least one character",
        ]
    );
}

#[test]
fn only_structs_with_names() {
    for (source, message) in [
        ("#[pg_model(table = \"t\")] struct T(i32);", "a struct with named fields"),
        ("#[pg_model(table = \"t\")] struct T;", "a struct with named fields"),
        ("#[pg_model(table = \"t\")] enum T { A }", "for an enum, derive PgEnum"),
        ("#[pg_model(table = \"t\")] union T { a: u8 }", "can only be derived for a struct"),
    ] {
        let mistakes = mistakes(source);
        assert!(mistakes.len() == 1 && mistakes[0].contains(message), "{mistakes:?}");
    }
}

#[test]
fn attributes_that_contradict_one_another() {
    let of = |attributes: &str| {
        mistakes(&alloc::format!("#[pg_model(table = \"t\")] struct T {{ {attributes} a: u8 }}"))
    };
    let skip = "remove this, because the field has `skip` and is not compared";
    assert_eq!(of("#[pg_model(skip, column = \"b\", nullable)]"), [skip, skip]);
    assert_eq!(
        of("#[sqlx(skip)] #[pg_model(computed)]"),
        ["remove this, because sqlx does not read a field with `skip` from the row"]
    );
    assert_eq!(
        of("#[sqlx(flatten)] #[pg_model(column = \"b\")]"),
        ["remove this, because a flattened field is not a column"]
    );
    assert_eq!(
        of("#[pg_model(computed, nullable)]"),
        ["remove this, because the field is `computed` and has no column"]
    );
    assert_eq!(
        of("#[pg_model(from = \"a.b\", column = \"b\")]"),
        ["remove this, because `from` names the column"]
    );
    assert_eq!(
        of("#[pg_model(column = \"b\")] #[sqlx(rename = \"c\")]"),
        [
            "`sqlx::FromRow` has the column \"c\" for this field, and `PgModel` has \"b\"; let both say the same",
            "the column of `sqlx::FromRow` is here",
        ]
    );
    assert_eq!(of("#[pg_model(column = \"b\")] #[sqlx(rename = \"b\")]"), [""; 0]);
    assert_eq!(
        mistakes(
            "#[sqlx(rename_all = \"UPPERCASE\")] #[pg_model(table = \"t\", rename_all = \"camelCase\")] struct T { a: u8 }"
        ),
        [
            "`rename_all` of `pg_model` and of `sqlx` differ; remove this one",
            "sqlx reads the columns by this rule",
        ]
    );
    assert_eq!(
        mistakes("#[pg_model(table = \"t\", complete)] struct T { #[sqlx(flatten)] a: A }"),
        [
            "`complete` cannot be checked with a flattened field, whose columns this derive does not see; remove \
             `complete`",
            "the flattened field is here",
        ]
    );
}

#[test]
fn two_fields_for_one_column() {
    assert_eq!(
        mistakes("#[pg_model(table = \"t\")] struct T { a: u8, #[sqlx(rename = \"a\")] b: u8 }"),
        ["duplicate column \"a\"", "column \"a\" is first that of `a`"]
    );
}

#[test]
fn unknown_attributes() {
    assert_eq!(
        mistakes(
            "#[pg_model(table = \"t\", name = \"x\", skip)] struct T { #[pg_model(table = \"x\")] a: u8 }"
        ),
        [
            "unknown attribute `name`; the attributes here are `table`, `schema`, `complete`, `strict_null`, `external`, \
             `rename_all`, `crate`",
            "attribute `skip` belongs on a field",
            "attribute `table` belongs on the struct",
        ]
    );
}
