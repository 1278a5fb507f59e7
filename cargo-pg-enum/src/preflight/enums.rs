//! Findings about the types: differences between the database and the applied migrations, and conflicts with the
//! pending migrations.

use std::sync::Arc;

use pg_enum_migrations::folder::Part;
use pg_enum_migrations::{Change, EnumState, Finding as Replayed, Kind};
use sqlx::PgConnection;

use super::finding::Finding;
use super::plan::{Plan, Step};
use super::transactions::later;
use crate::catalog::{EnumType, difference, list, named};
use crate::database::failed;
use crate::failure::Failure;
use crate::problem::{Problem, Severity};
use crate::text::{count, type_name};

/// A name that belongs to an object that is not an enum: the schema, the name, and the kind of object.
pub(crate) type Taken = (String, String, String);

/// The names that belong to other objects. Array types are ignored, because the server renames them if a type needs
/// the name.
pub(crate) async fn taken(
    connection: &mut PgConnection,
    plan: &Plan,
) -> Result<Vec<Taken>, Failure> {
    let of_states = plan.before.iter().map(|state| (&*state.schema, &*state.name));
    let created = plan.steps.iter().filter(|step| matches!(step.change, Change::Created { .. }));
    let names: Vec<_> = of_states.chain(created.map(|step| (&*step.schema, &*step.name))).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let (schemas, names): (Vec<&str>, Vec<&str>) = names.into_iter().unzip();
    sqlx::query_as(
        "SELECT n.nspname::text, t.typname::text, CASE t.typtype
             WHEN 'd' THEN 'a domain' WHEN 'r' THEN 'a range type' WHEN 'm' THEN 'a multirange type'
             WHEN 'c' THEN CASE c.relkind
               WHEN 'c' THEN 'a composite type' WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view'
               WHEN 'f' THEN 'a foreign table' ELSE 'a table' END
             ELSE 'a base type' END
         FROM pg_catalog.pg_type AS t
         JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
         LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
         WHERE t.typtype <> 'e' AND NOT (t.typtype = 'b' AND t.typcategory = 'A')
           AND (n.nspname, t.typname) IN (SELECT * FROM ROWS FROM (
             pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])))",
    )
    .bind(&schemas)
    .bind(&names)
    .persistent(false)
    .fetch_all(connection)
    .await
    .map_err(|error| failed("look up the types", &error))
}

pub(crate) fn findings(plan: &Plan, live: &[EnumType], taken: &[Taken]) -> Vec<Finding> {
    let mut findings = of_replay(plan);
    let is_lost = plan.after.replay.findings.iter().any(|it| it.stops() && !plan.is_pending(it));
    if is_lost {
        // After an error, the state is unknown.
        return findings;
    }
    for state in &plan.before {
        findings.extend(drift(plan, state, live, taken));
    }
    for step in &plan.steps {
        if let Change::Created { labels, .. } = &step.change {
            findings.extend(existing(plan, step, labels, live, taken));
        }
    }
    findings.extend(unmanaged(plan, live));
    findings
}

impl Plan {
    /// Whether the finding is in a pending migration.
    fn is_pending(&self, finding: &Replayed) -> bool {
        let path = finding.at.path();
        self.pending().iter().any(|migration| match &migration.up {
            Part::Sql(script) => script.source.path == path,
            Part::Code(code) => code == path,
        })
    }

    /// The state of a type after the pending migrations.
    fn later(&self, state: &EnumState) -> Option<&EnumState> {
        // Both replays begin with the same migrations, so a type is created at the same place with the same number.
        let same = |other: &&EnumState| {
            other.created == state.created && other.migration == state.migration
        };
        self.after.replay.enums.iter().find(same)
    }
}

/// The findings of replay.
fn of_replay(plan: &Plan) -> Vec<Finding> {
    let root = &plan.after.folder.root;
    let mut findings = Vec::new();
    for found in &plan.after.replay.findings {
        let pending = plan.is_pending(found);
        let mut problem = Problem::of_finding(found, root);
        if matches!(&found.kind, Kind::Refused { sqlstate } if sqlstate == "55P04") {
            problem.help = Some(later(plan));
        }
        problem.severity = match (&found.kind, pending) {
            (Kind::Unknown { .. }, false) => continue,
            (Kind::Unknown { .. }, true) | (_, false) => Severity::Warning,
            (_, true) => Severity::Error,
        };
        let mut finding = Finding { problem, migration: None };
        if !pending {
            finding = finding.with_note(
                "the migration is recorded as applied, so the expected state of the types is \
                 unknown",
            );
        }
        findings.push(finding);
    }
    let uncertain: Vec<_> = plan.before.iter().filter(|state| !state.known).collect();
    if let Some(first) = uncertain.first() {
        let names: Vec<_> =
            uncertain.iter().map(|state| type_name(&state.schema, &state.name)).collect();
        findings.push(
            Finding::note(
                "uncertain",
                format!(
                    "the state of {} after the migrations is uncertain, so it is not compared",
                    names.join(", ")
                ),
            )
            .of_type(type_name(&first.schema, &first.name))
            .with_help("run `cargo pg-enum state` to see where"),
        );
    }
    findings
}

/// The difference between a type in the database and its state after the applied migrations.
fn drift(plan: &Plan, state: &EnumState, live: &[EnumType], taken: &[Taken]) -> Option<Finding> {
    if !state.known {
        return None;
    }
    let name = type_name(&state.schema, &state.name);
    let expected: Vec<&str> = state.labels.iter().map(|label| &*label.text).collect();
    let root = &plan.after.folder.root;
    let Some(found) = named(live, &state.schema, &state.name) else {
        let other = taken.iter().find(|it| it.0 == state.schema && it.1 == state.name);
        let message = match other {
            Some((_, _, kind)) => format!("{name} is {kind} in this database, not an enum"),
            None => {
                format!("{name} is not in the database, but an applied migration creates it")
            }
        };
        return Some(
            Finding::error("drift", message).of_type(name).at(root, &state.created).with_help(
                "check that this is the right database, and whether the type was renamed or \
                 dropped by hand",
            ),
        );
    };
    let difference = difference(&found.labels, &expected)?;
    let mut finding = Finding::error(
        "drift",
        format!("{name} differs from the applied migrations: {difference}"),
    )
    .of_type(name)
    .at(root, &state.created)
    .with_note(format!("expected by the migrations: {}", list(&expected)))
    .with_note(format!("in the database: {}", list(&found.labels)));
    let later = plan.later(state).filter(|later| found.has_labels_of(later));
    finding = match later {
        Some(_) => finding.with_note("this is the state after the pending migrations").with_help(
            format!("if they were run by hand, run `cargo pg-enum stamp {}`", plan.version(0)),
        ),
        None => finding.with_help("resolve this difference before you add migrations"),
    };
    Some(finding)
}

/// An existing object with the name of a type that a pending migration creates.
fn existing(
    plan: &Plan,
    step: &Step,
    labels: &[Arc<str>],
    live: &[EnumType],
    taken: &[Taken],
) -> Option<Finding> {
    let is = |schema: &str, name: &str| schema == step.schema && name == step.name;
    if plan.before.iter().any(|state| is(&state.schema, &state.name)) {
        // An earlier pending migration renames, moves or drops it.
        return None;
    }
    let name = step.type_name();
    let version = plan.version(step.migration);
    let root = &plan.after.folder.root;
    let of = |finding: Finding| finding.of_type(&*name).of_migration(version).at(root, &step.at);
    if let Some((_, _, kind)) = taken.iter().find(|(schema, name, _)| is(schema, name)) {
        return Some(of(Finding::error(
            "name-taken",
            format!("{name} is {kind} in this database"),
        )
        .with_help("rename one of the two")));
    }
    let found = named(live, &step.schema, &step.name)?;
    let expected: Vec<&str> = labels.iter().map(|label| &**label).collect();
    let after = plan.after.replay.enums.iter().find(|state| is(&state.schema, &state.name));
    let later = after.is_some_and(|state| found.has_labels_of(state));
    let Some(difference) = difference(&found.labels, &expected).filter(|_| !later) else {
        let is_plain = plan.statement_at(&step.at).is_some_and(|statement| {
            let mut words = statement.words();
            words.next().as_deref() == Some("create") && words.next().as_deref() == Some("type")
        });
        let what = if later && !found.labels.iter().eq(&expected) {
            "the labels that the pending migrations would give it"
        } else {
            "the labels that this statement would give it"
        };
        let message = format!("{name} already exists with {what}");
        let finding = if is_plain {
            Finding::error("exists-same", message)
                .with_note("CREATE TYPE fails with SQLSTATE 42710")
                .with_help(format!(
                    "if the whole migration was run by hand, run `cargo pg-enum stamp {version}`"
                ))
        } else {
            Finding::note("exists-same", message).with_note(
                "the statement creates the type only \
                           if it does not exist",
            )
        };
        return Some(of(finding));
    };
    Some(of(Finding::error(
        "exists-different",
        format!("{name} already exists with other labels: {difference}"),
    )
    .with_note(format!("in the migration: {}", list(&expected)))
    .with_note(format!("in the database: {}", list(&found.labels)))
    .with_help("find out where it comes from; then drop it, or write a migration that matches it")))
}

/// Enums that are in no migration.
fn unmanaged(plan: &Plan, live: &[EnumType]) -> Option<Finding> {
    let known = |found: &&EnumType| {
        let is = |schema: &str, name: &str| schema == found.schema && name == found.name;
        plan.before.iter().any(|state| is(&state.schema, &state.name))
            || plan.steps.iter().any(|step| is(&step.schema, &step.name))
            || found.of_extension
    };
    let names: Vec<_> = live.iter().filter(|it| !known(it)).map(EnumType::type_name).collect();
    let (first, many) = (names.first()?, names.len());
    let shown: Vec<_> = names.iter().take(10).map(|name| &**name).collect();
    let more = if many > 10 { ", …" } else { "" };
    let is = if many == 1 { "is" } else { "are" };
    Some(
        Finding::note(
            "unmanaged",
            format!(
                "{} in this database {is} in no migration: {}{more}",
                count(many, "enum"),
                shown.join(", ")
            ),
        )
        .of_type(first),
    )
}

/// The existing types that the pending migrations change.
pub(crate) fn touched<'a>(plan: &Plan, live: &'a [EnumType]) -> Vec<&'a EnumType> {
    let mut touched: Vec<&EnumType> = plan
        .steps
        .iter()
        .filter_map(|step| {
            let (schema, name) = step.existed_as.as_ref()?;
            named(live, schema, name)
        })
        .collect();
    touched.sort_by_key(|found| found.oid.0);
    touched.dedup_by_key(|found| found.oid.0);
    touched
}
