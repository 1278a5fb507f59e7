//! The tools: one file each, with everything about it, and one table.
//!
//! A new tool is a file that implements [`Rules`], [`Writer`] and [`History`], its name in
//! [`Tool`](crate::ground::Tool), and its line in the table.

mod dbmate;
mod diesel;
mod drizzle;
mod flyway;
mod golang_migrate;
mod goose;
mod plain;
mod prisma;
mod refinery;
mod rules;
mod sqlx;

pub use self::rules::{Between, Outside, Running};
pub(crate) use self::rules::{Rules, Writer};
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
    Drizzle in drizzle,
    // Its directories are Drizzle's as well, which have one file more.
    Prisma in prisma,
    Diesel in diesel,
    // Where the names are both's, refinery asks for a Cargo.toml, and Flyway for nothing.
    Refinery in refinery,
    Flyway in flyway,
    Goose in goose,
    Dbmate in dbmate,
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

    /// Whether a migration has no place in the order of the others, and comes after them all whenever it differs.
    #[must_use]
    pub fn is_repeatable(self, migration: &Migration) -> bool {
        self.rules().is_repeatable(migration)
    }
}
