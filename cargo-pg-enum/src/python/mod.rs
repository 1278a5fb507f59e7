//! Classes of `SQLAlchemy` and `SQLModel` beside what the migrations make.
//!
//! `target_metadata` of Alembic's `env.py` says which folder a class belongs to. Without it, the folder that has the table is used.
//! A class of which something is not known is not compared.

mod enums;
mod kinds;
mod message;
mod sites;
mod tables;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use pg_enum_python::{Column, EnumType, Model, Models, Options, TableName, Type};

use self::sites::Sites;
use crate::Streams;
use crate::accept::Accepted;
use crate::compare::Standing;
use crate::enums::Sources;
use crate::folders::Folders;
use crate::migrations::Request;
use crate::models;
use crate::paths::tidy;
use crate::problem::{Place, Problem};
use crate::row::Row;
use crate::text::{identifier, list, type_name, visible};

/// What came of it.
#[derive(Default)]
pub(crate) struct Compared {
    pub(crate) problems: Vec<Problem>,
    /// Of each enum type of a column.
    pub(crate) enums: Vec<Row>,
    pub(crate) models: Vec<models::Row>,
    pub(crate) sources: Vec<Sources>,
}

impl Compared {
    /// How many models are in files of which another one has a class of the same table.
    pub(crate) fn several_in_a_table(&self) -> usize {
        let is_it = |row: &&models::Row| {
            matches!(row.standing, Standing::NotCompared(models::Reason::SeveralModels { .. }))
        };
        self.models.iter().filter(is_it).count()
    }
}

/// Where the migrations of a project may be.
pub(crate) struct Places<'t> {
    /// The folders that are configured or found.
    pub(crate) requests: Vec<Request>,
    /// How the folder of an `env.py` is read; nothing if no other folders count.
    pub(crate) found_by_env: Option<&'t dyn Fn(&Path) -> Request>,
}

/// Paths that one line names.
const PATHS: usize = 5;

/// The models below a folder; nothing if there are none.
pub(crate) fn read(root: &Path, streams: &mut Streams<'_>) -> Option<Models> {
    let options = Options::of_pins(root);
    let models = options.models(root);
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (path, why) in &models.not_read {
        by_reason.entry(why).or_default().push(visible(&tidy(path).to_string_lossy()));
    }
    for (why, paths) in by_reason {
        let are = if paths.len() == 1 { "is" } else { "are" };
        streams.note(&format!("{} {are} not read: {}", list(paths, PATHS), visible(why)));
    }
    (!models.models.is_empty()).then_some(models)
}

/// A column whose type is an enum, and what the migrations have in its place.
struct Usage<'m> {
    model: &'m Model,
    column: &'m Column,
    of: &'m EnumType,
    is_array: bool,
    /// The site that has the table of the model.
    site: Option<usize>,
    there: There,
}

/// What is known of the column in the migrations.
enum There {
    /// Nothing.
    Unknown,
    /// It is not there, which is reported of the table.
    Lacking,
    /// Its type, as the server prints it, with its schema and its name.
    Type { schema: String, name: String, sql: String },
}

/// Compares models with the folders of migrations that have their tables.
pub(crate) fn compare(
    models: Models,
    places: &Places<'_>,
    folders: &mut Folders,
    accepted: &mut Accepted,
    streams: &mut Streams<'_>,
) -> Compared {
    let mut compared = Compared::default();
    let sites = Sites::open(places, &models, folders, accepted, streams);
    let mut usages = Vec::new();
    let rivals = rivals(&models.models);
    for model in &models.models {
        if let Some(reason) = rivals.get(model.at.path()) {
            compared.models.push(row(model, Standing::NotCompared(reason.clone())));
            continue;
        }
        let outcome = tables::compare(model, &sites, folders, accepted);
        let standing = match &outcome.standing {
            Ok(()) if outcome.problems.is_empty() => Standing::Agrees,
            Ok(()) => Standing::Differs(outcome.problems.len()),
            Err(reason) => Standing::NotCompared(reason.clone()),
        };
        if let Some(site) = outcome.site {
            folders.compared(sites.all[site].folder);
        }
        compared.models.push(row(model, standing));
        usages.extend(tables::usages(model, &outcome, &sites, folders));
        compared.problems.extend(outcome.problems);
    }
    enums::compare(&usages, &sites, folders, accepted, &mut compared);
    compared.sources.push(Sources::of_files(models.files));
    compared
}

/// The files that cannot be in use together, each with what is in it and in another one: a table of one `MetaData`. `SQLAlchemy`
/// refuses the second (`sqlalchemy/sql/schema.py`, `Table._new`). In one file, classes share it on purpose.
fn rivals(models: &[Model]) -> HashMap<&Path, models::Reason> {
    let mut tables: HashMap<(usize, &TableName), Vec<&Model>> = HashMap::new();
    for model in models {
        if let (Some(metadata), Ok(table)) = (model.metadata, &model.table) {
            tables.entry((metadata, table)).or_default().push(model);
        }
    }
    let mut rivals = HashMap::new();
    for model in models {
        let (Some(metadata), Ok(table)) = (model.metadata, &model.table) else { continue };
        let mut same = tables.get(&(metadata, table)).into_iter().flatten();
        if let Some(other) = same.find(|other| other.at.path() != model.at.path()) {
            let (table, other) = (shown_table(table), other.name.clone());
            let reason = || models::Reason::SeveralModels { table, other };
            rivals.entry(model.at.path()).or_insert_with(reason);
        }
    }
    rivals
}

fn row(model: &Model, standing: Standing<models::Reason>) -> models::Row {
    models::Row {
        path: model.name.clone(),
        driver: models::PYTHON,
        tables: model.table.iter().map(shown_table).collect(),
        columns: model.columns.len(),
        at: place(model, ""),
        standing,
    }
}

/// The table of a model, as messages show it.
fn shown_table(table: &TableName) -> String {
    match &table.schema {
        Some(schema) => type_name(schema, &table.name),
        None => identifier(&table.name),
    }
}

fn place(model: &Model, label: &str) -> Place {
    Place::new(Path::new(""), &model.at, label)
}

fn column_place(column: &Column, label: &str) -> Place {
    Place::new(Path::new(""), &column.at, label)
}

/// A column of a model, as messages show it: `models.Job.kind`.
fn shown_column(model: &Model, column: &Column) -> String {
    visible(&format!("{}.{}", model.name, column.attribute))
}

/// The enum type of a column, if it has one.
fn enum_of(column: &Column) -> Option<(&EnumType, bool)> {
    match &column.ty {
        Type::Enum { of, is_array } => Some((of, *is_array)),
        Type::Sql(_) | Type::Unknown => None,
    }
}
