//! Errors.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use pg_enum_core::visible;

use super::{Report, alloc};
use crate::Conflict;

/// Why a database could not be verified, or could not be changed to match the enums. After all errors except
/// [`Partly`](Self::Partly), the database is unchanged. If the [connection](Self::Connection) is lost during a
/// commit, it is not known whether the commit succeeded.
///
/// A message is one line and contains only visible characters, even if a label or a server message has others. A
/// report with several differences has one line for each.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Two enums define the same type differently.
    Conflict(Conflict),
    /// The database differs from the enums.
    Drift(Report),
    /// No schema name matches the pattern of the policy.
    NoSchemas {
        /// The pattern.
        like: String,
    },
    /// Another session held a lock for too long.
    Locked {
        /// How long it waited for the lock.
        waited: Duration,
        /// The session that held it, if known.
        holder: Option<String>,
        /// The error from the server.
        source: DriverError,
    },
    /// A statement took too long (SQLSTATE 57014).
    Timeout(DriverError),
    /// A change is needed, but the database is a standby, or the transaction is read-only (SQLSTATE 25006).
    ReadOnly(DriverError),
    /// The role lacks a privilege (SQLSTATE 42501).
    Privilege(DriverError),
    /// The connection was lost, or could not be made.
    Connection(DriverError),
    /// Any other error of the server or the driver.
    Database(DriverError),
    /// There were too many steps for one transaction. Some are committed, and then another error stopped the rest.
    /// Running `ensure` again does the rest.
    Partly {
        /// The committed steps, described as in [`Ensured::steps`](super::Ensured::steps).
        done: Vec<String>,
        /// The remaining steps, in order.
        left: Vec<String>,
        /// The error that stopped them.
        source: Box<Error>,
    },
}

impl Error {
    /// Classifies the error by its SQLSTATE.
    pub(super) fn of(error: impl Into<DriverError>) -> Self {
        let error = error.into();
        match error.sqlstate() {
            _ if error.is_connection => Self::Connection(error),
            Some("55P03") => Self::Locked { waited: Duration::ZERO, holder: None, source: error },
            Some("57014") => Self::Timeout(error),
            Some("25006") => Self::ReadOnly(error),
            Some("42501") => Self::Privilege(error),
            _ => Self::Database(error),
        }
    }

    /// If it is about a lock: with how long it waited for it.
    pub(super) fn after(mut self, time: Duration) -> Self {
        if let Self::Locked { waited, .. } = &mut self {
            *waited = time;
        }
        self
    }

    /// The SQLSTATE, if the server sent one and the driver gives it. Diesel gives it for few errors.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&str> {
        self.driver()?.sqlstate()
    }

    fn driver(&self) -> Option<&DriverError> {
        match self {
            Self::Conflict(_) | Self::Drift(_) | Self::NoSchemas { .. } => None,
            Self::Partly { source, .. } => source.driver(),
            Self::Locked { source, .. }
            | Self::Timeout(source)
            | Self::ReadOnly(source)
            | Self::Privilege(source)
            | Self::Connection(source)
            | Self::Database(source) => Some(source),
        }
    }
}

/// An error of the server or of a driver.
///
/// Its [`source`](core::error::Error::source) is the driver's own error.
#[derive(Debug)]
pub struct DriverError {
    sqlstate: Option<String>,
    message: String,
    is_connection: bool,
    source: Option<Box<dyn core::error::Error + Send + Sync>>,
}

#[cfg_attr(
    not(any(
        feature = "diesel",
        feature = "sqlx",
        feature = "sqlx-0_8",
        feature = "tokio-postgres"
    )),
    expect(dead_code, reason = "the drivers make the errors")
)]
impl DriverError {
    /// An error that is none of the server's, or of which the driver gives no SQLSTATE.
    pub(super) fn new(message: impl fmt::Display) -> Self {
        let message = message.to_string();
        Self { sqlstate: None, message, is_connection: false, source: None }
    }

    /// The connection was lost, or could not be made.
    pub(super) fn of_connection(message: impl fmt::Display) -> Self {
        Self { is_connection: true, ..Self::new(message) }
    }

    /// An error that the server sent. In classes 08 and 57P, it is shutting down, is down, or is starting (manual,
    /// appendix A).
    pub(super) fn of_server(sqlstate: &str, message: impl fmt::Display) -> Self {
        Self {
            sqlstate: Some(sqlstate.into()),
            is_connection: sqlstate.starts_with("08") || sqlstate.starts_with("57P"),
            ..Self::new(message)
        }
    }

    pub(super) fn with_source(
        mut self,
        source: impl core::error::Error + Send + Sync + 'static,
    ) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// The SQLSTATE (manual, appendix A), if the server sent the error and the driver gives its code.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&str> {
        self.sqlstate.as_deref()
    }

    /// The server's message, or else the driver's.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// The message in visible characters, and the SQLSTATE.
impl fmt::Display for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", visible(&self.message))?;
        match &self.sqlstate {
            Some(sqlstate) => write!(f, " (SQLSTATE {sqlstate})"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for DriverError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Partly { done, left, source } = self else { return self.message(f, false) };
        let all = done.len() + left.len();
        write!(f, "{} of {all} steps are committed", done.len())?;
        if let Some(last) = done.last() {
            write!(f, " (the last one: {})", visible(last))?;
        }
        if let Some(next) = left.first() {
            write!(f, ", and {} are not (the first one: {})", left.len(), visible(next))?;
        }
        f.write_str(": ")?;
        source.message(f, true)?;
        f.write_str("; run ensure again to do the rest")
    }
}

impl Error {
    /// The message; `partly` if earlier steps are already committed.
    fn message(&self, f: &mut fmt::Formatter<'_>, partly: bool) -> fmt::Result {
        let nothing = if partly { "" } else { ", and nothing was changed" };
        match self {
            Self::Conflict(conflict) => write!(f, "{conflict}"),
            Self::Drift(report) => write!(f, "{report}"),
            Self::NoSchemas { like } => write!(f, "no schema name matches `{}`", visible(like)),
            Self::Locked { waited, holder, .. } => {
                let seconds = waited.as_secs_f32();
                write!(f, "a lock on the enum types was not free within {seconds:.1} s")?;
                if let Some(holder) = holder {
                    write!(f, ": {} holds it", visible(holder))?;
                }
                f.write_str(if partly { "" } else { "; nothing was changed, try again" })
            }
            Self::Timeout(source) => {
                write!(f, "the database took too long{nothing}: {source}")
            }
            Self::ReadOnly(source) => write!(
                f,
                "the enum types differ from the enums, and this database is read-only: {source}; \
                 connect to the primary, or change the types in migrations"
            ),
            Self::Privilege(source) => write!(
                f,
                "the role lacks a privilege{nothing}: {source}; grant it, or change the types in migrations that run as the owner"
            ),
            Self::Connection(source) => {
                write!(f, "the database cannot be reached: {source}")
            }
            Self::Database(source) => write!(f, "{source}"),
            Self::Partly { .. } => fmt::Display::fmt(self, f),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Partly { source, .. } => Some(source),
            _ => self.driver().and_then(core::error::Error::source),
        }
    }
}
