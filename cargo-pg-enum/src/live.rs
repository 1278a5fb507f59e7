//! Compares the enums of a project with a database.

use pg_enum::live::{Disagreement, Error, ExtraLabels, Policy};
use pg_enum::{Registered, Set};

use crate::enums::Derived;
use crate::failure::Failure;
use crate::problem::Problem;
use crate::text::{identifier, list};

/// The number of schemas that a note names.
const SCHEMAS: usize = 100;

/// Which differences to tolerate, and which schemas to search.
#[derive(Debug, clap::Args)]
pub(crate) struct Tolerance {
    /// Look for enums without a schema in every schema whose name is LIKE this, instead of in `search_path`
    #[arg(long, value_name = "PATTERN")]
    schemas: Option<String>,
    /// Allow labels in any order
    #[arg(long)]
    any_order: bool,
}

/// Whether the database may have labels that an enum lacks.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Extra {
    /// No
    Refused,
    /// Yes, if the enum has an `other` variant
    WithOther,
    /// Yes
    Allowed,
}

impl Tolerance {
    pub(crate) fn policy(&self, extra: Extra) -> Policy {
        let policy = Policy::new().any_order(self.any_order).extra_labels(match extra {
            Extra::Refused => ExtraLabels::Refused,
            Extra::WithOther => ExtraLabels::WithOther,
            Extra::Allowed => ExtraLabels::Allowed,
        });
        match &self.schemas {
            Some(like) => policy.schemas(like),
            None => policy,
        }
    }
}

/// Runs `work` with the valid enums, and reports the errors in the others.
pub(crate) fn with_set<R>(
    enums: &[Derived],
    work: impl FnOnce(&Set<'_>) -> Result<R, Failure>,
) -> Result<(R, Vec<Problem>), Failure> {
    let parts: Vec<_> = enums
        .iter()
        .filter(|derived| derived.is_valid())
        .map(|derived| (derived, derived.model.parts()))
        .collect();
    let registered = parts.iter().map(|(derived, parts)| {
        Registered::new(parts.definition(), &derived.path, derived.model.other.is_some())
    });
    let done = work(&registered.collect())?;
    Ok((done, enums.iter().flat_map(Derived::mistakes).collect()))
}

/// A difference, at the place of the enum.
pub(crate) fn problem(enums: &[Derived], found: &Disagreement) -> Option<Problem> {
    let derived = enums.iter().find(|derived| derived.path == found.rust_name)?;
    let drift = &found.drift;
    let mut problem =
        Problem::new(drift.verdict.code(), drift.to_string(), derived.place(drift.place, ""));
    problem.type_name = Some(drift.type_name().to_string());
    // The message names only three.
    if drift.schemas.len() > 3 {
        let schemas = list(drift.schemas.iter().map(|schema| identifier(schema)), SCHEMAS);
        problem.notes.push(format!("the schemas are {schemas}"));
    }
    problem.help = Some(match &drift.fix {
        Some(sql) => format!("run: {sql}"),
        None => drift.advice().to_owned(),
    });
    Some(problem)
}

/// The reason why the enums and the database could not be compared or changed.
pub(crate) fn failure(error: &Error) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        Error::NoSchemas { .. } => failure.with_help("list the schemas with `\\dn` in psql"),
        _ => failure,
    }
}
