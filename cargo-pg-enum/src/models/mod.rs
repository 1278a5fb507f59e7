//! Structs that are rows of tables, and Diesel's `table!` blocks, beside the tables of the migrations.
//!
//! The table of a model is looked up as the type of an enum is: in one folder after the other, nearest first. What is held
//! against it are the rules of `PgModel` (`pg_enum_core::model`), as far as a difference certainly fails.

mod beside;
mod held;
mod look_up;
mod not_compared;
mod problems;

use std::collections::{HashMap, HashSet};

use pg_enum_build::models::{Driver, TableRef};

pub(crate) use self::beside::There;
use self::beside::{Context, shown};
use self::look_up::LookUp;
pub(crate) use self::look_up::{Verdict, verdict};
pub(crate) use self::not_compared::Reason;
use crate::compare::Standing;
use crate::foreign::Comparison;
use crate::model::Model;
use crate::problem::{Place, Problem};
use crate::project::Others;

/// What makes a class in Python a model, in the place of a derive.
pub(crate) const PYTHON: &str = "sqlalchemy";

/// A model and the result of the comparison.
pub(crate) struct Row {
    /// The path of the model.
    pub(crate) path: String,
    /// The derive or the macro that makes it one.
    pub(crate) driver: &'static str,
    /// The tables that it is a row of, as far as that is said.
    pub(crate) tables: Vec<String>,
    /// The columns that it has.
    pub(crate) columns: usize,
    /// Where it is.
    pub(crate) at: Place,
    pub(crate) standing: Standing<Reason>,
}

impl Row {
    fn of(model: &Model, standing: Standing<Reason>) -> Self {
        let found = &model.found;
        let mut tables: Vec<String> = found
            .table
            .iter()
            .map(|TableRef { schema, name, .. }| (schema, name))
            .chain(found.queries.iter().map(|query| (&query.schema, &query.table)))
            .map(|(schema, name)| shown((schema.as_deref(), name)))
            .collect();
        tables.sort_unstable();
        tables.dedup();
        Self {
            path: model.path.clone(),
            driver: found.driver.path(),
            tables,
            columns: found.columns.len(),
            at: model.place(&found.at, ""),
            standing,
        }
    }

    /// Whether it is a class of Python, or a table in Python.
    pub(crate) fn is_python(&self) -> bool {
        self.driver == PYTHON
    }

    /// The reason, if the model was not compared.
    pub(crate) fn reason(&self) -> Option<&Reason> {
        match &self.standing {
            Standing::NotCompared(reason) => Some(reason),
            _ => None,
        }
    }
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Compared {
    pub(crate) problems: Vec<Problem>,
    pub(crate) rows: Vec<Row>,
}

/// Compares all models with the tables of the folders that have them.
pub(crate) fn compare<'p>(
    comparison: &mut Comparison<'_, 'p, '_>,
    others: &[Others<'p>],
) -> Compared {
    let mut compared = Compared::default();
    // The standing of each `table!` block, by the package and the block's name in Rust.
    let mut blocks: Vec<(usize, &str, Standing<Reason>)> = Vec::new();
    let mut look_up = LookUp::default();
    for (index, package) in others.iter().enumerate() {
        look_up.of_package();
        let conditional = conditional(&package.models);
        let with_table =
            package.models.iter().filter(|model| model.found.driver != Driver::DieselStruct);
        for model in with_table {
            let outcome = if conditional.contains(&model.key()) {
                Err(Reason::Conditional)
            } else {
                compare_one(comparison, &mut look_up, model, package, others)
            };
            let standing = match outcome {
                Ok(problems) if problems.is_empty() => Standing::Agrees,
                Ok(problems) => {
                    let standing = Standing::Differs(problems.len());
                    compared.problems.extend(problems);
                    standing
                }
                Err(reason) => Standing::NotCompared(reason),
            };
            if model.found.driver == Driver::DieselTable {
                blocks.push((index, &model.found.ident, standing.clone()));
            }
            compared.rows.push(Row::of(model, standing));
        }
    }
    for (index, package) in others.iter().enumerate() {
        let structs =
            package.models.iter().filter(|model| model.found.driver == Driver::DieselStruct);
        for model in structs {
            compared.rows.push(Row::of(model, of_block(model, index, &blocks)));
        }
    }
    compared
}

/// The models of which several have one name, some of them in some configurations only.
fn conditional(models: &[Model]) -> HashSet<(Driver, &str)> {
    let mut count: HashMap<(Driver, &str), (usize, bool)> = HashMap::new();
    for model in models {
        let (number, is_open) = count.entry(model.key()).or_default();
        *number += 1;
        *is_open |= model.is_conditional;
    }
    count
        .into_iter()
        .filter(|(_, (number, is_open))| *number > 1 && *is_open)
        .map(|(key, _)| key)
        .collect()
}

/// All that is wrong with a model, or why it is not compared.
fn compare_one<'p>(
    comparison: &mut Comparison<'_, 'p, '_>,
    look_up: &mut LookUp,
    model: &Model,
    package: &Others<'p>,
    others: &[Others<'p>],
) -> Result<Vec<Problem>, Reason> {
    if let Some(database) = package.package.drivers.other_database(model.codec()) {
        return Err(Reason::OtherDatabase(database));
    }
    let found = &model.found;
    if let Some(why) = &found.unclear {
        return Err(Reason::NotUnderstood(why.clone()));
    }
    if found.is_external {
        return Err(Reason::External);
    }
    let context = Context::of(model, package, others);
    let is_ours = found.driver == Driver::PgModel;
    let reason = if is_ours { Reason::Joined } else { Reason::NoQuery };
    let (mut problems, mut reason, mut is_compared) = (Vec::new(), reason, false);
    if let Some(table) = &found.table {
        let table = (table.schema.as_deref(), &*table.name);
        match look_up.compare(comparison, package, &context, table, None) {
            Ok(found) => problems = found,
            // It says that the migrations create it. Those of a package outside the workspace may be others.
            Err(Reason::NoTable { table, nearest }) if is_ours && !package.package.is_outside() => {
                problems.push(problems::no_table(&context, &table, nearest.as_deref()));
            }
            Err(reason) => return Err(reason),
        }
        is_compared = true;
    }
    for query in &found.queries {
        let table = (query.schema.as_deref(), &*query.table);
        match look_up.compare(comparison, package, &context, table, Some(query)) {
            Ok(found) => {
                is_compared = true;
                problems.extend(found);
            }
            Err(why) => reason = why,
        }
    }
    // Two queries of one table have the same to say of a struct.
    let mut said = HashSet::new();
    problems.retain(|problem: &Problem| said.insert(problem.message.clone()));
    if is_compared { Ok(problems) } else { Err(reason) }
}

/// The standing of a struct that names a `table!` block, which the compiler compares it with.
fn of_block(
    model: &Model,
    package: usize,
    blocks: &[(usize, &str, Standing<Reason>)],
) -> Standing<Reason> {
    if let Some(why) = &model.found.unclear {
        return Standing::NotCompared(Reason::NotUnderstood(why.clone()));
    }
    let Some(table) = &model.found.table else {
        return Standing::NotCompared(Reason::NoName);
    };
    let named = || blocks.iter().filter(|(_, ident, _)| *ident == table.name);
    let block = named().find(|(of, ..)| *of == package).or_else(|| named().next());
    match block {
        Some((.., Standing::NotCompared(reason))) => Standing::NotCompared(reason.clone()),
        Some(_) => Standing::Agrees,
        // A name that only follows from the struct's says nothing: all of its fields may be embedded.
        None if table.at == model.found.at => Standing::NotCompared(Reason::NoName),
        None => Standing::NotCompared(Reason::NoBlock { name: table.name.clone() }),
    }
}
