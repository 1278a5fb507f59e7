//! The tables that the pending migrations rewrite, and the columns that use a type that the migrations drop.
//!
//! `ADD VALUE` and `RENAME VALUE` lock only the type. Changing the type of a column rewrites the table and all its
//! indexes under an `ACCESS EXCLUSIVE` lock, because an enum is never binary-coercible to another type.

use std::collections::BTreeMap;

use pg_enum_core::dependents::Size;
use pg_enum_core::drift::path;
use pg_enum_migrations::{Change, Statement};
use sqlx::postgres::types::Oid;
use sqlx::{AssertSqlSafe, PgConnection};

use super::finding::Finding;
use super::plan::Plan;
use crate::catalog::EnumType;
use crate::database::failed;
use crate::failure::Failure;
use crate::text::{identifier, list, type_name};

/// A table with columns of enum types.
pub(crate) struct Table {
    pub(crate) oid: Oid,
    schema: String,
    name: String,
    /// The columns with enums, and their types.
    columns: Vec<(String, Oid)>,
    owner: String,
    owned: bool,
    /// The bytes are unknown if another session has locked the table.
    size: Size,
}

/// `ALTER TABLE … ALTER COLUMN … TYPE …` in a pending migration.
struct Rewrite {
    migration: usize,
    statement: Statement,
    schema: Option<String>,
    table: String,
    columns: Vec<String>,
    /// The last part of the name of each new type.
    types: Vec<String>,
}

pub(crate) struct Tables {
    all: Vec<Table>,
    rewrites: Vec<Rewrite>,
}

/// The number of columns that a message names.
const SHOWN: usize = 5;
/// A table and one of its enum columns, if it has any.
type Row = (Oid, String, String, Option<String>, Option<Oid>, String, bool, i64);

/// A rewrite of a larger table takes a noticeable time.
const LARGE: u64 = 64 << 20;

impl Tables {
    pub(crate) async fn look_up(
        connection: &mut PgConnection,
        plan: &Plan,
        live: &[EnumType],
    ) -> Result<Self, Failure> {
        let rewrites: Vec<Rewrite> =
            plan.statements().filter_map(|(index, statement)| rewrite(index, statement)).collect();
        let drops = plan.steps.iter().any(|step| matches!(step.change, Change::Dropped));
        if rewrites.is_empty() && !drops {
            return Ok(Self { all: Vec::new(), rewrites });
        }
        let oids: Vec<Oid> = live.iter().map(|found| found.oid).collect();
        let schemas: Vec<Option<&str>> = rewrites.iter().map(|it| it.schema.as_deref()).collect();
        let names: Vec<&str> = rewrites.iter().map(|it| &*it.table).collect();
        let sql = format!(
            "WITH RECURSIVE behind (type, enum) AS (
                   SELECT oid, oid FROM pg_catalog.pg_type WHERE oid = ANY ($1)
                   UNION
                   SELECT t.oid, b.enum FROM pg_catalog.pg_type AS t JOIN behind AS b
                     ON t.typbasetype = b.type OR t.typelem = b.type AND t.typcategory = 'A'
                 )
                 SELECT c.oid, n.nspname::text, c.relname::text, a.attname::text, b.enum,
                   pg_catalog.pg_get_userbyid(c.relowner)::text,
                   pg_catalog.pg_has_role(c.relowner, 'USAGE'), c.reltuples::int8
                 FROM pg_catalog.pg_class AS c
                 JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                 LEFT JOIN (pg_catalog.pg_attribute AS a JOIN behind AS b ON b.type = a.atttypid)
                   ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 WHERE c.relkind IN ('r', 'p', 'm') AND (b.enum IS NOT NULL OR c.oid IN (
                   SELECT (SELECT w.oid FROM pg_catalog.unnest({PATH}) WITH ORDINALITY AS p (s, i)
                     JOIN pg_catalog.pg_namespace AS m ON m.nspname = coalesce(u.schema, p.s)
                     JOIN pg_catalog.pg_class AS w ON w.relnamespace = m.oid AND w.relname = u.name
                     ORDER BY p.i LIMIT 1)
                   FROM ROWS FROM (pg_catalog.unnest($2::text[]), pg_catalog.unnest($3::text[]))
                     AS u (schema, name)))
                 ORDER BY 2, 3, a.attnum",
            PATH = path::SCHEMAS,
        );
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(&oids)
            .bind(&schemas)
            .bind(&names)
            .persistent(false)
            .fetch_all(&mut *connection)
            .await
            .map_err(|error| failed("look up the tables that have enums", &error))?;
        let mut all: BTreeMap<u32, Table> = BTreeMap::new();
        for (oid, schema, name, column, of, owner, owned, rows) in rows {
            // Before the first `ANALYZE`, the number is negative.
            let size = Size { rows: rows.try_into().ok(), bytes: None };
            let table = Table { oid, schema, name, columns: Vec::new(), owner, owned, size };
            let table = all.entry(oid.0).or_insert(table);
            table.columns.extend(column.zip(of));
        }
        let mut tables = Self { all: all.into_values().collect(), rewrites };
        tables.all.sort_by(|one, two| (&one.schema, &one.name).cmp(&(&two.schema, &two.name)));
        tables.measure(connection).await?;
        Ok(tables)
    }

    /// Reading a size fails if another session has locked the table, hence the savepoint.
    async fn measure(&mut self, connection: &mut PgConnection) -> Result<(), Failure> {
        let cannot = |error: sqlx::Error| failed("use a savepoint", &error);
        sqlx::raw_sql("SAVEPOINT sizes").execute(&mut *connection).await.map_err(cannot)?;
        let oids: Vec<Oid> = self.all.iter().map(|table| table.oid).collect();
        let sizes: Result<Vec<(Oid, Option<i64>)>, _> = sqlx::query_as(
            "SELECT u.oid, pg_catalog.pg_total_relation_size(u.oid)
             FROM pg_catalog.unnest($1::oid[]) AS u (oid)",
        )
        .bind(&oids)
        .persistent(false)
        .fetch_all(&mut *connection)
        .await;
        for (oid, bytes) in sizes.unwrap_or_default() {
            if let Some(table) = self.all.iter_mut().find(|table| table.oid == oid) {
                table.size.bytes = bytes.and_then(|bytes| bytes.try_into().ok());
            }
        }
        let back = "ROLLBACK TO SAVEPOINT sizes";
        sqlx::raw_sql(back).execute(connection).await.map(drop).map_err(cannot)
    }

    /// The tables that are rewritten, each with the statement that rewrites it.
    fn rewritten<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = (&'a Rewrite, &'a Table)> {
        self.rewrites.iter().filter_map(|rewrite| {
            let is = |table: &&Table| {
                rewrite.table == table.name
                    && rewrite.schema.as_ref().is_none_or(|schema| *schema == table.schema)
            };
            let table = self.all.iter().find(is)?;
            let has_enum = table.columns.iter().any(|(column, _)| rewrite.columns.contains(column));
            let enums = plan.before.iter().chain(&plan.after.replay.enums);
            let gets_enum = enums.into_iter().any(|state| rewrite.types.contains(&state.name));
            (has_enum || gets_enum).then_some((rewrite, table))
        })
    }

    /// The tables on which a lock would block the migrations.
    pub(crate) fn locked(&self, plan: &Plan) -> Vec<Oid> {
        self.rewritten(plan).map(|(_, table)| table.oid).collect()
    }

    pub(crate) fn name(&self, oid: Oid) -> Option<String> {
        self.all.iter().find(|table| table.oid == oid).map(Table::full_name)
    }

    pub(crate) fn findings(&self, plan: &Plan, live: &[EnumType]) -> Vec<Finding> {
        let root = &plan.after.folder.root;
        let mut findings = Vec::new();
        for (rewrite, table) in self.rewritten(plan) {
            let version = plan.version(rewrite.migration);
            let name = table.full_name();
            let size = match table.size {
                Size { rows: None, bytes: None } => "size unknown (the table is locked)".to_owned(),
                size => size.to_string(),
            };
            let message = format!("{version} rewrites {name}: {size}");
            let is_large = table.size.bytes.is_none_or(|bytes| bytes >= LARGE);
            let finding = if is_large {
                Finding::warning("rewrite", message).with_help(
                    "run it when the table is not in use, or add a column and fill it in batches",
                )
            } else {
                Finding::note("rewrite", message)
            };
            findings.push(
                finding
                    .with_note(
                        "ALTER COLUMN … TYPE blocks reads and writes while it rewrites the table \
                         and its indexes",
                    )
                    .of_migration(version)
                    .at(root, &rewrite.statement.at),
            );
            if !table.owned {
                findings.push(
                    Finding::error(
                        "privilege",
                        format!(
                            "only the role {}, the owner of {name}, may alter it",
                            identifier(&table.owner)
                        ),
                    )
                    .of_migration(version)
                    .at(root, &rewrite.statement.at)
                    .with_help("connect as the user that migrates"),
                );
            }
        }
        for step in plan.steps.iter().filter(|step| matches!(step.change, Change::Dropped)) {
            findings.extend(self.in_use(plan, step, live));
        }
        findings
    }

    /// Columns that use a dropped type, in tables that no pending migration alters.
    fn in_use(&self, plan: &Plan, step: &super::plan::Step, live: &[EnumType]) -> Option<Finding> {
        let (schema, name) = step.existed_as.as_ref()?;
        let found = crate::catalog::named(live, schema, name)?;
        let altered: Vec<Oid> = self.rewritten(plan).map(|(_, table)| table.oid).collect();
        let mut columns: Vec<String> = Vec::new();
        for table in self.all.iter().filter(|table| !altered.contains(&table.oid)) {
            let of = table.columns.iter().filter(|(_, of)| *of == found.oid);
            columns.extend(
                of.map(|(column, _)| format!("{}.{}", table.full_name(), identifier(column))),
            );
        }
        let many = columns.len();
        if many == 0 {
            return None;
        }
        let message = format!(
            "{} is dropped, but {} it: {}",
            step.type_name(),
            if many == 1 { "a column uses" } else { "columns use" },
            list(columns, SHOWN)
        );
        Some(
            Finding::warning("in-use", message)
                .of_type(step.type_name())
                .of_migration(plan.version(step.migration))
                .at(&plan.after.folder.root, &step.at)
                .with_note(
                    "DROP TYPE fails with SQLSTATE 2BP01 while columns use the type; with CASCADE \
                     it drops the columns",
                ),
        )
    }
}

impl Table {
    fn full_name(&self) -> String {
        type_name(&self.schema, &self.name)
    }
}

/// The table and the new column types of an `ALTER TABLE … ALTER COLUMN … TYPE`, if the statement is one.
fn rewrite(migration: usize, statement: Statement) -> Option<Rewrite> {
    let words: Vec<String> = statement.words().collect();
    let mut rest = words.iter().map(String::as_str).peekable();
    if rest.next() != Some("alter") || rest.next() != Some("table") {
        return None;
    }
    while rest.next_if(|word| ["if", "exists", "only"].contains(word)).is_some() {}
    let mut table = name(rest.next()?);
    let mut schema = None;
    while rest.next_if_eq(&".").is_some() {
        schema = Some(std::mem::replace(&mut table, name(rest.next()?)));
    }
    let rest: Vec<&str> = rest.collect();
    let (mut columns, mut types) = (Vec::new(), Vec::new());
    for (at, word) in rest.iter().enumerate().filter(|(_, word)| **word == "alter") {
        debug_assert_eq!(*word, "alter");
        let mut action = rest[at + 1..].iter().copied().peekable();
        action.next_if_eq(&"column");
        let Some(column) = action.next() else { continue };
        while action.next_if(|word| ["set", "data"].contains(word)).is_some() {}
        if action.next() != Some("type") {
            continue;
        }
        columns.push(name(column));
        let path = action.take_while(|word| ![",", "using", "[", "collate"].contains(word));
        types.extend(path.last().map(name));
    }
    (!columns.is_empty()).then_some(Rewrite { migration, statement, schema, table, columns, types })
}

/// A name, folded as by the server.
fn name(word: &str) -> String {
    match word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => word.to_owned(),
    }
}
