//! Any database: what is imported from it, the derive takes, and the database has. `PROPTEST_CASES` says how
//! many databases to try.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;

use cargo_pg_enum::Status;
use pg_enum::{Registered, Set};
use pg_enum_core::parse::{Enum, Parts};
use pg_enum_core::{Definition, Ident, Literal, MAX_BYTES, is_built_in_type};
use pg_enum_test_server::Database;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use sqlx::PgConnection;
use tokio::runtime::Builder;
use unicode_normalization::UnicodeNormalization;

use super::{derived, unformatted};
use crate::harness::{command, tests, try_run};
use crate::random::text;

tests![any_database_becomes_what_it_was];

#[derive(Debug, Clone)]
struct Type {
    schema: usize,
    name: String,
    labels: Vec<String>,
    comment: Option<String>,
}

#[derive(Debug, Clone)]
struct Case {
    /// Beside `public`, which is number 0.
    schemas: Vec<String>,
    /// The first one of the `search_path`.
    home: usize,
    types: Vec<Type>,
}

/// Words that come to the same name, or to a keyword, or to what the file or PostgreSQL has already.
const ALIKE: &[&str] = &[
    "a_b",
    "a-b",
    "A B",
    "aB",
    "AB",
    "ab",
    "a_b2",
    "self",
    "Self",
    "type",
    "crate",
    "pg_enum",
    "PgEnum",
    "interval",
    "text",
    "opaque",
    "²x",
    "Ⓐ",
    "2fa",
    "_",
    "é",
    "e\u{301}",
    "É",
    "\u{212b}",
    "\u{c5}",
    "Option",
    "Variant1",
    "variant_2",
    "enum1",
    "debug",
    "ŉ",
    "ß",
    "ǆ",
    "日本",
    "NULL",
];

/// A text that the server takes for a name.
pub(super) fn name() -> impl Strategy<Value = String> {
    let alike = prop::sample::select(ALIKE).prop_map(str::to_owned);
    let name = prop_oneof![2 => alike, 3 => text()];
    name.prop_filter("no name", |text| {
        !text.is_empty() && text.len() <= MAX_BYTES && !text.contains('\0')
    })
}

/// An enum may have no labels, and one of no characters.
fn label() -> impl Strategy<Value = String> {
    prop_oneof![1 => Just(String::new()), 40 => name()]
}

fn comment() -> impl Strategy<Value = String> {
    let line = prop_oneof![Just(String::new()), text(), "[ `~>*/a-z]{0,20}"];
    vec(line, 1..5)
        .prop_map(|lines| lines.join("\n"))
        .prop_filter("no text", |text| !text.is_empty() && !text.contains('\0'))
}

fn case() -> impl Strategy<Value = Case> {
    let schema =
        name().prop_filter("reserved", |name| !name.starts_with("pg_") && name != "public");
    let kind = (any::<usize>(), name(), vec(label(), 0..7), option::of(comment()));
    (vec(schema, 0..4), any::<usize>(), vec(kind, 0..7)).prop_map(|(mut schemas, home, types)| {
        schemas.sort();
        schemas.dedup();
        schemas.insert(0, "public".to_owned());
        let number = schemas.len();
        let mut seen = BTreeSet::new();
        let types = types.into_iter().map(|(schema, name, mut labels, comment)| {
            let mut seen = BTreeSet::new();
            labels.retain(|label| seen.insert(label.clone()));
            Type { schema: schema % number, name, labels, comment }
        });
        let types = types.filter(|it| seen.insert((it.schema, it.name.clone()))).collect();
        Case { schemas, home: home % number, types }
    })
}

/// Proptest is not asynchronous, so it works on a thread of its own.
async fn any_database_becomes_what_it_was(database: Database) {
    let found = tokio::task::spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let connection = RefCell::new(runtime.block_on(database.connect()).unwrap());
        let config = Config { failure_persistence: None, ..Config::default() };
        TestRunner::new(config).run(&case(), |case| {
            let connection = &mut *connection.borrow_mut();
            let fail = TestCaseError::fail;
            runtime.block_on(make(connection, &database, &case)).map_err(fail)?;
            let outcome = check(&database, &case, |sql| runtime.block_on(execute(connection, sql)));
            let outcome = outcome.and_then(|enums| runtime.block_on(verify(connection, &enums)));
            runtime.block_on(unmake(connection, &case)).map_err(fail)?;
            outcome.map_err(fail)
        })
    });
    match found.await.unwrap() {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("{reason}\n{case:#?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

impl Type {
    fn full_name(&self, case: &Case) -> String {
        format!("{}.{}", Ident(&case.schemas[self.schema]), Ident(&self.name))
    }

    /// Whether there can be an enum for it.
    fn is_fit(&self) -> bool {
        let labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
        let definition = Definition::new(&self.name, &labels).in_schema("public");
        !labels.is_empty() && definition.violations().next().is_none()
    }
}

async fn make(
    connection: &mut PgConnection,
    database: &Database,
    case: &Case,
) -> Result<(), String> {
    let (name, home) = (database.name(), Ident(&case.schemas[case.home]));
    let mut sql = vec![
        format!("ALTER DATABASE {name} SET search_path TO {home}"),
        format!("SET search_path TO {home}"),
    ];
    sql.extend(case.schemas[1..].iter().map(|it| format!("CREATE SCHEMA {}", Ident(it))));
    for it in &case.types {
        let name = it.full_name(case);
        let labels: Vec<_> = it.labels.iter().map(|label| Literal(label).to_string()).collect();
        sql.push(format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", ")));
        if let Some(comment) = &it.comment {
            sql.push(format!("COMMENT ON TYPE {name} IS {}", Literal(comment)));
        }
    }
    execute(connection, &sql.join(";\n")).await
}

async fn unmake(connection: &mut PgConnection, case: &Case) -> Result<(), String> {
    let types = case.types.iter().filter(|it| it.schema == 0);
    let mut sql: Vec<_> = types.map(|it| format!("DROP TYPE {}", it.full_name(case))).collect();
    sql.extend(case.schemas[1..].iter().map(|it| format!("DROP SCHEMA {} CASCADE", Ident(it))));
    execute(connection, &sql.join(";\n")).await
}

fn check(
    database: &Database,
    case: &Case,
    mut execute: impl FnMut(&str) -> Result<(), String>,
) -> Result<Vec<Enum>, String> {
    let args = ["cargo-pg-enum", "import", "--database-url", database.url()];
    let run = command(args.map(Into::into).to_vec());
    if run.status != Status::Clean {
        return Err(run.err);
    }
    let heuristics = if case.types.len().is_multiple_of(2) { "Default" } else { "Max" };
    if let Some(formatted) = unformatted(&run.out, heuristics) {
        return Err(format!("rustfmt writes\n{formatted}\nrather than\n{}", run.out));
    }
    let (fit, unfit): (Vec<&Type>, Vec<&Type>) = case.types.iter().partition(|it| it.is_fit());
    let left_out = run.err.lines().filter(|line| line.contains(" is left out: ")).count();
    if left_out != unfit.len() {
        return Err(format!("{} types are unfit, {left_out} left out: {}", unfit.len(), run.err));
    }

    let enums = derived(&run.out).map_err(|error| format!("{error}\n{}", run.out))?;
    let home = &case.schemas[case.home];
    let mut found = BTreeSet::new();
    let mut idents = BTreeSet::new();
    for model in &enums {
        // As rustc reads them, and hands them to the derive.
        let read = |ident: &dyn Display| ident.to_string().nfc().collect::<String>();
        let variants: BTreeSet<_> = model.variants.iter().map(|it| read(&it.ident)).collect();
        if !idents.insert(read(&model.ident)) || variants.len() != model.variants.len() {
            return Err(format!("a name is there twice\n{}", run.out));
        }
        if model.ident == "PgEnum" {
            return Err(format!("a name is the trait's\n{}", run.out));
        }
        if let Some(it) = model.variants.iter().find(|it| it.ident != read(&it.ident)) {
            return Err(format!("{} is another name to rustc\n{}", it.ident, run.out));
        }
        model.with_definition(|it| {
            let labels: Vec<_> = it.labels.iter().map(|&label| label.to_owned()).collect();
            found.insert((it.schema.unwrap_or(home).to_owned(), it.name.to_owned(), labels));
            let known = case.types.iter().find(|known| {
                case.schemas[known.schema] == it.schema.unwrap_or(home) && known.name == it.name
            });
            let comment = known.and_then(|known| known.comment.as_deref());
            if it.comment.is_some_and(|said| Some(said) != comment) {
                return Err(format!("{:?} is not {comment:?}\n{}", it.comment, run.out));
            }
            if it.schema.is_none() && is_built_in_type(it.name) {
                return Err(format!("{} may be hidden on another server\n{}", it.name, run.out));
            }
            // This refuses a type that is another.
            execute(&it.create_sql().to_string())
        })?;
    }
    let expected: BTreeSet<_> = fit
        .iter()
        .map(|it| (case.schemas[it.schema].clone(), it.name.clone(), it.labels.clone()))
        .collect();
    if found == expected && enums.len() == expected.len() {
        Ok(enums)
    } else {
        Err(format!("{found:#?} is not {expected:#?}\n{}", run.out))
    }
}

/// What was imported is what there is, all at once.
async fn verify(connection: &mut PgConnection, enums: &[Enum]) -> Result<(), String> {
    let parts: Vec<_> =
        enums.iter().map(|model| (model.ident.to_string(), model.parts())).collect();
    let registered = |(name, parts)| Registered::new(Parts::definition(parts), name, false);
    let set: Set<'_> = parts.iter().map(|(name, parts)| registered((&**name, parts))).collect();
    set.verify(connection).await.map_err(|error| error.to_string())
}

async fn execute(connection: &mut PgConnection, sql: &str) -> Result<(), String> {
    try_run(connection, sql).await.map_err(|error| format!("{error}\n{sql}"))
}
