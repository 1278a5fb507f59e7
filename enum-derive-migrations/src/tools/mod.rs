//! The tools: one file each, with everything about it, and one table.
//!
//! A new tool is a file that implements [`Rules`], `Writer` and `History`, its name in
//! [`Tool`](crate::ground::Tool), and its line in the table.

mod alembic;
mod atlas;
mod db_migrate;
mod dbmate;
mod diesel;
mod drizzle;
mod flyway;
mod golang_migrate;
mod goose;
mod graphile_migrate;
mod grate;
mod hasura;
mod liquibase;
mod node_pg_migrate;
mod plain;
mod prisma;
mod refinery;
mod rules;
mod sea_orm;
mod shmig;
mod sqitch;
mod sql_migrate;
mod sqlx;
mod supabase;
mod tern;

pub(crate) use self::rules::Rules;
pub use self::rules::{Around, Between, Outside, Running, UnknownAround};
#[cfg(feature = "write")]
use crate::draft::Writer;
use crate::ground::{Migration, Tool};
#[cfg(feature = "history")]
use crate::history::History;

macro_rules! table {
    ($($tool:ident in $module:ident,)*) => {
        /// The tools in the order in which a folder is asked whose it is: of two with equally sure signs, the first
        /// has it.
        pub(crate) const TABLE: &[Tool] = &[$(Tool::$tool),*];

        impl Tool {
            pub(crate) fn rules(self) -> &'static dyn Rules {
                match self { $(Self::$tool => &$module::$tool,)* }
            }

            #[cfg(feature = "write")]
            pub(crate) fn writer(self) -> &'static dyn Writer {
                match self { $(Self::$tool => &$module::$tool,)* }
            }

            /// The table in which the tool records what it has applied.
            #[cfg(feature = "history")]
            #[must_use]
            pub fn history(self) -> &'static dyn History {
                match self { $(Self::$tool => &$module::$tool,)* }
            }
        }
    };
}

table! {
    Sqitch in sqitch,
    GraphileMigrate in graphile_migrate,
    DbMigrate in db_migrate,
    SeaOrm in sea_orm,
    Alembic in alembic,
    Supabase in supabase,
    Atlas in atlas,
    Drizzle in drizzle,
    // Its directories are Drizzle's as well, which have one file more.
    Prisma in prisma,
    // Its directories are Diesel's as well, whose versions are never milliseconds.
    Hasura in hasura,
    Diesel in diesel,
    Grate in grate,
    // Where the names are both's, refinery asks for a Cargo.toml, and Flyway for nothing.
    Refinery in refinery,
    Flyway in flyway,
    Goose in goose,
    Dbmate in dbmate,
    SqlMigrate in sql_migrate,
    Liquibase in liquibase,
    Shmig in shmig,
    Tern in tern,
    NodePgMigrate in node_pg_migrate,
    // It does not ask for what sqlx does: a Cargo.toml.
    GolangMigrate in golang_migrate,
    Sqlx in sqlx,
    // It takes whatever has an order.
    Plain in plain,
}

impl Tool {
    /// How the tool runs a folder's migrations.
    #[must_use]
    pub fn running(self) -> Running {
        self.rules().running()
    }

    /// What files of a folder the tool takes for migrations.
    #[must_use]
    pub fn takes(self) -> &'static str {
        self.rules().takes()
    }

    /// Whether a migration has no place in the order of the others, and comes after them all whenever it differs.
    #[must_use]
    pub fn is_repeatable(self, migration: &Migration) -> bool {
        self.rules().is_repeatable(migration)
    }
}
