//! The structs of a project that are rows of tables, to be held against its migrations.
//!
//! Our own derive and three drivers say which columns a row has: `PgModel` with its table, sqlx's `FromRow` by the names of fields, SeaORM's `DeriveEntityModel`
//! likewise, and Diesel by the `table!` blocks of `schema.rs`, which its structs are compared with by the compiler. One
//! file each, with where its rules come from. [`Models::read`] finds them all; what holds them against tables is
//! [`pg_enum_core::model`].
//!
//! Nothing is guessed. A `FromRow` struct names no table, so that only queries tell one which stand in the source as
//! literals ([`Query`]); a type that is not one of those that drivers decode holds nothing that is known.
//!
//! ```
//! use pg_enum_build::models::{Driver, Models};
//! use pg_enum_build::scan::Cfg;
//!
//! # let root = tempfile::tempdir()?;
//! let path = root.path().join("lib.rs");
//! std::fs::write(&path, "diesel::table! { app.orders (id) { id -> Int8, note -> Nullable<Text>, } }")?;
//! let models = Models::read(&[path], &Cfg::new());
//! let orders = &models.found[0];
//! assert_eq!(orders.driver, Driver::DieselTable);
//! assert_eq!(orders.table.as_ref().unwrap().name, "orders");
//! assert_eq!(orders.columns[1].name, "note");
//! assert!(orders.columns[1].ty.holds.is_nullable());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod diesel;
mod from_row;
mod pg_model;
mod query;
mod read;
mod sea_orm;
mod shapes;
#[cfg(test)]
mod tests;
mod types;

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use pg_enum_core::column::Holds;
use pg_enum_migrations::__syntax::with_deep_stack;

pub use self::query::{Item, Query};
use crate::scan::Cfg;

/// What makes a struct the row of a table, or says which columns a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Driver {
    /// `derive(pg_enum::PgModel)`, also beside `FromRow`
    PgModel,
    /// `derive(sqlx::FromRow)`
    FromRow,
    /// Diesel's `table!`
    DieselTable,
    /// Diesel's derives for structs, which name a `table!`
    DieselStruct,
    /// `derive(sea_orm::DeriveEntityModel)`
    SeaOrm,
}

impl Driver {
    /// The derive's or the macro's path in the crate that has it; of several, what they have in common.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::PgModel => "pg_enum::PgModel",
            Self::FromRow => "sqlx::FromRow",
            Self::DieselTable => "diesel::table",
            Self::DieselStruct => "diesel",
            Self::SeaOrm => "sea_orm::DeriveEntityModel",
        }
    }
}

/// Its path.
impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

/// A struct or a `table!` block.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct FoundModel {
    /// What makes it one.
    pub driver: Driver,
    /// Its name.
    pub ident: String,
    /// The modules in the file that it is in.
    pub module: Vec<String>,
    /// The file.
    pub file: PathBuf,
    /// The bytes of its name in the file.
    pub at: Range<usize>,
    /// Whether it is compiled in depends on a `cfg` predicate that is not determined.
    pub is_conditional: bool,
    /// Whether it stands in a function, so that no other file can name it.
    pub is_local: bool,
    /// The table that it names; of a struct under Diesel, the name of a `table!` block.
    pub table: Option<TableRef>,
    /// Its columns; none of a struct under Diesel, whose columns are those of the `table!` block.
    pub columns: Vec<FoundColumn>,
    /// Of a struct under `FromRow` or `PgModel`, the queries in the same crate that return it.
    pub queries: Vec<Query>,
    /// Whether rows are written with it: `Insertable`.
    pub is_inserted: bool,
    /// Whether it must have all columns of its table: `#[pg_model(complete)]`.
    pub is_complete: bool,
    /// Whether something other than the migrations creates its table: `#[pg_model(external)]`.
    pub is_external: bool,
    /// What is not understood of it, in words.
    pub unclear: Option<String>,
}

/// A table that a model names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRef {
    /// The schema, if one is named.
    pub schema: Option<String>,
    /// The name, as PostgreSQL stores it.
    pub name: String,
    /// The bytes in the file that say so.
    pub at: Range<usize>,
}

/// A column of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundColumn {
    /// The name of the field.
    pub field: String,
    /// The name of the column, as PostgreSQL stores it.
    pub name: String,
    /// The bytes in the file that say so.
    pub at: Range<usize>,
    /// Whether a row may lack it: `#[sqlx(default)]`.
    pub is_optional: bool,
    /// Whether it is read as JSON whatever its type is, and if so, whether NULL is as well: `#[sqlx(json)]`.
    pub json: Option<bool>,
    /// Its type.
    pub ty: FieldType,
}

/// The type of a column, as far as what is written tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldType {
    /// As it is written, without blanks.
    pub text: String,
    /// What it is decoded from, if that is known.
    pub holds: Holds,
    /// Whether it also reads a value of an enum type: Diesel's `Text`, which takes whatever bytes it gets.
    pub reads_labels: bool,
    /// The last name of a type that is none of those that drivers decode, without `Option` and the like.
    pub named: Option<Named>,
}

/// A type that the project itself may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub ident: String,
    /// Whether a slice of it is read.
    pub is_array: bool,
}

/// The models of a crate.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Models {
    /// The structs and blocks, in the order of the files.
    pub found: Vec<FoundModel>,
}

impl Models {
    /// Reads these files, each once, without what `cfg` leaves out. One that cannot be read says nothing.
    #[must_use]
    pub fn read(paths: &[PathBuf], cfg: &Cfg) -> Self {
        let files = with_deep_stack(|| {
            let file = |path: &PathBuf| read::read(path, cfg);
            paths.iter().filter_map(file).collect::<Vec<_>>()
        });
        let (mut models, mut queries) = (Self::default(), Vec::new());
        for file in files {
            models.found.extend(file.found);
            queries.extend(file.queries);
        }
        for (row, query) in queries {
            if let Some(model) = models.row_of(&row, &query.file) {
                model.queries.push(query);
            }
        }
        models
    }

    /// The struct that a query returns: one of that name in the same file, or the only one.
    fn row_of(&mut self, row: &Row, file: &Path) -> Option<&mut FoundModel> {
        let is_it = |model: &&mut FoundModel| {
            matches!(model.driver, Driver::FromRow | Driver::PgModel) && model.ident == row.ident
        };
        let mut candidates: Vec<&mut FoundModel> = self.found.iter_mut().filter(is_it).collect();
        let is_here = |model: &&mut FoundModel| model.file == file;
        let here = candidates.iter().filter(|model| is_here(model)).count();
        if here == 1 {
            return candidates.into_iter().find(is_here);
        }
        candidates.retain(|model| !model.is_local);
        if here > 0 || !row.is_elsewhere {
            return None;
        }
        if candidates.len() > 1 {
            let module = row.module.as_deref()?;
            candidates.retain(|model| model.is_in(module));
        }
        if candidates.len() == 1 { candidates.pop() } else { None }
    }
}

impl FoundModel {
    /// Whether it is in a module of that name, by its file or by the modules in it.
    fn is_in(&self, module: &str) -> bool {
        match self.module.last() {
            Some(last) => last == module,
            None => {
                let stem = self.file.file_stem();
                let parent = self.file.parent().and_then(Path::file_name);
                let name = if stem.is_some_and(|stem| stem == "mod") { parent } else { stem };
                name.is_some_and(|name| name == module)
            }
        }
    }
}

/// The struct that a query returns, as the query names it.
#[derive(Debug)]
struct Row {
    ident: String,
    /// The module before it, if the path or the import has one.
    module: Option<String>,
    /// Whether it may be in another file: what is imported is.
    is_elsewhere: bool,
}
