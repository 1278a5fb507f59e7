//! What a replacement of a type loses.

use std::sync::Arc;

use crate::clause::{Act, Clause, Column, Name};
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Mention, Statement};
use crate::subject::Subject;
use crate::table::{Held, defines_default, dropped_indexes, held};
use crate::types::Point;

pub(super) const RULE: Rule = Rule {
    code: "swap-loses",
    summary: "a column loses its default, an index or a check when its type is replaced",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("swap_loses.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.about_types(Direction::Up) {
        for clause in statement.clauses() {
            if let Act::ColumnType { column, ty: Some(ty) } = &clause.act
                && let Some(labels) = labels_of(subject, statement, ty)
            {
                default_of(subject, (statement, clause), column, report);
                held_of(subject, (statement, clause), column, &labels, report);
            }
        }
    }
    for statement in subject.of(Direction::Up).filter(|it| it.mentions(Mention::Rename)) {
        for clause in statement.clauses() {
            if let Act::RenameColumn { column, to } = &clause.act {
                exchanged(subject, (statement, clause), column, to, report);
            }
        }
    }
}

/// Longer statements change no columns.
const SHORT: usize = 4096;

type Place<'a> = (&'a Statement, &'a Clause);

/// The labels of an enum of the folder when its migration has run; nothing for another type.
fn labels_of(subject: &Subject<'_>, statement: &Statement, ty: &Name) -> Option<Vec<Arc<str>>> {
    let after = Point::before(statement.migration + 1);
    let there = subject.types.at(ty, after).or_else(|| subject.types.at(ty, Point::of(statement)));
    there.map(|there| there.labels)
}

/// A default that is dropped before the type of its column changes, and not set again.
fn default_of(subject: &Subject<'_>, place: Place<'_>, column: &Column, report: &mut Report) {
    let changes = clauses(subject, place.0.migration, place.0.migration);
    let dropped = changes.iter().find(|it| {
        is_before(**it, place)
            && matches!(&it.1.act, Act::DropDefault { column: of } if of.may_be(column))
    });
    let Some(&dropped) = dropped else { return };
    let last = subject.folder.migrations.len();
    let later = clauses(subject, place.0.migration, last);
    let is_replaced = later.iter().any(|it| {
        !is_before(*it, dropped)
            && match &it.1.act {
                Act::SetDefault { column: of } | Act::DropColumn { column: of } => {
                    of.may_be(column)
                }
                Act::RenameColumn { column: of, .. } => of.may_be(column),
                _ => false,
            }
    });
    if is_replaced || !had_default(subject, dropped, column) {
        return;
    }
    // By way of another type, its type changes twice.
    let changes_before = changes.iter().any(|it| {
        is_before(dropped, *it)
            && is_before(*it, place)
            && matches!(&it.1.act, Act::ColumnType { column: of, ty: Some(_) } if of.may_be(column))
    });
    if changes_before {
        return;
    }
    let at = dropped.0.at_words(dropped.1.words.clone());
    let finding = report.add(
        format!("the default of {column} is dropped for the change of its type, and not set again"),
        &at,
    );
    finding.related(&place.0.at_words(place.1.words.clone()), "the type changes here");
    finding.help("set the default again after the change: ALTER COLUMN … SET DEFAULT");
}

/// A column that takes the place and the name of another one.
fn exchanged(subject: &Subject<'_>, place: Place<'_>, new: &Column, to: &str, report: &mut Report) {
    let old = Column { table: new.table.clone(), name: to.to_owned() };
    let migration = place.0.migration;
    let changes = clauses(subject, migration, migration);
    let added = changes.iter().find_map(|it| match &it.1.act {
        Act::AddColumn { column, ty, has_default } if column.may_be(new) => {
            Some((ty, *has_default))
        }
        _ => None,
    });
    let dropped = changes.iter().find(|it| {
        is_before(**it, place)
            && matches!(&it.1.act, Act::DropColumn { column } if column.may_be(&old))
    });
    let (Some((Some(ty), has_default)), Some(&dropped)) = (added, dropped) else { return };
    let Some(labels) = labels_of(subject, place.0, ty) else { return };
    let later = clauses(subject, migration, subject.folder.migrations.len());
    let sets = |it: &Place<'_>| matches!(&it.1.act, Act::SetDefault { column } if column.may_be(new) || column.may_be(&old));
    let at = dropped.0.at_words(dropped.1.words.clone());
    let named = place.0.at_words(place.1.words.clone());
    if !has_default && !later.iter().any(sets) && had_default(subject, dropped, &old) {
        let finding = report.add(format!("the default of {old} goes with the column"), &at);
        finding.related(&named, "the new column gets its name here");
        finding.help("set the default on the new column: ALTER COLUMN … SET DEFAULT");
    }
    for lost in lost(subject, dropped, &old, new) {
        if lost.is_said_by(&labels) {
            continue;
        }
        let finding = report.add(format!("{} goes with the column {old}", told(&lost)), &at);
        finding.related(&lost.statement.at, "it is created here");
        finding.related(&named, "the new column gets its name here");
        finding.help("create it on the new column as well");
    }
}

/// `the index i`
fn told(held: &Held<'_>) -> String {
    match &held.name {
        Some(name) => format!("the {} {name}", held.noun),
        None => format!("a {}", held.noun),
    }
}

/// The indexes and checks that go with a column, and that nothing creates on the new one.
fn lost<'a>(
    subject: &'a Subject<'_>,
    dropped: Place<'_>,
    old: &Column,
    new: &Column,
) -> Vec<Held<'a>> {
    let (earlier, later) = split(subject, dropped, &old.table);
    let is_again = |lost: &Held<'_>| {
        later.iter().any(|it| it.noun == lost.noun && (it.is_on(old) || it.is_on(new)))
    };
    earlier.into_iter().filter(|it| it.is_on(old) && !is_again(it)).collect()
}

/// An index or a check on a column that is dropped before its type changes, and not created again.
fn held_of(
    subject: &Subject<'_>,
    place: Place<'_>,
    column: &Column,
    labels: &[Arc<str>],
    report: &mut Report,
) {
    let first = subject.up_of(place.0.migration).first();
    let Some(first) = first.filter(|first| !std::ptr::eq(*first, place.0)) else { return };
    let changes =
        || subject.up_of(place.0.migration).iter().take_while(|it| !std::ptr::eq(*it, place.0));
    let goes = |statement: &&Statement| {
        statement.begins(&["drop", "index"])
            || statement.find(&["drop", "constraint"]).next().is_some()
    };
    if !changes().any(|it| goes(&it)) {
        return;
    }
    let all = held(subject, &column.table);
    let is_earlier = |it: &Held<'_>| it.statement.migration < first.migration;
    let counts = |it: &&Held<'_>| is_earlier(it) && it.is_on(column) && !it.is_said_by(labels);
    for lost in all.iter().filter(counts) {
        let Some(name) = &lost.name else { continue };
        let drops = |act: &Act| matches!(act, Act::DropConstraint { name: of } if of == name);
        let dropped = changes().find_map(|it| {
            let clause =
                it.clauses().iter().find(|clause| lost.noun == "check" && drops(&clause.act));
            match clause {
                Some(clause) => Some(it.at_words(clause.words.clone())),
                None => (lost.noun == "index" && dropped_indexes(it).contains(name))
                    .then(|| it.at.clone()),
            }
        });
        let is_again = |it: &Held<'_>| !is_earlier(it) && it.noun == lost.noun && it.is_on(column);
        let Some(at) = dropped.filter(|_| !all.iter().any(is_again)) else { continue };
        let message =
            format!("{} is dropped for the change of {column}, and not created again", told(lost));
        let finding = report.add(message, &at);
        finding.related(&lost.statement.at, "it is created here");
        finding.related(&place.0.at_words(place.1.words.clone()), "the type changes here");
        finding.help("create it again after the change");
    }
}

/// What is on a table before a statement, without what is dropped again, and what is created later.
fn split<'a>(
    subject: &'a Subject<'_>,
    (statement, _): Place<'_>,
    table: &Name,
) -> (Vec<Held<'a>>, Vec<Held<'a>>) {
    let is_earlier = |it: &Statement| it.migration < statement.migration;
    let (mut earlier, later): (Vec<_>, Vec<_>) =
        held(subject, table).into_iter().partition(|it| is_earlier(it.statement));
    for other in subject.of(Direction::Up).take_while(|it| is_earlier(it)) {
        let mut gone = dropped_indexes(other);
        for clause in other.clauses() {
            if let Act::DropConstraint { name } = &clause.act {
                gone.push(name.clone());
            }
        }
        let stays = |it: &Held<'_>| {
            it.statement.migration > other.migration
                || it.name.as_ref().is_none_or(|name| !gone.contains(name))
        };
        earlier.retain(stays);
    }
    (earlier, later)
}

/// What migrations do to columns, the last one included.
fn clauses<'a>(subject: &'a Subject<'_>, first: usize, last: usize) -> Vec<Place<'a>> {
    let start = subject.statements.partition_point(|it| it.migration < first);
    let statements = subject.statements[start..].iter().take_while(|it| it.migration <= last);
    let up = statements.filter(|it| it.direction == Direction::Up && it.text().len() < SHORT);
    up.flat_map(|it| it.clauses().iter().map(move |clause| (it, clause))).collect()
}

fn is_before(one: Place<'_>, two: Place<'_>) -> bool {
    let key = |(statement, clause): Place<'_>| {
        (statement.migration, statement.at.range.start, clause.words.start)
    };
    key(one) < key(two)
}

/// Whether the migrations before have given a column a default, and not taken it.
fn had_default(subject: &Subject<'_>, place: Place<'_>, column: &Column) -> bool {
    let mut has_default = false;
    for statement in subject.of(Direction::Up) {
        if statement.begins(&["create"]) {
            has_default |= defines_default(statement, column);
        }
        for clause in statement.clauses() {
            if !is_before((statement, clause), place) {
                return has_default;
            }
            match &clause.act {
                Act::SetDefault { column: of } if of.may_be(column) => has_default = true,
                Act::DropDefault { column: of } if of.may_be(column) => has_default = false,
                Act::AddColumn { column: of, has_default: has, .. } if of.may_be(column) => {
                    has_default = *has;
                }
                _ => {}
            }
        }
    }
    has_default
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("swap-loses")
    }

    const FIRST: (&str, &str) = (
        "1_a.sql",
        "CREATE TYPE a AS ENUM ('x', 'y');\nCREATE TABLE t (id int DEFAULT 1, a a NOT NULL DEFAULT 'x', b a);\n\
         CREATE INDEX t_a ON t (a);",
    );

    fn second(text: &str) -> Vec<String> {
        found(&[FIRST, ("2_b.sql", text)])
    }

    #[test]
    fn defaults() {
        let swap = |column: &str, end: &str| {
            second(&format!(
                "ALTER TYPE a RENAME TO o; CREATE TYPE a AS ENUM ('x');\nALTER TABLE t ALTER {column} DROP DEFAULT,\n\
                 ALTER {column} TYPE a USING {column}::text::a{end};"
            ))
        };
        assert_eq!(swap("a", ""), ["2_b.sql:2 warning"]);
        assert_eq!(swap("a", ", ALTER COLUMN a SET DEFAULT 'x'"), [""; 0]);
        // There was none.
        assert_eq!(swap("b", ""), [""; 0]);
        let twice = "ALTER TABLE t DROP b;\nCREATE TYPE n AS ENUM ('x');\nALTER TABLE t ALTER a DROP DEFAULT;\nALTER TABLE t ALTER a TYPE n USING a::text::n;\n\
                     DROP TYPE a;\nCREATE TYPE a AS ENUM ('x');\nALTER TABLE t ALTER a TYPE a USING a::text::a;";
        assert_eq!(second(twice), ["2_b.sql:3 warning"]);
        assert_eq!(second("ALTER TABLE t ALTER a DROP DEFAULT;"), [""; 0]);
        assert_eq!(second("ALTER TABLE t ALTER id DROP DEFAULT, ALTER id TYPE bigint;"), [""; 0]);
    }

    #[test]
    fn a_column_in_place_of_another() {
        let exchange = |add: &str, end: &str| {
            second(&format!(
                "CREATE TYPE n AS ENUM ('x');\nALTER TABLE t ADD COLUMN a_new n{add};\nUPDATE t SET a_new = a::text::n;\n\
                 ALTER TABLE t DROP COLUMN a;\nALTER TABLE t RENAME COLUMN a_new TO a;\n{end}"
            ))
        };
        assert_eq!(exchange("", ""), ["2_b.sql:4 warning", "2_b.sql:4 warning"]);
        assert_eq!(exchange(" DEFAULT 'x'", ""), ["2_b.sql:4 warning"]);
        assert_eq!(exchange(" DEFAULT 'x'", "CREATE INDEX t_a ON t USING btree (a);"), [""; 0]);
    }

    #[test]
    fn a_check_that_the_labels_say() {
        let check = |check: &str| {
            let first = format!("CREATE TABLE t (a text CONSTRAINT a_list CHECK ({check}));");
            let second = "CREATE TYPE n AS ENUM ('x', 'y');\nALTER TABLE t DROP CONSTRAINT a_list;\n\
                          ALTER TABLE t ALTER a TYPE n USING a::n;";
            let third = "CREATE TYPE n AS ENUM ('x', 'y');\nALTER TABLE t ADD b n;\nALTER TABLE t DROP a;\n\
                         ALTER TABLE t RENAME b TO a;";
            let first = ("1_a.sql", &*first);
            (found(&[first, ("2_b.sql", second)]).len(), found(&[first, ("2_b.sql", third)]).len())
        };
        assert_eq!(check("a = 'x' OR a = 'y'"), (0, 0));
        assert_eq!(check("a IN ('y', 'x', 'z')"), (0, 0));
        assert_eq!(check("a = ANY (ARRAY['x'::text, ('y'::character varying)::text])"), (0, 0));
        assert_eq!(check("a IN ('x')"), (1, 1));
        assert_eq!(check("a <> 'z'"), (1, 1));
        assert_eq!(check("a = 'x' OR b = 'y'"), (1, 1));
    }

    #[test]
    fn checks_and_indexes_that_are_dropped_for_the_change() {
        let first = (
            "1_a.sql",
            "CREATE TYPE a AS ENUM ('x', 'y');\nCREATE TABLE t (a a, CONSTRAINT not_y CHECK (a <> 'y'), b int CHECK (b > 0));\n\
             CREATE INDEX t_a ON t (a) WHERE a = 'x';",
        );
        let swap = |end: &str| {
            let text = format!(
                "DROP INDEX t_a;\nALTER TABLE t DROP CONSTRAINT not_y;\nALTER TYPE a RENAME TO o; CREATE TYPE a AS ENUM ('x');\n\
                 ALTER TABLE t ALTER a TYPE a USING a::text::a;\n{end}"
            );
            found(&[first, ("2_b.sql", &text)])
        };
        assert_eq!(swap(""), ["2_b.sql:1 warning", "2_b.sql:2 warning"]);
        let check = "ALTER TABLE t ADD CONSTRAINT no_y CHECK (a <> 'x');";
        assert_eq!(swap(check), ["2_b.sql:1 warning"]);
        assert_eq!(swap(&format!("{check} CREATE INDEX CONCURRENTLY i ON t (a, b);")), [""; 0]);
        let exchange = "CREATE TYPE n AS ENUM ('x');\nALTER TABLE t ADD c n;\nALTER TABLE t DROP a;\nALTER TABLE t RENAME c TO a;";
        assert_eq!(
            found(&[first, ("2_b.sql", exchange)]),
            ["2_b.sql:3 warning", "2_b.sql:3 warning"]
        );
    }
}
