//! What may depend on enums besides the columns of tables, as far as the texts of statements show it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use pg_enum_core::Literal;

use crate::catalog::{Catalog, Noted};
use crate::ground::Location;
use crate::text::ddl::{Again, Made, Mention};
use crate::text::name::{Path, has_hole};

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
    /// Its schema, where the statement has it.
    pub schema: Option<String>,
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
    /// The statement, if running it again makes the same where nothing else has changed.
    pub statement: Option<StatementState>,
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

/// A statement that makes something, to run again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementState {
    /// Its text, without a semicolon.
    pub sql: String,
    /// `search_path` when it ran.
    pub path: Arc<[Arc<str>]>,
    /// Whether nothing decides whether it runs.
    pub is_certain: bool,
    /// The statements that have set comments and privileges since, in order; an error with the place of one that is about
    /// other things as well.
    pub more: Result<Vec<SentUnder>, Location>,
}

/// The text of a statement, and `search_path` when it ran.
pub type SentUnder = (String, Arc<[Arc<str>]>);

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
    // What a block has dropped, because it may create it again by the same statement.
    let mut dropped = HashMap::<_, StatementState>::new();
    for noted in catalog.noted() {
        match Mention::read(&noted.text) {
            Some(Mention::Made(new)) => {
                let mut new = state(new, noted);
                let earlier = dropped.remove(&(new.noun, new.name.clone(), new.table.clone()));
                let again = earlier.filter(|earlier| {
                    noted.is_in_block
                        && new.statement.as_ref().is_some_and(|it| it.sql == earlier.sql)
                });
                if let Some(again) = again {
                    // A block that runs it changes nothing.
                    new.statement = Some(again);
                }
                made.add(new);
            }
            Some(Mention::Dropped { noun, names, table }) => {
                for gone in made.drop(noun, &names, table.as_ref()) {
                    if let (true, Some(statement)) = (noted.is_in_block, gone.statement) {
                        dropped.insert((gone.noun, gone.name, gone.table), statement);
                    }
                }
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
            Some(Mention::Said { noun, names, table }) => {
                made.say(noun, &names, table.as_ref(), noted);
            }
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

    /// Returns what is dropped.
    fn drop(&mut self, noun: &str, names: &[Path], table: Option<&Path>) -> Vec<MentionState> {
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
        dropped.into_iter().filter_map(|place| self.list.get_mut(place)?.take()).collect()
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
            it.statement = None;
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
                it.statement = None;
            }
        }
    }

    /// A comment or privileges of objects, or of all of a noun on a table.
    fn say(&mut self, noun: &str, names: &[Path], table: Option<&Path>, noted: &Noted) {
        let on = table.map(|table| &*table.name);
        let is_its = |it: &MentionState| {
            let is_named = |path: &Path| it.name.as_deref() == Some(&*path.name);
            it.noun == noun
                && (names.is_empty() || names.iter().any(is_named))
                && (on.is_none() || it.table.as_deref() == on)
        };
        let found: HashSet<usize> = if names.is_empty() {
            let all = self.list.iter().enumerate();
            all.filter(|(_, it)| it.as_ref().is_some_and(is_its)).map(|(place, _)| place).collect()
        } else {
            let found = names.iter().flat_map(|path| self.with_name(&path.name));
            found.filter(|(_, it)| is_its(it)).map(|(place, _)| place).collect()
        };
        for place in found {
            let Some(statement) = self.list[place].as_mut().and_then(|it| it.statement.as_mut())
            else {
                continue;
            };
            match (&mut statement.more, names) {
                (Ok(more), [_]) if !noted.is_in_block && !has_hole(&noted.text) => {
                    more.push((sql(&noted.text).to_owned(), Arc::clone(&noted.path)));
                }
                (more @ Ok(_), _) if !noted.is_in_block => *more = Err(noted.at.clone()),
                // A block sets again what it has dropped.
                _ => {}
            }
        }
    }
}

/// The text of a statement, without a semicolon and what is around it.
fn sql(text: &str) -> &str {
    text.trim().trim_end_matches(';').trim_end()
}

fn state(made: Made, noted: &Noted) -> MentionState {
    let Noted { text, at, path, is_in_block, .. } = noted;
    let again = match made.again {
        Again::AsItIs => Some(sql(text).to_owned()),
        Again::Without(word) => {
            let (before, after) = (&text[..word.start], &text[word.end..]);
            Some(format!("{}{}", before.trim_start(), sql(after).trim_start()))
        }
        Again::Never => None,
    };
    let again = again.filter(|sql| made.name.is_some() && !has_hole(sql));
    let statement = again.map(|sql| StatementState {
        sql,
        path: Arc::clone(path),
        is_certain: !is_in_block,
        more: Ok(Vec::new()),
    });
    let name = |path: Option<Path>| path.map(|path| path.name.to_string());
    let schema = |path: &Option<Path>| {
        path.as_ref().and_then(|path| path.schema.as_ref()).map(ToString::to_string)
    };
    MentionState {
        noun: made.noun,
        schema: schema(&made.name),
        table_schema: schema(&made.table),
        name: name(made.name),
        table: name(made.table),
        has_star: made.has_star,
        has_cast: made.has_cast,
        has_constant: made.has_constant,
        index: made.index.map(|index| IndexState {
            is_unique: index.is_unique,
            columns: index.columns,
            predicate: text[index.predicate].to_owned(),
        }),
        statement,
        at: at.clone(),
        names: made.names,
        text: Arc::clone(text),
    }
}
