//! Classes and tables of `SQLAlchemy` and `SQLModel` in the source of a project, read without Python: which columns they have,
//! and which enum types with which labels.
//!
//! What `SQLAlchemy` computes when it maps a class is computed here from its source: names of tables, what mixins and bases give,
//! what an annotation says of a column (`sqlalchemy/orm/decl_base.py`, `orm/properties.py`, 1.4 to 2.1), and the name and the labels
//! of an enum (`sqlalchemy/sql/sqltypes.py`, `Enum._enum_init`). Nothing of the repository is imported or run; what is not known
//! is `None`, or a reason in words.

mod annotations;
mod attributes;
mod classes;
mod columns;
mod convention;
mod enums;
mod library;
mod lineage;
mod reader;
mod sources;
mod tables;

use std::path::{Path, PathBuf};

use pg_enum_migrations::__syntax::with_deep_stack;
use pg_enum_migrations::Location;

use crate::project::Options;

/// The models of a project.
///
/// ```
/// use pg_enum_python::{Options, Type};
///
/// let root = tempfile::tempdir()?;
/// std::fs::write(root.path().join("models.py"), r#"
/// import enum
/// import sqlalchemy as sa
/// from sqlalchemy.orm import DeclarativeBase, Mapped
///
/// class Base(DeclarativeBase): ...
///
/// class Mood(enum.Enum):
///     SAD = "sad"
///     HAPPY = "happy"
///
/// class Day(Base):
///     __tablename__ = "days"
///     mood: Mapped[Mood | None]
/// "#)?;
///
/// let models = Options::default().models(root.path());
/// let day = &models.models[0];
/// assert_eq!(day.name, "models.Day");
/// assert_eq!(day.table.as_ref().unwrap().name, "days");
/// let mood = &day.columns[0];
/// assert_eq!((&*mood.name, mood.nullable), ("mood", Some(true)));
/// let Type::Enum { of, .. } = &mood.ty else { panic!() };
/// assert_eq!(of.name, "mood");
/// let labels: Vec<&str> = of.labels.as_ref().unwrap().iter().map(|label| &*label.text).collect();
/// assert_eq!(labels, ["SAD", "HAPPY"]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Models {
    /// The classes that are mapped to a table, and the tables without a class, in the order of their files.
    pub models: Vec<Model>,
    /// Each `env.py` of Alembic, with what it compares.
    pub targets: Vec<Target>,
    /// The folders with revisions of Alembic that have no `env.py` beside or above them.
    pub revisions: Vec<PathBuf>,
    /// Files that may have models and cannot be read, each with the reason in words.
    pub not_read: Vec<(PathBuf, String)>,
    /// All files that the result depends on.
    pub files: Vec<PathBuf>,
}

/// A class that is mapped to a table, or a `Table`.
#[derive(Debug)]
pub struct Model {
    /// `app.models.User`
    pub name: String,
    /// The class itself, without its module; the variable of a table.
    pub class: String,
    /// Where its name is bound.
    pub at: Location,
    /// The table; or why that is not known, in words.
    pub table: Result<TableName, String>,
    /// The columns that are known.
    pub columns: Vec<Column>,
    /// Its `MetaData`, as a number; `None` if that is not known.
    pub metadata: Option<usize>,
    /// Whether something says that it is not compared by Alembic: `info`, a reflected table, another bind.
    pub is_external: bool,
}

/// The name of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TableName {
    /// The schema, if there is one.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
}

/// A column of a model.
#[derive(Debug)]
pub struct Column {
    /// The name of the attribute.
    pub attribute: String,
    /// The name of the column.
    pub name: String,
    /// Where it is declared: in the class, or in a mixin.
    pub at: Location,
    /// Whether it can be NULL.
    pub nullable: Option<bool>,
    /// Its type.
    pub ty: Type,
    /// The string that `server_default` is, if it is one.
    pub server_default: Option<String>,
}

/// The type of a column.
#[derive(Debug)]
pub enum Type {
    /// An enum type of the database.
    Enum {
        /// The enum.
        of: EnumType,
        /// Whether the column is an array of it.
        is_array: bool,
    },
    /// Another type, as `SQLAlchemy` writes it in SQL: `VARCHAR(30)`.
    Sql(String),
    /// One that is not known.
    Unknown,
}

/// An enum type, as `sqlalchemy.Enum` or `postgresql.ENUM` makes it.
#[derive(Debug, Clone)]
pub struct EnumType {
    /// The schema, if there is one.
    pub schema: Option<String>,
    /// The name: `name=`, or the name of the class in lower case.
    pub name: String,
    /// Whether `name=` gives the name.
    pub is_named: bool,
    /// The class whose members are stored, if there is one.
    pub class: Option<String>,
    /// The labels, in order; `None` if one of them is not known.
    pub labels: Option<Vec<Label>>,
    /// Whether names of members are stored, and not values.
    pub stores_names: bool,
}

/// A label.
#[derive(Debug, Clone)]
pub struct Label {
    /// The label that is stored.
    pub text: String,
    /// Where the member is, if it is of a class.
    pub at: Option<Location>,
    /// The value of the member whose name is stored, if that is a string.
    pub value: Option<String>,
}

/// What an `env.py` compares a database with.
#[derive(Debug)]
pub struct Target {
    /// The file.
    pub env: PathBuf,
    /// The numbers of the `MetaData` that `target_metadata` is; `None` if that is not known.
    pub metadata: Option<Vec<usize>>,
    /// Whether it leaves tables out: `include_object`, `include_name`.
    pub is_filtered: bool,
}

impl Options {
    /// The models in the source below a folder. Tests, examples, what is installed, and revisions are not looked at.
    #[must_use]
    pub fn models(&self, root: &Path) -> Models {
        with_deep_stack(|| reader::read(self, root))
    }
}

/// The files below a folder whose text looks as if it had models: those that [`Options::models`] begins with.
#[must_use]
pub fn files_with_models(root: &Path) -> Vec<PathBuf> {
    sources::walk(root).with_models
}
