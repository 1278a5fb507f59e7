//! The plan that replaces a type, for changes that `ALTER TYPE` cannot make: labels that are removed or reordered.
//!
//! Everything that depends on the type is converted, or dropped and created again. So the plan is made from all of it, as a
//! database or the migrations say it ([`Dependents`]).

mod columns;
mod effects;
mod obstacles;
pub(super) mod order;
mod reverse;
mod superfluous;

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use self::effects::effects;
use self::obstacles::obstacles;
pub use self::reverse::plan_back;
use self::reverse::{column, reverse};
pub(super) use self::superfluous::Superfluous;
use super::renames::temporary_label;
use super::replacement::Block;
use super::{
    Effects, Loss, Obstacle, Plan, Reason, Relation, Replacement, Rewrite, Step, Trouble, TypeName,
    Unplannable, plan,
};
use crate::dependent::{Dependents, Held, Holds, Kind, Object};
use crate::divergence::Disagreement;
use crate::divergence::compare::labels;
use crate::record::RecordedEnum;
use crate::sql::exchange::one_by_one;
use crate::sql::swap::Details;
use crate::sql::swap::held::{Refused, held};
use crate::sql::swap::literals::{Fate, rewrite};
use crate::sql::{Name, swap};
use crate::violation::Place;
use crate::{Definition, Literal};

/// The labels that a definition removes from those of a type, whose rows must be counted before [`plan_swap`].
///
/// ```
/// use pg_enum_core::Definition;
/// use pg_enum_core::plan::removed;
///
/// let mood = Definition::new("mood", &["sad"]).in_schema("app");
/// assert_eq!(removed(&["sad".to_owned(), "ok".to_owned()], mood), ["ok"]);
/// ```
#[must_use]
pub fn removed(live: &[String], definition: Definition<'_>) -> Vec<String> {
    let fates = Fates::new(live, definition);
    let is_removed = |label: &&String| !matches!(fates.of(label), Fate::Stays(_));
    live.iter().filter(is_removed).cloned().collect()
}

/// Plans the change from a type in a database to `definition`. If `ALTER TYPE` can make it, the plan is that of
/// [`plan`]; otherwise the type is replaced.
///
/// `held` is the result of [`count`](crate::dependents::count) for the labels of [`removed`].
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
    let kept = with_retired(definition, labels);
    let definition = Definition { labels: &kept, retired: &[], ..definition };
    let recorded = RecordedEnum::in_database(schema, name, labels);
    let refused = match plan(Some(&recorded), definition) {
        Ok(plan) => return Ok(plan),
        Err(refused) => refused,
    };
    let needs_swap =
        |found: &Obstacle| matches!(found.reason, Reason::Removed { .. } | Reason::Order { .. });
    let (_, mut others): (Vec<_>, Vec<_>) = refused.obstacles.into_iter().partition(needs_swap);
    let fates = Fates::new(&dependents.labels, definition);
    let superfluous = Superfluous::new(dependents, definition, &fates);
    others.extend(obstacles(dependents, definition, &fates, held, &superfluous));
    let type_name = refused.type_name;
    let Some(relation) = Relation::of(definition, &recorded).filter(|_| others.is_empty()) else {
        return Err(Unplannable { type_name, obstacles: others });
    };
    let mut steps = relation.steps(definition, &recorded);
    let later = (!steps.is_empty()).then(|| TypeName::from(definition));
    let checks = Checks { superfluous: &superfluous, missing: &[] };
    match replacement(dependents, definition, &fates, held, later.as_ref(), checks) {
        Ok(mut replacement) => {
            let back = reverse(dependents, definition, &fates, &superfluous);
            replacement.back = Some(back.map(alloc::boxed::Box::new));
            steps.insert(0, Step::ReplaceType(alloc::boxed::Box::new(replacement)));
            Ok(Plan { steps })
        }
        Err(obstacle) => Err(Unplannable { type_name, obstacles: [obstacle].into() }),
    }
}

/// The labels of the new type: those of the definition, and the retired ones of the old type, each after the label that it
/// comes after there.
fn with_retired<'a>(definition: Definition<'a>, live: &'a [String]) -> Vec<&'a str> {
    let mut labels = definition.labels.to_vec();
    let mut before: Option<&str> = None;
    for label in live {
        if definition.has_retired(label) {
            let after = before.and_then(|before| labels.iter().position(|there| *there == before));
            labels.insert(after.map_or(0, |at| at + 1), label);
        }
        if labels.contains(&&**label) {
            before = Some(label);
        }
    }
    labels
}

/// What becomes of each label.
pub(crate) struct Fates(BTreeMap<String, Fate>);

impl Fates {
    pub(crate) fn new(live: &[String], definition: Definition<'_>) -> Self {
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

    pub(crate) fn of(&self, label: &str) -> Fate {
        self.0.get(label).cloned().unwrap_or_else(|| Fate::Stays(label.to_owned()))
    }

    /// Whether a label goes, or gets another name.
    fn changes(&self, label: &str) -> bool {
        self.of(label) != Fate::Stays(label.to_owned())
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

/// A domain that is replaced, or one of its constraints: they are created before the columns are converted.
pub(super) fn is_domain(object: &Object) -> bool {
    matches!(object.kind, Kind::Domain { .. } | Kind::DomainConstraint { of_replaced: true, .. })
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
        | Kind::Column { generated: None, .. }
        | Kind::Attribute { .. }
        | Kind::Other => false,
        Kind::Index { has_expression, of_generated, .. } => {
            *has_expression || *of_generated || on_dropped
        }
        Kind::Constraint { of_type, has_expression, of_generated, .. } => {
            *has_expression || *of_generated || matches!(&**of_type, "c" | "f")
        }
        Kind::Default | Kind::ViewColumn { .. } => on_dropped,
        _ => true,
    }
}

/// Whether an index is a part of one that has a comment, directly or not; with all indexes by name.
fn is_commented_above(object: &Object, indexes: &BTreeMap<&str, &Object>) -> bool {
    let mut object = object;
    // As deep as partitions can be nested in practice; a circle cannot be.
    for _ in 0..64 {
        let Kind::Index { parent: Some(above), .. } = &object.kind else { return false };
        match indexes.get(&**above) {
            Some(above) if above.comment.is_some() => return true,
            Some(above) => object = above,
            None => return false,
        }
    }
    false
}

/// The views that are dropped, as SQL.
pub(super) fn dropped_views(dependents: &Dependents) -> BTreeSet<&str> {
    let is_view = |object: &&Object| matches!(object.kind, Kind::View { .. });
    let views = dependents.objects.iter().filter(is_view);
    views.filter_map(|view| view.relation.as_deref()).collect()
}

/// Checks that are there only before or only after a replacement.
#[derive(Clone, Copy)]
struct Checks<'a> {
    superfluous: &'a Superfluous<'a>,
    /// Those that are created, as they were.
    missing: &'a [&'a Object],
}

fn replacement(
    dependents: &Dependents,
    definition: Definition<'_>,
    fates: &Fates,
    held: &[Held],
    later: Option<&TypeName>,
    checks: Checks<'_>,
) -> Result<Replacement, Obstacle> {
    let Dependents { target, schema, name, labels: old, taken, mentions, objects, .. } = dependents;
    let type_sql = &*target.name;
    let new = |sql: &str| rewrite(sql, type_sql, |label| fates.of(label)).sql;
    let dropped = dropped_views(dependents);
    let Checks { superfluous, missing } = checks;
    let is_kept = |object: &&Object| is_restored(object, &dropped) && !superfluous.has(object);
    let restored = order::in_order(objects.iter().filter(is_kept).collect())?;
    let (domains, again): (Vec<&Object>, Vec<&Object>) =
        restored.iter().partition(|object| is_domain(object));
    let drops = again.iter().rev().filter(|object| {
        let part = object.relation.as_deref().is_some_and(|relation| dropped.contains(relation));
        !part || matches!(object.kind, Kind::View { .. })
    });
    let name_sql = Name { schema: Some(schema), name };
    let mut taken = taken.clone();
    let temporary = swap::temporary_name(name, &taken);
    taken.push(temporary.clone());
    let old_type = Name { schema: Some(schema), name: &temporary };
    let old_sql = swap::type_sql(old_type);
    let old_domains: Vec<(&Object, String)> = domains
        .iter()
        .filter_map(|object| match &object.kind {
            Kind::Domain { name, .. } => {
                let temporary = swap::temporary_name(name, &taken);
                taken.push(temporary.clone());
                Some((*object, temporary))
            }
            _ => None,
        })
        .collect();
    let mut sections = Sections::default();
    sections.add(
        "drop the checks that have no effect without the removed labels",
        superfluous.objects().filter_map(swap::restore::drop),
    );
    sections.add(
        "drop what the server cannot convert",
        drops.filter_map(|object| swap::restore::drop(object)),
    );
    let renamed = fates.renamed();
    let labels: Vec<&str> =
        old.iter().map(String::as_str).chain(definition.labels.iter().copied()).collect();
    let temporary_label = temporary_label(&labels);
    let renamed = one_by_one(&renamed, &temporary_label);
    let type_statements = swap::replace_type(name_sql, &temporary, &renamed, definition.labels);
    sections.add("replace the type", type_statements);
    let aside = old_domains.iter().map(|(domain, to)| swap::rename_domain(&domain.name, to));
    let creations = domains.iter().flat_map(|object| swap::restore::restore(object, new));
    let as_before = |object: &Object| swap::restore::restore(object, ToOwned::to_owned);
    let missing_of_domains = missing.iter().copied().filter(|object| is_domain(object));
    let creations = creations.chain(missing_of_domains.flat_map(as_before));
    sections.add("replace the domains", aside.chain(creations));
    let (tables, conversions) = columns::conversions(objects, [&old_sql, type_sql], fates, new);
    sections.add("convert the columns", conversions);
    let restoring = again.iter().flat_map(|object| swap::restore::restore(object, new));
    sections.add("restore what was dropped", swap::restore::without_idle_paths(restoring));
    sections.add(
        "restore the checks of labels that were removed",
        missing.iter().copied().filter(|object| !is_domain(object)).flat_map(as_before),
    );
    let indexes: BTreeMap<&str, &Object> = objects
        .iter()
        .filter_map(|object| match &object.kind {
            Kind::Index { full_name, .. } => Some((&**full_name, object)),
            _ => None,
        })
        .collect();
    sections.add(
        "restore what rebuilding has changed on partitions",
        objects.iter().filter(|object| !is_restored(object, &dropped)).flat_map(|object| {
            swap::restore::rebuilt_part(object, is_commented_above(object, &indexes))
        }),
    );
    let removed = old_domains.iter().rev().filter_map(|(domain, temporary)| match &domain.kind {
        Kind::Domain { schema, .. } => {
            Some(swap::drop_old("DOMAIN", Name { schema: Some(schema), name: temporary }))
        }
        _ => None,
    });
    let removal = removed.chain([swap::drop_old("TYPE", old_type)]);
    sections.add("remove the old type", removal.chain(swap::restore::restore(target, new)));
    sections.add("collect the statistics that are lost", statistics(&restored, &tables));

    let drops = superfluous.dropped();
    let dropped: Vec<&Object> = restored.iter().copied().chain(superfluous.objects()).collect();
    let block = block(dependents, fates, later, &dropped, sections.text);
    Ok(Replacement {
        name: TypeName::new(Some(schema), name),
        old: old.clone(),
        new: definition.labels.iter().map(|&label| label.to_owned()).collect(),
        effects: effects(dependents, &restored, fates, held, drops),
        mentions: mentions.iter().filter(|(_, label)| fates.changes(label)).cloned().collect(),
        restored: restored.iter().map(|object| object.described.clone()).collect(),
        back: None,
        block,
    })
}

/// The block with these statements.
fn block(
    dependents: &Dependents,
    fates: &Fates,
    later: Option<&TypeName>,
    dropped: &[&Object],
    body: String,
) -> Block {
    let Dependents { target, is_read, entries, direct, objects, .. } = dependents;
    let compares_direct = !is_read || is_direct(dependents, dropped);
    let catalogs: BTreeSet<&str> =
        objects.iter().chain([target]).map(|object| &*object.catalog).collect();
    let catalogs = catalogs.into_iter().map(ToOwned::to_owned).collect();
    let is_again = |object: &&Object| matches!(object.kind, Kind::Statements { .. });
    let again: Vec<String> =
        objects.iter().filter(is_again).map(|object| object.identity.clone()).collect();
    let has = |kind: &str| direct.iter().any(|what| what.starts_with(kind));
    let holds = |wanted| move |object: &Object| matches!(object.kind, Kind::Column { holds, .. } if holds == wanted);
    Block {
        later: later.cloned(),
        entries: if compares_direct {
            direct.iter().chain(&again).map(|what| Literal(what).to_string()).collect()
        } else {
            entries.iter().map(swap::known_entry).collect()
        },
        catalogs: (!compares_direct).then_some(catalogs),
        details: Details {
            defaults: has("default value "),
            constraints: has("table constraint "),
            indexes: has("index "),
            // Without a database, only indexes over columns are planned in this way.
            targets: *is_read,
            arrays: objects.iter().any(holds(Holds::Array)),
            of_new_types: !is_read,
        },
        again,
        compares_labels: objects.iter().any(holds(Holds::Scalar))
            && swap::convert::compares_labels(fates.all().count())
            // A removed label that nothing replaces is not compared with: no row may hold it.
            && !fates.all().any(|(_, fate)| *fate == Fate::Gone),
        // With a database, the rows have been counted.
        check: if *is_read { String::new() } else { gone_labels(dependents, fates) },
        body,
    }
}

/// Whether it is enough to compare what depends on the type directly: if nothing is dropped but defaults, and checks and indexes
/// of single tables that are among this. Nothing else hangs on these but what is compared with them. Privileges of the type are
/// compared with all, where they do not contain its owner.
fn is_direct(dependents: &Dependents, dropped: &[&Object]) -> bool {
    let Dependents { direct, .. } = dependents;
    let is_listed = |object: &Object| {
        let rest =
            |what: &String| what.strip_prefix(&*object.identity).map(|it| it.starts_with(' '));
        direct.iter().filter_map(rest).any(|is_whole| is_whole)
    };
    let has_privileges = |what: &String| {
        what.strip_prefix(swap::THE_TYPE).is_some_and(|rest| rest.contains(swap::PRIVILEGES))
    };
    let is_simple = |object: &&Object| {
        let is_kind = match &object.kind {
            Kind::Index { parent: None, .. } => true,
            Kind::Constraint { of_type, is_local: true, .. } => of_type == "c",
            _ => false,
        };
        is_kind && object.relation_kind == "r" && is_listed(object)
    };
    dropped.iter().all(is_simple) && !direct.iter().any(has_privileges)
}

/// The statements that refuse rows with removed labels that have no replacement.
fn gone_labels(dependents: &Dependents, fates: &Fates) -> String {
    let Dependents { schema, name, labels, objects, .. } = dependents;
    let gone = labels.iter().map(String::as_str).filter(|label| fates.of(label) == Fate::Gone);
    let columns: Vec<_> = objects.iter().filter_map(column).collect();
    held(schema, name, &columns, &gone.collect::<Vec<_>>(), Refused::Gone)
}

/// The statements that collect the statistics of tables that are rewritten, and of materialized views.
fn statistics(restored: &[&Object], tables: &[String]) -> Vec<String> {
    let matviews = restored.iter().filter(|object| {
        matches!(object.kind, Kind::View { materialized: true, populated: true, .. })
    });
    let views = matviews.filter_map(|view| view.relation.as_ref());
    tables.iter().chain(views).map(|table| format!("ANALYZE {table};")).collect()
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

/// An obstacle of a replacement: what it is about, and why it is one.
pub(super) fn trouble(what: &str, trouble: Trouble) -> Obstacle {
    let reason = Reason::Dependent { what: what.to_owned(), trouble };
    Obstacle { place: Place::Name, reason }
}
