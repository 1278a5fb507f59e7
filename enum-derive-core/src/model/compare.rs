//! The comparison.

use alloc::string::String;
use alloc::vec::Vec;

use super::nearest::nearest;
use super::{
    Comparison, Difference, Field, Mismatch, Model, Place, Problem, Similar, Source, TableName,
    Untold,
};
use crate::record::{Record, RecordedColumn, RecordedTable, RecordedType, RelationKind};

/// The columns that every table has besides its own (PostgreSQL manual, 5.6, System Columns).
const SYSTEM_COLUMNS: [&str; 6] = ["cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"];

/// From how many columns on that a table lacks, one error lists them.
const MANY: usize = 4;

/// Compares a model with the migrations.
///
/// ```
/// use pg_enum_core::model::{compare, Field, Model, Place, Source, TableName};
/// use pg_enum_core::record::Record;
///
/// let record = Record::parse(
///     "pg-enum record 1\ndefault\tpublic\ntables\ntable\tpublic\torders\t1.sql\t1\n\
///      column\tnote\tnull\tgiven\t1.sql\t2\tpg_catalog\ttext\tvalue\ttext\n",
/// ).unwrap();
/// let field = |column| Field { source: Source::Column(column), optional: false, json: None };
/// let model = Model {
///     table: Some(TableName { schema: None, name: "orders" }),
///     complete: false,
///     fields: vec![field("note"), field("notes")],
/// };
/// let comparison = compare(&model, &record);
/// assert_eq!(comparison.columns[0].unwrap().1.types[0].sql, "text");
/// assert_eq!(comparison.mismatches[0].place, Place::Field(1));
/// assert_eq!(
///     comparison.mismatches[0].to_string(),
///     "public.orders has no column \"notes\" (created at 1.sql:1), but it has \"note\" (1.sql:2); \
///      rename the field, or write `#[pg_model(column = \"note\")]`"
/// );
/// ```
#[must_use]
pub fn compare<'a>(model: &Model<'_>, record: &'a Record) -> Comparison<'a> {
    let mut comparison = Comparison {
        mismatches: Vec::new(),
        untold: Vec::new(),
        columns: alloc::vec![None; model.fields.len()],
        inserted: None,
        selected: model
            .fields
            .iter()
            .map(|field| matches!(field.source, Source::Column(_)))
            .collect(),
    };
    let Some(tables) = &record.tables else {
        let mismatch = Mismatch { place: Place::Name, problem: Problem::NoTables };
        comparison.mismatches.push(mismatch);
        return comparison;
    };
    let own = model.table.and_then(|name| comparison.find(name, Place::Table, tables, record));
    let mut lacking = Vec::new();
    for (index, field) in model.fields.iter().enumerate() {
        let (place, table, column) = match field.source {
            Source::Column(column) => (Place::Field(index), own, column),
            Source::From(name, column) => {
                let place = Place::From(index);
                (place, comparison.find(name, place, tables, record), column)
            }
            Source::None => continue,
        };
        let Some(table) = table else { continue };
        let is_system = table.kind == RelationKind::Table && SYSTEM_COLUMNS.contains(&column);
        if let Some(found) = table.column(column) {
            comparison.columns[index] = Some((table, found));
            comparison.mismatches.extend(json(place, field, table, found));
        } else if is_system {
            // Its type is the server's own, and no `INSERT` can give it.
        } else if field.optional {
            comparison.selected[index] = false;
        } else if let Source::Column(_) = field.source {
            lacking.push((index, column));
        } else {
            comparison.mismatches.push(no_column(place, table, column));
        }
    }
    let Some(table) = own else { return comparison };
    if lacking.len() < MANY {
        let each =
            lacking.iter().map(|(index, column)| no_column(Place::Field(*index), table, column));
        comparison.mismatches.extend(each);
    } else {
        let problem = Problem::NoColumns {
            table: shown(table),
            columns: lacking.iter().map(|(_, column)| String::from(*column)).collect(),
            has: table.columns.len(),
            created: table.created.clone(),
        };
        comparison.mismatches.push(Mismatch { place: Place::Name, problem });
    }
    if model.complete {
        comparison.mismatches.extend(no_fields(model, table));
    }
    if table.kind == RelationKind::Table {
        let given = comparison.columns.iter().zip(&comparison.selected);
        let given = given.map(|(found, selected)| {
            *selected && found.is_some_and(|(_, column)| !column.is_filled)
        });
        comparison.inserted = Some(given.collect());
    }
    comparison
}

impl Comparison<'_> {
    /// The table of that name, if its columns are known. Notes it if they are not, and if there is no such table.
    fn find<'t>(
        &mut self,
        name: TableName<'_>,
        place: Place,
        tables: &'t [RecordedTable],
        record: &Record,
    ) -> Option<&'t RecordedTable> {
        let schema = name.schema.unwrap_or(&record.default_schema);
        let found = tables.iter().find(|table| table.schema == schema && table.name == name.name);
        if let Some(table) = found {
            let Some(unknown) = &table.unknown else { return Some(table) };
            let why = unknown.clone();
            self.add_untold(Untold { place, table: shown(table), is_there: true, why });
            return None;
        }
        let table = alloc::format!("{schema}.{}", name.name);
        if let Some(why) = record.any_table.clone() {
            self.add_untold(Untold { place, table, is_there: false, why });
            return None;
        }
        let elsewhere = tables.iter().find(|table| table.name == name.name);
        let similar = match elsewhere {
            Some(table) => Some(Similar {
                name: table.schema.clone(),
                how: Difference::Schema,
                at: table.created.clone(),
            }),
            None => {
                let here = tables.iter().filter(|table| table.schema == schema);
                nearest(name.name, here.map(|table| (&*table.name, &table.created)))
            }
        };
        let place = match (place, &similar, name.schema) {
            (Place::Table, Some(Similar { how: Difference::Schema, .. }), Some(_)) => Place::Schema,
            _ => place,
        };
        self.mismatches.push(Mismatch { place, problem: Problem::NoTable { table, similar } });
        None
    }

    /// Each table is told once, however many fields name it.
    fn add_untold(&mut self, untold: Untold) {
        if !self.untold.iter().any(|earlier| earlier.table == untold.table) {
            self.untold.push(untold);
        }
    }
}

/// A table as messages show it.
fn shown(table: &RecordedTable) -> String {
    alloc::format!("{}.{}", table.schema, table.name)
}

fn no_column(place: Place, table: &RecordedTable, column: &str) -> Mismatch {
    let names = table.columns.iter().map(|column| (&*column.name, &column.at));
    let problem = Problem::NoColumn {
        table: shown(table),
        column: column.into(),
        similar: nearest(column, names),
        created: table.created.clone(),
    };
    Mismatch { place, problem }
}

/// What is wrong with a column that is read as JSON. Its type needs none of Rust's to be compared.
fn json(
    place: Place,
    field: &Field<'_>,
    table: &RecordedTable,
    column: &RecordedColumn,
) -> Option<Mismatch> {
    let null = field.json?;
    let name = || alloc::format!("{}.{}", shown(table), column.name);
    let at = || column.at.clone();
    let is_json = |ty: &RecordedType| {
        ty.schema == "pg_catalog" && matches!(&*ty.name, "json" | "jsonb") && !ty.is_array
    };
    let problem = match column.types.first() {
        Some(ty) if !column.types.iter().any(is_json) => {
            Problem::NotJson { column: name(), sql: ty.sql.clone(), at: at() }
        }
        _ if !null && column.not_null == Some(false) => {
            Problem::JsonNull { column: name(), at: at() }
        }
        _ => return None,
    };
    Some(Mismatch { place, problem })
}

fn no_fields(model: &Model<'_>, table: &RecordedTable) -> Option<Mismatch> {
    let has_a_field = |column: &&RecordedColumn| {
        model.fields.iter().any(|field| field.source == Source::Column(&column.name))
    };
    let columns: Vec<_> = table
        .columns
        .iter()
        .filter(|column| !has_a_field(column))
        .map(|column| {
            let sql = column.types.first().map(|ty| ty.sql.clone());
            (column.name.clone(), sql, column.at.clone())
        })
        .collect();
    (!columns.is_empty()).then(|| Mismatch {
        place: Place::Name,
        problem: Problem::NoFields { table: shown(table), columns },
    })
}
