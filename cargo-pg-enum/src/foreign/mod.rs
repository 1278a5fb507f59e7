//! Enums with other codecs than `PgEnum` beside what the migrations say.
//!
//! No configuration says which migrations create the type of such an enum. So the type is looked up in one folder after
//! the other, nearest first, and the first folder that has it is used. An enum without a type is not compared, and the
//! reason is kept.

mod advice;

use std::collections::{HashMap, HashSet};

use pg_enum_build::foreign::{self, Match, SqlType};
use pg_enum_core::Definition;
use pg_enum_core::divergence::{Divergence, divergences};
use pg_enum_core::record::{DroppedEnum, RecordedEnum};
use pg_enum_migrations::Kind;

use self::advice::{mistakes, problem};
use crate::Streams;
use crate::accept::Accepted;
use crate::compare::Standing;
use crate::enums::Foreign;
use crate::folders::{Contents, Folders, uncertain};
use crate::migrations::Request;
use crate::not_compared::Reason;
use crate::problem::Problem;
use crate::project::{Nearness, Others, Places};
use crate::row::Row;
use crate::text;

/// What a comparison needs.
pub(crate) struct Comparison<'a, 'p, 's> {
    pub(crate) folders: &'a mut Folders,
    pub(crate) places: &'a mut Places<'p>,
    pub(crate) accepted: &'a mut Accepted,
    pub(crate) streams: &'a mut Streams<'s>,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Compared {
    pub(crate) problems: Vec<Problem>,
    /// Of each enum, under each of its codecs.
    pub(crate) rows: Vec<Row>,
}

/// The result of comparing an enum with one folder.
enum Verdict<'f> {
    /// The folder has no type of its name.
    Absent,
    Agrees(&'f RecordedEnum),
    Differs(&'f RecordedEnum, Vec<Divergence>),
    Dropped(&'f DroppedEnum),
    /// Which type it is, or what that is like, is not certain.
    Doubtful(Reason),
}

impl Verdict<'_> {
    /// Whether the folder has the type, as far as is known.
    fn is_there(&self) -> bool {
        !matches!(self, Self::Absent | Self::Dropped(_))
    }
}

impl<'p> Comparison<'_, 'p, '_> {
    pub(crate) fn run(&mut self, others: &mut [Others<'p>]) -> Compared {
        let mut compared = Compared::default();
        for others in &mut *others {
            compared.problems.append(&mut others.foreign.disagreements);
            let not_compared = std::mem::take(&mut others.foreign.not_compared);
            compared.rows.extend(not_compared.into_iter().map(Row::of_not_compared));
        }
        // Two codecs of one enum have the same to say.
        let mut said = HashSet::new();
        for package in &*others {
            let mut near = HashMap::new();
            for enum_ in &package.foreign.enums {
                let sql_types = sql_types(enum_, package, others);
                let outcome = self.enum_(enum_, package, &sql_types, &mut near);
                let standing = match outcome.map(|outcome| outcome.problems) {
                    Ok(found) if found.is_empty() => Standing::Agrees,
                    Ok(found) => {
                        let standing = Standing::Differs(found.len());
                        let is_new = |problem: &Problem| {
                            said.insert((enum_.path.clone(), problem.message.clone()))
                        };
                        compared.problems.extend(found.into_iter().filter(is_new));
                        standing
                    }
                    Err(reason) => Standing::NotCompared(reason),
                };
                compared.rows.push(Row::of_foreign(enum_, standing));
            }
        }
        compared
    }

    /// All that is wrong with one enum, or why it is not compared. `near` has the folders that have been opened for
    /// its package.
    pub(crate) fn enum_(
        &mut self,
        enum_: &Foreign,
        package: &Others<'p>,
        sql_types: &[SqlType],
        near: &mut HashMap<Nearness, Vec<usize>>,
    ) -> Result<Outcome, Reason> {
        if let Some(database) = package.package.drivers.other_database(enum_.reading.codec) {
            return Err(Reason::OtherDatabase(database));
        }
        let mut seen: Vec<usize> = Vec::new();
        let mut has_own = false;
        for nearness in Nearness::FOLDERS.into_iter().chain([Nearness::Schema]) {
            let Some(new) = self.open_new(nearness, package, near, &mut seen) else { break };
            let verdicts = verdicts(self.folders, &new, enum_, sql_types);
            if verdicts.iter().any(|(.., verdict)| verdict.is_there()) {
                // Another package's type is this one's only if the enum names it.
                let is_guess = has_own && !nearness.is_own() && !enum_.reading.explicit;
                let Some(settled) = settle(enum_, &verdicts, is_guess, self.folders, self.accepted)
                else {
                    return Err(self.no_type(enum_, &seen));
                };
                let outcome = settled?;
                for index in &outcome.folders {
                    self.folders.compared(*index);
                }
                return Ok(outcome);
            }
            has_own |= nearness.is_own() && !new.is_empty();
        }
        match self.dropped(enum_, &seen, sql_types) {
            Some((index, problems)) => {
                self.folders.compared(index);
                Ok(Outcome { folders: vec![index], problems })
            }
            None => Err(self.no_type(enum_, &seen)),
        }
    }

    /// The folders of that nearness that are not among those that have been seen, and now are. `near` has the folders that have
    /// been opened for the package. Nothing where the search ends before: what a folder that is not understood does to a type
    /// or a table of the schema is not known.
    pub(crate) fn open_new(
        &mut self,
        nearness: Nearness,
        package: &Others<'p>,
        near: &mut HashMap<Nearness, Vec<usize>>,
        seen: &mut Vec<usize>,
    ) -> Option<Vec<usize>> {
        if nearness.is_schema() && self.is_doubtful(seen) {
            return None;
        }
        let opened = near.entry(nearness).or_insert_with(|| self.open_all(nearness, package));
        let new: Vec<usize> =
            opened.iter().copied().filter(|index| !seen.contains(index)).collect();
        seen.extend(&new);
        Some(new)
    }

    /// Whether one of these folders may have made or changed a type that is not in it.
    fn is_doubtful(&self, folders: &[usize]) -> bool {
        let mut contents =
            folders.iter().filter_map(|&index| self.folders.get(index)?.contents.as_ref());
        contents.any(|contents| contents.vague.is_some())
    }

    /// The folders of that nearness that can be read.
    fn open_all(&mut self, nearness: Nearness, package: &Others<'p>) -> Vec<usize> {
        let requests: Vec<Request> = match Request::configured(&package.config) {
            Some(request) if nearness == Nearness::Named => vec![request],
            Some(_) => Vec::new(),
            None => {
                let candidates = self.places.at(nearness, package.package);
                candidates.iter().map(|one| Request::found(one, &package.config)).collect()
            }
        };
        let mut opened = Vec::new();
        for request in requests {
            match self.folders.open(&request, self.accepted, self.streams) {
                Ok(index) => opened.push(index),
                Err(failure) => self.streams.note(&format!("{request} is not read: {failure}")),
            }
        }
        opened
    }

    /// The problems with a type that the nearest of these folders drops.
    fn dropped(
        &self,
        enum_: &Foreign,
        folders: &[usize],
        sql_types: &[SqlType],
    ) -> Option<(usize, Vec<Problem>)> {
        // Without an explicit name it may be another type.
        if !enum_.reading.explicit {
            return None;
        }
        let mut verdicts = verdicts(self.folders, folders, enum_, sql_types).into_iter();
        let (index, contents, gone) =
            verdicts.find_map(|(index, contents, verdict)| match verdict {
                Verdict::Dropped(gone) => Some((index, contents, gone)),
                _ => None,
            })?;
        let definition = Definition::new(&gone.name, &[]).in_schema(&gone.schema);
        let found = divergences(definition, contents.record());
        let names = [&*gone.schema, &*gone.name];
        let problem = |found| problem(enum_, names, found, &contents.replayed);
        Some((index, found.iter().map(problem).collect()))
    }

    /// Why there is nothing to compare an enum with, where none of the folders has a type of its name.
    fn no_type(&self, enum_: &Foreign, folders: &[usize]) -> Reason {
        let contents = folders.iter().filter_map(|&index| self.folders.get(index));
        let contents: Vec<_> = contents.filter_map(|folder| folder.contents.as_ref()).collect();
        if contents.is_empty() {
            return Reason::NoFolder;
        }
        // In a folder of another database, everything is refused, and nothing is an enum.
        let is_elsewhere =
            |contents: &&Contents| contents.is_refused && contents.record().enums.is_empty();
        let is_certain = contents.iter().any(|contents| contents.vague.is_none());
        let mut doubtful = contents.iter().copied().filter(|one| !is_certain || !is_elsewhere(one));
        if let Some(doubt) = doubtful.find_map(|contents| contents.vague.clone()) {
            return doubt;
        }
        let name = enum_.reading.name.value.clone();
        let types = contents.iter().flat_map(|contents| &contents.record().enums);
        let alike = foreign::nearest(&enum_.reading, types);
        let nearest = alike.map(|there| text::type_name(&there.schema, &there.name));
        let schema = enum_.reading.schema.as_ref().map(|schema| schema.value.clone());
        Reason::NoType { schema, name, nearest }
    }
}

/// An enum that was compared.
pub(crate) struct Outcome {
    /// The folders that it was compared with.
    pub(crate) folders: Vec<usize>,
    pub(crate) problems: Vec<Problem>,
}

/// The result of comparing an enum with each of these folders.
fn verdicts<'f>(
    all: &'f Folders,
    folders: &[usize],
    enum_: &Foreign,
    sql_types: &[SqlType],
) -> Vec<(usize, &'f Contents, Verdict<'f>)> {
    let verdict = |&index: &usize| {
        let contents = all.get(index)?.contents.as_ref()?;
        Some((index, contents, contents.verdict(enum_, sql_types)))
    };
    folders.iter().filter_map(verdict).collect()
}

/// The folders that an enum is compared with, and all that is wrong with it; nothing if it is only a guess that its
/// type is there.
fn settle(
    enum_: &Foreign,
    verdicts: &[(usize, &Contents, Verdict<'_>)],
    is_guess: bool,
    folders: &Folders,
    accepted: &mut Accepted,
) -> Option<Result<Outcome, Reason>> {
    let labels: Vec<&str> = enum_.reading.labels.iter().map(|label| &*label.text.value).collect();
    let mut agreeing = Vec::new();
    for (index, _, verdict) in verdicts {
        if let Verdict::Agrees(there) = verdict {
            accepted.compared(there, &labels);
            agreeing.push(*index);
        }
    }
    if !agreeing.is_empty() {
        return Some(Ok(Outcome { folders: agreeing, problems: mistakes(enum_) }));
    }
    let doubt = verdicts.iter().find_map(|(.., verdict)| match verdict {
        Verdict::Doubtful(reason) => Some(reason.clone()),
        _ => None,
    });
    if let Some(doubt) = doubt {
        return Some(Err(doubt));
    }
    if is_guess {
        return None;
    }
    let differing: Vec<_> = verdicts
        .iter()
        .filter_map(|(index, contents, verdict)| match verdict {
            Verdict::Differs(there, found) => Some((*index, *contents, *there, found)),
            _ => None,
        })
        .collect();
    let (index, contents, there, found) = *differing.first()?;
    let texts = |there: &RecordedEnum| {
        there.labels.iter().map(|label| label.text.clone()).collect::<Vec<_>>()
    };
    if differing.iter().any(|(_, _, other, _)| texts(other) != texts(there)) {
        let shown = |(index, ..): &(usize, _, _, _)| Some(folders.get(*index)?.request.to_string());
        let folders = differing.iter().filter_map(shown).collect();
        return Some(Err(Reason::SeveralFolders { folders }));
    }
    accepted.compared(there, &labels);
    let mut problems = mistakes(enum_);
    let names = [&*there.schema, &*there.name];
    problems.extend(found.iter().map(|found| problem(enum_, names, found, &contents.replayed)));
    Some(Ok(Outcome { folders: vec![index], problems }))
}

/// The types of the database that Diesel's types stand for: those of the package, or else of the project.
pub(crate) fn sql_types(
    enum_: &Foreign,
    package: &Others<'_>,
    others: &[Others<'_>],
) -> Vec<SqlType> {
    let Some(path) = &enum_.reading.sql_type else { return Vec::new() };
    let of = |others: &Others<'_>| -> Vec<SqlType> {
        let declared =
            others.foreign.sql_types.iter().filter(|declared| declared.ident == path.value);
        declared.cloned().collect()
    };
    let own = of(package);
    if own.is_empty() { others.iter().flat_map(of).collect() } else { own }
}

impl Contents {
    fn verdict(&self, enum_: &Foreign, sql_types: &[SqlType]) -> Verdict<'_> {
        match foreign::find(&enum_.reading, self.record(), sql_types) {
            Match::Absent => Verdict::Absent,
            Match::Ambiguous => {
                let name = enum_.reading.name.value.clone();
                Verdict::Doubtful(Reason::SeveralTypes { name })
            }
            Match::Found(there) if self.is_refused || !there.known => {
                Verdict::Doubtful(self.doubt(there))
            }
            Match::Found(there) => {
                let found = foreign::compare(&enum_.reading, there, self.record());
                if found.is_empty() {
                    Verdict::Agrees(there)
                } else {
                    Verdict::Differs(there, found)
                }
            }
            Match::Dropped(gone) => match &self.vague {
                Some(doubt) => Verdict::Doubtful(doubt.clone()),
                None => Verdict::Dropped(gone),
            },
        }
    }

    /// Why it is not certain what a type is like.
    pub(crate) fn doubt(&self, there: &RecordedEnum) -> Reason {
        let name = text::type_name(&there.schema, &there.name);
        let touching = self.replayed.replay.findings.iter().find(
            |finding| matches!(&finding.kind, Kind::Unknown { touches } if touches.contains(&name)),
        );
        match (&self.vague, touching) {
            (_, Some(finding)) => uncertain(finding, &self.replayed.folder.root),
            (Some(vague), None) => vague.clone(),
            (None, None) => Reason::Uncertain(
                "the state of its type after the migrations is uncertain".to_owned(),
            ),
        }
    }
}
