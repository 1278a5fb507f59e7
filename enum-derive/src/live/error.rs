//! What can go wrong.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use pg_enum_core::visible;

use super::{Report, alloc};
use crate::Conflict;

/// Why a database was not verified, or not brought to agree with the enums. After any of these but
/// [`Partly`](Self::Partly), it is as it was before; whoever loses the [connection](Self::Connection) during a commit
/// cannot tell.
///
/// A message is one line, and none but visible characters are in it, whatever a label or a server says; that of a
/// report with several disagreements has a line for each.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Two enums give one type two definitions.
    Conflict(Conflict),
    /// The database disagrees with the enums.
    Drift(Report),
    /// No schema has a name like the policy's.
    NoSchemas {
        /// The pattern.
        like: String,
    },
    /// Somebody else held a lock for too long.
    Locked {
        /// For how long it was waited for.
        waited: Duration,
        /// Who held it, as far as can be told.
        holder: Option<String>,
        /// What the server said.
        source: sqlx::Error,
    },
    /// A statement took too long (SQLSTATE 57014).
    Timeout(sqlx::Error),
    /// The types are not as they should be, and the database is a standby, or the transaction read-only
    /// (SQLSTATE 25006).
    ReadOnly(sqlx::Error),
    /// The role lacks a privilege (SQLSTATE 42501).
    Privilege(sqlx::Error),
    /// The connection was lost, or there was none.
    Connection(sqlx::Error),
    /// Whatever else the server or the driver said.
    Database(sqlx::Error),
    /// There were too many steps for one transaction: some are committed, and then one of the other reasons kept the
    /// rest from being so. Ensuring again does what is left.
    Partly {
        /// The steps that are committed, in the words of [`Ensured::steps`](super::Ensured::steps).
        done: Vec<String>,
        /// Those that are not, in their order.
        left: Vec<String>,
        /// Why not.
        source: Box<Error>,
    },
}

impl Error {
    /// By what the server calls it.
    pub(super) fn of(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(it) => match it.code().as_deref() {
                Some("55P03") => {
                    Self::Locked { waited: Duration::ZERO, holder: None, source: error }
                }
                Some("57014") => Self::Timeout(error),
                Some("25006") => Self::ReadOnly(error),
                Some("42501") => Self::Privilege(error),
                // The server goes, has gone, or is not there yet (class 08 and 57P).
                Some(code) if code.starts_with("08") || code.starts_with("57P") => {
                    Self::Connection(error)
                }
                _ => Self::Database(error),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Connection(error),
            _ => Self::Database(error),
        }
    }

    /// The SQLSTATE, if the server said one.
    #[must_use]
    pub fn sqlstate(&self) -> Option<String> {
        let error = self.sqlx()?.as_database_error()?;
        error.code().map(|code| code.to_string())
    }

    fn sqlx(&self) -> Option<&sqlx::Error> {
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
        f.write_str("; ensure again to do what is left")
    }
}

impl Error {
    /// What was wrong; `partly` if something has been changed before that.
    fn message(&self, f: &mut fmt::Formatter<'_>, partly: bool) -> fmt::Result {
        let nothing = if partly { "" } else { ", and nothing was changed" };
        match self {
            Self::Conflict(conflict) => write!(f, "{conflict}"),
            Self::Drift(report) => write!(f, "{report}"),
            Self::NoSchemas { like } => write!(f, "no schema has a name like `{}`", visible(like)),
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
                "the enum types are not as they should be, and this database cannot be written to: {}; \
                 connect to the primary, or leave it to migrations",
                said(source)
            ),
            Self::Privilege(source) => write!(
                f,
                "the role may not do that{nothing}: {}; grant it, or leave it to migrations that run as the \
                 owner",
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

/// The server's message, without sqlx's words before it.
fn said(error: &sqlx::Error) -> impl fmt::Display + '_ {
    fmt::from_fn(move |f| match error {
        sqlx::Error::Database(error) => {
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
