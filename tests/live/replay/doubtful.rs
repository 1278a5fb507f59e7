//! Random sequences of statements, of some of which replay cannot know what they do: what it says to be known must be
//! what a server makes of them. `PROPTEST_CASES` says how many to try.

use pg_enum_migrations::folder::{Tool, Transaction};
use pg_enum_migrations::{Kind, Options, Replay};
use pg_enum_test_server::Database;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::random::{
    ALL_NAMES, CLEAN, compare, same_cases, statement, table_statement, type_statement,
};
use super::{Enum, NONE, catalog, code_of, folder};
use sqlx::PgConnection;

use crate::harness::{run, tests};

tests![what_is_said_to_be_known_is_right];

/// Stands in the blocks of which replay cannot know what they do.
const MARK: &str = "/* perhaps */";

/// A block of which replay cannot know what it does: the parser does not take it, or a statement in it may fail and
/// have the handler run.
fn doubtful_block() -> impl Strategy<Value = String> {
    let inner = || prop_oneof![5 => type_statement(), 1 => table_statement()];
    let perhaps = select(
        &[
            "ALTER TABLE no_table ADD COLUMN a int",
            "INSERT INTO no_table VALUES (1)",
            "PERFORM 1 FROM no_table",
            "EXECUTE 'DELETE FROM no_table'",
            "PERFORM no_function()",
            "k := 1 / 0",
            "PERFORM 1 / 0",
            "PERFORM 'x'::int",
            "CREATE EXTENSION no_extension",
            "ALTER TABLE rows ADD COLUMN n int",
            "INSERT INTO rows VALUES (1)",
            "UPDATE rows SET n = 2",
            "SELECT n INTO STRICT k FROM rows",
            "CREATE INDEX rows_n ON rows (n)",
            "CREATE TABLE rows (n int)",
            "NULL",
        ][..],
    );
    let condition = select(
        &[
            "OTHERS",
            "undefined_table",
            "undefined_function",
            "division_by_zero",
            "data_exception",
            "unique_violation OR duplicate_column",
            "duplicate_table",
            "syntax_error_or_access_rule_violation",
            "no_data_found",
        ][..],
    );
    let block = prop_oneof![
        3 => (vec(inner(), 1..3), any::<bool>()).prop_map(|(inner, executes)| {
            let inner = inner.join("; ");
            let more = if executes { "EXECUTE 'SELECT 1';" } else { "" };
            format!("DECLARE exception int; BEGIN exception := 1; {inner}; {more} END")
        }),
        3 => (inner(), perhaps.clone(), inner(), condition.clone()).prop_map(|(one, perhaps, two, condition)| format!(
            "DECLARE k int; BEGIN {one}; {perhaps}; {two}; EXCEPTION WHEN {condition} THEN NULL; END")),
        2 => (inner(), perhaps.clone(), condition.clone(), inner()).prop_map(|(one, perhaps, condition, two)| format!(
            "DECLARE k int; BEGIN {one}; {perhaps}; EXCEPTION WHEN {condition} THEN {two}; END")),
        1 => (inner(), perhaps.clone(), condition.clone(), inner(), condition.clone()).prop_map(
            |(one, perhaps, condition, two, outer)| format!(
                "DECLARE k int; BEGIN {one}; BEGIN {perhaps}; EXCEPTION WHEN {condition} THEN {two}; END; \
                 EXCEPTION WHEN {outer} THEN NULL; END")),
        1 => (inner(), perhaps, condition, inner()).prop_map(|(one, perhaps, condition, two)| format!(
            "DECLARE k int; BEGIN FOR i IN 1..2 LOOP BEGIN {one}; {perhaps}; \
             EXCEPTION WHEN {condition} THEN {two}; END; END LOOP; END")),
        2 => (inner(), inner()).prop_map(|(one, two)| format!(
            "BEGIN IF EXISTS (SELECT FROM rows) THEN {one}; ELSE {two}; END IF; END")),
    ];
    block
        .boxed()
        .prop_filter("dollar quotes in dollar quotes", |block| !block.contains("$$"))
        .prop_map(|block| format!("DO $$ {MARK} {block} $$"))
}

/// Where something cannot be known, the rest is as the server has it, and nothing of it is missing.
async fn what_is_said_to_be_known_is_right(database: Database) {
    let statement = || prop_oneof![3 => statement(), 2 => doubtful_block()].boxed();
    compare(
        database,
        same_cases,
        move || vec(statement(), 1..12),
        async |connection, statements: &Vec<String>| {
            let all: Vec<_> = [ALL_NAMES.to_owned()].iter().chain(statements).cloned().collect();
            let mut statements = all.as_slice();
            // A migration is written to succeed: nothing is said of what comes after one that does not, for reasons
            // that replay cannot know.
            let refused = loop {
                let (refused, stop) = run_all(connection, statements).await?;
                match stop {
                    Some(stop) => statements = &statements[..stop],
                    None => break refused,
                }
            };
            run(connection, "ROLLBACK").await;
            let enums = catalog(connection).await.map_err(|error| error.to_string())?;
            let (mut script, mut ends) =
                (String::from("CREATE TABLE public.rows (n int);\n"), Vec::new());
            for statement in statements {
                script.push_str(statement);
                ends.push(script.len());
                script.push_str(";\n");
            }
            let folder = folder(Tool::Plain, &[script], Transaction::PerStatement);
            let options = Options::new().schemas(NONE).keep_going(true);
            let replay = options.replay(&folder).map_err(|error| error.to_string())?;
            judge(&replay, &enums, &refused, &ends)
        },
    )
    .await;
}

/// Runs statements where there is nothing but a table. Returns which were refused, and which is the first among those of
/// which replay cannot know that.
async fn run_all(
    connection: &mut PgConnection,
    statements: &[String],
) -> Result<(Vec<usize>, Option<usize>), String> {
    run(connection, "ROLLBACK").await;
    run(connection, CLEAN).await;
    run(connection, "CREATE TABLE public.rows (n int); INSERT INTO public.rows VALUES (1)").await;
    let mut refused = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        if code_of(connection, statement).await?.is_some() {
            if statement.contains(MARK) {
                return Ok((refused, Some(index)));
            }
            refused.push(index);
        }
    }
    Ok((refused, None))
}

/// Compares what is known with what the server has.
fn judge(replay: &Replay, enums: &[Enum], refused: &[usize], ends: &[usize]) -> Result<(), String> {
    let wrong =
        |what: &str| Err(format!("{what}\nserver: {enums:#?} {refused:?}\nreplay: {replay:#?}"));
    let may_touch = |schema: &str, name: &str| {
        let perhaps = |there: &&(String, String, _)| there.0 == *schema && there.1 == *name;
        let is_perhaps = replay.perhaps.iter().any(|there| perhaps(&there));
        let name = format!("{schema}.{name}");
        is_perhaps
            || replay.findings.iter().any(|finding| match &finding.kind {
                Kind::Unknown { touches } => touches.is_empty() || touches.contains(&name),
                _ => false,
            })
    };
    for state in &replay.enums {
        let there =
            enums.iter().find(|(schema, name, _)| *schema == state.schema && *name == state.name);
        let labels = state.labels.iter().map(|label| &label.text);
        if state.known && !there.is_some_and(|(.., there)| there.iter().eq(labels)) {
            return wrong(&format!("{}.{} is not known", state.schema, state.name));
        }
        if !state.known && !may_touch(&state.schema, &state.name) {
            return wrong(&format!("nothing is said of {}.{}", state.schema, state.name));
        }
    }
    for (schema, name, _) in enums {
        let there = replay.enums.iter().any(|state| *schema == state.schema && *name == state.name);
        if !there && !may_touch(schema, name) {
            return wrong(&format!("{schema}.{name} is missing"));
        }
    }
    for finding in &replay.findings {
        if let Kind::Refused { .. } = finding.kind {
            let index = ends.partition_point(|end| *end <= finding.at.range.start);
            if !refused.contains(&index) {
                return wrong(&format!("statement {index} is not refused"));
            }
        }
    }
    Ok(())
}
