//! A model beside a table.

use std::path::Path;

use pg_enum_build::foreign::{Codec, SqlType};
use pg_enum_build::models::{FoundColumn, Named, Query};
use pg_enum_core::record::{RecordedColumn, RecordedTable};
use pg_enum_migrations::TableState;

use crate::enums::Foreign;
use crate::folders::Contents;
use crate::model::Model;
use crate::problem::Place;
use crate::project::Others;
use crate::text::{identifier, type_name};

/// A table that a model names, with its schema if it gives one.
pub(crate) type Wanted<'a> = (Option<&'a str>, &'a str);

/// A table as it is named.
pub(super) fn shown((schema, name): Wanted<'_>) -> String {
    match schema {
        Some(schema) => type_name(schema, name),
        None => identifier(name),
    }
}

/// A model, and where the types of its fields are looked up.
pub(super) struct Context<'a> {
    pub(super) model: &'a Model,
    package: &'a Others<'a>,
    others: &'a [Others<'a>],
}

/// A model beside a table.
pub(super) struct Held<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) contents: &'a Contents,
    pub(super) table: &'a RecordedTable,
    pub(super) query: Option<&'a Query>,
}

impl<'a> Context<'a> {
    pub(super) fn of(model: &'a Model, package: &'a Others<'a>, others: &'a [Others<'a>]) -> Self {
        Self { model, package, others }
    }

    /// Whether a struct writes rows through this block.
    pub(super) fn is_inserted(&self) -> bool {
        let ident = &self.model.found.ident;
        let is_it = |model: &Model| {
            let found = &model.found;
            found.is_inserted && found.table.as_ref().is_some_and(|table| table.name == *ident)
        };
        self.others.iter().flat_map(|package| &package.models).any(is_it)
    }

    /// The enum of the package that a type names, if there is one and it stands for a type of the database.
    pub(super) fn enum_(&self, named: &Named) -> Option<&Foreign> {
        let is_it = |foreign: &&Foreign| {
            foreign.reading.ident == named.ident && foreign.reading.codec == Codec::SqlxType
        };
        let mut all = self.package.foreign.enums.iter().filter(is_it);
        let first = all.next()?;
        let is_open = || {
            let not_compared = &self.package.foreign.not_compared;
            not_compared.iter().any(|one| one.path.rsplit("::").next() == Some(&*named.ident))
        };
        (all.next().is_none() && !is_open()).then_some(first)
    }

    /// The types of the database that Diesel's types of a name stand for: those of the package, or else of the project.
    pub(super) fn sql_types(&self, name: &str) -> Vec<&SqlType> {
        let of = |others: &'a Others<'a>| {
            let declared = others.foreign.sql_types.iter();
            declared.filter(|declared| declared.ident == name).collect::<Vec<_>>()
        };
        let own = of(self.package);
        if own.is_empty() { self.others.iter().flat_map(of).collect() } else { own }
    }
}

impl Held<'_> {
    /// The entry of `accept` for a column.
    pub(super) fn entry(&self, column: &RecordedColumn) -> String {
        self.there().entry(column)
    }

    pub(super) fn query_place(&self, label: &str) -> Option<Place> {
        let query = self.query?;
        self.context.model.query_place(query, &query.table, label)
    }

    pub(super) fn table_place(&self, label: &str) -> Option<Place> {
        self.there().table_place(label)
    }

    pub(super) fn column_place(&self, name: &str, label: &str) -> Option<Place> {
        self.there().column_place(name, label)
    }

    fn there(&self) -> There<'_> {
        There { contents: self.contents, table: self.table }
    }
}

/// A table of the migrations.
pub(crate) struct There<'a> {
    pub(crate) contents: &'a Contents,
    pub(crate) table: &'a RecordedTable,
}

impl There<'_> {
    /// The entry of `accept` for a column.
    pub(crate) fn entry(&self, column: &RecordedColumn) -> String {
        format!("{}.{}.{}", self.table.schema, self.table.name, column.name)
    }

    pub(crate) fn table_place(&self, label: &str) -> Option<Place> {
        Some(Place::new(self.root(), &self.state()?.created, label))
    }

    pub(crate) fn column_place(&self, name: &str, label: &str) -> Option<Place> {
        let column = self.state()?.columns.iter().find(|column| *column.name == *name)?;
        Some(Place::new(self.root(), &column.at, label))
    }

    fn root(&self) -> &Path {
        &self.contents.replayed.folder.root
    }

    fn state(&self) -> Option<&TableState> {
        let mut tables = self.contents.replayed.replay.tables.iter();
        tables.find(|state| state.schema == self.table.schema && state.name == self.table.name)
    }
}

/// The name by which a row is asked for the value of a field.
pub(super) fn read_as<'c>(query: &Query, column: &'c FoundColumn) -> &'c str {
    if query.is_macro { &column.field } else { &column.name }
}
