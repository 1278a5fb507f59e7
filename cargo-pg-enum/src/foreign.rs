//! Enums under other derives beside what the migrations say.
//!
//! Nobody has said which migrations they go by, or that the type is in any of them. So a disagreement is
//! reported only where no folder that has the type agrees, and what is not found is no matter.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use pg_enum_build::foreign::{self, Derive, Match, SqlType};
use pg_enum_core::divergence::{Disagreement, Divergence, divergences};
use pg_enum_core::record::{DroppedEnum, Record, RecordedEnum};
use pg_enum_core::{Definition, VisibleIdent, VisibleLiteral};
use pg_enum_migrations::Kind;

use crate::Streams;
use crate::compare::{places, record_of};
use crate::enums::Foreign;
use crate::memory::ReadFolder;
use crate::migrations::{Replayed, Request};
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
    /// Whether something in it may be about any type.
    is_vague: bool,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Compared {
    pub(crate) problems: Vec<Problem>,
    /// Enums that were compared with something.
    pub(crate) enums: usize,
    /// Migrations that they were compared with, and nothing else was.
    pub(crate) migrations: usize,
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
        let vague = |kind: &Kind| matches!(kind, Kind::Unknown { touches } if touches.is_empty());
        let is_vague = findings.iter().any(|finding| vague(&finding.kind));
        let contents = Some(Contents { replayed, record, is_refused, is_vague });
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
    Absent,
    Agrees,
    /// Which type it is, or what it is like, is not certain.
    Unknown,
    Differs(&'f RecordedEnum, Vec<Divergence>),
    Dropped(&'f DroppedEnum),
}

pub(crate) fn compare(
    others: &[Others],
    folders: &mut Folders,
    streams: &mut Streams<'_>,
) -> Compared {
    let known = folders.all.len();
    let with_enums = others.iter().filter(|others| !others.enums.is_empty());
    let own: Vec<(&Others, Vec<usize>)> = with_enums
        .map(|others| {
            let find = |request| folders.find(request, streams);
            (others, others.requests.iter().map(find).collect())
        })
        .collect();
    if folders.all.is_empty() && !own.is_empty() {
        let enums: usize = own.iter().map(|(others, _)| others.enums.len()).sum();
        streams.note(&format!(
            "the migrations of {} under other derives are not found: name the folder with --migrations DIR",
            text::count(enums, "enum")
        ));
    }
    let mut compared = Compared::default();
    let mut used = HashSet::new();
    let mut said = HashSet::new();
    for (package, own) in own {
        for enum_ in &package.enums {
            let sql_types = sql_types(enum_, package, others);
            let mut verdicts: Vec<(usize, Verdict<'_>)> = (folders.all.iter().enumerate())
                .filter_map(|(index, folder)| {
                    Some((index, folder.contents.as_ref()?.verdict(enum_, &sql_types)))
                })
                .collect();
            let is_own = |index: &usize| own.is_empty() || own.contains(index);
            let is_there = |(index, verdict): &(usize, Verdict<'_>)| {
                is_own(index) && matches!(verdict, Verdict::Agrees | Verdict::Differs(..))
            };
            if verdicts.iter().any(is_there) {
                compared.enums += 1;
                used.extend(verdicts.iter().filter(|one| is_there(one)).map(|(index, _)| *index));
            }
            if verdicts.iter().any(|(_, v)| matches!(v, Verdict::Agrees | Verdict::Unknown)) {
                continue;
            }
            let is_anywhere = verdicts.iter().any(|(_, v)| matches!(v, Verdict::Differs(..)));
            verdicts.retain(|(index, _)| is_own(index));
            // Of several, the one that it is most like.
            verdicts.sort_by_key(|(_, verdict)| match verdict {
                Verdict::Differs(_, found) => found.len(),
                _ => usize::MAX,
            });
            let Some((index, verdict)) =
                verdicts.into_iter().find(|(_, verdict)| !matches!(verdict, Verdict::Absent))
            else {
                continue;
            };
            let Some(contents) = &folders.all[index].contents else { continue };
            let (schema, name, found) = match verdict {
                Verdict::Differs(there, found) => (&there.schema, &there.name, found),
                Verdict::Dropped(gone) if !is_anywhere && enum_.reading.explicit => {
                    let definition = Definition::new(&gone.name, &[]).in_schema(&gone.schema);
                    (&gone.schema, &gone.name, divergences(definition, &contents.record))
                }
                _ => continue,
            };
            for found in &found {
                // Two derives on one enum have the same to say.
                if said.insert((enum_.path.clone(), found.to_string())) {
                    compared.problems.push(problem(
                        enum_,
                        [schema, name],
                        found,
                        &contents.replayed,
                    ));
                }
            }
        }
    }
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
    compared
}

/// What diesel's own types stand for: the package's, or else anybody's in the project.
fn sql_types(enum_: &Foreign, package: &Others, others: &[Others]) -> Vec<SqlType> {
    let Some(path) = &enum_.reading.sql_type else { return Vec::new() };
    let of = |others: &Others| -> Vec<SqlType> {
        let declared = others.sql_types.iter().filter(|declared| declared.ident == path.value);
        declared.cloned().collect()
    };
    let own = of(package);
    if own.is_empty() { others.iter().flat_map(of).collect() } else { own }
}

impl Contents {
    fn verdict(&self, enum_: &Foreign, sql_types: &[SqlType]) -> Verdict<'_> {
        match foreign::find(&enum_.reading, &self.record, sql_types) {
            Match::Absent => Verdict::Absent,
            Match::Ambiguous => Verdict::Unknown,
            Match::Found(there) if self.is_refused || !there.known => Verdict::Unknown,
            Match::Found(there) => {
                let found = foreign::compare(&enum_.reading, there, &self.record);
                if found.is_empty() { Verdict::Agrees } else { Verdict::Differs(there, found) }
            }
            Match::Dropped(_) if self.is_refused || self.is_vague => Verdict::Unknown,
            Match::Dropped(gone) => Verdict::Dropped(gone),
        }
    }
}

fn problem(
    enum_: &Foreign,
    [schema, name]: [&str; 2],
    found: &Divergence,
    replayed: &Replayed,
) -> Problem {
    let code = found.disagreement.code();
    let mut problem = Problem::new(code, found.to_string(), enum_.place(found.place, ""));
    problem.type_name = Some(found.type_name.clone());
    problem.places.extend(places(name, found, &replayed.replay, &replayed.folder.root));
    let reading = &enum_.reading;
    problem.notes.push(format!("`{}` derives `{}`", reading.ident, reading.derive));
    let sql_name = format!("{}.{}", VisibleIdent(schema), VisibleIdent(name));
    problem.help = Some(help(reading.derive, &sql_name, found));
    problem
}

/// What to do about it, where no `cargo pg-enum generate` does it.
fn help(derive: Derive, sql_name: &str, found: &Divergence) -> String {
    match &found.disagreement {
        Disagreement::Missing { label, unclaimed } => {
            let label = VisibleLiteral(label);
            let add = format!("add a migration: ALTER TYPE {sql_name} ADD VALUE {label};");
            match &unclaimed[..] {
                [was] => format!(
                    "{add} or, if it is {was} renamed: ALTER TYPE {sql_name} RENAME VALUE {was} TO {label};",
                    was = VisibleLiteral(was)
                ),
                _ => add,
            }
        }
        Disagreement::CaseOnly { theirs, .. } => {
            let attribute = match derive {
                Derive::SqlxType => format!("#[sqlx(rename = {theirs:?})]"),
                Derive::DieselDbEnum => format!("#[db_rename = {theirs:?}]"),
                Derive::PostgresTypes => format!("#[postgres(name = {theirs:?})]"),
                Derive::SeaOrmActiveEnum => format!("#[sea_orm(string_value = {theirs:?})]"),
                _ => return "spell it as the migrations do".to_owned(),
            };
            format!("spell it as the migrations do: `{attribute}`")
        }
        Disagreement::Extra { labels } => {
            let (variants, them) = match labels.len() {
                1 => ("a variant", "it"),
                _ => ("variants", "them"),
            };
            format!("add {variants} for {them}: a row that has {them} cannot be read without")
        }
        Disagreement::Dropped => {
            "create the type again in a migration, or remove the enum".to_owned()
        }
        _ => found.help().to_string(),
    }
}
