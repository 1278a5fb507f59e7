//! Runs the query and reads its result.

use alloc::vec::Vec;

use pg_enum_core::Definition;
use pg_enum_core::drift::{Found, Scope, query};

use super::session::Session;
use super::{DriverError, Error, Policy, alloc};
use crate::{Registered, Set};

impl<'s> Set<'s> {
    pub(super) fn definitions(&self) -> Vec<Definition<'s>> {
        self.iter().map(Registered::definition).collect()
    }
}

/// The state of the definitions in the database.
pub(super) async fn read(
    definitions: &[Definition<'_>],
    policy: &Policy,
    session: &mut impl Session,
) -> Result<Vec<Found>, Error> {
    if definitions.is_empty() {
        return Ok(Vec::new());
    }
    let query = query(definitions, policy.scope(), policy.rows);
    let rows = session.rows(&query).await.map_err(Error::of)?;
    let found: Option<Vec<_>> = rows.iter().map(|row| Found::parse(row, definitions)).collect();
    let unread = || DriverError::new("the rows of the query are not as expected");
    let found = found.ok_or_else(unread).map_err(Error::Database)?;
    if let Scope::Like(pattern) = policy.scope() {
        let is_somewhere = |index: usize| found.iter().any(|found| found.number == 2 * index);
        let mut indices = 0..definitions.len();
        if indices.any(|index| definitions[index].schema.is_none() && !is_somewhere(index)) {
            return Err(Error::NoSchemas { like: pattern.into() });
        }
    }
    Ok(found)
}
