//! Reads what an online change needs to know.

use pg_enum_core::Definition;
use pg_enum_core::plan::Unplannable;
use pg_enum_core::plan::online::{self, Online, Options, State, plan_online};
use sqlx::PgConnection;

use crate::database::{failed, send};
use crate::dependents::{Reader, begin, rows};
use crate::enums::Derived;
use crate::failure::Failure;
use crate::live_plan;
use crate::problem::Problem;

/// Ends a transaction that has read.
pub(super) async fn end(connection: &mut PgConnection) -> Result<(), Failure> {
    send(connection, "ROLLBACK").await.map_err(|error| failed("end a transaction", &error))
}

/// The type of each definition in the database: its schema and its name.
pub(super) async fn types(
    connection: &mut PgConnection,
    definitions: &[Definition<'_>],
) -> Result<Vec<Option<(String, String)>>, Failure> {
    begin(connection).await?;
    let types = live_plan::types(connection, definitions).await?;
    end(connection).await?;
    Ok(types)
}

/// Whether the role can update rows without firing ordinary triggers.
async fn can_replicate(connection: &mut PgConnection) -> Result<bool, Failure> {
    let done = send(connection, "BEGIN; SET LOCAL session_replication_role = replica").await;
    end(connection).await?;
    match done {
        Ok(()) => Ok(true),
        Err(sqlx::Error::Database(_)) => Ok(false),
        Err(error) => Err(failed("read the privileges of the role", &error)),
    }
}

/// What is to be done, before anything is.
pub(super) struct Survey {
    pub(super) options: Options,
    /// The type of each definition in the database.
    pub(super) types: Vec<Option<(String, String)>>,
    /// What is left of each change that replaces a type.
    pub(super) plans: Vec<Online>,
    /// What prevents others.
    pub(super) problems: Vec<Problem>,
}

/// Plans the change of each type.
pub(super) async fn survey(
    connection: &mut PgConnection,
    enums: &[&Derived],
    definitions: &[Definition<'_>],
    fire_triggers: bool,
) -> Result<Survey, Failure> {
    let options = Options { in_replication: can_replicate(connection).await?, fire_triggers };
    let types = types(connection, definitions).await?;
    let (mut plans, mut problems) = (Vec::new(), Vec::new());
    for ((derived, &definition), found) in enums.iter().zip(definitions).zip(&types) {
        let Some((schema, name)) = found else { continue };
        match plan(connection, definition, (schema, name), options, true).await? {
            Ok(plan) => plans.extend(plan),
            Err(refused) => problems.extend(live_plan::problems(derived, &refused)),
        }
    }
    Ok(Survey { options, types, plans, problems })
}

/// What an online change of a type has made.
pub(super) async fn state(
    connection: &mut PgConnection,
    (schema, name): (&str, &str),
) -> Result<State, Failure> {
    let query = online::query(schema, name);
    let rows = rows(connection, &query, "read the state of the change", Some).await?;
    State::parse(&rows)
        .ok_or_else(|| Failure::new("cannot read the state of the change: an unexpected answer"))
}

/// The labels of a type; none if it has been dropped meanwhile.
pub(super) async fn labels(
    connection: &mut PgConnection,
    (schema, name): (&str, &str),
) -> Result<Vec<String>, Failure> {
    rows(connection, &online::labels_query(schema, name), "read the labels of the type", Some).await
}

/// What is left of the change of a type, in a transaction of its own. `counts` is whether rows with labels that go are
/// counted.
pub(super) async fn plan(
    connection: &mut PgConnection,
    definition: Definition<'_>,
    of: (&str, &str),
    options: Options,
    counts: bool,
) -> Result<Result<Option<Online>, Unplannable>, Failure> {
    begin(connection).await?;
    let plan = plan_within(connection, definition, of, options, counts).await?;
    end(connection).await?;
    Ok(plan)
}

/// The same in the transaction that is open.
pub(super) async fn plan_within(
    connection: &mut PgConnection,
    definition: Definition<'_>,
    (schema, name): (&str, &str),
    options: Options,
    counts: bool,
) -> Result<Result<Option<Online>, Unplannable>, Failure> {
    // It has been dropped meanwhile.
    let mut reader = Reader::default();
    let Some(dependents) = reader.read(connection, schema, name).await? else {
        return Ok(Ok(None));
    };
    let held =
        if counts { reader.held(connection, &dependents, definition).await? } else { Vec::new() };
    let state = state(connection, (schema, name)).await?;
    let plan = plan_online(&dependents, &state, definition, &held, options);
    if matches!(plan, Ok(None)) && state.is_begun() {
        let name = crate::text::type_name(schema, name);
        return Err(Failure::new(format!(
            "the type {name} is as its enum says, but an interrupted online change has left objects"
        ))
        .with_help("remove them with `cargo pg-enum online --abort`"));
    }
    Ok(plan)
}
