//! Analyses statements: whether a rollback undoes them completely, and whether the enums show all their effects.
//!
//! Both use a list of known statements ([`List`]), in which a statement is looked up by its syntax tree ([`read`]).
//! Code that the text does not show (a user-defined function, trigger or cast) is looked up in the catalogs of a
//! database, by the names in the statement: [`Uses`].

mod code;
mod dynamic;
mod functions;
mod list;
mod settings;
mod text;
mod tree;

use std::collections::BTreeSet;
use std::ops::Range;

use pg_enum_migrations::__syntax::with_deep_stack;
use pg_enum_migrations::folder::{Folder, Migration, Part, Transaction};
use pg_enum_migrations::{Change, Event, Location, Statement};

pub(crate) use self::code::Sort;
pub(crate) use self::functions::harmless;
pub(crate) use self::list::List;

use self::code::Reader;

/// A part of a text that is not on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The range in the text.
    pub(crate) range: Range<usize>,
    pub(crate) reason: String,
}

impl Refused {
    fn at(range: Range<usize>, reason: impl Into<String>) -> Self {
        Self { range, reason: reason.into() }
    }
}

/// The names that a text uses. Each stands for all objects with this name: only the server knows whether `lower(x)`
/// is built in or user-defined, and which other code it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    /// All words and names in it, except in statements that run no code. Some of them may be schemas.
    pub(crate) words: BTreeSet<String>,
    /// Names at the place of a table or a type.
    pub(crate) objects: BTreeSet<String>,
    /// Names at the place of a function: before a parenthesis, or after a dot (`t.f` can mean `f(t)`).
    pub(crate) calls: BTreeSet<String>,
    /// Possible operators: sequences of operator characters, which may contain several operators.
    pub(crate) operators: BTreeSet<String>,
    /// The tables that are written to.
    pub(crate) written: BTreeSet<String>,
    /// Tables of which defaults are used.
    pub(crate) inserted: BTreeSet<String>,
    /// Whether names may be looked up in an unknown schema.
    pub(crate) any_schema: bool,
    /// The number of types that are renamed, moved or dropped.
    renamed: usize,
    moved: usize,
    dropped: usize,
    /// The comments on types, in order.
    pub(crate) comments: Vec<(Name, Option<String>)>,
}

/// A type's schema, if it is given, and its name.
pub(crate) type Name = (Option<String>, String);

impl Uses {
    /// Adds what another text uses.
    pub(crate) fn add(&mut self, more: Self) {
        self.words.extend(more.words);
        self.objects.extend(more.objects);
        self.calls.extend(more.calls);
        self.operators.extend(more.operators);
        self.written.extend(more.written);
        self.inserted.extend(more.inserted);
        self.any_schema |= more.any_schema;
        self.comments.extend(more.comments);
    }

    /// Whether there is anything to look up.
    pub(crate) fn run_something(&self) -> bool {
        !self.words.is_empty()
    }
}

/// The names that a text uses, if all of it is on the list.
pub(crate) fn read(text: &str, sort: Sort, list: List) -> Result<Uses, Refused> {
    with_deep_stack(|| {
        let mut reader = Reader::new(list);
        reader.read(text, sort).map(|()| reader.uses)
    })
}

/// Adds a setting of a function (`SET` clause), if it is allowed.
pub(crate) fn set_in_function(name: &str, value: &str, uses: &mut Uses) -> Result<(), String> {
    uses.any_schema |= name == "search_path";
    settings::setting(name, Some(value), true).map_or(Ok(()), Err)
}

/// The reason why only psql can send a statement.
pub(crate) fn unsendable(statement: &Statement) -> Option<&'static str> {
    if statement.is_command {
        return Some("it is a psql command");
    }
    let words: Vec<String> = statement.words().collect();
    let copies = words.first().is_some_and(|word| word == "copy")
        && words.windows(2).any(|pair| pair[0] == "from" && pair[1] == "stdin");
    copies.then_some("its data follows it, which only psql can send")
}

/// Whether a migration asks to run without a transaction. This does not include tools that never use one.
pub(crate) fn wants_no_transaction(folder: &Folder, migration: &Migration) -> bool {
    let usual = folder.tool.running().usual;
    usual == Transaction::Explicit && migration.transaction != Transaction::Explicit
}

/// A statement for which the enums do not show whether it has run, and the reason.
#[derive(Debug)]
pub(crate) struct Untold {
    pub(crate) at: Location,
    pub(crate) reason: String,
}

/// The effects of a migration, if the enums show all of them. `events` are the events of replay.
pub(crate) fn told(migration: &Migration, events: &[&Event]) -> Result<Uses, Untold> {
    let Part::Sql(script) = &migration.up else { return Ok(Uses::default()) };
    let told = |statement: &Statement| {
        let untold = |range: Range<usize>, reason: String| {
            let start = statement.at.range.start;
            let at = Location::new(&statement.at.source, start + range.start..start + range.end);
            Untold { at, reason }
        };
        let whole = 0..statement.text().len();
        if let Some(reason) = unsendable(statement) {
            return Err(untold(whole, reason.to_owned()));
        }
        let uses = read(statement.text(), Sort::Statement, List::Enums)
            .map_err(|refused| untold(refused.range, refused.reason))?;
        // The same statements rename, move and drop types of other kinds.
        let here = |event: &&&Event| {
            event.at.source == statement.at.source
                && statement.at.range.start <= event.at.range.start
                && event.at.range.start < statement.at.range.end
        };
        let seen = |is: fn(&Change) -> bool| {
            events.iter().filter(here).filter(|event| is(&event.change)).count()
        };
        let are_enums = seen(|change| matches!(change, Change::Renamed { .. })) >= uses.renamed
            && seen(|change| matches!(change, Change::Moved { .. })) >= uses.moved
            && seen(|change| matches!(change, Change::Dropped)) >= uses.dropped;
        if are_enums {
            Ok(uses)
        } else {
            Err(untold(whole, "the type may not be an enum".to_owned()))
        }
    };
    let mut uses = Uses::default();
    for statement in script.statements() {
        uses.add(told(&statement)?);
    }
    Ok(uses)
}

#[cfg(test)]
mod tests;
