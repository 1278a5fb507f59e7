//! A default of a column that is not a label of its type.

use pg_enum_migrations::Finding;

use crate::guard::skipped;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Statement, literal};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "server-default-not-a-label",
    summary: "a column's default is not a label of its type",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("server_default_not_a_label.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let mut refused = subject.refused(&["22P02"]).peekable();
    if refused.peek().is_none() {
        return;
    }
    let skipped = skipped(subject);
    for (index, refused) in refused {
        // What a guard hides before is of `type-created-in-two-revisions`.
        let is_hidden = refused_label(&refused.message)
            .is_some_and(|label| skipped.iter().any(|it| it.missing.iter().any(|it| it == label)));
        if is_hidden || report.is_explained(index) || !is_default(subject, refused) {
            continue;
        }
        report.explain(index);
        let finding = report.add(&*refused.message, &refused.at);
        finding.related.clone_from(&refused.related);
        finding.note("SQLSTATE 22P02: the default is not a label of the type");
        finding.help("write one of the labels; of an enum class, the type has the names unless `values_callable` says otherwise");
    }
}

/// Whether what is refused is the default of a column.
pub(super) fn is_default(subject: &Subject<'_>, refused: &Finding) -> bool {
    let Some(label) = refused_label(&refused.message) else { return false };
    let is = |it: &Statement| is_around(it, refused) && has_default(it, refused, label);
    subject.of(Direction::Up).any(is)
}

/// `invalid input value for enum mood: "x"`
fn refused_label(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("invalid input value for enum ")?;
    rest.split_once(": \"")?.1.strip_suffix('"')
}

fn is_around(statement: &Statement, refused: &Finding) -> bool {
    let (around, within) = (&statement.at.range, &refused.at.range);
    statement.at.path() == refused.at.path()
        && around.start <= within.start
        && within.end <= around.end
}

/// Whether the label stands behind `DEFAULT`, alone or in an array.
fn has_default(statement: &Statement, refused: &Finding, label: &str) -> bool {
    let words = statement.words();
    statement.find(&["default"]).any(|at| {
        let Some(default) = words.get(at + 1).and_then(|word| literal(&word.text)) else {
            return false;
        };
        let is_meant = *default == *label || default.starts_with('{') && default.contains(label);
        let place = statement.at_words(at + 1..at + 2).range;
        is_meant && (statement.is_made() || place.contains(&refused.at.range.start))
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{Case, revision};

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).codes()
    }

    const MOOD: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok');";

    #[test]
    fn in_sql() {
        let sql = |text: &str| found(&[("1_a.sql", MOOD), ("2_b.sql", text)]);
        let code = "server-default-not-a-label";
        assert_eq!(
            sql("CREATE TABLE t (a mood DEFAULT 'OK');"),
            [format!("2_b.sql:1 error {code}")]
        );
        assert_eq!(
            sql("CREATE TABLE t (a mood);\nALTER TABLE t ALTER a SET DEFAULT 'fine'::mood;"),
            [format!("2_b.sql:2 error {code}")]
        );
        assert_eq!(
            sql("CREATE TABLE t (a mood[] DEFAULT '{sad,fine}');"),
            [format!("2_b.sql:1 error {code}")]
        );
        assert_eq!(sql("CREATE TABLE t (a mood DEFAULT 'ok');"), [""; 0]);
        let insert = "CREATE TABLE t (a mood DEFAULT 'ok');\nINSERT INTO t VALUES ('fine');";
        assert!(sql(insert).iter().all(|it| !it.contains(code)));
    }

    #[test]
    fn what_a_guard_hides_is_said_there() {
        let guarded = |labels: &str| {
            format!(
                "DO $$ BEGIN CREATE TYPE a AS ENUM ({labels}); EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;"
            )
        };
        let (first, second) =
            (guarded("'x'"), guarded("'x', 'y'") + "CREATE TABLE t (a a DEFAULT 'y');");
        let found = found(&[("1_a.sql", &first), ("2_b.sql", &second)]);
        assert_eq!(found, ["2_b.sql:1 error type-created-in-two-revisions"]);
    }

    #[test]
    fn in_revisions() {
        let up = "op.create_table('t', sa.Column('a', sa.Enum('sad', 'ok', name='mood'), server_default='OK'))";
        let down = "op.drop_table('t')\nop.execute('DROP TYPE mood')";
        let text = revision("a1", None, up, down);
        assert_eq!(found(&[("a1.py", &text)]), ["a1.py:9 error server-default-not-a-label"]);
    }
}
