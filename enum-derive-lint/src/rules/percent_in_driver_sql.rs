//! `%` in SQL that the driver gets as it is.

use pg_enum_python::What;

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "percent-in-driver-sql",
    summary: "a `%` in `exec_driver_sql`, which psycopg2 and psycopg take for a parameter",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("percent_in_driver_sql.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for shown in &subject.shown {
        if shown.fact.what == What::Percent {
            let message = "psycopg2 and psycopg take this `%` for a parameter without a value, and refuse the statement";
            let finding = report.add(message, &shown.fact.at);
            finding.note("asyncpg and pg8000 take it as it is");
            finding.help(
                "send it with op.execute(…), or write `%%` if the driver is psycopg2 or psycopg",
            );
        }
    }
}
