//! The plan that forbids retired labels in the data: a check for each column of the type.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{
    Forbidding, HeldColumn, Obstacle, Reason, ReplacedLabel, RetiredDefault, Step, TypeName,
    Unretirable,
};
use crate::hash::hash;
use crate::record::RecordedEnum;
use crate::retire::{Holder, Holding, Standing};
use crate::violation::{MAX_BYTES, Place};
use crate::{Definition, RetiredRows};

/// What a table needs.
struct Needs<'a> {
    holder: &'a Holder,
    forbidding: Vec<Forbidding>,
    defaults: Vec<RetiredDefault>,
    replaced: Vec<ReplacedLabel>,
    validated: Vec<String>,
}

/// The steps after which no row holds a retired label, and none can: nothing for columns that have a validated check which
/// forbids it, whoever has made it.
///
/// `holders` are the columns of the type, after the migrations ([`holders`](crate::retire::holders)) or in a database.
/// A table in the schema of the type is named as the type is: without a schema if the definition has none.
///
/// # Errors
///
/// Columns in which a check cannot forbid a label, and defaults that are a retired label without a replacement.
///
/// ```
/// use pg_enum_core::plan::retire;
/// use pg_enum_core::record::RecordedEnum;
/// use pg_enum_core::retire::{Holder, Holding};
/// use pg_enum_core::{Definition, Retired, RetiredRows};
///
/// let recorded = RecordedEnum::in_database("app", "mood", &["sad".to_owned(), "x".to_owned()]);
/// let column = Holder {
///     schema: "app".into(),
///     table: "post".into(),
///     column: "mood".into(),
///     holds: Holding::Scalar,
///     is_domain: false,
///     not_null: false,
///     is_generated: false,
///     default: None,
///     checks: vec![],
///     at: None,
/// };
/// let retired = [Retired { label: "x", rows: RetiredRows::Unchanged }];
/// let mood = Definition::new("mood", &["sad"]).in_schema("app").with_retired(&retired);
/// let steps = retire(mood, &recorded, &[column]).unwrap();
/// assert_eq!(steps[0].summary().to_string(), "forbid 'x' in app.post.mood");
/// assert_eq!(
///     steps[1].up_sql().to_string(),
///     "ALTER TABLE app.post\n  VALIDATE CONSTRAINT post_mood_not_x;\n"
/// );
/// ```
pub fn retire(
    definition: Definition<'_>,
    recorded: &RecordedEnum,
    holders: &[Holder],
) -> Result<Vec<Step>, Vec<Obstacle>> {
    let (mut tables, mut obstacles) = (Vec::<Needs<'_>>::new(), Vec::new());
    for (index, retired) in definition.retired.iter().enumerate() {
        let label = retired.label;
        if !recorded.labels.iter().any(|there| there.text == label) {
            continue;
        }
        for holder in holders {
            let standing = holder.standing(label);
            if standing == Standing::Forbidden {
                continue;
            }
            let mut refuse = |why| {
                let reason = Reason::Retired { why };
                obstacles.push(Obstacle { place: Place::Retired(index), reason });
            };
            let (column, label) = (holder.to_string(), label.to_owned());
            if holder.holds == Holding::Inside {
                refuse(Unretirable::Inside { column, label });
                continue;
            }
            if retired.rows == RetiredRows::Null
                && holder.not_null
                && holder.holds == Holding::Scalar
            {
                refuse(Unretirable::NotNull { column, label });
                continue;
            }
            let is_same = |needs: &Needs<'_>| {
                (&needs.holder.schema, &needs.holder.table) == (&holder.schema, &holder.table)
            };
            let at = tables.iter().position(is_same).unwrap_or_else(|| {
                tables.push(Needs::of(holder));
                tables.len() - 1
            });
            if holder.has_default(&label) {
                let can_follow = holder.holds == Holding::Scalar;
                let to = match retired.rows {
                    RetiredRows::Label(to) if can_follow => Some(to.to_owned()),
                    RetiredRows::Null if can_follow => None,
                    _ => {
                        refuse(Unretirable::Default { column, label, can_follow });
                        continue;
                    }
                };
                let (column, from) = (holder.column.clone(), label.clone());
                tables[at].defaults.push(RetiredDefault { column, from, to });
            }
            tables[at].add(definition, holder, standing, retired.rows, &label);
        }
    }
    if !obstacles.is_empty() {
        return Err(obstacles);
    }
    let (mut forbid, mut update, mut validate) = (Vec::new(), Vec::new(), Vec::new());
    for needs in tables {
        let table = table_name(definition, recorded, needs.holder);
        if !needs.forbidding.is_empty() {
            let (forbidding, defaults) = (needs.forbidding, needs.defaults);
            let table = table.clone();
            forbid.push(Step::Forbid { table, forbidding, defaults, lock_timeout: None });
        }
        if !needs.replaced.is_empty() {
            update.push(Step::UpdateRows { table: table.clone(), replaced: needs.replaced });
        }
        validate.push(Step::Validate { table, constraints: needs.validated });
    }
    forbid.append(&mut update);
    forbid.append(&mut validate);
    Ok(forbid)
}

/// The table as SQL names it.
fn table_name(definition: Definition<'_>, recorded: &RecordedEnum, holder: &Holder) -> TypeName {
    let is_beside = definition.schema.is_none() && holder.schema == recorded.schema;
    TypeName::new((!is_beside).then_some(&*holder.schema), &holder.table)
}

impl<'a> Needs<'a> {
    const fn of(holder: &'a Holder) -> Self {
        Self {
            holder,
            forbidding: Vec::new(),
            defaults: Vec::new(),
            replaced: Vec::new(),
            validated: Vec::new(),
        }
    }

    fn add(
        &mut self,
        definition: Definition<'_>,
        holder: &Holder,
        standing: Standing<'_>,
        rows: RetiredRows<'_>,
        label: &str,
    ) {
        let column = HeldColumn {
            name: holder.column.clone(),
            is_array: holder.holds == Holding::Array,
            base: holder.is_domain.then(|| definition.into()),
        };
        let to = match rows {
            RetiredRows::Unchanged => None,
            RetiredRows::Label(to) => Some(Some(to.to_owned())),
            RetiredRows::Null => Some(None),
        };
        if let Some(to) = to.filter(|_| !holder.is_generated) {
            let (column, label) = (column.clone(), label.to_owned());
            self.replaced.push(ReplacedLabel { column, label, to });
        }
        let named = match standing {
            Standing::NotValidated(check) => check.name.clone(),
            _ => None,
        };
        let constraint = named.unwrap_or_else(|| {
            let of_plan = self.forbidding.iter().map(|it| &*it.constraint);
            let there = holder.checks.iter().filter_map(|check| check.name.as_deref());
            let taken: Vec<&str> = of_plan.chain(there).collect();
            let constraint = constraint_name(&holder.table, &holder.column, label, &taken);
            let label = label.to_owned();
            self.forbidding.push(Forbidding { constraint: constraint.clone(), column, label });
            constraint
        });
        if !self.validated.contains(&constraint) {
            self.validated.push(constraint);
        }
    }
}

/// The name of the constraint that forbids a label in a column: `orders_status_not_x`. If that is too long or taken, it
/// ends in a part of a hash.
pub(crate) fn constraint_name(table: &str, column: &str, label: &str, taken: &[&str]) -> String {
    let plain = format!("{table}_{column}_not_{label}");
    if plain.len() <= MAX_BYTES && !taken.contains(&&*plain) {
        return plain;
    }
    let mut number = 0_u32;
    loop {
        let hash = hash([column, label], number);
        let suffix = format!("_{hash:08x}");
        let mut end = plain.len().min(MAX_BYTES - suffix.len());
        while !plain.is_char_boundary(end) {
            end -= 1;
        }
        let name = format!("{}{suffix}", &plain[..end]);
        if !taken.contains(&&*name) {
            return name;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{MAX_BYTES, constraint_name};

    #[test]
    fn names_of_constraints_do_not_collide() {
        assert_eq!(constraint_name("t", "m", "x", &[]), "t_m_not_x");
        assert_eq!(constraint_name("t", "m", "x", &["t_m_not_x"]), "t_m_not_x_4a4c6d10");
        let long = "é".repeat(31);
        let names = [
            constraint_name(&long, "m", "x", &[]),
            constraint_name(&long, "n", "x", &[]),
            constraint_name(&long, "m", "y", &[]),
        ];
        for (index, name) in names.iter().enumerate() {
            assert!(name.len() <= MAX_BYTES && !names[..index].contains(name), "{name}");
        }
        let other = constraint_name(&long, "m", "x", &[&names[0]]);
        assert!(other != names[0] && other.len() <= MAX_BYTES);
    }
}
