//! Plans for the types of a database.

use std::collections::HashSet;

use pg_enum_core::Definition;
use pg_enum_core::dependents::Dependents;
use pg_enum_core::divergence::exchanged;
use pg_enum_core::drift::{self, Found, LiveEnum, Scope, State};
use pg_enum_core::plan::{Obstacle, Plan, Reason, Step, Trouble, Unplannable, plan, plan_back};
use pg_enum_core::record::RecordedEnum;
use sqlx::PgConnection;

use crate::catalog::list;
use crate::compare::{REMOVE_WAS, exchange_taken_as_done};
use crate::database::{Database, Session};
use crate::dependents::{begin, read, rows, swap};
use crate::enums::Derived;
use crate::failure::Failure;
use crate::problem::Problem;
use crate::{retired, text};

/// The plans for enums, and the problems that prevent others.
#[derive(Default)]
pub(crate) struct Planning {
    /// Those with something to do, in the order of the enums.
    pub(crate) plans: Vec<Plan>,
    pub(crate) problems: Vec<Problem>,
    /// What the other way to get rid of labels would cost.
    pub(crate) notes: Vec<String>,
}

/// The plan for a type, or why there is none; and what the other way to get rid of labels would cost.
type PlanOrRefusal = (Result<Plan, Unplannable>, Option<String>);

/// A type that an earlier plan of the same migration changes: what depends on it is planned as it is afterwards.
pub(crate) struct Earlier<'a> {
    pub(crate) derived: &'a Derived,
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) labels: Vec<String>,
}

/// Plans the change of each type in the database to its enum, in one read-only transaction.
pub(crate) async fn plans(
    connection: &mut PgConnection,
    enums: &[&Derived],
) -> Result<Planning, Failure> {
    begin(connection).await?;
    let parts: Vec<_> = enums.iter().map(|derived| derived.model.parts()).collect();
    let definitions: Vec<Definition<'_>> = parts.iter().map(|parts| parts.definition()).collect();
    let found = found(connection, &definitions).await?;
    let (mut all, mut done, mut earlier) = (Planning::default(), HashSet::new(), Vec::new());
    for (index, (derived, &definition)) in enums.iter().zip(&definitions).enumerate() {
        // Two enums with the same definition are one type.
        if !done.insert((definition.schema, definition.name)) {
            continue;
        }
        let (planned, note) = plan_one(connection, definition, index, &found, &earlier).await?;
        all.notes.extend(note);
        if let Some((name, schema, live)) = there(definition, index, &found) {
            let recorded = RecordedEnum::in_database(schema, name, &live.labels);
            let type_name = text::type_name(schema, name);
            all.notes.extend(exchanged(definition, &recorded).iter().map(|cycle| {
                let message = exchange_taken_as_done(definition, cycle, &type_name);
                format!("{message}; {REMOVE_WAS}")
            }));
        }
        match planned {
            Ok(plan) if plan.is_empty() => {}
            Ok(mut plan) => {
                plan.set_lock_timeout(&derived.lock_timeout);
                all.plans.push(plan);
                if let Some((name, schema, live)) = there(definition, index, &found) {
                    let (schema, name) = (schema.to_owned(), name.to_owned());
                    let labels = live.labels.clone();
                    earlier.push(Earlier { derived, schema, name, labels });
                }
            }
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

/// The state of each definition's type in the database.
async fn found(
    connection: &mut PgConnection,
    definitions: &[Definition<'_>],
) -> Result<Vec<Found>, Failure> {
    let query = drift::query(definitions, Scope::Own, false);
    rows(connection, &query, "read the types", |row| Found::parse(&row, definitions)).await
}

/// The type of each definition in the database, under its present or its former name: its schema and its name.
pub(crate) async fn types(
    connection: &mut PgConnection,
    definitions: &[Definition<'_>],
) -> Result<Vec<Option<(String, String)>>, Failure> {
    let found = found(connection, definitions).await?;
    let of = |(index, &definition)| {
        let (name, schema, _) = there(definition, index, &found)?;
        Some((schema.to_owned(), name.to_owned()))
    };
    Ok(definitions.iter().enumerate().map(of).collect())
}

/// The type of an enum under its present or its former name: the name, the schema, and what it is.
fn there<'a>(
    definition: Definition<'a>,
    index: usize,
    found: &'a [Found],
) -> Option<(&'a str, &'a str, &'a LiveEnum)> {
    let of = |number: usize| {
        let found = found.iter().find(|found| found.number == number)?;
        let State::Enum(live) = &found.state else { return None };
        Some((&**found.schemas.first()?, live))
    };
    let was = definition.was.map_or(definition.name, |was| was.name);
    let present = of(2 * index).map(|(schema, live)| (definition.name, schema, live));
    present.or_else(|| of(2 * index + 1).map(|(schema, live)| (was, schema, live)))
}

async fn plan_one(
    connection: &mut PgConnection,
    definition: Definition<'_>,
    index: usize,
    found: &[Found],
    earlier: &[Earlier<'_>],
) -> Result<PlanOrRefusal, Failure> {
    let Some((name, schema, live)) = there(definition, index, found) else {
        let kind = found.iter().find_map(|found| match &found.state {
            State::Other { kind } if found.number == 2 * index => Some(kind),
            _ => None,
        });
        let planned = match kind {
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
        };
        return Ok((planned, None));
    };
    let recorded = RecordedEnum::in_database(schema, name, &live.labels);
    let mut planned = plan(Some(&recorded), definition);
    if planned.as_ref().is_err_and(needs_replacement) {
        planned = match read(connection, schema, name).await? {
            Some(dependents) => replacement(connection, definition, dependents, earlier).await?,
            // It was dropped between the two queries.
            None => return Ok((plan(None, definition), None)),
        };
    }
    let note = retired::add_steps(connection, definition, (schema, name), &mut planned).await?;
    Ok((planned, note))
}

/// Changes what depends on a type to what does after the earlier plans.
pub(crate) fn go_on(
    dependents: &mut Dependents,
    definition: Definition<'_>,
    earlier: &[Earlier<'_>],
) -> Result<(), Unplannable> {
    for Earlier { derived, schema, name, labels } in earlier {
        let done = derived.definition(|other| dependents.after((schema, name), labels, other));
        done.map_err(|found| {
            let other = text::type_name(schema, name);
            let obstacle = |what| Obstacle {
                place: pg_enum_core::Place::Name,
                reason: Reason::Dependent {
                    what,
                    trouble: Trouble::RenamedToo { type_name: other.clone() },
                },
            };
            let obstacles = found.into_iter().map(obstacle).collect();
            Unplannable { type_name: definition.name_sql().to_string(), obstacles }
        })?;
    }
    Ok(())
}

/// The plan that replaces a type.
async fn replacement(
    connection: &mut PgConnection,
    definition: Definition<'_>,
    mut dependents: Dependents,
    earlier: &[Earlier<'_>],
) -> Result<Result<Plan, Unplannable>, Failure> {
    if let Err(refused) = go_on(&mut dependents, definition, earlier) {
        return Ok(Err(refused));
    }
    swap(connection, definition, &dependents).await
}

/// A database in which the migrations have run, which is connected to when the first type is replaced.
pub(crate) struct Migrated<'a> {
    url: &'a str,
    session: Option<Session>,
}

impl<'a> Migrated<'a> {
    pub(crate) const fn at(url: &'a str) -> Self {
        Self { url, session: None }
    }

    /// The plan for a type from its state after the migrations, which must be its state in the database.
    pub(crate) fn plan(
        &mut self,
        definition: Definition<'_>,
        recorded: &RecordedEnum,
        earlier: &[Earlier<'_>],
    ) -> Result<PlanOrRefusal, Failure> {
        self.run(async |connection| {
            let dependents = after_migrations(connection, recorded).await?;
            let mut planned = plan(Some(recorded), definition);
            if planned.as_ref().is_err_and(needs_replacement) {
                planned = replacement(connection, definition, dependents, earlier).await?;
            }
            let of = (&*recorded.schema, &*recorded.name);
            let note = retired::add_steps(connection, definition, of, &mut planned).await?;
            Ok((planned, note))
        })
    }

    /// The step that takes the labels away again that a plan adds.
    pub(crate) fn back(
        &mut self,
        definition: Definition<'_>,
        recorded: &RecordedEnum,
        earlier: &[Earlier<'_>],
    ) -> Result<Step, Failure> {
        let back = self.run(async |connection| {
            let mut dependents = after_migrations(connection, recorded).await?;
            Ok(match go_on(&mut dependents, definition, earlier) {
                Ok(()) => plan_back(&dependents, definition).map_err(|why| why.to_string()),
                Err(refused) => Err(refused.to_string()),
            })
        })?;
        back.map_err(|why| no_way_back(definition, &why))
    }

    fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let session = match &mut self.session {
            Some(session) => session,
            none => {
                let mut session = Database::at(self.url).open()?;
                session.run(begin)?;
                none.insert(session)
            }
        };
        session.run(work)
    }

    pub(crate) fn close(self) {
        if let Some(session) = self.session {
            session.close();
        }
    }
}

/// The labels that a plan adds cannot be taken away again.
pub(crate) fn no_way_back(definition: Definition<'_>, why: &str) -> Failure {
    let name = definition.name_sql();
    Failure::new(format!("the labels that are added to {name} cannot be removed again: {why}"))
        .with_help("leave out --down swap, and the labels stay on the way back")
}

/// What depends on a type, whose labels must be those after the migrations.
async fn after_migrations(
    connection: &mut PgConnection,
    recorded: &RecordedEnum,
) -> Result<Dependents, Failure> {
    let RecordedEnum { schema, name, labels, .. } = recorded;
    let type_name = text::type_name(schema, name);
    let help = "apply the pending migrations to the database, or give another database";
    let Some(dependents) = read(connection, schema, name).await? else {
        return Err(Failure::new(format!("the database has no type {type_name}")).with_help(help));
    };
    let live = &dependents.labels;
    if !live.iter().eq(labels.iter().map(|label| &label.text)) {
        let expected: Vec<_> = labels.iter().map(|label| &*label.text).collect();
        let (live, expected) = (list(live), list(&expected));
        return Err(Failure::new(format!(
            "the type {type_name} has the labels {live} in the database, and {expected} after the migrations"
        ))
        .with_help(help));
    }
    Ok(dependents)
}

/// Whether a database can say how to make a change that migrations alone cannot.
pub(crate) fn needs_replacement(refused: &Unplannable) -> bool {
    let is_for_it =
        |found: &Obstacle| matches!(found.reason, Reason::Removed { .. } | Reason::Order { .. });
    refused.obstacles.iter().any(is_for_it)
}

/// What a reader of the plan should know: functions whose bodies are not changed.
pub(crate) fn notes(plan: &Plan) -> Vec<String> {
    let replacements = plan.steps.iter().filter_map(|step| match step {
        Step::ReplaceType(replacement) => Some(replacement),
        _ => None,
    });
    let mentions = replacements.flat_map(|replacement| &replacement.mentions);
    let note = |(function, label): &(String, String)| {
        let label = text::label(label);
        format!(
            "the body of {function} contains {label}, which the change removes or renames: check whether it is the label"
        )
    };
    mentions.map(note).collect()
}
