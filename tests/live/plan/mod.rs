//! Plans: what takes a type from what the migrations leave of it to what its definition says.

mod races;
mod random;
mod refusals;
mod surroundings;

use pg_enum_core::Definition;
use pg_enum_core::plan::{Plan, plan};
use pg_enum_core::record::{Origin, RecordedEnum, RecordedLabel};
use sqlx::PgConnection;

use crate::harness::{Test, run};

pub(crate) fn tests() -> Vec<Test> {
    [races::tests(), random::tests(), refusals::tests(), surroundings::tests()]
        .into_iter()
        .flatten()
        .collect()
}

/// A type as the migrations leave it.
fn recorded(schema: &str, name: &str, labels: &[&str]) -> RecordedEnum {
    let at = || Origin { file: "m.sql".into(), line: 1 };
    let labels = labels
        .iter()
        .map(|text| RecordedLabel { text: (*text).into(), at: at(), accepted: false })
        .collect();
    let (schema, name) = (schema.into(), name.into());
    RecordedEnum { schema, name, known: true, created: at(), labels }
}

/// The plan for a type of the schema `public` that is called `mood` and has these labels.
fn planned(labels: &[&str], definition: Definition<'_>) -> Plan {
    plan(Some(&recorded("public", "mood", labels)), definition).unwrap()
}

fn ups(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| step.up_sql().to_string()).collect()
}

fn downs(plan: &Plan) -> Vec<String> {
    plan.steps.iter().rev().map(|step| step.down_sql().to_string()).collect()
}

async fn run_all(connection: &mut PgConnection, statements: &[String]) {
    for statement in statements {
        run(connection, statement).await;
    }
}
