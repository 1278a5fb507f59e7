//! Each script of tests/swap as a migration.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::PgConnection;
use sqlx::error::DatabaseError;

use super::super::cases::{Case, contents, dump, pg_dump, scripts};
use super::super::{same, start};
use super::{generated, package, send};
use crate::harness::{tests, try_run};

tests![every_script];

/// The enum with the new labels of a script.
fn source(case: &Case<'_>) -> String {
    let variant = |label: &str| {
        let index = case.new.iter().position(|new| *new == label).expect("a new label");
        format!("V{index}")
    };
    let mut source = "#[derive(PgEnum)]\n#[pg_enum(schema = \"app\"".to_owned();
    match case.renamed_to {
        Some(name) => {
            let _ = write!(source, ", name = {name:?}, was = \"mood\"");
        }
        None => source += ", name = \"mood\"",
    }
    for (from, to) in &case.removed {
        let to = to.map_or_else(|| "NULL".to_owned(), variant);
        let _ = write!(source, ", removed({from:?} => {to})");
    }
    source += ")]\npub enum Mood {\n";
    for label in &case.new {
        let was = case.was.iter().find(|(_, to)| to == label);
        let was = was.map(|(was, _)| format!(", was = {was:?}")).unwrap_or_default();
        let _ =
            writeln!(source, "    #[pg_enum(rename = {label:?}{was})]\n    {},", variant(label));
    }
    source + "}\n"
}

#[expect(clippy::too_many_lines, reason = "the outcome of all is one text")]
async fn every_script(database: Database) {
    let Some(pg_dump) = pg_dump(&database).await else { return };
    let (mut outcomes, mut failures) = (BTreeMap::<_, Vec<_>>::new(), Vec::new());
    for (name, script) in scripts(&database).await {
        match outcome(&database, &pg_dump, &Case::read(&script)).await {
            Ok((outcome, reasons)) => {
                outcomes.entry(outcome).or_default().push(name + &reasons.concat());
            }
            Err(failure) => failures.push(format!("{name}: {failure}")),
        }
    }
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
    let mut said = String::new();
    for (outcome, names) in outcomes {
        let _ = writeln!(said, "{} {outcome}:\n  {}", names.len(), names.join("\n  "));
    }
    expect![[r#"
        4 an error when it runs:
          default_privileges: 55000
          no_rows_without_a_mapping: 55000
          peer_alembic_label_in_rows: 55000
          peer_prisma_label_in_rows: 55000
        24 planned:
          check_of_a_removed_label
          peer_alembic_array_renamed
          peer_alembic_default_renamed
          peer_alembic_odd_names
          peer_alembic_reordered
          peer_alembic_unique_equals
          peer_alembic_unique_not_equals
          peer_drizzle_array_shapes
          peer_drizzle_default
          peer_drizzle_dropped_in_two_schemas
          peer_drizzle_dropped_unused
          peer_pg_delta_function_and_privileges
          peer_pg_delta_name_taken_by_a_table
          peer_pg_delta_policy
          peer_pg_delta_two_removed_under_arrays
          peer_pg_schema_diff_injection
          peer_pg_schema_diff_unused
          peer_pg_schema_diff_used
          peer_prisma_all_labels_changed
          peer_prisma_array_label_removed
          peer_prisma_defaults_of_three_tables
          removed_without_rows
          reordered
          reordered_and_renamed_to
        28 planned, and its way back is refused:
          again_functions
          again_on_tables
          again_views
          again_without_schemas
          check
          check_of_conditions
          check_of_replaced_labels
          columns_and_arrays
          functions_of_views
          index_of_conditions
          index_partial
          index_plain
          key_marked
          name_taken
          nothing_uses_it
          operators
          peer_diesel_not_null
          peer_pg_schema_diff_quotes
          peer_prisma_array_of_a_default
          primary_key
          removed_to_null
          replica_identity
          row_types_in_functions
          several_tables
          statistics
          temporary_table
          two_removed
          type_with_a_comment
        3 planned, and the label stays on the way back:
          peer_alembic_array_default
          peer_migra_default
          peer_migra_views_of_constants
        73 refused for want of a database:
          check_inherited
            table app.c inherits columns (migrations/0002_m.up.sql:1)
          check_of_a_removed_label_inherited
            table app.c inherits columns (migrations/0002_m.up.sql:1)
          check_of_removed_labels
            table app.c inherits columns (migrations/0002_m.up.sql:1)
          check_of_removed_labels_in_domains
            domain d names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:1)
            domain e names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:3)
            domain ds names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:6)
            column d of table app.t is of a domain over the type (migrations/0002_m.up.sql:7)
            column ds of table app.t is of a domain over the type (migrations/0002_m.up.sql:7)
            column l of table app.u is of a domain over the type (migrations/0002_m.up.sql:4)
          columns_beside
            the storage of a column is set by a statement that a plan without a database does not follow (migrations/0002_m.up.sql:2)
          composite
            type c names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:3)
          default_expression
            default value for column k of table app.t names the type (migrations/0002_m.up.sql:2)
          defaults
            default value for column k of table app.t names the type (migrations/0002_m.up.sql:2)
          domain_of_arrays_in_composite
            domain ds names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:1)
          domains
            domain d names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:1)
            domain ds names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:3)
            domain other names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:5)
            column d of table app.t is of a domain over the type (migrations/0002_m.up.sql:12)
            column e of table app.t is of a domain over the type (migrations/0002_m.up.sql:12)
            column ds of table app.t is of a domain over the type (migrations/0002_m.up.sql:12)
            column l of table app.t is of a domain over the type (migrations/0002_m.up.sql:12)
            column es of table app.t is of a domain over the type (migrations/0002_m.up.sql:12)
          everything
            function g names the type, a column of it or what uses them, and several statements make one of this name (migrations/0002_m.up.sql:18)
            function g names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:24)
            materialized view mv names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:28)
            an index names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:29)
          exclusion
            an exclusion constraint names the type, a column of it or what uses them (migrations/0002_m.up.sql:1)
            an exclusion constraint names the type, a column of it or what uses them (migrations/0002_m.up.sql:3)
          foreign_key_to_itself
            a foreign key of table app.t is over a column of the type (migrations/0002_m.up.sql:1)
          foreign_keys
            a foreign key of table app.u is over a column of the type (migrations/0002_m.up.sql:2)
            a foreign key of table app.u is over a column of the type (migrations/0002_m.up.sql:3)
          foreign_keys_of_partitions
            a foreign key of table app.t is over a column of the type (migrations/0002_m.up.sql:3)
            table app.t is a partitioned table (migrations/0002_m.up.sql:3)
            a foreign key of table app.t1 is over a column of the type (migrations/0002_m.up.sql:3)
            table app.t1 is a partitioned table (migrations/0002_m.up.sql:4)
            a foreign key of table app.t1_low is over a column of the type (migrations/0002_m.up.sql:3)
            table app.t1_low inherits columns (migrations/0002_m.up.sql:3)
            a foreign key of table app.t2 is over a column of the type (migrations/0002_m.up.sql:3)
            a foreign key of table app.t2 is over a column of the type (migrations/0002_m.up.sql:7)
            table app.t2 inherits columns (migrations/0002_m.up.sql:3)
          foreign_keys_of_several_columns
            a foreign key of table app.u is over a column of the type (migrations/0002_m.up.sql:2)
            a foreign key of table app.w is over a column of the type (migrations/0002_m.up.sql:3)
            a foreign key of table app.w is over a column of the type (migrations/0002_m.up.sql:3)
          foreign_keys_with_actions
            a foreign key of table app.t is over a column of the type (migrations/0002_m.up.sql:2)
            a foreign key of table app.t is over a column of the type (migrations/0002_m.up.sql:3)
          functions
            function g names the type, a column of it or what uses them, and several statements make one of this name (migrations/0002_m.up.sql:4)
            function g names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:10)
          functions_atomic
            function app.f may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:3)
            function app.g may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:4)
          functions_of_many_kinds
            function a names the type, a column of it or what uses them, and several statements make one of this name (migrations/0002_m.up.sql:3)
            function a names the type, a column of it or what uses them, and several statements make one of this name (migrations/0002_m.up.sql:4)
          generated
            default value for column j of table app.t uses the function f, which is dropped and created again (migrations/0002_m.up.sql:6)
            column h of table app.lone is generated from the type or a column of it (migrations/0002_m.up.sql:20)
            column g of table app.t is generated, and before PostgreSQL 17 a generated column cannot keep its place before other columns (the oldest server is 12; `postgres` in the configuration sets it) (migrations/0002_m.up.sql:3)
            column h of table app.t is generated, and before PostgreSQL 17 a generated column cannot keep its place before other columns (the oldest server is 12; `postgres` in the configuration sets it) (migrations/0002_m.up.sql:4)
            column i of table app.t is generated, and before PostgreSQL 17 a generated column cannot keep its place before other columns (the oldest server is 12; `postgres` in the configuration sets it) (migrations/0002_m.up.sql:5)
            column j of table app.t is generated, and before PostgreSQL 17 a generated column cannot keep its place before other columns (the oldest server is 12; `postgres` in the configuration sets it) (migrations/0002_m.up.sql:6)
            column k of table app.t is generated from the type or a column of it (migrations/0002_m.up.sql:7)
          index_expression
            index p names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:3)
          inherited_and_detached
            table app.a inherits columns (migrations/0002_m.up.sql:1)
          inherited_columns
            table app.c inherits columns (migrations/0002_m.up.sql:1)
            table app.d inherits columns (migrations/0002_m.up.sql:1)
          inherited_defaults
            table app.c inherits columns (migrations/0002_m.up.sql:1)
            table app.d inherits columns (migrations/0002_m.up.sql:1)
          label_quotes
            index app.i has an expression that cannot be compared with that of a database (migrations/0002_m.up.sql:3)
          materialized_views
            materialized view v names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:3)
            materialized view w names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:6)
          names_of_63_bytes
            view app.nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnv may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:5)
          names_with_dots_and_quotes
            view app."v.""x" may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:3)
            function app."f.""x" may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:4)
            statistics object app."s.""x" may contain the label 'x', which the migration renames or removes (migrations/0002_m.up.sql:5)
            policy "p.""x" on app."t.""x" may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:7)
          no_aggregate
            function agg names the type, a column of it or what uses them, and aggregates are not supported without a database (migrations/0002_m.up.sql:2)
          no_cast
            a cast names the type, a column of it or what uses them (migrations/0002_m.up.sql:2)
            a cast names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:2)
          no_cast_to_the_type
            a cast names the type, a column of it or what uses them (migrations/0002_m.up.sql:2)
            a cast names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:2)
          no_check_that_says_more
            domain d names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:6)
          no_circular_views
            view v names the type, a column of it or what uses them, and several statements make one of this name (migrations/0002_m.up.sql:3)
            view w names the type, a column of it or what uses them, and several statements make one of this name (migrations/0002_m.up.sql:2)
          no_composite
            type c names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:1)
          no_domain_with_a_function
            domain d names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:2)
          no_foreign_table
            table app.t is a foreign table (migrations/0002_m.up.sql:3)
          no_generated
            column g of table app.t is generated, and before PostgreSQL 17 a generated column cannot keep its place before other columns (the oldest server is 12; `postgres` in the configuration sets it) (migrations/0002_m.up.sql:1)
          no_generated_inherited
            column g of table app.t is generated from the type or a column of it (migrations/0002_m.up.sql:1)
            column g of table app.u is generated from the type or a column of it (migrations/0002_m.up.sql:1)
            table app.u inherits columns (migrations/0002_m.up.sql:1)
          no_label_as_text
            view app.v may contain the label 'x', which the migration renames or removes (migrations/0002_m.up.sql:6)
          no_null_for_not_null_domain
            domain d names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:1)
          no_operator
            an operator names the type, a column of it or what uses them (migrations/0002_m.up.sql:2)
            an operator names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:2)
          no_operator_class
            operator class names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:2)
          no_partition_key
            table app.t is a partitioned table (migrations/0002_m.up.sql:1)
          no_range
            type r names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:1)
          no_removed_label_in_a_definition
            view app.v may contain the label 'b', which the migration renames or removes (migrations/0002_m.up.sql:2)
            policy p on app.t may contain the label 'b', which the migration renames or removes (migrations/0002_m.up.sql:4)
          no_row_type
            column t of table app.u is of the row type of a table with the type (migrations/0002_m.up.sql:2)
          no_several_parents
            table app.c inherits columns (migrations/0002_m.up.sql:1)
          no_typed_table
            type c names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:1)
          odd_names
            view app."V $pg_enum$" may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:2)
          partial_unique_arbiter
            rule r on app.t may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:5)
            rule s on app.t may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:6)
          partitions
            table app.t is a partitioned table (migrations/0002_m.up.sql:1)
            table app.t1 inherits columns (migrations/0002_m.up.sql:1)
            table app.t2 inherits columns (migrations/0002_m.up.sql:1)
          partitions_by_list_beside
            table app.t is a partitioned table (migrations/0002_m.up.sql:1)
            table app.t_eu inherits columns (migrations/0002_m.up.sql:1)
            table app.t_rest inherits columns (migrations/0002_m.up.sql:1)
          partitions_with_keys
            the storage of a column is set by a statement that a plan without a database does not follow (migrations/0002_m.up.sql:19)
            table app.attached inherits columns (migrations/0002_m.up.sql:5)
            table app.t is a partitioned table (migrations/0002_m.up.sql:1)
            table app.t1 is a partitioned table (migrations/0002_m.up.sql:2)
            table app.t1_high inherits columns (migrations/0002_m.up.sql:1)
            table app.t1_low inherits columns (migrations/0002_m.up.sql:1)
          peer_pg_delta_composite
            type ct names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:1)
          peer_pg_delta_materialized_view
            materialized view summary names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:3)
          peer_pg_delta_two_removed_under_a_view
            view app.high_priority_tasks may contain the label 'urgent', which the migration renames or removes (migrations/0002_m.up.sql:2)
          permutation
            view app.v may contain the label 'sad', which the migration renames or removes (migrations/0002_m.up.sql:4)
          policies
            policy a on app.t may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:4)
            policy b on app.t may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:5)
            policy c on app.t may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:6)
          publication
            publication swaps names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:3)
          queries_of_many_kinds
            an index names the type, a column of it or what uses them (migrations/0002_m.up.sql:10)
            view a names the type, a column of it or what uses them, and several statements make one of this name (migrations/0002_m.up.sql:3)
            view b names the type, a column of it or what uses them, and several statements make one of this name (migrations/0002_m.up.sql:4)
            materialized view g names the type, a column of it or what uses them, and a plan without a database does not create it again (migrations/0002_m.up.sql:9)
            an index names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:10)
          rules
            rule b names the type, a column of it or what uses them (migrations/0002_m.up.sql:4)
            rule a names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:3)
          statistics_of_expressions
            statistics object s names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:3)
          storage
            the storage of a column is set by a statement that a plan without a database does not follow (migrations/0002_m.up.sql:2)
          the_type_itself
            a privilege or a security label of the type is set by a statement that a plan without a database does not follow (migrations/0002_m.up.sql:4)
            a privilege or a security label of the type is set by a statement that a plan without a database does not follow (migrations/0002_m.up.sql:5)
            the owner of the type is set by a statement that a plan without a database does not follow (migrations/0002_m.up.sql:6)
          triggers
            trigger a names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:4)
            trigger b names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:5)
          triggers_of_partitions
            table app.t is a partitioned table (migrations/0002_m.up.sql:1)
            table app.t1 inherits columns (migrations/0002_m.up.sql:1)
          view_check_option
            view v names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:3)
          view_instead_of
            rule u on app.v may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:7)
          view_of_constants
            view app.v may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:1)
          view_over_view_with_check
            view w names the type, a column of it or what uses them, and the statement that makes it cannot be run again (migrations/0002_m.up.sql:4)
          view_recursive
            view app.r may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:3)
          views
            view app.v may contain the label 'ok', which the migration renames or removes (migrations/0002_m.up.sql:3)
        3 refused, as with a database:
          no_default_without_a_mapping
          no_null_for_not_null
          peer_prisma_array_default_removed
    "#]].assert_eq(&said);
}

/// What comes of a script, or what is wrong.
async fn outcome(
    database: &Database,
    pg_dump: &PathBuf,
    case: &Case<'_>,
) -> Result<(&'static str, Vec<String>), String> {
    let before =
        format!("CREATE SCHEMA app;\n{}", start(&case.old, "mood").rsplit_once("; ").unwrap().1);
    let package = package(&source(case), &[&before, case.sql]);
    let [up, down] = match generated(&package) {
        Ok(written) => written,
        Err(said) if said.starts_with("Findings\n") => {
            let mut reasons = said.lines().filter(|line| line.starts_with("error["));
            if case.refused.iter().any(|reason| said.contains(reason)) {
                return Ok(("refused, as with a database", Vec::new()));
            }
            let reason = |line: &str| {
                let (_, reason) = line.split_once("error[dependent]: ")?;
                Some(format!("\n    {}", reason.rsplit_once(": run `")?.0))
            };
            let found = reasons.clone().filter_map(reason).collect();
            let names_the_place = |line: &str| line.contains("(migrations/");
            if reasons.all(names_the_place) && said.contains("which reads from a database") {
                return Ok(("refused for want of a database", found));
            }
            return Err(said);
        }
        Err(said) => return Err(said),
    };
    let mut connection = database.connect().await.unwrap();
    let connection = &mut connection;
    let expected =
        state(connection, database, pg_dump, case, Some(case.renamed_to.unwrap_or("mood"))).await?;
    let before = state(connection, database, pg_dump, case, None).await?;
    if let Err(error) = send(connection, &up).await {
        let code = error.as_database_error().and_then(DatabaseError::code);
        let found = (dump(pg_dump, database)?, contents(connection).await);
        same(&before.0, &found.0)?;
        same(&before.1, &found.1)?;
        return Ok(("an error when it runs", vec![format!(": {}", code.unwrap_or_default())]));
    }
    if !case.refused.is_empty() {
        return Err("with a database, it is refused".to_owned());
    }
    for attempt in ["at first", "again"] {
        let found = (dump(pg_dump, database)?, contents(connection).await);
        same(&expected.0, &found.0).map_err(|differs| format!("{attempt}: {differs}"))?;
        same(&expected.1, &found.1).map_err(|differs| format!("{attempt}: {differs}"))?;
        send(connection, &up).await.map_err(|error| format!("{attempt}: {error}"))?;
    }
    if !up.contains("-- remove the old type") {
        return Ok(("planned, and the label stays on the way back", Vec::new()));
    }
    for attempt in ["back", "back again"] {
        match send(connection, &down).await {
            Ok(()) => {
                let found = (dump(pg_dump, database)?, contents(connection).await);
                same(&before.0, &found.0).map_err(|differs| format!("{attempt}: {differs}"))?;
                same(&before.1, &found.1).map_err(|differs| format!("{attempt}: {differs}"))?;
            }
            Err(error) => {
                let code = error.as_database_error().and_then(DatabaseError::code);
                if code.as_deref() != Some("0A000") {
                    return Err(format!("{attempt}: {error}"));
                }
                return Ok(("planned, and its way back is refused", Vec::new()));
            }
        }
    }
    Ok(("planned", Vec::new()))
}

/// What the script makes: with the labels afterwards, if there is a name, and otherwise with those before.
async fn state(
    connection: &mut PgConnection,
    database: &Database,
    pg_dump: &PathBuf,
    case: &Case<'_>,
    after: Option<&str>,
) -> Result<(String, String), String> {
    let (start, sql) = match after {
        Some(name) => (start(&case.new, name), case.afresh()),
        None => (start(&case.old, "mood"), case.sql.to_owned()),
    };
    try_run(connection, &start).await.map_err(|error| error.to_string())?;
    if let Err(error) = try_run(connection, &sql).await
        && case.refused.is_empty()
    {
        return Err(error.to_string());
    }
    Ok((dump(pg_dump, database)?, contents(connection).await))
}
