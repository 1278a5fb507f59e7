//! The plan that removes what an online change has made.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::columns::depth;
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
    let mut phases = Vec::new();
    let mut add = |title: String, sql: String| {
        phases.push(Phase { title, work: Work::Transaction(sql) });
    };
    // Foreign keys first, because they may reference a key of another table.
    for (table, found) in &state.tables {
        for (name, _) in found.constraints.iter().filter(|(_, it)| it.is_foreign_key) {
            let title = format!("remove the new constraint {name} of table {table}");
            add(title, format!("ALTER TABLE {table} DROP CONSTRAINT {name};\n"));
        }
    }
    let trigger = Ident(&names::trigger(name)).to_string();
    let mut tables: Vec<_> = state.tables.iter().collect();
    // The columns of a parent are dropped before those of its children.
    tables.sort_by_cached_key(|(table, _)| depth(state, table));
    for (table, found) in tables {
        let mut sql = String::new();
        if let Some(found) = found.triggers.get(&trigger) {
            sql.extend([format!(
                "DROP TRIGGER {trigger} ON {table};\nDROP FUNCTION {}();\n",
                found.function
            )]);
        }
        let own = found.new_columns.iter().filter(|(_, it)| !it.is_inherited || it.is_local);
        let drops: Vec<_> = own.map(|(name, _)| format!("DROP COLUMN {name}")).collect();
        if !drops.is_empty() {
            sql.extend([format!("ALTER TABLE {table}\n  {};\n", drops.join(",\n  "))]);
        }
        if !sql.is_empty() {
            add(format!("remove the new columns of table {table}"), sql);
        }
    }
    if state.new_type.is_some() {
        let new = names::new_name(name);
        let new = qualified(Name { schema: Some(schema), name: &new }, Ident);
        let title = format!("drop type {new}");
        add(title, format!("DROP TYPE {new};\n"));
    }
    Online {
        name: TypeName::new(Some(schema), name),
        labels: Vec::new(),
        tables: Vec::new(),
        phases,
        restored: Vec::new(),
        drops: Vec::new(),
        computed: Vec::new(),
    }
}
