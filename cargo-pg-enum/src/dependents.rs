//! What depends on a type in a database, and the rows that hold its labels.

use pg_enum_core::Definition;
use pg_enum_core::dependents::{self, Dependents, Held, PAGE, Page};
use pg_enum_core::drift::Query;
use pg_enum_core::plan::{Plan, Unplannable, plan_swap, removed};
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::database::{READ_ONLY, failed, send};
use crate::failure::Failure;

/// Begins the read-only transaction in which everything is read.
pub(crate) async fn begin(connection: &mut PgConnection) -> Result<(), Failure> {
    // The server's own names in definitions are those that it prints without quotes.
    let sql = format!("{READ_ONLY};\nSET LOCAL quote_all_identifiers = off;");
    let done = send(connection, &sql).await;
    done.map_err(|error| failed("begin a transaction", &error))
}

/// Reads what depends on types: when one is asked for, those that will be asked for next are read with it.
#[derive(Default)]
pub(crate) struct Reader {
    /// The schemas and names of those types, in order.
    next: Vec<(String, String)>,
    page: Page,
}

impl Reader {
    pub(crate) fn new(next: Vec<(String, String)>) -> Self {
        Self { next, page: Page::default() }
    }

    /// What depends on a type; `None` if there is no such type.
    pub(crate) async fn read(
        &mut self,
        connection: &mut PgConnection,
        schema: &str,
        name: &str,
    ) -> Result<Option<Dependents>, Failure> {
        if let Some(dependents) = self.page.dependents(schema, name) {
            return Ok(Some(dependents));
        }
        let from = self.next.iter().position(|next| (&*next.0, &*next.1) == (schema, name));
        let next = from.map_or(&[][..], |from| &self.next[from..]);
        let mut names: Vec<_> = next.iter().take(PAGE).map(|next| (&*next.0, &*next.1)).collect();
        if names.is_empty() {
            names.push((schema, name));
        }
        let doing = "read what depends on the type";
        let rows = rows(connection, &dependents::query(&names), doing, Some).await?;
        let page = Page::parse(rows);
        self.page =
            page.ok_or_else(|| Failure::new(format!("cannot {doing}: an unexpected answer")))?;
        Ok(self.page.dependents(schema, name))
    }
}

/// What depends on a type; `None` if there is no such type.
pub(crate) async fn read(
    connection: &mut PgConnection,
    schema: &str,
    name: &str,
) -> Result<Option<Dependents>, Failure> {
    Reader::default().read(connection, schema, name).await
}

/// The plan that replaces a type.
pub(crate) async fn swap(
    connection: &mut PgConnection,
    definition: Definition<'_>,
    dependents: &Dependents,
) -> Result<Result<Plan, Unplannable>, Failure> {
    let held = held(connection, dependents, definition).await?;
    Ok(plan_swap(dependents, definition, &held))
}

/// The rows that hold labels that go.
pub(crate) async fn held(
    connection: &mut PgConnection,
    dependents: &Dependents,
    definition: Definition<'_>,
) -> Result<Vec<Held>, Failure> {
    let labels = removed(&dependents.labels, definition);
    match dependents::count(dependents, &labels) {
        Some(query) => rows(connection, &query, "count rows", |row| Held::parse(&row)).await,
        None => Ok(Vec::new()),
    }
}

/// The rows of a query, each read by `parse`.
pub(crate) async fn rows<T>(
    connection: &mut PgConnection,
    query: &Query,
    doing: &str,
    parse: impl Fn(String) -> Option<T>,
) -> Result<Vec<T>, Failure> {
    let sql = query.to_string();
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await;
    let rows = rows.map_err(|error| failed(doing, &error))?;
    let text = |row: &sqlx::postgres::PgRow| {
        let text: String = row.try_get(0).map_err(|error| failed(doing, &error))?;
        parse(text).ok_or_else(|| Failure::new(format!("cannot {doing}: an unexpected answer")))
    };
    rows.iter().map(text).collect()
}
