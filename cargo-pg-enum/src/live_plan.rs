//! Plans for the types of a database.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::mem::take;

use pg_enum::live::Error;
use pg_enum_core::Definition;
use pg_enum_core::dependents::{Dependents, PAGE};
use pg_enum_core::divergence::exchanged;
use pg_enum_core::drift::{self, Found, LiveEnum, Scope, State};
use pg_enum_core::plan::{Obstacle, Plan, Reason, Step, Unplannable, plan, plan_back};
use pg_enum_core::record::RecordedEnum;
use sqlx::PgConnection;

use crate::catalog::list;
use crate::compare::{REMOVE_WAS, exchange_taken_as_done};
use crate::database::{Database, Session};
use crate::dependents::{Reader, Wanted, begin, rows};
use crate::earlier::{Earlier, EarlierPlans};
use crate::enums::Derived;
use crate::failure::Failure;
use crate::problem::Problem;
use crate::{live, retired, text};

/// The plans for enums, and the problems that prevent others.
#[derive(Default)]
pub(crate) struct Planning {
    /// Those with something to do, in the order of the enums.
    pub(crate) plans: Vec<Plan>,
    pub(crate) problems: Vec<Problem>,
    /// What the other way to get rid of labels would cost.
    pub(crate) notes: Vec<String>,
    /// Functions whose bodies are not changed.
    pub(crate) bodies: BTreeSet<String>,
}

/// The plan for a type, or why there is none; and what the other way to get rid of labels would cost.
type PlanOrRefusal = (Result<Plan, Unplannable>, Option<String>);

/// Plans the change of each type in the database to its enum, in one read-only transaction. With `schemas`, a `LIKE` pattern,
/// an enum without a schema has a type in each schema whose name matches it; then notes about an enum are about the first.
pub(crate) async fn plans(
    connection: &mut PgConnection,
    enums: &[&Derived],
    schemas: Option<&str>,
) -> Result<Planning, Failure> {
    begin(connection).await?;
    let parts: Vec<_> = enums.iter().map(|derived| derived.model.parts()).collect();
    let definitions: Vec<Definition<'_>> = parts.iter().map(|parts| parts.definition()).collect();
    let places = places(connection, &definitions, schemas).await?;
    let definitions: Vec<Definition<'_>> = places
        .iter()
        .map(|(schema, index)| match schema {
            Some(schema) => definitions[*index].in_schema(schema),
            None => definitions[*index],
        })
        .collect();
    let found = found(connection, &definitions).await?;
    let (mut all, mut done) = (Planning::default(), HashSet::new());
    let mut earlier = EarlierPlans::default();
    let mut reader = Reader::new(to_read(&definitions, &found));
    let (mut told, mut retiring) = (HashSet::new(), HashMap::new());
    for (index, ((_, of), &definition)) in places.iter().zip(&definitions).enumerate() {
        let derived = enums[*of];
        if index % PAGE == 0 {
            let page = index..definitions.len().min(index + PAGE);
            let of = |index: usize| {
                let (name, schema, _) = there(definitions[index], index, &found)?;
                Some((definitions[index], (schema, name)))
            };
            let types: Vec<_> = page.filter_map(of).collect();
            retiring = retired::look_up(connection, &types).await?;
        }
        // Two enums with the same definition are one type.
        if !done.insert((definition.schema, definition.name)) {
            continue;
        }
        let mut planned =
            plan_one(connection, definition, index, &found, &earlier, &mut reader).await?;
        if let Some((name, schema, live)) = there(definition, index, &found) {
            let live_retired = retiring.get(&(schema.to_owned(), name.to_owned()));
            let retires =
                retired::add_steps(definition, (schema, name), &mut planned, live_retired);
            if !told.contains(of) {
                let recorded = RecordedEnum::in_database(schema, name, &live.labels);
                let type_name = text::type_name(schema, name);
                let taken_as_done = exchanged(definition, &recorded);
                let mut notes: Vec<String> = taken_as_done
                    .iter()
                    .map(|cycle| {
                        let message = exchange_taken_as_done(definition, cycle, &type_name);
                        format!("{message}; {REMOVE_WAS}")
                    })
                    .collect();
                let instead = retired::instead(
                    connection,
                    definition,
                    (schema, name),
                    (&planned, retires),
                    &mut reader,
                );
                notes.splice(0..0, instead.await?);
                if !notes.is_empty() {
                    told.insert(*of);
                    all.notes.extend(notes);
                }
            }
        }
        match planned {
            Ok(plan) if plan.is_empty() => {}
            Ok(mut plan) => {
                plan.set_lock_timeout(&derived.lock_timeout);
                all.bodies.extend(bodies(&mut plan));
                let is_replaced =
                    plan.steps.iter().any(|step| matches!(step, Step::ReplaceType(_)));
                // Labels that are added are in no definition yet.
                let changes_nothing =
                    plan.steps.iter().all(|step| matches!(step, Step::AddValue { .. }));
                all.plans.push(plan);
                if let Some((name, schema, live)) = there(definition, index, &found) {
                    let (schema, name) = (schema.to_owned(), name.to_owned());
                    let labels = live.labels.clone();
                    let mut objects = None;
                    if changes_nothing {
                        objects = Some(BTreeSet::new());
                    } else if is_replaced {
                        // It is in the page that has just been read.
                        let dependents = reader.read(connection, &schema, &name).await?;
                        objects = dependents
                            .map(|it| it.objects.into_iter().map(|object| object.key).collect());
                    }
                    earlier.add(Earlier { derived, schema, name, labels }, objects);
                }
            }
            Err(refused) => all.problems.extend(problems(derived, &refused)),
        }
    }
    Ok(all)
}

/// The schemas and the indexes of the enums whose types are planned.
async fn places(
    connection: &mut PgConnection,
    definitions: &[Definition<'_>],
    schemas: Option<&str>,
) -> Result<Vec<(Option<String>, usize)>, Failure> {
    let all = definitions.iter().enumerate();
    let Some(like) = schemas else { return Ok(all.map(|(index, _)| (None, index)).collect()) };
    let (own, wanted): (Vec<_>, Vec<_>) =
        all.partition(|(_, definition)| definition.schema.is_some());
    let mut places: Vec<_> = own.into_iter().map(|(index, _)| (None, index)).collect();
    let (indexes, wanted): (Vec<usize>, Vec<Definition<'_>>) = wanted.into_iter().unzip();
    let query = drift::query(&wanted, Scope::Like(like), false);
    let found: Vec<Found> =
        rows(connection, &query, "read the types", |row| Found::parse(&row, &wanted)).await?;
    if found.is_empty() && !wanted.is_empty() {
        return Err(live::failure(&Error::NoSchemas { like: like.into() }));
    }
    for found in found.into_iter().filter(|found| found.number % 2 == 0) {
        let index = indexes[found.number / 2];
        places.extend(found.schemas.into_iter().map(|schema| (Some(schema), index)));
    }
    places.sort();
    Ok(places)
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
        let found = state(number, found)?;
        let State::Enum(live) = &found.state else { return None };
        Some((&**found.schemas.first()?, live))
    };
    let was = definition.was.map_or(definition.name, |was| was.name);
    let present = of(2 * index).map(|(schema, live)| (definition.name, schema, live));
    present.or_else(|| of(2 * index + 1).map(|(schema, live)| (was, schema, live)))
}

/// The row with this number: the rows are in the order of their numbers.
fn state(number: usize, found: &[Found]) -> Option<&Found> {
    let at = found.binary_search_by_key(&number, |found| found.number).ok()?;
    found.get(at)
}

/// The types whose dependents a plan needs.
fn to_read(definitions: &[Definition<'_>], found: &[Found]) -> Vec<Wanted> {
    let of = |(index, &definition)| {
        let (name, schema, live) = there(definition, index, found)?;
        let recorded = RecordedEnum::in_database(schema, name, &live.labels);
        needs_dependents(&plan(Some(&recorded), definition), definition, &recorded)
            .then(|| Wanted::new(definition, &recorded))
    };
    definitions.iter().enumerate().filter_map(of).collect()
}

async fn plan_one(
    connection: &mut PgConnection,
    definition: Definition<'_>,
    index: usize,
    found: &[Found],
    earlier: &EarlierPlans<'_>,
    reader: &mut Reader,
) -> Result<Result<Plan, Unplannable>, Failure> {
    let Some((name, schema, live)) = there(definition, index, found) else {
        let kind = state(2 * index, found).and_then(|found| match &found.state {
            State::Other { kind } => Some(kind),
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
        return Ok(planned);
    };
    let recorded = RecordedEnum::in_database(schema, name, &live.labels);
    let mut planned = plan(Some(&recorded), definition);
    if planned.as_ref().is_err_and(needs_replacement) {
        planned = match reader.read(connection, schema, name).await? {
            Some(dependents) => {
                replacement(connection, definition, dependents, earlier, reader).await?
            }
            // It was dropped between the two queries.
            None => plan(None, definition),
        };
    }
    Ok(planned)
}

/// The plan that replaces a type.
async fn replacement(
    connection: &mut PgConnection,
    definition: Definition<'_>,
    mut dependents: Dependents,
    earlier: &EarlierPlans<'_>,
    reader: &Reader,
) -> Result<Result<Plan, Unplannable>, Failure> {
    if let Err(refused) = earlier.go_on(&mut dependents, definition) {
        return Ok(Err(refused));
    }
    reader.swap(connection, definition, &dependents).await
}

/// A database in which the migrations have run, which is connected to when the first type is replaced.
pub(crate) struct Migrated<'a> {
    url: &'a str,
    session: Option<Session>,
    reader: Reader,
}

impl<'a> Migrated<'a> {
    pub(crate) fn at(url: &'a str) -> Self {
        Self { url, session: None, reader: Reader::new(Vec::new()) }
    }

    /// Says which types will be planned, in this order, so that they are read together.
    pub(crate) fn expect(&mut self, types: Vec<Wanted>) {
        self.reader = Reader::new(types);
    }

    /// The plan for a type from its state after the migrations, which must be its state in the database.
    pub(crate) fn plan(
        &mut self,
        definition: Definition<'_>,
        recorded: &RecordedEnum,
        earlier: &EarlierPlans<'_>,
    ) -> Result<PlanOrRefusal, Failure> {
        self.run(async |connection, reader| {
            let dependents = after_migrations(connection, recorded, reader).await?;
            let mut planned = plan(Some(recorded), definition);
            if planned.as_ref().is_err_and(needs_replacement) {
                planned = replacement(connection, definition, dependents, earlier, reader).await?;
            }
            let of = (&*recorded.schema, &*recorded.name);
            let retiring = retired::look_up(connection, &[(definition, of)]).await?;
            let live = retiring.into_values().next();
            let retires = retired::add_steps(definition, of, &mut planned, live.as_ref());
            let planned_so = (&planned, retires);
            let note = retired::instead(connection, definition, of, planned_so, reader).await?;
            Ok((planned, note))
        })
    }

    /// The step that takes the labels away again that a plan adds.
    pub(crate) fn back(
        &mut self,
        definition: Definition<'_>,
        recorded: &RecordedEnum,
        earlier: &EarlierPlans<'_>,
    ) -> Result<Step, Failure> {
        let back = self.run(async |connection, reader| {
            let mut dependents = after_migrations(connection, recorded, reader).await?;
            Ok(match earlier.go_on(&mut dependents, definition) {
                Ok(()) => plan_back(&dependents, definition).map_err(|why| why.to_string()),
                Err(refused) => Err(refused.to_string()),
            })
        })?;
        back.map_err(|why| no_way_back(definition, &why))
    }

    fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection, &mut Reader) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let session = match &mut self.session {
            Some(session) => session,
            none => {
                let mut session = Database::at(self.url).open()?;
                session.run(begin)?;
                none.insert(session)
            }
        };
        session.run(async |connection| work(connection, &mut self.reader).await)
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
    reader: &mut Reader,
) -> Result<Dependents, Failure> {
    let RecordedEnum { schema, name, labels, .. } = recorded;
    let type_name = text::type_name(schema, name);
    let help = "apply the pending migrations to the database, or give another database";
    let Some(dependents) = reader.read(connection, schema, name).await? else {
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

/// Whether a plan may need what depends on its type: to replace it, or to say what this would cost instead of retiring a
/// label.
pub(crate) fn needs_dependents(
    planned: &Result<Plan, Unplannable>,
    definition: Definition<'_>,
    recorded: &RecordedEnum,
) -> bool {
    planned.as_ref().is_err_and(needs_replacement)
        || recorded.labels.iter().any(|label| definition.has_retired(&label.text))
}

/// Whether a database can say how to make a change that migrations alone cannot.
pub(crate) fn needs_replacement(refused: &Unplannable) -> bool {
    let is_for_it =
        |found: &Obstacle| matches!(found.reason, Reason::Removed { .. } | Reason::Order { .. });
    refused.obstacles.iter().any(is_for_it)
}

/// Takes out of a plan what its reader should know: functions whose bodies are not changed.
pub(crate) fn bodies(plan: &mut Plan) -> Vec<String> {
    let replacements = plan.steps.iter_mut().filter_map(|step| match step {
        Step::ReplaceType(replacement) => Some(replacement),
        _ => None,
    });
    let mentions = replacements.flat_map(|replacement| take(&mut replacement.mentions));
    let note = |(function, label): (String, String)| {
        let label = text::label(&label);
        format!(
            "the body of {function} contains {label}, which the change removes or renames: check whether it is the label"
        )
    };
    mentions.map(note).collect()
}
