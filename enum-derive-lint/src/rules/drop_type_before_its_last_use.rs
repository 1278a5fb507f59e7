//! `DROP TYPE` of a type that is in use.

use pg_enum_migrations::{Finding, Kind};

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "drop-type-before-its-last-use",
    summary: "a type is dropped while something uses it",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("drop_type_before_its_last_use.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (index, refused) in subject.refused(&["2BP01"]) {
        if is_meant(refused) {
            report.explain(index);
            add(report, refused);
        }
    }
    for trip in &subject.round_trips {
        for refused in trip.down.iter().filter(|it| is_meant(it)) {
            add(report, refused);
        }
    }
}

/// Whether the server refuses to drop a type because something depends on it.
pub(super) fn is_meant(finding: &Finding) -> bool {
    let is_dependent = matches!(&finding.kind, Kind::Refused { sqlstate } if sqlstate == "2BP01");
    is_dependent && finding.message.starts_with("cannot drop type ")
}

fn add(report: &mut Report, refused: &Finding) {
    let finding = report.add(&*refused.message, &refused.at);
    finding.related.clone_from(&refused.related);
    finding.label.clone_from(&refused.label);
    finding.note("SQLSTATE 2BP01");
    finding.help("drop or change what uses the type first, in this migration or an earlier one; on the way down, in a later one");
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("drop-type-before-its-last-use")
    }

    #[test]
    fn up_and_down() {
        let up = "CREATE TYPE a AS ENUM ('x');\nCREATE TABLE t (a a);";
        assert_eq!(
            found(&[("1_a.sql", up), ("2_b.sql", "DROP TYPE a;\nDROP TABLE t;")]),
            ["2_b.sql:1 error"]
        );
        assert_eq!(
            found(&[("1_a.up.sql", up), ("1_a.down.sql", "DROP TYPE a;\nDROP TABLE t;")]),
            ["1_a.down.sql:1 error"]
        );
        assert_eq!(
            found(&[("1_a.up.sql", up), ("1_a.down.sql", "DROP TABLE t;\nDROP TYPE a;")]),
            [""; 0]
        );
    }
}
