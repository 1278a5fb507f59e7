//! The drivers, each behind the same trait.

use diesel::connection::SimpleConnection;
use pg_enum::Set;
use pg_enum::live::{Ensure, Ensured, Error, Policy, SmokeReport};

/// A connection, and its calls of `live`.
pub(crate) trait Live: Sized {
    async fn connect(url: &str) -> Self;
    /// Runs any number of statements.
    async fn run(&mut self, sql: &str) -> Result<(), String>;
    async fn verify(&mut self, set: &Set<'_>) -> Result<(), Error>;
    async fn report(&mut self, set: &Set<'_>, policy: &Policy) -> Vec<String>;
    async fn ensure_with(&mut self, set: &Set<'_>, options: &Ensure) -> Result<Ensured, Error>;
    async fn create_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error>;
    async fn drop_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error>;
    async fn smoke(&mut self, set: &Set<'_>) -> Result<SmokeReport, Error>;
    /// Ensures the set in a transaction that is rolled back.
    async fn ensure_and_roll_back(&mut self, set: &Set<'_>) -> Result<Ensured, Error>;

    async fn must_run(&mut self, sql: &str) {
        if let Err(error) = self.run(sql).await {
            panic!("{error}: {sql}");
        }
    }
}

pub(super) fn lines(report: &pg_enum::live::Report) -> Vec<String> {
    report.disagreements().iter().map(ToString::to_string).collect()
}

/// What is the same for all drivers with futures.
macro_rules! with_futures {
    () => {
        async fn verify(&mut self, set: &Set<'_>) -> Result<(), Error> {
            set.verify(&mut self.0).await
        }
        async fn report(&mut self, set: &Set<'_>, policy: &Policy) -> Vec<String> {
            lines(&set.report(policy, &mut self.0).await.expect("a report"))
        }
        async fn ensure_with(&mut self, set: &Set<'_>, options: &Ensure) -> Result<Ensured, Error> {
            set.ensure_with(options, &mut self.0).await
        }
        async fn create_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error> {
            set.create_all(&mut self.0, tables).await
        }
        async fn drop_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error> {
            set.drop_all(&mut self.0, tables).await
        }
        async fn smoke(&mut self, set: &Set<'_>) -> Result<SmokeReport, Error> {
            set.smoke(&mut self.0).await
        }
    };
}
#[cfg(feature = "others")]
pub(super) use with_futures;

pub(crate) struct Sqlx09(sqlx::PgConnection);

impl Live for Sqlx09 {
    async fn connect(url: &str) -> Self {
        use sqlx::Connection;
        Self(sqlx::PgConnection::connect(url).await.expect("a connection"))
    }
    async fn run(&mut self, sql: &str) -> Result<(), String> {
        let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
        sql.execute(&mut self.0).await.map(drop).map_err(|error| error.to_string())
    }
    async fn ensure_and_roll_back(&mut self, set: &Set<'_>) -> Result<Ensured, Error> {
        use sqlx::Connection;
        let mut transaction = self.0.begin().await.expect("a transaction");
        let ensured = set.ensure(&mut transaction).await;
        transaction.rollback().await.expect("a rollback");
        ensured
    }
    with_futures!();
}

pub(crate) struct Diesel(diesel::PgConnection);

impl Live for Diesel {
    async fn connect(url: &str) -> Self {
        Self(diesel::Connection::establish(url).expect("a connection"))
    }
    async fn run(&mut self, sql: &str) -> Result<(), String> {
        self.0.batch_execute(sql).map_err(|error| error.to_string())
    }
    async fn verify(&mut self, set: &Set<'_>) -> Result<(), Error> {
        set.verify_blocking(&mut self.0)
    }
    async fn report(&mut self, set: &Set<'_>, policy: &Policy) -> Vec<String> {
        lines(&set.report_blocking(policy, &mut self.0).expect("a report"))
    }
    async fn ensure_with(&mut self, set: &Set<'_>, options: &Ensure) -> Result<Ensured, Error> {
        set.ensure_with_blocking(options, &mut self.0)
    }
    async fn create_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error> {
        set.create_all_blocking(&mut self.0, tables)
    }
    async fn drop_all(&mut self, set: &Set<'_>, tables: &str) -> Result<(), Error> {
        set.drop_all_blocking(&mut self.0, tables)
    }
    async fn smoke(&mut self, set: &Set<'_>) -> Result<SmokeReport, Error> {
        set.smoke_blocking(&mut self.0)
    }
    async fn ensure_and_roll_back(&mut self, set: &Set<'_>) -> Result<Ensured, Error> {
        let mut ensured = None;
        let rolled_back = diesel::Connection::transaction(&mut self.0, |connection| {
            ensured = Some(set.ensure_blocking(connection));
            Err::<(), _>(diesel::result::Error::RollbackTransaction)
        });
        assert_eq!(rolled_back, Err(diesel::result::Error::RollbackTransaction));
        ensured.expect("it was called")
    }
}
