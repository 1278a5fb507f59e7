//! Tries each label in each column that holds it, and takes everything back.

mod report;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use pg_enum_core::drift::{Column, Query, State};
use pg_enum_core::smoke::{
    Holder, Surroundings, TRY, UNDO, Unwritten, cast_sql, holders, limits_sql, read_only,
};
use pg_enum_core::{Definition, Ident};

pub use self::report::{Outcome, Refusal, SmokeReport, SmokedEnum, SmokedLabel, Why};
use super::ensure::milliseconds;
use super::session::{Database, Session};
use super::{DriverError, Error, Policy, alloc, read};
use crate::{Registered, Set};

/// Options for [`Set::smoke_with`].
///
/// ```
/// use pg_enum::live::Smoke;
///
/// // In a test, on a database that the test's own migrations have made.
/// let thorough = Smoke::new().run_code(true);
/// ```
#[derive(Debug, Clone)]
pub struct Smoke {
    run_code: bool,
    policy: Policy,
    lock_timeout: Duration,
    statement_timeout: Duration,
}

impl Default for Smoke {
    fn default() -> Self {
        Self {
            run_code: false,
            policy: Policy::new(),
            lock_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(30),
        }
    }
}

impl Smoke {
    /// The defaults: no code of the database runs. The lock timeout is 2 seconds and the statement timeout is 30
    /// seconds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a row may run what its table has: triggers, rules, policies, and functions in defaults, checks, indexes
    /// and domains. They run with the rights of this connection, and a rollback does not undo everything that they may
    /// do: a sequence advances, another server gets a message. So allow it only where you trust everybody who owns
    /// something in the database, as in a test.
    #[must_use]
    pub fn run_code(mut self, run: bool) -> Self {
        self.run_code = run;
        self
    }

    /// Looks up enums without a schema in every schema whose name matches this `LIKE` pattern, as
    /// [`Policy::schemas`].
    #[must_use]
    pub fn schemas(mut self, like: impl Into<String>) -> Self {
        self.policy = self.policy.schemas(like);
        self
    }

    /// How long to wait for the lock of a table (`lock_timeout`, in whole milliseconds); zero means no limit. A table
    /// that is not free gets no row.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// How long one statement may take (`statement_timeout`, in whole milliseconds); zero means no limit.
    #[must_use]
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = timeout;
        self
    }
}

#[expect(
    clippy::manual_async_fn,
    reason = "`Send` must be explicit, because the compiler cannot infer it for a generic `Database`"
)]
impl Set<'_> {
    /// Tries each label of each enum in the database, with the defaults of [`Smoke`]: the test that inserts a row for
    /// every value of every enum, without having to write it.
    ///
    /// Each label is cast to its type. For each column of the type, an array or not, in any table or partitioned
    /// table, a row with each label is inserted if the other columns allow it: they are nullable, have a default, are
    /// generated, or are an enum as well. Otherwise, the label is compared with the column in a prepared statement, and the
    /// [outcome](Outcome) has the reason.
    ///
    /// ```no_run
    /// # use pg_enum::PgEnum;
    /// # #[derive(PgEnum)] enum Mood { Sad, Ok }
    /// # async fn example(pool: sqlx::PgPool) -> Result<(), Box<dyn std::error::Error>> {
    /// let report = pg_enum::set![Mood].smoke(&pool).await?;
    /// assert!(report.is_clean(), "{report}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// **Nothing remains.** All is one transaction, or a savepoint of the caller's, which is rolled back. Sequences do
    /// not advance: columns with an identity or a sequence get the largest value of their type. What remains are
    /// dead rows, which `VACUUM` removes.
    ///
    /// **No code of the database runs**, unless [`Smoke::run_code`] allows it. So a table gets no row if it has
    /// triggers, rules, policies or domains; if a check, an index or a generated column calls anything but
    /// immutable functions written in C; or if its schema belongs to another role that is no superuser. Foreign tables
    /// get no row at all.
    ///
    /// **Locks are short.** A table with its partitions is locked while its rows are tried, as by `VACUUM`: others read
    /// and write it meanwhile. For this lock the role needs `UPDATE` or `DELETE` on the table.
    ///
    /// # Errors
    ///
    /// - [`Error::Conflict`] if two enums define the same type differently.
    /// - [`Error::NoSchemas`] if no schema matches the pattern.
    /// - Errors of the connection. What the server refuses is in the report.
    pub fn smoke<'a>(
        &'a self,
        database: impl Database + 'a,
    ) -> impl Future<Output = Result<SmokeReport, Error>> + Send + 'a {
        async { self.smoke_with(&Smoke::new(), database).await }
    }

    /// [`smoke`](Self::smoke) with options.
    ///
    /// # Errors
    ///
    /// The errors of [`smoke`](Self::smoke).
    pub fn smoke_with<'a>(
        &'a self,
        options: &'a Smoke,
        database: impl Database + 'a,
    ) -> impl Future<Output = Result<SmokeReport, Error>> + Send + 'a {
        async {
            let mut session = database.session().await.map_err(Error::of)?;
            // Its state is large, and would be part of each future that waits for it.
            Box::pin(self.smoke_on(options, &mut session)).await
        }
    }

    pub(super) async fn smoke_on(
        &self,
        options: &Smoke,
        session: &mut impl Session,
    ) -> Result<SmokeReport, Error> {
        self.check().map_err(Error::Conflict)?;
        session.begin().await.map_err(Error::of)?;
        let report = self.tried(options, session).await;
        let undone = session.roll_back().await.map_err(Error::of);
        let report = report?;
        undone?;
        Ok(report)
    }

    async fn tried(
        &self,
        options: &Smoke,
        session: &mut impl Session,
    ) -> Result<SmokeReport, Error> {
        let definitions = self.definitions();
        let found = read::read(&definitions, &options.policy, session).await?;
        let [lock, statement] = [options.lock_timeout, options.statement_timeout].map(milliseconds);
        let limits = limits_sql(lock, statement, options.run_code);
        session.run(&limits).await.map_err(Error::of)?;

        let enums: Vec<&Registered<'_>> = self.iter().collect();
        let mut types = Vec::new();
        for here in found.iter().filter(|found| found.number % 2 == 0) {
            let Some(of) = enums.get(here.number / 2) else { continue };
            types.extend(here.schemas.iter().map(|schema| Type::new(of, schema, &here.state)));
            if here.schemas.is_empty() {
                types.push(Type::new(of, "", &here.state));
            }
        }
        for ty in types.iter_mut().filter(|ty| ty.exists) {
            ty.cast(session).await?;
        }
        try_columns(&mut types, options, session).await?;
        Ok(SmokeReport { enums: types.into_iter().map(|ty| ty.smoked).collect() })
    }
}

/// A type in a schema.
struct Type<'a> {
    definition: Definition<'a>,
    schema: &'a str,
    exists: bool,
    smoked: SmokedEnum,
}

impl<'a> Type<'a> {
    /// None of its labels can be cast to a type that is none.
    fn new(of: &Registered<'a>, schema: &'a str, state: &State) -> Self {
        let definition = of.definition();
        let type_name = match schema {
            "" => Ident(definition.name).to_string(),
            _ => definition.in_schema(schema).name_sql().to_string(),
        };
        let refused = match state {
            State::Enum(_) => None,
            State::Missing { .. } => Some((Some("42704"), "the type does not exist".to_string())),
            State::Other { kind } => Some((None, alloc::format!("it is a {kind}"))),
        };
        let refused = refused
            .map(|(sqlstate, message)| Refusal { sqlstate: sqlstate.map(String::from), message });
        let label = |label: &&str| SmokedLabel {
            label: (*label).into(),
            refused: refused.clone(),
            columns: Vec::new(),
        };
        let labels = definition.labels.iter().map(label).collect();
        let smoked = SmokedEnum { rust_name: of.rust_name().into(), type_name, labels };
        Self { definition, schema, exists: refused.is_none(), smoked }
    }

    /// Casts all labels at once, and one by one only if the server refuses that.
    async fn cast(&mut self, session: &mut impl Session) -> Result<(), Error> {
        let name = self.definition.name;
        let cast = |labels: &[&str]| cast_sql(self.schema, name, labels);
        if self.definition.labels.is_empty()
            || attempt(session, &cast(self.definition.labels)).await?.is_ok()
        {
            return Ok(());
        }
        for (label, text) in self.smoked.labels.iter_mut().zip(self.definition.labels) {
            label.refused = attempt(session, &cast(&[text])).await?.err();
        }
        Ok(())
    }

    /// The labels that can be cast.
    fn cast_labels(&mut self) -> impl Iterator<Item = &mut SmokedLabel> {
        self.smoked.labels.iter_mut().filter(|label| label.refused.is_none())
    }
}

/// Tries the labels of all types in all columns.
async fn try_columns(
    types: &mut [Type<'_>],
    options: &Smoke,
    session: &mut impl Session,
) -> Result<(), Error> {
    let known = types.iter().enumerate().filter(|(_, ty)| ty.exists);
    let known: Vec<_> = known.map(|(number, ty)| (number, ty.schema, ty.definition.name)).collect();
    if known.is_empty() {
        return Ok(());
    }
    let nothing = rows(session, &read_only()).await?;
    let nothing = nothing.first().and_then(|row| Unwritten::of_transaction(row));
    for row in rows(session, &holders(&known)).await? {
        let holder = Holder::parse(&row).ok_or_else(unread)?;
        let Some(ty) = types.get_mut(holder.number) else { continue };
        let column = Tried { holder: &holder, nothing: nothing.as_ref(), options };
        column.all(ty, session).await?;
    }
    Ok(())
}

/// A column that is being tried.
#[derive(Clone, Copy)]
struct Tried<'a> {
    holder: &'a Holder,
    /// Why no row of any table is inserted.
    nothing: Option<&'a Unwritten>,
    options: &'a Smoke,
}

impl Tried<'_> {
    async fn all(self, ty: &mut Type<'_>, session: &mut impl Session) -> Result<(), Error> {
        let column = self.holder.column();
        if let Err(why) = self.write(ty, session).await? {
            for label in ty.cast_labels() {
                label.columns.push((column.clone(), Outcome::Compared(why.clone())));
            }
        }
        self.compare(ty, &column, session).await
    }

    /// Tries a row for each label, with the table locked until all are tried.
    async fn write(
        self,
        ty: &mut Type<'_>,
        session: &mut impl Session,
    ) -> Result<Result<(), Why>, Error> {
        if let Some(unwritten) = self.holder.unwritten().or_else(|| self.nothing.cloned()) {
            return Ok(Err(Why::NotTried(unwritten)));
        }
        let Self { holder, options, .. } = self;
        let lock = holder.lock_sql(options.run_code);
        if let Err(error) = session.run(&[TRY, &lock].concat()).await {
            return Ok(Err(Why::Refused(refusal(session, error).await?)));
        }
        let done = self.rows(ty, session).await?;
        session.run(UNDO).await.map_err(Error::of)?;
        Ok(done.map_err(Why::NotTried))
    }

    async fn rows(
        self,
        ty: &mut Type<'_>,
        session: &mut impl Session,
    ) -> Result<Result<(), Unwritten>, Error> {
        let found = rows(session, &self.holder.surroundings()).await?;
        let surroundings =
            Surroundings::parse(found.iter().map(|row| &**row)).ok_or_else(unread)?;
        let row = match surroundings.row(self.holder, self.options.run_code) {
            Ok(row) => row,
            Err(unwritten) => return Ok(Err(unwritten)),
        };
        let column = self.holder.column();
        for label in ty.cast_labels() {
            let outcome = match attempt(session, &row.sql(&label.label)).await? {
                Ok(()) => Outcome::Written,
                Err(refusal) if refusal.is_of_label() => Outcome::Refused(refusal),
                Err(refusal) => Outcome::Compared(Why::Refused(refusal)),
            };
            label.columns.push((column.clone(), outcome));
        }
        Ok(Ok(()))
    }

    /// Compares the labels that are said to be, and says so of those that cannot be.
    async fn compare(
        self,
        ty: &mut Type<'_>,
        column: &Column,
        session: &mut impl Session,
    ) -> Result<(), Error> {
        let name = (ty.schema, ty.definition.name);
        let mut left: Vec<&mut SmokedLabel> = ty.cast_labels().collect();
        left.retain(|label| {
            matches!(label.columns.last(), Some((of, Outcome::Compared(_))) if of == column)
        });
        if left.is_empty() {
            return Ok(());
        }
        let sql = |labels: &[&str]| self.holder.compare_sql(name, labels);
        let all: Vec<&str> = left.iter().map(|label| &*label.label).collect();
        if !self.holder.is_nested() && attempt(session, &sql(&all)).await?.is_ok() {
            return Ok(());
        }
        for label in left {
            let compared = if self.holder.is_nested() {
                None
            } else {
                Some(attempt(session, &sql(&[&label.label])).await?)
            };
            let Some((_, outcome)) = label.columns.last_mut() else { continue };
            match compared {
                Some(Ok(())) => {}
                Some(Err(refusal)) if refusal.is_of_label() => *outcome = Outcome::Refused(refusal),
                _ => {
                    if let Outcome::Compared(why) = outcome {
                        *outcome = Outcome::Cast(why.clone());
                    }
                }
            }
        }
        Ok(())
    }
}

/// Runs statements and undoes them; what the server says if it refuses one.
async fn attempt(session: &mut impl Session, sql: &str) -> Result<Result<(), Refusal>, Error> {
    match session.run(&[TRY, sql, UNDO].concat()).await {
        Ok(()) => Ok(Ok(())),
        Err(error) => refusal(session, error).await.map(Err),
    }
}

/// Undoes what the server has refused. An error of the connection is none of the server's.
async fn refusal<S: Session>(session: &mut S, error: S::Error) -> Result<Refusal, Error> {
    let error = match Error::of(error) {
        Error::Locked { source, .. }
        | Error::Timeout(source)
        | Error::ReadOnly(source)
        | Error::Privilege(source)
        | Error::Database(source) => source,
        error => return Err(error),
    };
    session.run(UNDO).await.map_err(Error::of)?;
    Ok(Refusal { sqlstate: error.sqlstate().map(String::from), message: error.message().into() })
}

async fn rows(session: &mut impl Session, query: &Query) -> Result<Vec<String>, Error> {
    session.rows(query).await.map_err(Error::of)
}

fn unread() -> Error {
    Error::Database(DriverError::new("the rows of the query are not as expected"))
}
