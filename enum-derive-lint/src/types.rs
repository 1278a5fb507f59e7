//! The enums at each point of the migrations.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use pg_enum_core::Definition;
use pg_enum_migrations::{Change, Event, Location, Side, TypeId};

use crate::clause::Name;
use crate::statement::Statement;

/// What has happened to each enum, by all the names that it has had.
pub(crate) struct Types<'a> {
    by_id: HashMap<TypeId, Vec<&'a Event>>,
    by_name: HashMap<&'a str, Vec<TypeId>>,
    /// The last state of each that was asked for, and how many of its events have led to it: rules go through the migrations in
    /// order, and a type may have thousands of events.
    reached: RefCell<HashMap<TypeId, (usize, Option<TypeState>)>>,
}

/// An enum at a point of the migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypeState {
    pub(crate) id: TypeId,
    pub(crate) schema: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) labels: Vec<Arc<str>>,
    /// Where it was created, and by which migration.
    pub(crate) created: Location,
    pub(crate) migration: usize,
}

/// The name of a type in SQL that is suggested. Without its schema, another type may have it; only the usual one is left out.
pub(crate) fn name_sql(schema: &str, name: &str) -> String {
    let definition = Definition::new(name, &[]);
    let definition = if schema == "public" { definition } else { definition.in_schema(schema) };
    definition.name_sql().to_string()
}

/// A point of the migrations: before what stands there.
#[derive(Clone, Copy)]
pub(crate) struct Point<'a> {
    pub(crate) migration: usize,
    /// Without a place, before the first statement of the migration.
    pub(crate) at: Option<&'a Location>,
}

impl<'a> Point<'a> {
    /// Before a statement.
    pub(crate) fn of(statement: &'a Statement) -> Self {
        Self { migration: statement.migration, at: Some(&statement.at) }
    }
}

impl Point<'_> {
    /// Before a migration.
    pub(crate) fn before(migration: usize) -> Self {
        Self { migration, at: None }
    }

    /// Whether something has happened there. What a routine does happens where that is called, so that its place in another
    /// file tells nothing.
    fn is_after(self, event: &Event) -> bool {
        if event.migration != self.migration {
            return event.migration < self.migration;
        }
        self.at
            .is_some_and(|at| event.at.path() != at.path() || event.at.range.start < at.range.start)
    }
}

impl<'a> Types<'a> {
    pub(crate) fn new(events: &'a [Event]) -> Self {
        let (by_id, by_name, reached) = (HashMap::new(), HashMap::new(), RefCell::default());
        let mut types = Self { by_id, by_name, reached };
        for event in events {
            types.by_id.entry(event.id).or_default().push(event);
            if let Change::Created { name, .. } | Change::Renamed { to: name } = &event.change {
                let ids = types.by_name.entry(name).or_default();
                if !ids.contains(&event.id) {
                    ids.push(event.id);
                }
            }
        }
        types
    }

    /// The enum that a name means at a point; nothing if there is none, or if it may be one of several.
    pub(crate) fn at(&self, name: &Name, point: Point<'_>) -> Option<TypeState> {
        let ids = self.by_name.get(&*name.name)?;
        let states = ids.iter().filter_map(|id| self.state(*id, point));
        let mut meant = states.filter(|state| {
            *state.name == *name.name
                && name.schema.as_ref().is_none_or(|schema| **schema == *state.schema)
        });
        meant.next().filter(|_| meant.next().is_none())
    }

    /// Whether any enum has a name at any time.
    pub(crate) fn has_named(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// An enum at a point; nothing before it is created and after it is dropped.
    pub(crate) fn state(&self, id: TypeId, point: Point<'_>) -> Option<TypeState> {
        let events = self.by_id.get(&id)?;
        let is_later = |event: &&Event| !point.is_after(event);
        let end = events.iter().position(is_later).unwrap_or(events.len());
        let mut all = self.reached.borrow_mut();
        let (reached, state) = all.entry(id).or_default();
        if *reached > end {
            (*reached, *state) = (0, None);
        }
        for event in &events[*reached..end] {
            apply(state, event);
        }
        *reached = end;
        state.clone()
    }

    /// What has happened to an enum.
    pub(crate) fn events(&self, id: TypeId) -> &[&'a Event] {
        self.by_id.get(&id).map_or(&[], |events| events)
    }
}

fn apply(state: &mut Option<TypeState>, event: &Event) {
    if let Change::Created { schema, name, labels } = &event.change {
        *state = Some(TypeState {
            id: event.id,
            schema: Arc::clone(schema),
            name: Arc::clone(name),
            labels: labels.clone(),
            created: event.at.clone(),
            migration: event.migration,
        });
        return;
    }
    if event.change == Change::Dropped {
        *state = None;
    }
    let Some(state) = state else { return };
    let place = |labels: &[Arc<str>], wanted| labels.iter().position(|label| label == wanted);
    match &event.change {
        Change::LabelAdded { label, position } => {
            let index = position.as_ref().and_then(|(side, anchor)| {
                let anchor = place(&state.labels, anchor)?;
                Some(if *side == Side::Before { anchor } else { anchor + 1 })
            });
            let index = index.unwrap_or(state.labels.len());
            state.labels.insert(index, Arc::clone(label));
        }
        Change::LabelRenamed { from, to } => {
            if let Some(index) = place(&state.labels, from) {
                state.labels[index] = Arc::clone(to);
            }
        }
        Change::Rewritten { labels } => state.labels.clone_from(labels),
        Change::Renamed { to } => state.name = Arc::clone(to),
        Change::Moved { to } => state.schema = Arc::clone(to),
        _ => {}
    }
}

/// `'a'`, `'a' and 'b'`, `'a', 'b' and 3 more` where there are many, and `no labels`.
pub(crate) fn list(labels: &[impl AsRef<str>]) -> String {
    const MOST: usize = 8;
    let quoted = |label: &dyn AsRef<str>| format!("'{}'", label.as_ref().replace('\'', "''"));
    let mut shown: Vec<String> = labels.iter().take(MOST).map(|label| quoted(label)).collect();
    if let Some(more @ 1..) = labels.len().checked_sub(MOST) {
        shown.push(format!("{more} more"));
    }
    match shown.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "no labels".to_owned(),
    }
}
