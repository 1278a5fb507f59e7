//! The plan that replaces a type, for changes that `ALTER TYPE` cannot make: labels that are removed or reordered.
//!
//! It needs a database, because everything that depends on the type is converted, or dropped and created again.

mod obstacles;
pub(super) mod order;

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use self::obstacles::obstacles;
use super::{
    Obstacle, Plan, Reason, Relation, Replacement, Step, Trouble, TypeName, Unplannable, plan,
};
use crate::Definition;
use crate::dependent::{Dependents, Held, Kind, Object};
use crate::divergence::Disagreement;
use crate::divergence::compare::labels;
use crate::record::RecordedEnum;
use crate::sql::swap::convert::{self, Converted};
use crate::sql::swap::literals::{Fate, rewrite};
use crate::sql::{Name, swap};
use crate::violation::Place;

/// The labels of `dependents` whose rows must be counted before [`plan_swap`]: those that go, and that nothing replaces.
///
/// ```
/// use pg_enum_core::Definition;
/// use pg_enum_core::plan::unmapped;
///
/// let mood = Definition::new("mood", &["sad"]).in_schema("app");
/// assert_eq!(unmapped(&["sad".to_owned(), "ok".to_owned()], mood), ["ok"]);
/// ```
#[must_use]
pub fn unmapped(live: &[String], definition: Definition<'_>) -> Vec<String> {
    let fates = Fates::new(live, definition);
    live.iter().filter(|label| fates.of(label) == Fate::Gone).cloned().collect()
}

/// Plans the change from a type in a database to `definition`. If `ALTER TYPE` can make it, the plan is that of
/// [`plan`]; otherwise the type is replaced.
///
/// `held` is the result of [`count`](crate::dependents::count) for the labels of [`unmapped`].
///
/// # Errors
///
/// The errors of [`plan`] except those about removed and reordered labels, and everything that cannot be carried over:
/// each dependent, with the reason.
pub fn plan_swap(
    dependents: &Dependents,
    definition: Definition<'_>,
    held: &[Held],
) -> Result<Plan, Unplannable> {
    let Dependents { schema, name, labels, .. } = dependents;
    let recorded = RecordedEnum::in_database(schema, name, labels);
    let refused = match plan(Some(&recorded), definition) {
        Ok(plan) => return Ok(plan),
        Err(refused) => refused,
    };
    let needs_swap =
        |found: &Obstacle| matches!(found.reason, Reason::Removed { .. } | Reason::Order { .. });
    let (_, mut others): (Vec<_>, Vec<_>) = refused.obstacles.into_iter().partition(needs_swap);
    let fates = Fates::new(&dependents.labels, definition);
    others.extend(obstacles(dependents, definition, &fates, held));
    let type_name = refused.type_name;
    let Some(relation) = Relation::of(definition, &recorded).filter(|_| others.is_empty()) else {
        return Err(Unplannable { type_name, obstacles: others });
    };
    let mut steps = relation.steps(definition, &recorded);
    let later = (!steps.is_empty()).then(|| TypeName::from(definition));
    match replacement(dependents, definition, &fates, later.as_ref()) {
        Ok(replacement) => {
            steps.insert(0, Step::ReplaceType(alloc::boxed::Box::new(replacement)));
            Ok(Plan { steps })
        }
        Err(obstacle) => Err(Unplannable { type_name, obstacles: [obstacle].into() }),
    }
}

/// What becomes of each label.
pub(super) struct Fates(BTreeMap<String, Fate>);

impl Fates {
    pub(super) fn new(live: &[String], definition: Definition<'_>) -> Self {
        let there = RecordedEnum::in_database("", "", live);
        let mut fates: BTreeMap<String, Fate> =
            live.iter().map(|label| (label.clone(), Fate::Stays(label.clone()))).collect();
        for (_, disagreement, _) in labels(definition, &there) {
            match disagreement {
                Disagreement::NotRenamed { label, was } => {
                    fates.insert(was, Fate::Stays(label));
                }
                Disagreement::NotRemoved { label } => {
                    let removed = definition.removed.iter().find(|removed| removed.label == label);
                    let replacement = removed.and_then(|removed| removed.replacement);
                    fates.insert(label, Fate::Replaced(replacement.map(ToOwned::to_owned)));
                }
                Disagreement::Extra { labels } => {
                    fates.extend(labels.into_iter().map(|label| (label.text, Fate::Gone)));
                }
                _ => {}
            }
        }
        Self(fates)
    }

    pub(super) fn of(&self, label: &str) -> Fate {
        self.0.get(label).cloned().unwrap_or_else(|| Fate::Stays(label.to_owned()))
    }

    /// The labels and what becomes of each.
    pub(super) fn all(&self) -> impl Iterator<Item = (&String, &Fate)> {
        self.0.iter()
    }

    /// The labels that get other names.
    fn renamed(&self) -> Vec<(String, String)> {
        let renamed = |(from, fate): (&String, &Fate)| match fate {
            Fate::Stays(to) if to != from => Some((from.clone(), to.clone())),
            _ => None,
        };
        self.0.iter().filter_map(renamed).collect()
    }
}

/// Whether an object is dropped and created again. The server itself rebuilds plain indexes and their constraints, and
/// drops what belongs to something that is dropped.
pub(super) fn is_restored(object: &Object, dropped: &BTreeSet<&str>) -> bool {
    let on_dropped = object.relation.as_deref().is_some_and(|relation| dropped.contains(relation));
    match &object.kind {
        Kind::Index { of_constraint: true, .. }
        | Kind::Constraint { of_parent: true, .. }
        | Kind::Constraint { is_local: false, .. }
        | Kind::Trigger { of_parent: true, .. }
        | Kind::Type
        | Kind::Column { .. }
        | Kind::Generated
        | Kind::Attribute { .. }
        | Kind::Other => false,
        Kind::Index { has_expression, .. } => *has_expression || on_dropped,
        Kind::Constraint { of_type, has_expression, .. } => {
            *has_expression || matches!(&**of_type, "c" | "f")
        }
        Kind::Default | Kind::ViewColumn { .. } => on_dropped,
        _ => true,
    }
}

/// The views that are dropped, as SQL.
pub(super) fn dropped_views(dependents: &Dependents) -> BTreeSet<&str> {
    let is_view = |object: &&Object| matches!(object.kind, Kind::View { .. });
    let views = dependents.objects.iter().filter(is_view);
    views.filter_map(|view| view.relation.as_deref()).collect()
}

fn replacement(
    dependents: &Dependents,
    definition: Definition<'_>,
    fates: &Fates,
    later: Option<&TypeName>,
) -> Result<Replacement, Obstacle> {
    let Dependents { target, schema, name, labels: old, taken, entries, direct, mentions, objects } =
        dependents;
    let type_sql = &*target.name;
    let new = |sql: &str| rewrite(sql, type_sql, |label| fates.of(label)).sql;
    let dropped = dropped_views(dependents);
    let restored: Vec<&Object> =
        objects.iter().filter(|object| is_restored(object, &dropped)).collect();
    let restored = order::in_order(restored)?;
    let drops = restored.iter().rev().filter(|object| {
        let part = object.relation.as_deref().is_some_and(|relation| dropped.contains(relation));
        !part || matches!(object.kind, Kind::View { .. })
    });
    let name_sql = Name { schema: Some(schema), name };
    let temporary = swap::temporary_name(name, taken);
    let mut sections = Sections::default();
    sections.add(
        "drop what the server cannot convert",
        drops.filter_map(|object| swap::restore::drop(object)),
    );
    let type_statements =
        swap::replace_type(name_sql, &temporary, &fates.renamed(), definition.labels);
    sections.add("replace the type", type_statements);
    let (tables, conversions) = conversions(objects, type_sql, fates, new);
    sections.add("convert the columns", conversions);
    sections.add(
        "restore what was dropped",
        restored.iter().flat_map(|object| swap::restore::restore(object, new)),
    );
    let removal = [swap::drop_old(name_sql, &temporary)].into_iter();
    sections.add("remove the old type", removal.chain(swap::restore::restore(target, new)));
    let matviews = restored.iter().filter(|object| {
        matches!(object.kind, Kind::View { materialized: true, populated: true, .. })
    });
    let analyzed = matviews.filter_map(|view| view.relation.clone());
    let analyzed = tables.iter().cloned().chain(analyzed).map(|table| format!("ANALYZE {table};"));
    sections.add("collect the statistics that are lost", analyzed);

    let catalogs: BTreeSet<&str> =
        objects.iter().chain([target]).map(|object| &*object.catalog).collect();
    let catalogs: Vec<&str> = catalogs.into_iter().collect();
    let compared = if restored.is_empty() { direct } else { entries };
    let [old_labels, known] =
        [old, compared].map(|texts| texts.iter().map(String::as_str).collect::<Vec<_>>());
    let sql = swap::swap(swap::Swap {
        name: name_sql,
        later: later.map(TypeName::sql),
        old: &old_labels,
        new: definition.labels,
        entries: &known,
        catalogs: (!restored.is_empty()).then_some(&catalogs),
        body: &sections.text,
    })
    .to_string();
    let removed = old.iter().filter_map(|label| match fates.of(label) {
        Fate::Stays(_) => None,
        Fate::Replaced(replacement) => Some((label.clone(), Some(replacement))),
        Fate::Gone => Some((label.clone(), None)),
    });
    Ok(Replacement {
        name: TypeName::new(Some(schema), name),
        old: old.clone(),
        new: definition.labels.iter().map(|&label| label.to_owned()).collect(),
        removed: removed.collect(),
        tables,
        mentions: mentions
            .iter()
            .filter(|(_, label)| fates.of(label) != Fate::Stays(label.clone()))
            .cloned()
            .collect(),
        restored: restored.iter().map(|object| object.described.clone()).collect(),
        sql,
    })
}

/// The statements that convert columns, table by table, and the tables.
///
/// A table converts the columns that its children inherit, but their defaults may differ. So with inheritance, defaults
/// are changed for each table alone.
fn conversions(
    objects: &[Object],
    type_sql: &str,
    fates: &Fates,
    new: impl Fn(&str) -> String,
) -> (Vec<String>, Vec<String>) {
    let mut tables: BTreeMap<&str, BTreeMap<&str, Converted<'_>>> = BTreeMap::new();
    let mut inherits = false;
    for object in objects {
        let (Some(table), name) = (object.relation.as_deref(), &*object.name) else { continue };
        let mut column =
            Converted { name, holds: None, default: None, storage: None, compression: None };
        match &object.kind {
            Kind::Column { holds, inherited, storage, compression, .. } => {
                inherits |= inherited;
                column.holds = (!inherited).then_some(*holds);
                column.storage = storage.as_deref();
                column.compression = compression.as_deref();
            }
            Kind::Default if !matches!(&*object.relation_kind, "v" | "m") => {
                column.default = Some(new(&object.definition));
            }
            _ => continue,
        }
        let there = tables.entry(table).or_default();
        match there.get_mut(name) {
            Some(there) => {
                there.default = there.default.take().or(column.default);
                if column.holds.is_some() || column.storage.is_some() {
                    (there.holds, there.storage) = (column.holds, column.storage);
                    there.compression = column.compression;
                }
            }
            None => {
                there.insert(name, column);
            }
        }
    }
    let replaced: Vec<(&str, Option<&str>)> = fates
        .0
        .iter()
        .filter_map(|(label, fate)| match fate {
            Fate::Replaced(to) => Some((&**label, to.as_deref())),
            _ => None,
        })
        .collect();
    let (mut before, mut statements, mut after) = (Vec::new(), Vec::new(), Vec::new());
    let mut names = Vec::new();
    for object in objects {
        if let (Kind::Attribute { holds, .. }, Some(composite)) = (&object.kind, &object.relation) {
            statements.push(convert::alter_attribute(composite, &object.name, type_sql, *holds));
        }
    }
    for (table, columns) in tables {
        let mut columns: Vec<_> = columns.into_values().collect();
        if inherits {
            for column in &mut columns {
                let Some(default) = column.default.take() else { continue };
                let change = format!("ALTER TABLE ONLY {table} ALTER COLUMN {}", column.name);
                before.push(format!("{change} DROP DEFAULT;"));
                after.push(format!("{change} SET DEFAULT {default};"));
            }
        }
        after.extend(columns.iter().flat_map(|column| convert::restore_storage(table, column)));
        if columns.iter().any(|column| column.holds.is_some()) {
            names.push(table.to_owned());
        }
        if columns.iter().any(|column| column.holds.is_some() || column.default.is_some()) {
            statements.push(convert::alter_table(table, type_sql, &columns, &replaced));
        }
    }
    before.append(&mut statements);
    before.append(&mut after);
    (names, before)
}

/// The statements, with a comment before each part.
#[derive(Default)]
struct Sections {
    text: String,
}

impl Sections {
    fn add(&mut self, title: &str, statements: impl IntoIterator<Item = String>) {
        for (index, statement) in statements.into_iter().enumerate() {
            let heading = if index == 0 { format!("\n  -- {title}\n") } else { String::new() };
            // Only the first line is indented: a later one may be inside a literal.
            self.text.extend([&*heading, "  ", &*statement, "\n"]);
        }
    }
}

/// An obstacle in the way of a replacement.
pub(super) fn trouble(what: &str, trouble: Trouble) -> Obstacle {
    let reason = Reason::Dependent { what: what.to_owned(), trouble };
    Obstacle { place: Place::Name, reason }
}
