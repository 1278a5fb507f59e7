//! A type that stays when its migration is taken back.

use pg_enum_migrations::Kind;

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "type-not-dropped-on-down",
    summary: "the way down leaves a type that the way up creates",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("type_not_dropped_on_down.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for trip in subject.round_trips.iter().filter(|trip| trip.known) {
        for left in &trip.left {
            let (None, Some(after)) = (&left.before, &left.after) else { continue };
            let message =
                format!("the way down leaves the type {}, which this migration creates", left.name);
            let at = subject.down_of(trip.migration).unwrap_or(&after.created);
            let taken = format!("type \"{}\" already exists", left.name);
            let is_taken = trip
                .again
                .iter()
                .find(|it| matches!(it.kind, Kind::Refused { .. }) && it.message == taken);
            let finding = report.add(message, at);
            finding.related(&after.created, "the type is created here");
            if let Some(again) = is_taken {
                finding.severity(Severity::Error);
                finding.related(&again.at, "applied again, the migration fails here (42710)");
            }
            finding.help(format!("add DROP TYPE {} at the end of the way down", left.name));
        }
    }
}
