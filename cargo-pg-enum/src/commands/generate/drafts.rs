//! The texts of migrations for plans.

use pg_enum_core::plan::{Effects, Step};
use pg_enum_migrations::write::{Draft, slug};

use super::Planned;
use crate::effects;

/// The first migration contains the first steps of every plan, and so on; the down files have the reverse order.
pub(super) fn of_plans(plans: &[Planned], name: Option<&str>) -> Vec<Draft> {
    let mut drafts: Vec<(Vec<&Step>, Vec<String>)> = Vec::new();
    for planned in plans {
        if let Some(back) = &planned.back {
            if drafts.is_empty() {
                drafts.push(Default::default());
            }
            // From the last statement to the first, because the down file is reversed as a whole.
            drafts[0].1.push(with_effects(back));
        }
        for step in &planned.plan.steps {
            while drafts.len() <= step.file() {
                drafts.push(Default::default());
            }
            let (steps, down) = &mut drafts[step.file()];
            steps.push(step);
            if planned.back.is_none() || !changes_labels(step) {
                down.push(down_with_effects(step));
            }
        }
    }
    let join = |texts: &mut dyn Iterator<Item = String>| {
        let texts: Vec<_> = texts.collect();
        let mut texts: Vec<_> = texts.iter().map(|text| text.trim_end()).collect();
        // The comment for steps without a down statement is written once.
        texts.dedup();
        texts.join("\n\n")
    };
    let draft = |(index, (steps, down)): (usize, (Vec<&Step>, Vec<String>))| Draft {
        name: match name {
            Some(name) if index > 0 => format!("{name} {}", index + 1),
            Some(name) => name.to_owned(),
            None => summary(&steps),
        },
        up: join(&mut steps.iter().map(|step| with_effects(step))),
        down: join(&mut down.into_iter().rev()),
    };
    drafts.retain(|(steps, _)| !steps.is_empty());
    drafts.into_iter().enumerate().map(draft).collect()
}

/// Whether a step changes labels of a type that stays the same.
const fn changes_labels(step: &Step) -> bool {
    matches!(step, Step::AddValue { .. } | Step::RenameValue { .. } | Step::ExchangeValues { .. })
}

/// The down statement of a step. If it replaces a type, what it does comes before it.
fn down_with_effects(step: &Step) -> String {
    let sql = step.down_sql();
    step.back().map_or_else(|| sql.to_string(), |back| format!("{}{sql}", effects::comment(&back)))
}

/// The statement of a step, after what it does to the database and its clients, for reviewers of the migration.
fn with_effects(step: &Step) -> String {
    let sql = step.up_sql();
    if step.effects() == Effects::default() {
        sql.to_string()
    } else {
        format!("{}{sql}", effects::comment(step))
    }
}

/// A short description of the steps.
fn summary(steps: &[&Step]) -> String {
    let first = steps.first().map(|step| slug(&step.summary().to_string())).unwrap_or_default();
    match steps.len().saturating_sub(1) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
