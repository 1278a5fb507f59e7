//! `CREATE_SQL`, row by row of its promise.

use pg_enum_core::{Definition, Ident};
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use crate::harness::{labels, refused, run, tests, types};

tests![
    creates_a_missing_type,
    leaves_the_same_labels_alone,
    leaves_labels_of_later_migrations_alone,
    says_when_labels_are_missing,
    says_when_labels_differ_by_case_only,
    says_when_the_order_differs,
    hostile_labels_are_compared_one_by_one,
    names_the_kind_of_what_has_the_name,
    completes_a_type_that_is_only_declared,
    reads_labels_without_a_cast,
    takes_a_name_from_an_array_type,
    goes_to_the_first_schema_of_the_search_path,
    looks_nowhere_but_in_its_schema,
    needs_a_schema_to_create_in,
    needs_its_schema_to_exist,
    needs_a_schema_for_the_name_of_a_built_in_type,
    leaves_the_search_path_as_it_was,
    sees_through_a_hostile_search_path,
    reads_the_same_under_hostile_settings,
    quotes_names_as_the_server_does,
    comments_on_a_new_type_only,
    needs_no_right_to_write_when_there_is_nothing_to_do,
];

const STATUS: Definition<'_> = Definition::new("status", &["open", "Closed", "done"]);

fn create(definition: Definition<'_>) -> String {
    definition.create_sql().to_string()
}

async fn creates_a_missing_type(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, &create(STATUS)).await;
    assert_eq!(labels(&mut connection, "public", "status").await, STATUS.labels);
}

async fn leaves_the_same_labels_alone(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE TYPE status AS ENUM ('open', 'Closed', 'done')").await;
    let before = catalog_rows(&mut connection).await;
    run(&mut connection, &create(STATUS)).await;
    assert_eq!(catalog_rows(&mut connection).await, before);
}

/// Row versions of the type and its labels: equal only if nothing was written.
async fn catalog_rows(connection: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT format('%s %s %s', t.oid, t.xmin, e.xmin) FROM pg_type AS t
         JOIN pg_enum AS e ON e.enumtypid = t.oid ORDER BY e.enumsortorder",
    )
    .fetch_all(connection)
    .await
    .unwrap()
}

async fn leaves_labels_of_later_migrations_alone(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let later = ["new", "open", "half", "Closed", "OPEN", "done", "archived"];
    run(&mut connection, &create(Definition::new("status", &later))).await;
    run(&mut connection, &create(STATUS)).await;
    assert_eq!(labels(&mut connection, "public", "status").await, later);
}

/// Creates the type with `found` labels, and returns what `CREATE_SQL` for `expected` ones says.
async fn refusal(connection: &mut PgConnection, found: &[&str], expected: &[&str]) -> String {
    run(connection, &create(Definition::new("status", found))).await;
    let refusal = refused(connection, &create(Definition::new("status", expected))).await;
    assert_eq!(labels(connection, "public", "status").await, found, "nothing may have changed");
    assert_eq!(refusal.code, "55000");
    refusal.message
}

async fn says_when_labels_are_missing(database: Database) {
    let mut connection = database.connect().await.unwrap();
    assert_eq!(
        refusal(&mut connection, &["open", "done"], STATUS.labels).await,
        "enum type status exists with other labels (labels are missing): expected \
         {open,Closed,done}, found {open,done}; run: cargo pg-enum verify"
    );
    // Those that are in other letters are no more there than those that are not at all.
    run(&mut connection, "DROP TYPE status").await;
    let said = refusal(&mut connection, &["DONE", "open"], STATUS.labels).await;
    assert!(said.contains(" (labels are missing): "), "{said}");
    run(&mut connection, "DROP TYPE status").await;
    let said = refusal(&mut connection, &[], &["a", "b"]).await;
    assert!(said.contains(" (labels are missing): expected {a,b}, found {};"), "{said}");
}

async fn says_when_labels_differ_by_case_only(database: Database) {
    let mut connection = database.connect().await.unwrap();
    assert_eq!(
        refusal(&mut connection, &["open", "closed", "later", "Done"], STATUS.labels).await,
        "enum type status exists with other labels (only the case differs): expected \
         {open,Closed,done}, found {open,closed,later,Done}; run: cargo pg-enum verify"
    );
}

async fn says_when_the_order_differs(database: Database) {
    let mut connection = database.connect().await.unwrap();
    assert_eq!(
        refusal(&mut connection, &["done", "open", "later", "Closed"], STATUS.labels).await,
        "enum type status exists with other labels (the order differs): expected \
         {open,Closed,done}, found {done,open,later,Closed}; run: cargo pg-enum verify"
    );
}

async fn hostile_labels_are_compared_one_by_one(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let odd =
        ["it's", r"back\slash", "%s %I %L", "$1", "\n", "NULL", "null", "{}", "a,b", "", "\""];
    let odd: Vec<&str> = odd.into_iter().filter(|label| !label.is_empty()).collect();
    run(&mut connection, &create(Definition::new("status", &odd))).await;
    run(&mut connection, &create(Definition::new("status", &odd))).await;
    for (index, _) in odd.iter().enumerate() {
        let mut fewer = odd.clone();
        let label = fewer.remove(index);
        run(&mut connection, &create(Definition::new("status", &fewer))).await;
        fewer.push(label);
        if index + 1 < odd.len() {
            let moved = create(Definition::new("status", &fewer));
            assert_eq!(refused(&mut connection, &moved).await.code, "55000", "{label}");
        }
    }
    // What one label has in it is not taken for several.
    run(&mut connection, "DROP TYPE status; CREATE TYPE status AS ENUM (E'a\\x01b', 'c,d')").await;
    for others in [["a", "b"], ["c", "d"], ["a\u{1}b,c", "d"]] {
        let said = refused(&mut connection, &create(Definition::new("status", &others))).await;
        assert_eq!(said.code, "55000", "{others:?}");
    }
}

async fn names_the_kind_of_what_has_the_name(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let version: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::int")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    run(&mut connection, "CREATE TYPE labelled AS ENUM ('a')").await;
    run(&mut connection, "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w")
        .await;
    let other = "a domain, a range or a base type";
    let mut kinds = vec![
        ("CREATE TABLE status ()", "table status", "DROP TABLE status"),
        ("CREATE TABLE status (a int) PARTITION BY LIST (a)", "table status", "DROP TABLE status"),
        ("CREATE VIEW status AS SELECT 1", "view status", "DROP VIEW status"),
        (
            "CREATE MATERIALIZED VIEW status AS SELECT 1",
            "materialized view status",
            "DROP MATERIALIZED VIEW status",
        ),
        (
            "CREATE FOREIGN TABLE status () SERVER s",
            "foreign table status",
            "DROP FOREIGN TABLE status",
        ),
        ("CREATE TYPE status AS (a int)", "composite type status", "DROP TYPE status"),
        ("CREATE DOMAIN status AS text", other, "DROP DOMAIN status"),
        ("CREATE DOMAIN status AS labelled", other, "DROP DOMAIN status"),
        ("CREATE DOMAIN status AS int[]", other, "DROP DOMAIN status"),
        ("CREATE TYPE status AS RANGE (subtype = int)", other, "DROP TYPE status"),
        (
            "CREATE FUNCTION status_in(cstring) RETURNS status LANGUAGE internal IMMUTABLE STRICT \
             AS 'textin'; \
             CREATE FUNCTION status_out(status) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT \
             AS 'textout'; \
             CREATE TYPE status (INPUT = status_in, OUTPUT = status_out)",
            other,
            "DROP TYPE status CASCADE",
        ),
    ];
    if version >= 140_000 {
        kinds.push((
            "CREATE TYPE r AS RANGE (subtype = int, multirange_type_name = status)",
            other,
            "DROP TYPE r",
        ));
    }
    for (make, kind, unmake) in kinds {
        run(&mut connection, make).await;
        let refusal = refused(&mut connection, &create(STATUS)).await;
        assert_eq!(refusal.code, "42809", "{make}");
        assert_eq!(
            refusal.message,
            format!(
                "cannot create enum type status: the name is taken by {kind}; rename one of the two"
            ),
            "{make}"
        );
        run(&mut connection, unmake).await;
    }
}

/// `CREATE TYPE` completes it on every version.
async fn completes_a_type_that_is_only_declared(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for definition in [STATUS, STATUS.in_schema("public")] {
        run(&mut connection, "CREATE TYPE status").await;
        run(&mut connection, &create(definition)).await;
        assert_eq!(labels(&mut connection, "public", "status").await, STATUS.labels);
        run(&mut connection, "DROP TYPE status").await;
    }
}

/// A cast to text may say anything.
async fn reads_labels_without_a_cast(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(
        &mut connection,
        "CREATE TYPE status AS ENUM ('done', 'Closed', 'open');
         CREATE FUNCTION pretty(status) RETURNS text LANGUAGE sql AS
           $$ SELECT CASE $1 WHEN 'done' THEN 'open' WHEN 'open' THEN 'done' ELSE 'Closed' END $$;
         CREATE FUNCTION pretty(status[]) RETURNS text[] LANGUAGE sql AS
           $$ SELECT ARRAY['open', 'Closed', 'done'] $$;
         CREATE CAST (status AS text) WITH FUNCTION pretty(status) AS IMPLICIT;
         CREATE CAST (status[] AS text[]) WITH FUNCTION pretty(status[]) AS IMPLICIT",
    )
    .await;
    for definition in [STATUS, STATUS.in_schema("public")] {
        let refusal = refused(&mut connection, &create(definition)).await;
        assert!(refusal.message.contains("the order differs"), "{}", refusal.message);
    }
}

async fn takes_a_name_from_an_array_type(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, &create(STATUS)).await;
    let taken = Definition::new("_status", &["a"]);
    run(&mut connection, &create(taken)).await;
    run(&mut connection, &create(taken)).await;
    assert_eq!(labels(&mut connection, "public", "_status").await, ["a"]);
    run(&mut connection, "SELECT ARRAY['done']::status[], ARRAY['a']::_status[]").await;
}

async fn goes_to_the_first_schema_of_the_search_path(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE SCHEMA app; SET search_path = nowhere, app, public").await;
    run(&mut connection, &create(STATUS)).await;
    assert_eq!(types(&mut connection, "app", "status").await, 1);
    assert_eq!(types(&mut connection, "public", "status").await, 0);
}

async fn looks_nowhere_but_in_its_schema(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE SCHEMA app; CREATE TYPE status AS ENUM ('other')").await;
    run(&mut connection, "SET search_path = app, public").await;
    run(&mut connection, &create(STATUS)).await;
    assert_eq!(labels(&mut connection, "app", "status").await, STATUS.labels);
    run(&mut connection, "RESET search_path; CREATE SCHEMA more").await;
    run(&mut connection, &create(STATUS.in_schema("more"))).await;
    assert_eq!(labels(&mut connection, "more", "status").await, STATUS.labels);
    assert_eq!(labels(&mut connection, "public", "status").await, ["other"]);
}

async fn needs_a_schema_to_create_in(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for path in ["", "nowhere"] {
        run(&mut connection, &format!("SET search_path = '{path}'")).await;
        let refusal = refused(&mut connection, &create(STATUS)).await;
        assert_eq!(refusal.code, "3F000");
        assert_eq!(refusal.message, "no schema has been selected to create in");
    }
    run(&mut connection, &create(STATUS.in_schema("public"))).await;
    assert_eq!(types(&mut connection, "public", "status").await, 1);
}

async fn needs_its_schema_to_exist(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let refusal = refused(&mut connection, &create(STATUS.in_schema("App"))).await;
    assert_eq!(refusal.code, "3F000");
    assert_eq!(refusal.message, r#"schema "App" does not exist"#);
}

/// The list of such names is ours, and must have all that this server has.
async fn needs_a_schema_for_the_name_of_a_built_in_type(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let built_in: Vec<String> = sqlx::query_scalar(
        "SELECT typname::text FROM pg_type
         WHERE typnamespace = 'pg_catalog'::regnamespace AND typname !~ '^(_|pg_)'
             AND typtype <> 'c'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert!(built_in.len() > 80, "{built_in:?}");
    for name in &built_in {
        let bare = Definition::new(name, &["a"]);
        let problems: Vec<_> = bare.violations().map(|found| found.problem.code()).collect();
        assert_eq!(problems, ["built-in-name"], "{name}");
        assert_eq!(bare.in_schema("app").violations().count(), 0, "{name}");
    }
}

async fn leaves_the_search_path_as_it_was(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, r#"CREATE SCHEMA "Odd, ""one"""; "#).await;
    for set in ["SET", "SET LOCAL"] {
        run(&mut connection, "RESET search_path").await;
        for attempt in ["creates", "finds"] {
            run(&mut connection, "BEGIN").await;
            let path = r#""Odd, ""one""", "$user", public"#;
            run(&mut connection, &format!("{set} search_path = {path}")).await;
            run(&mut connection, &create(STATUS)).await;
            assert_eq!(search_path(&mut connection).await, path, "{set}, {attempt}");
            run(&mut connection, "COMMIT").await;
        }
        let after = search_path(&mut connection).await;
        assert_eq!(after.contains("Odd"), set == "SET", "{after}");
        run(&mut connection, &format!("DROP TYPE {}.status", Ident("Odd, \"one\""))).await;
    }
}

async fn search_path(connection: &mut PgConnection) -> String {
    sqlx::query_scalar("SHOW search_path").fetch_one(connection).await.unwrap()
}

/// Everything the statement uses, by the same names, in a schema ahead of `pg_catalog`.
pub(crate) const HOSTILE: &str = r"
    CREATE SCHEMA hostile;
    CREATE DOMAIN hostile.text AS int;
    CREATE DOMAIN hostile.regtype AS int;
    CREATE TABLE hostile.pg_type ();
    CREATE TABLE hostile.pg_enum ();
    CREATE TABLE hostile.pg_class ();
    CREATE FUNCTION hostile.never(pg_catalog.text, pg_catalog.text) RETURNS bool
        LANGUAGE sql AS 'SELECT NULL::bool';
    CREATE FUNCTION hostile.never(pg_catalog.text[], pg_catalog.text[]) RETURNS bool
        LANGUAGE sql AS 'SELECT NULL::bool';
    CREATE OPERATOR hostile.= (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text,
        FUNCTION = hostile.never);
    CREATE OPERATOR hostile.<> (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text,
        FUNCTION = hostile.never);
    CREATE OPERATOR hostile.<> (LEFTARG = pg_catalog.text[], RIGHTARG = pg_catalog.text[],
        FUNCTION = hostile.never);
    CREATE OPERATOR hostile.|| (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text,
        FUNCTION = hostile.never);
";

pub(crate) const HOSTILE_FUNCTIONS: &[&str] = &[
    "format(pg_catalog.text, VARIADIC pg_catalog.text[])",
    "format(pg_catalog.text, pg_catalog.text)",
    "format(pg_catalog.text, pg_catalog.text, pg_catalog.text)",
    "current_setting(pg_catalog.text)",
    "current_schema()",
    "set_config(pg_catalog.text, pg_catalog.text, bool)",
    "pg_advisory_xact_lock(bigint)",
    "hashtextextended(pg_catalog.text, bigint)",
    "to_regtype(pg_catalog.text)",
    "enum_range(anyelement)",
    "lower(pg_catalog.text)",
    "array_remove(pg_catalog.text[], pg_catalog.text)",
    "array_replace(pg_catalog.text[], pg_catalog.text, pg_catalog.text)",
    "array_to_string(pg_catalog.text[], pg_catalog.text)",
    "quote_literal(pg_catalog.text)",
    "unnest(pg_catalog.text[])",
    "array_out(anyarray)",
    "array_ne(anyarray, anyarray)",
    "arraycontained(anyarray, anyarray)",
    "concat(VARIADIC pg_catalog.text[])",
    "quote_ident(pg_catalog.text)",
    "pg_describe_object(pg_catalog.oid, pg_catalog.oid, integer)",
    "to_regclass(pg_catalog.text)",
    "pg_relation_size(pg_catalog.regclass)",
    "pg_relation_size(pg_catalog.text)",
    "array_to_string(anyarray, pg_catalog.text)",
];

async fn sees_through_a_hostile_search_path(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, HOSTILE).await;
    for function in HOSTILE_FUNCTIONS {
        run(
            &mut connection,
            &format!(
                "CREATE FUNCTION hostile.{function} RETURNS pg_catalog.text LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'trapped by {function}'; END $$"
            ),
        )
        .await;
    }
    for path in ["hostile, pg_catalog", "hostile, pg_catalog, public"] {
        for definition in [STATUS, STATUS.in_schema("public")] {
            let schema = definition.schema.unwrap_or("hostile");
            run(&mut connection, &format!("SET search_path = {path}")).await;
            run(&mut connection, &create(definition)).await;
            run(&mut connection, &create(definition)).await;
            let mut differs = definition;
            differs.labels = &["open", "closed"];
            let refusal = refused(&mut connection, &create(differs)).await;
            assert_eq!(refusal.code, "55000", "{}", refusal.message);
            let taken = Definition::new("pg_type", &["a"]).in_schema("hostile");
            assert_eq!(refused(&mut connection, &create(taken)).await.code, "42809");
            run(&mut connection, "SET search_path = pg_catalog").await;
            assert_eq!(labels(&mut connection, schema, "status").await, STATUS.labels);
            run(&mut connection, &format!("DROP TYPE {schema}.status")).await;
        }
    }
}

async fn reads_the_same_under_hostile_settings(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let tricky = Definition::new("status", &[r"a\b", "it's", r"\'; --"]).in_schema("public");
    for setting in [
        "standard_conforming_strings = off",
        "backslash_quote = on",
        "plpgsql.extra_errors = 'all'",
        "plpgsql.variable_conflict = 'use_column'",
        "plpgsql.variable_conflict = 'use_variable'",
        "plpgsql.check_asserts = off",
        "quote_all_identifiers = on",
        "client_min_messages = debug5",
        "array_nulls = off",
        "bytea_output = 'escape'",
        "check_function_bodies = off",
        "jit_above_cost = 0",
    ] {
        run(&mut connection, &format!("SET {setting}")).await;
        run(&mut connection, &create(tricky)).await;
        run(&mut connection, &create(tricky)).await;
        run(&mut connection, "RESET ALL").await;
        assert_eq!(labels(&mut connection, "public", "status").await, tricky.labels, "{setting}");
        run(&mut connection, &tricky.drop_sql().to_string()).await;
    }
}

/// A name that the server quotes is quoted. The other way round, other versions may have a key word more.
async fn quotes_names_as_the_server_does(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let mut names: Vec<String> = sqlx::query_scalar("SELECT word FROM pg_get_keywords()")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert!(names.len() > 400);
    let odd =
        ["a", "_", "a1", "_1", "1a", "A", "aB", "a b", "a.b", "a$", "é", "a\"b", "'", "\n", "-"];
    names.extend(odd.map(str::to_owned));
    let quoted: Vec<String> =
        sqlx::query_scalar("SELECT quote_ident(n) FROM unnest($1::text[]) AS u (n)")
            .bind(&names)
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let mut more = 0;
    for (name, theirs) in names.iter().zip(&quoted) {
        let ours = Ident(name).to_string();
        if ours != *theirs {
            assert_eq!((theirs, ours), (name, format!("\"{name}\"")));
            more += 1;
        }
    }
    assert!(more < 20, "{more} names are quoted that this server would not quote");
}

async fn comments_on_a_new_type_only(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let sql = "SELECT obj_description('status'::regtype, 'pg_type')";
    let commented = STATUS.with_comment("It's \\ $pg_enum$\nin two lines");
    run(&mut connection, &create(commented)).await;
    let stored: String = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
    assert_eq!(stored, commented.comment.unwrap());
    run(&mut connection, &create(STATUS.with_comment("another"))).await;
    let stored: String = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
    assert_eq!(stored, commented.comment.unwrap());
}

async fn needs_no_right_to_write_when_there_is_nothing_to_do(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let reader = format!("reader_of_{}", database.name());
    run(&mut connection, &create(STATUS)).await;
    // Up to PostgreSQL 14 the schema `public` is everybody's to create in.
    run(&mut connection, "REVOKE CREATE ON SCHEMA public FROM PUBLIC").await;
    run(&mut connection, &format!("CREATE ROLE {reader}; SET ROLE {reader}")).await;
    run(&mut connection, "BEGIN READ ONLY").await;
    run(&mut connection, &create(STATUS)).await;
    run(&mut connection, "COMMIT").await;
    let refusal = refused(&mut connection, &create(Definition::new("more", &["a"]))).await;
    run(&mut connection, &format!("RESET ROLE; DROP ROLE {reader}")).await;
    assert_eq!(refusal.code, "42501", "{}", refusal.message);
}
