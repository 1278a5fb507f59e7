//! The drivers, each behind the same trait.

mod diesel;
#[cfg(feature = "others")]
mod postgres;
#[cfg(feature = "others")]
mod sea_orm;
#[cfg(feature = "others")]
mod sqlx;

use std::error::Error;

use pg_enum::UnknownLabel;

pub(crate) use self::diesel::{Diesel, Typed, failure};
#[cfg(feature = "others")]
pub(crate) use self::{
    postgres::TokioPostgres,
    sea_orm::{SeaOrm1, SeaOrm2},
    sqlx::{Sqlx07, Sqlx08, Sqlx09},
};

/// One connection through a driver.
pub(crate) trait Connect: Sized {
    async fn connect(url: &str) -> Self;

    /// Runs SQL that must succeed, any number of statements.
    async fn run(&mut self, sql: &str);
}

/// What a driver does with an enum. Values go through the one row of the table `kept`, whose columns
/// the case chooses: written as a parameter, and read from the same statement.
pub(crate) trait Driver<E>: Connect {
    async fn one(&mut self, column: &str, value: E) -> Kept<E>;

    async fn maybe(&mut self, column: &str, value: Option<E>) -> Kept<Option<E>>;

    async fn many(&mut self, column: &str, values: Vec<E>) -> Kept<Vec<E>>;

    /// `None` if the driver has no arrays with nulls.
    async fn holey(&mut self, column: &str, values: Vec<Option<E>>)
    -> Option<Kept<Vec<Option<E>>>>;

    /// The value that a query returns, in the format of a prepared statement.
    async fn read(&mut self, sql: &str) -> Kept<E>;

    /// The same in the text format; `None` if the driver does not decode that.
    async fn read_text(&mut self, sql: &str) -> Option<Kept<E>>;
}

pub(crate) type Kept<T> = Result<T, Failure>;

/// An error of a driver.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The message, and those of its sources.
    pub(crate) text: String,
    /// The error about the label, if it is among the sources.
    pub(crate) unknown: Option<UnknownLabel>,
}

impl Failure {
    fn of(error: impl Error + 'static) -> Self {
        Self::walk(&error)
    }

    fn walk(error: &(dyn Error + 'static)) -> Self {
        let mut failure = Self { text: error.to_string(), unknown: None };
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(unknown) = error.downcast_ref() {
                failure.unknown = Some(*unknown);
            }
            let text = error.to_string();
            if !failure.text.contains(&text) {
                failure.text = format!("{}: {text}", failure.text);
            }
            next = error.source();
        }
        failure
    }
}

/// The statement that keeps a parameter and returns it.
fn keeping(column: &str) -> String {
    format!("INSERT INTO kept ({column}) VALUES ($1) RETURNING {column} AS value")
}
