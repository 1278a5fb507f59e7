//! What a replacement of a type loses.

use crate::clause::{Act, Clause, Column, Name, end_of};
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Mention, Statement};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "swap-loses",
    summary: "a column loses its default or an index when its type is replaced",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("swap_loses.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.about_types(Direction::Up) {
        for clause in statement.clauses() {
            if let Act::ColumnType { column, ty: Some(ty) } = &clause.act
                && is_enum(subject, statement, ty)
            {
                default_of(subject, (statement, clause), column, report);
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

/// Whether a type is an enum of the folder when its migration has run.
fn is_enum(subject: &Subject<'_>, statement: &Statement, ty: &Name) -> bool {
    let after = crate::types::Point::before(statement.migration + 1);
    let names =
        subject.types.at(ty, after).or_else(|| subject.types.at(ty, subject.before(statement)));
    names.is_some()
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
    if !is_enum(subject, place.0, ty) {
        return;
    }
    let later = clauses(subject, migration, subject.folder.migrations.len());
    let sets = |it: &Place<'_>| matches!(&it.1.act, Act::SetDefault { column } if column.may_be(new) || column.may_be(&old));
    let at = dropped.0.at_words(dropped.1.words.clone());
    let named = place.0.at_words(place.1.words.clone());
    if !has_default && !later.iter().any(sets) && had_default(subject, dropped, &old) {
        let finding = report.add(format!("the default of {old} goes with the column"), &at);
        finding.related(&named, "the new column gets its name here");
        finding.help("set the default on the new column: ALTER COLUMN … SET DEFAULT");
    }
    for (index, name) in indexes(subject, dropped.0, &old, new) {
        let finding = report.add(format!("the index {name} goes with the column {old}"), &at);
        finding.related(&index.at, "the index is created here");
        finding.related(&named, "the new column gets its name here");
        finding.help("create the index on the new column, before or after it gets its name");
    }
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
                    has_default = *has
                }
                _ => {}
            }
        }
    }
    has_default
}

/// Whether `CREATE TABLE` gives a column a default.
fn defines_default(statement: &Statement, column: &Column) -> bool {
    let mut next = 2;
    if !statement.begins(&["create", "table"]) {
        return false;
    }
    if statement.begins(&["create", "table", "if", "not", "exists"]) {
        next += 3;
    }
    let Some((name, open)) = name_at(statement, next) else { return false };
    let words = statement.words();
    if !name.may_be(&column.table) || words.get(open).is_none_or(|word| word.text != "(") {
        return false;
    }
    let (mut depth, mut is_first, mut is_meant) = (1_usize, true, false);
    for (at, word) in words.iter().enumerate().skip(open + 1) {
        match &*word.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "," if depth == 1 => {
                is_first = true;
                continue;
            }
            "default" if depth == 1 && is_meant => return true,
            _ => {}
        }
        if is_first {
            is_meant =
                statement.name_at(at).is_some_and(|(name, _)| *name == [column.name.as_str()]);
            is_first = false;
        }
        if depth == 0 {
            break;
        }
    }
    false
}

fn name_at(statement: &Statement, at: usize) -> Option<(Name, usize)> {
    let (parts, next) = statement.name_at(at)?;
    let name = parts.last()?.to_string();
    let schema = parts.len().checked_sub(2).and_then(|at| parts.get(at)).map(ToString::to_string);
    Some((Name { schema, name }, next))
}

/// The indexes on a column that is dropped, which nothing makes on the new one.
fn indexes<'a>(
    subject: &'a Subject<'_>,
    dropped: &Statement,
    old: &Column,
    new: &Column,
) -> Vec<(&'a Statement, String)> {
    let mut lost: Vec<(&Statement, String)> = Vec::new();
    for statement in subject.of(Direction::Up) {
        let is_later = statement.migration >= dropped.migration;
        if statement.begins(&["drop", "index"]) {
            let names = |name: &String| {
                statement.words().iter().any(|word| word.text.trim_matches('"') == name)
            };
            lost.retain(|(_, name)| is_later || !names(name));
            continue;
        }
        if !statement.begins(&["create", "index"])
            && !statement.begins(&["create", "unique", "index"])
        {
            continue;
        }
        let Some((name, table, columns)) = index(statement) else { continue };
        if !table.may_be(&old.table) {
            continue;
        }
        if is_later {
            if columns.contains(&old.name) || columns.contains(&new.name) {
                return Vec::new();
            }
        } else if columns.contains(&old.name) {
            lost.push((statement, name));
        }
    }
    lost
}

/// The name of an index, its table and the plain columns in it.
fn index(statement: &Statement) -> Option<(String, Name, Vec<String>)> {
    let words = statement.words();
    let on = words.iter().position(|word| word.text == "on")?;
    let (name, _) = statement.name_at(on - 1)?;
    let name = name.last()?.to_string();
    let only = words.get(on + 1).is_some_and(|word| word.text == "only");
    let (table, _) = name_at(statement, on + 1 + usize::from(only))?;
    let open = (on..words.len()).find(|at| words[*at].text == "(")?;
    let mut columns = Vec::new();
    for at in open..end_of(words, open) {
        if matches!(&*words[at].text, "(" | ",") {
            columns.extend(
                statement.name_at(at + 1).and_then(|(name, _)| Some(name.first()?.to_string())),
            );
        }
        if words[at].text == ")" {
            break;
        }
    }
    Some((name, table, columns))
}
