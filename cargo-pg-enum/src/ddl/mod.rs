//! What a statement does, as far as it matters whether it can be taken back, and whether all that it does is told
//! by the enums.
//!
//! Both are questions for a list of what is known ([`List`]), and a statement is looked up in it by its tree
//! ([`read`]). What a list cannot tell by the text alone (a function, a trigger, a cast that somebody has made)
//! is told by the catalogs of a database, which are asked about the names in it: [`Uses`].

mod code;
mod dynamic;
mod functions;
mod list;
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

/// A part of a text that is on no list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Where in the text.
    pub(crate) range: Range<usize>,
    pub(crate) reason: String,
}

impl Refused {
    fn at(range: Range<usize>, reason: impl Into<String>) -> Self {
        Self { range, reason: reason.into() }
    }
}

/// What a text does, by its names. Each stands for all that have it: whether `lower(x)` is PostgreSQL's own or
/// somebody's is for the server to say, and so is what else they run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    /// Every word and name that is in it, but for statements that run nothing. One of them may be a schema.
    pub(crate) words: BTreeSet<String>,
    /// Those in the place of a table or a type.
    pub(crate) objects: BTreeSet<String>,
    /// Those in the place of a function: before a parenthesis, or behind a dot (`t.f` may be `f(t)`).
    pub(crate) calls: BTreeSet<String>,
    /// Whatever may be an operator: signs in a row, of which the server may take a part.
    pub(crate) operators: BTreeSet<String>,
    /// The tables that are written to.
    pub(crate) written: BTreeSet<String>,
    /// Those of them whose defaults count.
    pub(crate) inserted: BTreeSet<String>,
    /// Whether names may be looked up in a schema that is not told.
    pub(crate) any_schema: bool,
    /// How many types are renamed, moved and dropped.
    renamed: usize,
    moved: usize,
    dropped: usize,
    /// The comments on types, in order.
    pub(crate) comments: Vec<(Name, Option<String>)>,
}

/// A type's schema, if that is told, and its name.
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

/// What a text does, if all of it is on the list.
pub(crate) fn read(text: &str, sort: Sort, list: List) -> Result<Uses, Refused> {
    with_deep_stack(|| {
        let mut reader = Reader::new(list);
        reader.read(text, sort).map(|()| reader.uses)
    })
}

/// Takes note of a setting that a function runs with, if that may be set.
pub(crate) fn set_in_function(name: &str, value: &str, uses: &mut Uses) -> Result<(), String> {
    uses.any_schema |= name == "search_path";
    list::setting(name, Some(value), true).map_or(Ok(()), Err)
}

/// Why a statement cannot be sent at all by anybody but psql.
pub(crate) fn unsendable(statement: &Statement) -> Option<&'static str> {
    if statement.is_command {
        return Some("it is a command of psql's");
    }
    let words: Vec<String> = statement.words().collect();
    let copies = words.first().is_some_and(|word| word == "copy")
        && words.windows(2).any(|pair| pair[0] == "from" && pair[1] == "stdin");
    copies.then_some("its data follow it, which only psql sends")
}

/// Whether a migration has asked to run without a transaction. Some tools never have one, which is another
/// matter.
pub(crate) fn wants_no_transaction(folder: &Folder, migration: &Migration) -> bool {
    let usual = folder.tool.running().usual;
    usual == Transaction::Explicit && migration.transaction != Transaction::Explicit
}

/// A statement of which the enums do not tell whether it has run, and why.
#[derive(Debug)]
pub(crate) struct Untold {
    pub(crate) at: Location,
    pub(crate) reason: String,
}

/// What a migration does, if the enums tell all of it. `events` is what replay has seen it do.
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
        // Types of other sorts are renamed, moved and dropped in the same words.
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
            Err(untold(whole, "it may be about a type that is not an enum".to_owned()))
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
