//! Missing privileges for the pending migrations.

use std::collections::BTreeMap;

use pg_enum_core::VisibleIdent;
use pg_enum_migrations::Change;
use sqlx::PgConnection;

use super::finding::Finding;
use super::plan::{Plan, Step};
use crate::catalog::{EnumType, named};
use crate::database::failed;
use crate::failure::Failure;
use crate::server::Server;
use crate::text::identifier;

pub(crate) async fn findings(
    connection: &mut PgConnection,
    server: &Server,
    plan: &Plan,
    live: &[EnumType],
) -> Result<Vec<Finding>, Failure> {
    let user = identifier(&server.user);
    let mut findings = Vec::new();
    let mut seen = Vec::new();
    for step in &plan.steps {
        let existing =
            step.existed_as.as_ref().and_then(|(schema, name)| named(live, schema, name));
        if let Some(found) = existing
            && !found.owned
            && !seen.contains(&found.oid.0)
        {
            seen.push(found.oid.0);
            let owner = identifier(&found.owner);
            let message =
                format!("{user} may not change {}, because {owner} owns it", found.type_name());
            findings.push(
                of_step(plan, step, Finding::error("privilege", message))
                    .of_type(found.type_name())
                    .with_note(
                        "ALTER TYPE and DROP TYPE require the owner, or a member of that role",
                    )
                    .with_help(format!(
                        "connect as the user that migrates, or run: GRANT {} TO {};",
                        VisibleIdent(&found.owner),
                        VisibleIdent(&server.user)
                    )),
            );
        }
    }
    let mut schemas: BTreeMap<&str, &Step> = BTreeMap::new();
    for step in &plan.steps {
        let schema = match &step.change {
            Change::Created { schema, .. } => &**schema,
            Change::Moved { to } => &**to,
            _ => continue,
        };
        schemas.entry(schema).or_insert(step);
    }
    let names: Vec<&str> = schemas.keys().copied().collect();
    if names.is_empty() {
        return Ok(findings);
    }
    let rows: Vec<(String, Option<bool>)> = sqlx::query_as(
        "SELECT u.name, pg_catalog.has_schema_privilege(n.oid, 'CREATE')
         FROM pg_catalog.unnest($1::text[]) AS u (name)
         LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = u.name
         ORDER BY 1",
    )
    .bind(&names)
    .persistent(false)
    .fetch_all(connection)
    .await
    .map_err(|error| failed("look up the privileges of the user", &error))?;
    for (schema, may_create) in rows {
        let Some(step) = schemas.get(&*schema) else { continue };
        let grant = format!(
            "GRANT CREATE ON SCHEMA {} TO {};",
            VisibleIdent(&schema),
            VisibleIdent(&server.user)
        );
        let schema = identifier(&schema);
        match may_create {
            Some(true) => {}
            Some(false) => findings.push(of_step(
                plan,
                step,
                Finding::error(
                    "privilege",
                    format!("{user} has no CREATE privilege on the schema {schema}"),
                )
                .with_help(format!("connect as the user that migrates, or run: {grant}")),
            )),
            None if creates_schemas(plan) => {}
            None => findings.push(of_step(
                plan,
                step,
                Finding::error(
                    "no-schema",
                    format!(
                        "the schema {schema} does not exist, and no pending migration creates \
                             it"
                    ),
                )
                .with_help(
                    "create it, or check that search_path is the same as for the migrations",
                ),
            )),
        }
    }
    Ok(findings)
}

fn of_step(plan: &Plan, step: &Step, finding: Finding) -> Finding {
    finding
        .of_type(step.type_name())
        .of_migration(plan.version(step.migration))
        .at(&plan.after.folder.root, &step.at)
}

/// Whether a pending statement creates a schema. Replay knows which schemas.
fn creates_schemas(plan: &Plan) -> bool {
    plan.statements().any(|(_, statement)| statement.text().to_ascii_lowercase().contains("schema"))
}
