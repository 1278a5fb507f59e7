//! A way down that fails.

use pg_enum_migrations::Kind;

use super::{drop_type_before_its_last_use, generic_create_type_false};
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "down-fails",
    summary: "the way down is refused",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("down_fails.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for trip in &subject.round_trips {
        for refused in &trip.down {
            let Kind::Refused { sqlstate } = &refused.kind else { continue };
            // A way down that raises an error says that there is none, whatever its code.
            if refused.is_raised
                || drop_type_before_its_last_use::is_meant(refused)
                || generic_create_type_false::explains(subject, trip.migration, refused)
            {
                continue;
            }
            let message = format!("the migration cannot be taken back: {}", refused.message);
            let finding = report.add(message, &refused.at);
            finding.related.clone_from(&refused.related);
            finding.label.clone_from(&refused.label);
            finding.help.clone_from(&refused.help);
            finding.note(format!("SQLSTATE {sqlstate}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{Case, revision};

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("down-fails")
    }

    #[test]
    fn what_is_refused_and_what_is_said() {
        let trip = |down: &str| {
            found(&[("1_a.up.sql", "CREATE TYPE a AS ENUM ('x');"), ("1_a.down.sql", down)])
        };
        assert_eq!(trip("DROP TYPE a;\nDROP TYPE a;"), ["1_a.down.sql:2 error"]);
        assert_eq!(trip("DO $$ BEGIN RAISE EXCEPTION 'irreversible'; END $$;"), [""; 0]);
        for raised in [
            "RAISE EXCEPTION 'no way back' USING ERRCODE = '0A000'",
            "RAISE EXCEPTION 'no way back' USING ERRCODE = 'P0002'",
            "RAISE feature_not_supported",
        ] {
            assert_eq!(trip(&format!("DO $$ BEGIN {raised}; END $$;")), [""; 0], "{raised}");
        }
        assert_eq!(trip("DO $$ BEGIN DROP TYPE b; END $$;"), ["1_a.down.sql:1 error"]);
        assert_eq!(trip("DROP TYPE IF EXISTS b; DROP TYPE a;"), [""; 0]);
    }

    #[test]
    fn what_is_said_in_a_string_that_python_puts_together() {
        let up = "op.execute(\"CREATE TABLE a (a int)\")";
        let down = "name = 'a'\nop.execute(f\"DO $$ BEGIN RAISE EXCEPTION 'no way {name}' USING ERRCODE = '0A000'; END $$\")";
        let text = revision("a1", None, up, down);
        assert_eq!(found(&[("a1.py", &text)]), [""; 0]);
    }
}
