//! The data that is read from the target, apart from its schema, in one read-only transaction.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::QueryAs;
use sqlx::{FromRow, PgConnection, Postgres, Row};

use crate::database::failed;
use crate::failure::Failure;
use crate::server::Server;

/// A target.
pub(super) struct Source {
    pub(super) server: Server,
    /// The connected user, who migrates.
    pub(super) user: String,
    pub(super) roles: Vec<Role>,
    pub(super) memberships: Vec<Membership>,
    pub(super) settings: Vec<Setting>,
    pub(super) sequences: Vec<Sequence>,
    /// The owner of the schema `public`, if there is one.
    pub(super) public: Option<String>,
}

/// A role, without its password.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) name: String,
    pub(super) is_superuser: bool,
    /// For each of [`ATTRIBUTES`], whether the role has it.
    pub(super) attributes: Vec<bool>,
}

/// The role attributes, except `SUPERUSER` and `LOGIN`.
pub(super) const ATTRIBUTES: [&str; 5] =
    ["INHERIT", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"];

/// A membership of one role in another.
#[derive(Debug, Clone)]
pub(super) struct Membership {
    pub(super) role: String,
    pub(super) member: String,
    pub(super) may_grant: bool,
    /// The options INHERIT and SET, since 16.
    pub(super) inherits: Option<bool>,
    pub(super) may_set: Option<bool>,
}

/// A setting of `ALTER ROLE … SET`, `ALTER DATABASE … SET` or the configuration.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// The role, or `None` for all roles.
    pub(super) role: Option<String>,
    /// Whether it is for this database only.
    pub(super) of_database: bool,
    pub(super) name: String,
    pub(super) value: String,
}

/// A sequence that has been used.
#[derive(Debug, Clone)]
pub(super) struct Sequence {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) last: i64,
}

/// Configuration settings that change the meaning of SQL. (The driver sets `DateStyle`, `TimeZone` and
/// `extra_float_digits` itself.)
const MEANING: [&str; 14] = [
    "array_nulls",
    "backslash_quote",
    "bytea_output",
    "check_function_bodies",
    "default_text_search_config",
    "default_transaction_isolation",
    "default_transaction_read_only",
    "IntervalStyle",
    "quote_all_identifiers",
    "row_security",
    "search_path",
    "standard_conforming_strings",
    "transform_null_equals",
    "xmloption",
];

const ROLES: &str = "
    SELECT rolname::text, rolsuper,
      ARRAY[rolinherit, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls]
    FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' ORDER BY 1";

/// Memberships from several grantors are merged. The options of 16 are read from the row as JSON, because older
/// servers do not have these columns.
const MEMBERSHIPS: &str = "
    SELECT r.rolname::text AS role, m.rolname::text AS member,
      pg_catalog.bool_or(a.admin_option) AS may_grant,
      pg_catalog.bool_or((pg_catalog.to_json(a)->>'inherit_option')::boolean) AS inherits,
      pg_catalog.bool_or((pg_catalog.to_json(a)->>'set_option')::boolean) AS may_set
    FROM pg_catalog.pg_auth_members AS a
    JOIN pg_catalog.pg_roles AS r ON r.oid = a.roleid
    JOIN pg_catalog.pg_roles AS m ON m.oid = a.member
    WHERE m.rolname !~ '^pg_'
    GROUP BY 1, 2 ORDER BY 1, 2";

const SETTINGS: &str = "
    SELECT r.rolname::text AS role, s.setdatabase <> 0 AS of_database,
      pg_catalog.split_part(c.text, '=', 1) AS name,
      pg_catalog.substr(c.text, pg_catalog.strpos(c.text, '=') + 1) AS value
    FROM pg_catalog.pg_db_role_setting AS s
    LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
    CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (text)
    WHERE s.setdatabase = 0 OR s.setdatabase =
      (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    UNION ALL
    SELECT NULL, false, name, reset_val FROM pg_catalog.pg_settings
    WHERE name = ANY ($1) AND source IN ('configuration file', 'command line', 'environment variable')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_db_role_setting AS s
        CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (text)
        WHERE s.setdatabase = 0 AND s.setrole = 0
          AND pg_catalog.lower(pg_catalog.split_part(c.text, '=', 1)) = pg_catalog.lower(name))";

const SEQUENCES: &str = "
    SELECT schemaname::text AS schema, sequencename::text AS name, last_value AS last
    FROM pg_catalog.pg_sequences WHERE last_value IS NOT NULL";

impl Source {
    /// Reads the data, on a connection with an open transaction.
    pub(super) async fn read(connection: &mut PgConnection) -> Result<Self, Failure> {
        let server = Server::ask(connection).await?;
        let row = sqlx::query(
            "SELECT session_user::text, (SELECT pg_catalog.pg_get_userbyid(nspowner)::text
               FROM pg_catalog.pg_namespace WHERE nspname = 'public')",
        )
        .persistent(false)
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| failed("read the connected user", &error))?;
        let user = row.try_get(0).map_err(|error| failed("read the connected user", &error))?;
        let public = row.try_get(1).map_err(|error| failed("read the connected user", &error))?;
        let roles: Vec<(String, bool, Vec<bool>)> =
            all(connection, "roles", sqlx::query_as(ROLES)).await?;
        let memberships: Vec<MembershipRow> =
            all(connection, "roles", sqlx::query_as(MEMBERSHIPS)).await?;
        let settings: Vec<(Option<String>, bool, String, String)> =
            all(connection, "settings", sqlx::query_as(SETTINGS).bind(&MEANING[..])).await?;
        let sequences: Vec<(String, String, i64)> =
            all(connection, "sequences", sqlx::query_as(SEQUENCES)).await?;
        Ok(Self {
            server,
            user,
            public,
            roles: roles.into_iter().map(Role::of).collect(),
            memberships: memberships.into_iter().map(Membership::of).collect(),
            settings: settings.into_iter().map(Setting::of).collect(),
            sequences: sequences.into_iter().map(Sequence::of).collect(),
        })
    }

    /// Whether the connected user is a superuser.
    pub(super) fn user_is_superuser(&self) -> bool {
        self.roles.iter().any(|role| role.is_superuser && role.name == self.user)
    }

    /// `15`
    pub(super) fn major(&self) -> u32 {
        u32::try_from(self.server.number / 10_000).unwrap_or_default()
    }
}

/// Exports the snapshot of this transaction.
pub(super) async fn snapshot(connection: &mut PgConnection) -> Result<String, Failure> {
    sqlx::query_scalar("SELECT pg_catalog.pg_export_snapshot()")
        .persistent(false)
        .fetch_one(connection)
        .await
        .map_err(|error| failed("export the snapshot for pg_dump", &error))
}

type Query<'q, R> = QueryAs<'q, Postgres, R, PgArguments>;

async fn all<R>(
    connection: &mut PgConnection,
    what: &str,
    query: Query<'_, R>,
) -> Result<Vec<R>, Failure>
where
    R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let rows = query.persistent(false).fetch_all(connection).await;
    rows.map_err(|error| failed(&format!("read the target's {what}"), &error))
}

impl Role {
    fn of((name, is_superuser, attributes): (String, bool, Vec<bool>)) -> Self {
        Self { name, is_superuser, attributes }
    }
}

/// The columns, in the order of [`Membership`].
type MembershipRow = (String, String, bool, Option<bool>, Option<bool>);

impl Membership {
    fn of((role, member, may_grant, inherits, may_set): MembershipRow) -> Self {
        Self { role, member, may_grant, inherits, may_set }
    }
}

impl Setting {
    fn of((role, of_database, name, value): (Option<String>, bool, String, String)) -> Self {
        Self { role, of_database, name, value }
    }
}

impl Sequence {
    fn of((schema, name, last): (String, String, i64)) -> Self {
        Self { schema, name, last }
    }
}
