//! The names of the tools.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// A migration tool, or rather its way to lay out a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Tool {
    /// sqlx: `<version>_<description>.sql`, or `.up.sql` and `.down.sql`.
    Sqlx,
    /// Diesel: `<version>_<name>/up.sql` and `down.sql`.
    Diesel,
    /// refinery: `V<version>__<name>.sql` or `U…`.
    Refinery,
    /// dbmate: `<version>_<name>.sql` with `-- migrate:up` and `-- migrate:down`.
    Dbmate,
    /// goose: `<version>_<name>.sql` with `-- +goose Up` and `-- +goose Down`.
    Goose,
    /// golang-migrate: `<version>_<title>.up.sql` and `.down.sql`.
    GolangMigrate,
    /// Flyway: `V<version>__<description>.sql`, `R__<description>.sql`, `U…`, `B…`.
    Flyway,
    /// Prisma: `<name>/migration.sql`.
    Prisma,
    /// drizzle: `<tag>.sql`, in the order of `meta/_journal.json`.
    Drizzle,
    /// Numbered or timestamped files of no particular tool.
    Plain,
}

impl Tool {
    /// Every tool.
    pub const ALL: &[Self] = &[
        Self::Sqlx,
        Self::Diesel,
        Self::Refinery,
        Self::Dbmate,
        Self::Goose,
        Self::GolangMigrate,
        Self::Flyway,
        Self::Prisma,
        Self::Drizzle,
        Self::Plain,
    ];

    /// The tool's name, as its [`FromStr`] takes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlx => "sqlx",
            Self::Diesel => "diesel",
            Self::Refinery => "refinery",
            Self::Dbmate => "dbmate",
            Self::Goose => "goose",
            Self::GolangMigrate => "golang-migrate",
            Self::Flyway => "flyway",
            Self::Prisma => "prisma",
            Self::Drizzle => "drizzle",
            Self::Plain => "plain",
        }
    }
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
        write!(f, "no migration tool is known as `{}`; known are {}", self.0, Names)
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
            Err("no migration tool is known as `migrate`; known are sqlx, diesel, refinery, dbmate, \
                 goose, golang-migrate, flyway, prisma, drizzle, plain"
                .to_owned())
        );
    }
}
