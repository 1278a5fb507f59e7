//! Types that the way down leaves.

use pg_enum_migrations::folder::Part;
use pg_enum_migrations::{Kind, Location, RoundTrip};

use crate::fix::Fix;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Statement};
use crate::subject::Subject;

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
        let down: Vec<&Statement> = subject
            .of(Direction::Down)
            .filter(|statement| statement.migration == trip.migration)
            .collect();
        // A way down that does nothing at all is none.
        let Some(last) = down.last() else { continue };
        for left in &trip.left {
            let (None, Some(after)) = (&left.before, &left.after) else { continue };
            let again = is_refused_again(trip, &left.name);
            let stays = format!("type `{}` stays when this migration is taken back", left.name);
            let message = match again {
                true => format!("{stays}, and the next way up fails with 42710"),
                false => stays,
            };
            let finding = report.add(message, &last.at);
            finding.severity(if again { Severity::Error } else { Severity::Warning });
            finding.label("the way down ends here");
            finding.related(&after.created, "the type is created here");
            let drop = drop_sql(&left.schema, &left.name);
            finding.help(format!("drop it here: `{drop}`"));
            if let Some(fix) = fix(subject, last, &drop) {
                finding.fix(fix);
            }
        }
    }
}

/// Whether the way up fails after that because the type is there.
fn is_refused_again(trip: &RoundTrip, name: &str) -> bool {
    trip.again.iter().any(|finding| match &finding.kind {
        Kind::Refused { sqlstate } => {
            sqlstate == "42710" && finding.message.contains(&format!("\"{name}\""))
        }
        _ => false,
    })
}

fn drop_sql(schema: &str, name: &str) -> String {
    let quoted = |name: &str| {
        let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if is_plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
    };
    match schema {
        "public" => format!("DROP TYPE {}", quoted(name)),
        schema => format!("DROP TYPE {}.{}", quoted(schema), quoted(name)),
    }
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
    use super::super::tests::{Case, revision};

    #[test]
    fn severity_follows_from_the_next_way_up() {
        let up = "op.create_table('day', sa.Column('mood', sa.Enum('sad', name='mood')))";
        let case = Case::new(&[("a1.py", &revision("a1", None, up, "op.drop_table('day')"))]);
        assert_eq!(case.codes(), ["a1.py:13 error type-not-dropped-on-down"]);
        let fixed = case.fixed();
        assert!(
            fixed
                .text("a1.py")
                .ends_with("    op.drop_table('day')\n    op.execute(\"DROP TYPE mood\")\n")
        );
        assert_eq!(fixed.codes(), [""; 0]);

        let up = "op.create_table('day')\nmood = postgresql.ENUM('sad', name='mood')\nmood.create(op.get_bind())";
        let case = Case::new(&[("a1.py", &revision("a1", None, up, "op.drop_table('day')"))]);
        assert_eq!(case.codes(), ["a1.py:15 warning type-not-dropped-on-down"]);
    }

    #[test]
    fn a_way_down_that_does_nothing() {
        let up = "op.create_table('day', sa.Column('mood', sa.Enum('sad', name='mood')))";
        assert_eq!(Case::new(&[("a1.py", &revision("a1", None, up, "pass"))]).codes(), [""; 0]);
    }
}
