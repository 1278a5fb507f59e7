//! A type that two migrations create.

use pg_enum_migrations::{Finding, Kind};

use super::creations::{Creation, How, creations, refused_at};
use crate::guard::{Skipped, skipped};
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;
use crate::types::{TypeState, list};

pub(super) const RULE: Rule = Rule {
    code: "type-created-in-two-revisions",
    summary: "a type is created by two migrations",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("type_created_in_two_revisions.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (index, refused) in subject.refused(&["42710"]) {
        let Some((first, _)) = refused.related.first() else { continue };
        let (one, two) =
            (subject.migration_of(first.path()), subject.migration_of(refused.at.path()));
        if !refused.message.starts_with("type \"") || one == two {
            continue;
        }
        // One of a generic enum has a rule of its own, and those of calls are below.
        if report.is_explained(index) || !refused.related.is_empty() && is_of_call(subject, refused)
        {
            continue;
        }
        report.explain(index);
        let path = first.path().display();
        let finding = report.add(format!("{}: `{path}` creates it", refused.message), &refused.at);
        finding.related.clone_from(&refused.related);
        finding.note("SQLSTATE 42710");
        let usual = "create the type in one migration only; labels that come later are added with ALTER TYPE … ADD VALUE";
        finding.help(refused.help.as_deref().unwrap_or(usual));
    }
    for creation in creations(subject).filter(|it| it.how == How::Once) {
        if creation.generic(subject).is_some() || creation.earlier(subject).is_some() {
            continue;
        }
        if let Some(found) = creation.found(subject) {
            if let Some(refused) = refused_at(subject, "42710", &creation.at()) {
                report.explain(refused);
            }
            once(report, &creation, &found);
        }
    }
    for skipped in skipped(subject) {
        if skipped.there.migration != skipped.statement.migration {
            hidden(subject, report, &skipped);
        }
    }
}

/// Whether a call that creates types with a table is refused, which is reported with all such calls.
fn is_of_call(subject: &Subject<'_>, refused: &Finding) -> bool {
    let mut calls = creations(subject).filter(|it| it.how == How::Once);
    calls.any(|it| it.statement.at == refused.at && it.found(subject).is_some())
}

/// A call of a library that creates it once in a run.
fn once(report: &mut Report, creation: &Creation<'_>, found: &TypeState) {
    let at = creation.at();
    let mut message = format!(
        "type `{}` is already created by {}: this passes in one run, and fails (42710) where the two revisions are applied in \
         separate runs",
        creation.ty, found.created
    );
    let labels = creation.labels.iter().flatten().copied();
    let lost: Vec<&str> =
        labels.filter(|label| !found.labels.iter().any(|known| **known == **label)).collect();
    if !lost.is_empty() {
        message = format!(
            "type `{}` is already created by {}: one run loses {} without an error, and in separate runs this fails (42710)",
            creation.ty,
            found.created,
            list(&lost)
        );
    }
    let finding = report.add(message, &at);
    finding.related(&found.created, "it is created here");
    finding.note("SQLAlchemy remembers in a run which types it has created, and creates each once");
    finding.help(if lost.is_empty() {
        "create the type in one revision; give the column here `postgresql.ENUM(…, create_type=False)`"
    } else {
        "add the labels with ALTER TYPE … ADD VALUE, and give the column here `postgresql.ENUM(…, create_type=False)`"
    });
}

fn hidden(subject: &Subject<'_>, report: &mut Report, skipped: &Skipped<'_>) {
    let there = &skipped.there;
    let at = skipped.statement.at_words(skipped.clause.words.clone());
    let (severity, message) = if !skipped.missing.is_empty() {
        let message =
            format!("the guard hides that {} has no {}", there.name, list(&skipped.missing));
        (Severity::Error, message)
    } else if skipped.is_reordered {
        (
            Severity::Warning,
            format!("the guard hides that {} has its labels in another order", there.name),
        )
    } else {
        (Severity::Note, format!("this does nothing, because {} is there already", there.name))
    };
    let path = there.created.path().display();
    let finding = report.add(message, &at).severity(severity);
    let created =
        format!("`{path}` creates it; before this statement, it has {}", list(&there.labels));
    finding.related(&there.created, created);
    finding.help("create the type in one migration only; add labels with ALTER TYPE … ADD VALUE");
    let mut explained = Vec::new();
    for (index, refused) in subject.refused(&["22P02"]) {
        let is_about = |label: &String| {
            refused.message == format!("invalid input value for enum {}: \"{label}\"", there.name)
        };
        if matches!(refused.kind, Kind::Refused { .. }) && skipped.missing.iter().any(is_about) {
            finding.related(&refused.at, format!("this then fails (22P02): {}", refused.message));
            explained.push(index);
        }
    }
    for index in explained {
        report.explain(index);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("type-created-in-two-revisions")
    }

    const FIRST: (&str, &str) = ("1_a.sql", "CREATE TYPE a AS ENUM ('x', 'y');");

    fn second(labels: &str, more: &str) -> Vec<String> {
        let text = format!(
            "DO $$ BEGIN\nCREATE TYPE a AS ENUM ({labels});\nEXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; \
             END $$;\n{more}"
        );
        found(&[FIRST, ("2_b.sql", &text)])
    }

    #[test]
    fn labels_decide_how_bad_it_is() {
        assert_eq!(second("'x', 'y', 'z'", ""), ["2_b.sql:2 error"]);
        assert_eq!(second("'y', 'x'", ""), ["2_b.sql:2 warning"]);
        assert_eq!(second("'x', 'y'", ""), ["2_b.sql:2 note"]);
        assert_eq!(second("'x'", ""), ["2_b.sql:2 note"]);
        // A label that is added afterwards is not lost.
        assert_eq!(
            second("'x', 'y', 'z'", "ALTER TYPE a ADD VALUE IF NOT EXISTS 'z';"),
            ["2_b.sql:2 note"]
        );
    }

    #[test]
    fn without_a_guard() {
        assert_eq!(
            found(&[FIRST, ("2_b.sql", "CREATE TYPE a AS ENUM ('x');")]),
            ["2_b.sql:1 error"]
        );
        assert_eq!(
            found(&[FIRST, ("2_b.sql", "DROP TYPE a; CREATE TYPE a AS ENUM ('x');")]),
            [""; 0]
        );
        assert_eq!(
            found(&[FIRST, ("2_b.sql", "CREATE SCHEMA s; CREATE TYPE s.a AS ENUM ('x');")]),
            [""; 0]
        );
    }

    #[test]
    fn the_same_name_in_another_schema() {
        let revision = |id: &str, down: &str, body: &str| {
            format!(
                "from alembic import op\nimport sqlalchemy as sa\nrevision = \"{id}\"\ndown_revision = {down}\n\
                 def upgrade():\n    {body}\n\ndef downgrade():\n    pass\n"
            )
        };
        let first = revision("a1", "None", "op.execute(\"CREATE TYPE public.mood AS ENUM ('a')\")");
        let table = |schema: &str| {
            let column = format!("sa.Column(\"m\", sa.Enum(\"a\", name=\"mood\"{schema}))");
            let body = format!("op.create_table(\"t\", {column}, schema=\"app\")");
            found(&[("a1.py", &first), ("b2.py", &revision("b2", "\"a1\"", &body))])
        };
        assert_eq!(table(", schema=\"public\""), ["b2.py:6 error"]);
        assert_eq!(table(", schema=\"app\""), [""; 0]);
        assert_eq!(table(", inherit_schema=True"), [""; 0]);
        let first = revision("a1", "None", "op.execute(\"CREATE TYPE app.mood AS ENUM ('a')\")");
        let body = "op.create_table(\"t\", sa.Column(\"m\", sa.Enum(\"a\", name=\"mood\")), schema=\"app\")";
        let second = revision("b2", "\"a1\"", body);
        assert_eq!(found(&[("a1.py", &first), ("b2.py", &second)]), [""; 0]);
    }

    #[test]
    fn a_type_that_makes_way() {
        let text = "DO $$ BEGIN DROP TYPE IF EXISTS a; CREATE TYPE a AS ENUM ('z'); END $$;";
        assert_eq!(found(&[FIRST, ("2_b.sql", text)]), [""; 0]);
    }
}
