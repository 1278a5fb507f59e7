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

#[cfg(test)]
mod tests {
    use crate::rules::tests::{Case, revision};

    /// What is found where a revision does this behind one that creates the type and a table.
    fn found(up: &str) -> Vec<String> {
        let first = revision(
            "a1",
            None,
            "op.execute(\"CREATE TYPE mood AS ENUM ('sad')\")\nop.execute('CREATE TABLE t (mood mood)')",
            "pass",
        );
        let second = revision("a2", Some("a1"), up, "pass");
        Case::new(&[("a1.py", &first), ("a2.py", &second)]).of("new-label-same-transaction")
    }

    #[test]
    fn behind_a_commit_each_statement_is_committed() {
        let add = "op.execute(\"ALTER TYPE mood ADD VALUE 'ok'\")";
        let uses = "op.execute(\"UPDATE t SET mood = 'ok'\")";
        assert_eq!(found(&format!("{add}\n{uses}")), ["a2.py:10 error"]);
        let block = format!("with op.get_context().autocommit_block():\n    {add}\n{uses}");
        assert_eq!(found(&block), [""; 0]);
        assert_eq!(found(&format!("op.execute('COMMIT')\n{add}\n{uses}")), [""; 0]);
        // One message is one transaction.
        let both = "op.execute(\"ALTER TYPE mood ADD VALUE 'ok'; UPDATE t SET mood = 'ok'\")";
        assert_eq!(found(&format!("op.execute('COMMIT')\n{both}")), ["a2.py:10 error"]);
    }
}
