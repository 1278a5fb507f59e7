//! Random changes of a type under random tables: the plan gives what a database has that was made with the new labels.
//! `PROPTEST_CASES` says how many to try.

use std::cell::RefCell;
use std::collections::BTreeMap;

use pg_enum_core::plan::Reason;
use pg_enum_core::{Definition, Literal, Removed, Renamed};
use pg_enum_migrations::Options;
use pg_enum_migrations::folder::{Tool, Transaction};
use pg_enum_test_server::Database;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use sqlx::PgConnection;
use tokio::runtime::Builder;

use super::fingerprint::fingerprint;
use super::script::{Choices, script};
use super::{planned, same, start};
use crate::harness::{tests, try_run};
use crate::replay::folder;

tests![the_plan_gives_what_a_new_database_has];

/// A quarter of the usual number: each builds two schemas.
const FRACTION: u32 = 4;

/// What became of the cases.
#[derive(Debug, Default)]
struct Tally {
    done: u32,
    refused: BTreeMap<String, u32>,
}

/// A change of the labels.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) old: Vec<&'static str>,
    /// Each old label with what becomes of it; `None` is `NULL`.
    pub(super) fates: Vec<Option<&'static str>>,
    new: Vec<&'static str>,
    renamed: Vec<(&'static str, &'static str)>,
    /// The hints: none for labels that the definition does not mention.
    removed: Vec<(&'static str, Option<&'static str>)>,
    gone: Vec<&'static str>,
}

const OLD: [&str; 8] = ["a", "it's", r"back\slash", "x,y", "{z}", "q\"q", "null", "B ü"];
const NEW: [&str; 6] = ["new", "n'ew", "NULL", r#"\" {}"#, "A", "ü,"];

impl Change {
    fn random(choices: &mut Choices<'_>) -> Self {
        let count = 2 + choices.below(5);
        let first = choices.below(OLD.len());
        let old: Vec<_> = OLD.iter().cycle().skip(first).take(count).copied().collect();
        let mut fresh = NEW.to_vec();
        let mut stays: Vec<usize> = (0..count).filter(|_| choices.below(10) < 7).collect();
        if stays.is_empty() {
            stays.push(0);
        }
        let mut names: BTreeMap<usize, &str> = BTreeMap::new();
        // Labels of a cycle keep their order.
        let exchange = choices.below(4) == 0;
        for (number, &index) in stays.iter().enumerate() {
            let name = if exchange {
                old[stays[(number + 1) % stays.len()]]
            } else if choices.below(4) == 0 && fresh.len() > 2 {
                fresh.remove(choices.below(fresh.len()))
            } else {
                old[index]
            };
            names.insert(index, name);
        }
        let mut new: Vec<&str> = stays.iter().map(|index| names[index]).collect();
        if !exchange && choices.below(2) == 0 {
            for index in (1..new.len()).rev() {
                new.swap(index, choices.below(index + 1));
            }
        }
        for _ in 0..choices.below(3) {
            let label = fresh.remove(choices.below(fresh.len()));
            new.insert(choices.below(new.len() + 1), label);
        }
        let gone = |choices: &mut Choices<'_>| match choices.below(4) {
            0 => None,
            _ => Some(new[choices.below(new.len())]),
        };
        let is_mapped = choices.below(8) > 0;
        let mut fates = Vec::new();
        let (mut renamed, mut removed, mut gone_labels) = (Vec::new(), Vec::new(), Vec::new());
        for (index, &label) in old.iter().enumerate() {
            match names.get(&index) {
                Some(&name) => {
                    fates.push(Some(name));
                    if name != label {
                        renamed.push((label, name));
                    }
                }
                None => {
                    let fate = gone(choices);
                    fates.push(fate);
                    gone_labels.push(label);
                    if is_mapped {
                        removed.push((label, fate));
                    }
                }
            }
        }
        Self { old, fates, new, renamed, removed, gone: gone_labels }
    }

    /// A literal of the label with this index, before or after the change.
    pub(super) fn label(&self, index: usize, is_after: bool) -> String {
        match self.text(index, is_after) {
            Some(label) => Literal(label).to_string(),
            None => "NULL".to_owned(),
        }
    }

    pub(super) fn text(&self, index: usize, is_after: bool) -> Option<&'static str> {
        if is_after { self.fates[index] } else { Some(self.old[index]) }
    }

    /// The labels that definitions may contain: those that stay.
    pub(super) fn lasting(&self) -> Vec<usize> {
        (0..self.old.len()).filter(|&index| !self.gone.contains(&self.old[index])).collect()
    }
}

async fn the_plan_gives_what_a_new_database_has(database: Database) {
    let found = tokio::task::spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let connection = RefCell::new(runtime.block_on(database.connect()).unwrap());
        let tally = RefCell::new(Tally::default());
        let config =
            Config { failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
        let config = Config { cases: config.cases.div_ceil(FRACTION), ..config };
        let cases = config.cases;
        let found = TestRunner::new(config).run(&vec(any::<u16>(), 160), |numbers| {
            let mut connection = connection.borrow_mut();
            let mut tally = tally.borrow_mut();
            let outcome = runtime.block_on(once(&mut connection, &numbers, &mut tally));
            outcome.map_err(TestCaseError::fail)
        });
        match found {
            Ok(()) => {}
            Err(TestError::Fail(reason, numbers)) => panic!("{reason}\n{numbers:?}"),
            Err(TestError::Abort(reason)) => panic!("{reason}"),
        }
        let tally = tally.into_inner();
        eprintln!("{cases} random replacements: {tally:?}");
        assert!(tally.done > cases / 3, "{tally:?}");
    });
    found.await.unwrap();
}

async fn once(
    connection: &mut PgConnection,
    numbers: &[u16],
    tally: &mut Tally,
) -> Result<(), String> {
    let mut choices = Choices::new(numbers);
    let change = Change::random(&mut choices);
    let version = connection.server_version_num().unwrap_or_default() / 10_000;
    let [before, after] = script(&mut choices, &change, version);
    let renamed: Vec<_> =
        change.renamed.iter().map(|&(was, label)| Renamed { label, was }).collect();
    let removed: Vec<_> =
        change.removed.iter().map(|&(label, replacement)| Removed { label, replacement }).collect();
    let definition = Definition::new("mood", &change.new)
        .in_schema("app")
        .with_renamed(&renamed)
        .with_removed(&removed);
    let violations: Vec<_> = definition.violations().map(|found| found.to_string()).collect();
    if !violations.is_empty() {
        return Err(format!("{violations:?}\n{change:#?}"));
    }
    execute(connection, &start(&change.old, "mood")).await?;
    execute(connection, &before).await?;
    let untouched = fingerprint(connection).await;
    let plan = match planned(connection, definition).await {
        Ok(plan) => plan,
        Err(refused) => {
            // The name of the variant is the kind of reason.
            let codes = refused.obstacles.iter().map(|obstacle| match &obstacle.reason {
                Reason::Dependent { trouble, .. } => {
                    let text = format!("{trouble:?}");
                    text.split([' ', '{']).next().unwrap_or_default().to_owned()
                }
                reason => reason.code().to_owned(),
            });
            for code in codes {
                *tally.refused.entry(code).or_default() += 1;
            }
            return same(&untouched, &fingerprint(connection).await);
        }
    };
    let sql: Vec<String> = plan.steps.iter().map(|step| step.up_sql().to_string()).collect();
    let shown = || format!("{change:#?}\n{before}\n{}", sql.join("\n"));
    for sql in &sql {
        execute(connection, "SET search_path = nowhere").await?;
        execute(connection, sql).await.map_err(|error| format!("{error}\n{}", shown()))?;
        execute(connection, "RESET search_path").await?;
    }
    replayed(&change, &before, &sql).map_err(|error| format!("{error}\n{}", shown()))?;
    let done = fingerprint(connection).await;
    for sql in &sql {
        execute(connection, sql).await.map_err(|error| format!("again: {error}\n{}", shown()))?;
    }
    let again = fingerprint(connection).await;
    same(&done, &again).map_err(|differs| format!("again: {differs}\n{}", shown()))?;
    let rest = planned(connection, definition).await.map_err(|refused| refused.to_string())?;
    if !rest.is_empty() {
        return Err(format!("there is more to do: {:?}\n{}", rest.steps, shown()));
    }
    execute(connection, &start(&change.new, "mood")).await?;
    execute(connection, &after).await?;
    let expected = fingerprint(connection).await;
    same(&expected, &done).map_err(|differs| format!("{differs}\n{}\n{after}", shown()))?;
    tally.done += 1;
    Ok(())
}

async fn execute(connection: &mut PgConnection, sql: &str) -> Result<(), String> {
    try_run(connection, sql).await.map_err(|error| format!("{error}\n{sql}"))
}

/// Replay reads the same of the migrations, so that `check` agrees.
fn replayed(change: &Change, before: &str, plan: &[String]) -> Result<(), String> {
    let labels: Vec<String> = change.old.iter().map(|label| Literal(label).to_string()).collect();
    let first = format!(
        "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ({});\n{before}",
        labels.join(", ")
    );
    let folder = folder(Tool::Plain, &[first, plan.join("\n")], Transaction::PerStatement);
    let replay = Options::new().replay(&folder).map_err(|error| error.to_string())?;
    let found: Vec<&str> = match &replay.enums[..] {
        [state] => state.labels.iter().map(|label| &*label.text).collect(),
        _ => Vec::new(),
    };
    if !replay.findings.is_empty() || found != change.new {
        return Err(format!("replay: {found:?}, {:#?}", replay.findings));
    }
    Ok(())
}
