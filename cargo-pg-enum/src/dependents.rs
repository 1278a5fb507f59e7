//! What depends on a type in a database, and the rows that hold its labels.

use std::collections::HashMap;

use pg_enum_core::Definition;
use pg_enum_core::dependents::{self, Dependents, Held, PAGE, Page};
use pg_enum_core::drift::Query;
use pg_enum_core::plan::{Plan, Unplannable, plan_swap, removed};
use pg_enum_core::record::RecordedEnum;
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

/// A type that will be asked for.
pub(crate) struct Wanted {
    pub(crate) schema: String,
    pub(crate) name: String,
    /// The labels whose rows are to be counted.
    pub(crate) labels: Vec<String>,
}

impl Wanted {
    /// The type of a definition, as it is.
    pub(crate) fn new(definition: Definition<'_>, recorded: &RecordedEnum) -> Self {
        let labels: Vec<String> = recorded.labels.iter().map(|it| it.text.clone()).collect();
        Self {
            schema: recorded.schema.clone(),
            name: recorded.name.clone(),
            labels: removed(&labels, definition),
        }
    }
}

/// Reads what depends on types, and counts rows: when one is asked for, those that will be asked for next are read with it.
#[derive(Default)]
pub(crate) struct Reader {
    /// Those types, in order.
    next: Vec<Wanted>,
    page: Page,
    /// The labels that have been counted in the columns of each type of the page, by schema and name.
    counted: HashMap<(String, String), Vec<String>>,
    /// The rows of the columns of the page, by column.
    held: HashMap<String, Vec<Held>>,
}

impl Reader {
    pub(crate) fn new(next: Vec<Wanted>) -> Self {
        Self { next, ..Self::default() }
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
        let from = self.next.iter().position(|next| (&*next.schema, &*next.name) == (schema, name));
        let next = from.map_or(&[][..], |from| &self.next[from..]);
        let next = &next[..next.len().min(PAGE)];
        let mut names: Vec<_> = next.iter().map(|next| (&*next.schema, &*next.name)).collect();
        if names.is_empty() {
            names.push((schema, name));
        }
        let doing = "read what depends on the type";
        let rows = rows(connection, &dependents::query(&names), doing, Some).await?;
        let page = Page::parse(rows);
        self.page =
            page.ok_or_else(|| Failure::new(format!("cannot {doing}: an unexpected answer")))?;
        (self.counted, self.held) = (HashMap::new(), HashMap::new());
        let mut read = Vec::new();
        for Wanted { schema, name, labels } in next.iter().filter(|next| !next.labels.is_empty()) {
            if let Some(dependents) = self.page.dependents(schema, name) {
                read.push((dependents, &**labels));
                self.counted.insert((schema.clone(), name.clone()), labels.clone());
            }
        }
        let read: Vec<_> = read.iter().map(|(dependents, labels)| (dependents, *labels)).collect();
        for held in count(connection, &read).await? {
            self.held.entry(held.column.clone()).or_default().push(held);
        }
        Ok(self.page.dependents(schema, name))
    }

    /// The rows that hold labels that go, in the columns of a type that has just been read.
    pub(crate) async fn held(
        &self,
        connection: &mut PgConnection,
        dependents: &Dependents,
        definition: Definition<'_>,
    ) -> Result<Vec<Held>, Failure> {
        let labels = removed(&dependents.labels, definition);
        let of = (dependents.schema.clone(), dependents.name.clone());
        if self.counted.get(&of) != Some(&labels) {
            return count(connection, &[(dependents, &labels)]).await;
        }
        let columns = dependents.objects.iter();
        let held = columns.filter_map(|object| self.held.get(&object.described));
        Ok(held.flatten().cloned().collect())
    }

    /// The plan that replaces a type that has just been read.
    pub(crate) async fn swap(
        &self,
        connection: &mut PgConnection,
        definition: Definition<'_>,
        dependents: &Dependents,
    ) -> Result<Result<Plan, Unplannable>, Failure> {
        let held = self.held(connection, dependents, definition).await?;
        Ok(plan_swap(dependents, definition, &held))
    }
}

/// The rows that hold labels of types.
async fn count(
    connection: &mut PgConnection,
    types: &[(&Dependents, &[String])],
) -> Result<Vec<Held>, Failure> {
    match dependents::count(types) {
        Some(query) => unlocked(connection, &query, "count rows", |row| Held::parse(&row)).await,
        None => Ok(Vec::new()),
    }
}

/// The same as [`rows`], for a query that reads tables: it keeps no lock of them. The locks of thousands of tables are more than
/// a server has room for in one transaction (`max_locks_per_transaction`).
pub(crate) async fn unlocked<T>(
    connection: &mut PgConnection,
    query: &Query,
    doing: &str,
    parse: impl Fn(String) -> Option<T>,
) -> Result<Vec<T>, Failure> {
    let failure = |error| failed(doing, &error);
    send(connection, "SAVEPOINT pg_enum").await.map_err(failure)?;
    let rows = rows(connection, query, doing, parse).await?;
    let end = "ROLLBACK TO SAVEPOINT pg_enum; RELEASE SAVEPOINT pg_enum";
    send(connection, end).await.map_err(failure)?;
    Ok(rows)
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
