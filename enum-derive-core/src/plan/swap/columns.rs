//! The conversion of columns.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Fates;
use crate::dependent::{Generated, Holds, Kind, Object};
use crate::sql::swap::convert::{self, Converted};
use crate::sql::swap::literals::Fate;

/// The tables whose columns are converted, and the statements that convert columns, table by table. The types are the old
/// and the new one, as SQL.
///
/// A table converts the columns that its children inherit, but their defaults may differ. So with inheritance, defaults
/// are changed for each table alone.
pub(super) fn conversions(
    objects: &[Object],
    [old_sql, type_sql]: [&str; 2],
    fates: &Fates,
    new: impl Fn(&str) -> String,
) -> (Vec<String>, Vec<String>) {
    let mut tables: BTreeMap<&str, BTreeMap<&str, Converted<'_>>> = BTreeMap::new();
    let (mut inherits, mut needs_cast) = (false, false);
    let mut after = Vec::new();
    for object in objects {
        let (Some(table), name) = (object.relation.as_deref(), &*object.name) else { continue };
        let converted = |holds, default| Converted {
            name,
            holds,
            is_domain: object.definition != type_sql,
            generated: false,
            default,
        };
        match &object.kind {
            Kind::Column { holds, inherited, storage, compression, generated, .. } => {
                let column = tables.entry(table).or_default().entry(name);
                let column = column.or_insert_with(|| converted(None, None));
                match generated {
                    // It is added again later.
                    Some(Generated { in_place: false, .. }) => continue,
                    Some(_) if *holds == Holds::Nothing => {}
                    Some(_) => needs_cast = true,
                    None => inherits |= inherited,
                }
                column.generated = generated.is_some();
                column.is_domain = object.definition != type_sql;
                let is_converted = !inherited && *holds != Holds::Nothing;
                column.holds = is_converted.then_some((*holds, &*object.definition));
                let [storage, compression] = [storage.as_deref(), compression.as_deref()];
                after.extend(convert::restore_storage(table, name, storage, compression));
            }
            Kind::Default if !matches!(&*object.relation_kind, "v" | "m") => {
                let column = tables.entry(table).or_default().entry(name);
                let column = column.or_insert_with(|| converted(None, None));
                column.default = Some(new(&object.definition));
            }
            _ => {}
        }
    }
    // Labels that are renamed have their new names already.
    let labels: Vec<(&str, Option<&str>)> = fates
        .0
        .iter()
        .filter_map(|(label, fate)| match fate {
            Fate::Stays(to) => Some((&**to, Some(&**to))),
            Fate::Replaced(to) => Some((&**label, to.as_deref())),
            Fate::Gone => None,
        })
        .collect();
    let (mut before, mut statements) = (Vec::new(), Vec::new());
    for object in objects {
        if let (Kind::Attribute { .. }, Some(composite)) = (&object.kind, &object.relation) {
            let attribute = convert::alter_attribute(composite, &object.name, &object.definition);
            statements.push(attribute);
        }
    }
    let mut names = Vec::new();
    for (table, columns) in tables {
        let mut columns: Vec<_> = columns.into_values().collect();
        if inherits {
            for column in &mut columns {
                let Some(default) = column.default.take() else { continue };
                let change = format!("ALTER TABLE ONLY {table} ALTER COLUMN {}", column.name);
                before.push(format!("{change} DROP DEFAULT;"));
                after.push(format!("{change} SET DEFAULT {default};"));
            }
        }
        if columns.iter().any(|column| column.holds.is_some()) {
            names.push(table.to_owned());
        }
        columns.retain(|column| column.holds.is_some() || column.default.is_some());
        if !columns.is_empty() {
            statements.push(convert::alter_table(table, old_sql, &columns, &labels));
        }
    }
    if needs_cast {
        let [create, drop] = convert::cast(old_sql, type_sql);
        before.push(create);
        statements.push(drop);
    }
    before.append(&mut statements);
    before.append(&mut after);
    (names, before)
}
