//! A label that is used in the transaction that adds it.

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "new-label-same-transaction",
    summary: "a label is used in the transaction that adds it",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("new_label_same_transaction.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (index, refused) in subject.refused(&["55P04"]) {
        report.explain(index);
        let finding = report.add(&*refused.message, &refused.at);
        finding.related.clone_from(&refused.related);
        finding.label.clone_from(&refused.label);
        finding.help.clone_from(&refused.help);
        finding.note("SQLSTATE 55P04");
    }
}
