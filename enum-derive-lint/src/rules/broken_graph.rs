//! Migrations without an order.

use pg_enum_migrations::Kind;

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "broken-graph",
    summary: "the migrations have no order that their tool accepts",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("broken_graph.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    report.take_over(subject, &Kind::BrokenGraph);
}
