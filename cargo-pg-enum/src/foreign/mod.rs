//! Enums with other codecs than `PgEnum` beside what the migrations say.
//!
//! No configuration says which migrations they go by, or that any of them makes the type. So a disagreement
//! is reported only where no folder that makes the type agrees; an enum without a type is not compared, and
//! the reason is kept.

mod advice;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_build::foreign::{self, Match, SqlType};
use pg_enum_core::Definition;
use pg_enum_core::divergence::{Divergence, divergences};
use pg_enum_core::record::{DroppedEnum, Record, RecordedEnum};
use pg_enum_migrations::{Finding, Kind};

use self::advice::{problem, shared_labels};
use crate::Streams;
use crate::compare::record_of;
use crate::enums::Foreign;
use crate::memory::ReadFolder;
use crate::migrations::{Replayed, Request};
use crate::not_compared::{NotCompared, Reason};
use crate::problem::Problem;
use crate::project::Others;
use crate::text::{self, visible};

/// Folders of migrations, each replayed once.
#[derive(Default)]
pub(crate) struct Folders {
    all: Vec<Folder>,
}

struct Folder {
    /// By which it is known again.
    path: PathBuf,
    read: ReadFolder,
    /// Nothing if it cannot be read.
    contents: Option<Contents>,
}

struct Contents {
    replayed: Replayed,
    record: Record,
    /// Whether it ends in the middle of something.
    is_refused: bool,
    /// Why a type that is not in it may be there all the same; nothing if it cannot.
    vague: Option<Reason>,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Compared {
    pub(crate) problems: Vec<Problem>,
    /// How many enums were compared with something.
    pub(crate) enums: usize,
    /// How many migrations they were compared with, and nothing else was.
    pub(crate) migrations: usize,
    /// The enums that were not compared.
    pub(crate) not_compared: Vec<NotCompared>,
}

impl Folders {
    /// One that has been replayed.
    pub(crate) fn add(&mut self, request: &Request, replayed: Replayed) {
        let path = canonical(request);
        let read = ReadFolder::new(request, Some(&replayed.folder));
        let record = record_of(&replayed, request);
        let findings = &replayed.replay.findings;
        let is_refused =
            findings.iter().any(|finding| matches!(finding.kind, Kind::Refused { .. }));
        let vague = findings.iter().find(|finding| match &finding.kind {
            Kind::Refused { .. } => true,
            Kind::Unknown { touches } => touches.is_empty(),
            _ => false,
        });
        let vague = vague.map(|finding| uncertain(finding, &replayed.folder.root));
        let contents = Some(Contents { replayed, record, is_refused, vague });
        self.all.push(Folder { path, read, contents });
    }

    /// What was read.
    pub(crate) fn into_read(self) -> Vec<ReadFolder> {
        self.all.into_iter().map(|folder| folder.read).collect()
    }

    /// Which one it is.
    fn find(&mut self, request: &Request, streams: &mut Streams<'_>) -> usize {
        let path = canonical(request);
        if let Some(index) = self.all.iter().position(|folder| folder.path == path) {
            return index;
        }
        match request.replay(None, streams) {
            Ok(replayed) => self.add(request, replayed),
            Err(failure) => {
                streams.note(&format!("enums under other derives are not compared: {failure}"));
                let read = ReadFolder::new(request, None);
                self.all.push(Folder { path, read, contents: None });
            }
        }
        self.all.len() - 1
    }
}

fn canonical(request: &Request) -> PathBuf {
    fs::canonicalize(&request.dir).unwrap_or_else(|_| request.dir.clone())
}

/// How an enum stands to one folder.
enum Verdict<'f> {
    /// The folder has no type of its name.
    Absent,
    Agrees,
    Differs(&'f RecordedEnum, Vec<Divergence>),
    Dropped(&'f DroppedEnum),
    /// Which type it is, or what that is like, is not certain.
    Doubtful(Reason),
}

pub(crate) fn compare(
    others: &mut [Others],
    folders: &mut Folders,
    streams: &mut Streams<'_>,
) -> Compared {
    let known = folders.all.len();
    let own: Vec<Vec<usize>> = others
        .iter()
        .map(|others| {
            if others.foreign.enums.is_empty() {
                return Vec::new();
            }
            others.requests.iter().map(|request| folders.find(request, streams)).collect()
        })
        .collect();
    let mut compared = Compared::default();
    for others in &mut *others {
        compared.problems.append(&mut others.foreign.disagreements);
        compared.not_compared.append(&mut others.foreign.not_compared);
    }
    let (used, enums, said) = (HashSet::new(), HashSet::new(), HashSet::new());
    let mut comparison = Comparison { folders, compared, used, enums, said };
    for (package, own) in others.iter().zip(own) {
        for enum_ in &package.foreign.enums {
            let sql_types = sql_types(enum_, package, others);
            if let Err(reason) = comparison.add(enum_, &own, &sql_types) {
                comparison.compared.not_compared.push(enum_.not_compared(reason));
            }
        }
    }
    let Comparison { mut compared, used, enums, .. } = comparison;
    for folder in &folders.all[known..] {
        let Some(Contents { replayed, record, is_refused: true, .. }) = &folder.contents else {
            continue;
        };
        // In a folder of another database, everything is refused, and nothing is an enum.
        if !record.enums.is_empty() {
            let dir = visible(&replayed.folder.root.to_string_lossy());
            streams.note(&format!(
                "{dir} is compared with no enum, as a migration in it is refused: see `cargo pg-enum state \
                 --migrations {dir}`"
            ));
        }
    }
    let new = used.into_iter().filter(|index| *index >= known);
    let contents = new.filter_map(|index| folders.all[index].contents.as_ref());
    compared.migrations = contents.map(|contents| contents.replayed.replay.total).sum();
    compared.enums = enums.len();
    compared
}

/// A comparison under way.
struct Comparison<'f> {
    folders: &'f Folders,
    compared: Compared,
    /// The folders that something was compared with.
    used: HashSet<usize>,
    /// The enums that were compared.
    enums: HashSet<String>,
    /// What was said: two codecs of one enum have the same to say.
    said: HashSet<(String, String)>,
}

impl<'f> Comparison<'f> {
    /// Compares one enum with the folders `own` of its package, or with all if that has none.
    fn add(&mut self, enum_: &Foreign, own: &[usize], sql_types: &[SqlType]) -> Result<(), Reason> {
        let mut verdicts: Vec<(usize, &'f Contents, Verdict<'f>)> = Vec::new();
        for (index, folder) in self.folders.all.iter().enumerate() {
            if let Some(contents) = &folder.contents {
                verdicts.push((index, contents, contents.verdict(enum_, sql_types)));
            }
        }
        let is_own = |index: usize| own.is_empty() || own.contains(&index);
        let is_there = |(index, _, verdict): &&(usize, &Contents, Verdict<'_>)| {
            is_own(*index) && matches!(verdict, Verdict::Agrees | Verdict::Differs(..))
        };
        let there: Vec<_> = verdicts.iter().filter(is_there).map(|(index, ..)| *index).collect();
        if !there.is_empty() {
            self.enums.insert(enum_.path.clone());
            self.used.extend(&there);
            for problem in shared_labels(enum_) {
                if self.said.insert((enum_.path.clone(), problem.message.clone())) {
                    self.compared.problems.push(problem);
                }
            }
        }
        if verdicts.iter().any(|(.., verdict)| matches!(verdict, Verdict::Agrees)) {
            self.enums.insert(enum_.path.clone());
            return Ok(());
        }
        let doubt = verdicts.iter().find_map(|(.., verdict)| match verdict {
            Verdict::Doubtful(reason) => Some(reason.clone()),
            _ => None,
        });
        if let Some(doubt) = doubt {
            return Err(doubt);
        }
        let is_anywhere = verdicts.iter().any(|(.., v)| matches!(v, Verdict::Differs(..)));
        verdicts.retain(|(index, ..)| is_own(*index));
        // Of several, the one that it is most like.
        verdicts.sort_by_key(|(.., verdict)| match verdict {
            Verdict::Differs(_, found) => found.len(),
            _ => usize::MAX,
        });
        let is_something =
            |(.., verdict): &(usize, &Contents, Verdict<'_>)| !matches!(verdict, Verdict::Absent);
        let (contents, schema, name, found) = match verdicts.into_iter().find(is_something) {
            Some((_, contents, Verdict::Differs(there, found))) => {
                (contents, &there.schema, &there.name, found)
            }
            Some((_, contents, Verdict::Dropped(gone)))
                if !is_anywhere && enum_.reading.explicit =>
            {
                self.enums.insert(enum_.path.clone());
                let definition = Definition::new(&gone.name, &[]).in_schema(&gone.schema);
                (contents, &gone.schema, &gone.name, divergences(definition, &contents.record))
            }
            _ => return Err(self.no_type(enum_, own)),
        };
        for found in &found {
            if self.said.insert((enum_.path.clone(), found.to_string())) {
                self.compared.problems.push(problem(
                    enum_,
                    [schema, name],
                    found,
                    &contents.replayed,
                ));
            }
        }
        Ok(())
    }

    /// Why there is nothing to compare an enum with, where no folder has a type of its name.
    fn no_type(&self, enum_: &Foreign, own: &[usize]) -> Reason {
        let all = self.folders.all.iter().enumerate();
        let own = all.filter(|(index, _)| own.is_empty() || own.contains(index));
        let contents: Vec<_> = own.filter_map(|(_, folder)| folder.contents.as_ref()).collect();
        if contents.is_empty() {
            return Reason::NoFolder;
        }
        if let Some(doubt) = contents.iter().find_map(|contents| contents.vague.clone()) {
            return doubt;
        }
        let name = enum_.reading.name.value.clone();
        let types = contents.iter().flat_map(|contents| &contents.record.enums);
        let alike = foreign::nearest(&enum_.reading, types);
        let nearest = alike.map(|there| text::type_name(&there.schema, &there.name));
        Reason::NoType { name, nearest }
    }
}

/// What diesel's own types stand for: the package's, or else anybody's in the project.
fn sql_types(enum_: &Foreign, package: &Others, others: &[Others]) -> Vec<SqlType> {
    let Some(path) = &enum_.reading.sql_type else { return Vec::new() };
    let of = |others: &Others| -> Vec<SqlType> {
        let declared =
            others.foreign.sql_types.iter().filter(|declared| declared.ident == path.value);
        declared.cloned().collect()
    };
    let own = of(package);
    if own.is_empty() { others.iter().flat_map(of).collect() } else { own }
}

impl Contents {
    fn verdict(&self, enum_: &Foreign, sql_types: &[SqlType]) -> Verdict<'_> {
        match foreign::find(&enum_.reading, &self.record, sql_types) {
            Match::Absent => Verdict::Absent,
            Match::Ambiguous => {
                let name = enum_.reading.name.value.clone();
                Verdict::Doubtful(Reason::SeveralTypes { name })
            }
            Match::Found(there) if self.is_refused || !there.known => {
                Verdict::Doubtful(self.doubt(there))
            }
            Match::Found(there) => {
                let found = foreign::compare(&enum_.reading, there, &self.record);
                if found.is_empty() { Verdict::Agrees } else { Verdict::Differs(there, found) }
            }
            Match::Dropped(_) if let Some(doubt) = &self.vague => Verdict::Doubtful(doubt.clone()),
            Match::Dropped(gone) => Verdict::Dropped(gone),
        }
    }

    /// Why it is not certain what a type is like.
    fn doubt(&self, there: &RecordedEnum) -> Reason {
        let name = text::type_name(&there.schema, &there.name);
        let touching = self.replayed.replay.findings.iter().find(
            |finding| matches!(&finding.kind, Kind::Unknown { touches } if touches.contains(&name)),
        );
        match (&self.vague, touching) {
            (_, Some(finding)) => uncertain(finding, &self.replayed.folder.root),
            (Some(vague), None) => vague.clone(),
            (None, None) => {
                Reason::Uncertain("what the migrations make of its type is not certain".to_owned())
            }
        }
    }
}

/// What is not certain because of a finding.
fn uncertain(finding: &Finding, root: &Path) -> Reason {
    let file = root.join(finding.at.path());
    let place = format!("{}:{}", visible(&file.to_string_lossy()), finding.at.line());
    Reason::Uncertain(format!("{} ({place})", visible(&finding.message)))
}
