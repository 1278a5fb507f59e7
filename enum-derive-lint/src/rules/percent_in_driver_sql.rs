//! `%` in SQL that the driver gets as it is.

use pg_enum_migrations::Kind;
use pg_enum_python::{What, takes_percent};

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "percent-in-driver-sql",
    summary: "a `%` in `exec_driver_sql`, which psycopg2 and psycopg take for a parameter",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("percent_in_driver_sql.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let mut shown = subject.shown.iter().filter(|it| it.fact.what == What::Percent).peekable();
    if shown.peek().is_none() {
        return;
    }
    let takes = takes_percent(&subject.folder.root);
    if takes == Some(true) {
        return;
    }
    for shown in shown {
        let at = &shown.fact.at;
        // Replay does not know which driver it is.
        for (index, told) in subject.replay.findings.iter().enumerate() {
            let is_there = told.at.path() == at.path()
                && told.at.range.start <= at.range.start
                && at.range.start < told.at.range.end;
            if is_there && matches!(told.kind, Kind::Unknown { .. }) {
                report.explain(index);
            }
        }
        let message = "psycopg2 and psycopg take this `%` for a parameter without a value, and refuse the statement";
        let finding = report.add(message, at);
        if takes.is_none() {
            finding.severity(Severity::Warning);
        }
        finding.note("asyncpg and pg8000 take it as it is");
        finding
            .help("send it with op.execute(…), or write `%%` if the driver is psycopg2 or psycopg");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{Case, revision};

    #[test]
    fn the_driver_decides() {
        let up = "op.get_bind().exec_driver_sql(\"DELETE FROM t WHERE a LIKE 'x%'\")";
        let text = revision("a1", None, up, "pass");
        let found = |requirements: &str| {
            Case::new(&[("a1.py", &text), ("requirements.txt", requirements)]).codes()
        };
        assert_eq!(found("alembic"), ["a1.py:9 warning percent-in-driver-sql"]);
        assert_eq!(found("psycopg2-binary"), ["a1.py:9 error percent-in-driver-sql"]);
        assert_eq!(found("psycopg\nasyncpg"), ["a1.py:9 warning percent-in-driver-sql"]);
        assert_eq!(found("asyncpg"), [""; 0]);
    }
}
