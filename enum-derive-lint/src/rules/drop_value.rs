//! `ALTER TYPE … DROP VALUE`.

use crate::clause::Act;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Mention;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "drop-value",
    summary: "`ALTER TYPE … DROP VALUE` does not exist",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("drop_value.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.statements.iter().filter(|it| it.mentions(Mention::Type)) {
        for clause in statement.clauses() {
            let Act::DropValue { ty, label } = &clause.act else { continue };
            let label =
                label.as_ref().map_or_else(|| "a label".to_owned(), |label| format!("'{label}'"));
            let at = statement.at_words(clause.words.clone());
            report.explain_at(subject, statement);
            let message =
                format!("{label} cannot be removed from {ty}: PostgreSQL has no DROP VALUE");
            let finding = report.add(message, &at);
            finding.note("SQLSTATE 42601");
            finding.help(
                "replace the type (`cargo pg-enum generate` writes it), or keep the label and forbid it with a CHECK",
            );
        }
    }
}
