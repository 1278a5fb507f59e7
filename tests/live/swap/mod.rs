//! Types that are replaced, with everything that depends on them.

pub(crate) mod cases;
mod command;
mod guard;

use pg_enum_core::Definition;
use pg_enum_core::dependents::{self, Dependents, Held};
use pg_enum_core::drift::Query;
use pg_enum_core::plan::{Plan, Unplannable, plan_swap, unmapped};
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    [cases::tests(), command::tests(), guard::tests()].into_iter().flatten().collect()
}

/// The plan that changes `app.mood` in a database to a definition.
pub(crate) async fn planned(
    connection: &mut PgConnection,
    definition: Definition<'_>,
) -> Result<Plan, Unplannable> {
    let read = rows(connection, &dependents::query("app", "mood")).await;
    let dependents = Dependents::parse(&read).expect("rows of the query");
    let held = match dependents::count(&dependents, &unmapped(&dependents.labels, definition)) {
        Some(query) => {
            let rows = rows(connection, &query).await;
            rows.iter().map(|row| Held::parse(row).expect("a row")).collect()
        }
        None => Vec::new(),
    };
    plan_swap(&dependents, definition, &held)
}

async fn rows(connection: &mut PgConnection, query: &Query) -> Vec<String> {
    let sql = query.to_string();
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await;
    rows.expect("the query runs").iter().map(|row| row.get(0)).collect()
}
