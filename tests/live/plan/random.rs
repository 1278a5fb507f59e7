//! Random pairs of an old and a new definition: the plan takes a server from one to the other and
//! back, and replay reads it so. `PROPTEST_CASES` says how many to try.

use std::cell::RefCell;
use std::fmt::Debug;

use pg_enum_core::plan::{Plan, Step, plan};
use pg_enum_core::{Definition, Former, Ident, Renamed};
use pg_enum_migrations::Options;
use pg_enum_migrations::folder::{Tool, Transaction};
use pg_enum_test_server::Database;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use sqlx::PgConnection;
use tokio::runtime::Builder;

use super::{downs, recorded, ups};
use crate::harness::{labels, tests, try_run, types};
use crate::random::text;
use crate::replay::folder;

tests![a_server_goes_there_and_back, replay_reads_the_same];

#[derive(Debug, Clone)]
struct Case {
    /// Each with what it was, if it was there: nothing for a label that is new.
    labels: Vec<(String, Option<String>)>,
    name: (String, String),
    was: (String, String),
    schema: Schema,
    way: Way,
    level: &'static str,
}

/// Whether the definition, and its former name, say which schema they are in.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Schema {
    Both,
    Former,
    Neither,
}

/// How the statements are sent.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// Each twice.
    EachTwice,
    /// All, and all again.
    AllTwice,
    /// Likewise, in one transaction.
    Transaction,
    /// All in one string, each twice.
    OneString,
}

fn case(text: impl Strategy<Value = String> + Clone + 'static) -> impl Strategy<Value = Case> {
    let label = (
        text.clone(),
        prop_oneof![
            2 => text.clone().prop_map(Some),
            3 => Just(Some(String::new())),
            3 => Just(None),
        ],
    )
        .prop_map(|(label, was)| {
            let was = was.map(|was| if was.is_empty() { label.clone() } else { was });
            (label, was)
        });
    let name = || (text.clone(), text.clone());
    let same = || (any::<bool>(), any::<bool>());
    let schema = prop_oneof![
        3 => Just(Schema::Both),
        1 => Just(Schema::Former),
        1 => Just(Schema::Neither),
    ];
    let way = prop_oneof![
        Just(Way::EachTwice),
        Just(Way::AllTwice),
        Just(Way::Transaction),
        Just(Way::OneString),
    ];
    // Whether labels that were there exchange their names: not, in a cycle, or in a chain.
    let exchange = prop_oneof![2 => Just(None), 1 => any::<bool>().prop_map(Some)];
    let level = prop_oneof![Just("READ COMMITTED"), Just("REPEATABLE READ"), Just("SERIALIZABLE")];
    (vec(label, 1..7), name(), name(), same(), schema, way, level, exchange).prop_map(
        |(mut labels, name, mut was, same, schema, way, level, exchange)| {
            if let Some(is_cycle) = exchange {
                exchange_names(&mut labels, is_cycle);
            }
            if same.0 || schema == Schema::Neither {
                was.0.clone_from(&name.0);
            }
            if same.1 {
                was.1.clone_from(&name.1);
            }
            Case { labels, name, was, schema, way, level }
        },
    )
}

/// Each label that was there gets the name of the next as its former name; the last that of the first, in a cycle.
fn exchange_names(labels: &mut [(String, Option<String>)], is_cycle: bool) {
    let there: Vec<usize> = (0..labels.len()).filter(|&index| labels[index].1.is_some()).collect();
    let names: Vec<String> = there.iter().map(|&index| labels[index].0.clone()).collect();
    for (number, &index) in there.iter().enumerate() {
        match names.get(number + 1) {
            Some(next) => labels[index].1 = Some(next.clone()),
            None if is_cycle => labels[index].1 = names.first().cloned(),
            None => {}
        }
    }
}

/// What the case says: nothing, if that is no sound pair.
fn with_pair<R>(
    case: &Case,
    f: impl FnOnce(&[&str], Definition<'_>, &Plan) -> Result<R, String>,
) -> Result<Option<R>, String> {
    let new: Vec<&str> = case.labels.iter().map(|(label, _)| &**label).collect();
    let old: Vec<&str> = case.labels.iter().filter_map(|(_, was)| was.as_deref()).collect();
    let renamed: Vec<_> = case
        .labels
        .iter()
        .filter_map(|(label, was)| {
            let was = was.as_deref().filter(|was| was != label)?;
            Some(Renamed { label, was })
        })
        .collect();
    let mut definition = Definition::new(&case.name.1, &new).with_renamed(&renamed);
    if case.schema == Schema::Both {
        definition.schema = Some(&case.name.0);
    }
    if case.name != case.was {
        let schema = (case.schema != Schema::Neither).then_some(&*case.was.0);
        definition.was = Some(Former { schema, name: &case.was.1 });
    }
    let before = Definition::new(&case.was.1, &old).in_schema(&case.was.0);
    let mut after = definition.in_schema(&case.name.0);
    after.was = None;
    let sound = [before, after, definition]
        .into_iter()
        .all(|definition| definition.violations().next().is_none());
    let reserved = |name: &str| name.starts_with("pg_") || name == "public";
    if !sound || reserved(&case.name.0) || reserved(&case.was.0) {
        return Ok(None);
    }
    let plan = plan(Some(&recorded(&case.was.0, &case.was.1, &old)), definition);
    // Labels that were not said to be renamed may be alike, and new ones may be old ones elsewhere.
    let Ok(plan) = plan else { return Ok(None) };
    f(&old, after, &plan).map(Some)
}

async fn a_server_goes_there_and_back(database: Database) {
    let found = tokio::task::spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let connection = RefCell::new(runtime.block_on(database.connect()).unwrap());
        check(case(text().boxed()), 1, |case| {
            with_pair(case, |old, after, plan| {
                runtime.block_on(there_and_back(
                    &mut connection.borrow_mut(),
                    case,
                    old,
                    after,
                    plan,
                ))
            })
        });
    });
    found.await.unwrap();
}

async fn replay_reads_the_same(_: Database) {
    let found = tokio::task::spawn_blocking(move || {
        // What looks like a placeholder is one to replay.
        let text = text().prop_filter("a placeholder", |text| {
            !["${", "{{", ":x", "\u{7ff}"].iter().any(|placeholder| text.contains(placeholder))
        });
        check(case(text.boxed()), 4, |case| {
            with_pair(case, |old, after, plan| replayed(case, old, after, plan))
        });
    });
    found.await.unwrap();
}

/// Runs a property for as many cases as there are, or a fraction of them, of which many have to be
/// sound.
fn check<R>(
    strategy: impl Strategy<Value = Case>,
    fraction: u32,
    property: impl Fn(&Case) -> Result<Option<R>, String>,
) {
    let config = Config { failure_persistence: None, ..Config::default() };
    let config = Config { cases: config.cases.div_ceil(fraction), ..config };
    let (cases, sound) = (config.cases, RefCell::new(0));
    let found = TestRunner::new(config).run(&strategy, |case| {
        let outcome = property(&case).map_err(TestCaseError::fail)?;
        *sound.borrow_mut() += u32::from(outcome.is_some());
        Ok(())
    });
    match found {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("{reason}\n{case:#?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    assert!(sound.into_inner() > cases / 4);
}

async fn there_and_back(
    connection: &mut PgConnection,
    case: &Case,
    old: &[&str],
    after: Definition<'_>,
    plan: &Plan,
) -> Result<(), String> {
    let outcome = there_and_back_once(connection, case, old, after, plan).await;
    for schema in [&case.name.0, &case.was.0] {
        let rollback = "ROLLBACK; RESET search_path;";
        let drop = format!("{rollback} DROP SCHEMA IF EXISTS {} CASCADE", Ident(schema));
        execute(connection, &drop).await?;
    }
    outcome
}

async fn there_and_back_once(
    connection: &mut PgConnection,
    case: &Case,
    old: &[&str],
    after: Definition<'_>,
    plan: &Plan,
) -> Result<(), String> {
    let before = Definition::new(&case.was.1, old).in_schema(&case.was.0);
    for statement in start(case, before) {
        execute(connection, &statement).await?;
    }
    send(connection, case, &ups(plan)).await?;
    let there = labels(connection, &case.name.0, &case.name.1).await;
    equal("the labels", &there, after.labels)?;
    let gone = i64::from(case.name == case.was);
    equal("old types", &types(connection, &case.was.0, &case.was.1).await, &gone)?;

    send(connection, case, &downs(plan)).await?;
    let back = labels(connection, &case.was.0, &case.was.1).await;
    equal("the labels, at last", &without_added(&back, plan), old)?;
    equal("new types", &types(connection, &case.name.0, &case.name.1).await, &gone)?;

    // And once more, with the labels that have stayed.
    send(connection, case, &ups(plan)).await?;
    let there = labels(connection, &case.name.0, &case.name.1).await;
    equal("the labels, once more", &there, after.labels)
}

/// What there is to begin with.
fn start(case: &Case, before: Definition<'_>) -> Vec<String> {
    let mut statements: Vec<_> = [&case.name.0, &case.was.0]
        .map(|schema| format!("CREATE SCHEMA IF NOT EXISTS {}", Ident(schema)))
        .into();
    statements.push(before.create_sql().to_string());
    if case.schema != Schema::Both {
        statements.push(format!("SET search_path = {}", Ident(&case.name.0)));
    }
    statements
}

fn without_added(labels: &[String], plan: &Plan) -> Vec<String> {
    let added = |text: &String| {
        plan.steps.iter().any(|step| matches!(step, Step::AddValue { label, .. } if label == text))
    };
    labels.iter().filter(|label| !added(label)).cloned().collect()
}

async fn send(
    connection: &mut PgConnection,
    case: &Case,
    statements: &[String],
) -> Result<(), String> {
    let twice = || statements.iter().chain(statements);
    let begin =
        format!("BEGIN ISOLATION LEVEL {}; SELECT count(*) FROM pg_type, pg_enum", case.level);
    let sent: Vec<String> = match case.way {
        Way::EachTwice => statements.iter().flat_map(|sql| [sql.clone(), sql.clone()]).collect(),
        Way::AllTwice => twice().cloned().collect(),
        Way::Transaction => {
            [begin].into_iter().chain(twice().cloned()).chain(["COMMIT".into()]).collect()
        }
        Way::OneString => vec![statements.iter().flat_map(|sql| [&**sql, sql]).collect()],
    };
    for statement in sent {
        execute(connection, &statement).await?;
    }
    Ok(())
}

fn replayed(case: &Case, old: &[&str], after: Definition<'_>, plan: &Plan) -> Result<(), String> {
    let before = Definition::new(&case.was.1, old).in_schema(&case.was.0);
    let start = start(case, before).join(";\n");
    let (there, back) = (ups(plan).concat(), downs(plan).concat());
    for files in 2..=3 {
        let scripts = [start.clone(), there.clone(), back.clone()];
        let folder = folder(Tool::Plain, &scripts[..files], Transaction::PerStatement);
        // One session, as search_path is part of the case.
        let folder = pg_enum_migrations::Folder { tool: Tool::Sqlx, ..folder };
        let replay = Options::new().replay(&folder).map_err(|error| error.to_string())?;
        if !replay.findings.is_empty() {
            return Err(format!("{:#?}\n{there}\n{back}", replay.findings));
        }
        let [state] = &replay.enums[..] else { return Err(format!("{:#?}", replay.enums)) };
        let name = (state.schema.clone(), state.name.clone());
        let found: Vec<String> = state.labels.iter().map(|label| label.text.clone()).collect();
        if files == 2 {
            equal("the name", &name, &case.name)?;
            equal("the labels", &found, after.labels)?;
        } else {
            equal("the name, at last", &name, &case.was)?;
            equal("the labels, at last", &without_added(&found, plan), old)?;
        }
    }
    Ok(())
}

async fn execute(connection: &mut PgConnection, sql: &str) -> Result<(), String> {
    try_run(connection, sql).await.map_err(|error| format!("{error}\n{sql}"))
}

fn equal<A: PartialEq<B> + Debug + ?Sized, B: Debug + ?Sized>(
    what: &str,
    found: &A,
    expected: &B,
) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?} is not {expected:?}")) }
}
