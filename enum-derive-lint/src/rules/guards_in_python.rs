//! Guards around `CREATE TYPE` that revisions have in Python: a query of `pg_type`, or an inspector.

use std::ptr;

use pg_enum_migrations::Location;

use super::creations::{Creation, How, creations};
use crate::guard::names_schema;
use crate::statement::{Direction, Mention, Statement};
use crate::subject::Subject;

/// A guard, and what it is about.
pub(super) struct Guard<'s> {
    pub(super) creation: Creation<'s>,
    /// Where it looks.
    pub(super) at: Location,
    /// Whether it finds a type of that name in any schema.
    pub(super) ignores_schema: bool,
    /// Whether something takes an advisory lock before.
    pub(super) is_locked: bool,
}

/// All of a subject.
pub(super) fn guards<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = Guard<'s>> {
    let looking = creations(subject).filter(|creation| creation.how == How::Looking);
    looking.filter_map(|creation| {
        let own = creation.statement;
        let before = subject.up_of(own.migration).iter().take_while(|it| !ptr::eq(*it, own));
        let is_locked = before.clone().any(|it| it.mentions(Mention::Advisory));
        let asked = before.filter(|it| is_query(it) && own.text().contains(query(it))).last();
        let (at, ignores_schema) = match asked {
            Some(asked) => (place(asked), ignores_schema(asked)),
            // `if "mood" not in names:` of an inspector. What `.create(bind, checkfirst=True)` looks for is not the source's.
            None => {
                let text = own.at.source.text.get(own.at.range.clone())?;
                text.starts_with("if ").then(|| (own.at.clone(), false))?
            }
        };
        Some(Guard { creation, at, ignores_schema, is_locked })
    })
}

fn is_query(statement: &Statement) -> bool {
    statement.direction == Direction::Up
        && statement.begins(&["select"])
        && statement.words().iter().any(|word| word.text == "pg_type")
}

fn query(statement: &Statement) -> &str {
    statement.text().trim().trim_end_matches(';')
}

fn place(statement: &Statement) -> Location {
    let words = statement.words();
    let name = words.iter().position(|word| word.text == "typname");
    name.map_or_else(|| statement.place().clone(), |name| statement.at_words(name..name + 1))
}

/// Whether a query finds a type by its name alone.
fn ignores_schema(statement: &Statement) -> bool {
    let words = statement.words();
    words.iter().any(|word| word.text == "typname") && !names_schema(words)
}
