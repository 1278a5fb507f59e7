//! A replacement of a type that only adds labels.

use std::sync::Arc;

use pg_enum_core::Literal;

use super::type_created_in_two_revisions::list;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Statement, literal};
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

/// A new label that another statement of the migration than `CREATE TYPE` contains.
fn used<'a>(subject: &Subject<'_>, swap: &Swap<'_>, labels: &[&'a Arc<str>]) -> Option<&'a str> {
    let statements = subject.up_of(swap.migration).iter();
    let mut others =
        statements.filter(|it| it.at != swap.created && !it.begins(&["create", "type"]));
    let is_used = |statement: &Statement| {
        let literals = statement.words().iter().filter_map(|word| literal(&word.text));
        literals.into_iter().find_map(|text| labels.iter().copied().find(|it| ***it == *text))
    };
    others.find_map(is_used).map(|label| &**label)
}

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
        if let Some(used) = used(subject, &swap, &labels) {
            finding.severity(Severity::Note);
            finding.note(format!(
                "this migration uses '{used}', which a label that it adds would not allow (55P04)"
            ));
        }
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
