//! Plans the SQL steps that change a type from its state after the migrations to its definition, and the steps back.
//!
//! ```
//! use pg_enum_core::plan::plan;
//! use pg_enum_core::record::{Origin, RecordedEnum, RecordedLabel};
//! use pg_enum_core::{Definition, Renamed};
//!
//! let at = |line| Origin { file: "migrations/1_mood.sql".into(), line };
//! let recorded = RecordedEnum {
//!     schema: "app".into(),
//!     name: "mood".into(),
//!     known: true,
//!     created: at(1),
//!     labels: vec![RecordedLabel { text: "sad".into(), at: at(2), accepted: false }],
//! };
//! let mood = Definition::new("mood", &["unhappy", "ok"])
//!     .in_schema("app")
//!     .with_renamed(&[Renamed { label: "unhappy", was: "sad" }]);
//!
//! let plan = plan(Some(&recorded), mood)?;
//! let summaries: Vec<_> = plan.steps.iter().map(|step| step.summary().to_string()).collect();
//! assert_eq!(
//!     summaries,
//!     ["rename value 'sad' of app.mood to 'unhappy'", "add value 'ok' to app.mood after 'unhappy'"]
//! );
//! let sql = plan.steps[1].up_sql().to_string();
//! assert!(sql.contains(r#"ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'ok' AFTER 'unhappy';"#));
//! # Ok::<(), pg_enum_core::plan::Unplannable>(())
//! ```
//!
//! # Guarantees
//!
//! Each step has an up statement and a down statement. An added label cannot be removed, so its down statement is a
//! comment that says so. Each statement, and a whole migration of them, can run any number of times, inside or
//! outside a transaction, at any isolation level, in several sessions at once, with any `search_path`, on
//! `PostgreSQL` 12 to 18. A statement whose work is already done does nothing. If the type is in neither the old nor
//! the new state, the server reports what is missing.
//!
//! # Files
//!
//! Since `PostgreSQL` 12, a transaction may add a label, but using the label in the same transaction fails (55P04).
//! No statement of a plan uses a new label: adding a label next to a new one, or renaming one, is not a use. So all
//! steps can share a file, even if a tool sends the file as one string (as sqlx does, also with `-- no-transaction`:
//! the string is then one implicit transaction). A hand-written statement that uses a new label (`SET DEFAULT`,
//! `CHECK`, `INSERT`) must be in a later file.
//!
//! A check that forbids a retired label is added in one file, under a lock that stops all other sessions, and validated in
//! a later one, under a lock that lets them read and write. Rows are updated between the two.

#[cfg(feature = "drift")]
mod effects;
#[cfg(all(test, feature = "drift"))]
mod large;
#[cfg(feature = "drift")]
mod lock_timeout;
#[cfg(feature = "drift")]
pub mod online;
mod renames;
#[cfg(feature = "drift")]
mod replacement;
mod retire;
mod retired;
mod step;
#[cfg(feature = "drift")]
mod step_effects;
#[cfg(feature = "drift")]
mod swap;
#[cfg(test)]
mod tests;
#[cfg(feature = "drift")]
mod trouble;
mod type_name;
mod unplannable;
mod unretirable;

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

#[cfg(feature = "drift")]
pub use self::effects::{Dropped, Effects, Lock, LockMode, Locked, Loss, Notice, Rewrite, Update};
#[cfg(feature = "drift")]
pub use self::lock_timeout::{LockTimeout, NoLockTimeout};
#[cfg(feature = "drift")]
pub use self::replacement::{Irreversible, Replacement};
#[cfg(feature = "drift")]
pub(crate) use self::retire::constraint_name;
pub use self::retire::retire;
pub use self::retired::{Forbidding, HeldColumn, ReplacedLabel, RetiredDefault};
pub use self::step::{Position, Step};
#[cfg(feature = "drift")]
pub(crate) use self::swap::Fates;
#[cfg(feature = "drift")]
pub use self::swap::{plan_back, plan_swap, removed};
#[cfg(feature = "drift")]
pub use self::trouble::Trouble;
pub use self::type_name::TypeName;
pub use self::unplannable::{Obstacle, Reason, Unplannable};
pub use self::unretirable::Unretirable;
use crate::divergence::Disagreement;
use crate::divergence::compare::labels;
use crate::divergence::renames::after_renames;
use crate::record::{Record, RecordedEnum};
use crate::retire::holders;
use crate::violation::Place;
use crate::{Definition, Former};

/// The steps that change a type from one state to another, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps. To go back, run their down statements from last to first.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Whether there is nothing to do.
    ///
    /// ```
    /// assert!(pg_enum_core::plan::Plan::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Limits how long the steps that lock tables wait for each lock. Queries that come later wait for them as long.
    ///
    /// A limit that the session has already stays as it is.
    ///
    /// ```
    /// use pg_enum_core::Definition;
    /// use pg_enum_core::plan::{LockTimeout, plan};
    ///
    /// let mut created = plan(None, Definition::new("mood", &["sad"]))?;
    /// created.set_lock_timeout(&LockTimeout::default());
    /// // It locks no table.
    /// assert!(!created.steps[0].up_sql().to_string().contains("lock_timeout"));
    /// # Ok::<(), pg_enum_core::plan::Unplannable>(())
    /// ```
    #[cfg(feature = "drift")]
    pub fn set_lock_timeout(&mut self, timeout: &LockTimeout) {
        let timeout = Some(timeout).filter(|timeout| !timeout.is_off());
        for step in &mut self.steps {
            match step {
                Step::ReplaceType(replacement) => replacement.set_lock_timeout(timeout),
                Step::Forbid { lock_timeout, .. } => {
                    *lock_timeout = timeout.map(ToString::to_string);
                }
                _ => {}
            }
        }
    }

    /// The steps grouped by migration file ([`Step::file`]), where each file runs in its own transaction, for the reason
    /// in the [module's documentation](self#files). Empty if there is nothing to do.
    ///
    /// ```
    /// use pg_enum_core::Definition;
    /// use pg_enum_core::plan::{Plan, plan};
    ///
    /// let created = plan(None, Definition::new("mood", &["sad"]))?;
    /// assert_eq!(created.files().collect::<Vec<_>>(), [&created.steps[..]]);
    /// assert_eq!(Plan::default().files().count(), 0);
    /// # Ok::<(), pg_enum_core::plan::Unplannable>(())
    /// ```
    pub fn files(&self) -> impl Iterator<Item = &[Step]> {
        self.steps.chunk_by(|step, next| step.file() == next.file())
    }
}

/// Plans the change from the type in `record` to `definition`: [`plan`] for the type that [`Record::find_for`] finds, and
/// [`retire`] for its columns.
///
/// If the definition has no schema and `was` names the default schema, the type does not move.
///
/// # Errors
///
/// The errors of [`plan`] and of [`retire`], and tables of which too little is known if a label is retired.
///
/// ```
/// use pg_enum_core::Definition;
/// use pg_enum_core::plan::{Step, plan_from};
/// use pg_enum_core::record::Record;
///
/// let record = Record { default_schema: "public".into(), ..Record::default() };
/// let plan = plan_from(&record, Definition::new("mood", &["sad"]))?;
/// assert!(matches!(plan.steps[..], [Step::CreateType { .. }]));
/// # Ok::<(), pg_enum_core::plan::Unplannable>(())
/// ```
pub fn plan_from(record: &Record, mut definition: Definition<'_>) -> Result<Plan, Unplannable> {
    let here = |was: &Former<'_>| was.schema == Some(&*record.default_schema);
    if let (None, Some(was)) = (definition.schema, definition.was.filter(here)) {
        let another = was.name != definition.name;
        definition.was = another.then_some(Former { schema: None, name: was.name });
    }
    let recorded = record.find_for(definition);
    let mut planned = plan(recorded, definition)?;
    let has_label =
        |there: &RecordedEnum| there.labels.iter().any(|label| definition.has_retired(&label.text));
    if let Some(recorded) = recorded.filter(|there| has_label(there)) {
        let (holders, unsure) = holders(record, recorded);
        let retired = if unsure.is_empty() {
            retire(definition, recorded, &holders)
        } else {
            let obstacle = |table| Obstacle {
                place: Place::Name,
                reason: Reason::Retired { why: Unretirable::Unsure { table } },
            };
            Err(unsure.into_iter().map(obstacle).collect())
        };
        let type_name = || TypeName::new(Some(&recorded.schema), definition.name).to_string();
        let steps =
            retired.map_err(|obstacles| Unplannable { type_name: type_name(), obstacles })?;
        planned.steps.extend(steps);
    }
    Ok(planned)
}

/// Plans the change from the recorded type, under its present or former name, to `definition`. Without a recorded
/// type, the plan creates it.
///
/// Nothing is guessed: a type or a label is renamed only where `was` says so.
///
/// # Errors
///
/// Changes that `ALTER TYPE` cannot make (removing or reordering labels), changes that would be a guess (a label that
/// differs from another only by case), a type whose state is uncertain, and an invalid definition.
///
/// ```
/// use pg_enum_core::Definition;
/// use pg_enum_core::plan::plan;
/// use pg_enum_core::record::{Origin, RecordedEnum, RecordedLabel};
///
/// let at = || Origin { file: "1.sql".into(), line: 1 };
/// let recorded = RecordedEnum {
///     schema: "public".into(),
///     name: "mood".into(),
///     known: true,
///     created: at(),
///     labels: vec![RecordedLabel { text: "sad".into(), at: at(), accepted: false }],
/// };
/// assert_eq!(
///     plan(Some(&recorded), Definition::new("mood", &["Sad"])).unwrap_err().to_string(),
///     "cannot plan public.mood: the label 'Sad' differs only by case from 'sad' (1.sql:1), and nothing \
///      says whether it was renamed; if it was, add #[pg_enum(was = \"sad\")]"
/// );
/// ```
pub fn plan(
    recorded: Option<&RecordedEnum>,
    definition: Definition<'_>,
) -> Result<Plan, Unplannable> {
    let name = TypeName::new(definition.schema, definition.name);
    let type_name = match (recorded, definition.schema) {
        (Some(there), None) => TypeName::new(Some(&there.schema), definition.name).to_string(),
        _ => name.to_string(),
    };
    let mut obstacles: Vec<Obstacle> = definition
        .violations()
        .map(|found| Obstacle {
            place: found.place,
            reason: Reason::Violation { message: found.to_string() },
        })
        .collect();
    let refuse = |obstacles| Err(Unplannable { type_name: type_name.clone(), obstacles });
    let Some(there) = recorded else {
        if !obstacles.is_empty() {
            return refuse(obstacles);
        }
        return Ok(Plan { steps: [Step::create(definition)].into() });
    };
    let relation = Relation::of(definition, there);
    if relation.is_none() {
        let was = TypeName::new(Some(&there.schema), &there.name);
        obstacles.push(Obstacle { place: Place::Name, reason: Reason::AnotherType { was } });
    }
    if !there.known {
        let created = there.created.clone();
        obstacles.push(Obstacle { place: Place::Name, reason: Reason::Uncertain { created } });
    }
    let (Some(relation), true) = (relation, obstacles.is_empty()) else {
        return refuse(obstacles);
    };
    let mut steps = relation.steps(definition, there);
    let earlier: Vec<TypeName> =
        steps.iter().rev().filter_map(Step::starts_from).cloned().collect();
    steps.extend(renames::steps(definition, there, &earlier));
    let now = after_renames(definition, there);
    let mut missing = Vec::new();
    for (place, disagreement, at) in labels(definition, there) {
        let reason = match disagreement {
            Disagreement::Missing { label, .. } => {
                missing.push(label);
                continue;
            }
            Disagreement::CaseOnly { label, theirs } => Reason::CaseOnly { label, theirs, at },
            Disagreement::Exchanged { labels } => Reason::Exchanged { labels },
            Disagreement::Order { label, after } => Reason::Order { label, after, at },
            Disagreement::NotRemoved { label } => {
                let removed = there.labels.iter().find(|there| there.text == label).cloned();
                obstacles.extend(removed.map(|label| Obstacle {
                    place,
                    reason: Reason::Removed { label, renamed: Vec::new() },
                }));
                continue;
            }
            Disagreement::Extra { labels } => {
                obstacles.extend(labels.into_iter().map(|label| Obstacle {
                    place,
                    reason: Reason::Removed { label, renamed: Vec::new() },
                }));
                continue;
            }
            // The others are about the type, or are renames.
            _ => continue,
        };
        obstacles.push(Obstacle { place, reason });
    }
    if !obstacles.is_empty() {
        for obstacle in &mut obstacles {
            if let (Place::Name, Reason::Removed { renamed, .. }) =
                (obstacle.place, &mut obstacle.reason)
            {
                renamed.clone_from(&missing);
            }
        }
        return refuse(obstacles);
    }
    steps.extend(added(definition.labels, now, &name));
    Ok(Plan { steps })
}

/// The steps that add the labels missing from `now`, each next to a label that exists at that moment.
pub(crate) fn added<'a>(labels: &[&'a str], mut now: Vec<&'a str>, name: &TypeName) -> Vec<Step> {
    let mut steps = Vec::new();
    for (index, &label) in labels.iter().enumerate() {
        if now.contains(&label) {
            continue;
        }
        // All labels before it exist now.
        let before = index.checked_sub(1).map(|before| labels[before]);
        let at = before.and_then(|before| now.iter().position(|&there| there == before));
        let next = at.map_or(0, |at| at + 1);
        let position = match (before.filter(|_| at.is_some()), now.first()) {
            (Some(before), _) => Position::After(before.to_owned()),
            (None, Some(first)) => Position::Before((*first).to_owned()),
            (None, None) => Position::Last,
        };
        steps.push(Step::AddValue { name: name.clone(), label: label.to_owned(), position });
        now.insert(next, label);
    }
    steps
}

/// Plans to drop a type that no longer has a definition. The down statement creates it again, with its present
/// labels.
///
/// ```
/// use pg_enum_core::plan::plan_drop;
/// use pg_enum_core::record::{Origin, RecordedEnum};
///
/// let gone = RecordedEnum {
///     schema: "app".into(),
///     name: "mood".into(),
///     known: true,
///     created: Origin { file: "1.sql".into(), line: 1 },
///     labels: vec![],
/// };
/// assert_eq!(plan_drop(&gone).steps[0].summary().to_string(), "drop type app.mood");
/// ```
#[must_use]
pub fn plan_drop(recorded: &RecordedEnum) -> Plan {
    let name = TypeName::new(Some(&recorded.schema), &recorded.name);
    let labels: Vec<String> = recorded.labels.iter().map(|label| label.text.clone()).collect();
    Plan { steps: [Step::DropType { name, labels }].into() }
}

/// How the name of a recorded type must change to match the definition.
#[derive(Clone, Copy)]
struct Relation {
    moves: bool,
    renames: bool,
}

impl Relation {
    /// `None` if they are different types.
    fn of(definition: Definition<'_>, there: &RecordedEnum) -> Option<Self> {
        let Definition { schema, name, was, .. } = definition;
        let was = was.filter(|was| {
            was.name == there.name
                && was.schema.or(schema).is_none_or(|schema| schema == there.schema)
        });
        if there.name == name && schema == Some(&*there.schema) {
            return Some(Self { moves: false, renames: false });
        }
        match was {
            Some(was) => Some(Self {
                moves: match schema {
                    Some(schema) => schema != there.schema,
                    None => was.schema.is_some(),
                },
                renames: was.name != name,
            }),
            None if there.name == name && schema.is_none() => {
                Some(Self { moves: false, renames: false })
            }
            None => None,
        }
    }

    /// The move comes before the rename; the order is arbitrary, but must be fixed.
    fn steps(self, definition: Definition<'_>, there: &RecordedEnum) -> Vec<Step> {
        let Self { moves, renames } = self;
        let target = TypeName::new(definition.schema, definition.name);
        let first = TypeName::new(Some(&there.schema), &there.name);
        let between = TypeName::new(definition.schema, &there.name);
        let mut steps = Vec::new();
        if moves {
            steps.push(Step::MoveType {
                from: first.clone(),
                to: between.clone(),
                later: renames.then(|| target.clone()),
            });
        }
        if renames {
            let earlier = moves.then_some(first);
            steps.push(Step::RenameType { from: between, to: target, earlier });
        }
        steps
    }
}
