//! The phases of a change that are left.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::columns::Table;
use super::constraints::{NewConstraint, Source};
use super::{Kind, Online, Phase, State, Work, indexes, switch};
use crate::Ident;
use crate::dependent::Object;
use crate::plan::Replacement;
use crate::sql::online;
use crate::sql::{Name, qualified};

/// The plan for a change that nothing prevents.
pub(super) fn online(
    source: Source<'_>,
    state: &State,
    replacement: &Replacement,
    restored: &[&Object],
) -> Online {
    let Source { target, dependents, tables, superfluous } = source;
    let mut phases = Vec::new();
    let new_type = Name { schema: Some(&dependents.schema), name: &target.new_name };
    if state.new_type.is_none() {
        let title = format!("create type {}", qualified(new_type, Ident));
        let create = online::create_type(new_type, target.labels);
        phases.push(Phase { title, work: Work::Transaction(create) });
    }
    let columns = tables.iter().filter_map(|table| table.add_columns(target));
    // Inherited columns come with those of the tables above.
    let triggers = tables.iter().filter_map(Table::add_trigger);
    let transaction = |(title, sql)| Phase { title, work: Work::Transaction(sql) };
    phases.extend(columns.chain(triggers).map(transaction));
    let fills = tables.iter().filter_map(|table| table.fill(target, state));
    phases.extend(fills.map(|fill| Phase {
        title: format!("fill the rows of table {}", fill.table),
        work: Work::Fill(fill),
    }));
    phases.extend(indexes::phases(target, tables));
    phases.extend(constraints(source, state));
    for table in tables.iter() {
        let is_partition = table.more.is_some_and(|table| table.is_partition);
        let sql = table.analyze(is_partition);
        if !sql.is_empty() {
            let title = format!("collect statistics of table {}", table.sql);
            phases.push(Phase { title, work: Work::Analyze(sql) });
        }
    }
    phases.push(Phase {
        title: format!("switch to the new type {}", replacement.name),
        work: Work::Switch(switch::switch(source, restored)),
    });
    let is_computed = |object: &&&Object| {
        matches!(object.kind, Kind::View { materialized: true, populated: true, .. })
    };
    let computed: BTreeSet<String> =
        restored.iter().filter(is_computed).filter_map(|object| object.relation.clone()).collect();
    let of_statistics =
        restored.iter().filter(|object| matches!(object.kind, Kind::Statistics { .. }));
    let analyzed: BTreeSet<String> = of_statistics
        .filter_map(|object| object.relation.clone())
        .chain(computed.iter().cloned())
        .collect();
    phases.extend(analyzed.iter().map(|table| Phase {
        title: format!("collect statistics of {table}"),
        work: Work::Alone { statements: [format!("ANALYZE {table};\n")].into(), undo: Vec::new() },
    }));
    Online {
        name: replacement.name.clone(),
        labels: replacement.old.clone(),
        tables: tables.roots().map(|table| table.sql.to_owned()).collect(),
        phases,
        restored: restored.iter().map(|object| object.described.clone()).collect(),
        drops: superfluous.dropped(),
        computed: computed.into_iter().collect(),
    }
}

/// The phases that add constraints and validate them. A constraint of a table that inherits is there before the one above
/// that it is merged with, and the parts of a foreign key are there, and validated, before the whole.
fn constraints(source: Source<'_>, state: &State) -> Vec<Phase> {
    let tables = source.tables;
    let mut phases = Vec::new();
    let mut whole = Vec::new();
    for table in tables.iter() {
        let is_missing = |new: &NewConstraint<'_>| state.constraint(table.sql, &new.name).is_none();
        let constraints = source.constraints(table);
        let (keys, checks): (Vec<_>, Vec<_>) =
            constraints.into_iter().filter(is_missing).partition(|new| new.is_foreign_key);
        let add = |new: &NewConstraint<'_>, end: &str| {
            format!("ADD CONSTRAINT {} {}{end}", new.name, new.definition)
        };
        if !checks.is_empty() {
            let checks: Vec<_> = checks.iter().map(|new| add(new, " NOT VALID")).collect();
            let sql = format!("ALTER TABLE {}\n  {};\n", table.sql, checks.join(",\n  "));
            let title = format!("add checks to table {}", table.sql);
            phases.push(Phase { title, work: Work::Transaction(sql) });
        }
        for new in &keys {
            let Some(old) = new.old else { continue };
            let end = if table.is_partitioned && new.validated { "" } else { " NOT VALID" };
            let sql = format!("ALTER TABLE {} {};\n", table.sql, add(new, end));
            let title = format!("add {} to the new columns", old.described);
            let phase = Phase { title, work: Work::Transaction(sql) };
            if table.is_partitioned { whole.push(phase) } else { phases.push(phase) }
        }
    }
    for table in tables.iter() {
        let left = source.to_validate(table, state);
        if left.is_empty() {
            continue;
        }
        let validate: Vec<_> =
            left.iter().map(|new| format!("VALIDATE CONSTRAINT {}", new.name)).collect();
        let validate = format!("ALTER TABLE {}\n  {};\n", table.sql, validate.join(",\n  "));
        let mut owned: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for new in &left {
            let drop = format!("DROP CONSTRAINT IF EXISTS {}", new.name);
            owned.entry(new.owner).or_default().push(drop);
        }
        let undo = owned
            .into_iter()
            .map(|(owner, drops)| format!("ALTER TABLE {owner}\n  {};\n", drops.join(",\n  ")))
            .collect();
        phases.push(Phase {
            title: format!("validate the checks of table {}", table.sql),
            work: Work::Alone { statements: [validate].into(), undo },
        });
    }
    phases.append(&mut whole);
    phases
}
