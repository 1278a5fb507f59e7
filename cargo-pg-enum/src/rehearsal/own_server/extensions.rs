//! The target's extensions. The superuser creates them while the database is empty.

use sqlx::PgConnection;

use crate::database::failed;
use crate::failure::Failure;
use crate::text::{identifier, list};

/// The number of extensions that a message names.
const NAMES: usize = 10;

/// The extensions of PostgreSQL itself that access nothing outside the database. Since 13, most of them are marked as
/// trusted, and the owner of a database may create trusted extensions (PostgreSQL manual, 36.17.1).
const HARMLESS: [&str; 36] = [
    "autoinc",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "fuzzystrmatch",
    "hstore",
    "insert_username",
    "intagg",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_trgm",
    "pg_visibility",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "plpgsql",
    "refint",
    "seg",
    "sslinfo",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
];

const UUID: &str = "uuid-ossp";

/// Checks that all these extensions are available here, and are allowed.
pub(super) async fn check(
    superuser: &mut PgConnection,
    wanted: &[String],
    allowed: &[String],
    programs: &str,
) -> Result<(), Failure> {
    // 12 has no column `trusted`; read through JSON, a missing column is null.
    let there: Vec<(String, bool)> = sqlx::query_as(
        "SELECT name::text, COALESCE(pg_catalog.bool_or((pg_catalog.to_json(v)->>'trusted')::boolean), false)
         FROM pg_catalog.pg_available_extension_versions AS v GROUP BY name",
    )
    .fetch_all(superuser)
    .await
    .map_err(|error| failed("list the installed extensions", &error))?;
    let find = |name: &String| there.iter().find(|(there, _)| there == name);
    let names = |names: Vec<&String>| list(names.into_iter().map(|name| identifier(name)), NAMES);
    let missing: Vec<&String> = wanted.iter().filter(|name| find(name).is_none()).collect();
    if !missing.is_empty() {
        return Err(Failure::new(format!(
            "the target has extensions that the server in {programs} lacks: {}; nothing was run",
            names(missing)
        ))
        .with_help("install them there, or choose another server with --postgres-bin"));
    }
    let may = |name: &&String| {
        !allowed.contains(name)
            && !HARMLESS.contains(&name.as_str())
            && *name != UUID
            && !find(name).is_some_and(|(_, trusted)| *trusted)
    };
    let reaching: Vec<&String> = wanted.iter().filter(may).collect();
    if !reaching.is_empty() {
        return Err(Failure::new(format!(
            "the target has extensions that may access files of this machine or other servers: \
             {}; nothing was run",
            names(reaching)
        ))
        .with_help(
            "if no migration, function or trigger uses them for such access, allow them with \
             --allow-extension NAME",
        ));
    }
    Ok(())
}
