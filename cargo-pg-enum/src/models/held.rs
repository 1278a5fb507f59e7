//! One model held against one table.

use pg_enum_build::models::{Driver, FoundColumn, Item, Named, Query};
use pg_enum_core::column::{Column, Nullability, keys};
use pg_enum_core::model::{self, Field, Place as Part, Problem as Mismatch, Source, TableName};
use pg_enum_core::record::{RecordedColumn, RecordedType, RelationKind};

use super::beside::{Held, read_as, shown};
use super::problems::{self, Difference};
use crate::accept::Accepted;
use crate::problem::Problem;
use crate::text::type_name;

/// The columns that every table has besides its own are no mistake of a query (PostgreSQL manual, 5.6, System Columns).
const SYSTEM_COLUMNS: [&str; 6] = ["cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"];

impl Held<'_> {
    /// Everything that is wrong.
    pub(super) fn problems(&self, accepted: &mut Accepted) -> Vec<Problem> {
        let found = &self.context.model.found;
        let mut problems = Vec::new();
        let mut fields = Vec::with_capacity(found.columns.len());
        for column in &found.columns {
            let source = match self.query {
                None => Source::Column(&column.name),
                Some(query) => match output(query, read_as(query, column)) {
                    Output::Column(name) if self.is_there(name) => Source::Column(name),
                    Output::All => Source::Column(read_as(query, column)),
                    Output::Column(_) | Output::Computed => Source::None,
                    Output::Nothing => {
                        if !column.is_optional {
                            problems.push(problems::not_selected(self, column, query));
                        }
                        Source::None
                    }
                },
            };
            fields.push(Field { source, optional: column.is_optional, json: column.json });
        }
        problems.extend(self.query.into_iter().flat_map(|query| self.unknown_columns(query)));
        let name = TableName { schema: Some(&self.table.schema), name: &self.table.name };
        let compared = model::Model { table: Some(name), complete: found.is_complete, fields };
        let comparison = model::compare(&compared, self.contents.record());
        let mut nullable = Vec::new();
        for mismatch in &comparison.mismatches {
            let index = match mismatch.place {
                Part::Field(index) | Part::From(index) => Some(index),
                _ => None,
            };
            let column = index.and_then(|index| found.columns.get(index));
            let there = index.and_then(|index| comparison.columns[index]).map(|(_, there)| there);
            match (&mismatch.problem, column, there) {
                // It fails only if there is a row with NULL.
                (Mismatch::JsonNull { .. }, Some(column), Some(there)) => {
                    nullable.push((column, there));
                }
                (problem, column, _) => problems.push(problems::mismatch(self, problem, column)),
            }
        }
        for (column, there) in found.columns.iter().zip(&comparison.columns) {
            let Some((_, there)) = there else { continue };
            if let Some(problem) = self.type_problem(column, there) {
                problems.push(problem);
            } else if self.reads_no_null(column) && there.not_null == Some(false) {
                nullable.push((column, *there));
            }
        }
        let may_be_null = |there: &RecordedColumn| {
            self.query.is_none_or(|query| !query.mentions.contains(&there.name))
        };
        nullable.retain(|(_, there)| may_be_null(there) && !accepted.takes(&self.entry(there)));
        problems.extend(problems::nullable(self, &nullable));
        problems.extend(self.not_inserted());
        problems
    }

    fn is_there(&self, name: &str) -> bool {
        self.table.column(name).is_some() || SYSTEM_COLUMNS.contains(&name)
    }

    /// The columns that a query names and the table lacks.
    fn unknown_columns(&self, query: &Query) -> Vec<Problem> {
        let name = |item: &Item| match item {
            Item::Column { name, .. } if !self.is_there(name) => Some(name.clone()),
            _ => None,
        };
        let unknown: Vec<String> = query.items.iter().filter_map(name).collect();
        unknown.iter().map(|name| problems::unknown_column(self, query, name)).collect()
    }

    /// What is wrong with the type of a column.
    fn type_problem(&self, column: &FoundColumn, there: &RecordedColumn) -> Option<Problem> {
        let first = there.types.first()?;
        // `query_as!` converts what it reads to the type of the field.
        if column.json.is_some() || self.query.is_some_and(|query| query.is_macro) {
            return None;
        }
        if column.ty.holds.is_known() {
            // Diesel's text takes the label of an enum.
            if column.ty.reads_labels && first.schema != "pg_catalog" && !first.is_array {
                return None;
            }
            let default = &self.contents.record().default_schema;
            let text = format!(
                "{}.{}\n{}\n{}\n{default}",
                type_name(&self.table.schema, &self.table.name),
                there.name,
                first.sql,
                there.at
            );
            let keys = keys(&there.types, default);
            let held = Column { keys: &keys, nullability: Nullability::Unknown, text: &text };
            let message = held.disagreement(column.ty.holds)?.as_str().to_owned();
            return Some(problems::other_type(self, column, there, Difference::Holds(message)));
        }
        let named = column.ty.named.as_ref()?;
        let wanted = match self.context.model.found.driver {
            Driver::DieselTable => self.sql_type(named)?,
            Driver::FromRow | Driver::PgModel => self.enum_type(named)?,
            _ => return None,
        };
        let is_it = |ty: &RecordedType| {
            let is_named = ty.name == wanted.1 || ty.name == wanted.1.to_lowercase();
            let is_there = wanted.0.as_ref().is_none_or(|schema| ty.schema == *schema);
            is_named && is_there && ty.is_array == named.is_array
        };
        if there.types.iter().any(is_it) || self.takes_labels(first) {
            return None;
        }
        let name = shown((wanted.0.as_deref(), &wanted.1));
        Some(problems::other_type(self, column, there, Difference::Named(name)))
    }

    /// The type that Diesel sends and reads by the name of a type in `schema.rs`, if it is certain which enum that is.
    fn sql_type(&self, named: &Named) -> Option<(Option<String>, String)> {
        let all = self.context.sql_types(&named.ident);
        let (first, rest) = all.split_first()?;
        let schema = |one: &pg_enum_build::foreign::SqlType| {
            one.schema.as_ref().map(|schema| schema.value.clone())
        };
        let is_same = |one: &&pg_enum_build::foreign::SqlType| {
            one.name.value == first.name.value && schema(one) == schema(first)
        };
        let is_enum = self.contents.record().enums.iter().any(|one| one.name == first.name.value);
        (is_enum && rest.iter().all(is_same)).then(|| (schema(first), first.name.value.clone()))
    }

    /// Whether labels are read from such a column and written to it: Diesel reads bytes, whatever the type of the column
    /// is, and PostgreSQL casts an enum to a text by assignment (manual, CREATE CAST, automatic I/O conversion casts).
    fn takes_labels(&self, ty: &RecordedType) -> bool {
        let is_text = ["text", "varchar", "bpchar", "name"].contains(&&*ty.name);
        self.context.model.found.driver == Driver::DieselTable
            && ty.schema == "pg_catalog"
            && is_text
            && !ty.is_array
    }

    /// The type that an enum under `sqlx::Type` is read from. sqlx compares names, without regard to their case.
    fn enum_type(&self, named: &Named) -> Option<(Option<String>, String)> {
        let foreign = self.context.enum_(named)?;
        Some((None, foreign.reading.name.value.clone()))
    }

    /// Whether it is certain that the field does not read NULL.
    fn reads_no_null(&self, column: &FoundColumn) -> bool {
        let ty = &column.ty;
        let is_known = ty.holds.is_known()
            || self.context.model.found.driver == Driver::DieselTable
            || ty.named.as_ref().is_some_and(|named| self.context.enum_(named).is_some());
        is_known && column.json.is_none() && !ty.holds.is_nullable()
    }

    /// Columns that an `INSERT` must give, and that `schema.rs` does not name.
    fn not_inserted(&self) -> Option<Problem> {
        let found = &self.context.model.found;
        let is_table = self.table.kind == RelationKind::Table;
        if found.driver != Driver::DieselTable || !is_table || !self.context.is_inserted() {
            return None;
        }
        let is_named = |name: &str| found.columns.iter().any(|column| column.name == name);
        let lacking: Vec<&RecordedColumn> = self
            .table
            .columns
            .iter()
            .filter(|column| {
                // A domain may have a default.
                let is_plain = column.types.len() == 1;
                column.not_null == Some(true)
                    && !column.is_filled
                    && is_plain
                    && !is_named(&column.name)
            })
            .collect();
        if lacking.is_empty() || self.has_trigger() {
            return None;
        }
        Some(problems::not_inserted(self, &lacking))
    }

    /// Whether a trigger may fill in what an `INSERT` leaves out.
    fn has_trigger(&self) -> bool {
        use pg_enum_migrations::folder::Part;

        let mut scripts = self.contents.replayed.folder.migrations.iter();
        scripts.any(|migration| match &migration.up {
            Part::Sql(script) => {
                let text = script.text().to_lowercase();
                text.contains("trigger")
                    && text.contains("before")
                    && text.contains("insert")
                    && text.contains(&self.table.name.to_lowercase())
            }
            Part::Code(_) => true,
        })
    }
}

/// What a query gives under a name.
enum Output<'q> {
    /// A column of the table.
    Column(&'q str),
    /// The column of that name, if the table has it.
    All,
    Computed,
    Nothing,
}

fn output<'q>(query: &'q Query, name: &str) -> Output<'q> {
    for item in &query.items {
        match item {
            // What the query says of the column counts, and not what the migrations say.
            Item::Column { output, is_overridden: true, .. } if output == name => {
                return Output::Computed;
            }
            Item::Column { name: column, output, .. } if output == name => {
                return Output::Column(column);
            }
            Item::Computed { output } if output == name => return Output::Computed,
            _ => {}
        }
    }
    if query.items.contains(&Item::All) { Output::All } else { Output::Nothing }
}
