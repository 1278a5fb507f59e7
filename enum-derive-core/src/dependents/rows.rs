//! The rows that hold labels.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Dependents, Held, Holds, Kind};
use crate::array::elements;
use crate::sql::Query;
use crate::sql::rows;
use crate::unseen::Unseen;

/// A query that counts the rows of each column of these types that hold one of the labels beside the type; `None` if there
/// is nothing to count. [`Held::parse`] reads its rows.
///
/// It reads a table only if that runs no code of the table's owner, like [`drift::query`](crate::drift::query).
#[must_use]
pub fn count(types: &[(&Dependents, &[String])]) -> Option<Query> {
    let mut wanted = Vec::new();
    for (dependents, labels) in types {
        let columns = dependents.objects.iter().filter_map(|object| match object.kind {
            Kind::Column { number, holds: holds @ (Holds::Scalar | Holds::Array), .. } => {
                let (_, oid) = object.key.split_once('.')?;
                Some((oid, number, holds == Holds::Array))
            }
            _ => None,
        });
        wanted.extend(columns.flat_map(|(oid, number, is_array)| {
            labels.iter().map(move |label| (oid, number, is_array, &**label))
        }));
    }
    (!wanted.is_empty()).then(|| Query::new(rows::count(&wanted)))
}

impl Held {
    /// Reads a row of the result of [`count`]; `None` if it is not such a row.
    ///
    /// ```
    /// use pg_enum_core::dependents::Held;
    ///
    /// let held = Held::parse(r#"{"column m of table t",sad,NULL,"",3}"#).expect("a row");
    /// assert_eq!(held.rows, Ok(3));
    /// ```
    #[must_use]
    pub fn parse(row: &str) -> Option<Self> {
        let [column, label, why, what, rows]: [_; 5] = elements(row)?.try_into().ok()?;
        let rows = match why {
            Some(why) => Err(Unseen::parse(&why, &what.unwrap_or_default())),
            None => Ok(rows?.parse().ok()?),
        };
        Some(Self { column: column?, label: label?, rows })
    }
}
