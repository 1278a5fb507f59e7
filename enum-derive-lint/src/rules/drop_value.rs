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

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("drop-value")
    }

    #[test]
    fn up_and_down() {
        let files = [
            ("1_a.up.sql", "CREATE TYPE a AS ENUM ('x');"),
            ("1_a.down.sql", "DROP TYPE a;"),
            ("2_b.up.sql", "ALTER TYPE a ADD VALUE 'y';\nALTER TYPE a DROP VALUE IF EXISTS 'x';"),
            ("2_b.down.sql", "ALTER TYPE a DROP VALUE 'y';"),
        ];
        assert_eq!(found(&files), ["2_b.down.sql:1 error", "2_b.up.sql:2 error"]);
        let others = "SELECT 'ALTER TYPE a DROP VALUE' /* ALTER TYPE a DROP VALUE 'x' */; CREATE TYPE c AS (x int); ALTER TYPE c DROP ATTRIBUTE x;";
        assert_eq!(found(&[("1_a.sql", others)]), [""; 0]);
    }
}
