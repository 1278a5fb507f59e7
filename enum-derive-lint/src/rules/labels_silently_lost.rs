//! Labels that a call lists and nothing adds.

use pg_enum_python::What;

use super::creations::{Creation, How, creations, missing, name_of};
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Direction;
use crate::subject::Subject;
use crate::types::{Point, TypeState, list};

pub(super) const RULE: Rule = Rule {
    code: "labels-silently-lost",
    summary: "a call lists labels that the type does not have, and does not add them",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("labels_silently_lost.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for creation in creations(subject) {
        match creation.how {
            How::Looking => looks_first(subject, report, &creation),
            How::Once => once_more(subject, report, &creation),
            How::InBlock | How::Plainly => {}
        }
    }
    mentioned(subject, report);
}

/// `.create(bind, checkfirst=True)` where the type is there.
fn looks_first(subject: &Subject<'_>, report: &mut Report, creation: &Creation<'_>) {
    let (Some(found), Some(labels)) = (creation.found(subject), &creation.labels) else { return };
    let lost = missing(subject, &found, labels.iter().copied());
    if !lost.is_empty() {
        lose(
            report,
            &creation.at(),
            &found,
            &lost,
            "this creates nothing, as the type is there already",
        );
    }
}

/// A second table of the same migration with an enum of the same name.
fn once_more(subject: &Subject<'_>, report: &mut Report, creation: &Creation<'_>) {
    let Some(earlier) = creation.earlier(subject) else { return };
    if earlier.statement.once != creation.statement.once {
        return;
    }
    let end = Point::before(creation.statement.migration + 1);
    let Some(found) = subject.types.at(creation.ty, end) else { return };
    let labels = creation.labels.iter().flatten().copied();
    let lost = missing(subject, &found, labels);
    if !lost.is_empty() && subject.is_certain(&found) {
        let why = "SQLAlchemy creates a type of a name once in a run";
        lose(report, &creation.at(), &found, &lost, why);
    }
}

/// `add_column`, `alter_column` and columns with `create_type=False`.
fn mentioned(subject: &Subject<'_>, report: &mut Report) {
    for shown in subject.shown.iter().filter(|shown| shown.direction == Direction::Up) {
        let What::Mentioned { of } = &shown.fact.what else { continue };
        let (migration, Some(labels)) = (shown.migration, &of.labels) else { continue };
        if migration >= subject.replay.replayed || subject.is_refused(migration) {
            continue;
        }
        let end = Point::before(migration + 1);
        let Some(found) = subject.types.at(&name_of(of), end) else { continue };
        let lost = missing(subject, &found, labels.iter().map(String::as_str));
        if !lost.is_empty() && subject.is_certain(&found) {
            let why = "this names the type, and changes no labels";
            lose(report, &shown.fact.at, &found, &lost, why);
        }
    }
}

fn lose(
    report: &mut Report,
    at: &pg_enum_migrations::Location,
    found: &TypeState,
    lost: &[&str],
    why: &str,
) {
    let are = if lost.len() == 1 { "is" } else { "are" };
    let message = format!("{} {are} not added to type `{}`: {why}", list(lost), found.name);
    let finding = report.add(message, at);
    finding.related(&found.created, format!("it is created here, and has {}", list(&found.labels)));
    finding.help(format!(
        "add with ALTER TYPE … ADD VALUE what the type needs, or list the labels that it has ({})",
        list(&found.labels)
    ));
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Case, revision};

    fn codes(up: &str) -> Vec<String> {
        let first = "op.execute(\"CREATE TYPE mood AS ENUM ('sad')\")\nop.execute('CREATE TABLE day (mood mood)')";
        let down = "op.execute('DROP TABLE day')\nop.execute('DROP TYPE mood')";
        let (first, second) =
            (revision("a1", None, first, down), revision("a2", Some("a1"), up, "pass"));
        Case::new(&[("a1.py", &first), ("a2.py", &second)]).of("labels-silently-lost")
    }

    #[test]
    fn what_creates_no_label() {
        let lost = ["a2.py:9 error"];
        assert_eq!(
            codes("sa.Enum('sad', 'ok', name='mood').create(op.get_bind(), checkfirst=True)"),
            lost
        );
        assert_eq!(
            codes(
                "op.alter_column('day', 'mood', type_=sa.Enum('sad', 'ok', name='mood'), existing_type=sa.Enum('sad', name='mood'))"
            ),
            lost
        );
        assert_eq!(
            codes("op.add_column('day', sa.Column('m', sa.Enum('sad', 'ok', name='mood')))"),
            lost
        );
    }

    #[test]
    fn labels_that_are_there_in_the_end() {
        let none = [""; 0];
        let alter = "op.alter_column('day', 'mood', type_=sa.Enum('sad', 'ok', name='mood'))";
        assert_eq!(
            codes(&format!("op.execute(\"ALTER TYPE mood ADD VALUE 'ok'\")\n{alter}")),
            none
        );
        assert_eq!(
            codes(&format!("{alter}\nop.execute(\"ALTER TYPE mood ADD VALUE 'ok'\")")),
            none
        );
        assert_eq!(
            codes("sa.Enum('sad', name='mood').create(op.get_bind(), checkfirst=True)"),
            none
        );
        assert_eq!(
            codes(
                "op.add_column('day', sa.Column('m', sa.Enum('sad', 'ok', name='mood', native_enum=False)))"
            ),
            none
        );
    }
}
