//! Copies the target's roles without their passwords, and its settings.

use std::collections::HashSet;
use std::fmt::Write;

use pg_enum_core::Ident;
use sqlx::PgConnection;

use super::source::{ATTRIBUTES, Membership, Role, Setting, Source};
use crate::database::{failed, send};
use crate::failure::Failure;
use crate::text::{identifier, list};

/// Predefined roles that let a role without superuser rights access files and programs of this machine, or another
/// server (`PostgreSQL` manual, 22.5, predefined roles). Before 16, any role with CREATEROLE may grant them.
const REACHING_OUT: [&str; 4] = [
    "pg_create_subscription",
    "pg_execute_server_program",
    "pg_read_server_files",
    "pg_write_server_files",
];

/// Predefined roles with implicit members.
const IMPLICIT: [&str; 1] = ["pg_database_owner"];

/// Predefined roles that replace superuser rights as far as they stay within the server. (The owners of objects are
/// roles of the target, and the former superuser becomes a member of them.)
const SUPERUSERS: [&str; 3] = ["pg_checkpoint", "pg_monitor", "pg_signal_backend"];

/// The number of settings that a note names.
const SETTINGS: usize = 10;

/// Creates the roles, none of them as a superuser, and one more role that is a member of all of them.
pub(super) async fn make(
    superuser: &mut PgConnection,
    source: &Source,
    restorer: &str,
    [restorer_password, user_password]: [&str; 2],
) -> Result<(), Failure> {
    let may_not = |error| failed("copy the target's roles", &error);
    let own: HashSet<String> = {
        let away =
            "SET allow_system_table_mods = on; DELETE FROM pg_catalog.pg_authid WHERE rolname IN";
        let names: Vec<String> = REACHING_OUT.iter().map(|name| format!("'{name}'")).collect();
        send(superuser, &format!("{away} ({})", names.join(", "))).await.map_err(may_not)?;
        let names: Vec<String> =
            sqlx::query_scalar("SELECT rolname::text FROM pg_catalog.pg_roles")
                .fetch_all(&mut *superuser)
                .await
                .map_err(may_not)?;
        names.into_iter().collect()
    };
    let mut sql = format!(
        "SET password_encryption = 'scram-sha-256';
         CREATE ROLE {} LOGIN PASSWORD '{restorer_password}';",
        Ident(restorer)
    );
    for role in &source.roles {
        let is_user = role.name == source.user;
        // Writing to a string does not fail.
        let _ = write!(sql, "CREATE ROLE {} {};", Ident(&role.name), attributes(role, is_user));
        if is_user {
            let _ =
                write!(sql, "ALTER ROLE {} LOGIN PASSWORD '{user_password}';", Ident(&role.name));
        }
    }
    let user_is_superuser = source.user_is_superuser();
    let is_known =
        |name: &str| own.contains(name) || source.roles.iter().any(|role| role.name == name);
    let has_options = superuser.server_version_num().is_some_and(|number| number >= 160_000);
    for membership in &source.memberships {
        let role = &*membership.role;
        // A former superuser becomes a member of all other roles, but not of itself.
        let is_circle = user_is_superuser && role == source.user;
        if is_known(role) && !is_circle && !IMPLICIT.contains(&role) {
            sql += &grant(membership, has_options);
        }
    }
    for role in source.roles.iter().map(|role| &*role.name) {
        let _ = write!(sql, "GRANT {} TO {};", Ident(role), Ident(restorer));
        if user_is_superuser && role != source.user {
            let _ =
                write!(sql, "GRANT {} TO {} WITH ADMIN OPTION;", Ident(role), Ident(&source.user));
        }
    }
    if user_is_superuser {
        for role in SUPERUSERS.iter().filter(|role| own.contains(**role)) {
            let _ = write!(sql, "GRANT {role} TO {} WITH ADMIN OPTION;", Ident(&source.user));
        }
    }
    send(superuser, &sql).await.map_err(may_not)
}

fn attributes(role: &Role, is_user: bool) -> String {
    // The migrating user gets the rights of a superuser without being one.
    let all = role.is_superuser && is_user;
    let words: Vec<String> = ATTRIBUTES
        .iter()
        .zip(&role.attributes)
        .map(|(word, has)| format!("{}{word}", if *has || all { "" } else { "NO" }))
        .collect();
    format!("NOSUPERUSER NOLOGIN {}", words.join(" "))
}

fn grant(membership: &Membership, has_options: bool) -> String {
    let Membership { role, member, may_grant, inherits, may_set } = membership;
    let mut options = Vec::new();
    if *may_grant {
        options.push("ADMIN OPTION");
    }
    if has_options && *inherits == Some(false) {
        options.push("INHERIT FALSE");
    }
    if has_options && *may_set == Some(false) {
        options.push("SET FALSE");
    }
    let with =
        if options.is_empty() { String::new() } else { format!(" WITH {}", options.join(", ")) };
    format!("GRANT {} TO {}{with};", Ident(role), Ident(member))
}

/// Copies the settings of the target's roles and its database, for later connections. Settings that only a superuser
/// may change are left out, because they can load a library from this machine. Returns those of them that apply to
/// the migrating user.
pub(super) async fn set(
    superuser: &mut PgConnection,
    source: &Source,
) -> Result<Option<String>, Failure> {
    let may_not = |error| failed("copy the target's settings", &error);
    let free: Vec<String> = sqlx::query_scalar(
        "SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings WHERE context = 'user'",
    )
    .fetch_all(&mut *superuser)
    .await
    .map_err(may_not)?;
    let free: HashSet<String> = free.into_iter().collect();
    // A name with a dot is a custom setting, and this one is not in the list of settings.
    let is_free = |name: &str| {
        free.contains(&name.to_lowercase())
            || name.contains('.')
            || name.eq_ignore_ascii_case("role")
    };
    let (kept, left): (Vec<&Setting>, Vec<&Setting>) =
        source.settings.iter().partition(|setting| is_free(&setting.name));
    let role = |setting: &&Setting| setting.role.clone();
    let text = |setting: &&Setting| format!("{}={}", setting.name, setting.value);
    sqlx::query(
        "INSERT INTO pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
         SELECT CASE WHEN s.of_database THEN d.oid ELSE 0 END, COALESCE(r.oid, 0),
           pg_catalog.array_agg(s.text ORDER BY s.number)
         FROM unnest($1::text[], $2::boolean[], $3::text[]) WITH ORDINALITY
           AS s (role, of_database, text, number)
         JOIN pg_catalog.pg_database AS d ON d.datname = pg_catalog.current_database()
         LEFT JOIN pg_catalog.pg_roles AS r ON r.rolname = s.role
         WHERE s.role IS NULL OR r.oid IS NOT NULL
         GROUP BY 1, 2",
    )
    .bind(kept.iter().map(role).collect::<Vec<_>>())
    .bind(kept.iter().map(|setting| setting.of_database).collect::<Vec<_>>())
    .bind(kept.iter().map(text).collect::<Vec<_>>())
    .persistent(false)
    .execute(superuser)
    .await
    .map_err(may_not)?;
    let is_for_user = |role: &Option<String>| role.as_ref().is_none_or(|role| *role == source.user);
    let left = left.into_iter().filter(|setting| is_for_user(&setting.role));
    let mut left: Vec<String> = left.map(|setting| identifier(&setting.name)).collect();
    left.sort();
    left.dedup();
    Ok((!left.is_empty()).then(|| list(left, SETTINGS)))
}
