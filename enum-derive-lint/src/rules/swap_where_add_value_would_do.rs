//! A replacement of a type that only adds labels.

use pg_enum_core::Literal;

use super::type_created_in_two_revisions::list;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;
use crate::swap::{Swap, swaps};

pub(super) const RULE: Rule = Rule {
    code: "swap-where-add-value-would-do",
    summary: "a type is replaced only to add labels",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("swap_where_add_value_would_do.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for swap in swaps(subject).into_iter().filter(Swap::keeps_labels) {
        let name = &swap.after.name;
        let added = swap.added();
        let labels: Vec<_> = added.iter().map(|(label, _)| label).collect();
        let message = match &*labels {
            [] => format!("{name} is replaced by a type with the same labels"),
            labels => format!("{name} is replaced only to add {}", list(labels)),
        };
        let finding = report.add(message, &swap.created);
        for (statement, clause, column) in &swap.conversions {
            let at = statement.at_words(clause.words.clone());
            finding.related(&at, format!("the table of {column} is locked and written anew"));
        }
        finding.help(match &*added {
            [] => "leave the old type as it is".to_owned(),
            [(label, before), ..] => {
                let label = Literal(label);
                let position = match (before, swap.before.labels.first()) {
                    (Some(before), _) => format!(" AFTER {}", Literal(before)),
                    (None, Some(first)) => format!(" BEFORE {}", Literal(first)),
                    (None, None) => String::new(),
                };
                format!(
                    "add the label instead: ALTER TYPE {name} ADD VALUE {label}{position}; what uses it goes into a \
                     later migration"
                )
            }
        });
    }
}
