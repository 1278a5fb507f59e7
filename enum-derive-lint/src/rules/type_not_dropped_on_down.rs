//! Types that the way down leaves.

use pg_enum_migrations::folder::Part;
use pg_enum_migrations::{Change, Kind, Location, RoundTrip};

use super::creations::{How, creations};
use crate::fix::Fix;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Statement;
use crate::subject::Subject;
use crate::types::name_sql;

pub(super) const RULE: Rule = Rule {
    code: "type-not-dropped-on-down",
    summary: "the way down leaves a type that the way up creates",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("type_not_dropped_on_down.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for trip in subject.round_trips.iter().filter(|trip| trip.known) {
        let last = subject.down_of(trip.migration).last();
        let end = last.map(|last| last.at.clone()).or_else(|| subject.empty_down(trip.migration));
        let Some(end) = end.filter(|_| !subject.has_no_way_back(trip.migration)) else { continue };
        for left in &trip.left {
            let (None, Some(after)) = (&left.before, &left.after) else { continue };
            // One that may be older than the migrations has been there before.
            let may_be_older =
                subject.replay.older_table.is_some() && !subject.is_known(&left.schema, &left.name);
            if may_be_older || !is_created_by(subject, trip.migration, &left.name) {
                continue;
            }
            let again = is_refused_again(subject, trip, &left.name);
            let mut message =
                format!("type `{}` stays when this migration is taken back", left.name);
            if again {
                message += ", and the next way up fails with 42710";
            }
            let finding = report.add(message, &end);
            // A single way down that is empty may be meant: the first revision is often what was there before.
            let is_error = again && last.is_some();
            finding.severity(if is_error { Severity::Error } else { Severity::Warning });
            finding.related(&after.created, "the type is created here");
            let drop = format!("DROP TYPE {}", name_sql(&left.schema, &left.name));
            let Some(last) = last else {
                finding.label("the way down is empty");
                finding.help(format!(
                    "undo here what the way up does, at the end with `{drop}`; or raise an error here, if there is no way back"
                ));
                continue;
            };
            finding.label("the way down ends here");
            finding.help(format!("drop it here: `{drop}`"));
            if let Some(fix) = fix(subject, last, &drop) {
                finding.fix(fix);
            }
        }
    }
}

/// Whether the way up creates a type. Where it drops one, as with `DROP TYPE IF EXISTS`, the way down may create it.
fn is_created_by(subject: &Subject<'_>, migration: usize, wanted: &str) -> bool {
    subject.replay.events.iter().any(|event| {
        event.migration == migration
            && matches!(&event.change, Change::Created { name, .. } if **name == *wanted)
    })
}

/// Whether the way up fails after that because the type is there. It fails at the first of several types; the others follow
/// from how they are created.
fn is_refused_again(subject: &Subject<'_>, trip: &RoundTrip, name: &str) -> bool {
    let mut refused = trip.again.iter().filter_map(|finding| match &finding.kind {
        Kind::Refused { sqlstate } if sqlstate == "42710" => Some(&finding.message),
        _ => None,
    });
    let quoted = format!("\"{name}\"");
    refused.next().is_some_and(|first| {
        first.contains(&quoted)
            || creations(subject).any(|it| {
                it.statement.migration == trip.migration
                    && it.ty.name == name
                    && matches!(it.how, How::Plainly | How::Once)
            })
    })
}

/// One more statement behind the last.
fn fix(subject: &Subject<'_>, last: &Statement, drop: &str) -> Option<Fix> {
    const WHAT: &str = "drop the type";
    let text = &last.at.source.text;
    let end = last.at.range.end;
    let behind = |end: usize| Location::new(&last.at.source, end..end);
    let down = subject.folder.migrations.get(last.migration)?.down.as_ref()?;
    if let Part::Sql(_) = down {
        let is_ended = text.get(..end)?.trim_end().ends_with(';');
        let semicolon = if is_ended || text.get(end..)?.starts_with(';') { "" } else { ";" };
        let end = if text.get(end..)?.starts_with(';') { end + 1 } else { end };
        return Some(Fix::new(WHAT, behind(end), format!("{semicolon}\n{drop};")));
    }
    // What would end the string of Python, or be an escape or a parameter in it, is left to the author.
    if drop.contains(['\'', '\\', ':']) || drop.contains(char::is_control) {
        return None;
    }
    // A call on lines of its own in the function, not in a block inside it.
    let start = text.get(..last.at.range.start)?.rfind('\n')? + 1;
    let line = text.get(start..)?.lines().next()?;
    let indent = &line[..line.len() - line.trim_start().len()];
    let is_call = line.trim_start().starts_with("op.") && indent == "    ";
    let rest = text.get(end..)?;
    let end = end + rest.find('\n').unwrap_or(rest.len());
    let is_last_of_line =
        text.get(last.at.range.end..end)?.trim_start_matches([')', '"', '\'']).trim().is_empty();
    if !is_call || !is_last_of_line {
        return None;
    }
    let quote = if drop.contains('"') { "'" } else { "\"" };
    Some(Fix::new(WHAT, behind(end), format!("\n{indent}op.execute({quote}{drop}{quote})")))
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{Case, revision};

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("type-not-dropped-on-down")
    }

    fn trip(up: &str, down: &str) -> Vec<String> {
        found(&[("1_a.up.sql", up), ("1_a.down.sql", down)])
    }

    #[test]
    fn a_type_that_may_be_older_than_the_migrations() {
        let swap =
            "ALTER TYPE mood RENAME TO old;\nCREATE TYPE mood AS ENUM ('sad');\nDROP TYPE old;";
        let down = "ALTER TYPE mood ADD VALUE 'glad';";
        assert_eq!(trip(&format!("ALTER TABLE t ADD a int;\n{swap}"), down), [""; 0]);
        let own = "CREATE TABLE t (a int);\nCREATE TYPE mood AS ENUM ('sad');";
        assert_eq!(trip(own, "DROP TABLE t;"), ["1_a.down.sql:1 error"]);
    }

    #[test]
    fn a_type_that_the_way_down_creates() {
        let up = "op.execute('DROP TYPE IF EXISTS mood')";
        let down = "op.create_table('day', sa.Column('mood', sa.Enum('sad', name='mood')))";
        assert_eq!(found(&[("a1.py", &revision("a1", None, up, down))]), [""; 0]);
    }

    #[test]
    fn the_fix_is_one_more_call() {
        let up = "op.create_table('day', sa.Column('mood', sa.Enum('sad', name='mood')))";
        let case = Case::new(&[("a1.py", &revision("a1", None, up, "op.drop_table('day')"))]);
        assert_eq!(case.of("type-not-dropped-on-down"), ["a1.py:13 error"]);
        let fixed = case.fixed();
        let end = "    op.drop_table('day')\n    op.execute(\"DROP TYPE mood\")\n";
        assert!(fixed.text("a1.py").ends_with(end), "{}", fixed.text("a1.py"));
        assert_eq!(fixed.of("type-not-dropped-on-down"), [""; 0]);
    }

    #[test]
    fn an_empty_way_down() {
        let create = "op.create_table('day', sa.Column('mood', sa.Enum('sad', name='mood')))";
        let real = ("op.create_table('a', sa.Column('a', sa.Text))", "op.drop_table('a')");
        let folder = |downs: [&str; 3]| {
            let files = [
                revision("a1", None, real.0, downs[0]),
                revision("a2", Some("a1"), create, downs[1]),
                revision("a3", Some("a2"), "op.execute('CREATE TABLE b (b int)')", downs[2]),
            ];
            found(&[("a1.py", &files[0]), ("a2.py", &files[1]), ("a3.py", &files[2])])
        };
        assert_eq!(folder([real.1, "pass", "op.drop_table('b')"]), ["a2.py:12 warning"]);
        // There are no ways back in this folder, or hardly any.
        assert_eq!(folder(["pass", "pass", "pass"]), [""; 0]);
        assert_eq!(folder(["pass", "pass", "op.drop_table('b')"]), [""; 0]);
        let raises = "raise NotImplementedError('no way back')";
        assert_eq!(folder([real.1, raises, "op.drop_table('b')"]), [""; 0]);
        // They do something, and it is not known what they leave.
        for down in [
            "assert False, 'no way back'",
            "import sys; sys.exit('no way back')",
            "sa.orm.Session(bind=op.get_bind()).query(sa.text('a')).delete()",
            "import subprocess; subprocess.run(['make', 'down'])",
        ] {
            assert_eq!(folder([real.1, down, "op.drop_table('b')"]), [""; 0], "{down}");
            // They do not say that there are no ways back either.
            assert_eq!(
                folder([down, "pass", "op.drop_table('b')"]),
                ["a2.py:12 warning"],
                "{down}"
            );
        }
        let sql = |down: &str| {
            found(&[
                ("1_a.up.sql", "CREATE TYPE a AS ENUM ('x');"),
                ("1_a.down.sql", down),
                ("2_b.up.sql", "CREATE TABLE b (b a);"),
                ("2_b.down.sql", "DROP TABLE b;"),
            ])
        };
        assert_eq!(sql("-- it stays\n"), ["1_a.down.sql:1 warning"]);
    }

    #[test]
    fn whether_it_can_be_applied_again() {
        let table = "CREATE TABLE t (a a);";
        assert_eq!(
            trip(&format!("CREATE TYPE a AS ENUM ('x'); {table}"), "DROP TABLE t;"),
            ["1_a.down.sql:1 error"]
        );
        let guarded =
            "DO $$ BEGIN CREATE TYPE a AS ENUM ('x'); EXCEPTION WHEN others THEN NULL; END $$;";
        assert_eq!(
            trip(&format!("{guarded} {table}"), "DROP TABLE t;"),
            ["1_a.down.sql:1 warning"]
        );
        assert_eq!(trip("CREATE TYPE a AS ENUM ('x');", "DROP TYPE IF EXISTS a;"), [""; 0]);
        // There is no way down.
        assert_eq!(found(&[("1_a.sql", "CREATE TYPE a AS ENUM ('x');")]), [""; 0]);
        assert_eq!(
            trip("CREATE TYPE a AS ENUM ('x');", "DO $$ BEGIN RAISE 'no way back'; END $$;"),
            [""; 0]
        );
    }
}
