//! A type that is used before it is there.

use pg_enum_migrations::Finding;
use pg_enum_python::What;

use crate::clause::Act;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Mention, Statement};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "type-used-before-created",
    summary: "a type is used before a statement creates it, or none does",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("type_used_before_created.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (index, refused) in subject.refused(&["42704"]) {
        if report.is_explained(index) {
            continue;
        }
        let name = refused
            .message
            .strip_prefix("type \"")
            .and_then(|it| it.strip_suffix("\" does not exist"));
        let Some(name) = name else { continue };
        let Some(used) = subject.migration_of(refused.at.path()) else { continue };
        let name = name.rsplit('.').next().unwrap_or(name);
        let is_later = |it: &&Statement| {
            it.migration > used
                || it.migration == used
                    && (it.at.path() != refused.at.path()
                        || it.at.range.start >= refused.at.range.start)
        };
        let later =
            subject.of(Direction::Up).filter(is_later).filter(|it| it.mentions(Mention::Type));
        let created = later.into_iter().find_map(|statement| {
            statement.clauses().iter().find_map(|clause| match &clause.act {
                Act::CreateEnum { ty, .. } if ty.name == name => {
                    Some(statement.at_words(clause.words.clone()))
                }
                _ => None,
            })
        });
        let Some(created) = created else {
            // A type of another kind may be an extension's; what a revision calls an enum is none.
            if is_enum_of_revision(subject, used, name) {
                report.explain(index);
                never_created(subject, report, refused, name);
            }
            continue;
        };
        report.explain(index);
        let finding =
            report.add(format!("the type {name} is used before it is created"), &refused.at);
        finding.related(&created, "it is created here");
        finding.note("SQLSTATE 42704");
        finding.help("move CREATE TYPE before the first statement that uses the type");
    }
}

/// Whether a revision names an enum so, in a call that does not create it.
fn is_enum_of_revision(subject: &Subject<'_>, migration: usize, name: &str) -> bool {
    subject.shown.iter().any(|it| {
        let is = matches!(&it.fact.what, What::Mentioned { of } if of.name == name);
        it.migration == migration && is
    })
}

fn never_created(subject: &Subject<'_>, report: &mut Report, refused: &Finding, name: &str) {
    let message = format!("the type {name} is used, and nothing creates it before");
    let finding = report.add(message, &refused.at);
    finding.note("SQLSTATE 42704");
    let creates_table = |it: &Statement| {
        it.at.path() == refused.at.path()
            && it.at.range == refused.at.range
            && it.find(&["create", "table"]).next().is_some()
    };
    finding.note(if subject.of(Direction::Up).any(creates_table) {
        "`create_type=False` says that the type exists already"
    } else {
        "add_column and alter_column never create a type"
    });
    finding.help(
        "create it first: `postgresql.ENUM(…, name=…).create(op.get_bind(), checkfirst=True)`",
    );
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{Case, revision};

    #[test]
    fn a_column_does_not_create_its_type() {
        let create = "op.create_table('t', sa.Column('id', sa.Integer))";
        let column = "sa.Column('a', sa.Enum('x', name='mood'))";
        let found = |up: &str| {
            let case =
                Case::new(&[("a1.py", &revision("a1", None, &format!("{create}\n{up}"), "pass"))]);
            case.of("type-used-before-created")
        };
        assert_eq!(found(&format!("op.add_column('t', {column})")), ["a1.py:10 error"]);
        let existing = "sa.Column('a', postgresql.ENUM('x', name='mood', create_type=False))";
        assert_eq!(
            found(&format!(
                "from sqlalchemy.dialects import postgresql\nop.create_table('u', {existing})"
            )),
            ["a1.py:11 error"]
        );
        let batch =
            format!("with op.batch_alter_table('t') as batch:\n    batch.add_column({column})");
        assert_eq!(found(&batch), ["a1.py:11 error"]);
        let made = format!(
            "sa.Enum('x', name='mood').create(op.get_bind())\nop.add_column('t', {column})"
        );
        assert_eq!(found(&made), [""; 0]);
    }

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("type-used-before-created")
    }

    #[test]
    fn later_in_the_file_or_in_the_folder() {
        let (table, ty) = ("CREATE TABLE t (a a);", "CREATE TYPE a AS ENUM ('x');");
        assert_eq!(found(&[("1_a.sql", table), ("2_b.sql", ty)]), ["1_a.sql:1 error"]);
        assert_eq!(found(&[("1_a.sql", &format!("{table}\n{ty}"))]), ["1_a.sql:1 error"]);
        assert_eq!(found(&[("1_a.sql", ty), ("2_b.sql", table)]), [""; 0]);
        // It may be an extension's.
        assert_eq!(found(&[("1_a.sql", "CREATE TABLE t (a citext);")]), [""; 0]);
    }
}
