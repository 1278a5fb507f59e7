//! Finds retired labels: those that a check forbids in each column of their type.

use pg_enum_core::drift::{self, Found, Scope, State};
use pg_enum_core::retire::is_retired;
use pg_enum_core::{Definition, Retired, RetiredRows};
use sqlx::PgConnection;

use crate::catalog::EnumType;
use crate::dependents::rows;
use crate::failure::Failure;

/// Sets the retired labels of these types.
///
/// If checks forbid all labels of a type, none is retired: what they say is that its columns have no values.
pub(crate) async fn find(
    connection: &mut PgConnection,
    types: &mut [EnumType],
) -> Result<(), Failure> {
    // The columns are read for definitions with a retired label, whichever it is.
    const ANY: &[Retired<'_>] = &[Retired { label: "", rows: RetiredRows::Unchanged }];
    let of = |found: &EnumType| (found.schema.clone(), found.name.clone());
    let names: Vec<(String, String)> = types.iter().map(of).collect();
    let definitions: Vec<Definition<'_>> = names
        .iter()
        .map(|(schema, name)| Definition::new(name, &[]).in_schema(schema).with_retired(ANY))
        .collect();
    let query = drift::query(&definitions, Scope::Own, false);
    let doing = "read the columns of the enums";
    let found = rows(connection, &query, doing, |row| Found::parse(&row, &definitions)).await?;
    for Found { number, state, .. } in found {
        let (State::Enum(live), Some(of)) = (state, types.get_mut(number / 2)) else { continue };
        let retired = of.labels.iter().filter(|label| is_retired(&live.holders, label));
        let retired: Vec<String> = retired.cloned().collect();
        if retired.len() < of.labels.len() {
            of.retired = retired;
        }
    }
    Ok(())
}
