//! The plan that removes what an online change has made.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Online, Phase, State, Work};
use crate::Ident;
use crate::plan::TypeName;
use crate::sql::online::names;
use crate::sql::{Name, qualified};

/// Plans the removal of the new type of a type, with its columns, triggers, indexes and constraints. The old columns are
/// not touched.
///
/// ```
/// use pg_enum_core::plan::online::{State, abort};
///
/// assert!(abort("app", "mood", &State::default()).phases.is_empty());
/// ```
#[must_use]
pub fn abort(schema: &str, name: &str, state: &State) -> Online {
    let mut tables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (table, column) in &state.new_columns {
        tables.entry(table).or_default().push(column);
    }
    let trigger = Ident(&names::trigger(name)).to_string();
    let triggers = || state.triggers.iter().filter(|found| found.name == trigger);
    for found in triggers() {
        tables.entry(&found.table).or_default();
    }
    let mut phases = Vec::new();
    for (table, columns) in tables {
        let mut sql = alloc::string::String::new();
        for found in triggers().filter(|found| found.table == table) {
            sql.extend([format!(
                "DROP TRIGGER {trigger} ON {table};\nDROP FUNCTION {}();\n",
                found.function
            )]);
        }
        let columns: Vec<_> =
            columns.iter().map(|column| format!("DROP COLUMN {column}")).collect();
        if !columns.is_empty() {
            sql.extend([format!("ALTER TABLE {table}\n  {};\n", columns.join(",\n  "))]);
        }
        let title = format!("remove the new columns of table {table}");
        phases.push(Phase { title, work: Work::Transaction(sql) });
    }
    if state.new_type.is_some() {
        let new = names::new_name(name);
        let new = qualified(Name { schema: Some(schema), name: &new }, Ident);
        let title = format!("drop type {new}");
        phases.push(Phase { title, work: Work::Transaction(format!("DROP TYPE {new};\n")) });
    }
    Online {
        name: TypeName::new(Some(schema), name),
        labels: Vec::new(),
        tables: Vec::new(),
        phases,
        restored: Vec::new(),
        computed: Vec::new(),
    }
}
