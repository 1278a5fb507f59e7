//! More than one last migration.

use pg_enum_migrations::Kind;

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "multiple-heads",
    summary: "several migrations are the last",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("multiple_heads.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    report.take_over(subject, &Kind::MultipleHeads);
}
