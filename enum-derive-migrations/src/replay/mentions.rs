//! What may depend on enums besides the columns of tables, as far as the texts of statements show it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use pg_enum_core::Literal;

use crate::catalog::Catalog;
use crate::ground::Location;
use crate::text::ddl::{Made, Mention};
use crate::text::name::Path;

/// Something that may depend on an enum or on a column of one: it names a type or a table that the migrations know. It may
/// be there or not, but nothing that a migration makes is left out, except by a function that is called or a text that is
/// put together at run time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MentionState {
    /// What it is: `view`, `function`.
    pub noun: &'static str,
    /// Its name, as the statement has it; `None` if it has none, or the server chooses it.
    pub name: Option<String>,
    /// The name of the table that it is on, if it is on one.
    pub table: Option<String>,
    /// The schema of that table, where the statement has it.
    pub table_schema: Option<String>,
    /// Whether its query may use all columns of a table.
    pub has_star: bool,
    /// Whether it has a cast.
    pub has_cast: bool,
    /// Whether it has a literal or a cast.
    pub has_constant: bool,
    /// An index over plain columns with a predicate, that nothing else is said of.
    pub index: Option<IndexState>,
    /// The statement that makes it.
    pub at: Location,
    names: HashSet<Arc<str>>,
    text: Arc<str>,
}

/// An index over plain columns with a predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexState {
    /// Whether it is unique.
    pub is_unique: bool,
    /// The names of its columns.
    pub columns: Vec<Arc<str>>,
    /// Its predicate, as the migration has it.
    pub predicate: String,
}

/// The comment that a migration gives to a type, an index or a constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommentState {
    /// What it is of: `type`, `index` or `constraint`.
    pub noun: &'static str,
    /// The name of that.
    pub name: Arc<str>,
    /// Its schema, where the statement has it.
    pub schema: Option<Arc<str>>,
    /// The table of a constraint.
    pub table: Option<Arc<str>>,
    /// The comment; `None` if it has been removed. An error if the text is not a plain literal.
    pub text: Result<Option<String>, NotLiteral>,
    /// The statement.
    pub at: Location,
}

/// The text of a comment is not a plain literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotLiteral;

impl MentionState {
    /// Whether this name is among those in its statement, or a name that something there has got since.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether its text, and so the body of a function, has this label as a literal.
    #[must_use]
    pub fn has_literal(&self, label: &str) -> bool {
        self.text.contains(&Literal(label).to_string())
    }
}

/// What may be there in the end, comments, and the names that something has got instead of others.
pub(super) fn mentions(
    catalog: &Catalog,
) -> (Vec<MentionState>, Vec<CommentState>, HashSet<Arc<str>>) {
    let (mut made, mut comments) = (MadeSoFar::default(), Vec::<CommentState>::new());
    let mut renamed = HashSet::new();
    for noted in catalog.noted() {
        match Mention::read(&noted.text) {
            Some(Mention::Made(new)) => made.add(state(new, &noted.text, &noted.at)),
            Some(Mention::Dropped { noun, names, table }) => {
                made.drop(noun, &names, table.as_ref());
            }
            Some(Mention::Renamed { from, to }) => {
                made.rename(&from, &to);
                for it in &mut comments {
                    for name in [Some(&mut it.name), it.table.as_mut()].into_iter().flatten() {
                        if *name == from {
                            *name = Arc::clone(&to);
                        }
                    }
                }
                renamed.insert(to);
            }
            Some(Mention::Changed { noun, name }) => made.change(noun, &name),
            Some(Mention::Comment { noun, of, table, text }) => comments.push(CommentState {
                noun,
                name: of.name,
                schema: of.schema,
                table: table.map(|table| table.name),
                text: text.map_err(|()| NotLiteral),
                at: noted.at.clone(),
            }),
            None => {}
        }
    }
    // What is tried on several ways is noted on each.
    let mut seen = HashSet::new();
    let mut once = Vec::new();
    for it in made.list.into_iter().flatten() {
        let source = Arc::as_ptr(&it.at.source);
        if seen.insert((source, it.at.range.start, it.noun, it.name.clone(), it.index.is_some())) {
            once.push(it);
        }
    }
    (once, comments, renamed)
}

/// What has been made and is not certain to have been dropped.
#[derive(Default)]
struct MadeSoFar {
    /// In order; `None` in the place of what has been dropped.
    list: Vec<Option<MentionState>>,
    /// The places of what has a name in its statement, or has got it since. A folder may drop, make anew and rename
    /// thousands of functions, so that the list is not looked through for each.
    by_name: HashMap<Arc<str>, Vec<usize>>,
}

impl MadeSoFar {
    fn add(&mut self, new: MentionState) {
        let place = self.list.len();
        // A name that is written with escapes is not among those of the statement.
        let own = [&new.name, &new.table].into_iter().flatten().map(|name| Arc::from(&**name));
        for name in new.names.iter().cloned().chain(own) {
            self.by_name.entry(name).or_default().push(place);
        }
        self.list.push(Some(new));
    }

    /// What has a name in its statement, or has got it since, and is there.
    fn with_name(&self, name: &str) -> impl Iterator<Item = (usize, &MentionState)> {
        let places = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|place| Some((*place, self.list.get(*place)?.as_ref()?)))
    }

    /// The places of those of a noun that have the name themselves.
    fn named(&self, noun: &str, name: &str) -> HashSet<usize> {
        let is_its =
            |it: &MentionState| it.noun == noun && it.name.as_deref().is_some_and(|it| it == name);
        self.with_name(name).filter(|(_, it)| is_its(it)).map(|(place, _)| place).collect()
    }

    fn drop(&mut self, noun: &str, names: &[Path], table: Option<&Path>) {
        // Which of several functions of a name is dropped, its arguments say, which are not read.
        let mut dropped = HashSet::new();
        for path in names {
            let is_on = |it: &MentionState, table: &str| it.table.as_deref() == Some(table);
            if noun == "table" {
                let on_it = self.with_name(&path.name).filter(|(_, it)| is_on(it, &path.name));
                dropped.extend(on_it.map(|(place, _)| place));
                continue;
            }
            let found = self.named(noun, &path.name);
            if noun == "function" && found.len() > 1 {
                continue;
            }
            dropped.extend(found.into_iter().filter(|place| {
                let it = self.list.get(*place).and_then(Option::as_ref);
                table.is_none_or(|table| it.is_some_and(|it| is_on(it, &table.name)))
            }));
        }
        for place in dropped {
            self.list[place] = None;
        }
    }

    fn rename(&mut self, from: &Arc<str>, to: &Arc<str>) {
        let mut found = HashSet::new();
        for (place, it) in self.with_name(from) {
            if it.names.contains(from) {
                found.insert(place);
            }
        }
        for place in found {
            let Some(it) = &mut self.list[place] else { continue };
            it.names.insert(Arc::clone(to));
            // Its text has names that are not those of the end.
            it.index = None;
            for name in [&mut it.name, &mut it.table].into_iter().flatten() {
                if **name == **from {
                    *name = to.to_string();
                }
            }
            self.by_name.entry(Arc::clone(to)).or_default().push(place);
        }
    }

    /// Something about it is not followed.
    fn change(&mut self, noun: &str, name: &str) {
        for place in self.named(noun, name) {
            if let Some(it) = &mut self.list[place] {
                it.index = None;
            }
        }
    }
}

fn state(made: Made, text: &Arc<str>, at: &Location) -> MentionState {
    let name = |path: Option<Path>| path.map(|path| path.name.to_string());
    let schema = made.table.as_ref().and_then(|path| path.schema.as_ref());
    MentionState {
        noun: made.noun,
        name: name(made.name),
        table_schema: schema.map(ToString::to_string),
        table: name(made.table),
        has_star: made.has_star,
        has_cast: made.has_cast,
        has_constant: made.has_constant,
        index: made.index.map(|index| IndexState {
            is_unique: index.is_unique,
            columns: index.columns,
            predicate: text[index.predicate].to_owned(),
        }),
        at: at.clone(),
        names: made.names,
        text: Arc::clone(text),
    }
}
