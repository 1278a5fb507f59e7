//! `create_type=False` on the generic `Enum`.

use pg_enum_migrations::{Finding, Location};
use pg_enum_python::What;

use super::creations::{creations, name_of, refused_at};
use crate::fix::Fix;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Direction;
use crate::subject::{Shown, SqlAlchemy, Subject};
use crate::types::Point;

pub(super) const RULE: Rule = Rule {
    code: "generic-create-type-false",
    summary: "`create_type=False` on the generic `Enum`, which ignores it before SQLAlchemy 2.1",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("generic_create_type_false.md"),
    check,
};

/// From this version on, the generic type heeds the argument (`sqlalchemy/sql/sqltypes.py`, `Enum`).
const HEEDED: (u32, u32) = (2, 1);

fn check(subject: &Subject<'_>, report: &mut Report) {
    let Some(sqlalchemy) = subject.sqlalchemy else { return };
    let mut said: Vec<&Location> = Vec::new();
    for shown in subject.shown.iter().filter(|shown| shown.direction == Direction::Up) {
        let What::GenericCreateTypeFalse { .. } = &shown.fact.what else { continue };
        if said.contains(&&shown.fact.at) {
            continue;
        }
        let is_reported = if sqlalchemy.version < HEEDED {
            ignored(subject, report, sqlalchemy, shown)
        } else {
            heeded(subject, report, sqlalchemy, shown)
        };
        if is_reported {
            said.push(&shown.fact.at);
        }
    }
}

/// Before 2.1: the table creates the type all the same.
fn ignored(
    subject: &Subject<'_>,
    report: &mut Report,
    sqlalchemy: SqlAlchemy,
    shown: &Shown,
) -> bool {
    let What::GenericCreateTypeFalse { of, by } = &shown.fact.what else { return false };
    let mut all = creations(subject);
    let is = |it: &super::creations::Creation<'_>| {
        it.statement.migration == shown.migration && it.statement.at == *by && it.ty.name == of.name
    };
    let Some(creation) = all.find(is) else { return false };
    let earlier = creation.earlier(subject);
    let is_once_more =
        earlier.as_ref().is_some_and(|it| it.statement.once == creation.statement.once);
    if is_once_more && creation.statement.once.is_some() {
        return false;
    }
    let refused = refused_at(subject, "42710", by);
    let found = creation.found(subject);
    let there = match (&earlier, &found) {
        (Some(earlier), _) => Some(earlier.statement.place().clone()),
        (None, Some(found)) => Some(found.created.clone()),
        (None, None) => None,
    };
    let before = "`create_type=False` has no effect on the generic `Enum` before SQLAlchemy 2.1";
    match there {
        Some(there) => {
            if let Some(refused) = refused {
                report.explain(refused);
            }
            let message = format!(
                "{before}: the table at line {} creates type `{}` again, which fails with 42710",
                by.line(),
                of.name
            );
            let finding = report.add(message, &shown.fact.at);
            finding.related(&there, "the type is created here");
            finding.related(by, "the table is created here");
            finding.help("use `postgresql.ENUM(…, create_type=False)`");
            if let Some(fix) = postgresql(&shown.fact.at) {
                finding.fix(fix);
            }
            note_version(finding, sqlalchemy);
        }
        None => {
            let message = format!(
                "{before}: type `{}` is created with the table at line {}; from 2.1 on nothing creates it, and the table fails with 42704",
                of.name,
                by.line()
            );
            let finding = report.add(message, &shown.fact.at);
            finding.severity(Severity::Warning);
            finding.help("leave out `create_type=False`, or create the type first and use `postgresql.ENUM(…, create_type=False)`");
            note_version(finding, sqlalchemy);
        }
    }
    true
}

/// From 2.1 on: something else must have created the type.
fn heeded(
    subject: &Subject<'_>,
    report: &mut Report,
    sqlalchemy: SqlAlchemy,
    shown: &Shown,
) -> bool {
    let What::GenericCreateTypeFalse { of, by } = &shown.fact.what else { return false };
    let name = name_of(of);
    let is_before = |migration: usize| migration <= shown.migration;
    let is_created = creations(subject)
        .any(|it| is_before(it.statement.migration) && it.ty.name == of.name)
        || subject.types.at(&name, Point::before(shown.migration)).is_some();
    let is_unsure = subject.replay.vague || !subject.not_read.is_empty();
    let refused = refused_at(subject, "42704", by);
    if is_created || is_unsure && refused.is_none() {
        return false;
    }
    if let Some(refused) = refused {
        report.explain(refused);
    }
    let message = format!(
        "SQLAlchemy {}.{} heeds `create_type=False`, and nothing creates type `{}`: the table at line {} fails with 42704",
        sqlalchemy.version.0,
        sqlalchemy.version.1,
        of.name,
        by.line()
    );
    let finding = report.add(message, &shown.fact.at);
    finding
        .note("before SQLAlchemy 2.1 the argument had no effect, and the table created the type");
    finding.related(by, "the table is created here");
    finding.help("leave out `create_type=False`, or create the type first");
    note_version(finding, sqlalchemy);
    true
}

/// Whether something is refused because nothing creates a type that such an enum of the migration names.
pub(super) fn explains(subject: &Subject<'_>, migration: usize, refused: &Finding) -> bool {
    let is_heeded = subject.sqlalchemy.is_some_and(|it| it.version >= HEEDED);
    is_heeded
        && subject.shown.iter().any(|shown| match &shown.fact.what {
            What::GenericCreateTypeFalse { of, .. } => {
                shown.migration == migration
                    && refused.message == format!("type \"{}\" does not exist", of.name)
            }
            _ => false,
        })
}

fn note_version(finding: &mut crate::report::Finding, sqlalchemy: SqlAlchemy) {
    if !sqlalchemy.is_pinned {
        let (major, minor) = sqlalchemy.version;
        finding.note(format!(
            "SQLAlchemy {major}.{minor} is assumed: no lock file and no requirement says which version the project has"
        ));
    }
}

/// The same type of the dialect, with its import.
fn postgresql(at: &Location) -> Option<Fix> {
    const MODULE: &str = "from sqlalchemy.dialects import postgresql";
    let text = &at.source.text;
    let call = text.get(at.range.clone())?;
    let function = call.find('(')?;
    let name = Location::new(&at.source, at.range.start..at.range.start + function);
    let fix = Fix::new("use `postgresql.ENUM`", name, "postgresql.ENUM");
    if text.lines().any(|line| line.trim_end() == MODULE) {
        return Some(fix);
    }
    // Behind the last of the imports that stand at the beginning of a line, and end on it.
    let is_import = |line: &str| {
        (line.starts_with("import sqlalchemy") || line.starts_with("from sqlalchemy"))
            && !line.trim_end().ends_with(['(', '\\', ','])
    };
    let mut start = 0;
    let mut end = None;
    for line in text.split_inclusive('\n') {
        start += line.len();
        if is_import(line) && line.ends_with('\n') {
            end = Some(start);
        }
    }
    let end = end?;
    Some(fix.and(Location::new(&at.source, end..end), format!("{MODULE}\n")))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Case, revision};

    /// An enum that is created, and then named by a table, with this pin.
    fn case(pin: &str, up: &str) -> Case {
        let text = revision("a1", None, up, "op.drop_table('day')\nop.execute('DROP TYPE mood')");
        Case::new(&[("a1.py", &text), ("requirements.txt", pin)])
    }

    const CREATED: &str = "postgresql.ENUM('sad', name='mood').create(op.get_bind(), checkfirst=True)\n\
        op.create_table('day', sa.Column('mood', sa.Enum('sad', name='mood', create_type=False)))";
    const MADE: &str =
        "op.create_table('day', sa.Column('mood', sa.Enum('sad', name='mood', create_type=False)))";

    #[test]
    fn severity_follows_from_what_happens() {
        let of = |pin: &str, up: &str| case(pin, up).codes();
        assert_eq!(of("sqlalchemy==2.0.36", CREATED), ["a1.py:10 error generic-create-type-false"]);
        assert_eq!(of("sqlalchemy==1.4.54", CREATED), ["a1.py:10 error generic-create-type-false"]);
        assert_eq!(of("sqlalchemy==2.1.0", CREATED), [""; 0]);
        assert_eq!(of("sqlalchemy==2.0.36", MADE), ["a1.py:9 warning generic-create-type-false"]);
        assert_eq!(of("sqlalchemy==2.1.0", MADE), ["a1.py:9 error generic-create-type-false"]);
        assert_eq!(of("", CREATED), ["a1.py:10 error generic-create-type-false"]);
    }

    #[test]
    fn where_nothing_is_created_it_does_not_matter() {
        let up = "op.execute(\"CREATE TYPE mood AS ENUM ('sad')\")\n\
            op.execute('CREATE TABLE day (id int)')\n\
            op.add_column('day', sa.Column('mood', sa.Enum('sad', name='mood', create_type=False)))";
        assert_eq!(case("sqlalchemy==2.0.36", up).of("generic-create-type-false"), [""; 0]);
        let up = "op.create_table('day', sa.Column('mood', sa.Enum('sad', name='mood', native_enum=False, create_type=False)))\n\
            op.execute(\"CREATE TYPE mood AS ENUM ('sad')\")";
        assert_eq!(case("sqlalchemy==2.0.36", up).of("generic-create-type-false"), [""; 0]);
    }

    #[test]
    fn two_tables_with_one_enum() {
        let up = "mood = sa.Enum('sad', name='mood', create_type=False)\n\
            op.create_table('day', sa.Column('mood', mood))\nop.create_table('night', sa.Column('mood', mood))";
        let codes = case("sqlalchemy==2.0.36", up).codes();
        assert_eq!(codes.iter().filter(|code| code.contains("generic")).count(), 1, "{codes:?}");
    }

    #[test]
    fn the_fix_is_the_type_of_the_dialect() {
        let fixed = case("sqlalchemy==2.0.36", CREATED).fixed();
        assert_eq!(fixed.codes(), [""; 0]);
        assert!(
            fixed.text("a1.py").contains("postgresql.ENUM('sad', name='mood', create_type=False)")
        );
    }
}
