//! The folder that has the table of a model.

use std::collections::HashMap;

use pg_enum_build::models::Query;
use pg_enum_core::edit_distance;
use pg_enum_core::record::{RecordedTable, UnknownTable};
use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Part, Script};

use super::Reason;
use super::beside::{Context, Held, Wanted, shown};
use super::problems::gone;
use crate::accept::Accepted;
use crate::folders::{Contents, Folders};
use crate::foreign::Comparison;
use crate::problem::Problem;
use crate::project::{Nearness, Others};
use crate::text::{type_name, visible};

/// What has been looked up: for one package, and of the folders.
#[derive(Default)]
pub(super) struct LookUp {
    near: HashMap<Nearness, Vec<usize>>,
    /// By the folder, the tables that its migrations create and remove again, each with where it goes.
    gone: HashMap<usize, Vec<(Named, Location)>>,
}

/// Whether a folder has a table.
pub(crate) enum Verdict<'f> {
    There(&'f RecordedTable),
    /// Which table it is, or what that is like, is not certain.
    Doubtful(Reason),
    /// It is not there, unless it was made by what cannot be known.
    Absent(Option<Reason>),
}

impl LookUp {
    /// Begins with a package: which folders are near depends on it.
    pub(super) fn of_package(&mut self) {
        self.near.clear();
    }

    /// All that is wrong with a model and the table that it names, or why the two are not compared.
    pub(super) fn compare<'p>(
        &mut self,
        comparison: &mut Comparison<'_, 'p, '_>,
        package: &Others<'p>,
        context: &Context<'_>,
        wanted: Wanted<'_>,
        query: Option<&Query>,
    ) -> Result<Vec<Problem>, Reason> {
        let mut seen: Vec<usize> = Vec::new();
        let (mut has_own, mut doubt) = (false, None);
        for nearness in Nearness::FOLDERS.into_iter().chain([Nearness::Schema]) {
            if nearness.is_schema() && doubt.is_some() {
                break;
            }
            let near = &mut self.near;
            let Some(new) = comparison.open_new(nearness, package, near, &mut seen) else { break };
            // Another package's table is this one's only if this one has no folder of its own.
            if has_own && !nearness.is_own() {
                break;
            }
            let (folders, accepted) = (&*comparison.folders, &mut *comparison.accepted);
            let found = settle(&new, folders, context, wanted, query, accepted, &mut doubt)?;
            if let Some((folder, problems)) = found {
                comparison.folders.compared(folder);
                return Ok(problems);
            }
            has_own |= nearness.is_own() && !new.is_empty();
        }
        if let Some(doubt) = doubt {
            return Err(doubt);
        }
        self.absent(comparison.folders, &seen, context, wanted, query)
    }

    /// What there is to say of a table that no folder has: the nearest of these removes it, or nothing is known of it.
    fn absent(
        &mut self,
        folders: &mut Folders,
        seen: &[usize],
        context: &Context<'_>,
        wanted: Wanted<'_>,
        query: Option<&Query>,
    ) -> Result<Vec<Problem>, Reason> {
        let mut found = None;
        for &index in seen {
            let Some(contents) = folders.get(index).and_then(|folder| folder.contents.as_ref())
            else {
                continue;
            };
            let gone = self.gone.entry(index).or_insert_with(|| removed(contents));
            let default = Some(&*contents.record().default_schema);
            let is_it = |(schema, name): &Named| {
                let is_there = wanted.0.is_none() || schema.as_deref().or(default) == wanted.0;
                is_there && name == wanted.1
            };
            if let Some((_, at)) = gone.iter().rfind(|(name, _)| is_it(name)) {
                found = Some((index, at.clone()));
                break;
            }
        }
        if let Some((index, at)) = found {
            folders.compared(index);
            let root = folders.get(index).and_then(|folder| folder.contents.as_ref());
            let root = root.map(|contents| contents.replayed.folder.root.clone());
            return Ok(vec![gone(context, wanted, query, &root.unwrap_or_default(), &at)]);
        }
        let read = || {
            let contents = seen.iter().filter_map(|&index| folders.get(index)?.contents.as_ref());
            // A folder of another tool may look empty.
            contents.filter(|contents| contents.replayed.replay.total > 0)
        };
        if read().next().is_none() {
            return Err(Reason::NoFolder);
        }
        if let Some(vague) = read().find_map(|contents| contents.vague.clone()) {
            return Err(Reason::Uncertain(vague.to_string()));
        }
        let tables = read().flat_map(|contents| contents.record().tables.iter().flatten());
        let near = tables.filter_map(|table| {
            let far = edit_distance(&table.name.to_lowercase(), &wanted.1.to_lowercase());
            (far <= 1).then(|| type_name(&table.schema, &table.name))
        });
        Err(Reason::NoTable { table: shown(wanted), nearest: near.into_iter().next() })
    }
}

/// The folder among these that has the table, and what is wrong then; `Err` if it is there and cannot be compared.
fn settle(
    folders: &[usize],
    all: &Folders,
    context: &Context<'_>,
    wanted: Wanted<'_>,
    query: Option<&Query>,
    accepted: &mut Accepted,
    doubt: &mut Option<Reason>,
) -> Result<Option<(usize, Vec<Problem>)>, Reason> {
    let mut there: Vec<(usize, Vec<Problem>)> = Vec::new();
    let mut doubtful = None;
    for &index in folders {
        let Some(contents) = all.get(index).and_then(|folder| folder.contents.as_ref()) else {
            continue;
        };
        match verdict(contents, wanted) {
            Verdict::There(table) => {
                let held = Held { context, contents, table, query };
                there.push((index, held.problems(accepted)));
            }
            Verdict::Doubtful(reason) => doubtful = doubtful.or(Some(reason)),
            Verdict::Absent(reason) => *doubt = doubt.take().or(reason),
        }
    }
    if let Some(agreeing) = there.iter().position(|(_, problems)| problems.is_empty()) {
        return Ok(Some(there.swap_remove(agreeing)));
    }
    match (doubtful, there.len()) {
        (Some(reason), _) => Err(reason),
        (None, 0 | 1) => Ok(there.pop()),
        (None, _) => {
            let shown = |(index, _): &(usize, _)| Some(all.get(*index)?.request.to_string());
            Err(Reason::SeveralFolders { folders: there.iter().filter_map(shown).collect() })
        }
    }
}

/// Whether a folder has the table of a name.
pub(crate) fn verdict<'f>(contents: &'f Contents, (schema, name): Wanted<'_>) -> Verdict<'f> {
    let tables = contents.record().tables.iter().flatten();
    let is_it = |table: &&RecordedTable| {
        table.name == name && schema.is_none_or(|schema| table.schema == schema)
    };
    let named: Vec<&RecordedTable> = tables.filter(is_it).collect();
    let default = &contents.record().default_schema;
    let own = named.iter().copied().find(|table| table.schema == *default);
    let table = match (own, &named[..]) {
        (Some(own), _) => own,
        (None, [one]) => one,
        (None, []) => {
            let why = contents.record().any_table.as_ref();
            let doubt = why.map(|why| unknown(shown((schema, name)), why));
            return Verdict::Absent(doubt.or_else(|| refused(contents)));
        }
        (None, _) => return Verdict::Doubtful(Reason::SeveralTables { table: name.to_owned() }),
    };
    if let Some(why) = &table.unknown {
        return Verdict::Doubtful(unknown(type_name(&table.schema, &table.name), why));
    }
    match refused(contents) {
        Some(reason) => Verdict::Doubtful(reason),
        None => Verdict::There(table),
    }
}

/// After a migration that is refused, everything is as in the middle of something.
fn refused(contents: &Contents) -> Option<Reason> {
    let vague = contents.vague.as_ref().filter(|_| contents.is_refused)?;
    Some(Reason::Uncertain(vague.to_string()))
}

fn unknown(table: String, why: &UnknownTable) -> Reason {
    let (at, reason) = (visible(&why.at.to_string()), visible(&why.reason));
    Reason::Unknown { table, why: format!("{reason} ({at})") }
}

/// A table's name, with its schema if a statement gives one.
type Named = (Option<String>, String);

/// The tables that the migrations create and then drop or rename, with where they do that.
fn removed(contents: &Contents) -> Vec<(Named, Location)> {
    let scripts = contents.replayed.folder.migrations.iter().filter_map(|one| match &one.up {
        Part::Sql(script) => Some(script),
        Part::Code(_) => None,
    });
    let (mut created, mut removed) = (Vec::new(), Vec::new());
    for statement in scripts.flat_map(Script::statements) {
        let words: Vec<String> = statement.words().collect();
        let words: Vec<&str> = words.iter().map(|word| word.trim_matches('"')).collect();
        let at = || statement.at.clone();
        match &words[..] {
            ["create", "table", "if", "not", "exists", rest @ ..]
            | ["create", "table", rest @ ..] => created.extend(first_name(rest)),
            ["drop", "table", "if", "exists", rest @ ..] | ["drop", "table", rest @ ..] => {
                let names = rest.split(|word| *word == ",").filter_map(first_name);
                removed.extend(names.map(|name| (name, at())));
            }
            ["alter", "table", rest @ .., "rename", "to", _] => {
                let rest = rest.strip_prefix(&["if", "exists"]).unwrap_or(rest);
                removed.extend(first_name(rest).map(|name| (name, at())));
            }
            _ => {}
        }
    }
    removed.retain(|(name, _)| created.contains(name));
    removed
}

/// The name that words begin with.
fn first_name(words: &[&str]) -> Option<Named> {
    match words {
        [schema, ".", name, ..] => Some((Some((*schema).to_owned()), (*name).to_owned())),
        [name, ..] => Some((None, (*name).to_owned())),
        [] => None,
    }
}
