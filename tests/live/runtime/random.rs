//! Any definition on any database: whatever differs is found, the SQL that comes with it settles it, and
//! `ensure` settles what creating and adding settles. `PROPTEST_CASES` says how many.

use std::cell::RefCell;

use pg_enum::live::{Ensure, Error, Policy, Verdict};
use pg_enum::{Definition, Registered, Set};
use pg_enum_core::{Literal, Removed, Renamed};
use pg_enum_test_server::Database;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use sqlx::PgConnection;
use tokio::runtime::Builder;

use crate::harness::{run, tests, try_run};

tests![whatever_differs_is_found_and_settled];

/// Among them some that differ only by case, and some that are hard to quote.
const LABELS: [&str; 12] =
    ["a", "A", "b", "B", "c", "d'\\\"", "{d,}", "NULL", "\u{1}", "a\u{1}b", "b\u{1}", "é"];

#[derive(Debug, Clone)]
struct Case {
    want: Vec<&'static str>,
    /// For some of the labels, which other one it was.
    renamed: Vec<Renamed<'static>>,
    removed: Vec<Removed<'static>>,
    /// What there is, if there is anything.
    have: Option<Vec<&'static str>>,
}

fn labels() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(&LABELS[..], 0..=6).prop_shuffle()
}

fn case() -> impl Strategy<Value = Case> {
    let hints = vec((any::<prop::sample::Index>(), prop::sample::select(&LABELS[..])), 0..3);
    (labels(), option::weighted(0.9, labels()), hints, labels()).prop_map(
        |(want, have, hints, gone)| {
            let mut used = Vec::new();
            let mut renamed: Vec<Renamed<'static>> = Vec::new();
            for (index, was) in hints {
                if want.is_empty() || want.contains(&was) || used.contains(&was) {
                    continue;
                }
                let label = want[index.index(want.len())];
                if renamed.iter().all(|it| it.label != label) {
                    used.push(was);
                    renamed.push(Renamed { label, was });
                }
            }
            let is_free = |label: &&'static str| !want.contains(label) && !used.contains(label);
            let removed = gone.into_iter().filter(is_free).take(2);
            let removed = removed.map(|label| Removed { label, replacement: None }).collect();
            Case { want, renamed, removed, have }
        },
    )
}

async fn whatever_differs_is_found_and_settled(database: Database) {
    let found = tokio::task::spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let connection = RefCell::new(runtime.block_on(database.connect()).unwrap());
        let config = Config { failure_persistence: None, ..Config::default() };
        TestRunner::new(config).run(&case(), |case| {
            let checked = runtime.block_on(check(&mut connection.borrow_mut(), &case));
            checked.map_err(TestCaseError::fail)
        })
    });
    match found.await.unwrap() {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("{reason}\n{case:#?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

async fn check(connection: &mut PgConnection, case: &Case) -> Result<(), String> {
    let definition = Definition::new("t", &case.want)
        .in_schema("s")
        .with_renamed(&case.renamed)
        .with_removed(&case.removed);
    let set = Set::new([Registered::new(definition, "T", false)]);
    make(connection, case).await;
    let policy = Policy::new();
    let report = set.report(&policy, &mut *connection).await.map_err(|error| error.to_string())?;
    let same = case.have.as_ref() == Some(&case.want);
    if same != report.disagreements().is_empty() {
        return Err(format!("same: {same}, found: {report}"));
    }

    // All that has SQL is settled by it.
    for found in report.disagreements() {
        if let Some(sql) = &found.drift.fix {
            try_run(connection, sql).await.map_err(|error| format!("{error}\n{report}"))?;
        }
    }
    let left = set.report(&policy, &mut *connection).await.map_err(|error| error.to_string())?;
    let settled =
        |verdict: &Verdict| matches!(verdict, Verdict::LabelExtra { .. } | Verdict::Order { .. });
    if !left.disagreements().iter().all(|found| settled(&found.drift.verdict)) {
        return Err(format!("{report}\nleaves: {left}"));
    }

    // What creating and adding settles is settled; anything else changes nothing.
    make(connection, case).await;
    let before = labels_of(connection).await;
    match set.ensure_with(&Ensure::new(), &mut *connection).await {
        Ok(_) => {
            let extra = pg_enum::live::ExtraLabels::Allowed;
            let policy = Policy::new().extra_labels(extra);
            set.verify_with(&policy, connection).await.map_err(|error| error.to_string())
        }
        Err(Error::Drift(report)) => {
            let additive = |verdict: &Verdict| {
                matches!(
                    verdict,
                    Verdict::Missing { .. }
                        | Verdict::LabelMissing { .. }
                        | Verdict::LabelExtra { .. }
                )
            };
            let all = report.disagreements().iter().all(|found| additive(&found.drift.verdict));
            if all || labels_of(connection).await != before {
                return Err(format!("refused: {report}"));
            }
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

async fn make(connection: &mut PgConnection, case: &Case) {
    let mut sql =
        "SET client_min_messages = error; DROP SCHEMA IF EXISTS s CASCADE; CREATE SCHEMA s;"
            .to_owned();
    if let Some(have) = &case.have {
        let labels: Vec<_> = have.iter().map(|label| Literal(label).to_string()).collect();
        sql.push_str("CREATE TYPE s.t AS ENUM (");
        sql.push_str(&labels.join(", "));
        sql.push(')');
    }
    run(connection, &sql).await;
}

async fn labels_of(connection: &mut PgConnection) -> Vec<String> {
    crate::harness::labels(connection, "s", "t").await
}
