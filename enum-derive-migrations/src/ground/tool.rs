//! The names of the tools.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

macro_rules! names {
    ($($(#[$doc:meta])* $tool:ident = $name:literal,)*) => {
        /// A migration tool, or rather its way to lay out a folder.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Tool {
            $($(#[$doc])* $tool,)*
        }

        impl Tool {
            /// Every tool.
            pub const ALL: &[Self] = &[$(Self::$tool),*];

            /// The tool's name, as its [`FromStr`] takes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$tool => $name,)*
                }
            }
        }
    };
}

names! {
    /// sqlx: `<version>_<description>.sql`, or `.up.sql` and `.down.sql`.
    Sqlx = "sqlx",
    /// Diesel: `<version>_<name>/up.sql` and `down.sql`.
    Diesel = "diesel",
    /// refinery: `V<version>__<name>.sql` or `U…`.
    Refinery = "refinery",
    /// dbmate: `<version>_<name>.sql` with `-- migrate:up` and `-- migrate:down`.
    Dbmate = "dbmate",
    /// goose: `<version>_<name>.sql` with `-- +goose Up` and `-- +goose Down`.
    Goose = "goose",
    /// golang-migrate: `<version>_<title>.up.sql` and `.down.sql`.
    GolangMigrate = "golang-migrate",
    /// Flyway: `V<version>__<description>.sql`, `R__<description>.sql`, `U…`, `B…`.
    Flyway = "flyway",
    /// Prisma: `<name>/migration.sql`.
    Prisma = "prisma",
    /// drizzle: `<tag>.sql`, in the order of `meta/_journal.json`.
    Drizzle = "drizzle",
    /// Supabase: `<timestamp>_<name>.sql` in `supabase/migrations`.
    Supabase = "supabase",
    /// Atlas: `<version>_<name>.sql` beside `atlas.sum`.
    Atlas = "atlas",
    /// sql-migrate: `<id>.sql` with `-- +migrate Up` and `-- +migrate Down`.
    SqlMigrate = "sql-migrate",
    /// tern: `<number>_<name>.sql` with `---- create above / drop below ----`.
    Tern = "tern",
    /// node-pg-migrate: `<time>_<name>.sql` with `-- Up Migration` and `-- Down Migration`.
    NodePgMigrate = "node-pg-migrate",
    /// graphile-migrate: `committed/<number>.sql` and `current.sql`.
    GraphileMigrate = "graphile-migrate",
    /// db-migrate: `<time>-<name>.js` with `sqls/<time>-<name>-up.sql` and `-down.sql`.
    DbMigrate = "db-migrate",
    /// Hasura: `<source>/<version>_<name>/up.sql` and `down.sql`.
    Hasura = "hasura",
    /// sqitch: `deploy/<change>.sql` and `revert/<change>.sql`, in the order of `sqitch.plan`.
    Sqitch = "sqitch",
    /// grate and `RoundhousE`: `up/<number>_<name>.sql` and a directory for each other sort of script.
    Grate = "grate",
    /// Liquibase: formatted SQL with `--changeset <author>:<id>`.
    Liquibase = "liquibase",
    /// shmig: `<time>-<name>.sql` with `-- ====  UP  ====` and `-- ==== DOWN ====`.
    Shmig = "shmig",
    /// SeaORM: a `lib.rs` that lists migrations in Rust, or a list like its own.
    SeaOrm = "sea-orm",
    /// Alembic: `versions/<revision>_<slug>.py`, in the order of `down_revision`.
    Alembic = "alembic",
    /// Numbered or timestamped files of no particular tool, or a single `schema.sql` or `structure.sql`.
    Plain = "plain",
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Tool {
    type Err = UnknownTool;

    fn from_str(name: &str) -> Result<Self, UnknownTool> {
        let found = Self::ALL.iter().find(|tool| tool.as_str() == name);
        found.copied().ok_or_else(|| UnknownTool(name.to_owned()))
    }
}

/// A name that is no [`Tool`]'s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTool(String);

impl fmt::Display for UnknownTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no migration tool `{}`; known are {}", self.0, Names)
    }
}

impl Error for UnknownTool {}

/// The names of all tools, for messages.
pub(crate) struct Names;

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, tool) in Tool::ALL.iter().enumerate() {
            write!(f, "{}{tool}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for tool in Tool::ALL {
            assert_eq!(tool.to_string().parse(), Ok(*tool));
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known() {
        let message = "migrate".parse::<Tool>().map_err(|error| error.to_string());
        assert_eq!(
            message,
            Err("there is no migration tool `migrate`; known are sqlx, diesel, refinery, dbmate, \
                 goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, \
                 node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain"
                .to_owned())
        );
    }
}
