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

#[cfg(test)]
mod tests {
    use crate::rules::tests::{Case, revision};

    #[test]
    fn not_where_a_revision_is_missing() {
        let of = |id, down| revision(id, down, "pass", "pass");
        let case = Case::new(&[("a1.py", &of("a1", None)), ("a2.py", &of("a2", Some("a1_first")))]);
        let codes: Vec<_> = case.findings().into_iter().map(|it| it.code).collect();
        assert_eq!(codes, ["broken-graph"]);
    }
}
