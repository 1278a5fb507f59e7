//! Plans that replace a type, from the migrations alone.
//!
//! What depends on the type has to be known completely. What is created again is either printed as the server prints it, or
//! created by the statements of the migrations; if something else may depend on the type, the plan needs a database. The migration
//! compares what it finds with the plan, and what it has created again with what was there, so a mistake here makes it raise an
//! error, which takes back what it has done.

mod mentions;
mod reader;
mod statements;

use pg_enum_core::Definition;
use pg_enum_core::dependents::{Dependents, Known};
use pg_enum_core::plan::{
    Plan, Reason, Step, Trouble, Unplannable, plan_back, plan_swap, removed, retire,
};
use pg_enum_core::record::{Record, RecordedEnum};
use pg_enum_core::retire::holders;

use self::reader::Reader;
use self::statements::changed_in;
use crate::earlier::{Earlier, EarlierPlans};
use crate::failure::Failure;
use crate::live_plan::no_way_back;
use crate::migrations::{Replayed, Request};
use crate::retired;
use crate::text::{self, visible};

/// The migrations, of which types are planned.
#[derive(Clone, Copy)]
pub(crate) struct Migrations<'a> {
    pub(crate) replayed: &'a Replayed,
    pub(crate) request: &'a Request,
    pub(crate) record: &'a Record,
}

impl Migrations<'_> {
    /// The plan that replaces a type, or all that needs a database.
    pub(crate) fn plan(
        self,
        definition: Definition<'_>,
        recorded: &RecordedEnum,
        earlier: &EarlierPlans<'_>,
    ) -> Result<Plan, Unplannable> {
        let dependents = self.dependents(definition, recorded, earlier)?;
        let held = Known::held(&dependents, &removed(&dependents.labels, definition));
        let mut plan = plan_swap(&dependents, definition, &held)?;
        // The type has the retired labels as before, so that the tables say what is left to do.
        let (holders, _) = holders(self.record, recorded);
        let type_name = || definition.name_sql().to_string();
        let steps = retire(definition, recorded, &holders);
        let steps = steps.map_err(|obstacles| Unplannable { type_name: type_name(), obstacles })?;
        plan.steps.extend(steps);
        Ok(plan)
    }

    /// The step that takes the labels away again that a plan adds.
    pub(crate) fn back(
        self,
        definition: Definition<'_>,
        recorded: &RecordedEnum,
        earlier: &EarlierPlans<'_>,
    ) -> Result<Step, Failure> {
        let dependents = self.dependents(definition, recorded, earlier);
        let dependents = dependents.map_err(|refused| refused.to_string());
        dependents
            .and_then(|it| plan_back(&it, definition).map_err(|why| why.to_string()))
            .map_err(|why| no_way_back(definition, &why))
    }

    fn dependents(
        self,
        definition: Definition<'_>,
        recorded: &RecordedEnum,
        earlier: &EarlierPlans<'_>,
    ) -> Result<Dependents, Unplannable> {
        let Self { replayed, request, .. } = self;
        let reader = Reader {
            replay: &replayed.replay,
            root: &replayed.folder.root,
            recorded,
            oldest: request.postgres.unwrap_or(OLDEST),
            obstacles: Vec::new(),
        };
        let type_name = || definition.name_sql().to_string();
        let refused = |obstacles| Unplannable { type_name: type_name(), obstacles };
        let known = reader.known().map_err(refused)?;
        let mut found = changed_in(&known.statements, &changed(&known.labels, definition), None);
        for Earlier { derived, name, labels, .. } in earlier.all() {
            derived.definition(|other| {
                let renamed = (other.name != *name).then_some(&**name);
                found.extend(changed_in(&known.statements, &changed(labels, other), renamed));
            });
        }
        if !found.is_empty() {
            return Err(refused(found));
        }
        let mut dependents = known.dependents().map_err(refused)?;
        earlier.go_on(&mut dependents, definition)?;
        Ok(dependents)
    }
}

/// The labels that a change renames or removes.
fn changed<'a>(live: &'a [String], definition: Definition<'_>) -> Vec<&'a str> {
    let gone = removed(live, definition);
    let is_renamed = |label: &String| definition.renamed.iter().any(|it| it.was == *label);
    let is_changed = |label: &&String| is_renamed(label) || gone.contains(label);
    live.iter().filter(is_changed).map(String::as_str).collect()
}

/// The oldest version that is supported.
const OLDEST: u32 = 12;

/// Whether something is refused that a database would tell.
pub(crate) fn needs_database(refused: &Unplannable) -> bool {
    refused.obstacles.iter().any(|obstacle| {
        let Reason::Dependent { trouble, .. } = &obstacle.reason else { return false };
        matches!(trouble, Trouble::NeedsDatabase { .. })
    })
}

/// What a reader should know of a type that is planned without a database: what the migration relies on, what the other way
/// to get rid of labels would cost, and labels that may have been renamed.
pub(crate) fn notes(
    record: &Record,
    recorded: &RecordedEnum,
    refused: &Unplannable,
    plan: &Plan,
) -> Vec<String> {
    let mut notes = vec![relies_on(recorded)];
    notes.extend(retired::instead_in_migrations(record, recorded, plan));
    for obstacle in &refused.obstacles {
        let Reason::Removed { label, renamed } = &obstacle.reason else { continue };
        if !renamed.is_empty() {
            let renamed = renamed.iter().map(|label| text::label(label)).collect::<Vec<_>>();
            notes.push(format!(
                "{} is removed, and not renamed: if it was renamed to {}, add #[pg_enum(was = {})]",
                text::label(&label.text),
                renamed.join(" or "),
                visible(&format!("{:?}", label.text))
            ));
        }
    }
    notes
}

fn relies_on(recorded: &RecordedEnum) -> String {
    format!(
        "{} is replaced as the migrations describe its tables: where a database has anything else that depends on it, the \
         migration stops with a list and changes nothing",
        text::type_name(&recorded.schema, &recorded.name)
    )
}
