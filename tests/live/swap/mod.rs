//! Types that are replaced, with everything that depends on them.

mod back;
pub(crate) mod cases;
mod command;
mod fingerprint;
mod guard;
mod locks;
mod offline;
mod pages;
mod random;
mod script;
mod tenants;
mod tools;

use pg_enum_core::dependents::{self, Held, Page};
use pg_enum_core::drift::Query;
use pg_enum_core::plan::{Plan, Unplannable, plan_swap, removed};
use pg_enum_core::{Definition, Literal};
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    [
        back::tests(),
        cases::tests(),
        command::tests(),
        guard::tests(),
        locks::tests(),
        offline::tests(),
        pages::tests(),
        random::tests(),
        tenants::tests(),
        tools::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The plan that changes `app.mood` in a database to a definition.
pub(crate) async fn planned(
    connection: &mut PgConnection,
    definition: Definition<'_>,
) -> Result<Plan, Unplannable> {
    let page = page(connection, &[("app", "mood")]).await;
    let dependents = page.dependents("app", "mood").expect("the type");
    let removed = removed(&dependents.labels, definition);
    let held = match dependents::count(&[(&dependents, &removed)]) {
        Some(query) => {
            let rows = rows(connection, &query).await;
            rows.iter().map(|row| Held::parse(row).expect("a row")).collect()
        }
        None => Vec::new(),
    };
    plan_swap(&dependents, definition, &held)
}

/// What depends on these types.
async fn page(connection: &mut PgConnection, names: &[(&str, &str)]) -> Page {
    let rows = rows(connection, &dependents::query(names)).await;
    Page::parse(rows).expect("rows of the query")
}

async fn rows(connection: &mut PgConnection, query: &Query) -> Vec<String> {
    let sql = query.to_string();
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await;
    rows.expect("the query runs").iter().map(|row| row.get(0)).collect()
}

/// The state before a script: the type with these labels.
pub(crate) fn start(labels: &[&str], name: &str) -> String {
    let labels: Vec<String> = labels.iter().map(|label| Literal(label).to_string()).collect();
    format!("{WIPE}; CREATE TYPE app.{name} AS ENUM ({})", labels.join(", "))
}

/// The first lines that differ.
pub(crate) fn same(expected: &str, found: &str) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let lines = |text: &str| text.lines().map(ToOwned::to_owned).collect::<Vec<_>>();
    let (expected, found) = (lines(expected), lines(found));
    let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).collect();
    let more: Vec<_> = found.iter().filter(|line| !expected.contains(line)).collect();
    let first = expected.iter().zip(&found).find(|(expected, found)| expected != found);
    Err(format!("missing: {missing:#?}\nmore: {more:#?}\nfirst difference: {first:#?}"))
}

/// Roles that scripts use; they stay.
const WIPE: &str = "SET client_min_messages = error; DROP SCHEMA IF EXISTS app CASCADE;
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader_of_swaps') THEN
            CREATE ROLE reader_of_swaps; CREATE ROLE owner_of_swaps;
        END IF;
    END $$;
    DROP PUBLICATION IF EXISTS swaps; CREATE SCHEMA app; GRANT USAGE, CREATE ON SCHEMA app TO owner_of_swaps";
