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
        source: sqlx_core::Error,
    },
    /// A statement took too long (SQLSTATE 57014).
    Timeout(sqlx_core::Error),
    /// A change is needed, but the database is a standby, or the transaction is read-only (SQLSTATE 25006).
    ReadOnly(sqlx_core::Error),
    /// The role lacks a privilege (SQLSTATE 42501).
    Privilege(sqlx_core::Error),
    /// The connection was lost, or could not be made.
    Connection(sqlx_core::Error),
    /// Any other error of the server or the driver.
    Database(sqlx_core::Error),
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
    pub(super) fn of(error: sqlx_core::Error) -> Self {
        match &error {
            sqlx_core::Error::Database(it) => match it.code().as_deref() {
                Some("55P03") => {
                    Self::Locked { waited: Duration::ZERO, holder: None, source: error }
                }
                Some("57014") => Self::Timeout(error),
                Some("25006") => Self::ReadOnly(error),
                Some("42501") => Self::Privilege(error),
                // The server is shutting down, is down, or is starting (class 08 and 57P).
                Some(code) if code.starts_with("08") || code.starts_with("57P") => {
                    Self::Connection(error)
                }
                _ => Self::Database(error),
            },
            sqlx_core::Error::Io(_)
            | sqlx_core::Error::Tls(_)
            | sqlx_core::Error::Protocol(_)
            | sqlx_core::Error::PoolTimedOut
            | sqlx_core::Error::PoolClosed
            | sqlx_core::Error::WorkerCrashed => Self::Connection(error),
            _ => Self::Database(error),
        }
    }

    /// The SQLSTATE, if the server sent one.
    #[must_use]
    pub fn sqlstate(&self) -> Option<String> {
        let error = self.sqlx()?.as_database_error()?;
        error.code().map(|code| code.to_string())
    }

    fn sqlx(&self) -> Option<&sqlx_core::Error> {
        match self {
            Self::Conflict(_) | Self::Drift(_) | Self::NoSchemas { .. } => None,
            Self::Partly { source, .. } => source.sqlx(),
            Self::Locked { source, .. }
            | Self::Timeout(source)
            | Self::ReadOnly(source)
            | Self::Privilege(source)
            | Self::Connection(source)
            | Self::Database(source) => Some(source),
        }
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
                write!(f, "the database took too long{nothing}: {}", said(source))
            }
            Self::ReadOnly(source) => write!(
                f,
                "the enum types differ from the enums, and this database is read-only: {}; \
                 connect to the primary, or change the types in migrations",
                said(source)
            ),
            Self::Privilege(source) => write!(
                f,
                "the role lacks a privilege{nothing}: {}; grant it, or change the types in migrations that run as the owner",
                said(source)
            ),
            Self::Connection(source) => {
                write!(f, "the database cannot be reached: {}", said(source))
            }
            Self::Database(source) => write!(f, "{}", said(source)),
            Self::Partly { .. } => fmt::Display::fmt(self, f),
        }
    }
}

/// The server's message, without the prefix that sqlx adds.
fn said(error: &sqlx_core::Error) -> impl fmt::Display + '_ {
    fmt::from_fn(move |f| match error {
        sqlx_core::Error::Database(error) => {
            write!(f, "{}", visible(error.message()))?;
            match error.code() {
                Some(code) => write!(f, " (SQLSTATE {code})"),
                None => Ok(()),
            }
        }
        error => write!(f, "{}", visible(error)),
    })
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Partly { source, .. } => Some(source),
            _ => self.sqlx().map(|error| error as _),
        }
    }
}
