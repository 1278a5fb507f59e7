//! The scripts of tests/swap: after the online change, `pg_dump` and the rows say the same as of a new database, but for
//! the order of columns.

use std::env;
use std::path::PathBuf;

use pg_enum_test_server::Database;

use super::{ONLINE, contents, sorted, source};
use crate::harness::{run, tests, try_run};
use crate::runtime::Package;
use crate::swap::cases::{Case, SCRIPTS, dump, pg_dump, scripts};
use crate::swap::{same, start};

tests![every_script_gives_what_a_new_database_has];

/// The scripts that only a migration carries out, with a part of the reason.
const REFUSED: &[(&str, &str)] = &[
    (
        "generated",
        "column g of table app.t cannot be changed online because the server rewrites the table under ACCESS EXCLUSIVE to add a generated column",
    ),
    (
        "generated_in_place",
        "column g of table app.t cannot be changed online because the server rewrites the table under ACCESS EXCLUSIVE to add a generated column",
    ),
    ("domains", "type app.d cannot be changed online because the server validates a new domain"),
    (
        "check_of_replaced_labels",
        "constraint t_m_not_x on table app.t cannot be changed online because rows of column m of table app.t violate it",
    ),
    (
        "check_of_removed_labels_in_domains",
        "type app.d cannot be changed online because the server validates a new domain",
    ),
    (
        "again_functions",
        "index app.i cannot be changed online because it uses function app.h(app.mood), which the last phase drops",
    ),
    (
        "domain_of_arrays_in_composite",
        "type app.ds cannot be changed online because the server validates a new domain",
    ),
    (
        "foreign_keys_with_actions",
        "constraint t_n_fkey on table app.t cannot be changed online because its action is SET DEFAULT",
    ),
    (
        "exclusion",
        "constraint plain on table app.t cannot be changed online because the server builds the index of an exclusion",
    ),
];

async fn every_script_gives_what_a_new_database_has(database: Database) {
    let Some(pg_dump) = pg_dump(&database).await else { return };
    let mut failures = Vec::new();
    let mut scripts = scripts(&database).await;
    // A migration is tested with all of them; here it is a third, and those that are refused, because the programs that run
    // for each take long.
    if env::var_os(SCRIPTS).is_none() {
        let mut number = 0;
        scripts.retain(|(name, _)| {
            number += 1;
            number % 3 == 0 || REFUSED.iter().any(|(refused, _)| refused == name)
        });
    }
    let (mut refused_for_both, mut without_replacement) = (0, 0);
    for (name, script) in &scripts {
        let case = Case::read(script);
        refused_for_both += usize::from(!case.refused.is_empty());
        let refused = REFUSED.iter().find(|(script, _)| script == name).map(|(_, why)| *why);
        let refused = refused.or_else(|| case.refused.first().map(|_| ""));
        let found = match refused {
            None => check(&database, &pg_dump, &case).await.map(|is_replaced| {
                without_replacement += usize::from(!is_replaced);
            }),
            Some(why) => check_refused(&database, &case, why).await,
        };
        failures.extend(found.err().map(|failure| format!("{name}: {failure}")));
    }
    let (failed, tried) = (failures.len(), scripts.len());
    assert!(failures.is_empty(), "{failed} of {tried}:\n{}", failures.join("\n"));
    let refused =
        scripts.iter().filter(|(name, _)| REFUSED.iter().any(|(it, _)| it == name)).count();
    eprintln!(
        "{tried} scripts: {} carried out online, {without_replacement} need no replacement, {refused} left to migrations, \
         {refused_for_both} refused for both",
        tried - refused - refused_for_both - without_replacement
    );
}

fn package(case: &Case<'_>) -> Package {
    // A type that is renamed as well is replaced under its old name.
    let name = case.renamed_to.unwrap_or("mood");
    let former = case.renamed_to.map(|_| "mood");
    Package::new(&source(name, &case.new, &case.was, &case.removed, former))
}

/// Returns whether the type was replaced.
async fn check(database: &Database, pg_dump: &PathBuf, case: &Case<'_>) -> Result<bool, String> {
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
            return Ok(false);
        }
        let found = (sorted(&dump(pg_dump, database)?), contents(connection).await);
        same(&expected.0, &found.0).map_err(|differs| format!("{attempt}: {differs}"))?;
        same(&expected.1, &found.1).map_err(|differs| format!("{attempt}: {differs}"))?;
    }
    Ok(true)
}

async fn check_refused(database: &Database, case: &Case<'_>, why: &str) -> Result<(), String> {
    let mut connection = database.connect().await.map_err(|error| error.to_string())?;
    run(&mut connection, &start(&case.old, "mood")).await;
    run(&mut connection, case.sql).await;
    let said = package(case).said(Some(database), ONLINE);
    if said.starts_with("Findings") && said.contains(why) { Ok(()) } else { Err(said) }
}
