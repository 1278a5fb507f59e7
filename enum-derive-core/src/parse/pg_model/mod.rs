//! `#[derive(PgModel)]`: a struct whose fields hold columns.

mod attributes;
mod field;
mod sqlx;
#[cfg(test)]
mod tests;
mod validation;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use heck::ToSnakeCase;
use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Type};

use self::attributes::StructAttributes;
use self::field::Rules;
use self::sqlx::SqlxStruct;
pub use self::validation::validate_model;
use super::{ColumnPath, Errors, Text};

/// A struct that derives `PgModel`.
pub struct Model {
    /// The struct's identifier.
    pub ident: Ident,
    /// The table that it is a row of; `None` for a row of several.
    pub table: Option<Text>,
    /// The schema of the table, if the attributes give one.
    pub schema: Option<Text>,
    /// Whether a column without a field is an error.
    pub complete: bool,
    /// Whether an `Option` over a column that is NOT NULL is an error.
    pub strict_null: bool,
    /// Whether something other than the migrations creates the table. Such a struct is not checked against them.
    pub external: bool,
    /// The path to the `pg-enum` crate, if the attributes give one.
    pub crate_path: Option<syn::Path>,
    /// The fields, also those that are no columns.
    pub fields: Vec<ModelField>,
}

/// A field.
pub struct ModelField {
    /// Its name, without `r#`.
    pub name: Text,
    /// Where its value comes from.
    pub source: FieldSource,
    /// What the driver decodes.
    pub value: FieldValue,
    /// Whether the value may be NULL whatever the column says, as in an outer join.
    pub nullable: bool,
    /// Whether the row may lack the column: `#[sqlx(default)]`.
    pub optional: bool,
}

/// Where a field's value comes from.
pub enum FieldSource {
    /// A column of the model's table, and the place that says which.
    Column(Text),
    /// A column of a table that the field names.
    From(ColumnPath),
    /// No column.
    None,
}

/// What the driver decodes for a field.
pub enum FieldValue {
    /// A value of the field's type.
    Field,
    /// A value of this type, which is converted: `#[sqlx(try_from = "…")]`.
    TryFrom(Box<Type>),
    /// JSON, whatever the field's type is: `#[sqlx(json)]`, and `json(nullable)` for NULL as well.
    Json {
        /// Whether NULL is decoded.
        nullable: bool,
    },
}

/// Reads a struct and its attributes, also those of sqlx.
///
/// The model contains everything that could be read. It is complete if there are no errors.
///
/// ```
/// use pg_enum_core::parse::{parse_model, validate_model, FieldSource};
///
/// let input = syn::parse_str(
///     "#[pg_model(table = \"orders\")]
///      struct Order { id: i64, #[sqlx(rename = \"note\")] text: Option<String> }",
/// )?;
/// let (model, errors) = parse_model(&input);
/// assert!(errors.is_empty() && validate_model(&model).is_empty());
/// assert!(matches!(&model.fields[1].source, FieldSource::Column(text) if text.value == "note"));
/// # Ok::<(), syn::Error>(())
/// ```
#[must_use]
pub fn parse_model(input: &DeriveInput) -> (Model, Errors) {
    read(input, false)
}

/// Reads a struct that derives `sqlx::FromRow`, as far as it tells the columns of a row: which table they are of, its
/// queries say. The model has no table, and its fields have columns all the same.
///
/// ```
/// use pg_enum_core::parse::{parse_row, FieldSource};
///
/// let input = syn::parse_str("struct Order { #[sqlx(rename = \"note\")] text: String }")?;
/// let row = parse_row(&input);
/// assert!(matches!(&row.fields[0].source, FieldSource::Column(text) if text.value == "note"));
/// # Ok::<(), syn::Error>(())
/// ```
#[must_use]
pub fn parse_row(input: &DeriveInput) -> Model {
    // sqlx reports what is wrong with its attributes.
    read(input, true).0
}

fn read(input: &DeriveInput, is_row: bool) -> (Model, Errors) {
    let mut errors = Errors::default();
    let name = input.ident.unraw().to_string().to_snake_case();
    let attributes = StructAttributes::read(&input.attrs, &name, &mut errors);
    let sqlx = SqlxStruct::read(&input.attrs);
    if let (Some((ours, span)), Some((theirs, other))) = (attributes.rename_all, sqlx.rename_all) {
        if ours != theirs {
            errors.push(span, "`rename_all` of `pg_model` and of `sqlx` differ; remove this one");
            errors.push(other, "sqlx reads the columns by this rule");
        }
    }
    let mut model = Model {
        ident: input.ident.clone(),
        table: attributes.table,
        schema: attributes.schema,
        complete: attributes.complete.is_some(),
        strict_null: attributes.strict_null.is_some(),
        external: attributes.external.is_some(),
        crate_path: attributes.crate_path,
        fields: Vec::new(),
    };
    let rules = Rules {
        has_table: model.table.is_some() || is_row,
        rename_all: attributes.rename_all.or(sqlx.rename_all).map(|(rule, _)| rule),
        optional: sqlx.default,
    };
    // Of fields without a column, where there is no table. They count if the struct is meant to be of several tables.
    let mut unsaid = Errors::default();
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                for field in &fields.named {
                    let field = rules.read(field, attributes.complete, &mut errors, &mut unsaid);
                    model.fields.extend(field);
                }
            }
            Fields::Unnamed(_) | Fields::Unit => errors.push(
                input.ident.span(),
                "PgModel can only be derived for a struct with named fields, because columns are found by name",
            ),
        },
        Data::Enum(data) => errors.push(
            data.enum_token.span,
            "PgModel can only be derived for a struct; for an enum, derive PgEnum",
        ),
        Data::Union(data) => {
            errors.push(data.union_token.span, "PgModel can only be derived for a struct");
        }
    }
    let says_from = |field: &ModelField| matches!(field.source, FieldSource::From(_));
    if model.table.is_some() || is_row || !errors.is_empty() {
        return (model, errors);
    }
    if let Some(span) = attributes.needs_table {
        errors.push(span, format!("this attribute needs a table; add `table = {name:?}`"));
    } else if model.fields.iter().any(says_from) {
        errors.append(unsaid);
    } else {
        errors.push(
            input.ident.span(),
            format!(
                "`{}` names no table; add `#[pg_model(table = {name:?})]`, or `#[pg_model(from = \"table.column\")]` to \
                 the fields of a row of several tables",
                input.ident
            ),
        );
    }
    (model, errors)
}

#[cfg(feature = "record")]
impl Model {
    /// What the struct says of its columns, to be compared with the migrations. Its fields are those of the struct.
    #[must_use]
    pub fn columns(&self) -> crate::model::Model<'_> {
        use crate::model::{Field, Source, TableName};

        let fields = self.fields.iter().map(|field| Field {
            source: match &field.source {
                FieldSource::Column(column) => Source::Column(&column.value),
                FieldSource::From(ColumnPath { schema, table, column, .. }) => {
                    Source::From(TableName { schema: schema.as_deref(), name: table }, column)
                }
                FieldSource::None => Source::None,
            },
            optional: field.optional,
            json: match field.value {
                FieldValue::Json { nullable } => Some(nullable),
                FieldValue::Field | FieldValue::TryFrom(_) => None,
            },
        });
        crate::model::Model {
            table: self.table.as_ref().map(|table| TableName {
                schema: self.schema.as_ref().map(|schema| &*schema.value),
                name: &table.value,
            }),
            complete: self.complete,
            fields: fields.collect(),
        }
    }

    /// The span of a part of the struct.
    #[must_use]
    pub fn span_of(&self, place: crate::model::Place) -> proc_macro2::Span {
        use crate::model::Place;

        let text = match place {
            Place::Name => None,
            Place::Table => self.table.as_ref(),
            Place::Schema => self.schema.as_ref().or(self.table.as_ref()),
            Place::Field(index) | Place::From(index) => match self.fields.get(index) {
                Some(ModelField { source: FieldSource::From(path), .. }) => return path.span,
                Some(ModelField { source: FieldSource::Column(column), .. }) => Some(column),
                Some(ModelField { name, .. }) => Some(name),
                None => None,
            },
        };
        text.map_or_else(|| self.ident.span(), |text| text.span)
    }
}
