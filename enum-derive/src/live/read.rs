//! Runs the query and reads its result.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use pg_enum_core::Definition;
use pg_enum_core::drift::{Column, Found, LiveEnum, Scope, State, Unseen, query};
use sqlx_core::executor::Executor;
use sqlx_core::raw_sql::raw_sql;
use sqlx_core::row::Row;
use sqlx_core::sql_str::AssertSqlSafe;
use sqlx_postgres::{PgRow, Postgres};

use super::error::Error;
use super::{Policy, alloc};
use crate::{Registered, Set};

impl<'s> Set<'s> {
    pub(super) fn definitions(&self) -> Vec<Definition<'s>> {
        self.iter().map(Registered::definition).collect()
    }
}

/// The state of the definitions in the database.
pub(super) async fn read(
    definitions: &[Definition<'_>],
    policy: &Policy,
    database: impl Executor<'_, Database = Postgres>,
) -> Result<Vec<Found>, Error> {
    if definitions.is_empty() {
        return Ok(Vec::new());
    }
    // All texts in it are quoted.
    let sql = AssertSqlSafe(query(definitions, policy.scope(), policy.rows).to_string());
    let rows = raw_sql(sql).fetch_all(database).await.map_err(Error::of)?;
    let found: Result<Vec<_>, _> = rows.iter().map(|row| found(row, definitions)).collect();
    let found = found.map_err(Error::of)?;
    if let Scope::Like(pattern) = policy.scope() {
        let is_somewhere = |index: usize| found.iter().any(|found| found.number == 2 * index);
        let mut indices = 0..definitions.len();
        if indices.any(|index| definitions[index].schema.is_none() && !is_somewhere(index)) {
            return Err(Error::NoSchemas { like: pattern.into() });
        }
    }
    Ok(found)
}

fn found(row: &PgRow, definitions: &[Definition<'_>]) -> Result<Found, sqlx_core::Error> {
    let number: i32 = row.try_get("number")?;
    let number = usize::try_from(number).unwrap_or_default();
    // Each element has a prefix, so that a label `NULL` is not read as a null.
    let bare = |text: String| text.get(1..).unwrap_or_default().into();
    let marked = |column| -> Result<Option<Vec<String>>, sqlx_core::Error> {
        let marked: Option<Vec<String>> = row.try_get(column)?;
        Ok(marked.map(|marked| marked.into_iter().map(bare).collect()))
    };
    let texts = |column| Ok::<_, sqlx_core::Error>(marked(column)?.unwrap_or_default());
    let as_expected = || match definitions.get(number / 2) {
        Some(definition) => definition.labels.iter().map(|&label| label.into()).collect(),
        None => Vec::new(),
    };
    let state: String = row.try_get("state")?;
    let state = match &*state {
        "missing" | "no schema" => {
            State::Missing { schema_exists: state == "missing", elsewhere: texts("elsewhere")? }
        }
        "enum" => {
            let flag = |column| row.try_get::<Option<bool>, _>(column);
            match (flag("schema_usage")?, flag("usage")?) {
                (Some(schema_usage), Some(usage)) => {
                    let (in_use, unseen) = looked_into(&texts("in_use")?);
                    State::Enum(LiveEnum {
                        labels: marked("labels")?.unwrap_or_else(as_expected),
                        schema_usage,
                        usage,
                        hidden_by: row.try_get("hidden_by")?,
                        in_use,
                        unseen,
                    })
                }
                // Privileges are current, and the rest is as of the query's snapshot. If a privilege is null, the
                // object was dropped in between.
                (schema, _) => {
                    State::Missing { schema_exists: schema.is_some(), elsewhere: Vec::new() }
                }
            }
        }
        _ => State::Other { kind: state },
    };
    Ok(Found { number, schemas: texts("schemas")?, state, role: row.try_get("role")? })
}

/// The columns that contain labels, and the columns that could not be searched.
#[expect(clippy::type_complexity, reason = "the types of two fields of `LiveEnum`")]
fn looked_into(texts: &[String]) -> (Vec<(String, Column)>, Vec<(String, Column, Unseen)>) {
    let (mut in_use, mut unseen) = (Vec::new(), Vec::new());
    for [label, table, name, how, why, what] in texts.as_chunks().0 {
        let is_array = how == "many";
        let column = Column { table: table.clone(), name: name.clone(), is_array };
        let why = match &**why {
            "held" => {
                in_use.push((label.clone(), column));
                continue;
            }
            "privilege" => Unseen::Privilege,
            "row security" => Unseen::RowSecurity,
            "code" => Unseen::Code { of: what.clone() },
            "foreign" => Unseen::Foreign,
            "standby" => Unseen::Standby,
            _ => Unseen::Nested,
        };
        unseen.push((label.clone(), column, why));
    }
    (in_use, unseen)
}
