//! Finds the code that a statement runs indirectly: user-defined functions, triggers, defaults, checks, casts and
//! operators, and the code that these run in turn. The source is the catalogs before the statement, searched by name:
//! a name stands for all objects with this name, so the result does not depend on how the server chooses between
//! them.

use std::collections::{HashMap, HashSet};

use sqlx::postgres::types::Oid;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::ddl::{self, List, Sort, Uses};

/// The maximum number of catalog queries for one statement. Each result may contain more names.
const ROUNDS: usize = 50;

/// Extensions with C functions that only compute. Only a superuser can install others under these names.
const EXTENSIONS: [&str; 14] = [
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "ltree",
    "pg_trgm",
    "pgcrypto",
    "seg",
    "unaccent",
    "uuid-ossp",
];

/// The state that is the same for all statements.
pub(super) struct Catalogs {
    query: String,
    /// The sequences that existed before: a rollback does not return their values.
    sequences: Vec<Oid>,
    harmless: Vec<&'static str>,
}

/// A row of the result: its kind, its description, its text, and names.
type Row = (String, String, Option<String>, Option<Vec<String>>);

impl Catalogs {
    /// Reads the state before anything runs.
    pub(super) async fn ask(connection: &mut PgConnection, version: i32) -> sqlx::Result<Self> {
        let sequences: Vec<Oid> =
            sqlx::query_scalar("SELECT oid FROM pg_catalog.pg_class WHERE relkind = 'S'")
                .persistent(false)
                .fetch_all(connection)
                .await?;
        let body = match version {
            140_000.. => "coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)",
            _ => "p.prosrc",
        };
        let written_out = match version {
            140_000.. => "p.prosqlbody IS NOT NULL",
            _ => "false",
        };
        let query = QUERY.replace("<body>", body).replace("<written out>", written_out);
        // `set_config` is checked by its arguments.
        let harmless = ddl::harmless().into_iter().chain(["set_config"]).collect();
        Ok(Self { query, sequences, harmless })
    }

    /// The reason why a statement is refused, if it runs code that is not on a list. `path` is the path for the
    /// statement's names; the connection itself uses `pg_catalog` only.
    pub(super) async fn refuse(
        &self,
        connection: &mut PgConnection,
        mut uses: Uses,
        path: &[String],
    ) -> sqlx::Result<Option<String>> {
        let mut seen = HashSet::new();
        // The caller of each function, if it is not the statement itself.
        let mut callers = HashMap::new();
        for _ in 0..ROUNDS {
            let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(self.query.as_str()))
                .bind(list(&uses.objects))
                .bind(list(&uses.calls))
                .bind(list(&uses.written))
                .bind(list(&uses.inserted))
                .bind(path)
                .bind(uses.any_schema)
                .bind(&self.sequences)
                .bind(&self.harmless)
                .bind(list(&uses.words))
                .bind(list(&uses.operators))
                .persistent(false)
                .fetch_all(&mut *connection)
                .await?;
            let before = uses.clone();
            for row in rows {
                if seen.contains(&row) {
                    continue;
                }
                let known = uses.calls.clone();
                if let Err(reason) = add(&mut uses, &row, &callers) {
                    return Ok(Some(reason));
                }
                let new = uses.calls.difference(&known);
                callers.extend(new.map(|call| (call.clone(), row.1.clone())));
                seen.insert(row);
            }
            if uses == before {
                return Ok(None);
            }
        }
        Ok(Some("it runs more code than this analysis follows".to_owned()))
    }
}

fn list<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    names.into_iter().cloned().collect()
}

/// Adds the names that a row uses, or refuses it.
fn add(uses: &mut Uses, row: &Row, callers: &HashMap<String, String>) -> Result<(), String> {
    let (kind, what, source, names) = row;
    let names = || names.iter().flatten();
    let read = |uses: &mut Uses, sort: Sort| {
        let source = source.as_deref().unwrap_or_default();
        let more = ddl::read(source, sort, List::TakenBack)
            .map_err(|refused| format!("it may run {what}: {}", refused.reason))?;
        uses.add(more);
        Ok(())
    };
    match kind.as_str() {
        "refused" => Err(what.clone()),
        "own" => {
            let name = names().next().map_or("", String::as_str);
            let caller = callers.get(name).map_or("it", String::as_str);
            Err(format!(
                "{caller} calls {name}, which is not on the list of functions that a rollback \
                 undoes"
            ))
        }
        "objects" => {
            uses.objects.extend(names().cloned());
            uses.words.extend(names().cloned());
            Ok(())
        }
        "written" => {
            uses.written.extend(names().cloned());
            Ok(())
        }
        "inserted" => {
            uses.inserted.extend(names().cloned());
            Ok(())
        }
        "trigger" => read(uses, Sort::Names),
        "code" => read(uses, Sort::Statement),
        "function" => {
            let attributes: Vec<&str> = names().map(String::as_str).collect();
            let [language, sort, extension, trusted, written_out, settings @ ..] =
                attributes.as_slice()
            else {
                return Err(format!("it may run {what}, which cannot be analysed"));
            };
            if trusted == &"false" && EXTENSIONS.contains(extension) {
                return Ok(());
            }
            if !["f", "p"].contains(sort) {
                return Err(format!("it may run {what}, which is not a plain function"));
            }
            for setting in settings {
                let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
                ddl::set_in_function(name, value, uses)
                    .map_err(|reason| format!("it may run {what}: {reason}"))?;
            }
            match (*language, *written_out) {
                ("sql", "true") => read(uses, Sort::WrittenOut),
                ("sql", _) => read(uses, Sort::Script),
                ("plpgsql", _) => read(uses, Sort::Block),
                (other, _) => Err(format!(
                    "it may run {what}, which is written in {other} and cannot be \
                                 analysed"
                )),
            }
        }
        _ => Err(format!("it may run {what}, which cannot be analysed")),
    }
}

/// Everything that these names may run directly. `$1` names of tables and types, `$2` names of functions, `$3` names
/// of tables that are written to, `$4` names of tables of which defaults are used, `$5` the schemas of the path, `$6`
/// whether all schemas are searched, `$7` the sequences that existed before, `$8` the harmless built-in functions,
/// `$9` all words, some of which may be schemas, `$10` character sequences that may be operators.
const QUERY: &str = include_str!("reach.sql");
