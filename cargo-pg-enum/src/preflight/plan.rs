//! The changes that the pending migrations make to enums.

use std::collections::HashMap;

use pg_enum_migrations::folder::{Migration, Part};
use pg_enum_migrations::{Change, EnumState, Event, Location, Side, Statement, TypeId};

use crate::catalog;
use crate::migrations::Replayed;
use crate::text::{label, type_name};

/// The pending migrations, replayed after the applied ones.
pub(crate) struct Plan {
    /// The replay of the applied migrations and then the pending ones.
    pub(crate) after: Replayed,
    /// The enums after the applied migrations.
    pub(crate) before: Vec<EnumState>,
    /// The number of applied migrations.
    pub(crate) applied: usize,
    pub(crate) steps: Vec<Step>,
}

/// One change of one enum.
pub(crate) struct Step {
    /// The index in [`Plan::pending`].
    pub(crate) migration: usize,
    pub(crate) at: Location,
    /// The name of the type before the change, or the name it is created with.
    pub(crate) schema: String,
    pub(crate) name: String,
    /// The name of the type before the first pending migration, if it existed.
    pub(crate) existed_as: Option<(String, String)>,
    pub(crate) change: Change,
}

impl Plan {
    pub(crate) fn new(before: Vec<EnumState>, after: Replayed, applied: usize) -> Self {
        let mut names: HashMap<TypeId, (String, String)> = HashMap::new();
        let mut original: HashMap<TypeId, (String, String)> = HashMap::new();
        let mut steps = Vec::new();
        for Event { id, migration, at, change } in &after.replay.events {
            let entry = names.entry(*id).or_default();
            if let Change::Created { schema, name, .. } = change {
                *entry = (schema.to_string(), name.to_string());
            }
            let (schema, name) = entry.clone();
            match change {
                Change::Renamed { to } => entry.1 = to.to_string(),
                Change::Moved { to } => entry.0 = to.to_string(),
                _ => {}
            }
            if let Some(migration) = migration.checked_sub(applied) {
                let existed_as = original.get(id).cloned();
                steps.push(Step {
                    migration,
                    at: at.clone(),
                    schema,
                    name,
                    existed_as,
                    change: change.clone(),
                });
            } else {
                original.insert(*id, entry.clone());
            }
        }
        Self { after, before, applied, steps }
    }

    /// The pending migrations.
    pub(crate) fn pending(&self) -> &[Migration] {
        self.after.folder.migrations.get(self.applied..).unwrap_or_default()
    }

    pub(crate) fn version(&self, migration: usize) -> &str {
        self.pending().get(migration).map_or("", |migration| &migration.version)
    }

    pub(crate) fn adds_labels(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.change, Change::LabelAdded { .. }))
    }

    /// The statements of the pending migrations, with the index of the migration.
    pub(crate) fn statements(&self) -> impl Iterator<Item = (usize, Statement)> {
        self.pending().iter().enumerate().flat_map(|(index, migration)| {
            let statements = match &migration.up {
                Part::Sql(script) => script.statements(),
                Part::Code(_) => Vec::new(),
            };
            statements.into_iter().map(move |statement| (index, statement))
        })
    }

    /// The statement that contains a place.
    pub(crate) fn statement_at(&self, at: &Location) -> Option<Statement> {
        self.statements().map(|(_, statement)| statement).find(|statement| {
            statement.at.source == at.source
                && statement.at.range.start <= at.range.start
                && at.range.start < statement.at.range.end
        })
    }
}

impl Step {
    pub(crate) fn type_name(&self) -> String {
        type_name(&self.schema, &self.name)
    }

    /// A short, stable name of the kind of change.
    pub(crate) fn kind(&self) -> &'static str {
        match self.change {
            Change::Created { .. } => "created",
            Change::LabelAdded { .. } => "label-added",
            Change::LabelRenamed { .. } => "label-renamed",
            Change::Rewritten { .. } => "rewritten",
            Change::Renamed { .. } => "renamed",
            Change::Moved { .. } => "moved",
            Change::Dropped => "dropped",
            _ => "changed",
        }
    }

    /// The change, in words.
    pub(crate) fn words(&self) -> String {
        match &self.change {
            Change::Created { labels, .. } => format!("created with {}", catalog::list(labels)),
            Change::LabelAdded { label: added, position } => {
                let added = label(added);
                match position {
                    Some((Side::Before, anchor)) => {
                        format!("adds {added} before {}", label(anchor))
                    }
                    Some((Side::After, anchor)) => format!("adds {added} after {}", label(anchor)),
                    None => format!("adds {added}"),
                }
            }
            Change::LabelRenamed { from, to } => {
                format!("renames {} to {}", label(from), label(to))
            }
            Change::Rewritten { labels } => {
                format!("updates pg_enum directly; the labels are then {}", catalog::list(labels))
            }
            Change::Renamed { to } => format!("renamed to {}", type_name(&self.schema, to)),
            Change::Moved { to } => format!("moved to {}", type_name(to, &self.name)),
            Change::Dropped => "dropped".to_owned(),
            _ => "changed".to_owned(),
        }
    }
}
