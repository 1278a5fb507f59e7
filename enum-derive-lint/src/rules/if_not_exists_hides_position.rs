//! `ADD VALUE IF NOT EXISTS` of a label that is at another position.

use pg_enum_migrations::Side;

use crate::clause::Act;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Direction;
use crate::subject::Subject;
use crate::types::Point;

pub(super) const RULE: Rule = Rule {
    code: "if-not-exists-hides-position",
    summary: "`ADD VALUE IF NOT EXISTS` ignores its position, because the label is there",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("if_not_exists_hides_position.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.about_types(Direction::Up) {
        for clause in statement.clauses() {
            let Act::AddValue { ty, is_guarded: true, label, position: Some((side, anchor)) } =
                &clause.act
            else {
                continue;
            };
            if !subject.is_replayed(statement) || subject.has_event(statement) {
                continue;
            }
            let Some(there) = subject.types.at(ty, Point::of(statement)) else { continue };
            let place = |wanted: &str| there.labels.iter().position(|it| **it == *wanted);
            let Some(at) = place(&label.0).filter(|_| subject.is_certain(&there)) else { continue };
            let meant = place(anchor).map(|anchor| match side {
                Side::Before => anchor.checked_sub(1),
                Side::After => Some(anchor + 1),
            });
            if meant == Some(Some(at)) {
                continue;
            }
            let side = if *side == Side::Before { "before" } else { "after" };
            let message = match meant {
                Some(_) => format!("'{}' is in {ty} already, and not {side} '{anchor}'", label.0),
                None => format!("'{}' is in {ty} already, and '{anchor}' is not", label.0),
            };
            let finding = report.add(message, &statement.at_words(clause.words.clone()));
            finding.related(&there.created, "the type is created here");
            finding.note("IF NOT EXISTS ignores the position of a label that exists");
            finding.help("leave the statement out, or replace the type if the order matters");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("if-not-exists-hides-position")
    }

    fn second(statement: &str) -> Vec<String> {
        found(&[("1_a.sql", "CREATE TYPE a AS ENUM ('x', 'y', 'z');"), ("2_b.sql", statement)])
    }

    #[test]
    fn positions() {
        let add = |rest: &str| second(&format!("ALTER TYPE a ADD VALUE IF NOT EXISTS {rest};"));
        for same in ["'y' BEFORE 'z'", "'y' AFTER 'x'", "'y'", "'new' BEFORE 'x'"] {
            assert_eq!(add(same), [""; 0], "{same}");
        }
        for other in ["'y' BEFORE 'x'", "'x' AFTER 'y'", "'x' BEFORE 'z'", "'x' AFTER 'missing'"] {
            assert_eq!(add(other), ["2_b.sql:1 warning"], "{other}");
        }
    }
}
