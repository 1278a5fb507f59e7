//! Labels that are not what they were when a migration is taken back.

use pg_enum_migrations::{Changed, Finding, LabelState, Location, RoundTrip};

use crate::clause::Act;
use crate::fix::Fix;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Mention;
use crate::subject::Subject;
use crate::types::list;

pub(super) const RULE: Rule = Rule {
    code: "labels-not-restored-on-down",
    summary: "the way down does not restore the labels that the way up found",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("labels_not_restored_on_down.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for trip in subject.round_trips.iter().filter(|trip| trip.known) {
        for left in &trip.left {
            check_type(subject, report, trip, left);
        }
    }
}

fn check_type(subject: &Subject<'_>, report: &mut Report, trip: &RoundTrip, left: &Changed) {
    let Some(before) = &left.before else { return };
    let old: Vec<&str> = before.labels.iter().map(|label| &*label.text).collect();
    let new: Vec<&str> = left.after.iter().flat_map(|it| &it.labels).map(|it| &*it.text).collect();
    let lost: Vec<&str> = old.iter().copied().filter(|label| !new.contains(label)).collect();
    let mut kept = new.iter().copied().filter(|label| old.contains(label));
    let added = left.after.iter().flat_map(|it| &it.labels);
    let added: Vec<_> = added.filter(|it| !old.contains(&&*it.text)).collect();
    let is_in_order = old.iter().all(|label| kept.next() == Some(label));
    let again = trip.again.iter().find(|it| is_about(it, &added));
    // A label cannot be removed. One that stays does no harm if the migration adds it with IF NOT EXISTS.
    if lost.is_empty() && is_in_order && again.is_none() {
        return;
    }
    // Without a way back, only what the way up can do about it is told.
    if subject.has_no_way_back(trip.migration) && (!lost.is_empty() || !is_in_order) {
        return;
    }
    // A way down that sends nothing and is not empty may raise an error, so that nothing is known of it.
    let first = subject.down_of(trip.migration).first().map(|statement| statement.at.clone());
    let Some(at) = first.or_else(|| subject.empty_down(trip.migration)) else { return };
    let name = &left.name;
    let message = match (&left.after, &*lost, &*added) {
        (None, ..) => format!(
            "this migration drops the type {name}, and the way down does not create it again"
        ),
        (_, [], _) if !is_in_order => {
            format!("the way down leaves the labels of {name} in another order")
        }
        (_, [], added) => {
            let texts: Vec<_> = added.iter().map(|label| &*label.text).collect();
            format!(
                "the way down leaves {} in {name}, and adding it again fails without IF NOT EXISTS",
                list(&texts)
            )
        }
        (_, lost, _) => format!("the way down does not restore {} in {name}", list(lost)),
    };
    let finding = report.add(message, &at);
    if let Some(again) = again {
        finding.related(
            &again.at,
            format!("applied again, the migration fails here: {}", again.message),
        );
    }
    if !lost.is_empty() || !is_in_order {
        finding.help("undo on the way down what the way up does, in the opposite order");
        return;
    }
    finding.help("add the label with IF NOT EXISTS: PostgreSQL cannot remove it again");
    if let Some(fix) = fix(subject, trip.migration) {
        finding.fix(fix);
    }
}

/// Whether the way up is refused because one of these labels is still there, and not because of anything else.
fn is_about(finding: &Finding, added: &[&LabelState]) -> bool {
    finding.label_there.as_ref().is_some_and(|there| added.iter().any(|it| *it.text == **there))
}

/// `IF NOT EXISTS` in all statements of the migration that add labels.
fn fix(subject: &Subject<'_>, migration: usize) -> Option<Fix> {
    let mut places = Vec::new();
    for statement in subject.up_of(migration).iter().filter(|it| it.mentions(Mention::Type)) {
        for clause in statement.clauses() {
            if let Act::AddValue { is_guarded: false, label, .. } = &clause.act {
                if statement.is_made() {
                    return None;
                }
                let at = statement.at_words(label.1..label.1 + 1);
                places.push(Location::new(&at.source, at.range.start..at.range.start));
            }
        }
    }
    let mut places = places.into_iter();
    let fix = Fix::new("add labels with IF NOT EXISTS", places.next()?, "IF NOT EXISTS ");
    Some(places.fold(fix, |fix, at| fix.and(at, "IF NOT EXISTS ")))
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{Case, revision};

    fn trip(up: &str, down: &str) -> Case {
        let first =
            [("1_a.up.sql", "CREATE TYPE a AS ENUM ('x', 'y');"), ("1_a.down.sql", "DROP TYPE a;")];
        Case::new(&[first[0], first[1], ("2_b.up.sql", up), ("2_b.down.sql", down)])
    }

    #[test]
    fn what_is_not_undone() {
        let found = |up: &str, down: &str| trip(up, down).of("labels-not-restored-on-down");
        assert_eq!(
            found("ALTER TYPE a RENAME VALUE 'x' TO 'z';", "SELECT 1;"),
            ["2_b.down.sql:1 warning"]
        );
        assert_eq!(
            found("ALTER TYPE a RENAME VALUE 'x' TO 'z';", "ALTER TYPE a RENAME VALUE 'z' TO 'x';"),
            [""; 0]
        );
        assert_eq!(found("DROP TYPE a;", "SELECT 1;"), ["2_b.down.sql:1 warning"]);
        assert_eq!(found("ALTER TYPE a ADD VALUE IF NOT EXISTS 'z';", "SELECT 1;"), [""; 0]);
        // What fails when it is applied again is the other type.
        let other = "CREATE TYPE u AS ENUM ('q'); ALTER TYPE a ADD VALUE IF NOT EXISTS 'z';";
        assert_eq!(found(other, "SELECT 1;"), [""; 0]);
    }

    #[test]
    fn labels_in_another_order() {
        let case = trip("DROP TYPE a;", "CREATE TYPE a AS ENUM ('y', 'z', 'x');");
        let all = case.findings();
        let of_rule = all.iter().filter(|it| it.code == "labels-not-restored-on-down");
        let said: Vec<_> = of_rule.map(|it| &*it.message).collect();
        assert_eq!(said, ["the way down leaves the labels of a in another order"]);
    }

    #[test]
    fn without_a_way_back() {
        let found = |up: &str, downs: [&str; 3]| {
            let case = Case::new(&[
                ("1_a.up.sql", "CREATE TYPE a AS ENUM ('x', 'y');"),
                ("1_a.down.sql", downs[0]),
                ("2_b.up.sql", up),
                ("2_b.down.sql", downs[1]),
                ("3_c.up.sql", "CREATE TABLE c (c a);"),
                ("3_c.down.sql", downs[2]),
            ]);
            case.of("labels-not-restored-on-down")
        };
        let rename = "ALTER TYPE a RENAME VALUE 'x' TO 'z';";
        let back = ["DROP TYPE a;", "-- none", "DROP TABLE c;"];
        assert_eq!(found(rename, back), ["2_b.down.sql:1 warning"]);
        // What the way up can do about it is told in any case.
        assert_eq!(found(rename, ["", "", ""]), [""; 0]);
        assert_eq!(found("DROP TYPE a;", ["", "", ""]), [""; 0]);
        let add = "ALTER TYPE a ADD VALUE 'z';";
        assert_eq!(found(add, ["", "", ""]), ["2_b.down.sql:1 warning"]);
    }

    #[test]
    fn a_way_down_that_raises_an_error() {
        let create = "op.execute(\"CREATE TYPE a AS ENUM ('x')\")";
        let first = revision("a1", None, create, "op.execute('DROP TYPE a')");
        let rename = "op.execute(\"ALTER TYPE a RENAME VALUE 'x' TO 'z'\")";
        let found = |down: &str| {
            let second = revision("a2", Some("a1"), rename, down);
            Case::new(&[("a1.py", &first), ("a2.py", &second)]).of("labels-not-restored-on-down")
        };
        assert_eq!(found("pass"), ["a2.py:12 warning"]);
        assert_eq!(found("assert False, 'no way back'"), [""; 0]);
    }

    #[test]
    fn labels_are_added_with_if_not_exists() {
        let case = trip("ALTER TYPE a ADD VALUE 'z' AFTER 'x';\nALTER TYPE a ADD VALUE 'w';", "");
        let fixed = "ALTER TYPE a ADD VALUE IF NOT EXISTS 'z' AFTER 'x';\nALTER TYPE a ADD VALUE IF NOT EXISTS 'w';";
        let all = case.findings();
        let of_rule = all.iter().filter(|it| it.code == "labels-not-restored-on-down");
        let (files, made) = crate::Fix::apply(of_rule.filter_map(|it| it.fix.as_ref()));
        assert_eq!((&*files[0].1, made), (fixed, 1));
    }
}
