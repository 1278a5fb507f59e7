//! The target's extensions, which the superuser makes while there is nothing else in the database.

use sqlx::PgConnection;

use crate::database::failed;
use crate::failure::Failure;
use crate::text::{identifier, list};

/// Extensions named in a message.
const NAMES: usize = 10;

/// Those of PostgreSQL's own that reach nothing outside of the database. From 13 on, most of them are marked as
/// trusted anyway, and what is marked so may be made by whoever owns the database (PostgreSQL manual, 36.17.1).
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

/// That all of these can be made here, and may be.
pub(super) async fn check(
    superuser: &mut PgConnection,
    wanted: &[String],
    allowed: &[String],
    programs: &str,
) -> Result<(), Failure> {
    // 12 knows no trusted ones; as JSON, a column that is not there is nothing.
    let there: Vec<(String, bool)> = sqlx::query_as(
        "SELECT name::text, COALESCE(pg_catalog.bool_or((pg_catalog.to_json(v)->>'trusted')::boolean), false)
         FROM pg_catalog.pg_available_extension_versions AS v GROUP BY name",
    )
    .fetch_all(superuser)
    .await
    .map_err(|error| failed("see which extensions are installed", &error))?;
    let find = |name: &String| there.iter().find(|(there, _)| there == name);
    let names = |names: Vec<&String>| list(names.into_iter().map(|name| identifier(name)), NAMES);
    let missing: Vec<&String> = wanted.iter().filter(|name| find(name).is_none()).collect();
    if !missing.is_empty() {
        return Err(Failure::new(format!(
            "the target has extensions that the server in {programs} lacks: {}; nothing is run",
            names(missing)
        ))
        .with_help("install them there, or name another server with --postgres-bin"));
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
            "the target has extensions that may reach files of this machine or other servers: {}; nothing \
             is run",
            names(reaching)
        ))
        .with_help(
            "allow them with --allow-extension NAME if no migration, function or trigger uses them for that",
        ));
    }
    Ok(())
}
