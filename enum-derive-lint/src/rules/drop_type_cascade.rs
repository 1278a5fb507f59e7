//! `DROP TYPE … CASCADE`.

use pg_enum_migrations::{Change, Location, Taken};

use crate::clause::{Act, Name};
use crate::fix::Fix;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Statement};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "drop-type-cascade",
    summary: "`DROP TYPE … CASCADE` drops columns without naming them",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("drop_type_cascade.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    on_the_way_down(subject, report);
    for statement in subject.about_types(Direction::Up) {
        for clause in statement.clauses() {
            let Act::DropTypes { types, cascade: Some(cascade), .. } = &clause.act else {
                continue;
            };
            if types.iter().all(|ty| is_composite(subject, ty)) {
                continue;
            }
            let names: Vec<_> = types.iter().map(Name::to_string).collect();
            let taken = taken(subject, statement, clause.words.clone());
            let at = statement.at_words(clause.words.clone());
            let message = match &*taken {
                [] => format!(
                    "CASCADE drops every column of the type {}, with its data",
                    names.join(", ")
                ),
                taken => format!("CASCADE drops {}, with its data", taken.join(", ")),
            };
            let finding = report.add(message, &at);
            finding.help(
                "drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type \
                 that is in use",
            );
            if taken.is_empty() && subject.is_replayed(statement) {
                finding.severity(Severity::Warning);
                finding
                    .note("these migrations leave no such column, but the database may have one");
                if !statement.is_made() {
                    let word = statement.at_words(*cascade..*cascade + 1);
                    let before = statement.at_words(*cascade - 1..*cascade);
                    let at = Location::new(&word.source, before.range.end..word.range.end);
                    finding.fix(Fix::new("leave out CASCADE", at, ""));
                }
            }
        }
    }
}

/// A way down gives up data, but names what it drops.
fn on_the_way_down(subject: &Subject<'_>, report: &mut Report) {
    for trip in &subject.round_trips {
        let mut places: Vec<(&Location, Vec<String>)> = Vec::new();
        for (at, taken) in &trip.taken {
            match places.iter_mut().find(|(place, _)| *place == at) {
                Some((_, all)) => all.push(shown(taken)),
                None => places.push((at, vec![shown(taken)])),
            }
        }
        for (at, all) in places {
            let finding =
                report.add(format!("CASCADE drops {}, with its data", all.join(", ")), at);
            finding.severity(Severity::Warning);
            finding.help("drop the columns or tables first, by name, and leave out CASCADE");
        }
    }
}

fn shown(taken: &Taken) -> String {
    let (schema, relation) = (&taken.schema, &taken.relation);
    match &taken.column {
        Some(column) => format!("the column {schema}.{relation}.{column}"),
        None => format!("the view {schema}.{relation}"),
    }
}

/// Whether the migrations create a composite type of a name, and never an enum.
fn is_composite(subject: &Subject<'_>, ty: &Name) -> bool {
    let creates = |statement: &Statement| {
        let mut places = statement.find(&["create", "type"]);
        places.any(|at| {
            let Some((name, next)) = statement.name_at(at + 2) else { return false };
            let mut words = statement.words().iter().skip(next).map(|word| &*word.text);
            name.last().is_some_and(|name| **name == *ty.name)
                && (words.next(), words.next()) == (Some("as"), Some("("))
        })
    };
    !subject.types.has_named(&ty.name) && subject.of(Direction::Up).any(creates)
}

/// The columns and views that go, as far as replay follows them.
fn taken(
    subject: &Subject<'_>,
    statement: &Statement,
    words: std::ops::Range<usize>,
) -> Vec<String> {
    let place = statement.at_words(words);
    let is_meant = |event: &pg_enum_migrations::Event| {
        event.migration == statement.migration
            && event.change == Change::Dropped
            && event.at.path() == place.path()
            && event.at.range.start < place.range.end
            && place.range.start < event.at.range.end
    };
    let mut all = Vec::new();
    for taken in &subject.replay.taken {
        if subject.replay.events.get(taken.event).is_some_and(is_meant) {
            all.push(shown(taken));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{Case, revision};

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("drop-type-cascade")
    }

    const MOOD: &str =
        "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (a mood, b mood[], c int);";

    #[test]
    fn the_columns_are_named() {
        let case =
            Case::new(&[("1_a.sql", MOOD), ("2_b.sql", "DROP TYPE IF EXISTS mood\nCASCADE;")]);
        let found = case.findings();
        let finding = found.iter().find(|it| it.code == "drop-type-cascade").unwrap();
        assert_eq!(
            finding.message,
            "CASCADE drops the column public.t.a, the column public.t.b, with its data"
        );
        assert!(finding.fix.is_none());
    }

    #[test]
    fn on_the_way_down() {
        let up = "op.create_table('t', sa.Column('a', sa.Enum('x', name='mood')))";
        let found = |down: &str| {
            Case::new(&[("a1.py", &revision("a1", None, up, down))]).of("drop-type-cascade")
        };
        let (table, ty) = ("op.drop_table('t')", "op.execute('DROP TYPE mood CASCADE')");
        assert_eq!(found(&format!("{ty}\n{table}")), ["a1.py:13 warning"]);
        assert_eq!(found(&format!("{table}\n{ty}")), [""; 0]);
    }

    #[test]
    fn a_composite_type() {
        let text = "DROP TYPE IF EXISTS pair CASCADE;\nCREATE TYPE pair AS (a int, b int);";
        assert_eq!(found(&[("1_a.sql", text)]), [""; 0]);
        let then = "DROP TYPE pair;\nCREATE TYPE pair AS ENUM ('a');\nDROP TYPE pair CASCADE;";
        assert_eq!(
            found(&[("1_a.sql", text), ("2_b.sql", then)]),
            ["1_a.sql:1 warning", "2_b.sql:3 warning"]
        );
    }

    #[test]
    fn without_columns_it_is_left_out() {
        let case = Case::new(&[
            ("1_a.sql", "CREATE TYPE mood AS ENUM ();"),
            ("2_b.sql", "DROP TYPE mood CASCADE;"),
        ]);
        assert_eq!(case.of("drop-type-cascade"), ["2_b.sql:1 warning"]);
        assert_eq!(case.fixed().text("2_b.sql"), "DROP TYPE mood;");
        assert_eq!(
            found(&[(
                "1_a.sql",
                "DROP TABLE IF EXISTS t CASCADE; SELECT 'DROP TYPE a CASCADE' -- DROP TYPE b CASCADE\n;"
            )]),
            [""; 0]
        );
    }
}
