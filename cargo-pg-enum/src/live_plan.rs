//! Plans for the types of a database.

use std::collections::HashSet;

use pg_enum_core::Definition;
use pg_enum_core::dependents::{self, Dependents, Held};
use pg_enum_core::drift::{self, Found, Query, Scope, State};
use pg_enum_core::plan::{Obstacle, Plan, Reason, Unplannable, plan, plan_swap, unmapped};
use pg_enum_core::record::{Origin, RecordedEnum, RecordedLabel};
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::database::{READ_ONLY, failed, send};
use crate::enums::Derived;
use crate::failure::Failure;
use crate::problem::Problem;

/// The plans for enums, and the problems that prevent others.
#[derive(Default)]
pub(crate) struct Plans {
    /// Those with something to do, in the order of the enums.
    pub(crate) plans: Vec<Plan>,
    pub(crate) problems: Vec<Problem>,
}

/// Plans the change of each type in the database to its enum, in one read-only transaction.
pub(crate) async fn plans(
    connection: &mut PgConnection,
    enums: &[&Derived],
) -> Result<Plans, Failure> {
    // The server's own names in definitions are those that it prints without quotes.
    let begin = format!("{READ_ONLY};\nSET LOCAL quote_all_identifiers = off;");
    let begun = send(connection, &begin).await;
    begun.map_err(|error| failed("begin a transaction", &error))?;
    let parts: Vec<_> = enums.iter().map(|derived| derived.model.parts()).collect();
    let definitions: Vec<Definition<'_>> = parts.iter().map(|parts| parts.definition()).collect();
    let query = drift::query(&definitions, Scope::Own, false);
    let found: Vec<Found> =
        rows(connection, &query, "read the types", |row| Found::parse(&row, &definitions)).await?;
    let (mut all, mut done) = (Plans::default(), HashSet::new());
    for (index, (derived, &definition)) in enums.iter().zip(&definitions).enumerate() {
        // Two enums with the same definition are one type.
        if !done.insert((definition.schema, definition.name)) {
            continue;
        }
        match plan_one(connection, definition, index, &found).await? {
            Ok(plan) if plan.is_empty() => {}
            Ok(plan) => all.plans.push(plan),
            Err(refused) => all.problems.extend(problems(derived, &refused)),
        }
    }
    Ok(all)
}

/// The problems at their places in the enum.
pub(crate) fn problems(derived: &Derived, refused: &Unplannable) -> Vec<Problem> {
    let problem = |obstacle: &Obstacle| {
        let at = derived.place(obstacle.place, "");
        let mut problem = Problem::new(obstacle.reason.code(), obstacle.to_string(), at);
        problem.type_name = Some(refused.type_name.clone());
        problem
    };
    refused.obstacles.iter().map(problem).collect()
}

async fn plan_one(
    connection: &mut PgConnection,
    definition: Definition<'_>,
    index: usize,
    found: &[Found],
) -> Result<Result<Plan, Unplannable>, Failure> {
    let of = |number: usize| {
        let found = found.iter().find(|found| found.number == number)?;
        let State::Enum(live) = &found.state else { return None };
        Some((found.schemas.first()?, live))
    };
    let was = definition.was.map_or(definition.name, |was| was.name);
    let there = of(2 * index).map(|there| (definition.name, there));
    let there = there.or_else(|| Some((was, of(2 * index + 1)?)));
    let Some((name, (schema, live))) = there else {
        let kind = found.iter().find_map(|found| match &found.state {
            State::Other { kind } if found.number == 2 * index => Some(kind),
            _ => None,
        });
        return Ok(match kind {
            None => plan(None, definition),
            Some(kind) => {
                let message = format!("the name belongs to another object in the database: {kind}");
                let reason = Reason::Violation { message };
                let place = pg_enum_core::Place::Name;
                Err(Unplannable {
                    type_name: definition.name_sql().to_string(),
                    obstacles: vec![Obstacle { place, reason }],
                })
            }
        });
    };
    let planned = plan(Some(&recorded(schema, name, &live.labels)), definition);
    let is_for_a_swap = |refused: &Unplannable| {
        let of = |found: &Obstacle| {
            matches!(found.reason, Reason::Removed { .. } | Reason::Order { .. })
        };
        refused.obstacles.iter().any(of)
    };
    if !planned.as_ref().is_err_and(is_for_a_swap) {
        return Ok(planned);
    }
    let query = dependents::query(schema, name);
    let read = rows(connection, &query, "read what depends on the type", Some).await?;
    let dependents = Dependents::parse(&read)
        .ok_or_else(|| Failure::new(format!("the type {schema}.{name} has just been dropped")))?;
    let labels = unmapped(&dependents.labels, definition);
    let held = match dependents::count(&dependents, &labels) {
        Some(query) => rows(connection, &query, "count rows", |row| Held::parse(&row)).await?,
        None => Vec::new(),
    };
    Ok(plan_swap(&dependents, definition, &held))
}

/// A type as migrations would have it.
fn recorded(schema: &str, name: &str, labels: &[String]) -> RecordedEnum {
    let at = || Origin { file: "the database".into(), line: 0 };
    let label = |text: &String| RecordedLabel { text: text.clone(), at: at(), accepted: false };
    let labels = labels.iter().map(label).collect();
    RecordedEnum { schema: schema.into(), name: name.into(), known: true, created: at(), labels }
}

/// The rows of a query, each read by `parse`.
async fn rows<T>(
    connection: &mut PgConnection,
    query: &Query,
    doing: &str,
    parse: impl Fn(String) -> Option<T>,
) -> Result<Vec<T>, Failure> {
    let sql = query.to_string();
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await;
    let rows = rows.map_err(|error| failed(doing, &error))?;
    let text = |row: &sqlx::postgres::PgRow| {
        let text: String = row.try_get(0).map_err(|error| failed(doing, &error))?;
        parse(text).ok_or_else(|| Failure::new(format!("cannot {doing}: an unexpected answer")))
    };
    rows.iter().map(text).collect()
}
