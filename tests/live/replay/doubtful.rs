//! Random sequences of statements, of some of which replay cannot know what they do: what it says to be known must be
//! what a server makes of them. `PROPTEST_CASES` says how many to try.

use std::collections::HashSet;

use pg_enum_migrations::folder::{Tool, Transaction};
use pg_enum_migrations::{Change, EnumState, Finding, Kind, Options, Replay};
use pg_enum_test_server::Database;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::random::{ALL_NAMES, CLEAN, compare, statement, table_statement, type_statement};
use super::{Enum, NONE, catalog, code_of, folder};
use sqlx::PgConnection;

use crate::harness::{run, tests};

tests![what_is_said_to_be_known_is_right, a_schema_of_the_users_name_is_not_missed];

/// Stands in the blocks of which replay cannot know what they do.
const MARK: &str = "/* perhaps */";

/// A statement about something that is no enum, with a name that enums have as well.
fn other_statement() -> impl Strategy<Value = String> {
    let name = || select(&["t", "u", "_t", "__t", "a.t", "public.u"][..]);
    let bare = || select(&["t", "u", "_t", "w"][..]);
    prop_oneof![
        3 => (name(), any::<bool>()).prop_map(|(name, guard)| {
            let guard = if guard { "IF NOT EXISTS " } else { "" };
            format!("CREATE TABLE {guard}{name} (n int)")
        }),
        1 => name().prop_map(|name| format!("CREATE TABLE IF NOT EXISTS {name} (n int, c u)")),
        1 => name().prop_map(|name| format!("CREATE DOMAIN {name} AS int")),
        1 => name().prop_map(|name| format!("CREATE TYPE {name} AS RANGE (subtype = int4)")),
        1 => name().prop_map(|name| format!("CREATE OR REPLACE VIEW {name} AS SELECT 1 AS n")),
        1 => name().prop_map(|name| format!("CREATE VIEW {name} AS SELECT 1 AS n")),
        1 => name().prop_map(|name| format!("DROP TABLE IF EXISTS {name}")),
        1 => name().prop_map(|name| format!("DROP VIEW IF EXISTS {name}")),
        1 => name().prop_map(|name| format!("DROP DOMAIN IF EXISTS {name}")),
        1 => (name(), bare())
            .prop_map(|(name, to)| format!("ALTER TABLE IF EXISTS {name} RENAME TO {to}")),
        1 => name().prop_map(|name| format!("ALTER TABLE IF EXISTS {name} SET SCHEMA a")),
        1 => (name(), bare())
            .prop_map(|(name, to)| format!("ALTER DOMAIN {name} RENAME TO {to}")),
    ]
}

fn inner() -> impl Strategy<Value = String> {
    prop_oneof![5 => type_statement(), 1 => table_statement(), 2 => other_statement()]
}

/// The head of a block that is legal, and that the parser does not take: the variable has the name of a keyword.
const UNREADABLE: &str = "DECLARE exception int; BEGIN exception := 1;";

/// What a catalog may be asked about a NAME and a SCHEMA.
const CONDITIONS: &[&str] = &[
    "EXISTS (SELECT 1 FROM pg_type WHERE typname = 'NAME')",
    "(SELECT count(*) FROM pg_type WHERE typname = 'NAME') > 0",
    "EXISTS (SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace \
        WHERE t.typname = 'NAME' AND n.nspname = 'SCHEMA')",
    "EXISTS (SELECT FROM pg_type WHERE typname = 'NAME' AND typtype = 'e')",
    "EXISTS (SELECT FROM pg_type WHERE typname = 'NAME' AND typcategory = 'A')",
    "EXISTS (SELECT FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('c', 'd'))",
    "to_regtype('NAME') IS NULL",
    "to_regtype('SCHEMA.NAME') IS NOT NULL",
    "to_regtype('NAME[]') IS NULL",
    "to_regclass('SCHEMA.NAME') IS NULL",
    "EXISTS (SELECT FROM pg_class WHERE relname = 'NAME')",
    "EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE relname = 'NAME' AND n.nspname = 'SCHEMA' AND relkind = 'r')",
    "EXISTS (SELECT FROM pg_tables WHERE tablename = 'NAME')",
    "(SELECT count(*) FROM pg_tables WHERE schemaname = 'SCHEMA' AND tablename = 'NAME') = 0",
    "EXISTS (SELECT FROM pg_views WHERE viewname = 'NAME')",
    "EXISTS (SELECT FROM information_schema.tables \
        WHERE table_schema = 'SCHEMA' AND table_name = 'NAME')",
    "EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'NAME')",
    "EXISTS (SELECT FROM information_schema.domains WHERE domain_name = 'NAME')",
    "EXISTS (SELECT FROM information_schema.user_defined_types \
        WHERE user_defined_type_name = 'NAME')",
    "EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('NAME') AND attname = 'n')",
    "EXISTS (SELECT FROM pg_constraint WHERE contypid = to_regtype('NAME'))",
    "EXISTS (SELECT FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid \
        WHERE t.typname = 'NAME' AND e.enumlabel = 'a')",
    "EXISTS (SELECT FROM pg_enum WHERE enumtypid = to_regtype('NAME') AND enumlabel = 'b')",
    "EXISTS (SELECT FROM pg_enum WHERE enumlabel = 'a')",
    "EXISTS (SELECT FROM pg_type t LEFT JOIN pg_enum e ON e.enumtypid = t.oid \
        WHERE t.typname = 'NAME' AND e.oid IS NULL)",
    "(SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum \
        WHERE enumtypid = to_regtype('NAME')) = ARRAY['a']",
    "EXISTS (SELECT FROM pg_proc WHERE proname = 'NAME')",
    "EXISTS (SELECT FROM pg_namespace WHERE nspname = 'SCHEMA')",
];

fn condition_of_a_catalog() -> impl Strategy<Value = String> {
    let names = &["t", "u", "_t", "__t", "_u", "w", "T", "f"][..];
    (select(CONDITIONS), select(names), select(&["a", "public"][..])).prop_map(
        |(condition, name, schema)| condition.replace("NAME", name).replace("SCHEMA", schema),
    )
}

/// Adds a label to each enum there is.
const EACH_ENUM: &str = "DECLARE r record; BEGIN FOR r IN SELECT n.nspname, t.typname FROM pg_type t \
    JOIN pg_namespace n ON n.oid = t.typnamespace WHERE typtype = 'e' AND n.nspname IN ('a', 'public') \
    ORDER BY 1, 2 LOOP EXECUTE format('ALTER TYPE %I.%I ADD VALUE IF NOT EXISTS %L', r.nspname, r.typname, 'z'); \
    END LOOP; END";

/// A block that asks a catalog and goes by what it says.
fn asking_block() -> impl Strategy<Value = String> {
    let not = || select(&["", "NOT "][..]);
    let name = || select(&["t", "u", "\"T\""][..]);
    let block = prop_oneof![
        4 => (not(), condition_of_a_catalog(), inner()).prop_map(|(not, condition, one)| format!(
            "BEGIN IF {not}({condition}) THEN {one}; END IF; END")),
        2 => (condition_of_a_catalog(), inner(), inner()).prop_map(|(condition, one, two)| format!(
            "BEGIN IF {condition} THEN {one}; ELSE {two}; END IF; END")),
        1 => (condition_of_a_catalog(), inner()).prop_map(|(condition, one)| format!(
            "DECLARE k bool; BEGIN SELECT {condition} INTO k; IF k THEN {one}; END IF; END")),
        1 => (condition_of_a_catalog(), inner()).prop_map(|(condition, one)| format!(
            "BEGIN PERFORM 1 WHERE {condition}; IF NOT FOUND THEN {one}; END IF; END")),
        1 => (condition_of_a_catalog(), condition_of_a_catalog(), inner()).prop_map(
            |(one, two, then)| format!(
                "BEGIN IF {one} THEN IF {two} THEN {then}; END IF; END IF; END")),
        1 => (name(), inner(), inner()).prop_map(|(name, one, two)| format!(
            "BEGIN PERFORM '{name}'::regtype; {one}; EXCEPTION WHEN undefined_object THEN {two}; END")),
        1 => (name(), inner(), inner()).prop_map(|(name, one, two)| format!(
            "BEGIN PERFORM 'a'::{name}; {one}; \
             EXCEPTION WHEN undefined_object OR invalid_text_representation THEN {two}; END")),
        1 => (name(), inner()).prop_map(|(name, one)| format!(
            "BEGIN IF 'a' = ANY (enum_range(NULL::{name})::text[]) THEN {one}; END IF; END")),
        1 => Just(EACH_ENUM.to_owned()),
        1 => (inner(), inner()).prop_map(|(one, two)| format!(
            "BEGIN {one}; EXCEPTION WHEN duplicate_object OR duplicate_table THEN {two}; END")),
    ];
    marked(block.boxed())
}

/// A block in a statement, with the mark in it.
fn marked(block: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    block
        .prop_filter("dollar quotes in dollar quotes", |block| !block.contains("$$"))
        .prop_map(|block| format!("DO $$ {MARK} {block} $$"))
}

/// A function of which replay may not know what it does, or its call.
fn function() -> impl Strategy<Value = String> {
    let head = select(&[UNREADABLE, "BEGIN"][..]);
    let inner =
        inner().prop_filter("dollar quotes in dollar quotes", |inner| !inner.contains("$$"));
    prop_oneof![
        3 => (head, inner).prop_map(|(head, inner)| format!(
            "CREATE OR REPLACE FUNCTION public.f() RETURNS int LANGUAGE plpgsql AS $$ {head} {inner}; RETURN 1; END $$")),
        2 => Just(format!("SELECT {MARK} public.f()")),
        1 => Just(format!("DO $$ {MARK} BEGIN PERFORM public.f(); END $$")),
    ]
}

/// A block of which replay cannot know what it does: the parser does not take it, or a statement in it may fail and
/// have the handler run.
fn doubtful_block() -> impl Strategy<Value = String> {
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
            format!("{UNREADABLE} {inner}; {more} END")
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
        1 => (inner(), label_of_rows()).prop_map(|(one, label)| format!(
            "BEGIN {one}; EXECUTE 'ALTER TYPE t ADD VALUE ' || quote_literal({label}); END")),
        1 => text_of_rows().prop_map(|text| format!("BEGIN EXECUTE {text}; END")),
    ];
    marked(block.boxed())
}

/// A text that only the data tell.
fn label_of_rows() -> impl Strategy<Value = &'static str> {
    select(&["(SELECT 'x' || n FROM rows LIMIT 1)", "(SELECT max(n)::text FROM rows)"][..])
}

/// The text of a statement, of which only the data tell a part.
fn text_of_rows() -> impl Strategy<Value = String> {
    prop_oneof![
        label_of_rows().prop_map(|label| format!("format('CREATE TYPE u AS ENUM (%L)', {label})")),
        Just("'CREATE TYPE ' || (SELECT 't' FROM rows LIMIT 1) || ' AS ENUM (''a'')'".to_owned()),
        Just("'DROP TYPE IF EXISTS ' || (SELECT 'u' FROM rows LIMIT 1)".to_owned()),
        Just("(SELECT 'CREATE TABLE _t (n int)' FROM rows LIMIT 1)".to_owned()),
    ]
}

/// Where something cannot be known, the rest is as the server has it, and nothing of it is missing.
async fn what_is_said_to_be_known_is_right(database: Database) {
    let statement = || {
        let statement = prop_oneof![
            5 => statement(),
            4 => doubtful_block(),
            3 => asking_block(),
            1 => other_statement(),
            1 => function(),
        ];
        statement.boxed()
    };

    compare(
        database,
        move || vec(statement(), 1..12),
        async |connection, statements: &Vec<String>| {
            let all: Vec<_> = [ALL_NAMES.to_owned()].iter().chain(statements).cloned().collect();
            let mut statements = all.as_slice();
            // A migration is written to succeed: nothing is said of what comes after one that does not, for reasons
            // that replay cannot know.
            loop {
                let (refused, stop) = run_all(connection, statements).await?;
                if let Some(stop) = stop {
                    statements = &statements[..stop];
                    continue;
                }
                run(connection, "ROLLBACK").await;
                let enums = catalog(connection).await.map_err(|error| error.to_string())?;
                let (replay, ends) = replay(statements)?;
                match first_surprise(&replay, statements, &refused, &ends) {
                    Some(surprise) => statements = &statements[..surprise],
                    None => return judge(&replay, &enums, &refused, &ends),
                }
            }
        },
    )
    .await;
}

/// In which schema of the two it is, only the server knows.
async fn a_schema_of_the_users_name_is_not_missed(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let user: String = sqlx::query_scalar("SELECT quote_ident(current_user)")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    for schema in [
        format!("CREATE SCHEMA AUTHORIZATION {user}"),
        format!("CREATE SCHEMA IF NOT EXISTS {user} AUTHORIZATION {user}"),
    ] {
        run(&mut connection, CLEAN).await;
        run(&mut connection, &format!("DROP SCHEMA IF EXISTS {user} CASCADE")).await;
        let create = "CREATE TYPE t AS ENUM ('a')".to_owned();
        let add = "ALTER TYPE t ADD VALUE 'b'".to_owned();
        let statements = [schema, create, add];
        let (refused, _) = run_all(&mut connection, &statements).await.unwrap();
        let enums = catalog(&mut connection).await.unwrap();
        assert_ne!(enums[0].0, "public", "{enums:#?}");
        let (replay, ends) = replay(&statements).unwrap();
        judge(&replay, &enums, &refused, &ends).unwrap();
    }
}

/// A statement that the server has refused, and with which code.
type Refused = (usize, String);

/// Runs statements where there is nothing but a table. Returns which were refused, and which is the first among those of
/// which replay cannot know that.
async fn run_all(
    connection: &mut PgConnection,
    statements: &[String],
) -> Result<(Vec<Refused>, Option<usize>), String> {
    run(connection, "ROLLBACK").await;
    run(connection, CLEAN).await;
    run(connection, "CREATE TABLE public.rows (n int); INSERT INTO public.rows VALUES (1)").await;
    let mut refused = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        if let Some(code) = code_of(connection, statement).await? {
            if statement.contains(MARK) {
                return Ok((refused, Some(index)));
            }
            refused.push((index, code));
        }
    }
    Ok((refused, None))
}

/// What replay says of statements in one script, and where each of them ends.
fn replay(statements: &[String]) -> Result<(Replay, Vec<usize>), String> {
    let (mut script, mut ends) = (String::from("CREATE TABLE public.rows (n int);\n"), Vec::new());
    for statement in statements {
        script.push_str(statement);
        ends.push(script.len());
        script.push_str(";\n");
    }
    let folder = folder(Tool::Plain, &[script], Transaction::PerStatement);
    let options = Options::new().schemas(NONE).keep_going(true);
    let replay = options.replay(&folder).map_err(|error| error.to_string())?;
    Ok((replay, ends))
}

/// The statement in which a finding is.
fn statement_of(finding: &Finding, ends: &[usize]) -> usize {
    ends.partition_point(|end| *end <= finding.at.range.start)
}

/// The first statement that the server has refused and replay has not, where it names something that is not known
/// already: a type that a finding is about, or what a block that replay cannot know names.
fn first_surprise(
    replay: &Replay,
    statements: &[String],
    refused: &[Refused],
    ends: &[usize],
) -> Option<usize> {
    let is_refused = |index| {
        let mut refused =
            replay.findings.iter().filter(|it| matches!(it.kind, Kind::Refused { .. }));
        refused.any(|finding| statement_of(finding, ends) == index)
    };
    let may_be_refused = |index: usize| {
        let names = names_in(&statements[index]);
        let mut findings = replay.findings.iter().filter(|it| statement_of(it, ends) <= index);
        let is_in_doubt = findings.any(|finding| match &finding.kind {
            Kind::Unknown { touches } => {
                statement_of(finding, ends) == index
                    || touches.is_empty()
                    || touches.iter().any(|name| !names_in(name).is_disjoint(&names))
            }
            _ => false,
        });
        let mut blocks = statements[..index].iter().filter(|it| is_perhaps(it));
        is_in_doubt || blocks.any(|block| !names_in(block).is_disjoint(&names))
    };
    let mut surprises = refused.iter().filter(|(_, code)| code != "25P02").map(|(index, _)| *index);
    surprises.find(|index| !is_refused(*index) && may_be_refused(*index))
}

/// Whether replay may not know what a statement does.
fn is_perhaps(statement: &str) -> bool {
    statement.contains(MARK) || statement.contains(UNREADABLE)
}

/// The names of types and tables in a statement, without what makes them those of array types.
fn names_in(statement: &str) -> HashSet<&str> {
    let words = statement.split(|c: char| !c.is_alphanumeric() && c != '_');
    let names = words.map(|word| match word.trim_start_matches('_') {
        // `U&"\0074"`
        "0074" => "t",
        name if name.len() > 60 => "a long one",
        name => name,
    });
    names.filter(|name| matches!(*name, "t" | "u" | "w" | "T" | "y" | "a long one")).collect()
}

/// Compares what is known with what the server has.
fn judge(
    replay: &Replay,
    enums: &[Enum],
    refused: &[Refused],
    ends: &[usize],
) -> Result<(), String> {
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
        let is_said = || {
            may_touch(&state.schema, &state.name)
                || former_names(replay, state, ends).iter().any(|(name, until)| {
                    let mut said = replay.findings.iter().filter(|it| statement_of(it, ends) <= *until);
                    said.any(|finding| matches!(&finding.kind, Kind::Unknown { touches } if touches.contains(name)))
                })
        };
        if !state.known && !is_said() {
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
            let index = statement_of(finding, ends);
            if !refused.iter().any(|(refused, _)| *refused == index) {
                return wrong(&format!("statement {index} is not refused"));
            }
        }
    }
    Ok(())
}

/// The names that an enum has had, and the statement until which it has had each: what was in doubt then is in doubt
/// under the name that it has now.
fn former_names(replay: &Replay, state: &EnumState, ends: &[usize]) -> Vec<(String, usize)> {
    let mut names = Vec::new();
    let (mut schema, mut name) = (String::new(), String::new());
    for event in replay.events.iter().filter(|event| event.id == state.id) {
        let before = format!("{schema}.{name}");
        match &event.change {
            Change::Created { schema: first, name: called, .. } => {
                (schema, name) = (first.to_string(), called.to_string());
                continue;
            }
            Change::Renamed { to } => name = to.to_string(),
            Change::Moved { to } => schema = to.to_string(),
            _ => continue,
        }
        names.push((before, ends.partition_point(|end| *end <= event.at.range.start)));
    }
    names
}
