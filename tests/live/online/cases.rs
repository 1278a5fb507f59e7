//! The scripts of tests/swap: after the online change, `pg_dump` and the rows say the same as of a new database, but for
//! the order of columns.

use std::path::PathBuf;

use pg_enum_test_server::Database;

use super::{ONLINE, contents, sorted, source};
use crate::harness::{run, tests, try_run};
use crate::runtime::Package;
use crate::swap::cases::{Case, dump, pg_dump, scripts};
use crate::swap::{same, start};

tests![every_script_gives_what_a_new_database_has];

/// The scripts that only a migration carries out, with a part of the reason.
const REFUSED: &[(&str, &str)] = &[
    (
        "check_inherited",
        "table app.t cannot be changed online because it takes part in inheritance",
    ),
    (
        "composite",
        "column m of composite type app.c cannot be changed online because it is a part of a composite",
    ),
    (
        "generated",
        "constraint w on table app.t cannot be changed online because it uses column k of table app.t",
    ),
    ("domains", "type app.d cannot be changed online because it is a domain"),
    (
        "peer_pg_delta_composite",
        "column c of composite type app.ct cannot be changed online because it is a part of a composite",
    ),
    (
        "exclusion",
        "constraint plain on table app.t cannot be changed online because it is an exclusion constraint",
    ),
    ("foreign_key_to_itself", "cannot be changed online because it is a foreign key"),
    (
        "foreign_keys",
        "constraint u_m_fkey on table app.u cannot be changed online because it is a foreign key",
    ),
    (
        "inherited_defaults",
        "column m of table app.c cannot be changed online because its table inherits it",
    ),
    ("partitions", "table app.t cannot be changed online because it is partitioned"),
    ("publication", "table app.t cannot be changed online because it is published by swaps"),
    (
        "replica_identity",
        "column m of table app.t cannot be changed online because the replica identity uses it",
    ),
    ("rules", "table app.t cannot be changed online because it has a rule for UPDATE"),
    ("triggers_of_partitions", "table app.t1 cannot be changed online because it is a partition"),
];

async fn every_script_gives_what_a_new_database_has(database: Database) {
    let Some(pg_dump) = pg_dump() else { return };
    let mut failures = Vec::new();
    let scripts = scripts(&database).await;
    for (name, script) in &scripts {
        let case = Case::read(script);
        let refused = REFUSED.iter().find(|(script, _)| script == name).map(|(_, why)| *why);
        let refused = refused.or_else(|| case.refused.first().map(|_| ""));
        let found = match refused {
            None => check(&database, &pg_dump, &case).await,
            Some(why) => check_refused(&database, &case, why).await,
        };
        failures.extend(found.err().map(|failure| format!("{name}: {failure}")));
    }
    let (failed, tried) = (failures.len(), scripts.len());
    assert!(failures.is_empty(), "{failed} of {tried}:\n{}", failures.join("\n"));
}

fn package(case: &Case<'_>) -> Package {
    // A type that is renamed as well is replaced under its old name.
    let name = case.renamed_to.unwrap_or("mood");
    let former = case.renamed_to.map(|_| "mood");
    Package::new(&source(name, &case.new, &case.was, &case.removed, former))
}

async fn check(database: &Database, pg_dump: &PathBuf, case: &Case<'_>) -> Result<(), String> {
    let mut connection = database.connect().await.map_err(|error| error.to_string())?;
    let connection = &mut connection;
    let said = |error: sqlx::Error| error.to_string();
    // The rest, a rename of the type, is left to a migration.
    try_run(connection, &start(&case.new, "mood")).await.map_err(said)?;
    try_run(connection, &case.afresh().replace(case.renamed_to.unwrap_or("mood"), "mood"))
        .await
        .map_err(said)?;
    let expected = (sorted(&dump(pg_dump, database)?), contents(connection).await);

    try_run(connection, &start(&case.old, "mood")).await.map_err(said)?;
    try_run(connection, case.sql).await.map_err(said)?;
    let package = package(case);
    for attempt in ["at first", "again"] {
        let said = package.said(Some(database), ONLINE);
        if !said.starts_with("Clean\n") {
            return Err(format!("{attempt}: {said}"));
        }
        // Labels that are only added or renamed are left to migrations.
        if attempt == "at first" && said.contains("no type has to be replaced") {
            return Ok(());
        }
        let found = (sorted(&dump(pg_dump, database)?), contents(connection).await);
        same(&expected.0, &found.0).map_err(|differs| format!("{attempt}: {differs}"))?;
        same(&expected.1, &found.1).map_err(|differs| format!("{attempt}: {differs}"))?;
    }
    Ok(())
}

async fn check_refused(database: &Database, case: &Case<'_>, why: &str) -> Result<(), String> {
    let mut connection = database.connect().await.map_err(|error| error.to_string())?;
    run(&mut connection, &start(&case.old, "mood")).await;
    run(&mut connection, case.sql).await;
    let said = package(case).said(Some(database), ONLINE);
    if said.starts_with("Findings") && said.contains(why) { Ok(()) } else { Err(said) }
}
