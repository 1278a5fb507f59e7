//! The effects of each step.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Effects, Lock, LockMode, Locked, Loss, Notice, ReplacedLabel, Step, TypeName, Update};

impl Step {
    /// What the step locks, rewrites and removes, and what clients see.
    ///
    /// Sources: the `PostgreSQL` manual, 13.3.1 (lock modes) and `ALTER TABLE` (which change takes which); for
    /// `ADD VALUE` and `RENAME VALUE`, `src/backend/catalog/pg_enum.c`.
    #[must_use]
    pub fn effects(&self) -> Effects {
        let lock = |mode, name: &TypeName| Lock { mode, object: Locked::Type(name.clone()) };
        let on_table = |mode, table: &TypeName| Lock {
            mode,
            object: Locked::Relation(alloc::format!("table {table}")),
        };
        let mut effects = Effects::default();
        match self {
            Self::CreateType { .. } => {}
            Self::MoveType { from: name, .. } | Self::RenameType { from: name, .. } => {
                effects.clients.push(Notice::OldName { name: name.clone() });
            }
            Self::RenameValue { name, from, .. } => {
                effects.locks.push(lock(LockMode::Exclusive, name));
                effects.clients.push(Notice::OldLabel { label: from.clone() });
            }
            Self::ExchangeValues { name, renames, .. } => {
                effects.locks.push(lock(LockMode::Exclusive, name));
                let labels = renames.iter().map(|(from, _)| from.clone()).collect();
                effects.clients.push(Notice::ExchangedLabels { labels });
            }
            Self::AddValue { name, label, .. } => {
                effects.locks.push(lock(LockMode::Exclusive, name));
                effects.clients.push(Notice::NewLabel { label: label.clone() });
            }
            Self::Forbid { table, forbidding, lock_timeout, .. } => {
                effects.lock_timeout = lock_timeout.as_ref().and_then(|text| text.parse().ok());
                effects.locks.push(on_table(LockMode::AccessExclusive, table));
                let mut labels: Vec<&String> = forbidding.iter().map(|it| &it.label).collect();
                labels.dedup();
                let notice = |label: &String| Notice::ForbiddenLabel { label: label.clone() };
                effects.clients.extend(labels.into_iter().map(notice));
            }
            Self::UpdateRows { table, replaced } => {
                effects.locks.push(on_table(LockMode::RowExclusive, table));
                let update = |it: &ReplacedLabel| Update {
                    column: alloc::format!("column {} of table {table}", it.column.name),
                    label: it.label.clone(),
                    to: it.to.clone(),
                };
                effects.updates.extend(replaced.iter().map(update));
            }
            Self::Validate { table, .. } => {
                effects.locks.push(on_table(LockMode::ShareUpdateExclusive, table));
                effects.scans.push(alloc::format!("table {table}"));
            }
            Self::ReplaceType(replacement) => return replacement.effects.clone(),
            Self::DropType { name, labels } => {
                effects.locks.push(lock(LockMode::AccessExclusive, name));
                let loss = |label: &String| Loss {
                    label: label.clone(),
                    replacement: None,
                    rows: Vec::new(),
                };
                effects.losses.extend(labels.iter().map(loss));
                effects.clients.push(Notice::OldName { name: name.clone() });
            }
        }
        effects
    }
}
