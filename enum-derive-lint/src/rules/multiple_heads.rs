//! More than one head: a migration that no other follows.

use pg_enum_migrations::Kind;

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "multiple-heads",
    summary: "the graph of migrations has more than one head",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("multiple_heads.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    report.take_over(subject, &Kind::MultipleHeads);
}
