//! What may depend on enums besides the columns of tables, as far as the texts of statements show it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use pg_enum_core::Literal;

use crate::catalog::{Catalog, Noted};
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
    /// The statements that have set comments and privileges since, in order, each with its path; an error with the place of one
    /// that is about other things as well.
    pub more: Result<Vec<(String, Arc<[Arc<str>]>)>, Location>,
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
    let (mut made, mut comments) = (Vec::<MentionState>::new(), Vec::<CommentState>::new());
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
                made.push(new);
            }
            Some(Mention::Dropped { noun, names, table }) => {
                // Which of several functions of a name is dropped, its arguments say, which are not read.
                let same = |path: &Path| {
                    let is_same = |it: &&MentionState| {
                        it.noun == noun && it.name.as_deref() == Some(&*path.name)
                    };
                    made.iter().filter(is_same).count()
                };
                let is_clear = |path: &Path| noun != "function" || same(path) < 2;
                let names: Vec<Path> = names.into_iter().filter(is_clear).collect();
                let is_its = |it: &MentionState, path: &Path| match noun {
                    "table" => it.table.as_deref() == Some(&*path.name),
                    _ => {
                        let table = table.as_ref().map(|table| &*table.name);
                        it.noun == noun
                            && it.name.as_deref() == Some(&*path.name)
                            && (table.is_none() || it.table.as_deref() == table)
                    }
                };
                made.retain(|it| {
                    let goes = names.iter().any(|path| is_its(it, path));
                    if goes && let Some(statement) = &it.statement {
                        let key = (it.noun, it.name.clone(), it.table.clone());
                        dropped.insert(key, statement.clone());
                    }
                    !goes
                });
            }
            Some(Mention::Renamed { from, to }) => {
                for it in &mut made {
                    if it.names.contains(&from) {
                        it.names.insert(Arc::clone(&to));
                        // Its text has names that are not those of the end.
                        it.index = None;
                        it.statement = None;
                        for name in [&mut it.name, &mut it.table].into_iter().flatten() {
                            if **name == *from {
                                *name = to.to_string();
                            }
                        }
                    }
                }
                for it in &mut comments {
                    for name in [Some(&mut it.name), it.table.as_mut()].into_iter().flatten() {
                        if *name == from {
                            *name = Arc::clone(&to);
                        }
                    }
                }
                renamed.insert(to);
            }
            Some(Mention::Changed { noun, name }) => {
                let is_its =
                    |it: &&mut MentionState| it.noun == noun && it.name.as_deref() == Some(&*name);
                for it in made.iter_mut().filter(is_its) {
                    it.index = None;
                    it.statement = None;
                }
            }
            Some(Mention::Said { noun, names, table }) => {
                let is_its = |it: &&mut MentionState| {
                    let is_named = |path: &Path| it.name.as_deref() == Some(&*path.name);
                    let on = table.as_ref().map(|table| &*table.name);
                    it.noun == noun
                        && (names.is_empty() || names.iter().any(is_named))
                        && (on.is_none() || it.table.as_deref() == on)
                };
                for it in made.iter_mut().filter(is_its) {
                    let Some(statement) = &mut it.statement else { continue };
                    match (&mut statement.more, names.as_slice()) {
                        (Ok(more), [_]) if !noted.is_in_block => {
                            more.push((sql(&noted.text).to_owned(), Arc::clone(&noted.path)));
                        }
                        (more @ Ok(_), _) if !noted.is_in_block => *more = Err(noted.at.clone()),
                        // A block sets again what it has dropped.
                        _ => {}
                    }
                }
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
    made.retain(|it| {
        let source = Arc::as_ptr(&it.at.source);
        seen.insert((source, it.at.range.start, it.noun, it.name.clone(), it.index.is_some()))
    });
    (made, comments, renamed)
}

/// The text of a statement, without a semicolon and what is around it.
fn sql(text: &str) -> &str {
    text.trim().trim_end_matches(';').trim_end()
}

fn state(made: Made, noted: &Noted) -> MentionState {
    let Noted { text, at, path, is_in_block, .. } = noted;
    let statement = (!made.is_temporary && made.name.is_some()).then(|| StatementState {
        sql: match made.concurrently {
            // No block can do that.
            Some(range) => {
                let (before, after) = (&text[..range.start], &text[range.end..]);
                format!("{}{}", before.trim_start(), sql(after).trim_start())
            }
            None => sql(text).to_owned(),
        },
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
