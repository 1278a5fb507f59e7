//! Folders of migrations, each replayed once.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_core::Definition;
use pg_enum_core::divergence::divergences;
use pg_enum_core::record::Record;
use pg_enum_migrations::{Finding, Kind};

use crate::Streams;
use crate::accept::Accepted;
use crate::compare::record_of;
use crate::failure::Failure;
use crate::memory::ReadFolder;
use crate::migrations::{Replayed, Request};
use crate::not_compared::Reason;
use crate::problem::Problem;
use crate::text::visible;

#[derive(Default)]
pub(crate) struct Folders {
    all: Vec<Folder>,
}

pub(crate) struct Folder {
    pub(crate) request: Request,
    /// The canonical path, which identifies it.
    path: PathBuf,
    read: ReadFolder,
    /// Nothing if it cannot be read.
    pub(crate) contents: Option<Contents>,
    /// Whether an enum was compared with it.
    pub(crate) is_compared: bool,
    /// Whether all that is wrong with it is reported already.
    is_reported: bool,
}

pub(crate) struct Contents {
    pub(crate) replayed: Replayed,
    /// What is compared with it; nothing where nothing has been.
    record: OnceCell<Record>,
    default_schema: String,
    accepted: Accepted,
    /// Whether a migration is refused, so that the record is incomplete.
    pub(crate) is_refused: bool,
    /// Why a type may exist that is not in the record; `None` if the record is complete.
    pub(crate) vague: Option<Reason>,
}

impl Folders {
    /// Reads the folder of a request, once. Returns its index.
    pub(crate) fn open(
        &mut self,
        request: &Request,
        accepted: &Accepted,
        streams: &mut Streams<'_>,
    ) -> Result<usize, Failure> {
        let path = fs::canonicalize(&request.dir).unwrap_or_else(|_| request.dir.clone());
        if let Some(index) = self.all.iter().position(|folder| {
            folder.path == path && (folder.request.files == request.files || path.is_file())
        }) {
            return Ok(index);
        }
        let replayed = request.replay(None, streams);
        let read =
            ReadFolder::new(request, replayed.as_ref().ok().map(|replayed| &replayed.folder));
        let (contents, failure) = match replayed {
            Ok(replayed) => (Some(Contents::new(replayed, request, accepted)), None),
            Err(failure) => (None, Some(failure)),
        };
        let request = request.clone();
        self.all.push(Folder {
            request,
            path,
            read,
            contents,
            is_compared: false,
            is_reported: false,
        });
        match failure {
            Some(failure) => Err(failure),
            None => Ok(self.all.len() - 1),
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Folder> {
        self.all.get(index)
    }

    /// The schema beside a folder that has the type of an enum, where no migration of the folder makes it: of several, one
    /// that agrees with the enum.
    pub(crate) fn beside(
        &mut self,
        own: usize,
        schemas: &[Request],
        definition: Definition<'_>,
        accepted: &Accepted,
        streams: &mut Streams<'_>,
    ) -> Option<usize> {
        if !self.get(own)?.contents.as_ref()?.lacks(definition) {
            return None;
        }
        let mut first = None;
        for request in schemas {
            let index = match self.open(request, accepted, streams) {
                Ok(index) => index,
                Err(failure) => {
                    streams.note(&format!("{request} is not read: {failure}"));
                    continue;
                }
            };
            let contents = self.get(index).and_then(|schema| schema.contents.as_ref());
            let Some(record) = contents.map(Contents::record) else { continue };
            if record.find_for(definition).is_some() {
                if divergences(definition, record).is_empty() {
                    return Some(index);
                }
                first.get_or_insert(index);
            }
        }
        first
    }

    /// Marks a folder as compared with an enum.
    pub(crate) fn compared(&mut self, index: usize) {
        if let Some(folder) = self.all.get_mut(index) {
            folder.is_compared = true;
        }
    }

    /// Marks a folder as one of which the caller reports all that is wrong.
    pub(crate) fn reported(&mut self, index: usize) {
        if let Some(folder) = self.all.get_mut(index) {
            folder.is_reported = true;
        }
    }

    /// What keeps the other folders from being run: migrations that are refused, and those that are not in their language, as
    /// their tool reads all files before it runs one. Where it is assumed which tool that is, a refusal is a reason for doubt
    /// alone.
    pub(crate) fn obstacles(&self) -> Vec<Problem> {
        let others = self.all.iter().filter(|folder| !folder.is_reported);
        let read = others.filter_map(|folder| Some((&folder.request, folder.contents.as_ref()?)));
        let of_folder = |(request, contents): (&Request, &Contents)| -> Vec<Problem> {
            let Replayed { folder, replay, .. } = &contents.replayed;
            // Of scripts, the order is assumed as well; and Rust is read as far as its SQL is literal.
            let is_certain = folder.assumed.is_none() && request.files.is_empty();
            let is_rust = |it: &Finding| it.at.path().extension().is_some_and(|it| it == "rs");
            let found = replay.findings.iter().filter(|it| {
                it.kind == Kind::UnreadableCode || is_certain && it.stops() && !is_rust(it)
            });
            found.map(|finding| Problem::of_finding(finding, &folder.root)).collect()
        };
        read.flat_map(of_folder).collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Folder> {
        self.all.iter()
    }

    /// The entries of `assume` that no folder needs. An entry is about every folder that has its file. If not all folders
    /// are read (`are_all_read`), an entry whose file no folder has may be about another one, and is not reported.
    pub(crate) fn idle_assumptions(&self, are_all_read: bool) -> Vec<Problem> {
        let read = self.all.iter().filter_map(|folder| folder.contents.as_ref());
        let read: Vec<&Replayed> = read.map(|contents| &contents.replayed).collect();
        let mut problems = Vec::new();
        let mut said = HashSet::new();
        for replayed in &read {
            for finding in idle_in(replayed) {
                let path = finding.at.path();
                let mut with_file = read.iter().filter(|folder| has_file(folder, path));
                let is_idle = if has_file(replayed, path) {
                    with_file.all(|folder| idle_in(folder).any(|it| it.at.path() == path))
                } else {
                    are_all_read && with_file.next().is_none() && said.insert(&finding.message)
                };
                if is_idle {
                    problems.push(Problem::of_finding(finding, &replayed.folder.root));
                }
            }
        }
        problems
    }

    /// The folders that were read.
    pub(crate) fn into_read(self) -> Vec<ReadFolder> {
        self.all.into_iter().map(|folder| folder.read).collect()
    }
}

impl Contents {
    fn new(replayed: Replayed, request: &Request, accepted: &Accepted) -> Self {
        let is_refused = replayed.is_refused();
        let vague = replayed.any_type().map(|finding| uncertain(finding, &replayed.folder.root));
        Self {
            record: OnceCell::new(),
            default_schema: request.default_schema().to_owned(),
            accepted: accepted.clone(),
            replayed,
            is_refused,
            vague,
        }
    }

    /// What the migrations say, as definitions are compared with it.
    pub(crate) fn record(&self) -> &Record {
        self.record.get_or_init(|| record_of(&self.replayed, &self.default_schema, &self.accepted))
    }

    /// Whether it is certain that no migration makes the type of an enum, or has made it.
    pub(crate) fn lacks(&self, definition: Definition<'_>) -> bool {
        let Definition { schema, name, .. } = definition;
        let is_dropped = self.record().dropped.iter().any(|gone| {
            gone.name == name && gone.schema == schema.unwrap_or(&self.record().default_schema)
        });
        !self.is_refused
            && self.vague.is_none()
            && !is_dropped
            && self.record().find_for(definition).is_none()
    }
}

fn idle_in(replayed: &Replayed) -> impl Iterator<Item = &Finding> {
    replayed.replay.findings.iter().filter(|finding| finding.kind == Kind::Assumption)
}

/// Whether the file is a migration of the folder. The path of an entry may begin above the folder.
fn has_file(replayed: &Replayed, path: &Path) -> bool {
    replayed.folder.migrations.iter().any(|migration| path.ends_with(migration.path()))
}

/// The reason for an enum that a finding makes uncertain.
pub(crate) fn uncertain(finding: &Finding, root: &Path) -> Reason {
    let file = root.join(finding.at.path());
    let place = format!("{}:{}", visible(&file.to_string_lossy()), finding.at.line());
    Reason::Uncertain(format!("{} ({place})", visible(&finding.message)))
}
